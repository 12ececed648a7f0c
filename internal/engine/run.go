package engine

import (
	"context"
	"errors"
	"slices"
	"time"

	"huying/internal/domain/access"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// errStale says that a matter changed between reading and writing it.
var errStale = errors.New("engine: the matter changed meanwhile")

// freeTries is how often a command is tried without a lock. A matter that so
// many people work on at once is locked for the last try.
const freeTries = 3

// run is the way of every command on matters that exist. The acts run on a
// stable view, outside the transaction, since they are most of the work and
// the writer of a SQLite file is alone; the transaction only writes, and only
// if the matters are still at the revisions that were read. Otherwise the
// command begins anew. It returns the files in the order of ids.
func (e *Engine) run(ctx context.Context, cmd Command, name string, ids []ident.ID, act func(w *work, files []*open) error) ([]*open, error) {
	if err := checkKey(cmd.Key); err != nil {
		return nil, err
	}
	if err := e.prime(ctx, cmd.At); err != nil {
		return nil, err
	}
	if cmd.Dry {
		return e.rehearse(ctx, cmd, ids, act)
	}
	for try := range freeTries {
		w := e.work(cmd)
		w.read = func(ask func(store.Querier) error) error {
			return e.db.Read(ctx, func(v *store.View) error { return ask(v) })
		}
		remembered := try == 0 && w.remember(ids)
		if !remembered {
			if err := e.db.Read(ctx, func(v *store.View) error { return w.openAll(v, "", ids) }); err != nil {
				return nil, err
			}
		}
		refused := w.act(ids, act)
		if refused != nil && remembered {
			continue // what was remembered may be out of date
		}
		if refused != nil && cmd.Key == "" {
			return nil, refused
		}
		files := w.files
		err := e.db.WriteAt(ctx, name, w.at, func(tx *store.Tx) (err error) {
			files, err = w.commit(tx, name, ids, refused)
			return err
		})
		if err == nil {
			w.keepRecent()
			return w.inOrder(files, ids), nil
		}
		e.recent.forget(ids)
		if !errors.Is(err, errStale) {
			return nil, err
		}
	}
	return e.runLocked(ctx, cmd, name, ids, act)
}

// rehearse runs the acts on a stable view and keeps nothing.
func (e *Engine) rehearse(ctx context.Context, cmd Command, ids []ident.ID, act func(w *work, files []*open) error) ([]*open, error) {
	w := e.work(cmd)
	w.read = func(ask func(store.Querier) error) error {
		return e.db.Read(ctx, func(v *store.View) error { return ask(v) })
	}
	if err := e.db.Read(ctx, func(v *store.View) error { return w.openAll(v, "", ids) }); err != nil {
		return nil, err
	}
	if err := w.act(ids, act); err != nil {
		return nil, err
	}
	return w.inOrder(w.files, ids), nil
}

// remember opens the matters from memory, if all of them are there.
func (w *work) remember(ids []ident.ID) bool {
	for _, id := range slices.Sorted(slices.Values(ids)) {
		x, ok := w.e.recent.get(id)
		if ok {
			_, err := w.unfold(x)
			ok = err == nil
		}
		if !ok {
			w.files = nil
			return false
		}
	}
	return true
}

// keepRecent remembers what was committed.
func (w *work) keepRecent() {
	for _, s := range w.files {
		if s.touched {
			w.e.recent.keep(s)
		}
	}
}

// runLocked runs a command inside its transaction, with the matters locked.
func (e *Engine) runLocked(ctx context.Context, cmd Command, name string, ids []ident.ID, act func(w *work, files []*open) error) ([]*open, error) {
	var w *work
	var files []*open
	err := e.write(ctx, cmd.At, name, func(tx *store.Tx) error {
		w = e.work(cmd)
		w.read = func(ask func(store.Querier) error) error { return ask(tx) }
		w.setTime(tx.Now())
		if err := w.openAll(tx, tx.Lock(), ids); err != nil {
			return err
		}
		refused := w.act(ids, act)
		var err error
		files, err = w.commit(tx, name, ids, refused)
		return err
	})
	if err != nil {
		return nil, err
	}
	return w.inOrder(files, ids), nil
}

// work begins a command outside a transaction.
func (e *Engine) work(cmd Command) *work {
	w := &work{e: e, cmd: cmd, city: e.City()}
	at := cmd.At
	if at.IsZero() {
		at = e.now()
	}
	w.setTime(at)
	return w
}

// openAll loads the matters in one order for everybody, so that commands which
// lock several never wait for each other crosswise.
func (w *work) openAll(q store.Querier, lock string, ids []ident.ID) error {
	w.files = nil
	for _, id := range slices.Sorted(slices.Values(ids)) {
		if _, err := w.open(q, lock, id); err != nil {
			return err
		}
	}
	return nil
}

// inOrder returns the files in the order of ids.
func (w *work) inOrder(files []*open, ids []ident.ID) []*open {
	out := make([]*open, 0, len(ids))
	for _, id := range ids {
		for _, s := range files {
			if s.M.ID == id && len(out) < len(ids) {
				out = append(out, s)
				break
			}
		}
	}
	return out
}

// act runs the acts on the files as the caller named them.
func (w *work) act(ids []ident.ID, act func(w *work, files []*open) error) error {
	files := w.inOrder(w.files, ids)
	if err := w.fresh(files[0]); err != nil {
		return err
	}
	return act(w, files)
}

// commit writes what the acts left, once for the command's key; a command that
// happened before under its key gets the matters as they are.
func (w *work) commit(tx *store.Tx, name string, ids []ident.ID, refused error) ([]*open, error) {
	w.tx = tx
	before, err := w.once(name, ids[0], func() (ident.ID, error) {
		if refused != nil {
			return ids[0], refused
		}
		return ids[0], w.save()
	})
	if err != nil || before == 0 {
		return w.files, err
	}
	now := w.e.work(w.cmd)
	if err := now.openAll(tx, "", ids); err != nil {
		return nil, err
	}
	for _, s := range now.files {
		s.Replayed = true
	}
	return now.files, nil
}

func (w *work) setTime(at time.Time) {
	w.at = at.UTC().Truncate(time.Microsecond)
	w.now = Instant(w.at)
}

// fresh asks that the matter is still as the actor saw it.
func (w *work) fresh(s *open) error {
	if w.cmd.Rev == 0 || w.cmd.Rev == s.Rev {
		return nil
	}
	if err := access.Allow(w.cmd.Actor, access.ReadMatter, s.Subject(nil)); err != nil {
		return err
	}
	return fault.New(fault.Conflict, "matter.changed_meanwhile", s.Rev)
}
