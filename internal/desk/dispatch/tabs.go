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
	districts := d.districts()
	query, args := selectTabs(unit, districts)
	var out *Tabs
	err := d.e.DB().Read(ctx, func(v *store.View) error {
		out = &Tabs{Owed: map[string]int64{}, Marks: map[matter.MarkKind]int64{}}
		_, err := store.All(v, query, func(r store.Scanner) (struct{}, error) {
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
				out.Marks[markKinds[name]] += n
			}
			return struct{}{}, err
		}, args...)
		return err
	})
	return out, err
}

// owing are the states of open orders.
var owing = []string{"ISSUED", "ACCEPTED", "IN_PROGRESS", "RESPONDED", "REWORK", "OBJECTED"}

// markKinds are the kinds of marks by the names of their counters.
var markKinds = func() map[string]matter.MarkKind {
	out := map[string]matter.MarkKind{}
	for _, k := range matter.MarkKinds {
		out[engine.MarkCounter(k)] = k
	}
	return out
}()

// selectTabs is the statement of Tabs: it reads a few rows of the counters, each
// name with its own subjects.
func selectTabs(unit string, districts []any) (query string, args []any) {
	var marks, owed []any
	for _, k := range matter.MarkKinds {
		marks = append(marks, engine.MarkCounter(k))
	}
	for _, s := range owing {
		owed = append(owed, unit+"/"+s)
	}
	var parts []string
	for _, x := range [][2][]any{{{engine.Held, engine.Awaiting}, {unit}}, {{engine.Owed}, owed}, {marks, {"unit/" + unit}}} {
		parts = append(parts, `SELECT name, subject, n FROM counter WHERE district IN (`+store.Marks(len(districts))+`) AND name IN (`+
			store.Marks(len(x[0]))+`) AND day = 0 AND subject IN (`+store.Marks(len(x[1]))+`)`)
		args = append(append(append(args, districts...), x[0]...), x[1]...)
	}
	return `SELECT name, subject, CAST(SUM(n) AS BIGINT) FROM (` + strings.Join(parts, ` UNION ALL `) + `) AS c GROUP BY name, subject HAVING SUM(n) <> 0`, args
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
