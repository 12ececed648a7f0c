package store

import (
	"context"
	"errors"
	"fmt"

	"huying/internal/fault"
	"huying/internal/store/lite"
)

// The primary result codes of SQLite that decide what happens next.
const (
	liteBusy      = 5
	liteLocked    = 6
	liteNoMemory  = 7
	liteReadOnly  = 8
	liteInterrupt = 9
	liteIOErr     = 10
	liteCorrupt   = 11
	liteFull      = 13
	liteCantOpen  = 14
	liteNotADB    = 26

	liteUnique     = 19 | 8<<8
	litePrimaryKey = 19 | 6<<8
	liteRowID      = 19 | 10<<8
)

// maxStatements bounds the cache of a connection. The program's texts are
// fewer; only texts built at run time can fill it.
const maxStatements = 1024

// liteConn is one SQLite connection with its prepared statements, used by one
// goroutine at a time. It is the engine of SQLite's transactions.
type liteConn struct {
	c     *lite.Conn
	stmts map[string]*lite.Stmt
	busy  bool            // a statement is between its first and its last row
	ctx   context.Context // of the Read in progress; nil on the writer
	view  bool            // the connection refuses to write
	seen  func()          // of a view: called once its snapshot is fixed

	// doomed is the first error that the whole transaction cannot survive.
	doomed error
	// wrote says that the command in progress changed something.
	wrote bool
}

// The settings of every connection. The cache is the connection's own, in KiB.
// temp_store keeps savepoints out of files. There is no mmap: an I/O error
// there would be a signal that ends the process. The syncer syncs what the
// writer commits.
const (
	pragmaEach   = `PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;`
	pragmaWriter = `PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -30000; PRAGMA journal_size_limit = 268435456;`
	pragmaReader = `PRAGMA query_only = ON; PRAGMA cache_size = -16384;`
)

func openLite(path string, flags lite.Flags, pragmas string) (*liteConn, error) {
	c, err := lite.Open(path, flags)
	return prepared(c, err, pragmas)
}

// prepared gives a new connection its settings.
func prepared(c *lite.Conn, err error, pragmas string) (*liteConn, error) {
	if err != nil {
		return nil, diskFault(err)
	}
	c.BusyTimeout(5000)
	if err := c.Script(pragmaEach + pragmas); err != nil {
		return nil, errors.Join(diskFault(err), c.Close())
	}
	return &liteConn{c: c, stmts: make(map[string]*lite.Stmt)}, nil
}

func (l *liteConn) close() error {
	l.forget()
	return l.c.Close()
}

// forget closes the cached statements.
func (l *liteConn) forget() {
	for _, s := range l.stmts {
		s.Close()
	}
	clear(l.stmts)
}

// stmt returns the cached statement of query with args bound.
func (l *liteConn) stmt(query string, args []any) (*lite.Stmt, error) {
	if l.busy {
		return nil, fmt.Errorf("store: a scan function must not run statements: %s", query)
	}
	if l.ctx != nil && l.ctx.Err() != nil {
		return nil, context.Cause(l.ctx)
	}
	if l.doomed != nil {
		return nil, l.doomed
	}
	s := l.stmts[query]
	if s == nil {
		var err error
		if s, err = l.c.Prepare(query); err != nil {
			return nil, l.check(query, err)
		}
		if len(l.stmts) >= maxStatements {
			l.forget()
		}
		l.stmts[query] = s
	}
	if err := bindAll(s, args); err != nil {
		return nil, err
	}
	return s, nil
}

// check turns err into a fault where it is one, says which statement failed
// otherwise, and remembers an error after which the transaction is lost.
func (l *liteConn) check(query string, err error) error {
	var e *lite.Error
	if !errors.As(err, &e) {
		return err
	}
	if l.ctx != nil && e.Primary() == liteInterrupt && l.ctx.Err() != nil {
		return context.Cause(l.ctx)
	}
	out := diskFault(err)
	if out == err || l.view && e.Primary() == liteReadOnly { //nolint:errorlint // diskFault gives back what it does not know
		return fmt.Errorf("%w: %s", err, query)
	}
	l.doomed = out
	return out
}

func (l *liteConn) exec(query string, args []any) (int64, error) {
	s, err := l.stmt(query, args)
	if err != nil {
		return 0, err
	}
	defer s.Reset()
	l.wrote = true
	for {
		row, err := s.Step()
		if err != nil {
			return 0, l.check(query, err)
		}
		if !row {
			return s.Changes(), nil
		}
	}
}

func (l *liteConn) queue(query string, args []any) error {
	_, err := l.exec(query, args)
	return err
}

func (l *liteConn) row(query string, args, dest []any) error {
	s, err := l.stmt(query, args)
	if err != nil {
		return err
	}
	defer s.Reset()
	l.wrote = l.wrote || !s.ReadOnly()
	row, err := s.Step()
	l.look()
	if err != nil {
		return l.check(query, err)
	}
	if !row {
		return ErrNoRow
	}
	if err := (liteRow{s}).Scan(dest...); err != nil {
		return err
	}
	if s.ReadOnly() {
		return nil
	}
	return l.drain(query, s)
}

// look tells that the snapshot is fixed: the first statement of a transaction
// has begun.
func (l *liteConn) look() {
	if l.seen != nil {
		l.seen()
		l.seen = nil
	}
}

// drain steps s to its end, because a statement that writes is done only then.
func (l *liteConn) drain(query string, s *lite.Stmt) error {
	for {
		row, err := s.Step()
		if err != nil {
			return l.check(query, err)
		}
		if !row {
			return nil
		}
	}
}

func (l *liteConn) each(query string, args []any, fn func(Scanner) error) error {
	s, err := l.stmt(query, args)
	if err != nil {
		return err
	}
	l.busy = true
	defer func() {
		s.Reset()
		l.busy = false
	}()
	l.wrote = l.wrote || !s.ReadOnly()
	for {
		row, err := s.Step()
		l.look()
		if err != nil {
			return l.check(query, err)
		}
		if !row {
			return nil
		}
		if err := fn(liteRow{s}); err != nil {
			return err
		}
	}
}

func (l *liteConn) script(text string) error {
	l.wrote = true
	if err := l.c.Script(text); err != nil {
		return l.check("script", err)
	}
	return nil
}

// diskFault returns the fault that err means if it is about the file and not
// about a statement, else err itself.
func diskFault(err error) error {
	var e *lite.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Primary() {
	case liteFull:
		return fault.New(fault.Exhausted, "store.disk_full").Because(err)
	case liteReadOnly, liteCantOpen:
		return fault.New(fault.Exhausted, "store.read_only").Because(err)
	case liteBusy, liteLocked:
		return fault.New(fault.Busy, "store.locked").Because(err)
	case liteNotADB:
		return fault.New(fault.Invalid, "store.not_a_database").Because(err)
	case liteCorrupt:
		return fault.New(fault.Internal, "store.database_damaged").Because(err)
	case liteIOErr, liteNoMemory, liteInterrupt:
		return fault.New(fault.Internal, "store.disk_failed").Because(err)
	}
	return err
}
