// Package roster holds who is on duty as units register it: the watches of a
// desk day by day (值守), and the enforcement platform of a town with its core,
// its residents and its posts on call (1+5+N). It names units and posts, never
// persons, and keeps no attendance: what it knows is whom to call. It knows no
// database.
package roster

import (
	"slices"
	"strconv"
	"time"

	"huying/internal/domain/calendar"
	"huying/internal/domain/matter"
	"huying/internal/domain/org"
	"huying/internal/domain/register"
	"huying/internal/domain/territory"
	"huying/internal/fault"
	"huying/internal/ident"
)

// The registers.
const (
	DutyRegister     register.Name = "DUTY"
	PlatformRegister register.Name = "PLATFORM"
	ReachRegister    register.Name = "REACH"
)

// Status is where a plan of watches or a platform stands.
type Status string

// The states.
const (
	Draft      Status = "DRAFT"
	InForce    Status = "IN_FORCE"
	Superseded Status = "SUPERSEDED"
	Withdrawn  Status = "WITHDRAWN"
)

// Shift is one watch of a plan: minutes after midnight of a civil day; one that
// does not end after it began ends on the next day.
type Shift struct {
	Day  int    `json:"day"`
	From int    `json:"from"`
	Post string `json:"post"`
	To   int    `json:"to"`
}

// Plan is who watches over a unit's desk in a stretch of days.
type Plan struct {
	Flagged []int64           `json:"flagged,omitempty"` // beginnings of gaps that were told, µs
	From    int               `json:"from"`
	Place   territory.Address `json:"place"`
	Shifts  []Shift           `json:"shifts"`
	Status  Status            `json:"status"`
	To      int               `json:"to"`
	Unit    string            `json:"unit"`
}

// Line implements register.Fact.
func (p Plan) Line() register.Line {
	return register.Line{Register: DutyRegister, Place: p.Place, Unit: p.Unit, Status: string(p.Status), From: p.From, To: p.To, Amount: int64(len(p.Shifts))}
}

// The bounds of a plan.
const (
	MostDays   = 62
	MostShifts = 1000
)

// Check finds every mistake of a plan at once. Faults: duty.days, duty.too_many,
// duty.shift_outside, duty.shift_malformed, duty.post_of_others.
func (p *Plan) Check(g *org.Graph) error {
	var wrong fault.List
	if !calendar.IsDay(p.From) || !calendar.IsDay(p.To) || p.To < p.From || calendar.DaysFrom(p.From, p.To) > MostDays {
		return fault.Field("to", "duty.days", MostDays)
	}
	if len(p.Shifts) == 0 || len(p.Shifts) > MostShifts {
		return fault.Field("shifts", "duty.too_many", len(p.Shifts), MostShifts)
	}
	for i, s := range p.Shifts {
		field := "shifts." + strconv.Itoa(i)
		switch {
		case !calendar.IsDay(s.Day) || s.Day < p.From || s.Day > p.To:
			wrong.Add(fault.Field(field+".day", "duty.shift_outside", s.Day))
		case s.From < 0 || s.From >= minutesPerDay || s.To < 0 || s.To > minutesPerDay || s.From == s.To:
			wrong.Add(fault.Field(field+".to", "duty.shift_malformed", s.Day))
		}
		if post, ok := g.Post(s.Post); !ok || post.Unit != p.Unit {
			wrong.Add(fault.Field(field+".post", "duty.post_of_others", s.Post))
		}
	}
	return wrong.Err()
}

const minutesPerDay = 24 * 60

// Kept returns the plan as the stretch of time it covers.
func (p *Plan) Kept() org.Kept {
	k := org.Kept{From: calendar.Begin(p.From), To: calendar.End(p.To)}
	for _, s := range p.Shifts {
		on := calendar.Begin(s.Day)
		w := org.Watch{From: on.Add(time.Duration(s.From) * time.Minute), To: on.Add(time.Duration(s.To) * time.Minute), Post: s.Post}
		if s.To <= s.From {
			w.To = w.To.AddDate(0, 0, 1)
		}
		k.Watches = append(k.Watches, w)
	}
	return k
}

// Gaps returns where the plan leaves its desk without anybody.
func (p *Plan) Gaps(g *org.Graph) []org.Gap {
	k := p.Kept()
	return g.Gaps(p.Unit, k.From, k.To, k.Watches)
}

// ToTell returns the gaps that begin within a time from now on, or have begun,
// and were not told before.
func (p *Plan) ToTell(g *org.Graph, now time.Time, within time.Duration) []org.Gap {
	var out []org.Gap
	for _, x := range p.Gaps(g) {
		if x.From.Sub(now) <= within && x.To.After(now) && !slices.Contains(p.Flagged, x.From.UnixMicro()) {
			out = append(out, x)
		}
	}
	return out
}

// Seat is one post on a platform.
type Seat struct {
	OnCall bool   `json:"on_call,omitempty"`
	Phone  string `json:"phone,omitempty"` // duty telephone of the post
	Post   string `json:"post,omitempty"`  // code
	Title  string `json:"title,omitempty"` // as people name the post
	Unit   string `json:"unit"`
}

