package pack

import (
	"maps"
	"slices"
	"strings"

	"huying/internal/domain/calendar"
	"huying/internal/domain/duty"
	"huying/internal/fault"
)

// Limit names one time limit or number that packs set (C4 rule 12).
type Limit string

// The time limits of a matter.
const (
	Verify       Limit = "verify"        // the desk verifies a call
	Triage       Limit = "triage"        // the desk decides its class
	TriageAppeal Limit = "triage_appeal" // an appeal against the class is decided
	Dispatch     Limit = "dispatch"      // the desk gives an order
	Contact      Limit = "contact"       // the caller is contacted
	Promised     Limit = "promised"      // what the caller is told
	Statutory    Limit = "statutory"     // what the law allows where no category says
	Callback     Limit = "callback"      // the caller is asked for the verdict
	Conference   Limit = "conference"    // the convened units decide
	Exclusion    Limit = "exclusion"     // the assessor decides
	Verdict      Limit = "verdict"       // the caller may rate
	Reopen       Limit = "reopen"        // the caller may ask to open it again
	CommunityTry Limit = "community_try" // the community has its time to try
	TownTry      Limit = "town_try"      // the town has its time to try
	Mediation    Limit = "mediation"     // a conflict is mediated
	DeferralMax  Limit = "deferral_max"  // a matter may be put off
	DeferralLook Limit = "deferral_look" // a deferral is looked at again
	SensorCheck  Limit = "sensor_check"  // a person confirms what a device saw, else it is deleted
	Lead         Limit = "lead"          // somebody is sent after what the ground found
)

// The time limits of an order.
const (
	Sign             Limit = "sign"              // the debtor accepts
	Respond          Limit = "respond"           // the debtor answers, where no category says
	Object           Limit = "object"            // the debtor may object
	ObjectionReview  Limit = "objection_review"  // an objection is decided
	ExtensionReview  Limit = "extension_review"  // a request for time is decided
	ExtensionMax     Limit = "extension_max"     // the longest extension
	Judge            Limit = "judge"             // the creditor judges an answer
	Rework           Limit = "rework"            // a rejected answer is mended
	HazardTarget     Limit = "hazard_target"     // a fanned-out hazard is removed: a target
	CardAppeal       Limit = "card_appeal"       // a unit may object to a card
	SupervisionReply Limit = "supervision_reply" // a supervision letter is answered
	Consultation     Limit = "consultation"      // an asked body answers
	WhistleArrival   Limit = "whistle_arrival"   // a called department arrives
	WhistleBlow      Limit = "whistle_blow"      // the whistle about an emergency is blown
	WhistleCommunity Limit = "whistle_community" // a community's whistle is solved before its street takes it up
	CaseTransfer     Limit = "case_transfer"     // a department answers for a case handed to it
)

// The time limits of opinions, liaison and accountability.
const (
	LeaveOpinion     Limit = "leave_opinion"     // on the leave of stationed staff
	MajorOpinion     Limit = "major_opinion"     // on a major matter or a plan
	AppraisalOpinion Limit = "appraisal_opinion" // the yearly opinion document
	Recommendation   Limit = "recommendation"    // a recommendation is answered
	LiaisonReply     Limit = "liaison_reply"     // a leader's office answers an item
	CommissionerAsk  Limit = "commissioner_ask"  // the street answers a community commissioner
	SpecialLiaison   Limit = "special_liaison"   // an enterprise's call is taken up
	ObservationReply Limit = "observation_reply" // an observed unit answers
	EntryObjection   Limit = "entry_objection"   // a unit may object to an entry against it
	DisputeSettle    Limit = "dispute_settle"    // a county's body settles a conflict before it is the city's
)

// The limits of the petition, permit and penalty laws, which no city moves.
const (
	PetitionObject Limit = "petition_object"
	PermitAsk      Limit = "permit_ask"
	PermitDecide   Limit = "permit_decide"
	CaseDecide     Limit = "case_decide"
	HearingAsk     Limit = "hearing_ask"
	LogKept        Limit = "log_kept"
)

