package lite

import (
	"unsafe"

	"modernc.org/libc"
	"modernc.org/libc/sys/types"
	sqlite3 "modernc.org/sqlite/lib"
)

// A Stmt is a prepared statement. Its use is Bind every parameter, Step until
// false, Reset.
type Stmt struct {
	c        *Conn
	tls      *libc.TLS
	h        uintptr
	params   int
	columns  int
	readOnly bool

	// buf holds the text and bytes bound to the parameters, outside the Go
	// heap, until the next use overwrites it; SQLite reads it in place.
	buf  uintptr
	size int
	used int
}

// keepBuffer is the largest buffer that a statement keeps between two uses.
const keepBuffer = 64 << 10

// Type is how SQLite stores a value.
type Type int32

// The five storage classes.
const (
	Integer Type = sqlite3.SQLITE_INTEGER
	Float   Type = sqlite3.SQLITE_FLOAT
	Text    Type = sqlite3.SQLITE_TEXT
	Blob    Type = sqlite3.SQLITE_BLOB
	Null    Type = sqlite3.SQLITE_NULL
)

// Close gives the statement back.
func (s *Stmt) Close() {
	sqlite3.Xsqlite3_finalize(s.tls, s.h) // It repeats the error of the last Step.
	libc.Xfree(s.tls, s.buf)
	s.h, s.buf, s.size = 0, 0, 0
}

// Params returns the number of parameters, Columns that of result columns.
func (s *Stmt) Params() int { return s.params }

// Columns returns the number of result columns.
func (s *Stmt) Columns() int { return s.columns }

// Reserve makes room for n bytes of text and bytes in all parameters together.
// It comes before the Binds of one use.
func (s *Stmt) Reserve(n int) error {
	s.used = 0
	if n <= s.size && s.buf != 0 {
		return nil
	}
	libc.Xfree(s.tls, s.buf)
	size := max(n, 2*s.size, 128)
	s.buf, s.size = libc.Xmalloc(s.tls, types.Size_t(size)), size
	if s.buf == 0 {
		s.size = 0
		return errNoMemory
	}
	return nil
}

// BindNull sets parameter i, counted from 0, to NULL.
func (s *Stmt) BindNull(i int) error {
	return s.check(sqlite3.Xsqlite3_bind_null(s.tls, s.h, int32(i+1)))
}

// BindInt sets parameter i to v.
func (s *Stmt) BindInt(i int, v int64) error {
	return s.check(sqlite3.Xsqlite3_bind_int64(s.tls, s.h, int32(i+1), v))
}

// BindFloat sets parameter i to v.
func (s *Stmt) BindFloat(i int, v float64) error {
	return s.check(sqlite3.Xsqlite3_bind_double(s.tls, s.h, int32(i+1), v))
}

// BindText sets parameter i to v, for which room was reserved.
func (s *Stmt) BindText(i int, v string) error {
	p := s.put(unsafe.Slice(unsafe.StringData(v), len(v)))
	return s.check(sqlite3.Xsqlite3_bind_text(s.tls, s.h, int32(i+1), p, int32(len(v)), 0))
}

// BindBlob sets parameter i to v, for which room was reserved.
func (s *Stmt) BindBlob(i int, v []byte) error {
	p := s.put(v)
	return s.check(sqlite3.Xsqlite3_bind_blob(s.tls, s.h, int32(i+1), p, int32(len(v)), 0))
}

// put copies v into the buffer. An empty v still needs an address, because
// SQLite takes the address 0 for NULL.
func (s *Stmt) put(v []byte) uintptr {
	p := s.buf + uintptr(s.used)
	if len(v) > 0 {
		copy(libc.GoBytes(p, len(v)), v)
		s.used += len(v)
	}
	return p
}

func (s *Stmt) check(rc int32) error {
	if rc == sqlite3.SQLITE_OK {
		return nil
	}
	return s.c.error(rc)
}

// Step runs to the next row and reports whether there is one.
func (s *Stmt) Step() (bool, error) {
	switch rc := sqlite3.Xsqlite3_step(s.tls, s.h); rc {
	case sqlite3.SQLITE_ROW:
		return true, nil
	case sqlite3.SQLITE_DONE:
		return false, nil
	default:
		return false, s.c.error(rc)
	}
}

// Reset ends this use. An error of the last Step is not told again.
func (s *Stmt) Reset() {
	sqlite3.Xsqlite3_reset(s.tls, s.h)
	if s.size > keepBuffer {
		sqlite3.Xsqlite3_clear_bindings(s.tls, s.h)
		libc.Xfree(s.tls, s.buf)
		s.buf, s.size = 0, 0
	}
}

// Changes returns the number of rows that the last INSERT, UPDATE or DELETE of
// the connection changed.
func (s *Stmt) Changes() int64 { return sqlite3.Xsqlite3_changes64(s.tls, s.c.db) }

// Type returns how column i of the current row is stored.
func (s *Stmt) Type(i int) Type { return Type(sqlite3.Xsqlite3_column_type(s.tls, s.h, int32(i))) }

// Int returns column i of the current row.
func (s *Stmt) Int(i int) int64 { return sqlite3.Xsqlite3_column_int64(s.tls, s.h, int32(i)) }

// Float returns column i of the current row.
func (s *Stmt) Float(i int) float64 { return sqlite3.Xsqlite3_column_double(s.tls, s.h, int32(i)) }

// Text returns a copy of column i of the current row.
func (s *Stmt) Text(i int) string {
	p := sqlite3.Xsqlite3_column_text(s.tls, s.h, int32(i))
	n := int(sqlite3.Xsqlite3_column_bytes(s.tls, s.h, int32(i)))
	if p == 0 || n == 0 {
		return ""
	}
	return string(libc.GoBytes(p, n))
}

// Blob returns a copy of column i of the current row, never nil.
func (s *Stmt) Blob(i int) []byte {
	p := sqlite3.Xsqlite3_column_blob(s.tls, s.h, int32(i))
	n := int(sqlite3.Xsqlite3_column_bytes(s.tls, s.h, int32(i)))
	out := make([]byte, n)
	if p != 0 {
		copy(out, libc.GoBytes(p, n))
	}
	return out
}

// ReadOnly reports whether the statement leaves the database as it is.
func (s *Stmt) ReadOnly() bool { return s.readOnly }
