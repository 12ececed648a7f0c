package calendar_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"
	"pgregory.net/rapid"

	"huying/internal/domain/calendar"
	"huying/internal/fault"
)

// limit parses a limit that is known to be sound.
func limit(tb testing.TB, s string) calendar.Limit {
	tb.Helper()
	l, err := calendar.ParseLimit(s)
	if err != nil {
		tb.Fatal(err)
	}
	return l
}

func TestLimitsAsText(t *testing.T) {
	for text, want := range map[string]calendar.Limit{
		"4 WORK_HOUR":       {Amount: 4, Unit: calendar.WorkHour},
		"7 CD":              {Amount: 7, Unit: calendar.CD},
		"60 MIN":            {Amount: 60, Unit: calendar.Min},
		"2 HOUR":            {Amount: 2, Unit: calendar.Hour},
		"2 URGENT_HOUR":     {Amount: 2, Unit: calendar.UrgentHour},
		"15 CD shift":       {Amount: 15, Unit: calendar.CD, ShiftLastDay: true},
		"5 WD close":        {Amount: 5, Unit: calendar.WD, CloseOfBusiness: true},
		"15 CD shift close": {Amount: 15, Unit: calendar.CD, ShiftLastDay: true, CloseOfBusiness: true},
		"DATE":              {Unit: calendar.Date},
	} {
		got := limit(t, text)
		if got != want || got.String() != text || got.IsZero() {
			t.Errorf("%q reads as %+v and back as %q", text, got, got)
		}
	}
	if got := limit(t, "  3\twd  CLOSE "); got.String() != "3 WD close" {
		t.Errorf("got %v", got)
	}
	for text, code := range map[string]string{
		"": "limit.malformed", "7": "limit.malformed", "CD": "limit.malformed", "x CD": "limit.malformed",
		"7CD": "limit.malformed", "7 CD later": "limit.malformed", "7 CD shift shift": "limit.malformed",
		"1 CD shift close x y": "limit.malformed", "7 FORTNIGHT": "limit.unit_unknown",
		"0 WD": "limit.amount_out_of_range", "-1 WD": "limit.amount_out_of_range", "10001 WD": "limit.amount_out_of_range",
		"5 WD shift": "limit.flag_unfit", "4 HOUR close": "limit.flag_unfit", "DATE shift": "limit.flag_unfit",
	} {
		if l, err := calendar.ParseLimit(text); fault.Code(err) != code || !l.IsZero() {
			t.Errorf("%q reads as %v, %v", text, l, err)
		}
	}
	if (calendar.Limit{}).String() != "" || !(calendar.Limit{Basis: "x"}).IsZero() {
		t.Error("no limit is not no limit")
	}
}

func TestLimitsInFiles(t *testing.T) {
	want := calendar.Limit{Amount: 15, Unit: calendar.CD, ShiftLastDay: true, Basis: "信访工作条例 art. 22"}
	var got struct{ A, B, C, D calendar.Limit }
	text := "a: {amount: 15, unit: CD, shift: true, basis: 信访工作条例 art. 22}\nb: 15 CD shift\nc:\nd: ''\n"
	if err := yaml.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	plain := want
	plain.Basis = ""
	if got.A != want || got.B != plain || !got.C.IsZero() || !got.D.IsZero() {
		t.Errorf("%+v", got)
	}
	for _, encode := range []func(any) ([]byte, error){json.Marshal, yaml.Marshal} {
		b, err := encode(want)
		if err != nil {
			t.Fatal(err)
		}
		var back calendar.Limit
		if err := yaml.Unmarshal(b, &back); err != nil || back != want {
			t.Errorf("%s reads back as %+v, %v", b, back, err)
		}
	}
	var fromJSON []calendar.Limit
	if err := json.Unmarshal([]byte(`["5 WD close",{"amount":4,"unit":"WORK_HOUR"},null,{}]`), &fromJSON); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]calendar.Limit{limit(t, "5 WD close"), limit(t, "4 WORK_HOUR"), {}, {}}, fromJSON); diff != "" {
		t.Error(diff)
	}
}

