// Package dispatch is the desk that gives orders and the units that answer
// them: issue, sign, respond, judge, object, confer, extend, pause and defer.
// Every command runs through the engine; what is permitted is decided by
// domain/matter, and this package only names the commands and their inputs.
package dispatch

import (
	"context"
	"time"

	"huying/internal/domain/calendar"
	"huying/internal/domain/clock"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
)

// Desk runs the commands. It is safe for concurrent use.
type Desk struct{ e *engine.Engine }

// New returns the desk over an engine.
func New(e *engine.Engine) *Desk { return &Desk{e} }

// Issue orders units to answer a matter. With no orders given, the units are
// those of the duty list.
type Issue struct {
	Kind   string  `json:"kind,omitempty" enum:"DISPATCH,MEDIATION" doc:"DISPATCH unless the class is 小事, then MEDIATION"`
	Orders []Given `json:"orders,omitempty" maxItems:"30" doc:"Empty: the units the duty list names"`
}

// Given is one order to give.
type Given struct {
	Debtor  string `json:"debtor" maxLength:"64" doc:"Code of the accountable unit"`
	Role    string `json:"role,omitempty" enum:"SOLE,LEAD,CO" doc:"Empty: SOLE, or CO beside an open lead"`
	Limit   string `json:"limit,omitempty" maxLength:"64" doc:"Shorter than the duty list's, e.g. 4 WORK_HOUR"`
	Content string `json:"content,omitempty" doc:"What is asked"`
	Basis   string `json:"basis,omitempty" maxLength:"500" doc:"Why this unit, beyond the duty list"`
}

// Issue gives the orders. Faults: those of matter.File.Issue, power.not_held.
func (d *Desk) Issue(ctx context.Context, cmd engine.Command, no ident.ID, in Issue) (*engine.State, error) {
	list, err := assignments(in.Orders)
	if err != nil {
		return nil, err
	}
	if err := d.mayCommand(ctx, cmd, in.Orders); err != nil {
		return nil, err
	}
	return d.e.Act(ctx, cmd, "issue", no, func(f *matter.File) error {
		kind := order.Kind(in.Kind)
		if kind == "" {
			kind = f.OrderKind()
		}
		given := list
		if len(given) == 0 {
			given = f.Proposal()
		}
		return f.Issue(kind, given)
	})
}

func assignments(orders []Given) ([]matter.Assignment, error) {
	list := make([]matter.Assignment, 0, len(orders))
	for _, g := range orders {
		a := matter.Assignment{Debtor: g.Debtor, Role: order.Role(g.Role), Content: g.Content, Basis: g.Basis}
		if g.Limit != "" {
			limit, err := calendar.ParseLimit(g.Limit)
			if err != nil {
				return nil, err
			}
			a.Limit = limit
		}
		list = append(list, a)
	}
	return list, nil
}

// Sign accepts an order.
func (d *Desk) Sign(ctx context.Context, cmd engine.Command, no ident.ID, _ struct{}) (*engine.State, error) {
	return d.e.ActOrder(ctx, cmd, "sign", no, (*matter.File).Sign)
}

// Work tells that work on an order has begun.
func (d *Desk) Work(ctx context.Context, cmd engine.Command, no ident.ID, _ struct{}) (*engine.State, error) {
	return d.e.ActOrder(ctx, cmd, "work", no, (*matter.File).Work)
}

// Respond answers an order.
type Respond struct {
	Text     string   `json:"text" doc:"What was done"`
	How      string   `json:"how,omitempty" doc:"How it was done; needed of a team that was sent"`
	Evidence []Record `json:"evidence,omitempty" maxItems:"50" doc:"What shows it; the duty list names what is required"`
	Result   string   `json:"result,omitempty" enum:"AGREE,DISAGREE,CONDITIONS" doc:"Of an opinion that was asked for"`
}

