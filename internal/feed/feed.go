// Package feed tells open screens what happens, as it happens: each entry of
// the ledger becomes one event, encoded once, for everybody who may see its
// matter. It follows the ledger by itself, behind the commands, so that no
// commit waits for a screen, acts of other processes come too, and a restart
// loses nothing. It tells no names: an event says which matter, where, which
// units and what act.
package feed

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"huying/internal/domain/access"
	"huying/internal/engine"
	"huying/internal/engine/change"
	"huying/internal/store"
)

// Options tune a feed. The zero values are the usual ones.
type Options struct {
	Ring   int           // events kept for those who come back; 0: 4096
	Buffer int           // messages that wait for one subscriber; 0: 256
	Every  time.Duration // how often the ledger is looked at without a call; 0: 500 ms
	// Pause is how long the feed rests after it told something, so that in a
	// surge thousands of screens wake ten times a second and not at every act;
	// 0: 100 ms.
	Pause time.Duration
	Now   func() time.Time
	Log   *slog.Logger
}

func (o Options) filled() Options {
	if o.Ring <= 0 {
		o.Ring = 4096
	}
	if o.Buffer <= 0 {
		o.Buffer = 256
	}
	if o.Every <= 0 {
		o.Every = 500 * time.Millisecond
	}
	if o.Pause <= 0 {
		o.Pause = 100 * time.Millisecond
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	return o
}

// Feed follows the ledger and hands events to subscribers. It is safe for
// concurrent use.
type Feed struct {
	e    *engine.Engine
	o    Options
	bell chan struct{} // there may be something new
	come chan struct{} // somebody listens

	mu    sync.Mutex
	ready bool            // Run has found where the ledger ends
	floor change.Position // the ring has every event after it
	head  change.Position // the last entry that was read
	ring  []event         // from the oldest at first
	first int
	subs  map[*Subscription]struct{}
	asked time.Time // when somebody was last listening
	over  bool
}

// New returns a feed over an engine, whose changes ring its bell. Nothing is
// read before Run.
func New(e *engine.Engine, o Options) *Feed {
	f := &Feed{e: e, o: o.filled(), bell: make(chan struct{}, 1), come: make(chan struct{}, 1), subs: map[*Subscription]struct{}{}}
	e.OnChange(f.Ring)
	return f
}

// Ring says that there may be something new. It never blocks.
func (f *Feed) Ring() { ring(f.bell) }

func ring(bell chan<- struct{}) {
	select {
	case bell <- struct{}{}:
	default:
	}
}

// batch is how many entries are read at once.
const batch = 200

// Run follows the ledger until ctx ends, then tells every subscriber that the
// feed is over.
func (f *Feed) Run(ctx context.Context) {
	defer f.end()
	for ctx.Err() == nil {
		n, heard, err := f.step(ctx)
		if err != nil && ctx.Err() == nil {
			f.o.Log.Error("the live feed could not read the ledger and will try again", "error", err)
		}
		switch {
		case err != nil: // a database in trouble is not asked at every commit
			f.rest(ctx, f.o.Every, nil)
		case !heard:
			f.rest(ctx, f.o.Every, f.come)
		case n == batch:
		case n > 0:
			f.rest(ctx, f.o.Pause, nil)
		default:
			f.rest(ctx, f.o.Every, f.bell)
		}
	}
}

// rest waits for a while, the end of ctx, or the bell.
func (f *Feed) rest(ctx context.Context, d time.Duration, bell <-chan struct{}) {
	wait := time.NewTimer(d)
	defer wait.Stop()
	select {
	case <-ctx.Done():
	case <-bell:
	case <-wait.C:
	}
}

// idle is how long events are kept up for nobody: a browser that reloads comes
// back within it.
const idle = 2 * time.Minute

// step reads what is new, at most a batch, and tells it. While nobody listens
// it only finds the end of the ledger, which need not be done at every commit:
// whoever comes is told a little of what was before.
func (f *Feed) step(ctx context.Context) (n int, heard bool, err error) {
	f.mu.Lock()
	from, jump := f.head, !f.ready || len(f.subs) == 0 && f.o.Now().Sub(f.asked) > idle
	f.mu.Unlock()
	if jump {
		return 0, false, f.jump(ctx)
	}
	var events []event
	last := from
	err = f.e.DB().Read(ctx, func(v *store.View) error {
		entries, err := change.After(v, from, batch)
		n = len(entries)
		if err != nil || n == 0 {
			return err
		}
		last = entries[n-1].Position
		events, err = eventsOf(v, entries)
		return err
	})
	if err != nil || n == 0 {
		return 0, true, err
	}
	f.tell(events, last)
	return n, true, nil
}

// jump moves to the end of the ledger, since nobody listens.
func (f *Feed) jump(ctx context.Context) error {
	var end change.Position
	err := f.e.DB().Read(ctx, func(v *store.View) (err error) {
		end, err = change.End(v)
		return err
	})
	if err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ready && len(f.subs) > 0 {
		return nil // somebody came meanwhile, who is owed what lies between
	}
	if end.Compare(f.head) > 0 || !f.ready {
		f.ring, f.first, f.floor, f.head = nil, 0, end, end
	}
	f.ready = true
	if len(f.subs) > 0 {
		f.asked = f.o.Now()
	}
	return nil
}

// tell keeps events and hands them out.
func (f *Feed) tell(events []event, last change.Position) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.head = last
	if len(f.subs) > 0 {
		f.asked = f.o.Now()
	}
	for _, e := range events {
		f.keep(e)
		for s := range f.subs {
			if s.reach.Covers(e.subject) && !s.push(e.Message) {
				f.drop(s)
			}
		}
	}
}

