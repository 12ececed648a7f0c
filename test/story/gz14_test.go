package story

import (
	"slices"
	"testing"
	"time"

	deskmandate "huying/internal/desk/mandate"
	"huying/internal/domain/mandate"
	"huying/internal/domain/matter"
	"huying/internal/domain/org"
	"huying/internal/ident"
)

// propose is a penalty power of the urban management bureau that is to come down
// to Wushan's enforcement team.
func (h *world) propose(item string) ident.ID {
	h.Helper()
	return h.made(h.mandate.Propose(ctx, h.organiser().cmd(), deskmandate.Propose{
		Power: "PENALTY", Item: item, Name: "夜间施工噪声处罚", Giver: tianhe + "-HB", Taker: wushan + "-ZFD", Basis: "行政处罚法第二十四条；示例公告",
	}))
}

// equip gives a delegation everything it needs.
func (h *world) equip(id ident.ID) {
	h.Helper()
	for _, p := range []deskmandate.Provide{
		{Need: "DUTY", Document: "职责文本"}, {Need: "MONEY", Document: "预算科目", Amount: 20000000}, {Need: "PEOPLE", Document: "编制文件", Amount: 2},
	} {
		h.made(h.mandate.Provide(ctx, h.organiser().cmd(), id, p))
	}
	bureau, team := h.unit(tianhe+"-HB"), h.unit(wushan+"-ZFD")
	goods := h.made(h.mandate.HandOver(ctx, bureau.cmd(), deskmandate.HandOver{Name: "执法车辆", Taker: team.code(), Pieces: []deskmandate.Piece{{Name: "执法车", Count: 1}}}))
	h.made(h.mandate.SignHandover(ctx, bureau.cmd(), goods, deskmandate.Sign{}))
	h.made(h.mandate.SignHandover(ctx, team.cmd(), goods, deskmandate.Sign{}))
	h.made(h.mandate.Provide(ctx, h.organiser().cmd(), id, deskmandate.Provide{Need: "ASSETS", Handover: goods.Number()}))
}

// matterOf is a call of a category that names its lead by the duty list alone.
func (h *world) leads(category string) string {
	h.Helper()
	m := h.resident("陈女士").calls("请处理", category, community)
	list := m.now().Proposal()
	if len(list) == 0 {
		h.Fatalf("nobody leads %s", category)
	}
	return list[0].Debtor
}

// districtItem is a category that a bureau of the district leads.
func (h *world) districtItem(suffix string) (name, code string) {
	h.Helper()
	for _, l := range h.city.Duty.Leaves() {
		if l.Lead.Level == org.District && l.Lead.Suffix == suffix && l.Class == "大事" && !l.Instant && !l.FanOut {
			return l.Name, l.Code
		}
	}
	h.Fatalf("no category is led by %s", suffix)
	return "", ""
}

// GZ-14 能放尽放: a power comes down from a day on. What arises before goes to
// the bureau, what arises from that day to the town; when it ends, the cases that
// are open stay where they are.
func TestGZ14PowersComeDownFromADay(t *testing.T) {
	tell(t, func(h *world) {
		name, code := h.districtItem("HB")
		bureau, team := tianhe+"-HB", wushan+"-ZFD"
		id := h.propose(code)
		h.equip(id)
		h.refused("delegation.from_in_past", func() { h.made(h.mandate.Start(ctx, h.organiser().cmd(), id, deskmandate.From{From: 20260309})) })
		h.made(h.mandate.Start(ctx, h.organiser().cmd(), id, deskmandate.From{From: 20260312}))
		if got := h.leads(name); got != bureau {
			t.Errorf("before the day %s leads", got)
		}
		h.pass(48 * time.Hour)
		if got := h.leads(name); got != team {
			t.Errorf("from the day on %s leads", got)
		}
		// What the desk is told beforehand is what an order would do.
		told, err := h.intake.Lead(ctx, code, h.city.Territory.Address(community), h.now)
		if h.must(err); told != team {
			t.Errorf("the desk is told that %s leads", told)
		}
		m := h.resident("陈女士").calls("工地半夜打桩", name, community)
		h.desk(wushan).sends(m)
		m.heldBy(team)

		h.made(h.mandate.End(ctx, h.head().cmd(), id, deskmandate.To{To: 20260312, Text: "试点结束"}))
		h.pass(24 * time.Hour)
		m.heldBy(team) // what is open stays
		if got := h.leads(name); got != bureau {
			t.Errorf("after the end %s leads", got)
		}
		// It may come down anew.
		again := h.propose(code)
		h.equip(again)
		h.made(h.mandate.Start(ctx, h.organiser().cmd(), again, deskmandate.From{From: 20260313}))
		if got := h.leads(name); got != team {
			t.Errorf("delegated anew, %s leads", got)
		}
		third := h.propose(code)
		h.equip(third)
		h.refused("delegation.another_in_force", func() {
			h.made(h.mandate.Start(ctx, h.organiser().cmd(), third, deskmandate.From{From: 20260313}))
		})
	})
}

