package intake

import (
	"context"
	"strings"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/matter"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/engine/index"
	"huying/internal/ident"
	"huying/internal/store"
)

// Open returns the open matters of the actor's jurisdiction, whoever holds
// them, the nearest deadline first, from the row after the given deadline and
// number on. Faults: those of Queue.
func (d *Desk) Open(ctx context.Context, actor access.Actor, f QueueFilter, afterNext time.Time, after ident.ID, limit int) ([]Row, error) {
	limit, err := pageSize(limit)
	if err != nil {
		return nil, err
	}
	var conds []string
	var args []any
	add := func(cond string, a ...any) { conds, args = append(conds, cond), append(args, a...) }
	d.inJurisdiction(actor, add)
	if err := d.narrowQueue(f, add); err != nil {
		return nil, err
	}
	words := index.Words(f.Text)
	query := selectOpen(strings.Join(conds, " AND "))
	var out []Row
	err = d.e.DB().Read(ctx, func(v *store.View) error {
		out = nil
		for next, after := microsOf(afterNext), int64(after); ; {
			page, err := store.All(v, query, scanWhole, append(append([]any{}, args...), next, after, limit)...)
			if err != nil {
				return err
			}
			for _, x := range page {
				if _, ok := index.Fit(words, index.Fold(x.Text), x.Place); ok && len(out) < limit {
					out = append(out, x.cut())
				}
			}
			if len(page) < limit || len(out) == limit {
				return nil
			}
			next, after = microsOf(page[limit-1].Next), int64(page[limit-1].No)
		}
	})
	return out, err
}

// selectOpen is the statement of Open. The inner one reads an index alone,
// unless something has to be known that only the rows tell.
func selectOpen(cond string) string {
	return `SELECT ` + rowColumns + ` FROM matter m WHERE m.id IN (SELECT m.id FROM matter m WHERE m.holder <> '' AND ` + cond +
		` AND (m.next_at, m.id) > (?, ?) ORDER BY m.next_at, m.id LIMIT ?) ORDER BY m.next_at, m.id`
}

// inJurisdiction narrows a list to the actor's place. Matters elsewhere in which
// the actor's unit takes part are no part of it. Only the district may choose
// the index: that of open matters has the rest of the place, and the one by
// towns has matters of all times.
func (d *Desk) inJurisdiction(actor access.Actor, add func(string, ...any)) {
	reach := access.ReachOf(actor, access.ReadMatter)
	districts := d.districts(reach)
	add("m.district IN ("+store.Marks(len(districts))+")", districts...)
	if town := actor.At.Town; !reach.All && town != "" {
		add("(m.town = ? OR 1=0)", town)
	}
	if reach.Place.Community != "" {
		add("(m.community = ? OR 1=0)", reach.Place.Community)
	}
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
// actor's unit holds, or else in the actor's jurisdiction; only of some states,
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
		for _, s := range matter.Statuses {
			states = append(states, string(s))
		}
	}
	reach := access.ReachOf(actor, access.ReadMatter)
	name, subjects := engine.All(engine.Standing), anys(states)
	if town := actor.At.Town; !reach.All && town != "" {
		if reach.Place.Community != "" {
			conds, args := []string{"m.holder <> ''", "m.status IN (" + store.Marks(len(states)) + ")"}, anys(states)
			d.inJurisdiction(actor, func(cond string, a ...any) { conds, args = append(conds, cond), append(args, a...) })
			return `SELECT m.status, COUNT(*) FROM matter m WHERE ` + strings.Join(conds, " AND ") + ` GROUP BY m.status`, args
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
