package store_test

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huying/internal/store"
	"huying/internal/store/storetest"
)

func TestConcurrentIncrementsAreNotLost(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		key := store.CounterKey{District: "d", Name: "calls", Subject: "unit", Day: 20260315}
		write(t, db, add(1))
		var group sync.WaitGroup
		for range 16 {
			group.Go(func() {
				for range 20 {
					err := db.Write(t.Context(), "test", func(tx *store.Tx) error {
						tx.Count(key, 2)
						tx.Count(key, -1)
						tx.Count(store.CounterKey{District: "d", Name: "calls", Subject: "other", Day: 20260314}, 1)
						n := 0
						if err := tx.Row(`SELECT n FROM item WHERE id = 1` + tx.Lock()).Scan(&n); err != nil {
							return err
						}
						return tx.Queue(`UPDATE item SET n = ? WHERE id = 1`, n+1)
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		group.Wait()
		if n := counter(t, db, key); n != 320 {
			t.Errorf("counter %d, want 320", n)
		}
		err := db.Read(t.Context(), func(v *store.View) error {
			n := 0
			if err := v.Row(`SELECT n FROM item WHERE id = 1`).Scan(&n); err != nil || n != 320 {
				t.Errorf("locked row %d, want 320; %v", n, err)
			}
			got, err := store.CounterSubjects(v, "d", "calls", 20260301, 20260331)
			if diff := cmp.Diff([]store.SubjectCount{{"other", 320}, {"unit", 320}}, got); diff != "" {
				t.Error(diff)
			}
			if err != nil {
				return err
			}
			days, err := store.CounterDays(v, "d", "calls", "unit", 0, 20269999)
			if diff := cmp.Diff([]store.DayCount{{20260315, 320}}, days); diff != "" {
				t.Error(diff)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// A counter that was new in a group which could not be kept is new again.
func TestANewCounterOfALostGroupIsNewAgain(t *testing.T) {
	db := storetest.SQLite(t, schema, quiet)
	limit := func(pages int) {
		t.Helper()
		write(t, db, func(tx *store.Tx) error {
			n := 0
			return tx.Row(fmt.Sprintf(`PRAGMA max_page_count = %d`, pages)).Scan(&n)
		})
	}
	key := store.CounterKey{District: "d", Name: "calls", Subject: "new"}
	lost := func(i int) error {
		return db.Write(t.Context(), "test", func(tx *store.Tx) error {
			for n := range 500 { // more rows than the file has room for
				tx.Count(store.CounterKey{District: "d", Name: "calls", Subject: fmt.Sprint(i, "-", n), Day: 1}, 1)
			}
			tx.Count(key, 1)
			return nil
		})
	}
	limit(1)
	wantCode(t, lost(1), "store.disk_full")
	limit(1_000_000)
	if err := errors.Join(lost(2), lost(3)); err != nil {
		t.Fatal(err)
	}
	if n := counter(t, db, key); n != 2 {
		t.Errorf("counter %d, want 2", n)
	}
}

func TestOnceGivesTheKeptAnswer(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		var runs, repeats atomic.Int64
		once := func(key, body string, fail error) error {
			return db.Write(t.Context(), "test", func(tx *store.Tx) error {
				got, again, err := tx.Once("d", key, func() ([]byte, error) {
					runs.Add(1)
					return []byte(body), fail
				})
				if err == nil && string(got) != body {
					t.Errorf("answer %q, want %q", got, body)
				}
				if again {
					repeats.Add(1)
				}
				return err
			})
		}
		if err := once("k", "x", errors.New("no")); err == nil {
			t.Error("the failure was hidden")
		}
		runs.Store(0)
		var group sync.WaitGroup
		for range 20 {
			group.Go(func() {
				if err := once("k", "answer", nil); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		if runs.Load() != 1 || repeats.Load() != 19 {
			t.Errorf("%d runs, %d repeats", runs.Load(), repeats.Load())
		}
		write(t, db, func(tx *store.Tx) error {
			if n, err := store.ForgetAnswers(tx, "d", tx.Now().Add(time.Hour)); n != 1 || err != nil {
				t.Errorf("forgot %d, %v", n, err)
			}
			return nil
		})
	})
}
