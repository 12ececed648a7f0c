// Package tick does what nobody presses a button for: it fires the clocks of
// matters in time, seals the ledger, and runs every other periodic task, each
// by itself, so that one that fails holds up no other. Among several processes
// over one database one leads. It decides nothing: what a clock does when it
// fires is the engine's command.
package tick

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"
)

// Task is one background clock.
type Task struct {
	Name  string
	Every time.Duration
	// Alone says that of several processes only the leader runs it.
	Alone bool
	// Run does the work once. It ends soon after ctx does. After an error it is
	// tried again, at first after Every, then ever more rarely.
	Run func(ctx context.Context, now time.Time) error
}

// Health is how a task is doing.
type Health struct {
	Name   string    `json:"name"`
	Runs   int64     `json:"runs"`
	Failed int64     `json:"failed"`           // in a row, since it last succeeded
	Error  string    `json:"error,omitempty"`  // of the last run
	LastAt time.Time `json:"last_at,omitzero"` // when it last succeeded
}

// Runner runs tasks from Start to Stop.
type Runner struct {
	tasks   []Task
	leading func() bool
	now     func() time.Time
	log     *slog.Logger
	stop    context.CancelFunc
	done    sync.WaitGroup

	mu     sync.Mutex
	health []Health
}

// NewRunner returns a runner that has not started. Leading says whether tasks
// that run alone run here.
func NewRunner(tasks []Task, leading func() bool, now func() time.Time, log *slog.Logger) *Runner {
	r := &Runner{tasks: tasks, leading: leading, now: now, log: log, health: make([]Health, len(tasks))}
	for i, t := range tasks {
		r.health[i].Name = t.Name
	}
	return r
}

// Start runs every task at once and then whenever its time has come, until
// Stop or the end of ctx. It is called once.
func (r *Runner) Start(ctx context.Context) {
	ctx, r.stop = context.WithCancel(ctx)
	for i := range r.tasks {
		r.done.Go(func() { r.loop(ctx, i) })
	}
}

// Stop ends the tasks and waits for them.
func (r *Runner) Stop() {
	if r.stop != nil {
		r.stop()
	}
	r.done.Wait()
}

// Health returns how every task is doing, in their order.
func (r *Runner) Health() []Health {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]Health(nil), r.health...)
}

// mostDoublings bounds the back-off of a failing task to 32 times its period.
const mostDoublings = 5

func (r *Runner) loop(ctx context.Context, i int) {
	t := r.tasks[i]
	failed := 0
	for ctx.Err() == nil {
		if !t.Alone || r.leading() {
			if err := safely(func() error { return t.Run(ctx, r.now()) }); err != nil && ctx.Err() == nil {
				failed = min(failed+1, mostDoublings)
				r.note(i, err)
			} else {
				failed = 0
				r.note(i, nil)
			}
		}
		pause(ctx, t.Every<<max(failed-1, 0), nil)
	}
}

func (r *Runner) note(i int, err error) {
	r.mu.Lock()
	h := &r.health[i]
	h.Runs++
	if err == nil {
		h.Failed, h.Error, h.LastAt = 0, "", r.now()
	} else {
		h.Failed++
		h.Error = err.Error()
	}
	failed := h.Failed
	r.mu.Unlock()
	if err != nil {
		r.log.Error("a background task failed and will be tried again", "task", r.tasks[i].Name, "times", failed, "error", err)
	}
}

// safely runs fn and turns a panic into an error.
func safely(fn func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return fn()
}

// pause waits for d, the end of ctx, or the bell.
func pause(ctx context.Context, d time.Duration, bell <-chan struct{}) {
	t := time.NewTimer(max(d, 0))
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-bell:
	case <-t.C:
	}
}
