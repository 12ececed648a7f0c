package shape

import (
	"strconv"
	"strings"
)

// sampleDepth bounds how far a sample goes into what it shows.
const sampleDepth = 3

// sample writes a value of the shape with all that must be in it, for whoever
// sent something else. What is plain to see from the kind alone has none.
func (s *Shape) sample() string {
	if s.enum == nil && s.kind != object && s.kind != list && s.kind != instant {
		return ""
	}
	var b strings.Builder
	s.write(&b, sampleDepth)
	return b.String()
}

func (s *Shape) write(b *strings.Builder, depth int) {
	switch s.kind {
	case object:
		s.writeObject(b, depth)
	case list:
		b.WriteByte('[')
		s.elem.write(b, depth)
		b.WriteByte(']')
	case text:
		word := "…"
		if s.enum != nil {
			word = s.enum[0]
		}
		b.WriteString(strconv.Quote(word))
	case boolean:
		b.WriteString("true")
	case integer, number:
		b.WriteString(strconv.FormatFloat(max(s.minimum, 1), 'f', -1, 64))
	case instant:
		b.WriteString(`"2026-03-10T09:00:00+08:00"`)
	}
}

// writeObject writes the members that must be there, or the first one.
func (s *Shape) writeObject(b *strings.Builder, depth int) {
	b.WriteByte('{')
	n := 0
	for i, f := range s.fields {
		if !s.required[i] && (s.requiredCount > 0 || i > 0) {
			continue
		}
		if n++; n > 1 {
			b.WriteString(", ")
		}
		b.WriteString(strconv.Quote(f.name) + ": ")
		if depth == 0 {
			b.WriteString("…")
			continue
		}
		f.shape.write(b, depth-1)
	}
	b.WriteByte('}')
}
