package api

import (
	"huying/internal/desk/burden"
	"huying/internal/domain/access"
	load "huying/internal/domain/burden"
)

func burdenDesk(s *server) *burden.Desk { return s.Burden }

func burdenRoutes() []Route {
	return []Route{
		{get, "/burden", "list-burden", staff, access.ReadBurden, "负担台账", "The burden ledger", handle(burdens)},
		{post, "/burden", "note-burden", staff, access.NoteBurden, "基层登记收到的要求", "Write down a demand that came past the system", enter(burdenDesk, (*burden.Desk).Note)},
		{get, "/burden/report", "read-burden-report", staff, access.ReadBurden, "每月各单位下达情况", "The account of a month, per issuer", handle(burdenReport)},
		{post, "/demands", "demand", staff, access.DemandWork, "下发报表、会议或检查", "Ask towns or villages for a form, a meeting or a check", enter(burdenDesk, (*burden.Desk).Demand)},
		{get, "/demands/{no}", "read-demand", staff, access.ReadBurden, "查看下发情况和已有数据", "Read a demand and what is held of its fields", handle(demand)},
		{get, "/fields", "list-fields", staff, access.ReadBurden, "要本单位填的字段", "Fields a unit was asked for", handle(fields)},
		{post, "/fields", "fill-fields", staff, access.FillFields, "一次填报", "Fill fields, once for all", enter(burdenDesk, (*burden.Desk).Fill)},
		{get, "/groups", "list-groups", staff, access.ReadBurden, "工作群、应用、标牌", "Work groups, apps and plates", handle(clubs)},
		{post, "/groups", "want-group", staff, access.AskGroup, "申请新设", "Ask for a new one", enter(burdenDesk, (*burden.Desk).WantClub)},
		{post, "/groups/{no}/decide", "decide-group", staff, access.DecideGroup, "审批新设", "Permit or decline it", amend(burdenDesk, (*burden.Desk).DecideClub)},
		{post, "/groups/{no}/use", "use-group", staff, access.AskGroup, "登记在用", "Say that it is in use", amend(burdenDesk, (*burden.Desk).UseClub)},
		{post, "/groups/{no}/dissolve", "dissolve-group", staff, access.AskGroup, "解散、清理", "Do away with it", amend(burdenDesk, (*burden.Desk).DissolveClub)},
		{get, "/cleanups", "read-cleanups", staff, access.ReadBurden, "清理总数", "Totals done away with", handle(cleanups)},
		{post, "/cleanups", "count-cleanup", staff, access.CountCleanup, "登记清理数", "Count what was done away with", enter(burdenDesk, (*burden.Desk).CountCleanup)},
		{get, "/campaigns", "list-campaigns", staff, access.ReadBurden, "体检活动", "Check-up campaigns", handle(campaigns)},
		{post, "/campaigns", "run-campaign", staff, access.RunCampaign, "开展体检活动", "Begin a campaign", enter(burdenDesk, (*burden.Desk).Run)},
		{get, "/campaigns/{no}", "read-campaign", staff, access.ReadBurden, "查看活动覆盖情况", "Read a campaign and its coverage", handle(campaign)},
		{post, "/campaigns/{no}/visit", "visit", staff, access.RunCampaign, "登记走访（每村一次）", "Enter the one visit to a village", amend(burdenDesk, (*burden.Desk).Visit)},
	}
}

// BurdenQuery narrows the ledger.
type BurdenQuery struct {
	Paging
	Unit   string `json:"unit,omitempty" maxLength:"64" doc:"That received"`
	Issuer string `json:"issuer,omitempty" maxLength:"64"`
	Place  string `json:"place,omitempty" maxLength:"64"`
	Status string `json:"status,omitempty" maxLength:"32"`
	Month  int    `json:"month,omitempty" minimum:"0" maximum:"210012" doc:"Such as 202603"`
}

func (q BurdenQuery) filter(list string) (burden.Filter, error) {
	before, err := q.afterID(list)
	return burden.Filter{Unit: q.Unit, Issuer: q.Issuer, Place: q.Place, Status: q.Status, Month: q.Month, Before: before, Limit: q.size()}, err
}

// BurdenEntry is one demand on one town or village.
type BurdenEntry struct {
	Kind    string `json:"kind"`
	Name    string `json:"name"`
	Issuer  string `json:"issuer"`
	Unit    string `json:"unit"`
	Status  string `json:"status" doc:"ASKED, NOTED, REFUSED or AVOIDED"`
	Basis   string `json:"basis,omitempty"`
	Minutes int    `json:"minutes"`
	Day     int    `json:"day"`
	About   string `json:"about,omitempty" doc:"Number of the demand, admission or group"`
}

