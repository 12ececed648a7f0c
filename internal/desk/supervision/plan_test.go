package supervision

import (
	"context"
	"strings"
	"testing"

	"huying/internal/engine"
	"huying/internal/store"
	"huying/internal/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// Every list of marks reads one index in its order, whatever narrows it.
func TestListsOfMarksReadAnIndexInOrder(t *testing.T) {
	db := storetest.SQLite(t, engine.Migrations())
	for scope, index := range map[string]string{
		"1=1": "mark_of_city", "k.district = ?": "mark_of_district", "k.district = ? AND k.town = ?": "mark_of_town",
		"k.unit = ?": "mark_of_unit", "k.about = ?": "mark_about",
	} {
		for _, oldest := range []bool{true, false} {
			query := selectMarks(scope, "1=1", oldest)
			args := make([]any, strings.Count(query, "?"))
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
			plan := strings.Join(steps, "\n")
			if !strings.Contains(plan, index+" ") || strings.Contains(plan, "SCAN") || strings.Contains(plan, "TEMP B-TREE") {
				t.Errorf("%s, oldest first %v:\n%s", scope, oldest, plan)
			}
		}
	}
}
