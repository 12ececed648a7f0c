package access

import "huying/internal/domain/org"

// The actions on the ground: grids, street segments, who is stationed there.
const (
	ReadGround   Action = "ground.read"
	PlanGround   Action = "ground.plan"    // split and merge grids, segments, norms
	AffirmGround Action = "ground.confirm" // as another person
	FillGround   Action = "ground.fill"    // name the posts of a grid or segment
	Patrol       Action = "ground.patrol"  // say what a round found
	RateCleaner  Action = "ground.rate"    // a chief on the unit that cleaned or mended
)

// groundTable belongs to the permission matrix.
var groundTable = map[Action]rule{
	ReadGround: {
		org.Dispatcher: {Jurisdiction, Participant}, org.Leader: {Jurisdiction, Participant}, org.Secretary: {Jurisdiction, Participant},
		org.GridWorker: {Jurisdiction}, org.GridJudge: {Jurisdiction}, org.Supervisor: {Jurisdiction}, org.Handler: {Participant},
	},
	PlanGround:   {org.Dispatcher: {Jurisdiction}, org.Leader: {Jurisdiction}},
	AffirmGround: {org.Dispatcher: {Jurisdiction}, org.Leader: {Jurisdiction}, org.Secretary: {Jurisdiction}, org.Supervisor: {Jurisdiction}},
	FillGround:   {org.Dispatcher: {Jurisdiction}, org.Leader: {Jurisdiction}, org.Secretary: {Jurisdiction}},
	Patrol:       {org.Dispatcher: {Jurisdiction}, org.GridWorker: {Jurisdiction}, org.Leader: {Jurisdiction}, org.Handler: {Participant}},
	RateCleaner:  {org.Dispatcher: {Jurisdiction}, org.Leader: {Jurisdiction}, org.Secretary: {Jurisdiction}},
}
