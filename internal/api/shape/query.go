package shape

import (
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"unicode/utf8"

	"huying/internal/fault"
)

// ReadQuery reads the parameters of an address into the struct that into
// points to, whose fields are all single values. Faults as Read, and
// request.parameter_unknown, request.parameter_twice,
// request.parameter_missing; a parameter that is empty counts as not given.
func (s *Shape) ReadQuery(q url.Values, into any) error {
	var wrong fault.List
	v := reflect.ValueOf(into).Elem()
	for _, name := range slices.Sorted(maps.Keys(q)) {
		values := q[name]
		i, known := s.index[name]
		switch {
		case !known:
			wrong.Add(fault.Field(clip(name), "request.parameter_unknown", clip(name), s.nearest(name)))
		case len(values) > 1:
			wrong.Add(fault.Field(name, "request.parameter_twice", name))
		case values[0] != "":
			f := &s.fields[i]
			wrong.Add(f.shape.parse(values[0], v.FieldByIndex(f.at), name))
		}
		if len(wrong) >= mostFaults {
			break
		}
	}
	for i, needed := range s.required {
		if name := s.fields[i].name; needed && q.Get(name) == "" {
			wrong.Add(fault.Field(name, "request.parameter_missing", name))
		}
	}
	return wrong.Err()
}

// parse reads one value from its text form.
func (s *Shape) parse(str string, v reflect.Value, path string) error {
	if s.null {
		v.Set(reflect.New(v.Type().Elem()))
		v = v.Elem()
	}
	if !utf8.ValidString(str) {
		return fault.Field(path, "text.not_utf8", path)
	}
	switch s.kind {
	case text:
		v.SetString(str)
		return s.checkText(path, str)
	case instant:
		t, err := parseTime(path, str)
		v.Set(reflect.ValueOf(t))
		return err
	case boolean:
		b, err := strconv.ParseBool(str)
		v.SetBool(b)
		if err != nil || len(str) == 1 {
			return fault.Field(path, "request.field_type", kindNames[s.kind])
		}
		return nil
	case integer, number:
		r := reader{b: []byte(str)}
		if !r.numeral() || r.at != len(str) {
			return fault.Field(path, "request.field_type", kindNames[s.kind])
		}
		return s.setNumber(v, path, str)
	}
	return fault.Field(path, "request.field_type", kindNames[s.kind])
}
