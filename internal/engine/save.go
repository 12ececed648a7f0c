package engine

import (
	"fmt"

	"huying/internal/domain/calendar"
	"huying/internal/domain/clock"
	"huying/internal/domain/ledger"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/ident"
	"huying/internal/wire"
)

// save writes everything the command changed: states, ledger entries, notices,
// statements and counters.
func (w *work) save() error {
	for _, s := range w.files { // first, since another command may have been quicker
		if s.touched {
			if err := w.saveMatter(s); err != nil {
				return fmt.Errorf("save matter %v: %w", s.M.ID, err)
			}
		}
	}
	for _, s := range w.files {
		if !s.touched {
			continue
		}
		for _, step := range [...]func(*open) error{w.saveOrders, w.saveEntries, w.saveNotices, w.saveSaid, w.saveMarks} {
			if err := step(s); err != nil {
				return fmt.Errorf("save matter %v: %w", s.M.ID, err)
			}
		}
		w.count(s)
		if next := s.M.Next; next != 0 {
			w.tx.AfterCommit(func() { w.e.wake(next) })
		}
	}
	if fn := w.e.changed.Load(); fn != nil {
		w.tx.AfterCommit(*fn)
	}
	return nil
}

const insertMatter = `INSERT INTO matter (town, community, grid, status, kind, category, urgency, source, desk, holder,
	lon, lat, received_at, closed_at, next_at, doc, rev, head, district, id, text, sealed)
	VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)`

const updateMatter = `UPDATE matter SET town = ?, community = ?, grid = ?, status = ?, kind = ?, category = ?, urgency = ?, source = ?,
	desk = ?, holder = ?, lon = ?, lat = ?, received_at = ?, closed_at = ?, next_at = ?, doc = ?, rev = ?, head = ?
	WHERE district = ? AND id = ? AND rev = ?`

// saveMatter writes the matter's row, if it still is at the revision that was
// read.
func (w *work) saveMatter(s *open) error {
	m := s.M
	args := []any{
		m.Place.Town, m.Place.Community, m.Place.Grid, string(m.Status), string(m.Kind), m.Category, string(m.Urgency), m.Source,
		m.Desk, m.Holder, m.Lon, m.Lat, int64(m.ReceivedAt), int64(m.ClosedAt), int64(m.Next), string(s.doc.text), s.Rev, s.Head[:],
		m.Place.District, int64(m.ID),
	}
	if s.born {
		return w.tx.Queue(insertMatter, append(args, s.Text)...)
	}
	n, err := w.tx.Exec(updateMatter, append(args, s.read)...)
	if err == nil && n == 0 {
		return errStale
	}
	return err
}

const insertOrder = `INSERT INTO orders (kind, role, status, creditor, debtor, due_at, colour, open, doc, district, id, matter)
	VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

const updateOrder = `UPDATE orders SET kind = ?, role = ?, status = ?, creditor = ?, debtor = ?, due_at = ?, colour = ?, open = ?, doc = ?
	WHERE district = ? AND id = ?`

func (w *work) saveOrders(s *open) error {
	for _, o := range s.Orders {
		doc := s.docs[o.ID].doc.text
		before, known := s.start[o.ID]
		if known && string(before) == string(doc) {
			continue
		}
		open := 0
		if o.Status.Open() {
			open = 1
		}
		args := []any{string(o.Kind), string(o.Role), string(o.Status), o.Creditor, o.Debtor, int64(o.Due()), string(o.Colour()), open,
			string(doc), s.M.Place.District, int64(o.ID)}
		query := updateOrder
		if !known {
			query, args = insertOrder, append(args, int64(s.M.ID))
		}
		if err := w.tx.Queue(query, args...); err != nil {
			return err
		}
	}
	return nil
}

// Rows are inserted one by one: of a statement that inserts several, SQLite
// keeps every page it touches, to undo them together.
const insertEntry = `INSERT INTO ledger (district, matter, seq, at, actor, unit, act, subject, payload, suite, phash, hash)
	VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

func (w *work) saveEntries(s *open) error { return w.insertEntries(insertEntry, s.entries) }

// insertEntries inserts entries of matters or of records.
func (w *work) insertEntries(query string, entries []ledger.Entry) error {
	for i := range entries {
		x := &entries[i]
		err := w.tx.Queue(query, x.District, int64(x.Matter), int64(x.Seq), x.At.UnixMicro(), x.Actor, x.OnBehalf, x.Act, x.Subject,
			string(x.Payload), x.Suite, x.PayloadHash[:], x.Hash[:])
		if err != nil {
			return err
		}
	}
	return nil
}

