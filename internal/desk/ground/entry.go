package ground

import (
	"context"
	"slices"

	"huying/internal/domain/access"
	"huying/internal/domain/calendar"
	"huying/internal/domain/call"
	"huying/internal/domain/grid"
	"huying/internal/domain/matter"
	"huying/internal/domain/org"
	"huying/internal/domain/register"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// NewEntry is one of the six things that are done in a grid.
type NewEntry struct {
	Verb     string `json:"verb" enum:"NEED,INFO,HAZARD,CONFLICT,SERVICE,PROBLEM"`
	Grid     string `json:"grid" maxLength:"64"`
	Text     string `json:"text,omitempty" maxLength:"20000" doc:"What was found or is asked for; not of INFO"`
	Where    string `json:"where,omitempty" maxLength:"500"`
	Category string `json:"category,omitempty" maxLength:"64" doc:"Of the duty list; of SERVICE it says whose work it is"`
	Class    string `json:"class,omitempty" maxLength:"32" doc:"Of INFO: what is counted"`
	Count    int    `json:"count,omitempty" minimum:"0" doc:"Of INFO"`
	Fresh    int    `json:"fresh,omitempty" doc:"Of INFO: the last day the figure is taken as fresh"`
	Due      int    `json:"due,omitempty" doc:"Of SERVICE: the last day; a week from today if not said"`
}

// EnterGrid makes the right object of what a grid worker enters (六个在网格, LN-20):
// a need, hazard, conflict or problem becomes a matter, information a figure of
// the grid, a service a task of the unit whose work it is. Faults: place.unknown,
// access.denied, entry.verb_unknown, entry.service_without_item, and those of
// grid.Info, call.Form and tasks.
func (d *Desk) EnterGrid(ctx context.Context, cmd engine.Command, in NewEntry) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "enter_grid", func(b *engine.Bundle) (ident.ID, error) {
		verb := grid.Verb(in.Verb)
		if err := grid.CheckVerb(verb); err != nil {
			return 0, err
		}
		place, err := placed(b, access.Patrol, in.Grid)
		if err != nil {
			return 0, err
		}
		e := &grid.Entry{Day: b.Today(), Grid: in.Grid, Place: place, Unit: b.Actor().Unit, Verb: verb}
		switch verb {
		case grid.KeepInfo:
			e.Made, err = inform(b, place, in)
		case grid.GiveService:
			e.Made, err = serve(b, place, in)
		default:
			e.Made, err = received(b, call.Form{
				Source: "GRID_APP", Kind: string(verb.Kind()), Category: in.Category, Text: in.Text, Where: in.Where, Place: in.Grid,
			})
		}
		if err != nil {
			return 0, err
		}
		return engine.Enter(b, "enter", e)
	})
}

// Entry returns what was entered. Fault: record.not_found.
func (d *Desk) Entry(ctx context.Context, actor access.Actor, id ident.ID) (*register.Record[grid.Entry], error) {
	return engine.Get[grid.Entry](ctx, d.e, actor, access.ReadGround, id)
}

func inform(b *engine.Bundle, place territory.Address, in NewEntry) (ident.ID, error) {
	i := &grid.Info{Class: in.Class, Count: in.Count, Day: b.Today(), Fresh: in.Fresh, Grid: in.Grid, Place: place, Unit: b.Actor().Unit}
	if i.Fresh == 0 {
		i.Fresh = calendar.AddDays(i.Day, 90)
	}
	if err := i.Check(); err != nil {
		return 0, err
	}
	return engine.Enter(b, "count", i)
}

// serve makes a task of a service: the town's desk looks whether it was done, not
// who does it.
func serve(b *engine.Bundle, place territory.Address, in NewEntry) (ident.ID, error) {
	leaf, ok := b.City().Duty.Leaf(in.Category)
	if !ok {
		return 0, fault.Field("category", "entry.service_without_item", in.Category)
	}
	debtor, ok := b.City().Lead(leaf, place)
	if !ok {
		return 0, fault.Field("category", "entry.service_without_item", in.Category)
	}
	desk, _ := b.City().Org.Centre(place.Town)
	if in.Due == 0 {
		in.Due = calendar.AddDays(b.Today(), 7)
	}
	s, err := b.Assign(matter.Assigned{
		Kind: matter.Service, Title: leaf.Name, Text: in.Text, Place: place, By: desk,
		Orders: []matter.Assignment{{Debtor: debtor, Leaf: leaf.Code, Due: endOf(in.Due), Content: in.Text}},
	}, nil)
	if err != nil {
		return 0, err
	}
	return s.M.ID, nil
}

// Solved is how much of what was entered in the grids of a town in a span of days
// was solved without leaving the community. It says where problems end, and is no
// target.
func (d *Desk) Solved(ctx context.Context, actor access.Actor, town string, from, to int) (out grid.Coverage, err error) {
	place := d.e.City().Territory.Address(town)
	if place.Town == "" {
		return out, fault.New(fault.NotFound, "place.unknown", town)
	}
	if err := access.Allow(actor, access.ReadGround, access.Subject{Place: place}); err != nil {
		return out, err
	}
	calls := []string{string(grid.FindNeed), string(grid.FindHazard), string(grid.CalmConflict), string(grid.SettleProblem)}
	err = d.e.DB().Read(ctx, func(v *store.View) error {
		out = grid.Coverage{}
		var ids []ident.ID
		w := engine.Where{District: place.District, Town: place.Town, From: from, To: to, Status: calls}
		if err := every(v, w, func(r register.Record[grid.Entry]) { ids = append(ids, r.Fact.Made) }); err != nil {
			return err
		}
		for part := range slices.Chunk(ids, 100) {
			states, err := d.e.States(v, part)
			if err != nil {
				return err
			}
			for _, s := range states {
				if s.M.Status != matter.Closed {
					continue
				}
				if out.All++; inCommunity(d.e.City().Org, s) {
					out.Covered++
				}
			}
		}
		return nil
	})
	return out, err
}

// inCommunity reports whether nobody above the community was ordered.
func inCommunity(g *org.Graph, s *engine.State) bool {
	for _, o := range s.Orders {
		if u, ok := g.Unit(o.Debtor); !ok || u.Level.Rank() > org.Community.Rank() {
			return false
		}
	}
	return true
}
