// Package shape reads what a client sent, a JSON body or the parameters of an
// address, into a struct, by the same struct tags from which the OpenAPI
// document is made: json, enum, minLength, maxLength, minimum, maximum,
// minItems, maxItems. It is stricter than encoding/json: a field nobody knows,
// a field given twice, another case of a name, null where nothing may be null
// and text that is not UTF-8 are faults, all of them told at once and each
// with its path. It knows no HTTP and no meaning of a field.
package shape

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"huying/internal/domain/duty"
	"huying/internal/fault"
)

// Shape is what one type of value may look like. It is compiled once and is
// safe for concurrent use.
type Shape struct {
	kind   kind
	null   bool // a pointer: null and absence are nil
	elem   *Shape
	fields []field
	index  map[string]int
	names  []string

	enum             []string
	minLen, maxLen   int // characters of a string or items of a list; -1 for no limit
	minimum, maximum float64
	hasMin, hasMax   bool
	requiredCount    int
	required         []bool
	typ              reflect.Type
}

type field struct {
	name  string
	at    []int
	shape *Shape
	doc   string
}

type kind uint8

const (
	object kind = iota
	list
	text
	boolean
	integer
	number
	instant
)

var kindNames = [...]string{"object", "array", "string", "boolean", "integer", "number", "date-time"}

var timeType = reflect.TypeFor[time.Time]()

// Of compiles the shape of a type: a struct of strings, booleans, integers,
// floats, times, structs, lists and pointers to them. Anything else is an
// error, which is a mistake of the program.
func Of(t reflect.Type) (*Shape, error) { return compile(t, "", 0) }

const maxDepth = 16

func compile(t reflect.Type, tag reflect.StructTag, depth int) (*Shape, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("shape: %v is too deep", t)
	}
	s := &Shape{minLen: -1, maxLen: -1, typ: t}
	if t.Kind() == reflect.Pointer {
		s.null, t = true, t.Elem()
	}
	switch {
	case t == timeType:
		s.kind = instant
	case t.Kind() == reflect.Struct:
		s.kind = object
		if err := s.addFields(t, nil, depth); err != nil {
			return nil, err
		}
	case t.Kind() == reflect.Slice:
		s.kind = list
		var err error
		if s.elem, err = compile(t.Elem(), "", depth+1); err != nil {
			return nil, err
		}
	case t.Kind() == reflect.String:
		s.kind = text
	case t.Kind() == reflect.Bool:
		s.kind = boolean
	case t.Kind() == reflect.Int || t.Kind() == reflect.Int64:
		s.kind = integer
	case t.Kind() == reflect.Float64:
		s.kind = number
	default:
		return nil, fmt.Errorf("shape: a %v cannot be read", t)
	}
	return s, s.limits(tag)
}

func (s *Shape) addFields(t reflect.Type, under []int, depth int) error {
	if s.index == nil {
		s.index = map[string]int{}
	}
	for i := range t.NumField() {
		f := t.Field(i)
		at := append(slices.Clone(under), i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous && name == "":
			if err := s.addFields(f.Type, at, depth); err != nil {
				return err
			}
			continue
		case !f.IsExported() || name == "-":
			continue
		case name == "":
			return fmt.Errorf("shape: %v.%s has no json name", t, f.Name)
		}
		sub, err := compile(f.Type, f.Tag, depth+1)
		if err != nil {
			return err
		}
		if _, twice := s.index[name]; twice {
			return fmt.Errorf("shape: %v has %q twice", t, name)
		}
		needed := !strings.Contains(options, "omit") && !sub.null
		s.index[name] = len(s.fields)
		s.names = append(s.names, name)
		s.fields = append(s.fields, field{name: name, at: at, shape: sub, doc: f.Tag.Get("doc")})
		s.required = append(s.required, needed)
		if needed {
			s.requiredCount++
		}
	}
	return nil
}

// limits reads the tags that narrow a value.
func (s *Shape) limits(tag reflect.StructTag) error {
	if v := tag.Get("enum"); v != "" {
		s.enum = strings.Split(v, ",")
	}
	for name, to := range map[string]*int{"minLength": &s.minLen, "maxLength": &s.maxLen, "minItems": &s.minLen, "maxItems": &s.maxLen} {
		if v := tag.Get(name); v != "" {
			n, err := strconv.Atoi(v)
			if err != nil {
				return fmt.Errorf("shape: %s %q", name, v)
			}
			*to = n
		}
	}
	var err error
	if v := tag.Get("minimum"); v != "" {
		s.hasMin = true
		s.minimum, err = strconv.ParseFloat(v, 64)
	}
	if v := tag.Get("maximum"); v != "" && err == nil {
		s.hasMax = true
		s.maximum, err = strconv.ParseFloat(v, 64)
	}
	return err
}

// Field is one field of an object, for documents.
type Field struct {
	Name     string
	Doc      string
	Required bool
	Type     reflect.Type
	Enum     []string
}

// Fields returns the fields of an object in their order.
func (s *Shape) Fields() []Field {
	out := make([]Field, len(s.fields))
	for i, f := range s.fields {
		out[i] = Field{Name: f.name, Doc: f.doc, Required: s.required[i], Type: f.shape.typ, Enum: f.shape.enum}
	}
	return out
}

// nearest is the known name spelled most like another, or "".
func (s *Shape) nearest(name string) string { return duty.Nearest(name, s.names) }

// clip keeps a wrong word that is quoted back from filling the screen.
func clip(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}

func (s *Shape) checkText(path, v string) error {
	n := -1
	if s.maxLen >= 0 && len(v) > s.maxLen || s.minLen > 0 && len(v) < 4*s.minLen {
		n = len([]rune(v))
	}
	if s.maxLen >= 0 && n > s.maxLen {
		return fault.Field(path, "text.too_long", n, s.maxLen)
	}
	if s.minLen > 0 && n >= 0 && n < s.minLen {
		return fault.Field(path, "request.text_too_short", n, s.minLen)
	}
	if s.enum != nil && !slices.Contains(s.enum, v) {
		return fault.Field(path, "request.choice_unknown", clip(v), strings.Join(s.enum, ", "), duty.Nearest(v, s.enum))
	}
	return nil
}

func (s *Shape) checkNumber(path string, v float64) error {
	if s.hasMin && v < s.minimum || s.hasMax && v > s.maximum {
		low, high := "…", "…"
		if s.hasMin {
			low = strconv.FormatFloat(s.minimum, 'f', -1, 64)
		}
		if s.hasMax {
			high = strconv.FormatFloat(s.maximum, 'f', -1, 64)
		}
		return fault.Field(path, "request.number_out_of_range", low, high)
	}
	return nil
}

// parseTime reads an instant as RFC 3339 writes it.
func parseTime(path, v string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339Nano, v)
	if err != nil {
		return t, fault.Field(path, "request.time_malformed", clip(v))
	}
	if y := t.Year(); y < 2000 || y > 2200 {
		return t, fault.Field(path, "date.impossible", y)
	}
	return t, nil
}
