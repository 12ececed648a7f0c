// Package power is the desk of powers and of what must be asked before an act:
// the register of powers, gates and opinions, recommendations, liaison, the
// instructions of two superiors, and appraisals. What is owed by a time is an
// order of a task; what is permitted is decided by domain/power and
// domain/consult.
package power

import (
	"context"
	"slices"

	"huying/internal/domain/access"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/internal/domain/power"
	"huying/internal/domain/register"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// Desk runs the commands. It is safe for concurrent use.
type Desk struct{ e *engine.Engine }

// New returns the desk over an engine.
func New(e *engine.Engine) *Desk { return &Desk{e} }

// MostRows bounds a list.
const MostRows = 200

// own is the subject of what an actor does for its own unit.
func own(a access.Actor) access.Subject {
	return access.Subject{Place: a.At, Desk: a.Unit, Units: []string{a.Unit}}
}

// has returns nil if a unit has the power over the object today.
func has(q store.Querier, city *pack.City, unit string, code power.Code, object string, day int) error {
	u, ok := city.Org.Unit(unit)
	if !ok {
		return fault.Field("unit", "unit.unknown", unit)
	}
	records, err := engine.Find[power.Power](q, engine.Where{Unit: unit, On: day})
	if err != nil {
		return err
	}
	return power.Has(u, city.Powers, records, code, object, day)
}

// holders returns the units of a place that have a power today, sorted.
func holders(q store.Querier, city *pack.City, place string, code power.Code, day int) ([]string, error) {
	var out []string
	for _, unit := range city.Org.Serving(place) {
		switch err := has(q, city, unit, code, "", day); fault.Code(err) {
		case "":
			if err != nil {
				return nil, err
			}
			out = append(out, unit)
		case "power.not_held":
		default:
			return nil, err
		}
	}
	slices.Sort(out)
	return out, nil
}

// organiser returns the unit that looks after powers and exceptions at a place:
// the one with an organiser's post in the district, else in the city.
func organiser(city *pack.City, place string) string {
	for _, at := range []string{city.Territory.Address(place).District, city.Root} {
		for _, code := range city.Org.Serving(at) {
			if slices.ContainsFunc(city.Org.Posts(code), func(p *org.Post) bool { return p.Role == org.Organiser }) {
				return code
			}
		}
	}
	return ""
}

// Grant gives a power or takes it back.
type Grant struct {
	Holder string `json:"holder" maxLength:"64" doc:"Code of the unit"`
	Code   string `json:"code" maxLength:"40"`
	Object string `json:"object,omitempty" maxLength:"64" doc:"Unit it is over; empty: every one"`
	Basis  string `json:"basis" maxLength:"500" doc:"Document it stands on"`
	From   int    `json:"from,omitempty" doc:"First day, as 20260401; empty: today"`
	To     int    `json:"to,omitempty" doc:"Last day; empty: open"`
	Revoke bool   `json:"revoke,omitempty" doc:"Take the power back"`
}

// Grant enters a power on the register, or its end. Faults: unit.unknown,
// access.denied, and those of power.Check.
func (d *Desk) Grant(ctx context.Context, cmd engine.Command, in Grant) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "grant_power", func(b *engine.Bundle) (ident.ID, error) {
		city := b.City()
		u, ok := city.Org.Unit(in.Holder)
		if !ok {
			return 0, fault.Field("holder", "unit.unknown", in.Holder)
		}
		if _, ok := city.Org.Unit(in.Object); in.Object != "" && !ok {
			return 0, fault.Field("object", "unit.unknown", in.Object)
		}
		p := power.Power{
			Holder: in.Holder, Code: power.Code(in.Code), Object: in.Object, Basis: in.Basis, From: in.From, To: in.To, Status: power.Granted,
			Place: city.Territory.Address(u.Territory),
		}
		if p.From == 0 {
			p.From = b.Today()
		}
		if in.Revoke {
			p.Status = power.Revoked
		}
		if err := access.Allow(cmd.Actor, access.GrantPower, access.Subject{Place: p.Place}); err != nil {
			return 0, err
		}
		if err := p.Check(); err != nil {
			return 0, err
		}
		act, notice := "grant", "notice.power_granted"
		if in.Revoke {
			act, notice = "revoke", "notice.power_revoked"
		}
		id, err := engine.Enter(b, act, &p)
		if err != nil {
			return 0, err
		}
		return id, b.Tell(id, in.Holder, notice, in.Code)
	})
}

// Powers lists what a unit holds or has lost today.
func (d *Desk) Powers(ctx context.Context, actor access.Actor, unit string, day int) ([]power.Held, error) {
	if err := access.Allow(actor, access.ReadPower, access.Subject{}); err != nil {
		return nil, err
	}
	u, ok := d.e.City().Org.Unit(unit)
	if !ok {
		return nil, fault.Field("unit", "unit.unknown", unit)
	}
	var out []power.Held
	err := d.e.DB().Read(ctx, func(v *store.View) error {
		records, err := engine.Find[power.Power](v, engine.Where{Unit: unit, On: day})
		out = power.Of(u, d.e.City().Powers, records, day)
		return err
	})
	return out, err
}

// Register lists the records of the register, newest first.
func (d *Desk) Register(ctx context.Context, actor access.Actor, unit string, before ident.ID, limit int) ([]register.Record[power.Power], error) {
	return find[power.Power](ctx, d, engine.Where{Unit: unit, Before: before, Limit: limit, May: &actor, Action: access.ReadPower})
}

// find lists records by a read of its own.
func find[F register.Fact](ctx context.Context, d *Desk, w engine.Where) (out []register.Record[F], err error) {
	if w.Limit < 1 || w.Limit > MostRows {
		return nil, fault.Field("limit", "page.size", w.Limit, MostRows)
	}
	err = d.e.DB().Read(ctx, func(v *store.View) (err error) {
		out, err = engine.Find[F](v, w)
		return err
	})
	return out, err
}
