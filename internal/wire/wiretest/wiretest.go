// Package wiretest asks of any type that package wire writes it as
// encoding/json does.
package wiretest

import (
	"bytes"
	"encoding/json"
	"math"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"huying/internal/ident"
	"huying/internal/wire"
)

// Same fills values of a type at random and compares the two texts.
func Same(t *testing.T, typ reflect.Type) {
	t.Helper()
	rapid.Check(t, func(rt *rapid.T) {
		v := reflect.New(typ)
		fill(rt, v.Elem(), 4)
		want, wantErr := Plain(v.Interface())
		got, err := wire.AppendAny(nil, v.Interface())
		if (err != nil) != (wantErr != nil) {
			rt.Fatalf("%v: %v, want %v", typ, err, wantErr)
		}
		if err == nil && !bytes.Equal(got, want) {
			rt.Fatalf("%v\nwrites %s\nwant   %s", typ, got, want)
		}
	})
}

// Plain is the text that encoding/json writes.
func Plain(v any) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n")), err
}

var texts = rapid.OneOf(rapid.SampledFrom([]string{
	"", "呼应", `"\`, "a\x00\x1f\b\f\n\r\t", "<a&b>", "\u2028\u2029", "\xff路\xe5", "\U0001F600", "\x7f", "�",
}), rapid.String())

// fill sets v at random; depth bounds what refers to itself.
func fill(t *rapid.T, v reflect.Value, depth int) {
	switch v.Interface().(type) {
	case time.Time:
		at := time.Unix(rapid.Int64Range(-70_000_000_000, 260_000_000_000).Draw(t, "s"), rapid.Int64Range(0, 999_999_999).Draw(t, "ns"))
		v.Set(reflect.ValueOf(rapid.SampledFrom([]time.Time{{}, at.UTC(), at.In(ident.Zone)}).Draw(t, "time")))
		return
	case ident.ID:
		v.SetInt(rapid.SampledFrom([]int64{0, -3, 5, 1 << 40, 337657431851023}).Draw(t, "id"))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(texts.Draw(t, "text"))
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, "bool"))
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(rapid.OneOf(rapid.Just(int64(0)), rapid.Int64Range(math.MinInt8, math.MaxInt8), rapid.Int64()).Draw(t, "int"))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(rapid.Uint64().Draw(t, "uint"))
	case reflect.Float32, reflect.Float64:
		v.SetFloat(rapid.Float64Range(-1e30, 1e30).Draw(t, "float"))
	case reflect.Pointer:
		if depth > 0 && rapid.Bool().Draw(t, "some") {
			v.Set(reflect.New(v.Type().Elem()))
			fill(t, v.Elem(), depth-1)
		}
	case reflect.Slice:
		n := rapid.IntRange(-1, 2).Draw(t, "n")
		if n < 0 || depth == 0 {
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			fill(t, v.Index(i), depth-1)
		}
	case reflect.Map:
		fillMap(t, v, depth)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fill(t, v.Field(i), depth)
			}
		}
	}
}

func fillMap(t *rapid.T, v reflect.Value, depth int) {
	n := rapid.IntRange(-1, 3).Draw(t, "n")
	if n < 0 || depth == 0 {
		return
	}
	v.Set(reflect.MakeMap(v.Type()))
	for range n {
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(t, key, depth-1)
		fill(t, value, depth-1)
		v.SetMapIndex(key, value)
	}
}
