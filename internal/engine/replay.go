package engine

import (
	"cmp"
	"fmt"
	"slices"

	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/engine/change"
	"huying/internal/ident"
	"huying/internal/store"
)

// Past is a matter's entries as they were made, for looking at it as it was.
type Past struct {
	e        *Engine
	district string
	id       ident.ID
	entries  []pastEntry
}

type pastEntry struct {
	change.Position
	at      int64
	payload string
}

// Past reads the entries of a matter.
func (e *Engine) Past(q store.Querier, district string, id ident.ID) (*Past, error) {
	entries, err := store.All(q, change.Of(q), func(r store.Scanner) (x pastEntry, err error) {
		err = r.Scan(&x.Tx, &x.Matter, &x.Seq, &x.at, &x.payload)
		return x, err
	}, district, int64(id))
	return &Past{e, district, id, entries}, err
}

// When returns the matter after its first entries for which keep holds, given
// each entry's position and its instant in µs, or nil if there are none.
func (p *Past) When(keep func(at change.Position, us int64) bool) (*matter.File, error) {
	var state replayed
	n := 0
	for _, x := range p.entries {
		if !keep(x.Position, x.at) {
			break
		}
		if err := state.apply([]byte(x.payload)); err != nil {
			return nil, fmt.Errorf("replay matter %v: %w", p.id, err)
		}
		n++
	}
	if n == 0 {
		return nil, nil
	}
	return p.e.fileOf(state)
}

// fileOf makes a file of a replayed state.
func (e *Engine) fileOf(state replayed) (*matter.File, error) {
	m := &matter.Matter{}
	if err := unmarshal(string(document(state.matter)), m); err != nil {
		return nil, err
	}
	orders := make([]*order.Order, 0, len(state.orders))
	for _, doc := range state.orders {
		o := &order.Order{}
		if err := unmarshal(string(document(doc)), o); err != nil {
			return nil, err
		}
		orders = append(orders, o)
	}
	slices.SortFunc(orders, func(a, b *order.Order) int { return cmp.Compare(a.ID, b.ID) })
	return e.work(Command{}).file(m, orders), nil
}
