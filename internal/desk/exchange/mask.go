package exchange

import (
	"regexp"
	"strings"
	"unicode"
)

// digits finds what could be a telephone or identity number: seven digits or
// more, with single blanks or dashes between them.
var digits = regexp.MustCompile(`[0-9０-９](?:[ \-－—]?[0-9０-９]){6,}[Xx]?`)

// date finds a date at the beginning of such digits.
var date = regexp.MustCompile(`^(?:19|20)[0-9]{2}-[0-9]{1,2}-[0-9]{1,2}(?: [0-9]{1,2})?$`)

// mask replaces all but the first three digits of such numbers.
func mask(s string) string {
	return digits.ReplaceAllStringFunc(s, func(number string) string {
		if date.MatchString(number) {
			return number
		}
		seen := 0
		return strings.Map(func(r rune) rune {
			if !unicode.IsDigit(r) && r != 'X' && r != 'x' {
				return r
			}
			if seen++; seen > 3 {
				return '*'
			}
			return r
		}, number)
	})
}
