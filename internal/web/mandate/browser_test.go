package mandate_test

import (
	"strings"
	"testing"

	"huying/internal/domain/org"
	"huying/internal/web/webtest"
)

// both looks at a page in both looks.
func both(tab *webtest.Tab) *webtest.Tab {
	for _, dark := range []bool{true, false} {
		tab.Look(dark).Accessible()
	}
	return tab
}

// The day a power comes down: the bureau lists its gear, both sides sign piece
// by piece, the county puts it in force and reviews it.
func TestAPowerComesDownAtTheScreen(t *testing.T) {
	if webtest.BrowserOff() {
		return
	}
	h := webtest.Open(t)
	organiser, head := h.Post(t, district+"-DW", org.Organiser), h.Post(t, district+"-ZFB", org.Leader)
	bureau, team := h.Post(t, district+"-HB", org.Handler), h.Post(t, street+"-ZFD", org.Handler)
	city := h.Engine.City()
	name := func(code string) string { u, _ := city.Org.Unit(code); return u.Name }
	browser := webtest.Browse(t)
	tab := browser.Tab(t, h.URL, 1366, 768).As(organiser)
	tab.Open("/delegations").See("h1", "赋权").Run(`document.querySelector("#f-power").value = "PENALTY"`)
	tab.Type("#f-item", "SZ0101").Type("#f-name", "道路开挖处罚").Type("#f-giver", name(district+"-HB")).Type("#f-taker", name(street+"-ZFD")).Type("#f-basis", "行政处罚法第二十四条")
	tab.Click("#propose button.main").See(".head", "道路开挖处罚").Accessible().Shot("duties-delegation", false)
	var page, goods string
	tab.Value(`location.pathname`, &page)

	tab.As(bureau).Open("/handovers").See("h1", "移交").Type("#f-name", "执法装备").Type("#f-taker", name(street+"-ZFD"))
	tab.Type("#f-pieces", "执法车 2\n执法记录仪 10\n2025年案卷").Shot("duties-handover-form", false).Click("#hand button.main").See(".head", "待签收")
	tab.Value(`location.pathname`, &goods)
	tab.Click("#sign button.main").See("#sign .faults", "没有选要签的项").Click(`button[name=all]`).See(".head", "部分移交")
	narrow := browser.Tab(t, h.URL, 390, 844).As(team)
	narrow.Open("/duties").See("#waits", "待签字").Open(goods).Accessible().Shot("duties-handover-narrow", false)
	narrow.Click(`input[name=pieces][value="1"]`).Click(`input[name=pieces][value="3"]`).Click("#sign button.main").See("#sign", "执法记录仪").Quiet()
	tab.As(team).Open(goods)
	both(tab).Shot("duties-handover", false).Click(`button[name=all]`).See(".head", "移交完毕")

	tab.As(organiser).Open(page)
	for i, x := range [][3]string{{"DUTY", "职责文本", ""}, {"MONEY", "2026年预算", "200000"}, {"PEOPLE", "编办批复", "2"}} {
		tab.Run(`document.querySelector("#provide #f-need").value = "`+x[0]+`"`).Type("#provide #f-document", x[1]).Type("#provide #f-amount", x[2])
		tab.Click("#provide button.main").See("main table", []string{"职责文本", "2026年预算", "编办批复"}[i])
	}
	tab.Run(`document.querySelector("#provide #f-need").value = "ASSETS", document.querySelector("#provide #f-handover").value = "` + goods[strings.LastIndex(goods, "/")+1:] + `"`)
	tab.Click("#provide button.main").See("main table", "移交清单").Shot("duties-delegation-ready", true)
	tab.As(head).Open(page).Set("#f-from", "2026-03-31").Click("#start button.main").See(".head", "生效")
	tab.Shot("duties-year-review", true).Click(`#year input[value=KEEP]`).Type("#f-capacity", "两名队员够用，夜间靠值班室支援。").Type("#f-outcome", "三月立案两起，均已办结。").Type("#f-cost", "120000")
	tab.Click("#year button.main").See("#reviews", "保留")
	both(tab).Shot("duties-delegation-reviewed", false)
	tab.Open("/handovers").Shot("duties-handovers", false).Open("/duties/offices").Accessible().Shot("duties-offices", false)
	tab.As(team).Open("/transfers?item=SZ0101").See("#mayi", "不能自己处罚").Accessible().Shot("duties-transfers", false)
	for _, said := range tab.Console() { // the signature under nothing is told as an error of its answer, and nothing else is
		if !strings.Contains(said, "422 from "+goods+"/sign") && !strings.Contains(said, "HTMLDivElement") {
			t.Error(said)
		}
	}
}

