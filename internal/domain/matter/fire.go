package matter

import (
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/clock"
	"huying/internal/domain/order"
	"huying/internal/domain/org"
	"huying/internal/fault"
	"huying/internal/ident"
)

// Fire lets the earliest ripe clock of the file do its act, as a command of
// the clock, and reports whether there was one. A clock that has fired never
// fires the same stage again, so firing is exactly once however often it is
// tried.
func (f *File) Fire() (bool, error) {
	if err := access.Allow(f.By, access.FireClock, f.Subject(nil)); err != nil {
		return false, err
	}
	o, c := f.ripe()
	if c == nil {
		return false, nil
	}
	kind, stage := c.Kind, c.Stage
	f.begin("clock", o, map[string]any{"clock": string(kind), "stage": string(stage), "due": c.Due})
	if err := c.Advance(f.calendar(), f.ladder()); err != nil {
		return false, err
	}
	if o != nil {
		return true, f.fireOrder(o, kind, stage)
	}
	return true, f.fireMatter(kind)
}

func (f *File) ripe() (*order.Order, *clock.Clock) {
	c := f.M.Clocks.Ripe(f.Now)
	var of *order.Order
	for _, o := range f.Orders {
		if x := o.Clocks.Ripe(f.Now); x != nil && (c == nil || x.Next < c.Next) {
			c, of = x, o
		}
	}
	return of, c
}

func (f *File) fireMatter(kind clock.Kind) error {
	switch kind {
	case clock.Contact:
		f.M.NoContact = true
		f.tellUnit(f.M.Holder, "notice.contact_late", f.M.ID)
	case clock.Promised:
		f.M.Late = f.M.Late || f.M.Status != Awaiting
		f.tellUnit(f.M.Desk, "notice.promise_passed", f.M.ID)
	case clock.Statutory:
		f.M.LateLaw = f.M.LateLaw || f.M.Status != Awaiting
		f.tellUnit(f.M.Desk, "notice.statutory_passed", f.M.ID)
	case clock.Whistle:
		f.whistleDue()
	case clock.LevelUp:
		return f.levelUp("YT-27")
	case clock.Review:
		f.tellUnit(f.M.Desk, "notice.review", f.M.ID)
		return f.undefer()
	case clock.Resume:
		return f.release()
	case clock.Callback:
		if len(f.round()) > 0 {
			return f.decide()
		}
		f.tellUnit(f.M.Desk, "notice.ask_verdict", f.M.ID)
	default: // verify, triage, appeal, dispatch, conference, exclusion
		f.tellUnit(f.M.Desk, "notice.desk_late", f.M.ID, string(kind))
		if up := f.reviewer(); up != f.M.Desk {
			f.tellUnit(up, "notice.desk_late", f.M.ID, string(kind))
		}
	}
	return nil
}

func (f *File) fireOrder(o *order.Order, kind clock.Kind, stage clock.Stage) error {
	switch {
	case kind == clock.Sign && o.Leg != nil:
		f.callNext(o)
	case kind == clock.Sign:
		o.AutoSigned = true
		return f.sign(o, order.Accepted)
	case kind == clock.Lapse:
		return f.lapse(o)
	case kind == clock.Objection:
		f.convene("review overdue", []string{o.Debtor, o.Creditor})
	case kind == clock.Extension:
		f.tellUnit(o.Creditor, "notice.extension_waits", o.ID)
	case kind == clock.Judge:
		f.tellUnit(o.Creditor, "notice.judge_waits", o.ID)
	case o.Kind == order.Supervision && stage != clock.Blue:
		return f.unanswered(o, stage)
	case o.Kind == order.AfterCheck && stage != clock.Blue:
		f.tellUnit(o.Debtor, "notice.check", o.ID, f.M.ID)
	default:
		return f.climb(o, stage)
	}
	return nil
}

