package story

import (
	"testing"
	"time"

	"huying/internal/domain/matter"
	"huying/internal/domain/order"
)

// composite is a matter of a lead unit and two beside it: night building
// noise, for which the enforcement team leads, ecology and housing help.
func composite(h *world) (m *affair, lead, late, good string) {
	h.Helper()
	lead, late, good = wushan+"-ZFD", tianhe+"-HB", tianhe+"-ZJ"
	m = h.resident("陈女士").calls("工地半夜打桩", "夜间施工噪声", community)
	desk := h.desk(wushan)
	desk.sends(m, lead, late, good)
	h.pass(3 * time.Hour)
	h.unit(good).answers(m, "已约谈总包单位")
	h.unit(lead).answers(m, "已责令停工")
	return m, lead, late, good
}

// GZ-09 综合性事项: each unit has its own clock and its own score; the lead
// waits for nobody; the street may write a supervision letter to the late one.
func TestGZ09OnlyTheLateUnitIsLate(t *testing.T) {
	tell(t, func(h *world) {
		m, lead, late, good := composite(h)
		desk := h.desk(wushan)
		desk.accepts(m, lead)
		if o := m.order(lead); o.Status != order.Fulfilled || !o.OnTime {
			t.Errorf("the lead's part is %s, on time %v", o.Status, o.OnTime)
		}
		m.is(matter.Ordered) // the part of one is still open

		h.pass(22 * time.Hour) // 24 hours are over for ecology
		for unit, want := range map[string]int64{lead: 0, late: 1, good: 0} {
			if got := h.figures(unit).Yellow; got != want {
				t.Errorf("%s has %d yellow cards, want %d", unit, got, want)
			}
		}
		desk.supervises(m, late, "综合性事项逾期, 请说明")
		if got := h.figures(late).Supervised; got != 1 {
			t.Errorf("%d letters counted", got)
		}
		if got := h.figures(good).Supervised + h.figures(lead).Supervised; got != 0 {
			t.Errorf("%d letters to units that were not late", got)
		}
	})
}

// BJ-12 统筹协调和督办权: the letter of the street counts in the score of the
// department; a street without the power over the matter is refused.
func TestBJ12TheStreetSupervisesDepartments(t *testing.T) {
	tell(t, func(h *world) {
		m, _, late, _ := composite(h)
		h.pass(22 * time.Hour)
		id := m.order(late).ID
		h.refused("order.not_found", func() { h.desk(yuancun).supervises(m, late, "逾期") })
		h.refused("access.denied", func() { h.unit(wushan+"-ZFD").supervises(m, late, "逾期") })
		h.desk(wushan).supervises(m, late, "逾期未答复")
		if l := m.letter(late); l.About != id || l.Creditor != wushan+"-ZH" || l.Due() == 0 {
			t.Errorf("the letter: %+v", l)
		}
		if f := h.figures(late); f.Supervised != 1 || f.Owed[string(order.Issued)] != 1 {
			t.Errorf("the department's figures: %+v", f)
		}
		h.unit(late).replies(m, "监测车昨夜故障, 今日补测")
	})
}
