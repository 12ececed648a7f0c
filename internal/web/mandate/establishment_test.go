package mandate_test

import (
	"strings"
	"testing"

	"huying/internal/domain/establishment"
	"huying/internal/domain/org"
	"huying/internal/web/webtest"
)

// withPosts lets a city begin with posts of a bureau and of the streets' teams.
func withPosts(t *testing.T, h *webtest.House) {
	t.Helper()
	city := *h.Engine.City()
	city.Establishment = []establishment.Row{
		{Level: org.District, Suffix: "HB", Kind: establishment.Enforcement, Stock: establishment.Stock{Authorised: 10, Filled: 7}, Basis: "区编办核定"},
		{Level: org.Town, Suffix: "ZFD", Kind: establishment.Enforcement, Stock: establishment.Stock{Authorised: 4, Filled: 4}, Basis: "区编办核定"},
	}
	h.Engine.Use(&city)
}

// 编随事转 on the pages: posts are moved by one and approved by another, each is
// named by one power, and the book tells what is planned and what is filled.
func TestPostsComeWithOnePower(t *testing.T) {
	h := webtest.Open(t)
	organiser, head, secretary := h.Post(t, district+"-DW", org.Organiser), h.Post(t, district+"-ZFB", org.Leader), h.Post(t, street+"-DGW", org.Secretary)
	if r := h.Get(t, organiser, "/establishment"); r.Status != 200 || !r.Has("没有登记编制") {
		t.Errorf("a city without posts: %d %.400s", r.Status, r.Body)
	}
	withPosts(t, h)
	if r := h.Get(t, organiser, "/establishment"); !r.Has(">10<") || !r.Has(">7<") || !r.Has(">3<") {
		t.Errorf("planned, filled and free: %.2000s", r.Body)
	}
	move := []string{"from", district + "-HB", "to", street + "-ZFD", "kind", "ENFORCEMENT", "n", "2", "basis", "区编〔2026〕3号", "day", "2026-04-01", "key", "m"}
	refused(t, h.Send(t, secretary, "/establishment", webtest.Form(move...)), 403, "")
	refused(t, h.Send(t, organiser, "/establishment", webtest.Form("from", district+"-HB", "to", "没有这个队", "kind", "ENFORCEMENT", "n", "2", "basis", "x", "day", "2026-04-01")), 422, "unit.unknown")
	refused(t, h.Send(t, organiser, "/establishment", webtest.Form("from", district+"-HB", "to", street+"-ZFD", "kind", "ENFORCEMENT", "n", "0", "basis", "x", "day", "2026-02-30")), 422, "")
	page := sent(t, h.Send(t, organiser, "/establishment", webtest.Form(move...)))
	if again := sent(t, h.Send(t, organiser, "/establishment", webtest.Form(move...))); again != page {
		t.Errorf("sent twice it made %s and %s", page, again)
	}
	if r := h.Get(t, organiser, page); r.Has(`id="decide"`) {
		t.Error("who proposed it is shown how to approve it")
	}
	if r := h.Get(t, head, "/duties"); !r.Has("编制划转待决定") {
		t.Errorf("the head is not told: %.800s", r.Body)
	}
	decide := page + "/decide"
	refused(t, h.Send(t, organiser, decide, webtest.Form("approve", "true")), 403, "establishment.same_person")
	refused(t, h.Send(t, head, decide, webtest.Form("approve", "false")), 422, "text.missing")
	refused(t, h.Send(t, head, decide, webtest.Form("approve", "true", "rev", "9")), 409, "record.changed_meanwhile")
	sent(t, h.Send(t, head, decide, webtest.Form("approve", "true")))
	if r := h.Get(t, head, "/establishment/unit?unit="+street+"-ZFD"); !r.Has("+2") {
		t.Errorf("what comes to the team: %.1500s", r.Body)
	}
	if r := h.Get(t, head, "/establishment/unit?unit="+street+"-ZFD&day=2026-04-01"); !r.Has(">6<") {
		t.Errorf("what it has on the day: %.1500s", r.Body)
	}
	no := page[strings.LastIndex(page, "/")+1:]
	power := func(key, item string) string {
		return sent(t, h.Send(t, organiser, "/delegations", webtest.Form("power", "PENALTY", "item", item, "name", "夜间施工处罚"+key, "giver", district+"-HB", "taker", street+"-ZFD", "basis", "示例公告", "key", key)))
	}
	first, second := power("甲", "SZ0101"), power("乙", "SZ0101")
	if r := h.Get(t, organiser, first); !r.Has(`name="movement"`) || !r.Has("可用 2 名") {
		t.Errorf("the movement is not offered: %.1500s", r.Body)
	}
	cite := func(at string, pairs ...string) webtest.Reply {
		return h.Send(t, organiser, at+"/provide", webtest.Form(append([]string{"need", "PEOPLE", "movement", no}, pairs...)...))
	}
	sent(t, cite(first, "amount", "1"))
	refused(t, cite(second, "amount", "2"), 422, "establishment.left_less")
	sent(t, cite(second))
	refused(t, cite(power("丙", "SZ0101")), 409, "establishment.cited")
	if r := h.Get(t, secretary, page); !r.Has("夜间施工处罚甲") || !r.Has("夜间施工处罚乙") || !r.Has("还剩 0 名") {
		t.Errorf("what cites it: %.1500s", r.Body)
	}
	// Met in another way, the need lets the posts go.
	sent(t, h.Send(t, head, first+"/waive", webtest.Form("need", "PEOPLE", "text", "由区统一保障")))
	if r := h.Get(t, secretary, page); r.Has("夜间施工处罚甲") || !r.Has("还剩 1 名") {
		t.Errorf("after a waiver: %.1500s", r.Body)
	}
	sent(t, h.Send(t, h.Post(t, district+"-HB", org.Leader), "/establishment/filled", webtest.Form("unit", district+"-HB", "kind", "ENFORCEMENT", "n", "8", "basis", "三月月报")))
	refused(t, h.Send(t, h.Post(t, district+"-HB", org.Leader), "/establishment/filled", webtest.Form("unit", street+"-ZFD", "kind", "ENFORCEMENT", "n", "1", "basis", "x")), 403, "")
	refused(t, h.Send(t, organiser, "/establishment/filled", webtest.Form("unit", district+"-HB", "kind", "ENFORCEMENT", "n", "9", "basis", "x")), 422, "establishment.more_than_authorised")
}

