// Package access decides who may do what where: one table from action to role
// and scope, and one rule, Allow, that commands ask and lists are filtered by.
// It denies by default. It knows no session, no token and no database.
package access

import (
	"slices"

	"huying/internal/domain/org"
	"huying/internal/domain/territory"
	"huying/internal/fault"
)

// Action is one thing that may be done.
type Action string

// The actions.
const (
	RaiseCall        Action = "call.raise"
	ReadMatter       Action = "matter.read"
	ReadCaller       Action = "caller.read"
	VerifyMatter     Action = "matter.verify"
	TriageMatter     Action = "matter.triage"
	MergeMatter      Action = "matter.merge"
	DeferMatter      Action = "matter.defer"
	ReopenMatter     Action = "matter.reopen"
	JudgeMatter      Action = "matter.judge"
	RequestExclusion Action = "exclusion.request"
	DecideExclusion  Action = "exclusion.decide"
	IssueOrder       Action = "order.issue"
	AssignTask       Action = "task.assign"  // give a task to a unit; the desk of its mechanism asks for more
	AnswerOrder      Action = "order.answer" // sign, work, respond, object, ask for time
	ChairOrder       Action = "order.chair"  // judge, withdraw, grant time, pause: the creditor's side
	DecideObjection  Action = "objection.decide"
	Remind           Action = "order.remind"
	Supervise        Action = "order.supervise"
	DecideCard       Action = "card.decide"
	SampleAudit      Action = "audit.sample"
	ReadLedger       Action = "ledger.read"
	ReadNumbers      Action = "numbers.read"
	ReadAccessLog    Action = "access_log.read"
	ManagePack       Action = "pack.manage"
	ManageTokens     Action = "token.manage"
	FireClock        Action = "clock.fire"

	ManageAccounts  Action = "account.manage" // accounts, seats, sessions, invitations
	ManageGrants    Action = "grant.manage"
	ReadSystemLog   Action = "log.system"
	ReadSecurityLog Action = "log.security"
	ReadAuditLog    Action = "log.audit"

	// The two halves of what one person may not do alone: the first is asked
	// for by who may do it, the second is the word of another.
	ConfirmPack      Action = "pack.confirm"
	UnsealIdentity   Action = "identity.unseal"
	ConfirmUnseal    Action = "identity.confirm"
	ConfirmExclusion Action = "exclusion.confirm"
	RedoDraw         Action = "draw.redo"
	ConfirmDraw      Action = "draw.confirm"
)

// Kind is what sort of actor acts.
type Kind string

// The kinds of actor.
const (
	Staff  Kind = "STAFF"
	Caller Kind = "CALLER" // proved by the tracking code of one matter
	System Kind = "SYSTEM" // clocks, rules and imports
)

// The system actors. There is no sudo: each has its own few actions.
const (
	Clock  = "CLOCK"
	Rule   = "RULE"
	Import = "IMPORT"
	// Channel speaks for the observers, so that nothing says which of them
	// spoke.
	Channel = "CHANNEL"
)

// Actor is who acts: a post of a unit, a caller of one matter, or a system
// actor. Scopes, if any, narrow what a token may do; an empty list narrows
// nothing.
type Actor struct {
	ID     string
	Kind   Kind
	Person string // account of whoever sits on the post; "" for a token, which is nobody
	Role   org.Role
	Unit   string
	At     territory.Address // jurisdiction: the place of the post
	Rank   int               // tier of the jurisdiction, 4 city to 1 community
	Matter int64             // a caller's own matter
	Scopes []Action
	Grants []Grant // what the post may do beyond its role, now
}

// Subject is what is acted upon: where it lies and which units take part.
type Subject struct {
	Place    territory.Address
	Matter   int64
	Desk     string   // coordinating desk
	Creditor string   // of the order acted upon
	Debtor   string   // of the order acted upon
	Units    []string // every unit that holds or held a part in the matter
}

// Scope is how far a role's right to an action reaches.
type Scope uint8

// The scopes.
const (
	Nowhere      Scope = iota
	Everywhere         // no place is asked
	Jurisdiction       // the subject lies in the actor's place
	Participant        // the actor's unit takes part in the matter
	Debtor             // the actor's unit owes the order
	Creditor           // the actor's unit gave the order
	Desk               // the actor's unit coordinates the matter
	Own                // a caller's own matter
)

type rule map[org.Role][]Scope

// callerRole and systemRole stand in the table for actors without a post. No
// post can have them.
const (
	callerRole org.Role = "(caller)"
	systemRole org.Role = "(system)"
)

// table is the permission matrix (domain part C7), joined from that of matters
// and those of the registers. What is not in it is denied.
var table = joined(
	matterTable,
	whistleTable,
	groundTable,
	dutyTable,
	powerTable,
	programmeTable,
	establishmentTable,
)

