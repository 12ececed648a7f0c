package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"huying/internal/api"
	"huying/internal/desk/registry"
	"huying/internal/domain/access"
	"huying/internal/domain/ledger"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/internal/engine"
	"huying/internal/engine/enginetest"
	"huying/internal/ident"
	"huying/internal/store"
	"huying/internal/store/storetest"
	"huying/packs"
)

func TestMain(m *testing.M) { storetest.Main(m) }

var morning = time.Date(2026, 3, 10, 9, 0, 0, 0, ident.Zone) // a Tuesday

// town is the whole face over a real engine, with a clock that tests move.
type town struct {
	*engine.Engine
	url string
	log *bytes.Buffer

	mu  sync.Mutex
	now time.Time
}

func (x *town) Now() time.Time {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.now
}

func (x *town) pass(d time.Duration) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.now = x.now.Add(d)
}

func open(t testing.TB, rates api.Rates) *town {
	t.Helper()
	return openOn(t, rates, enginetest.Guangzhou(t))
}

// openCity is the whole face on another city's pack.
func openCity(t testing.TB, name string) *town {
	t.Helper()
	city, err := pack.Load(packs.FS, name)
	if err != nil {
		t.Fatal(err)
	}
	return openOn(t, many(), city)
}

func openOn(t testing.TB, rates api.Rates, city *pack.City) *town {
	t.Helper()
	x := &town{now: morning, log: &bytes.Buffer{}}
	return x.on(t, rates, city, storetest.SQLite(t, engine.Migrations(), store.Options{Now: x.Now}))
}

// on puts the whole face over a database of either kind, which runs by the
// clock of x.
func (x *town) on(t testing.TB, rates api.Rates, city *pack.City, db *store.DB) *town {
	t.Helper()
	var err error
	if x.Engine, err = engine.New(db, city, engine.Options{Keys: enginetest.Keys(t, ledger.Intl), Now: x.Now}); err != nil {
		t.Fatal(err)
	}
	h, err := api.New(api.Deps{Engine: x.Engine, Now: x.Now, Log: slog.New(slog.NewJSONHandler(x.log, nil)), Rates: rates})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	x.url = srv.URL
	return x
}

// many is rates that no test reaches.
func many() api.Rates {
	r := api.Rate{PerSecond: 1e6, Burst: 1e6}
	return api.Rates{Token: r, Address: r, Intake: r, Number: r, Guess: r}
}

// token makes a token of the post of a role in a unit.
func (x *town) token(t testing.TB, unit string, role org.Role, scopes ...string) string {
	t.Helper()
	admin := access.Actor{ID: "test", Kind: access.Staff, Role: org.SystemAdmin}
	var post string
	for _, p := range x.City().Org.Posts(unit) {
		if p.Role == role {
			post = p.Code
		}
	}
	if post == "" {
		t.Fatalf("%s has no %s: %v", unit, role, x.City().Org.Posts(unit))
	}
	secret, _, err := registry.New(x.Engine).MakeToken(context.Background(), engine.Command{Actor: admin},
		registry.NewToken{Name: "test", Post: post, Scopes: scopes, Ends: x.Now().Add(300 * 24 * time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

// reply is an answer as a test looks at it.
type reply struct {
	status int
	header http.Header
	body   []byte
}

type set map[string]string

func (x *town) do(t testing.TB, method, path, token string, body any, headers ...set) reply {
	t.Helper()
	var in io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		in = strings.NewReader(b)
	case []byte:
		in = bytes.NewReader(b)
	default:
		raw, err := json.Marshal(b)
		if err != nil {
			t.Fatal(err)
		}
		in = bytes.NewReader(raw)
	}
	req, err := http.NewRequest(method, x.url+path, in)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	for _, h := range headers {
		for k, v := range h {
			req.Header.Set(k, v)
		}
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{res.StatusCode, res.Header, b}
}

// into reads the body of an answer of the wanted status.
func (r reply) into(t testing.TB, status int, v any) reply {
	t.Helper()
	if r.status != status {
		t.Fatalf("status %d, not %d: %s", r.status, status, r.body)
	}
	if v != nil {
		if err := json.Unmarshal(r.body, v); err != nil {
			t.Fatalf("%v in %s", err, r.body)
		}
	}
	return r
}

// problem asks for a problem with a code.
func (r reply) problem(t testing.TB, status int, code string) api.Problem {
	t.Helper()
	var p api.Problem
	if r.header.Get("Content-Type") != "application/problem+json" {
		t.Fatalf("not a problem: %d %s", r.status, r.body)
	}
	r.into(t, status, &p)
	found := false
	for _, e := range p.Errors {
		found = found || e.Code == code
	}
	if !found || p.Status != status || p.RequestID == "" || p.Title == "" || p.Detail == "" {
		t.Fatalf("wanted %d %s, got %s", status, code, r.body)
	}
	return p
}

type call map[string]any

// lamp is a call about something that a district unit answers.
func lamp(x *town) call {
	return call{
		"source": "HOTLINE_12345", "source_ref": "T-1", "kind": "COMPLAINT", "category": lampCode(x), "text": "路灯坏了三天没人修",
		"place": "440106001", "caller": call{"name": "陈女士", "phone": "19900001234"},
	}
}

func lampCode(x *town) string {
	for _, l := range x.City().Duty.Leaves() {
		if l.Lead.Level == org.District && len(l.Evidence) > 0 && !l.Instant && l.Class == "大事" {
			return l.Code
		}
	}
	return ""
}

func mustNumber(t testing.TB, s string) ident.ID {
	t.Helper()
	id, err := ident.ParseNumber(s)
	if err != nil {
		t.Fatal(err)
	}
	return id
}
