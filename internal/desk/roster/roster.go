// Package roster is the desk of who is on duty: units register the watches of
// their desks, streets keep the roster of their enforcement platform and try
// whether its posts on call are reached, and what is registered is put in force
// for every later command. Who registers is a unit; who is registered is a post.
// It knows no face.
package roster

import (
	"context"
	"slices"
	"sync"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/matter"
	"huying/internal/domain/pack"
	"huying/internal/domain/roster"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
)

// Desk runs the commands. It is safe for concurrent use.
type Desk struct {
	e *engine.Engine

	mu   sync.Mutex
	seen stamp // what of the registers is in force in this process
}

// New returns the desk over an engine.
func New(e *engine.Engine) *Desk { return &Desk{e: e} }

// NewDuty is who watches over a unit's desk in a stretch of days.
type NewDuty struct {
	Unit   string  `json:"unit,omitempty" maxLength:"64" doc:"The actor's own if not said"`
	From   int     `json:"from" doc:"First day, such as 20260310"`
	To     int     `json:"to" doc:"Last day, at most 62 days later"`
	Shifts []Shift `json:"shifts" maxItems:"1000"`
}

// Shift is one watch.
type Shift struct {
	Day  int    `json:"day" doc:"Such as 20260310"`
	From string `json:"from" maxLength:"5" doc:"Such as 08:00"`
	To   string `json:"to" maxLength:"5" doc:"Such as 20:00; not after its beginning: on the next day"`
	Post string `json:"post" maxLength:"128" doc:"Code of a post of the unit"`
}

func shifts(list []Shift) ([]roster.Shift, error) {
	out := make([]roster.Shift, len(list))
	var wrong fault.List
	for i, s := range list {
		from, okFrom := minutes(s.From)
		to, okTo := minutes(s.To)
		if !okFrom || !okTo {
			wrong.Add(fault.Field("shifts", "duty.time_malformed", s.From, s.To))
		}
		out[i] = roster.Shift{Day: s.Day, From: from, Post: s.Post, To: to}
	}
	return out, wrong.Err()
}

// minutes reads "08:30" as minutes after midnight; 24:00 is allowed.
func minutes(s string) (int, bool) {
	if s == "24:00" {
		return 24 * 60, true
	}
	t, err := time.Parse("15:04", s)
	return t.Hour()*60 + t.Minute(), err == nil && len(s) == 5
}

// Register keeps a plan of watches. Hours that it leaves open are gaps: they are
// told twelve hours before, and what cannot wait goes to the next staffed desk
// up. Faults: those of roster.Plan.Check, duty.overlaps, duty.too_far.
func (d *Desk) Register(ctx context.Context, cmd engine.Command, in NewDuty) (ident.ID, error) {
	list, err := shifts(in.Shifts)
	if err != nil {
		return 0, err
	}
	return d.command(ctx, cmd, "register_duty", func(b *engine.Bundle) (ident.ID, error) {
		if in.Unit == "" {
			in.Unit = b.Actor().Unit
		}
		place, err := mayKeep(b, in.Unit)
		if err != nil {
			return 0, err
		}
		p := &roster.Plan{From: in.From, To: in.To, Place: place, Shifts: list, Status: roster.InForce, Unit: in.Unit}
		if err := p.Check(b.City().Org); err != nil {
			return 0, err
		}
		if p.Kept().From.After(b.Now().Time().AddDate(0, 0, mostAhead)) {
			return 0, fault.Field("from", "duty.too_far", mostAhead)
		}
		others, err := engine.Find[roster.Plan](b.Query(), engine.Where{Unit: p.Unit, Status: []string{string(roster.InForce)}})
		if err != nil {
			return 0, err
		}
		for _, x := range others {
			if x.Fact.From <= p.To && p.From <= x.Fact.To {
				return 0, fault.New(fault.Conflict, "duty.overlaps", x.ID.Number(), x.Fact.From, x.Fact.To).In("from")
			}
		}
		return engine.Enter(b, "register", p)
	})
}

// mostAhead is how many days ahead a plan may begin.
const mostAhead = 92

// mayKeep asks that the actor may keep the roster of a unit, and returns where
// the unit lies.
func mayKeep(b *engine.Bundle, unit string) (territory.Address, error) {
	u, ok := b.City().Org.Unit(unit)
	if !ok {
		return territory.Address{}, fault.Field("unit", "unit.unknown", unit)
	}
	place := b.City().Territory.Address(u.Territory)
	return place, access.Allow(b.Actor(), access.KeepRoster, access.Subject{Place: place, Units: []string{unit}})
}

// Shifts are the watches of a plan as they shall be.
type Shifts struct {
	Shifts []Shift `json:"shifts" maxItems:"1000"`
}

