package matter_test

import (
	"fmt"
	"strings"

	"huying/internal/domain/clock"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
)

// sound fails the test if the file breaks what must always hold.
func sound(t tester, f *matter.File) {
	t.Helper()
	if wrong := unsound(f); len(wrong) > 0 {
		t.Fatalf("after %s of %s at %v, matter %s:\n%s", f.Act.Name, f.By.ID, f.Now.Time(), f.M.Status, strings.Join(wrong, "\n"))
	}
}

// unsound tells every invariant that a settled file breaks.
func unsound(f *matter.File) []string {
	var wrong []string
	bad := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	holding(f, bad)
	for _, o := range f.Orders {
		committed(f, o, bad)
		ticking(f, o.Clocks, bad)
	}
	ticking(f, f.M.Clocks, bad)
	judging(f, bad)
	blowing(f, bad)
	return wrong
}

// holding checks INV-01 for the matter, and that it never falls asleep.
func holding(f *matter.File, bad func(string, ...any)) {
	m := f.M
	open := m.Status.Open()
	if open != (m.Holder != "") || open != (m.HolderPost != "") {
		bad("held by %q/%q", m.Holder, m.HolderPost)
	}
	if p, ok := f.City.Org.Post(m.HolderPost); open && (!ok || p.Unit != m.Holder) {
		bad("post %s is none of %s", m.HolderPost, m.Holder)
	}
	if open && m.Next == 0 {
		bad("open without a next deadline")
	}
	leads, least := 0, m.Clocks.Next()
	asleep := m.Clocks.Running(clock.Exclusion) == nil
	for _, o := range f.Orders {
		if o.Solves() && o.Role != order.Co && o.Status.Open() {
			leads++
		}
		if n := o.Clocks.Next(); n != 0 && (least == 0 || n < least) {
			least = n
		}
		if o.Status.Open() {
			asleep = false
			if !open && o.Kind != order.AfterCheck {
				bad("order %v is %s though the matter is %s", o.ID, o.Status, m.Status)
			}
		}
	}
	if leads > 1 {
		bad("%d leading orders", leads)
	}
	if !open && asleep && m.Next != 0 {
		bad("ended, but wakes at %v", m.Next.Time())
	}
	if m.Next != least {
		bad("next is %v, not %v", m.Next, least)
	}
	if (m.Status == matter.Closed) != (m.ClosedAt != 0) {
		bad("closed at %v", m.ClosedAt)
	}
	reds := 0
	for _, o := range f.Orders {
		for _, c := range o.Cards {
			if c.Colour == order.Red && c.State != order.CardVoid {
				reds++
			}
		}
	}
	if reds != m.Reds {
		bad("%d reds, but %d red cards", m.Reds, reds)
	}
}

// committed checks INV-01 for an order, and that it sleeps when it has ended.
func committed(f *matter.File, o *order.Order, bad func(string, ...any)) {
	if _, ok := f.City.Org.Unit(o.Debtor); !ok || o.Debtor == o.Creditor || o.DebtorPost == "" {
		bad("order %v: %q/%q owes %q", o.ID, o.Debtor, o.DebtorPost, o.Creditor)
	}
	if _, ok := f.City.Org.Unit(o.Creditor); !ok {
		bad("order %v: no such creditor: %q", o.ID, o.Creditor)
	}
	if o.Status.Open() != (o.EndedAt == 0) {
		bad("order %v: %s, ended at %v", o.ID, o.Status, o.EndedAt)
	}
	if !o.Status.Open() && o.Clocks.Next() != 0 {
		bad("order %v: %s, but a clock runs", o.ID, o.Status)
	}
	if o.Status.Owing() && o.Clocks.Running(clock.Respond) == nil && (o.Leg == nil || o.Clocks.Running(clock.Arrive) == nil) {
		bad("order %v: %s without a time to answer", o.ID, o.Status)
	}
	if (o.Status == order.Objected) != (o.Objection != nil && (o.Objection.State == order.ObjectionFiled || o.Objection.State == order.ObjectionToConference)) && o.Status.Open() {
		bad("order %v: %s, objection %+v", o.ID, o.Status, o.Objection)
	}
	if o.Status == order.Fulfilled && o.OnTime == o.Late {
		bad("order %v: on time %v, late %v", o.ID, o.OnTime, o.Late)
	}
	seen := map[order.Colour]int{}
	for _, c := range o.Cards {
		if c.State == order.CardActive || c.State == order.CardAppealed {
			seen[c.Colour]++
		}
	}
	for colour, n := range seen {
		if n > 1 {
			bad("order %v: %d cards of %s count", o.ID, n, colour)
		}
	}
}

