package account

import (
	"context"

	"huying/internal/domain/access"
	"huying/internal/domain/account"
	"huying/internal/domain/grid"
	"huying/internal/domain/score"
	"huying/internal/engine"
	"huying/internal/fault"
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
	city := d.e.City()
	u, ok := city.Org.Unit(unit)
	if !ok {
		return nil, fault.Field("unit", "unit.unknown", unit)
	}
	if m := month % 100; month < 200001 || month > 220012 || m < 1 || m > 12 {
		return nil, fault.Field("month", "account.month_malformed")
	}
	place := city.Territory.Address(u.Territory)
	if actor.Unit != unit || actor.Unit == "" {
		if err := access.Allow(actor, access.ReadNumbers, access.Subject{Place: place}); err != nil {
			return nil, err
		}
	}
	if place.District == "" {
		place.District = city.Root
	}
	out := &Running{Unit: unit, Month: month}
	from, to := month*100+1, month*100+31
	err := d.e.DB().Read(ctx, func(v *store.View) error {
		f := &out.Facts
		for name, n := range map[string]*int64{
			engine.Orders: &f.Issued, engine.OnTime: &f.OnTime, engine.TooLate: &f.Late, engine.FirstFix: &f.FirstFix, engine.Reopenings: &f.Reopened,
			engine.Falsely: &f.False, engine.CardBlue: &f.Blue, engine.CardYellow: &f.Yellow, engine.CardRed: &f.Red, engine.Letters: &f.Letters,
		} {
			var err error
			if *n, err = d.counted(v, place.District, name, unit, from, to); err != nil {
				return err
			}
		}
		var err error
		if f.Stars, f.Ratings, err = engine.Sum[grid.Rating](v, engine.Where{Unit: unit, From: from, To: to}); err != nil {
			return err
		}
		points, n, err := engine.Sum[account.Entry](v, engine.Where{Unit: unit, Status: []string{account.Effective}, From: from, To: to})
		out.Entries, out.Listed = n, score.Listed(points)
		return err
	})
	out.Process = score.Processed(out.Facts)
	return out, err
}

// counted sums a counter of a unit over the districts it owes in: its own, and
// for a unit of the city all of them.
func (d *Desk) counted(v *store.View, district, name, unit string, from, to int) (int64, error) {
	city := d.e.City()
	districts := []string{district}
	if u, _ := city.Org.Unit(unit); u != nil && u.Territory == city.Root {
		districts = append(districts[:0], city.Root)
		for _, p := range city.Territory.Children(city.Root) {
			districts = append(districts, p.Code)
		}
	}
	var sum int64
	for _, place := range districts {
		n, err := store.CounterSum(v, place, name, unit, from, to)
		if err != nil {
			return 0, err
		}
		sum += n
	}
	return sum, nil
}
