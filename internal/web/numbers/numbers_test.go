package numbers_test

import (
	"testing"

	"huying/internal/domain/org"
	"huying/internal/web/webtest"
)

func TestShots(t *testing.T) {
	if webtest.BrowserOff() {
		return
	}
	h := webtest.Open(t)
	head := h.Post(t, "440100-ZH", org.Leader)
	tab := webtest.Browse(t).Tab(t, h.URL, 1366, 768).As(head)
	for _, by := range []string{"unit", "place", "category", "time"} {
		tab.Open("/numbers?by="+by).Wait(`document.querySelector(".chart canvas")`).Shot("numbers-"+by, true).Accessible().Quiet()
	}
	tab.Open("/numbers/matters?fact=on_time&place=440106&from=2026-03-01&to=2026-03-31").Shot("numbers-behind", false).Accessible()
	tab.Look(true).Open("/numbers?by=place&sort=7").Wait(`document.querySelector(".chart canvas")`).Shot("numbers-dark", false).Accessible()
}
