package wall_test

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
	b := webtest.Browse(t)
	head := h.Post(t, "440100-ZH", org.Leader)
	town := h.Engine.City().Territory.Children("440106")[0].Code
	tab := b.Tab(t, h.URL, 1920, 1080).As(head)
	tab.Open("/wall").Shot("wall-city", false)
	tab.Open("/wall/440106").Shot("wall-district", false).Quiet()
	tab.Open("/wall/"+town).Shot("wall-street", false)
	tab.Open("/wall/440106?at=2026-03-30T20:00").Shot("wall-past", false)
	tab.Size(3840, 2160).Open("/wall").Shot("wall-4k", false)
	tab.Size(390, 844).Open("/wall").Shot("wall-phone", true)
	tab.Size(1366, 768).Open("/centre").Shot("wall-centre", true).Quiet()
}
