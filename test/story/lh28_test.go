package story

import (
	"testing"

	deskburden "huying/internal/desk/burden"
	deskmandate "huying/internal/desk/mandate"
	"huying/internal/domain/burden"
	"huying/internal/domain/mandate"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/domain/org"
)

// form is a form that a bureau wants of streets, by an item that is on no list.
func wanted(item string, places ...string) deskburden.Demand {
	return deskburden.Demand{
		Kind: "FORM", Name: "门店情况统计表", Item: item, Basis: "示例通知", Minutes: 120, Places: places, Fields: []deskburden.Blank{{Code: "SHOPS", Name: "门店数"}},
	}
}

func request(item string, towns ...string) deskmandate.Request {
	return deskmandate.Request{
		Item: item, Name: "门店情况统计", Towns: towns, Reason: "专项摸底", Basis: "示例通知", Money: 500000, Minutes: 120, Until: 20260531,
	}
}

// LH-28 未列入清单不得擅自下放: what is on no list is refused with OFF_LIST; the
// way is an admission with basis, money or people and an end, on which the
// streets are heard and the county body decides. What was admitted may be asked
// until it expires.
func TestLH28NothingOffTheListWithoutAdmission(t *testing.T) {
	tell(t, func(h *world) {
		bureau := h.unit(tianhe + "-SJ")
		f := h.refused("order.off_list", func() { h.made(h.burden.Demand(ctx, bureau.cmd(), wanted("TJ01", wushan, yuancun))) })
		if !says(f.Args, "OFF_LIST") {
			t.Errorf("the refusal names no rule: %v", f.Args)
		}

		// An admission says what it stands on and what comes with it.
		bare := request("TJ01", wushan, yuancun)
		bare.Basis, bare.Money, bare.Until = "", 0, 20300101
		wrong := h.refusals(func() { h.made(h.mandate.Request(ctx, bureau.cmd(), bare)) })
		var codes []string
		for _, f := range wrong {
			codes = append(codes, f.Code)
		}
		for _, want := range []string{"admission.basis_missing", "admission.means_missing", "admission.until_wrong"} {
			if !contains(codes, want) {
				t.Errorf("told %v, not %s", codes, want)
			}
		}
		h.refused("access.denied", func() { h.made(h.mandate.Request(ctx, h.desk(wushan).cmd(), request("TJ01", yuancun))) })
		h.refused("admission.listed_already", func() { h.made(h.mandate.Request(ctx, bureau.cmd(), request(h.leaf("暴露垃圾"), wushan))) })

		no := h.made(h.mandate.Request(ctx, bureau.cmd(), request("TJ01", wushan, yuancun)))
		if len(h.consulted(no)) != 2 || !h.told(tianhe+"-DW", no, "notice.admission_requested") {
			t.Error("the streets are not asked, or the organisation desk does not know")
		}
		h.refused("admission.opinions_open", func() { h.made(h.mandate.Decide(ctx, h.organiser().cmd(), no, deskmandate.Decision{Grant: true})) })
		h.opine(no, matter.Agreed, "可以", wushan+"-DGW")
		h.opine(no, matter.Disagreed, "人手不够", yuancun+"-DGW")
		h.refused("admission.reasons_missing", func() { h.made(h.mandate.Decide(ctx, h.organiser().cmd(), no, deskmandate.Decision{Grant: true})) })
		h.refused("mandate.not_county_body", func() {
			h.made(h.mandate.Decide(ctx, h.role(tianhe+"-CG", org.Leader).cmd(), no, deskmandate.Decision{Grant: true, Text: "同意"}))
		})
		// Whoever asked does not decide, from whatever post.
		again, same := h.unit(tianhe+"-SJ"), h.organiser()
		again.actor.Person, same.actor.Person = "甲", "甲"
		own := h.made(h.mandate.Request(ctx, again.cmd(), request("TJ02", wushan)))
		h.opine(own, matter.Agreed, "可以")
		h.refused("admission.same_person", func() { h.made(h.mandate.Decide(ctx, same.cmd(), own, deskmandate.Decision{Grant: true})) })
		h.made(h.mandate.Decide(ctx, h.organiser().cmd(), no, deskmandate.Decision{Grant: true, Text: "另派两人帮助元村", Until: 20260331}))

		// Until the end it may be asked, and the order names the admission.
		id := h.made(h.burden.Demand(ctx, bureau.cmd(), wanted("TJ01", wushan, yuancun)))
		orders := h.served(id)
		if len(orders) != 2 || orders[0].Orders[0].Admission != no || orders[0].Orders[0].Leaf != "TJ01" {
			t.Fatalf("the orders: %d", len(orders))
		}
		asked, err := h.mandate.MayAsk(ctx, h.desk(wushan).actor, wushan, "TJ01", 20260331)
		h.must(err)
		if len(asked.Items) != 1 || !asked.Items[0].May || asked.Items[0].Admission != no.Number() || asked.Items[0].Until != 20260331 {
			t.Errorf("may I be asked this: %+v", asked.Items)
		}
		h.until(at(31, 23, 0).AddDate(0, 0, 1))
		other := wanted("TJ01", wushan)
		other.Fields[0].Code = "STALLS"
		h.refused("order.off_list", func() { h.made(h.burden.Demand(ctx, bureau.cmd(), other)) })
	})
}