// The numbers.
const (
	ExtensionCount  Limit = "extension_count" // extensions of one order
	ObjectionCount  Limit = "objection_count" // objections to one order before a conference binds
	ReworkCount     Limit = "rework_count"    // rejected answers before supervision
	CallbackTries   Limit = "callback_tries"  // on different days, before a caller counts as not reached
	SampleShare     Limit = "sample_share"    // closed matters checked again, in permille
	RankLeast       Limit = "rank_least"      // matters a unit needs to be ranked
	GroupLeast      Limit = "group_least"     // people a published number must hide among
	IndicatorMost   Limit = "indicator_most"  // indicators of one scheme
	ResidentLeast   Limit = "resident_least"  // posts of one department that are resident on a platform
	ResidentMost    Limit = "resident_most"
	FormMost        Limit = "form_most"    // forms one unit may ask of one town or village in a month
	MeetingMost     Limit = "meeting_most" // meetings, likewise
	CheckMost       Limit = "check_most"   // checks, likewise
	OfficeMost      Limit = "office_most"  // offices of a street
	OfficeLeast     Limit = "office_least"
	TownOfficeMost  Limit = "town_office_most" // offices of a town
	TownOfficeLeast Limit = "town_office_least"

	Quorum            Limit = "quorum"             // permille of an organ's seats that more than must be present
	QuorumAppointment Limit = "quorum_appointment" // likewise, where it is about an appointment
	PromiseCount      Limit = "promise_count"      // new promises of a year
	ThemeSpan         Limit = "theme_span"         // days over which calls about a theme are counted
	ThemeFall         Limit = "theme_fall"         // percent by which they shall fall, where the theme does not say
	ThemeProblems     Limit = "theme_problems"     // problems of one month's theme
	ThemeStreets      Limit = "theme_streets"      // streets that call about a problem of the city
)

// spec is what a limit's value looks like and which way is stricter.
type spec struct {
	number bool // a plain number, not a time
	floor  bool // a protection: less is looser; otherwise more is looser
	most   int  // the greatest sensible number
}

// specs is every limit there is.
var specs = map[Limit]spec{
	Verify: {}, Triage: {}, TriageAppeal: {}, Dispatch: {}, Contact: {}, Promised: {}, Statutory: {}, Callback: {}, Conference: {},
	Exclusion: {}, Verdict: {floor: true}, Reopen: {floor: true}, CommunityTry: {}, TownTry: {}, Mediation: {}, DeferralMax: {},
	DeferralLook: {}, SensorCheck: {}, Lead: {}, Sign: {}, Respond: {}, Object: {}, ObjectionReview: {}, ExtensionReview: {}, ExtensionMax: {},
	Judge: {}, Rework: {}, HazardTarget: {}, CardAppeal: {floor: true}, SupervisionReply: {}, Consultation: {}, WhistleArrival: {}, WhistleBlow: {}, WhistleCommunity: {}, CaseTransfer: {},
	LeaveOpinion: {}, MajorOpinion: {}, AppraisalOpinion: {}, Recommendation: {}, LiaisonReply: {}, CommissionerAsk: {}, SpecialLiaison: {},
	ObservationReply: {}, EntryObjection: {floor: true}, DisputeSettle: {},
	PetitionObject: {}, PermitAsk: {}, PermitDecide: {}, CaseDecide: {}, HearingAsk: {floor: true}, LogKept: {floor: true},
	ExtensionCount: {number: true, most: 10}, ObjectionCount: {number: true, most: 10}, ReworkCount: {number: true, most: 10},
	CallbackTries: {number: true, floor: true, most: 30}, SampleShare: {number: true, floor: true, most: 1000},
	RankLeast: {number: true, floor: true, most: 1000}, GroupLeast: {number: true, floor: true, most: 1000},
	IndicatorMost: {number: true, most: 50},
	ResidentLeast: {number: true, floor: true, most: 20}, ResidentMost: {number: true, most: 20},
	FormMost: {number: true, most: 100}, MeetingMost: {number: true, most: 100}, CheckMost: {number: true, most: 100},
	OfficeMost: {number: true, most: 100}, OfficeLeast: {number: true, floor: true, most: 100},
	TownOfficeMost: {number: true, most: 100}, TownOfficeLeast: {number: true, floor: true, most: 100},
	Quorum: {number: true, floor: true, most: 999}, QuorumAppointment: {number: true, floor: true, most: 999},
	PromiseCount: {number: true, floor: true, most: 100},
	ThemeSpan:    {number: true, floor: true, most: 90}, ThemeFall: {number: true, floor: true, most: 95},
	ThemeProblems: {number: true, most: 10}, ThemeStreets: {number: true, floor: true, most: 100},
}

// byUrgency are the limits that may differ from one urgency to another.
var byUrgency = []Limit{Verify, Dispatch, Contact, Promised, Statutory, Sign, Respond, Rework, Judge, Callback, ObjectionReview, WhistleArrival}

var urgencies = []duty.Urgency{duty.Emergency, duty.Utility, duty.Normal, duty.Complex}

// Rule is one value as a pack sets it.
type Rule struct {
	Name   string // the limit, with "." and the urgency if it is for one
	Limit  calendar.Limit
	Number int
	Law    bool   // no layer above may loosen it
	Basis  string // the rule, article or practice it follows
	From   string // the layer that set it: base, the city, or a territory
}

