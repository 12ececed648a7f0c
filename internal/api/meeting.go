package api

import (
	"time"

	desk "huying/internal/desk/programme"
	"huying/internal/domain/calendar"
	"huying/internal/domain/pack"
	"huying/internal/domain/programme"
	"huying/internal/domain/register"
)

// Meeting is a meeting that was held.
type Meeting struct {
	Body        string   `json:"body"`
	Kind        string   `json:"kind"`
	Day         string   `json:"day"`
	Agenda      []string `json:"agenda"`
	Members     []string `json:"members"`
	PartTime    []string `json:"part_time"`
	Present     int      `json:"present"`
	Minutes     string   `json:"minutes"`
	Resolutions []Asked  `json:"resolutions"`
}

func meetingView(m programme.Meeting) Meeting {
	out := Meeting{
		Body: m.Body, Kind: string(m.Kind), Day: civil(m.Day), Agenda: m.Agenda, Members: []string{}, PartTime: []string{}, Present: m.Present, Minutes: m.Minutes,
		Resolutions: askedViews(m.Resolutions),
	}
	for _, x := range m.Members {
		if x.PartTime {
			out.PartTime = append(out.PartTime, x.Unit)
		} else {
			out.Members = append(out.Members, x.Unit)
		}
	}
	return out
}

// registered makes the operation of a list of records.
func registered[F register.Fact, V any](r *request, in Records, name string, read func(desk.Where) ([]register.Record[F], error), show func(F) V) (Page[Kept[V]], error) {
	w, err := in.where(name)
	if err != nil {
		return Page[Kept[V]]{}, err
	}
	rows, err := read(w)
	return recordPage(r, name, rows, w.Limit, show), err
}

func meetings(r *request, in Records) (Page[Kept[Meeting]], error) {
	return registered(r, in, "meetings", func(w desk.Where) ([]register.Record[programme.Meeting], error) {
		return r.s.Programme.Meetings(r.ctx, r.actor, w)
	}, meetingView)
}

func meetingOf(r *request, _ none) (*Stood[Meeting], error) {
	no, err := r.number()
	if err != nil {
		return nil, err
	}
	x, err := r.s.Programme.Meeting(r.ctx, r.actor, no)
	if err != nil {
		return nil, err
	}
	return stood(r, kept(meetingView)(*x), no)
}

// Offer is a need or a resource.
type Offer struct {
	Unit    string `json:"unit"`
	Kind    string `json:"kind" enum:"NEED,RESOURCE"`
	Topic   string `json:"topic"`
	Text    string `json:"text"`
	Day     string `json:"day"`
	Status  string `json:"status" enum:"OPEN,MATCHED"`
	Consent bool   `json:"consent" doc:"Of a resource: others may see it"`
}

func offers(r *request, in Paging) (Page[Kept[Offer]], error) {
	before, err := in.afterID("offers")
	if err != nil {
		return Page[Kept[Offer]]{}, err
	}
	rows, err := r.s.Programme.Offers(r.ctx, r.actor, before, in.size())
	return recordPage(r, "offers", rows, in.size(), func(o programme.Offer) Offer {
		return Offer{o.Unit, string(o.Kind), o.Topic, o.Text, civil(o.Day), o.Status, o.Consent}
	}), err
}

// Decision is an entry of the register of major decisions.
type Decision struct {
	Body     string        `json:"body"`
	Kind     string        `json:"kind" enum:"MAJOR,APPOINTMENT,PROJECT,FUNDS"`
	Title    string        `json:"title"`
	Proposal string        `json:"proposal"`
	Amount   int64         `json:"amount,omitempty" doc:"Fen"`
	Day      string        `json:"day"`
	Seats    int           `json:"seats"`
	Quorum   int           `json:"quorum"`
	Status   string        `json:"status" enum:"PROPOSED,ADOPTED,REJECTED"`
	Meeting  string        `json:"meeting,omitempty"`
	Decided  string        `json:"decided,omitempty"`
	Opinions []SeatOpinion `json:"opinions"`
	Measures []Asked       `json:"measures"`
}

// SeatOpinion is what a seat said.
type SeatOpinion struct {
	Seat   string `json:"seat"`
	Stance string `json:"stance" enum:"AGREE,DISAGREE,ABSTAIN"`
	Text   string `json:"text,omitempty"`
}

