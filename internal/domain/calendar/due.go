package calendar

import "time"

// Due is when a limit ends.
type Due struct {
	At          time.Time `json:"at"`                    // in UTC; 24:00 of a day is 00:00 of the next
	Provisional bool      `json:"provisional,omitempty"` // a day on the way belongs to a year nobody has announced
	Held        bool      `json:"held,omitempty"`        // a pause that still runs holds the clock; At is the start of year 9999
}

// Due returns when the limit l, started at start, ends under the given pauses.
// Pauses only lengthen, and no due time lies within one.
//
// Days (CD, WD; 民法典 art. 200–203, 行政处罚法 art. 85): the day of the event is
// not counted, and the last day ends at 24:00 or when the office closes. For WD
// an event outside office hours belongs to the day of the next opening. A day
// counts if the clock runs at the moment it ends, so a pause costs as many
// counted days as end within it. Hours: WORK_HOUR counts office hours alone,
// the other units count every minute from the instant of the event.
//
// The date is provisional if a day whose rest decides it belongs to an unknown
// year; a limit that asks no calendar, such as 7 CD without shift, never is.
// No limit gives the zero Due, and a limit that Check refuses a zero At that is
// provisional.
func (c *Calendar) Due(l Limit, start time.Time, pauses []Pause) Due {
	w := walk{c: c, pauses: pauses}
	return w.due(l, at(start))
}

// Extend returns when a limit ends that had been due at the given instant and
// is lengthened by more. Unlike a fresh limit started at that instant, days are
// counted from the last day of the old limit, so that 20 WD and 10 more are
// 30 WD. Pauses that end before due have no effect.
func (c *Calendar) Extend(more Limit, due time.Time, pauses []Pause) Due {
	w := walk{c: c, pauses: pauses}
	from := at(due)
	if more.Check() != nil || more.Unit != WD && more.Unit != CD {
		return w.due(more, from)
	}
	lastDay := (from - 1).day()
	return w.done(w.days(more, lastDay+1, more.Amount))
}

// walk goes from the start of a limit to its end, one day at a time. Due and
// Explain are the same walk; Explain has it tell what it sees.
type walk struct {
	c           *Calendar
	pauses      []Pause
	ex          *Explanation // nil: say nothing
	provisional bool
	held        bool
}

// lastDay is the last day that is walked.
var lastDay = never.day() - 1

func (w *walk) due(l Limit, start micro) Due {
	switch {
	case l.Check() != nil:
		return Due{Provisional: true}
	case l.IsZero():
		return Due{}
	}
	switch l.Unit {
	case CD, Date:
		return w.done(w.event(l, start.day()))
	case WD:
		return w.done(w.event(l, w.opening(start).day()))
	case WorkHour:
		return w.done(w.clock(l.length(), start, w.c.hours, true))
	}
	return w.done(w.clock(l.length(), start, dayAndNight[:], false))
}

// dayAndNight are the hours of units that count real time.
var dayAndNight = [...]Span{{From: 0, To: 24 * 60}}

func (w *walk) done(end micro) Due {
	return Due{At: min(end, never).time(), Provisional: w.provisional, Held: w.held}
}

// working reports whether a day is worked and remembers if that was a guess.
func (w *walk) working(day int) bool {
	e := w.c.entry(day)
	w.provisional = w.provisional || e&known == 0
	return e&working != 0
}

// opening returns m if the office is open then, and else its next opening.
func (w *walk) opening(m micro) micro {
	for day := m.day(); day <= lastDay; day++ {
		if w.working(day) {
			for _, s := range w.c.hours {
				if m < midnight(day)+s.to() {
					return max(m, midnight(day)+s.from())
				}
			}
		}
		w.tell(day, AfterHours)
	}
	return never
}

// event finds the day of the event, the first one from day on that is worked
// (if the unit is WD) and at whose end the clock runs, and counts on from
// there. That day itself is not counted.
func (w *walk) event(l Limit, day int) micro {
	for ; day <= lastDay; day++ {
		end := midnight(day + 1)
		if until, paused := pausedAtEnd(w.pauses, end); paused {
			if day = w.standStill(day, until, end); w.held {
				return never
			}
			continue
		}
		if l.Unit == WD && !w.working(day) {
			w.tell(day, RestDay)
			continue
		}
		if l.Unit == Date {
			w.tell(day, LastDay)
			return end
		}
		w.tell(day, EventDay)
		return w.days(l, day+1, l.Amount)
	}
	return never
}

// days counts left days from day on and returns when the last one ends.
func (w *walk) days(l Limit, day, left int) micro {
	workedOnly := l.Unit == WD
	for ; day <= lastDay; day++ {
		end := midnight(day + 1)
		if l.CloseOfBusiness {
			end = midnight(day) + w.c.close
		}
		if until, paused := pausedAtEnd(w.pauses, end); paused {
			if day = w.standStill(day, until, end); w.held {
				return never
			}
			continue
		}
		if workedOnly && !w.working(day) {
			w.tell(day, RestDay)
			continue
		}
		if left--; left > 0 {
			w.count(day, 1, 0, Counted)
			continue
		}
		if l.ShiftLastDay && !w.working(day) {
			left, workedOnly = 1, true
			w.tell(day, Shifted)
			continue
		}
		w.count(day, 1, 0, LastDay)
		return end
	}
	return never
}

// standStill tells a day at whose end the clock stands, and returns the last
// day of which that is sure, so that a silent walk steps over long pauses.
func (w *walk) standStill(day int, until, end micro) int {
	if until >= never {
		w.held = true
		w.tell(day, StandsStill)
		return day
	}
	w.tell(day, Paused)
	if w.telling() {
		return day
	}
	// Days end at the same hour each; the last one not after until.
	return day + int((until-end)/dayLen)
}

// clock lets need pass within the hours of every day, or of working days, and
// returns the instant at which nothing of it is left.
func (w *walk) clock(need, start micro, hours []Span, workedOnly bool) micro {
	for day := start.day(); day <= lastDay; day++ {
		from, end := max(start, midnight(day)), midnight(day+1)
		if until := pausedUntil(w.pauses, from); until >= end {
			if until >= never {
				w.held = true
				w.tell(day, StandsStill)
				return never
			}
			w.tell(day, Paused)
			if !w.telling() {
				day = until.day() - 1
			}
			continue
		}
		if workedOnly && !w.working(day) {
			w.tell(day, RestDay)
			continue
		}
		left := need
		for _, s := range hours {
			stop := w.run(&need, max(from, midnight(day)+s.from()), midnight(day)+s.to())
			if need == 0 {
				w.count(day, 0, left, LastDay)
				return stop
			}
		}
		w.tellHours(day, left-need, from, end)
	}
	return never
}

// run lets need pass between two instants, less what is paused, and returns
// where it stopped.
func (w *walk) run(need *micro, from, to micro) micro {
	for *need > 0 && from < to {
		if until := pausedUntil(w.pauses, from); until > from {
			from = until
			continue
		}
		stop := min(to, nextPause(w.pauses, from), from+*need)
		*need -= stop - from
		from = stop
	}
	return from
}
