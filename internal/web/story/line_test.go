package story

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// letter is as wide as a typewriter has it: a Chinese one two.
func letter(c rune) float64 {
	if chinese(c) {
		return 2
	}
	return 1
}

// A text is broken into lines that fit, and not a letter of it is lost.
func TestNoLetterIsLostBetweenLines(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOfN(rapid.RuneFrom([]rune("漯河市人力资源和社会保障局，。（）《》“”办结ab12 %")), 0, 80, -1).Draw(t, "text")
		room := float64(rapid.IntRange(2, 30).Draw(t, "room"))
		lines := broken([]rune(s), room, letter)
		bare := func(s string) string { return strings.ReplaceAll(s, " ", "") }
		if got := strings.Join(lines, ""); bare(got) != bare(s) {
			t.Fatalf("%q became %q", s, lines)
		}
		for _, l := range lines {
			sum := 0.0
			for _, c := range l {
				sum += letter(c)
			}
			if sum > room {
				t.Fatalf("%q is wider than %v", l, room)
			}
		}
	})
}

func TestLinesAreBrokenWhereAReaderExpectsIt(t *testing.T) {
	for _, c := range []struct {
		text string
		room float64
		want string
	}{
		{"逾期办结", 6, "逾期办|结"},
		{"漯河市人力资源和社会保障局", 24, "漯河市人力资源和社会保障|局"},
		{"责任没有压实，下月重点督办", 12, "责任没有压|实，下月重点|督办"},
		{"按《规定》办理", 4, "按|《规|定》|办理"},
		{"done in good time", 9, "done in|good time"},
		{"abcdefgh", 3, "abc|def|gh"},
		{"", 3, ""},
	} {
		if got := strings.Join(broken([]rune(c.text), c.room, letter), "|"); got != c.want {
			t.Errorf("%q in %v: %q, want %q", c.text, c.room, got, c.want)
		}
	}
}
