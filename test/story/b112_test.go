package story

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"huying/internal/desk/programme"
	"huying/internal/domain/call"
	"huying/internal/domain/org"
	steering "huying/internal/domain/programme"
	"huying/internal/ident"
	"huying/internal/store"
)

const beijing = "110000"

// B1-12 每月一题: what three streets of two districts call about is found in
// the figures, a unit of the city leads, and the theme is closed only when its
// measures are done and the calls have measurably fallen.
func TestB112AThemeIsClosedByItsData(t *testing.T) {
	begin := time.Date(2026, 3, 2, 9, 0, 0, 0, ident.Zone)
	steer(t, "beijing", begin, func(h *steered) {
		centre := h.role(beijing+"-ZH", org.Leader)
		leaf := h.leaf("路面坑洼破损")
		calls := func(n int, streets ...string) {
			for i := range n {
				h.takes(form{Category: "路面坑洼破损", Form: call.Form{Text: fmt.Sprintf("路面坑洼第%d处", i), Place: streets[i%len(streets)]}})
				h.pass(time.Hour)
			}
		}
		calls(10, "110101001", "110101002", "110102001")
		begin := begin.Add(9 * 24 * time.Hour)
		h.until(begin)
		hot, _, err := h.programme.Hot(ctx, centre.actor, h.now)
		h.must(err)
		if len(hot) != 1 || hot[0].Category != leaf || hot[0].Matters != 10 || hot[0].Streets != 3 {
			h.Fatalf("what is hot: %+v", hot)
		}
		start := programme.NewTheme{Month: 202603, Title: "道路坑洼治理", Categories: []string{leaf}, Lead: beijing + "-JT", Fall: 30, Measures: []programme.Duty{
			{Title: "全市坑洼排查修补", Lead: beijing + "-JT", Co: []string{beijing + "-ZJ"}, Due: h.day(25), Deliverable: "修补台账"},
		}}
		low := start
		low.Lead = "110101-ZJ"
		h.refused("theme.lead_not_city", func() { h.did(h.programme.StartTheme(ctx, centre.cmd(), low)) })
		cold := start
		cold.Categories = []string{h.leaf("暴露垃圾")}
		h.refused("theme.not_hot", func() { h.did(h.programme.StartTheme(ctx, centre.cmd(), cold)) })
		crowd := start
		crowd.Categories = nil
		for _, x := range h.city.Duty.Leaves()[:4] {
			crowd.Categories = append(crowd.Categories, x.Code)
		}
		h.refused("theme.categories", func() { h.did(h.programme.StartTheme(ctx, centre.cmd(), crowd)) })
		id := h.did(h.programme.StartTheme(ctx, centre.cmd(), start))
		h.refused("record.key_taken", func() { h.did(h.programme.StartTheme(ctx, centre.cmd(), start)) })

		closes := func() { h.did(h.programme.CloseTheme(ctx, centre.cmd(), id, struct{}{})) }
		h.refused("theme.too_early", closes)
		h.until(begin.Add(40 * 24 * time.Hour))
		h.refused("theme.measures_open", closes)
		h.fulfils(h.tasks(id)[0], "已修补四百处")
		calls(8, "110101001", "110102001")
		h.refused("theme.not_fallen", closes)

		h.until(begin.Add(85 * 24 * time.Hour))
		calls(3, "110101001")
		closes()
		x, err := h.programme.Theme(ctx, centre.actor, id, h.now)
		h.must(err)
		if x.Fact.Status != steering.Ended || x.Fact.Before != 10 || x.Fact.After != 3 || x.Now != 3 {
			h.Errorf("the theme: %+v, now %d", x.Fact, x.Now)
		}
		if len(x.Steps) < 6 || x.Steps[2].Calls != 10 || x.Steps[2].After || !x.Steps[3].After {
			h.Errorf("before and after: %+v", x.Steps)
		}
		h.refused("theme.closed", closes)
	})
}

// B1-12 每月一题: days that are over are counted once, in the background; what the
// page says is the same before and after, and a call that is entered for such a
// day later is counted when the day is looked at again.
func TestB112DaysThatAreOverAreCountedOnce(t *testing.T) {
	begin := time.Date(2026, 2, 20, 9, 0, 0, 0, ident.Zone)
	steer(t, "beijing", begin, func(h *steered) {
		centre := h.role(beijing+"-ZH", org.Leader)
		names := []string{"路面坑洼破损", "暴露垃圾"}
		calls := func(name, street string) {
			h.takes(form{Category: name, Form: call.Form{Text: name, Place: street}})
			h.pass(7 * time.Hour)
		}
		for i := range 60 { // seventeen days
			calls(names[i%7%2], []string{"110101001", "110101002", "110102001"}[i%3])
		}
		hot := func() []steering.Hot {
			list, span, err := h.programme.Hot(ctx, centre.actor, h.now)
			h.must(err)
			if span != 30 || len(list) != 2 || list[0].Matters+list[1].Matters != 60 {
				h.Fatalf("in %d days: %+v", span, list)
			}
			return list
		}
		figures := func() (rows int64, days int) {
			h.must(h.e.DB().Read(ctx, func(v *store.View) error {
				for _, district := range []string{"110101", "110102"} {
					list, err := store.CounterDays(v, district, "theme.tallied", "", 0, 99999999)
					if err != nil {
						return err
					}
					days += len(list)
					for _, c := range list {
						rows += c.N
					}
				}
				return nil
			}))
			return rows, days
		}
		live := hot()
		h.must(h.programme.Tally(ctx, h.now))
		rows, days := figures()
		if days == 0 || rows <= int64(days) {
			h.Fatalf("%d days were counted, with %d calls", days, rows-int64(days))
		}
		if got := hot(); !slices.Equal(got, live) {
			h.Errorf("counted: %+v, live: %+v", got, live)
		}
		h.must(h.programme.Tally(ctx, h.now))
		if again, same := figures(); again != rows || same != days {
			h.Errorf("counted again: %d of %d days", again, same)
		}

		now := h.now // a call that another system hands over late
		h.now = begin.Add(48 * time.Hour)
		calls(names[1], "110102001")
		h.now = now
		h.must(h.programme.Tally(ctx, h.now))
		list, _, err := h.programme.Hot(ctx, centre.actor, h.now)
		h.must(err)
		if list[0].Matters+list[1].Matters != 61 {
			h.Errorf("with the late call: %+v", list)
		}
	})
}
