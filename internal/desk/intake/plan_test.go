package intake

import (
	"context"
	"strings"
	"testing"
	"time"

	"huying/internal/desk/registry"
	"huying/internal/domain/ledger"
	"huying/internal/domain/org"
	"huying/internal/engine"
	"huying/internal/engine/enginetest"
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

func TestAQueueReadsAnIndexInOrder(t *testing.T) {
	db := storetest.SQLite(t, engine.Migrations())
	for in, want := range map[string]string{
		"m.holder = ?":                    "matter_waits (holder=? AND status=? AND next_at>?)",
		"m.town = ? AND m.district = '4'": "matter_stands (district=? AND status=? AND town=? AND next_at>?)",
	} {
		n := nearest{scopes: []scope{{in, []any{"x"}}}, states: []string{"RECEIVED"}, cond: "1=1"}
		steps := plan(t, db, n.query(), n.all(0, 0, 50)...)
		if !strings.Contains(steps, "COVERING INDEX "+want) || strings.Count(steps, "TEMP B-TREE") > 1 { // of the page alone
			t.Errorf("a queue is not read in order:\n%s", steps)
		}
	}
}

// A list of matters is read newest first, in the order of the ids or of an
// index, so that a page costs what it shows and nothing is sorted. Only those
// whose deadline has passed are: they are few, since clocks fire.
func TestListsOfMattersAreNeverSorted(t *testing.T) {
	db := storetest.SQLite(t, engine.Migrations())
	city := enginetest.Guangzhou(t)
	e, err := engine.New(db, city, engine.Options{Keys: enginetest.Keys(t, ledger.Intl), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	d := New(e)
	now := time.Date(2026, 3, 10, 9, 0, 0, 0, time.UTC)
	for _, unit := range []string{"440100-ZH", "440106-ZH", "440106001-ZH"} {
		by, err := registry.ActorOf(city, unit, org.Dispatcher)
		if err != nil {
			t.Fatal(err)
		}
		for name, f := range map[string]Filter{
			"all": {}, "of a district": {Place: "440106"}, "of a town": {Place: "440106001"}, "of a community": {Place: "440106001001"},
			"by status": {Status: "ORDERED"}, "of a time": {From: now.AddDate(0, 0, -7), To: now},
		} {
			query, args, err := d.selectMatters(by, f, 0, 50, now)
			if err != nil {
				t.Fatal(err)
			}
			steps := plan(t, db, query, args...)
			if strings.Contains(steps, "TEMP B-TREE") {
				t.Errorf("%s, %s: the list is sorted:\n%s", unit, name, steps)
			}
			if f.Place == "440106001" && !strings.Contains(steps, "matter_by_town") {
				t.Errorf("%s, %s: the town's index is not used:\n%s", unit, name, steps)
			}
		}
	}
}
