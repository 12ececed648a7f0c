package tick

import (
	"sync"

	"huying/internal/domain/clock"
)

// Bell wakes the firer when a deadline appears that is earlier than the one it
// waits for. Rings that come too late or too often do no harm.
type Bell struct {
	ch    chan struct{}
	mu    sync.Mutex
	until clock.Instant // what the firer waits for; zero: it is awake
	early clock.Instant // the earliest deadline told while it is awake
}

// NewBell returns a bell nobody waits for.
func NewBell() *Bell { return &Bell{ch: make(chan struct{}, 1)} }

// Ring tells of a deadline; zero is none. It never blocks.
func (b *Bell) Ring(at clock.Instant) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case at == 0:
	case b.until == 0:
		if b.early == 0 || at < b.early {
			b.early = at
		}
	case at < b.until:
		b.ring()
	}
}

func (b *Bell) ring() {
	select {
	case b.ch <- struct{}{}:
	default:
	}
}

// awake says that the firer looks for itself.
func (b *Bell) awake() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.until, b.early = 0, 0
	select {
	case <-b.ch:
	default:
	}
}

// sleep says until when the firer means to sleep; the bell rings at once if it
// was told of an earlier deadline meanwhile.
func (b *Bell) sleep(until clock.Instant) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.until = until
	if b.early != 0 && b.early < until {
		b.ring()
	}
}
