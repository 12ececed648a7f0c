package web_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"huying/internal/domain/org"
	"huying/internal/web/webtest"
)

func TestTheFrameInABrowser(t *testing.T) {
	if webtest.BrowserOff() {
		return
	}
	h := webtest.Open(t)
	tab := webtest.Browse(t).Tab(t, h.URL, 1366, 768).As(h.Post(t, "440106-ZH", org.Dispatcher))
	for _, dark := range []bool{false, true} {
		tab.Look(dark).Open("/nowhere").See("h1", "没有找到").Accessible().Quiet()
	}
	tab.Keys('?').Wait(`document.getElementById("help").open`).Accessible().Shot("frame", false)
}

// A server that was away: what happened before it went, while it was gone and
// after it came back shows in a page that nobody touched.
func TestStreamsHealAfterARestart(t *testing.T) {
	if webtest.BrowserOff() {
		return
	}
	h := webtest.Open(t)
	post := h.Post(t, "440106003-ZH", org.Dispatcher)
	b := webtest.Browse(t)
	one, two := b.Tab(t, h.URL, 1366, 768).As(post), b.Tab(t, h.URL, 1366, 768).As(h.Post(t, "440106-ZH", org.Dispatcher))
	one.Open("/desk").Wait(`document.body.dataset.streaming === "open"`)
	two.Open("/desk?tab=all&wide=1").Wait(`document.body.dataset.streaming === "open"`).Run(`window.stays = 1`)
	before := callAt(t, h, "440106003014")
	two.See("#queue", before)

	h.Down(t)
	two.Wait(`document.body.dataset.streaming === "lost"`)
	proxyAnswers(t, h) // a browser takes that for the end
	h.Up(t)
	meanwhile := callAt(t, h, "440106003015") // the browser comes back only after a while
	two.See("#queue", meanwhile).Wait(`window.stays && document.body.dataset.streaming === "open"`)

	// One acts in a browser, and the other sees it.
	one.Open("/desk/" + before).Wait(`document.body.dataset.streaming === "open"`)
	two.Open("/matters/" + before).Wait(`document.body.dataset.streaming === "open"`)
	one.Click(`#plan [hx-post$="/verify"], #plan [hx-post*="/verify?"]`)
	two.See("#story", "已核实")
}

// proxyAnswers lets a proxy answer in the place of the server that is away,
// until a stream has asked.
func proxyAnswers(t *testing.T, h *webtest.House) {
	t.Helper()
	l, err := net.Listen("tcp", strings.TrimPrefix(h.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	asked := make(chan struct{}, 64)
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusServiceUnavailable)
		if r.URL.Path == "/live" {
			asked <- struct{}{}
		}
	}))
	if err := srv.Listener.Close(); err != nil {
		t.Fatal(err)
	}
	srv.Listener = l
	srv.Start()
	<-asked
	srv.Close()
}
