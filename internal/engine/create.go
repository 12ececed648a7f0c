package engine

import (
	"context"
	"errors"
	"fmt"

	"huying/internal/domain/matter"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// Intake is a call as a face hands it over: checked in form, placed, not yet
// kept.
type Intake struct {
	matter.Call
	// Contact is how the caller can be reached; it is sealed in the vault.
	Contact *Contact
}

// Contact is personal data: it exists in clear only in memory.
type Contact struct {
	Name  string `json:"name,omitempty"`
	Phone string `json:"phone,omitempty"`
	Note  string `json:"note,omitempty"`
}

// Receive keeps a call as a new matter and, when its class is dispatched by
// rule, orders the units at once: after it returns, everything is durable. A
// call whose source and reference were seen before gets the matter it became.
func (e *Engine) Receive(ctx context.Context, cmd Command, in Intake) (*State, error) {
	if err := checkKey(cmd.Key); err != nil {
		return nil, err
	}
	if err := e.prime(ctx, cmd.At); err != nil {
		return nil, err
	}
	var sealed []byte
	in.Caller.Vault = 0
	at := cmd.At
	if at.IsZero() {
		at = e.now()
	}
	in.ID = e.ids.Next(at)
	if in.Contact != nil {
		in.Caller.Vault = in.ID
		var err error
		if sealed, err = e.seal(in.ID, *in.Contact); err != nil {
			return nil, err
		}
	}
	in.TextHash = e.textHash(in.Text)
	var out *State
	err := e.write(ctx, cmd.At, "receive", func(tx *store.Tx) error {
		w := e.begin(tx, cmd)
		known, err := w.known(&in)
		if err != nil {
			return err
		}
		if known != 0 {
			out, err = w.again(known, in.TextHash)
			return err
		}
		s, err := w.receive(in.Call)
		if err != nil {
			return err
		}
		out = s.State
		if sealed != nil {
			err = tx.Queue(`INSERT INTO vault (district, id, matter, sealed) VALUES (?, ?, ?, ?)`,
				s.M.Place.District, int64(in.ID), int64(in.ID), sealed)
			if err != nil {
				return err
			}
		}
		return w.save()
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// receive creates the file and lets the rule dispatch it if its class says so.
func (w *work) receive(c matter.Call) (*open, error) {
	s := w.create()
	do := w.do(s)
	s.Text = c.Text
	if err := do(func() error { return s.Receive(c) }); err != nil {
		return nil, err
	}
	if s.Instant() {
		by := s.By
		s.By = RuleActor()
		w.cmd.Actor = s.By
		err := do(func() error {
			_, err := s.DispatchByRule()
			return err
		})
		s.By, w.cmd.Actor = by, by
		if err != nil {
			return nil, err
		}
	}
	return s, nil
}

// known keeps the call's reference and idempotency key, and returns the matter
// that either of them stands for already.
func (w *work) known(in *Intake) (ident.ID, error) {
	if w.cmd.Key != "" {
		var command string
		var id int64
		err := w.tx.Row(`SELECT command, matter FROM answer WHERE district = ? AND actor = ? AND key = ?`,
			w.city.Root, w.cmd.Actor.ID, w.cmd.Key).Scan(&command, &id)
		if err == nil && command != "receive" {
			return 0, fault.New(fault.Conflict, "request.key_reused").In("idempotency_key")
		}
		if err == nil {
			return ident.ID(id), nil
		}
		if !errors.Is(err, store.ErrNoRow) {
			return 0, err
		}
	}
	if in.SourceRef != "" {
		n, err := w.tx.Exec(`INSERT INTO inlet_key (district, source, source_ref, matter) VALUES (?, ?, ?, ?)
			ON CONFLICT (district, source, source_ref) DO NOTHING`, w.city.Root, in.Source, in.SourceRef, int64(in.ID))
		if err != nil {
			return 0, err
		}
		if n == 0 {
			var id int64
			err := w.tx.Row(`SELECT matter FROM inlet_key WHERE district = ? AND source = ? AND source_ref = ?`,
				w.city.Root, in.Source, in.SourceRef).Scan(&id)
			return ident.ID(id), err
		}
	}
	if w.cmd.Key != "" {
		return 0, w.keep("receive", in.ID)
	}
	return 0, nil
}

// again returns what a call became that was sent before. The same reference
// with another text is a mistake of the source, and is told.
func (w *work) again(id ident.ID, textHash string) (*State, error) {
	s, err := w.open(id)
	if err != nil {
		return nil, err
	}
	if s.M.TextHash != textHash {
		return nil, fault.New(fault.Conflict, "call.reference_reused", s.M.ID.Number()).In("source_ref")
	}
	s.Replayed = true
	return s.State, nil
}

// Split makes a further matter out of a part of one: the same caller and
// place, another problem.
func (e *Engine) Split(ctx context.Context, cmd Command, id ident.ID, c matter.Call) (parent, part *State, err error) {
	if err := e.prime(ctx, cmd.At); err != nil {
		return nil, nil, err
	}
	c.TextHash = e.textHash(c.Text)
	err = e.write(ctx, cmd.At, "split", func(tx *store.Tx) error {
		w := e.begin(tx, cmd)
		p, err := w.open(id)
		if err != nil {
			return err
		}
		if cmd.Rev != 0 && cmd.Rev != p.Rev {
			return fault.New(fault.Conflict, "matter.changed_meanwhile", p.Rev)
		}
		if done, err := w.once("split", p); err != nil || done {
			parent, part = p.State, nil
			return err
		}
		c := c
		c.ID, c.Parent = e.ids.Next(tx.Now()), id
		c.Place, c.Lon, c.Lat, c.Where = p.M.Place, p.M.Lon, p.M.Lat, p.M.Where
		c.Source, c.Caller, c.Call = p.M.Source, p.M.Caller, p.M.Call
		s, err := w.receive(c)
		if err != nil {
			return fmt.Errorf("split %v: %w", id, err)
		}
		if err := w.do(p)(func() error { return p.SplitOff(s.M.ID) }); err != nil {
			return err
		}
		parent, part = p.State, s.State
		return w.save()
	})
	if err != nil {
		return nil, nil, err
	}
	return parent, part, nil
}

func (e *Engine) textHash(text string) string {
	h := e.suite.Hash([]byte(text))
	const hex = "0123456789abcdef"
	out := make([]byte, 0, 64)
	for _, b := range h {
		out = append(out, hex[b>>4], hex[b&15])
	}
	return string(out)
}
