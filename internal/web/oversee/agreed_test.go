package oversee_test

import (
	"regexp"
	"strings"
	"testing"

	"huying/internal/desk/supervision"
	"huying/internal/domain/org"
	"huying/internal/web/webtest"
)

var proposed = regexp.MustCompile(`id="p-([a-z0-9]+)"`)

// agree lets a post ask for something, and another agree, both on their pages.
// It returns the number of what was asked. Neither alone can do it.
func agree(t *testing.T, h *webtest.House, asks, agrees, path string, fields ...string) string {
	t.Helper()
	if r := h.Send(t, asks, path, webtest.Form(fields...)); r.Header.Get("HX-Redirect") != "/proposals" {
		t.Fatalf("asking: %d %s", r.Status, r.Body)
	}
	list := h.Get(t, asks, "/proposals")
	m := proposed.FindStringSubmatch(list.Body)
	if m == nil {
		t.Fatalf("what was asked is not in the list: %s", list.Body)
	}
	id := m[1]
	if list.Has(`id="d-` + id + `"`) {
		t.Error("who asked is asked to agree")
	}
	yes := webtest.Form("word", "confirm")
	if r := h.Send(t, asks, "/proposals/"+id, yes); r.Status != 403 {
		t.Errorf("who asked agrees: %d %s", r.Status, r.Body)
	}
	if r := h.Send(t, asks, "/proposals/"+id+"/carry", nil); r.Status != 409 {
		t.Errorf("carried out without agreement: %d", r.Status)
	}
	if len(h.Carried) != 0 {
		t.Fatalf("carried out: %v", h.Carried)
	}
	if r := h.Get(t, agrees, "/proposals"); !r.Has(`id="d-` + id + `"`) {
		t.Fatalf("the other is not asked: %s", r.Body)
	}
	if r := h.Send(t, agrees, "/proposals/"+id, yes); r.Header.Get("HX-Redirect") != "/proposals" {
		t.Fatalf("agreeing: %d %s", r.Status, r.Body)
	}
	if r := h.Send(t, agrees, "/proposals/"+id, yes); r.Status != 409 {
		t.Errorf("agreeing twice: %d", r.Status)
	}
	return id
}

// logged asks that the auditor finds each step in the log, by its post.
func logged(t *testing.T, h *webtest.House, id string, acts ...string) {
	t.Helper()
	log := h.Get(t, h.Post(t, "440100-SJJ", org.Auditor), "/log?kind=SECURITY")
	for _, act := range acts {
		if !log.Has(act) || strings.Count(log.Body, id) < len(acts) {
			t.Errorf("the log does not say %s of %s", act, id)
		}
	}
}

func TestManyExclusionsAreDecidedByTwo(t *testing.T) {
	h := webtest.Open(t)
	var form []string
	var numbers []string
	for _, text := range []string{"台风把路面冲坏了", "台风把围挡吹倒了"} {
		s, _ := h.Ordered(t, "SZ0101", place, text)
		in := supervision.RequestExclusion{Ground: "FORCE_MAJEURE", Reason: "台风红色预警期间无法施工"}
		if _, err := supervision.New(h.Engine).RequestExclusion(ctx, h.As(t, h.Post(t, unit, org.Handler)), s.M.ID, in); err != nil {
			t.Fatal(err)
		}
		form, numbers = append(form, "no", s.M.ID.Number()), append(numbers, s.M.ID.Number())
	}
	assessor, sup := h.Post(t, "440106-PG", org.Assessor), h.Post(t, watch, org.Supervisor)
	if r := h.Get(t, assessor, "/supervision?tab=exclusions"); !r.Has(`action="/supervision/exclusions"`) || !r.Has(`value="`+numbers[0]+`"`) {
		t.Errorf("nothing to tick: %s", r.Body)
	}
	id := agree(t, h, assessor, sup, "/supervision/exclusions", append(form, "decide", "yes", "note", "台风期间，核对属实")...)
	for i, no := range numbers {
		if r := h.Get(t, assessor, "/supervision/matters/"+no); !r.Has("已批准") {
			t.Errorf("the %d. is not decided: %s", i+1, r.Body)
		}
	}
	if r := h.Get(t, assessor, "/proposals"); !r.Has("已执行") || r.Has("/proposals/"+id+"/carry") {
		t.Errorf("the page does not say that it was done: %s", r.Body)
	}
	logged(t, h, id, "提出申请", "同意申请", "执行申请")
}

