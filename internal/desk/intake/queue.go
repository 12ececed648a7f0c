package intake

import (
	"context"
	"slices"
	"strings"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/duty"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/engine/index"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// QueueFilter narrows what a unit holds. Empty fields narrow nothing.
type QueueFilter struct {
	Status  string
	Any     []string // states, any of them
	Urgency string
	Source  string
	Colour  string // of a card that counts: BLUE, YELLOW, RED
	Post    string // on whose duty it came: "mine" is the actor's own
	Text    string // words, as in the search box
}

// Queue returns what a unit must do now, the nearest deadline first, from the
// row after the given deadline and number on. The unit itself and whoever may
// see the matters may ask.
// Faults: unit.unknown, status.unknown, inlet.unknown, urgency.unknown,
// colour.unknown, page.size.
func (d *Desk) Queue(ctx context.Context, actor access.Actor, unit string, f QueueFilter, afterNext time.Time, after ident.ID, limit int) ([]Row, error) {
	limit, err := pageSize(limit)
	if err != nil {
		return nil, err
	}
	u, ok := d.e.City().Org.Unit(unit)
	if !ok {
		return nil, fault.Field("unit", "unit.unknown", unit)
	}
	may := access.List(actor, access.ReadMatter)
	if actor.Unit == u.Code && actor.Kind == access.Staff {
		may = access.Filter{Where: "1=1"} // whoever holds a matter sees it
	}
	conds, args := []string{may.Where}, may.Args
	states, err := f.states()
	if err == nil {
		err = d.narrowQueue(f, func(cond string, a ...any) { conds, args = append(conds, cond), append(args, a...) })
	}
	if err != nil {
		return nil, err
	}
	n := nearest{scopes: []scope{{"m.holder = ?", []any{unit}}}, states: states, cond: strings.Join(conds, " AND "), args: args}
	return d.page(ctx, n, f.Text, afterNext, after, limit)
}

// page reads a page of the nearest whose text fits the words.
func (d *Desk) page(ctx context.Context, n nearest, text string, afterNext time.Time, after ident.ID, limit int) ([]Row, error) {
	words := index.Words(text)
	var out []Row
	err := d.e.DB().Read(ctx, func(v *store.View) error {
		out = nil
		for next, after := microsOf(afterNext), int64(after); ; {
			page, err := store.All(v, n.query(), scanWhole, n.all(next, after, limit)...)
			if err != nil {
				return err
			}
			for _, x := range page {
				if n.calls && x.Kind == string(matter.Tasked) {
					continue // not by SQL: the kind is in no index, and tasks are few among calls
				}
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

// scope is one part of what a list is of, which an index has together.
type scope struct {
	cond string
	args []any
}

// nearest is a list of open matters, the nearest deadline first. Of each state
// in each scope an index gives the nearest, and the nearest of these are the
// page. What a unit holds and a town has lie there in order, so that the page
// costs what it shows, however much there is.
type nearest struct {
	scopes []scope
	states []string // each once
	cond   string
	args   []any
	calls  bool // without tasks
}

func (n nearest) query() string {
	var parts []string
	for _, x := range n.scopes {
		of := `SELECT id, next_at FROM (SELECT m.id, m.next_at FROM matter m WHERE m.holder <> '' AND ` + x.cond +
			` AND m.status = ? AND (m.next_at, m.id) > (?, ?) AND ` + n.cond + ` ORDER BY m.next_at, m.id LIMIT ?) AS s`
		for range n.states {
			parts = append(parts, of)
		}
	}
	return `SELECT ` + rowColumns + ` FROM matter m WHERE m.id IN (SELECT w.id FROM (` + strings.Join(parts, ` UNION ALL `) +
		`) AS w ORDER BY w.next_at, w.id LIMIT ?) ORDER BY m.next_at, m.id`
}

func (n nearest) all(next, after int64, limit int) []any {
	var out []any
	for _, x := range n.scopes {
		for _, status := range n.states {
			out = append(append(append(append(out, x.args...), status, next, after), n.args...), limit)
		}
	}
	return append(out, limit)
}

func microsOf(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// states are the states that a filter leaves, each once.
// Fault: status.unknown.
func (f QueueFilter) states() ([]string, error) {
	for _, status := range f.Any {
		if !known(status) {
			return nil, fault.Field("status", "status.unknown", status)
		}
	}
	switch {
	case f.Status != "": // where it is none of the others, the conditions say so
		return []string{f.Status}, nil
	case len(f.Any) > 0:
		return slices.Compact(slices.Sorted(slices.Values(f.Any))), nil
	}
	return open, nil
}

// open are the states in which somebody holds a matter.
var open = func() (out []string) {
	for _, s := range matter.Statuses {
		if s.Open() {
			out = append(out, string(s))
		}
	}
	return out
}()

func (d *Desk) narrowQueue(f QueueFilter, add func(string, ...any)) error {
	if f.Urgency != "" {
		if err := matter.KnownUrgency(duty.Urgency(f.Urgency)); err != nil {
			return err
		}
	}
	if err := d.narrow(Filter{Status: f.Status, Source: f.Source, Urgency: f.Urgency}, time.Time{}, add); err != nil {
		return err
	}
	if f.Status != "" && len(f.Any) > 0 { // else the list is of these states anyway
		add("m.status IN ("+store.Marks(len(f.Any))+")", anys(f.Any)...)
	}
	if f.Colour != "" {
		kind, ok := map[order.Colour]matter.MarkKind{order.Red: matter.MarkRed, order.Yellow: matter.MarkYellow, order.Blue: matter.MarkBlue}[order.Colour(f.Colour)]
		if !ok {
			return fault.Field("colour", "colour.unknown", f.Colour)
		}
		add(`EXISTS (SELECT 1 FROM mark k WHERE k.district = m.district AND k.matter = m.id AND k.kind = ?)`, string(kind))
	}
	if f.Post != "" {
		if _, ok := d.e.City().Org.Post(f.Post); !ok {
			return fault.Field("post", "post.unknown", f.Post)
		}
		add(`m.doc LIKE ?`, `%"holder_post":"`+f.Post+`"%`)
	}
	return nil
}
