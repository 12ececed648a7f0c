package web_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/go-rod/rod/lib/proto"

	"huying/internal/domain/org"
	"huying/internal/web/webtest"
)

// What every page keeps to.
const (
	mostShift = 0.1     // cumulative layout shift
	mostPlain = 150_000 // bytes on the wire of a first load without map or charts
	mostDrawn = 500_000 // the same with them
	mostNodes = 3000    // elements
	wide      = 1366    // the office screen
	narrow    = 390     // the phone
	finger    = 44      // what a finger hits, in CSS pixels
)

// measured is what one page came to.
type measured struct {
	Shift   float64  `json:"shift"`
	Nodes   int      `json:"nodes"`
	Drawn   bool     `json:"drawn"` // it has a map or charts
	Wrong   []string `json:"wrong"`
	Small   int      `json:"small"` // targets below the finger's size, with room around them
	bytes   float64
	outside []string
	said    []string
}

// watch begins to count what moves before anything of the page runs.
const watch = `window.moved = 0; new PerformanceObserver(l => { for (const e of l.getEntries()) if (!e.hadRecentInput) window.moved += e.value }).observe({type: "layout-shift", buffered: true})`

// inspect looks at the page as it stands.
const inspect = `(() => {
	const wrong = [], say = (what, e) => wrong.push(what + (e ? ": " + e.outerHTML.slice(0, 160) : ""));
	const seen = e => e.checkVisibility({visibilityProperty: true}) && e.getClientRects().length > 0 && !e.closest("[inert]");
	if (!document.title.trim()) say("no title");
	if (!/^(zh-CN|en)$/.test(document.documentElement.lang)) say("no language");
	const heads = [...document.querySelectorAll("h1")].filter(seen);
	if (heads.length !== 1) say(heads.length + " first headings");
	if (document.querySelectorAll("main").length !== 1) say("no one main part");
	for (const e of document.querySelectorAll("input, select, textarea")) {
		if (e.type !== "hidden" && seen(e) && !e.labels?.length && !e.ariaLabel && !e.getAttribute("aria-labelledby")) say("no label", e);
	}
	for (const e of document.querySelectorAll("button, a[href]")) {
		if (seen(e) && !(e.innerText ?? e.textContent).trim() && !e.ariaLabel && !e.title && !e.querySelector("title, [aria-label], img[alt]:not([alt=''])")) say("no name", e);
	}
	for (const e of document.querySelectorAll("img")) if (!(e.getAttribute("width") && e.getAttribute("height"))) say("a picture without size", e);
	const over = document.documentElement.scrollWidth - document.documentElement.clientWidth;
	if (over > 0) {
		say("scrolls sideways by " + over);
		for (const e of document.querySelectorAll("body *")) {
			if (e.getBoundingClientRect().right > document.documentElement.clientWidth + 1 && !e.closest("svg") && seen(e)) { say("to the right", e); break }
		}
	}
	return {shift: window.moved, nodes: document.querySelectorAll("*").length, drawn: !!document.querySelector("[data-map], [data-chart], .map, .chart"), wrong, small: 0};
})()`

// fingers looks for targets that a finger misses: smaller than 24 CSS pixels
// with another within the circle of that size around them (WCAG 2.2, 2.5.8).
const fingers = `(() => {
	const seen = e => e.checkVisibility({visibilityProperty: true}) && e.getClientRects().length > 0 && !e.closest("[inert]") && !e.disabled;
	const inLine = e => getComputedStyle(e).display === "inline" && [...(e.parentElement?.childNodes ?? [])].some(n => n.nodeType === 3 && n.textContent.trim());
	const box = e => (e.type === "checkbox" || e.type === "radio" ? e.closest("label") ?? e : e).getBoundingClientRect();
	const all = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")].filter(e => seen(e) && !inLine(e) && !e.closest("svg") && !e.closest(".skip"));
	const boxes = all.map(box), wrong = [];
	let small = 0;
	const under = b => b.width < 24 || b.height < 24;
	all.forEach((e, i) => {
		const b = boxes[i];
		if (b.width < 44 || b.height < 44) small++;
		if (!under(b)) return;
		const x = b.x + b.width / 2, y = b.y + b.height / 2;
		all.forEach((f, j) => {
			if (i === j || f.contains(e) || e.contains(f) || boxes[j].x === b.x && boxes[j].y === b.y) return;
			const o = boxes[j], dx = Math.max(o.x - x, 0, x - o.right), dy = Math.max(o.y - y, 0, y - o.bottom);
			if (Math.hypot(dx, dy) < 12) wrong.push("a finger misses " + Math.round(b.width) + "x" + Math.round(b.height) + " " + e.outerHTML.slice(0, 120) + " beside " + f.outerHTML.slice(0, 80));
		});
	});
	return {wrong, small};
})()`

