package account

import (
	"context"
	"encoding/json"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/account"
	"huying/internal/domain/calendar"
	"huying/internal/domain/grid"
	"huying/internal/domain/order"
	"huying/internal/domain/score"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// Running is what a unit's process part of a month comes to, with every count
// behind it, and the points of the list entries that count (GZ-20, GZ-21). The
// unit sees it at any time. It counts orders, never anybody's acts.
type Running struct {
	Unit    string
	Month   int // 202603
	Facts   score.ProcessFacts
	Process score.Process
	Listed  float64
	Entries int64
}

// Running counts a unit's month. Whoever may read the figures of its place may
// ask, and the unit itself. Faults: unit.unknown, account.month_malformed,
// access.denied.
func (d *Desk) Running(ctx context.Context, actor access.Actor, unit string, month int) (*Running, error) {
	place, first, last, err := d.mayCount(actor, unit, month)
	if err != nil {
		return nil, err
	}
	out := &Running{Unit: unit, Month: month}
	err = d.e.DB().Read(ctx, func(v *store.View) error {
		f := &out.Facts
		for name, n := range map[string]*int64{
			engine.Orders: &f.Issued, engine.OnTime: &f.OnTime, engine.TooLate: &f.Late, engine.FirstFix: &f.FirstFix, engine.Reopenings: &f.Reopened,
			engine.Falsely: &f.False, engine.CardBlue: &f.Blue, engine.CardYellow: &f.Yellow, engine.CardRed: &f.Red, engine.Letters: &f.Letters,
		} {
			var err error
			if *n, err = d.counted(v, place.District, name, unit, first, last); err != nil {
				return err
			}
		}
		var err error
		if f.Stars, f.Ratings, err = engine.Sum[grid.Rating](v, engine.Where{Unit: unit, From: first, To: last}); err != nil {
			return err
		}
		points, n, err := engine.Sum[account.Entry](v, engine.Where{Unit: unit, Status: []string{account.Effective}, From: first, To: last})
		out.Entries, out.Listed = n, score.Listed(points)
		return err
	})
	out.Process = score.Processed(out.Facts)
	return out, err
}

// mayCount asks that an actor may see a unit's month, and returns its place and
// its days. A unit of the city has the city's own code for a district.
func (d *Desk) mayCount(actor access.Actor, unit string, month int) (place territory.Address, first, last int, err error) {
	city := d.e.City()
	u, ok := city.Org.Unit(unit)
	if !ok {
		return place, 0, 0, fault.Field("unit", "unit.unknown", unit)
	}
	if first, last, ok = calendar.Month(month); !ok {
		return place, 0, 0, fault.Field("month", "account.month_malformed")
	}
	place = city.Territory.Address(u.Territory)
	if actor.Unit != unit || actor.Unit == "" {
		if err := access.Allow(actor, access.ReadNumbers, access.Subject{Place: place}); err != nil {
			return place, 0, 0, err
		}
	}
	if place.District == "" {
		place.District = city.Root
	}
	return place, first, last, nil
}

// districts are those a unit may owe in: its own, and for a unit of the city all
// of them.
func (d *Desk) districts(district, unit string) []string {
	city := d.e.City()
	out := []string{district}
	if u, _ := city.Org.Unit(unit); u != nil && u.Territory == city.Root {
		out = []string{city.Root}
		for _, p := range city.Territory.Children(city.Root) {
			out = append(out, p.Code)
		}
	}
	return out
}

// counted sums a counter of a unit over the districts it owes in.
func (d *Desk) counted(v *store.View, district, name, unit string, from, to int) (int64, error) {
	var sum int64
	for _, place := range d.districts(district, unit) {
		n, err := store.CounterSum(v, place, name, unit, from, to)
		if err != nil {
			return 0, err
		}
		sum += n
	}
	return sum, nil
}

// Counted is an order behind the counts of a month, and what it counts as.
type Counted struct {
	Order  order.Order
	Matter ident.ID
	Marks  []account.Mark
}

// lookBack is how many days before a month an order may have been given that
// the month counts, and readOrders how many are looked at in one statement.
const (
	lookBack   = 120
	readOrders = 200
)

// Orders lists the orders behind a unit's month, the newest first, from the one
// before the given number on, to whoever may see the month. Faults: page.size
// and those of Running.
func (d *Desk) Orders(ctx context.Context, actor access.Actor, unit string, month int, before ident.ID, limit int) ([]Counted, error) {
	if limit < 1 || limit > MostRows {
		return nil, fault.Field("limit", "page.size", limit, MostRows)
	}
	place, first, last, err := d.mayCount(actor, unit, month)
	if err != nil {
		return nil, err
	}
	high := ident.First(calendar.End(last))
	if before != 0 {
		high = min(high, before)
	}
	var out []Counted
	err = d.e.DB().Read(ctx, func(v *store.View) error {
		out = nil
		for at := high; len(out) < limit; {
			rows, err := d.ordersBefore(v, place.District, unit, ident.First(calendar.Begin(calendar.AddDays(first, -lookBack))), at)
			if err != nil {
				return err
			}
			for _, c := range rows {
				if c.Marks = account.Marks(&c.Order, first, last); len(c.Marks) > 0 && len(out) < limit {
					out = append(out, c)
				}
				at = c.Order.ID
			}
			if len(rows) < readOrders {
				return nil
			}
		}
		return nil
	})
	return out, err
}

// ordersBefore reads orders of a unit, the newest first. Of closed orders there
// is no list by unit; but every order was told to its unit when it was given, and
// what a unit was told lies in the order of time.
func (d *Desk) ordersBefore(v *store.View, district, unit string, low, high ident.ID) ([]Counted, error) {
	places := d.districts(district, unit)
	args := []any{unit, low.Time().UnixMicro(), high.Time().Add(time.Second).UnixMicro(), unit, int64(low), int64(high)}
	for _, p := range places {
		args = append(args, p)
	}
	return store.All(v, `SELECT o.matter, o.doc FROM (SELECT DISTINCT matter FROM notice WHERE unit = ? AND unit <> '' AND at >= ? AND at <= ?) n
		CROSS JOIN orders o WHERE o.matter = n.matter AND o.debtor = ? AND o.id >= ? AND o.id < ?
		AND o.district IN (`+store.Marks(len(places))+`) ORDER BY o.id DESC LIMIT ?`,
		func(r store.Scanner) (c Counted, err error) {
			var matter int64
			var doc string
			if err := r.Scan(&matter, &doc); err != nil {
				return c, err
			}
			c.Matter = ident.ID(matter)
			return c, json.Unmarshal([]byte(doc), &c.Order)
		}, append(args, readOrders)...)
}
