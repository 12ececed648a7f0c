package story

import (
	"testing"

	"huying/internal/desk/ground"
)

// YT-21 基础网格与专业网格: a professional grid lies over base grids, has no map
// of its own, and one unit is accountable for it.
func TestYT21ProfessionalGridsLieOverBaseGrids(t *testing.T) {
	grounds(t, "yangtun", townOf(t, "yangtun", "杨屯镇"), func(s *town) {
		all := s.grids()
		in := ground.NewLayer{Code: "ENV-1", Name: "环保专业网格", Line: "ENVIRONMENT", Unit: s.unit(), Place: s.place, Covers: []string{all[0].Code}}
		drawn := in
		drawn.Shape = "x"
		s.refused("layer.no_geometry", func() { s.kept(s.ground.AddLayer(ctx, s.cmd(), drawn)) })
		s.kept(s.ground.AddLayer(ctx, s.cmd(), in))
		over, err := s.ground.Team(ctx, s.actor, all[0].Code, 20260310)
		s.must(err)
		if len(over.Layers) != 1 || over.Layers[0].Unit != s.unit() {
			t.Errorf("%+v", over.Layers)
		}
		if other, err := s.ground.Team(ctx, s.actor, all[1].Code, 20260310); err != nil || len(other.Layers) != 0 {
			t.Errorf("%+v, %v", other, err)
		}
	})
}
