package hint_test

import (
	"math"
	"strings"
	"testing"
	"testing/quick"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"huying/internal/hint"
)

func codes(all []hint.Suggestion) string {
	var out []string
	for _, s := range all {
		out = append(out, s.Code)
	}
	return strings.Join(out, " ")
}

func TestClassify(t *testing.T) {
	m := hint.New([]hint.Word{
		{"楼上漏水", "leak", 5}, {"漏水", "leak", 3}, {"漏水", "main", 3}, {"水管", "main", 4},
		{"KTV", "bar", 4}, {"ev 充电", "charge", 4}, {"井盖", "cover", 3}, {"井盖不见", "gone", 5},
	})
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{"今天天气很好", ""},
		{"楼上漏水了", "leak"},             // the part 漏水 says nothing of its own here
		{"漏水,楼上漏水", "leak main"},      // but does where it stands alone
		{"井盖不见了", "gone"},             // a phrase hides the word in it
		{"ktv很吵", "bar"},              // case
		{"ＫＴＶ很吵", "bar"},              // width
		{"井 盖 不,见", "gone"},           // space and punctuation
		{"ktvs", ""},                  // not a part of another ASCII word
		{"EV充电", "charge"},            // a Han character ends an ASCII word as a space does
		{"水管漏水", "main leak"},         // two witnesses beat one
		{"水管\xff漏水\x00", "main leak"}, // broken UTF-8 parts words, no more
	} {
		got := codes(m.Classify(c.text, 5))
		if got != c.want {
			t.Errorf("%q: got %q, want %q", c.text, got, c.want)
		}
	}
}

func TestClassifyTellsWhy(t *testing.T) {
	m := hint.New([]hint.Word{{"煤气味", "gas", 5}, {"楼道", "stairs", 2}, {"煤气", "gas", 3}})
	got := m.Classify("楼道有煤气味,是不是煤气漏了", 2)
	if len(got) != 2 {
		t.Fatalf("got %v", got)
	}
	if diff := cmp.Diff([]string{"煤气味", "煤气"}, got[0].Words); diff != "" {
		t.Error(diff)
	}
	if got[0].Score <= got[1].Score || got[0].Score+got[1].Score >= 1 {
		t.Errorf("scores %v and %v", got[0].Score, got[1].Score)
	}
}

func TestClassifyRepeatedWord(t *testing.T) {
	m := hint.New([]hint.Word{{"停水", "water", 4}, {"物业", "estate", 4}})
	if got := codes(m.Classify("物业说停水,停水三天", 2)); got != "water estate" {
		t.Errorf("the word said twice does not lead: %s", got)
	}
}

func TestNewLeavesOutUselessRows(t *testing.T) {
	m := hint.New([]hint.Word{{"", "a", 3}, {" ,。", "a", 3}, {"井盖", "", 3}, {"井盖", "a", 0}, {"路灯", "b", 9}, {"路灯", "b", 1}})
	if got := m.Classify("井盖 路灯", 3); codes(got) != "b" || len(got[0].Words) != 1 {
		t.Errorf("got %v", got)
	}
	if got := hint.New(nil).Classify("井盖", 3); got != nil {
		t.Errorf("an empty model suggests %v", got)
	}
	if got := m.Classify("路灯", 0); got != nil {
		t.Errorf("nothing was asked for, got %v", got)
	}
}

// checkSuggestions holds what is true of every answer.
func checkSuggestions(t interface{ Errorf(string, ...any) }, text string, got []hint.Suggestion, n int) {
	if len(got) > n {
		t.Errorf("%d suggestions for %d asked", len(got), n)
	}
	sum, before, seen := 0.0, 1.0, map[string]bool{}
	for _, s := range got {
		if s.Score <= 0 || s.Score > before || math.IsNaN(s.Score) {
			t.Errorf("%q: score %v after %v", text, s.Score, before)
		}
		if seen[s.Code] || len(s.Words) == 0 {
			t.Errorf("%q: %s is told twice or without a reason", text, s.Code)
		}
		sum, before, seen[s.Code] = sum+s.Score, s.Score, true
	}
	if sum >= 1 {
		t.Errorf("%q: the scores add up to %v", text, sum)
	}
}

func TestClassifyProperties(t *testing.T) {
	word := rapid.StringOfN(rapid.RuneFrom([]rune("井盖水管路灯ab ,")), 1, 4, -1)
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOf(rapid.Custom(func(t *rapid.T) hint.Word {
			return hint.Word{Text: word.Draw(t, "word"), Code: rapid.StringMatching("[a-d]").Draw(t, "code"), Weight: rapid.IntRange(0, 6).Draw(t, "weight")}
		})).Draw(t, "rows")
		text := rapid.StringOf(rapid.RuneFrom([]rune("井盖水管路灯ab ,"))).Draw(t, "text")
		n := rapid.IntRange(0, 5).Draw(t, "n")
		m := hint.New(rows)
		got := m.Classify(text, n)
		checkSuggestions(t, text, got, n)
		if diff := cmp.Diff(got, hint.New(rows).Classify(text, n)); diff != "" {
			t.Errorf("the answer changes: %s", diff)
		}
		for _, s := range got {
			for _, w := range s.Words {
				if !strings.Contains(squeeze(text), squeeze(w)) {
					t.Errorf("%q is no reason, it is not in %q", w, text)
				}
			}
		}
	})
}

