// Package webtest gives tests of pages a city that was played by the real
// commands, served by the real pages on a port of this machine, with a clock
// that tests move, and sessions of any post without passwords.
package webtest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"huying/internal/app"
	"huying/internal/demo"
	"huying/internal/desk/audit"
	"huying/internal/desk/people"
	"huying/internal/desk/registry"
	"huying/internal/desk/supervision"
	"huying/internal/domain/ledger"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/internal/domain/person"
	"huying/internal/engine"
	"huying/internal/engine/enginetest"
	"huying/internal/fault"
	"huying/internal/feed"
	"huying/internal/ident"
	"huying/internal/store"
	"huying/internal/web"
	"huying/internal/web/door"
	"huying/internal/web/frame"
	"huying/packs"
)

// Now is when the played city is looked at: a Tuesday morning.
var Now = time.Date(2026, 3, 31, 9, 0, 0, 0, ident.Zone)

// played is how many calls the city has had.
const played = 400

// House is a served city.
type House struct {
	Engine  *engine.Engine
	URL     string
	Log     *bytes.Buffer
	People  *people.Desk
	Carried []string   // keys of the proposals that were carried out
	Fresh   *pack.City // what the files of the pack are now; nil: what is in force

	mu   sync.Mutex
	now  time.Time
	path string // of the database
	city *pack.City
	stop func(testing.TB)
}

// Now is the time of the house.
func (h *House) Now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

// Pass lets time pass; clocks fire only when a test fires them.
func (h *House) Pass(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

// Session lets whoever brings the code of a post act as it, and whoever has
// signed in by a page.
func (h *House) Session(ctx context.Context, cookie string, now time.Time) (people.Session, error) {
	code, err := url.QueryUnescape(cookie)
	if err != nil || code == "" {
		return people.Session{}, fault.New(fault.Unknown, "session.missing")
	}
	actor, err := registry.Actor(h.Engine.City(), code)
	if err != nil {
		return h.People.Session(ctx, cookie, now)
	}
	actor.Person = code
	return people.Session{
		ID: code, Account: code, Login: code, Name: "test", Stage: people.Inside, Kind: person.Holder, Actor: actor, Ends: now.Add(time.Hour),
	}, nil
}

// file is the database of the played city, made once for a test binary.
var file = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "huying-webtest-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // it lies in the machine's temporary folder
	path := filepath.Join(dir, "city.db")
	ctx := context.Background()
	db, err := store.Open(ctx, path, store.Options{Relaxed: true, Now: func() time.Time { return Now }})
	if err != nil {
		return nil, err
	}
	if err := store.Migrate(ctx, db, engine.Migrations()); err != nil {
		return nil, err
	}
	var t testing.T
	city, keys := enginetest.Guangzhou(&t), enginetest.Keys(&t, ledger.Intl)
	if _, err := demo.Run(ctx, db, city, keys, packs.FS, demo.Options{Seed: 1, Matters: played, Days: 20, Until: Now}); err != nil {
		return nil, err
	}
	if err := db.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// Open serves a played city of the test's own.
func Open(t testing.TB) *House {
	t.Helper()
	body, err := file()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "city.db")
	if err := os.WriteFile(path, body, 0o600); err != nil {
		t.Fatal(err)
	}
	return serve(t, path, enginetest.Guangzhou(t), Now)
}

// OpenPack serves a city of another pack in which nothing has happened yet, at
// a time of its own.
func OpenPack(t testing.TB, name string, at time.Time) *House {
	t.Helper()
	city, err := pack.Load(packs.FS, name)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "city.db")
	db, err := store.Open(t.Context(), path, store.Options{Now: func() time.Time { return at }})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(store.Migrate(t.Context(), db, engine.Migrations()), db.Close()); err != nil {
		t.Fatal(err)
	}
	return serve(t, path, city, at)
}

// serve serves a city from its file.
func serve(t testing.TB, path string, city *pack.City, at time.Time) *House {
	t.Helper()
	h := &House{now: at, Log: &bytes.Buffer{}, path: path, city: city}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h.start(t, l)
	t.Cleanup(func() { h.stop(t) })
	return h
}

// Down ends the server with all its streams and closes its database.
func (h *House) Down(t testing.TB) {
	t.Helper()
	h.stop(t)
	h.stop = func(testing.TB) {}
}

