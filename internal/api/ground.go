package api

import (
	"huying/internal/desk/ground"
	"huying/internal/domain/access"
	"huying/internal/domain/calendar"
	"huying/internal/domain/grid"
	"huying/internal/domain/register"
	"huying/internal/domain/territory"
	"huying/internal/ident"
)

func groundDesk(s *server) *ground.Desk { return s.Ground }

func groundRoutes() []Route {
	return append(append(patrolRoutes(), buildingRoutes()...), []Route{
		{get, "/grid-changes", "list-grid-changes", staff, access.ReadGround, "列出网格调整", "List the changes of grids", handle(gridChanges)},
		{post, "/grid-changes/preview", "preview-grid-change", staff, access.PlanGround, "预览网格调整", "See what a change of grids would do", handle(previewChange)},
		{post, "/grid-changes", "plan-grid-change", staff, access.PlanGround, "拟定网格拆分或合并", "Plan a split or merge of grids", enter(groundDesk, (*ground.Desk).PlanChange)},
		{post, "/grid-changes/{no}/confirm", "confirm-grid-change", staff, access.AffirmGround, "复核网格调整", "Confirm a change of grids, as another person", amend(groundDesk, (*ground.Desk).ConfirmChange)},
		{post, "/grid-changes/{no}/drop", "drop-grid-change", staff, access.PlanGround, "撤销网格调整", "Take a change of grids back", amend(groundDesk, (*ground.Desk).DropChange)},

		{get, "/segments", "list-segments", staff, access.ReadGround, "列出街巷", "List streets and lanes", handle(segments)},
		{post, "/segments", "add-segment", staff, access.PlanGround, "登记街巷", "Register a street or lane", enter(groundDesk, (*ground.Desk).AddSegment)},
		{get, "/segments/{no}", "read-segment", staff, access.ReadGround, "查看街巷：知情、监督、处置、评价", "Read what is known of a segment", handle(segmentOf)},
		{post, "/segments/{no}/appoint", "appoint-chief", staff, access.FillGround, "确定街巷长", "Appoint its chief", amend(groundDesk, (*ground.Desk).Appoint)},
		{post, "/segments/{no}/vacate", "vacate-chief", staff, access.FillGround, "街巷长离任", "Leave it without a chief", amend(groundDesk, (*ground.Desk).Vacate)},
		{post, "/segments/{no}/end", "end-segment", staff, access.PlanGround, "注销街巷", "Take it off the register", amend(groundDesk, (*ground.Desk).EndSegment)},
		{post, "/segments/{no}/rounds", "record-round", staff, access.Patrol, "登记巡查", "Record a round", amend(groundDesk, (*ground.Desk).Record).created()},
		{post, "/segments/{no}/ratings", "rate-upkeep", staff, access.RateCleaner, "评价保洁维修单位", "Rate who cleaned or mended", amend(groundDesk, (*ground.Desk).Rate).created()},
		{get, "/roll-call", "roll-call", staff, access.ReadGround, "季点名：未解决和反复的街巷与单位", "The quarter's roll call of segments and units", handle(rollCall)},
		{get, "/public/chiefs", "public-chiefs", public, "", "街巷长公示", "The public notice of chiefs", handle(chiefBoard)},

		{get, "/grids/{code}/team", "read-team", staff, access.ReadGround, "查看网格力量与缺口", "Read who serves a grid and what is missing", handle(teamOf)},
		{get, "/ground/gaps", "read-gaps", staff, access.ReadGround, "查看网格、街巷缺口", "Read what a town lacks", handle(gapsOf)},
		{post, "/stations", "fill-station", staff, access.FillGround, "配备网格岗位", "Fill a post of a grid", enter(groundDesk, (*ground.Desk).Station)},
		{post, "/stations/{no}/leave", "leave-station", staff, access.FillGround, "网格岗位离任", "End a post of a grid", amend(groundDesk, (*ground.Desk).Leave)},
		{post, "/ties", "tie", staff, access.FillGround, "登记网格所属组织", "Link a grid with an organisation", enter(groundDesk, (*ground.Desk).Tie)},
		{post, "/ties/{no}/end", "untie", staff, access.FillGround, "注销网格所属组织", "End a link", amend(groundDesk, (*ground.Desk).Untie)},
		{post, "/layers", "add-layer", staff, access.PlanGround, "登记专业网格", "Register a professional grid", enter(groundDesk, (*ground.Desk).AddLayer)},
		{post, "/layers/{no}/end", "end-layer", staff, access.PlanGround, "注销专业网格", "End a professional grid", amend(groundDesk, (*ground.Desk).EndLayer)},
		{post, "/devices", "add-device", staff, access.PlanGround, "登记感知设备", "Register a device", enter(groundDesk, (*ground.Desk).AddDevice)},
		{post, "/devices/{no}/describe", "describe-device", staff, access.PlanGround, "补充设备说明", "Complete what is said of a device", amend(groundDesk, (*ground.Desk).Describe)},
		{post, "/devices/{no}/activate", "activate-device", staff, access.PlanGround, "启用感知设备", "Let a device run", amend(groundDesk, (*ground.Desk).Activate)},
		{post, "/devices/{no}/deactivate", "deactivate-device", staff, access.PlanGround, "停用感知设备", "Stop a device", amend(groundDesk, (*ground.Desk).Deactivate)},
		{post, "/agreements", "keep-agreement", staff, access.ReadMatter, "登记调解协议", "Keep what two sides shall agree on", enter(groundDesk, (*ground.Desk).Agree)},
		{post, "/agreements/{no}/say", "say-agreement", staff, access.ReadMatter, "登记一方意见", "Keep the word of a side", amend(groundDesk, (*ground.Desk).Say)},
	}...)
}

