package frame

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"huying/internal/desk/people"
	"huying/internal/domain/access"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/peer"
	"huying/internal/text"
	"huying/internal/web/part"
)

// Request is one request at a page: who asks, in which language, and what they
// sent. It belongs to one goroutine.
type Request struct {
	*part.View
	Ctx     context.Context
	HTTP    *http.Request
	W       http.ResponseWriter
	Session people.Session // the zero session: nobody has signed in
	Route   *Route

	id     string
	frame  *Frame
	form   bool // the form has been read
	wrong  fault.List
	status int
	logged error
	beside templ.Component
}

func (f *Frame) handler(rt *Route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, hr *http.Request) {
		now := f.o.Now()
		r := &Request{Ctx: hr.Context(), HTTP: hr, W: w, Route: rt, id: rand.Text()[:16], frame: f}
		r.View = &part.View{
			Lang: language(hr), Theme: choice(hr, "theme", "light", "dark"), City: f.o.City(), Now: now, Demo: f.o.Demo, Asset: assetURL,
		}
		secure(w.Header(), r.id)
		if err := r.run(); err != nil {
			r.fail(err)
		}
		r.log(f.o.Now().Sub(now))
	})
}

// run lets the request through its gate and serves it. A panic is a fault of
// ours like any other, and ends this request alone.
func (r *Request) run() (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	if err := r.frame.cross.Check(r.HTTP); err != nil {
		return fault.New(fault.Denied, "request.from_elsewhere").Because(err)
	}
	if err := r.pass(); err != nil {
		return err
	}
	return r.Route.Serve(r)
}

// pass finds out who asks and whether the route is for them at all. An open
// route is told who asks too, if anybody is known.
func (r *Request) pass() error {
	s, err := r.frame.o.Sessions.Session(r.Ctx, r.Cookie(r.frame.Cookie()), r.Now)
	if err == nil {
		r.Session, r.Actor, r.Name = s, s.Actor, s.Name
		r.prefer(s)
	}
	switch {
	case r.Route.Gate == Open:
		return nil
	case err != nil:
		return err
	case s.Stage == people.NeedsSeat:
		return fault.New(fault.Denied, "session.post_missing")
	case s.Stage != people.Inside:
		return fault.New(fault.Unknown, "session.missing")
	case r.Route.Gate == Staff && !r.Could(r.Route.Action):
		return fault.New(fault.Denied, "access.denied", string(r.Route.Action))
	}
	return nil
}

// prefer takes the language and look that the person keeps.
func (r *Request) prefer(s people.Session) {
	if s.Lang != "" {
		r.Lang = text.Lang(s.Lang)
	}
	if s.Theme != "" {
		r.Theme = s.Theme
	}
}

// By is who does something about accounts, seats and proposals.
func (r *Request) By() people.By { return r.Session.By(r.Network()) }

// Network is the address the request came from, as far as it can be trusted.
func (r *Request) Network() string {
	return peer.Of(r.HTTP, r.frame.o.Trusted).String()
}

// Inside reports whether the reader has signed in and acts as a post.
func (r *Request) Inside() bool { return r.Session.Stage == people.Inside }

// Cookie returns the value of a cookie, "" if there is none.
func (r *Request) Cookie(name string) string {
	c, err := r.HTTP.Cookie(name)
	if err != nil {
		return ""
	}
	return c.Value
}

// Token is the secret of the session the browser has, "" if it has none.
func (r *Request) Token() string { return r.Cookie(r.frame.Cookie()) }

// SignIn gives the browser the secret of a new session; an empty one takes the
// cookie away.
func (r *Request) SignIn(secret string, ends time.Time) {
	c := &http.Cookie{Name: r.frame.Cookie(), Value: secret, Path: "/", HttpOnly: true, Secure: r.frame.o.Secure, SameSite: http.SameSiteLaxMode}
	c.MaxAge = max(int(ends.Sub(r.Now).Seconds()), 1) // not a date: the browser's clock may be wrong
	if secret == "" {
		c.MaxAge = -1
	}
	http.SetCookie(r.W, c)
}

// Keep sets a cookie that is no secret, such as the language, for a year.
func (r *Request) Keep(name, value string) {
	http.SetCookie(r.W, &http.Cookie{Name: name, Value: value, Path: "/", HttpOnly: true, Secure: r.frame.o.Secure, SameSite: http.SameSiteLaxMode, MaxAge: 365 * 24 * 3600})
}

// language is the one the reader chose, else the one the browser asks for.
func language(hr *http.Request) text.Lang {
	if l := choice(hr, "lang", string(text.Chinese), string(text.English)); l != "" {
		return text.Lang(l)
	}
	return text.Match(hr.Header.Get("Accept-Language"))
}

// choice is the value of a cookie if it is one of a few.
func choice(hr *http.Request, name string, of ...string) string {
	c, err := hr.Cookie(name)
	if err != nil {
		return ""
	}
	for _, v := range of {
		if c.Value == v {
			return v
		}
	}
	return ""
}

// Partial reports whether a part of the page was asked for rather than a page.
// Going back in the browser asks for the whole.
func (r *Request) Partial() bool {
	h := r.HTTP.Header
	return h.Get("HX-Request") == "true" && h.Get("HX-History-Restore-Request") != "true"
}

// Number returns the public number in the path, as "no". Fault:
// number.malformed and those of ident.
func (r *Request) Number() (ident.ID, error) { return ident.ParseNumber(r.HTTP.PathValue("no")) }

// Path returns a value of the path.
func (r *Request) Path(name string) string { return r.HTTP.PathValue(name) }

// Query returns a parameter of the address.
func (r *Request) Query(name string) string { return strings.TrimSpace(r.HTTP.URL.Query().Get(name)) }

// Before returns where a list goes on, zero where it begins.
func (r *Request) Before() (ident.ID, error) {
	no := r.Query("before")
	if no == "" {
		return 0, nil
	}
	return ident.ParseNumber(no)
}

// Command is who asks for an act, with the revision they saw and the key by
// which it happens once, as the form has them.
func (r *Request) Command() engine.Command {
	rev, err := strconv.ParseInt(r.Text("rev"), 10, 64)
	if err != nil {
		rev = 0 // a form about no revision
	}
	return engine.Command{Actor: r.Actor, Rev: rev, Key: r.Text("key")}
}

// secure sets what every answer says to browsers.
func secure(h http.Header, id string) {
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; font-src 'self'; connect-src 'self'; "+
		"form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Request-Id", id)
}

// log writes one line for a request. It names the route and the post, never
// the address asked for, a form or a person.
func (r *Request) log(took time.Duration) {
	level := slog.LevelInfo
	if r.status >= 500 {
		level = slog.LevelError
	}
	attrs := []slog.Attr{slog.String("page", r.Route.ID), slog.Int("status", r.status), slog.String("request", r.id), slog.Duration("took", took)}
	if r.Actor.Kind == access.Staff {
		attrs = append(attrs, slog.String("post", r.Actor.ID))
	}
	if r.logged != nil {
		attrs = append(attrs, slog.String("error", r.logged.Error()))
	}
	r.frame.o.Log.LogAttrs(r.Ctx, level, "page", attrs...)
}

var errGone = errors.New("the reader has gone")