// GZ-30 政策、财政、资源三配套: without a funding line no power comes down, unless
// the district signs for the exception, which is then listed.
func TestGZ30NoMoneyNoDuty(t *testing.T) {
	tell(t, func(h *world) {
		_, code := h.districtItem("HB")
		id := h.propose(code)
		h.equip(id)
		bare := h.propose(code)
		h.made(h.mandate.Provide(ctx, h.organiser().cmd(), bare, deskmandate.Provide{Need: "DUTY", Document: "职责文本"}))
		var codes []string
		for _, f := range h.refusals(func() { h.made(h.mandate.Start(ctx, h.organiser().cmd(), bare, deskmandate.From{From: 20260310})) }) {
			codes = append(codes, f.Code)
		}
		for _, want := range []string{"delegation.no_money_no_duty", "delegation.no_people", "delegation.no_assets"} {
			if !contains(codes, want) {
				t.Errorf("refused with %v, not %s", codes, want)
			}
		}
		for _, need := range []string{"MONEY", "PEOPLE", "ASSETS"} {
			in := deskmandate.Waive{Need: need, Text: "由区统一保障"}
			h.refused("mandate.not_county_body", func() {
				h.made(h.mandate.Waive(ctx, h.role(tianhe+"-CG", org.Leader).cmd(), bare, in))
			})
			h.made(h.mandate.Waive(ctx, h.head().cmd(), bare, in))
		}
		h.made(h.mandate.Start(ctx, h.organiser().cmd(), bare, deskmandate.From{From: 20260310}))
		got, err := h.mandate.Delegation(ctx, h.desk(wushan).actor, bare)
		h.must(err)
		if !got.Fact.Exception() || got.Fact.Status != mandate.InForce || len(got.Lacks) != 0 {
			t.Errorf("the exception: %+v", got.Fact)
		}
	})
}

// LN-05 车辆、执法器材、办公经费移交: each piece is signed by both sides. Three
// vehicles listed and two signed is PARTIAL, and the power cannot come down.
func TestLN05BothSidesSignEachPiece(t *testing.T) {
	tell(t, func(h *world) {
		_, code := h.districtItem("HB")
		id := h.propose(code)
		h.equip(id)
		bureau, team := h.unit(tianhe+"-HB"), h.unit(wushan+"-ZFD")
		goods := h.made(h.mandate.HandOver(ctx, bureau.cmd(), deskmandate.HandOver{
			Name: "三辆车", Taker: team.code(), Pieces: []deskmandate.Piece{{Name: "车一", Count: 1}, {Name: "车二", Count: 1}, {Name: "车三", Count: 1}},
		}))
		h.made(h.mandate.Provide(ctx, h.organiser().cmd(), id, deskmandate.Provide{Need: "ASSETS", Handover: goods.Number()}))
		h.refused("access.denied", func() { h.made(h.mandate.SignHandover(ctx, h.unit(tianhe+"-SJ").cmd(), goods, deskmandate.Sign{})) })
		h.refused("handover.piece_unknown", func() { h.made(h.mandate.SignHandover(ctx, team.cmd(), goods, deskmandate.Sign{Pieces: []int{4}})) })
		h.made(h.mandate.SignHandover(ctx, bureau.cmd(), goods, deskmandate.Sign{}))
		h.made(h.mandate.SignHandover(ctx, team.cmd(), goods, deskmandate.Sign{Pieces: []int{1, 2}}))
		r, err := h.mandate.Handover(ctx, team.actor, goods)
		h.must(err)
		if r.Fact.State() != mandate.Partial {
			t.Errorf("two of three are signed: %s", r.Fact.State())
		}
		h.refused("delegation.no_assets", func() { h.made(h.mandate.Start(ctx, h.organiser().cmd(), id, deskmandate.From{From: 20260310})) })
		h.made(h.mandate.SignHandover(ctx, team.cmd(), goods, deskmandate.Sign{Pieces: []int{3}}))
		h.made(h.mandate.Start(ctx, h.organiser().cmd(), id, deskmandate.From{From: 20260310}))
	})
}