// Up starts the server again, at the address and over the database it had.
func (h *House) Up(t testing.TB) {
	t.Helper()
	l, err := net.Listen("tcp", strings.TrimPrefix(h.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	h.start(t, l)
}

// start serves the house at an address.
func (h *House) start(t testing.TB, l net.Listener) {
	t.Helper()
	db, err := store.Open(t.Context(), h.path, store.Options{Now: h.Now})
	if err != nil {
		t.Fatal(err)
	}
	if h.Engine, err = engine.New(db, h.city, engine.Options{Node: ident.MaxNode, Keys: enginetest.Keys(t, ledger.Intl), Now: h.Now}); err != nil {
		t.Fatal(err)
	}
	h.People, err = people.New(h.Engine, people.Options{Key: enginetest.Keys(t, ledger.Intl).Master.Derive("people"), Origin: h.Origin})
	if err != nil {
		t.Fatal(err)
	}
	live := feed.New(h.Engine, feed.Options{Now: h.Now, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	ctx, quit := context.WithCancel(context.Background())
	told := make(chan struct{})
	go func() { defer close(told); live.Run(ctx) }()
	v := audit.NewVerifier(h.Engine, h.Now)
	srv := httptest.NewUnstartedServer(web.New(web.Deps{
		Options: frame.Options{Sessions: h, Feed: live, Now: h.Now, Log: slog.New(slog.NewTextHandler(h.Log, nil)), Demo: true, Version: "test"},
		Engine:  h.Engine, People: h.People, Verifier: v, Packs: h,
		Door: web.Door{
			Origin: h.Origin, Demo: []door.Demo{{Login: "town", Password: "shown-in-the-demo", Role: "DISPATCHER", Post: "440106001-ZH/DISPATCHER"}},
			Carries: func(p people.Proposal) bool { return p.Kind != person.UnsealIdentity }, Carry: h.carry, Unseal: h.app().Unseal,
		},
	}))
	if err := srv.Listener.Close(); err != nil {
		t.Fatal(err)
	}
	srv.Listener = l
	srv.Start()
	h.URL = srv.URL
	h.stop = func(t testing.TB) {
		srv.CloseClientConnections() // streams stay open for as long as they are let
		srv.Close()
		v.Stop()
		quit()
		<-told
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}
}

// Origin is the address by which browsers reach the house: passkeys need a
// name.
func (h *House) Origin() string { return strings.Replace(h.URL, "127.0.0.1", "localhost", 1) }

// app is what carries out what two persons agreed on, over the house's engine.
func (h *House) app() *app.App {
	return &app.App{Engine: h.Engine, Supervision: supervision.New(h.Engine), Registry: registry.New(h.Engine)}
}

// carry carries proposals out as the server does, and notes which. The house
// has no folder with a pack that could be put in force.
func (h *House) carry(ctx context.Context, p people.Proposal, key string) error {
	h.mu.Lock()
	h.Carried = append(h.Carried, key)
	h.mu.Unlock()
	if p.Kind == person.PackChange || p.Kind == person.TerritoryChange {
		return nil
	}
	return h.app().Carry(ctx, p, key)
}

// InForce is the pack that is decided by.
func (h *House) InForce() *pack.City { return h.Engine.City() }

// Candidate is the pack as its files are now.
func (h *House) Candidate() (*pack.City, error) {
	if h.Fresh != nil {
		return h.Fresh, nil
	}
	return h.Engine.City(), nil
}

// Post returns the code of the first post of a role in a unit.
func (h *House) Post(t testing.TB, unit string, role org.Role) string {
	t.Helper()
	for _, p := range h.Engine.City().Org.Posts(unit) {
		if p.Role == role {
			return p.Code
		}
	}
	t.Fatalf("%s has no %s", unit, role)
	return ""
}

// Reply is an answer as a test looks at it.
type Reply struct {
	Status int
	Header http.Header
	Body   string
}

// Has reports whether a word stands in the answer.
func (r Reply) Has(word string) bool { return strings.Contains(r.Body, word) }

var client = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

// Get asks for a page as a post; "" is nobody.
func (h *House) Get(t testing.TB, post, path string) Reply {
	t.Helper()
	return h.do(t, http.MethodGet, post, path, nil, nil)
}

// Send sends a form as a post, the way a page of ours does.
func (h *House) Send(t testing.TB, post, path string, form url.Values) Reply {
	t.Helper()
	return h.do(t, http.MethodPost, post, path, strings.NewReader(form.Encode()),
		map[string]string{"Content-Type": "application/x-www-form-urlencoded", "HX-Request": "true", "Sec-Fetch-Site": "same-origin"})
}

// Do sends any request as a post.
func (h *House) Do(t testing.TB, method, post, path string, body io.Reader, headers map[string]string) Reply {
	t.Helper()
	return h.do(t, method, post, path, body, headers)
}

func (h *House) do(t testing.TB, method, post, path string, body io.Reader, headers map[string]string) Reply {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, h.URL+path, body)
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range headers {
		req.Header.Set(k, v)
	}
	if post != "" {
		req.AddCookie(&http.Cookie{Name: "huying", Value: url.QueryEscape(post)})
	}
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close() //nolint:errcheck // it was read
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return Reply{Status: res.StatusCode, Header: res.Header, Body: string(text)}
}
