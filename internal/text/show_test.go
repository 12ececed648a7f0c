package text

import (
	"testing"
	"time"

	"huying/internal/ident"
)

func TestShow(t *testing.T) {
	at := func(hour, minute int) time.Time { return time.Date(2026, 12, 31, hour, minute, 0, 0, ident.Zone) }
	for _, c := range []struct {
		v      any
		as     string
		zh, en string
	}{
		{nil, "", "", ""},
		{"as it is", "", "as it is", "as it is"},
		{42, "", "42", "42"},
		{int64(20260310), "", "20260310", "20260310"},
		{float64(20260310), "", "20260310", "20260310"},
		{113.25, "", "113.25", "113.25"},
		{[]string{"甲", "乙"}, "", "甲、乙", "甲, 乙"},
		{time.Time{}, "", "", ""},
		{at(9, 5), "", "12月31日 09:05", "31 December 09:05"},
		{at(24, 0), asTime, "1月1日 00:00", "1 January 00:00"},
		{at(24, 0), asUntil, "12月31日 24:00", "the end of 31 December"},
		{at(17, 30).UTC().Format(time.RFC3339Nano), asUntil, "12月31日 17:30", "31 December 17:30"},
		{"tomorrow", asTime, "tomorrow", "tomorrow"},
		{"", asLimit, "不限", "no limit"},
		{"DATE", asLimit, "通知写明的日期", "the day the notice names"},
		{"1 HOUR", asLimit, "1小时", "1 hour"},
		{"2 URGENT_HOUR", asLimit, "2个紧急工作时", "2 urgent hours"},
		{"5 WD close", asLimit, "5个工作日（到下班为止）", "5 working days (until the office closes)"},
		{"soon", asLimit, "soon", "soon"},
		{"5 MOONS", asLimit, "5 MOONS", "5 MOONS"},
		{3, asLimit, "3", "3"},
		{"YES", "matter.resolved", "已解决", "solved"},
		{"YES, NO", "matter.resolved", "已解决、未解决", "solved, not solved"},
		{"YES, PERHAPS", "matter.resolved", "YES, PERHAPS", "YES, PERHAPS"},
		{"", "matter.resolved", "", ""},
	} {
		if got := Chinese.show(c.v, c.as); got != c.zh {
			t.Errorf("%v as %q: %q, want %q", c.v, c.as, got, c.zh)
		}
		if got := English.show(c.v, c.as); got != c.en {
			t.Errorf("%v as %q: %q, want %q", c.v, c.as, got, c.en)
		}
	}
}