// Change puts other watches in place of a plan's.
func (d *Desk) Change(ctx context.Context, cmd engine.Command, id ident.ID, in Shifts) (ident.ID, error) {
	list, err := shifts(in.Shifts)
	if err != nil {
		return 0, err
	}
	return d.plan(ctx, cmd, "change", id, func(b *engine.Bundle, p *roster.Plan) error {
		p.Shifts = list
		return p.Check(b.City().Org)
	})
}

// Empty is the input of an act that needs nothing but its record.
type Empty struct{}

// Withdraw takes a plan back: the pattern of the city holds again.
func (d *Desk) Withdraw(ctx context.Context, cmd engine.Command, id ident.ID, _ Empty) (ident.ID, error) {
	return d.plan(ctx, cmd, "withdraw", id, func(_ *engine.Bundle, p *roster.Plan) error {
		p.Status = roster.Withdrawn
		return nil
	})
}

func (d *Desk) plan(ctx context.Context, cmd engine.Command, act string, id ident.ID, fn func(*engine.Bundle, *roster.Plan) error) (ident.ID, error) {
	return d.command(ctx, cmd, act+"_duty", func(b *engine.Bundle) (ident.ID, error) {
		return id, engine.Change(b, act, id, func(p *roster.Plan) error {
			if _, err := mayKeep(b, p.Unit); err != nil {
				return err
			}
			if p.Status != roster.InForce {
				return fault.New(fault.Conflict, "duty.withdrawn")
			}
			return fn(b, p)
		})
	})
}

// command runs a command and puts what it changed in force at once.
func (d *Desk) command(ctx context.Context, cmd engine.Command, name string, fn func(*engine.Bundle) (ident.ID, error)) (ident.ID, error) {
	var now time.Time
	id, err := d.e.Together(ctx, cmd, name, func(b *engine.Bundle) (ident.ID, error) {
		now = b.Now().Time()
		return fn(b)
	})
	if err != nil || cmd.Dry {
		return id, err
	}
	return id, d.Reload(ctx, now)
}

// NewPlatform is the roster of a town's enforcement platform.
type NewPlatform struct {
	Town  string `json:"town,omitempty" maxLength:"64" doc:"The actor's own if not said"`
	Core  string `json:"core" maxLength:"64" doc:"Unit that is its main body"`
	Seats []Seat `json:"seats" maxItems:"200"`
}

// Seat is one post on a platform.
type Seat struct {
	Unit   string `json:"unit" maxLength:"64"`
	OnCall bool   `json:"on_call,omitempty" doc:"Comes when called; else it is resident"`
	Post   string `json:"post,omitempty" maxLength:"128" doc:"Code of a post of the unit"`
	Title  string `json:"title,omitempty" maxLength:"100" doc:"As people name the post"`
	Phone  string `json:"phone,omitempty" maxLength:"32" doc:"Duty telephone of the post, never a private one"`
}

func seats(list []Seat) []roster.Seat {
	out := make([]roster.Seat, len(list))
	for i, s := range list {
		out[i] = roster.Seat{OnCall: s.OnCall, Phone: s.Phone, Post: s.Post, Title: s.Title, Unit: s.Unit}
	}
	return out
}

// Draft keeps the roster of a platform, not yet in force. Faults: those of
// roster.Platform.Check, place.unknown.
func (d *Desk) Draft(ctx context.Context, cmd engine.Command, in NewPlatform) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "draft_platform", func(b *engine.Bundle) (ident.ID, error) {
		if in.Town == "" {
			in.Town = b.Actor().At.Town
		}
		place := b.City().Territory.Address(in.Town)
		if place.Town == "" || place.Town != in.Town {
			return 0, fault.Field("town", "place.unknown", in.Town)
		}
		if err := access.Allow(b.Actor(), access.KeepRoster, access.Subject{Place: place}); err != nil {
			return 0, err
		}
		p := &roster.Platform{Core: in.Core, Place: place, Seats: seats(in.Seats), Status: roster.Draft, Unit: b.Actor().Unit}
		if err := p.Check(b.City().Org); err != nil {
			return 0, err
		}
		return engine.Enter(b, "draft", p)
	})
}

// Seats are the posts of a platform as they shall be.
type Seats struct {
	Core  string `json:"core,omitempty" maxLength:"64"`
	Seats []Seat `json:"seats" maxItems:"200"`
}

// Redraft changes a platform that is not published yet.
func (d *Desk) Redraft(ctx context.Context, cmd engine.Command, id ident.ID, in Seats) (ident.ID, error) {
	return d.platform(ctx, cmd, "redraft", id, func(b *engine.Bundle, p *roster.Platform) error {
		if p.Status != roster.Draft {
			return fault.New(fault.Conflict, "platform.published_already")
		}
		if in.Core != "" {
			p.Core = in.Core
		}
		p.Seats = seats(in.Seats)
		return p.Check(b.City().Org)
	})
}

