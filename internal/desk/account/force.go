package account

import (
	"context"

	"huying/internal/domain/access"
	"huying/internal/domain/account"
	"huying/internal/domain/calendar"
	"huying/internal/domain/clock"
	"huying/internal/domain/matter"
	"huying/internal/domain/person"
	"huying/internal/domain/register"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// Form forms a task force.
type Form struct {
	Name      string   `json:"name" maxLength:"100"`
	Purpose   string   `json:"purpose"`
	Place     string   `json:"place" maxLength:"64"`
	Members   []string `json:"members" maxItems:"100" doc:"Posts of the units that send them"`
	From      int      `json:"from,omitempty" doc:"First day; empty: today"`
	To        int      `json:"to" doc:"Last day: access ends with it"`
	Indicator string   `json:"indicator" maxLength:"100" doc:"What it is measured by"`
	Baseline  int64    `json:"baseline"`
	Target    int64    `json:"target"`
}

// forceMay is what a member's post may do for the force beyond its role.
var forceMay = []access.Action{access.ReadMatter, access.ReadForce}

// Form enters a task force. Its members may see the matters of its place from
// the first to the last day, by grants that end by themselves. Faults: those
// of Force.Check, place.unknown, post.unknown, and those of person.Given.
func (d *Desk) Form(ctx context.Context, cmd engine.Command, in Form) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "form_force", func(b *engine.Bundle) (ident.ID, error) {
		city := b.City()
		f := account.Force{
			Name: in.Name, Purpose: in.Purpose, Members: in.Members, From: in.From, To: in.To, Unit: cmd.Actor.Unit, Status: account.ForceRuns,
			Indicator: account.Indicator{Name: in.Indicator, Baseline: in.Baseline, Target: in.Target}, Place: city.Territory.Address(in.Place),
		}
		if f.From == 0 {
			f.From = b.Today()
		}
		if f.Place.District == "" {
			return 0, fault.Field("place", "place.unknown", in.Place)
		}
		if err := access.Allow(cmd.Actor, access.MakeForce, access.Subject{Place: f.Place}); err != nil {
			return 0, err
		}
		if err := f.Check(); err != nil {
			return 0, err
		}
		id, err := engine.Enter(b, "form", &f)
		if err != nil {
			return 0, err
		}
		for _, post := range f.Members {
			if err := b.Grant(person.Given{
				Post: post, Actions: forceMay, Place: in.Place, From: calendar.Begin(f.From), To: calendar.End(f.To),
			}, f.Name); err != nil {
				return 0, err
			}
			p, _ := city.Org.Post(post)
			if err := b.Tell(id, p.Unit, "notice.force_formed", f.Name, f.To); err != nil {
				return 0, err
			}
		}
		return id, nil
	})
}

// leads opens a task force to the unit that leads it.
func leads(b *engine.Bundle, id ident.ID) (*account.Force, error) {
	f, err := engine.Peek[account.Force](b, id)
	if err != nil {
		return nil, err
	}
	s := access.Subject{Place: f.Place, Units: []string{f.Unit}}
	if access.Allow(b.Actor(), access.ReadForce, s) != nil {
		return nil, fault.New(fault.NotFound, "record.not_found")
	}
	if b.Actor().Unit != f.Unit {
		return nil, fault.New(fault.Denied, "access.denied", string(access.MakeForce))
	}
	return f, nil
}

// Charge is a task of the force for one of the units that send its members.
type Charge struct {
	Unit  string `json:"unit" maxLength:"64"`
	Title string `json:"title" maxLength:"200"`
	Text  string `json:"text,omitempty"`
	Leaf  string `json:"leaf,omitempty" maxLength:"32" doc:"Item of the duty list, for a town or village"`
	Due   int    `json:"due,omitempty" doc:"Day; empty: the last of the force"`
}

// Charge gives a member unit a task of the force: it stands in the force's own
// queue. Faults: force.not_a_member, force.over, order.off_list.
func (d *Desk) Charge(ctx context.Context, cmd engine.Command, id ident.ID, in Charge) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "charge_force", func(b *engine.Bundle) (ident.ID, error) {
		f, err := leads(b, id)
		if err != nil {
			return 0, err
		}
		if !f.Line().In(b.Today()) {
			return 0, fault.New(fault.Conflict, "force.over", f.To)
		}
		member := false
		for _, post := range f.Members {
			p, ok := b.City().Org.Post(post)
			member = member || ok && p.Unit == in.Unit
		}
		if !member {
			return 0, fault.Field("unit", "force.not_a_member", in.Unit)
		}
		due := f.To
		if in.Due != 0 {
			due = min(in.Due, f.To)
		}
		s, err := b.Assign(matter.Assigned{
			Kind: matter.Measure, Title: in.Title, Text: in.Text, Place: f.Place, About: id,
			Orders: []matter.Assignment{{Debtor: in.Unit, Leaf: in.Leaf, Content: in.Title, Due: clock.At(calendar.End(due))}},
		}, nil)
		if err != nil {
			return 0, err
		}
		return s.M.ID, nil
	})
}

// Measure is how far the force has come.
type Measure struct {
	Actual int64 `json:"actual"`
}

// Measure tells the value of the force's indicator. Fault: force.reported.
func (d *Desk) Measure(ctx context.Context, cmd engine.Command, id ident.ID, in Measure) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "measure_force", func(b *engine.Bundle) (ident.ID, error) {
		if _, err := leads(b, id); err != nil {
			return 0, err
		}
		return id, engine.Change(b, "measure", id, func(f *account.Force) error { return f.Measure(in.Actual) })
	})
}

// Close is the final report.
type Close struct {
	Report string `json:"report"`
}

// Close files the final report of a task force. Faults: those of Force.Close.
func (d *Desk) Close(ctx context.Context, cmd engine.Command, id ident.ID, in Close) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "close_force", func(b *engine.Bundle) (ident.ID, error) {
		if _, err := leads(b, id); err != nil {
			return 0, err
		}
		return id, engine.Change(b, "report", id, func(f *account.Force) error { return f.Close(in.Report, b.Today()) })
	})
}

// Forces lists the task forces an actor may see, newest first.
func (d *Desk) Forces(ctx context.Context, actor access.Actor, before ident.ID, limit int) ([]register.Record[account.Force], error) {
	if limit < 1 || limit > MostRows {
		return nil, fault.Field("limit", "page.size", limit, MostRows)
	}
	var out []register.Record[account.Force]
	err := d.e.DB().Read(ctx, func(v *store.View) (err error) {
		out, err = engine.Find[account.Force](v, engine.Where{Before: before, Limit: limit, May: &actor, Action: access.ReadForce})
		return err
	})
	return out, err
}

// Queue is a task force with its own tasks.
type Queue struct {
	register.Record[account.Force]
	Tasks []*engine.State
}

// Force returns one task force with its queue. Fault: record.not_found.
func (d *Desk) Force(ctx context.Context, actor access.Actor, id ident.ID) (*Queue, error) {
	r, err := engine.Get[account.Force](ctx, d.e, actor, access.ReadForce, id)
	if err != nil {
		return nil, err
	}
	out := &Queue{Record: *r}
	err = d.e.DB().Read(ctx, func(v *store.View) (err error) {
		out.Tasks, err = d.e.Served(v, id)
		return err
	})
	return out, err
}