// ticking checks INV-07, and that every kind runs at most once.
func ticking(f *matter.File, set clock.Set, bad func(string, ...any)) {
	running := map[clock.Kind]int{}
	cal := f.City.Calendar(f.M.Place.Leaf())
	for i := range set {
		c := &set[i]
		if c.Running() {
			running[c.Kind]++
		} else if c.Next != 0 || c.Paused() {
			bad("clock %s has stopped, but is paused or fires at %v", c.Kind, c.Next)
		}
		if c.Running() && !c.Paused() && c.Next == 0 {
			bad("clock %s runs, but never fires", c.Kind)
		}
		if n := len(c.Pauses); n > 0 && (c.Paused() || c.Pauses[n-1].To == c.Stopped) {
			continue // it stands still, or was stopped when it did
		}
		due, err := c.Recompute(cal)
		if err != nil || clock.At(due.At) != c.Due || due.Provisional != c.Provisional {
			bad("clock %s: due %v, recomputed %v: %v", c.Kind, c.Due.Time(), due.At, err)
		}
	}
	for k, n := range running {
		if n > 1 {
			bad("%d clocks %s run", n, k)
		}
	}
}

// judging checks INV-02 wherever somebody judged.
func judging(f *matter.File, bad func(string, ...any)) {
	unit := func(post string) string {
		if p, ok := f.City.Org.Post(post); ok {
			return p.Unit
		}
		return ""
	}
	for _, o := range f.Orders {
		for _, a := range o.Answers {
			if a.Judge != "" && (a.Judge == a.By || unit(a.Judge) == o.Debtor) {
				bad("order %v: %s judged the answer of %s", o.ID, a.Judge, a.By)
			}
		}
	}
	if len(f.M.Verdicts) == 0 {
		if f.M.Status == matter.Closed {
			bad("closed without a verdict")
		}
		return
	}
	last := f.M.Verdicts[len(f.M.Verdicts)-1]
	if last.At == f.Now && f.Act.Name == "judge" {
		for _, o := range f.Orders {
			if o.Solves() && o.Status != order.Withdrawn && o.Status != order.Reassigned && unit(last.By) == o.Debtor {
				bad("%s judged its own answer", last.By)
			}
		}
	}
	if f.M.Status == matter.Closed && last.Judge != matter.JudgeCaller && last.Judge != matter.JudgeStreet && last.Judge != matter.JudgeChecker {
		bad("closed by %s", last.Judge)
	}
}

// blowing checks that at most one whistle runs, that one runs as long as
// somebody it called is there, and that what the clock says of an arrival is the
// street's word.
func blowing(f *matter.File, bad func(string, ...any)) {
	for i, w := range f.M.Whistles {
		open := 0
		for _, o := range f.Orders {
			if o.Leg != nil && o.Leg.Whistle == i && o.Status.Open() {
				open++
			}
		}
		if w.Ended == 0 && (open == 0 || i < len(f.M.Whistles)-1) {
			bad("whistle %s runs with %d legs, %d were blown after it", w.No, open, len(f.M.Whistles)-1-i)
		}
	}
	for _, o := range f.Orders {
		l := o.Leg
		if l == nil {
			continue
		}
		if o.Kind != order.WhistleLeg || l.Whistle >= len(f.M.Whistles) || o.Creditor == o.Debtor {
			bad("leg %v of whistle %d, %s by %s", o.ID, l.Whistle, o.Kind, o.Creditor)
		}
		if o.Status.Open() && (l.Confirmed == 0) != (o.Clocks.Running(clock.Arrive) != nil) {
			bad("leg %v is there since %v, and its clock of arrival runs: %v", o.ID, l.Confirmed, o.Clocks.Running(clock.Arrive) != nil)
		}
		if o.Status == order.Fulfilled && l.Confirmed == 0 {
			bad("leg %v was let go without having come", o.ID)
		}
	}
}
