// Package programme is the desk of steering: key work, weekly batches,
// programmes with their measures, monthly commentaries, meetings, decisions,
// projects, promises, themes of the month and conflicts between units. Whatever
// is asked of a unit here is a task in the one engine; this desk keeps the
// facts around it and reads from the orders how it stands. It shows units,
// never persons, and puts them in no order of merit.
package programme

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/calendar"
	"huying/internal/domain/clock"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/internal/domain/programme"
	"huying/internal/domain/register"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// MostRows is the most rows of one page.
const MostRows = 200

// Desk runs the commands. It is safe for concurrent use.
type Desk struct{ e *engine.Engine }

// New returns the desk over an engine.
func New(e *engine.Engine) *Desk { return &Desk{e} }

// Duty is one thing that is asked of a unit by a day.
type Duty struct {
	Title       string   `json:"title" maxLength:"200"`
	Lead        string   `json:"lead,omitempty" maxLength:"64" doc:"The one unit that answers for it"`
	Co          []string `json:"co,omitempty" doc:"Units that help"`
	Due         string   `json:"due,omitempty" maxLength:"10" doc:"Last day, as 2024-05-20"`
	Deliverable string   `json:"deliverable,omitempty" doc:"What has to be there"`
	Key         string   `json:"key,omitempty" maxLength:"40" doc:"Item of the catalogue of key work"`
	Leaf        string   `json:"leaf,omitempty" maxLength:"40" doc:"Item of the duty list; needed where a town or village is asked"`
}

// Noted is something that is read with the revision it was read at.
type Noted[F register.Fact] = register.Record[F]

// body is the unit that acts, with its place: one that steers others, by an
// actor who may. Faults: access.denied, programme.not_a_body.
func body(b *engine.Bundle) (*org.Unit, territory.Address, error) {
	unit := b.Actor().Unit
	if err := access.Allow(b.Actor(), access.ManageProgrammes, access.Subject{Units: []string{unit}}); err != nil {
		return nil, territory.Address{}, err
	}
	u, ok := b.City().Org.Unit(unit)
	if !ok || !programme.Body(u.Kind) {
		return nil, territory.Address{}, fault.New(fault.Denied, "programme.not_a_body", unit)
	}
	return u, b.City().Territory.Address(u.Territory), nil
}

// own asks that a record is of the actor's own body. What the actor may not
// even read is not there.
func own(b *engine.Bundle, unit string) error {
	s := access.Subject{Units: []string{unit}}
	err := access.Allow(b.Actor(), access.ManageProgrammes, s)
	if s.Place = unitPlace(b, unit); err != nil && access.Allow(b.Actor(), access.ReadProgrammes, s) != nil {
		return fault.New(fault.NotFound, "record.not_found")
	}
	return err
}

// duties turns the input into duties; units may be named by code or by name. A
// day that cannot be read is one that cannot be, so that it is told with its
// line.
func duties(city *pack.City, list []Duty) []programme.Duty {
	unit := unitNamed(city)
	out := make([]programme.Duty, len(list))
	for i, d := range list {
		out[i] = programme.Duty{
			Deliverable: strings.TrimSpace(d.Deliverable), Due: day(d.Due), Key: strings.TrimSpace(d.Key), Lead: unit(d.Lead), Leaf: strings.TrimSpace(d.Leaf),
			Title: strings.TrimSpace(d.Title),
		}
		for _, co := range d.Co {
			out[i].Co = append(out[i].Co, unit(co)) // none stays nil: the ledger keeps no empty lists
		}
	}
	return out
}

// day reads a civil day: 0 if there is none, -1 if it is no day.
func day(s string) int {
	if strings.TrimSpace(s) == "" {
		return 0
	}
	if d, ok := calendar.ReadDay(s); ok {
		return d
	}
	return -1
}

// known reports which units there are.
func known(b *engine.Bundle) func(string) bool {
	return func(code string) bool {
		_, ok := b.City().Org.Unit(code)
		return ok
	}
}

// purpose is what duties are assigned for.
type purpose struct {
	name  string // member of the input, for faults
	kind  matter.TaskKind
	about ident.ID
	place territory.Address
	basis string
}

// assign makes a task of each duty, each owed by one lead. Everything that is
// wrong with any of them is told at once.
func assign(b *engine.Bundle, p purpose, list []programme.Duty) error {
	var wrong fault.List
	for i, d := range list {
		due := clock.At(calendar.End(d.Due))
		orders := []matter.Assignment{{Debtor: d.Lead, Role: order.Lead, Due: due, Leaf: d.Leaf, Content: d.Deliverable, Basis: p.basis}}
		if len(d.Co) == 0 {
			orders[0].Role = order.Sole
		}
		for _, unit := range d.Co {
			orders = append(orders, matter.Assignment{Debtor: unit, Role: order.Co, Due: due, Leaf: d.Leaf, Content: d.Deliverable, Basis: p.basis})
		}
		_, err := b.Assign(matter.Assigned{
			Kind: p.kind, Title: d.Title, Text: d.Deliverable, Place: placeOf(b, p, d.Lead), About: p.about, Orders: orders,
		}, nil)
		if err == nil {
			continue
		}
		var known *fault.Error
		if !errors.As(err, &known) {
			return err
		}
		wrong.Add(known.In(p.name + "." + strconv.Itoa(i) + ".lead"))
	}
	return wrong.Err()
}

