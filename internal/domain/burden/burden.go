// Package burden holds what is demanded of towns and villages besides their
// list: forms, meetings, checks, work groups, apps and plates. Each demand is an
// entry with its issuer, basis and minutes of work; what an upper unit asked for
// and the grassroots were spared is an entry too. It counts demands of units and
// never what a person does. It knows no database.
package burden

import (
	"slices"

	"huying/internal/domain/pack"
	"huying/internal/domain/register"
	"huying/internal/domain/territory"
	"huying/internal/fault"
	"huying/internal/ident"
)

// Kind is what sort of demand an entry is.
type Kind string

// The kinds of demand.
const (
	Order   Kind = "ORDER"
	Form    Kind = "FORM"
	Meeting Kind = "MEETING"
	Check   Kind = "CHECK"
	Group   Kind = "GROUP"
	App     Kind = "APP"
	Sign    Kind = "SIGN"
)

// Kinds lists every kind.
var Kinds = []Kind{Order, Form, Meeting, Check, Group, App, Sign}

// Demands are the kinds that are asked for by a command of this desk.
var Demands = []Kind{Form, Meeting, Check}

// Standing is what became of a demand.
type Standing string

// The standings.
const (
	Asked   Standing = "ASKED"
	Noted   Standing = "NOTED"   // written down by the receiver: it came by telephone or paper
	Refused Standing = "REFUSED" // asked for, and not admitted
	Avoided Standing = "AVOIDED" // answered from what is held already
)

// Entry is one demand on one town or village.
type Entry struct {
	About   ident.ID          `json:"about,omitempty"` // the matter, admission or group
	Basis   string            `json:"basis,omitempty"`
	Day     int               `json:"day"`
	Issuer  string            `json:"issuer"`
	Kind    Kind              `json:"kind"`
	Minutes int               `json:"minutes"`
	Name    string            `json:"name"`
	Place   territory.Address `json:"place"`
	Status  Standing          `json:"status"`
	Unit    string            `json:"unit"` // that receives it
}

// Register is the burden ledger.
const Register register.Name = "BURDEN"

// Line tells the columns.
func (e Entry) Line() register.Line {
	return register.Line{
		Register: Register, Place: e.Place, Unit: e.Unit, Other: e.Issuer, Status: string(e.Status), From: e.Day, About: e.About, Amount: int64(e.Minutes),
	}
}

// mostMinutes bounds one demand: a month of one person's work.
const mostMinutes = 22 * 8 * 60

// Check asks for the basis and the minutes of a demand.
// Faults: burden.kind_unknown, burden.basis_missing, burden.minutes_wrong.
func (e *Entry) Check() error {
	var wrong fault.List
	if !slices.Contains(Kinds, e.Kind) {
		wrong.Add(fault.Field("kind", "burden.kind_unknown", string(e.Kind)))
	}
	if e.Basis == "" && e.Status != Noted {
		wrong.Add(fault.Field("basis", "burden.basis_missing"))
	}
	if e.Minutes < 1 || e.Minutes > mostMinutes {
		wrong.Add(fault.Field("minutes", "burden.minutes_wrong", mostMinutes))
	}
	return wrong.Err()
}

// caps are the limits a kind has for one issuer and one receiver in a month.
var caps = map[Kind]pack.Limit{Form: pack.FormMost, Meeting: pack.MeetingMost, Check: pack.CheckMost}

// Cap returns the limit of a kind; false if there is none.
func Cap(k Kind) (pack.Limit, bool) { l, ok := caps[k]; return l, ok }

// Field is one thing a receiver has told once (一次填报). Whoever asks for it
// again gets what is held.
type Field struct {
	Asker  string            `json:"asker"` // who asked first
	Code   string            `json:"code"`
	Day    int               `json:"day,omitempty"`
	Matter ident.ID          `json:"matter"` // by which it was asked
	Name   string            `json:"name"`
	Place  territory.Address `json:"place"`
	Unit   string            `json:"unit"`
	Value  string            `json:"value,omitempty"`
}

// FieldRegister is the register of fields.
const FieldRegister register.Name = "FORM_FIELD"

// FieldKey names a field of a receiver.
func FieldKey(unit, code string) string { return unit + "/" + code }

// Line tells the columns. A field of a receiver is held once.
func (f Field) Line() register.Line {
	key := ""
	if f.Code != "" {
		key = FieldKey(f.Unit, f.Code)
	}
	status := "ASKED"
	if f.Day != 0 {
		status = "HELD"
	}
	return register.Line{Register: FieldRegister, Place: f.Place, Unit: f.Unit, Other: f.Asker, Key: key, Status: status, From: f.Day, About: f.Matter}
}

// perField is the minutes that telling one field takes, by which what was
// avoided is reckoned.
const perField = 10

// Saved is the minutes that some fields would have taken.
func Saved(fields int) int { return fields * perField }
