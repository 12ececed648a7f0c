package matter

import (
	"huying/internal/domain/clock"
	"huying/internal/domain/order"
	"huying/internal/ident"
)

// MarkKind is what a mark says of a matter or one of its orders.
type MarkKind string

// The kinds of mark: what waits for somebody's decision or reply, and what a
// supervisor has an eye on.
const (
	MarkRed        MarkKind = "CARD_RED" // cards that count
	MarkYellow     MarkKind = "CARD_YELLOW"
	MarkBlue       MarkKind = "CARD_BLUE"
	MarkAppeal     MarkKind = "APPEAL"          // a card is contested
	MarkObjection  MarkKind = "OBJECTION"       // filed, not decided
	MarkExtension  MarkKind = "EXTENSION"       // asked for, not decided
	MarkExclusion  MarkKind = "EXCLUSION"       // asked for, not decided
	MarkConference MarkKind = "CONFERENCE"      // convened, not decided
	MarkLetter     MarkKind = "LETTER"          // of supervision, to be answered
	MarkReply      MarkKind = "LETTER_ANSWERED" // its answer is to be judged
	MarkCheck      MarkKind = "CHECK"           // of a sample, to be made
	MarkFalse      MarkKind = "FALSE_CLOSURE"   // a check found undone what was said to be done
	MarkReminded   MarkKind = "REMINDED"        // owed, and urged
	MarkLate       MarkKind = "LATE"            // owed, and past its time
)

// MarkKinds lists every kind.
var MarkKinds = []MarkKind{
	MarkRed, MarkYellow, MarkBlue, MarkAppeal, MarkObjection, MarkExtension, MarkExclusion, MarkConference, MarkLetter, MarkReply,
	MarkCheck, MarkFalse, MarkReminded, MarkLate,
}

// Mark is one line of such a list. It follows from the state of the matter
// alone; Kind and Order name it.
type Mark struct {
	Kind  MarkKind
	Order ident.ID      // zero for the matter as a whole
	Unit  string        // that must act, or "" if nobody must
	About string        // the unit it concerns
	At    clock.Instant // since when, 0 if the state does not say
	Due   clock.Instant // of the order, 0 for none
	N     int           // reminders, parties of a conference
}

// Marks returns what is marked about the matter and its orders now.
func (f *File) Marks() []Mark {
	var out []Mark
	add := func(m Mark) { out = append(out, m) }
	if x := f.M.Excluded; x != nil && x.State == "ASKED" {
		m := Mark{Kind: MarkExclusion, About: f.M.Unit, At: x.At}
		if units := f.assessors(); len(units) > 0 {
			m.Unit = units[0]
		}
		add(m)
	}
	if c := f.meeting(); c != nil {
		add(Mark{Kind: MarkConference, Unit: c.Convener, About: f.M.Unit, At: c.At, N: len(c.Parties)})
	}
	if f.M.False {
		m := Mark{Kind: MarkFalse, About: f.M.Unit}
		for _, v := range f.M.Verdicts {
			if v.Judge == JudgeSample && v.Resolved == No {
				m.At = v.At
			}
		}
		add(m)
	}
	for _, o := range f.Orders {
		f.orderMarks(o, add)
	}
	return out
}

var cardMarks = map[order.Colour]MarkKind{order.Red: MarkRed, order.Yellow: MarkYellow, order.Blue: MarkBlue}

func (f *File) orderMarks(o *order.Order, add func(Mark)) {
	mark := func(kind MarkKind, unit string, at clock.Instant, n int) {
		add(Mark{Kind: kind, Order: o.ID, Unit: unit, About: o.Debtor, At: at, Due: o.Due(), N: n})
	}
	seen := map[MarkKind]bool{}
	for i := len(o.Cards) - 1; i >= 0; i-- { // the newest of each colour
		c := o.Cards[i]
		kind := cardMarks[c.Colour]
		switch {
		case c.State == order.CardActive && !seen[kind]:
			mark(kind, o.Debtor, c.At, 0)
			seen[kind] = true
		case c.State == order.CardAppealed && !seen[MarkAppeal]:
			mark(MarkAppeal, f.reviewer(), c.AppAt, 0)
			seen[MarkAppeal] = true
		}
	}
	if x := o.Objection; x != nil && x.State == order.ObjectionFiled && o.Status == order.Objected {
		mark(MarkObjection, f.reviewer(), x.At, 0)
	}
	if !o.Status.Open() {
		return
	}
	if x := o.Extension; x != nil && x.State == "ASKED" {
		mark(MarkExtension, o.Creditor, x.At, 0)
	}
	switch {
	case o.Kind == order.Supervision && o.Status == order.Responded:
		mark(MarkReply, o.Creditor, o.RespondedAt, 0)
	case o.Kind == order.Supervision:
		mark(MarkLetter, o.Debtor, o.IssuedAt, 0)
	case o.Kind == order.AfterCheck:
		mark(MarkCheck, o.Debtor, o.IssuedAt, 0)
	}
	if o.Reminders > 0 && o.Status.Owing() {
		mark(MarkReminded, o.Debtor, 0, o.Reminders)
	}
	if c := o.Clocks.Last(clock.Respond); c != nil && o.Status.Owing() && c.Running() && (c.Stage == clock.Red || c.Stage == clock.Nag) {
		mark(MarkLate, o.Debtor, c.Due, 0)
	}
}
