package calendar_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"huying/internal/domain/calendar"
	"huying/internal/ident"
)

var allUnits = []calendar.Unit{calendar.Min, calendar.Hour, calendar.UrgentHour, calendar.WorkHour, calendar.WD, calendar.CD, calendar.Date}

// drawLimit draws a limit that Check accepts, of at most the given amount.
func drawLimit(t *rapid.T, label string, most int) calendar.Limit {
	l := calendar.Limit{Unit: rapid.SampledFrom(allUnits).Draw(t, label+" unit")}
	if l.Unit != calendar.Date {
		l.Amount = rapid.IntRange(1, most).Draw(t, label+" amount")
	}
	if l.Unit == calendar.CD {
		l.ShiftLastDay = rapid.Bool().Draw(t, label+" shift")
	}
	if l.Unit == calendar.CD || l.Unit == calendar.WD {
		l.CloseOfBusiness = rapid.Bool().Draw(t, label+" close")
	}
	return l
}

// drawStart draws a whole minute from before the known years until after them.
func drawStart(t *rapid.T, label string) time.Time {
	return time.Unix(60*rapid.Int64Range(19_000_000, 30_100_000).Draw(t, label), 0)
}

// drawPauses draws a few pauses around a start, some of them empty.
func drawPauses(t *rapid.T, start time.Time) []calendar.Pause {
	n := rapid.IntRange(0, 4).Draw(t, "pauses")
	out := make([]calendar.Pause, n)
	for i := range out {
		from := start.Add(time.Duration(rapid.IntRange(-3000, 20_000).Draw(t, "from")) * time.Minute)
		out[i] = calendar.Pause{From: from, To: from.Add(time.Duration(rapid.IntRange(-10, 15_000).Draw(t, "length")) * time.Minute)}
	}
	return out
}

// drawCalendar draws one of the calendars.
func drawCalendar(t *rapid.T, all []*calendar.Calendar) *calendar.Calendar {
	return rapid.SampledFrom(all).Draw(t, "calendar")
}

// calendars returns the country's, a region's, and one with other hours.
func calendars(tb testing.TB) []*calendar.Calendar {
	cn := national(tb)
	odd, err := calendar.New("odd", []calendar.Span{{From: 8*60 + 30, To: 11*60 + 30}, {From: 14 * 60, To: 17 * 60}, {From: 19 * 60, To: 20 * 60}}, packYears(tb, "cn.csv")...)
	if err != nil {
		tb.Fatal(err)
	}
	return []*calendar.Calendar{cn, cn.Overlay("gx", packYears(tb, "gx-sanyuesan.csv")...), odd}
}

// slow counts as the rules are written: one civil day, or one minute, after
// the other. It knows only the public questions a calendar answers.
type slow struct {
	c           *calendar.Calendar
	pauses      []calendar.Pause
	provisional bool
}

func (s *slow) worked(t time.Time) bool {
	is, known := s.c.Working(t)
	s.provisional = s.provisional || !known
	return is
}

func (s *slow) standsAt(end time.Time) bool {
	for _, p := range s.pauses {
		if p.From.Before(end) && !end.After(p.To) {
			return true
		}
	}
	return false
}

func (s *slow) due(l calendar.Limit, start time.Time) time.Time {
	if l.Unit == calendar.WD || l.Unit == calendar.CD || l.Unit == calendar.Date {
		return s.days(l, civilDay(start), start)
	}
	left := l.Amount * 60
	if l.Unit == calendar.Min {
		left = l.Amount
	}
	for now := start; ; now = now.Add(time.Minute) {
		if l.Unit == calendar.WorkHour && (!s.worked(now) || !s.c.Open(now)) || s.standsAt(now.Add(time.Minute)) {
			continue
		}
		if left--; left == 0 {
			return now.Add(time.Minute)
		}
	}
}

