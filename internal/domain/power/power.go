// Package power holds the register of functions and powers (职能、职权): which
// unit may do what beyond its daily work, on what basis and on which days. The
// powers of a pack are in force unless a newer record of the register says
// otherwise, so that a city starts with its pack and nothing is loaded twice.
// It knows no database and no person.
package power

import (
	"huying/internal/domain/org"
	"huying/internal/domain/register"
	"huying/internal/domain/territory"
	"huying/internal/fault"
)

// Code is one power of the closed list.
type Code string

// The powers (domain part C2).
const (
	DispatchStationed    Code = "DISPATCH_STATIONED"
	AppraiseDept         Code = "APPRAISE_DEPT"
	ConsultAppoint       Code = "CONSULT_APPOINT"
	ConsultLeave         Code = "CONSULT_LEAVE"
	SuperviseComposite   Code = "SUPERVISE_COMPOSITE"
	AdviseMajor          Code = "ADVISE_MAJOR"
	RecommendPersonnel   Code = "RECOMMEND_PERSONNEL"
	AppraiseResident     Code = "APPRAISE_RESIDENT_STAFF"
	EvaluateResidentUnit Code = "EVALUATE_RESIDENT_UNIT"
	ManagePublicAffairs  Code = "PUBLIC_AFFAIRS_MANAGE"
	JoinPlanning         Code = "PLANNING_PARTICIPATE"
	ProposeProject       Code = "PROPOSE_PROJECT"
	Whistle              Code = "WHISTLE"
	UseFund              Code = "USE_FUND"
)

// Codes lists every power.
var Codes = []Code{
	DispatchStationed, AppraiseDept, ConsultAppoint, ConsultLeave, SuperviseComposite, AdviseMajor, RecommendPersonnel, AppraiseResident,
	EvaluateResidentUnit, ManagePublicAffairs, JoinPlanning, ProposeProject, Whistle, UseFund,
}

// Row is one line of a pack: every unit of a level and suffix has the power, or
// the function, which is text and permits nothing.
type Row struct {
	Level    org.Level
	Suffix   string
	Code     Code // "" for a function
	Name     string
	NameEN   string
	Basis    string
	From, To int
}

// fits reports whether the row is about the unit and in force on the day.
func (r *Row) fits(u *org.Unit, day int) bool {
	return r.Level == u.Level && r.Suffix == u.Suffix && (r.From == 0 || r.From <= day) && (r.To == 0 || day <= r.To)
}

// The states of a power.
const (
	Granted = "GRANTED"
	Revoked = "REVOKED"
)

// Power is one record of the register: given or taken back, for everything or
// for one object.
type Power struct {
	Basis  string            `json:"basis"`
	Code   Code              `json:"code"`
	From   int               `json:"from,omitempty"`
	Holder string            `json:"holder"`
	Object string            `json:"object,omitempty"` // a unit; "" is every one
	Place  territory.Address `json:"place"`
	Status string            `json:"status"`
	To     int               `json:"to,omitempty"`
}

// Line tells the columns of the register.
func (p Power) Line() register.Line {
	return register.Line{Register: "POWER", Place: p.Place, Unit: p.Holder, Other: p.Object, Status: p.Status, From: p.From, To: p.To}
}

// Held is a power as a unit holds it: where it comes from, and which days.
type Held struct {
	Code     Code
	Name     string
	Object   string
	Basis    string
	From, To int
	Status   string // GRANTED or REVOKED
	Pack     bool   // it stands in the pack; otherwise on the register
}

// Has returns nil if the unit has the power over the object on the day. own are
// the unit's records of the register, newest first; the newest that is in
// force and is about the object decides. Fault: power.not_held.
func Has(u *org.Unit, rows []Row, own []register.Record[Power], code Code, object string, day int) error {
	for _, r := range own {
		p := &r.Fact
		if p.Holder != u.Code || p.Code != code || !p.Line().In(day) || p.Object != "" && p.Object != object {
			continue
		}
		if p.Status == Granted {
			return nil
		}
		return fault.New(fault.Denied, "power.not_held", u.Name, string(code))
	}
	for i := range rows {
		if rows[i].Code == code && rows[i].fits(u, day) {
			return nil
		}
	}
	return fault.New(fault.Denied, "power.not_held", u.Name, string(code))
}

// Taken reports whether a place has lost a power: the pack or a record in force
// speaks of it for one of the units that serve the place, and none of them
// holds it. Of what nobody speaks nothing was taken. own are the records of all
// these units, newest first.
func Taken(units []*org.Unit, rows []Row, own []register.Record[Power], code Code, day int) bool {
	spoken := false
	for _, u := range units {
		if Has(u, rows, own, code, "", day) == nil {
			return false
		}
		for i := range rows {
			spoken = spoken || rows[i].Code == code && rows[i].Level == u.Level && rows[i].Suffix == u.Suffix
		}
		for _, r := range own {
			spoken = spoken || r.Fact.Holder == u.Code && r.Fact.Code == code && r.Fact.Line().In(day)
		}
	}
	return spoken
}

// Of lists what a unit holds, or has lost, on a day: its records first, then
// what the pack gives and no record changed.
func Of(u *org.Unit, rows []Row, own []register.Record[Power], day int) []Held {
	var out []Held
	told := map[Code]bool{}
	for _, r := range own {
		p := &r.Fact
		if p.Holder != u.Code || !p.Line().In(day) || told[p.Code] {
			continue
		}
		told[p.Code] = p.Object == ""
		out = append(out, Held{Code: p.Code, Object: p.Object, Basis: p.Basis, From: p.From, To: p.To, Status: p.Status})
	}
	for i := range rows {
		r := &rows[i]
		if !r.fits(u, day) || r.Code != "" && told[r.Code] {
			continue
		}
		out = append(out, Held{Code: r.Code, Name: r.Name, Basis: r.Basis, From: r.From, To: r.To, Status: Granted, Pack: true})
	}
	return out
}

// Check reports what is wrong with a new record. Faults: power.code_unknown,
// text.missing, power.days_reversed.
func (p *Power) Check() error {
	var wrong fault.List
	known := false
	for _, c := range Codes {
		known = known || c == p.Code
	}
	if !known {
		wrong.Add(fault.Field("code", "power.code_unknown", string(p.Code)))
	}
	if p.Basis == "" {
		wrong.Add(fault.Field("basis", "text.missing", "basis"))
	}
	if p.To != 0 && p.To < p.From {
		wrong.Add(fault.Field("to", "power.days_reversed"))
	}
	return wrong.Err()
}
