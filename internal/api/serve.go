package api

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"huying/internal/domain/access"
	"huying/internal/fault"
	"huying/internal/peer"
	"huying/internal/text"
)

// handler serves one route.
func (s *server) handler(rt *Route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, hr *http.Request) {
		began := s.Now()
		r := &request{s: s, route: rt, ctx: hr.Context(), w: w, http: hr, now: began, id: requestID(hr), client: peer.Of(hr, s.Trusted)}
		secure(w.Header())
		w.Header().Set("X-Request-Id", r.id)
		if err := r.run(); err != nil {
			r.problem(err)
		}
		r.log(hr.Context(), began)
	})
}

// run lets the request through its gate and serves it. A panic is a fault of
// ours like any other, and ends this request alone.
func (r *request) run() (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	if err := r.pass(); err != nil {
		return err
	}
	return r.route.serve(r)
}

// pass finds out who asks, whether they ask too often, and whether the route
// is for them at all.
func (r *request) pass() (err error) {
	switch r.route.Gate {
	case probe:
		return nil
	case public:
		return take(r, &r.s.limits.address, r.site())
	case caller:
		return r.passCaller()
	}
	if err := r.passToken(); err != nil {
		return err
	}
	if r.route.Gate == staff && len(access.Scopes(r.actor, r.route.Action)) == 0 {
		return fault.New(fault.Denied, "access.denied", string(r.route.Action))
	}
	return nil
}

func (r *request) passToken() error {
	secret, err := bearer(r.http.Header.Get("Authorization"))
	if err == nil {
		key := bearerKey(secret)
		if err := take(r, &r.s.limits.token, key); err != nil {
			return err
		}
		r.actor, err = r.s.bearers.actor(r.ctx, key, secret, r.now)
	}
	if fault.Of(err) == fault.Unknown && err != nil { // guesses are counted where they come from
		if slow := take(r, &r.s.limits.guess, r.site()); slow != nil {
			return slow
		}
	}
	return err
}

func (r *request) passCaller() error {
	if err := take(r, &r.s.limits.address, r.site()); err != nil {
		return err
	}
	no, err := r.number()
	if err != nil {
		return err
	}
	if err := take(r, &r.s.limits.number, no); err != nil {
		return err
	}
	code := r.http.Header.Get("Track-Code")
	if code == "" {
		return fault.New(fault.Unknown, "track.code_missing").In("Track-Code")
	}
	if r.actor, err = r.s.Engine.Caller(no, code); err != nil {
		if slow := take(r, &r.s.limits.guess, r.site()); slow != nil {
			return slow
		}
	}
	return err
}

// take takes one turn of a limiter.
func take[K comparable](r *request, l *limiter[K], key K) error {
	wait := l.take(key, r.now)
	if wait == 0 {
		return nil
	}
	seconds := int(math.Ceil(wait.Seconds()))
	r.w.Header().Set("Retry-After", strconv.Itoa(seconds))
	return fault.New(fault.Busy, "request.too_many", seconds)
}

// site is the client's address as it is counted: of IPv6 the network, since
// one client has as many addresses as it likes.
func (r *request) site() netip.Addr {
	if r.client.Is6() && !r.client.Is4In6() {
		if p, err := r.client.Prefix(64); err == nil {
			return p.Addr()
		}
	}
	return r.client.Unmap()
}

// requestID names the request: by the name a client or proxy gave it, if that
// is short and plain, else by one of our own.
func requestID(hr *http.Request) string {
	given := hr.Header.Get("X-Request-Id")
	if given == "" || len(given) > 64 || strings.Trim(given, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_.") != "" {
		return rand.Text()[:16]
	}
	return given
}

// The headers that every answer has.
var (
	noSniff    = []string{"nosniff"}
	policy     = []string{"default-src 'none'; frame-ancestors 'none'; sandbox"}
	noReferrer = []string{"no-referrer"}
	noStore    = []string{"no-store"}
)

// secure sets what every answer says to browsers. No page of another site may
// read the answers: there is no CORS header.
func secure(h http.Header) {
	h["X-Content-Type-Options"] = noSniff
	h["Content-Security-Policy"] = policy
	h["Referrer-Policy"] = noReferrer
	h["Cache-Control"] = noStore
}

// log writes one line for a request. It names the route and the post, never
// the address asked for, a body or a person.
func (r *request) log(ctx context.Context, began time.Time) {
	level := slog.LevelInfo
	if r.status >= 500 {
		level = slog.LevelError
	}
	log := r.s.Log
	if !log.Enabled(ctx, level) {
		return
	}
	attrs := make([]slog.Attr, 0, 8)
	attrs = append(attrs, slog.String("route", r.route.ID), slog.Int("status", r.status), slog.String("request", r.id),
		slog.Duration("took", r.s.Now().Sub(began)))
	if r.actor.Kind == access.Staff {
		attrs = append(attrs, slog.String("post", r.actor.ID))
	}
	if r.logged != nil {
		attrs = append(attrs, slog.String("error", r.logged.Error()))
	}
	log.LogAttrs(ctx, level, "request", attrs...)
}

// strayRoute answers what no route of the table takes.
var strayRoute = Route{ID: "stray", Gate: public, op: op{serve: stray}}

func stray(r *request) error {
	var allow []string
	probe := *r.http
	for _, method := range [...]string{http.MethodGet, http.MethodPost, http.MethodDelete} {
		probe.Method = method
		if _, pattern := r.s.mux.Handler(&probe); pattern != "/" && pattern != "" {
			allow = append(allow, method)
		}
	}
	if allow == nil {
		return fault.New(fault.NotFound, "request.path_unknown")
	}
	r.w.Header().Set("Allow", strings.Join(allow, ", "))
	return fault.New(fault.Invalid, "request.method_refused", r.http.Method, strings.Join(allow, ", "))
}

// speaks is the language of the reader, asked for only where words are told.
func (r *request) speaks() text.Lang { return text.Match(r.http.Header.Get("Accept-Language")) }
