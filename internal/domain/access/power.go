package access

import "huying/internal/domain/org"

// The actions of powers, gates, observers, accountability and funds. Where one
// says Desk, the record's own unit is meant; Participant is that or the other
// unit of the record.
const (
	ReadPower      Action = "power.read"
	GrantPower     Action = "power.grant"
	ReadGate       Action = "gate.read"
	ProposeGate    Action = "gate.propose" // and finish or drop one's own
	GiveOpinion    Action = "gate.opinion" // the yearly opinion document of a street
	ReadExceptions Action = "gate.exceptions"
	Recommend      Action = "recommendation.make"
	Instruct       Action = "instruction.give"
	SettleConflict Action = "instruction.settle"
	AssignLiaison  Action = "liaison.assign"
	ReadLiaison    Action = "liaison.read"
	RaiseItem      Action = "liaison.raise"
	Appraise       Action = "appraisal.give"
	ReadAppraisal  Action = "appraisal.read"
	Observe        Action = "observation.make"
	KeepChannel    Action = "observation.keep"
	ProposeEntry   Action = "account.propose"
	DecideEntry    Action = "account.decide"
	ReadEntry      Action = "account.read"
	MakeForce      Action = "force.make"
	ReadForce      Action = "force.read"
	OpenFund       Action = "fund.open"
	KeepFund       Action = "fund.keep" // income, and payments to be approved
	ApprovePayment Action = "fund.approve"
	ReadFund       Action = "fund.read"
)

// officials are the roles of staff who work on matters.
var officials = []org.Role{
	org.Dispatcher, org.Agent, org.Handler, org.GridWorker, org.GridJudge, org.Leader, org.Secretary, org.Supervisor, org.Assessor,
	org.Organiser, org.LegalReviewer, org.Observer, org.Keeper,
}

func each(scopes []Scope, roles ...org.Role) rule {
	out := rule{}
	for _, r := range roles {
		out[r] = scopes
	}
	return out
}

var powerTable = map[Action]rule{
	ReadPower:      each([]Scope{Everywhere}, officials...),
	GrantPower:     {org.Organiser: {Jurisdiction}},
	ReadGate:       {org.Handler: {Participant}, org.Leader: {Participant}, org.Dispatcher: {Participant}, org.Secretary: {Jurisdiction, Participant}, org.Organiser: {Jurisdiction, Participant}},
	ProposeGate:    each([]Scope{Desk}, org.Handler, org.Leader, org.Organiser, org.Secretary),
	GiveOpinion:    {org.Secretary: {Debtor}},
	ReadExceptions: {org.Organiser: {Jurisdiction}},
	Recommend:      each([]Scope{Desk}, org.Secretary, org.Handler),
	Instruct:       each([]Scope{Desk}, org.Handler, org.Leader, org.Dispatcher, org.Secretary),
	SettleConflict: each([]Scope{Jurisdiction}, org.Dispatcher, org.Secretary, org.Organiser),
	AssignLiaison:  {org.Organiser: {Jurisdiction}},
	ReadLiaison: {
		org.Dispatcher: {Jurisdiction, Participant}, org.Handler: {Participant}, org.Leader: {Jurisdiction, Participant}, org.Secretary: {Jurisdiction, Participant},
		org.Supervisor: {Jurisdiction, Participant}, org.Organiser: {Jurisdiction},
	},
	RaiseItem:     each([]Scope{Participant}, org.Secretary, org.Handler, org.Dispatcher, org.Supervisor),
	Appraise:      each([]Scope{Desk}, org.Secretary, org.Handler, org.Dispatcher),
	ReadAppraisal: each([]Scope{Everywhere}, officials...),
	Observe:       {org.Observer: {Everywhere}},
	KeepChannel:   {org.Keeper: {Desk}},
	ProposeEntry:  each([]Scope{Jurisdiction}, org.Assessor, org.Supervisor),
	DecideEntry:   each([]Scope{Jurisdiction}, org.Supervisor),
	ReadEntry: {
		org.Assessor: {Jurisdiction}, org.Supervisor: {Jurisdiction}, org.Organiser: {Jurisdiction}, org.Handler: {Participant}, org.Leader: {Participant},
		org.Dispatcher: {Participant}, org.Secretary: {Participant},
	},
	MakeForce:      each([]Scope{Jurisdiction}, org.Organiser, org.Leader, org.Dispatcher, org.Secretary),
	ReadForce:      each([]Scope{Jurisdiction, Participant}, org.Organiser, org.Leader, org.Dispatcher, org.Secretary, org.Handler, org.Supervisor),
	OpenFund:       each([]Scope{Jurisdiction}, org.Organiser, org.Leader, org.Secretary),
	KeepFund:       each([]Scope{Desk}, org.Handler),
	ApprovePayment: each([]Scope{Desk}, org.Leader, org.Secretary, org.Dispatcher),
	ReadFund:       each([]Scope{Jurisdiction, Participant}, officials...),

	// What the new roles do with matters.
	ReadMatter:  {org.Keeper: {Participant}},
	AssignTask:  each([]Scope{Participant}, org.Keeper, org.Assessor),
	AnswerOrder: {org.Organiser: {Debtor}},
	ChairOrder:  {org.Keeper: {Creditor}, org.Assessor: {Creditor}},
	ReadNumbers: {org.Organiser: {Jurisdiction}},
}
