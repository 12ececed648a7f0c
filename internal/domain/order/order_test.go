package order_test

import (
	"slices"
	"testing"

	"huying/internal/domain/clock"
	"huying/internal/domain/order"
	"huying/internal/fault"
)

func TestEveryPairOfStatesOfAnOrder(t *testing.T) {
	for _, from := range order.Statuses {
		for _, to := range order.Statuses {
			listed := 0
			for _, m := range order.Moves {
				if m.From == from && m.To == to {
					listed++
				}
			}
			o := order.Order{Status: from}
			o.Clocks.Until(clock.Respond, 1, 9)
			err := o.Move(to, 5)
			if listed > 1 || (err == nil) != (listed == 1) || (err == nil) != (order.CanMove(from, to) == nil) {
				t.Errorf("%s to %s: %d times in the table, %v", from, to, listed, err)
			}
			if err != nil {
				if fault.Code(err) != "order.move_refused" || o.Status != from {
					t.Errorf("%s to %s: %v, now %s", from, to, err, o.Status)
				}
				continue
			}
			if o.Status != to || (o.EndedAt == 0) != to.Open() || (o.Clocks.Running(clock.Respond) != nil) != to.Open() {
				t.Errorf("%s to %s: now %s, ended at %v", from, to, o.Status, o.EndedAt)
			}
		}
	}
}

func TestTheTableOfOrdersIsWhole(t *testing.T) {
	who := []string{order.ByDebtor, order.ByCreditor, order.ByJudge, order.ByReview, order.ByClock, order.ByRule}
	for _, m := range order.Moves {
		if !slices.Contains(order.Statuses, m.From) || !slices.Contains(order.Statuses, m.To) || m.From == m.To {
			t.Errorf("%s to %s is no move", m.From, m.To)
		}
		if !slices.Contains(who, m.By) || m.Why == "" {
			t.Errorf("%s to %s: by %q, %q", m.From, m.To, m.By, m.Why)
		}
		if m.To == order.Fulfilled && m.By != order.ByJudge {
			t.Errorf("%s to FULFILLED by %s", m.From, m.By)
		}
		if m.By == order.ByDebtor && !m.To.Open() {
			t.Errorf("a debtor ends its own order: %s to %s", m.From, m.To)
		}
		if m.From == order.Reassigned || m.From == order.Withdrawn {
			t.Errorf("%s is the end, but leads to %s", m.From, m.To)
		}
	}
	seen, todo := map[order.Status]bool{order.Issued: true}, []order.Status{order.Issued}
	for len(todo) > 0 {
		at := todo[0]
		todo = todo[1:]
		for _, m := range order.Moves {
			if m.From == at && !seen[m.To] {
				seen[m.To] = true
				todo = append(todo, m.To)
			}
		}
	}
	for _, s := range order.Statuses {
		if !seen[s] {
			t.Errorf("%s cannot be reached", s)
		}
		if s.Owing() && !s.Open() {
			t.Errorf("%s owes, but has ended", s)
		}
		ends := !slices.ContainsFunc(order.Moves, func(m order.Move) bool { return m.From == s })
		if ends && s.Open() {
			t.Errorf("%s leads nowhere", s)
		}
		if !order.Known(string(s)) {
			t.Errorf("%s is not known", s)
		}
	}
	if order.Known("DONE") {
		t.Error("DONE is no state")
	}
}

func TestCards(t *testing.T) {
	var o order.Order
	if o.Colour() != "" {
		t.Errorf("no card is %q", o.Colour())
	}
	for i, step := range []struct {
		colour order.Colour
		shown  bool
		worst  order.Colour
	}{
		{order.Blue, true, order.Blue},
		{order.Yellow, true, order.Yellow},
		{order.Yellow, false, order.Yellow}, // it counts already
		{order.Blue, false, order.Yellow},
		{order.Red, true, order.Red},
	} {
		if shown := o.Show(step.colour, "C5", "fact", clock.Instant(i+1)); shown != step.shown || o.Colour() != step.worst {
			t.Errorf("step %d: shown %v, now %s", i, shown, o.Colour())
		}
	}
	o.Cards[2].State = order.CardAppealed
	o.Lift()
	if o.Cards[0].State != order.CardLifted || o.Cards[2].State != order.CardAppealed || o.Colour() != order.Red {
		t.Errorf("lifted: %+v", o.Cards)
	}
	if !o.Show(order.Yellow, "C5.2", "again", 9) {
		t.Error("a lifted card counts no more, so the next lateness gets its own")
	}
	if reds := o.Void(); reds != 1 || o.Void() != 0 || o.Colour() != "" || len(o.Cards) != 4 {
		t.Errorf("%d reds were void: %+v", reds, o.Cards)
	}
	if c, err := o.Card(order.Yellow); err != nil || c.Fact != "again" {
		t.Errorf("the newest yellow card: %+v, %v", c, err)
	}
	if _, err := (&order.Order{}).Card(order.Red); fault.Code(err) != "card.not_found" {
		t.Errorf("no card: %v", err)
	}
}

func TestLatenessCountsLimitsThatPassed(t *testing.T) {
	var o order.Order
	o.Clocks.Until(clock.Respond, 0, 10)
	if n := o.Lateness(9); n != 0 {
		t.Errorf("before due: %d", n)
	}
	if n := o.Lateness(10); n != 1 {
		t.Errorf("at due: %d", n)
	}
	o.Clocks.Stop(clock.Respond, 8) // answered in time
	if n := o.Lateness(20); n != 0 {
		t.Errorf("answered in time: %d", n)
	}
	o.Clocks.Until(clock.Respond, 12, 15)
	o.Clocks.Until(clock.Sign, 12, 13)
	if n := o.Lateness(20); n != 1 {
		t.Errorf("the second limit: %d", n)
	}
	o.Cards = []order.Card{{Colour: order.Yellow, State: order.CardVoid, At: 15}}
	if n := o.Lateness(20); n != 0 {
		t.Errorf("its card was void: %d", n)
	}
}

func TestNewestAnswerAndDue(t *testing.T) {
	var o order.Order
	if o.Answer() != nil || o.Due() != 0 {
		t.Errorf("an empty order: %v, %v", o.Answer(), o.Due())
	}
	o.Answers = []order.Answer{{Text: "first"}, {Text: "second"}}
	o.Clocks.Until(clock.Respond, 1, 7)
	if o.Answer().Text != "second" || o.Due() != 7 {
		t.Errorf("%+v, due %v", o.Answer(), o.Due())
	}
	for kind, solves := range map[order.Kind]bool{order.Dispatch: true, order.Mediation: true, order.Supervision: false, order.AfterCheck: false} {
		if (&order.Order{Kind: kind}).Solves() != solves {
			t.Errorf("%s solves: %v", kind, !solves)
		}
	}
}
