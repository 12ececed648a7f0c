package story

import (
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"huying/internal/desk/ground"
	"huying/internal/domain/call"
	"huying/internal/domain/grid"
	"huying/internal/domain/org"
	"huying/internal/domain/territory"
	"huying/internal/ident"
)

// LN-16 大中小网格: a grid is split on 1 July by two persons; what was open keeps
// its old grid, its orders and its clock.
func TestLN16OldMattersKeepTheirGrid(t *testing.T) {
	grounds(t, "liunan", townOf(t, "liunan", "河西街道"), func(s *town) {
		g := s.grids()[0].Code
		m := s.takes(form{Form: call.Form{Text: "楼下路灯不亮", Place: g, Name: "王女士", Phone: "19900001234"}})
		before := m.now()
		plan := ground.NewChange{Kind: "SPLIT", Grids: []string{g}, Parts: 2, Day: 20260701, Reason: "户数太多"}
		planner, boss := &who{h: s.world, actor: s.actor}, s.role(s.unit(), org.Leader)
		planner.actor.Person, boss.actor.Person = "甲", "甲"
		id := s.kept(s.ground.PlanChange(ctx, planner.cmd(), plan))
		s.refused("change.same_person", func() { s.kept(s.ground.ConfirmChange(ctx, s.cmd(), id, ground.Empty{})) })
		s.refused("change.same_person", func() { s.kept(s.ground.ConfirmChange(ctx, boss.cmd(), id, ground.Empty{})) }) // another post, the same person
		boss.actor.Person = "乙"
		s.kept(s.ground.ConfirmChange(ctx, boss.cmd(), id, ground.Empty{}))
		day := time.Date(2026, 7, 1, 0, 0, 0, 0, ident.Zone)
		early, err := ground.Due(ctx, s.e.DB(), day.Add(-time.Minute))
		s.must(err)
		due, err := ground.Due(ctx, s.e.DB(), day)
		s.must(err)
		if len(early) != 0 || len(due) != 1 || due[0].Open != 1 {
			t.Fatalf("%+v, then %+v", early, due)
		}
		after, err := due[0].Apply(s.city.Territory)
		s.must(err)
		if heirs := due[0].HeirsIn(after); len(heirs) != 2 || slices.Contains(heirs, g) {
			t.Fatalf("%v", heirs)
		}
		now := m.now()
		if now.M.Place.Leaf() != g || len(now.Orders) != len(before.Orders) || now.M.Next != before.M.Next {
			t.Errorf("the matter is at %+v", now.M.Place)
		}
	})
}

// A hospital has a grid of its own on top of the one around it: from its day on a
// point in the hospital lies in it, with the hospital's duty desk as contact, and
// new calls in new grids after a split; what was open keeps its old leaf.
func TestLN16AnInstitutionHasItsOwnGrid(t *testing.T) {
	story(t, "INV-15")
	grounds(t, "liunan", townOf(t, "liunan", "河西街道"), func(s *town) {
		defer s.e.Use(s.city)
		g := s.grids()[0]
		at, yard := s.yard(g)
		in := ground.NewChange{Kind: "EXCLUSIVE", Grids: []string{g.Code}, Name: "柳铁中心医院网格", Day: 20260320, Reason: "医院自管", Shapes: yard}
		s.refused("change.shape_missing", func() { bad := in; bad.Shapes = ""; s.kept(s.ground.PlanChange(ctx, s.cmd(), bad)) })
		s.refused("text.missing", func() { bad := in; bad.Name = ""; s.kept(s.ground.PlanChange(ctx, s.cmd(), bad)) })
		s.refused("change.outside", func() {
			bad := in
			bad.Grids = []string{s.elsewhere(g.Code)}
			s.kept(s.ground.PlanChange(ctx, s.cmd(), bad))
		})
		before := s.at(at)
		id := s.kept(s.ground.PlanChange(ctx, s.cmd(), in))
		s.kept(s.ground.ConfirmChange(ctx, s.role(s.unit(), org.Leader).cmd(), id, ground.Empty{}))
		spot := ground.Spot{Lon: at[0], Lat: at[1]}
		if a, _, err := s.ground.Locate(ctx, s.actor, spot, 20260310); err != nil || a.Grid != g.Code {
			t.Fatalf("before its day the point lies in %+v, %v", a, err)
		}
		s.until(at2(20260320))
		s.dawn()
		own, _, err := s.ground.Locate(ctx, s.actor, spot, 20260320)
		s.must(err)
		if p, _ := s.e.City().Territory.Place(own.Grid); p == nil || p.Kind != territory.Exclusive || p.Name != in.Name {
			t.Fatalf("the point lies in %+v", own)
		}
		s.kept(s.ground.Tie(ctx, s.cmd(), ground.NewTie{Grid: own.Grid, Kind: "OWNER", Org: "LT-YY", Name: "柳铁中心医院总值班", Phone: "07723000000"}))
		_, team, err := s.ground.Locate(ctx, s.actor, spot, 20260320)
		s.must(err)
		if len(team.Ties) != 1 || team.Ties[0].Fact.Kind != grid.Owner || team.Ties[0].Fact.Phone != "07723000000" {
			t.Fatalf("the contact: %+v", team.Ties)
		}
		if a := s.at(at); a.now().M.Place.Grid != own.Grid || before.now().M.Place.Grid != g.Code {
			t.Errorf("the new call lies in %+v, the old one in %+v", a.now().M.Place, before.now().M.Place)
		}
		s.refused("change.taken", func() {
			again := in
			again.Name, again.Day = "同一块地", 20260401
			s.kept(s.ground.PlanChange(ctx, s.cmd(), again))
		})
	})
}

// at files a call at a point.
func (s *town) at(p orb.Point) *affair {
	s.Helper()
	return s.takes(form{Form: call.Form{Text: "门口堵了", Place: s.place, Lon: &p[0], Lat: &p[1], Name: "韦女士", Phone: "19900001234"}})
}

func at2(day int) time.Time {
	return time.Date(day/10000, time.Month(day/100%100), day%100, 0, 0, 0, 0, ident.Zone)
}

// dawn puts in force the changes of grids whose day has begun.
func (s *town) dawn() {
	s.Helper()
	due, err := ground.Due(ctx, s.e.DB(), s.now)
	s.must(err)
	city, err := ground.Changed(s.e.City(), due, slog.New(slog.DiscardHandler))
	s.must(err)
	s.e.Use(city)
}

// yard is a small square in a grid, and a point in it.
func (s *town) yard(g *territory.Place) (orb.Point, string) {
	s.Helper()
	b := g.Shape.Bound()
	w, h := (b.Max[0]-b.Min[0])/40, (b.Max[1]-b.Min[1])/40
	in := func(lon, lat float64) bool {
		a, ok := s.city.Locator.Locate(lon, lat)
		return ok && a.Grid == g.Code
	}
	for i := 1; i < 39; i++ {
		for j := 1; j < 39; j++ {
			x, y := b.Min[0]+w*float64(i), b.Min[1]+h*float64(j)
			if in(x-w, y-h) && in(x+w, y-h) && in(x-w, y+h) && in(x+w, y+h) {
				return orb.Point{x, y}, fmt.Sprintf(`{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"X"},"geometry":{"type":"Polygon",`+
					`"coordinates":[[[%[1]f,%[2]f],[%[3]f,%[2]f],[%[3]f,%[4]f],[%[1]f,%[4]f],[%[1]f,%[2]f]]]}}]}`, x-w/2, y-h/2, x+w/2, y+h/2)
			}
		}
	}
	s.Fatalf("no square lies in %s", g.Code)
	return orb.Point{}, ""
}
