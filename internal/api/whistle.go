package api

import (
	"time"

	desk "huying/internal/desk/whistle"
	"huying/internal/domain/access"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/domain/register"
	"huying/internal/domain/score"
	"huying/internal/domain/whistle"
	"huying/internal/ident"
)

func whistleDesk(s *server) *desk.Desk { return s.Whistle }

func whistleRoutes() []Route {
	return []Route{
		{post, "/matters/{no}/blow", "blow-whistle", staff, access.BlowWhistle, "吹哨", "Blow the whistle", act(whistleDesk, (*desk.Desk).Blow)},
		{get, "/matters/{no}/whistle-proposal", "propose-whistle", staff, access.BlowWhistle, "建议吹哨的种类和单位", "Propose a whistle: its kind, and whom to call and why", handle(whistleProposal)},
		{post, "/whistles", "raise-whistle", staff, access.BlowWhistle, "街道自呼并吹哨", "Raise a street's own call and blow the whistle about it", handle(raiseWhistle).created()},
		{post, "/matters/{no}/second-alarm", "second-alarm", staff, access.BlowWhistle, "二次吹哨", "Call more departments", act(whistleDesk, (*desk.Desk).SecondAlarm)},
		{post, "/matters/{no}/review-whistle", "review-whistle", staff, access.BlowWhistle, "战后复盘", "Record what was learned", act(whistleDesk, (*desk.Desk).Review)},
		{get, "/whistles", "list-whistles", staff, access.ReadMatter, "列出哨单", "List the notices", handle(notices)},
		{get, "/whistles/running", "running-whistles", staff, access.ReadMatter, "进行中的哨", "List the whistles that run", handle(running)},
		{get, "/whistles/health", "whistle-health", staff, access.ReadNumbers, "吹哨运行情况（区间，不作指标）", "How whistling goes, as ranges and never a target", handle(whistleHealth)},
		{post, "/matters/{no}/ask-whistle", "ask-whistle", staff, access.AskWhistle, "请街道吹哨", "Ask the street to blow", act(whistleDesk, (*desk.Desk).Ask)},
		{get, "/matters/{no}/teams", "teams-near-matter", staff, access.BlowWhistle, "诉求附近力量", "Teams near a matter, by where they are based", handle(nearMatter)},
		{post, "/matters/{no}/send-teams", "send-teams", staff, access.IssueOrder, "一键调度", "Send several teams at once", act(whistleDesk, (*desk.Desk).Send)},
		{get, "/teams", "teams-near", staff, access.BlowWhistle, "附近力量（按驻点）", "Teams near an event, by where they are based", handle(near)},

		{post, "/orders/{no}/arrive", "arrive", staff, access.AnswerOrder, "报到（待街道确认）", "Say that one is there", act(whistleDesk, (*desk.Desk).Arrive)},
		{post, "/orders/{no}/confirm-arrival", "confirm-arrival", staff, access.ChairOrder, "确认到场", "Confirm that a department is there", act(whistleDesk, (*desk.Desk).Confirm)},
		{post, "/orders/{no}/release", "release", staff, access.ChairOrder, "放行（事完）", "Let a department go whose work is done", act(whistleDesk, (*desk.Desk).Release)},
		{post, "/orders/{no}/waive", "waive", staff, access.ChairOrder, "免于到场", "Let a department go before its work is done", act(whistleDesk, (*desk.Desk).Waive)},
		{post, "/orders/{no}/appraise", "appraise", staff, access.ReadMatter, "互评", "Appraise the other side", act(whistleDesk, (*desk.Desk).Appraise)},
	}
}

// raiseWhistle answers with the matter, as receiving a call does.
func raiseWhistle(r *request, in desk.Raise) (*Matter, error) {
	cmd, err := r.commandOnly()
	if err != nil {
		return nil, err
	}
	s, err := r.s.Whistle.Raise(r.ctx, cmd, in)
	if err != nil {
		return nil, err
	}
	r.w.Header().Set("Location", Base+"/matters/"+s.M.ID.Number())
	return r.matter(s), nil
}

