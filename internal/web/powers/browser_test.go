package powers_test

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"
	"time"

	"huying/internal/desk/dispatch"
	"huying/internal/desk/power"
	"huying/internal/desk/supervision"
	"huying/internal/domain/consult"
	"huying/internal/domain/org"
	"huying/internal/web/webtest"
)

func marks(points int) []consult.Mark {
	var out []consult.Mark
	for _, a := range consult.Aspects {
		out = append(out, consult.Mark{Aspect: a, Points: points})
	}
	return out
}

// Journey 3 at the screen: the bureau's shoddy fix is rejected, done again, too
// late and under a letter; then the street's secretary appraises the bureau,
// and it shows in the bureau's part of the score.
func TestTheStreetAppraisesTheShoddyFix(t *testing.T) {
	if webtest.BrowserOff() {
		return
	}
	h := webtest.Open(t)
	c := posts(t, h)
	s, o := h.Ordered(t, "SZ0101", street, "学校后门路面坑洼，老人摔倒两次")
	unit := h.Post(t, o.Debtor, org.Handler)
	desk := h.As(t, h.Post(t, s.M.Desk, org.Dispatcher))
	out := dispatch.New(h.Engine)
	hash := sha256.Sum256([]byte("photo"))
	answer := func(text string) {
		t.Helper()
		in := dispatch.Respond{Text: text}
		leaf, _ := h.Engine.City().Duty.Leaf(s.M.Category)
		for _, kind := range leaf.Evidence {
			in.Evidence = append(in.Evidence, dispatch.Record{Kind: kind, Hash: hex.EncodeToString(hash[:])})
		}
		if _, err := out.Respond(t.Context(), h.As(t, unit), o.ID, in); err != nil {
			t.Fatal(err)
		}
	}
	tab := webtest.Browse(t).Tab(t, h.URL, 1366, 768).As(unit)
	tab.Open("/orders/"+o.ID.Number()).See("#state", o.ID.Number()).Click("#sign button").See("#state", "已签收")
	answer("已修补")
	if _, err := out.JudgeOrder(t.Context(), desk, o.ID, dispatch.JudgeOrder{Reason: "只撒了沙，坑还在"}); err != nil {
		t.Fatal(err)
	}
	tab.Open("/orders/"+o.ID.Number()).See("#state", "只撒了沙")
	h.Pass(30 * 24 * time.Hour)
	if _, err := h.Engine.Fire(t.Context(), s.M.ID, h.Now()); err != nil {
		t.Fatal(err)
	}
	late := h.State(t, s.M.ID).Orders[0]
	if late.Colour() == "" {
		t.Fatalf("no card: %+v", late)
	}
	desk = h.As(t, h.Post(t, s.M.Desk, org.Dispatcher))
	if len(h.State(t, s.M.ID).Orders) == 1 {
		if _, err := supervision.New(h.Engine).Supervise(t.Context(), desk, o.ID, supervision.Supervise{Grounds: "返工逾期"}); err != nil {
			t.Fatal(err)
		}
	}
	tab.Open("/orders/"+o.ID.Number()).See("#pane", "督办").Shot("powers-journey3-order", false)
	answer("已铣刨重铺")

	// The organisation department gives the streets the power, at the screen.
	tab.As(c.organiser).Open("/powers/register?unit="+street+"-DGW").See("h1", "职能和职权")
	tab.Run(`document.querySelector("#f-code").value = "APPRAISE_DEPT"`).Type("#f-basis", "区委办〔2026〕12号").Click("#grant button.main")
	tab.See(".table", "区委办〔2026〕12号").Accessible().Shot("powers-register", false)
	desk2 := power.New(h.Engine)
	for i, town := range h.Engine.City().Territory.Children(district)[1:5] {
		other, n := town.Code, string(rune('a'+i))
		if _, err := desk2.Grant(t.Context(), h.As(t, c.organiser), power.Grant{Holder: other + "-DGW", Code: "APPRAISE_DEPT", Basis: "区委办〔2026〕12号"}); err != nil {
			t.Fatal(err)
		}
		h.Ordered(t, "SZ0101", other, "路面破损"+n)
		_, err := desk2.Rate(t.Context(), h.As(t, h.Post(t, other+"-DGW", org.Secretary)), power.Rate{Kind: "DEPARTMENT", Of: o.Debtor, Period: "2026-Q2", Marks: marks(8)})
		if err != nil {
			t.Fatal(err)
		}
	}
	h.Ordered(t, "SZ0101", street, "路面又破了")

	tab.As(c.committee).Open("/powers/appraisals").See(".table", "不足五家").Accessible()
	tab.Run(`document.querySelector("#f-of").value = ` + quoted(o.Debtor))
	for _, a := range consult.Aspects {
		tab.Run(`document.querySelector("#f-mark_` + a + `").value = "3"`)
	}
	tab.Type("#f-note", "返工两次仍不达标。").Accessible().Shot("powers-appraise", false).Click("#appraise button.main")
	tab.See(".table", "80.0").See(".stack", "本单位的评价").Look(true).Accessible().Shot("powers-appraised-dark", false).Look(false)
	tab.As(c.assessor).Open("/powers/appraisals").See(".table", "80.0").Shot("powers-appraised", false).Quiet()
}

