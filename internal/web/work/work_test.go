package work_test

import (
	"net/url"
	"strconv"
	"strings"
	"testing"

	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/domain/org"
	"huying/internal/ident"
	"huying/internal/web/webtest"
)

func TestWhoComesToTheDesk(t *testing.T) {
	h := webtest.Open(t)
	no := called(t, h, "车陂路口路灯不亮三天了", "SZ0301", "440106003016").M.ID.Number()
	here, far := h.Post(t, town, org.Dispatcher), h.Post(t, "440105-ZH", org.Dispatcher)
	agent, handler := h.Post(t, hotline, org.Agent), h.Post(t, lights, org.Handler)
	for _, c := range []struct {
		name, post, path string
		status           int
		has              string
	}{
		{"the town's dispatcher", here, "/desk", 200, "路灯不亮三天"},
		{"the town's dispatcher, by number", here, "/desk/" + no, 200, "采纳并派单"},
		{"a hotline agent", agent, "/desk", 200, "路灯不亮三天"},
		{"a hotline agent only verifies", agent, "/desk/" + no, 200, "只核实"},
		{"another district's dispatcher", far, "/desk/" + no, 404, "没有找到"},
		{"another district's queue", far, "/desk", 200, "待派"},
		{"a handler has no desk", handler, "/desk", 403, ""},
		{"nobody", "", "/desk", 303, ""},
		{"no such number", here, "/desk/20260101-0000000-0", 422, ""},
		{"a filter nobody knows", here, "/desk?urgency=HASTE", 422, "HASTE"},
		{"a page that is none", here, "/desk/queue?after=" + no + "&at=x", 422, ""},
		{"a part of the plan", here, "/desk/" + no + "/plan?category=ZD0101", 200, "流动商贩占道"},
		{"a plan for no category", here, "/desk/" + no + "/plan?other=XX99", 200, "XX99"},
		{"whether it moved", here, "/desk/" + no + "/moved?rev=999", 200, "刚有新的变化"},
		{"whether it moved, elsewhere", far, "/desk/" + no + "/moved?rev=1", 404, ""},
		{"the form for a call", here, "/desk/call", 200, "来电内容"},
		{"a place by name", agent, "/desk/call/places?placeq=" + url.QueryEscape("车陂"), 200, "车陂街道"},
		{"a place that is none", agent, "/desk/call/places?placeq=" + url.QueryEscape("亚特兰蒂斯"), 200, "没有找到"},
		{"a place by a click", agent, "/desk/call/places?at=440106003016", 200, `value="440106003016"`},
		{"an earlier call by number", agent, "/desk/call/earlier?earlier=" + no, 200, "路灯不亮三天"},
		{"an earlier call of another district", far, "/desk/call/earlier?earlier=" + no, 200, "没有这个编号"},
		{"search by number", handler, "/find/all?q=" + no, 200, "没有符合"},
		{"search by words", here, "/find/all?q=" + url.QueryEscape("路灯不亮三天"), 200, "<mark>"},
		{"search for nothing", here, "/find/all?q=" + url.QueryEscape("，。"), 422, ""},
		{"a place's matters", here, "/find/all?place=440106003", 200, "路灯不亮三天"},
		{"a place that is none", here, "/find/all?place=1", 422, ""},
		{"a unit's matters", here, "/find/all?unit=" + town, 200, "路灯不亮三天"},
	} {
		if r := h.Get(t, c.post, c.path); r.Status != c.status || c.has != "" && !r.Has(c.has) {
			t.Errorf("%s: %s answers %d, has %q: %v", c.name, c.path, r.Status, c.has, r.Has(c.has))
		}
	}
}