func (s *slow) days(l calendar.Limit, day, start time.Time) time.Time {
	workedOnly := l.Unit == calendar.WD
	if workedOnly {
		for opens := civilDay(s.c.NextOpening(start)); ; day = day.AddDate(0, 0, 1) {
			if s.worked(day); !day.Before(opens) {
				break
			}
		}
	}
	hours := s.c.Hours()
	for seen := -1; ; day = day.AddDate(0, 0, 1) { // the day of the event is the first seen
		end := day.AddDate(0, 0, 1)
		if l.CloseOfBusiness && seen >= 0 {
			end = day.Add(time.Duration(hours[len(hours)-1].To) * time.Minute)
		}
		if s.standsAt(end) || workedOnly && !s.worked(day) {
			continue
		}
		if seen++; seen < l.Amount {
			continue
		}
		if !l.ShiftLastDay || s.worked(day) {
			return end
		}
		workedOnly = true
	}
}

func civilDay(t time.Time) time.Time {
	y, m, d := t.In(ident.Zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, ident.Zone)
}

func TestDueIsWhatCountingSlowlyGives(t *testing.T) {
	all := calendars(t)
	rapid.Check(t, func(t *rapid.T) {
		c := drawCalendar(t, all)
		l, start := drawLimit(t, "", 20), drawStart(t, "start")
		pauses := drawPauses(t, start)
		got := c.Due(l, start, pauses)
		s := slow{c: c, pauses: pauses}
		want := s.due(l, start)
		if !got.At.Equal(want) {
			t.Fatalf("%s from %s: %s, want %s", l, in(start), in(got.At), in(want))
		}
		// A paused day is not asked whether it is worked, where counting slowly does.
		if got.Provisional != s.provisional && (len(pauses) == 0 || got.Provisional) {
			t.Fatalf("%s from %s: provisional %v", l, in(start), got.Provisional)
		}
	})
}

func TestExplanationAgreesWithDue(t *testing.T) {
	all := calendars(t)
	rapid.Check(t, func(t *rapid.T) {
		c := drawCalendar(t, all)
		l, start := drawLimit(t, "", 400), drawStart(t, "start")
		pauses := drawPauses(t, start)
		due, ex := c.Due(l, start, pauses), c.Explain(l, start, pauses)
		if diff := cmp.Diff(due, ex.Due); diff != "" {
			t.Fatalf("%s from %s: %s", l, in(start), diff)
		}
		checkRows(t, l, ex)
	})
}

// checkRows fails unless the rows are days in a row that add up to the limit.
func checkRows(t *rapid.T, l calendar.Limit, ex calendar.Explanation) {
	var last calendar.Row
	counted := 0
	for i, row := range ex.Rows {
		if i > 0 && !row.Date.Equal(last.Date.AddDate(0, 0, 1)) {
			t.Fatalf("%s follows %s", in(row.Date), in(last.Date))
		}
		if row.Counted {
			counted++
		}
		if row.Counted != (row.Days > last.Days || row.Spent > last.Spent) || row.Kind == "" {
			t.Fatalf("row %+v after %+v", row, last)
		}
		last = row
	}
	if last.Note != calendar.LastDay {
		t.Fatalf("the last row is %+v", last)
	}
	switch l.Unit {
	case calendar.WD, calendar.CD:
		if counted != l.Amount || last.Days != l.Amount {
			t.Fatalf("%d days counted, total %d, for %s", counted, last.Days, l)
		}
	case calendar.Date:
	case calendar.Min:
		if last.Spent != time.Duration(l.Amount)*time.Minute {
			t.Fatalf("%s spent for %s", last.Spent, l)
		}
	default:
		if last.Spent != time.Duration(l.Amount)*time.Hour {
			t.Fatalf("%s spent for %s", last.Spent, l)
		}
	}
	if end := last.Date.AddDate(0, 0, 1); ex.At.After(end) || ex.At.Before(last.Date) {
		t.Fatalf("due %s, but the last row is %s", in(ex.At), in(last.Date))
	}
}

