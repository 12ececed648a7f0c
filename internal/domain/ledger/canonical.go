package ledger

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"unicode/utf8"

	"huying/internal/fault"
)

const (
	maxDepth  = 64        // nesting of canonical JSON
	maxNumber = 1<<53 - 1 // the largest integer every reader of JSON keeps exact
)

var (
	errDepth    = errors.New("nested too deeply")
	errRepeated = errors.New("a key appears twice")
	errNumber   = errors.New("a number is no integer between -(2⁵³-1) and 2⁵³-1; write it as text")
	errUTF8     = errors.New("not UTF-8")
	errTrailing = errors.New("text after the value")
)

// Canonical returns v as the one JSON text of RFC 8785: keys in order of their
// UTF-16 units, no white space, nothing escaped that need not be. It is
// stricter in two ways: numbers are integers whose magnitude is below 2⁵³, and
// nesting stops at 64. Faults: ledger.payload_unfit.
func Canonical(v any) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, fault.New(fault.Internal, "ledger.payload_unfit").Because(err)
	}
	text := buf.Bytes()[:buf.Len()-1] // Encode ends its text with a newline.
	if canonicalPrefix(text) == len(text) {
		return text, nil
	}
	return canonicalText(text)
}

// canonicalText returns the canonical form of any JSON text.
func canonicalText(text []byte) ([]byte, error) {
	unfit := fault.New(fault.Internal, "ledger.payload_unfit")
	if !utf8.Valid(text) {
		return nil, unfit.Because(errUTF8)
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	out, err := appendValue(make([]byte, 0, len(text)), dec, maxDepth)
	if err != nil {
		return nil, unfit.Because(err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, unfit.Because(errTrailing)
	}
	return out, nil
}

func appendValue(dst []byte, dec *json.Decoder, depth int) ([]byte, error) {
	tok, err := dec.Token()
	if err != nil {
		return nil, err
	}
	switch v := tok.(type) {
	case json.Delim:
		if depth == 0 {
			return nil, errDepth
		}
		if v == '{' {
			return appendObject(dst, dec, depth-1)
		}
		return appendArray(dst, dec, depth-1)
	case string:
		return appendString(dst, v), nil
	case json.Number:
		n, err := strconv.ParseInt(v.String(), 10, 64)
		if err != nil || n > maxNumber || n < -maxNumber {
			return nil, fmt.Errorf("%w: %s", errNumber, clip(v.String()))
		}
		return strconv.AppendInt(dst, n, 10), nil
	case bool:
		return strconv.AppendBool(dst, v), nil
	}
	return append(dst, "null"...), nil
}

func appendArray(dst []byte, dec *json.Decoder, depth int) ([]byte, error) {
	dst = append(dst, '[')
	for first := true; dec.More(); first = false {
		if !first {
			dst = append(dst, ',')
		}
		var err error
		if dst, err = appendValue(dst, dec, depth); err != nil {
			return nil, err
		}
	}
	_, err := dec.Token()
	return append(dst, ']'), err
}

func appendObject(dst []byte, dec *json.Decoder, depth int) ([]byte, error) {
	type member struct {
		key   string
		value []byte
	}
	var members []member
	for dec.More() {
		tok, err := dec.Token()
		if err != nil {
			return nil, err
		}
		key, _ := tok.(string) // Inside an object the decoder gives keys as strings.
		value, err := appendValue(nil, dec, depth)
		if err != nil {
			return nil, err
		}
		members = append(members, member{key, value})
	}
	if _, err := dec.Token(); err != nil {
		return nil, err
	}
	slices.SortFunc(members, func(a, b member) int { return compareUTF16(a.key, b.key) })
	dst = append(dst, '{')
	for i, m := range members {
		if i > 0 {
			if members[i-1].key == m.key {
				return nil, fmt.Errorf("%w: %s", errRepeated, clip(m.key))
			}
			dst = append(dst, ',')
		}
		dst = append(append(appendString(dst, m.key), ':'), m.value...)
	}
	return append(dst, '}'), nil
}

func appendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c >= ' ':
			dst = append(dst, c)
		case shortEscape[c] != 0:
			dst = append(dst, '\\', shortEscape[c])
		default:
			dst = fmt.Appendf(dst, `\u%04x`, c)
		}
	}
	return append(dst, '"')
}

// shortEscape gives the letter of the control characters that have one.
var shortEscape = [' ']byte{'\b': 'b', '\t': 't', '\n': 'n', '\f': 'f', '\r': 'r'}

// compareUTF16 compares two UTF-8 texts by their UTF-16 units, as RFC 8785
// sorts keys. It differs from the order of bytes where a character beyond
// U+FFFF, a surrogate pair in UTF-16, meets one of U+E000 to U+FFFF.
func compareUTF16(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		x, y := a[i], b[i]
		if x == y {
			continue
		}
		if x >= 0xee && y >= 0xee && (x >= 0xf0) != (y >= 0xf0) {
			return int(y) - int(x)
		}
		return int(x) - int(y)
	}
	return len(a) - len(b)
}
