package story

import (
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
		mine := &street{s.world, community, place, s.whistle}
		mine.works(m, wanshou+"-XFS", wanshou+"-ZFD")
	})
}
