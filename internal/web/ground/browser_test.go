package ground_test

import (
	"testing"

	"github.com/go-rod/rod/lib/proto"

	desk "huying/internal/desk/ground"
	"huying/internal/ident"
	"huying/internal/web/webtest"
)

// A chief in the lane with a phone: the signal is gone when the round is sent,
// nothing is lost, and it is recorded once.
func TestAChiefGoesRoundWithAPhone(t *testing.T) {
	if webtest.BrowserOff() {
		return
	}
	h, c := open(t)
	id := lane(t, h, c.clerk, "L-2", "柳工二巷", town+"-ZH")
	lane(t, h, c.clerk, "L-3", "红阳巷", "")
	at := "/ground/segments/" + id.Number()
	tab := webtest.Browse(t).Tab(t, h.URL, 390, 844).As(c.clerk)
	tab.Open("/ground").See("main", "今天还没巡").Accessible().Shot("ground-gaps-phone", true)
	tab.Open("/ground/segments").See("table", "柳工二巷").Accessible().Shot("ground-segments-phone", false)
	tab.Click(`a[href="`+at+`"]`).See("h1", "柳工二巷").Shot("ground-segment-phone", false)
	tab.Click(`a[href="`+at+`/round"]`).See("h1", "巡查：柳工二巷")
	var low float64
	tab.Value(`Math.min(...[...document.querySelectorAll("#round button, #round textarea, #round input[type=text], #round summary, #round .tick")].filter(e => e.getClientRects().length).map(e => e.getBoundingClientRect().height))`, &low)
	if low < 44 {
		t.Errorf("a target of the form is %v px high", low)
	}
	tab.Type(`textarea[name="findings.0.text"]`, "12号门口堆放旧沙发，堵住半条巷").Type(`input[name="findings.0.where"]`, "12号门口").
		Type(`input[name="findings.0.category"]`, "占用公共地方堆放杂物").Accessible().Shot("ground-round-phone", true)
	tab.Look(true).Accessible().Shot("ground-round-phone-dark", false).Look(false)

	tab.Offline(true).Click("#round button[type=submit]").See("#offline", "")
	tab.Wait(`!document.querySelector("#offline").hidden`).Shot("ground-round-offline", false)
	var key, other string
	const once = `document.querySelector("#round input[name=key]").value`
	tab.Value(once, &key)
	tab.Type("#round input[name='findings.0.where']", "和13号").Value(once, &other)
	if key == other {
		t.Error("what is changed after it was sent goes by the same key")
	}
	tab.Offline(false).Open(at + "/round") // the phone gave the page up; it is opened anew
	tab.Wait(`document.querySelector("textarea[name='findings.0.text']").value.includes("旧沙发")`)
	// It is taken, its answer is lost, and the page is opened once more: sent again, it is not taken again.
	tab.Run(`fetch(location.pathname, {method: "POST", body: new URLSearchParams(new FormData(document.querySelector("#round")))}).then(r => { window.taken = r.status })`).
		Wait(`window.taken === 200`).Open(at + "/round").Wait(`document.querySelector("textarea[name='findings.0.text']").value.includes("旧沙发")`)
	tab.Click("#round button[type=submit]").See("#round", "1 处问题已成为事项").Accessible().Shot("ground-recorded-phone", false)

	got, err := desk.New(h.Engine).Segment(t.Context(), h.As(t, c.clerk).Actor, id, h.Now())
	if err != nil || len(got.Rounds) != 1 || len(got.Open) != 1 {
		t.Fatal(got, err)
	}
	for _, name := range []string{"know", "supervise", "handle", "evaluate"} {
		tab.Open(at+"?tab="+name).Wait(`document.readyState === "complete"`).Accessible().Shot("ground-"+name+"-phone", true)
	}
	tab.As(c.worker).Open("/ground/grids/"+square+"/enter").See("h1", "上报").Accessible().Shot("ground-entry-phone", true)
	tab.Click(`input[name=verb][value=INFO]`).Type("#f-count", "12").Shot("ground-entry-info-phone", false)
	tab.Click("#entry button[type=submit]").See("#entry", "基础信息已更新")
	tab.As(c.clerk).Open(at+"/round").Click(".more:nth-of-type(1) summary").Shot("ground-round-more", true)
}

