// Package web is the pages of staff: it joins the frame with the pages of the
// packages beside it and hands the desks to them. It holds no rule and no SQL:
// a page reads a form, asks a desk, and shows what came back.
package web

import (
	"net/http"
	"strings"

	"huying/internal/desk/audit"
	"huying/internal/desk/people"
	"huying/internal/desk/registry"
	"huying/internal/engine"
	"huying/internal/web/frame"
	"huying/internal/web/office"
)

// Deps are what the pages stand on.
type Deps struct {
	frame.Options
	Engine   *engine.Engine
	People   *people.Desk
	Verifier *audit.Verifier
	Packs    office.Packs
}

// New returns the pages of staff.
func New(d Deps) *frame.Frame {
	if d.City == nil {
		d.City = d.Engine.City
	}
	return frame.New(d.Options, routes(d))
}

// routes is every page there is.
func routes(d Deps) []frame.Route {
	out := []frame.Route{
		frame.Show("/{$}", "home", frame.Signed, "", "到自己的第一页", "To one's first page", home),
		frame.Do("/look", "look", frame.Open, "", "换语言和外观", "Change language and look", look),
	}
	reg := registry.New(d.Engine)
	out = append(out, office.Routes(office.Desks{
		Engine: d.Engine, Registry: reg, Audit: audit.New(d.Engine), Verifier: d.Verifier, People: d.People, Packs: d.Packs,
	})...)
	return out
}

func home(r *frame.Request) error { return r.Go(r.Home()) }

// look keeps the reader's language and look, and goes back where they were.
func look(r *frame.Request) error {
	for _, name := range []string{"lang", "theme"} {
		if v := r.Text(name); v != "" && len(v) < 8 {
			r.Keep(name, v)
		}
	}
	return r.Go(Back(r.Text("back")))
}

// Back is where an address of ours leads, "/" for any other: nobody is sent
// to another site by a link to this one.
func Back(path string) string {
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsAny(path, "\\\r\n") {
		return "/"
	}
	return path
}

var _ http.Handler = (*frame.Frame)(nil)
