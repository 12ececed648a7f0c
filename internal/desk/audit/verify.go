package audit

import (
	"context"
	"sync"
	"time"

	"huying/internal/domain/access"
	"huying/internal/engine"
	"huying/internal/fault"
)

// Run is one verification of the whole ledger: on its way, or done.
type Run struct {
	By      string // post that asked
	Began   time.Time
	Ended   time.Time // zero while it runs
	Entries int64     // read so far
	Result  *engine.Verified
	Err     error
}

// Verifier verifies the ledger in the background, one run at a time, since a
// large one takes minutes. It is safe for concurrent use; Stop ends it.
type Verifier struct {
	e    *engine.Engine
	now  func() time.Time
	ctx  context.Context
	stop context.CancelFunc
	done sync.WaitGroup

	mu   sync.Mutex
	last *Run
}

// NewVerifier returns a verifier that has not run yet.
func NewVerifier(e *engine.Engine, now func() time.Time) *Verifier {
	ctx, stop := context.WithCancel(context.Background())
	return &Verifier{e: e, now: now, ctx: ctx, stop: stop}
}

// Start begins a run, unless one is on its way. Fault: access.denied.
func (v *Verifier) Start(actor access.Actor) error {
	if len(access.Scopes(actor, access.ReadLedger)) == 0 {
		return fault.New(fault.Denied, "access.denied", string(access.ReadLedger))
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.last != nil && v.last.Ended.IsZero() || v.ctx.Err() != nil {
		return nil
	}
	v.last = &Run{By: actor.ID, Began: v.now()}
	v.done.Go(v.run)
	return nil
}

func (v *Verifier) run() {
	result, err := v.e.Verify(v.ctx, func(n int64) {
		v.mu.Lock()
		defer v.mu.Unlock()
		v.last.Entries = n
	})
	v.mu.Lock()
	defer v.mu.Unlock()
	v.last.Ended, v.last.Result, v.last.Err = v.now(), result, err
}

// Last returns the run that is on its way or was the last, and whether there
// is one.
func (v *Verifier) Last() (Run, bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.last == nil {
		return Run{}, false
	}
	return *v.last, true
}

// Stop ends a run that is on its way and waits for it.
func (v *Verifier) Stop() {
	v.stop()
	v.done.Wait()
}