func burdens(r *request, in BurdenQuery) (*Page[Kept[BurdenEntry]], error) {
	f, err := in.filter("burden")
	if err != nil {
		return nil, err
	}
	rows, err := r.s.Burden.Entries(r.ctx, r.actor, f)
	p := recordPage(r, "burden", rows, f.Limit, func(e load.Entry) BurdenEntry {
		return BurdenEntry{string(e.Kind), e.Name, e.Issuer, e.Unit, string(e.Status), e.Basis, e.Minutes, e.Day, numberOf(e.About)}
	})
	return &p, err
}

// MonthQuery names a place and a month.
type MonthQuery struct {
	Place string `json:"place,omitempty" maxLength:"64" doc:"Empty: the place of the post"`
	Month int    `json:"month,omitempty" minimum:"0" maximum:"210012" doc:"Such as 202603; empty: this month"`
}

// BurdenLine is what one unit asked in a month.
type BurdenLine struct {
	Issuer   string           `json:"issuer,omitempty"`
	Count    map[string]int64 `json:"count" doc:"Demands, by kind"`
	Minutes  int64            `json:"minutes"`
	Refused  int64            `json:"refused" doc:"Asked for and not admitted"`
	Avoided  int64            `json:"avoided" doc:"Answered from what is held"`
	Spared   int64            `json:"spared" doc:"Minutes of both"`
	Observed int64            `json:"observed" doc:"How often observers spoke of its forms, meetings, checks and push-downs; never told of a town"`
}

func showLine(l *burden.Line) BurdenLine {
	out := BurdenLine{Issuer: l.Issuer, Count: map[string]int64{}, Minutes: l.Minutes, Refused: l.Refused, Avoided: l.Avoided, Spared: l.Spared, Observed: l.Observed}
	for k, n := range l.Count {
		out.Count[string(k)] = n
	}
	return out
}

// BurdenReport is the account of a month.
type BurdenReport struct {
	Place string       `json:"place"`
	Month int          `json:"month"`
	Items []BurdenLine `json:"items"`
	Sum   BurdenLine   `json:"sum"`
}

func burdenReport(r *request, in MonthQuery) (*BurdenReport, error) {
	if in.Place == "" {
		in.Place = r.actor.At.Leaf()
	}
	if in.Month == 0 {
		in.Month = month(r.now)
	}
	x, err := r.s.Burden.Report(r.ctx, r.actor, in.Place, in.Month)
	if err != nil {
		return nil, err
	}
	out := &BurdenReport{Place: in.Place, Month: x.Month, Items: []BurdenLine{}, Sum: showLine(&x.Sum)}
	for i := range x.Lines {
		out.Items = append(out.Items, showLine(&x.Lines[i]))
	}
	return out, nil
}

// DemandShare is what became of a demand at one receiver.
type DemandShare struct {
	Unit   string   `json:"unit"`
	Matter string   `json:"matter,omitempty" doc:"By which it is asked; empty: all of it was held already"`
	Served []string `json:"served,omitempty" doc:"Fields that were not asked again"`
}

// HeldField is one field that a unit told.
type HeldField struct {
	Unit  string `json:"unit"`
	Code  string `json:"code"`
	Name  string `json:"name"`
	Value string `json:"value,omitempty"`
	Day   int    `json:"day,omitempty" doc:"When it was told; empty: not yet"`
	Asker string `json:"asker" doc:"Unit that asked first"`
}

func showField(f load.Field) HeldField {
	return HeldField{f.Unit, f.Code, f.Name, f.Value, f.Day, f.Asker}
}

// DemandWhole is a demand with what is held of its fields.
type DemandWhole struct {
	Kind    string            `json:"kind"`
	Name    string            `json:"name"`
	Item    string            `json:"item"`
	Issuer  string            `json:"issuer"`
	Basis   string            `json:"basis"`
	Minutes int               `json:"minutes"`
	Shares  []DemandShare     `json:"shares"`
	Held    []Kept[HeldField] `json:"held"`
}

func demand(r *request, _ none) (*DemandWhole, error) {
	no, err := r.number()
	if err != nil {
		return nil, err
	}
	x, held, err := r.s.Burden.DemandOf(r.ctx, r.actor, no)
	if err != nil {
		return nil, err
	}
	d := x.Fact
	out := &DemandWhole{string(d.Kind), d.Name, d.Item, d.Issuer, d.Basis, d.Minutes, []DemandShare{}, facts(held, showField)}
	for _, s := range d.Shares {
		out.Shares = append(out.Shares, DemandShare{s.Unit, numberOf(s.Matter), s.Served})
	}
	return out, nil
}

