package power

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/clock"
	"huying/internal/domain/consult"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/domain/register"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// Asked is one opinion that a unit owes: what it is asked, by when, and by whom.
type Asked struct {
	Matter ident.ID
	About  ident.ID // the record it serves
	Kind   matter.TaskKind
	Title  string
	Text   string
	Order  *order.Order
	Due    time.Time
	Lapses bool // silence counts as no objection
}

// Inbox lists the opinions a unit owes, the nearest due first: what it is
// asked, by when, and why. The unit itself may ask. Fault: access.denied.
func (d *Desk) Inbox(ctx context.Context, actor access.Actor, limit int) ([]Asked, error) {
	if limit < 1 || limit > MostRows {
		return nil, fault.Field("limit", "page.size", limit, MostRows)
	}
	if err := access.Allow(actor, access.AnswerOrder, access.Subject{Debtor: actor.Unit}); err != nil {
		return nil, err
	}
	var out []Asked
	err := d.e.DB().Read(ctx, func(v *store.View) (err error) {
		out, err = store.All(v, `SELECT m.doc, m.text, o.doc, o.due_at FROM orders o JOIN matter m ON m.district = o.district AND m.id = o.matter
			WHERE o.debtor = ? AND o.open = 1 AND o.kind = 'OPINION' ORDER BY o.due_at, o.id LIMIT ?`, scanAsked, actor.Unit, limit)
		return err
	})
	return out, err
}

func scanAsked(r store.Scanner) (Asked, error) {
	var a Asked
	var doc, of string
	var due int64
	if err := r.Scan(&doc, &a.Text, &of, &due); err != nil {
		return a, err
	}
	m := &matter.Matter{}
	if err := decode(doc, m); err != nil {
		return a, err
	}
	a.Matter = m.ID
	if m.Task != nil {
		a.About, a.Kind, a.Title = m.Task.About, m.Task.Kind, m.Task.Title
	}
	a.Order = &order.Order{}
	if err := decode(of, a.Order); err != nil {
		return a, err
	}
	a.Due, a.Lapses = stamp(due), a.Order.Clocks.Last(clock.Lapse) != nil
	return a, nil
}

func decode(doc string, into any) error { return json.NewDecoder(strings.NewReader(doc)).Decode(into) }

func stamp(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

// State is a record with the orders that serve it.
type State[F register.Fact] struct {
	register.Record[F]
	Orders []*order.Order
	Matter []ident.ID
}

// served adds the orders that serve each record.
func served[F register.Fact](e *engine.Engine, q store.Querier, rows []register.Record[F]) ([]State[F], error) {
	out := make([]State[F], len(rows))
	for i, r := range rows {
		out[i].Record = r
		tasks, err := e.Served(q, r.ID)
		if err != nil {
			return nil, err
		}
		for _, s := range tasks {
			out[i].Matter = append(out[i].Matter, s.M.ID)
			out[i].Orders = append(out[i].Orders, s.Orders...)
		}
	}
	return out, nil
}

// states lists records with the orders that serve them.
func states[F register.Fact](ctx context.Context, d *Desk, w engine.Where) (out []State[F], err error) {
	if w.Limit < 1 || w.Limit > MostRows {
		return nil, fault.Field("limit", "page.size", w.Limit, MostRows)
	}
	err = d.e.DB().Read(ctx, func(v *store.View) error {
		rows, err := engine.Find[F](v, w)
		if err != nil {
			return err
		}
		out, err = served(d.e, v, rows)
		return err
	})
	return out, err
}

// Gates lists the proposals an actor may see, newest first.
func (d *Desk) Gates(ctx context.Context, actor access.Actor, status []string, before ident.ID, limit int) ([]State[consult.Gate], error) {
	return states[consult.Gate](ctx, d, engine.Where{Status: status, Before: before, Limit: limit, May: &actor, Action: access.ReadGate})
}

// Gate returns one proposal with its opinions, and the document if there is
// one. Fault: record.not_found.
func (d *Desk) Gate(ctx context.Context, actor access.Actor, id ident.ID) (*State[consult.Gate], *consult.Opinion, error) {
	var out []State[consult.Gate]
	var doc *consult.Opinion
	err := d.e.DB().Read(ctx, func(v *store.View) error {
		rows, err := engine.Find[consult.Gate](v, engine.Where{ID: id, Limit: 1})
		if err != nil {
			return err
		}
		if len(rows) == 0 || !maySee(actor, &rows[0].Fact) {
			return fault.New(fault.NotFound, "record.not_found")
		}
		if out, err = served(d.e, v, rows); err != nil {
			return err
		}
		signed, err := engine.Find[consult.Opinion](v, engine.Where{About: id, Limit: 1})
		if len(signed) > 0 {
			doc = &signed[0].Fact
		}
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	return &out[0], doc, nil
}

// maySee reports whether an actor may read a proposal: who proposed it, who is
// asked, and whose place it lies in.
func maySee(actor access.Actor, g *consult.Gate) bool {
	return access.Allow(actor, access.ReadGate, access.Subject{Place: g.Place, Units: append([]string{g.Proposer}, g.Asked...)}) == nil
}

// Exceptions is what the organisation department looks at: proposals that took
// effect against an opinion, and recommendations that nobody answered in time.
type Exceptions struct {
	Gates      []State[consult.Gate]
	Unanswered []State[consult.Recommendation]
}

// Exceptions lists them, newest first.
func (d *Desk) Exceptions(ctx context.Context, actor access.Actor, now time.Time) (*Exceptions, error) {
	if err := access.Allow(actor, access.ReadExceptions, access.Subject{Place: actor.At}); err != nil {
		return nil, err
	}
	out := &Exceptions{}
	err := d.e.DB().Read(ctx, func(v *store.View) error {
		against, err := engine.Find[consult.Gate](v, engine.Where{Status: []string{consult.Against}, Limit: MostRows, May: &actor, Action: access.ReadExceptions})
		if err != nil {
			return err
		}
		if out.Gates, err = served(d.e, v, against); err != nil {
			return err
		}
		asked, err := engine.Find[consult.Recommendation](v, engine.Where{Limit: MostRows, May: &actor, Action: access.ReadExceptions})
		if err != nil {
			return err
		}
		all, err := served(d.e, v, asked)
		for _, x := range all {
			if unanswered(x.Orders, now) {
				out.Unanswered = append(out.Unanswered, x)
			}
		}
		return err
	})
	return out, err
}

// unanswered reports whether an order is owed beyond its time.
func unanswered(orders []*order.Order, now time.Time) bool {
	for _, o := range orders {
		if o.Status.Owing() && o.Due() != 0 && !o.Due().Time().After(now) {
			return true
		}
	}
	return false
}
