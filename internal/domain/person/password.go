package person

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"huying/internal/fault"
)

// The bounds of a password, in characters.
const (
	ShortestPassword = 10
	LongestPassword  = 128
)

// Password returns a password in the form that is hashed, the same however
// a keyboard has composed it.
func Password(s string) string { return norm.NFC.String(s) }

// leastParts is how many unforeseeable parts a password needs: a character
// that belongs to nothing known is one, and so is a whole word of the list, a
// row of keys, a date or a name of the person.
const leastParts = 6

// CheckPassword reports why a password is not good enough. Own are words that
// whoever knows the person would try: login, name, unit. Faults:
// password.too_short, password.too_long, password.malformed, password.breached,
// password.foreseeable.
func CheckPassword(s string, own ...string) error {
	n := utf8.RuneCountInString(s)
	switch {
	case !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl):
		return fault.Field("password", "password.malformed")
	case n < ShortestPassword:
		return fault.Field("password", "password.too_short", n, ShortestPassword)
	case n > LongestPassword:
		return fault.Field("password", "password.too_long", n, LongestPassword)
	}
	plain := fold(s)
	if _, ok := breached().whole[plain]; ok {
		return fault.Field("password", "password.breached")
	}
	names := make([]string, len(own))
	for i, word := range own {
		names[i] = fold(word)
	}
	if parts(plain, names) < leastParts {
		return fault.Field("password", "password.foreseeable")
	}
	return nil
}

// fold brings together what people take for different: case, full width, and
// the digits and signs that stand for letters.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case '@':
			return 'a'
		case '$':
			return 's'
		}
		return unicode.ToLower(r)
	}, norm.NFKC.String(s))
}

// parts counts the unforeseeable parts of a password, longest known part
// first at each place.
func parts(s string, own []string) int {
	n, text := 0, []rune(s)
	var seen []string
	for i := 0; i < len(text); {
		k := known(text[i:], own)
		if part := string(text[i : i+k]); !slices.Contains(seen, part) {
			n++ // what was there already is no new part
			seen = append(seen, part)
		}
		i += k
	}
	return n
}

// known returns the length of the longest known part that text begins with, at
// least one character.
func known(text []rune, own []string) int {
	best := max(walk(text), digits(text), 1)
	for _, word := range own {
		if n := utf8.RuneCountInString(word); n >= 2 && n > best && strings.HasPrefix(string(text), word) {
			best = n
		}
	}
	for n := min(len(text), breached().longest); n > best; n-- {
		if _, ok := breached().words[string(text[:n])]; ok {
			return n
		}
	}
	return best
}

// rows are the ways fingers run over a keyboard, and the alphabet.
var rows = func() []string {
	ways := []string{
		"`1234567890-=", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./", "abcdefghijklmnopqrstuvwxyz", "01234567890",
		"1qaz", "2wsx", "3edc", "4rfv", "5tgb", "6yhn", "7ujm", "8ik,", "9ol.", "0p;/", "147", "258", "369", "159", "753",
		"!@#$%^&*()", "!a#s%^&*()", "1qaz2wsx3edc4rfv5tgb6yhn7ujm", "qazwsxedcrfvtgbyhnujm", "1q2w3e4r5t6y7u8i9o0p", "qweasdzxc", "q1w2e3r4t5y6", "a1b2c3d4e5f6g7",
	}
	for _, w := range slices.Clone(ways) {
		back := []rune(w)
		slices.Reverse(back)
		ways = append(ways, string(back))
	}
	return ways
}()

// walk returns how many characters run along the keyboard or stand still, if
// at least three.
func walk(text []rune) int {
	same := 1
	for same < len(text) && text[same] == text[0] {
		same++
	}
	best := same
	for _, row := range rows {
		for n := min(len(text), len([]rune(row))); n > best && n >= 3; n-- {
			if strings.Contains(row, string(text[:n])) {
				best = n
			}
		}
	}
	if best < 3 {
		return 1
	}
	return best
}

// digits returns the length of a run of digits that is a year, a date, a
// telephone number or two pairs: four, six, eight or eleven of them.
func digits(text []rune) int {
	n := 0
	for n < len(text) && text[n] >= '0' && text[n] <= '9' {
		n++
	}
	for _, k := range [...]int{18, 11, 8, 6, 4} {
		if n >= k {
			return k
		}
	}
	return 1
}

//go:embed breached.txt
var breachedText string

type breachList struct {
	whole, words map[string]struct{}
	longest      int
}

// shortestWord is the shortest entry of the list that counts as a part of a
// longer password.
const shortestWord = 4

// breached returns the list of what is tried first. A line is a password or a
// word that passwords are made of; # begins a comment.
var breached = sync.OnceValue(func() breachList {
	l := breachList{whole: map[string]struct{}{}, words: map[string]struct{}{}}
	for line := range strings.Lines(breachedText) {
		line, _, _ = strings.Cut(line, "#")
		for _, word := range strings.Fields(line) {
			word = fold(word)
			l.whole[word] = struct{}{}
			if n := utf8.RuneCountInString(word); n >= shortestWord || n >= 2 && word[0] >= utf8.RuneSelf {
				l.words[word] = struct{}{}
				l.longest = max(l.longest, n)
			}
		}
	}
	return l
})
