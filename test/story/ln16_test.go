package story

import (
	"slices"
	"testing"
	"time"

	"huying/internal/desk/ground"
	"huying/internal/domain/call"
	"huying/internal/domain/org"
	"huying/internal/ident"
)

// LN-16 大中小网格: a grid is split on 1 July by two persons; what was open keeps
// its old grid, its orders and its clock.
func TestLN16OldMattersKeepTheirGrid(t *testing.T) {
	grounds(t, "liunan", townOf(t, "liunan", "河西街道"), func(s *town) {
		g := s.grids()[0].Code
		m := s.takes(form{Form: call.Form{Text: "楼下路灯不亮", Place: g, Name: "王女士", Phone: "19900001234"}})
		before := m.now()
		plan := ground.NewChange{Kind: "SPLIT", Grids: []string{g}, Parts: 2, Day: 20260701, Reason: "户数太多"}
		id := s.kept(s.ground.PlanChange(ctx, s.cmd(), plan))
		s.refused("change.same_person", func() { s.kept(s.ground.ConfirmChange(ctx, s.cmd(), id, ground.Empty{})) })
		s.kept(s.ground.ConfirmChange(ctx, s.role(s.unit(), org.Leader).cmd(), id, ground.Empty{}))
		day := time.Date(2026, 7, 1, 0, 0, 0, 0, ident.Zone)
		early, err := ground.Due(ctx, s.e.DB(), day.Add(-time.Minute))
		s.must(err)
		due, err := ground.Due(ctx, s.e.DB(), day)
		s.must(err)
		if len(early) != 0 || len(due) != 1 || due[0].Open != 1 {
			t.Fatalf("%+v, then %+v", early, due)
		}
		after, err := due[0].Apply(s.city.Territory)
		s.must(err)
		if heirs := due[0].HeirsIn(after); len(heirs) != 2 || slices.Contains(heirs, g) {
			t.Fatalf("%v", heirs)
		}
		now := m.now()
		if now.M.Place.Leaf() != g || len(now.Orders) != len(before.Orders) || now.M.Next != before.M.Next {
			t.Errorf("the matter is at %+v", now.M.Place)
		}
	})
}
