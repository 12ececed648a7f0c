package webtest

import (
	"context"
	"crypto/rand"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-rod/rod"
	"github.com/go-rod/rod/lib/input"
	"github.com/go-rod/rod/lib/launcher"
	"github.com/go-rod/rod/lib/proto"
)

// axe is axe-core 4.14.1 by Deque Systems, under the Mozilla Public License 2.0.
//
//go:embed axe.min.js
var axe string

// names are what the browser is called on different systems.
var names = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"}

// chromium finds the browser, or installs Debian's where it may.
var chromium = sync.OnceValues(func() (string, error) { return browser("CHROMIUM", names, "chromium", "Chromium") })

// browser finds a browser by the variable that names it or by its usual names,
// or installs a package of Debian where it may.
func browser(variable string, names []string, debian, called string) (string, error) {
	if path := os.Getenv(variable); path != "" {
		return path, nil
	}
	look := func() string {
		for _, name := range names {
			if path, err := exec.LookPath(name); err == nil {
				return path
			}
		}
		return ""
	}
	if path := look(); path != "" {
		return path, nil
	}
	if _, err := exec.LookPath("apt-get"); err == nil && os.Geteuid() == 0 {
		cmd := exec.Command("sh", "-c", "apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "+debian+" fonts-noto-cjk")
		if out, err := cmd.CombinedOutput(); err != nil {
			return "", fmt.Errorf("%s could not be installed: %w: %s", called, err, out)
		}
		if path := look(); path != "" {
			return path, nil
		}
	}
	return "", fmt.Errorf("the browser tests need %s: install it (on Debian the packages %s and fonts-noto-cjk), name it in %s, or say BROWSER=off", called, debian, variable)
}

// BrowserOff reports whether BROWSER=off leaves out what needs a browser.
func BrowserOff() bool {
	if os.Getenv("BROWSER") != "off" {
		return false
	}
	sayOff()
	return true
}

var sayOff = sync.OnceFunc(func() { fmt.Fprintln(os.Stderr, "webtest: what needs a browser did not run, because BROWSER=off") })

// Browser is a headless Chromium of the test's own.
type Browser struct {
	b *rod.Browser
}

// Browse starts a browser.
func Browse(t testing.TB) *Browser {
	t.Helper()
	path, err := chromium()
	if err != nil {
		t.Fatal(err)
	}
	l := launcher.New().Bin(path).Leakless(false).Headless(true).NoSandbox(true).UserDataDir(t.TempDir()).
		Set("disable-gpu").Set("disable-quic").Set("no-first-run").Set("disable-background-networking").Set("disable-component-update").
		Set("disable-sync").Set("lang", "zh-CN").Set("force-color-profile", "srgb")
	url, err := l.Launch()
	if err != nil {
		t.Fatal(err)
	}
	b := rod.New().ControlURL(url)
	if err := b.Connect(); err != nil {
		l.Kill()
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Log(err) // it is ended all the same
		}
		l.Kill()
		l.Cleanup()
	})
	return &Browser{b}
}

// Tab is one page in a browser, with cookies of its own.
type Tab struct {
	Page *rod.Page // for what the methods do not do; its errors are the caller's
	t    testing.TB
	h    string
	mu   sync.Mutex
	said []string // by the console: errors alone
	up   chan string
}

// upTo is what the page says when it is asked whether all was heard.
const upTo = "webtest: heard up to here "

// patience is how long a step may take before the test fails.
const patience = 30 * time.Second

// press is how long one element is tried before it is looked for again.
const press = 2 * time.Second

// Tab opens a tab at a server in a window of the given size, with cookies of
// its own.
func (b *Browser) Tab(t testing.TB, base string, width, height int) *Tab {
	t.Helper()
	own, err := b.b.Incognito()
	if err != nil {
		t.Fatal(err)
	}
	p, err := own.Page(proto.TargetCreateTarget{URL: "about:blank"})
	if err != nil {
		t.Fatal(err)
	}
	x := &Tab{Page: p, t: t, h: base, up: make(chan string, 64)}
	go p.EachEvent(func(e *proto.RuntimeExceptionThrown) {
		x.hear(e.ExceptionDetails.Text + " " + e.ExceptionDetails.Exception.Description)
	}, func(e *proto.RuntimeConsoleAPICalled) {
		for _, a := range e.Args {
			if s := a.Value.Str(); strings.HasPrefix(s, upTo) {
				x.up <- s
			} else if e.Type == proto.RuntimeConsoleAPICalledTypeError {
				x.hear(a.Value.String() + a.Description)
			}
		}
	})()
	return x.Size(width, height).Speaks("zh-CN")
}

// Close closes the tab.
func (x *Tab) Close() {
	x.t.Helper()
	x.must(x.page().Close(), "close")
}

