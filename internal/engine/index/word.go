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

// conditions returns the terms that a text with the word has in any case.
func (w Word) conditions() []condition {
	var out []condition
	runs(w.Text, func(part []rune, c class) {
		switch {
		case c != chinese:
			out = append(out, condition{wordTerm(part), true})
		case len(part) == 1:
			out = append(out, condition{string(part), false})
		default:
			for i := range part[1:] {
				out = append(out, condition{string(part[i : i+2]), false})
			}
		}
	})
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
