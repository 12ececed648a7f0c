package bench

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"huying/internal/app"
	"huying/internal/config"
	"huying/internal/desk/registry"
	"huying/internal/domain/access"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/internal/store"
)

// Intake is how many calls a second become dispatched orders, each durable
// when it is answered.
type Intake struct {
	PerS      float64 `json:"per_s"`       // at the most connections
	FloorPerS float64 `json:"floor_per_s"` // of the floor, measured in turns with it
	Ratio     float64 `json:"ratio"`
	P99Ms     float64 `json:"p99_ms"` // at the paced rate
	Runs      []Run   `json:"runs"`
	Floor     []Run   `json:"floor"`
	Paced     Run     `json:"paced"`
	PacedPerS int     `json:"paced_per_s"`
	Kept      int64   `json:"kept"` // matters found afterwards: as many as were answered
	Request   int     `json:"request_bytes"`
	Answer    int     `json:"answer_bytes"`
}

// pair is the server and its floor while they are measured in turns.
type pair struct {
	m           *measurement
	real, floor *load
	realServer  *Server
	floorServer *Server
	out         *Intake
}

// intake measures a second process over HTTP.
func (m *measurement) intake(ctx context.Context) (_ *Intake, err error) {
	dir, err := m.dir("intake")
	if err != nil {
		return nil, err
	}
	requests, err := m.prepareCalls(ctx, dir)
	if err != nil {
		return nil, err
	}
	srv, err := m.Serve(ctx, dir)
	if err != nil {
		return nil, err
	}
	stopped := false
	defer func() {
		if !stopped {
			err = errors.Join(err, srv.Stop())
		}
	}()
	p := &pair{m: m, realServer: srv, out: &Intake{Request: requests.size(), PacedPerS: m.Pace}}
	p.real = &load{addr: srv.Addr, next: requests.next, check: dispatched}
	if p.out.Answer, err = p.firstAnswer(ctx); err != nil {
		return nil, err
	}
	if p.floorServer, err = m.Floor(ctx, dir, p.out.Answer); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, p.floorServer.Stop()) }()
	p.floor = &load{addr: p.floorServer.Addr, next: requests.next, check: created}
	if err := p.measure(ctx); err != nil {
		return nil, err
	}
	stopped = true
	if err := srv.Stop(); err != nil {
		return nil, err
	}
	return p.out, m.countKept(ctx, dir, p)
}

// firstAnswer sends one call and returns how long its answer is.
func (p *pair) firstAnswer(ctx context.Context) (int, error) {
	workers, err := p.real.dial(ctx, 1, patience)
	if err != nil {
		return 0, err
	}
	w := workers[0]
	_, err = w.c.Write(p.real.next(nil))
	if err != nil {
		return 0, errors.Join(err, w.c.Close())
	}
	status, body, err := w.in.next()
	if err == nil {
		err = dispatched(status, body)
	}
	if err == nil {
		p.real.answered.Add(1)
	}
	return len(body), errors.Join(err, w.c.Close())
}

// measure runs both in turns, so that whatever else the machine does slows
// both, and takes the medians where there are several turns.
func (p *pair) measure(ctx context.Context) error {
	most := slices.Max(p.m.Connections)
	for _, conns := range p.m.Connections {
		turns := 1
		if conns == most {
			turns = p.m.Turns
		}
		for range turns {
			if err := p.turn(ctx, conns); err != nil {
				return err
			}
		}
	}
	out := p.out
	out.PerS, out.FloorPerS = median(out.Runs, most), median(out.Floor, most)
	out.Ratio = out.PerS / out.FloorPerS
	p.m.Tell("paced")
	var err error
	out.Paced, err = p.real.paced(ctx, most, p.m.Pace, p.m.Warm, p.m.Run, p.realServer.cpu)
	out.P99Ms = out.Paced.P99Ms
	return err
}

func (p *pair) turn(ctx context.Context, conns int) error {
	p.m.Tell("floor", conns)
	f, err := p.floor.closed(ctx, conns, p.m.Warm, p.m.Run, p.floorServer.cpu)
	if err != nil {
		return fmt.Errorf("floor: %w", err)
	}
	p.m.Tell("intake", conns)
	r, err := p.real.closed(ctx, conns, p.m.Warm, p.m.Run, p.realServer.cpu)
	p.out.Floor, p.out.Runs = append(p.out.Floor, f), append(p.out.Runs, r)
	return err
}

// median returns the median rate of the runs with so many connections.
func median(runs []Run, conns int) float64 {
	var rates []float64
	for _, r := range runs {
		if r.Connections == conns {
			rates = append(rates, r.PerS)
		}
	}
	slices.Sort(rates)
	n := len(rates)
	if n == 0 {
		return 0
	}
	return (rates[(n-1)/2] + rates[n/2]) / 2
}

// prepareCalls makes a database with a token in it and the requests that use
// the token.
func (m *measurement) prepareCalls(ctx context.Context, dir string) (_ *calls, err error) {
	m.Tell("prepare")
	o, err := m.open(ctx, dir, app.Serve)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, o.Close()) }()
	secret, err := token(ctx, o.Engine)
	if err != nil {
		return nil, err
	}
	list, err := spots(o.Engine.City(), anyLeaf)
	if err != nil {
		return nil, err
	}
	return newCalls(list, secret)
}

// holder returns the actor of the first post of a role, of those whose place
// is the widest.
func holder(city *pack.City, role org.Role) (access.Actor, error) {
	var all []access.Actor
	for _, unit := range city.Org.Units() {
		for _, p := range city.Org.Posts(unit) {
			if p.Role != role {
				continue
			}
			a, err := registry.Actor(city, p.Code)
			if err != nil {
				return a, err
			}
			all = append(all, a)
		}
	}
	if len(all) == 0 {
		return access.Actor{}, fmt.Errorf("bench: the pack %s has no post of role %s", city.ID, role)
	}
	return slices.MaxFunc(all, func(a, b access.Actor) int { return cmp.Compare(a.Rank, b.Rank) }), nil
}

// countKept asks that what was answered is in the database, no more and no
// less.
func (m *measurement) countKept(ctx context.Context, dir string, p *pair) (err error) {
	o, err := m.open(ctx, dir, app.Beside)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.Close()) }()
	err = o.DB.Read(ctx, func(v *store.View) error { return v.Row(`SELECT COUNT(*) FROM matter`).Scan(&p.out.Kept) })
	if answered := p.real.answered.Load(); err == nil && p.out.Kept != answered {
		return fmt.Errorf("bench: %d calls were answered and %d are kept", answered, p.out.Kept)
	}
	return err
}

// dir makes a directory for one part of the measurement.
func (m *measurement) dir(name string) (string, error) {
	dir := filepath.Join(m.Dir, name)
	return dir, os.MkdirAll(dir, 0o700)
}

// settings are those of an installation in dir, from nowhere else.
func (m *measurement) settings(dir string) (*config.Config, error) {
	return config.Load(config.Sources{File: os.DevNull, Flags: map[string]string{"data": dir, "pack": m.Pack, "packs_dir": m.PacksDir}})
}

// open opens the installation in dir.
func (m *measurement) open(ctx context.Context, dir string, mode app.Mode) (*app.Opened, error) {
	cfg, err := m.settings(dir)
	if err != nil {
		return nil, err
	}
	return app.Open(ctx, cfg, mode, time.Now, nil, m.log())
}
