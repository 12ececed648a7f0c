package story

import (
	"testing"
	"time"

	"huying/internal/domain/matter"
	"huying/internal/domain/order"
)

// LN-10 街道派单、部门解单: the street rejects an answer: rework, one rework
// counted, no first-time fix, and only the time that is left.
func TestLN10TheStreetRejectsAShoddyFix(t *testing.T) {
	tell(t, func(h *world) {
		desk, bureau := h.desk(wushan), h.unit(tianhe+"-CG")
		m := h.resident("陈女士").calls("路边余泥堆了三天", "", wushan)
		desk.verifies(m)
		desk.triages(m, "大事", "属城市管理职责")
		desk.orders(m, bureau.code())
		due := m.order(bureau.code()).Due()
		bureau.signs(m)
		h.pass(24 * time.Hour)
		bureau.shows(m, "已清运", "PHOTO")
		m.is(matter.Awaiting)

		desk.rejects(m, bureau.code(), "现场余泥还在")
		o := m.order(bureau.code())
		if o.Status != order.Rework || o.Reworks != 1 || o.FirstFix {
			t.Errorf("%s, %d reworks, first fix %v", o.Status, o.Reworks, o.FirstFix)
		}
		if o.Due() != due {
			t.Errorf("due %v, want the time that was left: %v", o.Due().Time(), due.Time())
		}
		m.is(matter.Ordered)
		m.heldBy(bureau.code())

		bureau.shows(m, "余泥全部清完", "PHOTO")
		m.caller().judges(m, matter.Yes, 4)
		o = m.order(bureau.code())
		if o.Status != order.Fulfilled || o.FirstFix || !o.OnTime {
			t.Errorf("%s, first fix %v, on time %v", o.Status, o.FirstFix, o.OnTime)
		}
		if f := h.figures(bureau.code()); f.FirstFix != 0 || f.OnTime != 1 {
			t.Errorf("the figures: %+v", f)
		}
	})
}

// An order not signed within its window is signed by the clock: the unit owes
// it all the same, and may still object within its time.
func TestLN10AnUnsignedOrderIsSignedByTheClock(t *testing.T) {
	tell(t, func(h *world) {
		desk, bureau := h.desk(wushan), h.unit(tianhe+"-CG")
		m := h.resident("陈女士").calls("路边余泥堆了三天", "", wushan)
		desk.verifies(m)
		desk.triages(m, "大事", "属城市管理职责")
		desk.orders(m, bureau.code())
		h.pass(6 * time.Hour) // four working hours are over
		if o := m.order(bureau.code()); o.Status != order.Accepted || !o.AutoSigned {
			t.Errorf("the order is %s, signed by the clock: %v", o.Status, o.AutoSigned)
		}
		bureau.objects(m, "不属本局管养范围")
		m.heldBy(tianhe + "-ZH")
	})
}
