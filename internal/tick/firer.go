package tick

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"huying/internal/domain/clock"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
)

// Matters is what the firer asks of the engine.
type Matters interface {
	NextWake(ctx context.Context) (clock.Instant, error)
	Ripe(ctx context.Context, now time.Time, n int) ([]engine.Ripe, error)
	Fire(ctx context.Context, id ident.ID, at time.Time) (int, error)
}

const (
	ripeBatch = 500
	// longestNap bounds how long the firer trusts what it knows: another
	// process may have set a deadline, or the machine may have slept.
	longestNap = 2 * time.Second
	// retryFirst and retryMost are when a matter whose clock failed is tried
	// again: at first, and at most.
	retryFirst, retryMost = 5 * time.Second, 10 * time.Minute
	// mostStuck bounds the matters that are remembered as failing.
	mostStuck = 10_000
)

// Firer fires the clocks of matters when they are due, the longest overdue
// first. That each fires once is the engine's doing, so several firers are
// slower than one and no worse.
type Firer struct {
	of      Matters
	bell    *Bell
	leading func() bool
	now     func() time.Time
	log     *slog.Logger
	workers int

	fired, failed atomic.Int64
	overdue       atomic.Int64 // µs the oldest unfired clock is overdue

	mu    sync.Mutex
	stuck map[ident.ID]stuck
}

// stuck is a matter whose clock could not fire.
type stuck struct {
	tries int
	again time.Time
	err   string
}

// Options are what a firer may be told.
type Options struct {
	Bell    *Bell
	Workers int              // matters in hand at once
	Leading func() bool      // whether clocks fire here; nil: always
	Now     func() time.Time // nil: the machine's
	Log     *slog.Logger     // nil: the usual one
}

// NewFirer returns a firer; its Run does the work.
func NewFirer(of Matters, o Options) *Firer {
	f := &Firer{of: of, bell: o.Bell, leading: o.Leading, now: o.Now, log: o.Log, workers: o.Workers, stuck: map[ident.ID]stuck{}}
	if f.bell == nil {
		f.bell = NewBell()
	}
	if f.leading == nil {
		f.leading = func() bool { return true }
	}
	if f.now == nil {
		f.now = time.Now
	}
	if f.log == nil {
		f.log = slog.Default()
	}
	f.workers = max(f.workers, 1)
	return f
}

// Firing is how the firer is doing.
type Firing struct {
	Fired   int64             `json:"fired"`           // clocks
	Failed  int64             `json:"failed"`          // attempts
	Overdue time.Duration     `json:"overdue"`         // of the oldest ripe clock, when last looked
	Stuck   map[string]string `json:"stuck,omitempty"` // matters whose clock fails, with the reason; at most twenty
	StuckN  int               `json:"stuck_n"`
}

// Health returns how the firer is doing.
func (f *Firer) Health() Firing {
	out := Firing{Fired: f.fired.Load(), Failed: f.failed.Load(), Overdue: time.Duration(f.overdue.Load()) * time.Microsecond, Stuck: map[string]string{}}
	f.mu.Lock()
	defer f.mu.Unlock()
	out.StuckN = len(f.stuck)
	for id, s := range f.stuck {
		if len(out.Stuck) == 20 {
			break
		}
		out.Stuck[id.Number()] = s.err
	}
	return out
}

// Run fires clocks until ctx ends.
func (f *Firer) Run(ctx context.Context) {
	troubles := 0
	for ctx.Err() == nil {
		f.bell.awake()
		nap := longestNap
		if f.leading() {
			err := safely(func() (err error) {
				nap, err = f.round(ctx)
				return err
			})
			switch {
			case err == nil:
				troubles = 0
			case ctx.Err() != nil:
				return
			default:
				nap = min(time.Second<<min(troubles, 5), 30*time.Second)
				troubles++
				f.log.Error("clocks do not fire; trying again", "in", nap, "error", err)
			}
		}
		if nap > 0 {
			f.bell.sleep(clock.At(f.now().Add(nap)))
			pause(ctx, nap, f.bell.ch)
		}
	}
}

