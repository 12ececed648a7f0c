// Package lite is a thin binding to the SQLite that modernc.org/sqlite
// translates to Go: connections, prepared statements and the online backup.
//
// It exists because database/sql and the driver's rows cost more than SQLite
// itself on the write path (column names, declared types, a lock and several
// allocations for each statement). It knows no pools, no groups and no Go types
// beyond the five that SQLite stores.
package lite

import (
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"unsafe"

	"modernc.org/libc"
	"modernc.org/libc/sys/types"
	sqlite3 "modernc.org/sqlite/lib"
)

// Flags say how a file is opened.
type Flags int32

// The ways to open a file. All expect that one goroutine at a time uses the
// connection; Interrupt alone may be called from any.
const (
	ReadWrite Flags = sqlite3.SQLITE_OPEN_READWRITE | sqlite3.SQLITE_OPEN_NOMUTEX
	Create    Flags = ReadWrite | sqlite3.SQLITE_OPEN_CREATE
)

// Error is what SQLite answered: an extended result code and its words.
type Error struct {
	Code int
	Msg  string
}

func (e *Error) Error() string { return fmt.Sprintf("sqlite: %s (%d)", e.Msg, e.Code) }

// Primary returns the result code without its extension.
func (e *Error) Primary() int { return e.Code & 0xff }

// A Conn is one connection.
type Conn struct {
	tls *libc.TLS
	db  uintptr
	log *gathered // nil unless GatherLog was called

	mu     sync.Mutex // guards closed against Interrupt
	closed bool
}

// pointerSize is what SQLite writes when it returns a handle.
const pointerSize = types.Size_t(unsafe.Sizeof(uintptr(0)))

// Open opens the database file at path; path is a plain file name, never a URI.
func Open(path string, flags Flags) (*Conn, error) { return open(path, flags) }

// OpenFrozen opens the database file at path, an absolute one, on a file system
// that nobody can write to: nothing is locked and no file is made beside it. If
// the file changes all the same, what is read may be wrong.
func OpenFrozen(path string) (*Conn, error) {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // a drive
	}
	uri := url.URL{Scheme: "file", Path: path, RawQuery: "immutable=1"}
	return open(uri.String(), sqlite3.SQLITE_OPEN_READONLY|sqlite3.SQLITE_OPEN_NOMUTEX|sqlite3.SQLITE_OPEN_URI)
}

func open(path string, flags Flags) (*Conn, error) {
	c := &Conn{tls: libc.NewTLS()}
	name, err := libc.CString(path)
	if err != nil {
		c.tls.Close()
		return nil, fmt.Errorf("lite: %w", err)
	}
	defer libc.Xfree(c.tls, name)
	out := libc.Xmalloc(c.tls, pointerSize)
	if out == 0 {
		c.tls.Close()
		return nil, errNoMemory
	}
	defer libc.Xfree(c.tls, out)
	rc := sqlite3.Xsqlite3_open_v2(c.tls, name, out, int32(flags), 0)
	c.db = *word(out)
	if rc != sqlite3.SQLITE_OK {
		err := c.error(rc)
		sqlite3.Xsqlite3_close_v2(c.tls, c.db)
		c.tls.Close()
		return nil, err
	}
	sqlite3.Xsqlite3_extended_result_codes(c.tls, c.db, 1)
	if err := c.syncData(); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

var errNoMemory = &Error{Code: sqlite3.SQLITE_NOMEM, Msg: "out of memory"}

// word reads C memory at p as a pointer-sized word.
func word(p uintptr) *uintptr { return (*uintptr)(*(*unsafe.Pointer)(unsafe.Pointer(&p))) }

// Close closes the connection; its statements must have been closed before.
func (c *Conn) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil
	}
	c.closed = true
	rc := sqlite3.Xsqlite3_close_v2(c.tls, c.db)
	c.tls.Close()
	if rc != sqlite3.SQLITE_OK {
		return &Error{Code: int(rc), Msg: "close failed"}
	}
	return nil
}

