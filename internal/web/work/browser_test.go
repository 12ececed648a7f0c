package work_test

import (
	"strings"
	"testing"

	"github.com/go-rod/rod/lib/input"
	"github.com/go-rod/rod/lib/proto"

	"huying/internal/domain/matter"
	"huying/internal/domain/org"
	"huying/internal/web/webtest"
)

// The dispatcher's day by keyboard: a call that repeats another, merge, order,
// objection, another order, the caller's word.
func TestTheDispatchersDay(t *testing.T) {
	if webtest.BrowserOff() {
		return
	}
	h := webtest.Open(t)
	first := called(t, h, "车陂路口西北角的路灯不亮三天了，晚上一片漆黑，老人家不敢出门。", "SZ0301", "440106003016")
	again := called(t, h, "车陂路口西北角那盏路灯不亮，好黑。", "SZ0301", "440106003016")
	called(t, h, "东圃大马路人行道砖头松动，推婴儿车过不去。", "SZ0103", "440106003014")
	called(t, h, "一到傍晚就全是推车卖炒粉的，人行道走不过去。", "", "440106003014")
	b := webtest.Browse(t)
	tab := b.Tab(t, h.URL, 1366, 768).As(h.Post(t, town, org.Dispatcher))
	tab.Open("/desk").See("#queue", "路灯不亮三天").See("#plan", "路灯不亮").Shot("work-desk", false).Accessible()
	tab.Look(true).Accessible().Shot("work-desk-dark", false).Look(false)

	// j and k peek without a reload.
	tab.Run(`window.stays = 1`)
	press(tab, "j").See("#open .quote", "那盏路灯不亮").Wait(`location.pathname.endsWith("` + again.M.ID.Number() + `") && window.stays`)
	press(tab, "m").See("#says", again.M.ID.Number())
	if got := state(t, h, again.M.ID); got.M.Status != matter.Merged || got.M.MergedInto != first.M.ID {
		t.Fatalf("%s into %v", got.M.Status, got.M.MergedInto)
	}
	// The next one is in hand by itself; one key back, one to accept.
	tab.Wait(`!document.querySelector("#queue").innerText.includes("那盏路灯不亮")`)
	tab.Open("/desk/"+first.M.ID.Number()).See("#plan", "签收").Shot("work-plan", false)
	press(tab, "a").See("#says", first.M.ID.Number()).Wait(`!location.pathname.endsWith("` + first.M.ID.Number() + `")`)
	if got := state(t, h, first.M.ID); got.M.Status != matter.Ordered || got.M.Unit != lights {
		t.Fatalf("%s to %s", got.M.Status, got.M.Unit)
	}
	// The department objects; the district decides.
	object(t, h, first.M.ID, lights, power)
	above := b.Tab(t, h.URL, 1920, 1080).As(h.Post(t, district, org.Dispatcher))
	loaded(above.Open("/desk").Keys('4'), "tab=decide").See("#queue", "等待裁定异议").See("#open", "灯杆不属于我局").Shot("work-objection", false).Accessible()
	press(above, "d").Wait(`document.activeElement.name === "note"`).Type("#f-note", "线路故障，由供电部门办理。").Keys(input.Tab, input.Enter)
	above.See("#says", first.M.ID.Number()).See("#queue", "没有等您裁定").Quiet()
	respond(t, h, first.M.ID, power)
	// The caller is asked, and says that it is solved.
	loaded(tab.Keys('3'), "tab=verdict").See("#open", "回访").See("#queue", "路灯不亮三天").Shot("work-verdict", false)
	press(tab, "y").See("#says", first.M.ID.Number()).See("#open", "评价")
	// Whoever was merged has a word too.
	tab.See("#f-verdict", again.M.ID.Number()).Wait(`document.querySelector("#f-voter").value === "` + again.M.ID.Number() + `"`)
	press(tab, "y").See("#queue", "没有等待回访")
	if got := state(t, h, first.M.ID); got.M.Status != matter.Closed || len(got.M.Verdicts) != 2 {
		t.Fatalf("%s with %d verdicts", got.M.Status, len(got.M.Verdicts))
	}
	loaded(loaded(tab.Keys('2'), "tab=going").Keys('5'), "tab=all").Keys('?').Wait(`document.getElementById("help").open`)
	// What was asked by a part of the page that is gone when the answer comes.
	tab.Open("/desk/"+first.M.ID.Number()+"?tab=all").See("#story", "路灯不亮三天").Run(`(s => {
		s.addEventListener("htmx:afterRequest", () => window.answered = true);
		s.addEventListener("htmx:configRequest", e => e.detail.path = e.detail.path.replace(/rev=.*/, "rev=1"));
		s.dispatchEvent(new CustomEvent("live"));
		document.getElementById("open").replaceChildren();
	})(document.getElementById("story"))`).Wait("window.answered").Quiet()
}

