// Package calendar counts official time: which days and hours are worked, how
// long a limit lasts, how lawful pauses move it, and why a due date is what it
// is, day by day. It knows no matter, no order and no database; it never asks
// what time it is, and it never guesses silently: a date that rests on a year
// nobody has announced is marked provisional.
//
// Civil dates are those of ident.Zone. Instants go in as they are and come out
// in UTC, to the microsecond, in the years 1 to 9998.
package calendar

import (
	"maps"
	"slices"
	"time"

	"huying/internal/fault"
)

// The bits a day's table entry is made of.
const (
	working uint8 = 1 << iota
	known
	makeUp
)

// Calendar says which days and hours are worked in one place. It is immutable
// and safe for concurrent use.
type Calendar struct {
	name  string
	hours []Span
	first int            // the day table[0] stands for
	table []uint8        // one entry a day, so that a lookup costs an index
	names map[int]string // the names of listed days
	years map[int]bool   // the years that are known
	close micro          // when the office closes, after midnight
	open  micro          // office time of one working day
}

// Day is what a calendar knows of one civil day.
type Day struct {
	Working bool   `json:"working"`
	Known   bool   `json:"known"`            // false: nobody has announced the year, the week alone speaks
	Name    string `json:"name,omitempty"`   // the holiday the day belongs to, also for a make-up day
	MakeUp  bool   `json:"makeUp,omitempty"` // worked although the week would rest
}

// Kind is what sort of day a day is.
type Kind string

// The kinds of day.
const (
	Workday     Kind = "WORKDAY"
	Weekend     Kind = "WEEKEND"
	Holiday     Kind = "HOLIDAY"
	MakeUp      Kind = "MAKE_UP" // a weekend day worked to make up for a holiday
	UnknownYear Kind = "UNKNOWN_YEAR"
)

// Kind returns the kind of d; an unknown year outweighs what the week says.
func (d Day) Kind() Kind {
	switch {
	case !d.Known:
		return UnknownYear
	case d.MakeUp:
		return MakeUp
	case d.Working:
		return Workday
	case d.Name != "":
		return Holiday
	}
	return Weekend
}

// New returns a calendar of the given years, each known from then on. No hours
// means 09:00–12:00 and 13:00–18:00; hours are in order, do not overlap, and
// are at least four a day in all.
// Faults: calendar.hours_invalid, and those of Year.Check.
func New(name string, hours []Span, years ...Year) (*Calendar, error) {
	if len(hours) == 0 {
		hours = []Span{{From: 9 * 60, To: 12 * 60}, {From: 13 * 60, To: 18 * 60}}
	}
	if !inOrder(hours) {
		return nil, fault.Field("hours", "calendar.hours_invalid", name)
	}
	var faults fault.List
	for _, y := range years {
		faults.Add(y.Check())
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	c := &Calendar{name: name, hours: slices.Clone(hours), names: map[int]string{}, years: map[int]bool{}}
	c.close = micro(hours[len(hours)-1].To) * minute
	for _, s := range hours {
		c.open += s.length()
	}
	for _, y := range years {
		c.years[y.Year] = true
	}
	c.stretch(years)
	for _, y := range years {
		c.list(y, known)
	}
	return c, nil
}

// Overlay returns a calendar named name that has the local days of the given
// years on top: what they list outweighs what c says. An overlay makes no year
// known. It takes knowledge away: a year after the first of the overlay that
// the overlay leaves out is no longer known, because nobody has said whether
// the local holiday falls in it. Entries that Year.Check refuses are not seen.
func (c *Calendar) Overlay(name string, years ...Year) *Calendar {
	o := *c
	o.name, o.names, o.years = name, maps.Clone(c.names), maps.Clone(c.years)
	var sound []Year
	for _, y := range years {
		if y.Check() == nil {
			sound = append(sound, y)
		}
	}
	for y := range c.years {
		if !covers(sound, y) {
			delete(o.years, y)
		}
	}
	o.stretch(sound)
	for i := range o.table {
		if year := midnight(o.first + i).date().Year(); c.years[year] && !o.years[year] {
			o.table[i] &^= known
		}
	}
	for _, y := range sound {
		o.list(y, 0)
	}
	return &o
}

// covers reports whether the years speak of year, or begin after it.
func covers(years []Year, year int) bool {
	begun := false
	for _, y := range years {
		if y.Year == year {
			return true
		}
		begun = begun || y.Year < year
	}
	return !begun
}

// stretch gives c a fresh table that reaches over its own days and the given
// years, filled from the old table or else from the week.
func (c *Calendar) stretch(years []Year) {
	first, end := c.first, c.first+len(c.table)
	for _, y := range years {
		low, high := civil(y.Year-1, time.December, 1).day(), civil(y.Year+1, time.February, 1).day()
		if first == end {
			first, end = low, high
		}
		first, end = min(first, low), max(end, high)
	}
	table := make([]uint8, end-first)
	for i := range table {
		table[i] = c.entry(first + i)
		if c.years[midnight(first+i).date().Year()] {
			table[i] |= known
		}
	}
	c.first, c.table = first, table
}

// list enters the days of y, with extra bits. Rest outweighs work.
func (c *Calendar) list(y Year, extra uint8) {
	for _, d := range y.Work {
		day := at(d.Date).day()
		bits := c.table[day-c.first]&known | extra | working
		if weekend(day) {
			bits |= makeUp
		}
		c.table[day-c.first], c.names[day] = bits, d.Name
	}
	for _, d := range y.Off {
		day := at(d.Date).day()
		c.table[day-c.first], c.names[day] = c.table[day-c.first]&known|extra, d.Name
	}
}

// entry returns the table entry of a day, or what the week says of it.
func (c *Calendar) entry(day int) uint8 {
	if i := day - c.first; uint(i) < uint(len(c.table)) {
		return c.table[i]
	}
	if weekend(day) {
		return 0
	}
	return working
}

// Name returns the calendar's name.
func (c *Calendar) Name() string { return c.name }

// Hours returns the office hours of a working day.
func (c *Calendar) Hours() []Span { return slices.Clone(c.hours) }

// Known reports whether the days of a year have been announced.
func (c *Calendar) Known(year int) bool { return c.years[year] }

// Day returns what is known of the civil day t lies in.
func (c *Calendar) Day(t time.Time) Day { return c.day(at(t).day()) }

func (c *Calendar) day(day int) Day {
	e := c.entry(day)
	return Day{Working: e&working != 0, Known: e&known != 0, MakeUp: e&makeUp != 0, Name: c.names[day]}
}

// Working reports whether the civil day t lies in is worked, and whether its
// year is known; where it is not, Monday to Friday are taken to be worked.
func (c *Calendar) Working(t time.Time) (isWorking, isKnown bool) {
	e := c.entry(at(t).day())
	return e&working != 0, e&known != 0
}

// Open reports whether t lies in the office hours of a working day. An office
// is open at the instant it opens and no longer at the instant it closes.
func (c *Calendar) Open(t time.Time) bool {
	m := at(t)
	return c.entry(m.day())&working != 0 && c.inHours(m)
}

// inHours reports whether m lies in office hours, if its day is worked.
func (c *Calendar) inHours(m micro) bool {
	sinceMidnight := m - midnight(m.day())
	for _, s := range c.hours {
		if sinceMidnight < s.to() {
			return sinceMidnight >= s.from()
		}
	}
	return false
}

// NextOpening returns t itself if the office is open, and else the instant it
// opens next.
func (c *Calendar) NextOpening(t time.Time) time.Time {
	w := walk{c: c}
	return w.opening(at(t)).time()
}
