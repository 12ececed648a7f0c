package story

import (
	"testing"

	"huying/internal/desk/ground"
	"huying/internal/domain/territory"
)

// townOf returns the code of a town by its name.
func townOf(t *testing.T, city, name string) string {
	t.Helper()
	for p := range cityOf(t, city).Territory.All() {
		if p.Kind.Rank() == 2 && p.Name == name {
			return p.Code
		}
	}
	t.Fatalf("%s has no town %s", city, name)
	return ""
}

// grids returns the grids of the town, in code order.
func (s *town) grids() (out []*territory.Place) {
	s.Helper()
	for p := range s.city.Territory.All() {
		if p.Kind.Rank() == 0 && s.city.Territory.Within(p.Code, s.place) {
			out = append(out, p)
		}
	}
	if len(out) == 0 {
		s.Fatal("the town has no grid")
	}
	return out
}

// missing is how many holders of a post a grid lacks.
func (s *town) missing(grid, post string) int {
	s.Helper()
	for _, v := range s.gaps().Vacancies {
		if v.Place == grid && v.Post == post {
			return v.Missing
		}
	}
	return 0
}

// fills gives a post of a grid to somebody known by a pseudonym.
func (s *town) fills(grid, post, holder string) {
	s.Helper()
	s.kept(s.ground.Station(ctx, s.cmd(), ground.NewStation{Grid: grid, Post: post, Holder: holder}))
}

// YT-23 一长六员: whoever judges in a grid is not its grid worker.
func TestYT23TheInspectorIsNotTheGridWorker(t *testing.T) {
	grounds(t, "yangtun", townOf(t, "yangtun", "杨屯镇"), func(s *town) {
		g := s.grids()[0].Code
		s.fills(g, "GRID_WORKER", "甲")
		s.refused("station.judge_not_responder", func() { s.fills(g, "GRID_SUPERVISOR", "甲") })
		s.fills(g, "GRID_SUPERVISOR", "乙")
		if n := s.missing(g, "GRID_LEAD"); n != 1 {
			t.Errorf("%d grid leads are missing", n)
		}
	})
}
