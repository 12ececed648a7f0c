// Package account is the desk that holds units to account: entries of the
// positive and negative list, the facts of their work month by month, and task
// forces. What counts is decided by domain/account; what follows for anybody is
// decided by the body the facts are referred to.
package account

import (
	"context"

	"huying/internal/domain/access"
	"huying/internal/domain/account"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/domain/pack"
	"huying/internal/domain/register"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// Desk runs the commands. It is safe for concurrent use.
type Desk struct{ e *engine.Engine }

// New returns the desk over an engine.
func New(e *engine.Engine) *Desk { return &Desk{e} }

// MostRows bounds a list.
const MostRows = 200

// Propose is an entry of the positive or negative list about a unit.
type Propose struct {
	Unit  string   `json:"unit" maxLength:"64"`
	Rule  string   `json:"rule" maxLength:"32" doc:"Code of the city's list"`
	Facts []string `json:"facts" maxItems:"50" doc:"Numbers of orders of the unit that show it"`
	Leaf  string   `json:"leaf,omitempty" maxLength:"32" doc:"Item of the duty list that was not done"`
	Text  string   `json:"text"`
}

// Propose enters an entry and asks the unit, which has its time to object. It
// counts for nothing yet. Faults: unit.unknown, account.rule_unknown,
// account.facts_needed, account.fact_elsewhere, account.own_proposal.
func (d *Desk) Propose(ctx context.Context, cmd engine.Command, in Propose) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "propose_entry", func(b *engine.Bundle) (ident.ID, error) {
		city := b.City()
		u, ok := city.Org.Unit(in.Unit)
		if !ok {
			return 0, fault.Field("unit", "unit.unknown", in.Unit)
		}
		place := city.Territory.Address(u.Territory)
		if err := access.Allow(cmd.Actor, access.ProposeEntry, access.Subject{Place: place}); err != nil {
			return 0, err
		}
		if in.Unit == cmd.Actor.Unit {
			return 0, fault.New(fault.Denied, "account.own_proposal")
		}
		facts, err := facts(b.Query(), in.Unit, in.Facts)
		if err != nil {
			return 0, err
		}
		e, err := account.New(city, account.Entry{
			By: cmd.Actor.Unit, Day: b.Today(), Facts: facts, Leaf: in.Leaf, Place: place, Rule: in.Rule, Text: in.Text, Unit: in.Unit,
		})
		if err != nil {
			return 0, err
		}
		id, err := engine.Enter(b, "propose", e)
		if err != nil {
			return 0, err
		}
		s, err := b.Assign(matter.Assigned{
			Kind: matter.ReplyAsked, Title: in.Text, Text: in.Text, Place: place, About: id, Lapses: true,
			Orders: []matter.Assignment{{Debtor: in.Unit, Limit: city.LimitsAt(u.Territory).Time(pack.EntryObjection), Content: in.Text}},
		}, nil)
		if err != nil {
			return 0, err
		}
		return id, engine.Change(b, "ask", id, func(e *account.Entry) error {
			e.Reply = s.M.ID
			return nil
		})
	})
}

// facts reads the numbers of orders, each of which must be the unit's.
func facts(q store.Querier, unit string, numbers []string) ([]ident.ID, error) {
	var out []ident.ID
	for _, no := range numbers {
		id, err := ident.ParseNumber(no)
		if err != nil {
			return nil, fault.Field("facts", "account.fact_elsewhere", no)
		}
		debtor, found, err := store.One(q, `SELECT debtor FROM orders WHERE id = ?`, func(r store.Scanner) (s string, err error) {
			err = r.Scan(&s)
			return s, err
		}, int64(id))
		if err != nil {
			return nil, err
		}
		if !found || debtor != unit {
			return nil, fault.Field("facts", "account.fact_elsewhere", no)
		}
		out = append(out, id)
	}
	return out, nil
}

// Settle decides an entry after the unit's time to object.
type Settle struct {
	Uphold bool   `json:"uphold,omitempty" doc:"The objection is right: the entry is void, and kept"`
	Note   string `json:"note,omitempty" doc:"Needed when the unit objected"`
}

