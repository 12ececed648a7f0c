package door_test

import (
	"testing"

	"huying/internal/domain/org"
	"huying/internal/web/webtest"
)

func TestFieldsOfferWhatTheyMayHold(t *testing.T) {
	h := webtest.Open(t)
	sec := h.Post(t, "440100-ZS", org.SecurityAdmin)
	for _, c := range []struct{ query, has, name string }{
		{"of=post&post=天河区城市管理", `value="440106-CG/HANDLER"`, "天河区"},
		{"of=unit&unit=天河区城市管理", `value="440106-CG"`, "天河区"},
		{"of=place&place=天河区", `value="440106"`, "天河区"},
		{"of=place&place=440106", `value="440106"`, "天河区"},
		{"of=post&many=1&post=440106-ZH/DISPATCHER+天河区城市管理", `value="440106-ZH/DISPATCHER 440106-CG/HANDLER"`, "天河区"},
		{"of=place&place=天", "", ""}, {"of=account&account=天河区", "", ""}, {"of=post&post=没有这样的单位", "", ""},
	} {
		r := h.Get(t, sec, "/people/named?"+c.query)
		if r.Status != 200 || !r.Has(c.has) || !r.Has(c.name) || c.has == "" && r.Body != "" {
			t.Errorf("%s: %d %.300s", c.query, r.Status, r.Body)
		}
	}
	if r := h.Get(t, h.Post(t, "440106-ZH", org.Dispatcher), "/people/named?of=post&post=天河区"); r.Status != 403 {
		t.Errorf("a dispatcher: %d", r.Status)
	}
	if webtest.BrowserOff() {
		return
	}
	tab := webtest.Browse(t).Tab(t, h.URL, 1366, 768).As(sec)
	tab.Open("/people/grants").Type("#f-post", "天河区城市管理").Wait(`document.querySelector("#l-post option[value='440106-CG/HANDLER']")`).
		Type("#f-place", "天河区").Wait(`document.querySelector("#l-place option[value='440106']")`).Accessible().Shot("door-grants", false).Quiet()
}
