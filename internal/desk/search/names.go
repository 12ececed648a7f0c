package search

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/mozillazg/go-pinyin"

	"huying/internal/domain/pack"
	"huying/internal/domain/territory"
	"huying/internal/engine/index"
)

// Place is a place that was found.
type Place struct {
	Code, Name, NameEN string
	Kind               territory.Kind
}

// Unit is a unit that was found.
type Unit struct {
	Code, Name, NameEN, Territory string
}

// names keeps the names of the structure in force, folded once.
type names struct {
	mu   sync.Mutex
	city *pack.City
	book *book
}

func (n *names) of(city *pack.City) *book {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.city != city {
		n.city, n.book = city, newBook(city)
	}
	return n.book
}

// entry is one name as it is compared.
type entry struct {
	name, en, code, initials string
	rank                     int // larger places first
	place                    *territory.Place
	unit                     Unit
}

type book struct {
	tree          *territory.Tree
	places, units shelf
	byName        map[string][]*territory.Place // districts, towns and communities, with and without the word for their kind
}

func newBook(city *pack.City) *book {
	b := &book{tree: city.Territory, byName: map[string][]*territory.Place{}}
	first := initials{}
	for p := range city.Territory.All() {
		e := entry{name: fold(p.Name), en: fold(p.NameEN), code: fold(p.Code), initials: first.of(p.Name), rank: -p.Kind.Rank(), place: p}
		b.places.add(e)
		if index.PlaceTerm(city.Territory.Address(p.Code)) == "" {
			continue
		}
		for _, name := range [...]string{e.name, short(e.name)} {
			if !slices.Contains(b.byName[name], p) {
				b.byName[name] = append(b.byName[name], p)
			}
		}
	}
	for _, code := range city.Org.Units() {
		u, _ := city.Org.Unit(code)
		rank := 0
		if p, ok := city.Territory.Place(u.Territory); ok {
			rank = -p.Kind.Rank()
		}
		b.units.add(entry{
			name: fold(u.Name), en: fold(u.NameEN), code: fold(u.Code), initials: first.of(u.Name), rank: rank,
			unit: Unit{Code: u.Code, Name: u.Name, NameEN: u.NameEN, Territory: u.Territory},
		})
	}
	return b
}

func fold(s string) string { return string(index.Fold(s)) }

// kinds are the words for kinds of places that people leave out.
var kinds = []string{"社区", "街道", "区", "镇", "村"}

// short is a name without the word for its kind, if enough is left of it.
func short(name string) string {
	for _, k := range kinds {
		if rest, ok := strings.CutSuffix(name, k); ok && utf8.RuneCountInString(rest) >= 2 {
			return rest
		}
	}
	return name
}

// initials finds the first letters of names' pinyin; other characters stay. It
// remembers each character, since a city's names have few.
type initials map[rune]string

func (known initials) of(name string) string {
	var out strings.Builder
	for _, r := range fold(name) {
		first, ok := known[r]
		if !ok {
			first = string(r)
			args := pinyin.NewArgs()
			args.Style = pinyin.FirstLetter
			if p := pinyin.SinglePinyin(r, args); len(p) > 0 {
				first = p[0]
			}
			known[r] = first
		}
		out.WriteString(first)
	}
	return out.String()
}

// mostMeant bounds the places that a word of a question may mean.
const mostMeant = 8

// meant returns the places whose name a word is.
func (b *book) meant(word []rune) []territory.Address {
	var out []territory.Address
	for _, p := range b.byName[string(word)] {
		if len(out) < mostMeant {
			out = append(out, b.tree.Address(p.Code))
		}
	}
	return out
}

// longest is the most characters of a name that is looked for in a text.
const longest = 12

// Named returns the places whose names stand in a text, the smallest first.
// A name that is only a part of a longer one does not count.
func (d *Desk) Named(text string) []Place {
	b, folded := d.names.of(d.e.City()), index.Fold(text)
	var found []*territory.Place
	for i := 0; i < len(folded); i++ {
		for n := min(longest, len(folded)-i); n >= 2; n-- {
			if list := b.byName[string(folded[i:i+n])]; len(list) > 0 && len(list) <= mostMeant {
				found = append(found, list...)
				i += n - 1
				break
			}
		}
	}
	return b.within(found)
}

// within orders places that a text names: those that lie in another named
// place come first, then the smaller ones.
func (b *book) within(found []*territory.Place) []Place {
	inside := func(p *territory.Place) int {
		n := 0
		for _, q := range found {
			if p != q && b.tree.Within(p.Code, q.Code) {
				n++
			}
		}
		return n
	}
	slices.SortStableFunc(found, func(x, y *territory.Place) int {
		return cmp.Or(cmp.Compare(inside(y), inside(x)), cmp.Compare(x.Kind.Rank(), y.Kind.Rank()), cmp.Compare(x.Code, y.Code))
	})
	var out []Place
	for i, p := range slices.Compact(found) {
		if i < mostPlaces {
			out = append(out, Place{Code: p.Code, Name: p.Name, NameEN: p.NameEN, Kind: p.Kind})
		}
	}
	return out
}

// find returns the places and units that a question names, the best first.
func (b *book) find(question string) ([]Place, []Unit) {
	q := strings.TrimSpace(fold(question))
	var places []Place
	for _, e := range b.places.best(q) {
		places = append(places, Place{Code: e.place.Code, Name: e.place.Name, NameEN: e.place.NameEN, Kind: e.place.Kind})
	}
	var units []Unit
	for _, e := range b.units.best(q) {
		units = append(units, e.unit)
	}
	return places, units
}

// match says how well a question names an entry: lower is better, 0 is not at
// all.
func (e *entry) match(q string) int {
	switch {
	case e.name == q || e.code == q || e.en == q:
		return 1
	case strings.HasPrefix(e.name, q):
		return 2
	case strings.HasPrefix(e.code, q) && len(q) >= 2:
		return 3
	case strings.Contains(e.name, q) || len(q) >= 3 && strings.Contains(e.en, q):
		return 4
	case len(q) >= 2 && strings.HasPrefix(e.initials, q):
		return 5
	case len(q) >= 3 && strings.Contains(e.initials, q):
		return 6
	}
	return 0
}

// shelf is a list of entries with all that they are compared by in one text,
// which is looked through at once: most questions stand nowhere in it.
type shelf struct {
	list []entry
	text []byte
	ends []int // of each entry, in the text
}

func (s *shelf) add(e entry) {
	for _, x := range [...]string{e.name, e.en, e.code, e.initials} {
		s.text = append(append(s.text, x...), 0)
	}
	s.list, s.ends = append(s.list, e), append(s.ends, len(s.text))
}

// best returns the entries that a question names best, the best first.
func (s *shelf) best(q string) []*entry {
	type scored struct {
		*entry
		match int
	}
	var found []scored
	for from, word := 0, []byte(q); from < len(s.text); {
		at := bytes.Index(s.text[from:], word)
		if at < 0 {
			break
		}
		i, _ := slices.BinarySearch(s.ends, from+at+1)
		if m := s.list[i].match(q); m != 0 {
			found = append(found, scored{&s.list[i], m})
		}
		from = s.ends[i]
	}
	slices.SortFunc(found, func(a, b scored) int {
		return cmp.Or(cmp.Compare(a.match, b.match), cmp.Compare(a.rank, b.rank), cmp.Compare(a.code, b.code))
	})
	out := make([]*entry, 0, mostPlaces)
	for _, s := range found[:min(len(found), mostPlaces)] {
		out = append(out, s.entry)
	}
	return out
}
