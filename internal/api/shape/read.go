package shape

import (
	"reflect"
	"strconv"
	"unicode/utf8"

	"huying/internal/fault"
)

// mostFaults bounds how many faults of one input are told.
const mostFaults = 50

// Read reads one JSON value into the struct that into points to. Faults, one
// or several as a fault.List, each with the path of its field: body.malformed,
// request.field_unknown, request.field_twice, request.field_missing,
// request.field_type, request.text_too_short, request.choice_unknown,
// request.number_out_of_range, request.time_malformed, request.items_count,
// date.impossible, text.too_long, text.not_utf8.
func (s *Shape) Read(body []byte, into any) error {
	r := reader{b: body}
	r.space()
	if r.value(s, reflect.ValueOf(into).Elem(), "", 0) {
		r.space()
		if r.at != len(r.b) {
			r.malformed()
		}
	}
	return r.wrong.Err()
}

// reader is one pass over a body. Its methods return false when the rest
// cannot be made sense of.
type reader struct {
	b     []byte
	at    int
	wrong fault.List
}

// tell notes a fault and reports whether reading goes on.
func (r *reader) tell(err error) bool {
	if err != nil {
		r.wrong.Add(err)
	}
	return len(r.wrong) < mostFaults
}

func (r *reader) malformed() bool {
	r.wrong = fault.List{fault.New(fault.Invalid, "body.malformed", r.at)}
	return false
}

func (r *reader) space() {
	for r.at < len(r.b) && (r.b[r.at] == ' ' || r.b[r.at] == '\n' || r.b[r.at] == '\t' || r.b[r.at] == '\r') {
		r.at++
	}
}

func (r *reader) peek() byte {
	if r.at < len(r.b) {
		return r.b[r.at]
	}
	return 0
}

func (r *reader) eat(c byte) bool {
	r.space()
	if r.peek() != c {
		return false
	}
	r.at++
	return true
}

// value reads one value of a shape.
func (r *reader) value(s *Shape, v reflect.Value, path string, depth int) bool {
	if r.peek() == 'n' {
		if !r.literal("null") {
			return false
		}
		if !s.null {
			return r.tell(fault.Field(path, "request.field_type", kindNames[s.kind], s.sample()))
		}
		v.SetZero()
		return true
	}
	if s.null {
		v.Set(reflect.New(v.Type().Elem()))
		v = v.Elem()
	}
	switch c := r.peek(); {
	case c == '{' && s.kind == object:
		return r.object(s, v, path, depth)
	case c == '[' && s.kind == list:
		return r.list(s, v, path, depth)
	case c == '"' && (s.kind == text || s.kind == instant):
		return r.text(s, v, path)
	case (c == 't' || c == 'f') && s.kind == boolean:
		v.SetBool(c == 't')
		return r.skip(depth)
	case (c == '-' || c >= '0' && c <= '9') && (s.kind == integer || s.kind == number):
		return r.number(s, v, path)
	}
	if !r.skip(depth) {
		return false
	}
	return r.tell(fault.Field(path, "request.field_type", kindNames[s.kind], s.sample()))
}

func (r *reader) object(s *Shape, v reflect.Value, path string, depth int) bool {
	r.at++
	var few [64]bool
	seen := few[:min(len(s.fields), len(few))]
	if len(s.fields) > len(few) {
		seen = make([]bool, len(s.fields))
	}
	for first := true; !r.eat('}'); first = false {
		if !first && !r.eat(',') {
			return r.malformed()
		}
		r.space()
		name, ok := r.string()
		if !ok || !r.eat(':') {
			return r.malformed()
		}
		r.space()
		i, known := s.index[name]
		switch {
		case !known:
			if !r.skip(depth+1) || !r.tell(fault.Field(join(path, clip(name)), "request.field_unknown", clip(name), s.nearest(name))) {
				return false
			}
		case seen[i]:
			if !r.skip(depth+1) || !r.tell(fault.Field(join(path, name), "request.field_twice", name)) {
				return false
			}
		default:
			seen[i] = true
			f := &s.fields[i]
			if !r.value(f.shape, v.FieldByIndex(f.at), join(path, name), depth+1) {
				return false
			}
		}
	}
	for i, needed := range s.required {
		if needed && !seen[i] && !r.tell(fault.Field(join(path, s.fields[i].name), "request.field_missing", s.fields[i].name, s.fields[i].shape.sample())) {
			return false
		}
	}
	return true
}

// mostItems bounds a list whose tag names no limit.
const mostItems = 1000

func (r *reader) list(s *Shape, v reflect.Value, path string, depth int) bool {
	r.at++
	most := s.maxLen
	if most < 0 {
		most = mostItems
	}
	n := 0
	v.Set(reflect.MakeSlice(v.Type(), 0, 0))
	for ; !r.eat(']'); n++ {
		if n > 0 && !r.eat(',') {
			return r.malformed()
		}
		r.space()
		if n >= most {
			if !r.skip(depth + 1) {
				return false
			}
			continue
		}
		v.Grow(1)
		v.SetLen(n + 1)
		v.Index(n).SetZero()
		if !r.value(s.elem, v.Index(n), join(path, strconv.Itoa(n)), depth+1) {
			return false
		}
	}
	if n > most || n < s.minLen {
		return r.tell(fault.Field(path, "request.items_count", n, max(s.minLen, 0), most))
	}
	return true
}

func (r *reader) text(s *Shape, v reflect.Value, path string) bool {
	str, ok := r.string()
	if !ok {
		return r.malformed()
	}
	if !utf8.ValidString(str) {
		return r.tell(fault.Field(path, "text.not_utf8", path))
	}
	if s.kind == instant {
		t, err := parseTime(path, str)
		v.Set(reflect.ValueOf(t))
		return r.tell(err)
	}
	v.SetString(str)
	return r.tell(s.checkText(path, str))
}

func (r *reader) number(s *Shape, v reflect.Value, path string) bool {
	start := r.at
	if !r.numeral() {
		return r.malformed()
	}
	return r.tell(s.setNumber(v, path, string(r.b[start:r.at])))
}

// setNumber reads a numeral that is known to be one.
func (s *Shape) setNumber(v reflect.Value, path, numeral string) error {
	if s.kind == integer {
		n, err := strconv.ParseInt(numeral, 10, 64)
		if err != nil {
			return fault.Field(path, "request.field_type", kindNames[s.kind])
		}
		v.SetInt(n)
		return s.checkNumber(path, float64(n))
	}
	f, err := strconv.ParseFloat(numeral, 64)
	if err != nil {
		return fault.Field(path, "request.field_type", kindNames[s.kind])
	}
	v.SetFloat(f)
	return s.checkNumber(path, f)
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