// A grid is cut on the map by one person and confirmed by another; the matter
// that is open in it stays where it was.
func TestAGridIsCutOnTheMap(t *testing.T) {
	if webtest.BrowserOff() {
		return
	}
	h, c := open(t)
	no := called(t, h, square)
	b := webtest.Browse(t)
	tab := b.Tab(t, h.URL, 1366, 768).As(c.clerk)
	tab.Open("/ground/changes/new?place="+comm).See("main", "先选网格").Accessible().Shot("ground-draw-choose", false)
	tab.Click(`.map a[href*="grid=`+square+`"]`).See("main", "拆分柳工社区第1网格")
	tab.Click("[data-cut-draw]").Wait(`document.querySelector("[data-cut-draw]").ariaPressed === "true"`)
	press(t, tab, square, .5, -.06)
	press(t, tab, square, .5, 1.06)
	tab.Wait(`document.querySelector("textarea[name=line]").value.split("\n").length === 2`)
	tab.Wait(`document.querySelector("[data-cutline]").getAttribute("points").split(" ").length === 2`)
	tab.Set("#f-day", soon).Type("#f-reason", "户数太多，一名网格员走不过来").Accessible().Shot("ground-draw-line", false)
	tab.Click("#plan button[type=submit]").See("#preview", "无空隙、无重叠").See("#preview", "有 1 件事项未办结").Accessible().Shot("ground-preview", true)
	tab.Look(true).Accessible().Shot("ground-preview-dark", true).Look(false)
	tab.Click("#send button[type=submit]").See("#change", "要由另一人复核").Accessible().Shot("ground-change-own", false).Quiet()

	var path string
	tab.Value(`location.pathname`, &path)
	second := b.Tab(t, h.URL, 1366, 768).As(c.leader)
	second.Open(path).See("#change", "同意后").Shot("ground-change-confirm", false)
	second.Click("#confirm button[type=submit]").See("#change", "已复核").Accessible().Shot("ground-change-done", true).Quiet()
	if s := h.State(t, no); s.M.Place.Grid != square {
		t.Errorf("the open matter lies in %v now", s.M.Place)
	}
	// A hospital gets a grid of its own, drawn around its border.
	around := comm + "G007"
	tab.Open("/ground/changes/new?grid="+around).Click(`input[name=how][value=OWN]`).Type(`#plan input[name=name]`, "柳工医院").Click("[data-cut-draw]")
	for _, p := range [][2]float64{{.3, .3}, {.7, .3}, {.7, .7}, {.3, .7}} {
		press(t, tab, around, p[0], p[1])
	}
	tab.Wait(`document.querySelector("[data-cutline]").getAttribute("points").split(" ").length === 5`)
	tab.Click("[data-cut-undo]").Wait(`document.querySelector("textarea[name=line]").value.split("\n").length === 3`)
	tab.Type("#f-reason", "医院自管").Click("#plan button[type=submit]").See("#preview", "柳工医院").Accessible().Shot("ground-own", true)
	second.Size(390, 844).Shot("ground-change-phone", true)
	tab.Size(390, 844).Open("/ground/changes/new?grid="+square).Shot("ground-draw-phone", true)
}

// press clicks on the map at shares of a grid's width from the west and of its
// height from the north.
func press(t *testing.T, tab *webtest.Tab, code string, east, south float64) {
	t.Helper()
	var r struct{ X, Y, Width, Height float64 }
	tab.Value(`document.querySelector(".map path[data-code='`+code+`']").getBoundingClientRect().toJSON()`, &r)
	if err := tab.Page.Mouse.MoveTo(proto.NewPoint(r.X+r.Width*east, r.Y+r.Height*south)); err != nil {
		t.Fatal(err)
	}
	if err := tab.Page.Mouse.Click(proto.InputMouseButtonLeft, 1); err != nil {
		t.Fatal(err)
	}
}

