package calendar_test

import (
	"strings"
	"testing"
	"time"

	"huying/internal/domain/calendar"
)

// pauses reads "from to, from to"; a pause without to still runs.
func pauses(tb testing.TB, s string) []calendar.Pause {
	tb.Helper()
	var out []calendar.Pause
	for p := range strings.SplitSeq(s, ",") {
		from, to, found := strings.Cut(strings.TrimSpace(p), " / ")
		if from == "" {
			continue
		}
		pause := calendar.Pause{Reason: "HEARING", Basis: "行政许可法 art. 45", From: on(tb, from)}
		if found {
			pause.To = on(tb, to)
		}
		out = append(out, pause)
	}
	return out
}

// TestClockRules has a table for every rule of counting. 2026-03-02 is a Monday.
func TestClockRules(t *testing.T) {
	c := national(t)
	for _, rule := range []struct {
		name  string
		cases [][4]string // limit, start, pauses, due
	}{
		{"the day of the event is not counted and the last day ends at 24:00", [][4]string{
			{"7 CD", "2026-03-02 10:00", "", "2026-03-10 00:00"},
			{"1 CD", "2026-03-02 00:00", "", "2026-03-04 00:00"},
			{"1 CD", "2026-03-02 23:59", "", "2026-03-04 00:00"},
			{"15 CD", "2026-02-01 10:00", "", "2026-02-17 00:00"}, // into the Spring Festival: a promise does not shift
			{"7 CD close", "2026-03-02 10:00", "", "2026-03-09 18:00"},
		}},
		{"a last day of rest moves if the source says so", [][4]string{
			{"5 CD shift", "2026-03-02 10:00", "", "2026-03-10 00:00"},       // Saturday to Monday
			{"4 CD shift", "2026-03-02 10:00", "", "2026-03-07 00:00"},       // Friday stays
			{"15 CD shift", "2026-02-01 10:00", "", "2026-02-25 00:00"},      // through the Spring Festival
			{"13 CD shift", "2026-02-01 10:00", "", "2026-02-15 00:00"},      // a make-up Saturday is worked
			{"1 CD shift", "2012-09-29 10:00", "", "2012-10-09 00:00"},       // eight days in one
			{"5 CD shift close", "2026-03-02 10:00", "", "2026-03-09 18:00"}, // Monday at close
			{"60 CD shift", "2026-08-03 10:00", "", "2026-10-09 00:00"},      // petition result, into National Day
			{"90 CD shift", "2025-11-20 10:00", "", "2026-02-25 00:00"},      // penalty decision, art. 60
			{"30 CD shift", "2013-01-16 10:00", "", "2013-02-17 00:00"},      // a make-up Saturday and Sunday after the festival
			{"10 CD shift", "2020-01-18 10:00", "", "2020-02-04 00:00"},      // the festival of 2020 was made longer
		}},
		{"working days are those of the calendar", [][4]string{
			{"5 WD", "2026-03-02 10:00", "", "2026-03-10 00:00"},
			{"5 WD close", "2026-03-02 10:00", "", "2026-03-09 18:00"},
			{"1 WD", "2026-03-06 10:00", "", "2026-03-10 00:00"},  // Friday to Monday
			{"1 WD", "2026-02-27 10:00", "", "2026-03-01 00:00"},  // Saturday is made up
			{"2 WD", "2026-02-13 10:00", "", "2026-02-25 00:00"},  // 14th made up, then nine days off
			{"5 WD", "2025-09-26 10:00", "", "2025-10-11 00:00"},  // 28th made up; 29, 30, then 9 and 10 October
			{"5 WD", "2012-09-28 10:00", "", "2012-10-12 00:00"},  // 29th made up, 8 days off
			{"3 WD", "2013-09-18 10:00", "", "2013-09-25 00:00"},  // Mid-Autumn, Sunday made up
			{"1 WD", "2020-01-23 10:00", "", "2020-02-04 00:00"},  // the lengthened festival
			{"20 WD", "2026-09-15 10:00", "", "2026-10-20 00:00"}, // permit decision, art. 42
		}},
		{"work hours pass in office hours only, urgent hours always", [][4]string{
			{"4 WORK_HOUR", "2026-03-02 10:00", "", "2026-03-02 15:00"},
			{"4 WORK_HOUR", "2026-03-02 16:00", "", "2026-03-03 11:00"},
			{"2 WORK_HOUR", "2026-03-02 10:00", "", "2026-03-02 12:00"}, // not at 13:00
			{"2 WORK_HOUR", "2026-03-02 16:00", "", "2026-03-02 18:00"}, // not the next morning
			{"4 WORK_HOUR", "2026-03-06 16:30", "", "2026-03-09 11:30"},
			{"4 WORK_HOUR", "2026-02-14 17:00", "", "2026-02-24 12:00"}, // make-up Saturday, then the festival
			{"16 WORK_HOUR", "2026-03-02 09:00", "", "2026-03-03 18:00"},
			{"4 URGENT_HOUR", "2026-02-16 23:00", "", "2026-02-17 03:00"},
			{"60 MIN", "2026-02-16 23:30", "", "2026-02-17 00:30"},
			{"24 HOUR", "2026-02-16 23:30", "", "2026-02-17 23:30"},
		}},
		{"what comes after hours starts at the next opening, real time at once", [][4]string{
			{"4 WORK_HOUR", "2026-03-02 20:00", "", "2026-03-03 14:00"},
			{"4 WORK_HOUR", "2026-03-02 12:30", "", "2026-03-02 17:00"},
			{"4 WORK_HOUR", "2026-10-03 10:00", "", "2026-10-08 14:00"},
			{"1 WD", "2026-03-02 07:00", "", "2026-03-04 00:00"},
			{"1 WD", "2026-03-02 12:30", "", "2026-03-04 00:00"},
			{"1 WD", "2026-03-02 18:00", "", "2026-03-05 00:00"}, // Tuesday is the day of the event
			{"1 WD", "2026-03-07 10:00", "", "2026-03-11 00:00"}, // Saturday: Monday is
			{"2 HOUR", "2026-03-07 22:00", "", "2026-03-08 00:00"},
			{"30 MIN", "2026-03-02 18:00", "", "2026-03-02 18:30"},
			{"1 CD", "2026-03-02 20:00", "", "2026-03-04 00:00"},
		}},
		{"a pause moves a clock by what it costs in the clock's own measure", [][4]string{
			{"5 WD", "2026-03-02 10:00", "2026-03-04 10:00 / 2026-03-06 10:00", "2026-03-12 00:00"}, // two working days
			{"5 WD", "2026-03-02 10:00", "2026-03-04 10:00 / 2026-03-04 16:00", "2026-03-10 00:00"}, // no day ends in it
			{"5 WD", "2026-03-02 10:00", "2026-03-06 19:00 / 2026-03-08 10:00", "2026-03-11 00:00"}, // Friday ends in it
			{"5 WD", "2026-03-02 10:00", "2026-03-07 10:00 / 2026-03-08 10:00", "2026-03-10 00:00"}, // a weekend costs nothing
			{"5 WD", "2026-03-02 10:00", "2026-03-02 11:00 / 2026-03-04 11:00", "2026-03-12 00:00"}, // from the first day on
			{"1 WD close", "2026-03-02 10:00", "2026-03-03 17:00 / 2026-03-03 19:00", "2026-03-04 18:00"},
			{"7 CD", "2026-03-02 10:00", "2026-03-04 10:00 / 2026-03-14 10:00", "2026-03-20 00:00"},
			{"7 CD", "2026-03-02 10:00", "2026-03-04 00:00 / 2026-03-06 00:00", "2026-03-12 00:00"},
			{"5 CD shift", "2026-03-02 10:00", "2026-03-08 10:00 / 2026-03-11 10:00", "2026-03-12 00:00"}, // the day it moved to is paused
			{"4 WORK_HOUR", "2026-03-02 09:00", "2026-03-02 11:00 / 2026-03-02 14:00", "2026-03-02 16:00"},
			{"4 WORK_HOUR", "2026-03-02 09:00", "2026-03-02 12:00 / 2026-03-02 13:00", "2026-03-02 14:00"},
			{"2 HOUR", "2026-03-02 09:00", "2026-03-02 10:00 / 2026-03-02 12:00", "2026-03-02 13:00"},
			{"2 HOUR", "2026-03-02 09:00", "2026-03-02 11:00 / 2026-03-02 12:00", "2026-03-02 11:00"}, // due when it begins
			{"2 HOUR", "2026-03-02 09:00", "2026-03-02 10:00 / 2026-03-04 10:00", "2026-03-04 11:00"},
		}},
		{"overlapping and disordered pauses are one, and empty ones none", [][4]string{
			{"2 HOUR", "2026-03-02 09:00", "2026-03-02 11:00 / 2026-03-02 13:00, 2026-03-02 10:00 / 2026-03-02 12:00", "2026-03-02 14:00"},
			{"2 HOUR", "2026-03-02 09:00", "2026-03-02 12:00 / 2026-03-02 10:00, 2026-03-02 10:00 / 2026-03-02 10:00", "2026-03-02 11:00"},
			{"2 HOUR", "2026-03-02 09:00", "2026-03-02 08:00 / 2026-03-02 10:00, 2026-03-01 08:00 / 2026-03-01 10:00", "2026-03-02 12:00"},
			{"5 WD", "2026-03-02 10:00", "2026-03-05 10:00 / 2026-03-06 10:00, 2026-03-04 10:00 / 2026-03-06 09:00", "2026-03-12 00:00"},
		}},
		{"a named date ends at its 24:00", [][4]string{
			{"DATE", "2026-03-07 10:00", "", "2026-03-08 00:00"},
			{"DATE", "2026-03-07 10:00", "2026-03-07 11:00 / 2026-03-08 10:00", "2026-03-09 00:00"},
		}},
	} {
		t.Run(rule.name, func(t *testing.T) {
			for _, x := range rule.cases {
				got := c.Due(limit(t, x[0]), on(t, x[1]), pauses(t, x[2]))
				if in(got.At) != x[3] || got.Provisional || got.Held {
					t.Errorf("%s from %s [%s]: %s %+v, want %s", x[0], x[1], x[2], in(got.At), got, x[3])
				}
				if ex := c.Explain(limit(t, x[0]), on(t, x[1]), pauses(t, x[2])); ex.Due != got {
					t.Errorf("%s from %s [%s]: explained as %+v, is %+v", x[0], x[1], x[2], ex.Due, got)
				}
			}
		})
	}
}

