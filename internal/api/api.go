// Package api is the JSON face under /api/v1: it reads requests strictly, asks
// the desks, and writes what they answer. Its routes are one table from which
// the mux, the checks and the OpenAPI document are made. It holds no rule and
// no SQL, and words come from package text.
//
// Every operation is served by one generic handler of our own; huma makes the
// schemas of the OpenAPI document and nothing else. Serving by huma would
// decode each body twice, into a map to validate it and into the struct, and
// its validator speaks English sentences where ours must give stable codes
// with a path. One reader over the struct tags (package shape) is stricter,
// several times as fast, and reads the same tags that huma documents.
package api

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"huying/internal/desk/burden"
	"huying/internal/desk/dispatch"
	"huying/internal/desk/ground"
	"huying/internal/desk/intake"
	"huying/internal/desk/mandate"
	"huying/internal/desk/numbers"
	"huying/internal/desk/programme"
	"huying/internal/desk/registry"
	"huying/internal/desk/search"
	"huying/internal/desk/supervision"
	"huying/internal/desk/whistle"
	"huying/internal/engine"
)

// Base is the path under which the routes lie; /healthz and /readyz lie beside
// it.
const Base = "/api/v1"

// Deps are what the face is built on. Engine and Now are needed; the rest may
// be zero: a desk that is not given is made over the engine.
type Deps struct {
	Engine      *engine.Engine
	Now         func() time.Time
	Intake      *intake.Desk
	Dispatch    *dispatch.Desk
	Supervision *supervision.Desk
	Mandate     *mandate.Desk
	Burden      *burden.Desk
	Numbers     *numbers.Desk
	Registry    *registry.Desk
	Whistle     *whistle.Desk
	Ground      *ground.Desk
	Search      *search.Desk
	Programme   *programme.Desk

	Log   *slog.Logger                // nil: slog.Default
	Ready func(context.Context) error // nil: ready as long as the database answers
	// Trusted are the proxies whose X-Forwarded-For is believed.
	Trusted []netip.Prefix
	Rates   Rates
	Version string // of the program, for the OpenAPI document
}

// server is the face at work.
type server struct {
	Deps
	mux     *http.ServeMux
	bearers *bearers
	limits  limits
	docJSON []byte
	docYAML []byte
}

// New returns the handler of /api/v1, /healthz and /readyz. It is safe for
// concurrent use.
func New(d Deps) (http.Handler, error) {
	if d.Engine == nil || d.Now == nil {
		return nil, fmt.Errorf("api: no engine or no clock")
	}
	d.fill()
	s := &server{Deps: d, limits: newLimits(d.Rates.filled())}
	s.bearers = newBearers(d.Registry)
	s.mux = http.NewServeMux()
	table := routes()
	for i := range table {
		rt := &table[i]
		if rt.err != nil {
			return nil, fmt.Errorf("api: %s: %w", rt.ID, rt.err)
		}
		s.mux.Handle(rt.Method+" "+rt.full(), s.handler(rt))
	}
	s.mux.Handle("/", s.handler(&strayRoute))
	var err error
	if s.docJSON, s.docYAML, err = document(table, d.Version); err != nil {
		return nil, fmt.Errorf("api: OpenAPI document: %w", err)
	}
	return s.mux, nil
}

// fill sets what was not given.
func (d *Deps) fill() {
	if d.Log == nil {
		d.Log = slog.Default()
	}
	if d.Intake == nil {
		d.Intake = intake.New(d.Engine)
	}
	if d.Dispatch == nil {
		d.Dispatch = dispatch.New(d.Engine)
	}
	if d.Mandate == nil {
		d.Mandate = mandate.New(d.Engine)
	}
	if d.Burden == nil {
		d.Burden = burden.New(d.Engine)
	}
	if d.Supervision == nil {
		d.Supervision = supervision.New(d.Engine)
	}
	if d.Numbers == nil {
		d.Numbers = numbers.New(d.Engine)
	}
	if d.Whistle == nil {
		d.Whistle = whistle.New(d.Engine)
	}
	if d.Ground == nil {
		d.Ground = ground.New(d.Engine)
	}
	if d.Registry == nil {
		d.Registry = registry.New(d.Engine)
	}
	if d.Search == nil {
		d.Search = search.New(d.Engine)
	}
	if d.Programme == nil {
		d.Programme = programme.New(d.Engine)
	}
}