// joined joins tables: what two of them say of an action for a role adds
// up, each scope once.
func joined(parts ...map[Action]rule) map[Action]rule {
	out := map[Action]rule{}
	for _, part := range parts {
		for action, roles := range part {
			if out[action] == nil {
				out[action] = rule{}
			}
			for role, scopes := range roles {
				for _, sc := range scopes {
					if !slices.Contains(out[action][role], sc) {
						out[action][role] = append(slices.Clone(out[action][role]), sc)
					}
				}
			}
		}
	}
	return out
}

var matterTable = map[Action]rule{
	RaiseCall: {
		org.Dispatcher: {Jurisdiction}, org.Agent: {Everywhere}, org.Handler: {Jurisdiction}, org.GridWorker: {Jurisdiction},
		org.Reporter: {Jurisdiction}, org.Supervisor: {Everywhere}, org.Leader: {Jurisdiction}, org.Secretary: {Jurisdiction}, callerRole: {Everywhere}, systemRole: {Everywhere},
	},
	ReadMatter: {
		org.Dispatcher: {Jurisdiction, Participant}, org.Agent: {Jurisdiction}, org.Handler: {Participant}, org.Leader: {Jurisdiction, Participant},
		org.Secretary: {Jurisdiction, Participant}, org.GridWorker: {Jurisdiction, Participant}, org.GridJudge: {Jurisdiction},
		org.Supervisor: {Jurisdiction}, org.Assessor: {Jurisdiction}, callerRole: {Own}, systemRole: {Everywhere},
		org.Organiser: {Participant},
	},
	ReadCaller:       {org.Dispatcher: {Desk}, org.Agent: {Jurisdiction}, org.Handler: {Debtor}},
	VerifyMatter:     {org.Dispatcher: {Jurisdiction}, org.Agent: {Jurisdiction}, systemRole: {Everywhere}},
	TriageMatter:     {org.Dispatcher: {Jurisdiction}, systemRole: {Everywhere}},
	MergeMatter:      {org.Dispatcher: {Jurisdiction}, org.Agent: {Jurisdiction}},
	DeferMatter:      {org.Dispatcher: {Jurisdiction}},
	ReopenMatter:     {org.Dispatcher: {Jurisdiction}, org.Agent: {Jurisdiction}, callerRole: {Own}},
	JudgeMatter:      {org.Dispatcher: {Jurisdiction}, org.Agent: {Jurisdiction}, org.GridJudge: {Jurisdiction}, callerRole: {Own}},
	RequestExclusion: {org.Dispatcher: {Jurisdiction}, org.Handler: {Participant}},
	DecideExclusion:  {org.Assessor: {Jurisdiction}},
	IssueOrder:       {org.Dispatcher: {Jurisdiction}, org.Agent: {Jurisdiction}, org.Handler: {Jurisdiction, Participant}, systemRole: {Everywhere}},
	AssignTask: {
		org.Dispatcher: {Jurisdiction, Participant}, org.Handler: {Jurisdiction, Participant}, org.Leader: {Jurisdiction, Participant},
		org.Secretary: {Jurisdiction, Participant}, org.Supervisor: {Jurisdiction, Participant}, systemRole: {Everywhere},
		org.Organiser: {Jurisdiction, Participant}, org.GridWorker: {Participant},
	},
	AnswerOrder: {org.Handler: {Debtor}, org.Dispatcher: {Debtor}, org.GridWorker: {Debtor}, org.Leader: {Debtor}, org.Secretary: {Debtor}, org.Supervisor: {Debtor}},
	ChairOrder: {
		org.Dispatcher: {Creditor, Jurisdiction}, org.Handler: {Creditor}, org.Leader: {Creditor}, org.Secretary: {Creditor}, org.Supervisor: {Creditor},
		org.Organiser: {Creditor},
	},
	DecideObjection: {org.Dispatcher: {Jurisdiction}, org.Agent: {Jurisdiction}},
	Remind:          {org.Dispatcher: {Jurisdiction}, org.Supervisor: {Jurisdiction}, org.Agent: {Jurisdiction}},
	Supervise:       {org.Dispatcher: {Jurisdiction}, org.Supervisor: {Jurisdiction}, systemRole: {Everywhere}},
	DecideCard:      {org.Supervisor: {Jurisdiction}, org.Dispatcher: {Jurisdiction}},
	SampleAudit:     {org.Supervisor: {Jurisdiction}, systemRole: {Everywhere}},
	ReadLedger:      {org.Auditor: {Jurisdiction}},
	ReadNumbers: {
		org.Dispatcher: {Jurisdiction}, org.Leader: {Jurisdiction}, org.Secretary: {Jurisdiction}, org.Supervisor: {Jurisdiction},
		org.Assessor: {Jurisdiction}, org.Handler: {Jurisdiction}, org.Agent: {Jurisdiction},
	},
	ReadAccessLog: {org.Auditor: {Jurisdiction}},
	ManagePack:    {org.SystemAdmin: {Everywhere}},
	ManageTokens:  {org.SystemAdmin: {Everywhere}},
	FireClock:     {systemRole: {Everywhere}},

	ManageAccounts:  {org.SecurityAdmin: {Everywhere}},
	ManageGrants:    {org.SecurityAdmin: {Everywhere}},
	ReadSystemLog:   {org.SystemAdmin: {Everywhere}, org.Auditor: {Everywhere}},
	ReadSecurityLog: {org.SecurityAdmin: {Everywhere}, org.Auditor: {Everywhere}},
	ReadAuditLog:    {org.Auditor: {Everywhere}},

	ConfirmPack:      {org.SystemAdmin: {Everywhere}, org.SecurityAdmin: {Everywhere}},
	UnsealIdentity:   {org.Dispatcher: {Jurisdiction}, org.Agent: {Jurisdiction}, org.Supervisor: {Jurisdiction}},
	ConfirmUnseal:    {org.Leader: {Jurisdiction}, org.Secretary: {Jurisdiction}, org.Supervisor: {Jurisdiction}},
	ConfirmExclusion: {org.Assessor: {Jurisdiction}, org.Supervisor: {Jurisdiction}},
	RedoDraw:         {org.Supervisor: {Jurisdiction}},
	ConfirmDraw:      {org.Supervisor: {Jurisdiction}, org.Assessor: {Jurisdiction}},
}

