package registry

import (
	"context"
	"time"

	"huying/internal/domain/access"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/store"
)

// Activation is one time that a version of the pack was put in force.
type Activation struct {
	At       time.Time
	Version  string
	Proposal string // by which two persons agreed; "" at the start of a process
}

// Activations returns when which version was put in force, the newest first.
func (d *Desk) Activations(ctx context.Context, actor access.Actor, limit int) ([]Activation, error) {
	if len(access.Scopes(actor, access.ManagePack)) == 0 {
		return nil, fault.New(fault.Denied, "access.denied", string(access.ManagePack))
	}
	return activations(ctx, d.e.DB(), d.e.City().Root, limit)
}

// LastActivation returns the newest activation of the city root; the zero
// Activation if there is none. It asks nobody's leave: a process needs it
// before it has actors.
func LastActivation(ctx context.Context, db *store.DB, root string) (Activation, error) {
	all, err := activations(ctx, db, root, 1)
	if err != nil || len(all) == 0 {
		return Activation{}, err
	}
	return all[0], nil
}

func activations(ctx context.Context, db *store.DB, root string, limit int) (out []Activation, err error) {
	err = db.Read(ctx, func(v *store.View) (err error) {
		out, err = store.All(v, `SELECT at, version, proposal FROM pack_activation WHERE district = ? ORDER BY at DESC LIMIT ?`,
			func(r store.Scanner) (Activation, error) {
				var a Activation
				var at int64
				err := r.Scan(&at, &a.Version, &a.Proposal)
				a.At = time.UnixMicro(at).UTC()
				return a, err
			}, root, limit)
		return err
	})
	return out, err
}

// Activated keeps that a version of the pack was put in force. The same
// proposal activates once.
func Activated(ctx context.Context, e *engine.Engine, version, proposal string) error {
	root := e.City().Root
	return e.Write(ctx, time.Time{}, "activate_pack", func(tx *store.Tx) error {
		if proposal != "" {
			var n int
			err := tx.Row(`SELECT COUNT(*) FROM pack_activation WHERE district = ? AND proposal = ?`, root, proposal).Scan(&n)
			if err != nil || n > 0 {
				return err
			}
		}
		return tx.Queue(`INSERT INTO pack_activation (district, at, version, proposal) VALUES (?, ?, ?, ?)`, root, tx.Now().UnixMicro(), version, proposal)
	})
}