// Interrupt makes the statement that is running return SQLITE_INTERRUPT. It is
// the one method that another goroutine may call.
func (c *Conn) Interrupt() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return
	}
	tls := libc.NewTLS() // A TLS belongs to one goroutine at a time.
	defer tls.Close()
	sqlite3.Xsqlite3_interrupt(tls, c.db)
}

// BusyTimeout sets how long a statement waits for another connection's lock.
func (c *Conn) BusyTimeout(ms int) { sqlite3.Xsqlite3_busy_timeout(c.tls, c.db, int32(ms)) }

// InTransaction reports whether a transaction is open. SQLite closes one by
// itself after some errors, a full disk among them.
func (c *Conn) InTransaction() bool { return sqlite3.Xsqlite3_get_autocommit(c.tls, c.db) == 0 }

func (c *Conn) error(rc int32) error {
	if c.db == 0 {
		return &Error{Code: int(rc), Msg: libc.GoString(sqlite3.Xsqlite3_errstr(c.tls, rc))}
	}
	return &Error{Code: int(rc), Msg: libc.GoString(sqlite3.Xsqlite3_errmsg(c.tls, c.db))}
}

// Script runs every statement of text, which takes no arguments, and discards rows.
func (c *Conn) Script(text string) error {
	sql, err := libc.CString(text)
	if err != nil {
		return fmt.Errorf("lite: %w", err)
	}
	defer libc.Xfree(c.tls, sql)
	for at := sql; ; {
		s, tail, err := c.prepare(at, 0)
		if err != nil {
			return err
		}
		if s == nil && tail == at {
			return nil
		}
		if s != nil {
			if err := s.run(); err != nil {
				return err
			}
		}
		at = tail
	}
}

// run steps s to its end and closes it.
func (s *Stmt) run() error {
	defer s.Close()
	for {
		row, err := s.Step()
		if err != nil || !row {
			return err
		}
	}
}

// Prepare compiles the one statement of text and keeps it for many uses.
func (c *Conn) Prepare(text string) (*Stmt, error) {
	sql, err := libc.CString(text)
	if err != nil {
		return nil, fmt.Errorf("lite: %w", err)
	}
	defer libc.Xfree(c.tls, sql)
	s, tail, err := c.prepare(sql, sqlite3.SQLITE_PREPARE_PERSISTENT)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return nil, &Error{Code: sqlite3.SQLITE_MISUSE, Msg: "no statement in " + text}
	}
	rest, _, err := c.prepare(tail, 0)
	if rest != nil {
		rest.Close()
	}
	if rest != nil || err != nil {
		s.Close()
		return nil, &Error{Code: sqlite3.SQLITE_MISUSE, Msg: "more than one statement in " + text}
	}
	return s, nil
}

// prepare compiles the statement at sql and returns where the next one starts.
// Blank text gives no statement.
func (c *Conn) prepare(sql uintptr, flags uint32) (*Stmt, uintptr, error) {
	out := libc.Xmalloc(c.tls, 2*pointerSize)
	if out == 0 {
		return nil, 0, errNoMemory
	}
	defer libc.Xfree(c.tls, out)
	next := out + uintptr(pointerSize)
	if rc := sqlite3.Xsqlite3_prepare_v3(c.tls, c.db, sql, -1, flags, out, next); rc != sqlite3.SQLITE_OK {
		return nil, 0, c.error(rc)
	}
	handle, tail := *word(out), *word(next)
	if handle == 0 {
		return nil, tail, nil
	}
	s := &Stmt{
		c: c, tls: c.tls, h: handle,
		params:   int(sqlite3.Xsqlite3_bind_parameter_count(c.tls, handle)),
		columns:  int(sqlite3.Xsqlite3_column_count(c.tls, handle)),
		readOnly: sqlite3.Xsqlite3_stmt_readonly(c.tls, handle) != 0,
	}
	return s, tail, nil
}