// LH-26 已下放事项调研评估: a power that nobody used in twelve months is asked
// about; what is taken back may not be asked of the town any more, and the next
// version of its list says so.
func TestLH26PowersAreReviewedEachYear(t *testing.T) {
	tell(t, func(h *world) {
		name, code := h.districtItem("HB")
		h.inForce(listOf(mandate.StreetTasks, wushan, "五山清单", sheet("C||城管", "C1|C|"+name+"|ASSIST|DISTRICT:HB|TOWN:ZFD|示例依据|"+code)), 20260310)
		id := h.propose(code)
		h.equip(id)
		h.made(h.mandate.Start(ctx, h.organiser().cmd(), id, deskmandate.From{From: 20260310}))
		h.now = h.now.AddDate(1, 0, 1)
		got, err := h.mandate.Delegation(ctx, h.organiser().actor, id)
		h.must(err)
		if !got.Idle || got.Uses != 0 {
			t.Errorf("after a year without a case: idle %v, %d uses", got.Idle, got.Uses)
		}
		in := deskmandate.YearReview{Decision: "TAKE_BACK", Capacity: "街道没有检测设备", Outcome: "十二个月无案件"}
		h.refused("mandate.not_county_body", func() { h.made(h.mandate.YearReview(ctx, h.role(tianhe+"-CG", org.Leader).cmd(), id, in)) })
		h.made(h.mandate.YearReview(ctx, h.head().cmd(), id, in))
		if got := h.leads(name); got != tianhe+"-HB" {
			t.Errorf("taken back, %s leads", got)
		}
		m := h.resident("陈女士").calls("工地半夜打桩", name, community)
		h.desk(wushan).verifies(m)
		h.desk(wushan).triages(m, "", "城管")
		h.refused("order.off_list", func() { h.desk(wushan).orders(m, wushan+"-ZFD") })
		lists, err := h.mandate.Lists(ctx, h.organiser().actor, deskmandate.Filter{Kind: string(mandate.StreetTasks), Place: wushan})
		h.must(err)
		if len(lists) != 2 || lists[0].Fact.Status != mandate.Draft || lists[0].Fact.Version != 2 {
			t.Fatalf("the next version: %+v", lists)
		}
		changes, err := h.mandate.Diff(ctx, h.organiser().actor, lists[1].ID, lists[0].ID)
		h.must(err)
		if len(changes) != 1 || changes[0].Is.Kind != "TAKEN_BACK" {
			t.Errorf("it changes %+v", changes)
		}
		h.refused("delegation.not_in_force", func() { h.made(h.mandate.YearReview(ctx, h.head().cmd(), id, in)) })
	})
}

