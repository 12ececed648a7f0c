// Package duty holds the published duty list of a city: the categories of
// matters, and for each leaf who leads, who helps, how long it may take, what
// must be shown, and by what right it is asked. It knows no database and no
// single matter.
package duty

import (
	"huying/internal/domain/calendar"
	"huying/internal/domain/org"
)

// Urgency is the default speed class of a leaf (C4 rule 12).
type Urgency string

// The urgencies and their default feedback limits: 2 h, 24 h, 7 d, 15 d.
const (
	Emergency Urgency = "EMERGENCY"
	Utility   Urgency = "UTILITY"
	Normal    Urgency = "NORMAL"
	Complex   Urgency = "COMPLEX"
)

// Class is the result of three-way triage (三事分流).
type Class string

// The classes.
const (
	Public    Class = "大事" // government duty: ordered to a department
	Communal  Class = "小事" // community affair: consultation and mediation
	Private   Class = "私事" // private: advice and market service, ordered to nobody
	Undefined Class = ""
)

// Kind says how a leaf binds a town or village (three lists since 2025).
type Kind string

// The kinds of duty.
const (
	Basic     Kind = "BASIC"
	Assist    Kind = "ASSIST"
	TakenBack Kind = "TAKEN_BACK"
)

// UnitRule names a unit relative to a place: the unit of a level with a
// suffix, e.g. DISTRICT:CG, the urban management bureau of the district the
// place lies in.
type UnitRule struct {
	Level  org.Level
	Suffix string
}

// Leaf is one lowest category: what may be ordered, and how.
type Leaf struct {
	Code      string
	Parent    string
	Name      string
	NameEN    string
	Path      []string // names from the root down, without the leaf's own
	Urgency   Urgency
	Class     Class
	Kind      Kind
	Lead      UnitRule
	Co        []UnitRule
	FanOut    bool           // hazard: co-units get orders at once, all with the same clock (GZ-02)
	Instant   bool           // dispatched by rule without a human step (YT-35)
	Sign      calendar.Limit // to accept the order
	Promised  calendar.Limit // what the caller is told
	Statutory calendar.Limit // what the law allows; zero if there is none
	Evidence  []string       // evidence kinds required to respond, e.g. PHOTO
	Closing   string         // closing standard, in words
	Basis     string         // law, rule or published list and its article
	Lexicon   []string       // words that point to this leaf
}
