package oversee_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"huying/internal/desk/dispatch"
	"huying/internal/desk/supervision"
	"huying/internal/domain/order"
	"huying/internal/domain/org"
	"huying/internal/engine"
	"huying/internal/web/webtest"
)

const (
	unit     = "440106-ZJ"
	place    = "440106011004"
	district = "440106-ZH"
	watch    = "440106-JW" // the district's supervising unit
)

var ctx = context.Background()

// late lets an order pass its time, so that it gets its card by itself.
func late(t *testing.T, h *webtest.House, s *engine.State) {
	t.Helper()
	if _, err := h.Engine.Fire(ctx, s.M.ID, h.Now()); err != nil {
		t.Fatal(err)
	}
}

// pothole is an answer with the evidence that the duty asks for.
func answer(text string) dispatch.Respond {
	hash := strings.Repeat("ab", 32)
	return dispatch.Respond{Text: text, Evidence: []dispatch.Record{{Kind: "PHOTO", Hash: hash}, {Kind: "RECORD", Hash: hash}}}
}

func TestWhoSeesAndDecides(t *testing.T) {
	h := webtest.Open(t)
	s, o := h.Ordered(t, "SZ0101", place, "棠德南路口的路面塌了一个坑，昨天有人骑车摔倒")
	h.Pass(9 * 24 * time.Hour)
	late(t, h, s)
	me := h.Post(t, unit, org.Handler)
	if r := h.Send(t, me, "/orders/"+o.ID.Number()+"/appeal", webtest.Form("colour", "YELLOW", "reason", "3月31日已派人补平，系统没有登记", "key", "a")); r.Status != 200 || !r.Has("申诉中") {
		t.Fatalf("the appeal: %d %s", r.Status, r.Body)
	}
	over := "/supervision/orders/" + o.ID.Number()
	sup := h.Post(t, watch, org.Supervisor)
	for _, c := range []struct {
		post, path string
		status     int
		what       string
	}{
		{"", "/supervision", 303, "a stranger"},
		{sup, "/supervision", 200, "the district's supervisor"},
		{sup, over, 200, "the district's supervisor, an order"},
		{h.Post(t, "440104-JW", org.Supervisor), over, 404, "the supervisor of another district"},
		{h.Post(t, "440100-PG", org.Assessor), over, 200, "the city's assessor"},
		{h.Post(t, "440106-JT", org.Handler), over, 404, "a unit without a part in it"},
		{h.Post(t, "440100-SJJ", org.Auditor), "/supervision", 403, "an auditor"},
		{sup, "/supervision?tab=none", 422, "a list that is not"},
		{sup, "/supervision?kind=CHECK", 422, "a kind that is in another list"},
		{sup, "/supervision?unit=" + "nobody", 422, "a unit that is not"},
		{sup, "/supervision?at=x&matter=y", 422, "an address that was cut"},
		{sup, "/supervision/sample?week=2026-W99", 422, "a week that is not"},
		{sup, "/supervision/sample?district=999999", 422, "a district that is not"},
	} {
		if r := h.Get(t, c.post, c.path); r.Status != c.status {
			t.Errorf("%s: %d, not %d", c.what, r.Status, c.status)
		}
	}
	list := h.Get(t, sup, "/supervision")
	for _, want := range []string{"申诉待裁决", "系统没有登记", "天河区住房和城乡建设局"} {
		if !list.Has(want) {
			t.Errorf("the wall of cards does not say %s", want)
		}
	}
	if r := h.Get(t, h.Post(t, "440104-JW", org.Supervisor), "/supervision"); r.Has("系统没有登记") {
		t.Error("another district's appeal is in the list")
	}

	lift := webtest.Form("colour", "YELLOW", "decide", "yes", "note", "查实：已按时补平，漏登记", "key", "d")
	for name, c := range map[string]struct {
		post   string
		status int
	}{
		"the unit itself":      {me, 403},
		"the assessor":         {h.Post(t, "440106-PG", org.Assessor), 403},
		"another district":     {h.Post(t, "440104-JW", org.Supervisor), 404},
		"the street's handler": {h.Post(t, "440106011-CGB", org.Handler), 403},
	} {
		if r := h.Send(t, c.post, over+"/card", lift); r.Status != c.status {
			t.Errorf("%s decides: %d", name, r.Status)
		}
	}
	if r := h.Send(t, sup, over+"/card", webtest.Form("colour", "YELLOW", "note", "x")); r.Status != 422 || !r.Has("decision.missing") {
		t.Errorf("neither yes nor no: %d %s", r.Status, r.Body)
	}
	for range 2 { // sent twice, decided once
		if r := h.Send(t, sup, over+"/card", lift); r.Status != 200 || !r.Has("已作废") {
			t.Errorf("lifting: %d %s", r.Status, r.Body)
		}
	}
	if c := h.State(t, s.M.ID).Orders[0].Cards; len(c) == 0 || c[len(c)-1].State != order.CardVoid {
		t.Errorf("%+v", c)
	}
}

