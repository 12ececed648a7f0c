package consult

import (
	"slices"
	"strconv"

	"huying/internal/domain/matter"
	"huying/internal/domain/pack"
	"huying/internal/domain/power"
	"huying/internal/domain/register"
	"huying/internal/domain/territory"
	"huying/internal/fault"
	"huying/internal/ident"
)

func itoa(n int) string { return strconv.Itoa(n) }

// RecommendationKind is what a street recommends or suggests.
type RecommendationKind string

// The kinds. The first four are about the head of a stationed agency.
const (
	Appoint RecommendationKind = "APPOINT"
	Adjust  RecommendationKind = "ADJUST"
	Reward  RecommendationKind = "REWARD"
	Punish  RecommendationKind = "PUNISH"
	Suggest RecommendationKind = "SUGGESTION" // on a major decision
	Project RecommendationKind = "PROJECT"    // a project that should be
)

// RecommendationKinds lists every kind.
var RecommendationKinds = []RecommendationKind{Appoint, Adjust, Reward, Punish, Suggest, Project}

// Personnel reports whether the recommendation is about a post.
func (k RecommendationKind) Personnel() bool { return k != Suggest && k != Project }

// Power is what the street must hold.
func (k RecommendationKind) Power() power.Code {
	switch k {
	case Suggest:
		return power.AdviseMajor
	case Project:
		return power.ProposeProject
	}
	return power.RecommendPersonnel
}

// Task is the kind of task by which it is answered.
func (k RecommendationKind) Task() matter.TaskKind {
	if k.Personnel() {
		return matter.Recommendation
	}
	return matter.Advice
}

// Limit is the time the receiver has.
func (k RecommendationKind) Limit() pack.Limit {
	if k.Personnel() {
		return pack.Recommendation
	}
	return pack.MajorOpinion
}

// Recommendation is what a unit recommends to another, which must answer.
type Recommendation struct {
	Kind     RecommendationKind `json:"kind"`
	Matter   ident.ID           `json:"matter,omitempty"` // by which it is answered
	Place    territory.Address  `json:"place"`
	Post     string             `json:"post,omitempty"`
	Receiver string             `json:"receiver"`
	Text     string             `json:"text"`
	Title    string             `json:"title"`
	Unit     string             `json:"unit"`
}

// Line tells the columns of the register.
func (r Recommendation) Line() register.Line {
	return register.Line{Register: "RECOMMENDATION", Place: r.Place, Unit: r.Unit, Other: r.Receiver, About: r.Matter, Status: string(r.Kind)}
}

// Check reports what is wrong. Faults: recommendation.kind_unknown,
// gate.post_needed, text.missing.
func (r *Recommendation) Check() error {
	var wrong fault.List
	if !slices.Contains(RecommendationKinds, r.Kind) {
		wrong.Add(fault.Field("kind", "recommendation.kind_unknown", string(r.Kind)))
	}
	if r.Kind.Personnel() && r.Post == "" {
		wrong.Add(fault.Field("post", "gate.post_needed"))
	}
	wrong.Add(matter.Words("title", r.Title, true))
	wrong.Add(matter.Words("text", r.Text, true))
	return wrong.Err()
}

// LiaisonKind is what a post is to those it is assigned to.
type LiaisonKind string

// The kinds of liaison.
const (
	LeaderLiaison LiaisonKind = "LEADER"       // a leader's post and a street (挂点)
	Commissioner  LiaisonKind = "COMMISSIONER" // a community commissioner (社区专员)
	Special       LiaisonKind = "ENTERPRISE"   // an enterprise's special liaison (特派员)
)

// LiaisonKinds lists every kind.
var LiaisonKinds = []LiaisonKind{LeaderLiaison, Commissioner, Special}

// Liaison assigns a post to a street, a community or an enterprise, for a time.
type Liaison struct {
	Enterprise string            `json:"enterprise,omitempty"` // its name
	From       int               `json:"from"`
	Kind       LiaisonKind       `json:"kind"`
	Place      territory.Address `json:"place"`
	Post       string            `json:"post"`
	PostUnit   string            `json:"post_unit"`
	To         int               `json:"to,omitempty"`
	Unit       string            `json:"unit"` // whose liaison it is: that raises items, or whose desk takes the enterprise's calls
}

// Line tells the columns of the register.
func (l Liaison) Line() register.Line {
	return register.Line{Register: "LIAISON", Place: l.Place, Unit: l.Unit, Other: l.PostUnit, Status: string(l.Kind), From: l.From, To: l.To}
}

// Limit is the time an item of the liaison has.
func (k LiaisonKind) Limit() pack.Limit {
	switch k {
	case Commissioner:
		return pack.CommissionerAsk
	case Special:
		return pack.SpecialLiaison
	}
	return pack.LiaisonReply
}