func TestTheDefaultLimits(t *testing.T) {
	c := national(t)
	for text, due := range map[string]string{ // all from Thursday 2026-04-30 16:00, before May Day
		"2 HOUR": "2026-04-30 18:00", "24 HOUR": "2026-05-01 16:00", "7 CD": "2026-05-08 00:00", "15 CD": "2026-05-16 00:00",
		"30 MIN": "2026-04-30 16:30", "4 WORK_HOUR": "2026-05-06 11:00", "5 MIN": "2026-04-30 16:05",
		"1 WD": "2026-05-07 00:00", "5 WD": "2026-05-12 00:00", "3 CD": "2026-05-04 00:00",
	} {
		if got := c.Due(limit(t, text), on(t, "2026-04-30 16:00"), nil); in(got.At) != due || got.Provisional {
			t.Errorf("%s: %s %v, want %s", text, in(got.At), got.Provisional, due)
		}
	}
}

func TestAYearNobodyHasAnnouncedIsNeverSilent(t *testing.T) {
	c := national(t)
	for _, x := range []struct {
		limit, start, due string
		provisional       bool
	}{
		{"5 WD", "2026-12-30 10:00", "2027-01-07 00:00", true},
		{"1 WD", "2026-12-30 10:00", "2027-01-01 00:00", false},
		{"1 WD", "2027-03-01 10:00", "2027-03-03 00:00", true},
		{"1 WD", "2026-12-31 18:00", "2027-01-05 00:00", true},
		{"4 WORK_HOUR", "2026-12-31 17:00", "2027-01-01 12:00", true},
		{"1 WORK_HOUR", "2026-12-31 17:00", "2026-12-31 18:00", false},
		{"3 CD shift", "2026-12-30 10:00", "2027-01-05 00:00", true},
		{"1 CD shift", "2026-12-30 10:00", "2027-01-01 00:00", false},
		{"3 CD", "2026-12-30 10:00", "2027-01-03 00:00", false}, // asks no calendar
		{"48 HOUR", "2026-12-31 10:00", "2027-01-02 10:00", false},
		{"1 WD", "2006-12-27 10:00", "2006-12-29 00:00", true},
		{"250 WD", "2026-03-02 10:00", "2027-02-20 00:00", true},
	} {
		got := c.Due(limit(t, x.limit), on(t, x.start), nil)
		if x.limit != "250 WD" && in(got.At) != x.due || got.Provisional != x.provisional {
			t.Errorf("%s from %s: %s %v, want %s", x.limit, x.start, in(got.At), got.Provisional, x.due)
		}
	}
}

