package demo

import (
	"container/heap"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"huying/internal/desk/dispatch"
	"huying/internal/desk/intake"
	"huying/internal/desk/registry"
	"huying/internal/desk/supervision"
	"huying/internal/domain/call"
	"huying/internal/domain/matter"
	"huying/internal/domain/pack"
	"huying/internal/engine"
	"huying/internal/ident"
)

// lane plays one part of a city, or several. Its commands follow each other in time, and its
// engine is a node of its own, so that its numbers do not depend on how fast
// the other lanes run.
type lane struct {
	e    *engine.Engine
	city *pack.City
	in   *intake.Desk
	out  *dispatch.Desk
	sup  *supervision.Desk
	rnd  *rand.Rand
	end  time.Time

	parts []string // codes; the first stands for a call that names no place

	queue  events
	play   map[ident.ID]*part
	byCall map[string]ident.ID // of one drawn call, for those who tell it again
	seen   tally
	proof  *registry.Stored // what answers show
	told   func()
}

// part is one matter being played.
type part struct {
	spoken
	id     ident.ID
	acted  int            // commands of people so far
	marks  map[string]int // what has been done already, by the player's own names
	queued time.Time      // the people's next act, if one waits
	state  *engine.State  // as the last command left it; nil: read it again
}

// tally is what a lane did, beyond what the numbers desk counts.
type tally struct {
	Commands, Clocks, Refused int
}

// event is something that happens at its own time: a call, an act, or a clock.
type event struct {
	at   time.Time
	n    int // order among events of one instant
	call *spoken
	key  string
	of   ident.ID
	tick bool
}

type events struct {
	list []event
	made int
}

func (q *events) Len() int { return len(q.list) }
func (q *events) Less(i, j int) bool {
	if !q.list[i].at.Equal(q.list[j].at) {
		return q.list[i].at.Before(q.list[j].at)
	}
	return q.list[i].n < q.list[j].n
}
func (q *events) Swap(i, j int) { q.list[i], q.list[j] = q.list[j], q.list[i] }
func (q *events) Push(x any)    { q.list = append(q.list, x.(event)) }
func (q *events) Pop() any {
	last := q.list[len(q.list)-1]
	q.list = q.list[:len(q.list)-1]
	return last
}

func (l *lane) at(e event) {
	l.queue.made++
	e.n = l.queue.made
	heap.Push(&l.queue, e)
}

// run plays everything that happens before the end.
func (l *lane) run(ctx context.Context) error {
	for l.queue.Len() > 0 {
		e := heap.Pop(&l.queue).(event)
		if !e.at.Before(l.end) {
			return nil
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := l.step(ctx, e); err != nil {
			return fmt.Errorf("%s at %s: %w", l.parts[0], e.at.In(ident.Zone).Format(time.DateTime), err)
		}
	}
	return nil
}

func (l *lane) step(ctx context.Context, e event) error {
	switch {
	case e.call != nil:
		return l.hear(ctx, e)
	case e.tick:
		p := l.play[e.of]
		if s := p.state; s != nil && (s.M.Next == 0 || s.M.Next.Time().After(e.at)) {
			return nil // the clock was stopped, or moved, by what came before
		}
		s, n, err := l.e.FireState(ctx, e.of, e.at)
		if err != nil {
			return err
		}
		l.seen.Clocks += n
		return l.follow(s, e.at)
	}
	p := l.play[e.of]
	if p == nil || !p.queued.Equal(e.at) {
		return nil // something else came first; another act was planned
	}
	p.queued = time.Time{}
	s := p.state
	if s == nil {
		var err error
		if s, err = l.e.Load(ctx, e.of); err != nil {
			return err
		}
	}
	s.Now = engine.Instant(e.at)
	after, err := l.act(ctx, p, s, e.at)
	if err != nil {
		return err
	}
	p.acted++
	if after == nil {
		after = s
	}
	return l.follow(after, e.at)
}

// hear takes a call in. Who tells the same problem again is merged by the desk
// when it looks at the call.
func (l *lane) hear(ctx context.Context, e event) error {
	s := *e.call
	form := call.Form{
		Source: s.Inlet, SourceRef: "demo-" + e.key, Kind: s.Kind, Category: s.Category, Text: s.Text, Where: s.Where,
		Place: s.Place, Anonymity: s.Anonymity, Name: s.Caller.Name, Phone: s.Caller.Phone,
	}
	if form.Place == "" {
		form.Place = l.city.Territory.Address(l.parts[0]).District
	}
	if form.Anonymity == string(matter.Anonymous) {
		form.Name, form.Phone = "", ""
	}
	by := l.answering(form)
	if form.Name == "" && form.Phone == "" && form.Anonymity != string(matter.Anonymous) {
		form.Post, form.CallerKind = by.ID, call.Staff
	}
	st, err := l.in.Receive(ctx, engine.Command{Actor: by, At: e.at}, form)
	if err != nil {
		return err
	}
	l.told()
	p := &part{spoken: s, id: st.M.ID, marks: map[string]int{}}
	l.play[p.id] = p
	if s.DupOf == "" {
		l.byCall[e.key] = p.id
	}
	return l.follow(st, e.at)
}

// follow plans what comes next for a matter: its clocks, and what people do.
func (l *lane) follow(s *engine.State, now time.Time) error {
	if s.M.Next != 0 {
		l.at(event{at: latest(s.M.Next.Time(), now.Add(time.Microsecond)), of: s.M.ID, tick: true})
	}
	p := l.play[s.M.ID]
	if p == nil {
		return errors.New("a matter nobody plays: " + s.M.ID.Number())
	}
	p.state = s
	if p.acted > 60 {
		return nil // nobody tries for ever
	}
	wait, ok := l.next(p, s)
	if !ok {
		p.queued = time.Time{}
		return nil
	}
	at := now.Add(wait + time.Duration(1+l.rnd.IntN(59))*time.Second)
	if !p.queued.IsZero() && p.queued.Before(at) && p.queued.After(now) {
		return nil
	}
	p.queued = at
	l.at(event{at: at, of: s.M.ID})
	return nil
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