func decisionView(city *pack.City) func(programme.Decision) Decision {
	return func(d programme.Decision) Decision { return decisionIn(city, d) }
}

func decisionIn(city *pack.City, d programme.Decision) Decision {
	out := Decision{
		Body: d.Body, Kind: string(d.Kind), Title: d.Title, Proposal: d.Proposal, Amount: d.Amount, Day: civil(d.Day), Seats: d.Seats, Quorum: desk.Quorum(city, &d),
		Status: d.Status, Meeting: number(d.Meeting), Decided: civil(d.Decided), Opinions: make([]SeatOpinion, len(d.Opinions)), Measures: askedViews(d.Measures),
	}
	for i, o := range d.Opinions {
		out.Opinions[i] = SeatOpinion(o)
	}
	return out
}

func decisions(r *request, in Records) (Page[Kept[Decision]], error) {
	return registered(r, in, "decisions", func(w desk.Where) ([]register.Record[programme.Decision], error) {
		return r.s.Programme.Decisions(r.ctx, r.actor, w)
	}, decisionView(r.s.Engine.City()))
}

func decisionOf(r *request, _ none) (*Stood[Decision], error) {
	no, err := r.number()
	if err != nil {
		return nil, err
	}
	x, err := r.s.Programme.Decision(r.ctx, r.actor, no)
	if err != nil {
		return nil, err
	}
	return stood(r, kept(decisionView(r.s.Engine.City()))(*x), no)
}

// Project is a project, or a number of them that a statistic counts.
type Project struct {
	Body       string         `json:"body"`
	Title      string         `json:"title"`
	Kind       string         `json:"kind"`
	Owner      string         `json:"owner,omitempty"`
	Count      int64          `json:"count"`
	Households int64          `json:"households"`
	People     int64          `json:"people"`
	Stages     []ProjectStage `json:"stages"`
	Source     string         `json:"source,omitempty" doc:"Of a statistic"`
	Need       string         `json:"need,omitempty"`
	Resource   string         `json:"resource,omitempty"`
}

// ProjectStage is since when a project is in a stage.
type ProjectStage struct {
	Stage string `json:"stage" enum:"EARLY,BUILDING,FINISHED"`
	Day   string `json:"day"`
}

func projectView(p programme.Project) Project {
	out := Project{
		Body: p.Body, Title: p.Title, Kind: p.Kind, Owner: p.Owner, Count: p.Count, Households: p.Households, People: p.People, Source: p.Source,
		Need: number(p.Need), Resource: number(p.Resource), Stages: make([]ProjectStage, len(p.Stages)),
	}
	for i, s := range p.Stages {
		out.Stages[i] = ProjectStage{s.Stage, civil(s.Day)}
	}
	return out
}

func projects(r *request, in Records) (Page[Kept[Project]], error) {
	return registered(r, in, "projects", func(w desk.Where) ([]register.Record[programme.Project], error) {
		return r.s.Programme.Projects(r.ctx, r.actor, w)
	}, projectView)
}

// OnDay asks about a day.
type OnDay struct {
	Day string `json:"day,omitempty" maxLength:"10" doc:"As 2020-05-31; empty: today"`
}

// Rollup is how projects stood on a day.
type Rollup struct {
	Day        string   `json:"day"`
	Early      int64    `json:"early"`
	Building   int64    `json:"building"`
	Finished   int64    `json:"finished"`
	Projects   int64    `json:"projects"`
	Households int64    `json:"households"`
	People     int64    `json:"people"`
	Sources    []string `json:"sources" doc:"Of the statistics among them"`
}

func rollup(r *request, in OnDay) (*Rollup, error) {
	day, err := dayOf(in.Day, "day", zoned(r.now))
	if err != nil {
		return nil, err
	}
	x, err := r.s.Programme.RollUp(r.ctx, r.actor, day)
	if err != nil {
		return nil, err
	}
	return &Rollup{civil(x.Day), x.Early, x.Building, x.Finished, x.Projects, x.Households, x.People, listOr(x.Sources)}, nil
}

// PromiseList is a year's promises.
type PromiseList struct {
	Body    string        `json:"body"`
	Year    int           `json:"year"`
	Budget  int64         `json:"budget" doc:"Fen"`
	Pledges []Promise     `json:"pledges"`
	Dropped []GivenUpItem `json:"dropped"`
}