// MayRaise reports whether a post of a unit raises items by the liaison: whoever
// works in the street or community it is for, and of commissioners the one who
// was assigned. The calls of an enterprise come in as calls.
func (l *Liaison) MayRaise(unit, post string) bool {
	return l.Kind != Special && unit == l.Unit || l.Kind == Commissioner && post == l.Post
}

// Check reports what is wrong. Faults: liaison.kind_unknown,
// liaison.enterprise_needed, power.days_reversed.
func (l *Liaison) Check() error {
	var wrong fault.List
	if !slices.Contains(LiaisonKinds, l.Kind) {
		wrong.Add(fault.Field("kind", "liaison.kind_unknown", string(l.Kind)))
	}
	if l.Kind == Special {
		wrong.Add(matter.Words("enterprise", l.Enterprise, true))
	}
	if l.To != 0 && l.To < l.From {
		wrong.Add(fault.Field("to", "power.days_reversed"))
	}
	return wrong.Err()
}

// Course is what an instruction says about a matter, as far as two can be
// compared.
type Course string

// The courses.
const (
	Proceed  Course = "PROCEED"
	Hold     Course = "HOLD"
	HandOver Course = "HAND_OVER"
)

// Courses lists every course.
var Courses = []Course{Proceed, Hold, HandOver}

// Instruction is what a superior tells a unit about a matter: the order that
// says it stands in a task of its own.
type Instruction struct {
	Course Course            `json:"course"`
	Issuer string            `json:"issuer"`
	Matter ident.ID          `json:"matter"`        // it is about
	Off    ident.ID          `json:"off,omitempty"` // the conflict by whose decision nobody has to follow it
	Place  territory.Address `json:"place"`
	Task   ident.ID          `json:"task,omitempty"` // by which it was given
	Text   string            `json:"text"`
	Unit   string            `json:"unit"`
}

// Line tells the columns of the register.
func (i Instruction) Line() register.Line {
	return register.Line{Register: "INSTRUCTION", Place: i.Place, Unit: i.Unit, Other: i.Issuer, About: i.Matter, Status: string(i.Course)}
}

// Contradicts reports whether two instructions cannot both be followed: of two
// issuers, to one unit, about one matter, on different courses (GZ-08).
func (i *Instruction) Contradicts(o *Instruction) bool {
	return i.Issuer != o.Issuer && i.Unit == o.Unit && i.Matter == o.Matter && i.Course != o.Course
}

// The states of a conflict.
const (
	ConflictOpen    = "CONFLICT"
	ConflictSettled = "SETTLED"
)

// Clash is two instructions that contradict each other. Both stand until
// somebody decides which is followed; the decision is kept here.
type Clash struct {
	Decider  string            `json:"decider,omitempty"` // post
	Decision string            `json:"decision,omitempty"`
	First    ident.ID          `json:"first"`
	Issuers  []string          `json:"issuers"`
	Matter   ident.ID          `json:"matter"`
	Place    territory.Address `json:"place"`
	Second   ident.ID          `json:"second"`
	Stands   ident.ID          `json:"stands,omitempty"` // the instruction that is followed
	Status   string            `json:"status"`
	Unit     string            `json:"unit"`
}

// Line tells the columns of the register.
func (c Clash) Line() register.Line {
	l := register.Line{Register: "INSTRUCTION_CONFLICT", Place: c.Place, Unit: c.Unit, About: c.Matter, Status: c.Status}
	if len(c.Issuers) > 0 {
		l.Other = c.Issuers[0]
	}
	return l
}

// Settle records the decision. Faults: conflict.settled, conflict.not_of_it,
// text.missing.
func (c *Clash) Settle(stands ident.ID, decision, by string) error {
	if c.Status != ConflictOpen {
		return fault.New(fault.Conflict, "conflict.settled")
	}
	if stands != c.First && stands != c.Second {
		return fault.Field("stands", "conflict.not_of_it")
	}
	if err := matter.Words("decision", decision, true); err != nil {
		return err
	}
	c.Status, c.Stands, c.Decision, c.Decider = ConflictSettled, stands, decision, by
	return nil
}

// Follow settles a conflict of which a side is not to be followed any more, by
// the decision of another one: off says which of the two instructions are off.
// It reports whether that settled it.
func (c *Clash) Follow(o *Clash, off func(ident.ID) bool) bool {
	first, second := off(c.First), off(c.Second)
	if c.Status != ConflictOpen || !first && !second {
		return false
	}
	c.Status, c.Decision, c.Decider, c.Stands = ConflictSettled, o.Decision, o.Decider, o.Stands
	switch {
	case !first:
		c.Stands = c.First
	case !second:
		c.Stands = c.Second
	}
	return true
}
