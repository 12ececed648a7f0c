package cli

import (
	"github.com/spf13/cobra"

	"huying/internal/app"
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
		Example: "  huying facts --pack beijing\n  huying facts --pack luohe --json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := s.config(cmd)
			if err != nil {
				return err
			}
			city, err := app.LoadCity(cfg)
			if err != nil {
				return err
			}
			s.tellFacts(city)
			return nil
		},
	}
	s.settingsFlags(cmd, false)
	cmd.Flags().Lookup("pack").Hidden = false
	return cmd
}

func (s *session) tellFacts(city *pack.City) {
	figures := make([]figure, len(city.Facts))
	rows := [][]string{{
		s.say("代码", "id"), s.say("名称", "figure"), s.say("来源数字", "the source says"), s.say("本系统", "loaded"), s.say("性质", "kind"),
		s.say("来源", "source"), s.say("日期", "date"), s.say("说明", "note"),
	}}
	for i, f := range city.Facts {
		x := figure{ID: f.Code, Name: s.say(f.Name, f.NameEN), Source: f.Value, Loaded: city.Loaded(f), Kind: f.Kind}
		figures[i] = x
		rows = append(rows, []string{
			x.ID, x.Name, x.Source + " " + f.Unit, x.Loaded, s.lang.Word("pack.fact_kind", string(x.Kind)), f.Source, f.Date, s.say(f.Note, f.NoteEN),
		})
	}
	s.report(figures, func() { table(s.out, rows) })
}
