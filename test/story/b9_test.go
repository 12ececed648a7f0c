package story

import (
	"testing"

	deskmandate "huying/internal/desk/mandate"
	"huying/internal/domain/mandate"
	"huying/internal/domain/matter"
	"huying/internal/domain/org"
)

// B9 三张清单: what a street leads, what it helps with and what went back to the
// departments are three kinds of one list. What was taken back is never asked of
// it, by no order, no admission and no delegation's list; in an item of help the
// department leads and the street has a part.
func TestB9ThreeListsBindAStreet(t *testing.T) {
	tell(t, func(h *world) {
		rubbish, pit, land := h.leaf("暴露垃圾"), h.leaf("路面坑洼破损"), h.leaf("违法占用耕地")
		h.inForce(listOf(mandate.StreetTasks, wushan, "五山三张清单", sheet(
			"A||基本履职", "A1|A|清扫保洁|基本履职|TOWN:CGB||示例依据|"+rubbish,
			"B||配合履职", "B1|B|道路隐患排查|配合履职|DISTRICT:ZJ|TOWN:CGB|示例依据|"+pit,
			"C||上级收回", "C1|C|违法占地处罚|上级收回|DISTRICT:ZRZY||示例依据|"+land,
		)), 20260310)
		office := wushan + "-CGB"
		m := h.resident("陈女士").calls("路边一堆垃圾", "暴露垃圾", community)
		h.desk(wushan).sends(m, office)
		if o := m.order(office); o.Admission != 0 || o.Emergency || o.ListVersion == "" {
			t.Errorf("by the list: %+v", o)
		}
		n := h.resident("何先生").calls("路上有个坑", "路面坑洼破损", community)
		h.desk(wushan).verifies(n)
		h.desk(wushan).triages(n, "", "部门事权")
		lead := n.now().Proposal()[0].Debtor
		if u, _ := h.city.Org.Unit(lead); u.Level != org.District {
			t.Errorf("an item of help is led by %s", lead)
		}
		h.desk(wushan).orders(n, lead, office)

		x := h.resident("吴先生").calls("有人在耕地上建房", "违法占用耕地", community)
		h.desk(wushan).verifies(x)
		h.desk(wushan).triages(x, "", "自然资源事权")
		h.refused("order.off_list", func() { h.desk(wushan).orders(x, office) })
		bureau := h.unit(tianhe + "-ZRZY")
		h.refused("admission.taken_back", func() { h.made(h.mandate.Request(ctx, bureau.cmd(), request("C1", wushan))) })
		for word, kind := range map[string][2]bool{"清扫保洁": {true, false}, "道路隐患排查": {true, true}, "违法占地处罚": {false, false}} {
			asked, err := h.mandate.MayAsk(ctx, h.desk(wushan).actor, wushan, word, 0)
			h.must(err)
			if len(asked.Items) != 1 || asked.Items[0].May != kind[0] || asked.Items[0].Assist != kind[1] || asked.Items[0].Basis == "" {
				t.Errorf("%s: %+v", word, asked.Items)
			}
		}
	})
}

// An order about something that nobody has classified waits for the street's own
// word: without an item no office of it is ordered.
func TestLN02WithoutAnItemTheStreetClassifiesFirst(t *testing.T) {
	tell(t, func(h *world) {
		m := h.resident("陈女士").calls("楼下有些情况，请来看看", "", community)
		street := h.desk(wushan)
		street.verifies(m)
		street.triages(m, "大事", "待归类")
		h.refused("order.off_list", func() { street.orders(m, wushan+"-CGB") })
		m.is(matter.Triaged)
	})
}

// A draft that the street spoke against is looked at again by nobody who worked
// on it already: drafting, reviewing and approving are three persons, also where
// one of them sits on two posts.
func TestLN02ThreePersonsMakeAList(t *testing.T) {
	tell(t, func(h *world) {
		as := func(w *who, person string) *who {
			w.actor.Person = person
			return w
		}
		draft := func() deskmandate.Import {
			return listOf(mandate.StreetTasks, wushan, "五山清单", sheet("C||市容", "C1|C|清扫保洁|BASIC|TOWN:CGB||示例依据"))
		}
		pass := deskmandate.Word{Pass: true}
		id := as(h.organiser(), "甲").drafts(draft())
		h.refused("list.same_person", func() { h.made(h.mandate.Review(ctx, as(h.lawyer(), "甲").cmd(), id, pass)) })
		h.made(h.mandate.Review(ctx, as(h.lawyer(), "乙").cmd(), id, pass))
		h.made(h.mandate.Consult(ctx, as(h.organiser(), "甲").cmd(), id, deskmandate.None{}))
		h.opine(id, matter.Agreed, "同意")
		for _, person := range []string{"甲", "乙"} {
			h.refused("list.same_person", func() { h.made(h.mandate.Approve(ctx, as(h.head(), person).cmd(), id, deskmandate.Reasons{})) })
		}
		h.made(h.mandate.Approve(ctx, as(h.head(), "丙").cmd(), id, deskmandate.Reasons{}))
		// By a token the draft has no person: whoever reviews is told from who approves
		// all the same. And two lists of one person have nothing in common.
		other := h.organiser().drafts(draft())
		h.made(h.mandate.Review(ctx, as(h.lawyer(), "乙").cmd(), other, pass))
		h.made(h.mandate.Consult(ctx, h.organiser().cmd(), other, deskmandate.None{}))
		h.opine(other, matter.Agreed, "同意")
		h.refused("list.same_person", func() { h.made(h.mandate.Approve(ctx, as(h.head(), "乙").cmd(), other, deskmandate.Reasons{})) })
		one, _, err := h.mandate.List(ctx, h.organiser().actor, id)
		h.must(err)
		two, _, err := h.mandate.List(ctx, h.organiser().actor, other)
		h.must(err)
		if a, b := one.Fact.Reviewed.Hand, two.Fact.Reviewed.Hand; a == "" || b == "" || a == b {
			t.Errorf("one person's hand on two lists: %q and %q", a, b)
		}
	})
}
