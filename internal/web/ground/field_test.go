package ground_test

import (
	"bytes"
	"mime/multipart"
	"net/url"
	"strconv"
	"testing"
	"time"

	desk "huying/internal/desk/ground"
	"huying/internal/domain/org"
	"huying/internal/ident"
	"huying/internal/web/webtest"
)

// found records a round with two findings that nobody was sent after, and returns
// their matters.
func found(t *testing.T, h *webtest.House, c crew) []ident.ID {
	t.Helper()
	id := lane(t, h, c.clerk, "L-9", "柳工九巷", town+"-ZH")
	d := desk.New(h.Engine)
	category := ""
	for _, l := range h.Engine.City().Duty.Leaves() {
		if l.Name == "占用公共地方堆放杂物" {
			category = l.Code
		}
	}
	round := desk.NewRound{Cadence: "DAILY", Findings: []desk.Finding{{Text: "夜市占道堆货", Category: category}, {Text: "堆物堵住消防通道", Category: category}}}
	if _, err := d.Record(t.Context(), h.As(t, c.clerk), id, round); err != nil {
		t.Fatal(err)
	}
	tab, err := d.Segment(t.Context(), h.As(t, c.clerk).Actor, id, h.Now())
	if err != nil || len(tab.Rounds) != 1 {
		t.Fatal(tab, err)
	}
	return tab.Rounds[0].Fact.Findings
}

// waits is the line on the first page of a desk.
func waits(t *testing.T, h *webtest.House, post string) webtest.Reply {
	t.Helper()
	return h.Do(t, "GET", post, "/ground/leads/unsent", nil, map[string]string{"HX-Request": "true"})
}

// What was found and nobody was sent after stands on the first page of the ground
// and of the desk, until a team is sent.
func TestFindingsWaitUntilATeamIsSent(t *testing.T) {
	h, c := open(t)
	list := found(t, h, c)
	shows(t, h, c.clerk, "/ground", "还没派人的发现", list[0].Number())
	shows(t, h, c.clerk, "/ground/leads", "巡查发现", list[0].Number(), list[1].Number(), "还没有派过执法队")
	line := waits(t, h, c.clerk)
	if !line.Has("2 个发现还没派人，0 个已超时") {
		t.Errorf("the desk reads %s", line.Body)
	}
	h.Pass(3 * time.Hour)
	if line = waits(t, h, c.clerk); !line.Has("2 个已超时") {
		t.Errorf("three hours later the desk reads %s", line.Body)
	}
	if line = waits(t, h, c.other); line.Has("没派人") {
		t.Errorf("another street reads %s", line.Body)
	}
	first := []string{"town", town, "matter", list[0].Number(), "unit", town + "-ZFD", "why", "占道经营，现场查处"}
	sent(t, h, c.other, "/ground/leads", 404, "", first...)
	sent(t, h, c.worker, "/ground/leads", 403, "", first...)
	sent(t, h, c.clerk, "/ground/leads", 422, "unit.unknown", "town", town, "matter", list[0].Number(), "unit", "没有这支队伍", "why", "查")
	sent(t, h, c.clerk, "/ground/leads", 422, "", "town", town, "matter", list[0].Number(), "unit", town+"-ZFD", "why", "")
	r := sent(t, h, c.clerk, "/ground/leads", 200, "超时，用了 180 分钟", first...)
	if !r.Has(list[1].Number()) {
		t.Error("the other finding waits no more")
	}
	shows(t, h, c.above, "/ground/leads?town="+town, list[1].Number())
	shows(t, h, c.above, "/ground/leads", "先选镇街")
}

// A patrol goes where most is open for the size of the grid.
func TestAPatrolIsPlanned(t *testing.T) {
	h, c := open(t)
	shows(t, h, c.clerk, "/ground/patrols", "没有网格达到这个密度", "还没有计划")
	plan := []string{"town", town, "team", town + "-ZFD", "day", today, "title", "占道高发网格巡查"}
	sent(t, h, c.clerk, "/ground/patrols", 409, "", plan...)
	for range 4 {
		called(t, h, square)
	}
	shows(t, h, c.clerk, "/ground/patrols", "柳工社区第1网格")
	if r := shows(t, h, c.clerk, "/ground/patrols?threshold=99999999", "没有网格达到这个密度"); r.Has(`href="/ground/grids/` + square) {
		t.Error("a grid is denser than anything")
	}
	sent(t, h, c.worker, "/ground/patrols", 403, "", plan...)
	sent(t, h, c.other, "/ground/patrols", 403, "", plan...)
	sent(t, h, c.clerk, "/ground/patrols", 422, "", "town", town, "team", town+"-ZFD", "day", "2020-01-01", "title", "迟到的计划")
	sent(t, h, c.clerk, "/ground/patrols", 200, "1 个网格", plan...)
	shows(t, h, c.clerk, "/ground/patrols", today, "1 个网格")
}

