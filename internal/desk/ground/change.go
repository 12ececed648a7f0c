// Package ground is the desk of the ground: changes of grids, street segments
// and their chiefs, the posts of a grid, professional grids, and rounds. It
// keeps facts on registers and raises calls; what somebody owes is an order of
// the engine. It knows no face.
package ground

import (
	"cmp"
	"context"
	"log/slog"
	"slices"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/grid"
	"huying/internal/domain/pack"
	"huying/internal/domain/register"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// Desk runs the commands. It is safe for concurrent use.
type Desk struct{ e *engine.Engine }

// New returns the desk over an engine.
func New(e *engine.Engine) *Desk { return &Desk{e} }

// NewChange is a split or merge to plan.
type NewChange struct {
	Kind   string   `json:"kind" enum:"SPLIT,MERGE,EXCLUSIVE"`
	Grids  []string `json:"grids" doc:"Codes: one to split or to set an own grid in, or those to merge"`
	Name   string   `json:"name,omitempty" maxLength:"100" doc:"Of an institution's own grid"`
	Parts  int      `json:"parts,omitempty" minimum:"0" maximum:"99" doc:"How many grids a split gives"`
	Day    int      `json:"day" doc:"The day it begins, such as 20260701; after today"`
	Reason string   `json:"reason" maxLength:"2000"`
	Shapes string   `json:"shapes,omitempty" maxLength:"500000" doc:"GeoJSON of the new grids in WGS84; empty: parts of equal area. An own grid needs its one shape"`
	Line   []string `json:"line,omitempty" maxItems:"100" doc:"Instead of shapes: points such as 109.3842,24.3051 (WGS84) of a line that cuts the grid in two, or of the border of an own grid"`
}

// Preview is what a change would do.
type Preview struct {
	Change grid.Change
	Before []*territory.Place
	After  []*territory.Place
	// Matters are the open matters in the old grids, the oldest first, at most
	// mostShown: they keep their grid, their orders and their clocks.
	Matters []ident.ID
}

const mostShown = 100

// PreviewChange tells what a change would do, and does nothing. Faults: those
// of PlanChange.
func (d *Desk) PreviewChange(ctx context.Context, actor access.Actor, in NewChange, now time.Time) (*Preview, error) {
	c, after, err := d.draft(actor, in, now)
	if err != nil {
		return nil, err
	}
	out := &Preview{}
	for _, code := range c.Grids {
		p, _ := d.e.City().Territory.Place(code)
		out.Before = append(out.Before, p)
	}
	for _, code := range c.Heirs {
		p, _ := after.Place(code)
		out.After = append(out.After, p)
	}
	err = d.e.DB().Read(ctx, func(v *store.View) (err error) {
		c.Open, out.Matters, err = openIn(v, c)
		return err
	})
	out.Change = *c
	return out, err
}

// PlanChange keeps a change for another person to confirm; nothing is in force
// by it. Faults: those of grid.Change, place.unknown, record.key_taken if one
// of the grids is in another plan, access.denied.
func (d *Desk) PlanChange(ctx context.Context, cmd engine.Command, in NewChange) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "plan_change", func(b *engine.Bundle) (ident.ID, error) {
		c, _, err := d.draft(b.Actor(), in, b.Now().Time())
		if err != nil {
			return 0, err
		}
		if err := free(b.Query(), c); err != nil {
			return 0, err
		}
		if c.Open, _, err = openIn(b.Query(), c); err != nil {
			return 0, err
		}
		c.Hand = b.Hand("")
		id, err := engine.Enter(b, "plan", c)
		if err != nil {
			return 0, err
		}
		if desk, ok := b.City().Org.Centre(c.Place.Town); ok {
			err = b.Tell(id, desk, "notice.change_planned", id, c.Day, c.Open)
		}
		return id, err
	})
}

// draft checks a plan against the structure in force.
func (d *Desk) draft(actor access.Actor, in NewChange, now time.Time) (*grid.Change, *territory.Tree, error) {
	c, err := d.outline(actor, in, now)
	if err != nil {
		return nil, nil, err
	}
	after, err := c.Apply(d.e.City().Territory)
	if err != nil {
		return nil, nil, err
	}
	c.Heirs = c.HeirsIn(after)
	return c, after, nil
}

// outline is a plan whose shapes are not checked yet.
func (d *Desk) outline(actor access.Actor, in NewChange, now time.Time) (*grid.Change, error) {
	city := d.e.City()
	c := &grid.Change{
		Kind: in.Kind, Grids: in.Grids, Name: in.Name, Parts: in.Parts, Day: in.Day, Reason: in.Reason, Shapes: in.Shapes, Status: grid.Planned, PlannedBy: actor.ID,
	}
	line, err := points(in.Line)
	if err == nil && in.Kind == grid.Own && len(line) > 0 {
		err = c.Ring(line)
	}
	if err == nil {
		err = c.Check(now)
	}
	if err != nil {
		return nil, err
	}
	for _, code := range c.Grids {
		if _, ok := city.Territory.Place(code); !ok {
			return nil, fault.Field("grids", "place.unknown", code)
		}
		if err := access.Allow(actor, access.PlanGround, access.Subject{Place: city.Territory.Address(code)}); err != nil {
			return nil, err
		}
	}
	c.Place = city.Territory.Address(c.Grids[0])
	c.Place.Grid = ""
	if len(line) == 0 || in.Kind == grid.Own {
		return c, nil
	}
	return c, c.Cut(city.Territory, line)
}

