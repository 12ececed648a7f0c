package story

import (
	"slices"
	"testing"
	"time"

	"huying/internal/desk/dispatch"
	"huying/internal/domain/call"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
)

// tour takes a matter through nearly every state there is.
func tour(h *world) *affair {
	h.Helper()
	desk, review := h.desk(wushan), h.desk(tianhe)
	first, second, third := tianhe+"-SW", tianhe+"-ZJ", tianhe+"-CG"
	m := h.resident("陈女士").calls("排水沟盖板断了", "", community)
	desk.refers(m, "MARKET", "物业范围")
	w := desk
	w.did(h.intake.TakeBack(ctx, w.cmd(), m.id, reason("不在物业范围")))
	desk.verifies(m)
	desk.triages(m, "大事", "属市政职责")
	desk.orders(m, first)
	h.unit(first).objects(m, "不属排水设施")
	m.heldBy(review.code())
	review.reviews(m, first, true, "属道路附属设施")
	m.heldBy(desk.code())
	desk.orders(m, second)
	h.pass(time.Hour)
	desk.withdraws(m, second, "改派城管")
	desk.orders(m, third, first)
	h.unit(third).signs(m)
	desk.pauses(m, "WEATHER", h.now.Add(48*time.Hour))
	h.pass(50 * time.Hour)
	h.unit(third).asksTime(m, "3 CD", "要等预制盖板")
	desk.grantsTime(m, third)
	h.unit(first).shows(m, "已配合清淤")
	w.did(h.dispatch.Defer(ctx, w.cmd(), m.id, dispatch.Defer{Reason: "盖板定制", Plan: "四月更换", Review: h.now.Add(20 * 24 * time.Hour)}))
	m.is(matter.Deferred)
	h.pass(21 * 24 * time.Hour)
	m.is(matter.Ordered)
	h.unit(third).shows(m, "盖板已换")
	m.caller().judges(m, matter.No, 2)
	m.is(matter.Reopened)
	h.unit(third).shows(m, "已垫实")
	m.caller().judges(m, matter.Yes, 4)
	m.is(matter.Closed)
	h.pass(24 * time.Hour)
	m.caller().reopens(m, "又响了")
	h.unit(third).shows(m, "更换减震垫")
	m.caller().judges(m, matter.Yes, 5)
	return m
}

// INV-01: through every state of a matter, one unit holds it and each open
// order has one debtor. The harness checks it after every single command.
func TestINV01OneHolderAtEveryInstant(t *testing.T) {
	tell(t, func(h *world) {
		m := tour(h)
		m.is(matter.Closed)
		var open []string
		for _, o := range m.now().Orders {
			if o.Status.Open() {
				open = append(open, o.Debtor)
			}
		}
		if len(open) != 0 {
			t.Errorf("closed, and still owed by %v", open)
		}
	})
}

// INV-02: who answered does not judge: not the unit, by whatever post, nor in
// the caller's name on the telephone.
func TestINV02NobodyJudgesTheirOwnWork(t *testing.T) {
	tell(t, func(h *world) {
		// In an emergency the district orders the street's own centre.
		m := h.takes(form{Form: call.Form{Text: "大树压在路中间", Place: community, Urgency: "EMERGENCY", Name: "陈女士", Phone: "19900001234"}})
		district, street := h.desk(tianhe), h.desk(wushan)
		district.verifies(m)
		district.triages(m, "大事", "险情")
		district.orders(m, street.code())
		street.shows(m, "已清除")
		m.is(matter.Awaiting)
		h.refused("verdict.judge_is_responder", func() { street.callsBack(m, matter.Yes, 5) })
		h.refused("verdict.judge_is_responder", func() { street.judges(m, matter.Yes, 5) })
		h.refused("verdict.judge_is_responder", func() { street.accepts(m, street.code()) })
		// Nobody orders itself, so that nobody judges itself by a detour.
		n := h.resident("何先生").calls("路面坑洼", "路面坑洼破损", community)
		street.verifies(n)
		street.triages(n, "", "市政")
		h.refused("order.judge_is_debtor", func() { street.orders(n, street.code()) })
		district.callsBack(m, matter.Yes, 5)
		m.is(matter.Closed)
	})
}

