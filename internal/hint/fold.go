package hint

import "unicode"

// fold brings a text to the one form in which texts are compared: lower case,
// half width, without punctuation and without white space, except one space
// between two ASCII words.
func fold(text string) []rune {
	out := make([]rune, 0, len(text)/2)
	gap := false
	for _, r := range text {
		r = narrow(r)
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			gap = true
			continue
		}
		if gap && len(out) > 0 && latin(r) && latin(out[len(out)-1]) {
			out = append(out, ' ')
		}
		gap = false
		out = append(out, r)
	}
	return out
}

// narrow returns the half-width, lower-case form of a rune.
func narrow(r rune) rune {
	if r >= '！' && r <= '～' {
		r -= '！' - '!'
	}
	if r < 0x80 {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}
	return unicode.ToLower(r)
}

// latin reports whether r belongs to a word that is written with spaces around
// it: an ASCII letter or digit of a folded text.
func latin(r rune) bool { return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' }

// whole reports whether text[start:end] does not cut an ASCII word in two, so
// that "ev" is not found in "every".
func whole(text []rune, start, end int) bool {
	if start > 0 && latin(text[start]) && latin(text[start-1]) {
		return false
	}
	return end == len(text) || !latin(text[end-1]) || !latin(text[end])
}