// Platform is the enforcement platform of a town: 1 unit as its core, 5
// departments resident with one or two posts each, N with a named post on call.
type Platform struct {
	Core   string            `json:"core"`
	From   int               `json:"from,omitempty"` // day it was published
	Place  territory.Address `json:"place"`
	Seats  []Seat            `json:"seats"`
	Status Status            `json:"status"`
	To     int               `json:"to,omitempty"`
	Unit   string            `json:"unit"` // that keeps it
}

// Line implements register.Fact.
func (p Platform) Line() register.Line {
	return register.Line{Register: PlatformRegister, Place: p.Place, Unit: p.Unit, Other: p.Core, Status: string(p.Status), From: p.From, To: p.To, Amount: int64(len(p.Seats))}
}

// MostSeats bounds a platform.
const MostSeats = 200

// Bounds is how many posts of one department are resident.
type Bounds struct{ Least, Most int }

// Check finds mistakes of form. Faults: platform.too_many, unit.unknown,
// platform.post_of_others, platform.core_unknown.
func (p *Platform) Check(g *org.Graph) error {
	var wrong fault.List
	if u, ok := g.Unit(p.Core); !ok || u.Territory != p.Place.Town {
		wrong.Add(fault.Field("core", "platform.core_unknown", p.Core))
	}
	if len(p.Seats) > MostSeats {
		wrong.Add(fault.Field("seats", "platform.too_many", len(p.Seats), MostSeats))
		return wrong.Err()
	}
	for i, s := range p.Seats {
		field := "seats." + strconv.Itoa(i)
		if _, ok := g.Unit(s.Unit); !ok {
			wrong.Add(fault.Field(field+".unit", "unit.unknown", s.Unit))
			continue
		}
		if post, ok := g.Post(s.Post); s.Post != "" && (!ok || post.Unit != s.Unit) {
			wrong.Add(fault.Field(field+".post", "platform.post_of_others", s.Post))
		}
		wrong.Add(matter.Words(field+".title", s.Title, false))
	}
	return wrong.Err()
}

// Lacking is what a platform lacks.
type Lacking string

// What a platform may lack.
const (
	NoResident  Lacking = "NO_RESIDENT"
	TooMany     Lacking = "TOO_MANY_RESIDENTS"
	NoNamedPost Lacking = "NO_NAMED_POST"
)

// Lack is one reason why a platform cannot be published.
type Lack struct {
	What Lacking
	Unit string
	N    int
}

// Lacks returns what is missing: a department that shall be resident has its
// least and most number of posts, one that is on call names a post with a duty
// telephone.
func (p *Platform) Lacks(g *org.Graph, b Bounds) []Lack {
	var out []Lack
	wanted := g.PlatformWanted(p.Place.Town)
	for _, w := range wanted {
		if w.Core != p.Core {
			continue
		}
		n, named := 0, false
		for _, s := range p.Seats {
			if s.Unit == w.Unit {
				n++
				named = named || s.Post != "" && s.Title != "" && s.Phone != ""
			}
		}
		switch {
		case w.OnCall && !named:
			out = append(out, Lack{NoNamedPost, w.Unit, n})
		case !w.OnCall && n < b.Least:
			out = append(out, Lack{NoResident, w.Unit, n})
		}
	}
	count := map[string]int{}
	for _, s := range p.Seats {
		if count[s.Unit]++; !s.OnCall && count[s.Unit] == b.Most+1 {
			out = append(out, Lack{TooMany, s.Unit, b.Most})
		}
	}
	return out
}

// Desk returns the platform's seats as calls are routed by, its core first.
func (p *Platform) Desk() []org.Seat {
	out := []org.Seat{{Unit: p.Core}}
	for _, s := range p.Seats {
		out = append(out, org.Seat(s))
	}
	return out
}

// Reach is one trial whether a post on call is reached by its duty telephone.
type Reach struct {
	Day      int               `json:"day"`
	Note     string            `json:"note,omitempty"`
	Place    territory.Address `json:"place"`
	Platform ident.ID          `json:"platform"`
	Reached  bool              `json:"reached,omitempty"`
	Seat     string            `json:"seat"` // title of the post
	Unit     string            `json:"unit"`
}

// MostTrialDays is how old the newest trial of a post on call may be: each is
// tried every week (BJ-06).
const MostTrialDays = 7

// Stale reports whether the post has to be tried again on a civil day.
func (r *Reach) Stale(today int) bool {
	return !calendar.IsDay(r.Day) || !calendar.IsDay(today) || calendar.DaysFrom(r.Day, today) > MostTrialDays
}

// The results of a trial.
const (
	Reached    = "REACHED"
	NotReached = "NOT_REACHED"
)

// Line implements register.Fact.
func (r Reach) Line() register.Line {
	status := NotReached
	if r.Reached {
		status = Reached
	}
	return register.Line{Register: ReachRegister, Place: r.Place, Unit: r.Unit, Status: status, From: r.Day, To: r.Day, About: r.Platform}
}