// Whistle is one whistle of a matter.
type Whistle struct {
	No     string    `json:"no"`
	Kind   string    `json:"kind"`
	By     string    `json:"by" doc:"Unit that blew"`
	At     time.Time `json:"at"`
	Why    string    `json:"why"`
	Alarms int       `json:"alarms,omitempty"`
	Ended  time.Time `json:"ended,omitzero"`
	Lifted bool      `json:"lifted,omitempty" doc:"Its street took the matter up"`
	Review string    `json:"review,omitempty"`
}

func whistles(list []matter.Whistle) []Whistle {
	out := make([]Whistle, len(list))
	for i, w := range list {
		out[i] = Whistle{w.No, string(w.Kind), w.By, at(w.At), w.Why, len(w.Alarms), at(w.Ended), w.Lifted, w.Review}
	}
	return out
}

// Callable is a department that may be called, and why.
type Callable struct {
	Unit     string `json:"unit"`
	Why      string `json:"why" doc:"LEAD, CO: the duty list; RESIDENT_AT, ON_CALL_FOR: the platform; NEAR: a team within reach; STREET: an office of the street"`
	On       bool   `json:"on" doc:"Would be called unless the desk says otherwise"`
	Platform bool   `json:"platform" doc:"May be called for joint enforcement"`
	Team     string `json:"team,omitempty"`
	Metres   int    `json:"metres,omitempty" doc:"To its nearest team, by where it is based"`
}

// WhistleProposal is a whistle that has only to be blown; it decides nothing.
type WhistleProposal struct {
	Kind        string     `json:"kind"`
	Departments []Callable `json:"departments"`
}

func whistleProposal(r *request, _ none) (*WhistleProposal, error) {
	no, err := r.number()
	if err != nil {
		return nil, err
	}
	p, err := r.s.Whistle.Propose(r.ctx, r.actor, no, r.now)
	if err != nil {
		return nil, err
	}
	if err := access.Allow(r.actor, access.BlowWhistle, p.State.Subject(nil)); err != nil {
		return nil, err
	}
	out := &WhistleProposal{Kind: string(p.Kind), Departments: make([]Callable, len(p.Departments))}
	for i, d := range p.Departments {
		out.Departments[i] = Callable{d.Unit, string(d.Why), d.On, d.Platform, d.Team, d.Metres}
	}
	return out, nil
}

// Leg is a department's part in a whistle.
type Leg struct {
	Arrived   time.Time  `json:"arrived,omitzero" doc:"As the department says"`
	Confirmed time.Time  `json:"confirmed,omitzero" doc:"As the street says: this counts"`
	Late      bool       `json:"late,omitempty"`
	Called    []string   `json:"called,omitempty" doc:"Posts called in turn, after the first"`
	Waived    string     `json:"waived,omitempty"`
	OfUnit    *Appraised `json:"of_unit,omitempty"`
	OfWhistle *Appraised `json:"of_whistle,omitempty"`
}

// Appraised is what one side said of the other.
type Appraised struct {
	Stars  int    `json:"stars,omitempty"`
	Needed bool   `json:"needed,omitempty"`
	Clear  bool   `json:"clear,omitempty"`
	Scope  bool   `json:"scope,omitempty"`
	Note   string `json:"note,omitempty"`
}

func legView(l *order.Leg) *Leg {
	if l == nil {
		return nil
	}
	out := &Leg{Arrived: at(l.Arrived), Confirmed: at(l.Confirmed), Late: l.Late, Waived: l.Waived, OfUnit: appraised(l.OfUnit), OfWhistle: appraised(l.OfWhistle)}
	for _, c := range l.Calls {
		out.Called = append(out.Called, c.Post)
	}
	return out
}

func appraised(a *order.Appraisal) *Appraised {
	if a == nil {
		return nil
	}
	return &Appraised{a.Stars, a.Needed, a.Clear, a.Scope, a.Note}
}

// NoticeFilter narrows the list of notices.
type NoticeFilter struct {
	Paging
	Unit string `json:"unit,omitempty" maxLength:"64" doc:"That blew"`
}

// Notice is one numbered notice.
type Notice struct {
	No     string `json:"no"`
	Kind   string `json:"kind"`
	Unit   string `json:"unit"`
	Day    int    `json:"day"`
	Matter string `json:"matter"`
}