// A refused admission stands in the burden ledger: what the streets were to be
// asked, and were spared.
func TestLH28ARefusalIsSeenInTheBurdenLedger(t *testing.T) {
	tell(t, func(h *world) {
		bureau := h.unit(tianhe + "-SJ")
		no := h.made(h.mandate.Request(ctx, bureau.cmd(), request("TJ01", wushan, yuancun)))
		h.opine(no, matter.Disagreed, "与日常台账重复")
		h.refused("admission.reasons_missing", func() { h.made(h.mandate.Decide(ctx, h.organiser().cmd(), no, deskmandate.Decision{})) })
		h.made(h.mandate.Decide(ctx, h.organiser().cmd(), no, deskmandate.Decision{Text: "从现有数据取用"}))
		h.refused("admission.decided_already", func() {
			h.made(h.mandate.Decide(ctx, h.organiser().cmd(), no, deskmandate.Decision{Grant: true, Text: "再议"}))
		})
		h.refused("order.off_list", func() { h.made(h.burden.Demand(ctx, bureau.cmd(), wanted("TJ01", wushan))) })
		r, err := h.burden.Report(ctx, h.organiser().actor, tianhe, 202603)
		h.must(err)
		if len(r.Lines) != 1 || r.Lines[0].Issuer != bureau.code() || r.Lines[0].Refused != 2 || r.Lines[0].Spared != 240 || r.Lines[0].Minutes != 0 {
			t.Errorf("the month: %+v", r.Lines)
		}
		mine, err := h.burden.Entries(ctx, h.desk(wushan).actor, deskburden.Filter{Status: string(burden.Refused)})
		h.must(err)
		if len(mine) != 1 || mine[0].Fact.About != no {
			t.Errorf("what the street sees: %+v", mine)
		}
	})
}

// LH-27 一乡一策: an item on the list of one street and not on its neighbour's
// may be asked of the first alone. The order cites the version.
func TestLH27EachTownHasItsOwnList(t *testing.T) {
	tell(t, func(h *world) {
		rubbish := h.leaf("暴露垃圾")
		with := sheet("C||市容", "C1|C|清扫保洁|BASIC|TOWN:CGB||示例依据|"+rubbish)
		without := sheet("C||市容", "C2|C|其他事项|BASIC|TOWN:CGB||示例依据")
		own := h.inForce(listOf(mandate.StreetTasks, wushan, "五山清单", with), 20260310)
		h.inForce(listOf(mandate.StreetTasks, yuancun, "元村清单", without), 20260310)

		m := h.resident("陈女士").calls("路边一堆垃圾", "暴露垃圾", community)
		h.desk(wushan).sends(m, wushan+"-CGB")
		if o := m.order(wushan + "-CGB"); o.ListVersion != own.Number() {
			t.Errorf("the order cites %s, not %s", o.ListVersion, own.Number())
		}
		n := h.resident("何先生").calls("路边一堆垃圾", "暴露垃圾", yuancun)
		h.desk(yuancun).verifies(n)
		h.desk(yuancun).triages(n, "", "市容")
		h.refused("order.off_list", func() { h.desk(yuancun).orders(n, yuancun+"-CGB") })
		h.desk(yuancun).orders(n, tianhe+"-CG")
	})
}

// LH-18 “四个目录”: a village is asked only what its catalogue allows; a
// certificate that is not in it is refused, and so is one it must not give.
func TestLH18VillagesGiveNoOtherCertificate(t *testing.T) {
	tell(t, func(h *world) {
		h.inForce(listOf(mandate.VillageCatalogue, wushan, "社区工作事项目录", sheet(
			"M1||履职事项", "M101|M1|民主议事|BASIC|COMMUNITY:JW||示例依据", "M2||协助事项", "M3||可出具证明", "M4||不得要求事项",
			"M301|M3|居住情况说明|BASIC|COMMUNITY:JW||示例依据", "M201|M2|人口普查协助|ASSIST|DISTRICT:MZ|COMMUNITY:JW|示例依据",
			"M401|M4|无犯罪记录证明|TAKEN_BACK|DISTRICT:GA||示例依据",
		)), 20260310)
		bureau := h.unit(tianhe + "-MZ")
		paper := func(item string) deskburden.Demand {
			d := wanted(item, community)
			d.Fields[0].Code = item
			return d
		}
		// A department pushes no work down to a community at all: the street does.
		h.refused("order.tier_no_push_down", func() { h.made(h.burden.Demand(ctx, bureau.cmd(), paper("M301"))) })
		street := h.desk(wushan)
		h.refused("order.off_list", func() { h.made(h.burden.Demand(ctx, street.cmd(), paper("M999"))) })
		h.refused("order.off_list", func() { h.made(h.burden.Demand(ctx, street.cmd(), paper("M401"))) })
		// What it only assists with, it is never made to lead (B1-09).
		h.refused("order.assist_may_not_lead", func() { h.made(h.burden.Demand(ctx, street.cmd(), paper("M201"))) })
		id := h.made(h.burden.Demand(ctx, street.cmd(), paper("M301")))
		if s := h.served(id); len(s) != 1 || s[0].Orders[0].Debtor != community+"-JW" || s[0].Orders[0].Kind != order.Task {
			t.Errorf("the order: %+v", s)
		}
		asked, err := h.mandate.MayAsk(ctx, h.role(community+"-JW", org.Dispatcher).actor, community, "证明", 0)
		h.must(err)
		if len(asked.Items) != 1 || asked.Items[0].May || asked.Items[0].Kind != "TAKEN_BACK" || asked.Items[0].Lead != tianhe+"-GA" {
			t.Errorf("may I be asked this: %+v", asked.Items)
		}
	})
}
