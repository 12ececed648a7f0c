package engine

import (
	"context"

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
	w, s, sealed, err := e.prepare(cmd, in)
	if err != nil {
		return nil, err
	}
	if cmd.Dry {
		return s.State, nil
	}
	var out *State
	err = e.db.WriteAt(ctx, "receive", w.at, func(tx *store.Tx) error {
		w.tx = tx
		before, err := w.once("receive", 0, func() (ident.ID, error) {
			known, err := w.known(s.M)
			if err != nil || known != 0 {
				out, err = e.again(tx, cmd, known, s.M.TextHash, err)
				return known, err
			}
			out = s.State
			return s.M.ID, w.keepCall(s, sealed)
		})
		if before != 0 {
			out, err = e.again(tx, cmd, before, s.M.TextHash, err)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if out == s.State {
		w.keepRecent()
	}
	return out, nil
}

// prepare does everything about a new call that needs no database, so that
// the one writer of a SQLite file has only rows to write: the acts of a new
// matter follow from the call, the city and the time alone.
func (e *Engine) prepare(cmd Command, in Intake) (w *work, s *open, sealed []byte, err error) {
	w = e.work(cmd)
	s, sealed, err = w.take(in)
	return w, s, sealed, err
}

// take makes a file of a call and seals its caller's contact.
func (w *work) take(in Intake) (s *open, sealed []byte, err error) {
	in.ID, in.Caller.Vault = w.e.ids.Next(w.at), 0
	if in.Contact != nil {
		in.Caller.Vault = in.ID
		if sealed, err = w.e.seal(in.ID, *in.Contact); err != nil {
			return nil, nil, err
		}
	}
	in.TextHash = w.e.TextHash(in.Text)
	s, err = w.receive(in.Call)
	return s, sealed, err
}

// keepCall saves a new matter with the sealed contact of its caller.
func (w *work) keepCall(s *open, sealed []byte) error {
	if err := w.keepVault(s, sealed); err != nil {
		return err
	}
	return w.save()
}

// keepVault keeps the sealed contact of a new matter's caller, if there is one.
func (w *work) keepVault(s *open, sealed []byte) error {
	if sealed == nil {
		return nil
	}
	return w.tx.Queue(`INSERT INTO vault (district, id, matter, sealed) VALUES (?, ?, ?, ?)`,
		s.M.Place.District, int64(s.M.ID), int64(s.M.ID), sealed)
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

// known keeps the call's reference, and returns the matter it stands for
// already, or zero.
func (w *work) known(m *matter.Matter) (ident.ID, error) {
	if m.SourceRef == "" {
		return 0, nil
	}
	n, err := w.tx.Exec(`INSERT INTO inlet_key (district, source, source_ref, matter) VALUES (?, ?, ?, ?)
		ON CONFLICT (district, source, source_ref) DO NOTHING`, w.city.Root, m.Source, m.SourceRef, int64(m.ID))
	if err != nil || n == 1 {
		return 0, err
	}
	var id int64
	err = w.tx.Row(`SELECT matter FROM inlet_key WHERE district = ? AND source = ? AND source_ref = ?`,
		w.city.Root, m.Source, m.SourceRef).Scan(&id)
	return ident.ID(id), err
}

// again returns what a call became that was sent before. The same reference
// with another text is a mistake of the source, and is told.
func (e *Engine) again(tx *store.Tx, cmd Command, id ident.ID, textHash string, err error) (*State, error) {
	if err != nil {
		return nil, err
	}
	s, err := e.work(cmd).open(tx, "", id)
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
	c.TextHash = e.TextHash(c.Text)
	files, err := e.run(ctx, cmd, "split", []ident.ID{id}, func(w *work, files []*open) error {
		p, c := files[0], c
		c.ID, c.Parent = e.ids.Next(w.at), id
		c.Place, c.Lon, c.Lat, c.Where = p.M.Place, p.M.Lon, p.M.Lat, p.M.Where
		c.Source, c.Caller, c.Call = p.M.Source, p.M.Caller, p.M.Call
		s, err := w.receive(c)
		if err != nil {
			return err
		}
		part = s.State
		return w.do(p)(func() error { return p.SplitOff(s.M.ID) })
	})
	if err != nil {
		return nil, nil, err
	}
	if files[0].Replayed {
		part = nil
	}
	return files[0].State, part, nil
}

// TextHash is the hash by which the ledger binds a text without keeping its
// words: lower-case hex of the suite's hash.
func (e *Engine) TextHash(text string) string {
	h := e.suite.Hash([]byte(text))
	const hex = "0123456789abcdef"
	out := make([]byte, 0, 64)
	for _, b := range h {
		out = append(out, hex[b>>4], hex[b&15])
	}
	return string(out)
}