func quoted(s string) string { return `"` + s + `"` }

// The day of a secretary and of the organisation department: what they are
// asked, what waits, and what was not followed.
func TestTheDayOfACommittee(t *testing.T) {
	if webtest.BrowserOff() {
		return
	}
	h := webtest.Open(t)
	c := posts(t, h)
	d := power.New(h.Engine)
	bureau := h.As(t, c.bureau)
	first, err := d.Propose(t.Context(), bureau, power.Propose{Kind: "APPOINTMENT", Title: "调整五山街市场监管所负责人", Post: agency, Text: "原负责人任现职满五年，拟交流任职。"})
	if err != nil {
		t.Fatal(err)
	}
	for _, in := range []power.Propose{
		{Kind: "LEAVE", Title: "市场监管所人员请假三天", Post: agency},
		{Kind: "APPRAISAL_DOCUMENT", Title: "2025年度考核意见", Post: agency, Year: 2025},
	} {
		if _, err := d.Propose(t.Context(), bureau, in); err != nil {
			t.Fatal(err)
		}
	}
	tab := webtest.Browse(t).Tab(t, h.URL, 1366, 768).As(c.committee)
	tab.Open("/powers/inbox").See("h1", "征求本单位意见").See("#main", "调整五山街市场监管所负责人").Accessible().Shot("powers-inbox", false)
	tab.Look(true).Accessible().Look(false)
	g, _, err := d.Gate(t.Context(), bureau.Actor, first)
	if err != nil {
		t.Fatal(err)
	}
	no := g.Fact.Consult[0].Number()
	tab.Click("#op-"+no+` input[value="DISAGREE"]`).Type("#t-"+no, "正值食品安全攻坚，建议留任至六月。").Click("#op-" + no + " button.main")
	tab.Wait(`!document.querySelector("#a-` + no + `")`)

	tab.As(c.bureau).Open("/powers/gates/"+first.Number()).See("#opinions", "不同意").Accessible().Shot("powers-gate", false)
	tab.Type("#f-reasons", "按干部交流规定执行，已与街道沟通。").Click("#finish button.main")
	tab.See("#main", "未采纳意见生效").Open("/powers/gates").See(".table", "未采纳意见生效").Accessible().Shot("powers-gates", false)
	tab.As(c.organiser).Open("/powers/exceptions").See("#main", "按干部交流规定执行").Accessible().Shot("powers-exceptions", false)
	tab.Look(true).Accessible().Look(false).Quiet()
}