func TestLimitsInFilesThatAreWrong(t *testing.T) {
	for text, code := range map[string]string{
		`"7 DAYS"`: "limit.unit_unknown", `{"amount":7}`: "limit.unit_unknown", `7`: "limit.malformed",
		`{"amount":7,"unit":"CD","shifted":true}`: "limit.malformed", `["7 CD"]`: "limit.malformed",
	} {
		var l calendar.Limit
		if err := json.Unmarshal([]byte(text), &l); fault.Code(err) != code {
			t.Errorf("JSON %s reads as %v, %v", text, l, err)
		}
	}
	for text, code := range map[string]string{
		"7 DAYS": "limit.unit_unknown", "{amount: 7}": "limit.unit_unknown", "7": "limit.malformed", "[7 CD]": "limit.malformed",
	} {
		var l calendar.Limit
		if err := yaml.Unmarshal([]byte(text), &l); fault.Code(err) != code {
			t.Errorf("YAML %s reads as %v, %v", text, l, err)
		}
	}
}

func TestShorter(t *testing.T) {
	const yes, no, unknown = "shorter", "not shorter", "unknown"
	for _, x := range []struct{ l, than, want string }{
		{"60 MIN", "1 HOUR", no}, {"59 MIN", "1 HOUR", yes}, {"2 HOUR", "2 URGENT_HOUR", no}, {"3 HOUR", "120 MIN", no},
		{"20 WD", "45 WD", yes}, {"45 WD", "20 WD", no}, {"5 WD close", "5 WD", yes}, {"5 WD", "5 WD close", no},
		{"4 WD", "5 WD close", yes}, {"15 CD", "15 CD shift", yes}, {"15 CD shift", "15 CD", no},
		{"16 CD", "15 CD shift", unknown}, {"15 CD shift", "16 CD shift", yes}, {"15 CD shift", "16 CD shift close", unknown},
		{"5 CD", "5 WD", yes}, {"5 CD shift", "5 WD", yes}, {"6 CD", "5 WD", unknown}, {"1 WD", "365 CD", unknown},
		{"2 HOUR", "4 WORK_HOUR", yes}, {"2 HOUR", "2 WORK_HOUR", yes}, {"3 HOUR", "2 WORK_HOUR", unknown},
		{"4 WORK_HOUR", "1 WD", yes}, {"5 WORK_HOUR", "1 WD", unknown}, {"4 WORK_HOUR", "24 HOUR", unknown},
		{"24 HOUR", "1 WD", yes}, {"25 HOUR", "1 WD", unknown}, {"24 HOUR", "1 CD", yes}, {"24 HOUR", "1 CD close", unknown},
		{"1 CD", "48 HOUR", yes}, {"1 CD", "47 HOUR", unknown}, {"1 CD shift", "480 HOUR", unknown}, {"1 CD", "48 WORK_HOUR", yes},
		{"DATE", "DATE", no}, {"DATE", "5 WD", unknown}, {"5 WD", "DATE", unknown},
	} {
		is, comparable := limit(t, x.l).Shorter(limit(t, x.than))
		got := map[[2]bool]string{{true, true}: yes, {false, true}: no, {false, false}: unknown}[[2]bool{is, comparable}]
		if got != x.want {
			t.Errorf("%s against %s: %q, want %q", x.l, x.than, got, x.want)
		}
	}
	none, week := calendar.Limit{}, limit(t, "7 CD")
	if is, ok := week.Shorter(none); !is || !ok {
		t.Error("a limit is not shorter than no limit")
	}
	if is, ok := none.Shorter(week); is || !ok {
		t.Error("no limit is shorter than a limit")
	}
	if is, ok := none.Shorter(none); is || !ok {
		t.Error("no limit is shorter than no limit")
	}
}

// TestShorterKeepsItsWord asks the calendar whether what is called shorter ever
// ends later.
func TestShorterKeepsItsWord(t *testing.T) {
	c := national(t)
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawLimit(t, "a", 60), drawLimit(t, "b", 60)
		start := drawStart(t, "start")
		dueA, dueB := c.Due(a, start, nil).At, c.Due(b, start, nil).At
		switch shorter, comparable := a.Shorter(b); {
		case shorter && dueA.After(dueB):
			t.Fatalf("%s from %s: %s, but %s: %s", a, in(start), in(dueA), b, in(dueB))
		case comparable && !shorter && dueB.After(dueA):
			t.Fatalf("%s is called no shorter, and from %s ends %s, %s ends %s", a, in(start), in(dueA), b, in(dueB))
		}
	})
}
