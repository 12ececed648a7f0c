package store_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huying/internal/store"
)

type label string

func TestValuesMeanTheSameOnBothEngines(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		write(t, db, func(tx *store.Tx) error {
			name := label("市")
			for i, args := range [][]any{{1, "呼应", []byte{0, 1}, int32(5)}, {2, &name, []byte{}, uint8(6)}, {3, nil, nil, 7}} {
				if _, err := tx.Exec(`INSERT INTO item (id, name, body, n) VALUES (?, ?, ?, ?)`, args...); err != nil {
					return fmt.Errorf("row %d: %w", i, err)
				}
			}
			return nil
		})
		type row struct {
			ID   int64
			Name *label
			Body []byte
			N    uint8
		}
		var got []row
		err := db.Read(t.Context(), func(v *store.View) (err error) {
			got, err = store.All(v, `SELECT id, name, body, n FROM item WHERE id IN (`+store.Marks(3)+`) ORDER BY id`,
				func(s store.Scanner) (r row, err error) {
					err = s.Scan(&r.ID, &r.Name, &r.Body, &r.N)
					return r, err
				}, 1, 2, 3)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		a, b := label("呼应"), label("市")
		want := []row{{1, &a, []byte{0, 1}, 5}, {2, &b, []byte{}, 6}, {3, nil, nil, 7}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestWrongValuesAreRefusedOnBothEngines(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		write(t, db, func(tx *store.Tx) error {
			_, err := tx.Exec(`INSERT INTO item (id, n) VALUES (1, 5)`)
			return err
		})
		for what, fn := range map[string]func(tx *store.Tx) error{
			"a time":             func(tx *store.Tx) error { return tx.Queue(`UPDATE item SET n = ?`, time.Now()) },
			"text of NUL":        func(tx *store.Tx) error { return tx.Queue(`UPDATE item SET name = ?`, "a\x00b") },
			"text not UTF-8":     func(tx *store.Tx) error { return tx.Queue(`UPDATE item SET name = ?`, "\xff") },
			"too few arguments":  func(tx *store.Tx) error { return tx.Queue(`UPDATE item SET name = ?`) },
			"NULL into string":   func(tx *store.Tx) error { return tx.Row(`SELECT name FROM item`).Scan(new(string)) },
			"two for one column": func(tx *store.Tx) error { return tx.Row(`SELECT n FROM item`).Scan(new(int), new(int)) },
			"no such table":      func(tx *store.Tx) error { return tx.Queue(`DELETE FROM nothing`) },
		} {
			if err := db.Write(t.Context(), "test", fn); err == nil {
				t.Errorf("%s was taken", what)
			}
		}
	})
}

func TestOneAndRowTellWhenThereIsNothing(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		write(t, db, func(tx *store.Tx) error {
			if err := tx.Row(`SELECT id FROM item`).Scan(new(int)); !errors.Is(err, store.ErrNoRow) {
				t.Errorf("Row: %v", err)
			}
			_, found, err := store.One(tx, `SELECT id FROM item`, scanInt)
			if found || err != nil {
				t.Errorf("One: %v %v", found, err)
			}
			if err := add(4)(tx); err != nil {
				return err
			}
			n, found, err := store.One(tx, `SELECT id FROM item WHERE name = '?' OR id = ?`, scanInt, 4)
			if n != 4 || !found || err != nil {
				t.Errorf("One: %d %v %v", n, found, err)
			}
			return nil
		})
	})
}