const insertNotice = `INSERT INTO notice (district, matter, seq, n, audience, unit, code, args, at, state, next_try, tries, error)
	VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, '')`

// The states of a notice. A kept notice is read where it lies; a pending one
// is carried to another system.
const (
	NoticeKept    = "KEPT"
	NoticePending = "PENDING"
	NoticeDone    = "DONE"
	NoticeFailed  = "FAILED"
)

func (w *work) saveNotices(s *open) error {
	add := func(id ident.ID, seq, n int64, x matter.Notice, state string) error {
		text, err := noticeArgs(x.Args)
		if err != nil {
			return err
		}
		next := int64(0)
		if state == NoticePending {
			next = int64(w.now)
		}
		return w.tx.Queue(insertNotice, s.M.Place.District, int64(id), seq, n, string(x.To), x.Unit, x.Code, text, int64(w.now), state, next)
	}
	for i, n := range s.notices {
		heard := []ident.ID{s.M.ID}
		if n.item.To != matter.ToUnit {
			heard = append(heard, s.M.Children...) // every merged caller hears it too
		}
		for _, id := range heard {
			state := NoticeKept
			if n.item.To == matter.ToSource {
				returns, err := w.returns(s, id)
				if err != nil {
					return err
				}
				if !returns {
					continue
				}
				state = NoticePending
			}
			if err := add(id, n.seq, noticeKey(s.M.ID, id, i), n.item, state); err != nil {
				return err
			}
		}
	}
	return nil
}

// noticeKey tells the i-th notice of a command apart from all others under the
// same matter and entry number. A merged caller's copy has the number of the
// matter it came from in it, since that matter's entries are counted apart.
func noticeKey(from, to ident.ID, i int) int64 {
	if from == to {
		return int64(i)
	}
	return int64(from)<<10 | int64(i)
}

// returns reports whether the result goes back to the system that the call of
// s, or of a matter merged into it, came from.
func (w *work) returns(s *open, id ident.ID) (bool, error) {
	m := s.M
	if id != m.ID {
		var doc string
		if err := w.tx.Row(`SELECT doc FROM matter WHERE district = ? AND id = ?`, m.Place.District, int64(id)).Scan(&doc); err != nil {
			return false, fmt.Errorf("read the merged matter %v: %w", id, err)
		}
		m = &matter.Matter{}
		if err := unmarshal(doc, m); err != nil {
			return false, err
		}
	}
	inlet, ok := w.city.Inlets[m.Source]
	return ok && inlet.Returns && m.SourceRef != "", nil
}

// noticeArgs keeps what fills a notice's text: strings, numbers and µs times.
func noticeArgs(args []any) (string, error) {
	if len(args) == 0 {
		return "[]", nil
	}
	b := make([]byte, 0, 128)
	for i, arg := range args {
		b = append(b, "[,"[min(i, 1)])
		var err error
		switch arg := arg.(type) {
		case string:
			b, err = wire.Append(b, &arg)
		case ident.ID:
			b, err = wire.Append(b, &arg)
		default:
			b, err = wire.AppendAny(b, arg)
		}
		if err != nil {
			return "", err
		}
	}
	return string(append(b, ']')), nil
}

func (w *work) saveSaid(s *open) error {
	for i, x := range s.said {
		err := w.tx.Queue(`INSERT INTO statement (district, matter, seq, n, kind, body, hash) VALUES (?, ?, ?, ?, ?, ?, ?)`,
			s.M.Place.District, int64(s.M.ID), x.seq, int64(i), x.item.Kind, x.item.Text, x.item.Hash)
		if err != nil {
			return err
		}
	}
	return nil
}

// shape is what the counters know of a matter.
type shape struct {
	status   matter.Status
	town     string
	desk     string
	holder   string
	verdicts int
	excluded bool
	undone   bool
}

func shapeOf(m *matter.Matter) shape {
	return shape{m.Status, m.Place.Town, m.Desk, m.Holder, len(m.Verdicts), m.Excluded != nil && m.Excluded.State == "GRANTED", m.False}
}

// orderShape is what the counters know of an order.
type orderShape struct {
	status order.Status
	debtor string
	cards  []order.Card
	known  bool
}

func orderShapeOf(o *order.Order) orderShape {
	return orderShape{o.Status, o.Debtor, append([]order.Card(nil), o.Cards...), true}
}

// Today returns the civil day of an instant as a number, such as 20260315.
func Today(at clock.Instant) int { return calendar.DayOf(at.Time()) }
