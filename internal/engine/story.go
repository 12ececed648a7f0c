package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"huying/internal/domain/ledger"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/ident"
	"huying/internal/store"
)

// Event is one act on a matter as its ledger entry tells it: who did what for
// which unit, and how the matter and the order that it was about stood
// afterwards.
type Event struct {
	Seq   int
	At    time.Time
	Actor string // post, or the name of a system actor
	Unit  string
	Act   string
	Order ident.ID // zero: about the matter
	Facts map[string]any
	Moves []matter.Moved
	Words []string // of callers, by the act; empty if they were erased
	M     *matter.Matter
	O     *order.Order // nil: about no order
}

// Story tells every act on a matter that was read, the first first, with the
// state each of them left: rebuilt from the entries, not from what is stored
// now. The entries after a revision are those that somebody who saw it missed.
func (e *Engine) Story(ctx context.Context, s *State) ([]Event, error) {
	var entries []*ledger.Entry
	words := map[int64][]string{}
	err := e.db.Read(ctx, func(v *store.View) (err error) {
		if entries, err = entriesOf(v, s.M.Place.District, s.M.ID, s.Rev); err != nil {
			return err
		}
		_, err = store.All(v, `SELECT seq, body FROM statement WHERE district = ? AND matter = ? AND seq <= ? ORDER BY seq, n`,
			func(r store.Scanner) (seq int64, err error) {
				var body string
				err = r.Scan(&seq, &body)
				if body != "" {
					words[seq] = append(words[seq], body)
				}
				return seq, err
			}, s.M.Place.District, int64(s.M.ID), s.Rev)
		return err
	})
	if err != nil {
		return nil, err
	}
	out := make([]Event, 0, len(entries))
	state := replayed{}
	for _, x := range entries {
		ev, err := state.event(x)
		if err != nil {
			return nil, fmt.Errorf("tell entry %d of %v: %w", x.Seq, s.M.ID, err)
		}
		ev.Words = words[int64(x.Seq)]
		out = append(out, ev)
	}
	return out, nil
}

// event adds an entry to the state and tells it.
func (r *replayed) event(x *ledger.Entry) (Event, error) {
	ev := Event{Seq: x.Seq, At: x.At, Actor: x.Actor, Unit: x.OnBehalf, Act: x.Act, M: &matter.Matter{}}
	var told struct {
		Facts map[string]any `json:"facts"`
		Moves []matter.Moved `json:"moves"`
	}
	if err := json.Unmarshal(x.Payload, &told); err != nil {
		return ev, err
	}
	ev.Facts, ev.Moves = told.Facts, told.Moves
	if err := r.apply(x.Payload); err != nil {
		return ev, err
	}
	if err := unmarshal(string(document(r.matter)), ev.M); err != nil {
		return ev, err
	}
	doc, ok := r.orders[x.Subject]
	if !ok {
		return ev, nil
	}
	ev.O = &order.Order{}
	if err := unmarshal(string(document(doc)), ev.O); err != nil {
		return ev, err
	}
	ev.Order = ev.O.ID
	return ev, nil
}
