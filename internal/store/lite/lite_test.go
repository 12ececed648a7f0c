package lite_test

import (
	"errors"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"huying/internal/store/lite"
)

func open(t *testing.T) *lite.Conn {
	t.Helper()
	c, err := lite.Open(filepath.Join(t.TempDir(), "l.db"), lite.Create)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

func prepare(t *testing.T, c *lite.Conn, text string) *lite.Stmt {
	t.Helper()
	s, err := c.Prepare(text)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func TestEmptyTextAndBytesAreNotNull(t *testing.T) {
	s := prepare(t, open(t), `SELECT ?, ?, ?, ?, ?`)
	err := errors.Join(s.Reserve(1), s.BindText(0, ""), s.BindBlob(1, nil), s.BindNull(2), s.BindInt(3, -7), s.BindFloat(4, 0.5))
	if err != nil {
		t.Fatal(err)
	}
	if row, err := s.Step(); !row || err != nil {
		t.Fatal(row, err)
	}
	want := []lite.Type{lite.Text, lite.Blob, lite.Null, lite.Integer, lite.Float}
	for i, typ := range want {
		if s.Type(i) != typ {
			t.Errorf("column %d has type %d, want %d", i, s.Type(i), typ)
		}
	}
	if s.Text(0) != "" || s.Blob(1) == nil || s.Int(3) != -7 || s.Float(4) != 0.5 {
		t.Error("a value changed on its way")
	}
}

func TestBuffersOfEverySizeComeBackWhole(t *testing.T) {
	s := prepare(t, open(t), `SELECT ?, ?`)
	for _, n := range []int{0, 1, 127, 128, 5000, 70_000, 3, 1 << 20, 2} {
		a, b := strings.Repeat("呼", n), []byte(strings.Repeat("b", n))
		if err := errors.Join(s.Reserve(max(1, len(a)+len(b))), s.BindText(0, a), s.BindBlob(1, b)); err != nil {
			t.Fatal(err)
		}
		if row, err := s.Step(); !row || err != nil {
			t.Fatal(row, err)
		}
		if s.Text(0) != a || string(s.Blob(1)) != string(b) {
			t.Errorf("%d: a value changed on its way", n)
		}
		s.Reset()
	}
}

func TestScriptRunsEveryStatementAndPrepareOne(t *testing.T) {
	c := open(t)
	if err := c.Script("CREATE TABLE a (x); -- one; two\nINSERT INTO a VALUES (1), (2); SELECT * FROM a;\n -- end"); err != nil {
		t.Fatal(err)
	}
	s := prepare(t, c, `DELETE FROM a;  -- all`)
	if row, err := s.Step(); row || err != nil || s.Changes() != 2 || s.ReadOnly() {
		t.Error(row, err, s.Changes(), s.ReadOnly())
	}
	for _, text := range []string{"", "-- nothing", "SELECT 1; SELECT 2", "SELECT 1; nonsense", "SELEC 1"} {
		if _, err := c.Prepare(text); err == nil {
			t.Errorf("%q was prepared", text)
		}
	}
}

func TestAnErrorHasItsExtendedCode(t *testing.T) {
	c := open(t)
	err := c.Script("CREATE TABLE a (x PRIMARY KEY); INSERT INTO a VALUES (1); INSERT INTO a VALUES (1)")
	var e *lite.Error
	if !errors.As(err, &e) || e.Code != 1555 || e.Primary() != 19 || c.InTransaction() {
		t.Errorf("got %v", err)
	}
}

// logged opens a file in WAL mode whose log is gathered, with room in the cache
// for so many pages.
func logged(t *testing.T, pages string) (c, other *lite.Conn) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "w.db")
	conns := [2]*lite.Conn{}
	for i := range conns {
		var err error
		if conns[i], err = lite.Open(path, lite.Create); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := conns[i].Close(); err != nil {
				t.Error(err)
			}
		})
	}
	c = conns[0]
	if err := c.GatherLog(); err == nil {
		t.Error("a log that is not open was gathered")
	}
	err := c.Script(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = ` + pages +
		`; CREATE TABLE a (x INTEGER PRIMARY KEY, y TEXT)`)
	if err := errors.Join(err, c.GatherLog()); err != nil {
		t.Fatal(err)
	}
	return c, conns[1]
}

const fill = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) INSERT INTO a (y) SELECT printf('%01000d', i) FROM n`

func one(t *testing.T, c *lite.Conn, text string) string {
	t.Helper()
	s, err := c.Prepare(text)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if row, err := s.Step(); !row || err != nil {
		t.Fatalf("%s: %v, %v", text, row, err)
	}
	return s.Text(0)
}

// What is gathered reaches other connections with its commit, however long it
// is, whether the cache holds it or not, and through checkpoints, after which
// the log starts anew.
func TestAGatheredLogIsWhole(t *testing.T) {
	for _, pages := range []string{"10", "10000"} {
		c, other := logged(t, pages)
		for round := range 4 {
			c.DeferSync(round%2 == 0)
			if err := c.Script("BEGIN;" + fill + "; UPDATE a SET y = y || 'z' WHERE x % 7 = 0; COMMIT"); err != nil {
				t.Fatal(err)
			}
			c.DeferSync(false)
			if err := c.Script("BEGIN; UPDATE a SET y = ''; ROLLBACK"); err != nil {
				t.Fatal(err)
			}
			want := strconv.Itoa(2000 * (round + 1))
			for _, x := range []*lite.Conn{c, other} {
				if got := one(t, x, `SELECT CAST(COUNT(*) AS TEXT) FROM a WHERE length(y) >= 1000`); got != want {
					t.Errorf("%s pages, round %d: %s rows, want %s", pages, round, got, want)
				}
				if got := one(t, x, `PRAGMA integrity_check`); got != "ok" {
					t.Errorf("%s pages, round %d: %s", pages, round, got)
				}
			}
			if round%2 == 1 {
				one(t, c, `PRAGMA wal_checkpoint(RESTART)`)
			}
		}
		if c.LogWritten() < 8<<20 {
			t.Errorf("%d bytes went through the log", c.LogWritten())
		}
	}
}

// A rolled back or failed transaction leaves nothing behind in what is
// gathered.
func TestAFullFileLeavesTheLogWhole(t *testing.T) {
	c, other := logged(t, "10")
	one(t, c, `PRAGMA max_page_count = 50`)
	var e *lite.Error
	if err := c.Script("BEGIN;" + fill + "; COMMIT"); !errors.As(err, &e) || e.Primary() != 13 {
		t.Fatalf("got %v", err)
	}
	if c.InTransaction() {
		if err := c.Script("ROLLBACK"); err != nil {
			t.Fatal(err)
		}
	}
	one(t, c, `PRAGMA max_page_count = 100000`)
	if err := c.Script("INSERT INTO a (y) VALUES ('x')"); err != nil {
		t.Fatal(err)
	}
	if got := one(t, other, `SELECT CAST(COUNT(*) AS TEXT) FROM a`); got != "1" {
		t.Errorf("%s rows", got)
	}
	if got := one(t, other, `PRAGMA integrity_check`); got != "ok" {
		t.Error(got)
	}
}

// A file that nobody can write is read as it is, whatever its name.
func TestAFrozenFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a b?c#d%20.db")
	c, err := lite.Open(path, lite.Create)
	if err == nil {
		err = errors.Join(c.Script("PRAGMA journal_mode = WAL; CREATE TABLE a (x); INSERT INTO a VALUES (7)"), c.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	if c, err = lite.OpenFrozen(path); err != nil {
		t.Fatal(err)
	}
	if got := one(t, c, `SELECT CAST(x AS TEXT) FROM a`); got != "7" {
		t.Errorf("it reads %s", got)
	}
	var e *lite.Error
	if err := c.Script("INSERT INTO a VALUES (8)"); !errors.As(err, &e) || e.Primary() != 8 {
		t.Errorf("it was written: %v", err)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if left, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*")); err != nil || len(left) != 1 {
		t.Errorf("beside it lie %v, %v", left, err)
	}
}

// Trees that grow at random places are balanced by swaps, and stay whole when
// these are forgotten, also after transactions that were undone.
func TestForgottenSwapsLeaveTheFileWhole(t *testing.T) {
	c := open(t)
	if err := c.Script(`PRAGMA journal_mode = WAL; CREATE TABLE x (id INTEGER PRIMARY KEY, word TEXT); CREATE INDEX x_word ON x (word)`); err != nil {
		t.Fatal(err)
	}
	add := prepare(t, c, `INSERT INTO x (word) VALUES (hex(randomblob(300)))`)
	const groups, rows = 40, 30
	for i := range groups {
		undone := i%5 == 4
		if err := c.Script(`BEGIN`); err != nil {
			t.Fatal(err)
		}
		for range rows {
			if _, err := add.Step(); err != nil {
				t.Fatal(err)
			}
			add.Reset()
		}
		if undone {
			if err := c.Script(`ROLLBACK`); err != nil {
				t.Fatal(err)
			}
			continue
		}
		c.ForgetSwap()
		if err := c.Script(`COMMIT`); err != nil {
			t.Fatal(err)
		}
	}
	check := prepare(t, c, `SELECT integrity_check, (SELECT COUNT(*) FROM x INDEXED BY x_word) FROM pragma_integrity_check`)
	if row, err := check.Step(); !row || err != nil || check.Text(0) != "ok" || check.Int(1) != groups/5*4*rows {
		t.Error(row, err, check.Text(0), check.Int(1))
	}
}
