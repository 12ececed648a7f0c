package dispatch

import (
	"context"
	"strings"

	"huying/internal/domain/access"
	"huying/internal/domain/matter"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/store"
)

// Tabs is how much waits at the desk of a unit.
type Tabs struct {
	Held     int64                     // matters it holds
	Awaiting int64                     // matters it coordinates that wait for a verdict
	Owed     map[string]int64          // its open orders, by status
	Marks    map[matter.MarkKind]int64 // what it must decide, answer or make, by kind
}

// Tabs returns what waits at the desk of a unit, from counters. The unit itself
// and whoever has it in the jurisdiction may ask.
func (d *Desk) Tabs(ctx context.Context, actor access.Actor, unit string) (*Tabs, error) {
	if err := d.mayList(actor, unit); err != nil {
		return nil, err
	}
	kinds := map[string]matter.MarkKind{}
	names := []any{engine.Held, engine.Awaiting, engine.Owed}
	for _, k := range matter.MarkKinds {
		kinds[engine.MarkCounter(k)] = k
		names = append(names, engine.MarkCounter(k))
	}
	subjects := []any{unit, "unit/" + unit}
	for _, s := range owing {
		subjects = append(subjects, unit+"/"+s)
	}
	districts := d.districts()
	var out *Tabs
	err := d.e.DB().Read(ctx, func(v *store.View) error {
		out = &Tabs{Owed: map[string]int64{}, Marks: map[matter.MarkKind]int64{}}
		_, err := store.All(v, selectTabs(len(districts), len(subjects), len(names)), func(r store.Scanner) (struct{}, error) {
			var name, subject string
			var n int64
			err := r.Scan(&name, &subject, &n)
			switch _, status, _ := strings.Cut(subject, "/"); {
			case name == engine.Held:
				out.Held += n
			case name == engine.Awaiting:
				out.Awaiting += n
			case name == engine.Owed:
				out.Owed[status] += n
			default:
				out.Marks[kinds[name]] += n
			}
			return struct{}{}, err
		}, append(append(districts, subjects...), names...)...)
		return err
	})
	return out, err
}

// owing are the states of open orders.
var owing = []string{"ISSUED", "ACCEPTED", "IN_PROGRESS", "RESPONDED", "REWORK", "OBJECTED"}

// selectTabs is the statement of Tabs: it reads a few rows of the key of the
// counters.
func selectTabs(districts, subjects, names int) string {
	return `SELECT name, subject, CAST(SUM(n) AS BIGINT) FROM counter WHERE district IN (` + store.Marks(districts) + `) AND subject IN (` +
		store.Marks(subjects) + `) AND name IN (` + store.Marks(names) + `) AND day = 0 GROUP BY name, subject HAVING SUM(n) <> 0`
}

// districts returns the codes that counters lie under.
func (d *Desk) districts() []any {
	tree := d.e.City().Territory
	var out []any
	for _, p := range tree.Children(d.e.City().Root) {
		if p.Kind == territory.District {
			out = append(out, p.Code)
		}
	}
	if len(out) == 0 {
		out = append(out, tree.Address(d.e.City().Root).District)
	}
	return out
}
