// Package fund is the desk of the money that streets and communities spend of
// their own: each payment answers for something, a second post agrees to it,
// and the balance is always the sum of the lines. What is permitted is decided
// by domain/fund.
package fund

import (
	"context"
	"strconv"
	"strings"

	"huying/internal/domain/access"
	"huying/internal/domain/fund"
	"huying/internal/domain/org"
	"huying/internal/domain/power"
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

// Open opens a fund for a year.
type Open struct {
	Holder  string `json:"holder" maxLength:"64" doc:"Unit that may spend it"`
	Name    string `json:"name" maxLength:"100"`
	Source  string `json:"source" enum:"BUDGET,DONATION,COLLECTIVE,PROJECT,OTHER"`
	Year    int    `json:"year"`
	Granted int64  `json:"granted,omitempty" doc:"What it begins with, in fen"`
}

// Open opens a fund; what it is granted is its first line. Faults:
// unit.unknown, power.not_held, record.key_taken, and those of Fund.Check.
func (d *Desk) Open(ctx context.Context, cmd engine.Command, in Open) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "open_fund", func(b *engine.Bundle) (ident.ID, error) {
		u, ok := b.City().Org.Unit(in.Holder)
		if !ok {
			return 0, fault.Field("holder", "unit.unknown", in.Holder)
		}
		f := fund.Fund{Granted: in.Granted, Holder: in.Holder, Name: in.Name, Place: b.City().Territory.Address(u.Territory), Source: in.Source, Year: in.Year}
		if err := access.Allow(cmd.Actor, access.OpenFund, access.Subject{Place: f.Place}); err != nil {
			return 0, err
		}
		if err := f.Check(); err != nil {
			return 0, err
		}
		if err := spends(b, u.Code); err != nil {
			return 0, err
		}
		id, err := engine.Enter(b, "open", &f)
		if err != nil || f.Granted == 0 {
			return id, err
		}
		_, err = engine.Enter(b, "grant", &fund.Payment{
			Amount: f.Granted, Day: b.Today(), Fund: id, Holder: f.Holder, Place: f.Place, Proposer: cmd.Actor.ID, Purpose: f.Name, Status: fund.Booked,
		})
		return id, err
	})
}

// spends returns nil if a unit may spend money of its own today.
func spends(b *engine.Bundle, unit string) error {
	u, ok := b.City().Org.Unit(unit)
	if !ok {
		return fault.Field("holder", "unit.unknown", unit)
	}
	own, err := engine.Find[power.Power](b.Query(), engine.Where{Unit: unit, On: b.Today()})
	if err != nil {
		return err
	}
	return power.Has(u, b.City().Powers, own, power.UseFund, "", b.Today())
}

// holders opens a fund to its holder's posts. What one may not see does not
// exist: record.not_found.
func holders(b *engine.Bundle, id ident.ID, action access.Action) (*fund.Fund, error) {
	f, err := engine.Peek[fund.Fund](b, id)
	if err != nil {
		return nil, err
	}
	s := access.Subject{Place: f.Place, Desk: f.Holder, Units: []string{f.Holder}}
	if access.Allow(b.Actor(), access.ReadFund, s) != nil {
		return nil, fault.New(fault.NotFound, "record.not_found")
	}
	return f, access.Allow(b.Actor(), action, s)
}

// Pay is a line of a fund: income as it comes, or a payment that another post
// must agree to.
type Pay struct {
	Amount   int64  `json:"amount" doc:"In fen; negative is spent"`
	Purpose  string `json:"purpose"`
	Payee    string `json:"payee,omitempty" maxLength:"200" doc:"Organisation that is paid, or what it is spent on; no private person"`
	Matter   string `json:"matter,omitempty" maxLength:"40" doc:"Number of the matter it answers for"`
	Project  string `json:"project,omitempty" maxLength:"40" doc:"Number of the project or measure"`
	Decision string `json:"decision,omitempty" maxLength:"500" doc:"Decision of the residents or the office: which, and when"`
}

// Pay proposes a line. Faults: fund.payment_without_decision,
// fund.payment_unlinked, fund.basis_unknown, power.not_held, and those of Payment.Check.
func (d *Desk) Pay(ctx context.Context, cmd engine.Command, id ident.ID, in Pay) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "propose_payment", func(b *engine.Bundle) (ident.ID, error) {
		f, err := holders(b, id, access.KeepFund)
		if err != nil {
			return 0, err
		}
		if err := spends(b, f.Holder); err != nil {
			return 0, err
		}
		basis, err := based(b, f, in)
		if err != nil {
			return 0, err
		}
		p := fund.Payment{
			Amount: in.Amount, Basis: basis, Day: b.Today(), Fund: id, Holder: f.Holder, Payee: in.Payee, Place: f.Place, Proposer: cmd.Actor.ID,
			Purpose: in.Purpose, Status: fund.Proposed,
		}
		if err := p.Check(); err != nil {
			return 0, err
		}
		return engine.Enter(b, "propose", &p)
	})
}

