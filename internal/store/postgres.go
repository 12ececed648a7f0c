package store

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"huying/internal/fault"
)

// postgresDB runs each command in its own transaction; the server groups their
// flushes itself. What costs is round trips, so BEGIN travels with the first
// statement and COMMIT with the last queued ones.
type postgresDB struct {
	pool *pgxpool.Pool
	opts Options
	text bindings

	closed atomic.Bool
}

const (
	beginWrite = "begin isolation level read committed read write"
	beginRead  = "begin isolation level repeatable read read only"

	// attempts is how often a command runs that the server asks to repeat.
	attempts = 8
	// commitTimeout ends a commit that nobody answers.
	commitTimeout = 30 * time.Second
	// slots is over how many rows a counter is spread.
	slots = 16
)

func openPostgres(ctx context.Context, url string, opts Options) (*postgresDB, error) {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fault.New(fault.Invalid, "store.url_malformed", "postgres").Because(err)
	}
	cfg.MaxConns = int32(opts.Conns)
	params := cfg.ConnConfig.RuntimeParams
	if params["application_name"] == "" {
		params["application_name"] = "huying"
	}
	params["timezone"] = "UTC"
	params["synchronous_commit"] = "on"
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, fault.New(fault.Busy, "store.unreachable").Because(err)
	}
	db := &postgresDB{pool: pool, opts: opts}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, fault.New(fault.Busy, "store.unreachable").Because(err)
	}
	if opts.ReadOnly {
		return db, nil
	}
	if err := db.prepare(ctx); err != nil {
		pool.Close()
		return nil, err
	}
	return db, nil
}

// prepare creates the tables of this package. CREATE TABLE IF NOT EXISTS may
// still collide with another process that does the same, so it may run twice.
func (db *postgresDB) prepare(ctx context.Context) error {
	create := command{name: "store.prepare", fn: func(tx *Tx) error { return tx.script(ownTables(Postgres)) }}
	err := db.write(ctx, create)
	if IsDuplicate(err) {
		err = db.write(ctx, create)
	}
	return err
}

func (db *postgresDB) close() error {
	db.closed.Store(true)
	db.pool.Close()
	return nil
}

// write runs c, again if the server asks for it.
func (db *postgresDB) write(ctx context.Context, c command) error {
	if db.opts.ReadOnly {
		return fault.New(fault.Denied, "store.opened_read_only")
	}
	for n := 1; ; n++ {
		tx, err := db.attempt(ctx, c)
		if err == nil {
			for _, fn := range tx.hooks {
				fn()
			}
			return nil
		}
		var r *repeatable
		if !errors.As(err, &r) {
			return err
		}
		if n == attempts {
			return fault.New(fault.Busy, "store.too_much_contention").Because(err)
		}
		if err := pause(ctx, n); err != nil {
			return err
		}
	}
}

// pause waits a little, longer each time and never as long as the others.
func pause(ctx context.Context, n int) error {
	t := time.NewTimer(time.Duration(rand.Int64N(int64(time.Millisecond) << n)))
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// attempt runs c once.
func (db *postgresDB) attempt(ctx context.Context, c command) (*Tx, error) {
	e, err := db.acquire(ctx, beginWrite)
	if err != nil {
		return nil, err
	}
	defer e.release()
	start := time.Now()
	tx := &Tx{e: e, dialect: Postgres, now: c.instant(db.opts.Now)}
	err = tx.run(c.fn)
	tx.end()
	if took := time.Since(start); took > 10*slowCommand {
		db.opts.Log.Warn("slow command", "name", c.name, "took", took)
	}
	if err == nil && len(tx.counts) > 0 {
		sum := make(counterSum)
		sum.add(tx.counts)
		err = sum.flush(e, int(e.conn.Conn().PgConn().PID()%slots))
	}
	if err == nil {
		err = e.commit()
	}
	if err == nil {
		return tx, nil
	}
	// The server's wish to repeat counts even if fn returned another error.
	if e.failed != nil {
		var r *repeatable
		if errors.As(e.failed, &r) && !errors.As(err, &r) {
			err = e.failed
		}
	}
	return nil, err
}

// acquire takes a connection whose transaction starts with its first statement.
func (db *postgresDB) acquire(ctx context.Context, begin string) (*pgEngine, error) {
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	conn, err := db.pool.Acquire(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if db.closed.Load() {
			return nil, errClosed()
		}
		return nil, &repeatable{fault.New(fault.Busy, "store.unreachable").Because(err)}
	}
	return &pgEngine{ctx: ctx, conn: conn, text: &db.text, begin: begin}, nil
}

func (db *postgresDB) read(ctx context.Context, fn func(*View) error) error {
	e, err := db.acquire(ctx, beginRead)
	if err != nil {
		return err
	}
	defer e.release()
	return (&View{e: e, dialect: Postgres}).run(fn)
}

func (db *postgresDB) backup(context.Context, string, func(int, int) error) error {
	return fault.New(fault.Invalid, "store.backup_by_pg_dump")
}

// repeatable marks an error after which the whole command may run again.
type repeatable struct{ err error }

func (r *repeatable) Error() string { return r.err.Error() }
func (r *repeatable) Unwrap() error { return r.err }

// pgFault says what err means. query is the statement it belongs to.
func pgFault(err error, query string, lost bool) error {
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		if lost || pgconn.SafeToRetry(err) {
			return &repeatable{fault.New(fault.Busy, "store.unreachable").Because(err)}
		}
		return fmt.Errorf("store: %w: %s", err, query)
	}
	switch {
	case e.Code == "40001" || e.Code == "40P01":
		return &repeatable{fmt.Errorf("store: %w: %s", err, query)}
	case e.Code[:2] == "08" || e.Code == "57P01" || e.Code == "57P02" || e.Code == "57P03":
		return &repeatable{fault.New(fault.Busy, "store.unreachable").Because(err)}
	case e.Code == "53100":
		return fault.New(fault.Exhausted, "store.disk_full").Because(err)
	case e.Code[:2] == "53":
		return fault.New(fault.Busy, "store.unreachable").Because(err)
	}
	return fmt.Errorf("store: %w: %s", err, query)
}
