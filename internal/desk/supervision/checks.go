package supervision

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/domain/pack"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// CheckRow is one sample check of a matter that was closed in a week.
type CheckRow struct {
	Matter   ident.ID
	Check    *order.Order
	Closed   time.Time
	Place    territory.Address
	Category string
	Text     string // the beginning
}

// Checks lists the sample checks of the matters that a district closed in a
// week and that stand closed, by their numbers, from the one after the given
// matter on, of those the actor may see. A matter that a check found undone is
// closed no more; it is listed as a mark. Faults: place.unknown,
// week.malformed, page.size.
func (d *Desk) Checks(ctx context.Context, actor access.Actor, district, week string, after ident.ID, limit int) ([]CheckRow, error) {
	if limit < 1 || limit > MostRows {
		return nil, fault.Field("limit", "page.size", limit, MostRows)
	}
	from, to, err := Week(week)
	if err != nil {
		return nil, err
	}
	place := d.e.City().Territory.Address(district)
	if place.District == "" {
		return nil, fault.Field("district", "place.unknown", district)
	}
	may := access.List(actor, access.ReadMatter)
	args := append([]any{place.District, int64(from), int64(to), int64(after)}, may.Args...)
	var out []CheckRow
	err = d.e.DB().Read(ctx, func(v *store.View) (err error) {
		out, err = store.All(v, selectChecks+may.Where+` ORDER BY x.matter LIMIT ?`, scanCheck, append(args, limit)...)
		return err
	})
	return out, err
}

// selectChecks reads the matters that were closed in a time, and the few
// orders of each.
const selectChecks = `SELECT x.matter, x.doc, m.closed_at, m.district, m.town, m.community, m.grid, m.category, m.text FROM matter m
	JOIN orders x ON x.district = m.district AND x.matter = m.id AND x.kind = 'AFTER_CHECK' AND x.status <> 'WITHDRAWN'
	WHERE m.district = ? AND m.closed_at >= ? AND m.closed_at < ? AND x.matter > ? AND `

func scanCheck(r store.Scanner) (CheckRow, error) {
	var x CheckRow
	var id, closed int64
	var doc string
	err := r.Scan(&id, &doc, &closed, &x.Place.District, &x.Place.Town, &x.Place.Community, &x.Place.Grid, &x.Category, &x.Text)
	if err != nil {
		return x, err
	}
	x.Matter, x.Closed, x.Text = ident.ID(id), time.UnixMicro(closed).UTC(), begin(x.Text)
	x.Check, err = decode(doc)
	return x, err
}

func begin(text string) string {
	if all := []rune(text); len(all) > textShown {
		return string(all[:textShown]) + "…"
	}
	return text
}

func decode(doc string) (*order.Order, error) {
	o := &order.Order{}
	return o, json.NewDecoder(strings.NewReader(doc)).Decode(o)
}

// Share is how many of a thousand closed matters a place has checked again.
func (d *Desk) Share(place string) int { return d.e.City().LimitsAt(place).Number(pack.SampleShare) }

// Checker is the unit that checks a district's matters: its supervising unit,
// "" if it has none.
func (d *Desk) Checker(district string) string { return d.supervisor(district) }

// Count returns how many marks of each kind stand in what the actor sees by
// its place, from counters; an actor without a place gets none.
func (d *Desk) Count(ctx context.Context, actor access.Actor) (map[matter.MarkKind]int64, error) {
	reach := access.ReachOf(actor, access.ReadMatter)
	out := map[matter.MarkKind]int64{}
	err := d.e.DB().Read(ctx, func(v *store.View) error {
		clear(out)
		for _, kind := range matter.MarkKinds {
			for _, district := range d.within(reach) {
				name, subject := engine.All(engine.MarkCounter(kind)), ""
				if reach.Place.Town != "" {
					name, subject = engine.MarkCounter(kind), "town/"+reach.Place.Town
				}
				n, err := store.CounterSum(v, district, name, subject, 0, 0)
				if err != nil {
					return err
				}
				out[kind] += n
			}
		}
		return nil
	})
	return out, err
}

// within returns the districts of a reach.
func (d *Desk) within(r access.Reach) []string {
	if !r.All {
		if r.Place.District == "" || r.Place.Community != "" {
			return nil // communities have no counters of their own
		}
		return []string{r.Place.District}
	}
	tree := d.e.City().Territory
	var out []string
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
