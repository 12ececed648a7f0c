package cli

import (
	"context"

	"github.com/spf13/cobra"

	"huying/internal/app"
	"huying/internal/desk/numbers"
	"huying/internal/domain/pack"
)

// figure is one published figure of a pack: what the source says of it and
// what the loaded data gives.
type figure struct {
	ID     string        `json:"id"`
	Name   string        `json:"name"`
	Source string        `json:"source"`
	Loaded string        `json:"loaded"`
	Kind   pack.FactKind `json:"kind"`
}

func (s *session) factsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "facts", Short: s.say("对照公开数据：来源怎么说，本系统算出或载入了什么", "Published figures: what the source says, what the loaded data gives"),
		Args:    s.args(cobra.NoArgs),
		Example: "  huying facts --pack beijing\n  huying facts --pack luohe --json\n  huying facts --pack luohe --data demo-data",
		Long: s.say("来源怎么说，城市包算出了什么。给出 --data（或 --database）时，周交办、清理数、清单项数等由该城市的台账计算，否则为未载入。",
			"What the source says, what the pack gives. With --data (or --database) batches, clean-ups, items of lists and the like are counted in the registers of that city; without, they are not loaded."),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if cmd.Flags().Changed("data") || cmd.Flags().Changed("database") {
				return s.with(cmd, app.Beside, s.runningFacts)
			}
			cfg, err := s.config(cmd)
			if err != nil {
				return err
			}
			city, err := app.LoadCity(cfg)
			if err != nil {
				return err
			}
			s.tellFacts(city, nil)
			return nil
		},
	}
	s.settingsFlags(cmd, false)
	for _, name := range []string{"pack", "data", "database"} {
		cmd.Flags().Lookup(name).Hidden = false
	}
	return cmd
}

// runningFacts tells the figures of a city that is in use, beside its server.
func (s *session) runningFacts(ctx context.Context, o *app.Opened) error {
	city := o.Engine.City()
	by, err := actor(city, "")
	if err != nil {
		return err
	}
	booked, err := numbers.New(o.Engine).Published(ctx, by, s.now())
	if err != nil {
		return err
	}
	s.tellFacts(city, booked)
	return nil
}

// tellFacts prints the figures; booked is what the registers of a running city
// give, by code.
func (s *session) tellFacts(city *pack.City, booked map[string]string) {
	figures := make([]figure, len(city.Facts))
	rows := [][]string{{
		s.say("代码", "id"), s.say("名称", "figure"), s.say("来源数字", "the source says"), s.say("本系统", "loaded"), s.say("性质", "kind"),
		s.say("来源", "source"), s.say("日期", "date"), s.say("说明", "note"),
	}}
	for i, f := range city.Facts {
		x := figure{ID: f.Code, Name: s.say(f.Name, f.NameEN), Source: f.Value, Loaded: city.Loaded(f), Kind: f.Kind}
		if n := booked[f.Code]; n != "" {
			x.Loaded, x.Kind = n, pack.Computed
		}
		figures[i] = x
		rows = append(rows, []string{
			x.ID, x.Name, x.Source + " " + f.Unit, x.Loaded, s.lang.Word("pack.fact_kind", string(x.Kind)), f.Source, f.Date, s.say(f.Note, f.NoteEN),
		})
	}
	s.report(figures, func() { table(s.out, rows) })
}
