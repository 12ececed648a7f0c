package ground

import (
	"context"
	"strings"

	"huying/internal/domain/access"
	"huying/internal/domain/grid"
	"huying/internal/domain/matter"
	"huying/internal/domain/register"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

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

// PlanPatrol keeps a plan and orders the team to go round, by the end of the day
// (LN-13): the densest grids as they are when it is planned. Faults:
// place.unknown, access.denied, record.key_taken, and those of grid.CheckPatrol
// and of tasks.
func (d *Desk) PlanPatrol(ctx context.Context, cmd engine.Command, in NewPatrol) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "plan_patrol", func(b *engine.Bundle) (ident.ID, error) {
		place, err := placed(b, access.PlanGround, in.Town)
		if err != nil {
			return 0, err
		}
		open, err := openByGrid(b.Query(), place)
		if err != nil {
			return 0, err
		}
		p := &grid.Patrol{Day: in.Day, Place: territory.Address{District: place.District, Town: place.Town}, Team: in.Team, Unit: b.Actor().Unit}
		p.Grids, p.Threshold = grid.Densest(below(b.City().Territory, place.Town), open, in.Threshold)
		if err := grid.CheckPatrol(p, b.Today()); err != nil {
			return 0, err
		}
		id, err := engine.Enter(b, "plan", p)
		if err != nil {
			return 0, err
		}
		names := make([]string, len(p.Grids))
		for i, g := range p.Grids {
			names[i] = g.Grid
		}
		_, err = b.Assign(matter.Assigned{
			Kind: matter.Patrolling, Title: in.Title, Place: p.Place, About: id,
			Orders: []matter.Assignment{{Debtor: in.Team, Due: endOf(in.Day), Content: strings.Join(names, " ")}},
		}, nil)
		return id, err
	})
}

// Patrols lists the plans of a town, the newest first.
func (d *Desk) Patrols(ctx context.Context, actor access.Actor, town string, before ident.ID, limit int) (out []register.Record[grid.Patrol], err error) {
	err = d.e.DB().Read(ctx, func(v *store.View) error {
		out, err = engine.Find[grid.Patrol](v, engine.Where{May: &actor, Action: access.ReadGround, Town: town, Before: before, Limit: limit})
		return err
	})
	return out, err
}
