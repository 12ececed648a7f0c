package calendar_test

import (
	"testing"
	"time"

	"huying/internal/domain/calendar"
	"huying/internal/ident"
)

// TestCivil: days as numbers follow the calendar through leap days, ends of
// months and of years, for every day of eight years.
func TestCivil(t *testing.T) {
	n := 0
	for on := time.Date(2023, 12, 25, 0, 0, 0, 0, ident.Zone); on.Year() < 2032; on, n = on.AddDate(0, 0, 1), n+1 {
		day := calendar.DayOf(on)
		if !calendar.IsDay(day) || !calendar.Begin(day).Equal(on) || calendar.DayText(day) != on.Format(time.DateOnly) {
			t.Fatalf("%v is %d, which begins at %v", on, day, calendar.Begin(day))
		}
		if end := calendar.End(day); calendar.DayOf(end) == day || calendar.DayOf(end.Add(-time.Nanosecond)) != day {
			t.Fatalf("%d ends at %v", day, end)
		}
		if calendar.AddDays(20231225, n) != day || calendar.AddDays(day, -n) != 20231225 || calendar.DaysFrom(20231225, day) != n {
			t.Fatalf("%d is not %d days after 2023-12-25", day, n)
		}
		if read, ok := calendar.ReadDay(on.Format("2006年1月2日")); !ok || read != day {
			t.Fatalf("%d was read as %d", day, read)
		}
		monday, sunday := calendar.Week(day)
		if monday > day || sunday < day || calendar.Begin(monday).Weekday() != time.Monday || calendar.DaysFrom(monday, sunday) != 6 {
			t.Fatalf("the week of %d is %d to %d", day, monday, sunday)
		}
		first, last, ok := calendar.Month(calendar.MonthOf(day))
		if !ok || first > day || last < day || calendar.AddDays(last, 1) != calendar.AddMonths(calendar.MonthOf(day), 1)*100+1 {
			t.Fatalf("the month of %d is %d to %d", day, first, last)
		}
		year, quarter := calendar.QuarterOf(day)
		from, to := calendar.Quarter(year, quarter)
		if from > day || to < day || quarter < 1 || quarter > 4 || calendar.DaysFrom(from, to) > 91 {
			t.Fatalf("the quarter of %d is %d to %d", day, from, to)
		}
		if from, to := calendar.YearDays(year); from > day || to < day {
			t.Fatalf("the year of %d is %d to %d", day, from, to)
		}
	}
	if n != 2929 {
		t.Fatalf("%d days were looked at", n)
	}
}

// TestNoDay: what is no day is told apart from one, and nothing is made of it.
func TestNoDay(t *testing.T) {
	for _, day := range []int{0, -1, 20260230, 20230229, 20261301, 20260100, 19991231, 22010101, 2026131, 202601310} {
		if calendar.IsDay(day) {
			t.Errorf("%d is a day", day)
		}
	}
	for _, s := range []string{"", "2026", "2026-02-30", "31.1.2026", "0001-01-01", "2026-1-31x", "tomorrow"} {
		if day, ok := calendar.ReadDay(s); ok {
			t.Errorf("%q is %d", s, day)
		}
	}
	for _, month := range []int{0, 202600, 202613, 199912, 220101, 2026} {
		if first, _, ok := calendar.Month(month); ok {
			t.Errorf("%d begins on %d", month, first)
		}
	}
	if calendar.DayText(0) != "" || calendar.MonthText(0) != "" || calendar.MonthText(202602) != "2026-02" {
		t.Error("no day has a text, or a month has none")
	}
	if day, ok := calendar.ReadDay(" 20260131 "); !ok || day != 20260131 {
		t.Errorf("digits were read as %d", day)
	}
}
