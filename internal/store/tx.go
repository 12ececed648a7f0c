package store

import (
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"huying/internal/fault"
)

// ErrNoRow is returned by Row.Scan if the statement gave no row.
var ErrNoRow = errors.New("store: no row")

// errOver is returned by statements of a Tx or View that outlived its function.
var errOver = errors.New("store: the transaction is over")

// A Scanner is one row of a result. Scan takes pointers to string, int64 and
// other integers, bool, float64, []byte and types named after these, pointers
// to such pointers for columns that may be NULL, and sql.Scanner.
type Scanner interface {
	Scan(dest ...any) error
}

// A Querier reads: a Tx, which sees its own changes, or a View.
type Querier interface {
	// Row prepares a statement that gives at most one row.
	Row(query string, args ...any) Row
	// Dialect names the engine, for the few statements that differ.
	Dialect() Dialect

	each(query string, args []any, fn func(Scanner) error) error
}

// engine runs the statements of one transaction.
type engine interface {
	exec(query string, args []any) (int64, error)
	queue(query string, args []any) error
	row(query string, args, dest []any) error
	each(query string, args []any, fn func(Scanner) error) error
	script(text string) error
}

// A Row is a statement that runs when Scan is called.
type Row struct {
	e     engine
	query string
	args  []any
}

// Scan runs the statement and copies the first row into dest. It returns
// ErrNoRow if there is none.
func (r Row) Scan(dest ...any) error { return r.e.row(r.query, r.args, dest) }

// A Tx is one command's view of a write transaction. It ends with the command's
// function and belongs to the goroutine that runs it.
//
// A statement that fails dooms the command, whatever its function returns:
// PostgreSQL cannot go on after an error, so nobody may rely on it.
type Tx struct {
	e       engine
	dialect Dialect
	now     time.Time
	failed  error
	hooks   []func()
	counts  []increment
}

// Now reports the instant of the command, in UTC and whole microseconds: every
// row a command writes carries the same time.
func (tx *Tx) Now() time.Time { return tx.now }

// Dialect names the engine, for the few statements that differ.
func (tx *Tx) Dialect() Dialect { return tx.dialect }

// Lock returns the suffix that makes a SELECT lock its rows until the end of
// the command: " FOR UPDATE", or "" where the writer is alone anyway.
func (tx *Tx) Lock() string {
	if tx.dialect == Postgres {
		return " FOR UPDATE"
	}
	return ""
}

// Exec runs a statement and returns the number of rows it changed.
func (tx *Tx) Exec(query string, args ...any) (int64, error) {
	n, err := tx.e.exec(query, args)
	return n, tx.note(err)
}

// Queue runs a statement whose result the command does not need. On PostgreSQL
// it travels with the next statement that has an answer, or with the commit;
// its error appears there.
func (tx *Tx) Queue(query string, args ...any) error { return tx.note(tx.e.queue(query, args)) }

// Row prepares a statement that gives at most one row.
func (tx *Tx) Row(query string, args ...any) Row { return Row{tx, query, args} }

// AfterCommit registers fn to run once the command is durable, on the goroutine
// that called Write, before Write returns. It does not run if the command or
// its commit fails, and it is lost if the process dies: it is for wake-ups.
func (tx *Tx) AfterCommit(fn func()) { tx.hooks = append(tx.hooks, fn) }

// note remembers the first statement that failed.
func (tx *Tx) note(err error) error {
	if err != nil && tx.failed == nil {
		tx.failed = err
	}
	return err
}

// Tx is itself the engine of its rows, so that their errors are noted too.
func (tx *Tx) exec(query string, args []any) (int64, error) { return tx.Exec(query, args...) }
func (tx *Tx) queue(query string, args []any) error         { return tx.Queue(query, args...) }
func (tx *Tx) script(text string) error                     { return tx.note(tx.e.script(text)) }

func (tx *Tx) row(query string, args, dest []any) error {
	err := tx.e.row(query, args, dest)
	if errors.Is(err, ErrNoRow) {
		return err
	}
	return tx.note(err)
}

func (tx *Tx) each(query string, args []any, fn func(Scanner) error) error {
	return tx.note(tx.e.each(query, args, fn))
}

// run calls fn and returns the command's error: fn's own, else that of the
// first statement that failed. A panic is an error of this command only.
func (tx *Tx) run(fn func(*Tx) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = panicked(p)
		}
	}()
	if err := fn(tx); err != nil {
		return err
	}
	return tx.failed
}

// end makes later use of tx an error.
func (tx *Tx) end() { tx.e = over{} }

func panicked(p any) error {
	return fault.New(fault.Internal, "store.command_panicked").
		Because(fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
}

// A View is a stable, read-only state of the database. It has no method that
// writes, and the database refuses a statement that tries.
type View struct {
	e       engine
	dialect Dialect
}

// Row prepares a statement that gives at most one row.
func (v *View) Row(query string, args ...any) Row { return Row{v.e, query, args} }

// Dialect names the engine, for the few statements that differ.
func (v *View) Dialect() Dialect { return v.dialect }

func (v *View) each(query string, args []any, fn func(Scanner) error) error {
	return v.e.each(query, args, fn)
}

func (v *View) run(fn func(*View) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = panicked(p)
		}
		v.e = over{}
	}()
	return fn(v)
}

// All returns every row of query, each made by scan. scan must not run
// statements of its own.
func All[T any](q Querier, query string, scan func(Scanner) (T, error), args ...any) ([]T, error) {
	var out []T
	err := q.each(query, args, func(row Scanner) error {
		v, err := scan(row)
		if err == nil {
			out = append(out, v)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// One returns the first row of query, made by scan, and whether there is one.
func One[T any](q Querier, query string, scan func(Scanner) (T, error), args ...any) (T, bool, error) {
	var out T
	found := false
	err := q.each(query, args, func(row Scanner) (err error) {
		if found {
			return nil
		}
		out, err = scan(row)
		found = err == nil
		return err
	})
	return out, found && err == nil, err
}

// over is the engine of what has ended.
type over struct{}

func (over) exec(string, []any) (int64, error)             { return 0, errOver }
func (over) queue(string, []any) error                     { return errOver }
func (over) row(string, []any, []any) error                { return errOver }
func (over) each(string, []any, func(Scanner) error) error { return errOver }
func (over) script(string) error                           { return errOver }
