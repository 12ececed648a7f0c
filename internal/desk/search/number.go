package search

import (
	"strings"
	"time"

	"huying/internal/domain/access"
	"huying/internal/engine/index"
	"huying/internal/ident"
	"huying/internal/store"
)

// How far back a number without its date is looked for, and how many matters
// are shown by number.
const (
	daysBack    = 400
	mostNumbers = 10
)

// byNumber finds matters by their own number or a part of it, by the number of
// an order, and by the number that their source gave them.
func (d *Desk) byNumber(v *store.View, question string, reach access.Reach, now time.Time) ([]Hit, error) {
	var out []Hit
	var err error
	switch list := ident.Ranges(question, now.AddDate(0, 0, 1), daysBack); {
	case len(list) == 0:
	case len(list) == 1 && list[0].From != list[0].To:
		if out, err = between(v, list[0], reach); err == nil && list[0].To-list[0].From < aDay {
			out, err = d.ofOrders(v, out, `x.id BETWEEN ? AND ?`, []any{int64(list[0].From), int64(list[0].To)}, reach)
		}
	default:
		ids := make([]ident.ID, len(list))
		for i, r := range list {
			ids[i] = r.From
		}
		if out, err = hits(v, ids, reach); err == nil {
			in, args := index.In(ids)
			out, err = d.ofOrders(v, out, `x.id IN `+in, args, reach)
		}
	}
	if err != nil {
		return nil, err
	}
	bySource, err := d.bySource(v, strings.TrimSpace(question), reach)
	out = append(out, bySource...)
	out = out[:min(len(out), mostNumbers)]
	for i := range out {
		out[i].cut(nil)
	}
	return out, err
}

// aDay is less than the ids of a whole day: orders are looked for only among
// fewer.
const aDay = ident.ID(1<<35 - 1)

// between returns the newest matters of a span of ids.
func between(v *store.View, r ident.Range, reach access.Reach) ([]Hit, error) {
	var out []Hit
	err := index.Walk(v, index.Question{Reach: reach, Before: r.To + 1}, func(ids []ident.ID) (bool, error) {
		list, err := hits(v, ids, reach)
		for _, x := range list {
			if x.No < r.From || len(out) == mostNumbers {
				return true, err
			}
			out = append(out, x)
		}
		return ids[len(ids)-1] < r.From, err
	})
	return out, err
}

// selectOfOrders is the statement of the matters of orders by their number. On
// PostgreSQL the district leads the key of orders.
func selectOfOrders(cond string, districts int, may access.Filter) string {
	return `SELECT ` + hitColumns + `, x.id FROM orders x JOIN matter m ON m.district = x.district AND m.id = x.matter
		WHERE x.district IN (` + store.Marks(districts) + `) AND ` + cond + ` AND ` + may.Where + ` ORDER BY x.id DESC LIMIT ?`
}

// ofOrders adds the matters of orders to a list.
func (d *Desk) ofOrders(v *store.View, out []Hit, cond string, args []any, reach access.Reach) ([]Hit, error) {
	may, all := reach.Filter(), []any{}
	for _, p := range d.e.City().Territory.Children(d.e.City().Root) {
		all = append(all, p.Code)
	}
	if len(all) == 0 {
		all = append(all, d.e.City().Root)
	}
	query := selectOfOrders(cond, len(all), may)
	all = append(append(append(all, args...), may.Args...), mostNumbers)
	list, err := store.All(v, query, scanNumbered, all...)
	return append(out, list...), err
}

func scanNumbered(r store.Scanner) (Hit, error) {
	var order int64
	x, err := scanHit(also{r, &order})
	x.Order = ident.ID(order)
	return x, err
}

// also scans one column more than it is asked for.
type also struct {
	store.Scanner
	last *int64
}

func (a also) Scan(dest ...any) error { return a.Scanner.Scan(append(dest, a.last)...) }

// bySource finds the matters of a source's own number, whatever the source.
func (d *Desk) bySource(v *store.View, ref string, reach access.Reach) ([]Hit, error) {
	city := d.e.City()
	args := []any{city.Root, ref}
	for source := range city.Inlets {
		args = append(args, source)
	}
	ids, err := store.All(v, `SELECT matter FROM inlet_key WHERE district = ? AND source_ref = ? AND source IN (`+store.Marks(len(city.Inlets))+`) LIMIT 20`,
		func(r store.Scanner) (id ident.ID, err error) {
			err = r.Scan(&id)
			return id, err
		}, args...)
	if err != nil {
		return nil, err
	}
	return hits(v, ids, reach)
}
