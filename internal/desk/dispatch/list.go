package dispatch

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/domain/register"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// Row is one order in a list.
type Row struct {
	District string
	No       ident.ID
	Matter   ident.ID
	Order    *order.Order
	Text     string // the beginning of the call
	Where    string // code of the smallest known place
	Place    territory.Address
	Category string
	Urgency  string
	Due      time.Time
	Task     *matter.Task  // what was assigned, nil of a call
	Serves   register.Name // of the record a task is about; Group tells it
}

// MostRows is the most rows of one page.
const MostRows = 200

const selectOwed = `SELECT o.district, o.id, o.matter, o.due_at, o.doc, m.text, m.town, m.community, m.grid, m.category, m.urgency,
	CASE WHEN m.kind = 'TASK' THEN m.doc ELSE '' END FROM orders o
	JOIN matter m ON m.district = o.district AND m.id = o.matter
	WHERE o.open = 1 AND o.debtor = ? AND (o.due_at, o.id) > (?, ?)`

const selectInbox = `SELECT matter, seq, n, code, args, at FROM notice WHERE unit <> '' AND unit = ? AND (at, matter, seq, n) < (?, ?, ?, ?)
	ORDER BY at DESC, matter DESC, seq DESC, n DESC LIMIT ?`

// Owed returns the open orders of a unit, the nearest due first, from the row
// after the given due time and number on. The unit itself and whoever has it
// in the jurisdiction may ask.
func (d *Desk) Owed(ctx context.Context, actor access.Actor, unit, status string, afterDue time.Time, after ident.ID, limit int) ([]Row, error) {
	if limit == 0 {
		limit = 50
	}
	if limit < 1 || limit > MostRows {
		return nil, fault.Field("limit", "page.size", limit, MostRows)
	}
	if err := d.mayList(actor, unit); err != nil {
		return nil, err
	}
	due := int64(-1)
	if !afterDue.IsZero() {
		due = afterDue.UnixMicro()
	}
	where, args := "", []any{unit, due, int64(after)}
	if status != "" {
		if !order.Known(status) {
			return nil, fault.Field("status", "status.unknown", status)
		}
		where, args = " AND o.status = ?", append(args, status)
	}
	var out []Row
	err := d.e.DB().Read(ctx, func(v *store.View) (err error) {
		out, err = store.All(v, selectOwed+where+` ORDER BY o.due_at, o.id LIMIT ?`, scanRow, append(args, limit)...)
		return err
	})
	return out, err
}

// mayList asks that the actor belongs to the unit or has its place in the
// jurisdiction.
func (d *Desk) mayList(actor access.Actor, unit string) error {
	u, ok := d.e.City().Org.Unit(unit)
	if !ok {
		return fault.Field("unit", "unit.unknown", unit)
	}
	if actor.Unit == unit && actor.Kind == access.Staff {
		return nil
	}
	return access.Allow(actor, access.ReadMatter, access.Subject{Place: d.e.City().Territory.Address(u.Territory)})
}

const textShown = 120

func scanRow(r store.Scanner) (Row, error) {
	var x Row
	var id, m, due int64
	var doc, task string
	if err := r.Scan(&x.District, &id, &m, &due, &doc, &x.Text, &x.Place.Town, &x.Place.Community, &x.Place.Grid, &x.Category, &x.Urgency, &task); err != nil {
		return x, err
	}
	if task != "" {
		of := &matter.Matter{}
		if err := json.Unmarshal([]byte(task), of); err != nil {
			return x, err
		}
		x.Task = of.Task
	}
	x.No, x.Matter = ident.ID(id), ident.ID(m)
	if due != 0 {
		x.Due = time.UnixMicro(due).UTC()
	}
	x.Place.District = x.District
	x.Where = x.Place.Leaf()
	if text := []rune(x.Text); len(text) > textShown {
		x.Text = string(text[:textShown]) + "…"
	}
	x.Order = &order.Order{}
	return x, json.NewDecoder(strings.NewReader(doc)).Decode(x.Order)
}

// Message is one notice to a unit or a caller.
type Message struct {
	Matter ident.ID
	Seq    int64
	N      int64
	Code   string
	Args   []any // as JSON reads them: strings, float64, …
	At     time.Time
}

func scanMessage(r store.Scanner) (Message, error) {
	var m Message
	var id, at int64
	var args string
	if err := r.Scan(&id, &m.Seq, &m.N, &m.Code, &args, &at); err != nil {
		return m, err
	}
	m.Matter, m.At = ident.ID(id), time.UnixMicro(at).UTC()
	return m, json.Unmarshal([]byte(args), &m.Args)
}

// Inbox returns what a unit was told, the newest first, from the message after
// a given one on; of that only At, Matter, Seq and N matter, and a zero At
// begins with the newest.
func (d *Desk) Inbox(ctx context.Context, actor access.Actor, unit string, after Message, limit int) ([]Message, error) {
	if limit == 0 {
		limit = 50
	}
	if limit < 1 || limit > MostRows {
		return nil, fault.Field("limit", "page.size", limit, MostRows)
	}
	if err := d.mayList(actor, unit); err != nil {
		return nil, err
	}
	until := int64(1) << 60
	if !after.At.IsZero() {
		until = after.At.UnixMicro()
	}
	var out []Message
	err := d.e.DB().Read(ctx, func(v *store.View) (err error) {
		out, err = store.All(v, selectInbox, scanMessage, unit, until, int64(after.Matter), after.Seq, after.N, limit)
		return err
	})
	return out, err
}

// Told returns what the caller of a matter was told, the oldest first.
func (d *Desk) Told(ctx context.Context, actor access.Actor, no ident.ID) ([]Message, error) {
	s, err := d.e.Read(ctx, actor, no)
	if err != nil {
		return nil, err
	}
	return d.ToldOf(ctx, s)
}

// ToldOf returns what the caller of a matter that was read was told.
func (d *Desk) ToldOf(ctx context.Context, s *engine.State) ([]Message, error) {
	var out []Message
	err := d.e.DB().Read(ctx, func(v *store.View) (err error) {
		out, err = store.All(v, `SELECT matter, seq, n, code, args, at FROM notice WHERE district = ? AND matter = ? AND audience = 'CALLER'
			ORDER BY at, seq, n LIMIT 1000`, scanMessage, s.M.Place.District, int64(s.M.ID))
		return err
	})
	return out, err
}
