package access

import "huying/internal/domain/org"

// BlowWhistle calls departments to a matter. Handlers are told why they may
// not.
const BlowWhistle Action = "whistle.blow"

// whistleTable belongs to the permission matrix.
var whistleTable = map[Action]rule{
	BlowWhistle: {org.Dispatcher: {Jurisdiction}, org.Secretary: {Jurisdiction}, org.Leader: {Jurisdiction}, org.Handler: {Jurisdiction, Participant}},
}
