package story

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"huying/internal/domain/call"
	"huying/internal/domain/matter"
	"huying/internal/hook"
)

// receiver is the system of the 12345: it is down until it is told to work,
// and keeps what it was sent.
type receiver struct {
	mu   sync.Mutex
	down bool
	got  []hook.Result
	keys []string
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	body, err := io.ReadAll(req.Body)
	signed := req.Header.Get(hook.SignatureHeader) == hook.Sign("一个秘密", req.Header.Get(hook.TimestampHeader), body)
	var x hook.Result
	if err != nil || r.down || !signed || json.Unmarshal(body, &x) != nil {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	r.got = append(r.got, x)
	r.keys = append(r.keys, req.Header.Get(hook.KeyHeader))
}

// carrier carries results to the receiver, as it goes on in the background.
func (h *world) carrier(r *receiver) *hook.Carrier {
	h.Helper()
	server := httptest.NewServer(r)
	h.Cleanup(server.Close)
	c, err := hook.New(h.e, map[string]hook.Target{"HOTLINE_12345": {URL: server.URL, Secret: "一个秘密"}}, slog.New(slog.DiscardHandler))
	h.must(err)
	return c
}

// carries lets the carrier run now.
func (h *world) carries(c *hook.Carrier) int {
	h.Helper()
	n, err := c.Run(ctx, h.now)
	h.must(err)
	return n
}

// YT-33 多网合一: the result goes back to the 12345 under its own number; a
// delivery that fails is tried again, and one that was given up is visible.
func TestYT33TheResultReturnsToItsSource(t *testing.T) {
	tell(t, func(h *world) {
		system := &receiver{down: true}
		c := h.carrier(system)
		m := h.takes(form{By: h.hotline(), Category: "路灯不亮", Form: call.Form{
			Source: "HOTLINE_12345", SourceRef: "GZ12345-88", Text: "小区门口路灯不亮", Place: community, Name: "陈女士", Phone: "19900001234",
		}})
		h.desk(wushan).sends(m)
		h.unit(m.now().Orders[0].Debtor).answers(m, "已修")
		m.caller().judges(m, matter.Yes, 5)

		// The receiver is down: nothing is lost.
		if n := h.carries(c); n != 1 {
			t.Fatalf("%d results on their way, want 1", n)
		}
		if n := h.carries(c); n != 0 {
			t.Errorf("%d results carried again at once", n)
		}
		h.pass(2 * time.Minute)
		system.down = false
		if n := h.carries(c); n != 1 {
			t.Fatalf("%d results tried again, want 1", n)
		}
		if len(system.got) != 1 {
			t.Fatalf("it got %+v", system.got)
		}
		x := system.got[0]
		if x.SourceRef != "GZ12345-88" || x.Source != "HOTLINE_12345" || x.No != m.id.Number() || x.Code != "notice.closed" || x.Status != "CLOSED" {
			t.Errorf("it got %+v", x)
		}
		h.pass(time.Hour)
		if n := h.carries(c); n != 0 {
			t.Errorf("%d results carried twice", n)
		}

		// Down for good: after a day it is given up, and shown.
		system.down = true
		m.caller().reopens(m, "又灭了")
		h.unit(m.now().Orders[0].Debtor).answers(m, "换了线路")
		m.caller().judges(m, matter.Yes, 4)
		for range 60 {
			h.carries(c)
			h.pass(time.Hour)
		}
		lost, err := h.e.Undelivered(ctx, 0, 0, 10)
		h.must(err)
		if len(lost) != 1 || lost[0].SourceRef != "GZ12345-88" || lost[0].Error == "" || lost[0].Tries < 10 {
			t.Errorf("shown as not delivered: %+v", lost)
		}
	})
}

// A call that was merged into another inlet's goes back to its source as well.
func TestYT33AMergedCallReturnsToItsOwnSource(t *testing.T) {
	tell(t, func(h *world) {
		system := &receiver{}
		c := h.carrier(system)
		phoned, seen := pair(h)
		desk := h.desk(wushan)
		desk.merges(phoned, seen) // the grid worker's finding goes on
		desk.sends(seen)
		h.unit(seen.now().Orders[0].Debtor).answers(seen, "已加固")
		seen.caller().judges(seen, matter.Yes, 5)
		phoned.caller().judges(seen, matter.Yes, 5)
		seen.is(matter.Closed)
		h.carries(c)
		if !slices.ContainsFunc(system.got, func(x hook.Result) bool {
			return x.SourceRef == "GZ-2026-031" && x.Code == "notice.closed" && x.No == phoned.id.Number()
		}) {
			t.Errorf("the 12345 got %+v", system.got)
		}
	})
}
