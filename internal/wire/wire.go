// Package wire writes Go values as JSON, byte for byte as encoding/json writes
// them without HTML escaping, from a plan that is made once for each type: the
// states of every act and the answers of the API pass here, and reflection
// costs more than everything else about them. What a plan does not know,
// encoding/json writes.
package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"unsafe"
)

// Append appends the JSON text of what v points to. v is a pointer that is not
// nil.
func Append[T any](dst []byte, v *T) ([]byte, error) {
	w := writer{b: dst}
	w.escape = true
	planOf(reflect.TypeFor[T]()).write(&w, unsafe.Pointer(v))
	return w.b, w.err
}

// AppendAny appends the JSON text of any value.
func AppendAny(dst []byte, v any) ([]byte, error) {
	if v == nil {
		return append(dst, "null"...), nil
	}
	at := reflect.ValueOf(v)
	if at.Kind() != reflect.Pointer || at.IsNil() {
		room := reflect.New(at.Type())
		room.Elem().Set(at)
		at = room
	}
	w := writer{b: dst, escape: true}
	planOf(at.Type().Elem()).write(&w, at.UnsafePointer())
	return w.b, w.err
}

// Field is one member of an object: its key, and its value as JSON.
type Field struct {
	Key   string
	Value []byte
}

// Fields appends the members of the struct that v points to as Append does,
// each of them whole, and returns the text and the members in order, which
// share its memory. Where it matters, as in a ledger, the text is canonical:
// the separators U+2028 and U+2029 stand for themselves. Members are appended
// to room.
func Fields[T any](dst []byte, v *T, room []Field) ([]byte, []Field, error) {
	w := writer{b: dst}
	p, ok := planOf(reflect.TypeFor[T]()).(*object)
	if !ok {
		return nil, nil, fmt.Errorf("wire: %T is no pointer to a struct", v)
	}
	var ends [192]int
	marks := p.members(&w, unsafe.Pointer(v), ends[:0])
	for i := 0; i < len(marks); i += 3 {
		room = append(room, Field{p.fields[marks[i]].name, w.b[marks[i+1]:marks[i+2]]})
	}
	return w.b, room, w.err
}

// writer is a text in the making.
type writer struct {
	b      []byte
	escape bool // U+2028 and U+2029, as encoding/json does
	err    error
}

func (w *writer) fail(err error) {
	if err != nil && w.err == nil {
		w.err = err
	}
}

// plan writes the value at an address.
type plan interface {
	write(w *writer, p unsafe.Pointer)
	// empty reports whether the value counts as empty under omitempty.
	empty(p unsafe.Pointer) bool
}

var plans sync.Map // reflect.Type → plan

func planOf(t reflect.Type) plan {
	if p, ok := plans.Load(t); ok {
		return p.(plan)
	}
	b := builder{made: map[reflect.Type]*later{}}
	p := b.plan(t)
	plans.Store(t, p)
	return p
}

// other leaves a value to encoding/json.
type other struct{ t reflect.Type }

func (o other) value(p unsafe.Pointer) reflect.Value { return reflect.NewAt(o.t, p) }

func (o other) write(w *writer, p unsafe.Pointer) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(o.value(p).Interface()); err != nil {
		w.fail(err)
		return
	}
	w.b = append(w.b, buf.Bytes()[:buf.Len()-1]...) // Encode ends its text with a newline
}

func (o other) empty(p unsafe.Pointer) bool {
	v := o.value(p).Elem()
	switch v.Kind() {
	case reflect.Map, reflect.Slice, reflect.Array, reflect.String:
		return v.Len() == 0
	case reflect.Struct:
		return false
	default:
		return v.IsZero()
	}
}

// later stands for the plan of a type that is still being made, as a type that
// refers to itself has.
type later struct{ plan }

var errNoText = errors.New("wire: a year that no text of a time has")
