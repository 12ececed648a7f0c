package story

import (
	"strconv"
	"testing"
	"time"

	deskburden "huying/internal/desk/burden"
	"huying/internal/domain/burden"
	"huying/internal/domain/call"
	"huying/internal/domain/mandate"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/packs"
)

// forms is a list of Wushan by which forms may be asked of its offices.
func (h *world) formsListed() {
	h.Helper()
	h.inForce(listOf(mandate.StreetTasks, wushan, "五山清单", sheet("C||统计", "C1|C|经济普查填报|BASIC|TOWN:JJB||示例依据", "C2|C|工作例会|BASIC|TOWN:JJB||示例依据")), 20260310)
}

// LH-33 少开会、少填表: a field that was asked once is not asked again: the second
// department gets what is held, and it counts as avoided. Each demand stands in
// the ledger with its issuer, basis and minutes; a month has a cap.
func TestLH33AFieldIsFilledOnce(t *testing.T) {
	tell(t, func(h *world) {
		h.formsListed()
		first, second, office := h.unit(tianhe+"-KG"), h.unit(tianhe+"-SJ"), h.unit(wushan+"-JJB")
		h.refused("burden.basis_missing", func() {
			in := wanted("C1", wushan)
			in.Basis = ""
			h.made(h.burden.Demand(ctx, first.cmd(), in))
		})
		h.refused("form.fields_missing", func() {
			in := wanted("C1", wushan)
			in.Fields = nil
			h.made(h.burden.Demand(ctx, first.cmd(), in))
		})
		one := h.made(h.burden.Demand(ctx, first.cmd(), wanted("C1", wushan)))
		s := h.served(one)
		if len(s) != 1 || s[0].Orders[0].Debtor != office.code() {
			t.Fatalf("the form: %+v", s)
		}
		h.refused("form.field_unknown", func() {
			h.made(h.burden.Fill(ctx, office.cmd(), deskburden.Fill{Values: []deskburden.Value{{Code: "ELSE", Value: "1"}}}))
		})
		h.made(h.burden.Fill(ctx, office.cmd(), deskburden.Fill{Values: []deskburden.Value{{Code: "SHOPS", Value: "312"}}}))

		got, err := h.burden.Received(ctx, office.actor, one)
		h.must(err)
		if got.Open() != 0 || got.Order == nil || got.Fields[0].Served || got.Fields[0].Held.Fact.Value != "312" {
			t.Errorf("the form as the street has it: %+v", got)
		}
		h.refused("record.not_found", func() { _, err = h.burden.Received(ctx, second.actor, one); h.made(0, err) })

		two := h.made(h.burden.Demand(ctx, second.cmd(), wanted("C1", wushan)))
		got, err = h.burden.Received(ctx, office.actor, two)
		h.must(err)
		if got.Order != nil || !got.Fields[0].Served {
			t.Errorf("the second form as the street has it: %+v", got)
		}
		if n := len(h.served(two)); n != 0 {
			t.Errorf("the second department's form made %d orders", n)
		}
		_, held, err := h.burden.DemandOf(ctx, second.actor, two)
		h.must(err)
		if len(held) != 1 || held[0].Fact.Value != "312" || held[0].Fact.Day != 20260310 {
			t.Errorf("served from data: %+v", held)
		}
		r, err := h.burden.Report(ctx, h.organiser().actor, wushan, 202603)
		h.must(err)
		if r.Sum.Count[burden.Form] != 1 || r.Sum.Minutes != 120 || r.Sum.Avoided != 1 || r.Sum.Spared != 120 {
			t.Errorf("the month: %+v", r.Sum)
		}
		if r.Lines[0].Issuer != first.code() || r.Lines[1].Issuer != second.code() {
			t.Errorf("the issuers: %+v", r.Lines)
		}
	})
}

