package index

import (
	"strings"
	"testing"

	"huying/internal/engine"
	"huying/internal/engine/change"
	"huying/internal/store"
	"huying/internal/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// A batch is read by the ids of its matters, however many the district has.
func TestABatchIsReadByItsIDs(t *testing.T) {
	db := storetest.SQLite(t, engine.Migrations())
	args := make([]any, mostInList+1)
	for i := range args {
		args[i] = i
	}
	args[0] = "440106"
	err := db.Read(t.Context(), func(v *store.View) error {
		steps, err := store.All(v, "EXPLAIN QUERY PLAN "+selectDocuments(of(v).sums), func(r store.Scanner) (s string, err error) {
			var id, parent, unused int
			err = r.Scan(&id, &parent, &unused, &s)
			return s, err
		}, args...)
		if plan := strings.Join(steps, "\n"); !strings.Contains(plan, "SEARCH m USING INTEGER PRIMARY KEY") || strings.Contains(plan, "TEMP B-TREE") {
			t.Errorf("a batch is read by another way:\n%s", plan)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A question looks at what was written since the index read on, never at the
// ledger of all times.
func TestWhatIsNotYetReadIsNotTheWholeLedger(t *testing.T) {
	db := storetest.SQLite(t, engine.Migrations())
	err := db.Read(t.Context(), func(v *store.View) error {
		touched, args := change.Touched(v, change.Position{Tx: 5})
		steps, err := store.All(v, "EXPLAIN QUERY PLAN "+touched, func(r store.Scanner) (s string, err error) {
			var id, parent, unused int
			err = r.Scan(&id, &parent, &unused, &s)
			return s, err
		}, args...)
		if plan := strings.Join(steps, "\n"); !strings.Contains(plan, "SEARCH ledger USING INTEGER PRIMARY KEY (rowid>?)") {
			t.Errorf("the ledger is read by another way:\n%s", plan)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
