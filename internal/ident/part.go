package ident

import "time"

// A Range is a span of ids, both ends included.
type Range struct{ From, To ID }

// fewestTyped is how much of a number somebody must have typed before it is
// taken for one: the year and the month, or the seven characters after a date.
const fewestTyped = 6

// Ranges returns the ids that a part of a reference number may mean, the
// newest first: its beginning from the month on, or the characters after the
// date alone, as people read them to each other, of the days from the day of
// until back. It returns none for what is no part of a number.
func Ranges(s string, until time.Time, days int) []Range {
	clean := clean(s)
	if len(clean) < fewestTyped || len(clean) > 8+inDayChars+1 {
		return nil
	}
	if r, ok := beginning(clean); ok {
		return []Range{r}
	}
	if len(clean) != inDayChars && len(clean) != inDayChars+1 {
		return nil
	}
	first, last, ok := inDay(clean[:inDayChars])
	if !ok || first != last {
		return nil
	}
	var out []Range
	today := int64(until.Sub(epoch)/time.Second) / secondsPerDay
	for day := today; day > today-int64(days) && day >= 0; day-- {
		id := ID(day<<dayShift | first)
		if printable(id) && (len(clean) == inDayChars || int64(id)%checkPrime == digit(clean[inDayChars])) {
			out = append(out, Range{id, id})
		}
	}
	return out
}

// beginning reads a number that is typed from its date on: the month, or the
// day and what follows.
func beginning(clean string) (Range, bool) {
	if len(clean) == 7 {
		return Range{}, false
	}
	layout := "20060102"[:min(len(clean), 8)]
	from, err := time.ParseInLocation(layout, clean[:len(layout)], Zone)
	until := from.AddDate(0, 1, 0)
	if len(layout) == 8 {
		until = from.AddDate(0, 0, 1)
	}
	if err != nil || from.Before(epoch) || until.Sub(epoch) >= (1<<16)*secondsPerDay*time.Second {
		return Range{}, false
	}
	first, last, ok := inDay(clean[len(layout):min(len(clean), 8+inDayChars)])
	if len(layout) < 8 {
		return Range{First(from), First(until) - 1}, ok
	}
	return Range{First(from) | ID(first), First(from) | ID(last)}, ok
}

// inDay returns the lowest and the highest ids of a day whose characters begin
// so.
func inDay(chars string) (first, last int64, ok bool) {
	for _, c := range []byte(chars) {
		v := digit(c)
		if v < 0 {
			return 0, 0, false
		}
		first = first<<5 | v
	}
	open := 5 * (inDayChars - len(chars))
	return first << open, (first+1)<<open - 1, true
}