// A call is taken in while the caller talks: advice, danger, the connection
// lost in between, a session that has ended, and the number to be read out.
func TestACallWhileTheCallerTalks(t *testing.T) {
	if webtest.BrowserOff() {
		return
	}
	h := webtest.Open(t)
	known := called(t, h, "车陂路口西北角的路灯不亮三天了", "SZ0301", "440106003016")
	tab := webtest.Browse(t).Tab(t, h.URL, 1366, 768).As(h.Post(t, hotline, org.Agent))
	loaded(tab.Open("/desk").Keys('n'), "/desk/call").See("h1", "登记来电").Type("#f-text", "车陂路口西北角的路灯不亮三天了，有人晕倒").See("#danger", "120").See("#likely", "路灯不亮").
		Click(`#advice button[hx-get*="440106003"]`).See("#places", "车陂街道").See("#advice", known.M.ID.Number()).Shot("work-call", false).Accessible()
	tab.Look(true).Accessible().Shot("work-call-dark", false).Look(false)
	tab.Type("#f-name", "李先生").Type("#f-phone", "19900001002").Click(`#likely input`).Click(`#danger input`)

	tab.Run(`addEventListener("htmx:sendError", () => window.lost = true)`).Offline(true).Click(`#f-call button[type=submit]`).
		Wait(`window.lost && !document.getElementById("offline").hidden`).Offline(false)
	var typed string
	if tab.Value(`document.getElementById("f-text").value + document.getElementById("f-phone").value`, &typed); !strings.Contains(typed, "晕倒") || !strings.Contains(typed, "19900001002") {
		t.Fatalf("the lost connection took away what was typed: %q", typed)
	}
	if tab.Value(`JSON.stringify({...sessionStorage}) + JSON.stringify({...localStorage})`, &typed); strings.Contains(typed, "19900001002") || strings.Contains(typed, "李先生") {
		t.Errorf("the browser keeps the caller: %s", typed)
	}
	if !strings.Contains(typed, "晕倒") {
		t.Errorf("the browser does not keep the call: %s", typed)
	}
	err := proto.NetworkDeleteCookies{Name: "huying", URL: h.URL}.Call(tab.Page)
	if err != nil {
		t.Fatal(err)
	}
	tab.Click(`#f-call button[type=submit]`).Wait(`document.getElementById("again").open`)
	if tab.Value(`document.getElementById("f-text").value`, &typed); !strings.Contains(typed, "晕倒") {
		t.Fatalf("the ended session took away what was typed: %q", typed)
	}
	tab.Run(`document.getElementById("again").close()`).As(h.Post(t, hotline, org.Agent))
	tab.Click(`#advice button[name=join]`).See("#taken", "查询码").See("#taken", "并入").Shot("work-kept", false).Accessible()
	if got := state(t, h, known.M.ID).M.Children; len(got) != 1 {
		t.Errorf("joined: %v", got)
	}
	tab.Keys('n').Wait(`document.getElementById("f-text")?.value === ""`)
}