// systems are the few actions of each system actor.
var systems = map[string][]Action{
	Clock:   {ReadMatter, FireClock},
	Rule:    {RaiseCall, ReadMatter, VerifyMatter, TriageMatter, IssueOrder, AssignTask, Supervise, SampleAudit},
	Import:  {RaiseCall, ReadMatter},
	Channel: {AssignTask},
}

// Actions returns every action of the table, for tests and documents.
func Actions() []Action {
	out := make([]Action, 0, len(table))
	for a := range table {
		out = append(out, a)
	}
	slices.Sort(out)
	return out
}

func (a Actor) role() org.Role {
	switch a.Kind {
	case Caller:
		return callerRole
	case System:
		return systemRole
	case Staff:
		if a.Role != callerRole && a.Role != systemRole {
			return a.Role
		}
	}
	return ""
}

// Scopes returns how far actor may go with action; none means nowhere.
func Scopes(actor Actor, action Action) []Scope {
	if len(actor.Scopes) > 0 && !slices.Contains(actor.Scopes, action) {
		return nil
	}
	if actor.Kind == System && !slices.Contains(systems[actor.ID], action) {
		return nil
	}
	return table[action][actor.role()]
}

// Could reports whether actor has action anywhere at all, by role or by grant:
// it decides what is shown, never what is done.
func Could(actor Actor, action Action) bool {
	return len(Scopes(actor, action)) > 0 || len(grants(actor, action)) > 0
}

// Allow reports nil if actor may do action to s. What the actor may not even
// see answers NotFound, so that a number tells nothing; what it may see but
// not do answers Denied. Faults: matter.not_found, access.denied.
func Allow(actor Actor, action Action, s Subject) error {
	if may(actor, action, s) {
		return nil
	}
	if s.Matter != 0 && !may(actor, ReadMatter, s) {
		return fault.New(fault.NotFound, "matter.not_found")
	}
	return fault.New(fault.Denied, "access.denied", string(action))
}

func may(a Actor, action Action, s Subject) bool {
	return reaches(a, Scopes(a, action), s) || slices.ContainsFunc(grants(a, action), func(g *Grant) bool { return g.covers(action, s) })
}

func reaches(a Actor, scopes []Scope, s Subject) bool {
	return slices.ContainsFunc(scopes, func(sc Scope) bool {
		switch sc {
		case Everywhere:
			return true
		case Jurisdiction:
			return InJurisdiction(a, s.Place)
		case Participant:
			return a.Unit != "" && slices.Contains(s.Units, a.Unit)
		case Debtor:
			return a.Unit != "" && a.Unit == s.Debtor
		case Creditor:
			return a.Unit != "" && a.Unit == s.Creditor
		case Desk:
			return a.Unit != "" && a.Unit == s.Desk
		case Own:
			return a.Matter != 0 && a.Matter == s.Matter
		}
		return false
	})
}

// InJurisdiction reports whether place lies in the actor's place.
func InJurisdiction(a Actor, place territory.Address) bool { return within(a.At, a.Rank, place) }

// within reports whether place lies in the subtree of at, a place of a rank.
func within(at territory.Address, rank int, place territory.Address) bool {
	switch rank {
	case 4:
		return true
	case 3:
		return at.District != "" && at.District == place.District
	case 2:
		return at.Town != "" && at.Town == place.Town
	case 1:
		return at.Community != "" && at.Community == place.Community
	}
	return false
}