// round fires one batch and returns how long there is nothing to do. Its error
// concerns the database, not a matter.
func (f *Firer) round(ctx context.Context) (time.Duration, error) {
	now := f.now()
	ripe, err := f.of.Ripe(ctx, now, ripeBatch+f.waiting(now))
	if err != nil {
		return 0, err
	}
	f.overdue.Store(0)
	if len(ripe) > 0 {
		f.overdue.Store(int64(clock.At(now) - ripe[0].At))
	}
	todo := f.ready(ripe, now)
	if len(todo) > 0 {
		return 0, f.fireAll(ctx, todo)
	}
	if len(ripe) > 0 {
		return time.Second, nil // all of them are stuck; others may come due
	}
	next, err := f.of.NextWake(ctx)
	if err != nil || next == 0 {
		return longestNap, err
	}
	return min(max(next.Time().Sub(f.now()), time.Millisecond), longestNap), nil
}

// waiting returns how many matters are stuck and not to be tried yet.
func (f *Firer) waiting(now time.Time) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	for _, s := range f.stuck {
		if s.again.After(now) {
			n++
		}
	}
	return n
}

// ready leaves out the matters that are stuck, and forgets those that are not
// ripe any more.
func (f *Firer) ready(ripe []engine.Ripe, now time.Time) []ident.ID {
	f.mu.Lock()
	defer f.mu.Unlock()
	var todo []ident.ID
	still := map[ident.ID]bool{}
	for _, r := range ripe {
		still[r.ID] = true
		if s, ok := f.stuck[r.ID]; !ok || !s.again.After(now) {
			todo = append(todo, r.ID)
		}
	}
	if len(ripe) < ripeBatch { // the list is whole
		for id := range f.stuck {
			if !still[id] {
				delete(f.stuck, id)
			}
		}
	}
	return todo
}

// fireAll fires many matters at once, so that they share commits. It returns an
// error if the database could not take them, however many that concerned.
func (f *Firer) fireAll(ctx context.Context, ids []ident.ID) error {
	queue := make(chan ident.ID)
	var workers sync.WaitGroup
	var trouble atomic.Pointer[error]
	for range min(f.workers, len(ids)) {
		workers.Go(func() {
			for id := range queue {
				if err := f.fire(ctx, id); err != nil {
					trouble.Store(&err)
				}
			}
		})
	}
	for _, id := range ids {
		if ctx.Err() != nil || trouble.Load() != nil {
			break
		}
		queue <- id
	}
	close(queue)
	workers.Wait()
	if err := trouble.Load(); err != nil {
		return *err
	}
	return nil
}

// fire fires one matter. An error of the database comes back; one of the
// matter is kept with it, and the matter waits.
func (f *Firer) fire(ctx context.Context, id ident.ID) error {
	n := 0
	err := safely(func() (err error) {
		n, err = f.of.Fire(ctx, id, time.Time{})
		return err
	})
	f.fired.Add(int64(n))
	switch {
	case err == nil && n > 0:
		f.mu.Lock()
		delete(f.stuck, id)
		f.mu.Unlock()
		return nil
	case err == nil: // somebody else was faster, or the database's clock is behind ours
		f.later(id, "not due by the clock of the database")
		return nil
	case ctx.Err() != nil:
		return nil //nolint:nilerr // the process ends; the clock stays ripe
	}
	f.failed.Add(1)
	if k := fault.Of(err); k == fault.Busy || k == fault.Exhausted {
		return err
	}
	f.later(id, err.Error())
	f.log.Error("a clock of a matter does not fire; trying again later", "matter", id.Number(), "error", err)
	return nil
}

// later puts a matter off, each time for longer.
func (f *Firer) later(id ident.ID, why string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.stuck) >= mostStuck {
		for other := range f.stuck { // any one makes room and is tried earlier
			delete(f.stuck, other)
			break
		}
	}
	s := f.stuck[id]
	wait := min(retryFirst<<min(s.tries, 10), retryMost)
	f.stuck[id] = stuck{tries: s.tries + 1, again: f.now().Add(wait), err: why}
}
