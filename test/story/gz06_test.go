package story

import (
	"slices"
	"testing"

	"huying/internal/desk/power"
	"huying/internal/desk/roster"
	"huying/internal/domain/consult"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
)

// GZ-06 派驻机构纳入镇街平台: the street commands the agency stationed in it;
// the parent bureau is told, not asked; another street is refused.
func TestGZ06TheStreetCommandsItsAgencies(t *testing.T) {
	tell(t, func(h *world) {
		agency, parent := wushan+"-SJS", tianhe+"-SJ"
		desk := h.desk(wushan)
		m := h.resident("陈女士").calls("小店卖过期牛奶", "", wushan)
		desk.verifies(m)
		desk.triages(m, "大事", "属食品安全职责")
		desk.orders(m, agency)
		m.heldBy(agency)
		if told := h.inbox(parent, m); !slices.Contains(told, "notice.agency_dispatched") {
			t.Errorf("the parent bureau was told %v", told)
		}

		// The other street may not even see this matter …
		other := h.desk(yuancun)
		h.refused("matter.not_found", func() { other.orders(m, agency) })
		// … and in its own, it cannot send another street's agency.
		n := h.resident("何先生").calls("小店卖过期牛奶", "", yuancun)
		other.verifies(n)
		other.triages(n, "大事", "属食品安全职责")
		h.refused("order.not_stationed_here", func() { other.orders(n, agency) })
		other.orders(n, yuancun+"-SJS")
	})
}

// GZ-06 日常管理: the street keeps the watches of the agency stationed in it and
// sees its leave; the street beside it does neither.
func TestGZ06TheStreetManagesItsAgenciesDaily(t *testing.T) {
	in(t, "guangzhou", func(h *hall) {
		d, agency := roster.New(h.e), wushan+"-SJS"
		plan := roster.NewDuty{Unit: agency, From: 20260311, To: 20260311, Shifts: []roster.Shift{{Day: 20260311, From: "08:00", To: "20:00", Post: agency + "/HANDLER"}}}
		keep := func(w *who) func() {
			return func() { h.done(d.Register(ctx, w.cmd(), plan)) }
		}
		h.refused("access.denied", keep(h.desk(yuancun)))
		keep(h.desk(wushan))()
		listed := func(w *who) int {
			list, err := d.Duties(ctx, w.actor, roster.Filter{Unit: agency}, 0, 10)
			h.must(err)
			return len(list)
		}
		if listed(h.desk(wushan)) != 1 || listed(h.unit(agency)) != 1 || listed(h.desk(yuancun)) != 0 {
			t.Error("the agency's watches are not seen by its street and itself alone")
		}
		leave := h.gate(h.unit(tianhe+"-SJ"), consult.Leave, "请假三天")
		if g, _, err := h.power.Gate(ctx, h.secretary(wushan).actor, leave); err != nil || g.Fact.Kind != consult.Leave {
			t.Errorf("the street does not see the leave: %v", err)
		}
		h.refused("record.not_found", func() { _, _, err := h.power.Gate(ctx, h.secretary(yuancun).actor, leave); h.must(err) })
	})
}

// LN-03 指挥调度权: the street sends the stationed officers to a joint action;
// the bureau cannot take the order back, the agency can only object, with
// reasons.
func TestLN03TheParentCannotCancel(t *testing.T) {
	tell(t, func(h *world) {
		team, agency, bureau := wushan+"-ZFD", wushan+"-SJS", tianhe+"-SJ"
		desk := h.desk(wushan)
		m := h.resident("陈女士").calls("夜市烧烤摊占满人行道", "夜市烧烤大排档占道", community)
		desk.sends(m, team, agency)
		if o := m.order(agency); o.Role != order.Co || o.Creditor != desk.code() {
			t.Errorf("the agency's order: %s from %s", o.Role, o.Creditor)
		}

		h.refused("order.not_found", func() { h.unit(bureau).withdraws(m, agency, "另有任务") })
		h.refused("text.missing", func() { h.unit(agency).objects(m, "") })
		h.unit(agency).objects(m, "当晚全员参加考试保障")
		if o := m.order(agency); o.Status != order.Objected {
			t.Errorf("the order is %s", o.Status)
		}
		// The district's desk reviews it; rejected, the order stands.
		h.desk(tianhe).reviews(m, agency, false, "联合行动按期进行")
		if o := m.order(agency); o.Status != order.Issued {
			t.Errorf("the order is %s", o.Status)
		}
		m.is(matter.Ordered)
	})
}

// LN-03: the command over stationed officers is a power of the register. Taken
// back, the street's desk sends its own team but no agency; given again, it does.
func TestLN03CommandIsAPower(t *testing.T) {
	in(t, "liunan", func(h *hall) {
		street := liunan + "001"
		agency, desk := street+"-SJS", h.desk(street)
		grant := power.Grant{Holder: street + "-ZH", Code: "DISPATCH_STATIONED", Basis: "区委办〔2026〕5号", Revoke: true}
		h.done(h.power.Grant(ctx, h.organiser(liunan+"-DW").cmd(), grant))
		m := h.resident("覃女士").calls("夜市烧烤摊占满人行道", "", street)
		desk.verifies(m)
		desk.triages(m, "大事", "联合行动")
		h.refused("power.not_held", func() { desk.orders(m, agency) })
		m.is(matter.Triaged)
		grant.Revoke = false
		h.done(h.power.Grant(ctx, h.organiser(liunan+"-DW").cmd(), grant))
		desk.orders(m, agency)
		m.heldBy(agency)
	})
}
