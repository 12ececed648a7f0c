package store_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"huying/internal/fault"
	"huying/internal/store"
	"huying/internal/store/storetest"
)

func TestAFullDiskLosesNothingAndHeals(t *testing.T) {
	db := storetest.SQLite(t, schema, quiet)
	write(t, db, add(1))
	limit := func(pages int) {
		t.Helper()
		write(t, db, func(tx *store.Tx) error {
			n := 0
			return tx.Row(fmt.Sprintf(`PRAGMA max_page_count = %d`, pages)).Scan(&n)
		})
	}
	limit(1) // SQLite raises it to the present size.
	big := strings.Repeat("大", 100_000)
	var kept sync.Map
	var group sync.WaitGroup
	for i := range 64 {
		group.Go(func() {
			err := db.Write(t.Context(), "test", func(tx *store.Tx) error {
				name := "small"
				if i%8 == 0 {
					name = big
				}
				_, err := tx.Exec(insertItem, 100+i, name)
				if i%16 == 0 {
					return nil // A command that hides the error must not be told yes.
				}
				return err
			})
			switch {
			case err == nil:
				kept.Store(100+i, true)
			case fault.Of(err) != fault.Exhausted || fault.Code(err) != "store.disk_full":
				t.Errorf("%d: %v", i, err)
			}
		})
	}
	group.Wait()
	kept.Store(1, true)
	limit(1_000_000)
	write(t, db, add(2))
	kept.Store(2, true)
	got := ids(t, db)
	kept.Range(func(id, _ any) bool {
		if !slices.Contains(got, id.(int)) {
			t.Errorf("%d was acknowledged and is lost", id)
		}
		return true
	})
	for _, id := range got {
		if _, ok := kept.Load(id); !ok {
			t.Errorf("%d was refused and is there", id)
		}
	}
}

