package programme

import (
	"cmp"
	"slices"

	"huying/internal/domain/calendar"
	"huying/internal/domain/clock"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/ident"
)

// Outcome is how a task stands, computed from its orders.
type Outcome string

// The outcomes.
const (
	Open      Outcome = "OPEN"
	Overdue   Outcome = "OVERDUE"
	Well      Outcome = "WELL" // done in time, at the first attempt, without being urged
	InTime    Outcome = "DONE"
	DoneLate  Outcome = "LATE"
	Undone    Outcome = "FALSE" // said to be done, found undone by a check
	Withdrawn Outcome = "WITHDRAWN"
)

// Outcomes lists every outcome.
var Outcomes = []Outcome{Open, Overdue, Well, InTime, DoneLate, Undone, Withdrawn}

// Done reports whether the work is judged to be done.
func (o Outcome) Done() bool { return o == Well || o == InTime || o == DoneLate }

// Fact is how one task stood when it was looked at.
type Fact struct {
	Due       int      `json:"due"`
	Letters   int      `json:"letters,omitempty"`
	Matter    ident.ID `json:"matter"`
	Outcome   Outcome  `json:"outcome"`
	Reminders int      `json:"reminders,omitempty"`
	Repeat    bool     `json:"repeat,omitempty"` // it came back: rework, reopening or a false closure
	Title     string   `json:"title"`
	Unit      string   `json:"unit"`
}

// Lead returns the order that leads a task, the newest that was not taken back.
func Lead(orders []*order.Order) *order.Order {
	var found *order.Order
	for _, o := range orders {
		if o.Kind != order.Task || o.Role == order.Co {
			continue
		}
		if found == nil || found.Status == order.Withdrawn || found.Status == order.Reassigned || o.Status.Open() {
			found = o
		}
	}
	return found
}

// FactOf returns how a task stands at an instant.
func FactOf(m *matter.Matter, orders []*order.Order, now clock.Instant) Fact {
	f := Fact{Matter: m.ID, Unit: m.Unit, Outcome: Withdrawn}
	if m.Task != nil {
		f.Title = m.Task.Title
	}
	for _, o := range orders {
		f.Reminders += o.Reminders
		if o.Kind == order.Supervision {
			f.Letters++
		}
		f.Repeat = f.Repeat || o.Reworks > 0
	}
	f.Repeat = f.Repeat || m.Reopens > 0 || m.False
	lead := Lead(orders)
	if lead == nil {
		return f
	}
	f.Unit = lead.Debtor
	if due := lead.Due(); due != 0 {
		f.Due = calendar.DayOf((due - 1).Time()) // 24:00 of a day belongs to that day
	}
	f.Outcome = outcomeOf(m, lead, f, now)
	return f
}

func outcomeOf(m *matter.Matter, lead *order.Order, f Fact, now clock.Instant) Outcome {
	switch {
	case lead.Status == order.Withdrawn || lead.Status == order.Reassigned:
		return Withdrawn
	case m.False && m.Status != matter.Closed:
		return Undone
	case m.Status != matter.Closed && lead.Due() != 0 && lead.Due() <= now && lead.Status != order.Responded:
		return Overdue
	case m.Status != matter.Closed:
		return Open
	case !lead.OnTime:
		return DoneLate
	case lead.FirstFix && f.Reminders == 0 && f.Letters == 0 && !f.Repeat:
		return Well
	}
	return InTime
}

// Step is one of the five steps of a task (交—督—评—考—查, LH-04).
type Step struct {
	Step string        `json:"step"`
	Done bool          `json:"done"`
	At   clock.Instant `json:"at,omitempty"`
	Note string        `json:"note,omitempty"` // PASS or FAIL of the check
}

// The five steps.
const (
	Issue     = "ISSUE"     // 交
	Supervise = "SUPERVISE" // 督
	Evaluate  = "EVALUATE"  // 评
	Score     = "SCORE"     // 考
	CheckStep = "CHECK"     // 查
)

// Steps returns the five steps of a task. scored is when a commentary froze
// it, 0 if none did.
func Steps(orders []*order.Order, scored clock.Instant) []Step {
	out := []Step{{Step: Issue}, {Step: Supervise}, {Step: Evaluate}, {Step: Score, Done: scored != 0, At: scored}, {Step: CheckStep}}
	lead := Lead(orders)
	if lead == nil {
		return out
	}
	out[0].Done, out[0].At = true, lead.IssuedAt
	if lead.SignedAt != 0 || lead.Reminders > 0 || len(lead.Cards) > 0 {
		out[1].Done, out[1].At = true, lead.SignedAt
	}
	for _, o := range orders {
		switch {
		case o.Kind == order.Supervision:
			out[1].Done, out[1].At = true, cmp.Or(out[1].At, o.IssuedAt)
		case o == lead && o.Answer() != nil && o.Answer().JudgedAt != 0:
			out[2].Done, out[2].At = true, o.Answer().JudgedAt
		case o.Kind == order.AfterCheck && o.Answer() != nil:
			out[4].Done, out[4].At, out[4].Note = true, o.RespondedAt, o.Answer().Result
		}
	}
	return out
}

// Total is what a commentary says of one unit.
type Total struct {
	Done      int    `json:"done"`
	Due       int    `json:"due"`
	False     int    `json:"false,omitempty"`
	Late      int    `json:"late,omitempty"`
	Overdue   int    `json:"overdue,omitempty"`
	Reminders int    `json:"reminders,omitempty"`
	Repeat    int    `json:"repeat,omitempty"`
	Unit      string `json:"unit"`
	Well      int    `json:"well,omitempty"`
}

// Totals sums facts by unit, by the code of the unit: no order of merit.
func Totals(facts []Fact) []Total {
	by := map[string]*Total{}
	for i := range facts {
		f := &facts[i]
		if f.Outcome == Withdrawn {
			continue
		}
		t := by[f.Unit]
		if t == nil {
			t = &Total{Unit: f.Unit}
			by[f.Unit] = t
		}
		t.Due++
		t.Reminders += f.Reminders
		t.add(f)
	}
	out := make([]Total, 0, len(by))
	for _, t := range by {
		out = append(out, *t)
	}
	slices.SortFunc(out, func(a, b Total) int { return cmp.Compare(a.Unit, b.Unit) })
	return out
}

func (t *Total) add(f *Fact) {
	if f.Outcome.Done() {
		t.Done++
	}
	if f.Repeat {
		t.Repeat++
	}
	switch f.Outcome {
	case Well:
		t.Well++
	case DoneLate:
		t.Late++
	case Overdue:
		t.Overdue++
	case Undone:
		t.False++
	}
}
