package ground_test

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"

	"huying/internal/desk/dispatch"
	desk "huying/internal/desk/ground"
	"huying/internal/desk/intake"
	"huying/internal/domain/access"
	"huying/internal/domain/call"
	"huying/internal/domain/org"
	"huying/internal/engine"
	"huying/internal/ident"
	"huying/internal/web/webtest"
)

const (
	district = "450204"
	town     = district + "001"
	comm     = town + "001"
	square   = comm + "G001"
)

// today and the days around it are those of the city.
var (
	today    = webtest.Now.Format("2006-01-02")
	soon     = webtest.Now.AddDate(0, 0, 7).Format("2006-01-02")
	tomorrow = webtest.Now.AddDate(0, 0, 1).Format("2006-01-02")
)

// crew is who the tests act as.
type crew struct{ clerk, leader, secretary, other, above, worker, bureau, committee string }

func open(t *testing.T) (*webtest.House, crew) {
	t.Helper()
	h := webtest.OpenPack(t, "liunan", webtest.Now)
	return h, crew{
		clerk: h.Post(t, town+"-ZH", org.Dispatcher), leader: h.Post(t, town+"-ZH", org.Leader), secretary: h.Post(t, town+"-DGW", org.Secretary),
		other: h.Post(t, district+"002-ZH", org.Dispatcher), above: h.Post(t, district+"-ZH", org.Dispatcher),
		worker: h.Post(t, comm+"-JW", org.GridWorker), bureau: h.Post(t, district+"-CG", org.Handler), committee: h.Post(t, comm+"-JW", org.Dispatcher),
	}
}

