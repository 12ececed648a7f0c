package api

import (
	"fmt"
	"time"

	desk "huying/internal/desk/roster"
	"huying/internal/domain/access"
	"huying/internal/domain/org"
	"huying/internal/domain/register"
	"huying/internal/domain/roster"
	"huying/internal/ident"
)

func rosterDesk(s *server) *desk.Desk { return s.Roster }

func rosterRoutes() []Route {
	return []Route{
		{get, "/duties", "list-duties", staff, access.ReadRoster, "列出值班表", "List the plans of watches", handle(duties)},
		{post, "/duties", "register-duty", staff, access.KeepRoster, "登记值班表", "Register who watches over a desk", enter(rosterDesk, (*desk.Desk).Register)},
		{post, "/duties/{no}/change", "change-duty", staff, access.KeepRoster, "调班", "Put other watches in place of a plan's", amend(rosterDesk, (*desk.Desk).Change)},
		{post, "/duties/{no}/withdraw", "withdraw-duty", staff, access.KeepRoster, "撤回值班表", "Take a plan back", amend(rosterDesk, (*desk.Desk).Withdraw)},
		{get, "/on-duty", "on-duty", staff, access.ReadRoster, "谁在值守", "Who is on duty in a place now, and where nobody is", handle(onDuty)},

		{get, "/platforms", "list-platforms", staff, access.ReadRoster, "列出综合执法平台名册", "List the rosters of platforms", handle(platforms)},
		{post, "/platforms", "draft-platform", staff, access.KeepRoster, "起草平台名册", "Draft the roster of a platform", enter(rosterDesk, (*desk.Desk).Draft)},
		{get, "/platforms/{no}", "read-platform", staff, access.ReadRoster, "查看平台名册和缺口", "Read a platform and what it lacks", handle(platformOf)},
		{post, "/platforms/{no}/seats", "redraft-platform", staff, access.KeepRoster, "修改平台名册", "Change a platform that is not published", amend(rosterDesk, (*desk.Desk).Redraft)},
		{post, "/platforms/{no}/publish", "publish-platform", staff, access.KeepRoster, "发布平台名册", "Publish it, if nothing lacks", amend(rosterDesk, (*desk.Desk).Publish)},
		{post, "/platforms/{no}/trials", "try-post", staff, access.KeepRoster, "登记联络测试", "Keep whether a post on call was reached", amend(rosterDesk, (*desk.Desk).Try).created()},
	}
}

// RosterFilter narrows a list of rosters.
type RosterFilter struct {
	Paging
	Unit   string `json:"unit,omitempty" maxLength:"64"`
	Town   string `json:"town,omitempty" maxLength:"64"`
	Status string `json:"status,omitempty" enum:"DRAFT,IN_FORCE,SUPERSEDED,WITHDRAWN"`
}

func (f RosterFilter) filter() desk.Filter {
	return desk.Filter{Unit: f.Unit, Town: f.Town, Status: f.Status}
}

// Duty is a plan of watches with the hours it leaves open.
type Duty struct {
	Unit   string  `json:"unit"`
	From   int     `json:"from"`
	To     int     `json:"to"`
	Status string  `json:"status"`
	Shifts []Watch `json:"shifts"`
	Gaps   []Gap   `json:"gaps"`
}

// Watch is one watch.
type Watch struct {
	Day  int    `json:"day"`
	From string `json:"from"`
	To   string `json:"to"`
	Post string `json:"post"`
}

// Gap is a stretch without anybody.
type Gap struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

func gaps(list []org.Gap) []Gap {
	out := make([]Gap, len(list))
	for i, g := range list {
		out[i] = Gap{zoned(g.From), zoned(g.To)}
	}
	return out
}

func (r *request) duty(p roster.Plan) Duty {
	out := Duty{Unit: p.Unit, From: p.From, To: p.To, Status: string(p.Status), Shifts: make([]Watch, len(p.Shifts)), Gaps: gaps(p.Gaps(r.s.Engine.City().Org))}
	for i, s := range p.Shifts {
		out.Shifts[i] = Watch{s.Day, hour(s.From), hour(s.To), s.Post}
	}
	return out
}

func hour(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }

func duties(r *request, in RosterFilter) (*Page[Kept[Duty]], error) {
	return records(r, in.Paging, "duties", func(before ident.ID, n int) ([]register.Record[roster.Plan], error) {
		return r.s.Roster.Duties(r.ctx, r.actor, in.filter(), before, n)
	}, r.duty)
}