// squeeze drops what does not count when texts are compared.
func squeeze(s string) string { return strings.NewReplacer(" ", "", ",", "").Replace(s) }

func TestClassifyLongText(t *testing.T) {
	words := readLexicon(t)
	m := hint.New(words)
	var b strings.Builder
	for _, w := range words {
		b.WriteString(w.Text)
	}
	text := []rune(strings.Repeat(b.String(), 3))[:20000]
	checkSuggestions(t, "all words", m.Classify(string(text), len(words)), len(words))
	checkSuggestions(t, "one rune", m.Classify(strings.Repeat("水", 20000), 3), 3)
}

func FuzzClassify(f *testing.F) {
	m := hint.New(readLexicon(f))
	for _, s := range sentences {
		f.Add(s.text)
	}
	f.Add("\xff\xfe𨋢ＫＴＶ ktv\x00")
	f.Fuzz(func(t *testing.T, text string) {
		checkSuggestions(t, text, m.Classify(text, 5), 5)
		for _, token := range hint.Tokens(text) {
			if token == "" || !utf8.ValidString(token) {
				t.Errorf("token %q", token)
			}
		}
		if s := hint.Similar(text, text); s != 0 && math.Abs(s-1) > 1e-9 {
			t.Errorf("a text is alike itself by %v", s)
		}
	})
}

func TestTokens(t *testing.T) {
	for _, c := range []struct {
		text string
		want []string
	}{
		{"", nil},
		{"井盖坏", []string{"井", "井盖", "盖", "盖坏", "坏"}},
		{"井盖,坏", []string{"井", "井盖", "盖", "坏"}},
		{"水水水", []string{"水", "水水"}},
		{"拨打12345 Wi-Fi ＫＴＶ门", []string{"拨", "拨打", "打", "12345", "wi", "fi", "ktv", "门"}},
		{"困𨋢", []string{"困", "困𨋢", "𨋢"}},
		{"井a盖", []string{"井", "a", "盖"}},
	} {
		if diff := cmp.Diff(c.want, hint.Tokens(c.text)); diff != "" {
			t.Errorf("%q: %s", c.text, diff)
		}
	}
}

// TestTokensFindEverySubstring: whoever searches for a part of a Han text asks
// for tokens that the text has.
func TestTokensFindEverySubstring(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := []rune(rapid.StringOfN(rapid.RuneFrom([]rune("井盖水管路灯")), 1, 30, -1).Draw(t, "text"))
		from := rapid.IntRange(0, len(text)-1).Draw(t, "from")
		to := rapid.IntRange(from+1, len(text)).Draw(t, "to")
		have := map[string]bool{}
		for _, token := range hint.Tokens(string(text)) {
			if have[token] {
				t.Fatalf("%s twice", token)
			}
			have[token] = true
		}
		for _, token := range hint.Tokens(string(text[from:to])) {
			if !have[token] {
				t.Fatalf("%s is missing", token)
			}
		}
	})
}

func TestSimilar(t *testing.T) {
	for _, c := range []struct {
		a, b     string
		min, max float64
	}{
		{"", "", 0, 0},
		{"井盖", "", 0, 0},
		{",。", "!", 0, 0},
		{"水", "水", 1, 1},
		{"井盖坏了!", "井 盖坏了", 1, 1},
		{"学校门口井盖坏了", "学校门口的井盖坏了一个", 0.6, 0.9},
		{"学校门口井盖坏了", "楼上半夜装修太吵", 0, 0.05},
	} {
		got := hint.Similar(c.a, c.b)
		if got < c.min-1e-9 || got > c.max+1e-9 {
			t.Errorf("%q and %q: %v", c.a, c.b, got)
		}
	}
	symmetric := func(a, b string) bool {
		s := hint.Similar(a, b)
		return s == hint.Similar(b, a) && s >= 0 && s <= 1+1e-9
	}
	if err := quick.Check(symmetric, nil); err != nil {
		t.Error(err)
	}
}

func BenchmarkClassify(b *testing.B) {
	m := hint.New(readLexicon(b))
	text := string([]rune(strings.Repeat("学校门口有个沙井冇盖,旁边路灯唔着,昨晚有个阿婆差点跌落去,请尽快派人来处理。", 3))[:100])
	for b.Loop() {
		m.Classify(text, 3)
	}
}