func TestAnExclusionIsDecidedByTheAssessor(t *testing.T) {
	h := webtest.Open(t)
	s, _ := h.Ordered(t, "SZ0101", place, "台风把路面冲坏了，请修")
	ask := supervision.RequestExclusion{Ground: "FORCE_MAJEURE", Reason: "台风红色预警期间无法施工"}
	if _, err := supervision.New(h.Engine).RequestExclusion(ctx, h.As(t, h.Post(t, unit, org.Handler)), s.M.ID, ask); err != nil {
		t.Fatal(err)
	}
	bulk := webtest.Form("decide", "yes", "note", "台风期间，核对属实", "key", "b")
	if r := h.Send(t, h.Post(t, "440106-PG", org.Assessor), "/supervision/exclusions", bulk); r.Status != 422 || !r.Has("exclusion.none_ticked") {
		t.Errorf("none ticked: %d %s", r.Status, r.Body)
	}
	bulk.Add("no", s.M.ID.Number())
	for name, c := range map[string]struct {
		post   string
		status int
	}{
		"a supervisor": {h.Post(t, watch, org.Supervisor), 403}, "another district": {h.Post(t, "440104-PG", org.Assessor), 404}, "the assessor": {h.Post(t, "440106-PG", org.Assessor), 204},
	} {
		if r := h.Send(t, c.post, "/supervision/exclusions", bulk); r.Status != c.status {
			t.Errorf("%s proposes: %d %s", name, r.Status, r.Body)
		}
	}
	if x := h.State(t, s.M.ID).M.Excluded; x.State != "ASKED" {
		t.Errorf("one person alone decided: %+v", x)
	}
	assessor, path := h.Post(t, "440106-PG", org.Assessor), "/supervision/matters/"+s.M.ID.Number()
	if r := h.Get(t, assessor, "/supervision?tab=exclusions"); !r.Has(s.M.ID.Number()) {
		t.Error("the request is not in the list")
	}
	if r := h.Get(t, assessor, path); !r.Has("不可抗力") || !r.Has("台风红色预警") {
		t.Errorf("%s", r.Body)
	}
	form := webtest.Form("decide", "yes", "note", "核对预警记录属实", "key", "x")
	if r := h.Send(t, h.Post(t, watch, org.Supervisor), path+"/exclusion", form); r.Status != 403 {
		t.Errorf("a supervisor decides: %d", r.Status)
	}
	form.Set("rev", "1")
	if r := h.Send(t, assessor, path+"/exclusion", form); r.Status != 409 {
		t.Errorf("a page that is behind: %d", r.Status)
	}
	form.Del("rev")
	form.Set("key", "y")
	if r := h.Send(t, assessor, path+"/exclusion", form); r.Status != 200 || !r.Has("已批准") {
		t.Errorf("%d %s", r.Status, r.Body)
	}
	if x := h.State(t, s.M.ID).M.Excluded; x == nil || x.State != "GRANTED" {
		t.Errorf("%+v", x)
	}
}

