package ledger

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"

	"huying/internal/fault"
)

// CheckCanonical reports whether b is canonical JSON as Canonical writes it.
// Fault: ledger.payload_not_canonical, with the byte it stops at.
func CheckCanonical(b []byte) error {
	if i := canonicalPrefix(b); i != len(b) || i == 0 {
		return fault.New(fault.Internal, "ledger.payload_not_canonical", i)
	}
	return nil
}

// canonicalPrefix returns how far b can be read as canonical JSON: len(b) if
// all of it is, else the offset of a byte that is wrong or one after it.
func canonicalPrefix(b []byte) int {
	if !utf8.Valid(b) {
		return invalidUTF8(b)
	}
	s := scanner{b: b}
	if !s.value(maxDepth) {
		return max(0, min(s.i, len(b)-1))
	}
	return s.i
}

func invalidUTF8(b []byte) int {
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return len(b)
}

// scanner reads canonical JSON without allocating, because a verification
// reads the payload of every entry there is. Its methods stop with s.i at the
// byte that is wrong and return false.
type scanner struct {
	b []byte
	i int
}

func (s *scanner) peek() byte {
	if s.i < len(s.b) {
		return s.b[s.i]
	}
	return 0
}

func (s *scanner) take(c byte) bool {
	if s.peek() != c {
		return false
	}
	s.i++
	return true
}

func (s *scanner) value(depth int) bool {
	switch c := s.peek(); {
	case c == '"':
		return s.text()
	case c == '{':
		return depth > 0 && s.object(depth-1)
	case c == '[':
		return depth > 0 && s.array(depth-1)
	case c == '-' || c >= '0' && c <= '9':
		return s.number()
	case c == 't':
		return s.word("true")
	case c == 'f':
		return s.word("false")
	}
	return s.word("null")
}

func (s *scanner) word(w string) bool {
	if !strings.HasPrefix(string(s.b[s.i:min(s.i+len(w), len(s.b))]), w) {
		return false
	}
	s.i += len(w)
	return true
}

func (s *scanner) array(depth int) bool {
	s.i++
	if s.take(']') {
		return true
	}
	for {
		if !s.value(depth) {
			return false
		}
		if !s.take(',') {
			return s.take(']')
		}
	}
}

func (s *scanner) object(depth int) bool {
	s.i++
	if s.take('}') {
		return true
	}
	var last []byte
	for {
		start := s.i
		if !s.text() {
			return false
		}
		key := s.b[start+1 : s.i-1]
		if last != nil && !ascending(last, key) {
			s.i = start
			return false
		}
		last = key
		if !s.take(':') || !s.value(depth) {
			return false
		}
		if !s.take(',') {
			return s.take('}')
		}
	}
}

// ascending reports a < b for two keys as they are written, between quotes.
func ascending(a, b []byte) bool {
	x, y := string(a), string(b)
	if strings.IndexByte(x, '\\') < 0 && strings.IndexByte(y, '\\') < 0 {
		return compareUTF16(x, y) < 0
	}
	return compareUTF16(unquote(x), unquote(y)) < 0
}

// unquote reads a text the scanner has accepted, so it cannot fail.
func unquote(s string) string {
	var out string
	if json.Unmarshal([]byte(`"`+s+`"`), &out) != nil {
		return s
	}
	return out
}

func (s *scanner) text() bool {
	if !s.take('"') {
		return false
	}
	b, i := s.b, s.i
	for {
		for i < len(b) && !special[b[i]] {
			i++
		}
		s.i = i
		if i == len(b) {
			return false
		}
		if b[i] == '"' {
			s.i++
			return true
		}
		if b[i] != '\\' || !s.escape() {
			return false
		}
		i = s.i
	}
}

// special are the bytes a text cannot hold as they are.
var special = func() (t [256]bool) {
	for c := range ' ' {
		t[c] = true
	}
	t['"'], t['\\'] = true, true
	return t
}()

// escape accepts the only spelling RFC 8785 has for the character.
func (s *scanner) escape() bool {
	s.i++
	c := s.peek()
	if c == '"' || c == '\\' || c != 0 && strings.IndexByte("btnfr", c) >= 0 {
		s.i++
		return true
	}
	if c != 'u' || s.i+5 > len(s.b) {
		return false
	}
	digits := s.b[s.i+1 : s.i+5]
	n := 0
	for _, d := range digits {
		v := strings.IndexByte("0123456789abcdef", d)
		if v < 0 {
			return false
		}
		n = n<<4 | v
	}
	if n >= ' ' || shortEscape[n] != 0 {
		return false
	}
	s.i += 5
	return true
}

func (s *scanner) number() bool {
	start := s.i
	s.take('-')
	digits := s.i
	for c := s.peek(); c >= '0' && c <= '9'; c = s.peek() {
		s.i++
	}
	n := s.i - digits
	switch {
	case n == 0 || n > 16:
		return false
	case n == 1:
		return s.b[digits] != '0' || digits == start
	case s.b[digits] == '0':
		return false
	case n < 16:
		return true
	}
	v, err := strconv.ParseInt(string(s.b[digits:s.i]), 10, 64)
	return err == nil && v <= maxNumber
}
