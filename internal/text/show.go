package text

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"huying/internal/ident"
)

// The ways an argument can be shown that are no group of words.
const (
	asTime  = "time"  // 3月10日 09:00
	asUntil = "until" // the same, but midnight is the end of the day before
	asLimit = "limit" // 4个工作时, from "4 WORK_HOUR"
)

// show returns one argument as people read it.
func (l Lang) show(v any, as string) string {
	switch as {
	case "":
		return l.plain(v)
	case asTime, asUntil:
		if t, ok := timeOf(v); ok {
			return l.time(t, as == asUntil)
		}
	case asLimit:
		if s, ok := v.(string); ok {
			return l.limit(s)
		}
	default:
		return l.wordsOf(as, l.plain(v))
	}
	return l.plain(v)
}

// plain shows an argument by its type alone.
func (l Lang) plain(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case time.Time:
		return l.time(v, false)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case []string:
		return strings.Join(v, l.Word("format", "list"))
	case []float64:
		parts := make([]string, len(v))
		for i, x := range v {
			parts[i] = l.plain(x)
		}
		return strings.Join(parts, l.Word("format", "list"))
	}
	return fmt.Sprint(v)
}

// timeOf reads a time, or what JSON made of it.
func timeOf(v any) (time.Time, bool) {
	switch v := v.(type) {
	case time.Time:
		return v, true
	case string:
		t, err := time.Parse(time.RFC3339, v)
		return t, err == nil
	}
	return time.Time{}, false
}

// time shows an instant by the clock on the wall. A term that ends at midnight
// ends, for people, on the day before. The zero time is none.
func (l Lang) time(t time.Time, until bool) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(ident.Zone)
	if until && t.Hour() == 0 && t.Minute() == 0 {
		date := t.AddDate(0, 0, -1).Format(l.Word("format", "date"))
		return strings.ReplaceAll(l.Word("format", "midnight"), "{0}", date)
	}
	return t.Format(l.Word("format", "time"))
}

// limit shows the text form of a time limit: amount, unit and flags. What is no
// limit that is known here is shown as it is.
func (l Lang) limit(s string) string {
	words := strings.Fields(s)
	if len(words) == 0 {
		return l.Word("limit", "none")
	}
	unit, flags := words[0], words[1:]
	amount, err := strconv.Atoi(words[0])
	if err == nil && len(words) > 1 {
		unit, flags = words[1], words[2:]
	}
	group := "limit"
	if amount == 1 {
		group = "limit.one"
	}
	out, ok := l.word(group, unit)
	if !ok {
		return s
	}
	out = strings.ReplaceAll(out, "{0}", strconv.Itoa(amount))
	for _, f := range flags {
		out += l.Word("limit", f)
	}
	return out
}

// wordsOf translates a code, or several joined by commas. What is none, such as
// a reason in somebody's own words, is shown as it is.
func (l Lang) wordsOf(group, codes string) string {
	parts := strings.Split(codes, ", ")
	for i, p := range parts {
		w, ok := l.word(group, p)
		if !ok {
			return codes
		}
		parts[i] = w
	}
	return strings.Join(parts, l.Word("format", "list"))
}
