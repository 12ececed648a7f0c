package bench

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// mostRequests bounds one run, whatever its time says.
const mostRequests = 5_000_000

// patience is how long a run may go on beyond its time before an answer that
// does not come is an error.
const patience = 30 * time.Second

// load sends requests to a server on this machine and looks at every answer.
// It speaks raw TCP with bytes made beforehand, because a client library would
// take a core away from the server it measures.
type load struct {
	addr  string
	next  func(buf []byte) []byte // appends the next request
	check func(status int, body []byte) error
	// chunks says that answers may come in chunks, as packed pages do.
	chunks bool

	answered atomic.Int64 // good answers of all runs, those of the warm-up too
}

// Run is one measured run of the load client.
type Run struct {
	Connections int     `json:"connections"`
	Seconds     float64 `json:"seconds"`
	PerS        float64 `json:"per_s"`
	Spread
	// ServerCPUMs is processor time of the server for one request; 0: unknown.
	ServerCPUMs float64 `json:"server_cpu_ms,omitempty"`
}

// loopback asks that an address is one of this machine: the client is a
// measuring tool and must not become anything else.
func loopback(addr string) error {
	at, err := netip.ParseAddrPort(addr)
	if err != nil {
		return fmt.Errorf("bench: %q is no address and port", addr)
	}
	if !at.Addr().Unmap().IsLoopback() {
		return fmt.Errorf("bench: %s is not this machine; only loopback addresses are measured", addr)
	}
	return nil
}

// The phases of a run.
const (
	warming int32 = iota
	measuring
	over
)

// run is one run under way.
type run struct {
	*load
	phase atomic.Int32
	sent  atomic.Int64
	fail  atomic.Pointer[error]
	ended chan struct{} // closed when a worker gave up or the bound was reached
	once  sync.Once
}

func (r *run) end(err error) {
	if err != nil {
		r.fail.CompareAndSwap(nil, &err)
	}
	r.once.Do(func() { close(r.ended) })
}

// worker is one connection.
type worker struct {
	c    net.Conn
	in   replies
	out  []byte
	seen histogram
}

// exchange sends one request and reads its answer.
func (r *run) exchange(w *worker) error {
	w.out = r.next(w.out[:0])
	if _, err := w.c.Write(w.out); err != nil {
		return err
	}
	status, body, err := w.in.next()
	if err != nil {
		return err
	}
	if err := r.check(status, body); err != nil {
		return err
	}
	r.answered.Add(1)
	return nil
}

// closed lets every connection send its next request as soon as it has its
// answer, and measures for a while after a warm-up. cpu returns the processor
// time of the server so far, or false.
func (l *load) closed(ctx context.Context, conns int, warm, measure time.Duration, cpu func() (time.Duration, bool)) (Run, error) {
	return l.drive(ctx, conns, warm, measure, cpu, func(r *run, w *worker) {
		for r.phase.Load() != over {
			if r.sent.Add(1) > mostRequests {
				r.end(nil)
				return
			}
			before, began := r.phase.Load(), time.Now()
			if err := r.exchange(w); err != nil {
				r.end(err)
				return
			}
			if before == measuring && r.phase.Load() == measuring {
				w.seen.record(time.Since(began))
			}
		}
	})
}

// paced sends requests at fixed times, so many a second, over connections that
// take turns as they are free. How long an answer took counts from the time at
// which its request was due, so that a server that stalls is not let off the
// requests that had to wait behind.
func (l *load) paced(ctx context.Context, conns, perSecond int, warm, measure time.Duration, cpu func() (time.Duration, bool)) (Run, error) {
	start := time.Now()
	gap := time.Second / time.Duration(perSecond)
	first, last := int64(warm/gap), int64((warm+measure)/gap)
	return l.drive(ctx, conns, warm, measure, cpu, func(r *run, w *worker) {
		for {
			n := r.sent.Add(1) - 1
			if n >= min(last, mostRequests) || r.fail.Load() != nil || ctx.Err() != nil {
				return
			}
			due := start.Add(time.Duration(n) * gap)
			time.Sleep(time.Until(due))
			if err := r.exchange(w); err != nil {
				r.end(err)
				return
			}
			if n >= first {
				w.seen.record(time.Since(due))
			}
		}
	})
}

// drive runs the workers through the phases of a run.
func (l *load) drive(ctx context.Context, conns int, warm, measure time.Duration, cpu func() (time.Duration, bool), work func(*run, *worker)) (out Run, err error) {
	workers, err := l.dial(ctx, conns, warm+measure+patience)
	if err != nil {
		return out, err
	}
	defer func() {
		for _, w := range workers {
			err = errors.Join(err, w.c.Close())
		}
	}()
	r := &run{load: l, ended: make(chan struct{})}
	var all sync.WaitGroup
	for _, w := range workers {
		all.Go(func() { work(r, w) })
	}
	r.wait(ctx, warm)
	cpu0, known := cpu()
	began := time.Now()
	r.phase.Store(measuring)
	r.wait(ctx, measure)
	r.phase.Store(over)
	took := time.Since(began)
	cpu1, _ := cpu()
	all.Wait()
	if e := r.fail.Load(); e != nil {
		return out, *e
	}
	if err := ctx.Err(); err != nil {
		return out, err
	}
	return result(workers, took, cpu1-cpu0, known), nil
}

func result(workers []*worker, took, cpu time.Duration, known bool) Run {
	var h histogram
	for _, w := range workers {
		h.merge(&w.seen)
	}
	out := Run{Connections: len(workers), Seconds: took.Seconds(), PerS: float64(h.n) / took.Seconds(), Spread: h.spread()}
	if known && h.n > 0 {
		out.ServerCPUMs = float64(cpu.Microseconds()) / 1000 / float64(h.n)
	}
	return out
}

// wait waits for d, or for the end of the run.
func (r *run) wait(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-r.ended:
	case <-ctx.Done():
	}
}

// dial opens the connections. Every one has an end, so that no run hangs.
func (l *load) dial(ctx context.Context, conns int, within time.Duration) ([]*worker, error) {
	if err := loopback(l.addr); err != nil {
		return nil, err
	}
	var d net.Dialer
	var out []*worker
	for range conns {
		c, err := d.DialContext(ctx, "tcp", l.addr)
		if err == nil {
			out = append(out, &worker{c: c, in: replies{src: c, chunks: l.chunks}})
			err = c.SetDeadline(time.Now().Add(within))
		}
		if err != nil {
			for _, w := range out {
				err = errors.Join(err, w.c.Close())
			}
			return nil, err
		}
	}
	return out, nil
}
