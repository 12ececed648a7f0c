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

// class is what sort of character a rune is: runs of one class make words.
type class uint8

const (
	sign class = iota
	chinese
	letter
	digit
)

func classOf(r rune) class {
	switch {
	case unicode.Is(unicode.Han, r):
		return chinese
	case unicode.IsLetter(r):
		return letter
	case unicode.IsDigit(r):
		return digit
	}
	return sign
}

// runs calls fn with each run of a folded text, signs left out.
func runs(text []rune, fn func(part []rune, c class)) {
	for i := 0; i < len(text); {
		c, end := classOf(text[i]), i+1
		for end < len(text) && classOf(text[end]) == c {
			end++
		}
		if c != sign {
			fn(text[i:end], c)
		}
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
// pair of neighbours, and each word of letters or of digits.
func textTerms(text string) []string {
	var out []string
	runs(Fold(text), func(part []rune, c class) {
		if c != chinese {
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
	open  bool // somebody holds it
	words string
	sum   int64 // of the words
	known known // what is indexed now
}

// known is what the index has of a matter.
type known struct {
	sum             int64 // of the terms, 0 if it has nothing
	town, community string
	open            bool
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
