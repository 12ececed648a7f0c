package story

import (
	"testing"
	"time"

	"huying/internal/domain/matter"
	"huying/internal/domain/org"
)

// GZ-04 三级一体: one matter climbs from the community to the street and to
// the district; it stays the same matter, and each tier's queue moves by one.
func TestGZ04OneMatterThreeTiers(t *testing.T) {
	tell(t, func(h *world) {
		desk := h.desk(wushan)
		m := h.resident("陈女士").calls("楼下堆了旧沙发, 一个月没人收", "大件垃圾堆放", community)
		desk.sends(m)
		m.heldBy(community + "-JW")

		tiers := func() [3]int {
			return [3]int{h.queue(community + "-JW"), h.queue(wushan+"-ZH", wushan+"-CGB"), h.queue(tianhe + "-ZH")}
		}
		if got := tiers(); got != [3]int{1, 0, 0} {
			t.Fatalf("queues %v", got)
		}

		// Three days without a result: the street has it, nobody typed anything.
		h.pass(4 * 24 * time.Hour)
		m.heldBy(desk.code())
		if got := tiers(); got != [3]int{0, 1, 0} {
			t.Fatalf("queues %v", got)
		}

		// The street lets its own office try; after five working days it goes up.
		desk.orders(m, wushan+"-CGB")
		h.until(at(24, 1, 0))
		m.heldBy(tianhe + "-ZH")
		if got := tiers(); got != [3]int{0, 0, 1} {
			t.Fatalf("queues %v", got)
		}
		if n := len(h.matters()); n != 1 {
			t.Errorf("%d records of one matter", n)
		}
		if s := m.now(); s.M.Level != org.District || s.M.Status != matter.Triaged {
			t.Errorf("level %s, %s", s.M.Level, s.M.Status)
		}

		// Each tier saw it, from the community up.
		for _, place := range []string{community, wushan, tianhe, city} {
			h.desk(place).reads(m)
		}
		h.refused("matter.not_found", func() { h.desk(yuancun).reads(m) })
	})
}
