package order

import (
	"huying/internal/domain/clock"
	"huying/internal/fault"
	"huying/internal/ident"
)

// Kind is what an order is for.
type Kind string

// The kinds of order. Later mechanisms add kinds, never another engine.
const (
	Dispatch    Kind = "DISPATCH"    // solve the matter, or a part of it
	Mediation   Kind = "MEDIATION"   // community consultation of a communal affair
	Supervision Kind = "SUPERVISION" // a numbered letter that must be replied to
	AfterCheck  Kind = "AFTER_CHECK" // look whether a closed matter was truly solved
	Task        Kind = "TASK"        // do what was assigned, by a date
	WhistleLeg  Kind = "WHISTLE_LEG" // turn up when a street blows the whistle, and stay until it lets go
	Opinion     Kind = "OPINION"     // say yes or no to what is asked; nobody judges it
)

// Kinds lists every kind.
var Kinds = []Kind{Dispatch, Mediation, Supervision, AfterCheck, Task, WhistleLeg, Opinion}

// Role is the debtor's part among the orders of a matter.
type Role string

// The roles.
const (
	Lead Role = "LEAD" // the first unit: leads, and may not shirk
	Co   Role = "CO"
	Sole Role = "SOLE"
)

// JudgeKind is who judges an order's answer. It is never the debtor.
type JudgeKind string

// The judges.
const (
	ByCreditorUnit JudgeKind = "CREDITOR"
	ByCaller       JudgeKind = "CALLER"
	ByChecker      JudgeKind = "CHECKER"
	BySample       JudgeKind = "SAMPLE_AUDIT"
)

// Order is one commitment: debtor owes creditor the content by the time of its
// clocks. Debtor is exactly one unit. Instants are µs UTC.
type Order struct {
	About       ident.ID      `json:"about,omitempty"`     // the order a supervision letter is about
	Admission   ident.ID      `json:"admission,omitempty"` // by which it may be asked though it is on no list
	Answers     []Answer      `json:"answers,omitempty"`
	AutoSigned  bool          `json:"auto_signed,omitempty"`
	Basis       string        `json:"basis,omitempty"`
	Bound       bool          `json:"bound,omitempty"` // by a conference: no objection any more
	Cards       []Card        `json:"cards,omitempty"`
	Clocks      clock.Set     `json:"clocks"`
	Content     string        `json:"content,omitempty"`
	Creditor    string        `json:"creditor"`
	Debtor      string        `json:"debtor"`
	DebtorPost  string        `json:"debtor_post"`
	Emergency   bool          `json:"emergency,omitempty"` // off the list by the life-safety exception
	EndReason   string        `json:"end_reason,omitempty"`
	EndedAt     clock.Instant `json:"ended_at,omitempty"`
	Extension   *Extension    `json:"extension,omitempty"`
	Extensions  int           `json:"extensions,omitempty"`
	FirstFix    bool          `json:"first_fix,omitempty"` // fulfilled without rework
	IssuedAt    clock.Instant `json:"issued_at"`
	Judge       JudgeKind     `json:"judge"`
	Kind        Kind          `json:"kind"`
	Late        bool          `json:"late,omitempty"` // judged: the good answer came after its time
	Leaf        string        `json:"leaf,omitempty"`
	Leg         *Leg          `json:"leg,omitempty"`  // of a whistle
	Line        string        `json:"line,omitempty"` // line of business
	ListVersion string        `json:"list_version,omitempty"`
	ID          ident.ID      `json:"no"`
	Objection   *Objection    `json:"objection,omitempty"`
	Objections  int           `json:"objections,omitempty"`
	OnTime      bool          `json:"on_time,omitempty"`
	Overdue     bool          `json:"overdue,omitempty"`
	Reminders   int           `json:"reminders,omitempty"`
	RespondedAt clock.Instant `json:"responded_at,omitempty"` // of the answer that stands
	Reworks     int           `json:"reworks,omitempty"`
	Role        Role          `json:"role"`
	SignedAt    clock.Instant `json:"signed_at,omitempty"`
	Status      Status        `json:"status"`
	Team        string        `json:"team,omitempty"` // of the debtor: which of its teams was sent
}

// Evidence is one record bound to an answer by its hash. The bytes are kept
// elsewhere.
type Evidence struct {
	CapturedAt clock.Instant `json:"captured_at,omitempty"`
	Hash       string        `json:"hash"`
	Kind       string        `json:"kind"` // PHOTO, RECORD, STATEMENT, DOC, READING
	Name       string        `json:"name,omitempty"`
	Size       int64         `json:"size,omitempty"`
}

