package story

import (
	"slices"
	"testing"

	"huying/internal/desk/ground"
)

// GZ-10 一网格一支部: the share of grids with a branch is counted, and the day a
// branch goes the gap is there again.
func TestGZ10EveryGridHasABranch(t *testing.T) {
	grounds(t, "guangzhou", wushan, func(s *town) {
		var last string
		for i, g := range s.grids() {
			if i == 0 {
				last = g.Code
				continue
			}
			s.kept(s.ground.Tie(ctx, s.cmd(), ground.NewTie{Grid: g.Code, Kind: "BRANCH", Org: "Z" + g.Code, Name: "网格党支部"}))
		}
		g := s.gaps().Branches
		if g.Covered != g.All-1 || !slices.Equal(g.Gaps, []string{last}) {
			t.Fatalf("%+v", g)
		}
		tie := s.kept(s.ground.Tie(ctx, s.cmd(), ground.NewTie{Grid: last, Kind: "BRANCH", Org: "Z0", Name: "联合党支部"}))
		if g := s.gaps().Branches; g.Covered != g.All {
			t.Fatalf("%+v", g)
		}
		s.kept(s.ground.Untie(ctx, s.cmd(), tie, ground.Empty{}))
		s.until(at(11, 9, 0))
		if g := s.gaps().Branches; !slices.Equal(g.Gaps, []string{last}) {
			t.Fatalf("%+v", g)
		}
	})
}