// based reads why money is spent: the matter must lie in the fund's place, the
// project must be a record there.
func based(b *engine.Bundle, f *fund.Fund, in Pay) (fund.Basis, error) {
	out := fund.Basis{Decision: strings.TrimSpace(in.Decision)}
	read := func(field, number, query string) (ident.ID, error) {
		if number == "" {
			return 0, nil
		}
		id, err := ident.ParseNumber(number)
		if err != nil {
			return 0, fault.Field(field, "fund.basis_unknown", number)
		}
		_, found, err := store.One(b.Query(), query, func(r store.Scanner) (n int64, err error) {
			err = r.Scan(&n)
			return n, err
		}, int64(id), f.Place.District, f.Place.Town, b.City().Root)
		if err == nil && !found {
			err = fault.Field(field, "fund.basis_unknown", number)
		}
		return id, err
	}
	var err error
	if out.Matter, err = read("matter", in.Matter, `SELECT id FROM matter WHERE id = ? AND (district = ? AND town = ? OR district = ?)`); err != nil {
		return out, err
	}
	out.Project, err = read("project", in.Project, `SELECT id FROM record WHERE id = ? AND (district = ? AND town IN ('', ?) OR district = ?)`)
	return out, err
}

// Approve is the word of the second post.
type Approve struct {
	Refuse bool   `json:"refuse,omitempty"`
	Reason string `json:"reason,omitempty" doc:"Needed to refuse"`
}

// Approve books a line, or refuses it. Two that are approved at the same time
// follow each other, since each holds the fund until it is done: together they
// cannot take more than there is. Faults: fund.own_proposal,
// fund.overdrawn, fund.line_decided.
func (d *Desk) Approve(ctx context.Context, cmd engine.Command, id ident.ID, in Approve) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "approve_payment", func(b *engine.Bundle) (ident.ID, error) {
		p, err := engine.Peek[fund.Payment](b, id)
		if err != nil {
			return 0, err
		}
		if _, err := holders(b, p.Fund, access.ApprovePayment); err != nil {
			return 0, err
		}
		if in.Refuse {
			return id, engine.Change(b, "refuse", id, func(p *fund.Payment) error { return p.Refuse(cmd.Actor.ID, in.Reason) })
		}
		balance, _, err := engine.Sum[fund.Payment](b.Query(), engine.Where{About: p.Fund})
		if err != nil {
			return 0, err
		}
		return id, engine.Change(b, "book", id, func(p *fund.Payment) error { return p.Approve(cmd.Actor.ID, balance) })
	})
}

// Publish publishes a booked line.
func (d *Desk) Publish(ctx context.Context, cmd engine.Command, id ident.ID, _ struct{}) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "publish_payment", func(b *engine.Bundle) (ident.ID, error) {
		p, err := engine.Peek[fund.Payment](b, id)
		if err != nil {
			return 0, err
		}
		if _, err := holders(b, p.Fund, access.ApprovePayment); err != nil {
			return 0, err
		}
		return id, engine.Change(b, "publish", id, func(p *fund.Payment) error { return p.Publish(b.Today()) })
	})
}

// Reverse sets a booked line right by a line against it.
type Reverse struct {
	Reason string `json:"reason"`
}

// Reverse proposes the line against a booked one; a line is reversed once.
// Faults: fund.line_not_booked, fund.is_reversal, record.key_taken.
func (d *Desk) Reverse(ctx context.Context, cmd engine.Command, id ident.ID, in Reverse) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "reverse_payment", func(b *engine.Bundle) (ident.ID, error) {
		p, err := engine.Peek[fund.Payment](b, id)
		if err != nil {
			return 0, err
		}
		if _, err := holders(b, p.Fund, access.KeepFund); err != nil {
			return 0, err
		}
		r, err := p.Reversal(id, in.Reason, cmd.Actor.ID, b.Today())
		if err != nil {
			return 0, err
		}
		return engine.Enter(b, "reverse", r)
	})
}

// State is a fund with its balance, and whether what it was granted is outside
// of what is usual.
type State struct {
	register.Record[fund.Fund]
	Balance int64
	Outside bool
}