// visit is a page that a role comes to.
type visit struct{ role, post, path, route string }

// visits are one page of each route for each role, as a person finds them.
// Pages of a route that are made of the same parts for two roles are opened for
// one of them.
func visits(t *testing.T, h *webtest.House) []visit {
	t.Helper()
	s, _ := h.Ordered(t, "SZ0101", theirs+"011004", "棠德南路口的路面塌了一个坑，昨天有人骑车摔倒")
	people := busy(t, h, theirs)
	for role, post := range everyone(t, h) {
		if people[string(role)] == "" {
			people[string(role)] = post
		}
	}
	people["DISPATCHER"], people["HANDLER"] = h.Post(t, theirs+"-ZH", org.Dispatcher), h.Post(t, s.Lead().Debtor, org.Handler)
	out := []visit{{"", "", "/signin", "signin"}, {"", "", "/nowhere", "stray"}}
	seen := map[string]bool{}
	for _, role := range slices.Sorted(maps.Keys(people)) {
		post := people[role]
		c := newCrawler(t, h)
		c.whole = map[string]string{}
		c.walk(post, "/desk/"+s.M.ID.Number(), "/matters/"+s.M.ID.Number())
		for route, path := range c.whole {
			if shape := route + partsOf(h.Get(t, post, path).Body); !seen[shape] {
				seen[shape] = true
				out = append(out, visit{role, post, path, route})
			}
		}
	}
	slices.SortFunc(out, func(a, b visit) int { return strings.Compare(a.role+" "+a.path, b.role+" "+b.path) })
	return out
}

var part = regexp.MustCompile(`<[a-z0-9]+(?:[^>]*? class="[^"]*")?`)

// partsOf is what a page is made of, whatever it says and how often.
func partsOf(body string) string {
	_, body, _ = strings.Cut(body, "<main")
	parts := part.FindAllString(body, -1)
	for i, p := range parts {
		tag, _, _ := strings.Cut(p, " ")
		_, class, _ := strings.Cut(p, ` class="`)
		parts[i] = tag + " " + class
	}
	slices.Sort(parts)
	return strings.Join(slices.Compact(parts), "|")
}

// TestEveryPageKeepsItsBudget opens every page of every role in a browser that
// has seen none of it, and asks what it came to: on the office screen, after
// everything live has renewed itself, and on a phone.
func TestEveryPageKeepsItsBudget(t *testing.T) {
	if webtest.BrowserOff() {
		return
	}
	h := webtest.Open(t)
	b := webtest.Browse(t)
	table := []string{"role\tpage\tbytes\tnodes\tshift\tbelow 44 px"}
	for _, v := range visits(t, h) {
		m := measure(t, b, h, v)
		table = append(table, fmt.Sprintf("%s\t%s\t%.0f\t%d\t%.3f\t%d", v.role, v.route, m.bytes, m.Nodes, m.Shift, m.Small))
		most := mostPlain
		if m.Drawn {
			most = mostDrawn
		}
		if m.bytes > float64(most) {
			m.Wrong = append(m.Wrong, fmt.Sprintf("%.0f bytes, more than %d", m.bytes, most))
		}
		if m.Nodes > mostNodes {
			m.Wrong = append(m.Wrong, fmt.Sprintf("%d elements", m.Nodes))
		}
		if m.Shift >= mostShift {
			m.Wrong = append(m.Wrong, fmt.Sprintf("what is seen moves by %.3f", m.Shift))
		}
		for _, w := range slices.Concat(m.Wrong, m.outside, m.said) {
			t.Errorf("%s as %s: %s", v.path, v.post, w)
		}
	}
	keep(t, "pages.tsv", strings.Join(table, "\n")+"\n")
	t.Logf("%d pages", len(table)-1)
}

