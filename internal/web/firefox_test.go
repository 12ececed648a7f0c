package web_test

import (
	"testing"

	"huying/internal/domain/org"
	"huying/internal/web/webtest"
)

// TestPagesInFirefox opens the main pages of each role in Firefox, on the
// office screen and on a phone, acts on one, and sees an act of somebody else
// without reloading, also after the server was away.
func TestPagesInFirefox(t *testing.T) {
	if webtest.BrowserOff() {
		return
	}
	h := webtest.Open(t)
	s, o := h.Ordered(t, "SZ0101", theirs+"003014", "棠德南路口的路面塌了一个坑，昨天有人骑车摔倒")
	desk, unit := h.Post(t, theirs+"-ZH", org.Dispatcher), h.Post(t, o.Debtor, org.Handler)
	fox := webtest.Firefox(t, h.URL)
	for _, p := range []struct{ post, path, shows string }{
		{"", "/signin", "登录"}, {desk, "/desk?tab=all", "诉求"}, {desk, "/desk/call", "登记来电"}, {desk, "/matters/" + s.M.ID.Number(), "路面塌了"},
		{unit, "/orders/" + o.ID.Number(), "路面塌了"}, {h.Post(t, theirs+"-JW", org.Supervisor), "/supervision", "督"},
		{desk, "/wall", "天河区"}, {desk, "/centre", "天河区"}, {desk, "/numbers", "天河区"},
		{h.Post(t, "440100-ZS", org.SystemAdmin), "/registry/places", "区划"}, {h.Post(t, "440100-SJJ", org.Auditor), "/audit/ledger", "台账"},
		{h.Post(t, "440100-ZS", org.SecurityAdmin), "/people", "账号"},
	} {
		fox.As(p.post).Size(wide, 768).Open(p.path).See("body", p.shows)
		for _, width := range []int{wide, narrow} {
			var m measured
			fox.Size(width, 844).Value(inspect, &m)
			for _, w := range m.Wrong {
				t.Errorf("%s at %d: %s", p.path, width, w)
			}
		}
	}
	fox.As(unit).Size(wide, 768).Open("/orders/"+o.ID.Number()).Click(`#pane form[action$="/sign"] button`).See("#pane", "已签收").Shot("firefox-order")

	fox.As(h.Post(t, "440106003-ZH", org.Dispatcher)).Open("/desk").Wait(`document.body.dataset.streaming === "open"`).Value(`window.stays = true`, nil)
	fox.See("#queue", callAt(t, h, "440106003014")).Shot("firefox-desk")
	h.Down(t)
	fox.Wait(`document.body.dataset.streaming === "lost"`)
	h.Up(t)
	fox.See("#queue", callAt(t, h, "440106003015")).Wait(`window.stays && document.body.dataset.streaming === "open"`)
	for _, said := range fox.Console() {
		t.Errorf("Firefox says %s", said)
	}
}