// The registers as an office sees them, in both looks.
func TestTheOfficesSheets(t *testing.T) {
	if webtest.BrowserOff() {
		return
	}
	h, c := open(t)
	stock(t, h, c)
	tab := webtest.Browse(t).Tab(t, h.URL, 1366, 768).As(c.clerk)
	for _, page := range []struct{ path, shot, word string }{
		{"/ground", "gaps", "没有支部"}, {"/ground/segments", "segments", "红阳巷"}, {"/ground/grids", "grids", "柳工社区第1网格"}, {"/ground/grids/" + square, "team", "甲"},
		{"/ground/layers", "layers", "环保"}, {"/ground/devices", "devices", "FL-7"}, {"/ground/agreements", "agreements", "错时停车"},
		{"/ground/rollcall", "rollcall", "季点名"}, {"/ground/board", "board", "公示"}, {"/ground/changes", "changes", "拟定拆分合并"},
	} {
		tab.Open(page.path).See("main", page.word).Accessible().Shot("ground-"+page.shot, false)
		tab.Look(true).Accessible().Look(false)
	}
	tab.Open("/ground/grids/"+square).Set("#fill select", "GRID_SUPERVISOR").Type("#fill input[name=holder]", "甲").
		Click("#fill button[type=submit]").See("#fill .faults", "督察员和网格员不能是同一个人").Accessible().Shot("ground-team-refused", false)
	tab.Open("/ground/devices").Click("#ground tbody tr:nth-child(3) form button").See("#ground td .faults", "缺少：").Shot("ground-device-refused", false)
	district := webtest.Browse(t).Tab(t, h.URL, 1366, 768).As(c.above)
	district.Open("/ground").See("main", "太阳村镇").Accessible().Shot("ground-district", false)
}

// stock keeps a few records of each register.
func stock(t *testing.T, h *webtest.House, c crew) {
	t.Helper()
	d, cmd := desk.New(h.Engine), h.As(t, c.clerk)
	must := func(_ ident.ID, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	two := lane(t, h, c.clerk, "L-2", "柳工二巷", town+"-ZH")
	lane(t, h, c.clerk, "L-3", "红阳巷", "")
	lane(t, h, c.clerk, "L-4", "西鹅路北段", town+"-ZFD")
	must(d.Record(t.Context(), cmd, two, desk.NewRound{Cadence: "DAILY", Findings: []desk.Finding{{Text: "12号门口堆放旧沙发"}, {Text: "地锁占住公共车位"}}}))
	must(d.Station(t.Context(), cmd, desk.NewStation{Grid: square, Post: "GRID_WORKER", Holder: "甲"}))
	must(d.Station(t.Context(), cmd, desk.NewStation{Grid: square, Post: "PARTY_ASSISTANT", Holder: "丁"}))
	must(d.Tie(t.Context(), cmd, desk.NewTie{Grid: square, Kind: "PROPERTY", Org: "WY-1", Name: "华源物业服务中心"}))
	must(d.Tie(t.Context(), cmd, desk.NewTie{Grid: square, Kind: "BRANCH", Org: "ZB-01", Name: "柳工社区第一网格党支部"}))
	must(d.AddLayer(t.Context(), cmd, desk.NewLayer{Code: "ENV-1", Name: "柳工环保网格", Line: "ENVIRONMENT", Unit: district + "-HB", Place: town, Covers: []string{square, comm + "G002"}}))
	must(d.AddDevice(t.Context(), cmd, desk.NewDevice{Code: "FL-7", Kind: "FLOOD", Place: comm}))
	whole := desk.NewDevice{Code: "EN-1", Kind: "ENVIRONMENT", Place: comm, Where: "柳工社区篮球场边", Purpose: "扬尘监测", Basis: "大气污染防治法", Keeps: 30, Published: true}
	env, err := d.AddDevice(t.Context(), cmd, whole)
	must(env, err)
	must(d.Activate(t.Context(), cmd, env, desk.Empty{}))
	fire, err := d.AddDevice(t.Context(), cmd, desk.NewDevice{Code: "FI-1", Kind: "FIRE", Place: comm, Where: "旧货市场", Purpose: "烟火预警", Basis: "消防法", Keeps: 7, Published: true})
	must(fire, err)
	must(d.Activate(t.Context(), cmd, fire, desk.Empty{}))
	must(d.See(t.Context(), cmd, fire, desk.NewScene{Kind: "SMOKE", Picture: pixel}))
	no := mediated(t, h, c)
	must(d.Agree(t.Context(), h.As(t, c.committee), desk.NewAgreement{Matter: no.Number(), Mediator: "和事佬工作室", Terms: "错时停车，互留通道；下雨天优先让老人停近处。"}))
	must(d.PlanChange(t.Context(), cmd, desk.NewChange{Kind: "SPLIT", Grids: []string{comm + "G003"}, Parts: 2, Day: 20260501, Reason: "户数太多"}))
}