func TestDueNeverGoesBack(t *testing.T) {
	all := calendars(t)
	rapid.Check(t, func(t *rapid.T) {
		c := drawCalendar(t, all)
		l, start := drawLimit(t, "", 300), drawStart(t, "start")
		pauses := drawPauses(t, start)
		due := c.Due(l, start, pauses).At
		if due.Before(start) {
			t.Fatalf("%s from %s is due %s", l, in(start), in(due))
		}
		later := start.Add(time.Duration(rapid.IntRange(0, 5000).Draw(t, "later")) * time.Minute)
		if next := c.Due(l, later, pauses).At; next.Before(due) {
			t.Fatalf("%s from %s: %s, but from %s: %s", l, in(start), in(due), in(later), in(next))
		}
		if l.Unit != calendar.Date {
			more := l
			more.Amount++
			if next := c.Due(more, start, pauses).At; next.Before(due) {
				t.Fatalf("%s from %s: %s, but %s: %s", l, in(start), in(due), more, in(next))
			}
		}
		if free := c.Due(l, start, nil).At; free.After(due) {
			t.Fatalf("%s from %s: pauses shorten %s to %s", l, in(start), in(free), in(due))
		}
		for _, p := range pauses {
			if p.From.Before(due) && due.Before(p.To) {
				t.Fatalf("%s from %s is due %s, within a pause from %s to %s", l, in(start), in(due), in(p.From), in(p.To))
			}
		}
	})
}

func TestSharesAgree(t *testing.T) {
	all := calendars(t)
	rapid.Check(t, func(t *rapid.T) {
		c := drawCalendar(t, all)
		l, start := drawLimit(t, "", 100), drawStart(t, "start")
		due := c.Due(l, start, drawPauses(t, start)).At
		permille := rapid.IntRange(0, 1000).Draw(t, "permille")
		before := c.Before(due, l, start, permille)
		if before.Before(start) || before.After(due) {
			t.Fatalf("%d‰ before %s is %s", permille, in(due), in(before))
		}
		if more := c.Before(due, l, start, permille+1); more.After(before) {
			t.Fatalf("more is left at %s than at %s", in(more), in(before))
		}
		now := start.Add(time.Duration(rapid.Int64Range(0, int64(due.Sub(start)/time.Minute)).Draw(t, "now")) * time.Minute)
		switch left := c.Remaining(due, l, start, now); {
		case !now.Before(before) && left > permille && before.After(start):
			t.Fatalf("%d‰ left at %s, but %d‰ at %s", left, in(now), permille, in(before))
		case now.Before(before) && left < permille:
			t.Fatalf("%d‰ left at %s, but %d‰ at %s", left, in(now), permille, in(before))
		}
		if c.Remaining(due, l, start, due) != 0 || c.After(due, l, start, permille).Before(due) {
			t.Fatalf("%s from %s", l, in(start))
		}
	})
}

func FuzzDue(f *testing.F) {
	c := national(f)
	f.Add(int64(1772416800), int64(0), 4, uint8(4), uint8(0), int64(0), int64(0))
	f.Add(int64(1772416800), int64(999), 7, uint8(5), uint8(3), int64(1772503200), int64(1772676000))
	f.Add(int64(-62135596800), int64(1), 10000, uint8(4), uint8(2), int64(-62135596800), int64(1<<62))
	f.Add(int64(253370736000), int64(0), 10000, uint8(3), uint8(0), int64(0), int64(-1))
	f.Fuzz(func(t *testing.T, sec, nsec int64, amount int, unit, flags uint8, from, to int64) {
		l := calendar.Limit{Amount: amount, Unit: allUnits[int(unit)%len(allUnits)], ShiftLastDay: flags&1 != 0, CloseOfBusiness: flags&2 != 0}
		start := time.Unix(sec, nsec)
		pauses := []calendar.Pause{{From: time.Unix(from, 0), To: time.Unix(to, 0)}, {From: start, To: time.Unix(to/2, nsec)}}
		due := c.Due(l, start, pauses)
		ex := c.Explain(l, start, pauses)
		if due != ex.Due {
			t.Fatalf("%v from %v: %v, explained as %v", l, start, due, ex.Due)
		}
		if l.Check() != nil || l.IsZero() {
			return
		}
		if due.At.Before(ex.Start) {
			t.Fatalf("%v from %v is due %v", l, start, due)
		}
		c.Before(due.At, l, start, amount)
		c.After(due.At, l, start, amount)
		if left := c.Remaining(due.At, l, start, time.Unix(from, nsec)); left < 0 || left > 1000 {
			t.Fatalf("%d‰ left", left)
		}
		if l.Amount < calendar.MaxAmount && l.Unit != calendar.Date {
			l.Amount++
			if more := c.Due(l, start, pauses); more.At.Before(due.At) {
				t.Fatalf("%v from %v: %v, after %v", l, start, more, due)
			}
		}
	})
}
