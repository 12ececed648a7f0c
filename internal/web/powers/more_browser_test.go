package powers_test

import (
	"testing"

	"huying/internal/domain/org"
	"huying/internal/web/webtest"
)

// Two superiors contradict each other; the bureau sees both, the organisation
// department decides. Enterprises, partners and process facts have their pages.
func TestConflictingInstructionsAtTheScreen(t *testing.T) {
	if webtest.BrowserOff() {
		return
	}
	h := webtest.Open(t)
	c := posts(t, h)
	s, o := h.Ordered(t, "SZ0101", street, "占道施工没有围挡")
	city := h.Engine.City()
	unit, _ := city.Org.Unit(o.Debtor)
	tab := webtest.Browse(t).Tab(t, h.URL, 1366, 768)
	for _, e := range city.Org.To(o.Debtor, org.Leads) {
		post, course, text := "", "PROCEED", "三日内补齐围挡，清理渣土。"
		if e.From == district+"-ZFB" {
			post = h.Post(t, e.From, org.Leader)
		} else {
			post, course, text = h.Post(t, e.From, org.Handler), "HOLD", "管线方案未定，先停工，等市里统一安排。"
		}
		tab.As(post).Open("/powers/instructions").See("h1", "上级指令").Type("#f-matter", s.M.ID.Number()).Type("#f-unit", unit.Name)
		tab.Click(`#instruct input[value="`+course+`"]`).Type("#f-text", text).Click("#instruct button.main").Wait(`document.querySelector("#f-text").value === ""`)
	}
	tab.As(h.Post(t, o.Debtor, org.Handler)).Open("/powers/instructions").See("main", "先停工").Accessible().Shot("powers-conflict", false)
	tab.As(c.organiser).Open("/powers/liaison").See("#conflicts", "1 处").Open("/powers/instructions")
	for _, dark := range []bool{true, false} {
		tab.Look(dark).Accessible()
	}
	tab.Click(`[id^="settle-"] input[type=radio]`).Type(`[id^="settle-"] textarea`, "先围挡后停工，市区两级周五会商。").Shot("powers-conflict-decide", false)
	tab.Click(`[id^="settle-"] button.main`).See("main", "按此执行").Shot("powers-conflict-settled", false)

	tab.Open("/powers/entries").Shot("powers-entries", false).Open("/powers/forces").Shot("powers-forces", false).Open("/powers/funds").Shot("powers-funds", false)
	tab.As(c.clerk).Open("/powers/enterprises").See("h1", "企业呼叫").Type("#f-enterprise", "示例纺织厂").Run(`document.querySelector("#f-place").value = "440106001001"`).Type("#f-text", "扩产缺用地指标。").Type("#f-phone", "020-00000000")
	tab.Accessible().Shot("powers-enterprises", false).Click("#enterprise button.main").See("main", "已受理").Wait(`document.querySelector("#f-text").value === ""`)
	tab.Open("/powers/partners").Type("#f-name", "示例物业").Type("#f-offer", "周末开放会议室").Click("#join button.main").See(".table", "周末开放会议室").Accessible().Shot("powers-partners", false)
	tab.Open("/powers/inbox").Shot("powers-inbox", false).Open("/powers/gates").Shot("powers-gates", false).Quiet()
	narrow := webtest.Browse(t).Tab(t, h.URL, 390, 844).As(c.organiser)
	narrow.Open("/powers/instructions").Accessible().Shot("powers-conflict-narrow", false).Open("/powers/entries").Accessible().Shot("powers-entries-narrow", false).Quiet()
}