// A street fills in a form once; the next bureau is served.
func TestAFormIsFilledInAtTheScreen(t *testing.T) {
	if webtest.BrowserOff() {
		return
	}
	h := webtest.Open(t)
	item, unit := basic(t, h)
	market, civil, town, organiser := h.Post(t, district+"-SJ", org.Handler), h.Post(t, district+"-MZ", org.Handler), h.Post(t, unit, org.Handler), h.Post(t, district+"-DW", org.Organiser)
	demand := func(post, name, fields string) {
		sent(t, h.Send(t, post, "/burden/demand", webtest.Form("kind", "FORM", "name", name, "item", item, "basis", "示例通知", "minutes", "60", "fields", fields, "places", street)))
	}
	demand(market, "门店统计表", "SHOPS 门店数\nSTAFF 从业人数")
	browser := webtest.Browse(t)
	tab := browser.Tab(t, h.URL, 1366, 768).As(town)
	tab.Open("/burden").See("#entries", "门店统计表").Click(`#entries a[href^="/demands/"]`).See("#fill", "要填")
	both(tab).Type(`[name="v.SHOPS"]`, "214").Type(`[name="v.STAFF"]`, "890").Shot("burden-fill", false).Click("#fill button.main").See("#send", "补充说明").Shot("burden-filled", false)
	tab.Type("#send textarea", "按三月底数").Click("#send button.main").See("main", "已报送")
	demand(civil, "便民网点表", "SHOPS 门店数\nBEDS 床位数")
	narrow := browser.Tab(t, h.URL, 390, 844).As(town)
	narrow.Open("/burden").Click(`#entries a[href^="/demands/"]`).See("#fill", "已有，免填").Accessible().Shot("burden-fill-narrow", false).Quiet()
	tab.As(market).Open(path(t, h.Get(t, market, "/burden"))).See(".table", "890").Accessible().Shot("burden-given", false)

	tab.As(town).Open("/burden").Run(`document.querySelector("#noted").open = true`).Accessible().Shot("burden-note", true)
	tab.As(organiser).Open("/campaigns").See("h1", "清理和体检").Type("#count #f-count", "37").Run(`document.querySelector("#count #f-kind").value = "SIGN"`)
	tab.Type("#count #f-text", "摘除重复标牌").Click("#count button.main").See(".figures", "37").Type("#f-name", "春季减负体检").Set("#f-from", "2026-03-01").Set("#f-to", "2026-04-30")
	tab.Type("#f-checklist", "标牌\n台账\n微信群").Click("#run button.main").See(".head", "春季减负体检")
	village := h.Engine.City().Territory.Children(street)[0].Code
	tab.Run(`document.querySelector("#visit #f-place").value = "`+village+`"`).Type(`[name="issue.0"]`, "同一张表要三次").Type(`[name="unit.0"]`, district+"-CG").Click("#visit button.main").See(".figures", "1 / ")
	both(tab).Shot("burden-campaign", false).Open("/campaigns").Wait(`document.querySelector("#run #f-name").value === ""`).Accessible().Shot("burden-campaigns", false).Quiet()
	narrow.As(organiser).Open("/campaigns").Accessible().Shot("burden-campaigns-narrow", false)
}
