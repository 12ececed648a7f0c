// Package change reads the ledger in the order in which entries became visible,
// for whoever follows what happens in the background: nothing is passed over,
// whatever process wrote it, and nothing is written for it.
package change

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"huying/internal/ident"
	"huying/internal/store"
)

// Position is a place in that order: after one entry and before the next. The
// zero Position is before the first.
type Position struct{ Tx, Matter, Seq int64 }

// Compare orders positions.
func (p Position) Compare(q Position) int {
	for _, d := range [...][2]int64{{p.Tx, q.Tx}, {p.Matter, q.Matter}, {p.Seq, q.Seq}} {
		if d[0] != d[1] {
			if d[0] < d[1] {
				return -1
			}
			return 1
		}
	}
	return 0
}

// String writes a position so that Parse reads it.
func (p Position) String() string { return fmt.Sprintf("%d.%d.%d", p.Tx, p.Matter, p.Seq) }

// Parse reads what String wrote.
func Parse(s string) (Position, bool) {
	parts := strings.Split(s, ".")
	if len(parts) != 3 {
		return Position{}, false
	}
	var n [3]int64
	for i, part := range parts {
		v, err := strconv.ParseInt(part, 10, 64)
		if err != nil || v < 0 {
			return Position{}, false
		}
		n[i] = v
	}
	return Position{n[0], n[1], n[2]}, true
}

// Entry is one entry of the ledger, without its payload and without who acted.
type Entry struct {
	Position // after the entry
	District string
	Matter   ident.ID
	Rev      int64
	At       time.Time
	Unit     string // on whose behalf
	Act      string
}

// The entries after a position. On PostgreSQL a transaction that is still open
// may yet make entries visible that come before others: only those below every
// open transaction are final. In SQLite the row's own number is the order, for
// its writer is alone.
const (
	columns = `district, matter, seq, at, unit, act`
	lite    = `SELECT rowid, 0, 0, ` + columns + ` FROM ledger WHERE rowid > ? ORDER BY rowid LIMIT ?`
	pg      = `SELECT tx, matter, seq, ` + columns + ` FROM ledger WHERE (tx, matter, seq) > (?, ?, ?)
		AND tx < pg_snapshot_xmin(pg_current_snapshot())::text::bigint ORDER BY tx, matter, seq LIMIT ?`
	liteEnd = `SELECT COALESCE(MAX(rowid), 0) FROM ledger`
	pgEnd   = `SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1`

	// The signs keep SQLite from walking the whole ledger in the order of its key
	// for the sake of DISTINCT.
	liteTouched = `SELECT DISTINCT +district AS district, +matter AS matter FROM ledger WHERE rowid > ?`
	pgTouched   = `SELECT DISTINCT district, matter FROM ledger WHERE (tx, matter, seq) > (?, ?, ?)`
)

// After returns at most n entries after a position, those that are final.
func After(q store.Querier, p Position, n int) ([]Entry, error) {
	query, args := lite, []any{p.Tx, n}
	if q.Dialect() == store.Postgres {
		query, args = pg, []any{p.Tx, p.Matter, p.Seq, n}
	}
	return store.All(q, query, scanEntry, args...)
}

// End returns the position behind everything that is final.
func End(q store.Querier) (Position, error) {
	if q.Dialect() == store.Postgres {
		p := Position{Matter: math.MaxInt64, Seq: math.MaxInt64}
		return p, q.Row(pgEnd).Scan(&p.Tx)
	}
	var p Position
	return p, q.Row(liteEnd).Scan(&p.Tx)
}

// Touched returns a SELECT of the district and matter of every entry after a
// position, final or not, and its arguments.
func Touched(q store.Querier, p Position) (string, []any) {
	if q.Dialect() == store.Postgres {
		return pgTouched, []any{p.Tx, p.Matter, p.Seq}
	}
	return liteTouched, []any{p.Tx}
}

const (
	liteLast = `SELECT rowid, 0, 0, ` + columns + ` FROM ledger ORDER BY rowid DESC LIMIT ?`
	pgLast   = `SELECT tx, matter, seq, ` + columns + ` FROM ledger ORDER BY tx DESC, matter DESC, seq DESC LIMIT ?`
)

// Last returns the n newest entries, the newest first.
func Last(q store.Querier, n int) ([]Entry, error) {
	query := liteLast
	if q.Dialect() == store.Postgres {
		query = pgLast
	}
	return store.All(q, query, scanEntry, n)
}

func scanEntry(r store.Scanner) (e Entry, err error) {
	var id, at int64
	err = r.Scan(&e.Tx, &e.Position.Matter, &e.Seq, &e.District, &id, &e.Rev, &at, &e.Unit, &e.Act)
	e.Matter, e.At = ident.ID(id), time.UnixMicro(at).UTC()
	return e, err
}