// Limits is the time limits and numbers that hold in one place.
type Limits struct{ rules map[string]Rule }

// For returns a time limit for an urgency: the one set for it, else the
// general one. The zero limit means that the pack sets none.
func (l Limits) For(name Limit, u duty.Urgency) calendar.Limit {
	if r, ok := l.rules[string(name)+"."+string(u)]; ok {
		return r.Limit
	}
	return l.rules[string(name)].Limit
}

// Time returns a time limit that does not depend on urgency.
func (l Limits) Time(name Limit) calendar.Limit { return l.rules[string(name)].Limit }

// Number returns a number.
func (l Limits) Number(name Limit) int { return l.rules[string(name)].Number }

// Rule returns one value with its basis and origin.
func (l Limits) Rule(name string) (Rule, bool) { r, ok := l.rules[name]; return r, ok }

// Rules returns all values, sorted by name.
func (l Limits) Rules() []Rule {
	out := make([]Rule, 0, len(l.rules))
	for _, name := range slices.Sorted(maps.Keys(l.rules)) {
		out = append(out, l.rules[name])
	}
	return out
}

// limitNames are the keys limits.yaml may have.
func limitNames() map[string]spec {
	out := map[string]spec{}
	for name, s := range specs {
		out[string(name)] = s
		if slices.Contains(byUrgency, name) {
			for _, u := range urgencies {
				out[string(name)+"."+string(u)] = s
			}
		}
	}
	return out
}

// limits reads limits.yaml over those of the layers before it.
func (l *layer) limits(under Limits) Limits {
	return Limits{l.rulebook(limitsFile, limitNames(), under.rules)}
}

// rulebook reads a file of rules over those of the layers before it.
func (l *layer) rulebook(file string, known map[string]spec, under map[string]Rule) map[string]Rule {
	out := maps.Clone(under)
	if out == nil {
		out = map[string]Rule{}
	}
	top, ok := l.document(file)
	if !ok {
		return out
	}
	top.each(func(key string, at, value node) {
		s, ok := known[key]
		if !ok {
			at.unknown(key, slices.Collect(maps.Keys(known)))
			return
		}
		r, ok := l.rule(key, s, at, value)
		if !ok {
			return
		}
		if shadowed(key, under) {
			at.wrong(fault.New(fault.Invalid, "pack.limit_shadowed", key))
			return
		}
		before, set := under[key]
		if !set && strings.Contains(key, ".") {
			before, set = under[key[:strings.IndexByte(key, '.')]]
		}
		if set && before.Law && looser(s, before, r) {
			at.wrong(fault.New(fault.Invalid, "pack.law_loosened", key, before.said(s), r.said(s), before.Basis))
			return
		}
		r.Law = r.Law || set && before.Law
		out[key] = r
	})
	return out
}

// shadowed reports whether each urgency already has a limit of its own, so that
// a general one would have no effect.
func shadowed(key string, under map[string]Rule) bool {
	for _, u := range urgencies {
		if _, ok := under[key+"."+string(u)]; !ok {
			return false
		}
	}
	return true
}

// rule reads one rule.
func (l *layer) rule(key string, s spec, at, value node) (Rule, bool) {
	r := Rule{Name: key, From: l.name}
	good := false
	value.record(map[string]func(node){
		"is": func(n node) {
			if s.number {
				r.Number, good = n.number(s.most), true
				return
			}
			v, err := calendar.ParseLimit(n.text())
			if err != nil {
				n.wrong(err)
				return
			}
			r.Limit, good = v, true
		},
		"law":   func(n node) { r.Law = n.yes() },
		"basis": into(&r.Basis),
	})
	if r.Basis == "" {
		at.wrong(fault.New(fault.Invalid, "pack.basis_missing", key))
	}
	return r, good
}

// said is the value as the pack writes it.
func (r Rule) said(s spec) any {
	if s.number {
		return r.Number
	}
	return r.Limit.String()
}

// looser reports whether b asks less of the administration, or gives less to
// the caller, than a.
func looser(s spec, a, b Rule) bool {
	switch {
	case s.number && s.floor:
		return b.Number < a.Number
	case s.number:
		return b.Number > a.Number
	case s.floor:
		return !noLonger(a.Limit, b.Limit)
	}
	return !noLonger(b.Limit, a.Limit)
}

// noLonger reports whether a is certain to end no later than b.
func noLonger(a, b calendar.Limit) bool {
	shorter, comparable := b.Shorter(a)
	return comparable && !shorter
}
