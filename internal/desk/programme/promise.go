package programme

import (
	"context"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/calendar"
	"huying/internal/domain/clock"
	"huying/internal/domain/matter"
	"huying/internal/domain/pack"
	"huying/internal/domain/programme"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// NewPromises is the list of a year.
type NewPromises struct {
	Year    int       `json:"year"`
	Pledges []Pledge  `json:"pledges"`
	Dropped []Dropped `json:"dropped,omitempty" doc:"Promises of the year before that are given up"`
}

// Pledge is one promise with its money and milestones.
type Pledge struct {
	Duty
	Budget     int64       `json:"budget" minimum:"0" doc:"Fen"`
	Milestones []Milestone `json:"milestones"`
	Carried    string      `json:"carried,omitempty" maxLength:"40" doc:"Number of last year's promise that goes on; beside the new ones"`
	Reason     string      `json:"reason,omitempty" doc:"Why it was not kept last year"`
}

// Milestone is what shall be reached by a day.
type Milestone struct {
	Day   string `json:"day" maxLength:"10"`
	Title string `json:"title" maxLength:"200"`
}

// Dropped is a promise of the year before that is given up.
type Dropped struct {
	Number string `json:"number" maxLength:"40"`
	Reason string `json:"reason"`
}

// Promise publishes the list of a year (LH-29): so many new promises, each
// with a lead, a budget, milestones and a date in the year. What was not kept
// the year before is carried over or given up by name. Faults: promise.count,
// promise.silent_rollover and others of PromiseList.Check.
func (d *Desk) Promise(ctx context.Context, cmd engine.Command, in NewPromises) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "promise", func(b *engine.Bundle) (ident.ID, error) {
		u, place, err := body(b)
		if err != nil {
			return 0, err
		}
		p := programme.PromiseList{Body: u.Code, District: place.District, Town: place.Town, Year: in.Year}
		var list []programme.Duty
		for _, x := range in.Pledges {
			pledge, err := pledgeOf(b.City(), x)
			if err != nil {
				return 0, err
			}
			p.Pledges, list = append(p.Pledges, pledge), append(list, pledge.Duty)
		}
		for _, x := range in.Dropped {
			no, err := ident.ParseNumber(x.Number)
			if err != nil {
				return 0, err
			}
			p.Dropped = append(p.Dropped, programme.Drop{Matter: no, Reason: x.Reason})
		}
		left, err := d.unkept(b.Query(), u.Code, in.Year-1, b.Now())
		if err != nil {
			return 0, err
		}
		unkept := map[ident.ID]string{}
		for _, t := range left {
			unkept[t.Number] = t.Title
		}
		if err := p.Check(unkept, PromiseCount(b.City(), u.Code), b.Today(), known(b)); err != nil {
			return 0, err
		}
		id, err := engine.Enter(b, "publish", &p)
		if err != nil {
			return 0, err
		}
		return id, assign(b, purpose{name: "pledges", kind: matter.Promise, about: id, place: place}, list)
	})
}

func pledgeOf(city *pack.City, x Pledge) (programme.Pledge, error) {
	out := programme.Pledge{Budget: x.Budget, Duty: duties(city, []Duty{x.Duty})[0], Reason: x.Reason}
	for _, m := range x.Milestones {
		out.Milestones = append(out.Milestones, programme.Milestone{Day: day(m.Day), Title: m.Title})
	}
	if x.Carried == "" {
		return out, nil
	}
	no, err := ident.ParseNumber(x.Carried)
	if err != nil {
		var f *fault.Error
		if all := fault.All(err); len(all) > 0 {
			f = all[0].In("carried")
		}
		return out, f
	}
	out.Carried = no
	return out, nil
}

// PromiseCount is how many new promises a body's list has.
func PromiseCount(city *pack.City, unit string) int {
	place := city.Root
	if u, ok := city.Org.Unit(unit); ok {
		place = u.Territory
	}
	return city.LimitsAt(place).Number(pack.PromiseCount)
}

// Unkept returns the promises of the actor's body of a year that are not done:
// the next list says of each that it goes on, or that it is given up.
func (d *Desk) Unkept(ctx context.Context, actor access.Actor, year int, now time.Time) (out []Task, err error) {
	if err := d.mayRead(actor, actor.Unit); err != nil {
		return nil, err
	}
	err = d.e.DB().Read(ctx, func(v *store.View) error {
		out, err = d.unkept(v, actor.Unit, year, clock.At(now))
		return err
	})
	return out, err
}

func (d *Desk) unkept(q store.Querier, unit string, year int, now clock.Instant) ([]Task, error) {
	first, _ := calendar.YearDays(year)
	lists, err := engine.Find[programme.PromiseList](q, engine.Where{Unit: unit, From: first, To: first})
	if err != nil {
		return nil, err
	}
	var out []Task
	for _, l := range lists {
		all, err := d.e.Served(q, l.ID)
		if err != nil {
			return nil, err
		}
		for _, t := range tasksOf(all, now) {
			if !t.Outcome.Done() && t.Outcome != programme.Withdrawn {
				out = append(out, t)
			}
		}
	}
	return out, nil
}

// PromiseLists lists the lists the actor may read, the newest first.
func (d *Desk) PromiseLists(ctx context.Context, actor access.Actor, w Where) ([]Noted[programme.PromiseList], error) {
	return list[programme.PromiseList](ctx, d, actor, w)
}

// PromiseList returns the list of a year.
func (d *Desk) PromiseList(ctx context.Context, actor access.Actor, id ident.ID) (*Noted[programme.PromiseList], error) {
	return read[programme.PromiseList](ctx, d, actor, id)
}
