package story

import (
	"slices"
	"testing"

	"huying/internal/desk/ground"
	"huying/internal/domain/grid"
	"huying/internal/domain/org"
	"huying/internal/domain/territory"
)

// GZ-11 三个一肩挑: the share of villages whose three posts one person holds, on a
// day; the villages that lack it are named, nobody who holds a post is.
func TestGZ11ThreePostsOfOnePerson(t *testing.T) {
	place, villages := threeVillages(t)
	grounds(t, "guangzhou", place, func(s *town) {
		posts := []string{grid.VillageSecretary, grid.VillageHead, grid.CollectiveHead}
		var head func()
		for i, v := range villages {
			for j, post := range posts {
				holder := "持岗人" + v
				if i == 2 && j == 2 {
					holder = "另一人"
				}
				id := s.kept(s.ground.Station(ctx, s.cmd(), ground.NewStation{Grid: v, Post: post, Holder: holder}))
				if i == 0 && j == 1 {
					head = func() { s.kept(s.ground.Leave(ctx, s.cmd(), id, ground.Empty{})) }
				}
			}
		}
		share := func(day int) grid.Coverage {
			s.Helper()
			c, err := s.ground.ThreePosts(ctx, s.actor, place, day)
			s.must(err)
			return c
		}
		if c := share(20260310); c.Covered != 2 || c.All != 3 || c.Percent() != "66.7" || !slices.Equal(c.Gaps, villages[2:]) {
			t.Fatalf("%+v, %s", c, c.Percent())
		}
		if c := share(20260309); c.Covered != 0 || c.Percent() != "0.0" {
			t.Errorf("the day before: %+v", c)
		}
		head()
		if c := share(20260310); c.Covered != 2 {
			t.Errorf("on the day itself the post is held still: %+v", c)
		}
		if c := share(20260311); c.Covered != 1 || c.Percent() != "33.3" {
			t.Errorf("the day after a post was left: %+v", c)
		}
		s.refused("place.unknown", func() { _, err := s.ground.ThreePosts(ctx, s.actor, "x", 20260310); s.must(err) })
		s.refused("access.denied", func() {
			_, err := s.ground.ThreePosts(ctx, s.role(wushan+"-ZH", org.Dispatcher).actor, place, 20260310)
			s.must(err)
		})
	})
}

// threeVillages returns a town of Guangzhou that has just three villages.
func threeVillages(t *testing.T) (string, []string) {
	t.Helper()
	tree := cityOf(t, "guangzhou").Territory
	for p := range tree.All() {
		if p.Kind.Rank() != 2 {
			continue
		}
		var villages []string
		for _, v := range tree.Children(p.Code) {
			if v.Kind == territory.Village {
				villages = append(villages, v.Code)
			}
		}
		if len(villages) == 3 {
			return p.Code, villages
		}
	}
	t.Fatal("no town has three villages")
	return "", nil
}
