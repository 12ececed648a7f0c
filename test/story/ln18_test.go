package story

import (
	"testing"

	"huying/internal/desk/ground"
)

// LN-18 干部编入网格: when the holder of a post leaves, the grid shows the vacancy
// the next day.
func TestLN18AVacancyShowsTheNextDay(t *testing.T) {
	grounds(t, "liunan", townOf(t, "liunan", "河西街道"), func(s *town) {
		g := s.grids()[0].Code
		s.fills(g, "GRID_WORKER", "甲")
		id := s.kept(s.ground.Station(ctx, s.cmd(), ground.NewStation{Grid: g, Post: "GRID_WORKER", Holder: "乙"}))
		if n := s.missing(g, "GRID_WORKER"); n != 0 {
			t.Fatalf("%d are missing", n)
		}
		s.kept(s.ground.Leave(ctx, s.cmd(), id, ground.Empty{}))
		s.until(at(11, 9, 0))
		if n := s.missing(g, "GRID_WORKER"); n != 1 {
			t.Errorf("%d are missing the day after", n)
		}
	})
}