// Two tabs: what one does shows in the other, and is told before anything is
// overwritten; what was typed there stays.
func TestTwoTabsOnOneMatter(t *testing.T) {
	if webtest.BrowserOff() {
		return
	}
	h := webtest.Open(t)
	no := called(t, h, "车陂路口路灯不亮", "SZ0301", "440106003016").M.ID.Number()
	b := webtest.Browse(t)
	one, two := b.Tab(t, h.URL, 1366, 768).As(h.Post(t, town, org.Dispatcher)), b.Tab(t, h.URL, 1366, 768).As(h.Post(t, district, org.Dispatcher))
	one.Open("/desk/"+no).See("#plan", "采纳")
	two.Open("/desk/"+no+"?tab=all").Keys('o').Wait(`document.activeElement.name === "debtor"`).Type("#f-content", "请今晚处理")
	called(t, h, "又有一盏路灯坏了", "SZ0301", "440106003014")
	two.See("#queue", "又有一盏路灯坏了").Wait(`document.getElementById("f-content").value === "请今晚处理"`)
	press(one, "a").See("#says", no)
	two.See(".moved", "刚有新的变化").See("#queue", "已派单")
	two.Click("#f-order button[type=submit]").Wait(`document.querySelector("#f-order .faults").innerText.trim() !== "" && document.getElementById("f-content").value === "请今晚处理"`)
	two.Click(".moved button").See("#open", "增派协办单位")
}

// The search box is walked by keys and shows what one may see.
func TestTheSearchBox(t *testing.T) {
	if webtest.BrowserOff() {
		return
	}
	h := webtest.Open(t)
	no := called(t, h, "车陂路口路灯不亮", "SZ0301", "440106003016").M.ID.Number()
	b := webtest.Browse(t)
	tab := b.Tab(t, h.URL, 1366, 768).As(h.Post(t, district, org.Dispatcher))
	tab.Open("/desk").Keys('/')
	tab.Wait(`document.activeElement.id === "find"`).Type("#find", "车陂").See("#found", "地点").See("#found", "单位").Shot("work-found", false).Accessible()
	tab.Keys(input.ArrowDown, input.ArrowDown).Wait(`document.activeElement.closest("#found")`).Keys(input.ArrowUp, input.ArrowUp).Wait(`document.activeElement.id === "find"`)
	tab.Keys(input.Escape).Wait(`!document.getElementById("found").childElementCount`)
	tab.Run(`document.getElementById("find").value = ""`).Type("#find", no).See("#found", "编号").Keys(input.Enter)
	tab.Wait(`location.pathname === "/desk/`+no+`"`).Open("/find/all?q=垃圾").See("h1", "垃圾").Shot("work-find", false).Accessible()
	tab.Look(true).Accessible().Quiet()
}

func TestTheDeskInEnglishAndOnATelephone(t *testing.T) {
	if webtest.BrowserOff() {
		return
	}
	h := webtest.Open(t)
	called(t, h, "车陂路口路灯不亮", "SZ0301", "440106003016")
	called(t, h, "车陂路口西北角路灯不亮", "SZ0301", "440106003016")
	b := webtest.Browse(t)
	en := b.Tab(t, h.URL, 1366, 768).Speaks("en").As(h.Post(t, town, org.Dispatcher))
	en.Open("/desk").See("#plan", "Accept and order").Shot("work-english", false).Accessible()
	en.Open("/desk/call").See("h1", "Take a call in").Shot("work-call-english", false).Quiet()
	narrow := b.Tab(t, h.URL, 390, 844).As(h.Post(t, town, org.Dispatcher))
	narrow.Open("/desk").See("#plan", "采纳").Shot("work-narrow", true).Accessible()
	narrow.Open("/desk/call").Shot("work-call-narrow", true).Accessible().Quiet()
}
