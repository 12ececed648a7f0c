package owed_test

import (
	"os"
	"path/filepath"
	"testing"

	"huying/internal/desk/dispatch"
	"huying/internal/domain/order"
	"huying/internal/domain/org"
	"huying/internal/web/webtest"
)

// pictures writes two photographs, each with its place and device in it.
func pictures(t *testing.T) []string {
	t.Helper()
	var out []string
	for i, name := range []string{"施工前.jpg", "施工后.jpg"} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, photo(t, uint8(60+80*i)), 0o600); err != nil {
			t.Fatal(err)
		}
		out = append(out, path)
	}
	return out
}

// The day of a handler at an office screen: sign, object to one, answer another
// with two photos, sign several at once, do one again.
func TestTheDayOfAHandler(t *testing.T) {
	if webtest.BrowserOff() {
		return
	}
	h := webtest.Open(t)
	me := h.Post(t, unit, org.Handler)
	s1, o1 := h.Ordered(t, "SZ0101", place, "棠德南路口的路面塌了一个坑，半米宽，晚上看不见，昨天有人骑车摔倒")
	s2, o2 := h.Ordered(t, "SZ0101", place, "小区门口的路面破了，一下雨就积水，老人出门很不方便")
	for _, text := range []string{"学校后门人行道边的坑越来越大", "公交站旁边路面开裂下沉"} {
		h.Ordered(t, "SZ0101", place, text)
	}
	tab := webtest.Browse(t).Tab(t, h.URL, 1366, 768).As(me)
	tab.Open("/orders").See("h1", "我的工单").See("#owed", "待签收")
	for _, dark := range []bool{false, true} {
		tab.Look(dark).Accessible()
	}
	tab.Look(false).Shot("owed-list", false)

	// Sign the first, and answer it with two photos and a record.
	tab.Click(`a[href="/orders/`+o1.ID.Number()+`"]`).See("#pane", "坑洼补平，压实平整").Accessible().Shot("owed-order", false)
	tab.Look(true).Accessible().Shot("owed-order-dark", false).Look(false)
	tab.Click(`#sign button`).See("#state", "已签收")
	tab.Type("#f-text", "今天上午已铣刨热补，压实两遍，路面平整，已恢复通行。")
	tab.Files(`[data-upload*="PHOTO"] input[type=file]`, pictures(t)...)
	tab.Wait(`document.querySelectorAll("#respond input[name=evidence]").length === 2`)
	tab.Type(`[name="written.RECORD"]`, "3月31日 9:40 开始，10:30 完成")
	tab.Run(`document.querySelector("#respond").scrollIntoView()`).Accessible().Shot("owed-answer", false)
	tab.Click("#respond button.main").See("#state", "已回复")
	a := h.State(t, s1.M.ID).Orders[0].Answer()
	if a == nil || len(a.Evidence) != 3 {
		t.Fatalf("%+v", a)
	}
	for _, e := range a.Evidence {
		if r := h.Get(t, me, "/orders/"+o1.ID.Number()+"/evidence/"+e.Hash); r.Status != 200 || r.Has("Exif") || r.Has("SECRET-CAMERA") {
			t.Errorf("%s still knows its device: %d", e.Name, r.Status)
		}
	}
	tab.Wait(`[...document.querySelectorAll(".pictures img")].every(i => i.complete && i.naturalWidth > 0)`).Shot("owed-answered", false)

	// Object to the second.
	tab.Click(`a[href="/orders/`+o2.ID.Number()+`"]`).See("#state", o2.ID.Number())
	tab.Run(`document.querySelector("#object").closest("details").open = true`)
	tab.Type("#f-reason", "小区红线内道路由物业养护，不属于市政道路。").Type("#f-basis", "《物业管理条例》第五十二条")
	tab.Click("#object button.grave").See("#state", "派单异议").Shot("owed-objected", false)
	if got := h.State(t, s2.M.ID).Orders[0].Status; got != order.Objected {
		t.Errorf("the second is %s", got)
	}

	// Sign what is left at once.
	tab.Open("/orders?group=SIGN").Click("[data-all]").Click("#bulk button.main").See(".results", "前回复").Accessible().Shot("owed-signed", false)

	// The street finds the first answer not good enough: do it again.
	desk := h.As(t, h.Post(t, s1.M.Desk, org.Dispatcher))
	if _, err := dispatch.New(h.Engine).JudgeOrder(ctx, desk, o1.ID, dispatch.JudgeOrder{Reason: "照片里坑边还有裂缝，没有灌缝，请补做"}); err != nil {
		t.Fatal(err)
	}
	tab.Open("/orders/"+o1.ID.Number()).See("#state", "没有灌缝").See("#owed", "第1次重办").Wait(`document.querySelector("#f-text").value === ""`)
	tab.Run(`document.querySelectorAll("details").forEach(d => { if (d.querySelector("table")) d.open = true })`)
	tab.Shot("owed-rework", true)
	tab.Open("/orders/inbox").See(".told", "没有灌缝").Accessible().Shot("owed-inbox", false).Quiet()
}

// On the street: all of it on a telephone.
func TestAHandlerInTheStreet(t *testing.T) {
	if webtest.BrowserOff() {
		return
	}
	h := webtest.Open(t)
	me := h.Post(t, unit, org.Handler)
	s, o := h.Ordered(t, "SZ0101", place, "棠德南路口的路面塌了一个坑，半米宽，晚上看不见，昨天有人骑车摔倒")
	tab := webtest.Browse(t).Tab(t, h.URL, 390, 844).As(me)
	wide := `document.documentElement.scrollWidth <= innerWidth`
	tab.Open("/orders").See("#owed", "待签收").Wait(wide).Accessible().Shot("owed-narrow-list", false)
	tab.Click(`a[href="/orders/`+o.ID.Number()+`"]`).See("#state", o.ID.Number()).Wait(wide).Accessible().Shot("owed-narrow-order", true)
	tab.Click("#sign button").See("#state", "已签收")
	tab.Click("#see-caller button").See("#caller", "13800138000")
	tab.Click(`#contact button[value="true"]`).See("#pane", "联系上")
	tab.Type("#f-text", "已补平。").Files(`[data-upload*="PHOTO"] input[type=file]`, pictures(t)...)
	tab.Wait(`document.querySelectorAll("#respond input[name=evidence]").length === 2`)

	// The connection breaks in the middle: nothing is lost, and it goes on.
	tab.Run(`document.body.addEventListener("htmx:sendError", () => { window.failed = true })`).Offline(true).Type(`[name="written.RECORD"]`, "10:30 完成").Click("#respond button.main").Wait(`window.failed && !document.getElementById("offline").hidden`)
	tab.Offline(false).Wait(`document.querySelector("#f-text").value === "已补平。"`).Wait(wide).Shot("owed-narrow-answer", true)
	tab.Click("#respond button.main").See("#state", "已回复").Look(true).Accessible().Shot("owed-narrow-answered", false)
	if a := h.State(t, s.M.ID).Orders[0].Answer(); a == nil || len(a.Evidence) != 3 {
		t.Errorf("%+v", a)
	}
}
