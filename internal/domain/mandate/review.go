package mandate

import (
	"slices"

	"huying/internal/domain/duty"
	"huying/internal/domain/register"
	"huying/internal/domain/territory"
	"huying/internal/fault"
	"huying/internal/ident"
)

// Decision is the word of a yearly review (LH-26).
type Decision string

// The decisions.
const (
	Keep     Decision = "KEEP"
	Adjust   Decision = "ADJUST"
	TakeBack Decision = "TAKE_BACK"
)

// Decisions lists every decision.
var Decisions = []Decision{Keep, Adjust, TakeBack}

// Review is what was found of a delegated power after a year, and what was
// decided.
type Review struct {
	Capacity   string            `json:"capacity"` // whether the town can bear it
	Cost       int64             `json:"cost,omitempty"`
	Decided    Signed            `json:"decided"`
	Decision   Decision          `json:"decision"`
	Delegation ident.ID          `json:"delegation"`
	Giver      string            `json:"giver"`
	Kind       duty.Kind         `json:"kind,omitempty"` // of an item that is adjusted
	List       ident.ID          `json:"list,omitempty"` // the draft of the list's next version
	Outcome    string            `json:"outcome"`
	Place      territory.Address `json:"place"`
	Taker      string            `json:"taker"`
	Uses       int64             `json:"uses"` // matters in the twelve months before
	Year       int               `json:"year"`
}

// ReviewRegister is the register of reviews.
const ReviewRegister register.Name = "DELEGATION_REVIEW"

// Line tells the columns. A power is reviewed once a year.
func (r Review) Line() register.Line {
	key := ""
	if r.Delegation != 0 {
		key = r.Delegation.Number() + "/" + year(r.Year)
	}
	return register.Line{
		Register: ReviewRegister, Place: r.Place, Unit: r.Taker, Other: r.Giver, Key: key, Status: string(r.Decision), From: r.Decided.Day, About: r.Delegation, Amount: r.Uses,
	}
}

// Check asks for a decision with its grounds.
// Faults: review.decision_unknown, review.kind_unknown, text.missing.
func (r *Review) Check() error {
	if !slices.Contains(Decisions, r.Decision) {
		return fault.Field("decision", "review.decision_unknown", string(r.Decision))
	}
	if adjusts := r.Decision == Adjust; adjusts && r.Kind != duty.Basic && r.Kind != duty.Assist || !adjusts && r.Kind != "" {
		return fault.Field("kind", "review.kind_unknown", string(r.Kind))
	}
	if r.Capacity == "" {
		return fault.Field("capacity", "text.missing", "capacity")
	}
	if r.Outcome == "" {
		return fault.Field("outcome", "text.missing", "outcome")
	}
	return nil
}

// Rewrite changes an item of the town's list as the review decided, and reports
// whether anything changed. giver and taker are the two units as a list names
// them.
func (r *Review) Rewrite(i *Item, giver, taker string) bool {
	was := *i
	others := slices.DeleteFunc(slices.Clone(i.Co), func(unit string) bool { return unit == giver || unit == taker })
	switch {
	case r.Decision == TakeBack:
		i.Kind, i.Lead, i.Co = duty.TakenBack, giver, nil
	case r.Decision == Adjust && r.Kind == duty.Assist:
		i.Kind, i.Lead, i.Co = duty.Assist, giver, append(others, taker)
	case r.Decision == Adjust:
		i.Kind, i.Lead, i.Co = duty.Basic, taker, others
	}
	return i.Kind != was.Kind || i.Lead != was.Lead || !slices.Equal(i.Co, was.Co)
}

// Idle reports whether a power that was not used once in twelve months is to be
// asked about.
func Idle(uses int64, from, today int) bool { return uses == 0 && from != 0 && from <= today-10000 }
