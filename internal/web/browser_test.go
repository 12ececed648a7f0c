package web_test

import (
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