func TestALocalHolidayMovesALocalLimit(t *testing.T) {
	cn := national(t)
	gx := cn.Overlay("gx", packYears(t, "gx-sanyuesan.csv")...)
	start := on(t, "2024-04-10 10:00")
	if got := in(cn.Due(limit(t, "1 WD"), start, nil).At); got != "2024-04-12 00:00" {
		t.Errorf("elsewhere: %s", got)
	}
	if got := in(gx.Due(limit(t, "1 WD"), start, nil).At); got != "2024-04-16 00:00" {
		t.Errorf("in Guangxi: %s", got)
	}
}

func TestAPauseThatStillRunsHoldsTheClock(t *testing.T) {
	c := national(t)
	for _, text := range []string{"5 WD", "7 CD", "4 WORK_HOUR", "90 HOUR"} {
		got := c.Due(limit(t, text), on(t, "2026-03-02 10:00"), pauses(t, "2026-03-02 12:00"))
		if !got.Held || in(got.At) != "9999-01-01 00:00" {
			t.Errorf("%s: %+v", text, got)
		}
		after := c.Due(limit(t, text), on(t, "2026-03-02 10:00"), pauses(t, "2026-04-02 12:00"))
		if after.Held || after != c.Due(limit(t, text), on(t, "2026-03-02 10:00"), nil) {
			t.Errorf("%s is held by a pause after its end: %+v", text, after)
		}
	}
}

