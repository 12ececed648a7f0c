package work_test

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/go-rod/rod/lib/input"

	"huying/internal/desk/dispatch"
	"huying/internal/desk/intake"
	"huying/internal/desk/registry"
	"huying/internal/domain/access"
	"huying/internal/domain/call"
	"huying/internal/domain/org"
	"huying/internal/engine"
	"huying/internal/ident"
	"huying/internal/web/webtest"
)

// The units of the stories: a town desk, its district's, and the departments of
// street lights and of power.
const (
	town     = "440106003-ZH"
	district = "440106-ZH"
	lights   = "440106-ZJ"
	power    = "440106-GD"
	hotline  = "440100-RX"
)

func actor(t *testing.T, h *webtest.House, unit string, role org.Role) access.Actor {
	t.Helper()
	a, err := registry.ActorOf(h.Engine.City(), unit, role)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// called keeps a call at a community of the town, as the hotline would.
func called(t *testing.T, h *webtest.House, text, category, where string) *engine.State {
	t.Helper()
	lon, lat := 113.39, 23.125
	form := call.Form{Source: "HOTLINE_12345", Kind: "COMPLAINT", Category: category, Text: text, Place: where, Name: "陈女士", Phone: "19900001001"}
	if b := shapeOf(t, h, where); b != nil {
		lon, lat = b[0], b[1]
		form.Lon, form.Lat = &lon, &lat
	}
	s, err := intake.New(h.Engine).Receive(t.Context(), engine.Command{Actor: actor(t, h, hotline, org.Agent)}, form)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// shapeOf is a point in a place, nil if it has no shape.
func shapeOf(t *testing.T, h *webtest.House, code string) []float64 {
	t.Helper()
	p, ok := h.Engine.City().Territory.Place(code)
	if !ok || len(p.Shape) == 0 {
		return nil
	}
	c := p.Shape.Bound().Center()
	if a, ok := h.Engine.City().Locator.Locate(c[0], c[1]); !ok || a.Community != code {
		return nil
	}
	return []float64{c[0], c[1]}
}

func state(t *testing.T, h *webtest.House, no ident.ID) *engine.State {
	t.Helper()
	s, err := h.Engine.Load(t.Context(), no)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// owed returns the open order of a unit about a matter.
func owed(t *testing.T, h *webtest.House, no ident.ID, unit string) ident.ID {
	t.Helper()
	for _, o := range state(t, h, no).Orders {
		if o.Debtor == unit && o.Status.Open() {
			return o.ID
		}
	}
	t.Fatalf("%s owes nothing about %v", unit, no)
	return 0
}

func object(t *testing.T, h *webtest.House, no ident.ID, unit, names string) {
	t.Helper()
	in := dispatch.Object{Reason: "灯杆不属于我局管养，供电线路故障。", Names: names}
	if _, err := dispatch.New(h.Engine).Object(t.Context(), engine.Command{Actor: actor(t, h, unit, org.Handler)}, owed(t, h, no, unit), in); err != nil {
		t.Fatal(err)
	}
}

func respond(t *testing.T, h *webtest.House, no ident.ID, unit string) {
	t.Helper()
	in := dispatch.Respond{Text: "已更换线路，路灯恢复。", Evidence: []dispatch.Record{{Kind: "PHOTO", Hash: strings.Repeat("ab", 32), Name: "现场"}}}
	if _, err := dispatch.New(h.Engine).Respond(t.Context(), engine.Command{Actor: actor(t, h, unit, org.Handler)}, owed(t, h, no, unit), in); err != nil {
		t.Fatal(err)
	}
}

var keyField = regexp.MustCompile(`name="key" value="([^"]+)"`)

// key is a key by which a form of a page acts once.
func key(t *testing.T, r webtest.Reply) string {
	t.Helper()
	m := keyField.FindStringSubmatch(r.Body)
	if m == nil {
		t.Fatal("the page has no form")
	}
	return m[1]
}

func press(x *webtest.Tab, keys string) *webtest.Tab {
	for _, k := range keys {
		x.Keys(input.Key(k))
	}
	return x
}

func nameOf(t *testing.T, h *webtest.House, unit string) string {
	t.Helper()
	u, ok := h.Engine.City().Org.Unit(unit)
	if !ok {
		t.Fatalf("no unit %s", unit)
	}
	return u.Name
}

// loaded waits until a page is there with its scripts, after a key led to it.
func loaded(x *webtest.Tab, path string) *webtest.Tab {
	return x.Wait("location.href.includes(" + strconv.Quote(path) + `) && document.readyState === "complete"`)
}
