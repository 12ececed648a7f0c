package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"huying/internal/app"
	"huying/internal/domain/clock"
	"huying/internal/domain/duty"
	"huying/internal/domain/matter"
	"huying/internal/engine"
	"huying/internal/ident"
	"huying/internal/store"
	"huying/internal/tick"
)

// Clocks is how late the clocks of a full city fire: the instant of the act in
// the ledger minus the instant it was due.
type Clocks struct {
	LagP50Ms float64 `json:"lag_ms_p50"`
	LagP99Ms float64 `json:"lag_ms_p99"`
	LagMaxMs float64 `json:"lag_ms_max"`
	Open     int     `json:"open"`  // matters with running clocks
	Fired    int64   `json:"fired"` // each once
	Over     float64 `json:"over_s"`
	MadePerS float64 `json:"made_per_s"` // calls taken in while the city was filled, without waiting for the disk
}

const (
	clockWorkers = 64
	// clockPatience is how long after the last deadline the last clock may
	// fire.
	clockPatience = 60 * time.Second
)

// clocks fills a database with open matters, of which some fall due during the
// measurement, and lets the real firer run over it.
func (m *measurement) clocks(ctx context.Context) (*Clocks, error) {
	dir, err := m.dir("clocks")
	if err != nil {
		return nil, err
	}
	out := &Clocks{Open: m.Clocks}
	due, err := m.fill(ctx, dir, out)
	if err != nil {
		return nil, err
	}
	lags, err := m.fire(ctx, dir, due)
	if err != nil {
		return nil, err
	}
	out.Fired = lags.n
	out.LagP50Ms, out.LagP99Ms, out.LagMaxMs = ms(lags.quantile(0.50)), ms(lags.quantile(0.99)), ms(lags.most)
	return out, nil
}

// dues is the deadline of each matter that has to fire.
type dues map[ident.ID]clock.Instant

// ends returns the first and the last deadline.
func (d dues) ends() (first, last time.Time) {
	var lo, hi clock.Instant
	for _, at := range d {
		if lo == 0 || at < lo {
			lo = at
		}
		hi = max(hi, at)
	}
	return lo.Time(), hi.Time()
}

// fill makes the matters: first those whose deadlines are far, then those that
// fall due one after the other over twice the time of a run.
func (m *measurement) fill(ctx context.Context, dir string, out *Clocks) (_ dues, err error) {
	o, err := m.open(ctx, dir, app.Replay)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, o.Close()) }()
	f := &filler{e: o.Engine, tell: m.Tell}
	slow, err := spots(o.Engine.City(), func(l *duty.Leaf) bool { return l.Urgency != duty.Emergency })
	if err != nil {
		return nil, err
	}
	quick, err := spots(o.Engine.City(), func(l *duty.Leaf) bool { return l.Urgency == duty.Emergency })
	if err != nil {
		return nil, err
	}
	began := time.Now()
	far, err := f.make(ctx, slow, m.Clocks-m.Due, func(int) time.Time { return time.Now() })
	if err != nil {
		return nil, err
	}
	took := time.Since(began)
	out.MadePerS = float64(m.Clocks-m.Due) / took.Seconds()
	limit, err := f.lead(ctx, quick[0])
	if err != nil {
		return nil, err
	}
	window := 2 * m.Run
	out.Over = window.Seconds()
	start := time.Now().Add(m.Lead + 2*time.Duration(float64(m.Due)/out.MadePerS*float64(time.Second)))
	due, err := f.make(ctx, quick, m.Due, func(n int) time.Time {
		return start.Add(window * time.Duration(n) / time.Duration(m.Due)).Add(-limit)
	})
	if err != nil {
		return nil, err
	}
	first, _ := far.ends()
	if _, last := due.ends(); len(far) > 0 && first.Before(last.Add(clockPatience)) {
		return nil, fmt.Errorf("bench: filling the city took so long that its other clocks fall due too")
	}
	return due, nil
}

// filler makes matters.
type filler struct {
	e    *engine.Engine
	tell func(string, ...any)
	made atomic.Int64
}

// receive takes in one call that a rule dispatches.
func (f *filler) receive(ctx context.Context, s spot, at time.Time) (*engine.State, error) {
	st, err := f.e.Receive(ctx, engine.Command{Actor: engine.ImportActor(), At: at}, engine.Intake{Call: matter.Call{
		Source: inlet, SourceRef: fmt.Sprintf("bench-%d", f.made.Add(1)), Kind: matter.Hazard, Category: s.leaf.Code, Text: hazard,
		Place: f.e.City().Territory.Address(s.at.Code), Caller: matter.Caller{Kind: "STAFF"},
	}})
	if err == nil && st.M.Next == 0 {
		return nil, fmt.Errorf("bench: the matter %s has no running clock", st.M.ID.Number())
	}
	return st, err
}