// INV-03: a street or village is not ordered what its list does not hold,
// unless life is at stake, and then the district is told by itself.
func TestINV03NothingOffTheList(t *testing.T) {
	tell(t, func(h *world) {
		desk := h.desk(wushan)
		for _, unit := range []string{community + "-JW", wushan + "-CGB"} {
			m := h.resident("陈女士").calls("有人私自占用耕地建房", "违法占用耕地", community)
			desk.verifies(m)
			desk.triages(m, "", "自然资源事权")
			f := h.refused("order.off_list", func() { desk.orders(m, unit) })
			if !says(f.Args, "OFF_LIST") {
				t.Errorf("the refusal names no rule: %v", f.Args)
			}
		}
		m := h.takes(form{Form: call.Form{Text: "山坡在往下滑", Place: community, Urgency: "EMERGENCY", Name: "陈女士", Phone: "19900001234"}})
		desk.verifies(m)
		desk.triages(m, "大事", "险情")
		desk.orders(m, community+"-JW")
		if o := m.order(community + "-JW"); !o.Emergency {
			t.Error("the exception is not marked")
		}
		if told := h.inbox(tianhe+"-ZH", m); !slices.Contains(told, "notice.off_list_emergency") {
			t.Errorf("the district was told %v", told)
		}
	})
}

// INV-12: merged callers each get the answer; a merge can be undone until the
// matter is closed.
func TestINV12MergingTakesNothingFromACaller(t *testing.T) {
	tell(t, func(h *world) {
		desk := h.desk(wushan)
		a, b := pair(h)
		c := h.resident("何先生").calls("井盖响得睡不着", "井盖松动异响", community)
		desk.merges(b, a)
		desk.merges(c, a)
		b.is(matter.Merged)
		desk.unmerges(c, "是另一个井盖")
		c.is(matter.Received)
		c.heldBy(desk.code())
		c.hears("notice.merged", "notice.unmerged")

		desk.sends(a)
		unit := a.now().Orders[0].Debtor
		h.unit(unit).answers(a, "已加固")
		for _, m := range []*affair{a, b} {
			m.hears("notice.ordered", "notice.answered")
		}
		a.caller().judges(a, matter.Yes, 5)
		a.is(matter.Awaiting) // two callers, one has spoken
		b.caller().judges(a, matter.Yes, 4)
		a.is(matter.Closed)
		b.hears("notice.closed")
		if slices.Contains(c.told(), "notice.answered") {
			t.Error("a caller who was unmerged was told of another matter's answer")
		}
		h.refused("merge.into_ended", func() { desk.unmerges(b, "太晚了") })
		desk.advises(c, "已另行登记")
	})
}

// INV-07: every deadline follows from rule, start, calendar and pauses, and
// can be explained day by day; a year without a calendar is marked.
func TestINV07EveryDeadlineIsExplained(t *testing.T) {
	tell(t, func(h *world) {
		m := tour(h)
		explained, err := h.registry.Explain(m.now())
		h.must(err)
		if len(explained) < 20 {
			t.Errorf("only %d clocks ran in the tour", len(explained))
		}
		for _, x := range explained {
			if !x.Agrees && !x.Clock.Provisional {
				t.Errorf("%s %s from %v: stored %v, computed %v", x.Clock.Kind, x.Clock.Limit, x.Clock.Start.Time(), x.Clock.Due.Time(), x.Days.Due.At)
			}
		}
		h.now = time.Date(2031, 5, 6, 9, 0, 0, 0, h.now.Location()) // no calendar is published for it yet
		late := h.resident("何先生").calls("路面坑洼", "路面坑洼破损", community)
		desk := h.desk(wushan)
		desk.verifies(late)
		provisional := 0
		for _, c := range late.now().M.Clocks {
			if c.Provisional {
				provisional++
			}
		}
		if provisional == 0 {
			t.Error("a deadline in a year without a calendar is not marked")
		}
	})
}

// A card is never for a person: it names the unit and the fact alone.
func TestCardsNameNoPerson(t *testing.T) {
	tell(t, func(h *world) {
		m, unit := lamp(h)
		h.pass(4 * 24 * time.Hour)
		c, err := m.order(unit).Card(order.Red)
		h.must(err)
		if c.Rule != "C5.3" || c.Fact == "" || c.AppBy != "" {
			t.Errorf("the card: %+v", c)
		}
	})
}
