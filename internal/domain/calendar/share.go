package calendar

import (
	"math/bits"
	"time"
)

// Before returns the instant at which permille of the limit l is left, for a
// limit started at start and due at the given instant. It is measured back from
// due in the limit's own time: office time for WORK_HOUR and WD, where a working
// day is worth its office hours, and real time otherwise; for a named date,
// shares of the time from start to due. The instant lies within start and due.
func (c *Calendar) Before(due time.Time, l Limit, start time.Time, permille int) time.Time {
	from, end := at(start), at(due)
	share := portion(c.worth(l, from, end), permille)
	begin := end - share
	if l.inOfficeTime() {
		begin = c.back(end, share, from)
	}
	return max(from, min(end, begin)).time()
}

// After returns the instant at which a limit that was due is overdue by
// permille of its length, in the measure Before uses.
func (c *Calendar) After(due time.Time, l Limit, start time.Time, permille int) time.Time {
	from, end := at(start), at(due)
	share := portion(c.worth(l, from, end), permille)
	if l.inOfficeTime() && share > 0 {
		w := walk{c: c}
		return w.clock(share, end, c.hours, true).time()
	}
	return min(end+share, never).time()
}

// Remaining returns how much of the limit l is left at now, in permille from
// 1000 down to 0, rounded up, in the measure Before uses.
func (c *Calendar) Remaining(due time.Time, l Limit, start, now time.Time) int {
	from, end := at(start), at(due)
	total := c.worth(l, from, end)
	left := end - at(now)
	if l.inOfficeTime() {
		left = c.openTime(at(now), end, total)
	}
	if left <= 0 || total <= 0 {
		return 0
	}
	if left >= total {
		return 1000
	}
	// The product of a long span overflows 64 bits.
	high, low := bits.Mul64(uint64(left), 1000)
	low, carry := bits.Add64(low, uint64(total-1), 0)
	permille, _ := bits.Div64(high+carry, low, uint64(total))
	return int(permille)
}

func (l Limit) inOfficeTime() bool { return l.Unit == WorkHour || l.Unit == WD }

// worth returns how long l is in the measure of its shares; a limit that
// cannot be counted is worth nothing.
func (c *Calendar) worth(l Limit, start, due micro) micro {
	switch {
	case l.IsZero() || l.Check() != nil:
		return 0
	case l.Unit == WD:
		return micro(l.Amount) * c.open
	case l.Unit == CD:
		return micro(l.Amount) * dayLen
	case l.Unit == Date:
		return max(0, due-start)
	}
	return l.length()
}

// portion returns permille of total, between nothing and all of it.
func portion(total micro, permille int) micro {
	p := micro(min(1000, max(0, permille)))
	return total/1000*p + total%1000*p/1000
}

// back returns the instant since which share of office time has passed until
// end, or some instant before the floor if there is less.
func (c *Calendar) back(end, share, floor micro) micro {
	if share == 0 {
		return end
	}
	for day := end.day(); day >= floor.day(); day-- {
		if c.entry(day)&working == 0 {
			continue
		}
		for i := len(c.hours) - 1; i >= 0; i-- {
			from, to := midnight(day)+c.hours[i].from(), min(end, midnight(day)+c.hours[i].to())
			if from >= to {
				continue
			}
			if share <= to-from {
				return to - share
			}
			share -= to - from
		}
	}
	return firstInstant
}

// openTime returns the office time between two instants, or enough if it is
// that much or more.
func (c *Calendar) openTime(from, to, enough micro) micro {
	var sum micro
	for day := from.day(); midnight(day) < to && sum < enough; day++ {
		if c.entry(day)&working == 0 {
			continue
		}
		for _, s := range c.hours {
			sum += max(0, min(to, midnight(day)+s.to())-max(from, midnight(day)+s.from()))
		}
	}
	return min(sum, enough)
}
