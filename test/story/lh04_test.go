package story

import (
	"slices"
	"testing"

	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/domain/org"
)

// LH-04 交—督—评—考—查: a closed matter is drawn for a check, the work is found
// undone: it is reopened, a false closure is counted, the evaluator is told.
func TestLH04AFalseClosureIsFound(t *testing.T) {
	tell(t, func(h *world) {
		desk, unit := h.desk(wushan), tianhe+"-ZJ"
		m := h.resident("陈女士").calls("路面坑洼", "路面坑洼破损", community)
		desk.sends(m, unit)
		h.unit(unit).answers(m, "已修补")
		m.caller().judges(m, matter.Yes, 5)
		m.is(matter.Closed)

		supervisor, checker := h.role(tianhe+"-JW", org.Supervisor), tianhe+"-KG"
		drawn := supervisor.samples(tianhe, "2026-W11", checker)
		if drawn.Closed != 1 || len(drawn.Drawn) != 1 || drawn.Drawn[0] != m.id {
			t.Fatalf("drawn: %+v", drawn)
		}
		// Drawing again draws the same: nobody can choose.
		if again := supervisor.samples(tianhe, "2026-W11", checker); len(again.Drawn) != 1 {
			t.Errorf("drawn again: %+v", again)
		}
		h.refused("text.missing", func() { h.unit(checker).finds(m, false, "") })
		h.unit(checker).finds(m, false, "坑洼仍在, 只撒了沙")

		m.is(matter.Reopened)
		m.heldBy(unit)
		if !m.now().M.False || m.order(unit).Status != order.Rework {
			t.Errorf("false closure %v, the order is %s", m.now().M.False, m.order(unit).Status)
		}
		m.hears("notice.false_closure")
		if told := h.inbox(tianhe+"-PG", m); !slices.Contains(told, "notice.check_failed") {
			t.Errorf("the evaluator was told %v", told)
		}
		if f := h.figures(unit); f.Reopened != 1 || f.FalseClosures != 1 {
			t.Errorf("the figures: %+v", f)
		}
	})
}
