package story

import (
	"fmt"
	"testing"

	"huying/internal/domain/mandate"
)

// BJ-18 6板块111项职责清单, and the other shapes that the cities name: 7,894 items
// over 21 fields, 250 penalty powers of 15 departments, 82 joint items by 12.
func TestBJ18TheListsOfTheCitiesComeIn(t *testing.T) {
	tell(t, func(h *world) {
		leads := []string{"CG", "ZJ", "ZRZY", "SW", "JT", "YJ", "XF", "SJ", "HB", "WJ", "JY", "MZ", "RS", "GA", "LY"}
		by := func(n, departments int, since string) []mandate.Row {
			var lines []string
			for i := range n {
				lines = append(lines, fmt.Sprintf("P%d||示例事项%d||DISTRICT:%s|TOWN:ZFD|示例依据||%s", i+1, i+1, leads[i%departments], since))
			}
			return sheet(lines...)
		}
		for _, x := range []struct {
			kind   mandate.Kind
			rows   []mandate.Row
			levels string
			leads  int
			parts  int
		}{
			{mandate.StreetTasks, tree(6, 111), "6/111", 1, 1},
			{mandate.Enforcement, tree(21, 7894), "21/7894", 1, 4},
			{mandate.PenaltyPowers, by(250, 15, "2026-01-01"), "250", 15, 1},
			{mandate.JointEnforcement, by(82, 12, ""), "82", 12, 1},
		} {
			in := listOf(x.kind, tianhe, "示例清单", x.rows)
			in.Levels, in.Leads = x.levels, x.leads
			id := h.organiser().drafts(in)
			r, _, err := h.mandate.List(ctx, h.organiser().actor, id)
			h.must(err)
			if r.Fact.Counts.String() != x.levels || r.Fact.Counts.Leads != x.leads || r.Fact.Parts != x.parts {
				t.Errorf("%s: %+v in %d parts", x.kind, r.Fact.Counts, r.Fact.Parts)
			}
			in.Leads = x.leads + 1
			h.refused("list.leads_differ", func() { h.organiser().drafts(in) })
		}
	})
}
