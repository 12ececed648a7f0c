package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"huying/internal/fault"
)

// pgEngine is one transaction on one connection of the pool.
type pgEngine struct {
	ctx    context.Context
	conn   *pgxpool.Conn
	text   *bindings
	begin  string    // how the transaction starts; sent with the first statement
	begun  bool      // begin was sent
	queued []pgQuery // not yet sent
	busy   bool      // rows are being read
	failed error     // the first error; the server accepts nothing after it

	// committing says that COMMIT is on its way, after which a lost
	// connection leaves open what happened.
	committing bool
}

type pgQuery struct {
	text string
	args []any
}

// release ends what is still open and gives the connection back.
func (e *pgEngine) release() {
	if e.begun && !e.conn.Conn().IsClosed() && e.conn.Conn().PgConn().TxStatus() != 'I' {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(e.ctx), commitTimeout)
		defer cancel()
		// If it fails the pool closes the connection, which rolls back too.
		_, _ = e.conn.Exec(ctx, "rollback")
	}
	e.conn.Release()
}

// ready checks that a statement may be sent and makes its arguments plain.
func (e *pgEngine) ready(query string, args []any) (pgQuery, error) {
	if e.failed != nil {
		return pgQuery{}, e.failed
	}
	if e.busy {
		return pgQuery{}, fmt.Errorf("store: a scan function must not run statements: %s", query)
	}
	out := make([]any, len(args))
	for i, a := range args {
		var err error
		if out[i], err = plain(a); err != nil {
			return pgQuery{}, err
		}
	}
	return pgQuery{e.text.of(query), out}, nil
}

func (e *pgEngine) queue(query string, args []any) error {
	q, err := e.ready(query, args)
	if err == nil {
		e.queued = append(e.queued, q)
	}
	return err
}

// send sends what is queued and last in one round trip; answer takes the answer
// to last.
func (e *pgEngine) send(ctx context.Context, last pgQuery, answer func(pgx.BatchResults) error) error {
	var batch pgx.Batch
	all := append(e.queued, last)
	e.queued = nil
	if !e.begun {
		batch.Queue(e.begin)
	}
	for _, q := range all {
		batch.Queue(q.text, q.args...)
	}
	results := e.conn.SendBatch(ctx, &batch)
	err := e.answers(results, all, answer)
	if closed := results.Close(); err == nil && closed != nil {
		err = e.fail(closed, last.text)
	}
	return err
}

func (e *pgEngine) answers(results pgx.BatchResults, all []pgQuery, answer func(pgx.BatchResults) error) error {
	if !e.begun {
		e.begun = true
		if _, err := results.Exec(); err != nil {
			return e.fail(err, e.begin)
		}
	}
	for _, q := range all[:len(all)-1] {
		if _, err := results.Exec(); err != nil {
			return e.fail(err, q.text)
		}
	}
	return answer(results)
}

// fail turns an error of the server or the connection into ours and dooms the
// transaction.
func (e *pgEngine) fail(err error, query string) error {
	var refused *pgconn.PgError
	switch cause := context.Cause(e.ctx); {
	case e.committing && !errors.As(err, &refused) && !pgconn.SafeToRetry(err):
		err = fault.New(fault.Busy, "store.outcome_unknown").Because(err)
	case cause != nil && !e.committing:
		err = cause
	default:
		err = pgFault(err, query, e.conn.Conn().IsClosed())
	}
	if e.failed == nil {
		e.failed = err
	}
	return err
}

func (e *pgEngine) exec(query string, args []any) (int64, error) {
	q, err := e.ready(query, args)
	if err != nil {
		return 0, err
	}
	var n int64
	err = e.send(e.ctx, q, func(r pgx.BatchResults) error {
		tag, err := r.Exec()
		if err != nil {
			return e.fail(err, q.text)
		}
		n = tag.RowsAffected()
		return nil
	})
	return n, err
}

func (e *pgEngine) row(query string, args, dest []any) error {
	found := false
	err := e.each(query, args, func(s Scanner) error {
		if found {
			return nil
		}
		found = true
		return s.Scan(dest...)
	})
	if err == nil && !found {
		return ErrNoRow
	}
	return err
}

func (e *pgEngine) each(query string, args []any, fn func(Scanner) error) error {
	q, err := e.ready(query, args)
	if err != nil {
		return err
	}
	e.busy = true
	defer func() { e.busy = false }()
	return e.send(e.ctx, q, func(r pgx.BatchResults) error { return e.rows(r, q.text, fn) })
}

func (e *pgEngine) rows(r pgx.BatchResults, query string, fn func(Scanner) error) error {
	rows, err := r.Query()
	if err != nil {
		return e.fail(err, query)
	}
	defer rows.Close()
	for rows.Next() {
		if err := fn(pgRow{rows}); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return e.fail(err, query)
	}
	return nil
}

// pgRow is the current row as a Scanner.
type pgRow struct{ rows pgx.Rows }

func (r pgRow) Scan(dest ...any) error {
	if err := r.rows.Scan(dest...); err != nil {
		return fmt.Errorf("store: %w", err)
	}
	return nil
}

// script runs the statements of text, which take no arguments.
func (e *pgEngine) script(text string) error {
	if _, err := e.exec("SELECT 1", nil); err != nil {
		return err
	}
	results := e.conn.Conn().PgConn().Exec(e.ctx, text)
	if _, err := results.ReadAll(); err != nil {
		return e.fail(err, "script")
	}
	return nil
}

// commit sends what is queued together with COMMIT. It does not end with the
// command's ctx, because then nobody would know what happened.
func (e *pgEngine) commit() error {
	if e.failed != nil {
		return e.failed
	}
	if !e.begun && len(e.queued) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(e.ctx), commitTimeout)
	defer cancel()
	e.committing = true
	return e.send(ctx, pgQuery{text: "commit"}, func(r pgx.BatchResults) error {
		tag, err := r.Exec()
		if err != nil {
			return e.fail(err, "commit")
		}
		if tag.String() != "COMMIT" {
			return errors.New("store: the server rolled back instead of committing")
		}
		return nil
	})
}
