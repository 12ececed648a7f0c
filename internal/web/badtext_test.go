package web_test

import (
	"strings"
	"testing"

	"huying/internal/desk/dispatch"
	"huying/internal/domain/org"
	"huying/internal/ident"
	"huying/internal/web/webtest"
)

// wild are texts that are taken as they are, and that a page must hold.
var wild = map[string]string{
	"long":          strings.Repeat("路灯又不亮了，晚上一片漆黑。", 1428), // close to 20,000 characters
	"one word":      strings.Repeat("W", 5000),
	"an address":    "https://example.invalid/" + strings.Repeat("a/b?c=d&", 400),
	"right to left": "مصباح الشارع 123 لا يعمل (אור הרחוב) 车陂路",
	"zero width":    strings.Repeat("路\u200b灯\u200d\ufeff", 300),
	"pictures":      strings.Repeat("👩‍👩‍👧‍👦🏳️‍🌈", 400),
	"stacked":       "路灯" + strings.Repeat("\u0335\u0489\u0300\u0316", 200) + "不亮",
	"lines":         strings.Repeat("一行\n", 3000),
	"a page":        "</p></main><script>window.broken = true</script><style>*{display:none}</style>&lt;b&gt;",
}

// refused are texts that no page takes, each with the fault that says why.
var refused = map[string][2]string{
	"too long":            {strings.Repeat("长", 20001), "text.too_long"},
	"turned around":       {"请回复\u202egpj.照片", "text.control_character"},
	"isolated":            {"请回复\u2067abc\u2069", "text.control_character"},
	"a bell":              {"请回复\a", "text.control_character"},
	"an escape":           {"请回复\x1b[31m", "text.control_character"},
	"a control of 8 bits": {"请\u009b回复", "text.control_character"},
	"nothing to be seen":  {"\u200b\u200d\ufeff", "text.missing"},
	"no characters":       {"\xff\xfe路灯", "text.not_utf8"},
}

func TestWhatNoPageTakesIsRefusedInWords(t *testing.T) {
	h := webtest.Open(t)
	s, o := h.Ordered(t, "SZ0101", theirs+"011004", "路面塌了一个坑")
	desk, unit := h.Post(t, theirs+"-ZH", org.Dispatcher), h.Post(t, o.Debtor, org.Handler)
	for what, x := range refused {
		for _, ask := range []struct{ post, path, field string }{
			{desk, "/desk/call", "text"},
			{unit, "/orders/" + o.ID.Number() + "/respond", "text"},
			{unit, "/orders/" + o.ID.Number() + "/object", "reason"},
			{desk, "/matters/" + s.M.ID.Number() + "/withdraw", "reason"},
			{desk, "/supervision/orders/" + o.ID.Number() + "/letter", "grounds"},
		} {
			form := filled()
			form.Set("place", theirs+"011004")
			form.Set("source", "HOTLINE_12345")
			form.Set("kind", "COMPLAINT")
			form.Set(ask.field, x[0])
			if r := h.Send(t, ask.post, ask.path, form); r.Status != 422 && r.Status != 404 || r.Status == 422 && !r.Has(x[1]) {
				t.Errorf("%s at %s: %d, not %s: %.400s", what, ask.path, r.Status, x[1], r.Body)
			}
		}
	}
	if got := h.State(t, s.M.ID); got.Rev != s.Rev {
		t.Error("something was taken")
	}
}

// TestPagesHoldWhatPeopleWrite shows wild texts of callers and units on every
// page that shows such, on the office screen and on a phone, in both
// languages.
func TestPagesHoldWhatPeopleWrite(t *testing.T) {
	if webtest.BrowserOff() {
		return
	}
	h := webtest.Open(t)
	orders := dispatch.New(h.Engine)
	var pages [][2]string
	for what, text := range wild {
		s, o := h.Ordered(t, "SZ0101", theirs+"011004", text)
		unit := h.Post(t, o.Debtor, org.Handler)
		if _, err := orders.Object(t.Context(), h.As(t, unit), o.ID, dispatch.Object{Reason: text, Names: theirs + "-CG"}); err != nil {
			t.Fatal(what, err)
		}
		pages = append(pages, lookAt(h, t, s.M.ID, o.ID, unit)...)
	}
	b := webtest.Browse(t)
	tabs := map[string]*webtest.Tab{}
	for i, p := range pages {
		post, path := p[0], p[1]
		if tabs[post] == nil {
			tabs[post] = b.Tab(t, h.URL, wide, 768).As(post)
		}
		tab := tabs[post]
		tab.Speaks([]string{"zh-CN", "en"}[i%2])
		for _, width := range []int{wide, narrow} {
			tab.Size(width, 844).Open(path)
			var m measured
			tab.Value(inspect, &m)
			for _, w := range m.Wrong {
				t.Errorf("%s at %d: %s", path, width, w)
			}
			tab.Value(`(() => {
				const wrong = [];
				if (window.broken) wrong.push("a script of a caller runs");
				if (!document.querySelector(".foot, footer") && !document.querySelector("main")) wrong.push("the page is not whole");
				for (const e of document.querySelectorAll(".quote, .said, .text")) {
					const b = e.getBoundingClientRect();
					if (b.right > innerWidth + 1 || b.left < -1) wrong.push("beyond the window: " + e.className);
					if (e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0) wrong.push("wider than its place: " + e.className);
					if (getComputedStyle(e).unicodeBidi !== "plaintext") wrong.push("turns what is around it: " + e.outerHTML.slice(0, 60));
				}
				return {wrong};
			})()`, &m)
			for _, w := range m.Wrong {
				t.Errorf("%s at %d: %s", path, width, w)
			}
		}
	}
	for _, tab := range tabs {
		tab.Quiet()
	}
}

func lookAt(h *webtest.House, t *testing.T, no, order ident.ID, unit string) [][2]string {
	desk, sup := h.Post(t, theirs+"-ZH", org.Dispatcher), h.Post(t, theirs+"-JW", org.Supervisor)
	return [][2]string{
		{desk, "/desk/" + no.Number() + "?tab=all"}, {desk, "/matters/" + no.Number()}, {unit, "/orders/" + order.Number()},
		{sup, "/supervision/orders/" + order.Number()}, {desk, "/desk/call"},
	}
}
