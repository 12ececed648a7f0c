// Package account holds to account: entries of the positive and negative list,
// which count only after the unit could object, and task forces, which end by
// their date. It is about units; what follows for anybody is decided elsewhere,
// by those who may.
package account

import (
	"slices"

	"huying/internal/domain/calendar"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/domain/pack"
	"huying/internal/domain/register"
	"huying/internal/domain/territory"
	"huying/internal/fault"
	"huying/internal/ident"
)

// The states of an entry.
const (
	Proposed  = "PROPOSED"
	Effective = "EFFECTIVE"
	Void      = "VOID"
)

// Entry is one line against or for a unit (GZ-21): a rule, the facts, and the
// order by which the unit may object.
type Entry struct {
	By       string            `json:"by"` // unit that proposed it
	Day      int               `json:"day"`
	Decider  string            `json:"decider,omitempty"` // post
	Facts    []ident.ID        `json:"facts"`             // orders of the unit
	Leaf     string            `json:"leaf,omitempty"`    // the item of the duty list that was not done
	List     string            `json:"list"`
	Note     string            `json:"note,omitempty"` // of the decision
	Place    territory.Address `json:"place"`
	Points   int               `json:"points"`
	Referral ident.ID          `json:"referral,omitempty"` // the matter by which the facts were referred
	Reply    ident.ID          `json:"reply,omitempty"`    // the matter by which the unit is asked
	Rule     string            `json:"rule"`
	Status   string            `json:"status"`
	Text     string            `json:"text"`
	Unit     string            `json:"unit"`
}

// Line tells the columns of the register; the amount counts only when the
// entry does.
func (e Entry) Line() register.Line {
	l := register.Line{Register: "ACCOUNT", Place: e.Place, Unit: e.Unit, Other: e.By, Status: e.Status, From: e.Day}
	if e.Status == Effective {
		l.Amount = int64(e.Points)
		if e.List == "NEGATIVE" {
			l.Amount = -l.Amount
		}
	}
	return l
}

// New makes an entry of a rule. Faults: account.rule_unknown,
// account.facts_needed, account.leaf_needed, text.missing.
func New(city *pack.City, e Entry) (*Entry, error) {
	rule, ok := city.EntryRule(e.Rule)
	if !ok {
		return nil, fault.Field("rule", "account.rule_unknown", e.Rule)
	}
	var wrong fault.List
	wrong.Add(matter.Words("text", e.Text, true))
	if len(e.Facts) == 0 {
		wrong.Add(fault.Field("facts", "account.facts_needed"))
	}
	if _, ok := city.Duty.Leaf(e.Leaf); e.Leaf != "" && !ok {
		wrong.Add(fault.Field("leaf", "account.leaf_unknown", e.Leaf))
	}
	if err := wrong.Err(); err != nil {
		return nil, err
	}
	e.List, e.Points, e.Status = rule.List, rule.Points, Proposed
	return &e, nil
}

// Settle lets the entry count or makes it void, after the unit's time to object
// is over. An objection is decided with a note; without one the entry counts.
// Faults: account.decided, account.window_open, account.not_objected,
// text.missing, account.own_proposal.
func (e *Entry) Settle(asked *order.Order, uphold bool, note, unit, post string) error {
	if e.Status != Proposed {
		return fault.New(fault.Conflict, "account.decided", e.Status)
	}
	if unit == e.By || unit == e.Unit {
		return fault.New(fault.Denied, "account.own_proposal")
	}
	if asked == nil || asked.Status.Open() || asked.Answer() == nil {
		return fault.New(fault.Conflict, "account.window_open")
	}
	objected := asked.Answer().Result != matter.LapsedReply && asked.Answer().Result != matter.Agreed
	if uphold && !objected {
		return fault.New(fault.Conflict, "account.not_objected")
	}
	if err := matter.Words("note", note, objected); err != nil {
		return err
	}
	e.Note, e.Decider, e.Status = note, post, Effective
	if uphold {
		e.Status = Void
	}
	return nil
}

// MayRefer reports nil if the facts may go to the body that decides on them.
// Faults: account.not_effective, account.referred.
func (e *Entry) MayRefer() error {
	if e.Status != Effective || e.List != "NEGATIVE" {
		return fault.New(fault.Conflict, "account.not_effective")
	}
	if e.Referral != 0 {
		return fault.New(fault.Conflict, "account.referred", e.Referral.Number())
	}
	return nil
}

// Indicator is what a task force is measured by.
type Indicator struct {
	Actual   int64  `json:"actual,omitempty"`
	Baseline int64  `json:"baseline"`
	Known    bool   `json:"known,omitempty"` // the actual value was told
	Name     string `json:"name"`
	Target   int64  `json:"target"`
}

// Force is a task force (三人小组、突击队) with a purpose, a place and an end. What
// its members may see for it ends with it.
type Force struct {
	From      int               `json:"from"`
	Indicator Indicator         `json:"indicator"`
	Members   []string          `json:"members"` // posts of the units that send them
	Name      string            `json:"name"`
	Place     territory.Address `json:"place"`
	Purpose   string            `json:"purpose"`
	Report    string            `json:"report,omitempty"`
	Status    string            `json:"status"`
	To        int               `json:"to"`
	Unit      string            `json:"unit"` // that leads it
}

// The states of a task force; that it is over follows from its date.
const (
	ForceRuns     = "RUNNING"
	ForceReported = "REPORTED"
)

// Line tells the columns of the register.
func (f Force) Line() register.Line {
	return register.Line{Register: "TASK_FORCE", Place: f.Place, Unit: f.Unit, Key: f.Name, Status: f.Status, From: f.From, To: f.To}
}

// longestForce bounds a task force, in days.
const longestForce = 366

// Check reports what is wrong. Faults: text.missing, force.members_needed,
// force.end_needed, force.indicator_needed.
func (f *Force) Check() error {
	var wrong fault.List
	wrong.Add(matter.Words("name", f.Name, true))
	wrong.Add(matter.Words("purpose", f.Purpose, true))
	if len(f.Members) == 0 {
		wrong.Add(fault.Field("members", "force.members_needed"))
	}
	if !calendar.IsDay(f.From) || !calendar.IsDay(f.To) || f.To < f.From || calendar.DaysFrom(f.From, f.To) > longestForce {
		wrong.Add(fault.Field("to", "force.end_needed", longestForce))
	}
	if f.Indicator.Name == "" {
		wrong.Add(fault.Field("indicator", "force.indicator_needed"))
	}
	slices.Sort(f.Members)
	f.Members = slices.Compact(f.Members)
	return wrong.Err()
}

// Measure tells how far the force has come. Fault: force.reported.
func (f *Force) Measure(actual int64) error {
	if f.Status != ForceRuns {
		return fault.New(fault.Conflict, "force.reported")
	}
	f.Indicator.Actual, f.Indicator.Known = actual, true
	return nil
}

// Close files the final report: on the last day or after. Faults:
// force.reported, force.still_running, force.value_needed, text.missing.
func (f *Force) Close(report string, day int) error {
	switch {
	case f.Status != ForceRuns:
		return fault.New(fault.Conflict, "force.reported")
	case day < f.To:
		return fault.New(fault.Conflict, "force.still_running", f.To)
	case !f.Indicator.Known:
		return fault.New(fault.Conflict, "force.value_needed")
	}
	if err := matter.Words("report", report, true); err != nil {
		return err
	}
	f.Report, f.Status = report, ForceReported
	return nil
}
