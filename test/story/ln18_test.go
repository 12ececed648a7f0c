package story

import (
	"testing"

	"huying/internal/desk/ground"
	"huying/internal/domain/grid"
)

// LN-18 干部编入网格: a grid's page shows the chain of posts from the grid to its
// street; when the holder of a post leaves, the street is told at once and the
// chain shows the vacancy the next day.
func TestLN18TheChainShowsAVacancyTheNextDay(t *testing.T) {
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

		// The cadre of the community, and the leader in liaison with the street.
		home := s.city.Territory.Address(g).Community
		cadre := s.kept(s.ground.Station(ctx, s.cmd(), ground.NewStation{Grid: home, Post: "CADRE", Holder: "丙"}))
		s.kept(s.ground.Station(ctx, s.cmd(), ground.NewStation{Grid: s.place, Post: "DISTRICT_LIAISON", Holder: "丁"}))
		chain := func(day int) []grid.Tier {
			s.Helper()
			team, err := s.ground.Team(ctx, s.actor, g, day)
			s.must(err)
			return team.Chain
		}
		c := chain(20260311)
		if len(c) != 3 || c[0].Place.Code != g || c[1].Place.Code != home || c[2].Place.Code != s.place || c[1].Filled["CADRE"] != 1 || c[1].Missing["CADRE"] != 0 ||
			c[2].Filled["DISTRICT_LIAISON"] != 1 || c[0].Missing["GRID_WORKER"] != 1 {
			t.Fatalf("the chain: %+v", c)
		}
		s.kept(s.ground.Leave(ctx, s.cmd(), cadre, ground.Empty{}))
		s.refused("ground.ended", func() { s.kept(s.ground.Leave(ctx, s.cmd(), cadre, ground.Empty{})) })
		if told := s.told(s.unit()); told[0] != "notice.station_vacant" {
			t.Errorf("the street was told %v", told)
		}
		if c := chain(20260311); c[1].Missing["CADRE"] != 0 {
			t.Error("a post is vacant on its last day")
		}
		if c := chain(20260312); c[1].Missing["CADRE"] != 1 || c[1].Filled["CADRE"] != 0 {
			t.Errorf("the day after: %+v", c[1])
		}
	})
}