func TestASuggestionIsAcceptedOnce(t *testing.T) {
	h := webtest.Open(t)
	s := called(t, h, "车陂路口路灯不亮三天了", "SZ0301", "440106003016")
	post, no := h.Post(t, town, org.Dispatcher), s.M.ID.Number()
	page := h.Get(t, post, "/desk/"+no)
	form := url.Values{"key": {key(t, page)}, "rev": {strconv.FormatInt(s.Rev, 10)}, "category": {"SZ0301"}, "reason": {"属公共照明，由住建部门维修。"}}
	if r := h.Send(t, h.Post(t, "440105-ZH", org.Dispatcher), "/desk/"+no+"/take", form); r.Status != 404 {
		t.Errorf("another district: %d", r.Status)
	}
	if r := h.Send(t, h.Post(t, hotline, org.Agent), "/desk/"+no+"/take", form); r.Status != 403 {
		t.Errorf("an agent: %d %s", r.Status, r.Body)
	}
	if m := state(t, h, s.M.ID).M; m.Status != matter.Received {
		t.Fatalf("a refused act left %s: all of it happens or nothing", m.Status)
	}
	bad := url.Values{"key": {"k1"}, "category": {"SZ0301"}, "reason": {""}}
	if r := h.Send(t, post, "/desk/"+no+"/take", bad); r.Status != 422 || !r.Has(`data-field="reason"`) {
		t.Errorf("without a reason: %d %s", r.Status, r.Body)
	}
	for i := range 2 {
		if r := h.Send(t, post, "/desk/"+no+"/take", form); r.Status != 200 || !strings.Contains(r.Header.Get("HX-Trigger"), "says") {
			t.Fatalf("time %d: %d %s", i, r.Status, r.Body)
		}
	}
	m := state(t, h, s.M.ID)
	if m.M.Status != matter.Ordered || len(m.Orders) != 1 || m.Orders[0].Debtor != lights {
		t.Errorf("%s with %d orders", m.M.Status, len(m.Orders))
	}
	stale := url.Values{"key": {"k2"}, "rev": form["rev"], "debtor": {power}}
	if r := h.Send(t, post, "/desk/"+no+"/order", stale); r.Status != 409 {
		t.Errorf("a stale page: %d", r.Status)
	}
	unknown := url.Values{"key": {"k3"}, "debtor": {"月球局"}}
	if r := h.Send(t, post, "/desk/"+no+"/order", unknown); r.Status != 422 || !r.Has(`data-field="debtor"`) {
		t.Errorf("a unit nobody knows: %d %s", r.Status, r.Body)
	}
	co := url.Values{"key": {"k4"}, "add": {"1"}, "debtor": {nameOf(t, h, power)}, "content": {"查线路"}}
	if r := h.Send(t, post, "/desk/"+no+"/order", co); r.Status != 200 || len(state(t, h, s.M.ID).Orders) != 2 {
		t.Errorf("a co-unit by its name: %d %s", r.Status, r.Body)
	}
}

func TestTheNextOfTheQueueIsTakenUp(t *testing.T) {
	h := webtest.Open(t)
	first, second := called(t, h, "路灯不亮", "SZ0301", "440106003016"), called(t, h, "人行道砖破损", "SZ0103", "440106003014")
	post := h.Post(t, town, org.Dispatcher)
	form := url.Values{"key": {"n1"}, "category": {"SZ0301"}, "reason": {"属公共照明"}}
	r := h.Send(t, post, "/desk/"+first.M.ID.Number()+"/take?tab=todo", form)
	if want := "/desk/" + second.M.ID.Number(); !strings.HasPrefix(r.Header.Get("HX-Push-Url"), want) || !r.Has("人行道砖破损") {
		t.Errorf("%d: goes to %q, want %s", r.Status, r.Header.Get("HX-Push-Url"), want)
	}
	answer := url.Values{"key": {"n2"}, "channel": {"MARKET"}, "note": {"请联系物业"}}
	if r = h.Send(t, post, "/desk/"+second.M.ID.Number()+"/refer?tab=todo", answer); r.Status != 200 || !r.Has("都处理完了") {
		t.Errorf("the last one: %d %s", r.Status, r.Body)
	}
	third := called(t, h, "想问问公园几点关门", "", "440106003014")
	if r = h.Send(t, post, "/desk/"+third.M.ID.Number()+"/advise", url.Values{"key": {"n3"}, "answer": {"晚上十点。"}}); r.Status != 200 || state(t, h, third.M.ID).M.Status != matter.Advised {
		t.Errorf("an answer at once: %d %s", r.Status, r.Body)
	}
	fourth := called(t, h, "路灯不亮", "", "440106003014")
	agent := h.Post(t, hotline, org.Agent)
	if r = h.Send(t, agent, "/desk/"+fourth.M.ID.Number()+"/verify", url.Values{"key": {"n4"}, "other": {"路灯不亮"}}); r.Status != 200 || state(t, h, fourth.M.ID).M.Category != "SZ0301" {
		t.Errorf("an agent verifies: %d %s", r.Status, r.Body)
	}
	hand := url.Values{"key": {"n5"}, "category": {"SZ0301"}, "reason": {"属公共照明"}, "debtor": {lights}, "co": {power}, "limit": {"2 HOUR"}}
	if r = h.Send(t, post, "/desk/"+fourth.M.ID.Number()+"/order", hand); r.Status != 200 || len(state(t, h, fourth.M.ID).Orders) != 2 {
		t.Errorf("by hand: %d %s", r.Status, r.Body)
	}
}

