package ground_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	desk "huying/internal/desk/ground"
	"huying/internal/desk/intake"
	"huying/internal/domain/access"
	"huying/internal/domain/call"
	"huying/internal/domain/grid"
	"huying/internal/engine"
	"huying/internal/ident"
	"huying/internal/web/webtest"
)

// across is a line through a grid from north to south, a third of its width
// from the west.
func across(t *testing.T, h *webtest.House, code string) string {
	t.Helper()
	p, ok := h.Engine.City().Territory.Place(code)
	if !ok {
		t.Fatal(code)
	}
	b := p.Shape.Bound()
	x := b.Min[0] + (b.Max[0]-b.Min[0])/3
	return fmt.Sprintf("%.7f,%.7f\n%.7f,%.7f", x, b.Max[1]+0.001, x, b.Min[1]-0.001)
}

// called is a matter that is open in a grid.
func called(t *testing.T, h *webtest.House, code string) ident.ID {
	t.Helper()
	s, err := intake.New(h.Engine).Receive(t.Context(), engine.Command{Actor: access.Actor{ID: "CALLER", Kind: access.Caller}}, call.Form{
		Source: "RESIDENT_WEB", Kind: "COMPLAINT", Text: "楼下路灯不亮", Place: code, Name: "韦女士", Phone: "19900001234",
	})
	if err != nil {
		t.Fatal(err)
	}
	return s.M.ID
}

func TestAGridIsSplitByTwoPersons(t *testing.T) {
	h, c := open(t)
	no := called(t, h, square)
	line := across(t, h, square)
	shows(t, h, c.clerk, "/ground/changes", "柳工社区", "打开地图")
	shows(t, h, c.clerk, "/ground/changes/new?place="+comm, "先选网格", "grid="+square)
	shows(t, h, c.clerk, "/ground/changes/new?grid="+square, "拆分柳工社区第1网格", "线上的点")
	for post, path := range map[string]string{c.other: "?place=" + comm, c.clerk: "?place=nothing", c.leader: "?place=" + town} {
		if r := h.Get(t, post, "/ground/changes/new"+path); r.Status != 404 {
			t.Errorf("%s as %s: %d", path, post, r.Status)
		}
	}
	if r := h.Get(t, c.worker, "/ground/changes/new?place="+comm); r.Status != 403 {
		t.Errorf("a grid worker draws: %d", r.Status)
	}
	split := func(pairs ...string) []string {
		return append([]string{"kind", "SPLIT", "grids", square, "day", soon, "reason", "户数太多"}, pairs...)
	}
	preview := "/ground/changes/preview"
	sent(t, h, c.clerk, preview, 422, "至少要两个", split("how", "LINE", "line", "")...)
	sent(t, h, c.clerk, preview, 422, "不是坐标", split("how", "LINE", "line", "东边\n西边")...)
	sent(t, h, c.clerk, preview, 422, "没有把网格分成两块", split("how", "LINE", "line", "109.0,24.0\n109.0,24.1")...)
	sent(t, h, c.clerk, preview, 422, "2 到", split("how", "EQUAL", "parts", "1")...)
	sent(t, h, c.clerk, preview, 422, "生效日", "kind", "SPLIT", "grids", square, "day", today, "reason", "x", "how", "EQUAL", "parts", "2")
	sent(t, h, c.clerk, preview, 422, "", "kind", "SPLIT", "grids", square, "day", soon, "reason", "", "how", "EQUAL", "parts", "2")
	sent(t, h, c.other, preview, 403, "", split("how", "EQUAL", "parts", "2")...)
	r := sent(t, h, c.clerk, preview, 200, "有 1 件事项未办结", split("how", "LINE", "line", line)...)
	if !r.Has(no.Number()) || !r.Has("仍归原网格") || !r.Has("G010") || !r.Has("G011") {
		t.Errorf("the preview says %s", r.Body)
	}
	shapes := hidden(t, r.Body, "shapes")
	plan := append(split("how", "FILE", "parts", "2", "shapes", shapes), "key", "p1")
	to := ""
	for range 2 {
		to = h.Send(t, c.clerk, "/ground/changes", webtest.Form(plan...)).Header.Get("HX-Redirect")
	}
	if !strings.HasPrefix(to, "/ground/changes/") {
		t.Fatalf("the plan leads to %q", to)
	}
	sent(t, h, c.clerk, "/ground/changes", 409, "已", append(plan[:len(plan)-1:len(plan)-1], "p2")...)
	if r := shows(t, h, c.clerk, to, "要由另一人复核", "待复核", no.Number()); r.Has(to + "/confirm") {
		t.Error("who planned it is offered to confirm it")
	}
	shows(t, h, c.clerk, "/orders/inbox", `href="`+to+`"`)
	sent(t, h, c.clerk, to+"/confirm", 403, "另一位同事", "key", "c1")
	sent(t, h, c.other, to+"/confirm", 403, "", "key", "c2")
	sent(t, h, c.worker, to+"/confirm", 403, "", "key", "c3")
	shows(t, h, c.leader, to, to+"/confirm", "同意后")
	sent(t, h, c.leader, to+"/confirm", 200, "已复核", "key", "c4")
	sent(t, h, c.secretary, to+"/confirm", 409, "已经是“已复核”", "key", "c5")
	if s := h.State(t, no); s.M.Place.Grid != square {
		t.Errorf("the open matter lies in %v now", s.M.Place)
	}
	if r := h.Get(t, c.other, to); r.Status != 404 {
		t.Errorf("another street reads it: %d", r.Status)
	}
	// What was confirmed is what was drawn: two grids with the line between them.
	id, err := ident.ParseNumber(strings.TrimPrefix(to, "/ground/changes/"))
	if err != nil {
		t.Fatal(err)
	}
	x, err := desk.New(h.Engine).Change(t.Context(), h.As(t, c.clerk).Actor, id)
	if err != nil || len(x.After) != 2 || x.Record.Fact.Status != grid.Confirmed {
		t.Fatal(x, err)
	}
	old, east := x.Before[0].Shape.Bound(), x.After[0].Shape.Bound()
	if third := old.Min[0] + (old.Max[0]-old.Min[0])/3; east.Min[0] < third-3e-5 {
		t.Errorf("the first grid begins at %v, and the line is at %v", east.Min[0], third)
	}
	sent(t, h, c.clerk, to+"/drop", 200, "已撤销", "key", "d1")
	sent(t, h, c.clerk, to+"/drop", 409, "", "key", "d2")
}

