package dispatch

import (
	"context"
	"strings"
	"testing"

	"huying/internal/engine"
	"huying/internal/store"
	"huying/internal/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// plan returns how SQLite runs a statement, one step a line.
func plan(t *testing.T, db *store.DB, query string, args ...any) string {
	t.Helper()
	var steps []string
	err := db.Read(context.Background(), func(v *store.View) (err error) {
		steps, err = store.All(v, "EXPLAIN QUERY PLAN "+query, func(r store.Scanner) (s string, err error) {
			var id, parent, unused int
			err = r.Scan(&id, &parent, &unused, &s)
			return s, err
		}, args...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(steps, "\n")
}

func TestQueuesReadAnIndexInOrder(t *testing.T) {
	db := storetest.SQLite(t, engine.Migrations())
	for index, steps := range map[string]string{
		"orders_owed":  plan(t, db, selectOwed+` AND o.status = ? ORDER BY o.due_at, o.id LIMIT ?`, "u", -1, 0, "ISSUED", 50),
		"notice_inbox": plan(t, db, selectInbox, "u", 1, 1, 1, 1, 50),
	} {
		if !strings.Contains(steps, index) || strings.Contains(steps, "SCAN") || strings.Contains(steps, "TEMP B-TREE") {
			t.Errorf("%s is not read in order:\n%s", index, steps)
		}
	}
}
