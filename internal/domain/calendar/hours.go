package calendar

import (
	"fmt"
	"strconv"
	"strings"

	"huying/internal/fault"
)

// Span is a stretch of office hours, in minutes after midnight; To is not in
// it. As text it reads "09:00-12:00".
type Span struct {
	From, To int
}

// leastOffice is the least office time a working day may have, in minutes.
// Limit.Shorter relies on it to compare hours with days.
const leastOffice = 4 * 60

func (s Span) from() micro   { return micro(s.From) * minute }
func (s Span) to() micro     { return micro(s.To) * minute }
func (s Span) length() micro { return s.to() - s.from() }

// inOrder reports whether the spans follow one another within a day and make
// up a day's office time.
func inOrder(hours []Span) bool {
	last, total := 0, 0
	for _, s := range hours {
		if s.From < last || s.To <= s.From || s.To > 24*60 {
			return false
		}
		last, total = s.To, total+s.To-s.From
	}
	return total >= leastOffice
}

// String returns the span as "09:00-12:00".
func (s Span) String() string {
	return fmt.Sprintf("%02d:%02d-%02d:%02d", s.From/60, s.From%60, s.To/60, s.To%60)
}

// MarshalText writes the span as "09:00-12:00".
func (s Span) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what MarshalText writes; 24:00 ends a day.
// Faults: calendar.span_malformed.
func (s *Span) UnmarshalText(text []byte) error {
	from, to, found := strings.Cut(string(text), "-")
	a, okFrom := clockTime(from)
	b, okTo := clockTime(to)
	if !found || !okFrom || !okTo || a >= b {
		return fault.Field("hours", "calendar.span_malformed", short(string(text)))
	}
	*s = Span{From: a, To: b}
	return nil
}

// clockTime reads "09:00" as minutes after midnight.
func clockTime(s string) (int, bool) {
	s = strings.TrimSpace(s)
	if len(s) != 5 || s[2] != ':' {
		return 0, false
	}
	h, errHour := strconv.ParseUint(s[:2], 10, 8)
	m, errMinute := strconv.ParseUint(s[3:], 10, 8)
	total := int(h)*60 + int(m)
	return total, errHour == nil && errMinute == nil && m < 60 && total <= 24*60
}
