package ground

import (
	"context"
	"slices"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/grid"
	"huying/internal/domain/order"
	"huying/internal/domain/register"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// NewLead sends a team after what the ground found.
type NewLead struct {
	Unit string `json:"unit" maxLength:"64" doc:"The team, such as the enforcement team of the street"`
	Why  string `json:"why" maxLength:"2000" doc:"What it shall look into"`
}

// SendTeam makes a lead of a finding and orders a team, in one command: the lead
// keeps where it came from and how long it took (LN-15). A matter that no round,
// scene, task or entry of a grid made is no finding. Faults: matter.not_found,
// lead.no_origin, record.key_taken, unit.unknown and those of orders.
func (d *Desk) SendTeam(ctx context.Context, cmd engine.Command, no ident.ID, in NewLead) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "send_team", func(b *engine.Bundle) (ident.ID, error) {
		s, err := readable(b, no)
		if err != nil {
			return 0, err
		}
		origin, found, err := originOf(b.Query(), s, b.Today())
		if err != nil {
			return 0, err
		}
		l := &grid.Lead{Day: b.Today(), Matter: no, Origin: origin, Place: s.M.Place, Unit: in.Unit}
		if err := grid.CheckLead(l, in.Why); err != nil {
			return 0, err
		}
		if _, ok := b.City().Org.Unit(in.Unit); !ok {
			return 0, fault.Field("unit", "unit.unknown", in.Unit)
		}
		if err := send(b, s, in.Unit, in.Why); err != nil {
			return 0, err
		}
		l.Order = s.Orders[len(s.Orders)-1].ID
		l.Minutes = int(b.Now().Time().Sub(found).Minutes())
		return engine.Enter(b, "send", l)
	})
}

// originOf returns the record that a matter was found by, zero if none, and when
// it was found.
func originOf(q store.Querier, s *engine.State, today int) (ident.ID, time.Time, error) {
	found := s.M.ReceivedAt.Time()
	place := s.M.Place
	scenes, err := engine.Find[grid.Scene](q, engine.Where{District: place.District, Key: grid.OfMatter(s.M.ID)})
	if err != nil {
		return 0, found, err
	}
	if len(scenes) > 0 {
		return scenes[0].ID, time.UnixMicro(scenes[0].Fact.At), nil
	}
	entries, err := engine.Find[grid.Entry](q, engine.Where{District: place.District, Key: grid.OfMatter(s.M.ID)})
	if err != nil {
		return 0, found, err
	}
	if len(entries) > 0 {
		return entries[0].ID, found, nil
	}
	var origin ident.ID
	day := engine.Today(s.M.ReceivedAt)
	w := engine.Where{District: place.District, Town: place.Town, From: grid.DayAfter(day, -8), To: today}
	err = every(q, w, func(r register.Record[grid.Round]) {
		if slices.Contains(r.Fact.Findings, s.M.ID) {
			origin = r.ID
		}
	})
	if err != nil || origin != 0 {
		return origin, found, err
	}
	err = every(q, w, func(r register.Record[grid.Chore]) {
		if slices.Contains(r.Fact.Findings, s.M.ID) {
			origin = r.ID
		}
	})
	return origin, found, err
}

// Led is a lead with what became of it.
type Led struct {
	register.Record[grid.Lead]
	Order *order.Order // the team's
}

// Leads lists the leads of a town, the newest first, each with the action that
// followed. Faults: access.denied, place.unknown.
func (d *Desk) Leads(ctx context.Context, actor access.Actor, town string, before ident.ID, limit int) ([]Led, error) {
	var out []Led
	err := d.e.DB().Read(ctx, func(v *store.View) error {
		rows, err := engine.Find[grid.Lead](v, engine.Where{May: &actor, Action: access.ReadGround, Town: town, Before: before, Limit: limit})
		if err != nil {
			return err
		}
		ids := make([]ident.ID, len(rows))
		for i, r := range rows {
			ids[i] = r.Fact.Matter
		}
		states, err := d.e.States(v, ids)
		if err != nil {
			return err
		}
		out = make([]Led, len(rows))
		for i, r := range rows {
			out[i].Record = r
			if out[i].Order, err = states[i].Order(r.Fact.Order); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

// NewPatrol plans a patrol of the grids where most is open.
type NewPatrol struct {
	Town      string `json:"town" maxLength:"64"`
	Team      string `json:"team" maxLength:"64" doc:"The unit that goes round"`
	Day       int    `json:"day" doc:"Such as 20260310"`
	Threshold int    `json:"threshold,omitempty" minimum:"0" doc:"Open matters of 100 km²; 0: twice the density of the town"`
	Title     string `json:"title" maxLength:"200" doc:"What the order says"`
}

// Densest tells the grids of a town where most is open for their size, with the
// threshold that was asked; it plans nothing. Faults: place.unknown,
// access.denied.
func (d *Desk) Densest(ctx context.Context, actor access.Actor, town string, threshold int) (out []grid.Dense, at int, err error) {
	place := d.e.City().Territory.Address(town)
	if place.Town == "" {
		return nil, 0, fault.New(fault.NotFound, "place.unknown", town)
	}
	if err := access.Allow(actor, access.ReadGround, access.Subject{Place: place}); err != nil {
		return nil, 0, err
	}
	err = d.e.DB().Read(ctx, func(v *store.View) error {
		open, err := openByGrid(v, place)
		out, at = grid.Densest(below(d.e.City().Territory, place.Town), open, threshold)
		return err
	})
	return out, at, err
}

func openByGrid(q store.Querier, place territory.Address) (map[string]int, error) {
	open := map[string]int{}
	_, err := store.All(q, `SELECT grid, COUNT(*) FROM matter WHERE district = ? AND town = ? AND holder <> '' AND grid <> '' GROUP BY grid`,
		func(r store.Scanner) (struct{}, error) {
			var code string
			var n int
			err := r.Scan(&code, &n)
			open[code] = n
			return struct{}{}, err
		}, place.District, place.Town)
	return open, err
}
