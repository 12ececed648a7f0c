// Package web is the pages of staff: it joins the frame with the pages of the
// packages beside it and hands the desks to them. It holds no rule and no SQL:
// a page reads a form, asks a desk, and shows what came back.
package web

import (
	"context"
	"net/http"
	"strings"

	"huying/internal/desk/audit"
	"huying/internal/desk/dispatch"
	"huying/internal/desk/ground"
	"huying/internal/desk/numbers"
	"huying/internal/desk/people"
	"huying/internal/desk/programme"
	"huying/internal/desk/registry"
	"huying/internal/desk/roster"
	"huying/internal/desk/search"
	"huying/internal/desk/supervision"
	"huying/internal/desk/whistle"
	"huying/internal/domain/access"
	"huying/internal/engine"
	"huying/internal/web/door"
	"huying/internal/web/frame"
	territory "huying/internal/web/ground"
	"huying/internal/web/mandate"
	figures "huying/internal/web/numbers"
	"huying/internal/web/office"
	"huying/internal/web/oversee"
	"huying/internal/web/owed"
	"huying/internal/web/powers"
	watch "huying/internal/web/roster"
	"huying/internal/web/steer"
	"huying/internal/web/story"
	"huying/internal/web/wall"
	blow "huying/internal/web/whistle"
	"huying/internal/web/work"
)

// Deps are what the pages stand on.
type Deps struct {
	frame.Options
	Engine   *engine.Engine
	People   *people.Desk
	Verifier *audit.Verifier
	Packs    office.Packs
	Door     Door
}

// Door is what the pages of who enters are told besides their desk.
type Door struct {
	Origin  func() string // by which browsers reach the server
	Demo    []door.Demo   // accounts that the page of sign-in shows; a real city has none
	Carries func(people.Proposal) bool
	Carry   func(ctx context.Context, p people.Proposal, key string) error
	Unseal  func(ctx context.Context, by access.Actor, p people.Proposal) (engine.Contact, error)
}

// New returns the pages of staff.
func New(d Deps) *frame.Frame {
	if d.City == nil {
		d.City = d.Engine.City
	}
	return frame.New(d.Options, routes(d))
}

// Table lists every page in the order of the table. Its routes are for
// documents and tests: they stand on no desks and cannot be served.
func Table() []frame.Route { return routes(Deps{}) }

// routes is every page there is.
func routes(d Deps) []frame.Route {
	out := []frame.Route{
		frame.Show("/{$}", "home", frame.Signed, "", "到自己的第一页", "To one's first page", home),
		frame.Do("/look", "look", frame.Open, "", "换语言和外观", "Change language and look", looks{d.People}.change),
		frame.Live(),
	}
	out = append(out, work.Routes(work.Over(d.Engine))...)
	reg := registry.New(d.Engine)
	out = append(out, office.Routes(office.Desks{
		Engine: d.Engine, Registry: reg, Audit: audit.New(d.Engine), Verifier: d.Verifier, People: d.People, Packs: d.Packs,
	})...)
	num := numbers.New(d.Engine)
	out = append(out, wall.Routes(wall.Desks{Numbers: num})...)
	out = append(out, figures.Routes(figures.Desks{Numbers: num})...)
	out = append(out, story.Routes(story.Over(d.Engine))...)
	out = append(out, owed.Routes(owed.Desks{
		Dispatch: dispatch.New(d.Engine), Supervision: supervision.New(d.Engine), Registry: registry.New(d.Engine), Whistle: whistle.New(d.Engine), People: d.People,
		Engine: d.Engine, Duties: mandate.Over(d.Engine).Waiting,
	})...)
	out = append(out, blow.Routes(blow.Desks{Whistle: whistle.New(d.Engine), Engine: d.Engine})...)
	out = append(out, watch.Routes(watch.Desks{Roster: roster.New(d.Engine)})...)
	out = append(out, territory.Routes(territory.Desks{Ground: ground.New(d.Engine), Supervision: supervision.New(d.Engine)})...)
	out = append(out, oversee.Routes(oversee.Desks{Dispatch: dispatch.New(d.Engine), Supervision: supervision.New(d.Engine), Engine: d.Engine, People: d.People})...)
	out = append(out, mandate.Routes(mandate.Over(d.Engine))...)
	out = append(out, powers.Routes(powers.Over(d.Engine))...)
	out = append(out, steer.Routes(steer.Desks{Programme: programme.New(d.Engine)})...)
	out = append(out, door.Routes(door.Desks{People: d.People, Search: search.New(d.Engine), Origin: d.Door.Origin, Demo: d.Door.Demo, Carries: d.Door.Carries, Carry: d.Door.Carry, Unseal: d.Door.Unseal})...)
	return out
}

func home(r *frame.Request) error { return r.Go(r.Home()) }

// looks keeps the reader's language and look: in the browser, and with the
// account of who has signed in.
type looks struct{ people *people.Desk }

func (l looks) change(r *frame.Request) error {
	lang, theme := r.Session.Lang, r.Session.Theme
	for name, kept := range map[string]*string{"lang": &lang, "theme": &theme} {
		if v := r.Text(name); v != "" && len(v) < 8 {
			r.Keep(name, v)
			*kept = v
		}
	}
	if r.Inside() {
		if theme == "auto" {
			theme = ""
		}
		if err := l.people.Prefer(r.Ctx, r.By(), lang, theme, r.Now); err != nil {
			return err
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
