package burden

import (
	"cmp"
	"context"
	"slices"

	"huying/internal/domain/access"
	"huying/internal/domain/burden"
	"huying/internal/domain/calendar"
	"huying/internal/domain/observe"
	"huying/internal/domain/order"
	"huying/internal/domain/org"
	"huying/internal/domain/register"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// Filter chooses entries. Zero members choose nothing.
type Filter struct {
	Unit   string // that received
	Issuer string
	Place  string
	Status string
	Month  int // such as 202603
	Before ident.ID
	Limit  int
}

// Entries lists the burden ledger as far as the actor may see it: what its place
// received, and what its unit asked or received. Faults: page.size,
// place.unknown, month.unknown.
func (d *Desk) Entries(ctx context.Context, actor access.Actor, f Filter) (out []register.Record[burden.Entry], err error) {
	w, err := d.where(actor, f)
	if err != nil {
		return nil, err
	}
	err = d.e.DB().Read(ctx, func(v *store.View) error {
		out, err = engine.Find[burden.Entry](v, w)
		return err
	})
	return out, err
}

func (d *Desk) where(actor access.Actor, f Filter) (engine.Where, error) {
	w := engine.Where{Unit: f.Unit, Other: f.Issuer, Before: f.Before, Limit: f.Limit, May: &actor, Action: access.ReadBurden}
	if w.Limit == 0 {
		w.Limit = 50
	}
	if w.Limit < 1 || w.Limit > MostRows {
		return w, fault.Field("limit", "page.size", f.Limit, MostRows)
	}
	if f.Status != "" {
		w.Status = []string{f.Status}
	}
	if f.Month != 0 {
		if m := f.Month % 100; m < 1 || m > 12 || f.Month < 200001 || f.Month > 210012 {
			return w, fault.Field("month", "month.unknown", f.Month)
		}
		w.From, w.To = f.Month*100+1, f.Month*100+31
	}
	place, err := d.place(f.Place)
	w.District, w.Town = place.District, place.Town
	return w, err
}

func (d *Desk) place(code string) (territory.Address, error) {
	city := d.e.City()
	if code == "" || code == city.Root {
		return territory.Address{}, nil
	}
	if _, ok := city.Territory.Place(code); !ok {
		return territory.Address{}, fault.Field("place", "place.unknown", code)
	}
	return city.Territory.Address(code), nil
}

// Line is what one unit asked of the towns and villages of a place in a month.
type Line struct {
	Issuer  string
	Count   map[burden.Kind]int64 // demands, by kind; orders are counted from the orders themselves
	Minutes int64
	Refused int64 // asked for and not admitted
	Avoided int64 // answered from what is held
	Spared  int64 // minutes of both
	// Observed is how often observers at the base spoke of its forms, meetings,
	// checks and push-downs. It is told of a district or the city, never of a town.
	Observed int64
}

// Total is the number of demands.
func (l *Line) Total() (n int64) {
	for _, x := range l.Count {
		n += x
	}
	return n
}

// Report is the account of a month.
type Report struct {
	Place string
	Month int
	Lines []Line // the issuers of most minutes first
	Sum   Line
}

// Report makes the account of a month for a place: per issuer, never per person.
// Faults: place.unknown, month.unknown, access.denied.
func (d *Desk) Report(ctx context.Context, actor access.Actor, code string, month int) (*Report, error) {
	place, err := d.place(code)
	if err != nil {
		return nil, err
	}
	if err := access.Allow(actor, access.ReadBurden, access.Subject{Place: place}); err != nil {
		return nil, err
	}
	w, err := d.where(actor, Filter{Place: code, Month: month})
	if err != nil {
		return nil, err
	}
	w.May = nil // the place was asked
	lines := map[string]*Line{}
	err = d.e.DB().Read(ctx, func(v *store.View) error {
		if err := tally(v, w, lines); err != nil {
			return err
		}
		if err := d.orders(v, place, month, lines); err != nil || place.Town != "" {
			return err
		}
		return observed(v, place, month, lines)
	})
	if err != nil {
		return nil, err
	}
	out := &Report{Place: code, Month: month, Sum: Line{Count: map[burden.Kind]int64{}}}
	for _, l := range lines {
		out.Lines = append(out.Lines, *l)
		out.Sum.add(l)
	}
	slices.SortFunc(out.Lines, func(a, b Line) int {
		return cmp.Or(cmp.Compare(b.Minutes, a.Minutes), cmp.Compare(b.Total(), a.Total()), cmp.Compare(a.Issuer, b.Issuer))
	})
	return out, nil
}

func (l *Line) add(x *Line) {
	for k, n := range x.Count {
		l.Count[k] += n
	}
	l.Minutes, l.Refused, l.Avoided, l.Spared = l.Minutes+x.Minutes, l.Refused+x.Refused, l.Avoided+x.Avoided, l.Spared+x.Spared
	l.Observed += x.Observed
}

func of(lines map[string]*Line, issuer string) *Line {
	if lines[issuer] == nil {
		lines[issuer] = &Line{Issuer: issuer, Count: map[burden.Kind]int64{}}
	}
	return lines[issuer]
}

// tally adds up the entries chosen, page by page.
func tally(v *store.View, w engine.Where, lines map[string]*Line) error {
	w.Limit = 500
	for {
		rows, err := engine.Find[burden.Entry](v, w)
		if err != nil {
			return err
		}
		for _, r := range rows {
			w.Before = r.ID
			e := &r.Fact
			l := of(lines, e.Issuer)
			switch e.Status {
			case burden.Refused:
				l.Refused++
				l.Spared += int64(e.Minutes)
			case burden.Avoided:
				l.Avoided++
				l.Spared += int64(e.Minutes)
			default:
				l.Count[e.Kind]++
				l.Minutes += int64(e.Minutes)
			}
		}
		if len(rows) < w.Limit {
			return nil
		}
	}
}

// orders counts the orders that upper units gave the towns and villages of a
// place in a month. Those of a demand stand in the ledger already; an opinion
// that is asked for is a right.
func (d *Desk) orders(v *store.View, place territory.Address, month int, lines map[string]*Line) error {
	low, _ := ident.DayRange(calendar.Begin(month*100 + 1))
	high, _ := ident.DayRange(calendar.Begin(calendar.AddMonths(month, 1)*100 + 1))
	query := `SELECT o.creditor, o.debtor, COUNT(*) FROM orders o WHERE o.id >= ? AND o.id < ? AND o.kind <> ?
		AND NOT EXISTS (SELECT 1 FROM served s JOIN record r ON r.id = s.about WHERE s.matter = o.matter AND r.register = ?)`
	args := []any{int64(low), int64(high), string(order.Opinion), string(burden.DemandRegister)}
	if place.District != "" {
		query, args = query+` AND o.district = ?`, append(args, place.District)
	}
	type row struct {
		creditor, debtor string
		n                int64
	}
	rows, err := store.All(v, query+` GROUP BY o.creditor, o.debtor`, func(r store.Scanner) (x row, err error) {
		err = r.Scan(&x.creditor, &x.debtor, &x.n)
		return x, err
	}, args...)
	if err != nil {
		return err
	}
	city := d.e.City()
	for _, x := range rows {
		from, ok1 := city.Org.Unit(x.creditor)
		to, ok2 := city.Org.Unit(x.debtor)
		if !ok1 || !ok2 || to.Level.Rank() > org.Town.Rank() || from.Level.Rank() <= to.Level.Rank() {
			continue
		}
		if place.Town != "" && city.Territory.Address(to.Territory).Town != place.Town {
			continue
		}
		of(lines, x.creditor).Count[burden.Order] += x.n
	}
	return nil
}

// burdens are the topics of observations that tell of a burden.
var burdens = []string{"FORMS", "MEETINGS", "CHECKS", "PUSH_DOWN"}

// observed counts what observers said in a month of the burden that units of a
// place make.
func observed(v *store.View, place territory.Address, month int, lines map[string]*Line) error {
	w := engine.Where{District: place.District, Status: burdens, From: month*100 + 1, To: month*100 + 31, Limit: 500}
	for {
		rows, err := engine.Find[observe.Note](v, w)
		if err != nil {
			return err
		}
		for _, r := range rows {
			w.Before = r.ID
			of(lines, r.Fact.Unit).Observed++
		}
		if len(rows) < w.Limit {
			return nil
		}
	}
}

// DemandOf returns a demand with the values that are held of its fields, to the
// unit that asked. Fault: record.not_found.
func (d *Desk) DemandOf(ctx context.Context, actor access.Actor, id ident.ID) (*register.Record[burden.Demand], []register.Record[burden.Field], error) {
	r, err := engine.Get[burden.Demand](ctx, d.e, actor, access.ReadBurden, id)
	if err != nil {
		return nil, nil, err
	}
	var held []register.Record[burden.Field]
	err = d.e.DB().Read(ctx, func(v *store.View) error {
		for _, s := range r.Fact.Shares {
			for _, f := range r.Fact.Fields {
				x, err := d.field(v, s.Unit, f.Code)
				if err != nil {
					return err
				}
				if x != nil && x.Fact.Day != 0 {
					held = append(held, *x)
				}
			}
		}
		return nil
	})
	return r, held, err
}

// Fields lists what a unit was asked to tell and what of it is held, to whom it
// may concern. Fault: unit.unknown.
func (d *Desk) Fields(ctx context.Context, actor access.Actor, unit string) (out []register.Record[burden.Field], err error) {
	if unit == "" {
		unit = actor.Unit
	}
	if _, ok := d.e.City().Org.Unit(unit); !ok {
		return nil, fault.Field("unit", "unit.unknown", unit)
	}
	err = d.e.DB().Read(ctx, func(v *store.View) error {
		out, err = engine.Find[burden.Field](v, engine.Where{Unit: unit, May: &actor, Action: access.ReadBurden, Limit: MostRows})
		return err
	})
	return out, err
}
