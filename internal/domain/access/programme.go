package access

import "huying/internal/domain/org"

// The actions of steering: batches, programmes, commentaries, themes,
// meetings, decisions, projects and promises.
const (
	ReadProgrammes   Action = "programme.read"
	ManageProgrammes Action = "programme.manage" // set work, review it, keep its registers: for one's own body
	SettleDispute    Action = "dispute.settle"   // decide between units, for a coordination body
	PostOffer        Action = "offer.post"       // put a need or a resource of one's own unit on the area's lists
)

var programmeTable = map[Action]rule{
	ReadProgrammes: {
		org.Supervisor: {Jurisdiction, Participant}, org.Leader: {Jurisdiction, Participant}, org.Secretary: {Jurisdiction, Participant},
		org.Assessor: {Jurisdiction}, org.Dispatcher: {Jurisdiction, Participant}, org.Handler: {Participant},
	},
	ManageProgrammes: {org.Supervisor: {Participant}, org.Leader: {Participant}, org.Secretary: {Participant}},
	SettleDispute:    {org.Supervisor: {Jurisdiction}, org.Leader: {Jurisdiction}},
	PostOffer:        {org.Handler: {Participant}, org.Dispatcher: {Participant}, org.Leader: {Participant}, org.Secretary: {Participant}},
}
