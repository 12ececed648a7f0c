package story

import (
	"testing"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
)

// YT-35 闻风而动、即接即办: a class that cannot wait is ordered by a rule,
// without a human step and within five minutes; a human can correct it.
func TestYT35InstantClassesAreDispatchedByRule(t *testing.T) {
	tell(t, func(h *world) {
		m := h.resident("陈女士").calls("门口井盖不见了", "井盖缺失", community)
		m.is(matter.Ordered)
		s := m.now()
		o := s.Orders[0]
		if took := o.IssuedAt.Time().Sub(s.M.ReceivedAt.Time()); took > 5*time.Minute {
			t.Errorf("it took %v", took)
		}
		entries := m.entries()
		if e := entries[len(entries)-1]; e.Act != "dispatch_by_rule" || e.Actor != access.Rule {
			t.Errorf("dispatched by %s: %s", e.Actor, e.Act)
		}
		if c := s.M.Clocks[0]; c.Start != s.M.ReceivedAt {
			t.Errorf("the clock starts at %v, not at first sight", c.Start.Time())
		}

		// The desk sees that it is the water bureau's cover, and corrects.
		desk := h.desk(wushan)
		h.pass(3 * time.Minute)
		desk.withdraws(m, o.Debtor, "是供水井盖")
		m.is(matter.Triaged)
		m.heldBy(desk.code())
		desk.orders(m, tianhe+"-SW")
		m.heldBy(tianhe + "-SW")
		if m.order(o.Debtor).Status != order.Withdrawn {
			t.Errorf("the first order is %s", m.order(o.Debtor).Status)
		}
	})
}
