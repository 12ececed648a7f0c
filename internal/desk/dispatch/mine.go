package dispatch

import (
	"context"
	"maps"
	"slices"
	"time"

	"huying/internal/domain/access"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// Group is a part of what a unit owes, by what it has to do next.
type Group string

// The groups, the most pressing first.
const (
	ToSign   Group = "SIGN"     // told, not accepted
	ToRedo   Group = "REWORK"   // the answer was rejected
	ToReply  Group = "REPLY"    // letters to answer and sample checks to make
	Working  Group = "WORK"     // accepted, to be answered
	Disputed Group = "DISPUTED" // objected to, not decided
	Answered Group = "ANSWERED" // answered, not judged
)

// Groups lists every group, the most pressing first.
var Groups = []Group{ToSign, ToRedo, ToReply, Working, Disputed, Answered}

// solves and replies divide orders into those that answer a matter and those
// about how it was answered.
const (
	solves  = "o.kind IN ('DISPATCH', 'MEDIATION')"
	replies = "o.kind IN ('SUPERVISION', 'AFTER_CHECK')"
)

var conditions = map[Group]string{
	ToSign:   "o.status = 'ISSUED' AND " + solves,
	ToRedo:   "o.status = 'REWORK' AND " + solves,
	ToReply:  "o.status IN ('ISSUED', 'ACCEPTED', 'IN_PROGRESS', 'REWORK') AND " + replies,
	Working:  "o.status IN ('ACCEPTED', 'IN_PROGRESS') AND " + solves,
	Disputed: "o.status = 'OBJECTED'",
	Answered: "o.status = 'RESPONDED'",
}

// OwedFilter narrows a group.
type OwedFilter struct {
	Group  Group
	DueBy  time.Time // due at or before
	Urgent bool      // not at the normal speed
	Carded bool      // with a card that counts
}

// OwedKey is where a page goes on: after this due time and number.
type OwedKey struct {
	Due time.Time
	No  ident.ID
}

// Group returns the open orders of a unit in a group, the nearest due first,
// from the row after the key on. The unit itself and whoever has it in the
// jurisdiction may ask. Faults: page.size, unit.unknown, order.group_unknown.
func (d *Desk) Group(ctx context.Context, actor access.Actor, unit string, f OwedFilter, after OwedKey, limit int) ([]Row, error) {
	if limit < 1 || limit > MostRows {
		return nil, fault.Field("limit", "page.size", limit, MostRows)
	}
	if err := d.mayList(actor, unit); err != nil {
		return nil, err
	}
	condition, ok := conditions[f.Group]
	if !ok {
		return nil, fault.Field("group", "order.group_unknown", string(f.Group))
	}
	due := int64(-1)
	switch {
	case after.No != 0 && after.Due.IsZero():
		due = 0
	case after.No != 0:
		due = after.Due.UnixMicro()
	}
	where, args := " AND "+condition, []any{unit, due, int64(after.No)}
	if !f.DueBy.IsZero() {
		where, args = where+" AND o.due_at > 0 AND o.due_at <= ?", append(args, f.DueBy.UnixMicro())
	}
	if f.Urgent {
		where += " AND m.urgency <> 'NORMAL'"
	}
	if f.Carded {
		where += " AND o.colour <> ''"
	}
	var out []Row
	err := d.e.DB().Read(ctx, func(v *store.View) (err error) {
		out, err = store.All(v, selectOwed+where+` ORDER BY o.due_at, o.id LIMIT ?`, scanRow, append(args, limit)...)
		return err
	})
	return out, err
}

// GroupCount is how many orders a group has, and how many of them are late.
type GroupCount struct{ N, Late int64 }

// Count returns how many open orders a unit has in each group.
func (d *Desk) Count(ctx context.Context, actor access.Actor, unit string, now time.Time) (map[Group]GroupCount, error) {
	if err := d.mayList(actor, unit); err != nil {
		return nil, err
	}
	out := map[Group]GroupCount{}
	err := d.e.DB().Read(ctx, func(v *store.View) error {
		clear(out)
		_, err := store.All(v, countOwed, func(r store.Scanner) (struct{}, error) {
			var group Group
			var c GroupCount
			err := r.Scan(&group, &c.N, &c.Late)
			out[group] = c
			return struct{}{}, err
		}, now.UnixMicro(), unit)
		return err
	})
	return out, err
}

// countOwed counts the rows of one unit in the index it owes by.
var countOwed = func() string {
	cases := ""
	for _, g := range slices.Sorted(maps.Keys(conditions)) {
		cases += " WHEN " + conditions[g] + " THEN '" + string(g) + "'"
	}
	return `SELECT g, COUNT(*), CAST(SUM(late) AS BIGINT) FROM (SELECT CASE` + cases + ` ELSE '' END AS g,
		CASE WHEN o.due_at > 0 AND o.due_at < ? THEN 1 ELSE 0 END AS late FROM orders o WHERE o.open = 1 AND o.debtor = ?) x GROUP BY g`
}()
