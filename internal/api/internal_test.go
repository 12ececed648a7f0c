package api

import (
	"io"
	"log/slog"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"huying/internal/api/shape"
	"huying/internal/domain/access"
	"huying/internal/domain/clock"
	"huying/internal/domain/duty"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/wire/wiretest"
)

const callBody = `{"source":"GRID_APP","source_ref":"B-1","kind":"HAZARD","category":"SZ0101","text":"路面塌陷一处，约两米见方，已拉警戒线，请尽快派人处理。","place":"440106001001","caller":{"name":"甲","phone":"19900000000"}}`

// BenchmarkCallHandler is all that the face does for a call, without the
// engine: gate, body, form, view and answer.
func BenchmarkCallHandler(b *testing.B) {
	now := time.Date(2026, 3, 10, 9, 0, 0, 0, ident.Zone)
	id := ident.NewMaker(0).Next(now)
	at := clock.At(now)
	state := &engine.State{Rev: 2, Text: "路面塌陷一处，约两米见方，已拉警戒线，请尽快派人处理。", File: &matter.File{
		M: &matter.Matter{ID: id, Status: matter.Ordered, Kind: matter.Hazard, Category: "SZ0101", Urgency: duty.Emergency, Source: "GRID_APP", ReceivedAt: at,
			Clocks: clock.Set{{Kind: clock.Promised, Limit: "2 HOUR", Start: at, Due: at + 7200e6}, {Kind: clock.Contact, Limit: "1 HOUR", Start: at, Due: at + 3600e6}}},
		Orders: []*order.Order{{ID: id, Kind: order.Dispatch, Role: order.Sole, Status: order.Issued, Creditor: "440106001-ZH", Debtor: "440106-CG", IssuedAt: at,
			Clocks: clock.Set{{Kind: clock.Sign, Limit: "30 MIN", Start: at, Due: at + 1800e6}}}},
	}}
	o := handle(func(r *request, in CallForm) (*Matter, error) {
		_ = in.form()
		r.received(state, "/matters/")
		return r.matter(state), nil
	}).created()
	secret := "hy_test"
	s := &server{Deps: Deps{Now: time.Now}, limits: newLimits(Rates{Token: Rate{1e9, 1e9}}.filled()), bearers: newBearers(nil)}
	s.Log = discard
	s.bearers.known[bearerKey(secret)] = known{access.Actor{ID: "p", Kind: access.Staff, Role: "DISPATCHER", Unit: "u"}, time.Now().Add(time.Hour)}
	h := s.handler(&Route{Method: post, ID: "receive-call", Gate: staff, Action: access.RaiseCall, op: o})
	b.ReportAllocs()
	for b.Loop() {
		req := httptest.NewRequest(post, "/api/v1/calls", strings.NewReader(callBody))
		req.Header.Set("Authorization", "Bearer "+secret)
		req.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, req)
		if w.Code != 201 {
			b.Fatal(w.Body)
		}
	}
}

// FuzzCallForm asks that no body of a call breaks the door: it is read, or
// refused with codes.
func FuzzCallForm(f *testing.F) {
	f.Add([]byte(callBody))
	f.Add([]byte(`{"source":"X","kind":"HELP","text":"a","lon":1e400,"lat":-0}`))
	f.Add([]byte(`{"caller":{"caller":{}}}`))
	s, err := shape.Of(reflect.TypeFor[CallForm]())
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var in CallForm
		if err := s.Read(body, &in); err != nil {
			for _, e := range fault.All(err) {
				if e.Kind != fault.Invalid {
					t.Fatalf("%q: %v", body, err)
				}
			}
			return
		}
		if in.Source != in.form().Source {
			t.Fatal("the form lost its source")
		}
	})
}

func TestALimiterForgetsButNeverGrows(t *testing.T) {
	l := limiter[int]{rate: Rate{1, 2}}
	now := time.Date(2026, 3, 10, 9, 0, 0, 0, ident.Zone)
	for range 2 {
		if wait := l.take(-1, now); wait != 0 {
			t.Fatal(wait)
		}
	}
	if wait := l.take(-1, now); wait != time.Second {
		t.Fatalf("waits %v", wait)
	}
	for i := range 5 * mostCounted {
		l.take(i, now)
		if i%1000 == 0 {
			if wait := l.take(-1, now); wait == 0 {
				t.Fatal("a busy key was forgotten")
			}
		}
	}
	if len(l.young)+len(l.old) > 2*mostCounted {
		t.Errorf("%d keys", len(l.young)+len(l.old))
	}
}

func TestAPanicIsOneRequestsFault(t *testing.T) {
	s := &server{Deps: Deps{Now: time.Now, Log: discard}, limits: newLimits(Rates{}.filled())}
	h := s.handler(&Route{ID: "x", Gate: probe, op: handle(func(*request, none) (none, error) { panic("secret") })})
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	if w.Code != 500 || strings.Contains(w.Body.String(), "secret") || !strings.Contains(w.Body.String(), "internal.error") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

var discard = slog.New(slog.NewJSONHandler(io.Discard, nil))

// Every answer is written as encoding/json would write it.
func TestAnswersAreThoseOfEncodingJSON(t *testing.T) {
	seen := map[reflect.Type]bool{reflect.TypeFor[none](): true, reflect.TypeFor[file](): true}
	for _, rt := range routes() {
		if seen[rt.outType] {
			continue
		}
		seen[rt.outType] = true
		t.Run(rt.ID, func(t *testing.T) { wiretest.Same(t, rt.outType) })
	}
	wiretest.Same(t, reflect.TypeFor[Problem]())
}
