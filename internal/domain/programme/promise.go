package programme

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"huying/internal/domain/calendar"
	"huying/internal/domain/register"
	"huying/internal/fault"
	"huying/internal/ident"
)

// Pledge is one of the year's promises: a duty with its money, and milestones
// on the way.
type Pledge struct {
	Budget     int64       `json:"budget"` // fen
	Carried    ident.ID    `json:"carried,omitempty"`
	Duty       Duty        `json:"duty"`
	Milestones []Milestone `json:"milestones"`
	Reason     string      `json:"reason,omitempty"` // why it was not kept last year
}

// Milestone is what shall be reached by a day.
type Milestone struct {
	Day   int    `json:"day"`
	Title string `json:"title"`
}

// PromiseList is the list of a year (LH-29): a fixed number of promises, each
// with a budget. What was not kept last year is carried over by name and
// reason, beside the new ones, or it is given up with a reason: never in
// silence.
type PromiseList struct {
	Body     string   `json:"body"`
	District string   `json:"district,omitempty"`
	Dropped  []Drop   `json:"dropped,omitempty"`
	Pledges  []Pledge `json:"pledges"`
	Town     string   `json:"town,omitempty"`
	Year     int      `json:"year"`
}

// Drop is a promise of last year that is given up, and why.
type Drop struct {
	Matter ident.ID `json:"matter"`
	Reason string   `json:"reason"`
}

// Line is the record's line. The amount is the budget.
func (p PromiseList) Line() register.Line {
	l := register.Line{Register: Promises, Place: at(p.District, p.Town), Unit: p.Body, Key: p.Body + "/" + strconv.Itoa(p.Year)}
	l.From, l.To = calendar.YearDays(p.Year)
	for _, x := range p.Pledges {
		l.Amount += x.Budget
	}
	return l
}

// Check returns what is wrong with a list of count new promises (十件实事). unkept are the promises of the year
// before that are not done, by number, with their titles.
func (p *PromiseList) Check(unkept map[ident.ID]string, count, today int, known func(string) bool) error {
	var wrong fault.List
	fresh := 0
	told := map[ident.ID]bool{}
	duties := make([]Duty, len(p.Pledges))
	for i := range p.Pledges {
		x := &p.Pledges[i]
		duties[i] = x.Duty
		field := "pledges." + strconv.Itoa(i) + "."
		if x.Carried == 0 {
			fresh++
		} else {
			told[x.Carried] = true
			if _, was := unkept[x.Carried]; !was {
				wrong.Add(fault.Field(field+"carried", "promise.not_unkept", i+1, x.Carried.Number()))
			}
			if strings.TrimSpace(x.Reason) == "" {
				wrong.Add(fault.Field(field+"reason", "promise.reason_missing", i+1))
			}
		}
		p.checkOne(i, x, field, &wrong)
	}
	if fresh != count {
		wrong.Add(fault.Field("pledges", "promise.count", fresh, count))
	}
	for i, x := range p.Dropped {
		told[x.Matter] = true
		if strings.TrimSpace(x.Reason) == "" {
			wrong.Add(fault.Field("dropped."+strconv.Itoa(i)+".reason", "promise.reason_missing", i+1))
		}
	}
	for _, id := range slices.Sorted(maps.Keys(unkept)) {
		if !told[id] {
			wrong.Add(fault.New(fault.Conflict, "promise.silent_rollover", unkept[id], id.Number()).In("dropped"))
		}
	}
	wrong.Add(Check("pledges", duties, today, known))
	return wrong.Err()
}

func (p *PromiseList) checkOne(i int, x *Pledge, field string, wrong *fault.List) {
	if x.Budget <= 0 {
		wrong.Add(fault.Field(field+"budget", "promise.budget_missing", i+1))
	}
	if len(x.Milestones) == 0 {
		wrong.Add(fault.Field(field+"milestones", "promise.milestone_missing", i+1))
	}
	for _, m := range x.Milestones {
		if !calendar.IsDay(m.Day) || m.Day > x.Duty.Due || strings.TrimSpace(m.Title) == "" {
			wrong.Add(fault.Field(field+"milestones", "promise.milestone_wrong", i+1))
		}
	}
	if x.Duty.Due/10000 != p.Year && x.Duty.Due != 0 {
		wrong.Add(fault.Field(field+"due", "promise.other_year", i+1, p.Year))
	}
}
