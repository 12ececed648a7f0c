package app

import (
	"context"
	"log/slog"
	"time"

	"huying/internal/desk/registry"
	"huying/internal/domain/pack"
	"huying/internal/fault"
	"huying/internal/tick"
)

// InForce returns the pack that this process decides by, without stored
// shapes.
func (o *Opened) InForce() *pack.City {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.base
}

// Candidate reads the pack anew as its files are now, and puts nothing in
// force. The error, if any, is of type pack.Problems and tells everything that
// is wrong.
func (o *Opened) Candidate() (*pack.City, error) { return LoadCity(o.cfg) }

// UsePack puts the pack in force as its files are now, if they are still the
// version that two persons agreed on. Doing it twice for one proposal changes
// nothing more. Faults: pack.changed_meanwhile, pack.of_another_city and those
// of Candidate.
func (o *Opened) UsePack(ctx context.Context, version, proposal string) error {
	city, err := o.Candidate()
	if err != nil {
		return err
	}
	if city.Version != version {
		return fault.New(fault.Conflict, "pack.changed_meanwhile", version, city.Version)
	}
	if err := o.use(ctx, city); err != nil {
		return err
	}
	return registry.Activated(ctx, o.Engine, version, proposal)
}

func (o *Opened) use(ctx context.Context, city *pack.City) error {
	if root := o.InForce().Root; city.Root != root {
		return fault.New(fault.Conflict, "pack.of_another_city", root, city.Root)
	}
	o.mu.Lock()
	o.base = city
	o.mu.Unlock()
	_, err := o.ReloadShapes(ctx)
	return err
}

// begin notes which version of the pack this process began with, if it is
// another than the last: files that were changed while nothing ran.
func (o *Opened) begin(ctx context.Context, log *slog.Logger) error {
	last, err := registry.LastActivation(ctx, o.DB, o.base.Root)
	if err != nil || last.Version == o.base.Version {
		return err
	}
	if last.Version != "" {
		log.Warn("the pack is another than when the system last ran", "was", last.Version, "is", o.base.Version)
	}
	return registry.Activated(ctx, o.Engine, o.base.Version, "")
}

// watchPack returns the task that follows when another process has put a
// version of the pack in force. A process whose files are not of that version
// goes on with its own and says so.
func (o *Opened) watchPack(log *slog.Logger) tick.Task {
	return tick.Task{Name: "pack", Every: 30 * time.Second, Run: func(ctx context.Context, _ time.Time) error {
		root := o.InForce().Root
		last, err := registry.LastActivation(ctx, o.DB, root)
		if err != nil || last.Proposal == "" || last.Version == o.InForce().Version {
			return err
		}
		city, err := o.Candidate()
		if err != nil {
			return err
		}
		if city.Version != last.Version {
			log.Error("another process uses a version of the pack that this one has no files of", "theirs", last.Version, "ours", city.Version)
			return nil
		}
		return o.use(ctx, city)
	}}
}
