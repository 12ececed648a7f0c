package engine

import (
	"sync"

	"huying/internal/ident"
)

// recent keeps the matters that were written last, as they were written, so
// that the acts which follow each other quickly on one matter need not read it
// each time. It may be out of date where several processes share a database:
// whoever uses it writes only if the revision still holds, and reads again
// before refusing anything.
type recent struct {
	mu   sync.Mutex
	rows map[ident.ID]row
	of   map[ident.ID]ident.ID // order → matter, of the same matters
	ring []ident.ID            // in the order they came; the oldest goes first
	at   int
}

// recentMost bounds the memory: some ten kilobytes each.
const recentMost = 4096

// row is a matter and its orders as the database has them.
type row struct {
	district, doc, text string
	rev                 int64
	head                []byte
	orders              []string // documents, by id
	numbers             []ident.ID
}

func newRecent() *recent {
	return &recent{rows: make(map[ident.ID]row, recentMost), of: map[ident.ID]ident.ID{}, ring: make([]ident.ID, recentMost)}
}

func (r *recent) get(id ident.ID) (row, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	x, ok := r.rows[id]
	return x, ok
}

// keep remembers a matter that was just committed.
func (r *recent) keep(s *open) {
	x := row{district: s.M.Place.District, doc: string(s.doc.text), text: s.Text, rev: s.Rev, head: append([]byte(nil), s.Head[:]...)}
	for _, o := range s.Orders {
		x.orders = append(x.orders, string(s.docs[o.ID].doc.text))
		x.numbers = append(x.numbers, o.ID)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, known := r.rows[s.M.ID]; !known {
		r.drop(r.ring[r.at])
		r.ring[r.at] = s.M.ID
		r.at = (r.at + 1) % recentMost
	}
	r.rows[s.M.ID] = x
	for _, no := range x.numbers {
		r.of[no] = s.M.ID
	}
}

// matterOf returns the matter an order belongs to, which never changes.
func (r *recent) matterOf(order ident.ID) (ident.ID, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	id, ok := r.of[order]
	return id, ok
}

func (r *recent) drop(id ident.ID) {
	for _, no := range r.rows[id].numbers {
		delete(r.of, no)
	}
	delete(r.rows, id)
}

// forget drops matters whose state is in doubt.
func (r *recent) forget(ids []ident.ID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, id := range ids {
		r.drop(id)
	}
}