// Chief is who answers for a segment, as the public may know it.
type Chief struct {
	Title string `json:"title"`
	Unit  string `json:"unit"`
	Phone string `json:"phone,omitempty"`
	Name  string `json:"name,omitempty" doc:"Only if its holder agreed"`
}

// Segment is a street or lane.
type Segment struct {
	Code   string            `json:"code"`
	Name   string            `json:"name"`
	Kind   string            `json:"kind"`
	Place  territory.Address `json:"place"`
	Metres int               `json:"metres,omitempty"`
	Duties []string          `json:"duties"`
	Chief  *Chief            `json:"chief,omitempty" doc:"None: a gap"`
}

func (r *request) segment(s grid.Segment) Segment {
	out := Segment{Code: s.Code, Name: s.Name, Kind: s.Kind, Place: s.Place, Metres: s.Metres, Duties: s.Duties}
	if c := s.Chief; c != nil {
		out.Chief = &Chief{Title: c.Title, Unit: c.Unit, Phone: c.Phone}
		if u, ok := r.s.Engine.City().Org.Unit(c.Unit); ok {
			out.Chief.Unit = u.Name
		}
		if c.Agreed {
			out.Chief.Name = c.Name
		}
	}
	return out
}

// TownPaging is a page of what lies in a town.
type TownPaging struct {
	Paging
	Town string `json:"town,omitempty" maxLength:"64"`
}

func segments(r *request, in TownPaging) (*Page[Kept[Segment]], error) {
	return records(r, in.Paging, "segments", func(before ident.ID, n int) ([]register.Record[grid.Segment], error) {
		return r.s.Ground.Segments(r.ctx, r.actor, in.Town, before, n)
	}, r.segment)
}

// SegmentTab is what a chief's page of a segment shows.
type SegmentTab struct {
	Kept[Segment]
	Rounds []Round        `json:"rounds"`
	Open   []string       `json:"open" doc:"Numbers of matters its rounds raised that are not solved"`
	Missed map[string]int `json:"missed" doc:"Periods without a round by cadence: gaps of the segment"`
	Stars  float64        `json:"stars,omitempty" doc:"Mean of what its chief said of units"`
}

// Round is one round.
type Round struct {
	Day      int      `json:"day"`
	Cadence  string   `json:"cadence"`
	Findings []string `json:"findings,omitempty"`
	Note     string   `json:"note,omitempty"`
	Unit     string   `json:"unit"`
}