// Settle lets an entry count, or makes it void. Faults: record.not_found and
// those of Entry.Settle.
func (d *Desk) Settle(ctx context.Context, cmd engine.Command, id ident.ID, in Settle) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "settle_entry", func(b *engine.Bundle) (ident.ID, error) {
		e, err := decides(b, id)
		if err != nil {
			return 0, err
		}
		asked, err := reply(b, e)
		if err != nil {
			return 0, err
		}
		if err := engine.Change(b, "settle", id, func(e *account.Entry) error {
			return e.Settle(asked, in.Uphold, in.Note, cmd.Actor.Unit, cmd.Actor.ID)
		}); err != nil {
			return 0, err
		}
		code := "notice.entry_counts"
		if in.Uphold {
			code = "notice.entry_void"
		}
		return id, b.Tell(id, e.Unit, code, e.Rule, in.Note)
	})
}

// decides opens an entry to who decides on it.
func decides(b *engine.Bundle, id ident.ID) (*account.Entry, error) {
	e, err := engine.Peek[account.Entry](b, id)
	if err != nil {
		return nil, err
	}
	s := access.Subject{Place: e.Place, Units: []string{e.Unit, e.By}}
	if access.Allow(b.Actor(), access.DecideEntry, s) == nil {
		return e, nil
	}
	if access.Allow(b.Actor(), access.ReadEntry, s) != nil {
		return nil, fault.New(fault.NotFound, "record.not_found")
	}
	return nil, fault.New(fault.Denied, "access.denied", string(access.DecideEntry))
}

func reply(b *engine.Bundle, e *account.Entry) (*order.Order, error) {
	s, err := b.Open(e.Reply)
	if err != nil || len(s.Orders) == 0 {
		return nil, err
	}
	return s.Orders[0], nil
}

// Refer hands facts to the body that decides what follows.
type Refer struct {
	To string `json:"to" maxLength:"64" doc:"Discipline or organisation body"`
}

// Refer hands the facts of an entry that counts, with the unit's own word, to
// the body that decides: nothing follows of itself (YT-17). Faults:
// account.not_effective, account.referred, unit.unknown, order.judge_is_debtor.
func (d *Desk) Refer(ctx context.Context, cmd engine.Command, id ident.ID, in Refer) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "refer_entry", func(b *engine.Bundle) (ident.ID, error) {
		e, err := decides(b, id)
		if err != nil {
			return 0, err
		}
		if err := e.MayRefer(); err != nil {
			return 0, err
		}
		if in.To == e.Unit {
			return 0, fault.New(fault.Denied, "account.own_proposal")
		}
		by := e.By // the unit that found the facts asks for the decision
		if in.To == by {
			by = cmd.Actor.Unit
		}
		s, err := b.Assign(matter.Assigned{
			Kind: matter.Advice, Title: e.Text, Text: e.Text, Place: e.Place, About: id, By: by,
			Orders: []matter.Assignment{{Debtor: in.To, Limit: b.City().LimitsAt(e.Place.Leaf()).Time(pack.Recommendation), Content: e.Text}},
		}, nil)
		if err != nil {
			return 0, err
		}
		if err := engine.Change(b, "refer", id, func(e *account.Entry) error {
			e.Referral = s.M.ID
			return nil
		}); err != nil {
			return 0, err
		}
		return id, b.Tell(id, e.Unit, "notice.entry_referred", e.Rule)
	})
}

// State is an entry with what the unit said, and what was decided elsewhere.
type State struct {
	register.Record[account.Entry]
	Reply, Referral *order.Order
}

// Entries lists the entries an actor may see, newest first; of one unit if it
// is named.
func (d *Desk) Entries(ctx context.Context, actor access.Actor, unit string, before ident.ID, limit int) ([]State, error) {
	if limit < 1 || limit > MostRows {
		return nil, fault.Field("limit", "page.size", limit, MostRows)
	}
	var out []State
	err := d.e.DB().Read(ctx, func(v *store.View) error {
		out = nil
		rows, err := engine.Find[account.Entry](v, engine.Where{Unit: unit, Before: before, Limit: limit, May: &actor, Action: access.ReadEntry})
		if err != nil {
			return err
		}
		for _, r := range rows {
			s := State{Record: r}
			tasks, err := d.e.Served(v, r.ID)
			if err != nil {
				return err
			}
			for _, t := range tasks {
				switch {
				case len(t.Orders) == 0:
				case t.M.ID == r.Fact.Reply:
					s.Reply = t.Orders[0]
				case t.M.ID == r.Fact.Referral:
					s.Referral = t.Orders[0]
				}
			}
			out = append(out, s)
		}
		return nil
	})
	return out, err
}