// free asks that none of the grids is in another plan that waits.
func free(q store.Querier, c *grid.Change) error {
	plans, err := engine.Find[grid.Change](q, engine.Where{District: c.Place.District, Status: []string{grid.Planned, grid.Confirmed}, From: c.Day - 10000})
	if err != nil {
		return err
	}
	for _, p := range plans {
		for _, code := range c.Grids {
			if slices.Contains(p.Fact.Grids, code) {
				return fault.New(fault.Conflict, "change.planned_already", code, p.ID.Number()).In("grids")
			}
		}
	}
	return nil
}

// openIn counts the open matters of the grids and names the oldest.
func openIn(q store.Querier, c *grid.Change) (n int, first []ident.ID, err error) {
	args := []any{c.Place.District, c.Place.Town}
	for _, code := range c.Grids {
		args = append(args, code)
	}
	ids, err := store.All(q, `SELECT id FROM matter WHERE district = ? AND town = ? AND holder <> '' AND grid IN (`+store.Marks(len(c.Grids))+`) ORDER BY id`,
		func(r store.Scanner) (ident.ID, error) {
			var id int64
			err := r.Scan(&id)
			return ident.ID(id), err
		}, args...)
	return len(ids), ids[:min(len(ids), mostShown)], err
}

// Empty is the input of a command that needs nothing but its record.
type Empty struct{}

// ConfirmChange is the word of another person, not of another post of the same.
// Faults: record.not_found,
// change.not_planned, change.same_person, access.denied.
func (d *Desk) ConfirmChange(ctx context.Context, cmd engine.Command, id ident.ID, _ Empty) (ident.ID, error) {
	return d.change(ctx, cmd, "confirm", access.AffirmGround, id, func(b *engine.Bundle, c *grid.Change) error { return c.Confirm(b.Actor(), b.Hand(c.Hand)) })
}

// DropChange takes a change back before its day. Faults: record.not_found,
// change.not_planned, access.denied.
func (d *Desk) DropChange(ctx context.Context, cmd engine.Command, id ident.ID, _ Empty) (ident.ID, error) {
	return d.change(ctx, cmd, "drop", access.PlanGround, id, func(b *engine.Bundle, c *grid.Change) error { return c.Drop(b.Now().Time()) })
}

func (d *Desk) change(ctx context.Context, cmd engine.Command, act string, need access.Action, id ident.ID, fn func(*engine.Bundle, *grid.Change) error) (ident.ID, error) {
	return d.e.Together(ctx, cmd, act+"_change", func(b *engine.Bundle) (ident.ID, error) {
		return id, engine.Change(b, act, id, func(c *grid.Change) error {
			if err := access.Allow(b.Actor(), need, access.Subject{Place: c.Place}); err != nil {
				return err
			}
			return fn(b, c)
		})
	})
}

// Changes lists the changes that actor may see, the newest first.
func (d *Desk) Changes(ctx context.Context, actor access.Actor, before ident.ID, limit int) (out []register.Record[grid.Change], err error) {
	err = d.e.DB().Read(ctx, func(v *store.View) error {
		out, err = engine.Find[grid.Change](v, engine.Where{May: &actor, Action: access.ReadGround, Before: before, Limit: limit})
		return err
	})
	return out, err
}

// Due returns the changes of a city that are in force at an instant, in the
// order in which they took effect. It asks nobody's leave: a process needs
// them before it has actors.
func Due(ctx context.Context, db *store.DB, now time.Time) ([]grid.Change, error) {
	var out []grid.Change
	err := db.Read(ctx, func(v *store.View) error {
		out = nil
		for after := ident.ID(0); ; {
			page, err := engine.Find[grid.Change](v, engine.Where{Status: []string{grid.Confirmed}, Oldest: true, After: after, Limit: 500})
			if err != nil || len(page) == 0 {
				return err
			}
			for _, r := range page {
				if !now.Before(r.Fact.Begin()) {
					out = append(out, r.Fact)
				}
			}
			after = page[len(page)-1].ID
		}
	})
	slices.SortStableFunc(out, func(a, b grid.Change) int { return a.Day - b.Day })
	return out, err
}

// Changed returns a city with the changes made. One that does not fit any more,
// since the pack changed meanwhile, is left out and logged.
func Changed(base *pack.City, changes []grid.Change, log *slog.Logger) (*pack.City, error) {
	tree, made := base.Territory, false
	for i := range changes {
		c := &changes[i]
		next, err := c.Apply(tree)
		if err != nil || !slices.Equal(c.HeirsIn(next), c.Heirs) {
			log.Warn("a change of grids does not fit the pack and is left out", "grids", c.Grids, "error", err)
			continue
		}
		tree, made = next, true
	}
	if !made {
		return base, nil
	}
	locate, err := territory.NewLocator(tree)
	if err != nil {
		return nil, err
	}
	city := *base
	city.Territory, city.Locator = tree, locate
	city.Version = base.Version + "+" + tree.Version()
	return &city, nil
}

// sortCalled puts the segments with most to solve first, equals by code.
func sortCalled(list []Called) {
	slices.SortFunc(list, func(a, b Called) int {
		return cmp.Or(cmp.Compare(b.Open+b.Repeated, a.Open+a.Repeated), cmp.Compare(a.Segment.Code, b.Segment.Code))
	})
}
