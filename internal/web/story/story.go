// Package story is the page of one matter: everything that was said and done
// about it in plain words, who holds it now and until when, what shows it, and
// the acts that are open to whoever reads. Whole and Acts are parts that other
// pages show too. It decides nothing: what may be done is asked of the rules,
// and every command decides again.
package story

import (
	"context"

	"huying/internal/desk/dispatch"
	"huying/internal/desk/intake"
	"huying/internal/desk/registry"
	"huying/internal/desk/supervision"
	"huying/internal/domain/access"
	"huying/internal/engine"
	"huying/internal/ident"
)

// Desks are the desks whose commands and questions the page has.
type Desks struct {
	Engine      *engine.Engine
	Intake      *intake.Desk
	Dispatch    *dispatch.Desk
	Supervision *supervision.Desk
	Registry    *registry.Desk
}

// Over returns the desks over an engine.
func Over(e *engine.Engine) Desks {
	return Desks{e, intake.New(e), dispatch.New(e), supervision.New(e), registry.New(e)}
}

// Story is all that a page tells of a matter.
type Story struct {
	*engine.State
	Events []engine.Event
	Told   []dispatch.Message // to its caller
}

// Read returns the story of a matter to an actor who may see it. Fault:
// matter.not_found.
func Read(ctx context.Context, d Desks, actor access.Actor, no ident.ID) (*Story, error) {
	s, err := d.Engine.Read(ctx, actor, no)
	if err != nil {
		return nil, err
	}
	return Of(ctx, d, s)
}

// Of returns the story of a matter that was read for an actor.
func Of(ctx context.Context, d Desks, s *engine.State) (*Story, error) {
	events, err := d.Engine.Story(ctx, s)
	if err != nil {
		return nil, err
	}
	told, err := d.Dispatch.ToldOf(ctx, s)
	if err != nil {
		return nil, err
	}
	return &Story{s, events, told}, nil
}