// The cap of a month holds for each issuer and receiver, and no city may raise
// what the base pack sets.
func TestLH33MeetingsHaveACap(t *testing.T) {
	tell(t, func(h *world) {
		h.formsListed()
		bureau := h.unit(tianhe + "-KG")
		meeting := deskburden.Demand{Kind: "MEETING", Name: "推进会", Item: "C2", Basis: "示例通知", Minutes: 180, Places: []string{wushan}}
		most := h.city.LimitsAt(wushan).Number("meeting_most")
		for range most {
			h.made(h.burden.Demand(ctx, bureau.cmd(), meeting))
		}
		h.refused("burden.cap_reached", func() { h.made(h.burden.Demand(ctx, bureau.cmd(), meeting)) })
		h.until(at(31, 23, 0).Add(2 * time.Hour))
		h.made(h.burden.Demand(ctx, bureau.cmd(), meeting))
		// What came by telephone, the receiver writes down itself.
		office := h.unit(wushan + "-JJB")
		h.refused("burden.issuer_not_above", func() {
			h.made(h.burden.Note(ctx, office.cmd(), deskburden.Note{Kind: "CHECK", Name: "检查", Issuer: wushan + "-CGB", Minutes: 60}))
		})
		h.made(h.burden.Note(ctx, office.cmd(), deskburden.Note{Kind: "CHECK", Name: "台账检查", Issuer: bureau.code(), Minutes: 60}))
		r, err := h.burden.Report(ctx, h.desk(wushan).actor, wushan, 202604)
		h.must(err)
		if len(r.Lines) != 1 || r.Lines[0].Count[burden.Meeting] != 1 || r.Lines[0].Count[burden.Check] != 1 || r.Lines[0].Minutes != 240 {
			t.Errorf("April: %+v", r.Lines)
		}
		h.refused("access.denied", func() { _, err := h.burden.Report(ctx, h.desk(yuancun).actor, wushan, 202604); h.must(err) })
	})
}

// The orders that come down are counted from the orders themselves.
func TestLH33OrdersCountThemselves(t *testing.T) {
	tell(t, func(h *world) {
		m := h.resident("陈女士").calls("路边一堆垃圾", "暴露垃圾", community)
		h.desk(wushan).sends(m, wushan+"-CGB")
		n := h.takes(form{Form: call.Form{Text: "大树压在路中间", Place: community, Urgency: "EMERGENCY", Name: "陈女士", Phone: "19900001234"}})
		h.desk(tianhe).verifies(n)
		h.desk(tianhe).triages(n, "大事", "险情")
		h.desk(tianhe).orders(n, wushan+"-ZH")
		r, err := h.burden.Report(ctx, h.organiser().actor, tianhe, 202603)
		h.must(err)
		if len(r.Lines) != 1 || r.Lines[0].Issuer != tianhe+"-ZH" || r.Lines[0].Count[burden.Order] != 1 {
			t.Errorf("an order inside the street is no burden from above: %+v", r.Lines)
		}
	})
}

// LH-20 解散工作群、清理标牌: nothing new without a purpose and a permit; what
// nobody used for sixty days is proposed to be dissolved; the totals add up.
func TestLH20IdleGroupsAreProposedToEnd(t *testing.T) {
	tell(t, func(h *world) {
		bureau := h.unit(tianhe + "-MZ")
		in := deskburden.Club{Kind: "GROUP", Name: "民政通知群", Place: wushan}
		h.refused("group.purpose_missing", func() { h.made(h.burden.WantClub(ctx, bureau.cmd(), in)) })
		in.Purpose = "临时救助联络"
		h.refused("burden.minutes_wrong", func() { h.made(h.burden.WantClub(ctx, bureau.cmd(), in)) })
		in.Minutes = 40
		used, idle := h.made(h.burden.WantClub(ctx, bureau.cmd(), in)), h.made(h.burden.WantClub(ctx, bureau.cmd(), in))
		h.refused("group.not_running", func() { h.made(h.burden.UseClub(ctx, bureau.cmd(), used, deskburden.None{})) })
		h.refused("text.missing", func() { h.made(h.burden.DecideClub(ctx, h.organiser().cmd(), used, deskburden.Permit{})) })
		h.made(h.burden.DecideClub(ctx, h.organiser().cmd(), used, deskburden.Permit{Permit: true}))
		h.made(h.burden.DecideClub(ctx, h.head().cmd(), idle, deskburden.Permit{Permit: true}))
		// What is permitted is a demand on the street, with its issuer and its work.
		month, err := h.burden.Report(ctx, h.organiser().actor, wushan, 202603)
		h.must(err)
		if len(month.Lines) != 1 || month.Lines[0].Issuer != bureau.code() || month.Lines[0].Count[burden.Group] != 2 || month.Lines[0].Minutes != 80 {
			t.Errorf("two groups in the month: %+v", month.Lines)
		}
		h.now = h.now.AddDate(0, 0, 59)
		h.made(h.burden.UseClub(ctx, bureau.cmd(), used, deskburden.None{}))
		h.now = h.now.AddDate(0, 0, 1)
		list, err := h.burden.Clubs(ctx, h.organiser().actor, deskburden.Filter{})
		h.must(err)
		proposed := map[bool]int{}
		for _, c := range list {
			proposed[c.Idle == "IDLE"]++
			if (c.ID == idle) != (c.Idle == "IDLE") {
				t.Errorf("%s: %q", c.Fact.Name, c.Idle)
			}
		}
		if proposed[true] != 1 || proposed[false] != 1 {
			t.Errorf("proposed: %v", proposed)
		}
		h.made(h.burden.DissolveClub(ctx, h.organiser().cmd(), idle, deskburden.None{}))
		h.refused("group.not_running", func() { h.made(h.burden.DissolveClub(ctx, h.organiser().cmd(), idle, deskburden.None{})) })
		// The campaign counts what was done away with before there was a register.
		groups, signs := published(t, "luohe", "LH_GROUPS"), published(t, "luohe", "LH_PLATES")
		for _, c := range []deskburden.Cleanup{{Kind: "GROUP", Count: groups - 1, Text: "集中清理工作群"}, {Kind: "SIGN", Count: signs, Text: "集中清理标牌"}} {
			h.made(h.burden.CountCleanup(ctx, h.organiser().cmd(), c))
		}
		totals, err := h.burden.Cleanups(ctx, h.organiser().actor, tianhe)
		h.must(err)
		if totals[burden.Group] != int64(groups) || totals[burden.Sign] != int64(signs) {
			t.Errorf("the totals: %v", totals)
		}
	})
}