func segmentOf(r *request, _ none) (*SegmentTab, error) {
	no, err := r.number()
	if err != nil {
		return nil, err
	}
	t, err := r.s.Ground.Segment(r.ctx, r.actor, no, r.now)
	if err != nil {
		return nil, err
	}
	out := &SegmentTab{Kept: kept(r.segment)(t.Segment), Rounds: []Round{}, Open: []string{}, Missed: map[string]int{}}
	for _, x := range t.Rounds {
		line := Round{Day: x.Fact.Day, Cadence: string(x.Fact.Cadence), Note: x.Fact.Note, Unit: x.Fact.Unit}
		for _, id := range x.Fact.Findings {
			line.Findings = append(line.Findings, id.Number())
		}
		out.Rounds = append(out.Rounds, line)
	}
	for _, s := range t.Open {
		out.Open = append(out.Open, s.M.ID.Number())
	}
	for c, days := range t.Missed {
		out.Missed[string(c)] = len(days)
	}
	for _, x := range t.Ratings {
		out.Stars += float64(x.Fact.Stars) / float64(len(t.Ratings))
	}
	return out, nil
}

// RollCallQuery asks for a quarter.
type RollCallQuery struct {
	Town string `json:"town" maxLength:"64"`
	Day  int    `json:"day,omitempty" doc:"Any day of the quarter; today if not said"`
}

// Called is a line of the roll call.
type Called struct {
	Segment  Segment  `json:"segment"`
	Open     int      `json:"open"`
	Repeated int      `json:"repeated"`
	Units    []string `json:"units"`
}

// RollCall is the quarter's list.
type RollCall struct {
	Items []Called `json:"items"`
}

func rollCall(r *request, in RollCallQuery) (*RollCall, error) {
	if in.Day == 0 {
		in.Day = calendar.DayOf(r.now)
	}
	list, err := r.s.Ground.RollCall(r.ctx, r.actor, in.Town, in.Day)
	out := &RollCall{Items: []Called{}}
	for _, x := range list {
		out.Items = append(out.Items, Called{r.segment(x.Segment), x.Open, x.Repeated, append([]string{}, x.Units...)})
	}
	return out, err
}

// InTown names a town.
type InTown struct {
	Town string `json:"town" maxLength:"64"`
}

// Chiefs is the public notice of a town.
type Chiefs struct {
	Items []Segment `json:"items"`
}

func chiefBoard(r *request, in InTown) (*Chiefs, error) {
	list, err := r.s.Ground.Board(r.ctx, in.Town)
	out := &Chiefs{Items: []Segment{}}
	for _, s := range list {
		out.Items = append(out.Items, r.segment(s))
	}
	return out, err
}

// Vacancy is what a place lacks.
type Vacancy struct {
	Place   string `json:"place"`
	Post    string `json:"post"`
	Missing int    `json:"missing"`
}

// Team is who serves a grid.
type Team struct {
	Place     Place          `json:"place"`
	Posts     map[string]int `json:"posts" doc:"Posts that are filled, by kind"`
	Chain     []Tier         `json:"chain" doc:"The place and those around it up to the town, the smallest first"`
	Ties      []Tie          `json:"ties"`
	Layers    []Layer        `json:"layers"`
	Vacancies []Vacancy      `json:"vacancies"`
}

// Tier is one level of the chain of a grid: posts by kind, no persons.
type Tier struct {
	Place   Place          `json:"place"`
	Filled  map[string]int `json:"filled"`
	Missing map[string]int `json:"missing"`
}

// Tie is an organisation that belongs to a grid.
type Tie struct {
	Number string `json:"number"`
	Kind   string `json:"kind"`
	Org    string `json:"org"`
	Name   string `json:"name"`
	Phone  string `json:"phone,omitempty" doc:"Of the duty"`
}

// Layer is a professional grid over it.
type Layer struct {
	Code string `json:"code"`
	Name string `json:"name"`
	Line string `json:"line"`
	Unit string `json:"unit"`
	Rule bool   `json:"rule" doc:"Orders of its line of business go to its unit by rule"`
}

func teamOf(r *request, _ none) (*Team, error) {
	t, err := r.s.Ground.Team(r.ctx, r.actor, r.http.PathValue("code"), calendar.DayOf(r.now))
	if err != nil {
		return nil, err
	}
	return teamView(t), nil
}

func teamView(t *ground.Team) *Team {
	out := &Team{Place: placeView(t.Place), Posts: map[string]int{}, Chain: []Tier{}, Ties: []Tie{}, Layers: []Layer{}, Vacancies: vacancies(t.Vacancies)}
	for _, c := range t.Chain {
		out.Chain = append(out.Chain, Tier{placeView(c.Place), c.Filled, c.Missing})
	}
	for _, s := range t.Stations {
		out.Posts[s.Fact.Post]++
	}
	for _, x := range t.Ties {
		out.Ties = append(out.Ties, Tie{x.ID.Number(), x.Fact.Kind, x.Fact.Org, x.Fact.Name, x.Fact.Phone})
	}
	for _, l := range t.Layers {
		out.Layers = append(out.Layers, Layer{l.Code, l.Name, l.Business, l.Unit, l.Rule})
	}
	return out
}

