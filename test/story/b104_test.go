package story

import (
	"slices"
	"testing"
	"time"

	"huying/internal/desk/dispatch"
	"huying/internal/desk/registry"
	"huying/internal/domain/call"
	"huying/internal/domain/clock"
	"huying/internal/domain/mandate"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
)

// B1-04 职责清楚直派: what the list makes clear goes straight to its unit; when
// the city orders a street directly, the district has a copy; what is unclear in
// a known district is the district's to coordinate.
func TestB104ClearDutyGoesStraight(t *testing.T) {
	tell(t, func(h *world) {
		m := h.resident("陈女士").calls("路边一堆垃圾", "暴露垃圾", community)
		if list := m.now().Proposal(); len(list) != 1 || list[0].Debtor != wushan+"-CGB" {
			t.Errorf("the list proposes %+v", list)
		}
		up := h.takes(form{Form: call.Form{Text: "大树压在路中间", Place: community, Urgency: "EMERGENCY", Name: "陈女士", Phone: "19900001234"}})
		whole := h.desk(city)
		whole.verifies(up)
		whole.triages(up, "大事", "险情")
		whole.orders(up, wushan+"-ZH")
		if told := h.inbox(tianhe+"-ZH", up); !slices.Contains(told, "notice.level_skipped") {
			t.Errorf("the district was told %v", told)
		}
		vague := h.resident("何先生").calls("这一片没人管", "", tianhe)
		vague.heldBy(tianhe + "-ZH")
	})
}

// B1-05 异议复核: a unit may object to an order, a review decides, and the desk
// asks the units before a hard case is ordered.
func TestB105ObjectionsAreReviewed(t *testing.T) {
	tell(t, func(h *world) {
		m := h.resident("陈女士").calls("排水沟盖板断了", "", community)
		desk, review := h.desk(wushan), h.desk(tianhe)
		desk.verifies(m)
		desk.triages(m, "大事", "属市政职责")
		desk.orders(m, tianhe+"-SW")
		h.refused("text.missing", func() { h.unit(tianhe+"-SW").objects(m, "") })
		h.unit(tianhe+"-SW").objects(m, "不属排水设施")
		m.heldBy(review.code())
		review.reviews(m, tianhe+"-SW", true, "属道路附属设施")
		m.heldBy(desk.code())
		desk.orders(m, tianhe+"-ZJ")
		m.heldBy(tianhe + "-ZJ")
	})
}

// B1-06 派单写明时限: every order has its limit, with the rule it follows, and
// nobody makes it longer than the list does.
func TestB106AnOrderStatesItsLimit(t *testing.T) {
	tell(t, func(h *world) {
		desk := h.desk(wushan)
		m := h.resident("陈女士").calls("路边一堆垃圾", "暴露垃圾", community)
		desk.verifies(m)
		desk.triages(m, "", "市容")
		h.refused("order.limit_longer_than_list", func() {
			desk.issues(m, dispatch.Issue{Orders: []dispatch.Given{{Debtor: wushan + "-CGB", Limit: "30 WD"}}})
		})
		desk.orders(m, wushan+"-CGB")
		o := m.order(wushan + "-CGB")
		c := o.Clocks.Running(clock.Respond)
		if c == nil || c.Due <= c.Start || o.ListVersion == "" {
			t.Errorf("the order states %+v by list %q", c, o.ListVersion)
		}
		explained, err := h.registry.Explain(m.now())
		h.must(err)
		if !slices.ContainsFunc(explained, func(x registry.Explained) bool { return x.Clock.Kind == clock.Respond && x.Agrees }) {
			t.Error("the limit cannot be explained")
		}
	})
}

// B1-08 联系反馈与延期: the caller is contacted within the limit; time is given
// only before it is over, for reasons, and never longer than the rule lets.
func TestB108ContactAndMoreTime(t *testing.T) {
	tell(t, func(h *world) {
		desk, bureau := h.desk(wushan), h.unit(tianhe+"-ZJ")
		m := h.resident("陈女士").calls("路面坑洼积水", "路面坑洼破损", community)
		desk.verifies(m)
		desk.triages(m, "", "属市政管养")
		desk.orders(m, bureau.code())
		bureau.signs(m)
		if c := m.now().M.Clocks.Running(clock.Contact); c == nil {
			t.Error("nobody has to contact the caller")
		}
		bureau.did(h.dispatch.Contact(ctx, bureau.cmd(), m.id, dispatch.Contact{Channel: "PHONE", Reached: true}))
		if c := m.now().M.Clocks.Running(clock.Contact); c != nil {
			t.Error("the caller was reached, and the limit runs on")
		}
		h.refused("text.missing", func() { bureau.asksTime(m, "2 WD", "") })
		h.refused("extension.too_long", func() { bureau.asksTime(m, "300 WD", "没有工期") })
		bureau.asksTime(m, "2 WD", "要等沥青到货")
		before := m.order(bureau.code()).Due()
		desk.grantsTime(m, bureau.code())
		if after := m.order(bureau.code()).Due(); after <= before {
			t.Errorf("granted, and due %v as before", after.Time())
		}
		h.pass(40 * 24 * time.Hour)
		h.refused("extension.too_late", func() { bureau.asksTime(m, "2 WD", "又晚了") })
	})
}

// B1-09 社区清单外不派: a community gets no work that is not on its list, and
// never leads what it only assists with.
func TestB109NothingOffACommunitysList(t *testing.T) {
	tell(t, func(h *world) {
		desk, committee := h.desk(wushan), community+"-JW"
		m := h.resident("陈女士").calls("有人私自占用耕地建房", "违法占用耕地", community)
		desk.verifies(m)
		desk.triages(m, "", "自然资源事权")
		h.refused("order.off_list", func() { desk.orders(m, committee) })

		pit := h.leaf("路面坑洼破损")
		h.inForce(listOf(mandate.VillageCatalogue, wushan, "社区目录", sheet("C||协助", "C1|C|道路问题协助|ASSIST|DISTRICT:ZJ|COMMUNITY:JW|示例依据|"+pit)), 20260310)
		n := h.resident("何先生").calls("请社区出面", "路面坑洼破损", community)
		desk.verifies(n)
		desk.triages(n, "", "部门事权")
		h.refused("order.assist_may_not_lead", func() { desk.orders(n, committee) })
		lead := n.now().Proposal()[0].Debtor
		desk.orders(n, lead, committee)
		if o := n.order(committee); o.Role != order.Co {
			t.Errorf("the committee's part: %s", o.Role)
		}
		n.is(matter.Ordered)
	})
}
