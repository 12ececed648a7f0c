// Package clock holds the clocks that run on a matter or an order: what they
// measure, when they are due, what happens at which stage, and their lawful
// pauses. A set of clocks is a value that is kept with its subject; the engine
// only asks for the next instant and fires what is due, as a command. It knows
// no ticker and never reads the time.
package clock

import (
	"time"

	"huying/internal/domain/calendar"
)

// Instant is a moment in microseconds since 1970-01-01 UTC; zero is none.
type Instant int64

// At returns t as an Instant.
func At(t time.Time) Instant {
	if t.IsZero() {
		return 0
	}
	return Instant(t.UnixMicro())
}

// Time returns i as a UTC time; the zero Instant is the zero time.
func (i Instant) Time() time.Time {
	if i == 0 {
		return time.Time{}
	}
	return time.UnixMicro(int64(i)).UTC()
}

// Kind is what a clock measures.
type Kind string

// The clocks of a matter, then those of an order.
const (
	Verify     Kind = "VERIFY"     // the desk verifies a call
	Triage     Kind = "TRIAGE"     // the desk decides its class
	Appeal     Kind = "APPEAL"     // the street decides an appeal against the class
	Dispatch   Kind = "DISPATCH"   // the desk gives an order
	Callback   Kind = "CALLBACK"   // the desk asks the caller for the verdict
	Conference Kind = "CONFERENCE" // the convened units decide
	Exclusion  Kind = "EXCLUSION"  // the assessor decides
	Contact    Kind = "CONTACT"    // the caller is contacted
	Promised   Kind = "PROMISED"   // what the caller was told
	Statutory  Kind = "STATUTORY"  // what the law allows
	LevelUp    Kind = "LEVEL_UP"   // the level has had its time to try
	Review     Kind = "REVIEW"     // a deferral is looked at again
	Resume     Kind = "RESUME"     // a pause ends

	Sign      Kind = "SIGN"      // the debtor accepts the order
	Arrive    Kind = "ARRIVE"    // the debtor turns up, as the creditor sees it
	Respond   Kind = "RESPOND"   // the debtor answers
	Objection Kind = "OBJECTION" // an objection is decided
	Extension Kind = "EXTENSION" // a request for time is decided
	Judge     Kind = "JUDGE"     // the creditor judges an answer
	Lapse     Kind = "LAPSE"     // silence until then counts as no objection
)

// Kinds lists every kind, in the order above.
var Kinds = []Kind{
	Verify, Triage, Appeal, Dispatch, Callback, Conference, Exclusion, Contact, Promised, Statutory, LevelUp, Review, Resume,
	Sign, Arrive, Respond, Objection, Extension, Judge, Lapse,
}

// climbs reports whether lateness of a clock climbs the ladder of cards.
func (k Kind) climbs() bool { return k == Respond || k == Arrive }

// Stage is what happens at a clock's next instant.
type Stage string

// The stages. Only Respond and Arrive have blue and red.
const (
	Blue Stage = "BLUE" // near due
	Due  Stage = "DUE"
	Red  Stage = "RED" // long overdue
	Nag  Stage = "NAG" // still open: said again, each time
)

// Ladder is when stages follow one another (domain part C5).
type Ladder struct {
	BluePermille int            // share of the limit left when blue is shown
	RedAfter     calendar.Limit // least time from due to red
	RedPermille  int            // share of the limit from due to red, if that is more
	NagEvery     calendar.Limit // from then on
}

// Pause is a lawful stop of a clock; To is zero while it lasts. Void says that
// the clock ended while it stood still, so that the pause moved nothing.
type Pause struct {
	Basis  string  `json:"basis,omitempty"`
	From   Instant `json:"from"`
	Reason string  `json:"reason"`
	To     Instant `json:"to,omitempty"`
	Void   bool    `json:"void,omitempty"`
}

// Clock is one running, paused or stopped clock. A stopped clock has no Next;
// its Stage is the one that would have come, or none if nothing was left.
type Clock struct {
	Due         Instant  `json:"due"`
	Extended    []string `json:"extended,omitempty"` // limits granted from the former due time
	Kind        Kind     `json:"kind"`
	Limit       string   `json:"limit"` // as calendar.ParseLimit reads it
	Next        Instant  `json:"next,omitempty"`
	Pauses      []Pause  `json:"pauses,omitempty"`
	Provisional bool     `json:"provisional,omitempty"`
	Stage       Stage    `json:"stage,omitempty"`
	Start       Instant  `json:"start"`
	Stopped     Instant  `json:"stopped,omitempty"`
}

// Running reports whether the clock still has something to do.
func (c *Clock) Running() bool { return c.Stopped == 0 }

// Paused reports whether the clock stands still.
func (c *Clock) Paused() bool { return len(c.Pauses) > 0 && c.Pauses[len(c.Pauses)-1].To == 0 }

// Recompute returns the due time that follows from the clock's rule, start,
// extensions and pauses under cal (INV-07). A date that was named follows from
// nothing: it is returned as it is kept.
func (c *Clock) Recompute(cal *calendar.Calendar) (calendar.Due, error) {
	if c.dated() {
		return calendar.Due{At: c.Due.Time()}, nil
	}
	limit, err := calendar.ParseLimit(c.Limit)
	if err != nil {
		return calendar.Due{}, err
	}
	due := cal.Due(limit, c.Start.Time(), c.pauses())
	for _, text := range c.Extended {
		more, err := calendar.ParseLimit(text)
		if err != nil {
			return calendar.Due{}, err
		}
		next := cal.Extend(more, due.At, c.pauses())
		next.Provisional = next.Provisional || due.Provisional
		due = next
	}
	return due, nil
}

// dated reports whether the due time was named instead of computed.
func (c *Clock) dated() bool { return c.Limit == string(calendar.Date) }

func (c *Clock) pauses() []calendar.Pause {
	if len(c.Pauses) == 0 {
		return nil
	}
	out := make([]calendar.Pause, 0, len(c.Pauses))
	for _, p := range c.Pauses {
		if !p.Void {
			out = append(out, calendar.Pause{Reason: p.Reason, Basis: p.Basis, From: p.From.Time(), To: p.To.Time()})
		}
	}
	return out
}

// CalendarPauses returns the clock's pauses as calendar.Explain wants them.
func (c *Clock) CalendarPauses() []calendar.Pause { return c.pauses() }
