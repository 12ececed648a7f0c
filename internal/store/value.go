package store

import (
	"database/sql"
	"database/sql/driver"
	"fmt"
	"reflect"
	"strings"
	"time"
	"unicode/utf8"

	"huying/internal/fault"
	"huying/internal/store/lite"
)

// plain turns an argument into what both engines take alike: nil, int64,
// float64, bool, string or []byte. Named types become their kind, a nil pointer
// becomes NULL. A time.Time is refused because times are stored as integer
// microseconds, and text must be UTF-8 without NUL because PostgreSQL keeps no
// other.
func plain(v any) (any, error) {
	switch v := v.(type) {
	case string:
		return v, checkText(v)
	case nil, int64, float64, bool, []byte:
		return v, nil
	case int:
		return int64(v), nil
	case time.Time:
		return nil, fmt.Errorf("store: a time.Time is no argument, pass its UnixMicro")
	case driver.Valuer:
		inner, err := v.Value()
		if err != nil {
			return nil, fmt.Errorf("store: argument: %w", err)
		}
		if _, again := inner.(driver.Valuer); again {
			return nil, fmt.Errorf("store: argument of type %T gives another Valuer", v)
		}
		return plain(inner)
	}
	return plainKind(reflect.ValueOf(v))
}

func plainKind(v reflect.Value) (any, error) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return nil, nil
		}
		return plain(v.Elem().Interface())
	case reflect.String:
		return v.String(), checkText(v.String())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return v.Int(), nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		if v.Uint() > 1<<63-1 {
			return nil, fmt.Errorf("store: argument %d does not fit a BIGINT", v.Uint())
		}
		return int64(v.Uint()), nil
	case reflect.Float32, reflect.Float64:
		return v.Float(), nil
	case reflect.Bool:
		return v.Bool(), nil
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return v.Bytes(), nil
		}
	}
	return nil, fmt.Errorf("store: an argument cannot be a %s", v.Type())
}

func checkText(s string) error {
	if !utf8.ValidString(s) || strings.IndexByte(s, 0) >= 0 {
		return fault.New(fault.Invalid, "store.text_not_utf8")
	}
	return nil
}

// bindAll binds args to every parameter of s.
func bindAll(s *lite.Stmt, args []any) error {
	if len(args) != s.Params() {
		return fmt.Errorf("store: %d arguments for %d placeholders", len(args), s.Params())
	}
	room := 1
	for _, a := range args {
		switch a := a.(type) {
		case string:
			room += len(a)
		case []byte:
			room += len(a)
		case int64, int, bool, nil, float64:
		default:
			return bindPlain(s, args)
		}
	}
	if err := s.Reserve(room); err != nil {
		return err
	}
	for i, a := range args {
		if err := bindOne(s, i, a); err != nil {
			return err
		}
	}
	return nil
}

// bindPlain is bindAll for arguments that have to be made plain first.
func bindPlain(s *lite.Stmt, args []any) error {
	out := make([]any, len(args))
	for i, a := range args {
		var err error
		if out[i], err = plain(a); err != nil {
			return err
		}
	}
	return bindAll(s, out)
}

func bindOne(s *lite.Stmt, i int, a any) error {
	switch a := a.(type) {
	case string:
		if err := checkText(a); err != nil {
			return err
		}
		return s.BindText(i, a)
	case int64:
		return s.BindInt(i, a)
	case int:
		return s.BindInt(i, int64(a))
	case bool:
		if a {
			return s.BindInt(i, 1)
		}
		return s.BindInt(i, 0)
	case float64:
		return s.BindFloat(i, a)
	case []byte:
		if a != nil {
			return s.BindBlob(i, a)
		}
	}
	return s.BindNull(i)
}

// liteRow is the current row of s as a Scanner.
type liteRow struct{ s *lite.Stmt }

// Scan copies the columns into dest, as strictly as PostgreSQL does: a NULL
// needs a pointer to a pointer or a sql.Null, text does not become a number.
func (r liteRow) Scan(dest ...any) error {
	if len(dest) != r.s.Columns() {
		return fmt.Errorf("store: %d destinations for %d columns", len(dest), r.s.Columns())
	}
	for i, d := range dest {
		if err := assign(r.s, i, d); err != nil {
			return fmt.Errorf("store: column %d: %w", i+1, err)
		}
	}
	return nil
}

// assign copies column i into dest.
func assign(s *lite.Stmt, i int, dest any) error {
	typ := s.Type(i)
	switch d := dest.(type) {
	case *string:
		if typ == lite.Text {
			*d = s.Text(i)
			return nil
		}
	case *int64:
		if typ == lite.Integer {
			*d = s.Int(i)
			return nil
		}
	case *int:
		if typ == lite.Integer {
			*d = int(s.Int(i))
			return nil
		}
	case *bool:
		if typ == lite.Integer {
			*d = s.Int(i) != 0
			return nil
		}
	case *[]byte:
		if typ == lite.Blob {
			*d = s.Blob(i)
			return nil
		}
	case *any:
		*d = value(s, i, typ)
		return nil
	case sql.Scanner:
		return d.Scan(value(s, i, typ))
	}
	return assignKind(reflect.ValueOf(dest), value(s, i, typ))
}

// value returns column i as nil, int64, float64, string or []byte.
func value(s *lite.Stmt, i int, typ lite.Type) any {
	switch typ {
	case lite.Integer:
		return s.Int(i)
	case lite.Float:
		return s.Float(i)
	case lite.Text:
		return s.Text(i)
	case lite.Blob:
		return s.Blob(i)
	default:
		return nil
	}
}

// assignKind stores v in what dest points to, by its kind.
func assignKind(dest reflect.Value, v any) error {
	if dest.Kind() != reflect.Pointer || dest.IsNil() {
		return fmt.Errorf("destination is a %v, not a pointer", dest.Kind())
	}
	to := dest.Elem()
	if v == nil {
		if to.Kind() == reflect.Pointer || to.Kind() == reflect.Slice {
			to.SetZero()
			return nil
		}
		return fmt.Errorf("NULL does not fit a %s", to.Type())
	}
	if to.Kind() == reflect.Pointer {
		inner := reflect.New(to.Type().Elem())
		if err := assignKind(inner, v); err != nil {
			return err
		}
		to.Set(inner)
		return nil
	}
	if !setKind(to, v) {
		return fmt.Errorf("a %T does not fit a %s", v, to.Type())
	}
	return nil
}

func setKind(to reflect.Value, v any) bool {
	switch v := v.(type) {
	case int64:
		return setInt(to, v)
	case float64:
		if to.CanFloat() {
			to.SetFloat(v)
			return true
		}
	case string:
		if to.Kind() == reflect.String {
			to.SetString(v)
			return true
		}
	case []byte:
		if to.Kind() == reflect.Slice && to.Type().Elem().Kind() == reflect.Uint8 {
			to.SetBytes(v)
			return true
		}
	}
	return false
}

func setInt(to reflect.Value, v int64) bool {
	switch {
	case to.CanInt() && !to.OverflowInt(v):
		to.SetInt(v)
	case to.CanUint() && v >= 0 && !to.OverflowUint(uint64(v)):
		to.SetUint(uint64(v))
	case to.CanFloat():
		to.SetFloat(float64(v))
	case to.Kind() == reflect.Bool:
		to.SetBool(v != 0)
	default:
		return false
	}
	return true
}
