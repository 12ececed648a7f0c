package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"huying/internal/domain/clock"
	"huying/internal/domain/ledger"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/domain/pack"
	"huying/internal/domain/territory"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// work is one command in its transaction.
type work struct {
	e     *Engine
	tx    *store.Tx // nil while a command is prepared outside its transaction
	cmd   Command
	city  *pack.City
	at    time.Time
	now   clock.Instant
	files []*open
	// read runs a question beside the file: on a view, or in the transaction of
	// a command that runs inside it. Nil for what fires no clock.
	read func(func(store.Querier) error) error
}

// open is a file in hand, with what it was when it was loaded.
type open struct {
	*State
	born    bool  // created by this command
	read    int64 // the revision that was read
	touched bool
	was     shape // for the counters
	marks   map[markKey]matter.Mark
	doc     state             // the matter's state as last logged
	docs    map[ident.ID]told // the orders' states as last logged
	start   map[ident.ID][]byte
	entries []ledger.Entry
	notices []kept[matter.Notice]
	said    []kept[matter.Statement]
}

type told struct {
	doc state
	was orderShape
}

// kept is something an act left, with the number of the act's entry.
type kept[T any] struct {
	seq  int64
	item T
}

func (w *work) file(m *matter.Matter, orders []*order.Order) *matter.File {
	f := &matter.File{M: m, Orders: orders, City: w.city, By: w.cmd.Actor, Now: w.now, NewID: func() ident.ID { return w.e.ids.Next(w.at) }}
	if layers := w.e.layers.Load(); layers != nil {
		f.Layers = *layers
	}
	if w.read != nil {
		f.RedsSince, f.Mandates = w.redsSince, mandates{w}
	}
	return f
}

// redsSince counts the red cards of a unit in every district.
func (w *work) redsSince(unit string, from clock.Instant) (int, error) {
	total := int64(0)
	err := w.read(func(q store.Querier) error {
		total = 0
		for _, district := range w.e.at.Load().args {
			n, err := store.CounterSum(q, district.(string), CardRed, unit, Today(from), Today(w.now))
			if err != nil {
				return err
			}
			total += n
		}
		return nil
	})
	return int(total), err
}

const selectMatter = `SELECT district, doc, rev, head, text FROM matter WHERE `

// located is the condition that finds a row by its id in whatever district it
// lies: a seek in the key for each of the city's few districts costs less than
// an index of its own would at every insert.
type located struct {
	where string
	args  []any
}

func locatedIn(city *pack.City) located {
	var l located
	for p := range city.Territory.All() {
		if p.Kind == territory.District {
			l.args = append(l.args, p.Code)
		}
	}
	if !slices.Contains(l.args, any(city.Root)) { // what a unit of the city assigns lies under its own code
		l.args = append(l.args, city.Root)
	}
	l.where = "district IN (" + store.Marks(len(l.args)) + ") AND id = ?"
	return l
}

func (l located) of(id ident.ID) []any {
	return append(l.args[:len(l.args):len(l.args)], int64(id))
}

// open loads a matter with its orders, and locks it if lock says so.
func (w *work) open(q store.Querier, lock string, id ident.ID) (*open, error) {
	var x row
	at := w.e.at.Load()
	err := q.Row(selectMatter+at.where+lock, at.of(id)...).Scan(&x.district, &x.doc, &x.rev, &x.head, &x.text)
	if errors.Is(err, store.ErrNoRow) {
		return nil, fault.New(fault.NotFound, "matter.not_found")
	}
	if err != nil {
		return nil, fmt.Errorf("load matter %v: %w", id, err)
	}
	x.orders, err = store.All(q, selectOrders, scanText, x.district, int64(id))
	if err != nil {
		return nil, fmt.Errorf("load the orders of %v: %w", id, err)
	}
	return w.unfold(x)
}

// unfold makes a file of what a database or memory holds.
func (w *work) unfold(x row) (*open, error) {
	s := &open{docs: map[ident.ID]told{}, start: map[ident.ID][]byte{}, read: x.rev}
	m := &matter.Matter{}
	if err := unmarshal(x.doc, m); err != nil {
		return nil, err
	}
	orders := make([]*order.Order, 0, len(x.orders))
	for _, doc := range x.orders {
		o := &order.Order{}
		if err := unmarshal(doc, o); err != nil {
			return nil, err
		}
		orders = append(orders, o)
		read, err := readState(doc)
		if err != nil {
			return nil, err
		}
		s.docs[o.ID] = told{read, orderShapeOf(o)}
		s.start[o.ID] = read.text
	}
	s.State = &State{File: w.file(m, orders), Rev: x.rev, Text: x.text, Head: hashOf(x.head)}
	doc, err := readState(x.doc)
	if err != nil {
		return nil, err
	}
	s.doc, s.was, s.marks = doc, shapeOf(m), marksOf(s.File)
	w.files = append(w.files, s)
	return s, nil
}

