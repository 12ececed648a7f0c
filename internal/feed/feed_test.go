package feed_test

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"huying/internal/desk/registry"
	"huying/internal/domain/access"
	"huying/internal/domain/ledger"
	"huying/internal/domain/matter"
	"huying/internal/domain/org"
	"huying/internal/engine"
	"huying/internal/engine/enginetest"
	"huying/internal/feed"
	"huying/internal/ident"
	"huying/internal/store"
	"huying/internal/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

var morning = time.Date(2026, 3, 10, 9, 0, 0, 0, ident.Zone)

func newEngine(t testing.TB, db *store.DB, node int) *engine.Engine {
	t.Helper()
	e, err := engine.New(db, enginetest.Guangzhou(t), engine.Options{Node: node, Keys: enginetest.Keys(t, ledger.Intl), Now: func() time.Time { return morning }})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func actor(t testing.TB, e *engine.Engine, unit string, role org.Role) access.Actor {
	t.Helper()
	a, err := registry.ActorOf(e.City(), unit, role)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func call(t testing.TB, e *engine.Engine, place string) *engine.State {
	t.Helper()
	s, err := e.Receive(context.Background(), engine.Command{Actor: actor(t, e, "440100-ZH", org.Dispatcher), At: morning}, engine.Intake{
		Call: matter.Call{
			Source: "RESIDENT_WEB", Kind: matter.Complaint, Text: "路灯不亮，找欧阳晓", Place: e.City().Territory.Address(place), Caller: matter.Caller{Kind: "PERSON"},
		},
		Contact: &engine.Contact{Name: "欧阳晓", Phone: "19900001234"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// run runs a feed until the test stops it.
func run(t testing.TB, f *feed.Feed) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		f.Run(ctx)
	}()
	stop = func() {
		cancel()
		<-done
	}
	t.Cleanup(stop)
	settle(t, f)
	return stop
}

// settle waits until the feed has begun: what is told from then on comes.
func settle(t testing.TB, f *feed.Feed) {
	t.Helper()
	for !f.Ready() {
		runtime.Gosched()
	}
}

// next waits for a message; a feed that stays silent fails the test.
func next(t testing.TB, s *feed.Subscription) feed.Message {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	m, err := s.Next(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func event(t testing.TB, m feed.Message) feed.Event {
	t.Helper()
	var e feed.Event
	if err := json.Unmarshal(m.Data, &e); err != nil || m.Kind != feed.Act {
		t.Fatalf("%s %s: %v", m.Kind, m.Data, err)
	}
	return e
}

// until reads events up to the one of a matter, and returns the matters before.
func until(t testing.TB, s *feed.Subscription, id ident.ID) (seen []ident.ID) {
	t.Helper()
	for {
		e := event(t, next(t, s))
		seen = append(seen, e.Matter)
		if e.Matter == id {
			return seen
		}
	}
}

func each(t *testing.T, fn func(t *testing.T, db *store.DB)) {
	storetest.Each(t, engine.Migrations(), fn)
}

func TestEverybodyHearsOfWhatTheyMaySee(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		e := newEngine(t, db, 0)
		f := feed.New(e, feed.Options{Pause: time.Millisecond})
		run(t, f)
		who := map[string]access.Actor{
			"city": actor(t, e, "440100-ZH", org.Dispatcher), "district": actor(t, e, "440106-ZH", org.Dispatcher), "town": actor(t, e, "440106001-ZH", org.Dispatcher),
			"other": actor(t, e, "440105-ZH", org.Dispatcher), "handler": actor(t, e, "440106-CG", org.Handler), "stranger": {Kind: access.Staff},
		}
		subs := map[string]*feed.Subscription{}
		for name, a := range who {
			subs[name] = f.Subscribe(a, "")
			defer subs[name].Close()
		}
		var states []*engine.State
		for i := range 12 {
			states = append(states, call(t, e, []string{"440106001001", "440106002", "440105001"}[i%3]))
		}
		for name, a := range who {
			var want []ident.ID
			for _, s := range states {
				if access.Allow(a, access.ReadMatter, s.Subject(nil)) == nil {
					want = append(want, s.M.ID)
				}
			}
			if len(want) == 0 {
				continue
			}
			if got := slices.Compact(until(t, subs[name], want[len(want)-1])); !slices.Equal(got, want) {
				t.Errorf("%s hears of %v, want %v", name, got, want)
			}
		}
		for _, name := range []string{"handler", "stranger"} {
			ctx, cancel := context.WithCancel(context.Background())
			cancel()
			if m, err := subs[name].Next(ctx); err == nil {
				t.Errorf("%s hears %s", name, m.Data)
			}
		}
	})
}

func TestAnEventNamesNobody(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		e := newEngine(t, db, 0)
		f := feed.New(e, feed.Options{Pause: time.Millisecond})
		run(t, f)
		s := f.Subscribe(actor(t, e, "440106001-ZH", org.Dispatcher), "")
		defer s.Close()
		state := call(t, e, "440106001001")
		m := next(t, s)
		got := event(t, m)
		if got.Matter != state.M.ID || got.Act == "" || got.Place.Town != "440106001" || got.Status != string(state.M.Status) || got.Rev == 0 {
			t.Errorf("%s", m.Data)
		}
		for _, name := range []string{"欧阳", "1990000", "440100-ZH/", "路灯"} {
			if strings.Contains(string(m.Data), name) {
				t.Errorf("%s is told in %s", name, m.Data)
			}
		}
	})
}

func TestWhoComesBackMissesNothing(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		e := newEngine(t, db, 0)
		f := feed.New(e, feed.Options{Ring: 8, Pause: time.Millisecond})
		run(t, f)
		by := actor(t, e, "440100-ZH", org.Dispatcher)
		all := f.Subscribe(by, "")
		defer all.Close()
		first := call(t, e, "440106001")
		m := next(t, all)
		for event(t, m).Matter != first.M.ID {
			m = next(t, all)
		}
		away := m.ID
		missed := []ident.ID{call(t, e, "440106001").M.ID, call(t, e, "440105001").M.ID}
		until(t, all, missed[1])
		back := f.Subscribe(by, away)
		if got := slices.Compact(until(t, back, missed[1])); !slices.Equal(got, missed) {
			t.Errorf("missed %v, got %v", missed, got)
		}
		back.Close()
		var last ident.ID
		for range 20 { // more than the ring keeps
			last = call(t, e, "440106001").M.ID
		}
		until(t, all, last)
		late := f.Subscribe(by, away)
		defer late.Close()
		m = next(t, late)
		if m.Kind != feed.Reload || m.ID == "" {
			t.Errorf("%+v", m)
		}
		again := f.Subscribe(by, m.ID) // from where it reloaded, it goes on
		defer again.Close()
		after := call(t, e, "440106001").M.ID
		if got := until(t, again, after); got[0] != after {
			t.Errorf("%v", got)
		}
		for _, wrong := range []string{"x", "1.2", "-1.0.0", "9.9.9.9"} {
			s := f.Subscribe(by, wrong)
			if m := next(t, s); m.Kind != feed.Reload {
				t.Errorf("%q: %+v", wrong, m)
			}
			s.Close()
		}
	})
}

