package clock

import (
	"slices"

	"huying/internal/domain/calendar"
)

// Set is the clocks of one subject, in the order they were started.
type Set []Clock

// Start starts a clock of kind k under limit from the given instant, and stops
// a running one of the same kind. A zero limit starts nothing.
func (s *Set) Start(k Kind, limit calendar.Limit, from Instant, cal *calendar.Calendar, ladder Ladder) *Clock {
	s.Stop(k, from)
	if limit.IsZero() {
		return nil
	}
	due := cal.Due(limit, from.Time(), nil)
	*s = append(*s, Clock{Kind: k, Limit: limit.String(), Start: from, Due: At(due.At), Provisional: due.Provisional})
	c := &(*s)[len(*s)-1]
	c.Stage, c.Next = Due, c.Due
	if k.climbs() && ladder.BluePermille > 0 {
		if blue := At(cal.Before(due.At, limit, from.Time(), ladder.BluePermille)); blue > from && blue < c.Due {
			c.Stage, c.Next = Blue, blue
		}
	}
	return c
}

// Until starts a clock that is due at a given instant.
func (s *Set) Until(k Kind, from, due Instant) {
	s.Stop(k, from)
	*s = append(*s, Clock{Kind: k, Limit: string(calendar.Date), Start: from, Due: due, Stage: Due, Next: due})
}

// Running returns the running clock of kind k, or nil.
func (s Set) Running(k Kind) *Clock {
	for i := range s {
		if s[i].Kind == k && s[i].Running() {
			return &s[i]
		}
	}
	return nil
}

// Last returns the newest clock of kind k, running or stopped, or nil.
func (s Set) Last(k Kind) *Clock {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i].Kind == k {
			return &s[i]
		}
	}
	return nil
}

// Continue lets the newest clock of kind k, if it is stopped and its due time
// is still ahead, run on towards that time, and reports whether it does. What
// it said before, it does not say again.
func (s Set) Continue(k Kind, now Instant, cal *calendar.Calendar, l Ladder) (bool, error) {
	c := s.Last(k)
	if c == nil || c.Running() || c.Due <= now {
		return false, nil
	}
	c.Stopped = 0
	return true, c.rearm(now, cal, l)
}

// Stop stops the running clock of kind k.
func (s Set) Stop(k Kind, at Instant) {
	if c := s.Running(k); c != nil {
		c.stop(at)
	}
}

// StopAll stops every running clock but those of the kinds to keep.
func (s Set) StopAll(at Instant, keep ...Kind) {
	for i := range s {
		if s[i].Running() && !slices.Contains(keep, s[i].Kind) {
			s[i].stop(at)
		}
	}
}

// stop ends the clock. One that stands still keeps the due time of before its
// pause; whoever needs the due time releases it first.
func (c *Clock) stop(at Instant) {
	if c.Paused() {
		last := &c.Pauses[len(c.Pauses)-1]
		last.To, last.Void = at, true
	}
	c.Stopped, c.Next = at, 0
}

// Next returns the earliest instant at which a clock of s fires, or zero.
func (s Set) Next() Instant {
	var next Instant
	for i := range s {
		if n := s[i].Next; n != 0 && (next == 0 || n < next) {
			next = n
		}
	}
	return next
}

// Ripe returns the clock that fires first at or before now, or nil.
func (s Set) Ripe(now Instant) *Clock {
	var ripe *Clock
	for i := range s {
		if n := s[i].Next; n != 0 && n <= now && (ripe == nil || n < ripe.Next) {
			ripe = &s[i]
		}
	}
	return ripe
}

// Advance moves c past the stage that has just fired. Clocks that tell of a
// fact once stop; the others go on until their subject does.
func (c *Clock) Advance(cal *calendar.Calendar, l Ladder) error {
	fired := c.Next
	switch {
	case c.Stage == Blue:
		c.Stage, c.Next = Due, c.Due
	case c.Stage == Due && c.Kind.climbs():
		red, err := c.redAt(cal, l)
		if err != nil {
			return err
		}
		c.Stage, c.Next = Red, red
	case c.once():
		c.Stage, c.Next = "", 0
		c.Stopped = fired
	default:
		c.Stage, c.Next = Nag, nagAt(fired, cal, l)
	}
	return nil
}

