package story

import (
	"testing"

	"huying/internal/domain/clock"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
)

// shirk is a matter that two units in turn say is not theirs.
func shirk(h *world) (m *affair, first, second string) {
	h.Helper()
	first, second = tianhe+"-JT", tianhe+"-ZJ"
	desk, review := h.desk(wushan), h.desk(tianhe)
	m = h.resident("陈女士").calls("高架桥底排水口堵了, 一下雨就淹", "", wushan)
	desk.verifies(m)
	desk.triages(m, "大事", "属公共设施")
	desk.orders(m, first)
	h.unit(first).objects(m, "排水不归交通")
	m.heldBy(review.code())
	review.reviews(m, first, false, "桥梁附属设施由你单位管养")
	h.unit(first).objects(m, "仍不属本局")
	return m, first, second
}

// YT-31 联合会商: two objections make a conference mandatory within two working
// days; its decision binds, a third refusal is impossible.
func TestYT31AConferenceBinds(t *testing.T) {
	tell(t, func(h *world) {
		m, first, second := shirk(h)
		s := m.now()
		if s.M.Conference == nil || s.M.Conference.Convener != tianhe+"-ZH" {
			t.Fatalf("no conference: %+v", s.M.Conference)
		}
		if c := s.M.Clocks.Running(clock.Conference); c == nil || c.Limit != "2 WD" {
			t.Fatalf("its clock: %+v", c)
		}
		h.refused("objection.none_filed", func() { h.desk(tianhe).reviews(m, first, true, "又改主意") })
		h.refused("objection.district_decides", func() { h.desk(wushan).confers(m, "街道自己定", first) })

		h.desk(tianhe).confers(m, "会商定: 交通牵头, 住建配合", first, second)
		m.heldBy(first)
		for unit, role := range map[string]order.Role{first: order.Lead, second: order.Co} {
			if o := m.order(unit); o.Role != role || !o.Bound || !o.Status.Open() {
				t.Errorf("%s: %s, bound %v, %s", unit, o.Role, o.Bound, o.Status)
			}
			h.refused("objection.bound", func() { h.unit(unit).objects(m, "第三次推") })
		}
		m.is(matter.Ordered)
	})
}
