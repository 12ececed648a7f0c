package wall_test

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"huying/internal/desk/intake"
	"huying/internal/desk/registry"
	"huying/internal/domain/call"
	"huying/internal/domain/org"
	"huying/internal/engine"
	"huying/internal/ident"
	"huying/internal/web/webtest"
)

const city, district = "440100", "440106"

// calls takes calls in at a place as its desk does, and returns the last.
func calls(t *testing.T, h *webtest.House, place string, n int) *engine.State {
	t.Helper()
	actor, err := registry.Actor(h.Engine.City(), h.Post(t, district+"-ZH", org.Dispatcher))
	if err != nil {
		t.Fatal(err)
	}
	desk := intake.New(h.Engine)
	var last *engine.State
	for i := range n {
		last, err = desk.Receive(t.Context(), engine.Command{Actor: actor, Key: fmt.Sprint("surge", place, i)}, call.Form{
			Source: "HOTLINE_12345", SourceRef: fmt.Sprint(place, "-", i), Kind: "COMPLAINT", Category: h.Engine.City().Duty.Leaves()[0].Code, Text: "门口垃圾没有清，白先生家门前。", Place: place,
			Name: "白先生", Phone: "19900000001",
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return last
}

func town(h *webtest.House) string {
	return h.Engine.City().Territory.Children(district)[0].Code
}

func TestWhoSeesWhichWall(t *testing.T) {
	h := webtest.Open(t)
	leader, desk := h.Post(t, city+"-ZH", org.Leader), h.Post(t, district+"-ZH", org.Dispatcher)
	community := h.Engine.City().Territory.Children(town(h))[0].Code
	for _, x := range []struct {
		post, path string
		status     int
		word       string
	}{
		{leader, "/wall", 200, "广州市"},
		{leader, "/centre", 200, "广州市"},
		{leader, "/wall/" + district, 200, "天河区"},
		{leader, "/wall/" + town(h), 200, h.Engine.City().Territory.Children(district)[0].Name},
		{leader, "/wall/" + community, 303, ""},
		{leader, "/wall/nowhere", 404, "place.not_yours"},
		{leader, "/wall?at=2026-03-30T20:00", 200, "不是现在"},
		{leader, "/wall?at=2027-01-01T00:00", 422, "numbers.in_future"},
		{leader, "/wall?at=yesterday", 422, "time.malformed"},
		{desk, "/wall", 200, "天河区"},
		{desk, "/wall/440105", 404, "place.not_yours"},
		{desk, "/wall/" + city, 404, "place.not_yours"},
		{desk, "/wall/440105/now", 404, ""},
		{h.Post(t, city+"-SJJ", org.Auditor), "/wall", 403, ""},
		{"", "/wall", 303, ""},
	} {
		r := h.Get(t, x.post, x.path)
		if r.Status != x.status || !r.Has(x.word) {
			t.Errorf("%s at %s: %d, %q: %v", x.post, x.path, r.Status, x.word, r.Has(x.word))
		}
	}
	if r := h.Do(t, "GET", leader, "/wall", nil, map[string]string{"Accept-Language": "en"}); !r.Has("Where it is late") {
		t.Error("no English")
	}
}

var have = regexp.MustCompile(`hx-get="([^"]*)"[^>]*hx-trigger="pulse`)

// now asks what has changed since a page or an answer was drawn.
func now(t *testing.T, h *webtest.House, post string, since webtest.Reply) webtest.Reply {
	t.Helper()
	m := have.FindStringSubmatch(since.Body)
	if m == nil {
		t.Fatal("nothing asks what has changed")
	}
	return h.Do(t, "GET", post, strings.ReplaceAll(m[1], "&amp;", "&"), nil, map[string]string{"HX-Request": "true"})
}

// TestOnlyWhatChangedIsSent lets calls come in: the figures, the list and the
// map's paint are sent, and nothing else; what a caller said is not.
func TestOnlyWhatChangedIsSent(t *testing.T) {
	h := webtest.Open(t)
	leader := h.Post(t, city+"-ZH", org.Leader)
	whole := h.Get(t, leader, "/wall/"+district)
	if r := now(t, h, leader, whole); r.Status != 204 || r.Body != "" {
		t.Errorf("nothing has changed: %d, %d bytes", r.Status, len(r.Body))
	}
	calls(t, h, town(h), 3)
	r := now(t, h, leader, whole)
	for i := 0; r.Status == 204 && i < 100_000; i++ { // what was drawn last grows old meanwhile
		r = now(t, h, leader, whole)
	}
	for id, is := range map[string]bool{"w-figures": true, "w-acts": true, "w-paint": true, "w-standing": true, "w-rates": false, "w-causes": false, "w-map": false} {
		if r.Has(`id="`+id+`"`) != is {
			t.Errorf("%s is sent: %v", id, !is)
		}
	}
	if len(r.Body) > len(whole.Body)/2 {
		t.Errorf("%d of %d bytes are sent anew", len(r.Body), len(whole.Body))
	}
	for _, secret := range []string{"白先生", "19900000001", "门前"} {
		if r.Has(secret) || h.Get(t, leader, "/wall/"+district).Has(secret) {
			t.Errorf("the wall tells %s", secret)
		}
	}
	if again := now(t, h, leader, r); again.Status != 204 {
		t.Errorf("the answer asks with what it has: %d", again.Status)
	}
}

// TestTheWallIsLight weighs everything that the first sight of the city costs.
func TestTheWallIsLight(t *testing.T) {
	h := webtest.Open(t)
	leader := h.Post(t, city+"-ZH", org.Leader)
	packed := map[string]string{"Accept-Encoding": "gzip"}
	page := h.Do(t, "GET", leader, "/wall", nil, packed)
	sum := len(page.Body)
	plain := h.Get(t, leader, "/wall")
	for _, m := range regexp.MustCompile(`(?:src|href)="(/static/[^"]+)"`).FindAllStringSubmatch(plain.Body, -1) {
		sum += len(h.Do(t, "GET", leader, m[1], nil, packed).Body)
	}
	t.Logf("the page of the city: %d kB packed, with all it loads %d kB", len(page.Body)>>10, sum>>10)
	if sum > 500<<10 {
		t.Errorf("%d bytes", sum)
	}
}

// TestALeaderDuringASurge is the wall on its screen while calls pour in: they
// show by themselves, nothing jumps, a click goes down to the street, and the
// evening before can be looked at.
func TestALeaderDuringASurge(t *testing.T) {
	if webtest.BrowserOff() {
		return
	}
	h := webtest.Open(t)
	tab := webtest.Browse(t).Tab(t, h.URL, 1920, 1080).As(h.Post(t, city+"-ZH", org.Leader))
	tab.Open("/wall").Wait(`document.body.dataset.streaming === "open"`).Accessible().Quiet().Shot("wall-city", false)
	tab.Run(`(window.shift = 0, new PerformanceObserver(l => l.getEntries().forEach(e => window.shift += e.value)).observe({type: "layout-shift", buffered: true}))`)
	tab.Value(`document.querySelectorAll(".fig .value")[2].textContent.trim()`, nil)
	calls(t, h, town(h), 12)
	tab.Wait(`document.querySelectorAll(".fig .value")[2].textContent.trim() === "12"`)
	tab.See("#w-acts", "受理").Wait(`document.querySelector("#w-acts li.fresh")`).Shot("wall-surge", false)
	var shift float64
	if tab.Value(`window.shift`, &shift); shift > 0.01 {
		t.Errorf("the page jumped by %v", shift)
	}
	tab.Click(`a[href="/wall/`+district+`"] .edge`).See("h1", "天河区").Wait(`document.querySelectorAll("[data-team]").length > 15`).Accessible().Shot("wall-district", false)
	tab.Click(`a[href="/wall/`+town(h)+`"]`).Wait(`location.pathname.endsWith("`+town(h)+`")`).Accessible().Shot("wall-street", false)
	community := h.Engine.City().Territory.Children(town(h))[0].Code
	tab.Click(`a[href*="place=`+community+`"]`).See("h1", "数字背后的诉求").Quiet()
	tab.Open("/wall").Click(".travel summary").Click(`.travel a[href*="T20:00"]`).See(".then", "不是现在").Accessible().Quiet().Shot("wall-past", false)
	tab.Click(".then .button").Wait(`!location.search`).Quiet()
}

// TestTheWallOnEveryScreen is the wall on a screen of four times the points,
// on a phone, and in the frame of an office.
func TestTheWallOnEveryScreen(t *testing.T) {
	if webtest.BrowserOff() {
		return
	}
	h := webtest.Open(t)
	tab := webtest.Browse(t).Tab(t, h.URL, 3840, 2160).As(h.Post(t, city+"-ZH", org.Leader))
	tab.Open("/wall").Shot("wall-4k", false)
	for _, size := range [][2]int{{3840, 2160}, {1920, 1080}} {
		tab.Size(size[0], size[1]).Wait(`document.documentElement.scrollHeight <= innerHeight + 1 && document.documentElement.scrollWidth <= innerWidth`)
	}
	tab.Size(390, 844).Open("/wall").Wait(`document.documentElement.scrollWidth <= innerWidth`).Accessible().Quiet().Shot("wall-phone", true)
	for _, dark := range []bool{false, true} {
		tab.Size(1366, 768).Look(dark).Open("/centre").Wait(`document.documentElement.scrollWidth <= innerWidth`).Accessible().Quiet().Shot(fmt.Sprintf("wall-centre-%v", dark), true)
	}
	tab.Speaks("en").Open("/centre").See("h2", "Where it is late").Accessible().Shot("wall-english", true)
}

// TestTheEveningBefore compares what the wall says of an instant with what it
// said then.
func TestTheEveningBefore(t *testing.T) {
	h := webtest.Open(t)
	leader := h.Post(t, city+"-ZH", org.Leader)
	open := func(path string) string {
		m := regexp.MustCompile(`<span class="value">([0-9 ]+)</span>`).FindStringSubmatch(h.Get(t, leader, path).Body)
		if m == nil {
			t.Fatalf("%s names no figure", path)
		}
		return m[1]
	}
	before := open("/wall/" + district)
	then := h.Now().Add(time.Minute)
	h.Pass(2 * time.Hour)
	calls(t, h, town(h), 5)
	at := url.QueryEscape(then.In(ident.Zone).Format("2006-01-02T15:04"))
	if got := open("/wall/" + district + "?at=" + at); got != before {
		t.Errorf("then %s were open, now it is said %s", before, got)
	}
	// A department of the city sees the figures, and no single matter.
	handler := h.Post(t, city+"-CG", org.Handler)
	for _, path := range []string{"/wall", "/wall?at=" + at} {
		if r := h.Get(t, handler, path); r.Status != 200 || strings.Contains(r.Body, `href="/matters/`) || strings.Contains(path, "at=") && !r.Has("不能查看") {
			t.Errorf("a handler at %s: %d", path, r.Status)
		}
		if r := h.Get(t, leader, path); !strings.Contains(r.Body, `href="/matters/`) {
			t.Errorf("a leader opens nothing at %s", path)
		}
	}
	if r := h.Get(t, leader, "/wall/"+district+"?at="+at); r.Has("data-pulse") || !r.Has("deck past") {
		t.Error("the past is not marked as such, or moves")
	}
}

// crowd are the words on the map that stand on one another. The box of a figure
// is higher than its digits, which have nothing below the line.
const crowd = `(() => {
	const all = [...document.querySelectorAll(".team text")].map(e => ({e, b: e.getBoundingClientRect()})), out = [];
	for (const [i, x] of all.entries()) for (const y of all.slice(i + 1)) {
		const w = Math.min(x.b.right, y.b.right) - Math.max(x.b.left, y.b.left), h = Math.min(x.b.bottom, y.b.bottom) - Math.max(x.b.top, y.b.top);
		if (w > 2 && h > (x.e.matches(".n") || y.e.matches(".n") ? 8 : 2)) out.push(x.e.textContent + " stands on " + y.e.textContent + " by " + w.toFixed(0) + "x" + h.toFixed(0));
	}
	return out;
})()`

func TestNamesOnTheMapHaveRoom(t *testing.T) {
	if webtest.BrowserOff() {
		return
	}
	h := webtest.Open(t)
	tab := webtest.Browse(t).Tab(t, h.URL, 1920, 1080).As(h.Post(t, city+"-RX", org.Agent))
	for _, lang := range []string{"zh-CN", "en"} {
		tab.Speaks(lang).Open("/wall").Shot("wall-city-"+lang, false)
		var found []string
		tab.Value(crowd, &found)
		for _, s := range found {
			t.Errorf("%s: %s", lang, s)
		}
	}
}
