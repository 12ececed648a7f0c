package access

import "huying/internal/domain/org"

// The actions of the book of establishment.
const (
	ReadEstablishment   Action = "establishment.read"
	MoveEstablishment   Action = "establishment.move"
	DecideEstablishment Action = "establishment.decide" // as another person
	CountEstablishment  Action = "establishment.count"  // how many posts are filled
)

var establishmentTable = map[Action]rule{
	ReadEstablishment:   each([]Scope{Everywhere}, officials...),
	MoveEstablishment:   {org.Organiser: {Jurisdiction}},
	DecideEstablishment: {org.Organiser: {Jurisdiction}, org.Leader: {Jurisdiction}},
	CountEstablishment:  {org.Organiser: {Jurisdiction}, org.Leader: {Debtor}, org.Secretary: {Debtor}},
}
