package org

import (
	"cmp"
	"slices"
	"time"
)

// Watch is one stretch of duty that was registered for a unit: a post that
// answers from one instant to another. Of several at once the first is called
// first and the others stand behind it.
type Watch struct {
	From, To time.Time
	Post     string
}

// Kept is the stretch of time for which a unit has registered who is on duty,
// and the watches in it. An hour of it without a watch is a gap.
type Kept struct {
	From, To time.Time
	Watches  []Watch
}

// Seat is a department's place on the enforcement platform of a town (1+5+N):
// a post that is resident there, or one that comes when called.
type Seat struct {
	OnCall bool
	Phone  string // duty telephone of the post, never a private one
	Post   string
	Title  string
	Unit   string
}

// Book is what units have registered of who is on duty: it comes before the
// pattern of hours that the city's pack knows. It never changes and is safe for
// concurrent use.
type Book struct {
	kept      map[string][]Kept
	platforms map[string][]Seat // by town; its core is among them
}

// NewBook makes a book of what is kept by unit and of the platforms by town.
func NewBook(kept map[string][]Kept, platforms map[string][]Seat) *Book {
	for _, list := range kept {
		slices.SortStableFunc(list, func(a, b Kept) int { return a.From.Compare(b.From) })
	}
	return &Book{kept, platforms}
}

// With returns the graph with a book of who is on duty laid over its pattern of
// hours; nil is none.
func (g *Graph) With(b *Book) *Graph {
	out := *g
	out.book = b
	return &out
}

// registered returns the posts on duty in a unit by its book, the one to call
// first at the head, and whether the book says anything of that instant.
func (g *Graph) registered(unit string, at time.Time) (list []*Post, kept bool) {
	if g.book == nil {
		return nil, false
	}
	for _, k := range g.book.kept[unit] {
		if at.Before(k.From) || !at.Before(k.To) {
			continue
		}
		for _, w := range k.Watches {
			if p := g.posts[w.Post]; p != nil && !at.Before(w.From) && at.Before(w.To) {
				list = append(list, p)
			}
		}
		return list, true
	}
	return nil, false
}

// Platform returns the seats of a town's published platform, its core among
// them, or nothing if none was published.
func (g *Graph) Platform(town string) []Seat {
	if g.book == nil {
		return nil
	}
	return g.book.platforms[town]
}

// Gap is a stretch in which a desk shall be staffed and is not.
type Gap struct{ From, To time.Time }

// Gaps returns where the watches of a unit leave it without anybody between two
// instants. It shall be staffed whenever the pattern of the pack says so, and at
// every hour if the pattern says nothing.
func (g *Graph) Gaps(unit string, from, to time.Time, watches []Watch) []Gap {
	marks := []time.Time{from, to}
	add := func(at time.Time) {
		if at.After(from) && at.Before(to) {
			marks = append(marks, at)
		}
	}
	for _, w := range watches {
		add(w.From)
		add(w.To)
	}
	for day := from.AddDate(0, 0, -1); day.Before(to); day = day.AddDate(0, 0, 1) {
		for _, s := range g.shifts[unit] {
			add(day.Add(time.Duration(s.From) * time.Minute))
			add(day.Add(time.Duration(s.To) * time.Minute))
		}
		add(day)
	}
	slices.SortFunc(marks, time.Time.Compare)
	var out []Gap
	for i := 1; i < len(marks); i++ {
		a, b := marks[i-1], marks[i]
		if a.Equal(b) || !g.Wanted(unit, a) || slices.ContainsFunc(watches, func(w Watch) bool { return !a.Before(w.From) && a.Before(w.To) }) {
			continue
		}
		if n := len(out); n > 0 && out[n-1].To.Equal(a) {
			out[n-1].To = b
			continue
		}
		out = append(out, Gap{a, b})
	}
	return out
}

// Wanted reports whether a unit shall be staffed at an instant, by the pattern of
// the pack.
func (g *Graph) Wanted(unit string, at time.Time) bool {
	u, shifts := g.units[unit], g.shifts[unit]
	return u != nil && (len(shifts) == 0 || slices.ContainsFunc(shifts, func(s Shift) bool { return g.covers(u.Territory, s, at) }))
}

// Part is a department's part on a town's platform as the pack's structure
// has it: resident there, or on call.
type Part struct {
	Core   string
	OnCall bool
	Unit   string
}

// PlatformWanted returns who belongs to the platform of a town by the structure
// of the city, residents first.
func (g *Graph) PlatformWanted(town string) []Part {
	var out []Part
	for _, core := range g.Serving(town) {
		for _, kind := range [...]EdgeKind{ResidentAt, OnCallFor} {
			for _, e := range g.To(core, kind) {
				out = append(out, Part{Core: core, OnCall: kind == OnCallFor, Unit: e.From})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Part) int { return cmp.Compare(rank(a.OnCall), rank(b.OnCall)) })
	return out
}

func rank(later bool) int {
	if later {
		return 1
	}
	return 0
}
