package story

import (
	"testing"

	"huying/internal/desk/ground"
	"huying/internal/domain/org"
)

// LH-32 多格合一: one grid serves all departments; none of them sets up its own.
func TestLH32DepartmentsDrawNoGridsOfTheirOwn(t *testing.T) {
	grounds(t, "luohe", laojie, func(s *town) {
		layer := ground.NewLayer{Code: "HB", Name: "环保网格", Line: "ENVIRONMENT", Unit: yuanhui + "-CG", Place: s.place, Covers: []string{s.place}}
		bureau := s.role(yuanhui+"-CG", org.Leader)
		s.refused("layer.one_grid", func() { s.kept(s.ground.AddLayer(ctx, bureau.cmd(), layer)) })
		drawn := layer
		drawn.Shape = "x"
		s.refused("layer.no_geometry", func() { s.kept(s.ground.AddLayer(ctx, s.cmd(), drawn)) })
		s.kept(s.ground.AddLayer(ctx, s.cmd(), layer))
		s.refused("record.key_taken", func() { s.kept(s.ground.AddLayer(ctx, s.cmd(), layer)) })
	})
	grounds(t, "beijing", wanshou, func(s *town) { // where the module is off, a department may
		bureau := s.role(haidian+"-CG", org.Leader)
		s.kept(s.ground.AddLayer(ctx, bureau.cmd(), ground.NewLayer{
			Code: "CG", Name: "城管网格", Line: "CITY_MANAGEMENT", Unit: haidian + "-CG", Place: s.place, Covers: []string{s.place},
		}))
	})
}
