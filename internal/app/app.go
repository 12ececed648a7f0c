// Package app wires one process together: settings, database, pack, keys,
// engine, desks, background clocks and the server. It decides nothing and
// holds no rule; New, Start, Stop and Run are all there is to a life.
package app

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"huying/internal/config"
	"huying/internal/desk/audit"
	"huying/internal/desk/dispatch"
	"huying/internal/desk/intake"
	"huying/internal/desk/numbers"
	"huying/internal/desk/people"
	"huying/internal/desk/registry"
	"huying/internal/desk/roster"
	"huying/internal/desk/search"
	"huying/internal/desk/supervision"
	"huying/internal/engine"
	"huying/internal/feed"
	"huying/internal/tick"
)

// App is one process. Its fields may be used from New to Stop.
type App struct {
	Config      *config.Config
	Engine      *engine.Engine
	Intake      *intake.Desk
	Dispatch    *dispatch.Desk
	Supervision *supervision.Desk
	Numbers     *numbers.Desk
	Registry    *registry.Desk
	Roster      *roster.Desk
	Search      *search.Desk
	Feed        *feed.Feed
	People      *people.Desk
	Firer       *tick.Firer
	Handler     http.Handler
	// FreshKeys says that this start made the installation's keys.
	FreshKeys bool

	opened   *Opened
	verifier *audit.Verifier
	log      *slog.Logger
	runner   *tick.Runner
	lease    *tick.Lease // nil: this process is alone
	server   *http.Server
	stop     context.CancelFunc
	done     sync.WaitGroup
	addr     net.Addr
	broken   chan error

	stopping sync.Once
	stopErr  error
}

// Options are what an App may be told besides its settings.
type Options struct {
	Now     func() time.Time // the clock of everything; nil: the machine's
	Tasks   []tick.Task      // further background clocks
	Version string           // of the program
	Carry   time.Duration    // how often results are carried to their sources; 0: 5 s
}

// New opens everything and starts nothing. What it opened is closed by Stop,
// also if Start was never called. Its faults are those of Open.
func New(ctx context.Context, cfg *config.Config, log *slog.Logger) (*App, error) {
	return NewWith(ctx, cfg, log, Options{})
}

// NewWith is New with options.
func NewWith(ctx context.Context, cfg *config.Config, log *slog.Logger, o Options) (*App, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	bell := tick.NewBell()
	opened, err := Open(ctx, cfg, Serve, o.Now, bell.Ring, log)
	if err != nil {
		return nil, err
	}
	e := opened.Engine
	a := &App{
		Config: cfg, Engine: e, Intake: intake.New(e), Dispatch: dispatch.New(e), Supervision: supervision.New(e),
		Numbers: numbers.New(e), Registry: registry.New(e), Roster: opened.Roster, Search: search.New(e), Feed: feed.New(e, feed.Options{Now: o.Now, Log: log}), FreshKeys: opened.fresh, opened: opened, log: log, broken: make(chan error, 1),
	}
	if a.People, err = opened.People(cfg, a.Origin); err != nil {
		return nil, errors.Join(err, opened.Close())
	}
	leading := func() bool { return true }
	var tasks []tick.Task
	if _, alone := cfg.SQLitePath(); !alone {
		a.lease = tick.NewLease(e, "ticks", rand.Text(), o.Now)
		leading = a.lease.Leading
		tasks = append(tasks, a.lease.Task())
	}
	a.Firer = tick.NewFirer(e, tick.Options{Bell: bell, Workers: cfg.FireWorkers, Leading: leading, Now: o.Now, Log: log})
	tasks = append(tasks, tick.Sealer(e, cfg.SealEvery), tick.Forgetter(e), tick.Indexer(e),
		a.sampler(), a.keeper(), a.doorkeeper(), a.watchDuty(), a.watchLayers(), a.flagger(), a.sweeper(), a.tallier(),
		opened.watchShapes(), opened.watchPack(log))
	if len(cfg.Hooks) > 0 { // else results wait until somebody says where they go
		carrier, err := carry(e, cfg, cmp.Or(o.Carry, 5*time.Second), log)
		if err != nil {
			return nil, errors.Join(err, opened.Close())
		}
		tasks = append(tasks, carrier)
	}
	a.runner = tick.NewRunner(append(tasks, o.Tasks...), leading, o.Now, log)
	if a.Handler, err = a.handler(o.Now, o.Version); err != nil {
		return nil, errors.Join(err, opened.Close())
	}
	return a, nil
}