// Speaks sets the language the browser asks for.
func (x *Tab) Speaks(lang string) *Tab {
	x.t.Helper()
	v, err := proto.BrowserGetVersion{}.Call(x.Page)
	x.must(err, "ask for the browser's name")
	x.must(x.page().SetUserAgent(&proto.NetworkSetUserAgentOverride{UserAgent: v.UserAgent, AcceptLanguage: lang}), "set the language")
	return x
}

func (x *Tab) hear(s string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.said = append(x.said, s)
}

// must fails the test with where it happened.
func (x *Tab) must(err error, doing string) {
	x.t.Helper()
	if err == nil {
		return
	}
	where := "a page that does not answer"
	if info, e := x.Page.Timeout(5 * time.Second).Info(); e == nil {
		where = info.URL
	}
	x.t.Fatalf("%s, at %s: %v (console: %v)", doing, where, err, x.Console())
}

func (x *Tab) page() *rod.Page { return x.Page.Timeout(patience) }

// Size sets the size of the window.
func (x *Tab) Size(width, height int) *Tab {
	x.t.Helper()
	x.must(x.page().SetViewport(&proto.EmulationSetDeviceMetricsOverride{Width: width, Height: height, DeviceScaleFactor: 1}), "resize")
	return x
}

// As signs the tab in as a post, by the sessions of this package.
func (x *Tab) As(post string) *Tab {
	x.t.Helper()
	x.must(x.page().SetCookies([]*proto.NetworkCookieParam{{Name: "huying", Value: url.QueryEscape(post), URL: x.h}}), "sign in")
	return x
}

// Open goes to a page of the server.
func (x *Tab) Open(path string) *Tab {
	x.t.Helper()
	x.must(x.page().Navigate(x.h+path), "open "+path)
	x.must(x.page().WaitLoad(), "load "+path)
	return x
}

// find waits until what a selector finds first can be seen. It asks anew each
// time, since live pages replace their parts.
func (x *Tab) find(sel string) *rod.Element {
	x.t.Helper()
	seen := fmt.Sprintf(`(e => e && e.getClientRects().length > 0 && getComputedStyle(e).visibility !== "hidden")(document.querySelector(%s))`, quote(sel))
	x.must(x.page().Wait(rod.Eval("() => !!("+seen+")")), "see "+sel)
	e, err := x.page().Element(sel)
	x.must(err, "find "+sel)
	return e
}

// Click presses what a selector finds, once it can be seen. What is replaced
// while it is being pressed, as a live page does, is looked for again.
func (x *Tab) Click(sel string) *Tab {
	x.t.Helper()
	var err error
	for range patience / press {
		if err = x.find(sel).Timeout(press).Click(proto.InputMouseButtonLeft, 1); err == nil {
			return x
		}
	}
	x.must(err, "click "+sel)
	return x
}

// Type writes into a field, after what stands in it. A field that is replaced
// before anything was written is looked for again.
func (x *Tab) Type(sel, text string) *Tab {
	x.t.Helper()
	var err error
	for range patience / press {
		if err = x.find(sel).Timeout(press).Input(text); err == nil {
			return x
		}
	}
	x.must(err, "type into "+sel)
	return x
}

// Set sets the value of a field as if it had been chosen.
func (x *Tab) Set(sel, value string) *Tab {
	x.t.Helper()
	x.find(sel)
	return x.Run(fmt.Sprintf(`(e => { e.value = %s; e.dispatchEvent(new Event("input", {bubbles: true})); e.dispatchEvent(new Event("change", {bubbles: true})) })(document.querySelector(%s))`,
		quote(value), quote(sel)))
}

// Files chooses files in a field.
func (x *Tab) Files(sel string, paths ...string) *Tab {
	x.t.Helper()
	e, err := x.page().Element(sel)
	x.must(err, "find "+sel)
	x.must(e.SetFiles(paths), "choose files")
	return x
}

// Keys presses keys on the page, one after the other.
func (x *Tab) Keys(keys ...input.Key) *Tab {
	x.t.Helper()
	x.must(x.page().Keyboard.Type(keys...), "press keys")
	return x
}

// Wait waits until an expression of JavaScript is true.
func (x *Tab) Wait(expr string) *Tab {
	x.t.Helper()
	err := x.page().Wait(rod.Eval("() => !!(" + expr + ")"))
	for range 20 { // a page that goes elsewhere meanwhile is waited for there
		if err == nil || !strings.Contains(err.Error(), "navigated or closed") && !strings.Contains(err.Error(), "context") || errors.Is(err, context.DeadlineExceeded) {
			break
		}
		if err = x.page().WaitLoad(); err == nil {
			err = x.page().Wait(rod.Eval("() => !!(" + expr + ")"))
		}
	}
	x.must(err, "wait for "+expr)
	return x
}

// See waits until a text stands within what a selector finds.
func (x *Tab) See(sel, text string) *Tab {
	x.t.Helper()
	return x.Wait(fmt.Sprintf(`[...document.querySelectorAll(%s)].some(e => e.innerText.includes(%s))`, quote(sel), quote(text)))
}

