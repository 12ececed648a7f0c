// Package fund holds the money that a street or community may spend of its own
// (街道自主经费、社区基金): every payment answers for something, two posts agree to
// it, and the balance is the sum of the lines. A line is never changed; what
// was wrong is set right by a line against it.
package fund

import (
	"slices"

	"huying/internal/domain/calendar"
	"huying/internal/domain/matter"
	"huying/internal/domain/register"
	"huying/internal/domain/territory"
	"huying/internal/fault"
	"huying/internal/ident"
)

// Sources are where the money of a fund comes from.
var Sources = []string{"BUDGET", "DONATION", "COLLECTIVE", "PROJECT", "OTHER"}

// Fund is one fund of one year. Amounts are in fen.
type Fund struct {
	Granted int64             `json:"granted"` // what the year gives it
	Holder  string            `json:"holder"`
	Name    string            `json:"name"`
	Place   territory.Address `json:"place"`
	Source  string            `json:"source"`
	Year    int               `json:"year"`
}

// Line tells the columns of the register.
func (f Fund) Line() register.Line {
	l := register.Line{Register: "FUND", Place: f.Place, Unit: f.Holder, Status: f.Source, Amount: f.Granted}
	l.From, l.To = calendar.YearDays(f.Year)
	if f.Name != "" {
		l.Key = f.Holder + "/" + f.Name
	}
	return l
}

// mostFen bounds an amount: ten thousand million yuan.
const mostFen = 1e12

// Check reports what is wrong. Faults: text.missing, fund.source_unknown,
// fund.year_wrong, fund.amount_wrong.
func (f *Fund) Check() error {
	var wrong fault.List
	wrong.Add(matter.Words("name", f.Name, true))
	if !slices.Contains(Sources, f.Source) {
		wrong.Add(fault.Field("source", "fund.source_unknown", f.Source))
	}
	if f.Year < 2000 || f.Year > 2200 {
		wrong.Add(fault.Field("year", "fund.year_wrong"))
	}
	if f.Granted < 0 || f.Granted > mostFen {
		wrong.Add(fault.Field("granted", "fund.amount_wrong"))
	}
	return wrong.Err()
}

// The states of a line.
const (
	Proposed = "PROPOSED"
	Booked   = "BOOKED"
	Refused  = "REFUSED"
)

// Basis is why money is spent: the matter or the project that it answers for,
// and the decision by which it is spent.
type Basis struct {
	Decision string   `json:"decision,omitempty"` // of the residents or the office: what, and when
	Matter   ident.ID `json:"matter,omitempty"`
	Project  ident.ID `json:"project,omitempty"` // a record
}

// Payment is one line of a fund: income is positive, spending negative.
type Payment struct {
	Amount    int64             `json:"amount"`
	Approver  string            `json:"approver,omitempty"` // post
	Basis     Basis             `json:"basis"`
	Day       int               `json:"day"`
	Fund      ident.ID          `json:"fund"`
	Holder    string            `json:"holder"`
	Payee     string            `json:"payee,omitempty"` // an organisation or a purpose, never a private person
	Place     territory.Address `json:"place"`
	Proposer  string            `json:"proposer"`            // post
	Published int               `json:"published,omitempty"` // day
	Purpose   string            `json:"purpose"`
	Reason    string            `json:"reason,omitempty"` // of a refusal
	Reverses  ident.ID          `json:"reverses,omitempty"`
	Status    string            `json:"status"`
}

// Line tells the columns of the register: only what is booked has an amount.
func (p Payment) Line() register.Line {
	l := register.Line{Register: "FUND_LINE", Place: p.Place, Unit: p.Holder, Status: p.Status, From: p.Day, About: p.Fund}
	if p.Reverses != 0 {
		l.Key = "reverses/" + p.Reverses.Number() // once
	}
	if p.Status == Booked {
		l.Amount = p.Amount
	}
	return l
}

