// Package numbers is the desk that answers how the city is doing, by place, by
// unit and by time. It reads counters that rose and fell with each act, never
// the matters themselves, so that a figure costs the same on the first day and
// after ten years. It shows units, never persons.
package numbers

import (
	"context"
	"slices"
	"strings"

	"huying/internal/domain/access"
	"huying/internal/domain/matter"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/internal/domain/score"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/store"
)

// Desk answers queries. It is safe for concurrent use.
type Desk struct {
	e    *engine.Engine
	past past
}

// New returns the desk over an engine.
func New(e *engine.Engine) *Desk { return &Desk{e: e} }

// Period is a span of civil days such as 20260301 to 20260331, both included.
type Period struct{ From, To int }

// Place is the figures of one place in a period.
type Place struct {
	Code     string
	Standing map[string]int64 // matters by status, now
	Open     int64            // of these, those somebody holds
	Received int64
	Closed   int64
	Merged   int64
	Referred int64
	Advised  int64
}

// Unit is the figures of one unit in a period.
type Unit struct {
	Code     string
	Owed     map[string]int64 // orders by status, now
	Held     int64            // matters it holds, now
	Issued   int64
	OnTime   int64
	Late     int64
	FirstFix int64
	Reopened int64
	// FalseClosures are results that a sample check found undone.
	FalseClosures int64
	Yellow        int64
	Red           int64
	Blue          int64
	Supervised    int64
	Facts         score.Facts // of the period
	Rates         score.Three
	Ranked        bool // enough judged matters to be compared with others
}

// Place returns the figures of the city, a district or a town.
// Faults: place.unknown, access.denied.
func (d *Desk) Place(ctx context.Context, actor access.Actor, code string, p Period) (*Place, error) {
	districts, town, err := d.scope(actor, code)
	if err != nil {
		return nil, err
	}
	out := &Place{Code: code, Standing: map[string]int64{}}
	err = d.e.DB().Read(ctx, func(v *store.View) error {
		*out = Place{Code: code, Standing: map[string]int64{}}
		for _, district := range districts {
			if err := standing(v, district, town, out); err != nil {
				return err
			}
			for name, n := range map[string]*int64{
				engine.Inflow: &out.Received, engine.Outflow: &out.Closed, engine.Joined: &out.Merged,
				engine.Referrals: &out.Referred, engine.Advices: &out.Advised,
			} {
				if err := flow(v, district, name, town, p, n); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return out, err
}

// standing adds the matters of a town, or of the district if none is named, by
// status.
func standing(v *store.View, district, town string, out *Place) error {
	name := engine.Standing
	if town == "" {
		name = engine.All(name)
	}
	counts, err := store.CounterSubjects(v, district, name, 0, 0)
	for _, c := range counts {
		status := c.Subject
		if town != "" {
			of := ""
			if of, status, _ = strings.Cut(c.Subject, "/"); of != town {
				continue
			}
		}
		if c.N == 0 {
			continue
		}
		out.Standing[status] += c.N
		if matter.Status(status).Open() {
			out.Open += c.N
		}
	}
	return err
}

// flow adds the counter of a town, or of the district if none is named, over a
// period to n.
func flow(v *store.View, district, name, town string, p Period, n *int64) error {
	if town == "" {
		name = engine.All(name)
	}
	sum, err := store.CounterSum(v, district, name, town, p.From, p.To)
	*n += sum
	return err
}

// scope returns the districts a place consists of and, for a town, its code,
// and asks that the actor may see its numbers.
func (d *Desk) scope(actor access.Actor, code string) (districts []string, town string, err error) {
	tree := d.e.City().Territory
	place, ok := tree.Place(code)
	if !ok || place.Kind.Rank() < territory.Town.Rank() {
		return nil, "", fault.Field("place", "place.unknown", code)
	}
	if err := access.Allow(actor, access.ReadNumbers, access.Subject{Place: tree.Address(code)}); err != nil {
		return nil, "", err
	}
	return d.districtsOf(code)
}

// districtsOf returns the districts a place consists of and, for a town, its
// code.
func (d *Desk) districtsOf(code string) (districts []string, town string, err error) {
	tree := d.e.City().Territory
	place, ok := tree.Place(code)
	if !ok {
		return nil, "", fault.Field("place", "place.unknown", code)
	}
	switch place.Kind.Rank() {
	case territory.City.Rank():
		for _, c := range tree.Children(code) {
			districts = append(districts, c.Code)
		}
		return districts, "", nil
	case territory.District.Rank():
		return []string{code}, "", nil
	}
	return []string{tree.Address(code).District}, code, nil
}

// Units returns the figures of every unit that owed or judged anything in a
// place, by code.
func (d *Desk) Units(ctx context.Context, actor access.Actor, code string, p Period) ([]Unit, error) {
	districts, town, err := d.scope(actor, code)
	if err != nil {
		return nil, err
	}
	all := sums{}
	err = d.e.DB().Read(ctx, func(v *store.View) error {
		all = sums{}
		for _, district := range districts {
			if err := d.unitsOf(v, district, p, all); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	units, facts := all.figures()
	least := int64(d.e.City().LimitsAt(code).Number(pack.RankLeast))
	out := make([]Unit, 0, len(units))
	for code, u := range units {
		if town != "" && !d.serves(code, town) {
			continue
		}
		if f := facts[code]; f != nil {
			u.Facts, u.Rates = *f, score.Rates(*f, score.Usual)
			u.Ranked = f.Judged >= least
		}
		out = append(out, *u)
	}
	slices.SortFunc(out, func(a, b Unit) int { return strings.Compare(a.Code, b.Code) })
	return out, nil
}

func (d *Desk) serves(unit, town string) bool {
	u, ok := d.e.City().Org.Unit(unit)
	return ok && (u.Territory == town || u.Level == org.Community && d.e.City().Territory.Within(u.Territory, town))
}
