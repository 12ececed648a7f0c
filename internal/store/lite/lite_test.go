package lite_test

import (
	"errors"
	"path/filepath"
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