func TestAfterARestartWhoComesBackReloads(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		e := newEngine(t, db, 0)
		by := actor(t, e, "440100-ZH", org.Dispatcher)
		f := feed.New(e, feed.Options{})
		stop := run(t, f)
		s := f.Subscribe(by, "")
		call(t, e, "440106001")
		id := next(t, s).ID
		stop()
		for m := next(t, s); m.Kind != feed.Over; m = next(t, s) {
			id = m.ID
		}
		if _, err := s.Next(context.Background()); err == nil {
			t.Error("it goes on")
		}
		call(t, e, "440106001") // while nobody listens
		g := feed.New(e, feed.Options{Pause: time.Millisecond})
		run(t, g)
		back := g.Subscribe(by, id)
		defer back.Close()
		if m := next(t, back); m.Kind != feed.Reload {
			t.Errorf("%+v", m)
		}
	})
}

func TestASlowSubscriberIsDroppedAndTold(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		e := newEngine(t, db, 0)
		f := feed.New(e, feed.Options{Buffer: 4, Pause: time.Millisecond})
		run(t, f)
		by := actor(t, e, "440100-ZH", org.Dispatcher)
		slow, quick := f.Subscribe(by, ""), f.Subscribe(by, "")
		defer slow.Close()
		defer quick.Close()
		for range 8 {
			until(t, quick, call(t, e, "440106001").M.ID)
		}
		kinds := map[feed.Kind]int{}
		last := ""
		for {
			m, err := slow.Next(context.Background())
			if err != nil {
				break
			}
			kinds[m.Kind]++
			if m.ID != "" {
				last = m.ID
			}
		}
		if kinds[feed.Act] != 4 || kinds[feed.Dropped] != 1 || f.Subscribers() != 1 {
			t.Errorf("%v, %d subscribers", kinds, f.Subscribers())
		}
		back := f.Subscribe(by, last)
		defer back.Close()
		if m := next(t, back); m.Kind != feed.Act && m.Kind != feed.Reload {
			t.Errorf("%+v", m)
		}
	})
}

