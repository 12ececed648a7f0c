// Package matter holds the matter: one call and everything that happens until
// somebody other than the unit that answered says it is solved. Its File is
// the matter with its orders; every command is a method of File that checks,
// changes and says what it did. It knows no database, no ticker and no face.
package matter

import (
	"slices"

	"huying/internal/fault"
)

// Status is where a matter stands.
type Status string

// The states of a matter.
const (
	Received Status = "RECEIVED"         // a call came in
	Verified Status = "VERIFIED"         // it is real, new and a public duty
	Referred Status = "REFERRED"         // told or handed to the lawful channel
	Advised  Status = "ADVISED"          // answered at once, or a private affair
	Merged   Status = "MERGED"           // the same problem as another matter
	Triaged  Status = "TRIAGED"          // its class is decided, no order yet
	Ordered  Status = "ORDERED"          // a unit owes an answer
	Awaiting Status = "AWAITING_VERDICT" // answered; the caller or a checker judges
	Closed   Status = "CLOSED"           // judged solved
	Reopened Status = "REOPENED"         // judged unsolved: the units owe again
	Deferred Status = "DEFERRED"         // cannot be solved now; looked at again by a date
)

// Statuses lists every state, in the order of a matter's life.
var Statuses = []Status{Received, Verified, Referred, Advised, Merged, Triaged, Ordered, Awaiting, Reopened, Deferred, Closed}

// Who makes a move.
const (
	ByDesk   = "desk"
	ByCaller = "caller"
	ByJudge  = "judge"
	ByClock  = "clock"
	ByRule   = "rule"
)

// Move is one permitted change of state, who makes it and why it exists.
type Move struct {
	From, To Status
	By       string
	Why      string
}

// Moves is every permitted change of state; a pair absent from it is refused.
// No edge lets a debtor reach CLOSED.
var Moves = []Move{
	{Received, Verified, ByDesk, "the desk finds the call real and a public duty; for instant classes a rule does"},
	{Received, Referred, ByDesk, "another channel is the lawful one (emergency numbers, courts, petition), and the caller is told"},
	{Received, Advised, ByDesk, "a question is answered at once, or the affair is private and the caller is advised"},
	{Received, Merged, ByDesk, "the same problem was called in before"},
	{Verified, Triaged, ByDesk, "the desk decides the class and tells the caller why"},
	{Verified, Advised, ByDesk, "triage finds a private affair; the caller may appeal once"},
	{Verified, Referred, ByDesk, "verification shows that another channel is the lawful one"},
	{Verified, Merged, ByDesk, "the same problem was called in before"},
	{Triaged, Ordered, ByDesk, "a unit is ordered to answer"},
	{Triaged, Merged, ByDesk, "the same problem was called in before"},
	{Triaged, Verified, ByCaller, "the caller appeals the class; the street decides"},
	{Triaged, Deferred, ByDesk, "it cannot be solved now; a plan and a review date are set and the caller is told"},
	{Ordered, Awaiting, ByRule, "every required order is answered"},
	{Ordered, Triaged, ByRule, "no order is open any more: withdrawn, or the level had its time"},
	{Ordered, Merged, ByDesk, "the same problem was called in before"},
	{Ordered, Verified, ByCaller, "the caller appeals the class; the street decides"},
	{Ordered, Deferred, ByDesk, "it cannot be solved now; a plan and a review date are set and the caller is told"},
	{Awaiting, Closed, ByJudge, "a judge other than the debtor finds it solved"},
	{Awaiting, Reopened, ByJudge, "a judge finds it unsolved or solved in part"},
	{Awaiting, Ordered, ByJudge, "the creditor rejects an answer"},
	{Reopened, Awaiting, ByRule, "every required order is answered again"},
	{Reopened, Ordered, ByDesk, "the desk gives a new order"},
	{Reopened, Triaged, ByRule, "no order is open any more: withdrawn, or the level had its time"},
	{Reopened, Deferred, ByDesk, "it cannot be solved now; a plan and a review date are set and the caller is told"},
	{Deferred, Ordered, ByClock, "the review date came, or the desk takes it up again: open orders run on"},
	{Deferred, Triaged, ByClock, "the review date came, or the desk takes it up again: a new order is needed"},
	{Deferred, Awaiting, ByRule, "the plan was carried out: every required order is answered"},
	{Closed, Reopened, ByJudge, "the caller comes back in time, or a sample check finds the work undone"},
	{Advised, Verified, ByCaller, "the caller appeals the class; the street decides"},
	{Referred, Received, ByDesk, "the other channel says it is not theirs"},
	{Merged, Received, ByDesk, "unmerged: it was another problem"},
	{Merged, Verified, ByDesk, "unmerged: it was another problem"},
	{Merged, Triaged, ByDesk, "unmerged: it was another problem"},
}

// CanMove reports whether a matter may go from one state to the other, as a
// fault matter.move_refused if it may not.
func CanMove(from, to Status) error {
	if slices.ContainsFunc(Moves, func(m Move) bool { return m.From == from && m.To == to }) {
		return nil
	}
	return fault.New(fault.Conflict, "matter.move_refused", string(from), string(to))
}

// Open reports whether somebody still has to act on the matter.
func (s Status) Open() bool {
	switch s {
	case Referred, Advised, Merged, Closed:
		return false
	}
	return true
}
