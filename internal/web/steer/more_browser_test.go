package steer_test

import (
	"fmt"
	"testing"
	"time"

	"huying/internal/domain/org"
	"huying/internal/web/webtest"
)

// A year's promises at the screen: published with money and milestones, and the
// year after nothing is passed over.
func TestAYearsPromisesAtTheScreen(t *testing.T) {
	if webtest.BrowserOff() {
		return
	}
	h := webtest.OpenPack(t, "luohe", may)
	head, sup := h.Post(t, "411100-ZH", org.Leader), h.Post(t, body, org.Supervisor)
	browser := webtest.Browse(t)
	tab := browser.Tab(t, h.URL, 1366, 768).As(head)
	tab.Open("/programmes/promises").See("main", "公布年度实事").Accessible().Shot("steer-promises-none", false).Open("/programmes/promises/new").See("#promises", "2024 年")
	titles := []string{"新增公交港湾", "改造背街小巷", "建口袋公园", "加装电梯", "开放运动场", "新建托育点", "设助餐点", "更换老旧管网", "增设路灯", "建便民停车场"}
	for i, title := range titles {
		at := fmt.Sprintf(`[name="pledges.%d.`, i)
		tab.Type(at+`title"]`, title).Type(at+`lead"]`, "漯河市城市管理局").Type(at+`budget"]`, "120").Type(at+`milestones"]`, "2024-08-30 完成招标").Set(at+`due"]`, "2024-11-30")
	}
	for _, dark := range []bool{true, false} {
		tab.Look(dark).Accessible()
	}
	tab.Shot("steer-promising", true).Click("#promises button").See("main", "1200万元").Accessible().Shot("steer-promised", false)
	tab.Open("/programmes/documents").See("main", "城市包").Accessible().Shot("steer-documents", false)
	tab.As(sup).Open("/programmes/plans").Run(`document.querySelector("#rows").closest("details").open = true`).Accessible().Shot("steer-plan-rows", true)
	tab.Open("/programmes/meetings").Run(`document.querySelectorAll("details.more").forEach((d) => { d.open = true })`).Accessible().Shot("steer-meetings-forms", true)
	narrow := browser.Tab(t, h.URL, 390, 844).As(head)
	narrow.Open("/programmes/documents").Accessible().Shot("steer-documents-narrow", false).Open("/programmes/promises").Shot("steer-promises-narrow", false)

	h.Pass(240 * 24 * time.Hour)
	tab.As(head).Open("/programmes/promises/new").See("#promises", "2024 年还有 10 件没有办完").Accessible().Shot("steer-promising-left", true).Quiet()
	narrow.Quiet()
}