// climb is the escalation ladder of an order (domain part C5): blue is only a
// notice, yellow and red count, red brings a supervision letter, and from then
// on the unit is reminded until it answers. Where cards are off the same is told
// and supervised, and no card is shown.
func (f *File) climb(o *order.Order, stage clock.Stage) error {
	due, cards := f.firstDueText(o), f.on("cards")
	switch stage {
	case clock.Blue:
		if cards {
			o.Show(order.Blue, "C5.1", due, f.Now)
		}
		f.tellUnit(o.Debtor, "notice.near_due", o.ID)
	case clock.Due:
		o.Overdue = true
		notice, args := "notice.reminder", []any{o.ID, ""}
		if cards {
			o.Show(order.Yellow, "C5.2", due, f.Now)
			notice, args = "notice.yellow", []any{o.ID}
		}
		f.tellUnit(o.Debtor, notice, args...)
		f.tellUnit(o.Creditor, "notice.overdue", o.ID)
		if cards && o.Lateness(f.Now) >= f.City.LadderAt(f.M.Place.Leaf()).YellowsToRed {
			return f.red(o, due)
		}
	case clock.Red:
		return f.red(o, due)
	case clock.Nag:
		o.Reminders++
		f.tellUnit(o.Debtor, "notice.reminder", o.ID, "")
	}
	return nil
}

func (f *File) firstDueText(o *order.Order) string {
	if c := o.Clocks.Last(clock.Arrive); c != nil && o.Leg != nil && o.Leg.Confirmed == 0 {
		return c.Due.Time().Format(time.RFC3339)
	}
	return f.firstDue(o).Time().Format(time.RFC3339)
}

func (f *File) red(o *order.Order, fact string) error {
	if f.on("cards") {
		if !o.Show(order.Red, "C5.3", fact, f.Now) {
			return nil
		}
		f.M.Reds++
		f.tellUnit(o.Debtor, "notice.red", o.ID)
	}
	if err := f.supervise(o, f.reviewer(), "C5.3"); err != nil && fault.Code(err) != "supervision.open_already" {
		return err
	}
	if !f.on("cards") {
		return nil
	}
	reds, err := f.recentReds(o.Debtor)
	if err == nil && reds >= f.City.LadderAt(f.M.Place.Leaf()).TakeoverReds {
		err = f.takeOver("C5.4")
	}
	return err
}

// mostDaysBack bounds the window of the ladder.
const mostDaysBack = 366

// recentReds returns how many red cards a unit has had within the ladder's
// window, the one it just got among them. A day belongs to the window as long
// as the window's limit, counted from that day on, has not passed.
func (f *File) recentReds(unit string) (int, error) {
	if f.reds == nil {
		f.reds = map[string]int{}
	}
	f.reds[unit]++
	within := f.City.LadderAt(f.M.Place.Leaf()).TakeoverWithin
	y, m, d := f.Now.Time().In(ident.Zone).Date()
	from := time.Date(y, m, d, 0, 0, 0, 0, ident.Zone)
	for range mostDaysBack {
		before := from.AddDate(0, 0, -1)
		if f.calendar().Due(within, before, nil).At.Before(f.Now.Time()) {
			break
		}
		from = before
	}
	if f.RedsSince != nil {
		n, err := f.RedsSince(unit, clock.At(from))
		return n + f.reds[unit], err
	}
	n := 0
	for _, o := range f.Orders {
		for _, c := range o.Cards {
			if o.Debtor == unit && c.Colour == order.Red && c.State != order.CardVoid && c.At >= clock.At(from) {
				n++
			}
		}
	}
	return n, nil
}

// unanswered lifts the matter when a supervision letter was not replied to in
// time (提级办理); afterwards the unit is reminded.
func (f *File) unanswered(o *order.Order, stage clock.Stage) error {
	o.Overdue = true
	f.tellUnit(o.Debtor, "notice.reminder", o.ID, "")
	if stage != clock.Due || !f.M.Status.Open() {
		return nil
	}
	return f.takeOver("C5.4")
}

// takeOver gives the coordination to the district desk.
func (f *File) takeOver(rule string) error {
	if f.M.Task != nil {
		return f.levelUp(rule)
	}
	for f.M.Level.Rank() < org.District.Rank() {
		if err := f.levelUp(rule); err != nil {
			return err
		}
	}
	return nil
}
