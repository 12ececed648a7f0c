package ground

import (
	"context"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/calendar"
	"huying/internal/domain/call"
	"huying/internal/domain/clock"
	"huying/internal/domain/grid"
	"huying/internal/domain/matter"
	"huying/internal/domain/register"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// endOf is the last second of a civil day, or zero for a day that is none.
func endOf(day int) clock.Instant {
	if !calendar.IsDay(day) {
		return 0
	}
	return engine.Instant(calendar.End(day).Add(-time.Second))
}

// NewChore says that a task of a grid was done, and what it found.
type NewChore struct {
	Grid     string    `json:"grid" maxLength:"64"`
	Code     string    `json:"code" maxLength:"64" doc:"One of the city's tasks of a grid"`
	Day      int       `json:"day,omitempty" doc:"Such as 20260310; today if not said"`
	Findings []Finding `json:"findings,omitempty" maxItems:"50"`
	Note     string    `json:"note,omitempty" maxLength:"2000"`
}

// DoChore keeps that a task of a grid was done (YT-36); what it found is called in
// by the same command. Faults: place.unknown, access.denied and those of
// grid.CheckChore and call.Form.
func (d *Desk) DoChore(ctx context.Context, cmd engine.Command, in NewChore) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "do_chore", func(b *engine.Bundle) (ident.ID, error) {
		place, err := placed(b, access.Patrol, in.Grid)
		if err != nil {
			return 0, err
		}
		c := &grid.Chore{Code: in.Code, Day: in.Day, Grid: in.Grid, Note: in.Note, Place: place, Unit: b.Actor().Unit}
		if c.Day == 0 {
			c.Day = b.Today()
		}
		if err := grid.CheckChore(b.City().Chores, c, b.Today()); err != nil {
			return 0, err
		}
		for i, f := range in.Findings {
			no, err := received(b, call.Form{Source: "GRID_APP", Kind: string(matter.Event), Category: f.Category, Text: f.Text, Where: f.Where, Place: in.Grid})
			if err != nil {
				return 0, within(err, "findings", i)
			}
			c.Findings = append(c.Findings, no)
		}
		return engine.Enter(b, "do", c)
	})
}

// ChoreBoard tells the tasks of a grid on a day: what was done, what is due, what
// came of it (YT-36). It looks back over two quarters. Faults: place.unknown,
// access.denied.
func (d *Desk) ChoreBoard(ctx context.Context, actor access.Actor, code string, day int) ([]grid.OnBoard, error) {
	city := d.e.City()
	if p, ok := city.Territory.Place(code); !ok || p.Kind.Rank() != 0 {
		return nil, fault.New(fault.NotFound, "place.unknown", code)
	}
	place := city.Territory.Address(code)
	if err := access.Allow(actor, access.ReadGround, access.Subject{Place: place}); err != nil {
		return nil, err
	}
	var done []grid.Chore
	err := d.e.DB().Read(ctx, func(v *store.View) error {
		done = nil
		w := engine.Where{District: place.District, Place: code, From: calendar.AddDays(day, -190), To: day}
		return every(v, w, func(r register.Record[grid.Chore]) { done = append(done, r.Fact) })
	})
	return grid.Board(city.Chores, done, day), err
}
