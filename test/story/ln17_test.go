package story

import (
	"testing"

	"huying/internal/desk/ground"
)

// LN-17 红色网格: a joint branch covers several grids, and each of them counts.
func TestLN17AJointBranchCoversSeveralGrids(t *testing.T) {
	grounds(t, "liunan", townOf(t, "liunan", "河西街道"), func(s *town) {
		for _, g := range s.grids()[:2] {
			s.kept(s.ground.Tie(ctx, s.cmd(), ground.NewTie{Grid: g.Code, Kind: "BRANCH", Org: "JOINT", Name: "联合党支部"}))
		}
		if b := s.gaps().Branches; b.Covered != 2 || len(b.Gaps) != b.All-2 {
			t.Errorf("%+v", b)
		}
	})
}