// LH-26 已下放事项调研评估, the middle word: a power that the town can bear only
// with help is adjusted. The next version of its list is drafted so; from the day
// it is published for, the town helps, the bureau leads again, and what is open
// stays where it is.
func TestLH26AnAdjustedPowerIsDraftedAndChangesWithItsList(t *testing.T) {
	tell(t, func(h *world) {
		name, code := h.districtItem("HB")
		h.inForce(listOf(mandate.StreetTasks, wushan, "五山清单", sheet("C||城管", "C1|C|"+name+"|BASIC|TOWN:ZFD|TOWN:CGB|示例依据|"+code)), 20260310)
		id := h.propose(code)
		h.equip(id)
		h.made(h.mandate.Start(ctx, h.organiser().cmd(), id, deskmandate.From{From: 20260310}))
		open := h.resident("陈女士").calls("工地半夜打桩", name, community)
		h.desk(wushan).sends(open, wushan+"-ZFD")

		in := deskmandate.YearReview{Decision: "ADJUST", Capacity: "街道没有检测设备", Outcome: "取证要靠区局"}
		review := func(kind string) { in.Kind = kind; h.made(h.mandate.YearReview(ctx, h.organiser().cmd(), id, in)) }
		h.refused("review.kind_unknown", func() { review("") })
		h.refused("review.kind_unknown", func() { review("TAKEN_BACK") })
		h.refused("review.kind_unknown", func() {
			h.made(h.mandate.YearReview(ctx, h.head().cmd(), id, deskmandate.YearReview{Decision: "KEEP", Kind: "ASSIST", Capacity: "x", Outcome: "x"}))
		})
		h.refused("review.nothing_adjusted", func() { review("BASIC") })
		review("ASSIST")

		lists, err := h.mandate.Lists(ctx, h.organiser().actor, deskmandate.Filter{Kind: string(mandate.StreetTasks), Place: wushan})
		h.must(err)
		if len(lists) != 2 || lists[0].Fact.Status != mandate.Draft || lists[0].Fact.Version != 2 {
			t.Fatalf("the next version: %+v", lists)
		}
		next := lists[0].ID
		changes, err := h.mandate.Diff(ctx, h.organiser().actor, lists[1].ID, next)
		h.must(err)
		if len(changes) != 1 || changes[0].Is.Kind != "ASSIST" || changes[0].Is.Lead != "DISTRICT:HB" || !slices.Equal(changes[0].Is.Co, []string{"TOWN:CGB", "TOWN:ZFD"}) {
			t.Fatalf("it changes %+v", changes)
		}
		got, err := h.mandate.Delegation(ctx, h.organiser().actor, id)
		h.must(err)
		if len(got.Reviews) != 1 || got.Reviews[0].Fact.List != next || got.Fact.To != 0 || h.leads(name) != wushan+"-ZFD" {
			t.Errorf("before the new list: %+v, %s leads", got.Fact, h.leads(name))
		}

		h.made(h.mandate.Review(ctx, h.lawyer().cmd(), next, deskmandate.Word{Pass: true}))
		h.made(h.mandate.Consult(ctx, h.organiser().cmd(), next, deskmandate.None{}))
		h.opine(next, matter.Agreed, "同意")
		h.made(h.mandate.Approve(ctx, h.head().cmd(), next, deskmandate.Reasons{}))
		h.made(h.mandate.Publish(ctx, h.organiser().cmd(), next, deskmandate.From{From: 20260401}))
		if got := h.leads(name); got != wushan+"-ZFD" {
			t.Errorf("before its day %s leads", got)
		}
		h.now = h.now.AddDate(0, 0, 22)
		if got := h.leads(name); got != tianhe+"-HB" {
			t.Errorf("on its day %s leads", got)
		}
		if o := open.order(wushan + "-ZFD"); !o.Status.Open() {
			t.Errorf("the open case went away: %s", o.Status)
		}
	})
}

// YT-13 250项处罚权: the squad punishes what is on its list of powers and was
// taken over; anything else is handed to the department that may.
func TestYT13OutsideTheListIsTransferred(t *testing.T) {
	tell(t, func(h *world) {
		squad := h.unit(wushan + "-ZFD")
		h.refused("power.list_missing", func() { _, err := h.mandate.Power(ctx, squad.actor, deskmandate.Violation{Item: "P1"}); h.must(err) })
		h.inForce(listOf(mandate.PenaltyPowers, wushan, "行政处罚权事项", sheet(
			"P1||示例违法一||DISTRICT:CG||示例依据||2026-01-01", "P2||示例违法二||DISTRICT:SJ||示例依据||2026-06-01",
		)), 20260310)
		held, err := h.mandate.Power(ctx, squad.actor, deskmandate.Violation{Item: "P1"})
		h.must(err)
		if held.Since != 20260101 {
			t.Errorf("the power: %+v", held)
		}
		h.refused("power.held", func() {
			h.made(h.mandate.Transfer(ctx, squad.cmd(), deskmandate.Transfer{Item: "P1", Name: "占道", Text: "某路口"}))
		})
		// Not taken over yet: refused, with the department to hand it to.
		f := h.refused("penalty.not_taken_over", func() { _, err := h.mandate.Power(ctx, squad.actor, deskmandate.Violation{Item: "P2"}); h.must(err) })
		if u, _ := h.city.Org.Unit(tianhe + "-SJ"); !says(f.Args, "TRANSFER") || !says(f.Args, u.Name) {
			t.Errorf("the refusal offers %v", f.Args)
		}
		no := h.made(h.mandate.Transfer(ctx, squad.cmd(), deskmandate.Transfer{Item: "P2", Name: "无照经营", Text: "某路口发现"}))
		s := h.served(no)
		if len(s) != 1 || s[0].Orders[0].Debtor != tianhe+"-SJ" || s[0].M.Task.Kind != "TRANSFER" {
			t.Fatalf("the transfer: %+v", s)
		}
		h.refused("power.owner_unknown", func() {
			h.made(h.mandate.Transfer(ctx, squad.cmd(), deskmandate.Transfer{Item: "P9", Name: "不明", Text: "不知归谁"}))
		})
	})
}
