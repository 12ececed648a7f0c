package mandate_test

import (
	"testing"

	"huying/internal/domain/org"
	"huying/internal/web/webtest"
)

// basic is an item that a town leads by the city's own categories, with the unit
// of the street that leads it.
func basic(t *testing.T, h *webtest.House) (item, unit string) {
	t.Helper()
	city := h.Engine.City()
	for _, leaf := range city.Duty.Leaves() {
		if leaf.Lead.Level != org.Town {
			continue
		}
		if u, ok := city.Unit(leaf.Lead, city.Territory.Address(street)); ok {
			return leaf.Code, u
		}
	}
	t.Fatal("no category is led by a town")
	return "", ""
}

// A form is filled in once: what one bureau was told is served to the next.
func TestAFormIsFilledInOnce(t *testing.T) {
	h := webtest.Open(t)
	item, unit := basic(t, h)
	market, civil, town := h.Post(t, district+"-SJ", org.Handler), h.Post(t, district+"-MZ", org.Handler), h.Post(t, unit, org.Handler)
	demand := func(post, name, fields string) webtest.Reply {
		return h.Send(t, post, "/burden/demand", webtest.Form("kind", "FORM", "name", name, "item", item, "basis", "示例通知", "minutes", "60", "fields", fields, "places", street))
	}
	refused(t, demand(market, "门店统计表", ""), 422, "form.fields_missing")
	sent(t, demand(market, "门店统计表", "SHOPS 门店数\nSTAFF 从业人数"))
	page := path(t, h.Get(t, town, "/burden"))
	if r := h.Get(t, town, page); !r.Has("要填") || !r.Has(`name="v.SHOPS"`) {
		t.Fatalf("what the street has to fill in: %.900s", r.Body)
	}
	send := func(post, to string, pairs ...string) webtest.Reply {
		return h.Send(t, post, page+to, webtest.Form(pairs...))
	}
	refused(t, send(town, "/fill"), 422, "form.nothing_filled")
	refused(t, send(town, "/fill", "v.SHOPS", "坏\u202e字"), 422, "text.control_character")
	sent(t, send(town, "/fill", "v.SHOPS", "214"))
	refused(t, send(town, "/send", "text", "先报一半"), 409, "form.fields_open")
	if r := h.Get(t, h.Post(t, "440106002-ZH", org.Handler), page); r.Status != 404 {
		t.Errorf("another street reads the form: %d", r.Status)
	}
	refused(t, send(h.Post(t, "440106002-ZH", org.Handler), "/fill", "v.SHOPS", "1"), 404, "")
	sent(t, send(town, "/fill", "v.SHOPS", "214", "v.STAFF", "890"))
	sent(t, send(town, "/send", "text", "按三月底数"))
	if r := h.Get(t, town, page); !r.Has("已报送") || r.Has(">要填<") {
		t.Errorf("sent: %.900s", r.Body)
	}
	if r := h.Get(t, market, page); !r.Has("890") {
		t.Errorf("the bureau reads what was filled in: %.900s", r.Body)
	}

	sent(t, demand(civil, "便民网点表", "SHOPS 门店数"))
	all := path(t, h.Get(t, town, "/burden"))
	if all == page {
		t.Fatal("the second demand is not listed")
	}
	if r := h.Get(t, town, all); !r.Has("已有，免填") || !r.Has("不用再填") {
		t.Errorf("all of it is held: %.900s", r.Body)
	}
	refused(t, h.Send(t, town, all+"/send", webtest.Form("text", "x")), 409, "form.nothing_to_send")
	if r := h.Get(t, civil, all); !r.Has("全部免填") {
		t.Errorf("the second bureau: %.900s", r.Body)
	}

	refused(t, h.Send(t, town, "/burden", webtest.Form("kind", "FORM", "name", "微信群要的表", "issuer", street+"-DGW", "minutes", "30")), 422, "burden.issuer_not_above")
	refused(t, h.Send(t, market, "/burden", webtest.Form("kind", "FORM", "name", "x", "issuer", district+"-CG", "minutes", "30")), 422, "")
	sent(t, h.Send(t, town, "/burden", webtest.Form("kind", "FORM", "name", "微信群要的表", "issuer", district+"-CG", "minutes", "30")))
	if r := h.Get(t, town, "/burden"); !r.Has("微信群要的表") || !r.Has("基层登记") {
		t.Errorf("the noted demand: %.900s", r.Body)
	}
}

