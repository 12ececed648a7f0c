package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"huying/internal/app"
	"huying/internal/desk/registry"
	"huying/internal/domain/calendar"
	"huying/internal/fault"
	"huying/internal/ident"
)

func (s *session) explainCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "explain", Short: s.say("逐日解释期限是怎么算出来的", "Explain day by day how a deadline came about"), Args: s.args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(s.explainDueCommand(), s.explainLimitCommand())
	return cmd
}

func (s *session) explainDueCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "due NUMBER", Short: s.say("解释一件诉求的各个期限", "Explain the deadlines of a matter"), Args: s.args(cobra.ExactArgs(1)),
		Example: "  huying explain due 20260310-0K3M9QA-7",
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := ident.ParseNumber(args[0])
			if err != nil {
				return err
			}
			return s.with(cmd, app.Beside, func(ctx context.Context, o *app.Opened) error { return s.explainDue(ctx, o, id) })
		},
	}
	return s.settingsFlags(cmd, false)
}

// explainedClock is one clock in the words of a report.
type explainedClock struct {
	Matter   string                `json:"matter"`
	Order    string                `json:"order,omitempty"`
	Kind     string                `json:"kind"`
	Limit    string                `json:"limit"`
	Basis    string                `json:"basis,omitempty"`
	Due      time.Time             `json:"due"`
	Running  bool                  `json:"running"`
	Agrees   bool                  `json:"agrees"`
	Days     *calendar.Explanation `json:"days,omitempty"`
	Extended []calendar.Due        `json:"extended,omitempty"`
}

func (s *session) explainDue(ctx context.Context, o *app.Opened, id ident.ID) error {
	state, err := o.Engine.Load(ctx, id)
	if fault.Code(err) == "matter.not_found" {
		if of, e := o.Engine.OfOrder(ctx, id); e == nil {
			state, err = o.Engine.Load(ctx, of)
		}
	}
	if err != nil {
		return err
	}
	clocks, err := registry.New(o.Engine).Explain(state)
	if err != nil {
		return err
	}
	var out []explainedClock
	agree := true
	for _, c := range clocks {
		x := explainedClock{Matter: state.M.ID.Number(), Kind: string(c.Clock.Kind), Limit: c.Clock.Limit, Basis: c.Basis, Due: c.Clock.Due.Time(),
			Running: c.Clock.Running(), Agrees: c.Agrees, Extended: c.Extended}
		if c.Order != 0 {
			x.Order = c.Order.Number()
		}
		if len(c.Days.Rows) > 0 {
			x.Days = &c.Days
		}
		agree = agree && c.Agrees
		out = append(out, x)
	}
	s.report(out, func() {
		for _, x := range out {
			s.showClock(x)
		}
	})
	if !agree {
		return errProblems
	}
	return nil
}

func (s *session) showClock(x explainedClock) {
	of := s.say("诉求 ", "matter ") + x.Matter
	if x.Order != "" {
		of = s.say("工单 ", "order ") + x.Order
	}
	state := s.say("在计时", "running")
	if !x.Running {
		state = s.say("已停止", "stopped")
	}
	fmt.Fprintf(s.out, s.say("\n%s · %s（%s）到期 %s，%s\n", "\n%s · %s (%s) due %s, %s\n"),
		of, s.lang.Word("clock.kind", x.Kind), x.Limit, clockTime(x.Due), state)
	if x.Basis != "" {
		fmt.Fprintln(s.out, s.say("依据：", "Basis: ")+x.Basis)
	}
	if x.Days != nil {
		s.showDays(*x.Days)
	}
	for _, d := range x.Extended {
		fmt.Fprintln(s.out, s.say("延期后到期 ", "extended: due ")+clockTime(d.At))
	}
	if !x.Agrees {
		fmt.Fprintln(s.out, s.say("注意：保存的到期时间与按现行日历计算的不一致", "Mind: the stored time is not the one today's calendar gives"))
	}
}

func (s *session) explainLimitCommand() *cobra.Command {
	var place, start string
	cmd := &cobra.Command{
		Use: "limit LIMIT", Short: s.say("解释一个期限在某地某时起算的结果", "Explain what a limit comes to at a place and time"), Args: s.args(cobra.ExactArgs(1)),
		Example: "  huying explain limit \"7 CD\" --start \"2026-09-28 16:30\" --place 440106\n  huying explain limit \"10 WD\"",
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := s.config(cmd)
			if err != nil {
				return err
			}
			limit, wrongLimit := calendar.ParseLimit(args[0])
			at, wrongStart := s.startOf(start)
			if err := errors.Join(wrongLimit, wrongStart); err != nil {
				var all fault.List
				all.Add(wrongLimit)
				all.Add(wrongStart)
				return all
			}
			city, err := app.LoadCity(cfg)
			if err != nil {
				return err
			}
			if place == "" {
				place = city.Root
			}
			if _, ok := city.Territory.Place(place); !ok {
				return fault.Field("place", "place.unknown", place)
			}
			x := city.Calendar(place).Explain(limit, at, nil)
			s.report(x, func() { s.showDays(x) })
			return nil
		},
	}
	cmd.Flags().StringVar(&place, "place", "", s.say("区划代码，默认全市", "code of a place; default: the city"))
	cmd.Flags().StringVar(&start, "start", "", s.say("起算时间，如 2026-09-28 16:30，默认现在", "when it starts, such as 2026-09-28 16:30; default: now"))
	return s.settingsFlags(cmd, false)
}

// startOf reads an instant as people write it, in the country's time.
func (s *session) startOf(text string) (time.Time, error) {
	if text == "" {
		return s.now(), nil
	}
	for _, layout := range [...]string{time.RFC3339, "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02T15:04", "2006-01-02"} {
		if t, err := time.ParseInLocation(layout, text, ident.Zone); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fault.Field("start", "start.malformed", text)
}

// showDays prints a day-by-day table.
func (s *session) showDays(x calendar.Explanation) {
	fmt.Fprintf(s.out, s.say("起算 %s，%s；日历 %s\n", "Start %s, %s; calendar %s\n"),
		clockTime(x.Start), s.lang.Word("calendar.start_rule", string(x.Rule)), x.Calendar)
	rows := [][]string{{s.say("日期", "date"), s.say("星期", "day"), s.say("这一天", "what it is"), s.say("计入", "counted"), s.say("累计", "so far"), s.say("说明", "why")}}
	for _, r := range x.Rows {
		mark := ""
		if r.Counted {
			mark = "✓"
		}
		what := s.lang.Word("calendar.kind", string(r.Kind))
		if r.Name != "" {
			what += " " + r.Name
		}
		total := ""
		switch {
		case r.Spent > 0:
			total = strings.TrimSuffix(r.Spent.Round(time.Minute).String(), "0s")
		case r.Days > 0:
			total = fmt.Sprint(r.Days)
		}
		rows = append(rows, []string{r.Date.In(ident.Zone).Format("2006-01-02"), s.weekday(r.Date), what, mark, total, s.lang.Word("calendar.note", string(r.Note))})
	}
	table(s.out, rows)
	fmt.Fprintln(s.out, s.say("到期：", "Due: ")+clockTime(x.At))
	if x.Provisional {
		fmt.Fprintln(s.out, s.say("暂定：途中有年份的放假安排尚未公布", "Provisional: the holidays of a year on the way are not announced yet"))
	}
}

func (s *session) weekday(t time.Time) string {
	d := t.In(ident.Zone).Weekday()
	zh := [...]string{"周日", "周一", "周二", "周三", "周四", "周五", "周六"}
	return s.say(zh[d], d.String()[:3])
}
