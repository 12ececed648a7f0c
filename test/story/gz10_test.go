package story

import (
	"maps"
	"slices"
	"testing"

	"huying/internal/desk/ground"
	"huying/internal/ident"
)

// GZ-10 一网格一支部: of ten grids nine have a branch: 90.0 %, and those that have
// none are named; the day a branch goes the gap is there again, and not before.
func TestGZ10EveryGridHasABranch(t *testing.T) {
	grounds(t, "guangzhou", tenGrids(t), func(s *town) {
		var last []string
		for i, g := range s.grids() {
			if i%10 == 0 {
				last = append(last, g.Code)
				continue
			}
			s.kept(s.ground.Tie(ctx, s.cmd(), ground.NewTie{Grid: g.Code, Kind: "BRANCH", Org: "Z" + g.Code, Name: "网格党支部"}))
		}
		g := s.gaps().Branches
		if g.Covered*10 != g.All*9 || !slices.Equal(g.Gaps, last) || g.Percent() != "90.0" {
			t.Fatalf("%s %%: %+v", g.Percent(), g)
		}
		var tie ident.ID
		for _, code := range last { // one joint branch for all of them
			tie = s.kept(s.ground.Tie(ctx, s.cmd(), ground.NewTie{Grid: code, Kind: "BRANCH", Org: "Z0", Name: "联合党支部"}))
		}
		if g := s.gaps().Branches; g.Covered != g.All || g.Percent() != "100.0" {
			t.Fatalf("%+v", g)
		}
		s.kept(s.ground.Untie(ctx, s.cmd(), tie, ground.Empty{}))
		s.until(at(11, 9, 0))
		if g := s.gaps().Branches; !slices.Equal(g.Gaps, last[len(last)-1:]) {
			t.Fatalf("%+v", g)
		}
		past, err := s.ground.GapsOf(ctx, s.actor, s.place, 20260310)
		s.must(err)
		if past.Branches.Percent() != "100.0" {
			t.Errorf("the day before is told as %+v", past.Branches)
		}
	})
}

// tenGrids returns the first town of Guangzhou whose grids are full tens, at most
// fifty.
func tenGrids(t *testing.T) string {
	t.Helper()
	tree, n := cityOf(t, "guangzhou").Territory, map[string]int{}
	for p := range tree.All() {
		if p.Kind.Rank() == 0 {
			n[tree.Address(p.Code).Town]++
		}
	}
	for _, code := range slices.Sorted(maps.Keys(n)) {
		if n[code]%10 == 0 && n[code] <= 50 {
			return code
		}
	}
	t.Fatal("no town has full tens of grids")
	return ""
}