// Publish puts a platform in force in place of the one before. Faults: every
// lack at once — platform.no_resident, platform.too_many_residents,
// platform.no_named_post.
func (d *Desk) Publish(ctx context.Context, cmd engine.Command, id ident.ID, _ Empty) (ident.ID, error) {
	return d.command(ctx, cmd, "publish_platform", func(b *engine.Bundle) (ident.ID, error) {
		p, err := engine.Seen[roster.Platform](b, id)
		if err != nil {
			return 0, err
		}
		if err := access.Allow(b.Actor(), access.KeepRoster, access.Subject{Place: p.Place}); err != nil {
			return 0, err
		}
		if p.Status != roster.Draft {
			return 0, fault.New(fault.Conflict, "platform.published_already")
		}
		if err := lacking(b.City(), p); err != nil {
			return 0, err
		}
		before, err := engine.Find[roster.Platform](b.Query(), engine.Where{Town: p.Place.Town, Status: []string{string(roster.InForce)}})
		if err != nil {
			return 0, err
		}
		for _, x := range before {
			if err := engine.Change(b, "supersede", x.ID, func(old *roster.Platform) error {
				old.Status, old.To = roster.Superseded, b.Today()
				return nil
			}); err != nil {
				return 0, err
			}
		}
		return id, engine.Change(b, "publish", id, func(p *roster.Platform) error {
			p.Status, p.From = roster.InForce, b.Today()
			return nil
		})
	})
}

// bounds is how many posts of a department are resident on a platform.
func bounds(c *pack.City, town string) roster.Bounds {
	limits := c.LimitsAt(town)
	return roster.Bounds{Least: limits.Number(pack.ResidentLeast), Most: limits.Number(pack.ResidentMost)}
}

func lacking(c *pack.City, p *roster.Platform) error {
	var wrong fault.List
	for _, l := range p.Lacks(c.Org, bounds(c, p.Place.Town)) {
		of := name(c, l.Unit)
		switch l.What {
		case roster.NoResident:
			wrong.Add(fault.New(fault.Conflict, "platform.no_resident", of, l.N).In("seats"))
		case roster.TooMany:
			wrong.Add(fault.New(fault.Conflict, "platform.too_many_residents", of, l.N).In("seats"))
		case roster.NoNamedPost:
			wrong.Add(fault.New(fault.Conflict, "platform.no_named_post", of).In("seats"))
		}
	}
	return wrong.Err()
}

func (d *Desk) platform(ctx context.Context, cmd engine.Command, act string, id ident.ID, fn func(*engine.Bundle, *roster.Platform) error) (ident.ID, error) {
	return d.command(ctx, cmd, act+"_platform", func(b *engine.Bundle) (ident.ID, error) {
		return id, engine.Change(b, act, id, func(p *roster.Platform) error {
			if err := access.Allow(b.Actor(), access.KeepRoster, access.Subject{Place: p.Place}); err != nil {
				return err
			}
			return fn(b, p)
		})
	})
}

// Tried is one trial whether a post on call is reached.
type Tried struct {
	Unit    string `json:"unit" maxLength:"64"`
	Reached bool   `json:"reached"`
	Note    string `json:"note,omitempty" maxLength:"500"`
}

// Try keeps the result of a trial (BJ-06); a post that was not reached is told
// to its unit. Faults: platform.not_published, platform.not_on_call.
func (d *Desk) Try(ctx context.Context, cmd engine.Command, id ident.ID, in Tried) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "try_post", func(b *engine.Bundle) (ident.ID, error) {
		p, err := engine.Peek[roster.Platform](b, id)
		if err != nil {
			return 0, err
		}
		if err := access.Allow(b.Actor(), access.KeepRoster, access.Subject{Place: p.Place}); err != nil {
			return 0, err
		}
		if p.Status != roster.InForce {
			return 0, fault.New(fault.Conflict, "platform.not_published")
		}
		i := slices.IndexFunc(p.Seats, func(s roster.Seat) bool { return s.OnCall && s.Unit == in.Unit })
		if i < 0 {
			return 0, fault.Field("unit", "platform.not_on_call", in.Unit)
		}
		if err := matter.Words("note", in.Note, false); err != nil {
			return 0, err
		}
		made, err := engine.Enter(b, "try", &roster.Reach{
			Day: b.Today(), Note: in.Note, Place: p.Place, Platform: id, Reached: in.Reached, Seat: p.Seats[i].Title, Unit: in.Unit,
		})
		if err == nil && !in.Reached {
			err = b.Tell(made, in.Unit, "notice.post_not_reached", p.Seats[i].Title, p.Seats[i].Phone)
		}
		return made, err
	})
}
