package calendar_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huying/internal/domain/calendar"
)

// told writes the rows of an explanation, one a line.
func told(ex calendar.Explanation) string {
	var b strings.Builder
	for _, r := range ex.Rows {
		total := fmt.Sprint(r.Days)
		if r.Spent > 0 {
			total = r.Spent.String()
		}
		fmt.Fprintf(&b, "%s %s%s %v %s %s\n", r.Date.Format("01-02"), r.Kind, r.Name, r.Counted, r.Note, total)
	}
	return b.String()
}

func TestExplainTellsEveryDay(t *testing.T) {
	c := national(t)
	ex := c.Explain(limit(t, "3 WD"), on(t, "2026-02-12 19:00"), pauses(t, "2026-02-24 09:00 / 2026-02-25 09:00, 2026-01-01 09:00 / 2026-01-02 09:00"))
	want := `02-12 WORKDAY false AFTER_HOURS 0
02-13 WORKDAY false EVENT_DAY 0
02-14 MAKE_UP春节 true COUNTED 1
02-15 HOLIDAY春节 false REST_DAY 1
02-16 HOLIDAY春节 false REST_DAY 1
02-17 HOLIDAY春节 false REST_DAY 1
02-18 HOLIDAY春节 false REST_DAY 1
02-19 HOLIDAY春节 false REST_DAY 1
02-20 HOLIDAY春节 false REST_DAY 1
02-21 HOLIDAY春节 false REST_DAY 1
02-22 HOLIDAY春节 false REST_DAY 1
02-23 HOLIDAY春节 false REST_DAY 1
02-24 WORKDAY false PAUSED 1
02-25 WORKDAY true COUNTED 2
02-26 WORKDAY true LAST_DAY 3
`
	if diff := cmp.Diff(want, told(ex)); diff != "" {
		t.Error(diff)
	}
	if ex.Rule != calendar.NextOpening || in(ex.Begin) != "2026-02-13 09:00" || in(ex.Start) != "2026-02-12 19:00" || ex.Calendar != "cn" {
		t.Errorf("%+v", ex)
	}
	if len(ex.Pauses) != 1 || ex.Pauses[0].Basis != "行政许可法 art. 45" {
		t.Errorf("pauses %+v", ex.Pauses)
	}
}

func TestExplainTellsShiftAndHours(t *testing.T) {
	c := national(t)
	ex := c.Explain(limit(t, "2 CD shift"), on(t, "2026-12-31 10:00"), nil)
	want := `12-31 WORKDAY false EVENT_DAY 0
01-01 UNKNOWN_YEAR true COUNTED 1
01-02 UNKNOWN_YEAR false SHIFTED 1
01-03 UNKNOWN_YEAR false REST_DAY 1
01-04 UNKNOWN_YEAR true LAST_DAY 2
`
	if diff := cmp.Diff(want, told(ex)); diff != "" || !ex.Shifted || !ex.Provisional || ex.Rule != calendar.NextDay {
		t.Errorf("%+v %s", ex, diff)
	}
	ex = c.Explain(limit(t, "4 WORK_HOUR"), on(t, "2026-03-06 16:30"), pauses(t, "2026-03-09 08:00 / 2026-03-09 18:00"))
	want = `03-06 WORKDAY true COUNTED 1h30m0s
03-07 WEEKEND false REST_DAY 1h30m0s
03-08 WEEKEND false REST_DAY 1h30m0s
03-09 WORKDAY false PAUSED 1h30m0s
03-10 WORKDAY true LAST_DAY 4h0m0s
`
	if diff := cmp.Diff(want, told(ex)); diff != "" || ex.Rule != calendar.InOfficeHours || in(ex.At) != "2026-03-10 11:30" {
		t.Errorf("%s %s", in(ex.At), diff)
	}
	ex = c.Explain(limit(t, "4 WORK_HOUR"), on(t, "2026-03-06 19:00"), pauses(t, "2026-03-06 20:00"))
	want = "03-06 WORKDAY false PAUSED 0\n03-07 WEEKEND false STANDS_STILL 0\n"
	if diff := cmp.Diff(want, told(ex)); diff != "" || !ex.Held || ex.Rule != calendar.NextOpening {
		t.Error(diff)
	}
	for text, rule := range map[string]calendar.StartRule{"1 HOUR": calendar.AtOnce, "DATE": calendar.NamedDay, "1 WD": calendar.NextDay} {
		if got := c.Explain(limit(t, text), on(t, "2026-03-06 10:00"), nil).Rule; got != rule {
			t.Errorf("%s starts by %s", text, got)
		}
	}
}

func TestAnAbsurdPauseIsCutAndStillRight(t *testing.T) {
	c := national(t)
	long := pauses(t, "2026-03-04 10:00 / 2126-03-04 10:00")
	for _, text := range []string{"5 WD", "7 CD", "40 WORK_HOUR", "90 HOUR"} {
		ex := c.Explain(limit(t, text), on(t, "2026-03-02 10:00"), long)
		if due := c.Due(limit(t, text), on(t, "2026-03-02 10:00"), long); ex.Due != due || !ex.Cut {
			t.Errorf("%s: %+v, due %+v", text, ex.Due, due)
		}
	}
}

