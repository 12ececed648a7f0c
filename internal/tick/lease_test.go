package tick_test

import (
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"huying/internal/domain/ledger"
	"huying/internal/domain/pack"
	"huying/internal/engine"
	"huying/internal/engine/enginetest"
	"huying/internal/ident"
	"huying/internal/store"
	"huying/internal/store/storetest"
	"huying/internal/tick"
	"huying/packs"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// small is a made-up city.
var small = sync.OnceValues(func() (*pack.City, error) {
	files, err := pack.Scaffold(pack.Spec{ID: "mini", Name: "示例市", Root: "990100"})
	if err != nil {
		return nil, err
	}
	own := fstest.MapFS{}
	for name, body := range files {
		own["mini/"+name] = &fstest.MapFile{Data: body}
	}
	return pack.Load(packs.Beside(own), "mini")
})

func newEngine(t *testing.T, db *store.DB) *engine.Engine {
	t.Helper()
	city, err := small()
	if err != nil {
		t.Fatal(err)
	}
	e, err := engine.New(db, city, engine.Options{Keys: enginetest.Keys(t, ledger.Intl), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestOneProcessLeadsAtATime(t *testing.T) {
	storetest.Each(t, engine.Migrations(), func(t *testing.T, db *store.DB) {
		e := newEngine(t, db)
		now := time.Date(2026, 3, 10, 9, 0, 0, 0, ident.Zone)
		clock := func() time.Time { return now }
		a, b := tick.NewLease(e, "ticks", "a", clock), tick.NewLease(e, "ticks", "b", clock)
		renew := func(wantA, wantB bool) {
			t.Helper()
			for _, l := range []*tick.Lease{a, b} {
				if err := l.Renew(t.Context(), now); err != nil {
					t.Fatal(err)
				}
			}
			if a.Leading() != wantA || b.Leading() != wantB {
				t.Errorf("at %v a leads %v, b leads %v", now, a.Leading(), b.Leading())
			}
		}
		renew(true, false)
		now = now.Add(5 * time.Second)
		renew(true, false)
		now = now.Add(13 * time.Second) // a died: nobody leads before its lease has run out
		if a.Leading() || b.Leading() {
			t.Error("somebody leads")
		}
		if err := b.Renew(t.Context(), now); err != nil || b.Leading() {
			t.Errorf("%v: b leads %v", err, b.Leading())
		}
		now = now.Add(3 * time.Second)
		if err := b.Renew(t.Context(), now); err != nil || !b.Leading() {
			t.Errorf("%v: b leads %v", err, b.Leading())
		}
		renew(false, true)
		if err := b.Release(t.Context()); err != nil || b.Leading() {
			t.Errorf("%v: b leads %v", err, b.Leading())
		}
		renew(true, false)
	})
}

func TestAnswersOfLongAgoAreForgotten(t *testing.T) {
	storetest.Each(t, engine.Migrations(), func(t *testing.T, db *store.DB) {
		e := newEngine(t, db)
		now := time.Date(2026, 3, 10, 9, 0, 0, 0, ident.Zone)
		once := func(at time.Time) (again bool) {
			t.Helper()
			if err := e.Write(t.Context(), at, "once", func(tx *store.Tx) (err error) {
				_, again, err = tx.Once(e.City().Root, "key", func() ([]byte, error) { return nil, nil })
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return again
		}
		task := tick.Forgetter(e)
		once(now)
		if err := task.Run(t.Context(), now.AddDate(0, 0, 29)); err != nil || !once(now) {
			t.Errorf("forgotten early: %v", err)
		}
		if err := task.Run(t.Context(), now.AddDate(0, 0, 31)); err != nil || once(now) {
			t.Errorf("not forgotten: %v", err)
		}
	})
}
