package access

import "huying/internal/domain/org"

// The actions on duty lists, delegated powers, admissions and the burden put on
// towns and villages.
const (
	ReadMandates      Action = "mandate.read"
	DraftList         Action = "list.draft" // make, consult on, publish, withdraw
	ReviewList        Action = "list.review"
	ApproveList       Action = "list.approve"
	ProposeDelegation Action = "delegation.propose"
	DecideDelegation  Action = "delegation.decide" // put in force, end, review
	WaiveNeed         Action = "delegation.waive"
	SignHandover      Action = "handover.sign"
	RequestAdmission  Action = "admission.request"
	DecideAdmission   Action = "admission.decide"
	TransferCase      Action = "case.transfer"
	DemandWork        Action = "burden.demand" // a form, a meeting, a check of a town or village
	NoteBurden        Action = "burden.note"   // the receiver's own entry
	ReadBurden        Action = "burden.read"
	AskGroup          Action = "group.ask"
	DecideGroup       Action = "group.decide"
	CountCleanup      Action = "cleanup.count"
	RunCampaign       Action = "campaign.run"
	FillFields        Action = "field.fill" // answer a form, once for all
)

// dutyTable is who may do them. What a post may do to a list of its own place
// says nothing about who may be asked by it: that follows from the list.
var dutyTable = map[Action]rule{
	ReadMandates: {
		org.Organiser: {Everywhere}, org.LegalReviewer: {Everywhere}, org.Dispatcher: {Everywhere}, org.Handler: {Everywhere},
		org.Leader: {Everywhere}, org.Secretary: {Everywhere}, org.Supervisor: {Everywhere}, org.Assessor: {Everywhere},
		org.GridWorker: {Everywhere}, org.Agent: {Everywhere},
	},
	DraftList:         {org.Organiser: {Jurisdiction}},
	ReviewList:        {org.LegalReviewer: {Jurisdiction}},
	ApproveList:       {org.Organiser: {Jurisdiction}, org.Leader: {Jurisdiction}},
	ProposeDelegation: {org.Organiser: {Jurisdiction}},
	DecideDelegation:  {org.Organiser: {Jurisdiction}, org.Leader: {Jurisdiction}},
	WaiveNeed:         {org.Leader: {Jurisdiction}},
	SignHandover: {
		org.Handler: {Creditor, Debtor}, org.Leader: {Creditor, Debtor}, org.Secretary: {Creditor, Debtor}, org.Dispatcher: {Creditor, Debtor},
	},
	RequestAdmission: {org.Handler: {Jurisdiction}, org.Leader: {Jurisdiction}, org.Supervisor: {Jurisdiction}},
	DecideAdmission:  {org.Organiser: {Jurisdiction}, org.Leader: {Jurisdiction}},
	TransferCase:     {org.Handler: {Jurisdiction}, org.Dispatcher: {Jurisdiction}},
	DemandWork: {
		org.Handler: {Jurisdiction}, org.Leader: {Jurisdiction}, org.Dispatcher: {Jurisdiction}, org.Organiser: {Jurisdiction},
		org.Supervisor: {Jurisdiction},
	},
	NoteBurden: {org.Handler: {Debtor}, org.Dispatcher: {Debtor}, org.Secretary: {Debtor}, org.Leader: {Debtor}, org.GridWorker: {Debtor}},
	ReadBurden: {
		org.Organiser: {Jurisdiction, Participant}, org.Leader: {Jurisdiction, Participant}, org.Supervisor: {Jurisdiction},
		org.Assessor: {Jurisdiction}, org.Secretary: {Jurisdiction, Participant}, org.Dispatcher: {Jurisdiction, Participant},
		org.Handler: {Participant}, org.GridWorker: {Participant},
	},
	AskGroup:     {org.Handler: {Jurisdiction}, org.Leader: {Jurisdiction}, org.Dispatcher: {Jurisdiction}, org.Supervisor: {Jurisdiction}, org.Organiser: {Jurisdiction}},
	DecideGroup:  {org.Organiser: {Jurisdiction}, org.Leader: {Jurisdiction}},
	CountCleanup: {org.Organiser: {Jurisdiction}, org.Dispatcher: {Jurisdiction}, org.Secretary: {Jurisdiction}, org.Handler: {Jurisdiction}},
	RunCampaign:  {org.Organiser: {Jurisdiction}, org.Supervisor: {Jurisdiction}, org.Leader: {Jurisdiction}},
	FillFields: {
		org.Handler: {Debtor}, org.Dispatcher: {Debtor}, org.Secretary: {Debtor}, org.Leader: {Debtor}, org.GridWorker: {Debtor},
	},
}
