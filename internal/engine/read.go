package engine

import (
	"context"
	"errors"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/clock"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// Load returns a matter with its orders, without asking who wants it.
// Fault: matter.not_found.
func (e *Engine) Load(ctx context.Context, id ident.ID) (*State, error) {
	var out *State
	err := e.db.Read(ctx, func(v *store.View) error {
		var err error
		out, err = e.load(v, id)
		return err
	})
	if err == nil { // what is shown of the state may ask the registers
		w := e.work(Command{})
		w.read = func(ask func(store.Querier) error) error {
			return e.db.Read(ctx, func(v *store.View) error { return ask(v) })
		}
		out.Mandates = mandates{w}
	}
	return out, err
}

func (e *Engine) load(v *store.View, id ident.ID) (*State, error) {
	s, err := e.work(Command{}).open(v, "", id)
	if err != nil {
		return nil, err
	}
	return s.State, nil
}

// mostServed bounds the matters that are read for one record.
const mostServed = 1000

// Served returns the matters that were assigned for a record, the first
// assigned first, without asking who wants them. q is a view, or the
// transaction of a Bundle.
func (e *Engine) Served(q store.Querier, about ident.ID) ([]*State, error) {
	ids, err := store.All(q, `SELECT matter FROM served WHERE about = ? ORDER BY matter LIMIT ?`, func(r store.Scanner) (id int64, err error) {
		err = r.Scan(&id)
		return id, err
	}, int64(about), mostServed)
	out := make([]*State, 0, len(ids))
	for _, id := range ids {
		s, err := e.work(Command{}).open(q, "", ident.ID(id))
		if err != nil {
			return nil, err
		}
		out = append(out, s.State)
	}
	return out, err
}

// Read returns a matter to an actor that may see it. What it may not see does
// not exist for it: matter.not_found.
func (e *Engine) Read(ctx context.Context, actor access.Actor, id ident.ID) (*State, error) {
	s, err := e.Load(ctx, id)
	if err != nil {
		return nil, err
	}
	s.By = actor
	if access.Allow(actor, access.ReadMatter, s.Subject(nil)) != nil {
		return nil, fault.New(fault.NotFound, "matter.not_found")
	}
	return s, nil
}

// OfOrder returns the number of the matter an order belongs to.
// Fault: order.not_found.
func (e *Engine) OfOrder(ctx context.Context, order ident.ID) (ident.ID, error) {
	if id, ok := e.recent.matterOf(order); ok {
		return id, nil
	}
	var id int64
	err := e.db.Read(ctx, func(v *store.View) error {
		at := e.at.Load()
		return v.Row(`SELECT matter FROM orders WHERE `+at.where, at.of(order)...).Scan(&id)
	})
	if errors.Is(err, store.ErrNoRow) {
		return 0, fault.New(fault.NotFound, "order.not_found", order.Number())
	}
	return ident.ID(id), err
}

// Instant is a time as the engine keeps it.
func Instant(t time.Time) clock.Instant { return clock.At(t) }