// published is what a source says of a figure of `huying facts`, which
// the register comes to when all that was done is entered.
func published(t *testing.T, name, code string) int {
	t.Helper()
	city, err := pack.Load(packs.FS, name)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range city.Facts {
		if f.Code == code {
			n, err := strconv.Atoi(f.Value)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
	}
	t.Fatalf("%s publishes no %s", name, code)
	return 0
}

// LH-17 党建体检“逐村行”: a campaign comes to each village once; a second visit is
// refused; what it finds becomes a measure; its coverage is computed.
func TestLH17EachVillageIsVisitedOnce(t *testing.T) {
	tell(t, func(h *world) {
		owner := h.organiser()
		id := h.made(h.burden.Run(ctx, owner.cmd(), deskburden.Campaign{Name: "体检", Place: wushan, From: 20260310, To: 20260320, Checklist: []string{"议事", "公开"}}))
		before, err := h.burden.Coverage(ctx, owner.actor, id)
		h.must(err)
		if before.Units != len(h.city.Territory.Children(wushan)) || before.Visited != 0 {
			t.Errorf("before: %d of %d", before.Visited, before.Units)
		}
		visit := h.made(h.burden.Visit(ctx, owner.cmd(), id, deskburden.Visit{Place: community, Issues: []deskburden.Issue{{Text: "公开栏过期", Unit: tianhe + "-MZ"}}}))
		if s := h.served(visit); len(s) != 1 || s[0].Orders[0].Debtor != tianhe+"-MZ" {
			t.Errorf("the measure: %+v", s)
		}
		h.refused("campaign.visited_already", func() { h.made(h.burden.Visit(ctx, owner.cmd(), id, deskburden.Visit{Place: community})) })
		h.refused("campaign.not_here", func() { h.made(h.burden.Visit(ctx, owner.cmd(), id, deskburden.Visit{Place: yuancun + "001"})) })
		after, err := h.burden.Coverage(ctx, owner.actor, id)
		h.must(err)
		if after.Visited != 1 || after.Issues != 1 {
			t.Errorf("after: %d visited, %d issues", after.Visited, after.Issues)
		}
		h.now = h.now.AddDate(0, 0, 20)
		h.refused("campaign.not_now", func() { h.made(h.burden.Visit(ctx, owner.cmd(), id, deskburden.Visit{Place: wushan + "002"})) })
		h.refused("access.denied", func() {
			h.made(h.burden.Run(ctx, h.role(community+"-JW", org.Dispatcher).cmd(), deskburden.Campaign{Name: "x", Place: wushan, From: 20260401, To: 20260402, Checklist: []string{"a"}}))
		})
	})
}
