package intake

import (
	"context"
	"strings"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/duty"
	"huying/internal/domain/matter"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// Waiting says which open matters of a jurisdiction are asked for. Empty
// fields narrow nothing.
type Waiting struct {
	Statuses []string
	Holder   string // the unit that holds them now: the actor's own
	Urgency  string
	Source   string
	Text     string // somewhere in the text of the call
}

// MostText bounds the text that a queue is narrowed by, in characters.
const MostText = 50

// Queue returns the open matters of the actor's jurisdiction, or those the
// actor's unit holds, the nearest deadline first, from the row after the given
// deadline and number on. Faults: status.unknown, urgency.unknown,
// inlet.unknown, search.too_long, page.size.
func (d *Desk) Queue(ctx context.Context, actor access.Actor, f Waiting, afterNext time.Time, after ident.ID, limit int) ([]Row, error) {
	limit, err := pageSize(limit)
	if err != nil {
		return nil, err
	}
	if err := d.knownWaiting(f); err != nil {
		return nil, err
	}
	next := int64(0)
	if !afterNext.IsZero() {
		next = afterNext.UnixMicro()
	}
	query, args := selectQueue(actor, f, next, after, limit)
	var out []Row
	err = d.e.DB().Read(ctx, func(v *store.View) (err error) {
		out, err = store.All(v, query, scanRow, args...)
		return err
	})
	return out, err
}

func (d *Desk) knownWaiting(f Waiting) error {
	for _, s := range f.Statuses {
		if !known(s) {
			return fault.Field("status", "status.unknown", s)
		}
	}
	if f.Urgency != "" {
		if err := matter.KnownUrgency(duty.Urgency(f.Urgency)); err != nil {
			return err
		}
	}
	if n := len([]rune(f.Text)); n > MostText {
		return fault.Field("q", "search.too_long", n, MostText)
	}
	return d.knownSource(f.Source)
}

// selectQueue is the statement of Queue. The inner one reads an index alone,
// unless the rows themselves have to be looked at.
func selectQueue(actor access.Actor, f Waiting, next int64, after ident.ID, limit int) (string, []any) {
	var conds []string
	var args []any
	add := func(cond string, a ...any) { conds, args = append(conds, cond), append(args, a...) }
	add("m.holder <> ''")
	inQueue(actor, f.Holder, add)
	add("(m.next_at, m.id) > (?, ?)", next, int64(after))
	if len(f.Statuses) > 0 {
		all := make([]any, len(f.Statuses))
		for i, s := range f.Statuses {
			all[i] = s
		}
		add("m.status IN ("+store.Marks(len(all))+")", all...)
	}
	if f.Urgency != "" {
		add("m.urgency = ?", f.Urgency)
	}
	if f.Source != "" {
		add("m.source = ?", f.Source)
	}
	if f.Text != "" {
		add("LOWER(m.text) LIKE ?", "%"+strings.NewReplacer("%", "", "_", "").Replace(strings.ToLower(f.Text))+"%")
	}
	inner := `SELECT m.id FROM matter m WHERE ` + strings.Join(conds, " AND ") + ` ORDER BY m.next_at, m.id LIMIT ?`
	return `SELECT ` + rowColumns + ` FROM matter m WHERE m.id IN (` + inner + `) ORDER BY m.next_at, m.id`, append(args, limit)
}

// inQueue narrows a list to what a unit holds, or to the actor's jurisdiction.
// Matters elsewhere in which the actor's unit takes part are no part of its
// queue.
func inQueue(actor access.Actor, holder string, add func(string, ...any)) {
	if holder != "" && holder == actor.Unit && actor.Kind == access.Staff {
		add("m.holder = ?", holder) // whoever holds a matter sees it
		return
	}
	if holder != "" {
		add("m.holder = ?", holder)
	}
	inJurisdiction(actor, add)
}

func inJurisdiction(actor access.Actor, add func(string, ...any)) {
	reach := access.ReachOf(actor, access.ReadMatter)
	if reach.All {
		return
	}
	if reach.Place.District == "" {
		add("1=0")
		return
	}
	add("m.district = ?", reach.Place.District)
	if actor.At.Town != "" { // of a community too: the index begins with the town
		add("m.town = ?", actor.At.Town)
	}
	if reach.Place.Community != "" {
		add("m.community = ?", reach.Place.Community)
	}
}

// Counts returns how many open matters there are by status: of those that the
// actor's unit holds, or in the actor's jurisdiction if held is false.
func (d *Desk) Counts(ctx context.Context, actor access.Actor, held bool) (map[string]int64, error) {
	query, args := d.selectCounts(actor, held)
	out := map[string]int64{}
	if query == "" {
		return out, nil
	}
	err := d.e.DB().Read(ctx, func(v *store.View) error {
		clear(out)
		_, err := store.All(v, query, func(r store.Scanner) (status string, err error) {
			var n int64
			err = r.Scan(&status, &n)
			out[status] = n
			return status, err
		}, args...)
		return err
	})
	return out, err
}

// selectCounts is the statement of Counts. What a town holds is counted in the
// index; a district or the city has counters.
func (d *Desk) selectCounts(actor access.Actor, held bool) (string, []any) {
	if held {
		return `SELECT m.status, COUNT(*) FROM matter m WHERE m.holder <> '' AND m.holder = ? GROUP BY m.status`, []any{actor.Unit}
	}
	reach := access.ReachOf(actor, access.ReadMatter)
	if !reach.All && actor.At.Town != "" {
		conds, args := []string{"m.holder <> ''"}, []any{}
		inJurisdiction(actor, func(cond string, a ...any) { conds, args = append(conds, cond), append(args, a...) })
		return `SELECT m.status, COUNT(*) FROM matter m WHERE ` + strings.Join(conds, " AND ") + ` GROUP BY m.status`, args
	}
	var args []any
	for p := range d.e.City().Territory.All() {
		if reach.All && p.Kind == territory.District || !reach.All && p.Code == reach.Place.District {
			args = append(args, p.Code)
		}
	}
	if len(args) == 0 {
		return "", nil
	}
	return `SELECT subject, CAST(SUM(n) AS BIGINT) FROM counter WHERE district IN (` + store.Marks(len(args)) + `) AND name = ? AND day = 0 GROUP BY subject`,
		append(args, engine.All(engine.Standing))
}
