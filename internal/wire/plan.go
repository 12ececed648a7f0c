package wire

import (
	"encoding"
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unsafe"

	"huying/internal/ident"
)

// builder makes the plan of a type and of those it is made of.
type builder struct{ made map[reflect.Type]*later }

var (
	jsonMarshaler = reflect.TypeFor[json.Marshaler]()
	textMarshaler = reflect.TypeFor[encoding.TextMarshaler]()
	zeroer        = reflect.TypeFor[interface{ IsZero() bool }]()
)

func (b *builder) plan(t reflect.Type) plan {
	if p := b.made[t]; p != nil {
		return p
	}
	l := &later{}
	b.made[t] = l
	l.plan = b.fresh(t)
	return l.plan
}

func (b *builder) fresh(t reflect.Type) plan {
	switch t {
	case reflect.TypeFor[time.Time]():
		return instant{}
	case reflect.TypeFor[ident.ID]():
		return number{}
	}
	if own(t) {
		return other{t}
	}
	switch t.Kind() {
	case reflect.String:
		return text{}
	case reflect.Bool:
		return boolean{}
	case reflect.Int, reflect.Int64:
		if t.Size() == 8 {
			return integer{}
		}
		return other{t}
	case reflect.Map:
		if t.Key() == reflect.TypeFor[string]() && t.Elem() == reflect.TypeFor[string]() {
			return dictionary{}
		}
		return other{t}
	case reflect.Pointer:
		return pointer{b.plan(t.Elem())}
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return other{t}
		}
		return slice{b.plan(t.Elem()), t.Elem().Size()}
	case reflect.Struct:
		return b.object(t)
	default:
		return other{t}
	}
}

// own reports whether a type writes itself.
func own(t reflect.Type) bool {
	p := reflect.PointerTo(t)
	return p.Implements(jsonMarshaler) || p.Implements(textMarshaler)
}

// object writes a struct.
type object struct{ fields []field }

type field struct {
	name      string
	key       string // with quotes and colon
	offset    uintptr
	plan      plan
	omitEmpty bool
	zero      func(unsafe.Pointer) bool // of omitzero; nil: always written
}

// object plans a struct; one that embeds another is left to encoding/json,
// whose rules about them are long.
func (b *builder) object(t reflect.Type) plan {
	o := &object{}
	for f := range t.Fields() {
		tag := f.Tag.Get("json")
		if f.Anonymous {
			return other{t}
		}
		if !f.IsExported() || tag == "-" {
			continue
		}
		name, opts, _ := strings.Cut(tag, ",")
		if name == "" {
			name = f.Name
		}
		x := field{name: name, key: string(appendText(nil, name, true)) + ":", offset: f.Offset, plan: b.plan(f.Type)}
		for opt := range strings.SplitSeq(opts, ",") {
			switch opt {
			case "omitempty":
				x.omitEmpty = true
			case "omitzero":
				x.zero = zeroOf(f.Type)
			case "":
			default:
				return other{t}
			}
		}
		o.fields = append(o.fields, x)
	}
	return o
}

// zeroOf returns the test of omitzero.
func zeroOf(t reflect.Type) func(unsafe.Pointer) bool {
	if t == reflect.TypeFor[time.Time]() {
		return func(p unsafe.Pointer) bool { return (*time.Time)(p).IsZero() }
	}
	asks := reflect.PointerTo(t).Implements(zeroer) && t.Kind() != reflect.Pointer
	return func(p unsafe.Pointer) bool {
		v := reflect.NewAt(t, p)
		if asks {
			return v.Interface().(interface{ IsZero() bool }).IsZero()
		}
		return v.Elem().IsZero()
	}
}

func (o *object) write(w *writer, p unsafe.Pointer) { o.members(w, p, nil) }

func (o *object) empty(unsafe.Pointer) bool { return false }

