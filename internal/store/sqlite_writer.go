package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"huying/internal/fault"
	"huying/internal/store/lite"
)

// job is one command on its way through the writer.
type job struct {
	command
	ctx  context.Context
	tx   *Tx
	err  error
	done chan struct{}
}

// writer runs all commands of a SQLite database on one connection and one
// goroutine. Commands that wait together commit together: one sync pays for
// the whole group. It never waits for company, but while the group before is on
// its way to the disk it keeps the next one open, since that would have to wait
// anyway.
type writer struct {
	*liteConn
	opts Options
	jobs chan *job

	mu     sync.RWMutex // held for reading while a job is handed over
	closed bool
	ended  chan struct{}

	group   []*job
	counts  counterSum
	rows    counterRows
	careful int   // groups left that use savepoints
	broken  error // after a failed sync nobody can say what is on the disk
	dirty   bool  // the group wrote something
	clean   bool  // nothing of the group was undone
	wal     *checkpointer

	disk    *syncer
	syncing bool // the syncer is at work on the group before
}

// carefulGroups is for how many groups the writer pays for savepoints after a
// command failed that had already written.
const carefulGroups = 64

func newWriter(path string, opts Options) (*writer, error) {
	l, err := openLite(path, lite.Create, pragmaWriter)
	if err != nil {
		return nil, err
	}
	w := &writer{
		liteConn: l, opts: opts,
		jobs: make(chan *job, opts.MaxGroup), ended: make(chan struct{}),
		counts: make(counterSum),
	}
	if err := l.c.Script(ownTables(SQLite)); err != nil {
		return nil, errors.Join(diskFault(err), l.close())
	}
	if err := l.c.GatherLog(); err != nil { // the file system cannot hold a write-ahead log
		return nil, errors.Join(fault.New(fault.Internal, "store.disk_failed").Because(err), l.close())
	}
	w.disk = newSyncer(path+"-wal", opts.Relaxed)
	return w, nil
}

// write hands c to the writer and waits for its answer.
func (w *writer) write(ctx context.Context, c command) error {
	j := &job{command: c, ctx: ctx, done: make(chan struct{})}
	if err := w.hand(j); err != nil {
		return err
	}
	<-j.done
	if j.err != nil {
		return j.err
	}
	for _, fn := range j.tx.hooks {
		fn()
	}
	return nil
}

func (w *writer) hand(j *job) error {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if w.closed {
		return errClosed()
	}
	select {
	case w.jobs <- j:
		return nil
	case <-j.ctx.Done():
		return context.Cause(j.ctx)
	}
}

// stop lets the commands that were handed over finish.
func (w *writer) stop() {
	w.mu.Lock()
	if !w.closed {
		w.closed = true
		close(w.jobs)
	}
	w.mu.Unlock()
	<-w.ended
}

func (w *writer) loop() {
	defer close(w.ended)
	for j := range w.jobs {
		w.group = append(make([]*job, 0, cap(w.group)), j)
		b := batch{err: w.broken}
		if b.err == nil {
			b.err = w.commit()
		}
		b.group, b.wrote, b.n = w.group, w.dirty, w.disk.committed.Load()
		w.settled()
		if b.err == nil {
			b.err = w.broken // the sync before failed meanwhile
		}
		w.disk.todo <- b
		w.syncing = true
		w.wal.after(w.liteConn)
	}
	w.settled()
}

// settled waits until the group before is durable and answered.
func (w *writer) settled() {
	if w.syncing {
		w.synced(<-w.disk.idle)
	}
}

func (w *writer) synced(err error) {
	w.syncing = false
	if err != nil {
		w.broken = err
		w.opts.Log.Error("the log could not be synced", "err", err)
	}
}

// errAgain says that a command failed after it had written, without a savepoint
// to go back to.
var errAgain = errors.New("store: the group has to run again")