func TestObjectionTimeAndVerdict(t *testing.T) {
	h := webtest.Open(t)
	s := called(t, h, "路灯不亮", "SZ0301", "440106003016")
	no, post, above := s.M.ID.Number(), h.Post(t, town, org.Dispatcher), h.Post(t, district, org.Dispatcher)
	if r := h.Send(t, post, "/desk/"+no+"/take", url.Values{"key": {"o1"}, "category": {"SZ0301"}, "reason": {"属公共照明"}}); r.Status != 200 {
		t.Fatal(r.Body)
	}
	object(t, h, s.M.ID, lights, power)
	if r := h.Get(t, above, "/desk?tab=decide"); !r.Has("等待裁定异议") || !r.Has("灯杆不属于我局") {
		t.Errorf("the district does not see the objection: %d", r.Status)
	}
	decision := url.Values{"key": {"o2"}, "order": {owed(t, h, s.M.ID, lights).Number()}, "uphold": {"true"}, "to": {power}, "note": {"线路故障属供电"}}
	if r := h.Send(t, post, "/desk/"+no+"/objection", decision); r.Status != 403 {
		t.Errorf("the desk that gave the order decided: %d", r.Status)
	}
	if r := h.Send(t, above, "/desk/"+no+"/objection?tab=decide", decision); r.Status != 200 {
		t.Fatalf("%d %s", r.Status, r.Body)
	}
	respond(t, h, s.M.ID, power)
	tried := url.Values{"key": {"o3"}, "channel": {"PHONE"}}
	if r := h.Send(t, post, "/desk/"+no+"/contact?tab=verdict", tried); r.Status != 200 || len(state(t, h, s.M.ID).M.Tries) != 1 {
		t.Errorf("an attempt: %d %s", r.Status, r.Body)
	}
	word := url.Values{"key": {"o4"}, "resolved": {"YES"}, "satisfaction": {"5"}, "contacted": {"true"}}
	if r := h.Send(t, post, "/desk/"+no+"/verdict?tab=verdict", url.Values{"key": {"o5"}, "resolved": {"MAYBE"}}); r.Status != 422 {
		t.Errorf("a word that is none: %d", r.Status)
	}
	if r := h.Send(t, post, "/desk/"+no+"/verdict?tab=verdict", word); r.Status != 200 || state(t, h, s.M.ID).M.Status != matter.Closed {
		t.Errorf("%d %s", r.Status, r.Body)
	}
	for _, o := range state(t, h, s.M.ID).Orders {
		if o.Debtor == lights && o.Status != order.Reassigned {
			t.Errorf("the order of %s is %s", o.Debtor, o.Status)
		}
	}
}