// members writes the struct and, if marks is not nil, appends for each member
// that is written its index and where its value begins and ends.
func (o *object) members(w *writer, p unsafe.Pointer, marks []int) []int {
	w.b = append(w.b, '{')
	first := true
	for i := range o.fields {
		f := &o.fields[i]
		at := unsafe.Add(p, f.offset)
		if f.omitEmpty && f.plan.empty(at) || f.zero != nil && f.zero(at) {
			continue
		}
		if !first {
			w.b = append(w.b, ',')
		}
		first = false
		w.b = append(w.b, f.key...)
		from := len(w.b)
		f.plan.write(w, at)
		if marks != nil {
			marks = append(marks, i, from, len(w.b))
		}
	}
	w.b = append(w.b, '}')
	return marks
}

// The plans of plain values.
type (
	text       struct{}
	boolean    struct{}
	dictionary struct{}
	integer    struct{}
	number     struct{}
	instant    struct{}
	pointer    struct{ to plan }
	slice      struct {
		of   plan
		size uintptr
	}
)

func (text) write(w *writer, p unsafe.Pointer) { w.b = appendText(w.b, *(*string)(p), w.escape) }
func (text) empty(p unsafe.Pointer) bool       { return *(*string)(p) == "" }

func (boolean) write(w *writer, p unsafe.Pointer) { w.b = strconv.AppendBool(w.b, *(*bool)(p)) }
func (boolean) empty(p unsafe.Pointer) bool       { return !*(*bool)(p) }

func (integer) write(w *writer, p unsafe.Pointer) { w.b = strconv.AppendInt(w.b, *(*int64)(p), 10) }
func (integer) empty(p unsafe.Pointer) bool       { return *(*int64)(p) == 0 }

func (number) write(w *writer, p unsafe.Pointer) {
	w.b = append(w.b, '"')
	b, err := (*(*ident.ID)(p)).AppendText(w.b)
	if err != nil {
		w.fail(err)
		return
	}
	w.b = append(b, '"')
}
func (number) empty(p unsafe.Pointer) bool { return *(*ident.ID)(p) == 0 }

// write takes the years that RFC 3339 has; encoding/json refuses the others.
func (instant) write(w *writer, p unsafe.Pointer) {
	t := *(*time.Time)(p)
	_, offset := t.Zone()
	if y := t.Year(); y < 0 || y > 9999 || offset <= -24*3600 || offset >= 24*3600 {
		w.fail(errNoText)
		return
	}
	w.b = append(w.b, '"')
	w.b = t.AppendFormat(w.b, time.RFC3339Nano)
	w.b = append(w.b, '"')
}
func (instant) empty(unsafe.Pointer) bool { return false }

func (x pointer) write(w *writer, p unsafe.Pointer) {
	to := *(*unsafe.Pointer)(p)
	if to == nil {
		w.b = append(w.b, "null"...)
		return
	}
	x.to.write(w, to)
}
func (pointer) empty(p unsafe.Pointer) bool { return *(*unsafe.Pointer)(p) == nil }

func (dictionary) write(w *writer, p unsafe.Pointer) {
	m := *(*map[string]string)(p)
	if m == nil {
		w.b = append(w.b, "null"...)
		return
	}
	var room [8]string
	keys := room[:0]
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for i, k := range keys {
		w.b = append(w.b, "{,"[min(i, 1)])
		w.b = append(appendText(w.b, k, w.escape), ':')
		w.b = appendText(w.b, m[k], w.escape)
	}
	if len(keys) == 0 {
		w.b = append(w.b, '{')
	}
	w.b = append(w.b, '}')
}
func (dictionary) empty(p unsafe.Pointer) bool { return len(*(*map[string]string)(p)) == 0 }

// header is how a slice lies in memory.
type header struct {
	data     unsafe.Pointer
	len, cap int
}

func (x slice) write(w *writer, p unsafe.Pointer) {
	h := (*header)(p)
	if h.data == nil {
		w.b = append(w.b, "null"...)
		return
	}
	w.b = append(w.b, '[')
	for i := range h.len {
		if i > 0 {
			w.b = append(w.b, ',')
		}
		x.of.write(w, unsafe.Add(h.data, uintptr(i)*x.size))
	}
	w.b = append(w.b, ']')
}
func (slice) empty(p unsafe.Pointer) bool { return (*header)(p).len == 0 }
