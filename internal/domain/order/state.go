// Package order holds the order: one commitment of exactly one accountable
// unit, with its states, the moves between them, its cards, objection and
// requests for time. Everything assigned is an order. It knows no matter
// beyond its number, and no database.
package order

import (
	"slices"

	"huying/internal/fault"
)

// Status is where an order stands.
type Status string

// The states of an order.
const (
	Issued     Status = "ISSUED"      // told to the debtor
	Accepted   Status = "ACCEPTED"    // signed, or taken as signed
	InProgress Status = "IN_PROGRESS" // being worked on
	Responded  Status = "RESPONDED"   // answered with evidence, not yet judged
	Rework     Status = "REWORK"      // the answer was rejected
	Objected   Status = "OBJECTED"    // the debtor says it is not its duty
	Fulfilled  Status = "FULFILLED"   // judged good by somebody else
	Reassigned Status = "REASSIGNED"  // objection upheld; another order stands in its place
	Withdrawn  Status = "WITHDRAWN"   // taken back by the creditor or by a rule
)

// Statuses lists every state, in the order of an order's life.
var Statuses = []Status{Issued, Accepted, InProgress, Responded, Rework, Objected, Fulfilled, Reassigned, Withdrawn}

// Who makes a move.
const (
	ByDebtor   = "debtor"
	ByCreditor = "creditor"
	ByJudge    = "judge"
	ByReview   = "review"
	ByClock    = "clock"
	ByRule     = "rule"
)

// Move is one permitted change of state, who makes it and why it exists.
type Move struct {
	From, To Status
	By       string
	Why      string
}

// Moves is every permitted change of state; a pair absent from it is refused.
var Moves = []Move{
	{Issued, Accepted, ByDebtor, "the debtor signs; unsigned after the sign window, the clock signs for it and the signature counts as late"},
	{Issued, Objected, ByDebtor, "the debtor objects within its window, unless a conference has bound it"},
	{Issued, InProgress, ByDebtor, "work begins at once; starting is signing"},
	{Issued, Responded, ByDebtor, "answered at once; answering is signing"},
	{Issued, Withdrawn, ByCreditor, "the creditor takes the order back with a reason"},
	{Accepted, InProgress, ByDebtor, "work begins"},
	{Accepted, Responded, ByDebtor, "answered with the evidence the duty asks for"},
	{Accepted, Objected, ByDebtor, "a signature by the clock does not take the right to object within the window"},
	{Accepted, Withdrawn, ByCreditor, "the creditor takes the order back with a reason"},
	{InProgress, Responded, ByDebtor, "answered with the evidence the duty asks for"},
	{InProgress, Withdrawn, ByCreditor, "the creditor takes the order back with a reason"},
	{Responded, Fulfilled, ByJudge, "a judge other than the debtor finds it done"},
	{Responded, Rework, ByJudge, "a judge other than the debtor finds it not done"},
	{Responded, Withdrawn, ByRule, "the matter ended another way before anybody judged"},
	{Rework, InProgress, ByDebtor, "work begins again"},
	{Rework, Responded, ByDebtor, "answered again"},
	{Rework, Withdrawn, ByCreditor, "the creditor gives the work to another unit"},
	{Fulfilled, Rework, ByJudge, "the matter was reopened, or a sample check found the work undone"},
	{Objected, Issued, ByReview, "the objection is rejected; the order stands"},
	{Objected, Accepted, ByReview, "a conference binds the debtor, which may refuse no more"},
	{Objected, Reassigned, ByReview, "the objection is upheld, or a conference names another unit"},
	{Objected, Withdrawn, ByCreditor, "the creditor gives way before the review"},
}

// CanMove reports whether an order may go from one state to the other, as a
// fault order.move_refused if it may not.
func CanMove(from, to Status) error {
	if slices.ContainsFunc(Moves, func(m Move) bool { return m.From == from && m.To == to }) {
		return nil
	}
	return fault.New(fault.Conflict, "order.move_refused", string(from), string(to))
}

// Open reports whether the order still binds its debtor.
func (s Status) Open() bool { return s != Fulfilled && s != Reassigned && s != Withdrawn }

// Owing reports whether the debtor has to act.
func (s Status) Owing() bool {
	return s == Issued || s == Accepted || s == InProgress || s == Rework
}

// Known reports whether a word is a state of an order.
func Known(status string) bool { return slices.Contains(Statuses, Status(status)) }
