package engine

import (
	"time"

	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/store"
)

// The names of the counters. Counters of what stands have day 0 and fall as
// well as rise; counters of what happened have the civil day it happened on.
// The subject of Standing is "town/status", of Held a unit, of Owed
// "unit/status"; that of the others is named in their comments. What tells of a
// place counts calls alone, Standing as well as what came in and went out; what
// tells of a unit counts all that it owes, tasks too.
const (
	Standing = "matter.standing"
	Held     = "matter.held"
	Owed     = "order.owed"
	Awaiting = "matter.awaiting" // desk: answered, waiting for a verdict

	Inflow     = "matter.received" // town
	Instantly  = "matter.instant"  // town: dispatched by rule
	Outflow    = "matter.closed"   // town
	Joined     = "matter.merged"   // town
	Referrals  = "matter.referred" // town
	Advices    = "matter.advised"  // town
	Reopenings = "matter.reopened" // unit
	Falsely    = "matter.false"    // unit: closed, and found undone by a check
	Orders     = "order.issued"    // unit
	OnTime     = "order.on_time"   // unit: fulfilled in time
	TooLate    = "order.late"      // unit: fulfilled too late
	FirstFix   = "order.first_fix" // unit
	CardBlue   = "card.blue"       // unit
	CardYellow = "card.yellow"     // unit
	CardRed    = "card.red"        // unit
	Letters    = "order.supervised"

	// The facts of the three rates (domain part C6.1), by accountable unit and
	// the day of the verdict.
	Judged    = "rate.judged"    // assessable matters with a verdict of this round
	Contacted = "rate.contacted" // … whose caller was contacted in time
	Reached   = "rate.reached"   // … whose caller gave the verdict
	Solved    = "rate.yes"
	PartSolve = "rate.partial"
	Rated     = "rate.rated"
	RateSum   = "rate.satisfaction" // permille of each rating, summed

	// PastTouched grows whenever something is counted on a day before OpenDay,
	// so that sums of such days may be kept.
	PastTouched = "day.touched"
)

// All names the counter of a whole district that goes with a counter of its
// towns: a total that is read as one row a day. Its subject is "", that of
// All(Standing) the status.
func All(ofTowns string) string { return ofTowns + ".all" }

// satisfaction maps the five levels to permille (domain part C6.1: very
// satisfied and satisfied 1, basically satisfied 0.8, else 0).
var satisfaction = [6]int64{0, 0, 0, 800, 1000, 1000}

// count adds to the counters what the command changed in s.
func (w *work) count(s *open) {
	district, today := s.M.Place.District, Today(w.now)
	stand := func(name, subject string, n int64) {
		w.tx.Count(store.CounterKey{District: district, Name: name, Subject: subject}, n)
	}
	happen := func(name, subject string) {
		w.tx.Count(store.CounterKey{District: district, Name: name, Subject: subject, Day: today}, 1)
	}
	was, is := s.was, shapeOf(s.M)
	if s.M.Task == nil && (was.status != is.status || was.town != is.town) {
		if !s.born {
			stand(Standing, was.town+"/"+string(was.status), -1)
			stand(All(Standing), string(was.status), -1)
		}
		stand(Standing, is.town+"/"+string(is.status), 1)
		stand(All(Standing), string(is.status), 1)
	}
	if was.holder != is.holder {
		if was.holder != "" {
			stand(Held, was.holder, -1)
		}
		if is.holder != "" {
			stand(Held, is.holder, 1)
		}
	}
	if was.status != is.status || was.desk != is.desk {
		if was.status == matter.Awaiting {
			stand(Awaiting, was.desk, -1)
		}
		if is.status == matter.Awaiting {
			stand(Awaiting, is.desk, 1)
		}
	}
	flow := func(name string) {
		happen(name, is.town)
		happen(All(name), "")
	}
	if s.born && s.M.Task == nil {
		flow(Inflow)
	}
	if was.status != is.status {
		if name := flows[is.status]; name != "" && s.M.Task == nil {
			flow(name)
		}
		if is.status == matter.Reopened {
			happen(Reopenings, s.M.Unit)
		}
	}
	if !was.undone && is.undone {
		happen(Falsely, s.M.Unit)
	}
	for _, o := range s.Orders {
		w.countOrder(s, o, stand, happen)
	}
	w.countVerdict(s, happen)
	if today < w.e.OpenDay() {
		w.touchPast(s)
	}
}