// path is the page of the newest demand in a ledger.
func path(t *testing.T, r webtest.Reply) string {
	t.Helper()
	m := numbers.FindStringSubmatch(r.Body)
	if m == nil {
		t.Fatalf("no demand is listed: %.900s", r.Body)
	}
	return "/demands/" + m[1]
}

// Clean-ups are counted, every village is visited once, a group says that it is
// in use.
func TestCleanUpsAndCheckUps(t *testing.T) {
	h := webtest.Open(t)
	organiser, bureau := h.Post(t, district+"-DW", org.Organiser), h.Post(t, district+"-SJ", org.Handler)
	send := func(post, path string, pairs ...string) webtest.Reply {
		return h.Send(t, post, path, webtest.Form(pairs...))
	}
	refused(t, send(organiser, "/cleanups", "kind", "SIGN", "count", "0", "text", "摘牌"), 422, "cleanup.count_wrong")
	sent(t, send(organiser, "/cleanups", "kind", "SIGN", "count", "37", "text", "村级重复标牌摘除"))
	if r := h.Get(t, organiser, "/campaigns"); !r.Has("37") {
		t.Errorf("the clean-ups: %.900s", r.Body)
	}
	run := []string{"name", "减负体检", "place", street, "from", "2026-03-01", "to", "2026-04-30", "checklist", "标牌\n台账\n\n微信群"}
	refused(t, send(organiser, "/campaigns", "name", "减负体检", "place", street, "from", "2026-03-01", "to", "2026-02-01", "checklist", "标牌"), 422, "campaign.days_wrong")
	refused(t, send(bureau, "/campaigns", run...), 403, "")
	page := sent(t, send(organiser, "/campaigns", run...))
	village := h.Engine.City().Territory.Children(street)[0].Code
	refused(t, send(organiser, page+"/visit", "place", "440103001001"), 422, "campaign.not_here")
	refused(t, send(organiser, page+"/visit", "place", village, "unit.0", district+"-CG"), 422, "text.missing")
	refused(t, send(organiser, page+"/visit", "place", village, "issue.0", "重复报表", "unit.0", "没有"), 422, "unit.unknown")
	refused(t, send(bureau, page+"/visit", "place", village), 403, "")
	sent(t, send(organiser, page+"/visit", "place", village, "issue.0", "重复报表", "unit.0", district+"-CG", "issue.1", "标牌过多"))
	refused(t, send(organiser, page+"/visit", "place", village), 409, "campaign.visited_already")
	if r := h.Get(t, organiser, page); !r.Has("1 / ") || !r.Has("微信群") {
		t.Errorf("the campaign: %.900s", r.Body)
	}
	if r := h.Get(t, h.Post(t, "440103001-DGW", org.Secretary), page); r.Status != 404 {
		t.Errorf("another district reads it: %d", r.Status)
	}

	sent(t, send(bureau, "/groups", "kind", "GROUP", "name", "市场监管联络群", "purpose", "通知", "minutes", "30"))
	no := groups.FindStringSubmatch(h.Get(t, organiser, "/groups").Body)
	if no == nil {
		t.Fatal("the group waits for nobody")
	}
	refused(t, send(bureau, "/groups/"+no[1]+"/use"), 409, "group.not_running")
	sent(t, send(organiser, "/groups/"+no[1]+"/decide", "permit", "true"))
	refused(t, send(organiser, "/groups/"+no[1]+"/use"), 403, "")
	sent(t, send(bureau, "/groups/"+no[1]+"/use"))
}