// Funds lists the funds an actor may see, newest first.
func (d *Desk) Funds(ctx context.Context, actor access.Actor, before ident.ID, limit int) ([]State, error) {
	if limit < 1 || limit > MostRows {
		return nil, fault.Field("limit", "page.size", limit, MostRows)
	}
	var out []State
	err := d.e.DB().Read(ctx, func(v *store.View) error {
		out = nil
		rows, err := engine.Find[fund.Fund](v, engine.Where{Before: before, Limit: limit, May: &actor, Action: access.ReadFund})
		if err != nil {
			return err
		}
		for _, r := range rows {
			s, err := d.state(v, r)
			if err != nil {
				return err
			}
			out = append(out, s)
		}
		return nil
	})
	return out, err
}

// One returns one fund with its balance. Fault: record.not_found.
func (d *Desk) One(ctx context.Context, actor access.Actor, id ident.ID) (*State, error) {
	r, err := engine.Get[fund.Fund](ctx, d.e, actor, access.ReadFund, id)
	if err != nil {
		return nil, err
	}
	var out State
	err = d.e.DB().Read(ctx, func(v *store.View) (err error) {
		out, err = d.state(v, *r)
		return err
	})
	return &out, err
}

func (d *Desk) state(q store.Querier, r register.Record[fund.Fund]) (State, error) {
	balance, _, err := engine.Sum[fund.Payment](q, engine.Where{About: r.ID})
	u, ok := d.e.City().Org.Unit(r.Fact.Holder)
	return State{r, balance, ok && u.Level == org.Town && r.Fact.Source == "BUDGET" && d.usual().Outside(r.Fact.Granted)}, err
}

// usual is the published range of a street's own money, from the city's facts
// in ten thousand yuan.
func (d *Desk) usual() (r fund.Range) {
	for _, f := range d.e.City().Facts {
		n, err := strconv.ParseInt(f.Value, 10, 64)
		if f.Mechanism != "BJ-15" || f.Unit != "万元" || err != nil {
			continue
		}
		const tenThousandYuan = 10_000 * 100
		switch n *= tenThousandYuan; {
		case strings.HasSuffix(f.Code, "_FUND_LEAST"):
			r.Least = n
		case strings.HasSuffix(f.Code, "_FUND_MOST"):
			r.Most = n
		}
	}
	return r
}

// Lines lists the lines of a fund, newest first, to whoever may see it.
func (d *Desk) Lines(ctx context.Context, actor access.Actor, id, before ident.ID, limit int) ([]register.Record[fund.Payment], error) {
	if limit < 1 || limit > MostRows {
		return nil, fault.Field("limit", "page.size", limit, MostRows)
	}
	if _, err := engine.Get[fund.Fund](ctx, d.e, actor, access.ReadFund, id); err != nil {
		return nil, err
	}
	var out []register.Record[fund.Payment]
	err := d.e.DB().Read(ctx, func(v *store.View) (err error) {
		out, err = engine.Find[fund.Payment](v, engine.Where{About: id, Before: before, Limit: limit})
		return err
	})
	return out, err
}

// Join is a community partner (社区合伙人).
type Join struct {
	Unit  string `json:"unit" maxLength:"64" doc:"Community that keeps the register"`
	Name  string `json:"name" maxLength:"200" doc:"Organisation"`
	Offer string `json:"offer" doc:"What it brings"`
	To    int    `json:"to,omitempty"`
}

// Join enters a partner. Faults: unit.unknown, record.key_taken, text.missing.
func (d *Desk) Join(ctx context.Context, cmd engine.Command, in Join) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "join_partner", func(b *engine.Bundle) (ident.ID, error) {
		u, ok := b.City().Org.Unit(in.Unit)
		if !ok {
			return 0, fault.Field("unit", "unit.unknown", in.Unit)
		}
		p := fund.Partner{From: b.Today(), Name: in.Name, Offer: in.Offer, Place: b.City().Territory.Address(u.Territory), To: in.To, Unit: in.Unit}
		if err := access.Allow(cmd.Actor, access.KeepFund, access.Subject{Place: p.Place, Desk: in.Unit}); err != nil {
			return 0, err
		}
		if err := p.Check(); err != nil {
			return 0, err
		}
		return engine.Enter(b, "join", &p)
	})
}

// Partners lists the partners an actor may see, newest first.
func (d *Desk) Partners(ctx context.Context, actor access.Actor, before ident.ID, limit int) ([]register.Record[fund.Partner], error) {
	if limit < 1 || limit > MostRows {
		return nil, fault.Field("limit", "page.size", limit, MostRows)
	}
	var out []register.Record[fund.Partner]
	err := d.e.DB().Read(ctx, func(v *store.View) (err error) {
		out, err = engine.Find[fund.Partner](v, engine.Where{Before: before, Limit: limit, May: &actor, Action: access.ReadFund})
		return err
	})
	return out, err
}
