package store_test

import (
	"bytes"
	"errors"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"huying/internal/store"
	"huying/internal/store/storetest"
)

// postgres returns a database of this engine, or nil if PG=off.
func postgres(t *testing.T) *store.DB {
	t.Helper()
	if storetest.PostgresOff() {
		return nil
	}
	return storetest.Postgres(t, schema, quiet)
}

func TestADeadlockRunsTheCommandAgain(t *testing.T) {
	db := postgres(t)
	if db == nil {
		return
	}
	write(t, db, func(tx *store.Tx) error { return errors.Join(add(1)(tx), add(2)(tx)) })
	var group, both sync.WaitGroup
	both.Add(2)
	runs := [2]int{}
	for i := range 2 {
		group.Go(func() {
			err := db.Write(t.Context(), "test", func(tx *store.Tx) error {
				runs[i]++
				if _, err := tx.Exec(`UPDATE item SET n = n + 1 WHERE id = ?`, 1+i); err != nil {
					return err
				}
				if runs[i] == 1 { // Both hold one row before either asks for the other.
					both.Done()
					both.Wait()
				}
				if _, err := tx.Exec(`UPDATE item SET n = n + 1 WHERE id = ?`, 2-i); err != nil {
					return errors.New("hidden") // The server's wish still counts.
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if runs[0]+runs[1] < 3 {
		t.Errorf("runs %v: nobody was in the way", runs)
	}
	err := db.Read(t.Context(), func(v *store.View) error {
		got, err := store.All(v, `SELECT n FROM item`, scanInt)
		if len(got) != 2 || got[0] != 2 || got[1] != 2 {
			t.Errorf("got %v, want 2 twice", got)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestALostConnectionRunsTheCommandAgain(t *testing.T) {
	db := postgres(t)
	if db == nil {
		return
	}
	runs := 0
	write(t, db, func(tx *store.Tx) error {
		if err := add(5)(tx); err != nil {
			return err
		}
		if runs++; runs == 1 {
			var gone bool
			return tx.Row(`SELECT pg_terminate_backend(pg_backend_pid())`).Scan(&gone)
		}
		return nil
	})
	if got := ids(t, db); runs != 2 || len(got) != 1 {
		t.Errorf("%d runs, kept %v", runs, got)
	}
}

func TestADeferredReferenceFailsTheCommit(t *testing.T) {
	db := postgres(t)
	if db == nil {
		return
	}
	write(t, db, func(tx *store.Tx) error {
		_, err := tx.Exec(`ALTER TABLE part ALTER CONSTRAINT part_item_fkey DEFERRABLE INITIALLY DEFERRED`)
		return err
	})
	err := db.Write(t.Context(), "test", func(tx *store.Tx) error {
		_, err := tx.Exec(`INSERT INTO part (id, item) VALUES (?, ?)`, 1, 99)
		return err
	})
	if err == nil {
		t.Error("a commit that failed was told as success")
	}
}

func TestPostgresNamesItsBackupTool(t *testing.T) {
	db := postgres(t)
	if db == nil {
		return
	}
	wantCode(t, db.Backup(t.Context(), t.TempDir()+"/x", nil), "store.backup_by_pg_dump")
}

func TestAConnectionLostDuringTheCommitIsNotRepeated(t *testing.T) {
	if storetest.PostgresOff() {
		return
	}
	address, cut := cutter(t, storetest.PostgresURL(t, schema))
	db := storetest.Open(t, address, quiet)
	runs := 0
	cut.Store(true)
	err := db.Write(t.Context(), "test", func(tx *store.Tx) error {
		runs++
		if err := add(1)(tx); err != nil {
			return err
		}
		return tx.Queue(insertItem, 2, "queued")
	})
	wantCode(t, err, "store.outcome_unknown")
	if runs != 1 {
		t.Errorf("%d runs", runs)
	}
	cut.Store(false)
	if got := ids(t, db); len(got) != 2 {
		t.Errorf("the server has %v; the test wants the answer lost, not the commit", got)
	}
}

// cutter stands between a DB and its server and, once armed, cuts the
// connection instead of delivering the answer to a commit.
func cutter(t *testing.T, address string) (string, *atomic.Bool) {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	server := filepath.Join(q.Get("host"), ".s.PGSQL.5432")
	dir, err := os.MkdirTemp("", "cut") // t.TempDir is too long for a socket.
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("unix", filepath.Join(dir, ".s.PGSQL.5432"))
	if err != nil {
		t.Fatal(err)
	}
	armed := new(atomic.Bool)
	var group sync.WaitGroup
	group.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			group.Go(func() { relay(client, server, armed) })
		}
	})
	t.Cleanup(func() {
		_ = listener.Close() // It ends Accept.
		group.Wait()
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	q.Set("host", dir)
	u.RawQuery = q.Encode()
	return u.String(), armed
}

// relay copies both ways until one side ends.
func relay(client net.Conn, server string, armed *atomic.Bool) {
	up, err := net.Dial("unix", server)
	if err != nil {
		_ = client.Close() // The client sees that nobody is there.
		return
	}
	var group sync.WaitGroup
	group.Go(func() { pump(up, client, func([]byte) bool { return false }) })
	group.Go(func() {
		pump(client, up, func(p []byte) bool { return armed.Load() && bytes.Contains(p, []byte("COMMIT\x00")) })
	})
	group.Wait()
}

// pump copies until an end closes or stop says so, and then closes both.
func pump(to, from net.Conn, stop func([]byte) bool) {
	defer func() {
		_ = errors.Join(to.Close(), from.Close()) // The other pump may have been first.
	}()
	buf := make([]byte, 64<<10)
	for {
		n, err := from.Read(buf)
		if err != nil || stop(buf[:n]) {
			return
		}
		if _, err := to.Write(buf[:n]); err != nil {
			return
		}
	}
}
