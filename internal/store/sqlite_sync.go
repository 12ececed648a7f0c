package store

import (
	"context"
	"fmt"
	"os"
	"sync"
	"sync/atomic"

	"huying/internal/fault"
)

// syncer makes committed groups durable and answers their commands, one group
// at a time, while the writer already runs the next group. The sync by which
// synchronous = FULL ends every commit is done here, before anybody hears of
// the commit, so that the writer need not wait for the disk.
//
// Views see what is committed; so that nobody is told what is not durable yet,
// each waits for the group it has seen before it returns.
type syncer struct {
	path string // of the log
	file *os.File
	sync func() error // makes the log durable

	todo  chan batch
	idle  chan error    // after each batch: its error
	ended chan struct{} // closed when the last batch was answered
	once  sync.Once

	committed atomic.Uint64 // number of the newest group that a view may see

	mu      sync.Mutex
	durable uint64        // number of the newest durable group
	failed  error         // of the sync after which nobody knows what is on the disk
	grown   chan struct{} // closed when durable or failed changes
}

// batch is a group on its way to the disk.
type batch struct {
	group []*job
	n     uint64 // of the group
	wrote bool   // otherwise there is nothing to sync
	err   error  // why it was not committed
}

func newSyncer(log string, relaxed bool) *syncer {
	s := &syncer{
		path: log, todo: make(chan batch), idle: make(chan error, 1), ended: make(chan struct{}), grown: make(chan struct{}),
	}
	s.sync = s.syncLog
	if relaxed {
		s.sync = func() error { return nil } // it is left to the checkpoints
	}
	go s.loop()
	return s
}

func (s *syncer) loop() {
	defer close(s.ended)
	for b := range s.todo {
		err := b.err
		if err == nil && b.wrote {
			err = s.sync()
		}
		if b.err != nil {
			s.done(b.n, nil) // undone: there is nothing of it to wait for
		} else {
			s.done(b.n, err)
		}
		for _, j := range b.group {
			if j.err == nil {
				j.err = err
			}
			close(j.done)
		}
		if b.err != nil {
			err = nil // the group was undone; the disk is well
		}
		s.idle <- err
	}
}

// syncLog syncs the log. The file is opened at the first commit, which made
// it, and stays the same for as long as the writer is open.
func (s *syncer) syncLog() error {
	if s.file == nil {
		f, err := os.OpenFile(s.path, os.O_RDWR, 0)
		if err != nil {
			return fault.New(fault.Internal, "store.disk_failed").Because(err)
		}
		s.file = f
	}
	if err := dataSync(s.file); err != nil {
		return fault.New(fault.Internal, "store.disk_failed").Because(fmt.Errorf("sync the log: %w", err))
	}
	return nil
}

// done says that group n is durable, or that it never will be.
func (s *syncer) done(n uint64, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case err != nil:
		s.failed = err
	case s.failed == nil:
		s.durable = n
	}
	close(s.grown)
	s.grown = make(chan struct{})
}

// wait returns once group n is durable, or was undone.
func (s *syncer) wait(ctx context.Context, n uint64) error {
	for {
		s.mu.Lock()
		ready, failed, grown := s.durable >= n, s.failed, s.grown
		s.mu.Unlock()
		switch {
		case ready:
			return nil
		case failed != nil:
			return failed
		}
		select {
		case <-grown:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// close answers what was handed over and ends.
func (s *syncer) close() error {
	s.once.Do(func() { close(s.todo) })
	<-s.ended
	if s.file == nil {
		return nil
	}
	return closeOnce(s.file)
}
