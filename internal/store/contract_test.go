package store_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"huying/internal/fault"
	"huying/internal/store"
	"huying/internal/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// schema is what the contract needs.
var schema = fstest.MapFS{
	"0001_first.sql": {Data: []byte(`
CREATE TABLE item (
	id BIGINT NOT NULL PRIMARY KEY,
	name TEXT,
	body BYTES,
	n BIGINT NOT NULL DEFAULT 0 CHECK (n < 1000000)
);
CREATE TABLE part (
	id BIGINT NOT NULL PRIMARY KEY,
	item BIGINT NOT NULL REFERENCES item (id)
);
`)},
}

var quiet = store.Options{Log: slog.New(slog.NewTextHandler(io.Discard, nil))}

// each runs one sentence of the contract on both engines.
func each(t *testing.T, fn func(t *testing.T, db *store.DB)) {
	t.Helper()
	storetest.Each(t, schema, fn, quiet)
}

const insertItem = `INSERT INTO item (id, name) VALUES (?, ?)`

func add(id int) func(*store.Tx) error {
	return func(tx *store.Tx) error {
		_, err := tx.Exec(insertItem, id, fmt.Sprint("n", id))
		return err
	}
}

func write(t *testing.T, db *store.DB, fn func(*store.Tx) error) {
	t.Helper()
	if err := db.Write(t.Context(), "test", fn); err != nil {
		t.Fatal(err)
	}
}

