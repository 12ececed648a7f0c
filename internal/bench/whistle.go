package bench

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"huying/internal/app"
	"huying/internal/desk/dispatch"
	"huying/internal/desk/registry"
	"huying/internal/desk/whistle"
	"huying/internal/domain/access"
	"huying/internal/domain/order"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/internal/domain/territory"
	"huying/internal/engine"
)

// Whistled is how long it takes from an emergency whistle of a street to the
// queues of all whom it calls, durable, beside calls at the usual rate.
type Whistled struct {
	FanoutP50Ms float64 `json:"fanout_ms_p50"`
	FanoutP99Ms float64 `json:"fanout_ms_p99"`
	FanoutMaxMs float64 `json:"fanout_ms_max"`
	PerS        float64 `json:"per_s"`
	Whistles    int64   `json:"whistles"`
	Units       int     `json:"units"` // called by each
	Calls       int64   `json:"calls"` // taken in meanwhile
	CallsPerS   float64 `json:"calls_per_s"`
	Pack        string  `json:"pack"`
}

const (
	fanout         = 12 // departments that a whistle calls
	whistlePace    = 50 // a second
	whistleWorkers = 16
	whistlePack    = "beijing" // where the city that is measured blows no whistle
)

// post is a street that blows, and whom it calls.
type post struct {
	place string
	desk  access.Actor
	units []access.Actor // one of each department, who sees its queue
}

// whistles blows whistles at a fixed rate while calls come in, and looks after
// each into the queue of every department.
func (m *measurement) whistles(ctx context.Context) (_ *Whistled, err error) {
	dir, err := m.dir("whistle")
	if err != nil {
		return nil, err
	}
	in := *m
	city, err := in.inForce()
	if err != nil {
		return nil, err
	}
	if !city.On("whistle", city.Root) {
		in.Pack, in.PacksDir = whistlePack, ""
	}
	o, err := in.open(ctx, dir, app.Serve)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, o.Close()) }()
	posts, err := streets(o.Engine.City())
	if err != nil {
		return nil, err
	}
	list, err := spots(o.Engine.City(), anyLeaf)
	if err != nil {
		return nil, err
	}
	m.Tell("blow")
	b := &blower{e: o.Engine, whistle: whistle.New(o.Engine), dispatch: dispatch.New(o.Engine), posts: posts, warm: m.Warm, whole: m.Warm + m.Run}
	out := &Whistled{Units: fanout, Pack: in.Pack}
	return out, b.run(ctx, list, m.Pace, m.Tell, out)
}

// inForce loads the pack that is measured.
func (m *measurement) inForce() (*pack.City, error) {
	cfg, err := m.settings(m.Dir)
	if err != nil {
		return nil, err
	}
	return app.LoadCity(cfg)
}

// streets are the streets with enough offices and agencies to call.
func streets(city *pack.City) ([]post, error) {
	var out []post
	for p := range city.Territory.All() {
		if p.Kind.Rank() != territory.Town.Rank() || !city.On("whistle", p.Code) {
			continue
		}
		centre, ok := city.Org.Centre(p.Code)
		if !ok {
			continue
		}
		x := post{place: p.Code}
		var err error
		if x.desk, err = registry.Actor(city, city.Org.DefaultPost(centre).Code); err != nil {
			return nil, err
		}
		for _, code := range city.Org.Serving(p.Code) {
			u, _ := city.Org.Unit(code)
			if d := city.Org.DefaultPost(code); code != centre && u.Level == org.Town && d != nil && d.Role == org.Handler && len(x.units) < fanout {
				a, err := registry.Actor(city, d.Code)
				if err != nil {
					return nil, err
				}
				x.units = append(x.units, a)
			}
		}
		if len(x.units) == fanout {
			out = append(out, x)
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("bench: no street of %s has %d offices to call", city.ID, fanout)
	}
	return out, nil
}

// blower blows and looks.
type blower struct {
	e        *engine.Engine
	whistle  *whistle.Desk
	dispatch *dispatch.Desk
	posts    []post
	warm     time.Duration
	whole    time.Duration
}

func (b *blower) run(ctx context.Context, list []spot, pace int, tell func(string, ...any), out *Whistled) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	f := &filler{e: b.e, tell: tell}
	start := time.Now()
	var all sync.WaitGroup
	var calls, blown atomic.Int64
	all.Go(func() {
		every(ctx, stop, start, b.whole, pace, clockWorkers, func(n int, _ time.Time) error {
			_, err := f.receive(ctx, list[n%len(list)], time.Now())
			calls.Add(1)
			return err
		})
	})
	var mu sync.Mutex
	var seen histogram
	var last time.Time
	all.Go(func() {
		every(ctx, stop, start, b.whole, whistlePace, whistleWorkers, func(n int, due time.Time) error {
			if err := b.blow(ctx, b.posts[n%len(b.posts)]); err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			if due.Sub(start) >= b.warm {
				seen.record(time.Since(due))
				blown.Add(1)
				last = time.Now()
			}
			return nil
		})
	})
	all.Wait()
	if err := context.Cause(ctx); err != nil {
		return err
	}
	out.FanoutP50Ms, out.FanoutP99Ms, out.FanoutMaxMs = ms(seen.quantile(0.50)), ms(seen.quantile(0.99)), ms(seen.most)
	out.Whistles, out.Calls = blown.Load(), calls.Load()
	// The span ends with the rate's own turn, or later if the last one was late.
	span := max(last.Sub(start)-b.warm, b.whole-b.warm)
	out.PerS, out.CallsPerS = float64(out.Whistles)/span.Seconds(), float64(out.Calls)/max(time.Since(start), b.whole).Seconds()
	return nil
}

// every does something at a fixed rate for a while, whether or not what was
// begun has ended; how late a turn is counts from when it was due.
func every(ctx context.Context, stop context.CancelCauseFunc, start time.Time, whole time.Duration, perSecond, workers int, do func(n int, due time.Time) error) {
	gap := time.Second / time.Duration(perSecond)
	var turn atomic.Int64
	var all sync.WaitGroup
	for range workers {
		all.Go(func() {
			for {
				n := int(turn.Add(1)) - 1
				due := start.Add(time.Duration(n) * gap)
				if due.Sub(start) >= whole || ctx.Err() != nil {
					return
				}
				time.Sleep(time.Until(due))
				if err := do(n, due); err != nil {
					stop(err)
					return
				}
			}
		})
	}
	all.Wait()
}

// blow blows one whistle and returns once every department has it in its queue.
func (b *blower) blow(ctx context.Context, p post) error {
	in := whistle.Raise{
		Blow: whistle.Blow{Kind: "EMERGENCY", Why: "供水主管爆裂，路面塌陷"}, Urgency: "EMERGENCY", Text: "供水主管爆裂，路面塌陷", Places: []string{p.place},
	}
	for _, u := range p.units {
		in.Departments = append(in.Departments, whistle.Called{Unit: u.Unit})
	}
	s, err := b.whistle.Raise(ctx, engine.Command{Actor: p.desk}, in)
	if err != nil {
		return err
	}
	for _, u := range p.units {
		rows, err := b.dispatch.Owed(ctx, u, u.Unit, string(order.Issued), time.Time{}, 0, dispatch.MostRows)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(rows, func(r dispatch.Row) bool { return r.Matter == s.M.ID }) {
			return fmt.Errorf("bench: %s does not see the whistle about %s", u.Unit, s.M.ID.Number())
		}
	}
	return nil
}
