package story

import (
	"testing"

	"huying/internal/desk/ground"
)

// LN-19 网格配备 2+2+1: the property member is asked for only where there is
// property management.
func TestLN19TwoTwoAndOne(t *testing.T) {
	grounds(t, "liunan", townOf(t, "liunan", "河西街道"), func(s *town) {
		g := s.grids()[0].Code
		for _, holder := range []string{"甲", "乙"} {
			s.fills(g, "GRID_WORKER", holder)
			s.fills(g, "PARTY_ASSISTANT", holder+"助")
		}
		if s.missing(g, "GRID_WORKER")+s.missing(g, "PARTY_ASSISTANT")+s.missing(g, "PROPERTY_MEMBER") != 0 {
			t.Fatalf("%+v", s.gaps().Vacancies)
		}
		s.kept(s.ground.Tie(ctx, s.cmd(), ground.NewTie{Grid: g, Kind: "PROPERTY", Org: "P1", Name: "物业公司"}))
		if n := s.missing(g, "PROPERTY_MEMBER"); n != 1 {
			t.Fatalf("%d property members are missing", n)
		}
	})
}
