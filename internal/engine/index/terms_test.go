package index

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"huying/internal/domain/territory"
)

func TestATextIsFoundByCharactersPairsAndWords(t *testing.T) {
	got := textTerms("Ａ栋3单元 噪音！")
	want := []string{"w-a", "栋", "w-3", "单", "元", "单元", "噪", "音", "噪音"}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestWordsFitWhereTheyStand(t *testing.T) {
	at := territory.Address{District: "440106", Town: "440106001"}
	text := Fold("ＡB栋3单元，夜里噪音大；噪音很大")
	for q, want := range map[string][]Span{
		"噪音": {{9, 11}, {13, 15}}, "噪": {{9, 10}, {13, 14}}, "ab": {{0, 2}}, "a": {{0, 1}}, "b": nil, "3单": {{3, 5}}, "音噪": nil,
		"噪音 单元": {{4, 6}, {9, 11}, {13, 15}}, "噪音 音大": {{9, 12}, {13, 15}}, "很大 污水": nil, "，夜里，": {{7, 9}},
	} {
		got, ok := Fit(Words(q), text, at)
		if !slices.Equal(got, want) || ok != (want != nil) {
			t.Errorf("%s: %v %v, want %v", q, got, ok, want)
		}
	}
	here := []Word{{Text: []rune("天河"), Places: []territory.Address{{District: "440106"}}}}
	if _, ok := Fit(here, text, at); !ok {
		t.Error("a word that means the place does not fit")
	}
	if _, ok := Fit(here, text, territory.Address{District: "440105"}); ok {
		t.Error("it fits elsewhere")
	}
}

func TestBlanksAndSignsAreNoWords(t *testing.T) {
	for _, q := range []string{"", "  ", "，。！？", "\u3000--- '\" \n"} {
		if w := Words(q); len(w) != 0 {
			t.Errorf("%q: %v", q, w)
		}
	}
	if n := len(Words(strings.Repeat("噪 ", 50))); n != MostWords {
		t.Errorf("%d words", n)
	}
}

// Whatever fits a text, the index finds it: every condition of a word is met by
// a term of the text. And no term breaks the form that the engines are given.
func FuzzTheIndexMissesNothing(f *testing.F) {
	f.Add("天河区某小区B栋夜间施工噪音扰民，已持续3天", "噪音 b栋")
	f.Add("ＡＢＣ１２３ \"' -- _ *", "abc")
	f.Add("İstanbul ǅ ß 𠀀𠀁", "𠀀𠀁 ß")
	f.Fuzz(func(t *testing.T, text, question string) {
		if !utf8.ValidString(text) || !utf8.ValidString(question) {
			return
		}
		terms := textTerms(text)
		for _, term := range terms {
			if term == "" || strings.ContainsAny(term, " \"'\\()&|:*") {
				t.Fatalf("term %q", term)
			}
		}
		folded := Fold(text)
		if len(folded) != utf8.RuneCountInString(text) {
			t.Fatal("folding moved characters")
		}
		for _, w := range Words(question) {
			spans := w.In(folded)
			for _, s := range spans {
				if !slices.Equal(folded[s.From:s.To], w.Text) {
					t.Fatalf("%q is not at %v", string(w.Text), s)
				}
			}
			if len(spans) == 0 {
				continue
			}
			for _, c := range w.conditions() {
				if !slices.ContainsFunc(terms, func(x string) bool { return x == c.term || c.prefix && strings.HasPrefix(x, c.term) }) {
					t.Fatalf("%q fits, but %q is no term of %q", string(w.Text), c.term, text)
				}
			}
		}
	})
}