// lane registers a lane with the street's centre as its chief.
func lane(t *testing.T, h *webtest.House, clerk, code, name string, chief string) ident.ID {
	t.Helper()
	d := desk.New(h.Engine)
	id, err := d.AddSegment(t.Context(), h.As(t, clerk), desk.NewSegment{Code: code, Name: name, Kind: "LANE", Place: comm, Metres: 320, Duties: []string{"门前三包", "无乱堆乱停"}})
	if err == nil && chief != "" {
		_, err = d.Appoint(t.Context(), h.As(t, clerk), id, desk.Chief{Title: "巷长（正科级）", Unit: chief, Phone: "0772-3801234"})
	}
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// sent sends a form and asks what it was answered.
func sent(t *testing.T, h *webtest.House, post, path string, status int, word string, pairs ...string) webtest.Reply {
	t.Helper()
	r := h.Send(t, post, path, webtest.Form(pairs...))
	if r.Status != status || word != "" && !r.Has(word) {
		t.Errorf("%s as %s: %d, not %d with %q: %.600s", path, post, r.Status, status, word, r.Body)
	}
	return r
}

func shows(t *testing.T, h *webtest.House, post, path string, words ...string) webtest.Reply {
	t.Helper()
	r := h.Get(t, post, path)
	if r.Status != 200 {
		t.Fatalf("%s as %s: %d %.600s", path, post, r.Status, r.Body)
	}
	for _, w := range words {
		if !r.Has(w) {
			t.Errorf("%s as %s does not say %q", path, post, w)
		}
	}
	return r
}

func TestTheFirstPageIsWhatTheTownLacks(t *testing.T) {
	h, c := open(t)
	shows(t, h, c.clerk, "/ground", "缺街巷长", "网格员缺 2", "没有支部的网格", "今天该巡的都巡了")
	bare := lane(t, h, c.clerk, "L-1", "柳工一巷", "")
	kept := lane(t, h, c.clerk, "L-2", "柳工二巷", town+"-ZH")
	shows(t, h, c.clerk, "/ground", bare.Number(), kept.Number())
	sent(t, h, c.clerk, "/ground/segments/"+kept.Number()+"/round", 200, "没有发现问题", "cadence", "DAILY", "key", "r")
	if r := shows(t, h, c.clerk, "/ground", bare.Number()); r.Has(kept.Number()) {
		t.Error("the lane was gone round today and still stands as not")
	}
	shows(t, h, c.above, "/ground", "河西街道", "太阳村镇") // the district sees its towns side by side
	shows(t, h, c.above, "/ground?town="+town, bare.Number())
	if r := h.Get(t, c.other, "/ground?town="+town); r.Status != 404 {
		t.Errorf("another street looks: %d", r.Status)
	}
	if r := h.Get(t, c.clerk, "/ground?town=nothing"); r.Status != 404 {
		t.Errorf("a town that is none: %d", r.Status)
	}
	if r := h.Get(t, c.bureau, "/ground"); r.Header.Get("Location") != "/ground/segments" {
		t.Errorf("a bureau begins at %q", r.Header.Get("Location"))
	}
	en := h.Do(t, "GET", c.clerk, "/ground", nil, map[string]string{"Accept-Language": "en"})
	if en.Status != 200 || !en.Has("Posts missing") {
		t.Errorf("in English: %d", en.Status)
	}
}

func TestSegmentsAreRegisteredAndHaveChiefs(t *testing.T) {
	h, c := open(t)
	form := []string{"code", "L-9", "name", "红阳巷", "kind", "LANE", "place", comm, "metres", "240", "duties", "清扫\n停车", "key", "s1"}
	for range 2 { // a double click registers once
		sent(t, h, c.clerk, "/ground/segments", 200, "红阳巷", form...)
	}
	sent(t, h, c.clerk, "/ground/segments", 409, "已经登记过", append(form[:len(form)-1:len(form)-1], "s2")...)
	sent(t, h, c.clerk, "/ground/segments", 422, "街巷编码", "name", "红阳巷", "kind", "LANE", "place", comm, "key", "s3")
	sent(t, h, c.clerk, "/ground/segments", 422, "不是数字", "code", "L-8", "name", "x", "kind", "LANE", "place", comm, "metres", "很长", "key", "s4")
	sent(t, h, c.other, "/ground/segments", 403, "", append(form[:len(form)-1:len(form)-1], "s5")...)
	sent(t, h, c.worker, "/ground/segments", 403, "", append(form[:len(form)-1:len(form)-1], "s6")...)
	list, err := desk.New(h.Engine).Segments(t.Context(), h.As(t, c.clerk).Actor, town, 0, 10)
	if err != nil || len(list) != 1 || len(list[0].Fact.Duties) != 2 {
		t.Fatal(list, err)
	}
	at := "/ground/segments/" + list[0].ID.Number()
	shows(t, h, c.clerk, "/ground/segments", "红阳巷", "缺街巷长")
	shows(t, h, c.clerk, at, "红阳巷", "清扫", "缺街巷长")
	shows(t, h, c.worker, at)
	sent(t, h, c.clerk, at+"/appoint", 422, "征得本人同意", "title", "巷长", "unit", town+"-ZH", "name", "韦某", "key", "a1", "tab", "supervise")
	sent(t, h, c.clerk, at+"/appoint", 422, "", "title", "", "unit", town+"-ZH", "key", "a2")
	sent(t, h, c.clerk, at+"/appoint", 422, "", "title", "巷长", "unit", "nobody", "key", "a3")
	sent(t, h, c.clerk, at+"/appoint", 200, "0772-3801234", "title", "巷长", "unit", town+"-ZH", "phone", "0772-3801234", "name", "韦丽", "agreed", "true", "key", "a4", "tab", "supervise")
	shows(t, h, c.clerk, "/ground/board", "韦丽", "0772-3801234", "清扫")
	if r := shows(t, h, c.clerk, at); r.Has("缺街巷长") {
		t.Error("a chief was appointed and the page says there is none")
	}
	sent(t, h, c.clerk, at+"/vacate", 409, "", "key", "v0", "rev", "1") // the page was stale
	sent(t, h, c.worker, at+"/vacate", 403, "", "key", "v1")
	sent(t, h, c.clerk, at+"/vacate", 200, "缺街巷长", "key", "v2", "tab", "supervise")
	if r := h.Get(t, c.other, at); r.Status != 404 {
		t.Errorf("another street reads it: %d", r.Status)
	}
	sent(t, h, c.clerk, at+"/end", 204, "", "key", "e1")
	sent(t, h, c.clerk, at+"/end", 409, "已经注销", "key", "e2")
}

func TestARoundRaisesWhatItFound(t *testing.T) {
	h, c := open(t)
	id := lane(t, h, c.clerk, "L-2", "柳工二巷", town+"-ZH")
	at := "/ground/segments/" + id.Number()
	shows(t, h, c.clerk, at+"/round", "日巡", "findings.0.text")
	if r := h.Get(t, c.secretary, at+"/round"); r.Status != 403 {
		t.Errorf("a secretary goes round: %d", r.Status)
	}
	sent(t, h, c.clerk, at+"/round", 422, "巡查日期", "cadence", "DAILY", "day", tomorrow, "key", "r1")
	sent(t, h, c.clerk, at+"/round", 422, "没有", "cadence", "HOURLY", "key", "r2")
	sent(t, h, c.clerk, at+"/round", 403, "街巷长以外的单位", "cadence", "WEEKLY", "key", "r3")
	r := sent(t, h, c.clerk, at+"/round", 422, "", "cadence", "DAILY", "findings.2.where", "12号", "key", "r4")
	if !r.Has(`data-field="findings.2.text"`) {
		t.Errorf("the fault names no row of the page: %s", r.Body)
	}
	for range 2 {
		sent(t, h, c.clerk, at+"/round", 200, "1 处问题已成为事项", "cadence", "DAILY", "findings.0.text", "12号门口堆放旧沙发，堵住半条巷", "findings.0.where", "12号门口", "key", "r5")
	}
	tab, err := desk.New(h.Engine).Segment(t.Context(), h.As(t, c.clerk).Actor, id, h.Now())
	if err != nil || len(tab.Rounds) != 1 || len(tab.Open) != 1 {
		t.Fatal(tab, err)
	}
	no := tab.Open[0].M.ID.Number()
	for _, name := range []string{"know", "supervise", "handle"} {
		shows(t, h, c.clerk, at+"?tab="+name, no)
	}
	shows(t, h, c.clerk, "/ground/rollcall", "柳工二巷")
	if r := shows(t, h, c.clerk, "/ground/rollcall?quarter=2025-10-01", "2025-12-31"); r.Has("柳工二巷") {
		t.Error("it was called in a quarter in which nothing was found")
	}
	long := strings.Repeat("长", 20001)
	sent(t, h, c.clerk, at+"/round", 422, "", "cadence", "DAILY", "findings.0.text", long, "key", "r6")
	if r := h.Get(t, c.other, at+"/round"); r.Status != 404 {
		t.Errorf("another street goes round: %d", r.Status)
	}
}

// worked lets the unit of the duty list answer a finding.
func worked(t *testing.T, h *webtest.House, c crew, no ident.ID) (unit string) {
	t.Helper()
	in, out := intake.New(h.Engine), dispatch.New(h.Engine)
	must := func(s *engine.State, err error) *engine.State {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	cmd := func(post string) engine.Command { return h.As(t, post) }
	s := h.State(t, no)
	if s.Lead() == nil {
		must(in.Verify(t.Context(), cmd(c.clerk), no, intake.Verify{}))
		must(in.Triage(t.Context(), cmd(c.clerk), no, intake.Triage{Class: "大事", Reason: "属于政府职责"}))
		s = must(out.Issue(t.Context(), cmd(c.clerk), no, dispatch.Issue{}))
	}
	o := s.Lead()
	answer := dispatch.Respond{Text: "沙发已清运，巷道恢复畅通"}
	hash := sha256.Sum256([]byte("photo"))
	leaf, ok := h.Engine.City().Duty.Leaf(s.M.Category)
	if !ok {
		t.Fatal(s.M.Category)
	}
	for _, kind := range leaf.Evidence {
		answer.Evidence = append(answer.Evidence, dispatch.Record{Kind: kind, Hash: hex.EncodeToString(hash[:])})
	}
	must(out.Respond(t.Context(), cmd(h.Post(t, o.Debtor, org.Handler)), o.ID, answer))
	return o.Debtor
}

func TestAChiefRatesOnlyWhatIsClosed(t *testing.T) {
	h, c := open(t)
	id := lane(t, h, c.clerk, "L-2", "柳工二巷", town+"-ZH")
	at := "/ground/segments/" + id.Number()
	sent(t, h, c.clerk, at+"/round", 200, "", "cadence", "DAILY", "findings.0.text", "12号门口堆放旧沙发", "findings.0.category", "占用公共地方堆放杂物", "key", "r")
	tab, err := desk.New(h.Engine).Segment(t.Context(), h.As(t, c.clerk).Actor, id, h.Now())
	if err != nil {
		t.Fatal(err)
	}
	no := tab.Open[0].M.ID
	sent(t, h, c.clerk, at+"/rate", 409, "还没有结案", "matter", no.Number(), "unit", district+"-CG", "stars", "4", "key", "1")
	sent(t, h, c.clerk, at+"/rate", 422, "1到5", "matter", no.Number(), "unit", district+"-CG", "stars", "9", "key", "2")
	sent(t, h, c.clerk, at+"/rate", 422, "", "matter", "不是编号", "unit", district+"-CG", "stars", "4", "key", "3")
	sent(t, h, c.secretary, at+"/rate", 403, "街巷长", "matter", no.Number(), "unit", district+"-CG", "stars", "4", "key", "4")
	sent(t, h, c.bureau, at+"/rate", 403, "", "matter", no.Number(), "unit", district+"-CG", "stars", "4", "key", "5")
	shows(t, h, c.clerk, at+"?tab=evaluate", "还没有结案的事项可以评价")
	sent(t, h, c.clerk, at+"/judge", 409, "", "matter", no.Number(), "resolved", "YES", "key", "j0", "tab", "handle")
	unit := worked(t, h, c, no)
	shows(t, h, c.clerk, at+"?tab=handle", "现场看过，解决了吗")
	sent(t, h, c.worker, at+"/judge", 403, "", "matter", no.Number(), "resolved", "YES", "key", "j1", "tab", "handle")
	sent(t, h, c.clerk, at+"/judge", 422, "", "matter", no.Number(), "resolved", "MAYBE", "key", "j2", "tab", "handle")
	sent(t, h, c.clerk, at+"/judge", 200, "", "matter", no.Number(), "resolved", "YES", "comment", "沙发已清走", "key", "j3", "tab", "handle")
	if s := h.State(t, no); s.M.Status != "CLOSED" {
		t.Fatalf("the finding is %s", s.M.Status)
	}
	shows(t, h, c.clerk, at+"?tab=evaluate", no.Number(), `value="`+unit+`"`)
	if r := shows(t, h, c.leader, at+"?tab=supervise"); r.Has(no.Number()) {
		t.Error("a closed matter still stands as one that somebody owes")
	}
	for range 2 {
		sent(t, h, c.clerk, at+"/rate", 200, "4 分", "matter", no.Number(), "unit", unit, "stars", "4", "note", "清得快", "key", "6", "tab", "evaluate")
	}
	sent(t, h, c.clerk, at+"/rate", 409, "已经登记过", "matter", no.Number(), "unit", unit, "stars", "1", "key", "7")
	sent(t, h, c.clerk, at+"/rate", 422, "没有参与", "matter", no.Number(), "unit", district+"-XF", "stars", "4", "key", "8")
	shows(t, h, c.clerk, at+"?tab=evaluate", "已评", "平均 4.0 分")
}

func TestTheGridsTeam(t *testing.T) {
	h, c := open(t)
	shows(t, h, c.clerk, "/ground/grids", "柳工社区第1网格", "网格员缺 2", "没有支部")
	at := "/ground/grids/" + square
	shows(t, h, c.clerk, at, "网格员", "应配", "党员网格助理员", "不能是同一人")
	shows(t, h, c.worker, "/ground/grids", "柳工社区第1网格")
	shows(t, h, c.worker, at)
	form := []string{"grid", square, "post", "GRID_WORKER", "holder", "甲", "key", "f1"}
	for range 2 {
		sent(t, h, c.clerk, "/ground/stations", 200, "甲", form...)
	}
	sent(t, h, c.clerk, "/ground/stations", 403, "督察员和网格员不能是同一个人", "grid", square, "post", "GRID_SUPERVISOR", "holder", "甲", "key", "f2")
	sent(t, h, c.clerk, "/ground/stations", 200, "乙", "grid", square, "post", "GRID_SUPERVISOR", "holder", "乙", "key", "f3")
	sent(t, h, c.clerk, "/ground/stations", 422, "代号", "grid", square, "post", "GRID_WORKER", "holder", "", "key", "f4")
	sent(t, h, c.clerk, "/ground/stations", 422, "网格岗位", "grid", square, "post", "KING", "holder", "丙", "key", "f5")
	sent(t, h, c.clerk, "/ground/stations", 422, "没有代码", "grid", "nothing", "post", "GRID_WORKER", "holder", "丙", "key", "f6")
	sent(t, h, c.other, "/ground/stations", 403, "", "grid", square, "post", "GRID_WORKER", "holder", "丙", "key", "f7")
	sent(t, h, c.worker, "/ground/stations", 403, "", "grid", square, "post", "GRID_WORKER", "holder", "丙", "key", "f8")

	// A property company makes the grid one that needs a member of it.
	sent(t, h, c.clerk, "/ground/ties", 200, "红色物业员", "grid", square, "kind", "PROPERTY", "org", "WY-1", "name", "华源物业", "key", "t1")
	sent(t, h, c.clerk, "/ground/ties", 422, "所属组织", "grid", square, "kind", "CLUB", "org", "X", "name", "x", "key", "t2")
	team, err := desk.New(h.Engine).Team(t.Context(), h.As(t, c.clerk).Actor, square, engine.Today(engine.Instant(h.Now())))
	if err != nil || len(team.Ties) != 1 || len(team.Stations) != 2 {
		t.Fatal(team, err)
	}
	sent(t, h, c.clerk, "/ground/ties/"+team.Ties[0].ID.Number()+"/end", 200, "", "grid", square, "key", "t3")
	sent(t, h, c.clerk, "/ground/ties/"+team.Ties[0].ID.Number()+"/end", 409, "已经结束", "grid", square, "key", "t4")
	sent(t, h, c.other, "/ground/stations/"+team.Stations[0].ID.Number()+"/leave", 403, "", "grid", square, "key", "l1")
	sent(t, h, c.clerk, "/ground/stations/"+team.Stations[0].ID.Number()+"/leave", 200, "", "grid", square, "key", "l2")
	if r := h.Get(t, c.other, at); r.Status != 404 {
		t.Errorf("another street reads it: %d", r.Status)
	}
}

func TestLayersDevicesAndAgreements(t *testing.T) {
	h, c := open(t)
	layer := []string{"town", town, "code", "ENV-1", "name", "柳工环保网格", "line", "ENVIRONMENT", "unit", district + "-HB", "covers", square, "key", "y1"}
	sent(t, h, c.clerk, "/ground/layers", 422, "至少一个网格", "town", town, "code", "ENV-0", "name", "空", "line", "ENVIRONMENT", "unit", district+"-HB", "key", "y0")
	sent(t, h, c.clerk, "/ground/layers", 422, "不在", "town", town, "code", "ENV-2", "name", "别处", "line", "ENVIRONMENT", "unit", district+"-HB", "covers", district+"002", "key", "y2")
	sent(t, h, c.clerk, "/ground/layers", 200, "柳工环保网格", layer...)
	sent(t, h, c.other, "/ground/layers", 403, "", append(layer[:len(layer)-1:len(layer)-1], "y3")...)
	shows(t, h, c.clerk, "/ground/layers", "柳工环保网格", "环保")
	shows(t, h, c.clerk, "/ground/grids/"+square, "柳工环保网格")
	layers, err := desk.New(h.Engine).Layers(t.Context(), h.As(t, c.clerk).Actor, town, 0, 10)
	if err != nil || len(layers) != 1 {
		t.Fatal(layers, err)
	}
	sent(t, h, c.clerk, "/ground/layers/"+layers[0].ID.Number()+"/end", 200, "已结束", "town", town, "key", "y4")

	sent(t, h, c.clerk, "/ground/devices", 200, "FL-7", "town", town, "code", "FL-7", "kind", "FLOOD", "place", comm, "key", "d1")
	sent(t, h, c.clerk, "/ground/devices", 422, "", "town", town, "code", "", "kind", "FLOOD", "place", comm, "key", "d2")
	devices, err := desk.New(h.Engine).Devices(t.Context(), h.As(t, c.clerk).Actor, town, 0, 10)
	if err != nil || len(devices) != 1 {
		t.Fatal(devices, err)
	}
	turn := "/ground/devices/" + devices[0].ID.Number() + "/switch"
	r := sent(t, h, c.clerk, turn, 409, "缺少：安装位置、位置公示、用途、依据、保存天数", "town", town, "on", "true", "key", "d3")
	if r.Has("where,") {
		t.Error("the refusal speaks in names of fields")
	}
	sent(t, h, c.other, turn, 403, "", "town", district+"002", "on", "true", "key", "d4")
	say := "/ground/devices/" + devices[0].ID.Number() + "/describe"
	sent(t, h, c.other, say, 403, "", "where", "下沉路口", "key", "e1")
	sent(t, h, c.clerk, say, 422, "不是数字", "town", town, "keeps", "一个月", "key", "e2")
	sent(t, h, c.clerk, say, 200, "下沉路口", "town", town, "where", "下沉路口", "purpose", "积水预警", "basis", "防汛条例", "keeps", "30", "published", "true", "key", "e3")
	sent(t, h, c.clerk, turn, 200, "运行中", "town", town, "on", "true", "key", "e4")
	sent(t, h, c.clerk, say, 200, "未启用", "town", town, "where", "下沉路口", "purpose", "", "keeps", "30", "published", "true", "key", "e5") // what it is for is not said any more
	sent(t, h, c.clerk, "/ground/devices", 200, "FL-8", "town", town, "code", "FL-8", "kind", "FLOOD", "place", comm, "where", "下沉路口", "purpose", "积水预警",
		"basis", "防汛条例", "keeps", "30", "published", "true", "key", "d5")
	devices, err = desk.New(h.Engine).Devices(t.Context(), h.As(t, c.clerk).Actor, town, 0, 10)
	if err != nil || len(devices) != 2 {
		t.Fatal(devices, err)
	}
	turn = "/ground/devices/" + devices[0].ID.Number() + "/switch"
	sent(t, h, c.clerk, turn, 200, "运行中", "town", town, "on", "true", "key", "d6")
	sent(t, h, c.clerk, turn, 200, "未启用", "town", town, "key", "d7")

	no := mediated(t, h, c)
	sent(t, h, c.clerk, "/ground/agreements", 403, "正在调解", "matter", no.Number(), "mediator", "和事佬工作室", "terms", "错时停车", "key", "g1")
	sent(t, h, c.committee, "/ground/agreements", 422, "", "matter", no.Number(), "mediator", "", "terms", "错时停车", "key", "g2")
	sent(t, h, c.committee, "/ground/agreements", 200, "错时停车", "matter", no.Number(), "mediator", "和事佬工作室", "terms", "错时停车, 互留通道", "key", "g3")
	list, err := desk.New(h.Engine).Agreements(t.Context(), h.As(t, c.committee).Actor, "", 0, 10)
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	say = "/ground/agreements/" + list[0].ID.Number() + "/say"
	sent(t, h, c.committee, say, 200, "还没表态", "side", "A", "agrees", "YES", "channel", "STREET", "key", "g4")
	sent(t, h, c.committee, say, 409, "已经表态", "side", "A", "agrees", "YES", "key", "g5")
	sent(t, h, c.other, say, 404, "", "side", "B", "agrees", "YES", "key", "g6")
	sent(t, h, c.committee, say, 200, "法律服务", "side", "B", "agrees", "NO", "channel", "LEGAL_SERVICE", "key", "g7")
	shows(t, h, c.clerk, "/ground/agreements", "一方不同意", no.Number())
}

// mediated is a quarrel of neighbours that the community mediates.
func mediated(t *testing.T, h *webtest.House, c crew) ident.ID {
	t.Helper()
	in := intake.New(h.Engine)
	s, err := in.Receive(t.Context(), engine.Command{Actor: access.Actor{ID: "CALLER", Kind: access.Caller}}, call.Form{
		Source: "RESIDENT_WEB", Kind: "CONFLICT", Text: "两家为车位争吵", Place: comm, Name: "韦女士", Phone: "19900001234",
	})
	if err == nil {
		_, err = in.Verify(t.Context(), h.As(t, c.clerk), s.M.ID, intake.Verify{})
	}
	if err == nil {
		_, err = in.Triage(t.Context(), h.As(t, c.clerk), s.M.ID, intake.Triage{Class: "小事", Reason: "邻里纠纷"})
	}
	if err == nil {
		_, err = dispatch.New(h.Engine).Issue(t.Context(), h.As(t, c.clerk), s.M.ID, dispatch.Issue{Orders: []dispatch.Given{{Debtor: comm + "-JW"}}})
	}
	if err != nil {
		t.Fatal(err)
	}
	return s.M.ID
}
