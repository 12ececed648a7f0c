package feed

import (
	"context"
	"sync"

	"huying/internal/domain/access"
	"huying/internal/fault"
)

// Kind is what a message is.
type Kind string

// The kinds of message.
const (
	Act     Kind = "act"     // an event; Data is an Event as JSON
	Reload  Kind = "reload"  // what was missed is not known: read everything anew
	Dropped Kind = "dropped" // the subscriber was too slow; it may come back with its last id
	Over    Kind = "over"    // the process stops; come back
)

// Message is one thing that is told. Its bytes are shared by all subscribers
// and must not be changed.
type Message struct {
	ID   string // where to go on from; empty for Dropped and Over
	Kind Kind
	Data []byte
}

// Subscription is one listener.
type Subscription struct {
	f     *Feed
	reach access.Reach
	ch    chan Message

	once sync.Once
	gone chan struct{}
	last Kind // why it ended; set before gone is closed
	told bool // of one reader
}

// push hands a message over if there is room.
func (s *Subscription) push(m Message) bool {
	select {
	case s.ch <- m:
		return true
	default:
		return false
	}
}

func (s *Subscription) finish(why Kind) {
	s.once.Do(func() {
		s.last = why
		close(s.gone)
	})
}

// Next waits for the next message. After the last that was handed over, a
// subscription that was ended by the feed gives one message that says why, and
// then the fault feed.ended. It is called by one goroutine at a time.
func (s *Subscription) Next(ctx context.Context) (Message, error) {
	select {
	case m := <-s.ch:
		return m, nil
	default:
	}
	select {
	case m := <-s.ch:
		return m, nil
	case <-ctx.Done():
		return Message{}, context.Cause(ctx)
	case <-s.gone:
	}
	select { // what was handed over before it ended
	case m := <-s.ch:
		return m, nil
	default:
	}
	if s.told || s.last == "" {
		return Message{}, fault.New(fault.Busy, "feed.ended")
	}
	s.told = true
	return Message{Kind: s.last}, nil
}

// Close ends the subscription. It may be called twice.
func (s *Subscription) Close() {
	s.f.mu.Lock()
	defer s.f.mu.Unlock()
	delete(s.f.subs, s)
	s.finish("")
}