// Acts of another process over the same database are told too.
func TestActsOfAnotherProcessAreTold(t *testing.T) {
	if storetest.PostgresOff() {
		return
	}
	url := storetest.PostgresURL(t, engine.Migrations())
	here, there := newEngine(t, storetest.Open(t, url), 0), newEngine(t, storetest.Open(t, url), 1)
	f := feed.New(here, feed.Options{Every: 20 * time.Millisecond, Pause: time.Millisecond})
	run(t, f)
	s := f.Subscribe(actor(t, here, "440100-ZH", org.Dispatcher), "")
	defer s.Close()
	var want []ident.ID
	for i := range 6 {
		want = append(want, call(t, []*engine.Engine{here, there}[i%2], "440106001").M.ID)
	}
	seen := map[ident.ID]bool{}
	for len(seen) < len(want) {
		seen[event(t, next(t, s)).Matter] = true
	}
	for _, id := range want {
		if !seen[id] {
			t.Errorf("%v was not told", id)
		}
	}
}

func TestNothingIsLeftBehind(t *testing.T) {
	db := storetest.SQLite(t, engine.Migrations())
	e := newEngine(t, db, 0)
	before := goleak.IgnoreCurrent()
	f := feed.New(e, feed.Options{})
	stop := run(t, f)
	for range 20 {
		f.Subscribe(actor(t, e, "440106001-ZH", org.Dispatcher), "")
	}
	call(t, e, "440106001")
	stop()
	if f.Subscribers() != 0 {
		t.Errorf("%d subscribers", f.Subscribers())
	}
	goleak.VerifyNone(t, before)
}

// What a commit pays for open screens: with none, and with two thousand that
// read.
func BenchmarkCommit(b *testing.B) {
	for _, screens := range []int{0, 2000} {
		b.Run(fmt.Sprint(screens), func(b *testing.B) {
			e := newEngine(b, storetest.SQLite(b, engine.Migrations()), 0)
			if screens > 0 {
				f := feed.New(e, feed.Options{})
				run(b, f)
				for i := range screens {
					place := []string{"440100-ZH", "440106-ZH", "440106001-ZH", "440105-ZH"}[i%4]
					s := f.Subscribe(actor(b, e, place, org.Dispatcher), "")
					go func() {
						for {
							if _, err := s.Next(context.Background()); err != nil {
								return
							}
						}
					}()
				}
			}
			for b.Loop() {
				call(b, e, "440106001")
			}
		})
	}
}