// lead returns how long after the call the first clock of a spot falls due.
func (f *filler) lead(ctx context.Context, s spot) (time.Duration, error) {
	at := time.Now()
	st, err := f.receive(ctx, s, at)
	if err != nil {
		return 0, err
	}
	return st.M.Next.Time().Sub(at), nil
}

// make makes n matters at the instants that at gives, with many at once, and
// returns their deadlines.
func (f *filler) make(ctx context.Context, list []spot, n int, at func(int) time.Time) (dues, error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	out := dues{}
	var mu sync.Mutex
	var turn atomic.Int64
	var all sync.WaitGroup
	for range clockWorkers {
		all.Go(func() {
			for {
				i := int(turn.Add(1)) - 1
				if i >= n || ctx.Err() != nil {
					return
				}
				st, err := f.receive(ctx, list[i%len(list)], at(i))
				if err != nil {
					stop(err)
					return
				}
				mu.Lock()
				out[st.M.ID] = st.M.Next
				mu.Unlock()
				if i%5000 == 0 {
					f.tell("fill", i, n)
				}
			}
		})
	}
	all.Wait()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return out, nil
}

// fire runs the firer until every matter of due has fired, and returns how
// late each was.
func (m *measurement) fire(ctx context.Context, dir string, due dues) (_ *histogram, err error) {
	o, err := m.open(ctx, dir, app.Serve)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, o.Close()) }()
	first, last := due.ends()
	if !time.Now().Before(first) {
		return nil, fmt.Errorf("bench: this machine was too slow to be ready before the first deadline")
	}
	ctx, stop := context.WithDeadline(ctx, last.Add(clockPatience))
	defer stop()
	firer := tick.NewFirer(o.Engine, tick.Options{Workers: clockWorkers, Log: m.log()})
	var running sync.WaitGroup
	running.Go(func() { firer.Run(ctx) })
	m.Tell("fire", len(due))
	look := time.NewTicker(100 * time.Millisecond)
	defer look.Stop()
	for (firer.Health().Fired < int64(len(due)) || time.Now().Before(last)) && ctx.Err() == nil {
		select {
		case <-look.C:
		case <-ctx.Done():
		}
	}
	stop()
	running.Wait()
	return lagsOf(context.WithoutCancel(ctx), o.DB, due)
}

// fact is one act of a clock in the ledger.
type fact struct {
	matter  ident.ID
	subject string
	at      clock.Instant
	clock   string
	stage   string
	due     clock.Instant
}

// lagsOf reads the acts of the clocks from the ledger. Every deadline must be
// there, and none twice.
func lagsOf(ctx context.Context, db *store.DB, due dues) (*histogram, error) {
	var acts []fact
	err := db.Read(ctx, func(v *store.View) (err error) {
		acts, err = store.All(v, `SELECT matter, subject, at, payload FROM ledger WHERE act = 'clock'`, scanFact)
		return err
	})
	if err != nil {
		return nil, err
	}
	lags := &histogram{}
	seen := map[fact]bool{}
	for _, a := range acts {
		lags.record(a.at.Time().Sub(a.due.Time()))
		if due[a.matter] == a.due {
			delete(due, a.matter)
		}
		a.at = 0
		if seen[a] {
			return nil, fmt.Errorf("bench: the clock %s of %s fired twice", a.clock, a.subject)
		}
		seen[a] = true
	}
	if len(due) > 0 {
		return nil, fmt.Errorf("bench: %d clocks did not fire in time", len(due))
	}
	return lags, nil
}

func scanFact(r store.Scanner) (fact, error) {
	var f fact
	var id, at int64
	var payload string
	if err := r.Scan(&id, &f.subject, &at, &payload); err != nil {
		return f, err
	}
	var p struct {
		Facts struct {
			Clock string        `json:"clock"`
			Stage string        `json:"stage"`
			Due   clock.Instant `json:"due"`
		} `json:"facts"`
	}
	err := json.Unmarshal([]byte(payload), &p)
	f.matter, f.at = ident.ID(id), clock.Instant(at)
	f.clock, f.stage, f.due = p.Facts.Clock, p.Facts.Stage, p.Facts.Due
	return f, err
}
