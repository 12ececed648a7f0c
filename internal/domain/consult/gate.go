// Package consult holds what units must ask, may recommend and have to settle
// with each other: gates that an act cannot pass before an opinion was given,
// recommendations, liaison of leaders with streets, instructions of two
// superiors, and appraisals of departments by streets. Opinions and answers
// are orders of tasks; a record here only says what they are for. It names
// posts, never persons.
package consult

import (
	"slices"

	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/domain/pack"
	"huying/internal/domain/power"
	"huying/internal/domain/register"
	"huying/internal/domain/territory"
	"huying/internal/fault"
	"huying/internal/ident"
)

// GateKind is what kind of act needs the opinion.
type GateKind string

// The kinds of gate.
const (
	Leave       GateKind = "LEAVE"              // of stationed staff
	Appraisal   GateKind = "APPRAISAL"          // of the work of stationed staff
	Appointment GateKind = "APPOINTMENT"        // or removal of the head of an agency
	TransferOut GateKind = "TRANSFER_OUT"       // of resident staff
	Major       GateKind = "MAJOR_MATTER"       // a decision that touches a street
	Planning    GateKind = "PLANNING"           // a plan within a street
	Document    GateKind = "APPRAISAL_DOCUMENT" // the street's yearly opinion, as a signed document
)

// GateKinds lists every kind.
var GateKinds = []GateKind{Leave, Appraisal, Appointment, TransferOut, Major, Planning, Document}

// gate says what a kind of gate needs: the power of who is asked, the limit,
// and whether silence counts as no objection.
type gate struct {
	power  power.Code
	limit  pack.Limit
	lapses bool
	placed bool // it is about places, not about a post of a stationed agency
}

var gates = map[GateKind]gate{
	Leave:       {power: power.ConsultLeave, limit: pack.LeaveOpinion, lapses: true},
	Appraisal:   {power: power.AppraiseResident, limit: pack.Consultation, lapses: true},
	Appointment: {power: power.ConsultAppoint, limit: pack.Consultation, lapses: true},
	TransferOut: {power: power.ConsultAppoint, limit: pack.Consultation, lapses: true},
	Major:       {power: power.AdviseMajor, limit: pack.MajorOpinion, lapses: true, placed: true},
	Planning:    {power: power.JoinPlanning, limit: pack.MajorOpinion, lapses: true, placed: true},
	Document:    {power: power.AppraiseResident, limit: pack.AppraisalOpinion},
}

// Power is what the asked body must hold.
func (k GateKind) Power() power.Code { return gates[k].power }

// Limit is the time the asked body has.
func (k GateKind) Limit() pack.Limit { return gates[k].limit }

// Lapses reports whether silence counts as no objection.
func (k GateKind) Lapses() bool { return gates[k].lapses }

// Placed reports whether the gate is about places.
func (k GateKind) Placed() bool { return gates[k].placed }

// The states of a gate.
const (
	Proposed  = "PROPOSED"
	Effective = "EFFECTIVE"
	Against   = "EFFECTIVE_AGAINST" // it took effect against an opinion, with reasons
	Dropped   = "DROPPED"
)

// Gate is a proposal that cannot take effect before those who must be asked
// have answered, or their time is over.
type Gate struct {
	Adopted  bool              `json:"adopted,omitempty"` // objections and conditions were taken over
	Asked    []string          `json:"asked,omitempty"`
	Consult  []ident.ID        `json:"consult,omitempty"` // the matters by which they are asked
	Day      int               `json:"day,omitempty"`     // it took effect
	Kind     GateKind          `json:"kind"`
	Place    territory.Address `json:"place"`
	Places   []string          `json:"places,omitempty"` // that it touches
	Post     string            `json:"post,omitempty"`
	Proposer string            `json:"proposer"`
	Reasons  string            `json:"reasons,omitempty"`
	Status   string            `json:"status"`
	Text     string            `json:"text,omitempty"`
	Title    string            `json:"title"`
	Year     int               `json:"year,omitempty"` // of a yearly appraisal
}

// Line tells the columns of the register.
func (g Gate) Line() register.Line {
	l := register.Line{Register: "GATE", Place: g.Place, Unit: g.Proposer, Status: g.Status, From: g.Day}
	if len(g.Asked) > 0 {
		l.Other = g.Asked[0]
	}
	return l
}

