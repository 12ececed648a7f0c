package roster

import (
	"context"
	"slices"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/calendar"
	"huying/internal/domain/org"
	"huying/internal/domain/register"
	"huying/internal/domain/roster"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// Filter chooses from a register of rosters.
type Filter struct {
	Unit   string
	Town   string
	Status string
}

// Duties lists the plans of watches that actor may see, the newest first.
func (d *Desk) Duties(ctx context.Context, actor access.Actor, f Filter, before ident.ID, limit int) ([]register.Record[roster.Plan], error) {
	return list[roster.Plan](ctx, d, actor, f, before, limit)
}

// Platforms lists the rosters of platforms that actor may see, the newest first.
func (d *Desk) Platforms(ctx context.Context, actor access.Actor, f Filter, before ident.ID, limit int) ([]register.Record[roster.Platform], error) {
	return list[roster.Platform](ctx, d, actor, f, before, limit)
}

func list[F register.Fact](ctx context.Context, d *Desk, actor access.Actor, f Filter, before ident.ID, limit int) (out []register.Record[F], err error) {
	w := engine.Where{May: &actor, Action: access.ReadRoster, Unit: f.Unit, Town: f.Town, Before: before, Limit: limit}
	if f.Status != "" {
		w.Status = []string{f.Status}
	}
	err = d.e.DB().Read(ctx, func(v *store.View) error {
		out, err = engine.Find[F](v, w)
		return err
	})
	return out, err
}

// Platform returns one roster of a platform with the trials of its posts, the
// newest of each department. Fault: record.not_found.
func (d *Desk) Platform(ctx context.Context, actor access.Actor, id ident.ID) (*register.Record[roster.Platform], map[string]roster.Reach, error) {
	p, err := engine.Get[roster.Platform](ctx, d.e, actor, access.ReadRoster, id)
	if err != nil {
		return nil, nil, err
	}
	tried, err := d.trials(ctx, id)
	return p, tried, err
}

// trials returns the newest trial of each department of a platform.
func (d *Desk) trials(ctx context.Context, platform ident.ID) (map[string]roster.Reach, error) {
	var list []register.Record[roster.Reach]
	err := d.e.DB().Read(ctx, func(v *store.View) (err error) {
		list, err = engine.Find[roster.Reach](v, engine.Where{About: platform})
		return err
	})
	out := map[string]roster.Reach{}
	for _, x := range list { // the newest first
		if _, known := out[x.Fact.Unit]; !known {
			out[x.Fact.Unit] = x.Fact
		}
	}
	return out, err
}

// Lacks returns what keeps a platform from being published.
func (d *Desk) Lacks(p *roster.Platform) []roster.Lack {
	return p.Lacks(d.e.City().Org, bounds(d.e.City(), p.Place.Town))
}

// Standing is how a desk is staffed now.
type Standing struct {
	Unit    *org.Unit
	Post    *org.Post // who is called first, also if nobody is there
	Staffed bool
	To      string      // unit that takes what cannot wait, if nobody is there
	Next    []*org.Post // who is called after the first
	Plan    *register.Record[roster.Plan]
	Gaps    []org.Gap // of the plan, from now on
}

// Board is the desks of a place at the levels it has.
type Board struct {
	Place    territory.Address
	Desks    []Standing
	Platform *register.Record[roster.Platform] // of a town; nil: none published
	Trials   map[string]roster.Reach
	Lacks    []roster.Lack
	Wanted   []org.Part
}

// Board shows who is on duty in a place now: the centres of its city, district,
// town and community, the departments that keep a roster, and of a town the
// platform. Whoever may read rosters there may ask, and also whoever works in
// it. Fault: place.unknown.
func (d *Desk) Board(ctx context.Context, actor access.Actor, place string, now time.Time) (*Board, error) {
	city := d.e.City()
	at := city.Territory.Address(place)
	if _, ok := city.Territory.Place(place); !ok {
		return nil, fault.Field("place", "place.unknown", place)
	}
	if err := access.Allow(actor, access.ReadRoster, access.Subject{Place: at, Units: city.Org.Serving(place)}); err != nil {
		return nil, err
	}
	b := &Board{Place: at, Wanted: city.Org.PlatformWanted(at.Town)}
	plans := map[string]*register.Record[roster.Plan]{}
	err := d.e.DB().Read(ctx, func(v *store.View) error {
		clear(plans)
		for _, of := range []string{city.Root, at.District, at.Town, at.Community} {
			for _, unit := range city.Org.Serving(of) {
				found, err := engine.Find[roster.Plan](v, engine.Where{Unit: unit, Status: []string{string(roster.InForce)}, On: calendar.DayOf(now), Limit: 1})
				if err != nil {
					return err
				}
				if len(found) > 0 {
					plans[unit] = &found[0]
				}
			}
		}
		if at.Town == "" {
			return nil
		}
		found, err := engine.Find[roster.Platform](v, engine.Where{Town: at.Town, Status: []string{string(roster.InForce)}, Limit: 1})
		if err == nil && len(found) > 0 {
			b.Platform = &found[0]
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if b.Platform != nil {
		b.Lacks = d.Lacks(&b.Platform.Fact)
		if b.Trials, err = d.trials(ctx, b.Platform.ID); err != nil {
			return nil, err
		}
	}
	for _, of := range []string{city.Root, at.District, at.Town, at.Community} {
		centre, _ := city.Org.Centre(of)
		for _, unit := range city.Org.Serving(of) {
			if unit == centre || plans[unit] != nil {
				b.Desks = append(b.Desks, d.standing(unit, plans[unit], now))
			}
		}
	}
	return b, nil
}

func (d *Desk) standing(unit string, plan *register.Record[roster.Plan], now time.Time) Standing {
	g := d.e.City().Org
	s := Standing{Plan: plan}
	s.Unit, _ = g.Unit(unit)
	s.Post, s.Staffed = g.OnDuty(unit, now)
	if !s.Staffed {
		s.To, _ = g.Duty(unit, now)
	}
	if s.Post != nil {
		seen := []string{s.Post.Code}
		for next := g.NextOn(unit, now, s.Post.Code); next != nil && len(seen) < 4 && !slices.Contains(seen, next.Code); next = g.NextOn(unit, now, next.Code) {
			seen, s.Next = append(seen, next.Code), append(s.Next, next)
		}
	}
	if plan != nil {
		for _, x := range plan.Fact.Gaps(g) {
			if x.To.After(now) {
				s.Gaps = append(s.Gaps, x)
			}
		}
	}
	return s
}

// Plan returns one plan of watches. Fault: record.not_found.
func (d *Desk) Plan(ctx context.Context, actor access.Actor, id ident.ID) (*register.Record[roster.Plan], error) {
	return engine.Get[roster.Plan](ctx, d.e, actor, access.ReadRoster, id)
}
