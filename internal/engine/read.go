package engine

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/clock"
	"huying/internal/domain/register"
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
	ids, err := store.All(q, `SELECT matter FROM served WHERE about = ? ORDER BY matter LIMIT ?`, scanID, int64(about), mostServed)
	if err != nil {
		return nil, err
	}
	return e.States(q, ids)
}

// Assigned returns the numbers of the matters that were assigned from a number
// on for records of a unit on some registers, the first first.
func (e *Engine) Assigned(q store.Querier, unit string, from ident.ID, registers ...register.Name) ([]ident.ID, error) {
	args := []any{unit}
	for _, name := range registers {
		args = append(args, string(name))
	}
	return store.All(q, `SELECT s.matter FROM record r JOIN served s ON s.about = r.id WHERE r.unit = ? AND r.register IN (`+store.Marks(len(registers))+
		`) AND s.matter >= ? ORDER BY s.matter LIMIT ?`, scanID, append(args, int64(from), 10*mostServed)...)
}

// States returns matters by number, in the given order, without asking who
// wants them. Fault: matter.not_found.
func (e *Engine) States(q store.Querier, ids []ident.ID) ([]*State, error) {
	out := make([]*State, 0, len(ids))
	for _, id := range ids {
		s, err := e.work(Command{}).open(q, "", id)
		if err != nil {
			return nil, err
		}
		out = append(out, s.State)
	}
	return out, nil
}

func scanID(r store.Scanner) (ident.ID, error) {
	var id int64
	err := r.Scan(&id)
	return ident.ID(id), err
}

// Draw puts matters in the order of a hash over the name of a draw and their
// numbers, so that nobody can choose which come first.
func (e *Engine) Draw(name string, ids []ident.ID) []ident.ID {
	key := make(map[ident.ID]string, len(ids))
	for _, id := range ids {
		key[id] = e.TextHash("sample/" + name + "/" + id.Number())
	}
	out := slices.Clone(ids)
	slices.SortFunc(out, func(a, b ident.ID) int { return strings.Compare(key[a], key[b]) })
	return out
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