// once reports whether the clock fires a single time.
func (c *Clock) once() bool {
	switch c.Kind {
	case Contact, Promised, Statutory, LevelUp, Review, Resume, Sign, Objection, Lapse:
		return true
	}
	return false
}

// redAt is when lateness becomes red. A pause after the due time puts it off by
// as much as was lost.
func (c *Clock) redAt(cal *calendar.Calendar, l Ladder) (Instant, error) {
	red := At(cal.Extend(l.RedAfter, c.Due.Time(), nil).At)
	if !c.dated() {
		limit, err := calendar.ParseLimit(c.Limit)
		if err != nil {
			return 0, err
		}
		red = max(red, At(cal.After(c.Due.Time(), limit, c.Start.Time(), l.RedPermille)))
	}
	for _, p := range c.Pauses {
		if p.From >= c.Due && p.To > p.From {
			red += p.To - p.From
		}
	}
	return red, nil
}

// blueAt is when little of the limit is left.
func (c *Clock) blueAt(cal *calendar.Calendar, l Ladder) (Instant, error) {
	limit, err := calendar.ParseLimit(c.Limit)
	if err != nil {
		return 0, err
	}
	return At(cal.Before(c.Due.Time(), limit, c.Start.Time(), l.BluePermille)), nil
}

// nagAt is the next reminder after an instant.
func nagAt(after Instant, cal *calendar.Calendar, l Ladder) Instant {
	return At(cal.Extend(l.NagEvery, after.Time(), nil).At)
}

// Extend grants c more time from its due time on. A clock whose due time lies
// ahead again waits for it again.
func (c *Clock) Extend(limit calendar.Limit, now Instant, cal *calendar.Calendar, l Ladder) error {
	c.Extended = append(c.Extended, limit.String())
	if c.dated() {
		c.Due = At(cal.Extend(limit, c.Due.Time(), nil).At)
	}
	if err := c.rearm(now, cal, l); err != nil {
		return err
	}
	if c.Due > now && (c.Stage == Red || c.Stage == Nag) {
		c.Stage, c.Next = Due, c.Due
	}
	return nil
}

// unpaused are the kinds that run on through every pause.
var unpaused = []Kind{Contact, Promised, Exclusion, Resume, Review}

// Halt pauses every running clock of s that measures the debtor's or the
// desk's time. The contact clock, the caller's promise and the assessor's time
// never pause.
func (s Set) Halt(p Pause) {
	for i := range s {
		c := &s[i]
		if !c.Running() || c.Paused() || slices.Contains(unpaused, c.Kind) {
			continue
		}
		c.Pauses = append(c.Pauses, p)
		c.Next = 0
	}
}

// Release ends the pauses of s: due times move by what was lost, in each
// clock's own measure, and a named date by as much real time.
func (s Set) Release(now Instant, cal *calendar.Calendar, l Ladder) error {
	for i := range s {
		c := &s[i]
		if !c.Running() || !c.Paused() {
			continue
		}
		p := &c.Pauses[len(c.Pauses)-1]
		p.To = now
		if c.dated() && p.From < c.Due {
			c.Due += now - p.From
		}
		if err := c.rearm(now, cal, l); err != nil {
			return err
		}
	}
	return nil
}

// rearm computes the due time anew and the stage that comes next.
func (c *Clock) rearm(now Instant, cal *calendar.Calendar, l Ladder) error {
	if !c.dated() {
		due, err := c.Recompute(cal)
		if err != nil {
			return err
		}
		c.Due, c.Provisional = At(due.At), due.Provisional
	}
	switch c.Stage {
	case Red:
		red, err := c.redAt(cal, l)
		c.Next = red
		return err
	case Nag:
		c.Next = nagAt(now, cal, l)
	case Blue:
		blue, err := c.blueAt(cal, l)
		c.Next = blue
		return err
	default:
		c.Stage, c.Next = Due, c.Due
	}
	return nil
}
