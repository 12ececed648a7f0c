// Package org holds organisations and posts: who exists, who leads, commands,
// hosts or appraises whom (a graph, since double subordination is normal), and
// who is on duty at a given hour. It knows no person beyond a post's holder
// reference, and nothing of matters or orders.
package org

// Kind is what a unit is.
type Kind string

// The kinds of unit.
const (
	PartyCommittee     Kind = "PARTY_COMMITTEE"
	Government         Kind = "GOVERNMENT"
	Department         Kind = "DEPARTMENT"
	StationedAgency    Kind = "STATIONED_AGENCY"
	StreetOffice       Kind = "STREET_OFFICE"
	BackOffice         Kind = "BACK_OFFICE"
	FrontCentre        Kind = "FRONT_CENTRE"
	EnforcementBody    Kind = "ENFORCEMENT_BODY"
	CommunityCommittee Kind = "COMMUNITY_COMMITTEE"
	VillageCommittee   Kind = "VILLAGE_COMMITTEE"
	HotlineCentre      Kind = "HOTLINE_CENTRE"
	CommandCentre      Kind = "COMMAND_CENTRE"
	ServiceCentre      Kind = "SERVICE_CENTRE"
	CoordinationBody   Kind = "COORDINATION_BODY"
	Enterprise         Kind = "ENTERPRISE"
	Institution        Kind = "INSTITUTION"
	SocialOrg          Kind = "SOCIAL_ORG"
	PartyBranch        Kind = "PARTY_BRANCH"
)

// Level is the tier a unit belongs to.
type Level string

// The tiers, from the ground up.
const (
	Community Level = "COMMUNITY"
	Town      Level = "TOWN"
	District  Level = "DISTRICT"
	City      Level = "CITY"
)

// Rank orders the levels: 1 for Community up to 4 for City, 0 if l is none.
func (l Level) Rank() int {
	switch l {
	case Community:
		return 1
	case Town:
		return 2
	case District:
		return 3
	case City:
		return 4
	}
	return 0
}

// Up returns the next level up; City stays City.
func (l Level) Up() Level {
	switch l {
	case Community:
		return Town
	case Town:
		return District
	}
	return City
}

// Down returns the next lower level; the lowest is its own.
func (l Level) Down() Level {
	switch l {
	case City:
		return District
	case District:
		return Town
	}
	return Community
}

// EdgeKind is what one unit is to another.
type EdgeKind string

// The kinds of edge, from → to.
const (
	Leads        EdgeKind = "LEADS"
	Guides       EdgeKind = "GUIDES"
	Dispatches   EdgeKind = "DISPATCHES"
	ManagesDaily EdgeKind = "MANAGES_DAILY"
	Appraises    EdgeKind = "APPRAISES"
	StationedIn  EdgeKind = "STATIONED_IN" // an agency in a town or street: the town may command it
	ResidentAt   EdgeKind = "RESIDENT_AT"  // sends people to a platform for good
	OnCallFor    EdgeKind = "ON_CALL_FOR"  // names a person who comes when called
	Owns         EdgeKind = "OWNS_ESTABLISHMENT"
)

// Unit is one organisation. Code is unique in a city: by convention the code
// of its territory, a dash and a short suffix ("440106-CG").
type Unit struct {
	Code      string
	Name      string
	NameEN    string
	Kind      Kind
	Level     Level
	Territory string // code of the place it serves
	Suffix    string // role within its territory, e.g. "CG": categories name units by level and suffix
}

// Edge is one relation between two units.
type Edge struct {
	From, To string
	Kind     EdgeKind
	Scope    string
}

// Role is what the holder of a post does here; access rights follow from it.
type Role string

// The roles of posts.
const (
	Dispatcher  Role = "DISPATCHER"  // street, town, district or city desk
	Agent       Role = "AGENT"       // hotline: takes calls, calls back
	Handler     Role = "HANDLER"     // answers orders
	GridWorker  Role = "GRID_WORKER" // reports findings, answers own orders
	GridJudge   Role = "GRID_SUPERVISOR"
	Reporter    Role = "MOBILE_GRID"  // voluntary reporter of things, never of persons
	Leader      Role = "HEAD"         // sees the unit's subtree
	Secretary   Role = "SECRETARY"    // street party committee
	Supervisor  Role = "SUPERVISOR"   // 督查: cards, supervision, sample checks
	Assessor    Role = "ASSESSOR"     // decides exclusions; belongs to no scored unit
	Auditor     Role = "AUDITOR"      // reads the ledger and the logs
	SystemAdmin Role = "SYSTEM_ADMIN" // packs, tokens; sees no business data

	SecurityAdmin Role = "SECURITY_ADMIN" // accounts, seats, grants; sees no business data

	Organiser     Role = "ORGANISER"      // 编办: lists, delegations, admissions, the burden on the grassroots
	LegalReviewer Role = "LEGAL_REVIEWER" // passes lists before anybody is asked
	Observer      Role = "OBSERVER"       // tells what upper bodies do, under a sealed name
	Keeper        Role = "CHANNEL_KEEPER" // keeps the observers' channel
)

// Administers reports whether a role is one of the three that administer the
// installation. They are separate: none sees business data, and no person
// holds two of them or one of them beside another post.
func (r Role) Administers() bool { return r == SystemAdmin || r == SecurityAdmin || r == Auditor }

// Post is one seat in a unit. Holder is a pseudonymous reference, never a name
// or a number of a person; empty means vacant.
type Post struct {
	Code      string // unit code + "/" + role, with "#n" if there are several
	Unit      string
	Role      Role
	Title     string
	TitleEN   string
	Territory string
	Public    bool
	Phone     string // duty telephone of the post, never a private one
	Holder    string
}

// Shift says when a unit's desk is staffed. Days are "WD" (working days),
// "RD" (rest days) or "ALL"; From and To are minutes after midnight, and a
// shift with To <= From ends on the next day.
type Shift struct {
	Unit     string
	Days     string
	From, To int
	Post     string
}