func TestADrawIsRedoneByTwo(t *testing.T) {
	h := webtest.Open(t)
	const week = "2026-W13"
	sup, assessor := h.Post(t, watch, org.Supervisor), h.Post(t, "440106-PG", org.Assessor)
	at := "/supervision/sample?district=440106&week=" + week
	if r := h.Get(t, sup, at); r.Has("/supervision/sample/redraw") {
		t.Error("what was not drawn can be drawn anew")
	}
	if r := h.Send(t, sup, "/supervision/sample", webtest.Form("district", "440106", "week", week)); r.Status != 200 || !r.Has("/supervision/sample/redraw") {
		t.Fatalf("%d %s", r.Status, r.Body)
	}
	if r := h.Get(t, assessor, at); r.Has("/supervision/sample/redraw") {
		t.Error("an assessor is offered what a supervisor asks for")
	}
	ask := func(more ...string) webtest.Reply {
		return h.Send(t, sup, "/supervision/sample/redraw", webtest.Form(more...))
	}
	for what, r := range map[string]webtest.Reply{
		"reason": ask("district", "440106", "week", week), "week": ask("district", "440106", "week", "2026-W99", "reason", "x"), "district": ask("district", "449999", "week", week, "reason", "x"),
	} {
		if r.Status != 422 {
			t.Errorf("a wrong %s: %d %s", what, r.Status, r.Body)
		}
	}
	if r := ask("district", "440105", "week", week, "reason", "名单提前外泄"); r.Status != 403 {
		t.Errorf("another district: %d", r.Status)
	}
	id := agree(t, h, sup, assessor, "/supervision/sample/redraw", "district", "440106", "week", week, "reason", "抽查名单提前外泄，应当重新抽取")
	if len(h.Carried) != 1 || h.Carried[0] != "proposal/"+id {
		t.Errorf("carried out: %v", h.Carried)
	}
	if r := h.Get(t, sup, "/proposals"); !r.Has("已执行") {
		t.Errorf("%s", r.Body)
	}
	logged(t, h, id, "提出申请", "同意申请", "执行申请")
}

func TestAnIdentityIsUnsealedByTwo(t *testing.T) {
	h := webtest.Open(t)
	s, _ := h.Ordered(t, "SZ0101", place, "棠德南路口的路面塌了一个坑")
	no := s.M.ID.Number()
	sup, head := h.Post(t, watch, org.Supervisor), h.Post(t, "440106-CG", org.Leader)
	path := "/supervision/matters/" + no + "/unseal"
	if r := h.Get(t, sup, "/matters/"+no); !r.Has(`action="`+path+`"`) || r.Has("陈女士") {
		t.Fatalf("the page does not offer to ask: %s", r.Body)
	}
	if r := h.Send(t, h.Post(t, unit, org.Handler), path, webtest.Form("reason", "想认识")); r.Status != 403 {
		t.Errorf("a handler asks: %d", r.Status)
	}
	if r := h.Send(t, h.Post(t, "440104-JW", org.Supervisor), path, webtest.Form("reason", "想认识")); r.Status != 404 {
		t.Errorf("another district asks: %d", r.Status)
	}
	if r := h.Send(t, sup, path, nil); r.Status != 422 || !r.Has("text.missing") {
		t.Errorf("without a reason: %d %s", r.Status, r.Body)
	}
	id := agree(t, h, sup, head, path, "reason", "举报承办单位威胁诉求人，需上门核实")
	if r := h.Get(t, sup, "/proposals"); !r.Has("/proposals/"+id+"/open") || r.Has("陈女士") {
		t.Fatalf("%s", r.Body)
	}
	for name, post := range map[string]string{"who agreed": head, "the handler": h.Post(t, unit, org.Handler)} {
		if r := h.Send(t, post, "/proposals/"+id+"/open", nil); r.Status == 200 || r.Has("陈女士") {
			t.Errorf("%s opens it: %d", name, r.Status)
		}
	}
	if r := h.Send(t, sup, "/proposals/"+id+"/open", nil); r.Status != 200 || !r.Has("陈女士") || !r.Has("13800138000") {
		t.Errorf("%d %s", r.Status, r.Body)
	}
	if r := h.Send(t, sup, "/proposals/"+id+"/open", nil); r.Status != 409 || r.Has("陈女士") || !r.Has("proposal.not_confirmed") {
		t.Errorf("opened a second time: %d %s", r.Status, r.Body)
	}
	if r := h.Get(t, h.Post(t, "440100-SJJ", org.Auditor), "/matters/"+no+"/access"); strings.Count(r.Body, "需上门核实") != 1 {
		t.Errorf("the access log does not say why, once: %s", r.Body)
	}
	logged(t, h, id, "提出申请", "同意申请", "执行申请")
}
