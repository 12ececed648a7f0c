package bench

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// screens are open pages that are told what happens.
type screens struct {
	conns  []net.Conn
	all    sync.WaitGroup
	ended  atomic.Int64 // streams that ended by themselves
	told   atomic.Int64
	closed atomic.Bool
}

// wholeCity is how many screens there are to one that is told what happens
// anywhere in the city; the others are told what concerns their desk.
const wholeCity = 50

// open opens so many streams, one in wholeCity for the city's desk and the rest
// spread over the others who have signed in, and waits until each has begun. They end with close, and by themselves after a while.
func open(ctx context.Context, who []*browser, n int, within time.Duration) (*screens, error) {
	s := &screens{}
	ready := make(chan error, n)
	until := time.Now().Add(within)
	var d net.Dialer
	var err error
	for i := range n {
		b := watcher(who, i)
		if err = loopback(b.addr); err != nil {
			break
		}
		var c net.Conn
		if c, err = d.DialContext(ctx, "tcp", b.addr); err != nil {
			break
		}
		s.conns = append(s.conns, c)
		if err = c.SetDeadline(until); err != nil {
			break
		}
		if _, err = c.Write(b.requests([]string{"/live"}, false)(nil)); err != nil {
			break
		}
		s.all.Go(func() { s.watch(c, ready) })
	}
	if err == nil {
		err = begun(ctx, ready, n)
	}
	if err != nil {
		s.close()
		return nil, fmt.Errorf("bench: screen %d of %d: %w", len(s.conns), n, err)
	}
	return s, nil
}

// watcher picks whose screen the next is. The second who signed in is the
// city's desk, if there is more than one.
func watcher(who []*browser, i int) *browser {
	switch {
	case len(who) < 3:
		return who[i%len(who)]
	case i%wholeCity == 1:
		return who[1]
	case i%(len(who)-1) == 0:
		return who[0]
	}
	return who[1+i%(len(who)-1)]
}

// begun waits until so many streams have begun.
func begun(ctx context.Context, ready <-chan error, n int) error {
	late := time.NewTimer(patience)
	defer late.Stop()
	for range n {
		select {
		case err := <-ready:
			if err != nil {
				return err
			}
		case <-late.C:
			return errors.New("it did not begin")
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// watch reads one stream to its end and counts the acts that it tells.
func (s *screens) watch(c net.Conn, ready chan<- error) {
	lines := bufio.NewReaderSize(c, 2048)
	began, first := false, ""
	for {
		line, err := lines.ReadSlice('\n')
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			if !began {
				ready <- fmt.Errorf("%w: %.60q", err, first)
			} else if !s.closed.Load() {
				s.ended.Add(1)
			}
			return
		}
		switch {
		case first == "":
			first = string(line)
		case !began && bytes.HasPrefix(line, []byte("retry:")):
			began = true
			ready <- nil
		case bytes.HasPrefix(line, []byte("event: act")):
			s.told.Add(1)
		}
	}
}

// close ends all streams and returns how many were open until now, and how many
// acts they were told.
func (s *screens) close() (held int, told int64) {
	s.closed.Store(true)
	held = len(s.conns) - int(s.ended.Load())
	for _, c := range s.conns {
		_ = c.Close() // whatever it says, the stream is over
	}
	s.all.Wait()
	return held, s.told.Load()
}