// Check reports what is wrong with a new line. Faults: fund.amount_wrong,
// text.missing, fund.payment_without_decision, fund.payment_unlinked.
func (p *Payment) Check() error {
	var wrong fault.List
	if p.Amount == 0 || p.Amount < -mostFen || p.Amount > mostFen {
		wrong.Add(fault.Field("amount", "fund.amount_wrong"))
	}
	wrong.Add(matter.Words("purpose", p.Purpose, true))
	wrong.Add(matter.Words("payee", p.Payee, p.Amount < 0))
	if p.Amount < 0 && p.Basis.Decision == "" {
		wrong.Add(fault.Field("decision", "fund.payment_without_decision"))
	}
	if p.Amount < 0 && p.Basis.Matter == 0 && p.Basis.Project == 0 {
		wrong.Add(fault.Field("matter", "fund.payment_unlinked"))
	}
	return wrong.Err()
}

// Approve books a payment by the word of a second post, if the balance lets it.
// Faults: fund.line_decided, fund.own_proposal, fund.overdrawn.
func (p *Payment) Approve(post string, balance int64) error {
	if err := p.second(post); err != nil {
		return err
	}
	if p.Amount < 0 && balance+p.Amount < 0 {
		return fault.New(fault.Conflict, "fund.overdrawn", yuan(balance))
	}
	p.Approver, p.Status = post, Booked
	return nil
}

// Refuse ends a proposed payment. Faults: fund.line_decided,
// fund.own_proposal, text.missing.
func (p *Payment) Refuse(post, reason string) error {
	if err := p.second(post); err != nil {
		return err
	}
	if err := matter.Words("reason", reason, true); err != nil {
		return err
	}
	p.Approver, p.Reason, p.Status = post, reason, Refused
	return nil
}

func (p *Payment) second(post string) error {
	switch {
	case p.Status != Proposed:
		return fault.New(fault.Conflict, "fund.line_decided", p.Status)
	case post == p.Proposer:
		return fault.New(fault.Denied, "fund.own_proposal")
	}
	return nil
}

// Publish marks a booked line as published. Faults: fund.line_not_booked,
// fund.published.
func (p *Payment) Publish(day int) error {
	switch {
	case p.Status != Booked:
		return fault.New(fault.Conflict, "fund.line_not_booked")
	case p.Published != 0:
		return fault.New(fault.Conflict, "fund.published")
	}
	p.Published = day
	return nil
}

// Reversal returns the line that sets a booked one right. Faults:
// fund.line_not_booked, fund.is_reversal, text.missing.
func (p *Payment) Reversal(id ident.ID, reason, post string, day int) (*Payment, error) {
	switch {
	case p.Status != Booked:
		return nil, fault.New(fault.Conflict, "fund.line_not_booked")
	case p.Reverses != 0:
		return nil, fault.New(fault.Conflict, "fund.is_reversal")
	}
	if err := matter.Words("reason", reason, true); err != nil {
		return nil, err
	}
	out := *p
	out.Amount, out.Reverses, out.Purpose, out.Day = -p.Amount, id, reason, day
	out.Approver, out.Proposer, out.Published, out.Status = "", post, 0, Proposed
	return &out, nil
}

func yuan(fen int64) float64 { return float64(fen) / 100 }

// Partner is a community partner (社区合伙人): an organisation that takes part.
type Partner struct {
	From  int               `json:"from"`
	Name  string            `json:"name"`
	Offer string            `json:"offer"` // what it brings
	Place territory.Address `json:"place"`
	To    int               `json:"to,omitempty"`
	Unit  string            `json:"unit"` // community that keeps the register
}

// Line tells the columns of the register.
func (p Partner) Line() register.Line {
	l := register.Line{Register: "PARTNER", Place: p.Place, Unit: p.Unit, From: p.From, To: p.To}
	if p.Name != "" {
		l.Key = p.Unit + "/" + p.Name
	}
	return l
}

// Check reports what is wrong. Fault: text.missing.
func (p *Partner) Check() error {
	var wrong fault.List
	wrong.Add(matter.Words("name", p.Name, true))
	wrong.Add(matter.Words("offer", p.Offer, true))
	return wrong.Err()
}

// Range is what a year's own money of a street usually is, in fen: outside of
// it the figure is shown with a warning, never refused (BJ-15).
type Range struct{ Least, Most int64 }

// Outside reports whether an amount is outside the range; no range warns of
// nothing.
func (r Range) Outside(amount int64) bool {
	return r.Most > 0 && (amount < r.Least || amount > r.Most)
}