const selectOrders = `SELECT doc FROM orders WHERE district = ? AND matter = ? ORDER BY id`

// create begins a file that has no rows yet; its first act is a receipt.
func (w *work) create() *open {
	s := &open{born: true, docs: map[ident.ID]told{}, start: map[ident.ID][]byte{}}
	s.State = &State{File: w.file(nil, nil)}
	w.files = append(w.files, s)
	return s
}

// do returns the function that runs one act of s.
func (w *work) do(s *open) Do {
	return func(act func() error) error {
		if err := act(); err != nil {
			return err
		}
		return w.log(s)
	}
}

// log settles the file after an act and makes the act's ledger entry: who did
// what, and every field of the state that changed.
func (w *work) log(s *open) error {
	if err := s.Settle(); err != nil {
		return err
	}
	payload, err := s.payload()
	if err != nil {
		return err
	}
	seq := s.Rev + 1
	entry := ledger.Entry{
		District: s.M.Place.District, Matter: s.M.ID, At: w.at,
		Actor: w.cmd.Actor.ID, OnBehalf: w.cmd.Actor.Unit, Act: s.Act.Name, Subject: s.subject(),
		Payload: payload, Suite: w.e.suite.Name(),
	}
	if _, err := ledger.Chain(ledger.Head{Seq: int(s.Rev), Hash: s.Head}, &entry); err != nil {
		return err
	}
	s.Rev, s.Head, s.touched = seq, entry.Hash, true
	s.entries = append(s.entries, entry)
	for _, n := range s.Notices {
		s.notices = append(s.notices, kept[matter.Notice]{seq, n})
	}
	for _, x := range s.Said {
		s.said = append(s.said, kept[matter.Statement]{seq, x})
	}
	s.Notices, s.Said = nil, nil
	return nil
}

func (s *open) subject() string {
	if s.Act.Order != 0 {
		return s.Act.Order.Number()
	}
	return s.M.ID.Number()
}

// once runs fn unless the same actor has used the command's key before. It
// returns the matter of the earlier command, which must have been the same
// command on the same matter if id is not zero, or zero if fn ran.
// Fault: request.key_reused.
func (w *work) once(name string, id ident.ID, fn func() (ident.ID, error)) (ident.ID, error) {
	if w.cmd.Key == "" {
		_, err := fn()
		return 0, err
	}
	body, again, err := w.tx.Once(w.city.Root, w.cmd.Actor.ID+"/"+w.cmd.Key, func() ([]byte, error) {
		of, err := fn()
		return []byte(name + " " + of.Number()), err
	})
	if err != nil || !again {
		return 0, err
	}
	before, no, _ := strings.Cut(string(body), " ")
	of, err := ident.ParseNumber(no)
	if err != nil {
		return 0, err
	}
	if before != name || id != 0 && of != id {
		return 0, fault.New(fault.Conflict, "request.key_reused").In("idempotency_key")
	}
	return of, nil
}

const day = 24 * time.Hour

// prime tells the maker which ids of the command's day are taken, once a day,
// so that a restarted process makes none twice, not even for a day long past.
func (e *Engine) prime(ctx context.Context, at time.Time) error {
	if at.IsZero() {
		at = e.now()
	}
	n := at.Add(8*time.Hour).Unix() / int64(day/time.Second)
	e.days.Lock()
	defer e.days.Unlock()
	if e.primed[n] {
		return nil
	}
	first, last := ident.DayRange(at)
	err := e.db.Read(ctx, func(v *store.View) error {
		for _, table := range [...]string{"matter", "orders", "record"} {
			var id int64
			err := v.Row(`SELECT COALESCE(MAX(id), 0) FROM `+table+` WHERE id BETWEEN ? AND ?`, int64(first), int64(last)).Scan(&id)
			if err != nil {
				return err
			}
			if id != 0 {
				e.ids.Skip(ident.ID(id))
			}
		}
		return nil
	})
	if err == nil {
		e.primed[n] = true
	}
	return err
}