// Answer is what the debtor says it did. Result is PASS or FAIL for a check.
type Answer struct {
	At       clock.Instant `json:"at"`
	By       string        `json:"by"` // post
	Evidence []Evidence    `json:"evidence,omitempty"`
	How      string        `json:"how,omitempty"`   // how it was done
	Judge    string        `json:"judge,omitempty"` // post; empty if the matter's verdict judged it
	JudgedAt clock.Instant `json:"judged_at,omitempty"`
	Reason   string        `json:"reason,omitempty"`
	Result   string        `json:"result,omitempty"`
	Text     string        `json:"text"`
	Verdict  string        `json:"verdict,omitempty"` // DONE, NOT_DONE
}

// The states of an objection.
const (
	ObjectionFiled        = "FILED"
	ObjectionUpheld       = "UPHELD"
	ObjectionRejected     = "REJECTED"
	ObjectionToConference = "TO_CONFERENCE"
)

// Objection is the debtor's word that the order is not its duty (派单异议).
type Objection struct {
	At     clock.Instant `json:"at"`
	Basis  string        `json:"basis,omitempty"`
	By     string        `json:"by"`
	DecAt  clock.Instant `json:"decided_at,omitempty"`
	DecBy  string        `json:"decided_by,omitempty"`
	Names  string        `json:"names,omitempty"` // the unit it says is responsible
	Note   string        `json:"note,omitempty"`
	Reason string        `json:"reason"`
	State  string        `json:"state"`
}

// Leg is one department's part in a whistle (部门报到): it says that it comes and
// that it is there, and the street, not the department, says when it was
// (BJ-05). The time that counts is Confirmed.
type Leg struct {
	Arrived   clock.Instant `json:"arrived,omitempty"`   // as the debtor says
	Calls     []LegCall     `json:"calls,omitempty"`     // posts called in turn, after the first
	Confirmed clock.Instant `json:"confirmed,omitempty"` // by the creditor
	ConfirmBy string        `json:"confirmed_by,omitempty"`
	Late      bool          `json:"late,omitempty"` // was not there in time
	OfUnit    *Appraisal    `json:"of_unit,omitempty"`
	OfWhistle *Appraisal    `json:"of_whistle,omitempty"`
	Waived    string        `json:"waived,omitempty"` // why the creditor let it go before the work was done
	Whistle   int           `json:"whistle"`          // which of the matter's whistles, from 0
}

// LegCall is one post of the roster that was called.
type LegCall struct {
	At   clock.Instant `json:"at"`
	Post string        `json:"post"`
}

// Appraisal is what one side of a whistle says of the other afterwards (双考核):
// the street of a department's part, in stars, and the department of the
// whistle: whether it was needed, clear and within scope.
type Appraisal struct {
	At     clock.Instant `json:"at"`
	By     string        `json:"by"` // post
	Clear  bool          `json:"clear,omitempty"`
	Needed bool          `json:"needed,omitempty"`
	Note   string        `json:"note,omitempty"`
	Scope  bool          `json:"scope,omitempty"`
	Stars  int           `json:"stars,omitempty"` // 1 to 5, of a department
}

// Extension is a request for more time, asked before the order is due.
type Extension struct {
	At     clock.Instant `json:"at"`
	By     string        `json:"by"`
	DecAt  clock.Instant `json:"decided_at,omitempty"`
	DecBy  string        `json:"decided_by,omitempty"`
	Limit  string        `json:"limit"`
	Note   string        `json:"note,omitempty"`
	Reason string        `json:"reason"`
	State  string        `json:"state"` // ASKED, GRANTED, REFUSED, LAPSED: answered before anybody decided
}

// Colour is the colour of a card.
type Colour string

// The colours, by weight.
const (
	Blue   Colour = "BLUE"
	Yellow Colour = "YELLOW"
	Red    Colour = "RED"
)

// The states of a card.
const (
	CardActive   = "ACTIVE"
	CardAppealed = "APPEALED"
	CardLifted   = "LIFTED"
	CardVoid     = "VOID"
)