// Promise is one of them.
type Promise struct {
	Asked
	Budget     int64            `json:"budget" doc:"Fen"`
	Milestones []PromiseReached `json:"milestones"`
	Carried    string           `json:"carried,omitempty"`
	Reason     string           `json:"reason,omitempty"`
}

// PromiseReached is a milestone.
type PromiseReached struct {
	Day   string `json:"day"`
	Title string `json:"title"`
}

// GivenUpItem is a promise of the year before that was given up.
type GivenUpItem struct {
	Number string `json:"number"`
	Reason string `json:"reason"`
}

func promiseView(p programme.PromiseList) PromiseList {
	out := PromiseList{Body: p.Body, Year: p.Year, Budget: p.Line().Amount, Pledges: make([]Promise, len(p.Pledges)), Dropped: make([]GivenUpItem, len(p.Dropped))}
	for i, x := range p.Pledges {
		out.Pledges[i] = Promise{
			Asked: askedViews([]programme.Duty{x.Duty})[0], Budget: x.Budget, Carried: number(x.Carried), Reason: x.Reason, Milestones: make([]PromiseReached, len(x.Milestones)),
		}
		for j, m := range x.Milestones {
			out.Pledges[i].Milestones[j] = PromiseReached{civil(m.Day), m.Title}
		}
	}
	for i, x := range p.Dropped {
		out.Dropped[i] = GivenUpItem{x.Matter.Number(), x.Reason}
	}
	return out
}

func promises(r *request, in Records) (Page[Kept[PromiseList]], error) {
	return registered(r, in, "promises", func(w desk.Where) ([]register.Record[programme.PromiseList], error) {
		return r.s.Programme.PromiseLists(r.ctx, r.actor, w)
	}, promiseView)
}

func promiseList(r *request, _ none) (*Stood[PromiseList], error) {
	no, err := r.number()
	if err != nil {
		return nil, err
	}
	x, err := r.s.Programme.PromiseList(r.ctx, r.actor, no)
	if err != nil {
		return nil, err
	}
	return stood(r, kept(promiseView)(*x), no)
}

// HotProblem is what is called about.
type HotProblem struct {
	Category string `json:"category"`
	Calls    int64  `json:"calls" doc:"In the last days of the span"`
	Streets  int    `json:"streets"`
}

// HotProblems is what is called about most.
type HotProblems struct {
	Days  int          `json:"days" doc:"Of the span, today among them"`
	Items []HotProblem `json:"items"`
}

func hot(r *request, _ none) (*HotProblems, error) {
	list, days, err := r.s.Programme.Hot(r.ctx, r.actor, r.now)
	if err != nil {
		return nil, err
	}
	out := &HotProblems{Days: days, Items: make([]HotProblem, len(list))}
	for i, h := range list {
		out.Items[i] = HotProblem{h.Category, h.Matters, h.Streets}
	}
	return out, nil
}

// Theme is the problem of a month.
type Theme struct {
	Body       string   `json:"body"`
	Month      string   `json:"month"`
	Title      string   `json:"title"`
	Categories []string `json:"categories"`
	Lead       string   `json:"lead"`
	Status     string   `json:"status" enum:"RUNNING,CLOSED"`
	Started    string   `json:"started"`
	Closed     string   `json:"closed,omitempty"`
	Streets    int      `json:"streets"`
	Span       int      `json:"span" doc:"Days over which calls are counted"`
	Before     int64    `json:"before" doc:"Calls of the span before it began"`
	After      int64    `json:"after,omitempty" doc:"Calls of the span before it was closed"`
	Fall       int      `json:"fall" doc:"Percent that calls shall fall by"`
	Measures   []Asked  `json:"measures"`
}

func themeView(t programme.Theme) Theme {
	return Theme{
		Body: t.Body, Month: calendar.MonthText(t.Month), Title: t.Title, Categories: t.Categories, Lead: t.Lead, Status: t.Status, Started: civil(t.Started),
		Closed: civil(t.Closed), Streets: t.Streets, Span: t.Span, Before: t.Before, After: t.After, Fall: t.Fall, Measures: askedViews(t.Measures),
	}
}