// Text returns the text of what a selector finds.
func (x *Tab) Text(sel string) string {
	x.t.Helper()
	out, err := x.find(sel).Text()
	x.must(err, "read "+sel)
	return strings.TrimSpace(out)
}

// Run runs an expression of JavaScript on the page.
func (x *Tab) Run(expr string) *Tab {
	x.t.Helper()
	x.Value("void ("+expr+")", nil)
	return x
}

// Value returns what an expression of JavaScript is, or what it promises, as
// JSON reads it.
func (x *Tab) Value(expr string, into any) {
	x.t.Helper()
	got, err := x.page().Eval("async () => (" + expr + ")")
	x.must(err, "evaluate")
	if into != nil {
		x.must(got.Value.Unmarshal(into), "read "+expr)
	}
}

// Look sets whether the page is seen dark.
func (x *Tab) Look(dark bool) *Tab {
	x.t.Helper()
	value := "light"
	if dark {
		value = "dark"
	}
	x.must(proto.EmulationSetEmulatedMedia{Features: []*proto.EmulationMediaFeature{{Name: "prefers-color-scheme", Value: value}}}.Call(x.page()), "look")
	return x
}

// Offline cuts the connection of the tab, or gives it back.
func (x *Tab) Offline(is bool) *Tab {
	x.t.Helper()
	x.must(proto.NetworkEnable{}.Call(x.page()), "watch the network")
	x.must(proto.NetworkEmulateNetworkConditions{Offline: is, DownloadThroughput: -1, UploadThroughput: -1}.Call(x.page()), "cut the connection")
	return x
}

// Console returns what went wrong in the page's scripts so far.
func (x *Tab) Console() []string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return append([]string(nil), x.said...)
}

// heard waits until all that the page has said so far has come here.
func (x *Tab) heard() {
	x.t.Helper()
	mark := upTo + rand.Text()
	x.Run(`console.debug(` + quote(mark) + `)`)
	late := time.After(patience)
	for {
		select {
		case s := <-x.up:
			if s == mark {
				return
			}
		case <-late:
			x.t.Fatal("the console is not heard")
		}
	}
}

// Quiet fails the test if anything went wrong in the page's scripts. That a
// request of a live page ended because the reader went elsewhere is no fault;
// htmx says it in two lines.
func (x *Tab) Quiet() *Tab {
	x.t.Helper()
	x.heard()
	said := x.Console()
	for i, s := range said {
		left := strings.HasPrefix(s, "htmx:sendAbort") ||
			i+1 < len(said) && strings.HasPrefix(s, "htmx:afterRequest") && strings.HasPrefix(said[i+1], "htmx:sendAbort")
		if !left {
			x.t.Errorf("console: %s", s)
		}
	}
	return x
}

// Shot keeps a picture of the window under out/shots of the repository, or of
// the whole page if whole.
func (x *Tab) Shot(name string, whole bool) *Tab {
	x.t.Helper()
	png, err := x.page().Screenshot(whole, &proto.PageCaptureScreenshot{Format: proto.PageCaptureScreenshotFormatPng})
	x.must(err, "take a picture")
	keepShot(x.t, name, png)
	return x
}

func keepShot(t testing.TB, name string, png []byte) {
	t.Helper()
	dir := filepath.Join(Root(t), "out", "shots")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644); err != nil {
		t.Fatal(err)
	}
}

// Root is the root folder of the repository.
func Root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	for err == nil {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			break
		}
		dir = filepath.Dir(dir)
	}
	t.Fatal("the root of the repository was not found")
	return ""
}

// violation is one thing that axe found.
type violation struct {
	ID     string `json:"id"`
	Impact string `json:"impact"`
	Help   string `json:"help"`
	Nodes  []struct {
		HTML    string `json:"html"`
		Summary string `json:"failureSummary"`
	} `json:"nodes"`
}

// Accessible fails the test if axe finds anything against WCAG 2.2 AA on the
// page as it is, in the light or the dark look it has.
func (x *Tab) Accessible() *Tab {
	x.t.Helper()
	// The page's own policy lets no other script in, so axe comes by the
	// debugger.
	_, err := proto.RuntimeEvaluate{Expression: axe}.Call(x.page())
	x.must(err, "bring axe")
	var raw string
	x.Value(`axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}).then(r => JSON.stringify(r.violations))`, &raw)
	var found []violation
	if err := json.Unmarshal([]byte(raw), &found); err != nil {
		x.t.Fatal(err)
	}
	for _, v := range found {
		if v.Impact == "minor" || v.Impact == "moderate" {
			continue
		}
		for i, n := range v.Nodes {
			if i < 4 {
				x.t.Errorf("axe %s (%s): %s\n\t%s\n\t%s", v.ID, v.Impact, v.Help, n.HTML, n.Summary)
			}
		}
	}
	return x
}

func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // a string is always JSON
	}
	return string(b)
}
