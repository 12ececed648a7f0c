package story

import (
	"huying/internal/domain/order"
	"slices"
	"testing"

	"huying/internal/domain/call"
)

// BJ-17 社区吹哨、科站队所报到: a community calls the street's own offices, and
// nobody else.
func TestBJ17TheCommunityBlows(t *testing.T) {
	blows(t, "beijing", wanshou, morningOf(10), func(s *street) {
		communities := s.city.Territory.Children(wanshou)
		if len(communities) == 0 {
			t.Fatal("the street has no community")
		}
		place := communities[0].Code
		community := s.desk(place)
		m := s.takes(form{Form: call.Form{Text: "楼道堆物堵消防通道", Place: place, Name: "李先生", Phone: "19900001234"}})
		s.refused("whistle.community_calls_street", func() { s.blowAs(community, m, "ENFORCEMENT", wanshou+"-PCS") })
		s.refused("whistle.community_calls_street", func() { s.blowAs(community, m, "COMMUNITY", haidian+"-CG") })
		s.blowAs(community, m, "COMMUNITY", wanshou+"-XFS", wanshou+"-ZFD")
		if n := len(m.now().Orders); n != 2 {
			t.Fatalf("%d legs", n)
		}
		mine := &street{s.world, community, place, s.whistle, s.roster}
		mine.works(m, wanshou+"-XFS", wanshou+"-ZFD")
	})
}

// BJ-17: what the community's whistle does not solve within a working day is for
// the street to decide; it takes the matter up by blowing itself.
func TestBJ17TheStreetTakesItUp(t *testing.T) {
	blows(t, "beijing", wanshou, morningOf(10), func(s *street) {
		place := s.city.Territory.Children(wanshou)[0].Code
		community := s.desk(place)
		m := s.takes(form{Form: call.Form{Text: "楼道堆物堵消防通道", Place: place, Name: "李先生", Phone: "19900001234"}})
		s.blowAs(community, m, "COMMUNITY", wanshou+"-XFS", wanshou+"-ZFD")
		s.refused("whistle.open_already", func() { s.blowAs(community, m, "COMMUNITY", wanshou+"-CGB") })
		s.until(at(12, 0, 1))
		if got := s.told(s.who, m); !slices.Contains(got, "notice.whistle_unsolved") {
			t.Errorf("the street was told %v", got)
		}
		s.blow(m, "ENFORCEMENT", wanshou+"-XFS", haidian+"-ZJ")
		st := m.now()
		if first := st.M.Whistles[0]; !first.Lifted || first.Ended == 0 || len(st.M.Whistles) != 2 {
			t.Errorf("%+v", st.M.Whistles)
		}
		if o := st.Orders[1]; o.Status != order.Withdrawn || o.EndReason != "lifted" {
			t.Errorf("the enforcement team is %s: %s", o.Status, o.EndReason)
		}
		s.works(m, wanshou+"-XFS", haidian+"-ZJ")
	})
}