// Check reports what is wrong with a proposal. Faults: gate.kind_unknown,
// text.missing, gate.post_needed, gate.places_needed, gate.year_needed.
func (g *Gate) Check() error {
	var wrong fault.List
	if !slices.Contains(GateKinds, g.Kind) {
		wrong.Add(fault.Field("kind", "gate.kind_unknown", string(g.Kind)))
	}
	wrong.Add(matter.Words("title", g.Title, true))
	wrong.Add(matter.Words("text", g.Text, false))
	switch {
	case g.Kind.Placed() && len(g.Places) == 0:
		wrong.Add(fault.Field("places", "gate.places_needed"))
	case !g.Kind.Placed() && g.Post == "":
		wrong.Add(fault.Field("post", "gate.post_needed"))
	}
	if g.Kind == Document && (g.Year < 2000 || g.Year > 2200) {
		wrong.Add(fault.Field("year", "gate.year_needed"))
	}
	return wrong.Err()
}

// Open reports nil if the gate waits. Fault: gate.decided.
func (g *Gate) Open() error {
	if g.Status != Proposed {
		return fault.New(fault.Conflict, "gate.decided", g.Status)
	}
	return nil
}

// Finish lets the proposal take effect on a day. owed are the units that must
// have been asked, orders those by which they were. Faults: gate.decided,
// gate.not_asked, gate.consult_pending, gate.reasons_needed.
func (g *Gate) Finish(owed []string, orders []*order.Order, reasons string, adopted bool, day int) error {
	if err := g.Open(); err != nil {
		return err
	}
	for _, unit := range owed {
		if !slices.Contains(g.Asked, unit) {
			return fault.New(fault.Conflict, "gate.not_asked", unit)
		}
	}
	against := false
	for _, unit := range g.Asked {
		o := newest(orders, unit)
		if o == nil || o.Status.Open() || o.Answer() == nil {
			return fault.New(fault.Conflict, "gate.consult_pending", "CONSULT_PENDING", unit)
		}
		if r := o.Answer().Result; r == matter.Disagreed || r == matter.Conditional {
			against = true
		}
	}
	if against && !adopted {
		if err := matter.Words("reasons", reasons, false); err != nil {
			return err
		}
		if len(reasons) == 0 {
			return fault.Field("reasons", "gate.reasons_needed")
		}
	}
	g.Adopted, g.Reasons, g.Day, g.Status = against && adopted, reasons, day, Effective
	if against && !adopted {
		g.Status = Against
	}
	return nil
}

// Drop ends a proposal that is not carried out.
func (g *Gate) Drop(reason string) error {
	if err := g.Open(); err != nil {
		return err
	}
	if err := matter.Words("reason", reason, true); err != nil {
		return err
	}
	g.Reasons, g.Status = reason, Dropped
	return nil
}

func newest(orders []*order.Order, debtor string) *order.Order {
	for _, o := range slices.Backward(orders) {
		if o.Debtor == debtor && o.Kind == order.Opinion {
			return o
		}
	}
	return nil
}

// Grade is the statutory grade of a yearly appraisal (公务员法 第三十八条).
type Grade string

// The grades.
const (
	Excellent   Grade = "EXCELLENT"
	Competent   Grade = "COMPETENT"
	Basic       Grade = "BASICALLY_COMPETENT"
	Incompetent Grade = "INCOMPETENT"
)

// Grades lists every grade.
var Grades = []Grade{Excellent, Competent, Basic, Incompetent}

// Opinion is a street's opinion on the yearly appraisal of a resident post: a
// document as it was signed. Nothing changes it afterwards, nothing computes it
// and nothing is computed from it (INV-06).
type Opinion struct {
	Gate   ident.ID          `json:"gate"`
	Grade  Grade             `json:"grade"`
	Parent string            `json:"parent"`
	Place  territory.Address `json:"place"`
	Post   string            `json:"post"`
	Signer string            `json:"signer"` // post
	Text   string            `json:"text"`
	Unit   string            `json:"unit"`
	Year   int               `json:"year"`
}

// Line tells the columns of the register.
func (o Opinion) Line() register.Line {
	l := register.Line{Register: "APPRAISAL_DOCUMENT", Place: o.Place, Unit: o.Unit, Other: o.Parent, About: o.Gate}
	if o.Post != "" {
		l.Key = o.Post + "/" + itoa(o.Year)
	}
	return l
}

// Check reports what is wrong with a document. Fault: gate.grade_unknown.
func (o *Opinion) Check() error {
	if !slices.Contains(Grades, o.Grade) {
		return fault.Field("grade", "gate.grade_unknown", string(o.Grade))
	}
	return matter.Words("text", o.Text, true)
}
