package intake

import (
	"context"
	"strings"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/ident"
	"huying/internal/store"
)

// Open returns the open calls of the actor's jurisdiction, whoever holds
// them, the nearest deadline first, from the row after the given deadline and
// number on. What a unit assigned (a task) is no call: who owes it has it among
// its orders. Faults: those of Queue.
func (d *Desk) Open(ctx context.Context, actor access.Actor, f QueueFilter, afterNext time.Time, after ident.ID, limit int) ([]Row, error) {
	limit, err := pageSize(limit)
	if err != nil {
		return nil, err
	}
	states, err := f.states()
	if err != nil {
		return nil, err
	}
	scopes := d.jurisdiction(actor)
	conds, args := []string{"1=1"}, []any{}
	if err := d.narrowQueue(f, func(cond string, a ...any) { conds, args = append(conds, cond), append(args, a...) }); err != nil {
		return nil, err
	}
	n := nearest{scopes: scopes, states: states, cond: strings.Join(conds, " AND "), args: args, calls: true}
	return d.page(ctx, n, f.Text, afterNext, after, limit)
}

// jurisdiction is the actor's place as parts that lie together in an index: a
// town, or districts. Matters elsewhere in which the actor's unit takes part are no
// part of it.
func (d *Desk) jurisdiction(actor access.Actor) []scope {
	reach := access.ReachOf(actor, access.ReadMatter)
	if town := actor.At.Town; !reach.All && town != "" && reach.Place.District != "" {
		x := scope{"m.district = ? AND m.town = ?", []any{reach.Place.District, town}}
		if reach.Place.Community != "" {
			x = scope{x.cond + " AND m.community = ?", append(x.args, reach.Place.Community)}
		}
		return []scope{x}
	}
	var out []scope
	for _, district := range d.districts(reach) {
		out = append(out, scope{"m.district = ?", []any{district}})
	}
	return out
}

// districts returns the codes of the districts within reach; one that is none
// if there is nothing.
func (d *Desk) districts(reach access.Reach) []any {
	if !reach.All {
		return []any{reach.Place.District}
	}
	var out []any
	for p := range d.e.City().Territory.All() {
		if p.Kind == territory.District {
			out = append(out, p.Code)
		}
	}
	if len(out) == 0 {
		out = append(out, d.e.City().Territory.Address(d.e.City().Root).District)
	}
	return out
}

// Counts returns how many open matters there are by status: of those that the
// actor's unit holds, or else the calls in the actor's jurisdiction; only of some states,
// if any are named. States that nobody has to act on may be among them.
func (d *Desk) Counts(ctx context.Context, actor access.Actor, held bool, states ...string) (map[string]int64, error) {
	query, args := d.selectCounts(actor, held, states)
	out := map[string]int64{}
	err := d.e.DB().Read(ctx, func(v *store.View) error {
		clear(out)
		_, err := store.All(v, query, func(r store.Scanner) (status string, err error) {
			var n int64
			err = r.Scan(&status, &n)
			_, of, town := strings.Cut(status, "/")
			if town {
				status = of
			}
			out[status] += n
			return status, err
		}, args...)
		return err
	})
	return out, err
}

// selectCounts is the statement of Counts. What a unit holds and what a
// community has is counted; a town, a district and the city have counters,
// whose subject is "town/status" for a town.
func (d *Desk) selectCounts(actor access.Actor, held bool, states []string) (string, []any) {
	if held {
		query, args := `SELECT m.status, COUNT(*) FROM matter m WHERE m.holder <> '' AND m.holder = ?`, []any{actor.Unit}
		if len(states) > 0 {
			query, args = query+` AND m.status IN (`+store.Marks(len(states))+`)`, append(args, anys(states)...)
		}
		return query + ` GROUP BY m.status`, args
	}
	if len(states) == 0 {
		states = open
	}
	reach := access.ReachOf(actor, access.ReadMatter)
	name, subjects := engine.All(engine.Standing), anys(states)
	if town := actor.At.Town; !reach.All && town != "" {
		if reach.Place.Community != "" {
			in := d.jurisdiction(actor)[0]
			return `SELECT m.status, COUNT(*) FROM matter m WHERE m.holder <> '' AND m.kind <> 'TASK' AND ` + in.cond + ` AND m.status IN (` + store.Marks(len(states)) + `) GROUP BY m.status`,
				append(in.args, anys(states)...)
		}
		name = engine.Standing
		for i, s := range states {
			subjects[i] = town + "/" + s
		}
	}
	args := d.districts(reach)
	return `SELECT subject, CAST(SUM(n) AS BIGINT) FROM counter WHERE district IN (` + store.Marks(len(args)) + `) AND name = ? AND day = 0 AND subject IN (` +
		store.Marks(len(subjects)) + `) GROUP BY subject`, append(append(args, name), subjects...)
}

func anys(list []string) []any {
	out := make([]any, len(list))
	for i, x := range list {
		out[i] = x
	}
	return out
}
