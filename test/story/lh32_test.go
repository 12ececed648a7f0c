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

// LH-32 also tells how far each town has come with its figures: from what is kept,
// the newest of each place, as long as it is fresh.
func TestLH32HowFarEachTownHasCome(t *testing.T) {
	grounds(t, "luohe", laojie, func(s *town) {
		city := s.desk(luohe)
		home := s.city.Territory.Children(s.place)[0].Code
		counts := func(n, fresh int) {
			s.Helper()
			s.kept(s.ground.EnterGrid(ctx, s.cmd(), ground.NewEntry{Verb: "INFO", Grid: home, Class: "RESIDENT", Count: n, Fresh: fresh}))
		}
		progress := func(day int) (towns int, own ground.Progress) {
			s.Helper()
			list, err := s.ground.Progress(ctx, city.actor, "RESIDENT", day)
			s.must(err)
			for _, x := range list {
				if x.Town == s.place {
					own = x
				} else if x.Fresh.Covered != 0 || x.Fresh.All == 0 && len(s.city.Territory.Children(x.Town)) > 0 {
					t.Errorf("%s has %+v", x.Town, x)
				}
			}
			return len(list), own
		}
		counts(1200, 20260401)
		counts(1240, 20260501)
		towns, own := progress(20260310)
		if towns < 24 || own.Fresh.Covered != 1 || own.Fresh.All != len(s.city.Territory.Children(s.place)) || own.Total != 1240 {
			t.Fatalf("%d towns, the own: %+v", towns, own)
		}
		if _, own := progress(20260502); own.Fresh.Covered != 0 || own.Total != 0 {
			t.Errorf("a figure that is old counts: %+v", own)
		}
		if list, err := s.ground.Progress(ctx, s.actor, "RESIDENT", 20260310); err != nil || len(list) != 1 {
			t.Errorf("a town's desk sees %d towns, %v", len(list), err)
		}
		s.refused("info.class_unknown", func() { _, err := s.ground.Progress(ctx, city.actor, "BELIEVERS", 20260310); s.must(err) })
	})
}