func vacancies(list []grid.Vacancy) []Vacancy {
	out := make([]Vacancy, len(list))
	for i, v := range list {
		out[i] = Vacancy(v)
	}
	return out
}

// Gaps is what a town lacks.
type Gaps struct {
	Vacancies  []Vacancy `json:"vacancies"`
	Covered    int       `json:"grids_with_branch"`
	Grids      int       `json:"grids"`
	Percent    string    `json:"grids_with_branch_percent,omitempty" doc:"With one decimal; 100.0 only if none is missing"`
	Branchless []string  `json:"grids_without_branch"`
	Contacted  int       `json:"buildings_with_contact"`
	Buildings  int       `json:"buildings"`
	Uncontact  []string  `json:"buildings_without_contact" doc:"Codes of buildings"`
	Chiefless  []Segment `json:"segments_without_chief"`
	Quiet      []string  `json:"segments_without_round" doc:"Today"`
}

func gapsOf(r *request, in InTown) (*Gaps, error) {
	g, err := r.s.Ground.GapsOf(r.ctx, r.actor, in.Town, calendar.DayOf(r.now))
	if err != nil {
		return nil, err
	}
	out := &Gaps{
		Vacancies: vacancies(g.Vacancies), Covered: g.Branches.Covered, Grids: g.Branches.All,
		Percent: g.Branches.Percent(), Branchless: append([]string{}, g.Branches.Gaps...), Chiefless: []Segment{}, Quiet: []string{},
		Contacted: g.Buildings.Covered, Buildings: g.Buildings.All, Uncontact: append([]string{}, g.Buildings.Gaps...),
	}
	for _, s := range g.Chiefless {
		out.Chiefless = append(out.Chiefless, r.segment(s.Fact))
	}
	for _, s := range g.Quiet {
		out.Quiet = append(out.Quiet, s.Fact.Code)
	}
	return out, nil
}

// GridChange is a split or merge of grids.
type GridChange struct {
	Kind      string            `json:"kind"`
	Day       int               `json:"day" doc:"The day it begins, such as 20260701"`
	Grids     []string          `json:"grids"`
	Heirs     []string          `json:"heirs" doc:"Codes of the new grids"`
	Open      int               `json:"open" doc:"Matters that were open in the old grids when it was planned; they keep their grid"`
	Place     territory.Address `json:"place"`
	Reason    string            `json:"reason"`
	Name      string            `json:"name,omitempty" doc:"Of an institution's own grid"`
	Status    string            `json:"status"`
	Planned   string            `json:"planned_by"`
	Confirmed string            `json:"confirmed_by,omitempty"`
}

func showChange(c grid.Change) GridChange {
	return GridChange{c.Kind, c.Day, c.Grids, c.Heirs, c.Open, c.Place, c.Reason, c.Name, c.Status, c.PlannedBy, c.ConfirmedBy}
}

func gridChanges(r *request, in Paging) (*Page[Kept[GridChange]], error) {
	return records(r, in, "grid-changes", func(before ident.ID, n int) ([]register.Record[grid.Change], error) {
		return r.s.Ground.Changes(r.ctx, r.actor, before, n)
	}, showChange)
}

// ChangePreview is what a change of grids would do.
type ChangePreview struct {
	Change  GridChange `json:"change"`
	Before  []Place    `json:"before"`
	After   []Place    `json:"after"`
	Matters []string   `json:"matters" doc:"The oldest open matters in the old grids, at most 100"`
}

func previewChange(r *request, in ground.NewChange) (*ChangePreview, error) {
	p, err := r.s.Ground.PreviewChange(r.ctx, r.actor, in, r.now)
	if err != nil {
		return nil, err
	}
	out := &ChangePreview{Change: showChange(p.Change), Before: []Place{}, After: []Place{}, Matters: []string{}}
	for _, x := range p.Before {
		out.Before = append(out.Before, placeView(x))
	}
	for _, x := range p.After {
		out.After = append(out.After, placeView(x))
	}
	for _, id := range p.Matters {
		out.Matters = append(out.Matters, id.Number())
	}
	return out, nil
}
