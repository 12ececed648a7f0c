package wall

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"huying/internal/fault"
)

// hand is a clock that a test moves.
type hand struct{ us atomic.Int64 }

func (h *hand) now() time.Time       { return time.UnixMicro(h.us.Load()) }
func (h *hand) pass(d time.Duration) { h.us.Add(d.Microseconds()) }

// TestTwoThousandScreensCostOne lets 2,000 screens look at one place at once:
// it is drawn once, and once again when it has grown old.
func TestTwoThousandScreensCostOne(t *testing.T) {
	var h hand
	var drawn atomic.Int64
	s := newShelf(h.now)
	gate := make(chan struct{})
	draw := func(context.Context) (*shown, error) {
		drawn.Add(1)
		<-gate // until all have asked
		return &shown{}, nil
	}
	look := func() {
		var all, asking sync.WaitGroup
		for range 2000 {
			all.Add(1)
			asking.Add(1)
			go func() {
				defer all.Done()
				asking.Done()
				if out, err := s.get(t.Context(), key{place: "440106"}, draw); out == nil || err != nil {
					t.Error(out, err)
				}
			}()
		}
		asking.Wait()
		close(gate)
		all.Wait()
	}
	look()
	if n := drawn.Load(); n != 1 {
		t.Errorf("2,000 screens drew %d times", n)
	}
	h.pass(fresh - time.Microsecond)
	gate = make(chan struct{})
	look()
	if n := drawn.Load(); n != 1 {
		t.Errorf("what is fresh was drawn again: %d", n)
	}
	h.pass(time.Microsecond)
	gate = make(chan struct{})
	look()
	if n := drawn.Load(); n != 2 {
		t.Errorf("what is old was drawn %d times", n)
	}
}

// TestTheShelfIsBounded asks for more places than are kept.
func TestTheShelfIsBounded(t *testing.T) {
	var h hand
	s := newShelf(h.now)
	for i := range 3 * mostKept {
		if _, err := s.get(t.Context(), key{place: strconv.Itoa(i)}, func(context.Context) (*shown, error) { return &shown{}, nil }); err != nil {
			t.Fatal(err)
		}
		if len(s.kept) > mostKept {
			t.Fatalf("%d are kept", len(s.kept))
		}
	}
}

// TestAFaultIsNotKept asks again after a fault, and after a panic.
func TestAFaultIsNotKept(t *testing.T) {
	var h hand
	s := newShelf(h.now)
	bad := fault.New(fault.Busy, "store.busy")
	for _, draw := range []func(context.Context) (*shown, error){
		func(context.Context) (*shown, error) { return nil, bad },
		func(context.Context) (*shown, error) { panic("of a drawing") },
	} {
		if _, err := s.get(t.Context(), key{}, draw); err == nil {
			t.Error("no fault")
		}
	}
	if out, err := s.get(t.Context(), key{}, func(context.Context) (*shown, error) { return &shown{}, nil }); out == nil || err != nil {
		t.Error(out, err)
	}
}

// TestWhoLeavesTakesNobodyAlong lets the one leave who asked first: the others
// get what was being drawn.
func TestWhoLeavesTakesNobodyAlong(t *testing.T) {
	var h hand
	s := newShelf(h.now)
	begun, gate := make(chan struct{}), make(chan struct{})
	ctx, leave := context.WithCancel(t.Context())
	gone := make(chan error, 1)
	go func() {
		_, err := s.get(ctx, key{}, func(ctx context.Context) (*shown, error) {
			close(begun)
			<-gate
			return &shown{}, ctx.Err()
		})
		gone <- err
	}()
	<-begun
	leave()
	if err := <-gone; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	stays := make(chan error, 1)
	go func() {
		_, err := s.get(t.Context(), key{}, func(context.Context) (*shown, error) { return nil, errors.New("drawn twice") })
		stays <- err
	}()
	close(gate)
	if err := <-stays; err != nil {
		t.Error(err)
	}
}
