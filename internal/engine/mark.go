package engine

import (
	"errors"

	"huying/internal/domain/matter"
	"huying/internal/ident"
	"huying/internal/store"
)

// MarkCounter names the counter of marks of a kind: what stands now, by the
// unit that must act, "unit/" and its code, and by "town/" and the town's. All
// of the name is the whole district's.
func MarkCounter(kind matter.MarkKind) string { return "mark." + string(kind) }

// markKey names a mark within its matter.
type markKey struct {
	kind  matter.MarkKind
	order ident.ID
}

func marksOf(f *matter.File) map[markKey]matter.Mark {
	list := f.Marks()
	if len(list) == 0 {
		return nil
	}
	out := make(map[markKey]matter.Mark, len(list))
	for _, m := range list {
		out[markKey{m.Kind, m.Order}] = m
	}
	return out
}

// saveMarks writes the marks that came, changed or went. A matter that has
// none and had none, as every new one, costs nothing here.
func (w *work) saveMarks(s *open) error {
	now := marksOf(s.File)
	moved := s.was.town != s.M.Place.Town
	for _, kind := range matter.MarkKinds { // in one order, for the sake of locks
		for key, m := range s.marks {
			if next, still := now[key]; key.kind == kind && (!still || moved || next != m) {
				if err := w.dropMark(s, key); err != nil {
					return err
				}
			}
		}
		for key, m := range now {
			if before, was := s.marks[key]; key.kind == kind && (!was || moved || before != m) {
				if err := w.putMark(s, m); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// dropMark deletes a mark and counts it where its row says it was.
func (w *work) dropMark(s *open, key markKey) error {
	var unit, town string
	err := w.tx.Row(`SELECT unit, town FROM mark WHERE district = ? AND matter = ? AND kind = ? AND ord = ?`,
		s.M.Place.District, int64(s.M.ID), string(key.kind), int64(key.order)).Scan(&unit, &town)
	if errors.Is(err, store.ErrNoRow) {
		return nil // it is older than the table
	}
	if err != nil {
		return err
	}
	w.countMark(s, key.kind, unit, town, -1)
	return w.tx.Queue(`DELETE FROM mark WHERE district = ? AND matter = ? AND kind = ? AND ord = ?`,
		s.M.Place.District, int64(s.M.ID), string(key.kind), int64(key.order))
}

func (w *work) putMark(s *open, m matter.Mark) error {
	at := m.At
	if at == 0 {
		at = w.now
	}
	w.countMark(s, m.Kind, m.Unit, s.M.Place.Town, 1)
	return w.tx.Queue(`INSERT INTO mark (district, matter, kind, ord, town, unit, about, at, due_at, n) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		s.M.Place.District, int64(s.M.ID), string(m.Kind), int64(m.Order), s.M.Place.Town, m.Unit, m.About, int64(at), int64(m.Due), m.N)
}

func (w *work) countMark(s *open, kind matter.MarkKind, unit, town string, n int64) {
	count := func(name, subject string) {
		w.tx.Count(store.CounterKey{District: s.M.Place.District, Name: name, Subject: subject}, n)
	}
	name := MarkCounter(kind)
	count(All(name), "")
	count(name, "town/"+town)
	if unit != "" {
		count(name, "unit/"+unit)
	}
}
