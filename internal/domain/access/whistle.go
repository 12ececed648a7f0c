package access

import "huying/internal/domain/org"

// BlowWhistle calls departments to a matter. Handlers are told why they may
// not.
const BlowWhistle Action = "whistle.blow"

// AskWhistle asks the street to blow: what a unit does that may not itself.
const AskWhistle Action = "whistle.ask"

// The actions on rosters: who is on duty, and who belongs to a platform.
const (
	ReadRoster Action = "roster.read"
	KeepRoster Action = "roster.keep"
)

// whistleTable belongs to the permission matrix.
var whistleTable = map[Action]rule{
	BlowWhistle: {org.Dispatcher: {Jurisdiction}, org.Secretary: {Jurisdiction}, org.Leader: {Jurisdiction}, org.Handler: {Jurisdiction, Participant}},
	AskWhistle:  {org.Handler: {Jurisdiction, Participant}, org.GridWorker: {Jurisdiction, Participant}, org.Dispatcher: {Jurisdiction, Participant}},
	ReadRoster: {
		org.Dispatcher: {Jurisdiction, Participant}, org.Agent: {Jurisdiction}, org.Leader: {Jurisdiction, Participant}, org.Secretary: {Jurisdiction, Participant},
		org.Handler: {Participant}, org.Supervisor: {Jurisdiction}, org.Assessor: {Jurisdiction},
	},
	KeepRoster: {
		org.Dispatcher: {Jurisdiction, Participant}, org.Leader: {Jurisdiction, Participant}, org.Secretary: {Jurisdiction, Participant}, org.Handler: {Participant},
	},
}
