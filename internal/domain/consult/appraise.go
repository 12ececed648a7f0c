package consult

import (
	"regexp"
	"slices"

	"huying/internal/domain/calendar"
	"huying/internal/domain/matter"
	"huying/internal/domain/org"
	"huying/internal/domain/power"
	"huying/internal/domain/register"
	"huying/internal/domain/territory"
	"huying/internal/fault"
)

// RatingKind is which appraisal it is.
type RatingKind string

// The kinds of appraisal.
const (
	OfDepartment RatingKind = "DEPARTMENT" // of a department by a street (LN-04)
	OfResident   RatingKind = "RESIDENT"   // of a unit that resides in the area (LH-25)
)

// RatingKinds lists every kind.
var RatingKinds = []RatingKind{OfDepartment, OfResident}

// Aspects are what is appraised, each from 1 to 10.
var Aspects = []string{"RESPONSE", "QUALITY", "COOPERATION", "BURDEN"}

// Mark is the points for one aspect.
type Mark struct {
	Aspect string `json:"aspect"`
	Points int    `json:"points"`
}

// Rating is one unit's appraisal of another for a period: a quarter such as
// 2026-Q1, or a year. It is about a unit, never about anybody in it.
type Rating struct {
	Kind   RatingKind        `json:"kind"`
	Marks  []Mark            `json:"marks"`
	Note   string            `json:"note,omitempty"`
	Of     string            `json:"of"`
	Period string            `json:"period"`
	Place  territory.Address `json:"place"`
	Rater  string            `json:"rater"`
}

// Line tells the columns of the register; the amount is the mean in hundredths.
func (r Rating) Line() register.Line {
	l := register.Line{Register: "APPRAISAL", Place: r.Place, Unit: r.Rater, Other: r.Of, Status: r.Period, Amount: int64(r.Mean()*100 + 0.5)}
	if r.Of != "" {
		l.Key = r.Rater + "/" + r.Of + "/" + r.Period
	}
	return l
}

// Mean is the mean of the marks, 1 to 10.
func (r *Rating) Mean() float64 {
	if len(r.Marks) == 0 {
		return 0
	}
	sum := 0
	for _, m := range r.Marks {
		sum += m.Points
	}
	return float64(sum) / float64(len(r.Marks))
}

// Power is what the rater must hold.
func (k RatingKind) Power() power.Code {
	if k == OfResident {
		return power.EvaluateResidentUnit
	}
	return power.AppraiseDept
}

var periodForm = regexp.MustCompile(`^20\d\d(-Q[1-4])?$`)

// Days returns the civil days of a period, or zero for none.
func Days(period string) (from, to int) {
	if !periodForm.MatchString(period) {
		return 0, 0
	}
	year := int(period[0]-'0')*1000 + int(period[1]-'0')*100 + int(period[2]-'0')*10 + int(period[3]-'0')
	if len(period) == 4 {
		return calendar.YearDays(year)
	}
	return calendar.Quarter(year, int(period[6]-'0'))
}

// Check reports what is wrong with a rating: every aspect once, 1 to 10, of a
// unit that neither leads nor is led by the rater, nor is the rater; where that
// unit lies is in at. Faults: appraisal.kind_unknown, appraisal.period_malformed,
// appraisal.yearly, appraisal.aspects_needed, appraisal.points_out_of_range,
// appraisal.conflict_of_interest, appraisal.not_a_department,
// appraisal.not_resident.
func (r *Rating) Check(g *org.Graph, at territory.Address) error {
	var wrong fault.List
	if !slices.Contains(RatingKinds, r.Kind) {
		wrong.Add(fault.Field("kind", "appraisal.kind_unknown", string(r.Kind)))
	}
	switch from, _ := Days(r.Period); {
	case from == 0:
		wrong.Add(fault.Field("period", "appraisal.period_malformed", r.Period))
	case r.Kind == OfResident && len(r.Period) != len("2026"):
		wrong.Add(fault.Field("period", "appraisal.yearly", r.Period))
	}
	seen := map[string]bool{}
	for _, m := range r.Marks {
		if m.Points < 1 || m.Points > 10 {
			wrong.Add(fault.Field("marks", "appraisal.points_out_of_range", m.Aspect))
		}
		if slices.Contains(Aspects, m.Aspect) {
			seen[m.Aspect] = true
		}
	}
	if len(r.Marks) != len(Aspects) || len(seen) != len(Aspects) {
		wrong.Add(fault.Field("marks", "appraisal.aspects_needed", len(Aspects)))
	}
	wrong.Add(matter.Words("note", r.Note, false))
	of, ok := g.Unit(r.Of)
	rater, known := g.Unit(r.Rater)
	switch {
	case !ok || !known:
		wrong.Add(fault.Field("of", "unit.unknown", r.Of))
	case r.Of == r.Rater || above(g, r.Of, r.Rater) || above(g, r.Rater, r.Of):
		wrong.Add(fault.Field("of", "appraisal.conflict_of_interest", of.Name))
	case r.Kind == OfDepartment && (of.Level.Rank() <= rater.Level.Rank() || of.Kind != org.Department):
		wrong.Add(fault.Field("of", "appraisal.not_a_department", of.Name))
	case r.Kind == OfResident && !r.resides(g, of, at):
		wrong.Add(fault.Field("of", "appraisal.not_resident", of.Name))
	}
	return wrong.Err()
}

// resides reports whether a unit lies in the rater's town or community, or is
// stationed in it. A community evaluates the units of its town too, but none of
// the community beside it.
func (r *Rating) resides(g *org.Graph, of *org.Unit, at territory.Address) bool {
	here := at.Town != "" && at.Town == r.Place.Town && (at.Community == "" || r.Place.Community == "" || at.Community == r.Place.Community)
	return here || g.StationedIn(of.Code, r.Rater)
}

// above reports whether a unit leads another, through however many.
func above(g *org.Graph, top, unit string) bool {
	for range 16 {
		parent, ok := g.Parent(unit)
		if !ok {
			return false
		}
		if parent == top {
			return true
		}
		unit = parent
	}
	return false
}
