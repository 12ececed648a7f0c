// Package index finds matters by what their text says, where they lie and
// which units take part in them. It is kept in the background from the ledger,
// so that a command pays nothing for it, and what it has not seen yet is
// looked through directly: what was durable when a question began is found.
//
// Nothing of a caller is in it: it reads the text of the call, the places and
// the units, never the vault.
package index

import (
	"hash/fnv"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"huying/internal/domain/territory"
)

// mostOfAWord bounds a term, in characters: longer words count as equal when
// they begin alike.
const mostOfAWord = 40

// Fold makes a text comparable, character by character: small letters, and
// full-width forms as their usual ones.
func Fold(s string) []rune {
	out := make([]rune, 0, utf8.RuneCountInString(s))
	for _, r := range s {
		switch {
		case r >= '！' && r <= '～':
			r = r - '！' + '!'
		case r == '\u3000':
			r = ' '
		}
		out = append(out, unicode.ToLower(r))
	}
	return out
}

func han(r rune) bool    { return unicode.Is(unicode.Han, r) }
func letter(r rune) bool { return !han(r) && (unicode.IsLetter(r) || unicode.IsDigit(r)) }

// run returns where the run that begins at i ends, and whether it is of
// Chinese characters; it is empty at anything but characters, letters and
// digits.
func run(text []rune, i int) (end int, chinese bool) {
	kind := letter
	if chinese = han(text[i]); chinese {
		kind = han
	}
	for end = i; end < len(text) && kind(text[end]); end++ {
	}
	return end, chinese
}

// runs calls fn with each run of a folded text.
func runs(text []rune, fn func(part []rune, chinese bool)) {
	for i := 0; i < len(text); {
		end, chinese := run(text, i)
		if end == i {
			i++
			continue
		}
		fn(text[i:end], chinese)
		i = end
	}
}

// Terms of places and units begin with a letter and a dash, words of letters
// and digits with "w-"; Chinese terms stand bare.
func wordTerm(part []rune) string { return "w-" + string(part[:min(len(part), mostOfAWord)]) }

// UnitTerm is the term of a matter that a unit takes part in.
func UnitTerm(code string) string { return "u-" + strings.ToLower(code) }

// PlaceTerm is the term of a matter that lies in a place: a district, town or
// community. It is empty for other places.
func PlaceTerm(a territory.Address) string {
	switch {
	case a.Grid != "":
		return ""
	case a.Community != "":
		return "c-" + strings.ToLower(a.Community)
	case a.Town != "":
		return "t-" + strings.ToLower(a.Town)
	case a.District != "":
		return "d-" + strings.ToLower(a.District)
	}
	return ""
}

// textTerms returns the terms a text is found by: each Chinese character, each
// pair of neighbours, and each word of letters and digits.
func textTerms(text string) []string {
	var out []string
	runs(Fold(text), func(part []rune, chinese bool) {
		if !chinese {
			out = append(out, wordTerm(part))
			return
		}
		for i := range part {
			out = append(out, string(part[i]))
			if i > 0 {
				out = append(out, string(part[i-1:i+1]))
			}
		}
	})
	return out
}

// document is what is indexed of one matter.
type document struct {
	id    int64
	place territory.Address
	text  string
	units []string
	known int64 // sum of the terms that are indexed now, 0 for none
}

// terms returns every term of a matter, sorted, each once.
func (d *document) terms() []string {
	out := textTerms(d.text)
	for _, a := range [...]territory.Address{
		{District: d.place.District}, {Town: d.place.Town}, {Community: d.place.Community},
	} {
		if t := PlaceTerm(a); t != "" {
			out = append(out, t)
		}
	}
	for _, u := range d.units {
		out = append(out, UnitTerm(u))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// sumOf tells one set of terms from another; it is never 0.
func sumOf(words string) int64 {
	h := fnv.New64a()
	h.Write([]byte(words)) // never fails
	return int64(h.Sum64()>>1) | 1
}
