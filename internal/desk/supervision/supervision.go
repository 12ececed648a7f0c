// Package supervision is the desk that judges and holds to account: verdicts,
// reopening, level-up, reminders, cards and their appeals, supervision letters,
// exclusions and the weekly sample audit. What is permitted is decided by
// domain/matter.
package supervision

import (
	"context"

	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/engine"
	"huying/internal/ident"
)

// Desk runs the commands. It is safe for concurrent use.
type Desk struct{ e *engine.Engine }

// New returns the desk over an engine.
func New(e *engine.Engine) *Desk { return &Desk{e} }

// Judge is a verdict on an answered matter.
type Judge struct {
	Resolved     string `json:"resolved" enum:"YES,PARTIAL,NO"`
	Satisfaction int    `json:"satisfaction,omitempty" minimum:"0" maximum:"5" doc:"1 very dissatisfied … 5 very satisfied, 0 not given"`
	Contacted    bool   `json:"contacted,omitempty" doc:"The unit got in touch with the caller"`
	Comment      string `json:"comment,omitempty"`
	ByPhone      bool   `json:"by_phone,omitempty" doc:"Staff writes down what the caller said at callback"`
	Voter        string `json:"voter,omitempty" maxLength:"40" doc:"Number of the merged matter whose caller speaks"`
}

// Judge records a verdict.
func (d *Desk) Judge(ctx context.Context, cmd engine.Command, no ident.ID, in Judge) (*engine.State, error) {
	j := matter.Judgement{
		ByPhone: in.ByPhone, Contacted: in.Contacted, Resolved: matter.Resolved(in.Resolved),
		Satisfaction: in.Satisfaction, Comment: in.Comment,
	}
	if in.Comment != "" {
		j.CommentHash = d.e.TextHash(in.Comment)
	}
	if in.Voter != "" {
		voter, err := ident.ParseNumber(in.Voter)
		if err != nil {
			return nil, err
		}
		j.Voter = voter
	}
	return d.e.Act(ctx, cmd, "judge", no, func(f *matter.File) error { return f.Judge(j) })
}

// Reason is the input of commands that only need to say why.
type Reason struct {
	Reason string `json:"reason"`
}

// Reopen brings a closed matter back.
func (d *Desk) Reopen(ctx context.Context, cmd engine.Command, no ident.ID, in Reason) (*engine.State, error) {
	return d.e.Act(ctx, cmd, "reopen", no, func(f *matter.File) error { return f.Reopen(in.Reason) })
}

// LevelUp is the caller's way up.
func (d *Desk) LevelUp(ctx context.Context, cmd engine.Command, no ident.ID, in Reason) (*engine.State, error) {
	return d.e.Act(ctx, cmd, "level_up", no, func(f *matter.File) error { return f.LevelUp(in.Reason) })
}

// Remind urges a unit; it changes no score.
type Remind struct {
	Note string `json:"note,omitempty"`
}

// Remind sends a reminder about an order.
func (d *Desk) Remind(ctx context.Context, cmd engine.Command, no ident.ID, in Remind) (*engine.State, error) {
	return d.e.ActOrder(ctx, cmd, "remind", no, func(f *matter.File, o *order.Order) error { return f.Remind(o, in.Note) })
}

// Supervise issues a numbered letter about an order.
type Supervise struct {
	Grounds string `json:"grounds"`
}

// Supervise issues the letter; its reply is an order of its own. A street that
// supervises the part of another unit in a composite matter needs the power in
// force that day (BJ-12). Fault: power.not_held.
func (d *Desk) Supervise(ctx context.Context, cmd engine.Command, no ident.ID, in Supervise) (*engine.State, error) {
	if err := d.mayCompose(ctx, cmd, no); err != nil {
		return nil, err
	}
	return d.e.ActOrder(ctx, cmd, "supervise", no, func(f *matter.File, o *order.Order) error { return f.Supervise(o, in.Grounds) })
}

// AppealCard contests a card.
type AppealCard struct {
	Colour string `json:"colour" enum:"BLUE,YELLOW,RED"`
	Reason string `json:"reason"`
}

// AppealCard files an appeal against a card of an order.
func (d *Desk) AppealCard(ctx context.Context, cmd engine.Command, no ident.ID, in AppealCard) (*engine.State, error) {
	return d.e.ActOrder(ctx, cmd, "appeal_card", no, func(f *matter.File, o *order.Order) error {
		return f.AppealCard(o, order.Colour(in.Colour), in.Reason)
	})
}

// DecideCard decides an appeal.
type DecideCard struct {
	Colour string `json:"colour" enum:"BLUE,YELLOW,RED"`
	Uphold bool   `json:"uphold"`
	Note   string `json:"note"`
}

// DecideCard upholds or rejects an appeal against a card.
func (d *Desk) DecideCard(ctx context.Context, cmd engine.Command, no ident.ID, in DecideCard) (*engine.State, error) {
	return d.e.ActOrder(ctx, cmd, "decide_card", no, func(f *matter.File, o *order.Order) error {
		return f.DecideCard(o, order.Colour(in.Colour), in.Uphold, in.Note)
	})
}

// RequestExclusion asks that a matter does not count.
type RequestExclusion struct {
	Ground string `json:"ground" maxLength:"64" doc:"Code from the city's closed list"`
	Reason string `json:"reason"`
}

// RequestExclusion files the request.
func (d *Desk) RequestExclusion(ctx context.Context, cmd engine.Command, no ident.ID, in RequestExclusion) (*engine.State, error) {
	return d.e.Act(ctx, cmd, "request_exclusion", no, func(f *matter.File) error { return f.RequestExclusion(in.Ground, in.Reason) })
}

// Decide is a yes or no with its note.
type Decide struct {
	Grant bool   `json:"grant"`
	Note  string `json:"note"`
}

// DecideExclusion is the assessor's decision.
func (d *Desk) DecideExclusion(ctx context.Context, cmd engine.Command, no ident.ID, in Decide) (*engine.State, error) {
	return d.e.Act(ctx, cmd, "decide_exclusion", no, func(f *matter.File) error { return f.DecideExclusion(in.Grant, in.Note) })
}

// Check is what a sample check found.
type Check struct {
	Pass bool   `json:"pass"`
	Note string `json:"note,omitempty" doc:"Needed when it is not solved"`
}

// Check records the result of a sample check, by the number of its order.
func (d *Desk) Check(ctx context.Context, cmd engine.Command, no ident.ID, in Check) (*engine.State, error) {
	return d.e.ActOrder(ctx, cmd, "check", no, func(f *matter.File, o *order.Order) error { return f.Check(o, in.Pass, in.Note) })
}