func measure(t *testing.T, b *webtest.Browser, h *webtest.House, v visit) measured {
	t.Helper()
	tab := b.Tab(t, h.URL, wide, 768)
	defer tab.Close()
	if v.post != "" {
		tab.As(v.post)
	}
	var mu sync.Mutex
	var m measured
	tell := func(list *[]string, word string) { mu.Lock(); defer mu.Unlock(); *list = append(*list, word) }
	if err := (proto.LogEnable{}).Call(tab.Page); err != nil {
		t.Fatal(err)
	}
	if err := (proto.NetworkEnable{}).Call(tab.Page); err != nil {
		t.Fatal(err)
	}
	go tab.Page.EachEvent(func(e *proto.NetworkLoadingFinished) {
		mu.Lock()
		defer mu.Unlock()
		m.bytes += e.EncodedDataLength
	}, func(e *proto.NetworkRequestWillBeSent) {
		if u := e.Request.URL; !strings.HasPrefix(u, h.URL+"/") && !strings.HasPrefix(u, "data:") && !strings.HasPrefix(u, "blob:") {
			tell(&m.outside, "asks "+u)
		}
	}, func(e *proto.LogEntryAdded) {
		if (e.Entry.Level == proto.LogLogEntryLevelError || e.Entry.Level == proto.LogLogEntryLevelWarning) && v.route != "stray" {
			tell(&m.said, "the browser says "+e.Entry.Text+" "+e.Entry.URL)
		}
	}, func(e *proto.RuntimeConsoleAPICalled) {
		if e.Type == proto.RuntimeConsoleAPICalledTypeError || e.Type == proto.RuntimeConsoleAPICalledTypeWarning {
			for _, a := range e.Args {
				tell(&m.said, "the console says "+a.Value.String()+a.Description)
			}
		}
	}, func(e *proto.RuntimeExceptionThrown) { tell(&m.said, "a script fails: "+e.ExceptionDetails.Text) })()
	if _, err := tab.Page.EvalOnNewDocument(watch); err != nil {
		t.Fatal(err)
	}
	const still = `new Promise(done => { const look = n => document.querySelector(".htmx-request, .htmx-settling, .htmx-swapping") ? requestAnimationFrame(() => look(0)) : n > 4 ? done() : requestAnimationFrame(() => look(n + 1)); look(0) })`
	tab.Open(v.path).Run("0")
	tab.Value(still+`.then(() => true)`, nil)
	mu.Lock()
	first := m.bytes // what comes later is no first load
	mu.Unlock()
	tab.Run(`document.querySelectorAll("[data-live]").forEach(e => e.dispatchEvent(new CustomEvent("live")))`)
	tab.Value(still+`.then(() => true)`, nil)
	var office, phone, fingered measured
	tab.Value(inspect, &office)
	tab.Size(narrow, 844)
	tab.Value(still+`.then(() => true)`, nil)
	tab.Value(inspect, &phone)
	tab.Value(fingers, &fingered)
	mu.Lock()
	defer mu.Unlock()
	m.bytes = first
	m.Shift, m.Nodes, m.Drawn, m.Small = office.Shift, office.Nodes, office.Drawn, fingered.Small
	for _, w := range office.Wrong {
		m.Wrong = append(m.Wrong, "wide: "+w)
	}
	for _, w := range slices.Concat(phone.Wrong, fingered.Wrong) {
		m.Wrong = append(m.Wrong, "narrow: "+w)
	}
	return m
}

// keep writes a file under out of the repository.
func keep(t *testing.T, name, text string) {
	t.Helper()
	dir := filepath.Join(webtest.Root(t), "out")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
