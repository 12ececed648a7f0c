package calendar

import (
	"time"

	"huying/internal/ident"
)

// micro is an instant as civil microseconds since 1970-01-01 00:00 in
// ident.Zone: whole days are multiples of dayLen, and every year this package
// counts in fits, which nanoseconds in 64 bits would not.
type micro int64

const (
	second micro = 1e6
	minute micro = 60 * second
	hour   micro = 60 * minute
	dayLen micro = 24 * hour
)

var (
	zoneOffset = func() micro {
		_, seconds := time.Unix(0, 0).In(ident.Zone).Zone()
		return micro(seconds) * second
	}()
	// firstInstant and never bound all arithmetic: starts outside are moved to
	// the bound, and a due time that would lie beyond is never.
	firstInstant = civil(1, time.January, 1)
	never        = civil(9999, time.January, 1)
)

// civil returns the first instant of a civil day.
func civil(year int, month time.Month, day int) micro {
	return micro(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).UnixMicro())
}

// at converts t, moving what lies outside the bounds to the nearest bound.
func at(t time.Time) micro {
	low, high := int64((firstInstant-zoneOffset)/second), int64((never-zoneOffset)/second)
	switch sec := t.Unix(); {
	case sec < low:
		return firstInstant
	case sec >= high:
		return never
	default:
		return micro(sec)*second + micro(t.Nanosecond()/1000) + zoneOffset
	}
}

// time returns m as an instant in UTC.
func (m micro) time() time.Time { return time.UnixMicro(int64(m - zoneOffset)).UTC() }

// date returns the civil midnight m stands for, in ident.Zone.
func (m micro) date() time.Time { return m.time().In(ident.Zone) }

// day returns the number of the civil day m lies in; 0 is 1970-01-01.
func (m micro) day() int {
	d := m / dayLen
	if m%dayLen < 0 {
		d--
	}
	return int(d)
}

func midnight(day int) micro { return micro(day) * dayLen }

// weekend reports whether the day is a Saturday or a Sunday; 1970-01-01 was a
// Thursday.
func weekend(day int) bool {
	w := (day%7 + 7 + 4) % 7
	return w == 0 || w == 6
}