// Record is one piece of evidence, by the hash of what was uploaded.
type Record struct {
	Kind       string    `json:"kind" enum:"PHOTO,DOC,RECORD,AUDIO,READING,SIGNATURE,STATEMENT"`
	Hash       string    `json:"hash" minLength:"64" maxLength:"64" doc:"SHA-256 in lower-case hex, as the upload answered"`
	Name       string    `json:"name,omitempty" maxLength:"200"`
	Size       int64     `json:"size,omitempty" minimum:"0"`
	CapturedAt time.Time `json:"captured_at,omitempty"`
}

// Respond answers the order with its evidence.
func (d *Desk) Respond(ctx context.Context, cmd engine.Command, no ident.ID, in Respond) (*engine.State, error) {
	r := matter.Response{How: in.How, Text: in.Text, Result: in.Result}
	for _, x := range in.Evidence {
		r.Evidence = append(r.Evidence, order.Evidence{
			Kind: x.Kind, Hash: x.Hash, Name: x.Name, Size: x.Size, CapturedAt: clock.At(x.CapturedAt),
		})
	}
	return d.e.ActOrder(ctx, cmd, "respond", no, func(f *matter.File, o *order.Order) error { return f.Respond(o, r) })
}

// JudgeOrder is the creditor's word on an answer.
type JudgeOrder struct {
	Done   bool   `json:"done"`
	Reason string `json:"reason,omitempty" doc:"Needed when it is not done"`
}

// JudgeOrder accepts or rejects the answer of an order.
func (d *Desk) JudgeOrder(ctx context.Context, cmd engine.Command, no ident.ID, in JudgeOrder) (*engine.State, error) {
	return d.e.ActOrder(ctx, cmd, "judge_order", no, func(f *matter.File, o *order.Order) error { return f.JudgeOrder(o, in.Done, in.Reason) })
}

// Reason is the input of commands that only need to say why.
type Reason struct {
	Reason string `json:"reason"`
}

// Withdraw takes an order back.
func (d *Desk) Withdraw(ctx context.Context, cmd engine.Command, no ident.ID, in Reason) (*engine.State, error) {
	return d.e.ActOrder(ctx, cmd, "withdraw", no, func(f *matter.File, o *order.Order) error { return f.Withdraw(o, in.Reason) })
}

// Object says that an order is not the unit's duty.
type Object struct {
	Reason string `json:"reason"`
	Basis  string `json:"basis,omitempty" maxLength:"500" doc:"Rule or list that says so"`
	Names  string `json:"names,omitempty" maxLength:"64" doc:"Code of the unit whose duty it is"`
}

// Object files an objection.
func (d *Desk) Object(ctx context.Context, cmd engine.Command, no ident.ID, in Object) (*engine.State, error) {
	return d.e.ActOrder(ctx, cmd, "object", no, func(f *matter.File, o *order.Order) error {
		return f.Object(o, in.Reason, in.Basis, in.Names)
	})
}

// DecideObjection is the review of an objection.
type DecideObjection struct {
	Uphold bool   `json:"uphold"`
	To     string `json:"to,omitempty" maxLength:"64" doc:"Unit ordered in its place; empty: the desk chooses"`
	Note   string `json:"note"`
}

// DecideObjection upholds or rejects an objection.
func (d *Desk) DecideObjection(ctx context.Context, cmd engine.Command, no ident.ID, in DecideObjection) (*engine.State, error) {
	return d.e.ActOrder(ctx, cmd, "decide_objection", no, func(f *matter.File, o *order.Order) error {
		return f.DecideObjection(o, in.Uphold, in.To, in.Note)
	})
}

// Convene calls units to a conference.
type Convene struct {
	Parties []string `json:"parties" minItems:"2" maxItems:"50"`
	Reason  string   `json:"reason"`
}

// Convene opens a conference on a matter.
func (d *Desk) Convene(ctx context.Context, cmd engine.Command, no ident.ID, in Convene) (*engine.State, error) {
	return d.e.Act(ctx, cmd, "convene", no, func(f *matter.File) error { return f.Convene(in.Parties, in.Reason) })
}

// DecideConference is the binding decision.
type DecideConference struct {
	Minutes string   `json:"minutes"`
	Lead    string   `json:"lead" maxLength:"64"`
	Co      []string `json:"co,omitempty" maxItems:"30"`
}