// keep puts an event in the ring.
func (f *Feed) keep(e event) {
	if len(f.ring) < f.o.Ring {
		f.ring = append(f.ring, e)
		return
	}
	f.floor = f.ring[f.first].at
	f.ring[f.first] = e
	f.first = (f.first + 1) % len(f.ring)
}

// drop ends a subscription that is too slow.
func (f *Feed) drop(s *Subscription) {
	delete(f.subs, s)
	s.finish(Dropped)
}

func (f *Feed) end() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.over = true
	for s := range f.subs {
		delete(f.subs, s)
		s.finish(Over)
	}
}

// Subscribe listens to what the actor may see. lastID is the id of the last
// message the client had, or "": then only what comes from now on is told. A
// client that comes back gets what it missed, or, if that is no longer known,
// a message Reload. The caller closes the subscription.
func (f *Feed) Subscribe(actor access.Actor, lastID string) *Subscription {
	s := &Subscription{f: f, reach: access.ReachOf(actor, access.ReadMatter), ch: make(chan Message, f.o.Buffer), gone: make(chan struct{})}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked = f.o.Now()
	if f.over {
		s.finish(Over)
		return s
	}
	f.subs[s] = struct{}{}
	ring(f.come)
	if lastID == "" {
		return s
	}
	from, ok := change.Parse(lastID)
	if !ok || !f.ready || from.Compare(f.floor) < 0 {
		s.push(Message{ID: f.head.String(), Kind: Reload})
		return s
	}
	for i := range f.ring {
		e := f.ring[(f.first+i)%len(f.ring)]
		if e.at.Compare(from) > 0 && s.reach.Covers(e.subject) && !s.push(e.Message) {
			for len(s.ch) > 0 { // more than it can take: it had better begin anew
				<-s.ch
			}
			s.push(Message{ID: f.head.String(), Kind: Reload})
			return s
		}
	}
	return s
}

// Subscribers returns how many listen now.
func (f *Feed) Subscribers() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.subs)
}

// Ready reports whether the feed has found where the ledger ends: what is
// committed from then on is told.
func (f *Feed) Ready() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.ready
}
