// Package frame is what every page of staff stands in: the table of routes, who
// asks and whether they may, the form that was sent, the page around a
// content, the way a fault is told without losing what was typed, and what
// browsers are told about safety. It knows no matter and no desk but the
// sessions; pages are packages beside it that hand it their routes.
package frame

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"huying/internal/desk/people"
	"huying/internal/domain/pack"
	"huying/internal/fault"
	"huying/internal/feed"
)

// Sessions finds out who a cookie stands for. Faults: session.missing,
// session.ended.
type Sessions interface {
	Session(ctx context.Context, cookie string, now time.Time) (people.Session, error)
}

// Options are what a frame stands on.
type Options struct {
	Sessions Sessions
	Feed     *feed.Feed
	City     func() *pack.City
	Now      func() time.Time
	Log      *slog.Logger
	Demo     bool
	Version  string
	// Secure says that browsers come by HTTPS, here or at a proxy before us:
	// cookies are then kept for HTTPS alone.
	Secure  bool
	Trusted []netip.Prefix // proxies whose word about addresses is taken
}

// Frame serves the routes it was given. It is safe for concurrent use.
type Frame struct {
	o      Options
	mux    *http.ServeMux
	cross  *http.CrossOriginProtection
	routes []Route
	hands  *hands
}

// New returns a frame over the routes of all pages.
func New(o Options, routes []Route) *Frame {
	f := &Frame{o: o, mux: http.NewServeMux(), cross: http.NewCrossOriginProtection(), hands: newHands(), routes: routes}
	for i := range routes {
		f.mux.Handle(routes[i].Method+" "+routes[i].Path, f.handler(&routes[i]))
	}
	f.mux.Handle("GET /static/{file}", http.HandlerFunc(f.static))
	f.mux.Handle("/", f.handler(&Route{ID: "stray", Gate: Open, Serve: func(*Request) error {
		return fault.New(fault.NotFound, "request.path_unknown")
	}}))
	return f
}

// Routes returns the table.
func (f *Frame) Routes() []Route { return f.routes }

// ServeHTTP serves one request.
func (f *Frame) ServeHTTP(w http.ResponseWriter, r *http.Request) { f.mux.ServeHTTP(w, r) }

// Cookie returns the name of the session's cookie. By HTTPS its name alone
// keeps it from being set by a neighbouring host or over plain HTTP.
func (f *Frame) Cookie() string { return cookieName(f.o.Secure) }

func cookieName(secure bool) string {
	if secure {
		return "__Host-huying"
	}
	return "huying"
}