func TestOpenTellsWhatIsWrongWithTheFile(t *testing.T) {
	dir := t.TempDir()
	junk := filepath.Join(dir, "junk.db")
	if err := os.WriteFile(junk, []byte(strings.Repeat("no database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	held := filepath.Join(dir, "held.db")
	storetest.Open(t, held, quiet)
	for _, c := range []struct {
		url, code string
		opts      store.Options
	}{
		{junk, "store.not_a_database", quiet},
		{held, "store.locked", quiet},
		{"sqlite:" + held, "store.locked", quiet},
		{filepath.Join(dir, "no", "such", "dir.db"), "store.file_not_found", quiet},
		{filepath.Join(dir, "missing.db"), "store.file_not_found", store.Options{ReadOnly: true}},
		{filepath.Join(junk, "below.db"), "store.read_only", quiet},
		{"sqlite:", "store.url_malformed", quiet},
		{"postgres://%zz", "store.url_malformed", quiet},
		{"postgres:///x?host=" + dir, "store.unreachable", quiet},
	} {
		db, err := store.Open(t.Context(), c.url, c.opts)
		if fault.Code(err) != c.code {
			t.Errorf("%s: %v, want %s", c.url, err, c.code)
		}
		if err == nil {
			t.Error(db.Close())
		}
	}
}

func TestAFileIsFreeAfterClose(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a b?c#d%20.db")
	for range 2 {
		db, err := store.Open(t.Context(), "sqlite:"+path, quiet)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(db.Close(), db.Close()); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
}

func TestReadOnlyReadsBesideAServer(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s.db")
	server := storetest.Open(t, path, quiet)
	if err := store.Migrate(t.Context(), server, schema); err != nil {
		t.Fatal(err)
	}
	write(t, server, add(3))
	tool := storetest.Open(t, path, store.Options{ReadOnly: true})
	if got := ids(t, tool); !slices.Equal(got, []int{3}) {
		t.Errorf("got %v", got)
	}
	wantCode(t, tool.Write(t.Context(), "test", add(4)), "store.opened_read_only")
}

func TestBackupUnderLoadIsConsistent(t *testing.T) {
	db := storetest.SQLite(t, schema, quiet)
	write(t, db, func(tx *store.Tx) error {
		for i := range 3000 {
			if err := tx.Queue(`INSERT INTO item (id, name) VALUES (?, ?)`, i, strings.Repeat("x", 3000)); err != nil {
				return err
			}
		}
		return nil
	})
	ctx, stop := context.WithCancel(t.Context())
	var group sync.WaitGroup
	var next atomic.Int64
	for range 4 {
		group.Go(func() { // Every command adds an item and its part: a torn copy has one without the other.
			for ctx.Err() == nil {
				id := int(next.Add(1)) + 100_000
				err := db.Write(t.Context(), "test", func(tx *store.Tx) error {
					if err := add(id)(tx); err != nil {
						return err
					}
					return tx.Queue(`INSERT INTO part (id, item) VALUES (?, ?)`, id, id)
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	reports := 0
	file := filepath.Join(t.TempDir(), "copy.db")
	err := db.Backup(t.Context(), file, func(done, total int) {
		reports++
		if done > total {
			t.Errorf("%d of %d pages", done, total)
		}
		write(t, db, add(200_000+reports))
	})
	stop()
	group.Wait()
	if err != nil || reports < 2 {
		t.Fatalf("%d reports, %v", reports, err)
	}
	wantCode(t, db.Backup(t.Context(), file, nil), "store.file_exists")
	restored := filepath.Join(t.TempDir(), "restored.db")
	if err := store.Restore(t.Context(), file, restored); err != nil {
		t.Fatal(err)
	}
	checkCopy(t, restored)
	wantCode(t, store.Restore(t.Context(), file, restored), "store.file_exists")
}

func checkCopy(t *testing.T, path string) {
	t.Helper()
	db := storetest.Open(t, path, quiet)
	err := db.Read(t.Context(), func(v *store.View) error {
		var items, parts, old int
		err := v.Row(`SELECT (SELECT count(*) FROM item WHERE id >= 100000 AND id < 200000),
			(SELECT count(*) FROM part), (SELECT count(*) FROM item WHERE id < 100000)`).Scan(&items, &parts, &old)
		if items != parts || old != 3000 {
			t.Errorf("%d items with %d parts, %d old", items, parts, old)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	write(t, db, add(500_000))
}

func TestRestoreRefusesWhatIsNotWhole(t *testing.T) {
	db := storetest.SQLite(t, schema, quiet)
	write(t, db, func(tx *store.Tx) error {
		for i := range 500 {
			if err := tx.Queue(insertItem, i, strings.Repeat("y", 500)); err != nil {
				return err
			}
		}
		return nil
	})
	dir := t.TempDir()
	good := filepath.Join(dir, "good.db")
	if err := db.Backup(t.Context(), good, nil); err != nil {
		t.Fatal(err)
	}
	image, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{
		"cut":  image[:len(image)/2],
		"junk": []byte(strings.Repeat("junk", 5000)),
		"bent": slices.Concat(image[:8192], slices.Repeat([]byte{0xa5}, 8192), image[16384:]),
	} {
		bad := filepath.Join(dir, name)
		if err := os.WriteFile(bad, data, 0o600); err != nil {
			t.Fatal(err)
		}
		to := filepath.Join(dir, name+".db")
		if err := store.Restore(t.Context(), bad, to); err == nil {
			t.Errorf("%s was restored", name)
		}
		if left, err := filepath.Glob(to + "*"); err != nil || len(left) > 0 {
			t.Errorf("left behind: %v %v", left, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	err = db.Backup(ctx, filepath.Join(dir, "never.db"), func(int, int) { cancel() })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled backup: %v", err)
	}
}

// The child of TestNothingAcknowledgedIsLostByKill writes until it is killed.
func TestMainOfTheKilledProcess(t *testing.T) {
	path := os.Getenv("STORE_KILL_DB")
	if path == "" {
		return // It is no test of its own.
	}
	db := storetest.Open(t, path, quiet)
	if err := store.Migrate(t.Context(), db, schema); err != nil {
		t.Fatal(err)
	}
	var next atomic.Int64
	var group sync.WaitGroup
	for range 16 {
		group.Go(func() {
			for {
				id := int(next.Add(1))
				if err := db.Write(context.Background(), "test", add(id)); err != nil {
					return
				}
				fmt.Printf("ack %d\n", id)
			}
		})
	}
	group.Wait()
}

func TestNothingAcknowledgedIsLostByKill(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kill.db")
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestMainOfTheKilledProcess$")
	child.Env = append(os.Environ(), "STORE_KILL_DB="+path)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	var acked []int
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if id, ok := strings.CutPrefix(lines.Text(), "ack "); ok {
			if n, err := strconv.Atoi(id); err == nil {
				acked = append(acked, n)
			}
		}
		if len(acked) == 2000 {
			if err := child.Process.Kill(); err != nil {
				t.Error(err)
			}
		}
	}
	if err := child.Wait(); err == nil || len(acked) < 2000 {
		t.Fatalf("the child ended by itself after %d commands", len(acked))
	}
	db := storetest.Open(t, path, quiet)
	kept := make(map[int]bool)
	for _, id := range ids(t, db) {
		kept[id] = true
	}
	for _, id := range acked {
		if !kept[id] {
			t.Errorf("%d was acknowledged and is lost", id)
		}
	}
}

func TestTheLogDoesNotGrowForEver(t *testing.T) {
	path := filepath.Join(t.TempDir(), "wal.db")
	db := storetest.Open(t, path, quiet)
	if err := store.Migrate(t.Context(), db, schema); err != nil {
		t.Fatal(err)
	}
	text := strings.Repeat("z", 12_000)
	var next atomic.Int64
	var group sync.WaitGroup
	for range 32 { // About 250 MB go through the log.
		group.Go(func() {
			for i := range 640 {
				err := db.Write(t.Context(), "test", func(tx *store.Tx) error {
					return tx.Queue(`INSERT INTO item (id, name) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name`,
						next.Add(1)%512, text[i:])
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	info, err := os.Stat(path + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	if info.Size() > 150<<20 {
		t.Errorf("the log has %d bytes", info.Size())
	}
}
