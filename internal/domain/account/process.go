package account

import (
	"huying/internal/domain/calendar"
	"huying/internal/domain/order"
)

// Mark is what an order counts as in a unit's month (GZ-20).
type Mark string

// The marks.
const (
	Given    Mark = "GIVEN" // in the month
	InTime   Mark = "IN_TIME"
	TooLate  Mark = "TOO_LATE"
	FirstFix Mark = "FIRST_FIX"
	Letter   Mark = "LETTER"
	Blue     Mark = "BLUE"
	Yellow   Mark = "YELLOW"
	Red      Mark = "RED"
)

var cards = map[order.Colour]Mark{order.Blue: Blue, order.Yellow: Yellow, order.Red: Red}

// Marks tells what an order counts as in the days of a month; nothing if the
// month does not count it.
func Marks(o *order.Order, first, last int) []Mark {
	within := func(day int) bool { return first <= day && day <= last }
	var out []Mark
	if within(calendar.DayOf(o.IssuedAt.Time())) {
		out = append(out, Given)
		if o.Kind == order.Supervision {
			out = append(out, Letter)
		}
	}
	if o.Status == order.Fulfilled && o.Scores() && within(calendar.DayOf(o.EndedAt.Time())) {
		mark := TooLate
		if o.OnTime {
			mark = InTime
		}
		if out = append(out, mark); o.FirstFix {
			out = append(out, FirstFix)
		}
	}
	for _, c := range o.Cards {
		if mark, known := cards[c.Colour]; known && c.State != order.CardVoid && within(calendar.DayOf(c.At.Time())) {
			out = append(out, mark)
		}
	}
	return out
}
