package app

import (
	"context"
	"log/slog"
	"time"

	"huying/internal/config"
	desk "huying/internal/desk/ground"
	"huying/internal/desk/programme"
	"huying/internal/desk/registry"
	"huying/internal/domain/pack"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/hook"
	"huying/internal/tick"
)

// carry returns the task that gives results back to where calls came from.
func carry(e *engine.Engine, cfg *config.Config, every time.Duration, log *slog.Logger) (tick.Task, error) {
	targets := map[string]hook.Target{}
	for inlet, h := range cfg.Hooks {
		targets[inlet] = hook.Target{URL: h.URL, Secret: h.Secret}
	}
	c, err := hook.New(e, targets, log)
	return tick.Task{Name: "hook", Every: every, Alone: true, Run: func(ctx context.Context, now time.Time) error {
		for {
			if n, err := c.Run(ctx, now); err != nil || n == 0 {
				return err
			}
		}
	}}, err
}

// sampler returns the task that draws the weekly sample for a check (LH-04).
// Drawing again changes nothing, so it need not know whether it has drawn.
func (a *App) sampler() tick.Task {
	return tick.Task{Name: "sample", Every: time.Hour, Alone: true, Run: func(ctx context.Context, now time.Time) error {
		if !a.Engine.City().On("sampling", a.Engine.City().Root) {
			return nil
		}
		_, err := a.Supervision.SampleLastWeek(ctx, now)
		return err
	}}
}

// keeper returns the task that keeps how the city stands, once an hour.
func (a *App) keeper() tick.Task {
	return tick.Task{Name: "moment", Every: time.Minute, Alone: true, Run: a.Numbers.Keep}
}

// tallier returns the task that counts what was called about on the days that
// are a few days old (B1-12).
func (a *App) tallier() tick.Task {
	return tick.Task{Name: "tally", Every: time.Hour, Alone: true, Run: programme.New(a.Engine).Tally}
}

// ReloadShapes puts the stored shapes in force for later commands of this
// process and returns how they fit together.
func (a *App) ReloadShapes(ctx context.Context) (territory.Report, error) {
	return a.opened.ReloadShapes(ctx)
}

// ReloadShapes puts the stored shapes and the changes of grids that are due in
// force for later commands of this process and returns how they fit together.
func (o *Opened) ReloadShapes(ctx context.Context) (territory.Report, error) {
	city, report, _, err := o.asItLies(ctx, o.InForce())
	if err != nil {
		return territory.Report{}, err
	}
	o.Engine.Use(city)
	return report, nil
}

// asItLies returns a pack's city with its stored shapes and with the changes of
// grids that are due.
func (o *Opened) asItLies(ctx context.Context, base *pack.City) (*pack.City, territory.Report, []string, error) {
	shapes, err := registry.Shapes(ctx, o.DB, base.Root)
	if err != nil {
		return nil, territory.Report{}, nil, err
	}
	city, report, unknown, err := registry.Shaped(base, shapes)
	if err != nil {
		return nil, report, nil, err
	}
	changes, err := desk.Due(ctx, o.DB, o.now())
	if err != nil {
		return nil, report, nil, err
	}
	city, err = desk.Changed(city, changes, o.log)
	return city, report, unknown, err
}

// ground tells one state of the ground from another: the newest stored shape,
// and how many changes of grids have taken effect.
type ground struct {
	shapes  time.Time
	changes int
}

func (o *Opened) groundNow(ctx context.Context) (ground, error) {
	at, err := registry.ShapesAt(ctx, o.DB, o.InForce().Root)
	if err != nil {
		return ground{}, err
	}
	changes, err := desk.Due(ctx, o.DB, o.now())
	return ground{at, len(changes)}, err
}

// watchShapes returns the task that puts in force the shapes that another
// process has kept, and the changes of grids whose day has begun.
func (o *Opened) watchShapes() tick.Task {
	seen := o.ground
	return tick.Task{Name: "shapes", Every: 30 * time.Second, Run: func(ctx context.Context, _ time.Time) error {
		is, err := o.groundNow(ctx)
		if err != nil || is.shapes.Equal(seen.shapes) && is.changes == seen.changes {
			return err
		}
		if _, err := o.ReloadShapes(ctx); err != nil {
			return err
		}
		seen = is
		return nil
	}}
}

// watchDuty returns the task that puts in force who is on duty by what another
// process has registered.
func (a *App) watchDuty() tick.Task {
	return tick.Task{Name: "duty", Every: 30 * time.Second, Run: a.Roster.Reload}
}

// watchLayers returns the task that puts in force the professional grids that
// another process has registered, and ends those whose day is over.
func (a *App) watchLayers() tick.Task {
	return tick.Task{Name: "layers", Every: 30 * time.Second, Run: desk.New(a.Engine).Reload}
}

// sweeper returns the task that deletes what devices saw and nobody confirmed.
func (a *App) sweeper() tick.Task {
	return tick.Task{Name: "scenes", Every: 10 * time.Minute, Alone: true, Run: desk.New(a.Engine).Sweep}
}

// flagger returns the task that tells units of the gaps in their rosters, twelve
// hours before.
func (a *App) flagger() tick.Task {
	return tick.Task{Name: "gaps", Every: 10 * time.Minute, Alone: true, Run: a.Roster.Flag}
}
