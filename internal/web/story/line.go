package story

import (
	"strings"
	"unicode"
)

// block writes a text into a column from where the pen stands, and leaves the
// pen below it at the margin.
func (p *sheet) block(w, height float64, s string) {
	for _, line := range p.lines(s, w) {
		p.CellFormat(w, height, line, "", 2, "L", false, 0, "")
	}
	p.SetX(margin)
}

// lines breaks a text so that it fits into a column in the present font: at
// spaces, and between Chinese letters, of which none is lost.
func (p *sheet) lines(s string, w float64) []string {
	var out []string
	for paragraph := range strings.SplitSeq(strings.TrimRight(p.fit(s), "\n"), "\n") {
		out = append(out, broken([]rune(paragraph), w-2*p.GetCellMargin(), func(c rune) float64 { return p.GetStringWidth(string(c)) })...)
	}
	return out
}

// broken breaks a paragraph into lines of at most room. A word that is longer
// is cut.
func broken(s []rune, room float64, width func(rune) float64) []string {
	var out []string
	begin, cut, used := 0, 0, 0.0
	for i := 0; i < len(s); i++ {
		if i > begin && mayPart(s[i-1], s[i]) {
			cut = i
		}
		if used += width(s[i]); used <= room || i == begin || s[i] == ' ' {
			continue
		}
		if cut <= begin {
			cut = i
		}
		out = append(out, strings.TrimRight(string(s[begin:cut]), " "))
		begin, used = cut, 0
		i = cut - 1
	}
	return append(out, strings.TrimRight(string(s[begin:]), " "))
}

// What may not begin a line, and what may not end one.
const (
	closing = "，。、；：！？）》」』】〉…—”’·%"
	opening = "（《「『【〈“‘"
)

// mayPart reports whether a line may end between two letters.
func mayPart(a, b rune) bool {
	switch {
	case a == ' ':
		return b != ' '
	case strings.ContainsRune(closing, b), strings.ContainsRune(opening, a), b == ' ':
		return false
	}
	return chinese(a) || chinese(b)
}

func chinese(c rune) bool {
	return unicode.Is(unicode.Han, c) || c >= 0x3000 && c <= 0x303f || c >= 0xff00 && c <= 0xffef
}
