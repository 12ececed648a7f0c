package programme

import (
	"slices"

	"huying/internal/domain/calendar"
	"huying/internal/domain/register"
	"huying/internal/fault"
	"huying/internal/ident"
)

// MeetingKind is whose meeting it is.
type MeetingKind string

// The kinds of meeting.
const (
	AllianceMeeting  MeetingKind = "ALLIANCE"  // 大工委、大党委: units of the area take part
	CommitteeMeeting MeetingKind = "COMMITTEE" // 党建工作协调委员会
	BodyMeeting      MeetingKind = "BODY"      // of a coordination body, with its agenda of conflicts
	OrganMeeting     MeetingKind = "ORGAN"     // of the organ that takes major decisions
)

// MeetingKinds lists every kind.
var MeetingKinds = []MeetingKind{AllianceMeeting, CommitteeMeeting, BodyMeeting, OrganMeeting}

// Member is a unit that takes part in a meeting. Part-time members join for
// what concerns them.
type Member struct {
	PartTime bool   `json:"part_time,omitempty"`
	Unit     string `json:"unit"`
}

// Meeting is a meeting that was held: its agenda, its minutes, and what it
// resolved. Each resolution is a measure of its owner, with a date.
type Meeting struct {
	Agenda      []string    `json:"agenda"`
	Body        string      `json:"body"`
	Day         int         `json:"day"`
	District    string      `json:"district,omitempty"`
	Kind        MeetingKind `json:"kind"`
	Members     []Member    `json:"members,omitempty"`
	Minutes     string      `json:"minutes"`
	Present     int         `json:"present"` // how many of those entitled to vote
	Resolutions []Duty      `json:"resolutions,omitempty"`
	Town        string      `json:"town,omitempty"`
}

// Line is the record's line.
func (m Meeting) Line() register.Line {
	return register.Line{Register: Meetings, Place: at(m.District, m.Town), Unit: m.Body, Status: string(m.Kind), From: m.Day, To: m.Day}
}

// Check returns what is wrong with a meeting that is to be kept.
func (m *Meeting) Check(today int, known func(string) bool) error {
	var wrong fault.List
	if !slices.Contains(MeetingKinds, m.Kind) {
		wrong.Add(fault.Field("kind", "meeting.kind_unknown", string(m.Kind)))
	}
	if !calendar.IsDay(m.Day) || m.Day > today {
		wrong.Add(fault.Field("day", "meeting.day_wrong", m.Day))
	}
	if len(m.Agenda) == 0 {
		wrong.Add(fault.Field("agenda", "meeting.agenda_missing"))
	}
	for _, x := range m.Members {
		if !known(x.Unit) {
			wrong.Add(fault.Field("members", "unit.unknown", x.Unit))
		}
	}
	if (m.Kind == AllianceMeeting || m.Kind == CommitteeMeeting) && len(m.Members) == 0 {
		wrong.Add(fault.Field("members", "meeting.members_missing"))
	}
	if len(m.Resolutions) > 0 {
		wrong.Add(Check("resolutions", m.Resolutions, today, known))
	}
	return wrong.Err()
}

// OfferKind is what a unit of the area puts on a list.
type OfferKind string

// The lists of an area's party committees (需求清单、资源清单, BJ-20). What a
// need and a resource become is a project.
const (
	Need     OfferKind = "NEED"
	Resource OfferKind = "RESOURCE"
)

// The states of an offer.
const (
	Offered = "OPEN"
	Matched = "MATCHED"
)

// Offer is a need, or a resource with its owner's consent that others see it.
type Offer struct {
	Community string    `json:"community,omitempty"`
	Consent   bool      `json:"consent,omitempty"`
	Day       int       `json:"day"`
	District  string    `json:"district,omitempty"`
	Kind      OfferKind `json:"kind"`
	Status    string    `json:"status"`
	Text      string    `json:"text"`
	Topic     string    `json:"topic"`
	Town      string    `json:"town,omitempty"`
	Unit      string    `json:"unit"`
}

// Line is the record's line. The amount is 1 where others may see it.
func (o Offer) Line() register.Line {
	l := register.Line{Register: Offers, Place: at(o.District, o.Town), Unit: o.Unit, Status: string(o.Kind) + "_" + o.Status, From: o.Day}
	l.Place.Community = o.Community
	if o.Visible() {
		l.Amount = 1
	}
	return l
}

