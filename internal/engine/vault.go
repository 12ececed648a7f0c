package engine

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"huying/internal/domain/access"
	"huying/internal/domain/ledger"
	"huying/internal/domain/matter"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// seal encrypts a contact so that it opens only for the matter it belongs to.
func (e *Engine) seal(id ident.ID, c Contact) ([]byte, error) {
	plain, err := json.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("write a contact: %w", err)
	}
	return e.vault.Seal(rand.Reader, plain, binding(id))
}

// Veil returns a tag of a text that only this installation can make and nobody
// can read back: it finds again what must not be named.
func (e *Engine) Veil(text string) string { return e.veil.Derive(text).Code(0, ledger.MaxCode) }

func binding(id ident.ID) []byte { return binary.BigEndian.AppendUint64([]byte("vault/"), uint64(id)) }

// ReadContact opens the contact of a matter's caller for a stated purpose, and
// writes the access log in the same transaction: no read without a line. A
// caller who is hidden from the handler is not shown to a handler (INV-08).
// Faults: caller.none, caller.hidden, purpose.missing.
func (e *Engine) ReadContact(ctx context.Context, cmd Command, id ident.ID, purpose string) (Contact, error) {
	return e.readContact(ctx, cmd, id, purpose, (*matter.File).MayReadCaller)
}

// Unseal opens the contact of a caller who is hidden from the reader, for a
// purpose that two persons agreed on; the caller of this method has seen to
// that. The access log is written in the same transaction. Faults:
// access.denied, caller.none, purpose.missing.
func (e *Engine) Unseal(ctx context.Context, cmd Command, id ident.ID, purpose string) (Contact, error) {
	return e.readContact(ctx, cmd, id, purpose, (*matter.File).MayUnseal)
}

func (e *Engine) readContact(ctx context.Context, cmd Command, id ident.ID, purpose string, may func(*matter.File) error) (Contact, error) {
	var out Contact
	if err := matter.Words("purpose", purpose, true); err != nil {
		return out, err
	}
	var sealed []byte
	var vault ident.ID
	err := e.write(ctx, cmd.At, "read_contact", func(tx *store.Tx) error {
		w := e.work(cmd)
		w.setTime(tx.Now())
		s, err := w.open(tx, "", id)
		if err != nil {
			return err
		}
		if err := may(s.File); err != nil {
			return err
		}
		if s.M.Caller.Vault == 0 {
			return fault.New(fault.NotFound, "caller.none")
		}
		vault = s.M.Caller.Vault
		err = tx.Row(`SELECT sealed FROM vault WHERE district = ? AND id = ?`, s.M.Place.District, int64(vault)).Scan(&sealed)
		if errors.Is(err, store.ErrNoRow) {
			return fault.New(fault.NotFound, "caller.none")
		}
		if err != nil {
			return err
		}
		return tx.Queue(`INSERT INTO access_log (district, id, at, actor, purpose, matter, fields) VALUES (?, ?, ?, ?, ?, ?, ?)`,
			s.M.Place.District, int64(e.ids.Next(tx.Now())), int64(w.now), cmd.Actor.ID, strings.TrimSpace(purpose), int64(id), "contact")
	})
	if err != nil {
		return out, err
	}
	plain, err := e.vault.Open(sealed, binding(vault))
	if err != nil {
		return out, err
	}
	return out, json.Unmarshal(plain, &out)
}

// Access is one line of the access log.
type Access struct {
	At      int64
	Actor   string
	Purpose string
	Matter  ident.ID
	Fields  string
}

// AccessLog returns who read the personal data of a matter, newest last, to an
// auditor or to the person concerned.
func (e *Engine) AccessLog(ctx context.Context, actor access.Actor, id ident.ID) ([]Access, error) {
	s, err := e.Load(ctx, id)
	if err != nil {
		return nil, err
	}
	if actor.Kind != access.Caller || actor.Matter != int64(id) {
		if err := access.Allow(actor, access.ReadAccessLog, s.Subject(nil)); err != nil {
			return nil, err
		}
	}
	var out []Access
	err = e.db.Read(ctx, func(v *store.View) error {
		out, err = store.All(v, `SELECT at, actor, purpose, fields FROM access_log WHERE district = ? AND matter = ? ORDER BY id LIMIT 1000`,
			func(r store.Scanner) (Access, error) {
				a := Access{Matter: id}
				return a, r.Scan(&a.At, &a.Actor, &a.Purpose, &a.Fields)
			}, s.M.Place.District, int64(id))
		return err
	})
	return out, err
}
