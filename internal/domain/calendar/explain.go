package calendar

import "time"

// Note says why a day of an explanation was counted or not. It is a key of the
// text catalogues, not a text.
type Note string

// The notes.
const (
	Counted     Note = "COUNTED"
	EventDay    Note = "EVENT_DAY"    // the day of the event is not counted (民法典 art. 201)
	AfterHours  Note = "AFTER_HOURS"  // the office opens again later
	RestDay     Note = "REST_DAY"     // not a working day
	Paused      Note = "PAUSED"       // the clock stood
	StandsStill Note = "STANDS_STILL" // the clock stands and nobody has set it going again
	Shifted     Note = "SHIFTED"      // the last day rests, the next working day takes its place
	LastDay     Note = "LAST_DAY"     // the limit ends on this day
)

// StartRule says where the count begins.
type StartRule string

// The start rules.
const (
	AtOnce        StartRule = "AT_ONCE"         // real time, from the instant of the event
	InOfficeHours StartRule = "IN_OFFICE_HOURS" // office hours, from the instant of the event
	NextOpening   StartRule = "NEXT_OPENING"    // received after hours: from the next opening
	NextDay       StartRule = "NEXT_DAY"        // from the day after the event
	NamedDay      StartRule = "NAMED_DAY"       // the day is named by a notice
)

// Row is one day of an explanation.
type Row struct {
	Date    time.Time `json:"date"` // midnight in ident.Zone
	Day               // what the calendar knows of it
	Kind    Kind      `json:"kind"`
	Counted bool      `json:"counted"` // all of it or a part
	Note    Note      `json:"note"`
	// The running total with this day, in the measure of the limit: days, or
	// real or office time.
	Days  int           `json:"days,omitempty"`
	Spent time.Duration `json:"spent,omitempty"` // in nanoseconds
}

// Explanation is how a due time came about, for the person who asks.
type Explanation struct {
	Calendar string    `json:"calendar"`
	Limit    Limit     `json:"limit"`
	Start    time.Time `json:"start"`
	Begin    time.Time `json:"begin"` // Start, or the next opening if the unit waits for it
	Rule     StartRule `json:"rule,omitempty"`
	Shifted  bool      `json:"shifted,omitempty"` // the last day was a day of rest and moved
	Pauses   []Pause   `json:"pauses,omitempty"`  // those that touch the time from Start to the due time
	Rows     []Row     `json:"rows,omitempty"`
	Cut      bool      `json:"cut,omitempty"` // there are more rows than are worth telling
	Due
}

// maxTold is how many days an explanation tells: more than a limit of the
// greatest amount has, so that only an absurd pause is cut.
const maxTold = 20_000

// Explain returns what Due returns, with every day on the way and the reason
// why it was counted or not.
func (c *Calendar) Explain(l Limit, start time.Time, pauses []Pause) Explanation {
	from := at(start)
	ex := Explanation{Calendar: c.name, Limit: l, Start: from.time(), Begin: from.time()}
	w := walk{c: c, pauses: pauses, ex: &ex}
	ex.Due = w.due(l, from)
	if ex.At.IsZero() {
		return ex
	}
	ex.Rule = c.startRule(l, from)
	if ex.Rule == NextOpening {
		ex.Begin = c.NextOpening(start)
	}
	for _, p := range pauses {
		if a, b := p.span(); a < b && b > from && a < at(ex.At) {
			ex.Pauses = append(ex.Pauses, p)
		}
	}
	return ex
}

func (c *Calendar) startRule(l Limit, start micro) StartRule {
	open := c.entry(start.day())&working != 0 && c.inHours(start)
	switch {
	case l.Unit == Date:
		return NamedDay
	case (l.Unit == WD || l.Unit == WorkHour) && !open:
		return NextOpening
	case l.Unit == WorkHour:
		return InOfficeHours
	case l.Unit == WD || l.Unit == CD:
		return NextDay
	}
	return AtOnce
}

// telling reports whether every day is to be told.
func (w *walk) telling() bool { return w.ex != nil && !w.ex.Cut }

// tell tells a day of which nothing counts.
func (w *walk) tell(day int, note Note) {
	if w.ex != nil {
		w.count(day, 0, 0, note)
	}
}

// tellHours tells a day on which the given time passed and the limit went on.
func (w *walk) tellHours(day int, spent, from, end micro) {
	if w.ex == nil {
		return
	}
	switch {
	case spent > 0:
		w.count(day, 0, spent, Counted)
	case pausedUntil(w.pauses, from) > from || nextPause(w.pauses, from) < end:
		w.tell(day, Paused)
	default:
		w.tell(day, AfterHours)
	}
}

// count tells a day of which days or time were counted.
func (w *walk) count(day, days int, spent micro, note Note) {
	if w.ex == nil {
		return
	}
	if len(w.ex.Rows) >= maxTold {
		w.ex.Cut = true
		return
	}
	d := w.c.day(day)
	row := Row{Date: midnight(day).date(), Day: d, Kind: d.Kind(), Note: note,
		Counted: days > 0 || spent > 0, Days: days, Spent: time.Duration(spent) * time.Microsecond}
	if n := len(w.ex.Rows); n > 0 {
		row.Days += w.ex.Rows[n-1].Days
		row.Spent += w.ex.Rows[n-1].Spent
	}
	w.ex.Shifted = w.ex.Shifted || note == Shifted
	w.ex.Rows = append(w.ex.Rows, row)
}
