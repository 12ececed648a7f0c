package story

import (
	"testing"
	"time"

	"huying/internal/desk/programme"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
)

// LH-06 市县两级协调机制: two bureaus of a county do not agree. The county's
// body takes it up; ten working days later it stands on the agenda of the
// city's body, whose decision binds.
func TestLH06AConflictGoesUpAndTheDecisionBinds(t *testing.T) {
	steer(t, "luohe", may, func(h *steered) {
		county, city := h.body(yuanhui), h.body(luohe)
		m := h.takes(form{Category: "路面坑洼破损", By: h.desk(yuanhui), Form: callAt(laojie, "桥下积水没人管")})
		h.desk(yuanhui).sends(m, yuanhui+"-ZJ")
		raise := programme.NewConflict{Matter: m.id.Number(), Parties: []string{yuanhui + "-ZJ", yuanhui + "-SW"}, Reason: "市政与水务都说不归自己管"}
		h.refused("dispute.parties", func() {
			h.did(h.programme.RaiseConflict(ctx, county.cmd(), programme.NewConflict{Matter: m.id.Number(), Parties: raise.Parties[:1], Reason: "一家"}))
		})
		h.refused("dispute.no_upper_body", func() { h.did(h.programme.RaiseConflict(ctx, city.cmd(), raise)) })
		id := h.did(h.programme.RaiseConflict(ctx, county.cmd(), raise))
		h.refused("dispute.open_already", func() { h.did(h.programme.RaiseConflict(ctx, county.cmd(), raise)) })

		agenda := func(w *who) int {
			list, err := h.programme.Agenda(ctx, w.actor, h.now)
			h.must(err)
			return len(list)
		}
		decide := programme.Settlement{Lead: yuanhui + "-SW", Co: []string{yuanhui + "-ZJ"}, Word: "桥下排水设施由水务牵头, 市政配合"}
		h.until(may.Add(13 * 24 * time.Hour)) // Tuesday 28 May: nine working days
		if agenda(county) != 1 || agenda(city) != 0 {
			h.Errorf("after nine working days: county %d, city %d", agenda(county), agenda(city))
		}
		h.refused("dispute.other_body", func() { h.did(h.programme.SettleConflict(ctx, city.cmd(), id, decide)) })
		h.until(may.Add(15 * 24 * time.Hour)) // Thursday 30 May
		if agenda(county) != 0 || agenda(city) != 1 {
			h.Errorf("after ten working days: county %d, city %d", agenda(county), agenda(city))
		}
		h.refused("dispute.other_body", func() { h.did(h.programme.SettleConflict(ctx, county.cmd(), id, decide)) })
		h.did(h.programme.SettleConflict(ctx, city.cmd(), id, decide))
		if agenda(city) != 0 {
			h.Error("what is decided stands on the agenda")
		}
		lead := m.order(yuanhui + "-SW")
		if lead.Role != order.Lead || !lead.Bound || !m.order(yuanhui+"-ZJ").Bound {
			h.Errorf("the decision: %+v", lead)
		}
		h.refused("objection.bound", func() { h.unit(yuanhui+"-SW").objects(m, "还是不归我们") })
		h.refused("dispute.settled", func() { h.did(h.programme.SettleConflict(ctx, city.cmd(), id, decide)) })
		m.is(matter.Ordered)
	})
}