// UnitQuery names a unit.
type UnitQuery struct {
	Unit string `json:"unit,omitempty" maxLength:"64" doc:"Empty: the post's own"`
}

// HeldFields are the fields of a unit.
type HeldFields struct {
	Items []Kept[HeldField] `json:"items"`
}

func fields(r *request, in UnitQuery) (*HeldFields, error) {
	rows, err := r.s.Burden.Fields(r.ctx, r.actor, in.Unit)
	return &HeldFields{facts(rows, showField)}, err
}

// WorkGroup is a work group, an app or a plate.
type WorkGroup struct {
	Kind    string `json:"kind"`
	Name    string `json:"name"`
	Owner   string `json:"owner"`
	Place   string `json:"place,omitempty"`
	Purpose string `json:"purpose,omitempty"`
	Status  string `json:"status"`
	Opened  int    `json:"opened,omitempty"`
	Last    int    `json:"last,omitempty" doc:"Civil day of its last use"`
	Until   int    `json:"until,omitempty"`
	Minutes int    `json:"minutes,omitempty" doc:"Work a month it makes for one unit"`
	Text    string `json:"text,omitempty"`
	Idle    string `json:"idle,omitempty" doc:"Why it is proposed to be dissolved: NO_PURPOSE, EXPIRED, IDLE"`
}

func clubs(r *request, in BurdenQuery) (*Page[Kept[WorkGroup]], error) {
	f, err := in.filter("groups")
	if err != nil {
		return nil, err
	}
	rows, err := r.s.Burden.Clubs(r.ctx, r.actor, f)
	p := page(r, rows, f.Limit, func(x burden.Listed) Kept[WorkGroup] {
		c := x.Fact
		return Kept[WorkGroup]{x.ID.Number(), x.Rev, WorkGroup{
			string(c.Kind), c.Name, c.Owner, c.Place.Leaf(), c.Purpose, string(c.Status), c.Opened, c.Last, c.Until, c.Minutes, c.Text, string(x.Idle),
		}}
	}, func(x burden.Listed) string { return cursor("groups", x.ID.Number()) })
	return &p, err
}

// PlaceQuery names a place.
type PlaceQuery struct {
	Place string `json:"place,omitempty" maxLength:"64" doc:"Empty: the place of the post"`
}

// Totals is numbers by kind.
type Totals struct {
	Count map[string]int64 `json:"count"`
}

func cleanups(r *request, in PlaceQuery) (*Totals, error) {
	if in.Place == "" {
		in.Place = r.actor.At.Leaf()
	}
	sums, err := r.s.Burden.Cleanups(r.ctx, r.actor, in.Place)
	out := &Totals{Count: map[string]int64{}}
	for k, n := range sums {
		out.Count[string(k)] = n
	}
	return out, err
}

// Campaign is a check-up of every village of a place.
type Campaign struct {
	Name      string   `json:"name"`
	Owner     string   `json:"owner"`
	Place     string   `json:"place,omitempty"`
	From      int      `json:"from"`
	To        int      `json:"to"`
	Checklist []string `json:"checklist"`
}

func showCampaign(c load.Campaign) Campaign {
	return Campaign{c.Name, c.Owner, c.Place.Leaf(), c.From, c.To, c.Checklist}
}

func campaigns(r *request, in BurdenQuery) (*Page[Kept[Campaign]], error) {
	f, err := in.filter("campaigns")
	if err != nil {
		return nil, err
	}
	rows, err := r.s.Burden.Campaigns(r.ctx, r.actor, f)
	p := recordPage(r, "campaigns", rows, f.Limit, showCampaign)
	return &p, err
}

// CampaignWhole is a campaign with its coverage, which is computed.
type CampaignWhole struct {
	Kept[Campaign]
	Units   int   `json:"units" doc:"Villages and communities of its place"`
	Visited int64 `json:"visited"`
	Issues  int64 `json:"issues"`
}

func campaign(r *request, _ none) (*CampaignWhole, error) {
	no, err := r.number()
	if err != nil {
		return nil, err
	}
	c, err := r.s.Burden.Coverage(r.ctx, r.actor, no)
	if err != nil {
		return nil, err
	}
	return &CampaignWhole{kept(showCampaign)(c.Record), c.Units, c.Visited, c.Issues}, nil
}