// Card is a computed warning to the unit, never to a person (domain part C5).
type Card struct {
	Appeal string        `json:"appeal,omitempty"`
	AppAt  clock.Instant `json:"appeal_at,omitempty"`
	AppBy  string        `json:"appeal_by,omitempty"`
	At     clock.Instant `json:"at"`
	Colour Colour        `json:"colour"`
	DecAt  clock.Instant `json:"decided_at,omitempty"`
	DecBy  string        `json:"decided_by,omitempty"`
	Fact   string        `json:"fact"` // the computed fact, e.g. the due time missed
	Note   string        `json:"note,omitempty"`
	Rule   string        `json:"rule"` // rule id, e.g. C5.2
	State  string        `json:"state"`
}

// Move changes the order's state if the table permits it.
func (o *Order) Move(to Status, now clock.Instant) error {
	if err := CanMove(o.Status, to); err != nil {
		return err
	}
	o.Status = to
	o.EndedAt = 0
	if !to.Open() {
		o.EndedAt = now
		o.Clocks.StopAll(now)
	}
	return nil
}

// Colour returns the weightiest card that counts, or "".
func (o *Order) Colour() Colour {
	var out Colour
	for _, c := range o.Cards {
		if c.State == CardVoid || c.State == CardLifted {
			continue
		}
		if c.Colour == Red || out == "" || out == Blue {
			out = c.Colour
		}
	}
	return out
}

// Show adds a card unless one of its colour counts already, and reports
// whether it did.
func (o *Order) Show(colour Colour, rule, fact string, now clock.Instant) bool {
	for _, c := range o.Cards {
		if c.Colour == colour && c.State != CardVoid && c.State != CardLifted {
			return false
		}
	}
	o.Cards = append(o.Cards, Card{Colour: colour, Rule: rule, Fact: fact, At: now, State: CardActive})
	return true
}

// Lift lifts the cards that count, since the work was judged done.
func (o *Order) Lift() {
	for i := range o.Cards {
		if o.Cards[i].State == CardActive {
			o.Cards[i].State = CardLifted
		}
	}
}

// Void voids every card and returns how many red ones counted until then.
// Void cards are kept: they show what was computed.
func (o *Order) Void() (reds int) {
	for i := range o.Cards {
		c := &o.Cards[i]
		if c.Colour == Red && c.State != CardVoid {
			reds++
		}
		c.State = CardVoid
	}
	return reds
}

// Lateness returns how many of the order's limits had passed unanswered at the
// given instant, without those whose card is void. The card of a limit that was
// moved beyond it counts for nothing.
func (o *Order) Lateness(now clock.Instant) int {
	n := 0
	first := clock.Instant(0) // due time of the first limit that passed
	for _, c := range o.Clocks {
		if c.Kind == clock.Respond && c.Due <= now && (c.Running() || c.Stopped > c.Due) {
			n++
			if first == 0 || c.Due < first {
				first = c.Due
			}
		}
	}
	for _, c := range o.Cards {
		if n > 0 && c.Colour == Yellow && c.State == CardVoid && c.At >= first {
			n--
		}
	}
	return n
}

// Answer returns the newest answer, or nil.
func (o *Order) Answer() *Answer {
	if len(o.Answers) == 0 {
		return nil
	}
	return &o.Answers[len(o.Answers)-1]
}

// Due returns when the order is due, or zero if it has no running limit.
func (o *Order) Due() clock.Instant {
	for _, k := range [...]clock.Kind{clock.Respond, clock.Arrive, clock.Lapse} {
		if c := o.Clocks.Last(k); c != nil {
			return c.Due
		}
	}
	return 0
}

// Card returns the newest card of the colour, for an appeal.
func (o *Order) Card(colour Colour) (*Card, error) {
	for i := len(o.Cards) - 1; i >= 0; i-- {
		if o.Cards[i].Colour == colour {
			return &o.Cards[i], nil
		}
	}
	return nil, fault.New(fault.NotFound, "card.not_found", string(colour))
}

// Solves reports whether the matter waits for this order's answer.
func (o *Order) Solves() bool {
	return o.Kind == Dispatch || o.Kind == Mediation || o.Kind == WhistleLeg || o.Kind == Task || o.Kind == Opinion
}

// Asked reports whether the answer has to say how it was done, and its judge how
// well: what was done, how, and how well are three questions of a team that was
// sent, and the third is not answered by itself (GZ-33).
func (o *Order) Asked() bool { return o.Team != "" }

// Scores reports whether it counts for the debtor that the order was answered
// in time.
func (o *Order) Scores() bool { return o.Solves() && o.Kind != Opinion }
