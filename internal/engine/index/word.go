package index

import (
	"slices"
	"strings"
	"unicode"

	"huying/internal/domain/territory"
)

// Word is one word of a question. A matter fits if its text has the word, as a
// run of characters that begins where a word begins, or if it lies in one of
// the places.
type Word struct {
	Text   []rune              // folded
	Places []territory.Address // that the word may mean as well
}

// MostWords is the most words of one question.
const MostWords = 8

// Words divides a question at blanks. Parts without a character, letter or
// digit are left out, and so is what comes after MostWords.
func Words(question string) []Word {
	var out []Word
	for _, part := range strings.FieldsFunc(string(Fold(question)), unicode.IsSpace) {
		text := []rune(strings.TrimFunc(part, func(r rune) bool { return classOf(r) == sign }))
		if len(text) > 0 && len(out) < MostWords {
			out = append(out, Word{Text: text})
		}
	}
	return out
}

// condition is a term, or one that begins so.
type condition struct {
	term   string
	prefix bool
}

// shortest is how many letters or digits a beginning has to have for the index
// to be asked for it: fewer begin so many words that going through their lists
// costs more than it spares, if there is anything else to ask for.
const shortest = 3

// conditions returns the terms that a text with the word has in any case. A run
// of letters or digits may go on in the text only where the word ends with it.
func (w Word) conditions() []condition {
	type run struct {
		part []rune
		c    class
	}
	var all []run
	runs(w.Text, func(part []rune, c class) { all = append(all, run{part, c}) })
	var out []condition
	for i, x := range all {
		last := i == len(all)-1
		switch {
		case x.c != chinese && last && len(out) > 0 && len(x.part) < shortest:
		case x.c != chinese:
			out = append(out, condition{wordTerm(x.part), last})
		case len(x.part) == 1:
			out = append(out, condition{string(x.part), false})
		default:
			for k := range x.part[1:] {
				out = append(out, condition{string(x.part[k : k+2]), false})
			}
		}
	}
	return out
}

// Span is a part of a text, in characters, the end not included.
type Span struct{ From, To int }

// mostSpans bounds the places that are shown of one word.
const mostSpans = 20

// In returns where the word stands in a folded text.
func (w Word) In(text []rune) []Span {
	var out []Span
	n := len(w.Text)
	first := classOf(w.Text[0])
	for i := 0; i+n <= len(text) && len(out) < mostSpans; i++ {
		if text[i] != w.Text[0] || first != chinese && i > 0 && classOf(text[i-1]) == first || !slices.Equal(text[i:i+n], w.Text) {
			continue
		}
		out = append(out, Span{i, i + n})
		i += n - 1
	}
	return out
}

// Covers reports whether the word means a place around an address.
func (w Word) Covers(a territory.Address) bool {
	return slices.ContainsFunc(w.Places, func(p territory.Address) bool {
		return PlaceTerm(p) != "" && (p.District == "" || p.District == a.District) && (p.Town == "" || p.Town == a.Town) &&
			(p.Community == "" || p.Community == a.Community)
	})
}

// Fit returns where the words stand in a text at an address, and whether all of
// them fit.
func Fit(words []Word, text []rune, a territory.Address) ([]Span, bool) {
	var out []Span
	for _, w := range words {
		at := w.In(text)
		if len(at) == 0 && !w.Covers(a) {
			return nil, false
		}
		out = append(out, at...)
	}
	slices.SortFunc(out, func(a, b Span) int { return a.From - b.From })
	return joined(out), true
}

// joined makes one of spans that overlap or touch.
func joined(spans []Span) []Span {
	var out []Span
	for _, s := range spans {
		if n := len(out); n > 0 && s.From <= out[n-1].To {
			out[n-1].To = max(out[n-1].To, s.To)
			continue
		}
		out = append(out, s)
	}
	return out
}