// DecideConference ends a conference; nobody named may refuse any more.
func (d *Desk) DecideConference(ctx context.Context, cmd engine.Command, no ident.ID, in DecideConference) (*engine.State, error) {
	return d.e.Act(ctx, cmd, "decide_conference", no, func(f *matter.File) error {
		return f.DecideConference(in.Minutes, in.Lead, in.Co)
	})
}

// AskExtension asks for more time.
type AskExtension struct {
	Limit  string `json:"limit" maxLength:"64" doc:"How much more, e.g. 3 WD"`
	Reason string `json:"reason"`
}

// AskExtension files a request for time.
func (d *Desk) AskExtension(ctx context.Context, cmd engine.Command, no ident.ID, in AskExtension) (*engine.State, error) {
	return d.e.ActOrder(ctx, cmd, "ask_extension", no, func(f *matter.File, o *order.Order) error {
		return f.AskExtension(o, in.Limit, in.Reason)
	})
}

// Decide is a yes or no with a note, which a no needs.
type Decide struct {
	Grant bool   `json:"grant"`
	Note  string `json:"note,omitempty"`
}

// DecideExtension grants or refuses time.
func (d *Desk) DecideExtension(ctx context.Context, cmd engine.Command, no ident.ID, in Decide) (*engine.State, error) {
	return d.e.ActOrder(ctx, cmd, "decide_extension", no, func(f *matter.File, o *order.Order) error {
		return f.DecideExtension(o, in.Grant, in.Note)
	})
}

// Pause stops the units' clocks for a lawful reason.
type Pause struct {
	Reason string    `json:"reason" maxLength:"64" doc:"Code from the city's closed list"`
	Until  time.Time `json:"until"`
}

// Pause stops the clocks of a matter.
func (d *Desk) Pause(ctx context.Context, cmd engine.Command, no ident.ID, in Pause) (*engine.State, error) {
	until, err := instant(in.Until, "until")
	if err != nil {
		return nil, err
	}
	return d.e.Act(ctx, cmd, "pause", no, func(f *matter.File) error { return f.Pause(in.Reason, until) })
}

// Resume ends a pause.
func (d *Desk) Resume(ctx context.Context, cmd engine.Command, no ident.ID, _ struct{}) (*engine.State, error) {
	return d.e.Act(ctx, cmd, "resume", no, (*matter.File).Resume)
}

// Defer puts a matter on account with a plan and a review date.
type Defer struct {
	Reason string    `json:"reason"`
	Plan   string    `json:"plan"`
	Review time.Time `json:"review"`
}

// Defer defers a matter.
func (d *Desk) Defer(ctx context.Context, cmd engine.Command, no ident.ID, in Defer) (*engine.State, error) {
	review, err := instant(in.Review, "review")
	if err != nil {
		return nil, err
	}
	return d.e.Act(ctx, cmd, "defer", no, func(f *matter.File) error { return f.Defer(in.Reason, in.Plan, review) })
}

// Undefer takes a deferred matter up again.
func (d *Desk) Undefer(ctx context.Context, cmd engine.Command, no ident.ID, _ struct{}) (*engine.State, error) {
	return d.e.Act(ctx, cmd, "undefer", no, (*matter.File).Undefer)
}

// Contact records an attempt to reach the caller.
type Contact struct {
	Channel string `json:"channel" maxLength:"64" doc:"PHONE, SMS, VISIT, …"`
	Reached bool   `json:"reached"`
}

// Contact records an attempt to reach the caller of a matter.
func (d *Desk) Contact(ctx context.Context, cmd engine.Command, no ident.ID, in Contact) (*engine.State, error) {
	return d.e.Act(ctx, cmd, "contact", no, func(f *matter.File) error { return f.Contact(in.Channel, in.Reached) })
}

// instant checks a date that came from outside: no year 0 and none 9999.
func instant(t time.Time, field string) (clock.Instant, error) {
	if y := t.Year(); y < 2000 || y > 2200 {
		return 0, fault.Field(field, "date.impossible", y)
	}
	return clock.At(t), nil
}
