package wall

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"huying/internal/domain/pack"
	"huying/internal/text"
)

// fresh is how long what was drawn of a place is shown to whoever asks. A
// screen that hears of an act asks so long after it, so that it never gets
// what was drawn before.
const fresh = 500 * time.Millisecond

// mostKept bounds what is remembered: the places of a city that anybody looks
// at, in two languages, and a few instants of the past.
const mostKept = 512

// patient is how long the drawing of one place may take.
const patient = 20 * time.Second

// key names what is drawn once for many.
type key struct {
	city  *pack.City
	place string
	lang  text.Lang
	kind  string // wall or centre: where its links lead
	opens bool
	at    int64 // of the past
}

// shelf keeps what was drawn last of each place, so that its cost is by place
// and not by screen: whoever asks while it is drawn waits for it, and whoever
// asks soon after gets the same.
type shelf struct {
	clock func() time.Time
	mu    sync.Mutex
	kept  map[key]*drawing
}

// drawing is one that is under way or done.
type drawing struct {
	done chan struct{}
	at   time.Time // when it began, by which it grows old
	out  *shown
	err  error
}

func newShelf(clock func() time.Time) *shelf {
	return &shelf{clock: clock, kept: map[key]*drawing{}}
}

// get returns what is kept under a key, or draws it. A drawing that began goes
// on for the others when the one who asked first leaves.
func (s *shelf) get(ctx context.Context, k key, draw func(context.Context) (*shown, error)) (*shown, error) {
	d, mine := s.claim(k)
	if mine {
		go func() {
			defer close(d.done)
			own, cancel := context.WithTimeout(context.WithoutCancel(ctx), patient)
			defer cancel()
			d.out, d.err = safely(own, draw)
		}()
	}
	select {
	case <-d.done:
		return d.out, d.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// safely makes a panic a fault of ours like any other: it ends this drawing
// and not the program.
func safely(ctx context.Context, draw func(context.Context) (*shown, error)) (out *shown, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return draw(ctx)
}

// claim returns the drawing under a key; mine says that it is new, and the
// caller's to make.
func (s *shelf) claim(k key) (d *drawing, mine bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock()
	if d := s.kept[k]; d != nil && (!d.ended() || d.err == nil && now.Sub(d.at) < fresh) {
		return d, false
	}
	if len(s.kept) >= mostKept {
		s.clear(now)
	}
	d = &drawing{done: make(chan struct{}), at: now}
	s.kept[k] = d
	return d, true
}

// clear makes room: what is old goes, and if nothing is, everything that is
// done.
func (s *shelf) clear(now time.Time) {
	for _, all := range []bool{false, true} {
		for k, d := range s.kept {
			if d.ended() && (all || now.Sub(d.at) >= fresh) {
				delete(s.kept, k)
			}
		}
		if len(s.kept) < mostKept {
			return
		}
	}
}

func (d *drawing) ended() bool {
	select {
	case <-d.done:
		return true
	default:
		return false
	}
}
