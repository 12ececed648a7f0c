package calendar

import (
	"fmt"
	"strings"
	"time"

	"huying/internal/ident"
)

// Records keep a civil day as a number such as 20260131, and a month as
// 202601: they sort, they compare, and they can be read. 0 is no day. What is
// counted with them is counted here, so that a day is the same everywhere.

// The days a record may keep.
const (
	firstDay = 20000101
	finalDay = 22001231
)

// DayOf returns the civil day of an instant.
func DayOf(t time.Time) int {
	y, m, d := t.In(ident.Zone).Date()
	return y*10000 + int(m)*100 + d
}

// IsDay reports whether a number is a day there is, of the years 2000 to 2200.
func IsDay(day int) bool { return day >= firstDay && day <= finalDay && DayOf(Begin(day)) == day }

// Begin returns the first instant of a civil day.
func Begin(day int) time.Time {
	return time.Date(day/10000, time.Month(day/100%100), day%100, 0, 0, 0, 0, ident.Zone)
}

// End returns 24:00 of a civil day, the first instant of the next.
func End(day int) time.Time { return Begin(day).AddDate(0, 0, 1) }

// AddDays returns the civil day n days later, or earlier if n is negative.
func AddDays(day, n int) int { return DayOf(Begin(day).AddDate(0, 0, n)) }

// DaysFrom returns how many days lie from one civil day to another.
func DaysFrom(from, to int) int { return at(Begin(to)).day() - at(Begin(from)).day() }

// DayText writes a civil day as 2026-01-31; no day is "".
func DayText(day int) string {
	if day == 0 {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", day/10000, day/100%100, day%100)
}

// layouts are how people write a day.
var layouts = [...]string{time.DateOnly, "20060102", "2006/1/2", "2006.1.2", "2006年1月2日"}

// ReadDay reads a day as people write it, in digits or as 2026-01-31,
// 2026/1/31, 2026.1.31 or 2026年1月31日, and reports whether it is one.
func ReadDay(s string) (day int, ok bool) {
	s = strings.TrimSpace(s)
	for _, layout := range layouts {
		if t, err := time.ParseInLocation(layout, s, ident.Zone); err == nil {
			day = DayOf(t)
			return day, IsDay(day)
		}
	}
	return 0, false
}

// Week returns the Monday and the Sunday of the week a day lies in.
func Week(day int) (first, last int) {
	first = AddDays(day, -(int(Begin(day).Weekday())+6)%7)
	return first, AddDays(first, 6)
}

// MonthOf returns the month a day lies in, such as 202601.
func MonthOf(day int) int { return day / 100 }

// Month returns the first and the last day of a month such as 202601, and
// whether it is one.
func Month(month int) (first, last int, ok bool) {
	if first = month*100 + 1; !IsDay(first) {
		return 0, 0, false
	}
	return first, DayOf(Begin(first).AddDate(0, 1, -1)), true
}

// AddMonths returns the month n months later, or earlier if n is negative.
func AddMonths(month, n int) int { return MonthOf(DayOf(Begin(month*100+1).AddDate(0, n, 0))) }

// MonthText writes a month as 2026-01; none is "".
func MonthText(month int) string {
	if month == 0 {
		return ""
	}
	return fmt.Sprintf("%04d-%02d", month/100, month%100)
}

// QuarterOf returns the year and the quarter, 1 to 4, a day lies in.
func QuarterOf(day int) (year, quarter int) { return day / 10000, (day/100%100 + 2) / 3 }

// Quarter returns the first and the last day of a quarter of a year, 1 to 4.
func Quarter(year, quarter int) (first, last int) {
	first = year*10000 + (3*quarter-2)*100 + 1
	return first, DayOf(Begin(first).AddDate(0, 3, -1))
}

// YearDays returns the first and the last day of a year.
func YearDays(year int) (first, last int) { return year*10000 + 101, year*10000 + 1231 }
