// Package hint reads the text of a call and gives advice with a reason: which
// categories it may belong to, which earlier calls it may repeat, and the
// tokens it can be found by. It never decides: a suggestion is shown to a
// person together with the words that led to it. The package is pure over a
// loaded model and knows no database, no duty list and no caller.
package hint

import (
	"cmp"
	"math"
	"slices"
)

// Word is one row of a lexicon: a word or phrase of everyday speech, the
// category code it points to, and how strongly, from 1 (weak) to 5 (sure).
type Word struct {
	Text   string
	Code   string
	Weight int
}

// Suggestion is one category the text may belong to. Score lies between 0 and
// 1; the scores of all categories of one text add up to less than 1, and what
// is missing is doubt. Words are the lexicon words found in the text that
// speak for the category, the strongest first: they are the reason.
type Suggestion struct {
	Code  string
	Score float64
	Words []string
}

// Model is a loaded lexicon. It is immutable and safe for concurrent use.
type Model struct {
	texts    []string    // word id → its text as written in the lexicon
	postings [][]posting // word id → the categories it speaks for
	codes    []string    // category id → code
	words    *automaton
}

// posting says how strongly a word speaks for a category.
type posting struct {
	code     int32
	strength float64
}

const (
	maxWeight = 5
	// doubt is the strength of "none of these": a text with one plain word of
	// two characters is as likely to mean something else.
	doubt = 1.0
)

// New builds a model. Words that fold to nothing, have no code or a weight
// below 1 are left out, and weights above 5 count as 5: the loader of the pack
// is the one who reports them. Of rows that repeat a word and a code the
// strongest counts.
func New(words []Word) *Model {
	m := &Model{words: newAutomaton()}
	ids := map[string]int32{}
	for _, w := range words {
		folded := fold(w.Text)
		if len(folded) == 0 || w.Code == "" || w.Weight < 1 {
			continue
		}
		code, ok := ids[w.Code]
		if !ok {
			code = int32(len(m.codes))
			ids[w.Code] = code
			m.codes = append(m.codes, w.Code)
		}
		id := m.words.add(folded)
		if int(id) == len(m.texts) {
			m.texts = append(m.texts, w.Text)
			m.postings = append(m.postings, nil)
		}
		m.post(id, code, float64(min(w.Weight, maxWeight))/maxWeight)
	}
	m.words.link()
	m.weigh()
	return m
}

// post records that a word speaks for a category; of two rows the stronger
// one counts.
func (m *Model) post(word, code int32, strength float64) {
	for i, p := range m.postings[word] {
		if p.code == code {
			m.postings[word][i].strength = max(p.strength, strength)
			return
		}
	}
	m.postings[word] = append(m.postings[word], posting{code, strength})
}

// weigh multiplies every posting by how rare and how long its word is. A word
// that is also a part of other categories' phrases says less, a phrase says
// more than a short word.
func (m *Model) weigh() {
	seen := make([]map[int32]bool, len(m.texts))
	for i := range seen {
		seen[i] = map[int32]bool{}
	}
	for id, text := range m.texts {
		for _, inner := range m.words.all(fold(text)) {
			for _, p := range m.postings[id] {
				seen[inner][p.code] = true
			}
		}
	}
	n := float64(len(m.codes))
	for id := range m.texts {
		rarity := math.Log(1+n/float64(len(seen[id]))) / math.Log(1+n)
		length := min(0.5+float64(m.words.length[id])/4, 2)
		for i := range m.postings[id] {
			m.postings[id][i].strength *= rarity * length
		}
	}
}

// Classify returns at most n categories the text may belong to, the most
// likely first and ties by code; none if no word of the lexicon occurs in it.
// A word does not count where it is only a part of a longer word that was
// found.
func (m *Model) Classify(text string, n int) []Suggestion {
	found := m.words.longest(fold(text))
	slices.Sort(found)
	var hits []hit
	for start, end := 0, 0; start < len(found); start = end {
		id := found[start]
		for end < len(found) && found[end] == id {
			end++
		}
		for _, p := range m.postings[id] {
			hits = append(hits, hit{p.code, id, p.strength * emphasis(end-start)})
		}
	}
	if len(hits) == 0 || n < 1 {
		return nil
	}
	slices.SortFunc(hits, func(a, b hit) int {
		return cmp.Or(cmp.Compare(a.code, b.code), cmp.Compare(b.strength, a.strength), cmp.Compare(a.word, b.word))
	})
	ranked := rank(hits)
	slices.SortFunc(ranked, func(a, b standing) int {
		return cmp.Or(cmp.Compare(b.strength, a.strength), cmp.Compare(m.codes[a.hits[0].code], m.codes[b.hits[0].code]))
	})
	return m.tell(ranked, n)
}

// emphasis is what saying a word more than once adds: half of the word for each
// doubling.
func emphasis(times int) float64 { return 1 + math.Log2(float64(times))/2 }

// hit is one word found, as seen by one category.
type hit struct {
	code     int32
	word     int32
	strength float64
}

// standing is a category with all that speaks for it.
type standing struct {
	hits     []hit
	strength float64
}

// rank groups hits, which are sorted by category, into standings.
func rank(hits []hit) []standing {
	var out []standing
	for start := 0; start < len(hits); {
		end, sum := start, 0.0
		for end < len(hits) && hits[end].code == hits[start].code {
			sum += hits[end].strength
			end++
		}
		out = append(out, standing{hits[start:end], sum})
		start = end
	}
	return out
}

// tell turns the first n standings into suggestions.
func (m *Model) tell(ranked []standing, n int) []Suggestion {
	total := doubt
	for _, s := range ranked {
		total += s.strength
	}
	out := make([]Suggestion, min(n, len(ranked)))
	for i := range out {
		s := ranked[i]
		words := make([]string, len(s.hits))
		for j, h := range s.hits {
			words[j] = m.texts[h.word]
		}
		out[i] = Suggestion{Code: m.codes[s.hits[0].code], Score: s.strength / total, Words: words}
	}
	return out
}