// hidden is the value of a hidden field.
func hidden(t *testing.T, body, name string) string {
	t.Helper()
	m := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(body)
	if m == nil {
		t.Fatalf("no field %s in %.800s", name, body)
	}
	return strings.NewReplacer("&#34;", `"`, "&amp;", "&").Replace(m[1])
}

// box is a feature of a surveyed file.
func box(code string, west, south, east, north float64) map[string]any {
	return map[string]any{"type": "Feature", "properties": map[string]string{"code": code}, "geometry": map[string]any{
		"type": "Polygon", "coordinates": [][][2]float64{{{west, south}, {east, south}, {east, north}, {west, north}, {west, south}}},
	}}
}

func file(t *testing.T, features ...map[string]any) string {
	t.Helper()
	b, err := json.Marshal(map[string]any{"type": "FeatureCollection", "features": features})
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestHolesAndOverlapsAreShownWhereTheyAre(t *testing.T) {
	h, c := open(t)
	p, _ := h.Engine.City().Territory.Place(square)
	b := p.Shape.Bound()
	west, south, east, north := b.Min[0], b.Min[1], b.Max[0], b.Max[1]
	middle := (west + east) / 2
	one, two := comm+"G010", comm+"G011"
	send := func(shapes string) webtest.Reply {
		return h.Send(t, c.clerk, "/ground/changes/preview", webtest.Form("kind", "SPLIT", "grids", square, "day", soon, "reason", "测绘", "how", "FILE", "parts", "2", "shapes", shapes))
	}
	for name, x := range map[string]struct{ shapes, fault, mark string }{
		"hole":     {file(t, box(one, west, south, middle-0.0003, north), box(two, middle+0.0003, south, east, north)), "没有网格管", "空隙 "},
		"overlap":  {file(t, box(one, west, south, middle+0.0003, north), box(two, middle-0.0003, south, east, north)), "互相重叠", "重叠 "},
		"one only": {file(t, box(one, west, south, east, north)), "正好包含", ""},
		"no file":  {"{", "", ""},
		"nothing":  {"", "", ""},
	} {
		r := send(x.shapes)
		if r.Status != 422 || !r.Has(x.fault) || x.mark != "" && (!r.Has(x.mark) || !r.Has("<svg viewBox")) {
			t.Errorf("%s: %d %.700s", name, r.Status, r.Body)
		}
	}
	if list, err := desk.New(h.Engine).Changes(t.Context(), h.As(t, c.clerk).Actor, 0, 10); err != nil || len(list) != 0 {
		t.Error(list, err)
	}
}

func TestNeighboursAreMerged(t *testing.T) {
	h, c := open(t)
	second := comm + "G002"
	shows(t, h, c.clerk, "/ground/changes/new?grid="+square+"&grid="+second, "合并 2 个网格", "柳工社区第2网格")
	form := []string{"kind", "MERGE", "grids", square, "grids", second, "day", soon, "reason", "两个网格户数都少"}
	r := sent(t, h, c.clerk, "/ground/changes/preview", 200, "有 0 件事项未办结", form...)
	if !r.Has("无空隙") {
		t.Error(r.Body)
	}
	sent(t, h, c.clerk, "/ground/changes/preview", 422, "同一个社区", "kind", "MERGE", "grids", square, "grids", town+"002G001", "day", soon, "reason", "x")
	sent(t, h, c.clerk, "/ground/changes/preview", 422, "只有拆分才画线", append(form, "how", "LINE", "line", "1,2\n3,4")...)
	to := h.Send(t, c.clerk, "/ground/changes", webtest.Form(append(form, "key", "m1")...)).Header.Get("HX-Redirect")
	shows(t, h, c.secretary, to, "合并", to+"/confirm")
	sent(t, h, c.secretary, to+"/confirm", 200, "已复核", "key", "m2")
	shows(t, h, c.clerk, "/ground/changes", "已复核", "001、002 → 010")
}

func TestAnInstitutionGetsItsOwnGrid(t *testing.T) {
	h, c := open(t)
	p, _ := h.Engine.City().Territory.Place(square)
	b := p.Shape.Bound()
	at := func(x, y float64) string {
		return fmt.Sprintf("%.6f,%.6f", b.Min[0]+(b.Max[0]-b.Min[0])*x, b.Min[1]+(b.Max[1]-b.Min[1])*y)
	}
	form := func(points ...string) []string {
		return []string{"kind", "SPLIT", "how", "OWN", "grids", square, "day", soon, "reason", "医院自管", "name", "柳工医院", "line", strings.Join(points, "\n")}
	}
	inside := form(at(.3, .3), at(.6, .3), at(.6, .6), at(.3, .6))
	sent(t, h, c.clerk, "/ground/changes/preview", 422, "至少要三个点", form(at(.3, .3), at(.6, .3))...)
	sent(t, h, c.clerk, "/ground/changes/preview", 422, "", form(at(.3, .3), at(1.6, .3), at(.6, .6))...)
	r := sent(t, h, c.clerk, "/ground/changes/preview", 200, "柳工医院", inside...)
	if !r.Has("不变") {
		t.Error("the preview does not say that the grid around it stays")
	}
	to := h.Send(t, c.clerk, "/ground/changes", webtest.Form("kind", "EXCLUSIVE", "how", "FILE", "grids", square, "day", soon, "reason", "医院自管", "name", "柳工医院", "shapes", hidden(t, r.Body, "shapes"), "key", "o1")).Header.Get("HX-Redirect")
	shows(t, h, c.leader, to, "设单位专属网格", "柳工医院", to+"/confirm")
	sent(t, h, c.leader, to+"/confirm", 200, "已复核", "key", "o2")
}
