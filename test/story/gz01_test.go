package story

import (
	"slices"
	"testing"
	"time"

	"huying/internal/domain/call"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/domain/org"
)

// GZ-01 一呼一应: every call is answered with evidence and judged by whoever
// called; at every instant exactly one holder existed.
func TestGZ01EveryCallIsAnswered(t *testing.T) {
	tell(t, func(h *world) {
		worker := h.role(community+"-JW", org.GridWorker)
		desk, office := h.desk(wushan), h.unit(wushan+"-YJB")

		// A grid worker reports; the street's desk has it.
		m := h.takes(form{By: worker, Category: "企业安全隐患", Form: call.Form{
			Source: "GRID_APP", Kind: "HAZARD", Text: "小作坊里气瓶倒放在灶台边", Place: community, Post: worker.actor.ID,
		}})
		m.heldBy(desk.code())

		// Verified, triaged, ordered: the emergency office holds it.
		desk.verifies(m)
		desk.triages(m, "", "属安全生产职责")
		desk.orders(m, office.code())
		m.heldBy(office.code())
		h.pass(20 * time.Minute)
		office.signs(m)

		// No evidence, no answer; nobody else may judge, least of all the office.
		h.refused("evidence.missing", func() { office.shows(m, "已整改") })
		office.answers(m, "气瓶已移出并固定")
		m.is(matter.Awaiting)
		h.refused("access.denied", func() { office.judges(m, matter.Yes, 5) })

		// The reporter says it is solved.
		worker.judges(m, matter.Yes, 5)
		m.is(matter.Closed)
		if o := m.order(office.code()); o.Status != order.Fulfilled || !o.OnTime {
			t.Errorf("the order is %s, on time: %v", o.Status, o.OnTime)
		}

		// The ledger shows call → order → receipt → evidence → verdict.
		want := []string{"receive", "verify", "triage", "issue", "sign", "respond", "judge"}
		if got := m.acts(); !slices.Equal(got, want) {
			t.Errorf("the ledger says %v", got)
		}
	})
}