func TestAnExplanationAsJSON(t *testing.T) {
	c := national(t)
	b, err := json.Marshal(c.Explain(limit(t, "DATE"), on(t, "2026-03-06 10:00"), nil))
	if err != nil {
		t.Fatal(err)
	}
	want := `{"calendar":"cn","limit":{"unit":"DATE"},"start":"2026-03-06T02:00:00Z","begin":"2026-03-06T02:00:00Z","rule":"NAMED_DAY",` +
		`"rows":[{"date":"2026-03-06T00:00:00+08:00","working":true,"known":true,"kind":"WORKDAY","counted":false,"note":"LAST_DAY"}],"at":"2026-03-06T16:00:00Z"}`
	if diff := cmp.Diff(want, string(b)); diff != "" {
		t.Error(diff)
	}
}

func TestShares(t *testing.T) {
	c := national(t)
	for _, x := range []struct {
		limit, start  string
		permille      int
		before, after string
	}{
		{"5 WD", "2026-03-02 10:00", 250, "2026-03-06 16:00", "2026-03-11 11:00"}, // ten office hours
		{"1 WD", "2026-03-02 10:00", 250, "2026-03-03 16:00", "2026-03-04 11:00"},
		{"5 WD close", "2026-03-02 10:00", 250, "2026-03-06 16:00", "2026-03-11 11:00"},
		{"4 WORK_HOUR", "2026-03-02 16:00", 250, "2026-03-03 10:00", "2026-03-03 12:00"},
		{"4 WORK_HOUR", "2026-03-02 16:00", 500, "2026-03-03 09:00", "2026-03-03 14:00"},
		{"2 HOUR", "2026-03-02 23:00", 250, "2026-03-03 00:30", "2026-03-03 01:30"},
		{"8 CD", "2026-03-02 10:00", 250, "2026-03-09 00:00", "2026-03-13 00:00"},
		{"DATE", "2026-03-02 00:00", 250, "2026-03-02 18:00", "2026-03-03 06:00"},
		{"8 CD", "2026-03-02 10:00", 0, "2026-03-11 00:00", "2026-03-11 00:00"},
		{"5 WD", "2026-03-02 10:00", -5, "2026-03-10 00:00", "2026-03-10 00:00"},
		{"5 WD", "2026-03-02 10:00", 2000, "2026-03-03 09:00", "2026-03-16 18:00"},
		{"2 HOUR", "2026-03-02 10:00", 1000, "2026-03-02 10:00", "2026-03-02 14:00"},
	} {
		l, start := limit(t, x.limit), on(t, x.start)
		due := c.Due(l, start, nil).At
		if got := in(c.Before(due, l, start, x.permille)); got != x.before {
			t.Errorf("%d‰ of %s left: %s, want %s", x.permille, x.limit, got, x.before)
		}
		if got := in(c.After(due, l, start, x.permille)); got != x.after {
			t.Errorf("%d‰ of %s over: %s, want %s", x.permille, x.limit, got, x.after)
		}
	}
	start := on(t, "2026-03-02 10:00")
	if got := c.Before(start, calendar.Limit{}, start, 250); !got.Equal(start) {
		t.Errorf("a share of no limit: %v", got)
	}
	if c.Remaining(start.Add(time.Hour), calendar.Limit{}, start, start) != 0 {
		t.Error("something is left of no limit")
	}
	for now, want := range map[string]int{"2026-03-02 09:00": 1000, "2026-03-02 10:00": 1000, "2026-03-02 11:00": 500, "2026-03-02 11:59": 9, "2026-03-02 13:00": 0} {
		if got := c.Remaining(on(t, "2026-03-02 12:00"), limit(t, "2 HOUR"), start, on(t, now)); got != want {
			t.Errorf("%d‰ left at %s, want %d", got, now, want)
		}
	}
}

func BenchmarkDue(b *testing.B) {
	c := national(b)
	start := on(b, "2026-02-12 16:00")
	for _, text := range []string{"7 CD", "15 CD shift", "4 WORK_HOUR", "5 WD", "20 WD", "24 HOUR"} {
		l := limit(b, text)
		b.Run(strings.ReplaceAll(text, " ", "_"), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.Due(l, start, nil)
			}
		})
	}
	l, p := limit(b, "5 WD"), pauses(b, "2026-02-13 09:00 / 2026-02-25 09:00")
	b.Run("5_WD_paused", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			c.Due(l, start, p)
		}
	})
	due := c.Due(l, start, nil).At
	b.Run("Before", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			c.Before(due, l, start, 250)
		}
	})
	b.Run("ParseLimit", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := calendar.ParseLimit("5 WD close"); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func TestDueAllocatesNothing(t *testing.T) {
	c := national(t)
	start := on(t, "2026-02-12 16:00")
	l, p := limit(t, "5 WD"), pauses(t, "2026-02-13 09:00 / 2026-02-25 09:00")
	if n := testing.AllocsPerRun(100, func() { c.Due(l, start, p) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