// Start begins to listen, serve and tick. It returns once the address is
// bound. Fault: listen.failed.
func (a *App) Start(ctx context.Context) error {
	l, err := listen(ctx, a.Config)
	if err != nil {
		return err
	}
	a.addr = l.Addr()
	ctx, a.stop = context.WithCancel(context.WithoutCancel(ctx))
	a.server = a.newServer()
	// Streams to browsers never end by themselves: the feed ends them when the
	// server begins to stop, and the browsers come back to the next process.
	streams, over := context.WithCancel(ctx)
	a.server.RegisterOnShutdown(over)
	a.done.Go(func() { a.Feed.Run(streams) })
	a.done.Go(func() {
		if err := a.server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			a.broken <- err
		}
	})
	a.StartTicks(ctx)
	return nil
}

// StartTicks runs the background clocks without a server, for tools that act
// on the city by themselves. Start does it too.
func (a *App) StartTicks(ctx context.Context) {
	if a.stop == nil {
		ctx, a.stop = context.WithCancel(context.WithoutCancel(ctx))
	}
	a.runner.Start(ctx)
	a.done.Go(func() { a.Firer.Run(ctx) })
}

// Addr returns the address that is listened on, nil before Start.
func (a *App) Addr() net.Addr { return a.addr }

// URL returns where the server is reached from this machine.
func (a *App) URL() string {
	scheme := "http"
	if a.Config.TLSCert != "" {
		scheme = "https"
	}
	if a.addr == nil {
		return scheme + "://" + a.Config.Listen
	}
	return scheme + "://" + a.addr.String()
}

// Wait returns nil when ctx ends, or the error by which the server broke.
func (a *App) Wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case err := <-a.broken:
		return err
	}
}

// Run starts, waits until ctx ends or the server breaks, and stops.
func (a *App) Run(ctx context.Context) error {
	err := a.Start(ctx)
	if err == nil {
		err = a.Wait(ctx)
	}
	return errors.Join(err, a.Stop())
}

// grace is how long requests that have begun may take to end.
const grace = 20 * time.Second

// Stop lets requests end, within a bound, then the clocks, then closes the
// database. Further calls do nothing and return what the first did.
func (a *App) Stop() error {
	a.stopping.Do(func() {
		ctx, cancel := context.WithTimeout(context.Background(), grace)
		defer cancel()
		var errs []error
		if a.server != nil {
			if err := a.server.Shutdown(ctx); err != nil {
				errs = append(errs, err, a.server.Close())
			}
		}
		if a.stop != nil {
			a.stop()
		}
		a.runner.Stop()
		a.verifier.Stop()
		a.done.Wait()
		if a.lease != nil {
			errs = append(errs, a.lease.Release(ctx))
		}
		a.stopErr = errors.Join(append(errs, a.opened.Close())...)
	})
	return a.stopErr
}

// Health is how the process is doing, for operators.
type Health struct {
	Leading bool          `json:"leading"`
	Clocks  tick.Firing   `json:"clocks"`
	Tasks   []tick.Health `json:"tasks"`
}

// Health returns how the background clocks are doing.
func (a *App) Health() Health {
	return Health{Leading: a.lease == nil || a.lease.Leading(), Clocks: a.Firer.Health(), Tasks: a.runner.Health()}
}
