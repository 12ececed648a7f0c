// Package store runs commands against the database. It owns connections,
// transactions, group commit, dialect differences, migrations, counters and
// backup; it knows no domain type.
//
// One SQL text serves both engines: ?-placeholders, TEXT, BIGINT, INTEGER and
// BYTES columns, times as integer microseconds UTC, no clock in SQL. What only
// one engine can do stands in the caller as a named exception.
package store

import (
	"context"
	"log/slog"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	"huying/internal/fault"
)

// Options tune a DB. The zero value is what a server wants.
type Options struct {
	MaxGroup int              // SQLite: commands in one commit; 0 means 256
	MaxHold  time.Duration    // SQLite: how long a group takes in commands; 0 means 5 ms
	Readers  int              // connections that serve Read; 0 means 4, or twice the CPUs if more
	Conns    int              // PostgreSQL: connections in all; 0 means Readers + 16
	Relaxed  bool             // SQLite: a commit may be lost with the power, never torn: for data that is made anew at will
	ReadOnly bool             // only Read works, and no lock is taken: for tools beside a running server
	Now      func() time.Time // the clock of commands; nil means time.Now
	Log      *slog.Logger     // nil means slog.Default
}

func (o Options) filled() Options {
	if o.MaxGroup <= 0 {
		o.MaxGroup = 256
	}
	if o.MaxHold <= 0 {
		o.MaxHold = 5 * time.Millisecond
	}
	if o.Readers <= 0 {
		o.Readers = max(4, 2*runtime.NumCPU())
	}
	if o.Conns <= 0 {
		o.Conns = o.Readers + 16
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	return o
}

// slowCommand is from when on a command is logged: on SQLite it holds up every
// other one.
const slowCommand = 20 * time.Millisecond

// backend is one engine behind a DB.
type backend interface {
	write(ctx context.Context, c command) error
	read(ctx context.Context, fn func(*View) error) error
	backup(ctx context.Context, path string, progress func(done, total int) error) error
	close() error
}

// command is one Write.
type command struct {
	name string
	at   time.Time // zero: when it runs
	fn   func(*Tx) error
}

// A DB is one database. Its methods may be called from many goroutines.
type DB struct {
	backend
	dialect Dialect
	writing atomic.Int64
}

// Open opens the database at url: "sqlite:/path/file.db" or a plain path, which
// is created if it does not exist, or "postgres://…". Nothing is migrated.
//
// A SQLite file belongs to one process: a second Open fails with store.locked
// until the first DB is closed.
func Open(ctx context.Context, url string, opts Options) (*DB, error) {
	opts = opts.filled()
	switch scheme, rest, ok := strings.Cut(url, ":"); {
	case ok && (scheme == "postgres" || scheme == "postgresql"):
		b, err := openPostgres(ctx, url, opts)
		if err != nil {
			return nil, err
		}
		return &DB{backend: b, dialect: Postgres}, nil
	case ok && scheme == "sqlite":
		url = strings.TrimPrefix(rest, "//")
	}
	if url == "" {
		return nil, fault.New(fault.Invalid, "store.url_malformed", url)
	}
	b, err := openSQLite(url, opts)
	if err != nil {
		return nil, err
	}
	return &DB{backend: b, dialect: SQLite}, nil
}

// Dialect names the engine.
func (db *DB) Dialect() Dialect { return db.dialect }

// Write runs fn in a transaction and returns once its effects are durable.
//
// If fn returns an error, a statement in it failed, or it panics, nothing it
// did is kept and other commands are unaffected. fn may run twice, so it keeps
// its results in variables it sets anew; it is quick, does no I/O, starts no
// goroutine and touches the world only through tx. name is for the log.
//
// A ctx that ends before fn has started gives its error. Later it is not
// looked at on SQLite; on PostgreSQL it ends a statement that waits.
// A fault store.outcome_unknown says that the connection was lost during the
// commit: try again under the same idempotency key.
func (db *DB) Write(ctx context.Context, name string, fn func(*Tx) error) error {
	db.writing.Add(1)
	defer db.writing.Add(-1)
	return db.write(ctx, command{name: name, fn: fn})
}

// Writing returns how many commands are on their way just now, so that work
// which can wait gives way to those that people wait for.
func (db *DB) Writing() int { return int(db.writing.Load()) }

// WriteAt is Write with a given tx.Now: imports and replays run commands at
// their own time.
func (db *DB) WriteAt(ctx context.Context, name string, at time.Time, fn func(*Tx) error) error {
	db.writing.Add(1)
	defer db.writing.Add(-1)
	return db.write(ctx, command{name: name, at: at, fn: fn})
}

// Read runs fn on a stable view of everything that was durable when it began.
func (db *DB) Read(ctx context.Context, fn func(*View) error) error { return db.read(ctx, fn) }

// Close answers every command that waits, ends the connections and lets go of
// the file. Commands after it get the fault store.closed.
func (db *DB) Close() error { return db.close() }

// instant is the Now of a command.
func (c command) instant(now func() time.Time) time.Time {
	if c.at.IsZero() {
		return now().UTC().Truncate(time.Microsecond)
	}
	return c.at.UTC().Truncate(time.Microsecond)
}

func errClosed() error { return fault.New(fault.Busy, "store.closed") }

// ownTables returns the DDL of the tables that every DB has.
func ownTables(d Dialect) string { return counterTable(d) + ";\n" + answerTable(d) + ";\n" }
