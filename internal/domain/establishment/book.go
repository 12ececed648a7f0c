package establishment

import (
	"slices"
	"strconv"

	"huying/internal/domain/org"
)

// Book is all that the book says about one unit: what the pack begins with, and
// every entry that counts, in which it gives, gets or counts posts.
type Book struct {
	Unit    *org.Unit
	Rows    []Row
	Entries []Entry
}

func numbered(unit string, kind Kind, n int) string {
	return unit + "/" + string(kind) + "/" + strconv.Itoa(n)
}

// next is the number of the unit's next entry of a kind.
func (b *Book) next(kind Kind) int {
	n := 0
	for i := range b.Entries {
		if e := &b.Entries[i]; e.Unit == b.Unit.Code && e.Kind == kind {
			n = max(n, e.No)
		}
	}
	return n + 1
}

// On returns what the unit has of a kind on a day.
func (b *Book) On(kind Kind, day int) Stock {
	var s Stock
	for i := range b.Rows {
		if r := &b.Rows[i]; r.Kind == kind && r.Level == b.Unit.Level && r.Suffix == b.Unit.Suffix {
			s = r.Stock
		}
	}
	counted := 0
	for i := range b.Entries {
		e := &b.Entries[i]
		if e.Kind != kind || e.Day > day {
			continue
		}
		switch {
		case e.Status == Approved && e.Unit == b.Unit.Code:
			s.Authorised -= e.N
		case e.Status == Approved && e.To == b.Unit.Code:
			s.Authorised += e.N
		case e.Status == Noted && e.Unit == b.Unit.Code && e.No > counted:
			s.Filled, counted = e.N, e.No
		}
	}
	return s
}

// Least returns how many posts of a kind are free on a day and on every day
// after it, as far as is decided.
func (b *Book) Least(kind Kind, day int) int {
	least := b.On(kind, day).Free()
	for i := range b.Entries {
		if e := &b.Entries[i]; e.Kind == kind && e.Day > day {
			least = min(least, b.On(kind, e.Day).Free())
		}
	}
	return least
}

// All returns what the unit has on a day, of every kind it has or had.
func (b *Book) All(day int) map[Kind]Stock {
	out := map[Kind]Stock{}
	for _, k := range Kinds {
		s := b.On(k, day)
		if s != (Stock{}) || slices.ContainsFunc(b.Entries, func(e Entry) bool { return e.Kind == k }) {
			out[k] = s
		}
	}
	return out
}
