package dispatch

import (
	"context"
	"maps"
	"slices"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/order"
	"huying/internal/domain/register"
	"huying/internal/engine"
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
	ToOpine  Group = "OPINION"  // asked for an opinion
	Working  Group = "WORK"     // accepted, to be answered
	Disputed Group = "DISPUTED" // objected to, not decided
	Answered Group = "ANSWERED" // answered, not judged
)

// Groups lists every group, the most pressing first.
var Groups = []Group{ToSign, ToRedo, ToReply, ToOpine, Working, Disputed, Answered}

// solves, replies and opines divide orders into those that answer a matter,
// those about how it was answered, and those that ask for a yes or a no.
const (
	solves  = "o.kind NOT IN ('SUPERVISION', 'AFTER_CHECK', 'OPINION')"
	replies = "o.kind IN ('SUPERVISION', 'AFTER_CHECK')"
	opines  = "o.kind = 'OPINION'"
)

var conditions = map[Group]string{
	ToSign:   "o.status = 'ISSUED' AND " + solves,
	ToRedo:   "o.status = 'REWORK' AND " + solves,
	ToReply:  "o.status IN ('ISSUED', 'ACCEPTED', 'IN_PROGRESS', 'REWORK') AND " + replies,
	ToOpine:  "o.status IN ('ISSUED', 'ACCEPTED', 'IN_PROGRESS', 'REWORK') AND " + opines,
	Working:  "o.status IN ('ACCEPTED', 'IN_PROGRESS') AND " + solves,
	Disputed: "o.status = 'OBJECTED'",
	Answered: "o.status = 'RESPONDED'",
}

// OwedFilter narrows a group.
type OwedFilter struct {
	Group  Group
	Kind   order.Kind // of this kind alone
	DueBy  time.Time  // due at or before
	Urgent bool       // not at the normal speed
	Carded bool       // with a card that counts
}

// OwedKey is where a page goes on: after this due time and number.
type OwedKey struct {
	Due time.Time
	No  ident.ID
}

// Group returns the open orders of a unit in a group, the nearest due first,
// from the row after the key on. The unit itself and whoever has it in the
// jurisdiction may ask. Faults: page.size, unit.unknown, order.group_unknown,
// order.kind_unknown.
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
	if f.Kind != "" {
		if !slices.Contains(order.Kinds, f.Kind) {
			return nil, fault.Field("kind", "order.kind_unknown", string(f.Kind))
		}
		where, args = where+" AND o.kind = ?", append(args, string(f.Kind))
	}
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
		if out, err = store.All(v, selectOwed+where+` ORDER BY o.due_at, o.id LIMIT ?`, scanRow, append(args, limit)...); err != nil {
			return err
		}
		return serve(v, out)
	})
	return out, err
}

// serve names the registers of the records that tasks serve.
func serve(v *store.View, rows []Row) error {
	var about []any
	for _, x := range rows {
		if x.Task != nil && x.Task.About != 0 {
			about = append(about, int64(x.Task.About))
		}
	}
	named, err := registers(v, about)
	for i, x := range rows {
		if x.Task != nil {
			rows[i].Serves = named[x.Task.About]
		}
	}
	return err
}

func registers(v *store.View, ids []any) (map[ident.ID]register.Name, error) {
	out := map[ident.ID]register.Name{}
	if len(ids) == 0 {
		return out, nil
	}
	_, err := store.All(v, `SELECT id, register FROM record WHERE id IN (`+store.Marks(len(ids))+`)`, func(r store.Scanner) (struct{}, error) {
		var id int64
		var name string
		err := r.Scan(&id, &name)
		out[ident.ID(id)] = register.Name(name)
		return struct{}{}, err
	}, ids...)
	return out, err
}

// Serves returns the register of the record that a task is about, "" if it is
// about none or the matter is no task.
func (d *Desk) Serves(ctx context.Context, s *engine.State) (out register.Name, err error) {
	if s.M.Task == nil || s.M.Task.About == 0 {
		return "", nil
	}
	err = d.e.DB().Read(ctx, func(v *store.View) error {
		named, err := registers(v, []any{int64(s.M.Task.About)})
		out = named[s.M.Task.About]
		return err
	})
	return out, err
}

// GroupCount is how many orders there are, and how many of them are late.
type GroupCount struct{ N, Late int64 }

func (c GroupCount) and(o GroupCount) GroupCount { return GroupCount{c.N + o.N, c.Late + o.Late} }

// Owing is how many open orders a unit has, in each group and of each kind.
type Owing struct {
	Groups map[Group]GroupCount
	Kinds  map[order.Kind]GroupCount
}

// Count returns how many open orders a unit has: in each group those of one
// kind, if it is named, and of each kind all.
func (d *Desk) Count(ctx context.Context, actor access.Actor, unit string, kind order.Kind, now time.Time) (*Owing, error) {
	if err := d.mayList(actor, unit); err != nil {
		return nil, err
	}
	var out *Owing
	err := d.e.DB().Read(ctx, func(v *store.View) error {
		out = &Owing{map[Group]GroupCount{}, map[order.Kind]GroupCount{}}
		_, err := store.All(v, countOwed, func(r store.Scanner) (struct{}, error) {
			var group Group
			var of order.Kind
			var c GroupCount
			err := r.Scan(&group, &of, &c.N, &c.Late)
			out.Kinds[of] = out.Kinds[of].and(c)
			if kind == "" || kind == of {
				out.Groups[group] = out.Groups[group].and(c)
			}
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
	return `SELECT g, kind, COUNT(*), CAST(SUM(late) AS BIGINT) FROM (SELECT CASE` + cases + ` ELSE '' END AS g, o.kind,
		CASE WHEN o.due_at > 0 AND o.due_at < ? THEN 1 ELSE 0 END AS late FROM orders o WHERE o.open = 1 AND o.debtor = ?) x GROUP BY g, kind`
}()
