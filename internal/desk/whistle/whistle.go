// Package whistle is the desk of whistles (街乡吹哨、部门报到): a street calls
// departments to a matter, they come, the street says that they are there and
// lets them go, and both sides say afterwards how it was. What is owed are
// orders of the engine; this desk numbers the notices and shows the boards.
package whistle

import (
	"context"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/calendar"
	"huying/internal/domain/call"
	"huying/internal/domain/clock"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/domain/org"
	"huying/internal/domain/power"
	"huying/internal/domain/register"
	"huying/internal/domain/territory"
	"huying/internal/domain/whistle"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// Desk runs the commands. It is safe for concurrent use.
type Desk struct{ e *engine.Engine }

// New returns the desk over an engine.
func New(e *engine.Engine) *Desk { return &Desk{e} }

// Called is one department to call.
type Called struct {
	Unit    string    `json:"unit" maxLength:"64"`
	Role    string    `json:"role,omitempty" enum:"LEAD,CO" doc:"Exactly one leads; the first if nobody is named"`
	Content string    `json:"content,omitempty" maxLength:"2000" doc:"What this department is wanted for"`
	Due     time.Time `json:"due,omitzero" doc:"Of a key work: when it is to be there"`
	Team    string    `json:"team,omitempty" maxLength:"128" doc:"Which of its teams, by the code of its base"`
}

// Blow is a whistle to blow.
type Blow struct {
	Kind        string   `json:"kind" enum:"ENFORCEMENT,KEY_WORK,EMERGENCY,COMMUNITY"`
	Why         string   `json:"why" maxLength:"2000" doc:"Why it cannot be solved alone"`
	Departments []Called `json:"departments" maxItems:"50"`
}

// Raise is a street's own call (街呼) with the whistle about it.
type Raise struct {
	Blow
	Category string   `json:"category,omitempty" maxLength:"64"`
	Urgency  string   `json:"urgency,omitempty" maxLength:"16"`
	Text     string   `json:"text" maxLength:"20000" doc:"The facts"`
	Where    string   `json:"where,omitempty" maxLength:"500"`
	Places   []string `json:"places" minItems:"1" doc:"Code of the place: one, since each matter has its own notice"`
	Lon      *float64 `json:"lon,omitempty"`
	Lat      *float64 `json:"lat,omitempty"`
	CRS      string   `json:"crs,omitempty" maxLength:"16"`
}

func (b *Blow) legs() []matter.Assignment {
	out := make([]matter.Assignment, len(b.Departments))
	for i, c := range b.Departments {
		out[i] = matter.Assignment{Debtor: c.Unit, Role: order.Role(c.Role), Content: c.Content, Due: clock.At(c.Due), Team: c.Team}
	}
	return out
}

// Blow blows the whistle about a matter and returns it, with its legs given.
// Faults: matter.not_found and those of matter.File.Blow.
func (d *Desk) Blow(ctx context.Context, cmd engine.Command, id ident.ID, in Blow) (*engine.State, error) {
	return d.numbered(ctx, cmd, "blow", func(b *engine.Bundle) (ident.ID, error) { return id, d.blow(b, id, in) })
}

// Raise keeps a street's own call and blows the whistle about it, in one
// command. Faults: whistle.bulk_notice and those of call.Form and Blow.
func (d *Desk) Raise(ctx context.Context, cmd engine.Command, in Raise) (*engine.State, error) {
	if len(in.Places) != 1 {
		return nil, fault.Field("places", "whistle.bulk_notice", len(in.Places))
	}
	return d.numbered(ctx, cmd, "raise_whistle", func(b *engine.Bundle) (ident.ID, error) {
		if by, ok := b.City().Org.Unit(b.Actor().Unit); ok && !matter.Blows(by) { // before there is a matter that it could not see
			return 0, fault.New(fault.Denied, "whistle.department_may_not", by.Name)
		}
		c, err := call.Form{
			Source: "PATROL", Kind: string(matter.Event), Category: in.Category, Urgency: in.Urgency, Text: in.Text, Where: in.Where, Place: in.Places[0],
			Lon: in.Lon, Lat: in.Lat, CRS: in.CRS, CallerKind: call.Staff, Post: b.Actor().ID,
		}.Call(b.City())
		if err != nil {
			return 0, inPlaces(err)
		}
		s, err := b.Receive(engine.Intake{Call: c})
		if err != nil {
			return 0, err
		}
		return s.M.ID, d.blow(b, s.M.ID, in.Blow)
	})
}

// inPlaces gives the fault of a place the field that it has here.
func inPlaces(err error) error {
	var out fault.List
	for _, e := range fault.All(err) {
		if e.Field == "place" {
			e = e.In("places.0")
		}
		out = append(out, e)
	}
	return out.Err()
}

// tries bounds how often a number is drawn anew when another process drew the
// same one meanwhile.
const tries = 5

// numbered runs a command that draws a number. The number is part of the
// transaction, so that a notice that was refused leaves no gap.
func (d *Desk) numbered(ctx context.Context, cmd engine.Command, name string, fn func(b *engine.Bundle) (ident.ID, error)) (*engine.State, error) {
	for try := 1; ; try++ {
		id, err := d.e.Together(ctx, cmd, name, fn)
		if err == nil {
			return d.e.Read(ctx, cmd.Actor, id)
		}
		if fault.Code(err) != "record.key_taken" || try == tries {
			return nil, err
		}
	}
}

func (d *Desk) blow(b *engine.Bundle, id ident.ID, in Blow) error {
	s, err := b.Open(id)
	if err != nil {
		return err
	}
	if access.Allow(b.Actor(), access.ReadMatter, s.Subject(nil)) != nil {
		return fault.New(fault.NotFound, "matter.not_found")
	}
	if err := d.holds(b); err != nil {
		return err
	}
	n := &whistle.Notice{Day: b.Today(), Kind: in.Kind, Matter: id, Place: s.M.Place, Unit: b.Actor().Unit}
	if n.N, err = d.next(b, n); err != nil {
		return err
	}
	if _, err := b.Act(id, func(f *matter.File) error {
		return f.Blow(matter.Blowing{Kind: matter.WhistleKind(in.Kind), No: n.No(), Why: in.Why, Legs: in.legs()})
	}); err != nil {
		return err
	}
	_, err = engine.Enter(b, "blow", n)
	return err
}

// holds refuses a street whose power to blow was taken back (LN-01), by its desk
// or by its committee. A whistle that runs already is brought to its end.
func (d *Desk) holds(b *engine.Bundle) error {
	city, day := b.City(), b.Today()
	by, ok := city.Org.Unit(b.Actor().Unit)
	if !ok || by.Level != org.Town || by.Kind != org.CommandCentre && by.Kind != org.PartyCommittee && by.Kind != org.StreetOffice {
		return nil // whether it may at all, the matter says
	}
	at := city.Territory.Address(by.Territory)
	own, err := engine.Find[power.Power](b.Query(), engine.Where{District: at.District, Town: at.Town, On: day})
	if err != nil {
		return err
	}
	var street []*org.Unit
	for _, code := range city.Org.Serving(by.Territory) {
		if u, ok := city.Org.Unit(code); ok && u.Level == org.Town && u.Kind != org.StationedAgency {
			street = append(street, u)
		}
	}
	if power.Taken(street, city.Powers, own, power.Whistle, day) {
		return fault.New(fault.Denied, "whistle.power_taken", by.Name)
	}
	return nil
}

// next is the number after the unit's last one of the year.
func (d *Desk) next(b *engine.Bundle, n *whistle.Notice) (int, error) {
	last, err := engine.Find[whistle.Notice](b.Query(), engine.Where{Unit: n.Unit, From: n.Day / 10000 * 10000, Limit: 1})
	if err != nil || len(last) == 0 {
		return 1, err
	}
	return last[0].Fact.N + 1, nil
}

// Alarm is a second alarm.
type Alarm struct {
	Why         string   `json:"why" maxLength:"2000"`
	Departments []Called `json:"departments" maxItems:"50"`
}

// SecondAlarm calls more departments to the whistle that runs about a matter.
func (d *Desk) SecondAlarm(ctx context.Context, cmd engine.Command, id ident.ID, in Alarm) (*engine.State, error) {
	legs := Blow{Departments: in.Departments}
	return d.e.Act(ctx, cmd, "second_alarm", id, func(f *matter.File) error { return f.SecondAlarm(in.Why, legs.legs()) })
}

// Empty is the input of an act that needs nothing but its order.
type Empty struct{}

// Arrive is a department's word that it is there; the street's word counts.
func (d *Desk) Arrive(ctx context.Context, cmd engine.Command, no ident.ID, _ Empty) (*engine.State, error) {
	return d.e.ActOrder(ctx, cmd, "arrive", no, (*matter.File).Arrive)
}

// Confirm is the street's word that a department is there.
type Confirm struct {
	At time.Time `json:"at,omitzero" doc:"When it was, if not now"`
}

// Confirm keeps it: this time counts.
func (d *Desk) Confirm(ctx context.Context, cmd engine.Command, no ident.ID, in Confirm) (*engine.State, error) {
	return d.e.ActOrder(ctx, cmd, "confirm_arrival", no, func(f *matter.File, o *order.Order) error { return f.ConfirmArrival(o, clock.At(in.At)) })
}

// Ask asks the street to blow.
func (d *Desk) Ask(ctx context.Context, cmd engine.Command, id ident.ID, in Reason) (*engine.State, error) {
	return d.e.Act(ctx, cmd, "ask_whistle", id, func(f *matter.File) error { return f.AskWhistle(in.Reason) })
}

// Reason is why, or how well it was done.
type Reason struct {
	Reason string `json:"reason" maxLength:"2000"`
}

// Release lets a department go whose work is done; Reason says how well. It is
// the street's judgement of the answer.
func (d *Desk) Release(ctx context.Context, cmd engine.Command, no ident.ID, in Reason) (*engine.State, error) {
	return d.e.ActOrder(ctx, cmd, "release", no, func(f *matter.File, o *order.Order) error {
		if err := access.Allow(f.By, access.ChairOrder, f.Subject(o)); err != nil {
			return err
		}
		if o.Leg == nil {
			return fault.New(fault.Conflict, "leg.not_a_leg")
		}
		return f.JudgeOrder(o, true, in.Reason)
	})
}

// Waive lets a department go before its work is done.
func (d *Desk) Waive(ctx context.Context, cmd engine.Command, no ident.ID, in Reason) (*engine.State, error) {
	return d.e.ActOrder(ctx, cmd, "waive", no, func(f *matter.File, o *order.Order) error { return f.Waive(o, in.Reason) })
}

// Appraisal is what one side says of the other when a leg has ended.
type Appraisal struct {
	Stars  int    `json:"stars,omitempty" minimum:"0" maximum:"5" doc:"1 to 5, by the unit that blew"`
	Needed bool   `json:"needed,omitempty" doc:"By the department: the whistle was needed"`
	Clear  bool   `json:"clear,omitempty" doc:"… what was wanted was clear"`
	Scope  bool   `json:"scope,omitempty" doc:"… it was within its duty"`
	Note   string `json:"note,omitempty" maxLength:"2000"`
}

// Appraise keeps it.
func (d *Desk) Appraise(ctx context.Context, cmd engine.Command, no ident.ID, in Appraisal) (*engine.State, error) {
	return d.e.ActOrder(ctx, cmd, "appraise", no, func(f *matter.File, o *order.Order) error {
		return f.Appraise(o, order.Appraisal{Stars: in.Stars, Needed: in.Needed, Clear: in.Clear, Scope: in.Scope, Note: in.Note})
	})
}

// Review is what was learned.
type Review struct {
	No   string `json:"no" maxLength:"64" doc:"Number of the notice"`
	Text string `json:"text" maxLength:"20000"`
}

// Review keeps the after-action record of a whistle that has ended.
func (d *Desk) Review(ctx context.Context, cmd engine.Command, id ident.ID, in Review) (*engine.State, error) {
	return d.e.Act(ctx, cmd, "review_whistle", id, func(f *matter.File) error { return f.Review(in.No, in.Text) })
}

// Notices lists the notices that actor may see, the newest first.
func (d *Desk) Notices(ctx context.Context, actor access.Actor, unit string, before ident.ID, limit int) (out []register.Record[whistle.Notice], err error) {
	err = d.e.DB().Read(ctx, func(v *store.View) error {
		out, err = engine.Find[whistle.Notice](v, engine.Where{May: &actor, Action: access.ReadMatter, Unit: unit, Before: before, Limit: limit})
		return err
	})
	return out, err
}

// mostRunning bounds a board.
const mostRunning = 200

// Board returns the matters with a whistle that runs, of a unit that blew, the
// oldest first, as actor may see them. An empty unit is the actor's own.
func (d *Desk) Board(ctx context.Context, actor access.Actor, unit string) ([]*engine.State, error) {
	if unit == "" {
		unit = actor.Unit
	}
	var ids []ident.ID
	err := d.e.DB().Read(ctx, func(v *store.View) (err error) {
		ids, err = store.All(v, `SELECT DISTINCT matter FROM orders WHERE creditor = ? AND kind = 'WHISTLE_LEG' AND open = 1 ORDER BY matter LIMIT ?`,
			func(r store.Scanner) (ident.ID, error) {
				var id int64
				err := r.Scan(&id)
				return ident.ID(id), err
			}, unit, mostRunning)
		return err
	})
	if err != nil {
		return nil, err
	}
	var out []*engine.State
	for _, id := range ids {
		s, err := d.e.Read(ctx, actor, id)
		if fault.Of(err) == fault.NotFound && err != nil {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

// Health sums up the whistles of a unit that were blown in a span of days, beside
// how much was received in its place. It needs the same right as the numbers of
// the place. Faults: unit.unknown, access.denied.
func (d *Desk) Health(ctx context.Context, actor access.Actor, unit string, from, to int) (whistle.Health, error) {
	var out whistle.Health
	u, ok := d.e.City().Org.Unit(unit)
	if !ok {
		return out, fault.New(fault.NotFound, "unit.unknown", unit)
	}
	place := d.e.City().Territory.Address(u.Territory)
	if err := access.Allow(actor, access.ReadNumbers, access.Subject{Place: place}); err != nil {
		return out, err
	}
	blown := map[ident.ID]bool{}
	for after := ident.ID(0); ; {
		var page []register.Record[whistle.Notice]
		err := d.e.DB().Read(ctx, func(v *store.View) (err error) {
			page, err = engine.Find[whistle.Notice](v, engine.Where{Unit: unit, From: from, To: to, Oldest: true, After: after, Limit: 200})
			return err
		})
		if err != nil {
			return out, err
		}
		if len(page) == 0 {
			break
		}
		for _, n := range page {
			s, err := d.e.Load(ctx, n.Fact.Matter)
			if err != nil {
				return out, err
			}
			out.Add(s.Orders, s.M.Whistles, n.Fact.No())
			blown[s.M.ID] = true
		}
		after = page[len(page)-1].ID
	}
	out.Blown = len(blown)
	err := d.e.DB().Read(ctx, func(v *store.View) (err error) {
		out.Matters, err = received(v, place, from, to)
		return err
	})
	out.Matters = max(out.Matters, out.Blown) // what was called in before may be blown for now
	return out, err
}

// received counts what was called in about a place in a span of days. Ids are in
// the order of time, so that they bound it.
func received(v *store.View, at territory.Address, from, to int) (n int, err error) {
	first, _ := ident.DayRange(calendar.Begin(from))
	_, last := ident.DayRange(calendar.Begin(to))
	where, args := "m.district = ?", []any{at.District}
	if at.Town != "" {
		where, args = where+" AND m.town = ?", append(args, at.Town)
	}
	err = v.Row(`SELECT COUNT(*) FROM matter m WHERE `+where+` AND m.source <> ? AND m.id BETWEEN ? AND ?`,
		append(args, matter.TaskSource, int64(first), int64(last))...).Scan(&n)
	return n, err
}