// What a desk says of a professional grid and of a device is kept as it is said.
func TestARuleAndAThreshold(t *testing.T) {
	h, c := open(t)
	layer := []string{"town", town, "code", "E-1", "name", "柳工环保网格", "line", "ENVIRONMENT", "unit", district + "-HB", "covers", square}
	sent(t, h, c.clerk, "/ground/layers", 422, "layer.line_unknown", append(layer, "rule", "true")...) // the city has no lines of business
	if r := sent(t, h, c.clerk, "/ground/layers", 200, "环保", layer...); r.Has("自动派") {
		t.Error("a rule is offered where there are no lines")
	}
	device := []string{"town", town, "code", "N-1", "kind", "NOISE", "place", comm, "where", "菜市场", "threshold", "70"}
	sent(t, h, c.clerk, "/ground/devices", 200, "读数到 70 才留", device...)
	list, err := desk.New(h.Engine).Devices(t.Context(), h.As(t, c.clerk).Actor, town, 0, 1)
	if err != nil || len(list) != 1 || list[0].Fact.Threshold != 70 {
		t.Fatalf("%+v, %v", list, err)
	}
	at := "/ground/devices/" + list[0].ID.Number() + "/describe"
	sent(t, h, c.clerk, at, 200, "读数到 75 才留", "town", town, "where", "菜市场", "threshold", "75")
	sent(t, h, c.clerk, at, 422, "", "town", town, "where", "菜市场", "threshold", "-1")
	sent(t, h, c.clerk, at, 422, "人脸", "town", town, "where", "菜市场", "purpose", "人脸比对")
}

// Where the city has lines of business, a professional grid may have its orders go by
// rule.
func TestAProfessionalGridByRule(t *testing.T) {
	h := webtest.OpenPack(t, "yangtun", webtest.Now)
	const place = "320322102"
	clerk, city := h.Post(t, place+"-ZH", org.Dispatcher), h.Engine.City()
	line := city.Lines[len(city.Lines)-1]
	shows(t, h, clerk, "/ground/layers", line.Name, "这条业务的工单自动派到这个单位")
	layer := []string{"town", place, "name", "专业网格", "line", line.Code, "unit", city.Territory.Address(place).District + "-HB", "all", "true"}
	if r := sent(t, h, clerk, "/ground/layers", 200, line.Name, append(layer, "code", "E-1")...); r.Has(">自动派单<") {
		t.Error("a rule that nobody asked for")
	}
	sent(t, h, clerk, "/ground/layers", 200, ">自动派单<", append(layer, "code", "E-2", "rule", "true")...)
}