// Visible reports whether units beside its own may see it. A need is told to
// be met; a resource is shown only as far as its owner consents.
func (o Offer) Visible() bool { return o.Kind == Need || o.Consent }

// Match reports whether a resource may meet a need. Faults: offer.not_a_need,
// offer.not_a_resource, offer.taken, offer.no_consent.
func Match(need, resource *Offer) error {
	switch {
	case need.Kind != Need:
		return fault.Field("need", "offer.not_a_need")
	case resource.Kind != Resource:
		return fault.Field("resource", "offer.not_a_resource")
	case !resource.Consent:
		return fault.New(fault.Denied, "offer.no_consent").In("resource")
	case need.Status != Offered || resource.Status != Offered:
		return fault.New(fault.Conflict, "offer.taken")
	}
	need.Status, resource.Status = Matched, Matched
	return nil
}

// The stages of a project (前期、在建、完成, GZ-34).
const (
	Early    = "EARLY"
	Building = "BUILDING"
	Finished = "FINISHED"
)

// Stages lists the stages in order.
var Stages = []string{Early, Building, Finished}

// Stage is since when a project is in a stage.
type Stage struct {
	Day   int    `json:"day"`
	Stage string `json:"stage"`
}

// Project is one project with its stages, or a number of projects that a dated
// statistic counts without naming them.
type Project struct {
	Body       string   `json:"body"`
	Count      int64    `json:"count"`
	District   string   `json:"district,omitempty"`
	Households int64    `json:"households,omitempty"`
	Kind       string   `json:"kind"`
	Need       ident.ID `json:"need,omitempty"`
	Owner      string   `json:"owner,omitempty"`
	People     int64    `json:"people,omitempty"`
	Resource   ident.ID `json:"resource,omitempty"`
	Source     string   `json:"source,omitempty"` // of a statistic
	Stages     []Stage  `json:"stages"`
	Title      string   `json:"title"`
	Town       string   `json:"town,omitempty"`
}

// Line is the record's line.
func (p Project) Line() register.Line {
	l := register.Line{Register: Projects, Place: at(p.District, p.Town), Unit: p.Body, Other: p.Owner, About: p.Need, Amount: p.Count}
	if len(p.Stages) > 0 {
		l.From, l.Status = p.Stages[0].Day, p.Stages[len(p.Stages)-1].Stage
	}
	if p.Source != "" {
		l.Key = p.Source + "/" + p.Title
	}
	return l
}

// Move puts the project into its next stage. Faults: project.stage_unknown,
// project.stage_backwards, project.day_backwards.
func (p *Project) Move(stage string, day int) error {
	to := slices.Index(Stages, stage)
	if to < 0 {
		return fault.Field("stage", "project.stage_unknown", stage)
	}
	if !calendar.IsDay(day) {
		return fault.Field("day", "project.day_wrong", day)
	}
	if n := len(p.Stages); n > 0 {
		if slices.Index(Stages, p.Stages[n-1].Stage) >= to {
			return fault.New(fault.Conflict, "project.stage_backwards", p.Stages[n-1].Stage, stage)
		}
		if day < p.Stages[n-1].Day {
			return fault.Field("day", "project.day_backwards", calendar.DayText(p.Stages[n-1].Day))
		}
	}
	p.Stages = append(p.Stages, Stage{day, stage})
	return nil
}

// At returns the stage of a day, "" before the first.
func (p *Project) At(day int) string {
	stage := ""
	for _, s := range p.Stages {
		if s.Day <= day {
			stage = s.Stage
		}
	}
	return stage
}

// Rollup is how the projects of a place stood on a day.
type Rollup struct {
	Day                          int
	Early, Building, Finished    int64
	Households, People, Projects int64
	Sources                      []string
}

// RollUp sums projects as they stood on a day.
func RollUp(all []Project, day int) Rollup {
	out := Rollup{Day: day}
	for i := range all {
		p := &all[i]
		switch p.At(day) {
		case Early:
			out.Early += p.Count
		case Building:
			out.Building += p.Count
		case Finished:
			out.Finished += p.Count
		default:
			continue
		}
		out.Projects += p.Count
		out.Households, out.People = out.Households+p.Households, out.People+p.People
		if p.Source != "" && !slices.Contains(out.Sources, p.Source) {
			out.Sources = append(out.Sources, p.Source)
		}
	}
	return out
}
