package story

import (
	"fmt"
	"testing"
	"time"

	"huying/internal/desk/programme"
	"huying/internal/domain/call"
	"huying/internal/domain/org"
	steering "huying/internal/domain/programme"
	"huying/internal/ident"
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
		hot, err := h.programme.Hot(ctx, centre.actor, h.now)
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
