package tick

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"huying/internal/engine"
	"huying/internal/store"
)

// Lease decides which of several processes over one database leads: the one
// whose row in table lease has not run out. A process that dies is followed by
// another when its lease has run out; one that stops gives it back.
type Lease struct {
	e      *engine.Engine
	name   string
	holder string
	until  atomic.Int64 // µs; until when this process leads
	now    func() time.Time
}

const (
	leaseFor   = 15 * time.Second
	leaseEvery = 5 * time.Second
	// leaseMargin is how much earlier the holder stops than another may begin,
	// for clocks that differ and commands on their way.
	leaseMargin = 3 * time.Second
)

// NewLease returns a lease that is not held yet. Holder is unique among the
// processes and their lives.
func NewLease(e *engine.Engine, name, holder string, now func() time.Time) *Lease {
	return &Lease{e: e, name: name, holder: holder, now: now}
}

// Leading reports whether this process leads now.
func (l *Lease) Leading() bool { return l.now().UnixMicro() < l.until.Load() }

// Task returns the task that takes and renews the lease.
func (l *Lease) Task() Task { return Task{Name: "lease", Every: leaseEvery, Run: l.Renew} }

const takeLease = `INSERT INTO lease (district, name, holder, until, term) VALUES (?, ?, ?, ?, 1)
	ON CONFLICT (district, name) DO UPDATE SET holder = excluded.holder, until = excluded.until,
		term = CASE WHEN lease.holder = excluded.holder THEN lease.term ELSE lease.term + 1 END
	WHERE lease.holder = excluded.holder OR lease.until < ?`

// Renew takes or renews the lease, or sees that another process has it.
func (l *Lease) Renew(ctx context.Context, now time.Time) error {
	end := now.Add(leaseFor)
	var n int64
	err := l.e.Write(ctx, now, "lease", func(tx *store.Tx) (err error) {
		n, err = tx.Exec(takeLease, l.e.City().Root, l.name, l.holder, end.UnixMicro(), now.UnixMicro())
		return err
	})
	if err != nil {
		return fmt.Errorf("renew the lease: %w", err) // it runs out by itself
	}
	if n == 0 {
		l.until.Store(0)
		return nil
	}
	l.until.Store(end.Add(-leaseMargin).UnixMicro())
	return nil
}

// Release gives the lease back, so that another process need not wait for it
// to run out.
func (l *Lease) Release(ctx context.Context) error {
	if l.until.Swap(0) == 0 {
		return nil
	}
	return l.e.Write(ctx, time.Time{}, "lease_release", func(tx *store.Tx) error {
		return tx.Queue(`UPDATE lease SET until = 0 WHERE district = ? AND name = ? AND holder = ?`, l.e.City().Root, l.name, l.holder)
	})
}
