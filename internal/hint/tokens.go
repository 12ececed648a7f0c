package hint

import (
	"math"
	"slices"
	"unicode"
)

// Tokens returns what a text can be found by, each once, in the order of first
// appearance: every Han character, every pair of neighbouring Han characters,
// and every other word in lower case and half width. A search that asks for
// the tokens of its query thus needs no dictionary. Punctuation and space part
// pairs and words.
func Tokens(text string) []string {
	var t tokens
	for _, r := range text {
		r = narrow(r)
		switch {
		case unicode.Is(unicode.Han, r):
			t.han(r)
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			t.word = append(t.word, r)
			t.before = 0
		default:
			t.flush()
			t.before = 0
		}
	}
	t.flush()
	return t.out
}

// tokens is the state of one run of Tokens.
type tokens struct {
	out    []string
	seen   map[string]struct{}
	word   []rune // the word that is being read
	before rune   // the Han character just read, or 0
}

func (t *tokens) han(r rune) {
	t.flush()
	if t.before != 0 {
		t.put(string([]rune{t.before, r}))
	}
	t.put(string(r))
	t.before = r
}

func (t *tokens) flush() {
	if len(t.word) > 0 {
		t.put(string(t.word))
		t.word = t.word[:0]
	}
}

func (t *tokens) put(token string) {
	if _, ok := t.seen[token]; ok {
		return
	}
	if t.seen == nil {
		t.seen = map[string]struct{}{}
	}
	t.seen[token] = struct{}{}
	t.out = append(t.out, token)
}

// Similar says how alike two texts are, from 0 to 1: the cosine of their sets
// of pairs of neighbouring characters, without regard to case, width,
// punctuation and space. It is symmetric, 1 for texts that are equal in that
// sense, and 0 if either says nothing.
func Similar(a, b string) float64 { return cosine(pairs(a), pairs(b)) }

// pairs returns the sorted set of pairs of a text; a text of one character has
// one pair of its own.
func pairs(text string) []uint64 {
	folded := fold(text)
	if len(folded) == 1 {
		return []uint64{uint64(folded[0])}
	}
	var out []uint64
	for i := 1; i < len(folded); i++ {
		out = append(out, uint64(folded[i-1])<<32|uint64(folded[i]))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// cosine compares two sorted sets.
func cosine(a, b []uint64) float64 {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	common := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			common++
			i++
			j++
		}
	}
	return float64(common) / math.Sqrt(float64(len(a))*float64(len(b)))
}
