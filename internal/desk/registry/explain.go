package registry

import (
	"time"

	"huying/internal/domain/calendar"
	"huying/internal/domain/clock"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
)

// Explained says why one clock is due when it is.
type Explained struct {
	Order    ident.ID // zero: a clock of the matter
	Clock    clock.Clock
	Basis    string // what the limit rests on
	Days     calendar.Explanation
	Extended []calendar.Due // after each extension
	Agrees   bool           // the stored time is the computed one
}

// Explain explains the clocks of a matter and its orders day by day, newest
// last. Clocks that end at a date somebody named have no days to count.
func (d *Desk) Explain(s *engine.State) ([]Explained, error) {
	cal := s.City.Calendar(s.M.Place.Leaf())
	var out []Explained
	add := func(order ident.ID, set clock.Set) error {
		for _, c := range set {
			x, err := explain(cal, c)
			if err != nil {
				return err
			}
			x.Order = order
			out = append(out, x)
		}
		return nil
	}
	if err := add(0, s.M.Clocks); err != nil {
		return nil, err
	}
	for _, o := range s.Orders {
		if err := add(o.ID, o.Clocks); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func explain(cal *calendar.Calendar, c clock.Clock) (Explained, error) {
	x := Explained{Clock: c, Agrees: true}
	if c.Limit == string(calendar.Date) {
		return x, nil
	}
	limit, err := calendar.ParseLimit(c.Limit)
	if err != nil {
		return x, err
	}
	x.Basis = limit.Basis
	x.Days = cal.Explain(limit, c.Start.Time(), c.CalendarPauses())
	due := x.Days.Due
	for _, text := range c.Extended {
		more, err := calendar.ParseLimit(text)
		if err != nil {
			return x, err
		}
		due = cal.Extend(more, due.At, c.CalendarPauses())
		x.Extended = append(x.Extended, due)
	}
	x.Agrees = clock.At(due.At) == c.Due
	return x, nil
}

// ExplainLimit explains what a limit would come to at a place, for questions
// without a matter. Faults: place.unknown and those of calendar.ParseLimit.
func (d *Desk) ExplainLimit(text, place string, start time.Time) (calendar.Explanation, error) {
	limit, err := calendar.ParseLimit(text)
	if err != nil {
		return calendar.Explanation{}, err
	}
	if place == "" {
		place = d.e.City().Root
	}
	if _, ok := d.e.City().Territory.Place(place); !ok {
		return calendar.Explanation{}, fault.Field("place", "place.unknown", place)
	}
	return d.e.City().Calendar(place).Explain(limit, start, nil), nil
}