func TestWhatCannotBeCounted(t *testing.T) {
	c := national(t)
	start := on(t, "2026-03-02 10:00")
	if got := c.Due(calendar.Limit{}, start, nil); got != (calendar.Due{}) {
		t.Errorf("no limit is due %+v", got)
	}
	for _, l := range []calendar.Limit{{Amount: 1}, {Amount: -1, Unit: calendar.WD}, {Amount: 1 << 40, Unit: calendar.Hour}, {Amount: 1, Unit: "?"}} {
		if got := c.Due(l, start, nil); got != (calendar.Due{Provisional: true}) {
			t.Errorf("%+v is due %+v", l, got)
		}
	}
	if ex := c.Explain(calendar.Limit{}, start, nil); len(ex.Rows) != 0 || !ex.At.IsZero() {
		t.Errorf("%+v", ex)
	}
	for _, far := range []time.Time{{}, time.Unix(1<<62, 0), time.Unix(-1<<62, 0), time.Date(12000, 1, 1, 0, 0, 0, 0, time.UTC)} {
		for _, text := range []string{"10000 WD", "10000 CD shift close", "10000 WORK_HOUR", "10000 HOUR", "DATE"} {
			got := c.Due(limit(t, text), far, nil)
			if y := got.At.Year(); y < 1 || y > 9999 {
				t.Errorf("%s from %v: %v", text, far, got)
			}
		}
	}
}

func TestExtensionCountsOnFromTheLastDay(t *testing.T) {
	c := national(t)
	start := on(t, "2026-03-02 10:00")
	for _, x := range [][3]string{
		{"20 WD", "10 WD", "30 WD"}, {"5 WD close", "3 WD close", "8 WD close"}, {"60 CD", "30 CD", "90 CD"},
		{"4 WORK_HOUR", "4 WORK_HOUR", "8 WORK_HOUR"}, {"2 HOUR", "30 MIN", "150 MIN"},
	} {
		first := c.Due(limit(t, x[0]), start, nil)
		if got, want := c.Extend(limit(t, x[1]), first.At, nil), c.Due(limit(t, x[2]), start, nil); got != want {
			t.Errorf("%s and %s more: %s, want %s", x[0], x[1], in(got.At), in(want.At))
		}
	}
	p := pauses(t, "2026-03-04 10:00 / 2026-03-05 10:00, 2026-03-12 10:00 / 2026-03-14 10:00")
	first := c.Due(limit(t, "5 CD"), start, p)
	if got, want := c.Extend(limit(t, "5 CD"), first.At, p), c.Due(limit(t, "10 CD"), start, p); got != want {
		t.Errorf("under pauses: %s, want %s", in(got.At), in(want.At))
	}
	if got := c.Extend(limit(t, "1 WD"), on(t, "2026-03-09 00:00"), nil); in(got.At) != "2026-03-10 00:00" {
		t.Errorf("from a Sunday's end: %s", in(got.At))
	}
	if got := c.Extend(calendar.Limit{Unit: "?"}, start, nil); got != (calendar.Due{Provisional: true}) {
		t.Errorf("%+v", got)
	}
}