// An observer in the field, on a telephone, and what each side sees.
func TestAnObserverOnATelephone(t *testing.T) {
	if webtest.BrowserOff() {
		return
	}
	h := webtest.Open(t)
	c := posts(t, h)
	wide := `document.documentElement.scrollWidth <= innerWidth`
	tab := webtest.Browse(t).Tab(t, h.URL, 390, 844).As(c.observer)
	tab.Open("/").See("h1", "观察员通道").Wait(wide).Accessible().Shot("powers-channel-narrow", true)
	tab.Run(`document.querySelector("#f-unit").value = "` + district + `-CG"`).Click(`#observe input[value="FORMS"]`)
	tab.Type("#f-text", "同一张环境整治台账一周要了三遍，每次格式都不一样。").Click("#observe button.main")
	tab.See("#main", "一周要了三遍").Wait(wide).Look(true).Accessible().Shot("powers-channel-mine", true).Look(false)

	office := webtest.Browse(t).Tab(t, h.URL, 1366, 768).As(h.Post(t, district+"-CG", org.Handler))
	office.Open("/powers/observed").See("#main", "一周要了三遍").Accessible().Shot("powers-observed", false)
	office.As(c.keeper).Open("/channel").See("#main", "一周要了三遍").Accessible().Shot("powers-kept", false).Quiet()
	tab.Quiet()
}

// Money, lists and task forces at an office screen.
func TestFundsListsAndTaskForces(t *testing.T) {
	if webtest.BrowserOff() {
		return
	}
	h := webtest.Open(t)
	c := posts(t, h)
	s, o := h.Ordered(t, "SZ0101", street, "路面塌了一个坑")
	sent(t, h.Send(t, c.assessor, "/powers/entries", webtest.Form("unit", o.Debtor, "rule", "N1", "facts", o.ID.Number(), "text", "派单后三日未签收，群众两次来电催办")))
	fund := made(t, h.Send(t, c.organiser, "/powers/funds", webtest.Form("holder", street+"-ZH", "name", "2026年街道自主经费", "source", "BUDGET", "year", "2026", "granted", "3000000")))
	sent(t, h.Send(t, c.clerk, "/powers/funds/"+fund+"/pay", webtest.Form("way", "out", "amount", "86500", "purpose", "学校后门路面修补", "payee", "市政养护公司", "decision", "3月30日办公会", "matter", s.M.ID.Number())))
	force := made(t, h.Send(t, c.organiser, "/powers/forces", webtest.Form("name", "保供突击队", "purpose", "一个月内把口罩日产量提上去，协调原料、用工和运输。", "place", district,
		"members", district+"-KG/HANDLER", "to", "2026-04-30", "indicator", "口罩日产量（只）", "baseline", "100000", "target", "2000000")))
	sent(t, h.Send(t, c.organiser, "/powers/forces/"+force+"/charge", webtest.Form("unit", district+"-KG", "title", "协调熔喷布供应")))

	tab := webtest.Browse(t).Tab(t, h.URL, 1366, 768).As(c.head)
	tab.Open("/powers/funds/"+fund).See(".table", "学校后门路面修补").Accessible().Shot("powers-fund", false)
	tab.Click(".table button.main").See(".table", "已入账").See(".figures", "2 913 500.00").Accessible().Shot("powers-fund-booked", false)
	tab.As(c.organiser).Open("/powers/forces/"+force).See("#queue", "协调熔喷布供应").Accessible().Shot("powers-force", false)
	tab.Open("/powers/forces").See(".table", "保供突击队").Accessible().Shot("powers-forces", false)
	tab.Open("/powers/liaison").See("h1", "联系和议题").Accessible().Shot("powers-liaison", false)
	tab.As(c.assessor).Open("/powers/entries").See("#main", "群众两次来电").Accessible().Shot("powers-entries", false)
	tab.Look(true).Accessible().Quiet()
}
