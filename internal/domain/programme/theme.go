package programme

import (
	"strconv"

	"huying/internal/domain/calendar"
	"huying/internal/domain/clock"
	"huying/internal/domain/register"
	"huying/internal/fault"
	"huying/internal/ident"
)

// The states of a theme.
const (
	Running = "RUNNING"
	Ended   = "CLOSED"
)

// Theme is the problem of a month (每月一题, B1-12): what many callers of many
// streets call about, with a lead unit of the city, a plan, and a fall in
// recurrence by which alone it is closed.
type Theme struct {
	After      int64    `json:"after,omitempty"` // calls of the span before it was closed
	Before     int64    `json:"before"`          // calls of the span before it began
	Body       string   `json:"body"`
	Categories []string `json:"categories"`
	Closed     int      `json:"closed,omitempty"`
	Fall       int      `json:"fall"` // percent that recurrence shall fall by at least
	Lead       string   `json:"lead"`
	Measures   []Duty   `json:"measures"`
	Month      int      `json:"month"`
	Span       int      `json:"span"` // days over which calls are counted
	Started    int      `json:"started"`
	Status     string   `json:"status"`
	Streets    int      `json:"streets"` // in which it was called about
	Title      string   `json:"title"`
}

// Line is the record's line.
func (t Theme) Line() register.Line {
	return register.Line{
		Register: Themes, Unit: t.Body, Other: t.Lead, Key: t.Body + "/" + strconv.Itoa(t.Month), Status: t.Status, From: t.Started, To: t.Closed, Amount: t.Before,
	}
}

// Hot is how often a category was called about in a span, and in how many
// streets and towns.
type Hot struct {
	Category string
	Matters  int64
	Streets  int
}

// Close ends the theme by its figures: after is what was counted in the last
// span. Faults: theme.closed, theme.too_early, theme.measures_open,
// theme.not_fallen.
func (t *Theme) Close(after int64, done Progress, today int) error {
	earliest := calendar.AddDays(t.Started, t.Span)
	switch {
	case t.Status == Ended:
		return fault.New(fault.Conflict, "theme.closed")
	case today < earliest:
		return fault.New(fault.Conflict, "theme.too_early", calendar.DayText(earliest), t.Span)
	case done.Done < done.All:
		return fault.New(fault.Conflict, "theme.measures_open", done.All-done.Done, done.All)
	case after*100 > t.Before*int64(100-t.Fall):
		return fault.New(fault.Conflict, "theme.not_fallen", t.Before, after, t.Fall, t.Span)
	}
	t.After, t.Closed, t.Status = after, today, Ended
	return nil
}

// The states of a conflict.
const (
	Raised  = "RAISED"
	Settled = "SETTLED"
)

// Conflict is a dispute between units that a county's coordination body has
// taken up (LH-06). If it is not settled by its date it stands on the agenda
// of the city's body, whose decision binds.
type Conflict struct {
	Body     string        `json:"body"` // that took it up
	District string        `json:"district"`
	Due      clock.Instant `json:"due"`
	Lead     string        `json:"lead,omitempty"` // by the decision
	Matter   ident.ID      `json:"matter"`
	Parties  []string      `json:"parties"`
	Raised   int           `json:"raised"`
	Reason   string        `json:"reason"`
	Settled  int           `json:"settled,omitempty"`
	Status   string        `json:"status"`
	Upper    string        `json:"upper"`          // the city's body
	Word     string        `json:"word,omitempty"` // the decision
}

// Line is the record's line.
func (c Conflict) Line() register.Line {
	return register.Line{
		Register: Conflicts, Place: at(c.District, ""), Unit: c.Body, Other: c.Upper, Status: c.Status, From: c.Raised, To: c.Settled, About: c.Matter,
	}
}

// OnAgenda reports whether the conflict stands on the agenda of the upper body.
func (c *Conflict) OnAgenda(now clock.Instant) bool { return c.Status == Raised && c.Due <= now }

// Settle decides it. Before its date the county's body decides, afterwards
// only the city's. Faults: dispute.settled, dispute.other_body.
func (c *Conflict) Settle(unit, lead, word string, now clock.Instant, today int) error {
	body := c.Body
	if c.OnAgenda(now) {
		body = c.Upper
	}
	switch {
	case c.Status == Settled:
		return fault.New(fault.Conflict, "dispute.settled")
	case unit != body:
		return fault.New(fault.Denied, "dispute.other_body", body)
	}
	c.Status, c.Settled, c.Word, c.Lead = Settled, today, word, lead
	return nil
}