func TestACallIsKeptAndJoined(t *testing.T) {
	h := webtest.Open(t)
	open := called(t, h, "车陂路口西北角路灯不亮", "SZ0301", "440106003016")
	agent := h.Post(t, hotline, org.Agent)
	page := h.Get(t, agent, "/desk/call")
	form := url.Values{
		"key": {key(t, page)}, "source": {"HOTLINE_12345"}, "kind": {"COMPLAINT"}, "text": {"车陂路口西北角的路灯不亮，好黑"}, "place": {"440106003016"},
		"name": {"李先生"}, "phone": {"19900001002"}, "category": {"SZ0301"},
	}
	advice := h.Send(t, agent, "/desk/call/advice", form)
	if likely := h.Send(t, agent, "/desk/call/likely", form); !likely.Has("路灯不亮") {
		t.Errorf("likely: %d %s", likely.Status, likely.Body)
	}
	if !advice.Has(open.M.ID.Number()) || !advice.Has("住建局") && !advice.Has("住房") {
		t.Errorf("advice: %d %s", advice.Status, advice.Body)
	}
	for range 2 {
		r := h.Send(t, agent, "/desk/call", form)
		if r.Status != 200 || !r.Has("查询码") {
			t.Fatalf("%d %s", r.Status, r.Body)
		}
		if r.Has("李先生") || r.Has("19900001002") {
			t.Error("the answer shows the caller")
		}
	}
	form.Set("key", "join-1")
	form.Set("join", open.M.ID.Number())
	if r := h.Send(t, agent, "/desk/call", form); r.Status != 200 || len(state(t, h, open.M.ID).M.Children) != 1 {
		t.Errorf("joined: %d %s", r.Status, r.Body)
	}
}

func TestACallInDangerIsStopped(t *testing.T) {
	h := webtest.Open(t)
	agent := h.Post(t, hotline, org.Agent)
	form := url.Values{"key": {"d1"}, "source": {"HOTLINE_12345"}, "kind": {"HELP"}, "text": {"三楼着火了冒浓烟"}, "place": {"440106003016"}, "anonymity": {"ANONYMOUS"}}
	if r := h.Send(t, agent, "/desk/call/likely", form); !r.Has("先转 119") {
		t.Errorf("not warned: %s", r.Body)
	}
	if r := h.Send(t, agent, "/desk/call", form); r.Status != 422 || !r.Has("call.danger_unacknowledged") {
		t.Errorf("kept without a word: %d", r.Status)
	}
	form.Set("danger", "true")
	if r := h.Send(t, agent, "/desk/call", form); r.Status != 200 {
		t.Errorf("%d %s", r.Status, r.Body)
	}
}

func TestBadCallsAreToldApart(t *testing.T) {
	h := webtest.Open(t)
	post := h.Post(t, town, org.Dispatcher)
	good := func(change func(url.Values)) url.Values {
		f := url.Values{"key": {ident.ID(1).String()}, "source": {"WINDOW"}, "kind": {"HELP"}, "text": {"路灯不亮"}, "place": {"440106003016"}, "name": {"x"}, "phone": {"19900001003"}}
		change(f)
		return f
	}
	for code, f := range map[string]url.Values{
		"text.missing":           good(func(f url.Values) { f.Del("text") }),
		"text.too_long":          good(func(f url.Values) { f.Set("text", strings.Repeat("长", matter.MaxText+1)) }),
		"text.control_character": good(func(f url.Values) { f.Set("text", "路灯\u202e不亮") }),
		"place.missing":          good(func(f url.Values) { f.Del("place") }),
		"phone.malformed":        good(func(f url.Values) { f.Set("phone", "not a number") }),
		"category.unknown":       good(func(f url.Values) { f.Set("other", "没有这种") }),
		"access.denied":          good(func(f url.Values) { f.Set("place", "440105001") }),
		"number.malformed":       good(func(f url.Values) { f.Set("join", "17") }),
		"caller.contact_missing": good(func(f url.Values) { f.Del("name"); f.Del("phone") }),
		"inlet.unknown":          good(func(f url.Values) { f.Set("source", "PIGEON") }),
	} {
		if r := h.Send(t, post, "/desk/call", f); r.Status < 400 || r.Status >= 500 || !r.Has(code) {
			t.Errorf("%s: %d %s", code, r.Status, r.Body)
		}
	}
}