// The book of posts as its keeper sees it.
func TestThePostsPagesInABrowser(t *testing.T) {
	if webtest.BrowserOff() {
		return
	}
	h := webtest.Open(t)
	withPosts(t, h)
	organiser, head := h.Post(t, district+"-DW", org.Organiser), h.Post(t, district+"-ZFB", org.Leader)
	b := webtest.Browse(t)
	bureau, _ := h.Engine.City().Org.Unit(district + "-HB")
	tab := b.Tab(t, h.URL, 1366, 768).As(organiser)
	tab.Open("/establishment").See("#held", bureau.Name)
	tab.Type("#f-from", district+"-HB").Type("#f-to", street+"-ZFD").Set("#f-kind", "ENFORCEMENT").Type("#f-n", "2").Set("#f-day", "2026-04-01").Type("#f-basis", "区编〔2026〕3号")
	tab.Click("#move button.main").See(".head", "待批准").Accessible().Shot("posts-proposed", false)
	var path string
	tab.Value(`location.pathname`, &path)
	lead := b.Tab(t, h.URL, 1366, 768).As(head)
	lead.Open(path).Click(`#decide input[value="true"]`).Click("#decide button.main").See(".head", "已批准").Shot("posts-approved", false)
	tab.Open("/establishment").See("#lines", "已批准")
	for _, dark := range []bool{true, false} {
		tab.Look(dark).Accessible().Shot(map[bool]string{true: "posts-dark", false: "posts"}[dark], false)
	}
	tab.Size(390, 844).Open("/establishment").See("#held", bureau.Name).Accessible().Shot("posts-narrow", false)
	tab.Open("/establishment/unit?unit="+street+"-ZFD").See("#held", "+2").Accessible().Shot("posts-unit-narrow", false).Quiet()
}