// OpenDay returns the first civil day that is not surely over, by the clocks of
// all processes.
func (e *Engine) OpenDay() int { return Today(Instant(e.now().Add(-10 * time.Minute))) }

// touchPast notes that a day that is over was counted on.
func (w *work) touchPast(s *open) {
	w.tx.Count(store.CounterKey{District: s.M.Place.District, Name: PastTouched}, 1)
}

var flows = map[matter.Status]string{
	matter.Closed: Outflow, matter.Merged: Joined, matter.Referred: Referrals, matter.Advised: Advices,
}

var cardNames = map[order.Colour]string{order.Blue: CardBlue, order.Yellow: CardYellow, order.Red: CardRed}

func (w *work) countOrder(s *open, o *order.Order, stand func(string, string, int64), happen func(string, string)) {
	was := s.docs[o.ID].was
	if was.status != o.Status || was.debtor != o.Debtor {
		if was.known {
			stand(Owed, was.debtor+"/"+string(was.status), -1)
		}
		stand(Owed, o.Debtor+"/"+string(o.Status), 1)
	}
	if !was.known {
		happen(Orders, o.Debtor)
		if o.Kind == order.Supervision {
			happen(Letters, o.Debtor)
		}
	}
	if was.status != order.Fulfilled && o.Status == order.Fulfilled && o.Scores() {
		name := TooLate
		if o.OnTime {
			name = OnTime
		}
		happen(name, o.Debtor)
		if o.FirstFix {
			happen(FirstFix, o.Debtor)
		}
	}
	for i, c := range o.Cards {
		before := ""
		if i < len(was.cards) {
			before = was.cards[i].State
		}
		name, day := cardNames[c.Colour], Today(c.At)
		if before != c.State && day < w.e.OpenDay() {
			w.touchPast(s)
		}
		switch {
		case before == "" && c.State != order.CardVoid:
			w.tx.Count(store.CounterKey{District: s.M.Place.District, Name: name, Subject: o.Debtor, Day: day}, 1)
		case before != "" && before != order.CardVoid && c.State == order.CardVoid:
			w.tx.Count(store.CounterKey{District: s.M.Place.District, Name: name, Subject: o.Debtor, Day: day}, -1)
		}
	}
}

// countVerdict counts the facts of the three rates when a round of judging
// ended. A matter that is reopened and judged again counts again: each round
// is one result the caller was given.
func (w *work) countVerdict(s *open, happen func(string, string)) {
	m := s.M
	ended := s.was.status == matter.Awaiting && (m.Status == matter.Closed || m.Status == matter.Reopened)
	if !ended || !m.Assessable() {
		return
	}
	round := m.Reopens
	if m.Status == matter.Reopened {
		round--
	}
	happen(Judged, m.Unit)
	if m.ContactedAt != 0 && !m.NoContact {
		happen(Contacted, m.Unit)
	}
	reached := false
	for _, v := range m.Verdicts {
		if v.Round != round || v.Judge != matter.JudgeCaller {
			continue
		}
		reached = true
		if v.Satisfaction > 0 {
			happen(Rated, m.Unit)
			w.tx.Count(store.CounterKey{District: m.Place.District, Name: RateSum, Subject: m.Unit, Day: Today(w.now)}, satisfaction[v.Satisfaction])
		}
	}
	if !reached {
		return
	}
	happen(Reached, m.Unit)
	if m.Status == matter.Closed {
		happen(Solved, m.Unit)
	} else if worst(m.Verdicts, round) == matter.Partial {
		happen(PartSolve, m.Unit)
	}
}

// worst returns the worst word of the callers in a round.
func worst(verdicts []matter.Verdict, round int) matter.Resolved {
	out := matter.Yes
	for _, v := range verdicts {
		if v.Round != round || v.Judge != matter.JudgeCaller {
			continue
		}
		if v.Resolved == matter.No || v.Resolved == matter.Partial && out == matter.Yes {
			out = v.Resolved
		}
	}
	return out
}