// ids returns what is durable.
func ids(t *testing.T, db *store.DB) []int {
	t.Helper()
	var out []int
	err := db.Read(t.Context(), func(v *store.View) (err error) {
		out, err = store.All(v, `SELECT id FROM item ORDER BY id`, scanInt)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func scanInt(r store.Scanner) (n int, err error) {
	err = r.Scan(&n)
	return n, err
}

func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	if fault.Code(err) != code {
		t.Errorf("error %v, want %s", err, code)
	}
}

func TestWriteIsDurableWhenItReturns(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		at := time.Date(2026, 3, 15, 8, 0, 0, 123456789, time.FixedZone("", 8*3600))
		err := db.WriteAt(t.Context(), "test", at, func(tx *store.Tx) error {
			if want := at.UTC().Truncate(time.Microsecond); tx.Now() != want {
				t.Errorf("Now %v, want %v", tx.Now(), want)
			}
			return add(7)(tx)
		})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]int{7}, ids(t, db)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestFailingAndPanickingCommandsLeaveOthersAlone(t *testing.T) {
	bad := errors.New("bad")
	each(t, func(t *testing.T, db *store.DB) {
		var hooks atomic.Int64
		var group sync.WaitGroup
		for i := range 200 {
			group.Go(func() {
				err := db.Write(t.Context(), "test", func(tx *store.Tx) error {
					tx.AfterCommit(func() { hooks.Add(1) })
					tx.Count(store.CounterKey{District: "d", Name: "made"}, 1)
					if err := add(i)(tx); err != nil {
						return err
					}
					switch i % 4 {
					case 1:
						return bad
					case 2:
						panic("boom")
					}
					return nil
				})
				switch i % 4 {
				case 1:
					if !errors.Is(err, bad) {
						t.Errorf("%d: %v", i, err)
					}
				case 2:
					wantCode(t, err, "store.command_panicked")
				default:
					if err != nil {
						t.Errorf("%d: %v", i, err)
					}
				}
			})
		}
		group.Wait()
		var want []int
		for i := range 200 {
			if i%4 != 1 && i%4 != 2 {
				want = append(want, i)
			}
		}
		if diff := cmp.Diff(want, ids(t, db)); diff != "" {
			t.Error(diff)
		}
		if hooks.Load() != 100 {
			t.Errorf("%d hooks ran, want 100", hooks.Load())
		}
		if n := counter(t, db, store.CounterKey{District: "d", Name: "made"}); n != 100 {
			t.Errorf("counter %d, want 100", n)
		}
	})
}

func counter(t *testing.T, db *store.DB, k store.CounterKey) (n int64) {
	t.Helper()
	err := db.Read(t.Context(), func(v *store.View) (err error) {
		n, err = store.CounterSum(v, k.District, k.Name, k.Subject, k.Day, k.Day)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestAfterCommitRunsOnceAllIsDurable(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		var seen []int
		write(t, db, func(tx *store.Tx) error {
			tx.AfterCommit(func() { seen = ids(t, db) })
			return add(1)(tx)
		})
		if diff := cmp.Diff([]int{1}, seen); diff != "" {
			t.Error(diff)
		}
	})
}

func TestAStatementThatFailedDoomsItsCommand(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		write(t, db, add(1))
		err := db.Write(t.Context(), "test", func(tx *store.Tx) error {
			if err := add(2)(tx); err != nil {
				return err
			}
			if err := add(1)(tx); !store.IsDuplicate(err) {
				t.Errorf("IsDuplicate(%v) = false", err)
			}
			return nil // It hides the error.
		})
		if !store.IsDuplicate(err) {
			t.Errorf("got %v, want the duplicate", err)
		}
		if diff := cmp.Diff([]int{1}, ids(t, db)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestQueuedStatementsCommitAndTheirErrorsSurface(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		write(t, db, func(tx *store.Tx) error {
			for i := range 3 {
				if err := tx.Queue(insertItem, i, "q"); err != nil {
					return err
				}
			}
			n := 0
			if err := tx.Row(`SELECT count(*) FROM item`).Scan(&n); err != nil || n != 3 {
				t.Errorf("sees %d of 3 queued rows, %v", n, err)
			}
			return tx.Queue(insertItem, 3, "last")
		})
		for _, flush := range []bool{true, false} {
			err := db.Write(t.Context(), "test", func(tx *store.Tx) error {
				_ = tx.Queue(insertItem, 9, "good")
				_ = tx.Queue(insertItem, 1, "twice") // The first error counts, whenever it appears.
				if flush {
					_, err := tx.Exec(`UPDATE item SET n = 1`)
					return err
				}
				return nil
			})
			if !store.IsDuplicate(err) {
				t.Errorf("flush %v: got %v, want a duplicate", flush, err)
			}
		}
		if diff := cmp.Diff([]int{0, 1, 2, 3}, ids(t, db)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestReferencesAreKept(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		err := db.Write(t.Context(), "test", func(tx *store.Tx) error {
			return tx.Queue(`INSERT INTO part (id, item) VALUES (?, ?)`, 1, 99)
		})
		if err == nil {
			t.Error("a part of no item was taken")
		}
	})
}

func TestViewIsStableAndCannotWrite(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		write(t, db, add(1))
		err := db.Read(t.Context(), func(v *store.View) error {
			for i := range 2 {
				n := 0
				if err := v.Row(`SELECT count(*) FROM item`).Scan(&n); err != nil || n != 1 {
					t.Errorf("count %d, %v", n, err)
				}
				write(t, db, add(10+i))
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
		err = db.Read(t.Context(), func(v *store.View) error {
			n := 0
			return v.Row(`INSERT INTO item (id) VALUES (50) RETURNING id`).Scan(&n)
		})
		if err == nil {
			t.Error("a View wrote")
		}
		if diff := cmp.Diff([]int{1, 10, 11}, ids(t, db)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestAnEndedTransactionRefusesStatements(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		var leaked *store.Tx
		var view *store.View
		write(t, db, func(tx *store.Tx) error {
			leaked = tx
			return add(1)(tx)
		})
		if err := add(2)(leaked); err == nil {
			t.Error("a Tx outlived its command")
		}
		if err := db.Read(t.Context(), func(v *store.View) error { view = v; return nil }); err != nil {
			t.Fatal(err)
		}
		if _, err := store.All(view, `SELECT id FROM item`, scanInt); err == nil {
			t.Error("a View outlived its Read")
		}
	})
}

func TestScanRunsNoStatements(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		write(t, db, add(1))
		err := db.Read(t.Context(), func(v *store.View) error {
			_, err := store.All(v, `SELECT id FROM item`, func(store.Scanner) (n int, err error) {
				err = v.Row(`SELECT 1`).Scan(&n)
				return n, err
			})
			return err
		})
		if err == nil {
			t.Error("a scan function ran a statement")
		}
	})
}

func TestCancelledContextIsHonouredBeforeTheStart(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := db.Write(ctx, "test", add(1)); !errors.Is(err, context.Canceled) {
			t.Errorf("Write: %v", err)
		}
		err := db.Read(ctx, func(v *store.View) error { return v.Row(`SELECT 1`).Scan(new(int)) })
		if !errors.Is(err, context.Canceled) {
			t.Errorf("Read: %v", err)
		}
		if got := ids(t, db); got != nil {
			t.Errorf("kept %v", got)
		}
	})
}

func TestCancelEndsALongRead(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		ctx, cancel := context.WithCancel(t.Context())
		const endless = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n`
		err := db.Read(ctx, func(v *store.View) error {
			_, err := store.All(v, endless, func(r store.Scanner) (struct{}, error) {
				cancel()
				return struct{}{}, nil
			})
			return err
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		ids(t, db)
	})
}

func TestCloseAnswersEverybody(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		var good, refused atomic.Int64
		var group sync.WaitGroup
		for i := range 100 {
			group.Go(func() {
				switch err := db.Write(t.Context(), "test", add(i)); {
				case err == nil:
					good.Add(1)
				case fault.Code(err) == "store.closed":
					refused.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		write(t, db, add(1000))
		if err := db.Close(); err != nil {
			t.Error(err)
		}
		group.Wait()
		if good.Load()+refused.Load() != 100 {
			t.Errorf("%d good, %d refused", good.Load(), refused.Load())
		}
		wantCode(t, db.Write(t.Context(), "test", add(2000)), "store.closed")
		wantCode(t, db.Read(t.Context(), func(*store.View) error { return nil }), "store.closed")
	})
}