func notices(r *request, in NoticeFilter) (*Page[Kept[Notice]], error) {
	return records(r, in.Paging, "whistles", func(before ident.ID, n int) ([]register.Record[whistle.Notice], error) {
		return r.s.Whistle.Notices(r.ctx, r.actor, in.Unit, before, n)
	}, func(n whistle.Notice) Notice { return Notice{n.No(), n.Kind, n.Unit, n.Day, n.Matter.Number()} })
}

// OfUnit names a unit.
type OfUnit struct {
	Unit string `json:"unit,omitempty" maxLength:"64" doc:"The actor's own if not said"`
}

// Running are the matters with a whistle that runs.
type Running struct {
	Items []*Matter `json:"items"`
}

func running(r *request, in OfUnit) (*Running, error) {
	list, err := r.s.Whistle.Board(r.ctx, r.actor, in.Unit)
	out := &Running{Items: []*Matter{}}
	for _, s := range list {
		out.Items = append(out.Items, r.matter(s))
	}
	return out, err
}

// HealthQuery asks how whistling goes.
type HealthQuery struct {
	Unit string `json:"unit" maxLength:"64"`
	From int    `json:"from" doc:"First day, such as 20260101"`
	To   int    `json:"to" doc:"Last day"`
}

// Range is a share with its 95 % interval; no value where n is zero.
type Range struct {
	N    int64   `json:"n"`
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// WhistleHealth is how whistling goes, as ranges.
type WhistleHealth struct {
	Whistles int   `json:"whistles" doc:"No merit and no fault"`
	Rate     Range `json:"rate" doc:"Share of the matters received in the place that were whistled for: neither high nor low is better"`
	OnTime   Range `json:"legs_on_time"`
	Needed   Range `json:"needed"`
	Clear    Range `json:"clear"`
	Scope    Range `json:"within_scope"`
}

func whistleHealth(r *request, in HealthQuery) (*WhistleHealth, error) {
	h, err := r.s.Whistle.Health(r.ctx, r.actor, in.Unit, in.From, in.To)
	if err != nil {
		return nil, err
	}
	return &WhistleHealth{h.Whistles, rangeOf(h.Blown, h.Matters), rangeOf(h.OnTime, h.Legs), rangeOf(h.Needed, h.Said), rangeOf(h.Clear, h.Said), rangeOf(h.Scope, h.Said)}, nil
}

func rangeOf(k, n int) Range {
	s := score.Share(float64(k), int64(n))
	return Range{int64(n), s.Low, s.High}
}

// NearQuery asks for teams around a point.
type NearQuery struct {
	Lon        float64 `json:"lon"`
	Lat        float64 `json:"lat"`
	Metres     int     `json:"metres,omitempty" minimum:"0" maximum:"50000" doc:"3000 if not said"`
	Capability string  `json:"capability,omitempty" maxLength:"64"`
}

// Near are the teams in reach, the nearest first.
type Near struct {
	Items []NearTeam `json:"items"`
}

// NearTeam is a team or resource, by the place it is based at.
type NearTeam struct {
	Code       string `json:"code" doc:"Of its base; send-teams takes it"`
	Unit       string `json:"unit"`
	Name       string `json:"name"`
	Capability string `json:"capability"`
	Metres     int    `json:"metres"`
}

func near(r *request, in NearQuery) (*Near, error) {
	if in.Metres == 0 {
		in.Metres = 3000
	}
	return offered(r.s.Whistle.Near(in.Lon, in.Lat, in.Capability, in.Metres))
}

// NearMatterQuery asks for teams around a matter.
type NearMatterQuery struct {
	Metres     int    `json:"metres,omitempty" minimum:"0" maximum:"50000" doc:"3000 if not said"`
	Capability string `json:"capability,omitempty" maxLength:"64"`
}

func nearMatter(r *request, in NearMatterQuery) (*Near, error) {
	no, err := r.number()
	if err != nil {
		return nil, err
	}
	if in.Metres == 0 {
		in.Metres = 3000
	}
	return offered(r.s.Whistle.NearMatter(r.ctx, r.actor, no, in.Capability, in.Metres))
}

func offered(list []whistle.Offer, err error) (*Near, error) {
	out := &Near{Items: []NearTeam{}}
	for _, o := range list {
		out.Items = append(out.Items, NearTeam{o.Code, o.Unit, o.Name, o.Capability, o.Metres})
	}
	return out, err
}
