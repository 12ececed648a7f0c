package grid

import (
	"slices"

	"huying/internal/domain/calendar"
	"huying/internal/domain/matter"
	"huying/internal/domain/register"
	"huying/internal/domain/territory"
	"huying/internal/fault"
	"huying/internal/ident"
)

// The registers of what is entered in a grid.
const (
	EntryRegister register.Name = "GRID_ENTRY"
	InfoRegister  register.Name = "GRID_INFO"
)

// Verb is one of the six things that are done in the grid (六个在网格, LN-20).
type Verb string

// The verbs.
const (
	FindNeed      Verb = "NEED"     // 需求在网格发现
	KeepInfo      Verb = "INFO"     // 信息在网格采集
	FindHazard    Verb = "HAZARD"   // 隐患在网格排查
	CalmConflict  Verb = "CONFLICT" // 矛盾在网格化解
	GiveService   Verb = "SERVICE"  // 服务在网格开展
	SettleProblem Verb = "PROBLEM"  // 问题在网格解决
)

// Verbs lists the six.
var Verbs = []Verb{FindNeed, KeepInfo, FindHazard, CalmConflict, GiveService, SettleProblem}

// Kind is the kind of call that a verb makes; none of information, which is a
// record, and of a service, which is a task.
func (v Verb) Kind() matter.Kind {
	return map[Verb]matter.Kind{FindNeed: matter.Need, FindHazard: matter.Hazard, CalmConflict: matter.Conflict, SettleProblem: matter.Event}[v]
}

// Entry is what was entered in a grid, and what it became: a matter or a record.
type Entry struct {
	Day   int               `json:"day"`
	Grid  string            `json:"grid"`
	Made  ident.ID          `json:"made"` // the matter, or the record of information
	Place territory.Address `json:"place"`
	Unit  string            `json:"unit"`
	Verb  Verb              `json:"verb"`
}

// Line implements register.Fact.
func (e Entry) Line() register.Line {
	return register.Line{Register: EntryRegister, Place: e.Place, Unit: e.Unit, Key: OfMatter(e.Made), Status: string(e.Verb), About: e.Made, From: e.Day, To: e.Day}
}

// CheckVerb asks that a verb is one of the six. Fault: entry.verb_unknown.
func CheckVerb(v Verb) error {
	if !slices.Contains(Verbs, v) {
		return fault.Field("verb", "entry.verb_unknown", string(v))
	}
	return nil
}

// InfoClasses lists what is counted in a grid: things and places. People are
// counted, never listed, and by nothing but where they live.
var InfoClasses = []string{"DWELLING", "RESIDENT", "ENTERPRISE", "SHOP", "PUBLIC_PLACE", "FACILITY", "HAZARD_SOURCE", "ORGANISATION"}

// Info is one figure of a grid with the day until which it is taken as fresh.
// The newest of a class holds.
type Info struct {
	Class string            `json:"class"`
	Count int               `json:"count"`
	Day   int               `json:"day"`
	Fresh int               `json:"fresh"`
	Grid  string            `json:"grid"`
	Place territory.Address `json:"place"`
	Unit  string            `json:"unit"`
}

// Line implements register.Fact.
func (i Info) Line() register.Line {
	return register.Line{Register: InfoRegister, Place: i.Place, Unit: i.Unit, Status: i.Class, From: i.Day, To: i.Fresh, Amount: int64(i.Count)}
}

// Check asks that a figure is one. Faults: info.class_unknown,
// info.count_out_of_range, info.fresh_out_of_range.
func (i *Info) Check() error {
	switch {
	case !slices.Contains(InfoClasses, i.Class):
		return fault.Field("class", "info.class_unknown", i.Class)
	case i.Count < 0 || i.Count > 1_000_000:
		return fault.Field("count", "info.count_out_of_range")
	case !calendar.IsDay(i.Fresh) || i.Fresh < i.Day || calendar.DaysFrom(i.Day, i.Fresh) > 400:
		return fault.Field("fresh", "info.fresh_out_of_range")
	}
	return nil
}
