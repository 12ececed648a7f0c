package engine

import (
	"context"
	"time"

	"huying/internal/domain/clock"
	"huying/internal/domain/matter"
	"huying/internal/ident"
	"huying/internal/store"
)

// Ripe is a matter one of whose clocks is due.
type Ripe struct {
	ID ident.ID
	At clock.Instant
}

// Ripe returns at most n matters with a clock due at or before now, the
// longest overdue first.
func (e *Engine) Ripe(ctx context.Context, now time.Time, n int) ([]Ripe, error) {
	var out []Ripe
	err := e.db.Read(ctx, func(v *store.View) (err error) {
		out, err = store.All(v, `SELECT id, next_at FROM matter WHERE next_at > 0 AND next_at <= ? ORDER BY next_at LIMIT ?`,
			func(r store.Scanner) (Ripe, error) {
				var x Ripe
				var id, at int64
				err := r.Scan(&id, &at)
				x.ID, x.At = ident.ID(id), clock.Instant(at)
				return x, err
			}, int64(clock.At(now)), n)
		return err
	})
	return out, err
}

// NextWake returns the earliest deadline of all matters, or zero if none runs.
func (e *Engine) NextWake(ctx context.Context) (clock.Instant, error) {
	var at int64
	err := e.db.Read(ctx, func(v *store.View) error {
		return v.Row(`SELECT COALESCE(MIN(next_at), 0) FROM matter WHERE next_at > 0`).Scan(&at)
	})
	return clock.Instant(at), err
}

// mostFirings bounds the clocks of one matter that fire in one command: what
// is left fires in the next.
const mostFirings = 20

// Fire lets every ripe clock of a matter do its act, as commands of the clock
// with one ledger entry each, and returns how many fired. It is safe to call
// twice, from anywhere: what has fired is no longer ripe. A zero at means now.
func (e *Engine) Fire(ctx context.Context, id ident.ID, at time.Time) (int, error) {
	_, n, err := e.FireState(ctx, id, at)
	return n, err
}

// FireState is Fire that also returns the matter afterwards.
func (e *Engine) FireState(ctx context.Context, id ident.ID, at time.Time) (*State, int, error) {
	n := 0
	s, err := e.On(ctx, Command{Actor: ClockActor(), At: at}, "fire", id, func(f *matter.File, do Do) error {
		n = 0
		for n < mostFirings && f.M.Next != 0 && f.M.Next <= f.Now {
			if err := do(func() error {
				_, err := f.Fire()
				return err
			}); err != nil {
				return err
			}
			n++
		}
		return nil
	})
	return s, n, err
}
