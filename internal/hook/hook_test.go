package hook_test

import (
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

	"huying/internal/desk/intake"
	"huying/internal/desk/registry"
	"huying/internal/domain/call"
	"huying/internal/domain/ledger"
	"huying/internal/domain/org"
	"huying/internal/engine"
	"huying/internal/engine/enginetest"
	"huying/internal/hook"
	"huying/internal/ident"
	"huying/internal/store"
	"huying/internal/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

var morning = time.Date(2026, 3, 10, 9, 0, 0, 0, ident.Zone)

// answered makes an engine with one matter of the hotline that was ended, so
// that its result is to be returned.
func answered(t *testing.T, db *store.DB) (*engine.Engine, *engine.State) {
	t.Helper()
	city := enginetest.Guangzhou(t)
	e, err := engine.New(db, city, engine.Options{Keys: enginetest.Keys(t, ledger.Intl), Now: func() time.Time { return morning }})
	if err != nil {
		t.Fatal(err)
	}
	desk, err := registry.ActorOf(city, "440106001-ZH", org.Dispatcher)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cmd := context.Background(), engine.Command{Actor: desk, At: morning}
	s, err := intake.New(e).Receive(ctx, cmd, call.Form{Source: "HOTLINE_12345", SourceRef: "GZ-77", Kind: "CONSULT", Text: "问办事地点", Place: "440106001", Phone: "19900001234"})
	if err != nil {
		t.Fatal(err)
	}
	if s, err = intake.New(e).Advise(ctx, cmd, s.M.ID, intake.Advise{Answer: "请到街道办事大厅"}); err != nil {
		t.Fatal(err)
	}
	return e, s
}

// receiver is another city system: it fails as often as it is told to.
type receiver struct {
	mu     sync.Mutex
	fail   int
	keys   []string
	got    []hook.Result
	signed bool
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.keys = append(r.keys, req.Header.Get(hook.KeyHeader))
	if err != nil || r.fail > 0 {
		r.fail--
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	var x hook.Result
	if err := json.Unmarshal(body, &x); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	r.signed = req.Header.Get(hook.SignatureHeader) == hook.Sign("secret", req.Header.Get(hook.TimestampHeader), body)
	r.got = append(r.got, x)
}

func carrier(t *testing.T, e *engine.Engine, url string) *hook.Carrier {
	t.Helper()
	c, err := hook.New(e, map[string]hook.Target{"HOTLINE_12345": {URL: url, Secret: "secret"}}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestAResultIsReturnedToItsSource(t *testing.T) {
	storetest.Each(t, engine.Migrations(), func(t *testing.T, db *store.DB) {
		e, s := answered(t, db)
		there := &receiver{fail: 2}
		srv := httptest.NewServer(there)
		defer srv.Close()
		c := carrier(t, e, srv.URL)
		ctx, now := context.Background(), morning
		for i, after := range []time.Duration{0, 10 * time.Second, 20 * time.Second} { // the pauses double
			if n, err := c.Run(ctx, now.Add(after-time.Millisecond)); i > 0 && (n != 0 || err != nil) {
				t.Fatalf("try %d too early: %d, %v", i, n, err)
			}
			now = now.Add(after)
			if _, err := c.Run(ctx, now); err != nil {
				t.Fatal(err)
			}
		}
		if len(there.got) == 0 || !there.signed {
			t.Fatalf("%+v", there)
		}
		x := there.got[0]
		if x.SourceRef != "GZ-77" || x.No != s.M.ID.Number() || x.Status != "ADVISED" || !strings.HasPrefix(x.Code, "notice.") {
			t.Errorf("%+v", x)
		}
		if there.keys[0] != there.keys[1] || there.keys[0] == "" {
			t.Errorf("the keys of one delivery: %v", there.keys)
		}
		if n, err := c.Run(ctx, now.Add(48*time.Hour)); n != 0 || err != nil {
			t.Errorf("carried again: %d, %v", n, err)
		}
	})
}

func TestAResultThatNobodyTakesIsGivenUpAndListed(t *testing.T) {
	e, s := answered(t, storetest.SQLite(t, engine.Migrations()))
	there := &receiver{fail: 1 << 30}
	srv := httptest.NewServer(there)
	defer srv.Close()
	c, ctx := carrier(t, e, srv.URL), context.Background()
	for now := morning; now.Before(morning.Add(30 * time.Hour)); now = now.Add(30 * time.Minute) {
		if _, err := c.Run(ctx, now); err != nil {
			t.Fatal(err)
		}
	}
	list, err := e.Undelivered(ctx, 0, 0, 10)
	if err != nil || len(list) == 0 || list[0].Matter != s.M.ID || list[0].Error != "the receiver answered 502" {
		t.Fatalf("%+v, %v", list, err)
	}
	tried := len(there.keys)
	if _, err := c.Run(ctx, morning.Add(100*time.Hour)); err != nil || len(there.keys) != tried {
		t.Errorf("tried again: %d, %v", len(there.keys), err)
	}
}

func TestALeaseKeepsOthersAway(t *testing.T) {
	storetest.Each(t, engine.Migrations(), func(t *testing.T, db *store.DB) {
		e, _ := answered(t, db)
		ctx := context.Background()
		first, err := e.Carry(ctx, morning, 10, time.Minute)
		if err != nil || len(first) == 0 {
			t.Fatalf("%v %v", first, err)
		}
		if second, err := e.Carry(ctx, morning.Add(30*time.Second), 10, time.Minute); err != nil || len(second) != 0 {
			t.Errorf("%v %v", second, err)
		}
		if third, err := e.Carry(ctx, morning.Add(time.Minute), 10, time.Minute); err != nil || len(third) != len(first) {
			t.Errorf("%v %v", third, err)
		}
	})
}

func TestNoRedirectIsFollowed(t *testing.T) {
	e, _ := answered(t, storetest.SQLite(t, engine.Migrations()))
	elsewhere := &receiver{}
	other := httptest.NewServer(elsewhere)
	defer other.Close()
	srv := httptest.NewServer(http.RedirectHandler(other.URL, http.StatusTemporaryRedirect))
	defer srv.Close()
	if _, err := carrier(t, e, srv.URL).Run(context.Background(), morning); err != nil {
		t.Fatal(err)
	}
	if len(elsewhere.got) != 0 {
		t.Error("it went to a host nobody configured")
	}
}

func TestTargetsAreChecked(t *testing.T) {
	for _, target := range []hook.Target{{URL: "ftp://x/", Secret: "s"}, {URL: "http://", Secret: "s"}, {URL: "https://u:p@x/", Secret: "s"}, {URL: "https://x/"}} {
		if _, err := hook.New(nil, map[string]hook.Target{"X": target}, nil); err == nil {
			t.Errorf("%+v was taken", target)
		}
	}
}