// Platform is the roster of a platform.
type Platform struct {
	Town   string `json:"town"`
	Core   string `json:"core"`
	Status string `json:"status"`
	From   int    `json:"from,omitempty"`
	To     int    `json:"to,omitempty"`
	Seats  []Seat `json:"seats"`
	Lacks  []Lack `json:"lacks" doc:"Why it cannot be published, or what is missing since"`
}

// Seat is one post on a platform.
type Seat struct {
	Unit   string `json:"unit"`
	OnCall bool   `json:"on_call"`
	Post   string `json:"post,omitempty"`
	Title  string `json:"title,omitempty"`
	Phone  string `json:"phone,omitempty" doc:"Duty telephone"`
	Trial  *Trial `json:"trial,omitempty" doc:"The newest"`
}

// Trial is whether a post on call was reached.
type Trial struct {
	Day     int    `json:"day"`
	Reached bool   `json:"reached"`
	Note    string `json:"note,omitempty"`
	Stale   bool   `json:"stale,omitempty" doc:"More than a week ago: try again"`
}

// Lack is what a platform lacks.
type Lack struct {
	What string `json:"what"`
	Unit string `json:"unit"`
}

func (r *request) platform(p roster.Platform) Platform {
	out := Platform{Town: p.Place.Town, Core: p.Core, Status: string(p.Status), From: p.From, To: p.To, Seats: make([]Seat, len(p.Seats)), Lacks: []Lack{}}
	for i, s := range p.Seats {
		out.Seats[i] = Seat{Unit: s.Unit, OnCall: s.OnCall, Post: s.Post, Title: s.Title, Phone: s.Phone}
	}
	for _, l := range r.s.Roster.Lacks(&p) {
		out.Lacks = append(out.Lacks, Lack{string(l.What), l.Unit})
	}
	return out
}

func platforms(r *request, in RosterFilter) (*Page[Kept[Platform]], error) {
	return records(r, in.Paging, "platforms", func(before ident.ID, n int) ([]register.Record[roster.Platform], error) {
		return r.s.Roster.Platforms(r.ctx, r.actor, in.filter(), before, n)
	}, r.platform)
}

func platformOf(r *request, _ none) (*Kept[Platform], error) {
	no, err := r.number()
	if err != nil {
		return nil, err
	}
	p, tried, err := r.s.Roster.Platform(r.ctx, r.actor, no)
	if err != nil {
		return nil, err
	}
	out := kept(r.platform)(*p)
	for i, s := range out.Body.Seats {
		if t, ok := tried[s.Unit]; ok && s.OnCall {
			out.Body.Seats[i].Trial = &Trial{t.Day, t.Reached, t.Note, t.Stale(r.s.Engine.Day(r.now))}
		}
	}
	return &out, nil
}

// DutyPlace names a place.
type DutyPlace struct {
	Place string `json:"place,omitempty" maxLength:"64" doc:"The actor's own if not said"`
}

// OnDuty is who is on duty in a place.
type OnDuty struct {
	Desks []DutyDesk `json:"desks" doc:"From the city down"`
}

// DutyDesk is how a desk is staffed now.
type DutyDesk struct {
	Unit    string   `json:"unit"`
	Post    string   `json:"post,omitempty"`
	Staffed bool     `json:"staffed"`
	Next    []string `json:"next" doc:"Posts called after the first"`
	To      string   `json:"to,omitempty" doc:"Unit that takes what cannot wait, while nobody is there"`
	Gaps    []Gap    `json:"gaps" doc:"Of its plan, from now on"`
}

func onDuty(r *request, in DutyPlace) (*OnDuty, error) {
	if in.Place == "" {
		if in.Place = r.actor.At.Leaf(); in.Place == "" {
			in.Place = r.s.Engine.City().Root
		}
	}
	b, err := r.s.Roster.Board(r.ctx, r.actor, in.Place, r.now)
	if err != nil {
		return nil, err
	}
	out := &OnDuty{Desks: []DutyDesk{}}
	for _, s := range b.Desks {
		x := DutyDesk{Unit: s.Unit.Code, Staffed: s.Staffed, To: s.To, Next: []string{}, Gaps: gaps(s.Gaps)}
		if s.Post != nil {
			x.Post = s.Post.Code
		}
		for _, p := range s.Next {
			x.Next = append(x.Next, p.Code)
		}
		out.Desks = append(out.Desks, x)
	}
	return out, nil
}