func themes(r *request, in Records) (Page[Kept[Theme]], error) {
	return registered(r, in, "themes", func(w desk.Where) ([]register.Record[programme.Theme], error) {
		return r.s.Programme.Themes(r.ctx, r.actor, w)
	}, themeView)
}

// ThemeNow is a theme with how it goes.
type ThemeNow struct {
	Stood[Theme]
	Calls int64       `json:"calls" doc:"In the last days of the span"`
	Steps []ThemeStep `json:"steps" doc:"Ten days each, before it began and since"`
}

// ThemeStep is how often was called in ten days.
type ThemeStep struct {
	From  string `json:"from"`
	To    string `json:"to"`
	Calls int64  `json:"calls"`
	After bool   `json:"after" doc:"The theme had begun"`
}

func themeOf(r *request, _ none) (*ThemeNow, error) {
	no, err := r.number()
	if err != nil {
		return nil, err
	}
	x, err := r.s.Programme.Theme(r.ctx, r.actor, no, r.now)
	if err != nil {
		return nil, err
	}
	p := desk.Progress(x.Tasks)
	out := &ThemeNow{
		Stood: Stood[Theme]{Kept: kept(themeView)(x.Noted), Done: p.Done, All: p.All, Tasks: taskViews(x.Tasks, nil)}, Calls: x.Now, Steps: make([]ThemeStep, len(x.Steps)),
	}
	for i, s := range x.Steps {
		out.Steps[i] = ThemeStep{civil(s.From), civil(s.To), s.Calls, s.After}
	}
	return out, nil
}

// Dispute is a conflict between units.
type Dispute struct {
	Body    string    `json:"body" doc:"That took it up"`
	Upper   string    `json:"upper" doc:"That decides if it is not settled in time"`
	Matter  string    `json:"matter"`
	Parties []string  `json:"parties"`
	Reason  string    `json:"reason"`
	Status  string    `json:"status" enum:"RAISED,SETTLED"`
	Raised  string    `json:"raised"`
	Due     time.Time `json:"due" doc:"From then on it stands on the agenda of the upper body"`
	Settled string    `json:"settled,omitempty"`
	Lead    string    `json:"lead,omitempty"`
	Word    string    `json:"word,omitempty"`
}

func disputeView(c programme.Conflict) Dispute {
	return Dispute{
		Body: c.Body, Upper: c.Upper, Matter: c.Matter.Number(), Parties: c.Parties, Reason: c.Reason, Status: c.Status, Raised: civil(c.Raised), Due: at(c.Due),
		Settled: civil(c.Settled), Lead: c.Lead, Word: c.Word,
	}
}

func disputes(r *request, in Records) (Page[Kept[Dispute]], error) {
	return registered(r, in, "conflicts", func(w desk.Where) ([]register.Record[programme.Conflict], error) {
		return r.s.Programme.Conflicts(r.ctx, r.actor, w)
	}, disputeView)
}

// Disputes is a list of conflicts.
type Disputes struct {
	Items []Kept[Dispute] `json:"items"`
}

func disputeAgenda(r *request, _ none) (*Disputes, error) {
	list, err := r.s.Programme.Agenda(r.ctx, r.actor, r.now)
	if err != nil {
		return nil, err
	}
	out := &Disputes{Items: make([]Kept[Dispute], len(list))}
	for i, x := range list {
		out.Items[i] = kept(disputeView)(x)
	}
	return out, nil
}

// Document is what rules stand on.
type Document struct {
	Code    string   `json:"code"`
	Title   string   `json:"title"`
	Number  string   `json:"number,omitempty"`
	Version string   `json:"version,omitempty" doc:"In force today, as far as it is known"`
	Record  string   `json:"record,omitempty" doc:"Of a body; else of the pack"`
	Rules   []string `json:"rules" doc:"Items of the duty list that cite it"`
}

// DocumentList is every document.
type DocumentList struct {
	Items []Document `json:"items"`
}

func documents(r *request, _ none) (*DocumentList, error) {
	list, err := r.s.Programme.Papers(r.ctx, r.actor, calendar.DayOf(r.now))
	if err != nil {
		return nil, err
	}
	out := &DocumentList{Items: make([]Document, len(list))}
	for i, x := range list {
		out.Items[i] = Document{x.Code, x.Title, x.Number, x.Version, number(x.Record), listOr(x.Rules)}
	}
	return out, nil
}
