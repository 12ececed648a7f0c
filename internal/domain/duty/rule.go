package duty

import (
	"slices"
	"strings"

	"huying/internal/domain/org"
	"huying/internal/fault"
)

// ParseUnitRule reads a rule as String writes it: a level, a colon and a
// suffix, e.g. "DISTRICT:CG". The empty text is the zero rule, which names no
// unit. Faults: unit_rule.malformed.
func ParseUnitRule(s string) (UnitRule, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return UnitRule{}, nil
	}
	level, suffix, ok := strings.Cut(s, ":")
	if !ok || org.Level(level).Rank() == 0 || !plain(suffix) {
		return UnitRule{}, fault.Field("unit", "unit_rule.malformed", clip(s))
	}
	return UnitRule{Level: org.Level(level), Suffix: suffix}, nil
}

// plain reports whether a suffix is made of capital letters, digits and
// underscores only, so that unit codes stay easy to say and to type.
func plain(suffix string) bool {
	if suffix == "" || len(suffix) > 16 {
		return false
	}
	for _, c := range suffix {
		if (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '_' {
			return false
		}
	}
	return true
}

// String writes the rule as LEVEL:SUFFIX; the zero rule is "".
func (r UnitRule) String() string {
	if r == (UnitRule{}) {
		return ""
	}
	return string(r.Level) + ":" + r.Suffix
}

// MarshalText writes the rule as String does.
func (r UnitRule) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (r *UnitRule) UnmarshalText(b []byte) error {
	v, err := ParseUnitRule(string(b))
	if err != nil {
		return err
	}
	*r = v
	return nil
}

// clip keeps a wrong text that is quoted back from filling the screen.
func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// Nearest returns the word of a vocabulary that needs the fewest typing
// changes to become s, or "" if none is near: more than a third of s would
// have to change, or s is too long to be a word at all. Among equals it
// returns the first in sorted order.
func Nearest(s string, known []string) string {
	word := []rune(strings.ToLower(s))
	if len(word) == 0 || len(word) > 64 {
		return ""
	}
	known = slices.Clone(known)
	slices.Sort(known)
	best, least := "", max(2, len(word)/3)+1
	for _, k := range known {
		if d := distance(word, []rune(strings.ToLower(k)), least); d < least {
			best, least = k, d
		}
	}
	return best
}

// distance is the number of insertions, deletions and substitutions between
// two words; it gives up with limit when it cannot be less.
func distance(a, b []rune, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j, y := range b {
			cost := diagonal
			if x != y {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return min(row[len(b)], limit)
}
