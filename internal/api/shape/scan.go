package shape

import (
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// numeral passes over a number as RFC 8259 section 6 writes it.
func (r *reader) numeral() bool {
	if r.peek() == '-' {
		r.at++
	}
	if r.peek() == '0' {
		r.at++
	} else if !r.digits() {
		return false
	}
	if r.peek() == '.' {
		r.at++
		if !r.digits() {
			return false
		}
	}
	if c := r.peek(); c == 'e' || c == 'E' {
		r.at++
		if c := r.peek(); c == '+' || c == '-' {
			r.at++
		}
		return r.digits()
	}
	return true
}

func (r *reader) digits() bool {
	start := r.at
	for c := r.peek(); c >= '0' && c <= '9'; c = r.peek() {
		r.at++
	}
	return r.at > start
}

func (r *reader) literal(word string) bool {
	if len(r.b)-r.at < len(word) || string(r.b[r.at:r.at+len(word)]) != word {
		return r.malformed()
	}
	r.at += len(word)
	return true
}

// mostNested bounds how deep what is passed over may be nested.
const mostNested = 64

// skip passes over any value.
func (r *reader) skip(depth int) bool {
	if depth > mostNested {
		return r.malformed()
	}
	switch r.peek() {
	case '{':
		return r.skipAll('}', depth)
	case '[':
		return r.skipAll(']', depth)
	case '"':
		if _, ok := r.string(); !ok {
			return r.malformed()
		}
		return true
	case 't':
		return r.literal("true")
	case 'f':
		return r.literal("false")
	case 'n':
		return r.literal("null")
	}
	return r.numeral() || r.malformed()
}

func (r *reader) skipAll(end byte, depth int) bool {
	r.at++
	for first := true; !r.eat(end); first = false {
		if !first && !r.eat(',') {
			return r.malformed()
		}
		r.space()
		if end == '}' {
			if _, ok := r.string(); !ok || !r.eat(':') {
				return r.malformed()
			}
			r.space()
		}
		if !r.skip(depth + 1) {
			return false
		}
	}
	return true
}

// string reads a JSON string. What is not UTF-8 is returned as it is.
func (r *reader) string() (string, bool) {
	if r.peek() != '"' {
		return "", false
	}
	r.at++
	start := r.at
	for r.at < len(r.b) {
		switch c := r.b[r.at]; {
		case c == '"':
			r.at++
			return string(r.b[start : r.at-1]), true
		case c == '\\':
			return r.escaped(append(make([]byte, 0, r.at-start+64), r.b[start:r.at]...))
		case c < 0x20:
			return "", false
		}
		r.at++
	}
	return "", false
}

// escaped goes on with a string from its first backslash.
func (r *reader) escaped(out []byte) (string, bool) {
	for r.at < len(r.b) {
		c := r.b[r.at]
		r.at++
		switch {
		case c == '"':
			return string(out), true
		case c < 0x20:
			return "", false
		case c != '\\':
			out = append(out, c)
			continue
		}
		if r.at >= len(r.b) {
			return "", false
		}
		e := r.b[r.at]
		r.at++
		if e == 'u' {
			ch, ok := r.rune()
			if !ok {
				return "", false
			}
			out = utf8.AppendRune(out, ch)
			continue
		}
		plain, ok := escapes[e]
		if !ok {
			return "", false
		}
		out = append(out, plain)
	}
	return "", false
}

var escapes = map[byte]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// rune reads what follows a \u; half a pair of surrogates is no character.
func (r *reader) rune() (rune, bool) {
	first, ok := r.hex()
	if !ok || !utf16.IsSurrogate(first) {
		return first, ok
	}
	if r.at+2 > len(r.b) || r.b[r.at] != '\\' || r.b[r.at+1] != 'u' {
		return 0, false
	}
	r.at += 2
	second, ok := r.hex()
	ch := utf16.DecodeRune(first, second)
	return ch, ok && ch != utf8.RuneError
}

func (r *reader) hex() (rune, bool) {
	if r.at+4 > len(r.b) {
		return 0, false
	}
	n, err := strconv.ParseUint(string(r.b[r.at:r.at+4]), 16, 16)
	r.at += 4
	return rune(n), err == nil
}