// commit runs the group and whoever joins it, and commits once. Most commands
// fail before they write or not at all, so the group first runs without
// savepoints, which cost a copy of every page a command touches. If one then
// has to be undone the whole group is, and runs again with savepoints; nobody
// has been answered yet.
func (w *writer) commit() error {
	err := w.attempt(w.careful > 0)
	if errors.Is(err, errAgain) {
		w.careful = carefulGroups
		err = w.attempt(true)
	} else if w.careful > 0 {
		w.careful--
	}
	if err != nil {
		w.opts.Log.Error("group not committed", "commands", len(w.group), "err", err)
	}
	return err
}

func (w *writer) attempt(savepoints bool) error {
	w.doomed, w.dirty, w.clean = nil, false, true
	clear(w.counts)
	if err := w.raw("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	err := w.runGroup(savepoints)
	if err == nil {
		err = w.rows.flush(w.liteConn, w.counts)
	}
	if err == nil {
		w.dirty = w.dirty || len(w.counts) > 0
		w.disk.committed.Add(1) // before, since a view may see it at once
		if w.clean {
			w.c.ForgetSwap()
		}
		w.c.DeferSync(true)
		err = w.raw("COMMIT")
		w.c.DeferSync(false)
	}
	if err != nil {
		w.rollback()
	}
	return err
}

// runGroup runs the jobs of the group and takes in those that wait.
func (w *writer) runGroup(savepoints bool) error {
	start := time.Now()
	last := start
	for i := 0; i < len(w.group); i++ {
		j := w.group[i]
		if err := w.one(j, savepoints); err != nil {
			return err
		}
		now := time.Now()
		if took := now.Sub(last); took > slowCommand {
			w.opts.Log.Warn("slow command", "name", j.name, "took", took)
		}
		last = now
		if i+1 == len(w.group) {
			w.gather(now.Sub(start))
		}
	}
	return nil
}

// gather takes in the jobs that wait. While the group before is on its way to
// the disk it waits with them: the next sync can begin only after that one.
func (w *writer) gather(held time.Duration) {
	for len(w.group) < w.opts.MaxGroup {
		if held < w.opts.MaxHold {
			select {
			case j, ok := <-w.jobs:
				if ok {
					w.group = append(w.group, j)
				}
				return
			default:
			}
		}
		if !w.syncing {
			return
		}
		select {
		case j, ok := <-w.jobs:
			if ok {
				w.group = append(w.group, j)
				return
			}
			w.settled()
			return
		case err := <-w.disk.idle:
			w.synced(err)
		}
	}
}

// one runs j. The error it returns is the group's; the command's own error is
// left in j.err.
func (w *writer) one(j *job, savepoint bool) error {
	if j.err = context.Cause(j.ctx); j.err != nil {
		return nil
	}
	if savepoint {
		if err := w.raw("SAVEPOINT c"); err != nil {
			return err
		}
	}
	w.wrote = false
	j.tx = &Tx{e: w.liteConn, dialect: SQLite, now: j.instant(w.opts.Now)}
	j.err = j.tx.run(j.fn)
	j.tx.end()
	w.clean = w.clean && j.err == nil
	if w.doomed != nil {
		return w.doomed
	}
	if j.err == nil {
		w.counts.add(j.tx.counts)
		w.dirty = w.dirty || w.wrote
	}
	return w.settle(j, savepoint)
}

// settle keeps or undoes what j wrote.
func (w *writer) settle(j *job, savepoint bool) error {
	switch {
	case !savepoint && j.err != nil && w.wrote:
		return errAgain
	case !savepoint:
		return nil
	case j.err != nil && w.wrote:
		if err := w.raw("ROLLBACK TO c"); err != nil {
			return err
		}
	}
	return w.raw("RELEASE c")
}

// raw runs a statement of the writer itself; its failure is the group's.
func (w *writer) raw(query string) error {
	_, err := w.exec(query, nil)
	if err != nil && w.doomed == nil {
		w.doomed = err
	}
	return err
}

// rollback ends the transaction if SQLite has not ended it already.
func (w *writer) rollback() {
	w.doomed = nil
	w.rows.undone()
	if !w.c.InTransaction() {
		return
	}
	if _, err := w.exec("ROLLBACK", nil); err != nil {
		w.broken = fmt.Errorf("store: rollback failed: %w", err)
	}
}
