package tick_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"huying/internal/domain/clock"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/tick"
)

var silent = slog.New(slog.NewTextHandler(io.Discard, nil))

// city is matters with one deadline each, as the engine shows them.
type city struct {
	mu    sync.Mutex
	due   map[ident.ID]time.Time
	fired map[ident.ID]time.Time
	order []ident.ID
	fail  map[ident.ID]error
	broke error // of every call
	looks int
	bell  *tick.Bell
}

func newCity() *city {
	return &city{due: map[ident.ID]time.Time{}, fired: map[ident.ID]time.Time{}, fail: map[ident.ID]error{}, bell: tick.NewBell()}
}

func (c *city) set(id ident.ID, at time.Time) {
	c.mu.Lock()
	c.due[id] = at
	c.mu.Unlock()
	c.bell.Ring(clock.At(at))
}

func (c *city) NextWake(context.Context) (clock.Instant, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var next clock.Instant
	for _, at := range c.due {
		if i := clock.At(at); next == 0 || i < next {
			next = i
		}
	}
	return next, c.broke
}

func (c *city) Ripe(_ context.Context, now time.Time, n int) ([]engine.Ripe, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.looks++
	var out []engine.Ripe
	for id, at := range c.due {
		if !at.After(now) {
			out = append(out, engine.Ripe{ID: id, At: clock.At(at)})
		}
	}
	slices.SortFunc(out, func(a, b engine.Ripe) int { return int(a.At - b.At) })
	return out[:min(n, len(out))], c.broke
}

func (c *city) Fire(_ context.Context, id ident.ID, _ time.Time) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.fail[id]; err != nil {
		if err.Error() == "panic" {
			panic("a rule panics")
		}
		return 0, err
	}
	if _, ok := c.due[id]; !ok {
		return 0, nil
	}
	delete(c.due, id)
	c.fired[id] = time.Now()
	c.order = append(c.order, id)
	return 1, nil
}

// run runs a firer over c until the function returns.
func run(t *testing.T, c *city, workers int, fn func(f *tick.Firer)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		c.bell = tick.NewBell() // of the bubble
		ctx, stop := context.WithCancel(t.Context())
		f := tick.NewFirer(c, tick.Options{Bell: c.bell, Workers: workers, Log: silent})
		done := make(chan struct{})
		go func() {
			f.Run(ctx)
			close(done)
		}()
		fn(f)
		stop()
		<-done
	})
}

func (c *city) wantFired(t *testing.T, id ident.ID, at time.Time, within time.Duration) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	got, ok := c.fired[id]
	if !ok || got.Before(at) || got.Sub(at) > within {
		t.Errorf("%d was due at %v and fired at %v (%v)", id, at, got, ok)
	}
}

func TestClocksFireWhenTheyAreDue(t *testing.T) {
	c := newCity()
	run(t, c, 4, func(*tick.Firer) {
		now := time.Now()
		at := now.Add(3*time.Hour + 17*time.Millisecond)
		c.set(1, at)
		c.set(2, now.Add(40*time.Minute))
		time.Sleep(time.Hour)
		c.set(3, time.Now().Add(100*time.Millisecond))
		soon := time.Now().Add(100 * time.Millisecond)
		time.Sleep(3 * time.Hour)
		c.wantFired(t, 1, at, time.Millisecond)
		c.wantFired(t, 2, now.Add(40*time.Minute), time.Millisecond)
		c.wantFired(t, 3, soon, time.Millisecond)
	})
}

func TestADeadlineNobodyRangForIsFound(t *testing.T) {
	c := newCity()
	run(t, c, 1, func(*tick.Firer) {
		time.Sleep(time.Hour)
		at := time.Now().Add(time.Millisecond)
		c.mu.Lock()
		c.due[1] = at // by another process
		c.mu.Unlock()
		time.Sleep(time.Minute)
		c.wantFired(t, 1, at, 2*time.Second)
	})
}

func TestAfterARestartTheOldestFireFirst(t *testing.T) {
	c := newCity()
	base := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) // where synctest begins
	for i := range 2000 {
		c.due[ident.ID(i+1)] = base.Add(-time.Duration(2000-i) * time.Minute)
	}
	run(t, c, 1, func(f *tick.Firer) {
		synctest.Wait()
		if len(c.order) != 2000 || !slices.IsSorted(c.order) {
			t.Errorf("%d fired, in order: %v", len(c.order), slices.IsSorted(c.order))
		}
		if h := f.Health(); h.Fired != 2000 || h.StuckN != 0 {
			t.Errorf("%+v", h)
		}
	})
}

func TestAMatterThatFailsBlocksNoOtherAndIsTriedAgain(t *testing.T) {
	c := newCity()
	c.fail[1], c.fail[2] = errors.New("broken"), errors.New("panic")
	run(t, c, 2, func(f *tick.Firer) {
		now := time.Now()
		for id := range 20 {
			c.set(ident.ID(id+1), now)
		}
		time.Sleep(time.Minute)
		if n := len(c.fired); n != 18 {
			t.Errorf("%d fired", n)
		}
		h := f.Health()
		if h.StuckN != 2 || h.Failed < 4 || len(h.Stuck) != 2 || h.Overdue < 50*time.Second {
			t.Errorf("%+v", h)
		}
		at := time.Now()
		c.set(30, at)
		time.Sleep(10 * time.Second)
		c.wantFired(t, 30, at, 2*time.Second)
		c.mu.Lock()
		clear(c.fail)
		c.mu.Unlock()
		time.Sleep(20 * time.Minute)
		if len(c.due) != 0 {
			t.Errorf("left: %v", slices.Collect(maps.Keys(c.due)))
		}
		if h := f.Health(); h.StuckN != 0 || h.Overdue != 0 {
			t.Errorf("%+v", h)
		}
	})
}

func TestADatabaseThatIsAwayIsAskedEverMoreRarely(t *testing.T) {
	c := newCity()
	c.broke = fault.New(fault.Exhausted, "store.disk_full")
	run(t, c, 2, func(*tick.Firer) {
		time.Sleep(10 * time.Minute)
		if c.looks > 30 {
			t.Errorf("asked %d times", c.looks)
		}
		c.mu.Lock()
		c.broke = nil
		c.mu.Unlock()
		at := time.Now()
		c.set(1, at)
		time.Sleep(time.Minute)
		c.wantFired(t, 1, at, 31*time.Second)
	})
}

func TestABusyDatabaseMakesNoMatterWait(t *testing.T) {
	c := newCity()
	c.fail[1] = fault.New(fault.Busy, "store.closed")
	run(t, c, 1, func(f *tick.Firer) {
		c.set(1, time.Now())
		time.Sleep(3 * time.Second)
		if n := f.Health().StuckN; n != 0 {
			t.Errorf("%d stuck", n)
		}
		c.mu.Lock()
		clear(c.fail)
		c.mu.Unlock()
		time.Sleep(time.Minute)
		if len(c.fired) != 1 {
			t.Error("it never fired")
		}
	})
}

func TestManyDeadlinesDoNotKeepTheFirerAwake(t *testing.T) {
	c := newCity()
	run(t, c, 1, func(*tick.Firer) {
		c.set(1, time.Now().Add(time.Minute))
		time.Sleep(time.Second)
		before := c.looks
		for i := range 1000 { // later ones ring for nothing
			c.set(ident.ID(10+i), time.Now().Add(time.Hour))
		}
		synctest.Wait()
		if c.looks != before {
			t.Errorf("looked %d times more", c.looks-before)
		}
	})
}