func TestMoreTimeIsGrantedByWhoGaveTheOrder(t *testing.T) {
	h := webtest.Open(t)
	s, o := h.Ordered(t, "SZ0101", place, "路面开裂下沉，要开挖")
	before := o.Due()
	me, desk := h.Post(t, unit, org.Handler), h.Post(t, s.M.Desk, org.Dispatcher)
	if r := h.Send(t, me, "/orders/"+o.ID.Number()+"/extension", webtest.Form("amount", "3", "unit", "WD", "why", "要先探明管线", "key", "e")); r.Status != 200 || !r.Has("待审批") {
		t.Fatalf("%d %s", r.Status, r.Body)
	}
	if r := h.Get(t, desk, "/supervision?tab=extensions"); !r.Has("要先探明管线") || !r.Has("3个工作日") {
		t.Error("the request is not in the list")
	}
	path := "/supervision/orders/" + o.ID.Number()
	if r := h.Get(t, desk, path); !r.Has("批准后的期限") {
		t.Error("the page does not say what date it would come to")
	}
	if r := h.Send(t, me, path+"/extension", webtest.Form("decide", "yes")); r.Status != 403 {
		t.Errorf("the unit grants itself time: %d", r.Status)
	}
	if r := h.Send(t, desk, path+"/extension", webtest.Form("decide", "yes", "key", "g")); r.Status != 200 {
		t.Errorf("%d %s", r.Status, r.Body)
	}
	if got := h.State(t, s.M.ID).Orders[0].Due(); got <= before {
		t.Errorf("due %s, not after %s", got.Time(), before.Time())
	}
}

func TestAnObjectionIsUpheldAndMoves(t *testing.T) {
	h := webtest.Open(t)
	s, o := h.Ordered(t, "SZ0101", place, "小区门口的路面破了")
	me := h.Post(t, unit, org.Handler)
	if r := h.Send(t, me, "/orders/"+o.ID.Number()+"/object", webtest.Form("reason", "属于交通部门管养的道路", "names", "天河区交通运输局", "key", "o")); r.Status != 200 {
		t.Fatalf("%d %s", r.Status, r.Body)
	}
	desk, path := h.Post(t, district, org.Dispatcher), "/supervision/orders/"+o.ID.Number()
	if r := h.Get(t, desk, "/supervision?tab=objections&unit="+unit); !r.Has("属于交通部门管养") {
		t.Error("the objection is not in the list")
	}
	if r := h.Send(t, desk, path+"/objection", webtest.Form("decide", "yes", "to", "火星局", "note", "按管养清单")); r.Status != 422 || !r.Has("unit.unknown") {
		t.Errorf("%d %s", r.Status, r.Body)
	}
	to := h.Engine.City().Org
	name := "440106-JT"
	if u, ok := to.Unit(name); ok {
		name = u.Name
	}
	if r := h.Send(t, desk, path+"/objection", webtest.Form("decide", "yes", "to", name, "note", "按管养清单", "key", "u")); r.Status != 200 || !r.Has("已改派") {
		t.Errorf("%d %s", r.Status, r.Body)
	}
	if lead := h.State(t, s.M.ID).Lead(); lead == nil || lead.Debtor != "440106-JT" {
		t.Errorf("%+v", lead)
	}
}

// GZ-20: a unit sees at any time what its month comes to, and each order that it
// counts; so does whoever oversees it, and nobody else.
func TestTheProcessOfAMonthAndEachOrderBehindIt(t *testing.T) {
	h := webtest.Open(t)
	s, o := h.Ordered(t, "SZ0101", place, "棠德南路口的路面塌了一个坑")
	me, over := h.Post(t, unit, org.Handler), "/supervision/process?unit="+unit+"&month=2026-03"
	if r := h.Get(t, me, "/supervision/process?month=2026-03"); r.Status != 200 || !r.Has(o.ID.Number()) || !r.Has("本月派单") || !r.Has(`href="/orders/`+o.ID.Number()) {
		t.Errorf("one's own month: %d %.600s", r.Status, r.Body)
	}
	if r := h.Get(t, h.Post(t, watch, org.Supervisor), over); r.Status != 200 || !r.Has(`href="/supervision/orders/`+o.ID.Number()) {
		t.Errorf("the supervisor: %d %.600s", r.Status, r.Body)
	}
	if r := h.Get(t, h.Post(t, "440104-ZJ", org.Handler), over); r.Status != 403 {
		t.Errorf("a unit of another district: %d", r.Status)
	}
	h.Pass(9 * 24 * time.Hour)
	late(t, h, s)
	if r := h.Get(t, me, "/supervision/process?month=2026-04"); r.Status != 200 || !r.Has(o.ID.Number()) || !r.Has("黄牌") {
		t.Errorf("the card counts in the month it was given: %d %.600s", r.Status, r.Body)
	}
	for _, bad := range []string{"?month=2026-13", "?unit=nobody", "?before=x"} {
		if r := h.Get(t, me, "/supervision/process"+bad); r.Status != 422 {
			t.Errorf("%s: %d", bad, r.Status)
		}
	}
}