// sheet sends a file of buildings as a form does.
func sheet(t *testing.T, h *webtest.House, post, body, key string) webtest.Reply {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, field := range [][2]string{{"town", town}, {"key", key}} {
		if err := w.WriteField(field[0], field[1]); err != nil {
			t.Fatal(err)
		}
	}
	f, err := w.CreateFormFile("file", "buildings.csv")
	if err == nil {
		_, err = f.Write([]byte(body))
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return h.Do(t, "POST", post, "/ground/buildings/import", &b, map[string]string{"Content-Type": w.FormDataContentType(), "HX-Request": "true"})
}

// Buildings come by a sheet or one by one; each has a contact post or is a gap.
func TestBuildingsAndTheirContactPosts(t *testing.T) {
	h, c := open(t)
	shows(t, h, c.clerk, "/ground/buildings", "还没有登记楼栋")
	const head = "编码,楼栋,网格,联络岗位,值守电话\n"
	bad := sheet(t, h, c.clerk, head+"L1,一号楼,"+square+",,\nL1,二号楼,"+square+",,\nL3,,没有的网格,,\n", "bad")
	for _, line := range []string{"第 3 行", "第 4 行（L3）：没有楼栋名称", "第 4 行（L3）：本镇街没有网格"} {
		if bad.Status != 422 || !bad.Has(line) {
			t.Errorf("%d, %q is not told: %.800s", bad.Status, line, bad.Body)
		}
	}
	good := head + "L1,一号楼,柳工社区第1网格,楼栋联络岗,0772-3800001\nL2,二号楼," + square + ",,\n"
	if r := sheet(t, h, c.worker, good, "worker"); r.Status != 403 {
		t.Errorf("a grid worker imports buildings: %d", r.Status)
	}
	if r := sheet(t, h, c.other, good, "other"); r.Status != 403 && r.Status != 404 {
		t.Errorf("another street imports buildings: %d", r.Status)
	}
	for range 2 { // sent again with the same key it is kept once
		if r := sheet(t, h, c.clerk, good, "good"); r.Status != 200 || !r.Has("50.0%") || !r.Has("二号楼") {
			t.Fatalf("%d %.800s", r.Status, r.Body)
		}
	}
	shows(t, h, c.clerk, "/ground", "楼栋缺联络岗位", "二号楼")
	shows(t, h, c.clerk, "/ground/board", "楼栋联络岗位公示", "0772-3800001")
	add := []string{"town", town, "code", "L3", "name", "三号楼", "grid", square, "post", "楼栋联络岗"}
	sent(t, h, c.clerk, "/ground/buildings", 200, "66.7%", add...)
	sent(t, h, c.clerk, "/ground/buildings", 409, "", add...)
	sent(t, h, c.clerk, "/ground/buildings", 422, "code", "town", town, "code", "楼 4", "name", "四号楼", "grid", square)
	list, err := desk.New(h.Engine).Buildings(t.Context(), h.As(t, c.clerk).Actor, town, 0, 10)
	if err != nil || len(list) != 3 {
		t.Fatal(list, err)
	}
	at := "/ground/buildings/" + list[0].ID.Number()
	sent(t, h, c.worker, at+"/vacate", 403, "", "town", town)
	sent(t, h, c.clerk, at+"/vacate", 200, "33.3%", "town", town)
	sent(t, h, c.clerk, at+"/contact", 422, "", "town", town, "post", "")
	sent(t, h, c.secretary, at+"/contact", 200, "66.7%", "town", town, "post", "值守岗")
	sent(t, h, c.clerk, at+"/end", 200, "已结束", "town", town)
	sent(t, h, c.clerk, at+"/end", 409, "", "town", town)
}

// The shares of a town are computed, and a spot leads to its grid.
func TestSharesAndSpots(t *testing.T) {
	h, c := open(t)
	shows(t, h, c.clerk, "/ground/shares", "网格有党支部", "楼栋有联络岗位", "不出社区就解决", "0.0%")
	if r := h.Get(t, c.clerk, "/ground/shares"); r.Has("村三职一人任") {
		t.Error("a city without the three posts tells their share")
	}
	shows(t, h, c.clerk, "/ground/shares?quarter=nonsense", "网格有党支部")
	shows(t, h, c.above, "/ground/shares", "数据采集进度", "太阳村镇")
	shows(t, h, c.above, "/ground/shares?class=SHOP", "门店")
	p, _ := h.Engine.City().Territory.Place(square)
	middle := p.Shape.Bound().Center()
	spot := strconv.FormatFloat(middle[0], 'f', 6, 64) + "，" + strconv.FormatFloat(middle[1], 'f', 6, 64)
	for typed, want := range map[string]string{square: square, "柳工社区第1网格": square, spot: square, comm: comm} {
		r := h.Get(t, c.clerk, "/ground/locate?spot="+url.QueryEscape(typed))
		if r.Status != 303 || r.Header.Get("Location") != "/ground/grids/"+want {
			t.Errorf("%q leads to %d %s", typed, r.Status, r.Header.Get("Location"))
		}
	}
	for typed, status := range map[string]int{"": 422, "没有这个地方": 422, "109.1,北": 422, "1,1": 422, district + "002": 403} {
		if r := h.Get(t, c.clerk, "/ground/locate?spot="+url.QueryEscape(typed)); r.Status != status && r.Status != 404 {
			t.Errorf("%q: %d, not %d", typed, r.Status, status)
		}
	}
}

// Whoever runs the ground sees it on an office screen and on a phone.
func TestTheFieldsSheets(t *testing.T) {
	if webtest.BrowserOff() {
		return
	}
	h, c := open(t)
	found(t, h, c)
	for range 4 {
		called(t, h, square)
	}
	if r := sheet(t, h, c.clerk, "编码,楼栋,网格,联络岗位,值守电话\nL1,柳工新村一号楼,"+square+",楼栋联络岗,0772-3800001\nL2,柳工新村二号楼,"+square+",,\n", "good"); r.Status != 200 {
		t.Fatalf("%d %.400s", r.Status, r.Body)
	}
	sent(t, h, c.clerk, "/ground/patrols", 200, "", "town", town, "team", town+"-ZFD", "day", today, "title", "占道高发网格巡查")
	tab := webtest.Browse(t).Tab(t, h.URL, 1366, 768).As(c.clerk)
	pages := []struct{ path, shot, word string }{
		{"/ground", "field-gaps", "还没派人的发现"}, {"/ground/leads", "leads", "派人去查"}, {"/ground/patrols", "patrols", "事项最密的网格"}, {"/ground/buildings", "buildings", "柳工新村一号楼"},
		{"/ground/shares", "shares", "不出社区就解决"}, {"/ground/grids", "locate", "查网格"}, {"/ground/board", "field-board", "楼栋联络岗位公示"}, {"/ground/devices", "field-devices", "报警值"},
	}
	for _, p := range pages {
		tab.Open(p.path).See("main", p.word).Accessible().Shot("ground-"+p.shot, false)
		tab.Look(true).Accessible().Shot("ground-"+p.shot+"-dark", false).Look(false)
	}
	tab.Quiet()
	tab.Open("/desk").See("main", "2 个发现还没派人").Accessible().Shot("ground-desk-line", false)
	tab.Open("/ground/leads").Click("#unsent details summary").Type("#unsent input[name=unit]", h.Engine.City().Name).Type("#unsent input[name=why]", "现场查处").
		Click("#unsent form button[type=submit]").See("#unsent .faults", "没有").Accessible().Shot("ground-leads-refused", false)
	tab.Size(390, 844)
	for _, p := range pages {
		tab.Open(p.path).See("main", p.word).Accessible().Shot("ground-"+p.shot+"-phone", true)
	}
}