// placeOf is where a task lies: at its lead unit, so that the desks that are
// passed over have their copy, or with the body where the lead is of the city.
func placeOf(b *engine.Bundle, p purpose, lead string) territory.Address {
	if at := unitPlace(b, lead); at.District != "" {
		return at
	}
	return p.place
}

// Task is one task as it stands.
type Task struct {
	programme.Fact
	Number  ident.ID
	Record  ident.ID // it was assigned for
	State   *engine.State
	Order   *order.Order // that leads
	Co      []string
	Content string
}

func taskOf(s *engine.State, now clock.Instant) Task {
	t := Task{Fact: programme.FactOf(s.M, s.Orders, now), Number: s.M.ID, State: s, Order: programme.Lead(s.Orders)}
	if s.M.Task != nil {
		t.Record = s.M.Task.About
	}
	if t.Order != nil {
		t.Content = t.Order.Content
	}
	for _, o := range s.Orders {
		if o.Role == order.Co && o.Kind == order.Task {
			t.Co = append(t.Co, o.Debtor)
		}
	}
	return t
}

func tasksOf(all []*engine.State, now clock.Instant) []Task {
	out := make([]Task, len(all))
	for i, s := range all {
		out[i] = taskOf(s, now)
	}
	return out
}

// Tasks returns the tasks of a record as they stand, without asking who wants
// them: whoever may read the record may read how it stands.
func (d *Desk) Tasks(ctx context.Context, record ident.ID, now time.Time) (out []Task, err error) {
	err = d.e.DB().Read(ctx, func(v *store.View) error {
		all, err := d.e.Served(v, record)
		out = tasksOf(all, clock.At(now))
		return err
	})
	return out, err
}

// Progress says how many tasks are done.
func Progress(all []Task) programme.Progress {
	var list []programme.Outcome
	for _, t := range all {
		if t.Outcome != programme.Withdrawn {
			list = append(list, t.Outcome)
		}
	}
	return programme.Of(list)
}

// Due returns the tasks a body assigned that are due in days, both included,
// the earliest first, to whoever may read the body's registers.
func (d *Desk) Due(ctx context.Context, actor access.Actor, unit string, from, to int, now time.Time) (out []Task, err error) {
	if err := d.mayRead(actor, unit); err != nil {
		return nil, err
	}
	err = d.e.DB().Read(ctx, func(v *store.View) error {
		out, err = d.due(v, unit, from, to, clock.At(now))
		return err
	})
	return out, err
}

// mayRead asks that the actor may read the registers of a unit.
func (d *Desk) mayRead(actor access.Actor, unit string) error {
	u, ok := d.e.City().Org.Unit(unit)
	if !ok {
		return fault.Field("unit", "unit.unknown", unit)
	}
	return access.Allow(actor, access.ReadProgrammes, access.Subject{Place: d.e.City().Territory.Address(u.Territory), Units: []string{unit}})
}

// longest is how long before its date a task may have been assigned, in days.
const longest = 800

func (d *Desk) due(q store.Querier, unit string, from, to int, now clock.Instant) ([]Task, error) {
	first := ident.First(calendar.Begin(from).AddDate(0, 0, -longest))
	ids, err := d.e.Assigned(q, unit, first, programme.Steering...)
	if err != nil {
		return nil, err
	}
	all, err := d.e.States(q, ids)
	if err != nil {
		return nil, err
	}
	var out []Task
	for _, t := range tasksOf(all, now) {
		if t.Due >= from && t.Due <= to && t.Outcome != programme.Withdrawn {
			out = append(out, t)
		}
	}
	return out, nil
}

// Where narrows a list of records.
type Where struct {
	Unit   string
	Status string
	From   int
	To     int
	Before ident.ID
	Limit  int
}

// list returns the records of a register that the actor may read, the newest
// first.
func list[F register.Fact](ctx context.Context, d *Desk, actor access.Actor, w Where) (out []register.Record[F], err error) {
	if w.Limit < 1 || w.Limit > MostRows {
		return nil, fault.Field("limit", "page.size", w.Limit, MostRows)
	}
	where := engine.Where{
		Unit: w.Unit, From: w.From, To: w.To, Before: w.Before, Limit: w.Limit, May: &actor, Action: access.ReadProgrammes,
	}
	if w.Status != "" {
		where.Status = []string{w.Status}
	}
	err = d.e.DB().Read(ctx, func(v *store.View) (err error) {
		out, err = engine.Find[F](v, where)
		return err
	})
	return out, err
}

// read returns a record that the actor may read.
func read[F register.Fact](ctx context.Context, d *Desk, actor access.Actor, id ident.ID) (*register.Record[F], error) {
	return engine.Get[F](ctx, d.e, actor, access.ReadProgrammes, id)
}
