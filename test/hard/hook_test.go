package hard

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"huying/internal/app"
	"huying/internal/config"
	"huying/internal/desk/registry"
	"huying/internal/domain/access"
	"huying/internal/domain/call"
	"huying/internal/domain/duty"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/domain/org"
	"huying/internal/engine"
	"huying/internal/hook"
)

const secret = "一个秘密"

// receiver is the system the calls came from: it fails twice, and then takes
// what it is sent. Each failure moves the clock past the pause that follows.
type receiver struct {
	tries  atomic.Int32
	clock  *atomic.Int64 // what the installation's clock is ahead
	got    chan hook.Result
	forged chan string
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	if err == nil && req.Header.Get(hook.SignatureHeader) != hook.Sign(secret, req.Header.Get(hook.TimestampHeader), body) {
		r.forged <- req.Header.Get(hook.SignatureHeader)
	}
	if err != nil || r.tries.Add(1) <= 2 {
		r.clock.Add(int64(time.Hour))
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	var x hook.Result
	if err := json.Unmarshal(body, &x); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	r.got <- x
}

// The result of a closed matter goes back to its source by itself, however
// often the source fails at first.
func TestAResultReturnsToASourceThatFailsTwice(t *testing.T) {
	h := newHouse(t)
	var ahead atomic.Int64
	there := &receiver{clock: &ahead, got: make(chan hook.Result, 16), forged: make(chan string, 16)}
	srv := httptest.NewServer(there)
	t.Cleanup(srv.Close)
	cfg, err := config.Load(config.Sources{Env: []string{
		"HUYING_PACK=" + filepath.Join(h.dir, "mini"), "HUYING_DATA=" + filepath.Join(h.dir, "data"), "HUYING_LISTEN=127.0.0.1:0",
		"HUYING_HOOK_HOTLINE_12345_URL=" + srv.URL, "HUYING_HOOK_HOTLINE_12345_SECRET=" + secret,
	}})
	if err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	a, err := app.NewWith(t.Context(), cfg, slog.New(slog.DiscardHandler), app.Options{Now: now, Carry: 20 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Stop(); err != nil {
			t.Error(err)
		}
	})
	no := closed(t, a)
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	for {
		select {
		case x := <-there.got:
			if x.SourceRef != "GZ12345-88" || x.Source != "HOTLINE_12345" || x.No != no {
				t.Fatalf("it got %+v", x)
			}
			if x.Code != "notice.closed" {
				continue
			}
			if n := there.tries.Load(); n < 3 || x.Status != string(matter.Closed) {
				t.Errorf("after %d tries it got %+v", n, x)
			}
			return
		case signature := <-there.forged:
			t.Fatalf("a delivery was signed %q", signature)
		case <-time.After(9 * time.Second):
			t.Fatalf("nothing arrived after %d tries", there.tries.Load())
		}
	}
}

// closed takes a call of the hotline through to its end.
func closed(t *testing.T, a *app.App) string {
	t.Helper()
	actor := func(unit string, role org.Role) access.Actor {
		by, err := registry.ActorOf(a.Engine.City(), unit, role)
		if err != nil {
			t.Fatal(err)
		}
		return by
	}
	desk := actor("990101001-ZH", org.Dispatcher)
	s, err := a.Intake.Receive(t.Context(), engine.Command{Actor: actor("990100-RX", org.Agent)}, call.Form{
		Source: "HOTLINE_12345", SourceRef: "GZ12345-88", Kind: "COMPLAINT", Text: "小区门口路灯不亮", Place: "990101001001",
	})
	if err != nil {
		t.Fatal(err)
	}
	caller, err := a.Engine.Caller(s.M.ID, a.Engine.TrackCode(s.M.ID))
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		by access.Actor
		do func(f *matter.File) error
	}{
		{desk, func(f *matter.File) error { return f.Verify(matter.Verification{}) }},
		{desk, func(f *matter.File) error { return f.Triage(duty.Public, "", "城区职责") }},
		{desk, func(f *matter.File) error { return f.Issue(order.Dispatch, []matter.Assignment{{Debtor: "990101-CG"}}) }},
		{actor("990101-CG", org.Handler), func(f *matter.File) error { return f.Respond(f.Orders[0], matter.Response{Text: "已修"}) }},
		{caller, func(f *matter.File) error { return f.Judge(matter.Judgement{Resolved: matter.Yes, Contacted: true}) }},
	} {
		if s, err = a.Engine.Act(t.Context(), engine.Command{Actor: x.by}, "act", s.M.ID, x.do); err != nil {
			t.Fatal(err)
		}
	}
	if s.M.Status != matter.Closed {
		t.Fatalf("the matter is %s", s.M.Status)
	}
	return s.M.ID.Number()
}
