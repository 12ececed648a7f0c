package calendar_test

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huying/internal/domain/calendar"
	"huying/internal/fault"
	"huying/internal/ident"
)

// packYears reads a calendar file of the base pack.
func packYears(tb testing.TB, file string) []calendar.Year {
	tb.Helper()
	text, err := os.ReadFile("../../../packs/base/calendars/" + file)
	if err != nil {
		tb.Fatal(err)
	}
	years, err := calendar.ReadYears(bytes.NewReader(text), file)
	if err != nil {
		tb.Fatal(err)
	}
	return years
}

// national returns the calendar of the base pack, with the usual hours.
func national(tb testing.TB) *calendar.Calendar {
	tb.Helper()
	c, err := calendar.New("cn", nil, packYears(tb, "cn.csv")...)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// on reads a civil date or a civil date and time.
func on(tb testing.TB, s string) time.Time {
	tb.Helper()
	layout := "2006-01-02 15:04:05"
	t, err := time.ParseInLocation(layout[:len(s)], s, ident.Zone)
	if err != nil {
		tb.Fatal(err)
	}
	return t
}

// in writes an instant as civil time to the minute.
func in(t time.Time) string { return t.In(ident.Zone).Format("2006-01-02 15:04") }

// eachDay sees the days of ranges such as "01-28/02-04 04-27" in a year.
func eachDay(tb testing.TB, year, ranges string, see func(time.Time)) {
	tb.Helper()
	for _, r := range strings.Fields(ranges) {
		first, last, found := strings.Cut(r, "/")
		if !found {
			last = first
		}
		for d := on(tb, year+"-"+first); !d.After(on(tb, year+"-"+last)); d = d.AddDate(0, 0, 1) {
			see(d)
		}
	}
}

func TestAnnouncedYears(t *testing.T) {
	c := national(t)
	for _, y := range []struct{ year, off, work string }{
		{"2012", "01-01/01-03 01-22/01-28 04-02/04-04 04-29/05-01 06-22/06-24 09-30/10-07", "01-21 01-29 03-31 04-01 04-28 09-29"},
		{"2013", "01-01/01-03 02-09/02-15 04-04/04-06 04-29/05-01 06-10/06-12 09-19/09-21 10-01/10-07",
			"01-05 01-06 02-16 02-17 04-07 04-27 04-28 06-08 06-09 09-22 09-29 10-12"},
		{"2020", "01-01 01-24/02-02 04-04/04-06 05-01/05-05 06-25/06-27 10-01/10-08", "01-19 02-03 04-26 05-09 06-28 09-27 10-10"},
		{"2025", "01-01 01-28/02-04 04-04/04-06 05-01/05-05 05-31/06-02 10-01/10-08", "01-26 02-08 04-27 09-28 10-11"},
		{"2026", "01-01/01-03 02-15/02-23 04-04/04-06 05-01/05-05 06-19/06-21 09-25/09-27 10-01/10-07",
			"01-04 02-14 02-28 05-09 09-20 10-10"},
	} {
		want := map[string]calendar.Kind{}
		eachDay(t, y.year, y.off, func(d time.Time) { want[in(d)] = calendar.Holiday })
		eachDay(t, y.year, y.work, func(d time.Time) { want[in(d)] = calendar.MakeUp })
		want["2020-02-03 00:00"] = calendar.Workday // listed as worked, and a Monday
		for d := on(t, y.year+"-01-01"); d.Before(on(t, y.year+"-12-31")); d = d.AddDate(0, 0, 1) {
			kind := want[in(d)]
			if kind == "" {
				kind = calendar.Workday
				if d.Weekday() == time.Saturday || d.Weekday() == time.Sunday {
					kind = calendar.Weekend
				}
			}
			day := c.Day(d.Add(23 * time.Hour))
			if day.Kind() != kind {
				t.Errorf("%s is %s, want %s", in(d), day.Kind(), kind)
			}
			if (kind == calendar.Workday || kind == calendar.MakeUp) != day.Working {
				t.Errorf("%s worked: %v", in(d), day.Working)
			}
		}
	}
}

func TestANoticeReachesIntoTheDecemberBefore(t *testing.T) {
	c := national(t)
	for date, want := range map[string]calendar.Day{
		"2006-12-29": {Working: true},
		"2006-12-30": {Working: true, Known: true, MakeUp: true, Name: "元旦"},
		"2006-12-31": {Working: true, Known: true, MakeUp: true, Name: "元旦"},
		"2007-12-31": {Known: true, Name: "元旦"}, // a Monday
		"2011-12-31": {Working: true, Known: true, MakeUp: true, Name: "元旦"},
		"2018-12-31": {Known: true, Name: "元旦"},
		"2026-12-31": {Working: true, Known: true},
		"2027-01-01": {Working: true},
		"2027-01-02": {},
		"1950-06-01": {Working: true},
	} {
		if diff := cmp.Diff(want, c.Day(on(t, date))); diff != "" {
			t.Errorf("%s: %s", date, diff)
		}
	}
	for year := 2007; year <= 2026; year++ {
		if !c.Known(year) {
			t.Errorf("%d is not known", year)
		}
	}
	if c.Known(2006) || c.Known(2027) {
		t.Error("2006 or 2027 is known")
	}
}

func TestOverlayOfTheThirdOfTheThird(t *testing.T) {
	cn := national(t)
	gx := cn.Overlay("gx", packYears(t, "gx-sanyuesan.csv")...)
	for _, date := range []string{"2014-04-02", "2014-04-03", "2024-04-11", "2024-04-12", "2025-03-31", "2025-04-01", "2026-04-20"} {
		if !cn.Day(on(t, date)).Working || gx.Day(on(t, date)).Working {
			t.Errorf("%s is not a holiday of the region alone", date)
		}
	}
	if d := gx.Day(on(t, "2023-04-23")); d.Working || d.Name != "壮族三月三" {
		t.Errorf("a local holiday does not outweigh a national make-up day: %+v", d)
	}
	if d := gx.Day(on(t, "2026-10-01")); d.Working || d.Name != "国庆节" {
		t.Errorf("the national days are lost: %+v", d)
	}
	if !gx.Known(2007) || !gx.Known(2026) {
		t.Error("a year was lost that the overlay covers or precedes")
	}
	if cn.Name() != "cn" || gx.Name() != "gx" {
		t.Error("names")
	}
}

func TestAnOverlayThatStopsLeavesLaterYearsUnknown(t *testing.T) {
	local := calendar.Year{Year: 2024, Off: []calendar.Named{{Date: on(t, "2024-04-11"), Name: "壮族三月三"}}}
	wrong := calendar.Year{Year: 2025, Off: []calendar.Named{{Date: on(t, "1999-04-11"), Name: "x"}}}
	c := national(t).Overlay("gx", local, wrong)
	if !c.Known(2023) || !c.Known(2024) || c.Known(2025) || c.Day(on(t, "2025-10-01")).Known {
		t.Error("what nobody has said about 2025 is taken for known")
	}
	far := national(t).Overlay("far", calendar.Year{Year: 2040, Off: []calendar.Named{{Date: on(t, "2040-03-01"), Name: "x"}}})
	if d := far.Day(on(t, "2040-03-01")); d.Working || d.Known || far.Day(on(t, "2039-03-01")).Known {
		t.Errorf("an overlay made a year known: %+v", d)
	}
}

func TestOfficeHours(t *testing.T) {
	c := national(t)
	for _, x := range []struct {
		at   string
		open bool
		next string
	}{
		{"2026-03-02 08:59:59", false, "2026-03-02 09:00"},
		{"2026-03-02 09:00:00", true, "2026-03-02 09:00"},
		{"2026-03-02 12:00:00", false, "2026-03-02 13:00"},
		{"2026-03-02 17:59:59", true, "2026-03-02 17:59"},
		{"2026-03-02 18:00:00", false, "2026-03-03 09:00"},
		{"2026-02-28 10:00:00", true, "2026-02-28 10:00"},  // a make-up Saturday
		{"2026-03-07 10:00:00", false, "2026-03-09 09:00"}, // a Saturday
		{"2026-09-30 18:30:00", false, "2026-10-08 09:00"},
	} {
		if c.Open(on(t, x.at)) != x.open || in(c.NextOpening(on(t, x.at))) != x.next {
			t.Errorf("%s: open %v, next %s", x.at, c.Open(on(t, x.at)), in(c.NextOpening(on(t, x.at))))
		}
	}
}

func TestNewRefusesWhatCannotBe(t *testing.T) {
	span := func(from, to int) calendar.Span { return calendar.Span{From: from * 60, To: to * 60} }
	for name, hours := range map[string][]calendar.Span{
		"backward": {span(12, 9)}, "overlap": {span(9, 13), span(12, 18)}, "order": {span(13, 18), span(9, 12)},
		"beyond": {span(9, 25)}, "negative": {span(-1, 9)}, "short": {span(9, 12)},
	} {
		if _, err := calendar.New("x", hours); fault.Code(err) != "calendar.hours_invalid" {
			t.Errorf("%s: %v", name, err)
		}
	}
	first := calendar.Named{Date: on(t, "2026-01-01"), Name: "元旦"}
	for code, y := range map[string]calendar.Year{
		"calendar.year_out_of_range": {Year: 9999},
		"calendar.day_outside_year":  {Year: 2024, Off: []calendar.Named{first}},
		"calendar.day_listed_twice":  {Year: 2026, Off: []calendar.Named{first}, Work: []calendar.Named{first}},
	} {
		if _, err := calendar.New("x", nil, y); fault.Code(err) != code || fault.Of(err) != fault.Invalid {
			t.Errorf("%s: %v", code, err)
		}
	}
	c, err := calendar.New("night", []calendar.Span{span(0, 24)}, calendar.Year{Year: 1}, calendar.Year{Year: 9998})
	if err != nil || !c.Known(1) || !c.Known(9998) || c.Known(2026) || !c.Open(on(t, "2026-03-02 23:59:59")) {
		t.Errorf("%v, %v", c, err)
	}
}

func TestSpansAsText(t *testing.T) {
	for _, text := range []string{"09:00-12:00", "00:00-24:00", "08:30-17:05"} {
		var s calendar.Span
		if err := s.UnmarshalText([]byte(text)); err != nil {
			t.Fatal(err)
		}
		if back, _ := s.MarshalText(); string(back) != text {
			t.Errorf("%s reads back as %s", text, back)
		}
	}
	for _, text := range []string{"", "9:00-12:00", "09:00", "12:00-09:00", "09:60-12:00", "09:00-24:01", "09:00–12:00", "+9:00-12:00"} {
		var s calendar.Span
		if err := s.UnmarshalText([]byte(text)); fault.Code(err) != "calendar.span_malformed" {
			t.Errorf("%q reads as %v, %v", text, s, err)
		}
	}
}

func TestReadYears(t *testing.T) {
	years, err := calendar.ReadYears(strings.NewReader("\ufeffdate,kind,name\n# a notice\n2026,known,\n2026-10-01,off,国庆节\n2026-10-10,work,国庆节\n2027,known\n"), "x.csv")
	if err != nil {
		t.Fatal(err)
	}
	want := []calendar.Year{{Year: 2026,
		Off:  []calendar.Named{{Date: on(t, "2026-10-01"), Name: "国庆节"}},
		Work: []calendar.Named{{Date: on(t, "2026-10-10"), Name: "国庆节"}},
	}, {Year: 2027}}
	if diff := cmp.Diff(want, years); diff != "" {
		t.Error(diff)
	}
}

func TestReadYearsNamesFileAndLine(t *testing.T) {
	for _, x := range []struct{ text, want string }{
		{"2026-10-01,off,国庆节", "calendar.row_before_year: x.csv:1 2026-10-01"},
		{"2026,known,\n2026-13-01,off,a", "calendar.row_invalid: x.csv:2 2026-13-01,off,a"},
		{"2026,known,\n2026-10-01,rest,a", "calendar.row_invalid: x.csv:2 2026-10-01,rest,a"},
		{"2026,known,\n\n#\n2026-10-01,off,", "calendar.row_invalid: x.csv:4 2026-10-01,off,"},
		{"2026,known,,,", "calendar.row_invalid: x.csv:1 2026,known,,,"},
		{"26,known,", "calendar.row_invalid: x.csv:1 26"},
		{"0000,known,", "calendar.row_invalid: x.csv:1 0000"},
		{"2026,known,\n2026,known,", "calendar.year_repeated: x.csv:2 2026"},
		{"2026,known,\n2026-10-01,off,a\n2026-10-01,work,a", "calendar.row_repeated: x.csv:3 2026-10-01"},
		{"2026,known,\n2025-11-30,off,a", "calendar.row_outside_year: x.csv:2 2025-11-30 2026"},
		{"2026,known,\n2026-10-01,off,\"a", "calendar.file_unreadable: x.csv:2: parse error on line 2, column 18: extraneous or missing \" in quoted-field"},
		{"a,b,c\n2026,known,\nd,e,f", "calendar.row_invalid: x.csv:1 a,b,c; calendar.row_invalid: x.csv:3 d,e,f"},
		{"2026,known,\n" + strings.Repeat("date,kind,name\n", 20_000), "calendar.file_too_long: x.csv 20000"},
	} {
		if _, err := calendar.ReadYears(strings.NewReader(x.text), "x.csv"); err == nil || err.Error() != x.want {
			t.Errorf("%.60q:\n got %v\nwant %s", x.text, err, x.want)
		}
	}
}
