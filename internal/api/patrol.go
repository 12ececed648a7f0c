package api

import (
	"time"

	"huying/internal/desk/ground"
	"huying/internal/domain/access"
	"huying/internal/domain/calendar"
	"huying/internal/domain/clock"
	"huying/internal/domain/grid"
	"huying/internal/domain/register"
	"huying/internal/domain/territory"
	"huying/internal/ident"
)

// patrolRoutes are what is seen, entered and gone round on the ground.
func patrolRoutes() []Route {
	return []Route{
		{get, "/ground/locate", "locate", staff, access.ReadGround, "查某处属于哪个网格", "Find the grid that a spot lies in", handle(locate)},
		{get, "/ground/three-posts", "read-three-posts", staff, access.ReadGround, "村三职一人任的比例", "The share of villages whose three posts one person holds", handle(threePosts)},
		{get, "/ground/solved", "read-solved", staff, access.ReadGround, "网格内解决的比例", "The share that is solved in the community", handle(solved)},
		{get, "/ground/progress", "read-progress", staff, access.ReadGround, "各镇街数据采集进度", "How far the towns have come with a figure of their grids", handle(progress)},
		{post, "/matters/{no}/send-to-layer", "send-to-layer", staff, access.IssueOrder, "派给专业网格", "Order the unit of the professional grid", amend(groundDesk, (*ground.Desk).SendToLayer)},
		{post, "/matters/{no}/send-team", "send-team", staff, access.IssueOrder, "线索派执法队", "Send a team after what the ground found", amend(groundDesk, (*ground.Desk).SendTeam).created()},
		{get, "/findings", "list-findings", staff, access.ReadGround, "列出还没派人的发现", "List findings that nobody was sent after", handle(findings)},
		{get, "/leads", "list-leads", staff, access.ReadGround, "列出执法线索", "List the leads", handle(leads)},

		{post, "/devices/{no}/scenes", "see-scene", staff, access.Patrol, "设备上报场景", "Report what a device saw", amend(groundDesk, (*ground.Desk).See).created()},
		{get, "/scenes", "list-scenes", staff, access.ReadGround, "列出场景", "List what devices saw", handle(scenes)},
		{get, "/scenes/{no}/picture", "read-scene-picture", staff, access.Patrol, "场景图片", "The picture of a scene", handle(scenePicture)},
		{post, "/scenes/{no}/confirm", "confirm-scene", staff, access.Patrol, "人工确认场景", "Confirm what a device saw", amend(groundDesk, (*ground.Desk).ConfirmScene)},
		{post, "/scenes/{no}/dismiss", "dismiss-scene", staff, access.Patrol, "排除场景", "Say that it was nothing", amend(groundDesk, (*ground.Desk).DismissScene)},

		{get, "/patrols/densest", "read-densest", staff, access.ReadGround, "未结事项最密的网格", "The grids where most is open", handle(densest)},
		{get, "/patrols", "list-patrols", staff, access.ReadGround, "列出巡查计划", "List the plans of patrols", handle(patrols)},
		{post, "/patrols", "plan-patrol", staff, access.PlanGround, "安排网格巡查", "Plan a patrol", enter(groundDesk, (*ground.Desk).PlanPatrol)},

		{post, "/grid-entries", "enter-grid", staff, access.Patrol, "网格内六件事", "Enter one of the six things of a grid", enter(groundDesk, (*ground.Desk).EnterGrid)},
		{get, "/grid-entries/{no}", "read-grid-entry", staff, access.ReadGround, "查看网格上报", "Read what was entered", handle(gridEntry)},
		{post, "/chores", "do-chore", staff, access.Patrol, "登记网格任务", "Say that a task of a grid was done", enter(groundDesk, (*ground.Desk).DoChore)},
		{get, "/grids/{code}/chores", "read-chores", staff, access.ReadGround, "网格任务板", "The board of tasks of a grid", handle(chores)},
	}
}

// Located is where a spot lies.
type Located struct {
	Address territory.Address `json:"address"`
	Team    *Team             `json:"team"`
}

func locate(r *request, in ground.Spot) (*Located, error) {
	at, team, err := r.s.Ground.Locate(r.ctx, r.actor, in, calendar.DayOf(r.now))
	if err != nil {
		return nil, err
	}
	return &Located{at, teamView(team)}, nil
}

// Ratio is a share with what it is of and what it leaves out.
type Ratio struct {
	N       int      `json:"n"`
	Of      int      `json:"of"`
	Percent string   `json:"percent,omitempty" doc:"With one decimal; 100.0 only if none is missing"`
	Without []string `json:"without" doc:"Codes of places; never a person"`
}

func ratio(c grid.Coverage, err error) (*Ratio, error) {
	if err != nil {
		return nil, err
	}
	return &Ratio{c.Covered, c.All, c.Percent(), append([]string{}, c.Gaps...)}, nil
}

// OnDate asks for a place on a day.
type OnDate struct {
	Place string `json:"place" maxLength:"64"`
	Day   int    `json:"day,omitempty" doc:"Such as 20260310; today if not said"`
}

func threePosts(r *request, in OnDate) (*Ratio, error) {
	if in.Day == 0 {
		in.Day = calendar.DayOf(r.now)
	}
	return ratio(r.s.Ground.ThreePosts(r.ctx, r.actor, in.Place, in.Day))
}

// ProgressQuery asks for a class of figures on a day.
type ProgressQuery struct {
	Class string `json:"class" enum:"DWELLING,RESIDENT,ENTERPRISE,SHOP,PUBLIC_PLACE,FACILITY,HAZARD_SOURCE,ORGANISATION"`
	Day   int    `json:"day,omitempty" doc:"Such as 20260310; today if not said"`
}

// TownProgress is how far one town has come.
type TownProgress struct {
	Town    string `json:"town"`
	N       int    `json:"n" doc:"Grids whose newest figure is fresh"`
	Of      int    `json:"of"`
	Percent string `json:"percent,omitempty"`
	Total   int64  `json:"total" doc:"Sum of the fresh figures"`
}

// Progress is the towns by code, which is no order of merit.
type Progress struct {
	Items []TownProgress `json:"items"`
}

func progress(r *request, in ProgressQuery) (*Progress, error) {
	if in.Day == 0 {
		in.Day = calendar.DayOf(r.now)
	}
	list, err := r.s.Ground.Progress(r.ctx, r.actor, in.Class, in.Day)
	out := &Progress{Items: []TownProgress{}}
	for _, x := range list {
		out.Items = append(out.Items, TownProgress{x.Town, x.Fresh.Covered, x.Fresh.All, x.Fresh.Percent(), x.Total})
	}
	return out, err
}

// TownSpan asks for a town in a span of days.
type TownSpan struct {
	Span
	Town string `json:"town" maxLength:"64"`
}

func solved(r *request, in TownSpan) (*Ratio, error) {
	p, err := in.period(r.now)
	if err != nil {
		return nil, err
	}
	return ratio(r.s.Ground.Solved(r.ctx, r.actor, in.Town, p.From, p.To))
}

// Lead is a finding that a team was sent after.
type Lead struct {
	Number  string `json:"number"`
	Origin  string `json:"origin" doc:"Number of the round, scene, task or entry that it began with"`
	Matter  string `json:"matter"`
	Order   string `json:"order"`
	Unit    string `json:"unit"`
	Status  string `json:"status" doc:"Of the order"`
	Minutes int    `json:"minutes" doc:"From the finding to the order"`
	Late    bool   `json:"late" doc:"Longer than the limit called lead"`
}

func leads(r *request, in TownPaging) (*Page[Lead], error) {
	before, err := in.afterID("leads")
	if err != nil {
		return nil, err
	}
	rows, err := r.s.Ground.Leads(r.ctx, r.actor, in.Town, before, in.size())
	if err != nil {
		return nil, err
	}
	out := page(r, rows, in.size(), func(x ground.Led) Lead {
		f := x.Fact
		return Lead{x.ID.Number(), f.Origin.Number(), f.Matter.Number(), f.Order.Number(), f.Unit, string(x.Order.Status), f.Minutes, f.Late}
	}, func(x ground.Led) string { return cursor("leads", x.ID.Number()) })
	return &out, nil
}

// FindingsQuery asks for the findings of a town.
type FindingsQuery struct {
	Paging
	Town string `json:"town" maxLength:"64"`
}

// Waiting is a finding that nobody was sent after.
type Waiting struct {
	Matter   string            `json:"matter"`
	Origin   string            `json:"origin" doc:"Number of the round, scene, task or entry that it began with"`
	Category string            `json:"category,omitempty"`
	Place    territory.Address `json:"place"`
	Found    time.Time         `json:"found"`
	Due      time.Time         `json:"due" doc:"When somebody must have been sent, by the limit called lead"`
	Late     bool              `json:"late"`
}

func findings(r *request, in FindingsQuery) (*Page[Waiting], error) {
	after, err := in.afterID("findings")
	if err != nil {
		return nil, err
	}
	rows, next, err := r.s.Ground.Findings(r.ctx, r.actor, in.Town, after, in.size(), r.now)
	if err != nil {
		return nil, err
	}
	out := page(r, rows, 0, func(x ground.Unsent) Waiting {
		return Waiting{x.M.ID.Number(), x.Origin.Number(), x.M.Category, x.M.Place, x.Found, x.Due, x.Late(r.now)}
	}, nil)
	if next != 0 {
		out.Next = r.next(cursor("findings", next.Number()))
	}
	return &out, nil
}

// Scene is what a device saw.
type Scene struct {
	Device  string            `json:"device"`
	Kind    string            `json:"kind"`
	Value   int64             `json:"value,omitempty"`
	At      time.Time         `json:"at"`
	Place   territory.Address `json:"place"`
	Status  string            `json:"status" doc:"SEEN waits for a person; CONFIRMED, DISMISSED"`
	Matter  string            `json:"matter,omitempty"`
	Picture string            `json:"picture,omitempty" doc:"SHA-256 of its picture, while one is kept"`
}

func showScene(s grid.Scene) Scene {
	out := Scene{Device: s.Device.Number(), Kind: s.Kind, Value: s.Value, At: clock.Instant(s.At).Time(), Place: s.Place, Status: s.Status, Picture: s.Picture}
	if s.Matter != 0 {
		out.Matter = s.Matter.Number()
	}
	return out
}

func scenes(r *request, in TownPaging) (*Page[Kept[Scene]], error) {
	return records(r, in.Paging, "scenes", func(before ident.ID, n int) ([]register.Record[grid.Scene], error) {
		return r.s.Ground.Scenes(r.ctx, r.actor, in.Town, before, n)
	}, showScene)
}

// Dense is how much is open in a grid for its size.
type Dense struct {
	Grid    string `json:"grid"`
	Open    int    `json:"open"`
	Density int    `json:"density" doc:"Open matters of 100 km²"`
}

// Densest is where most is open.
type Densest struct {
	Threshold int     `json:"threshold"`
	Items     []Dense `json:"items"`
}

// DensestQuery asks for it.
type DensestQuery struct {
	Town      string `json:"town" maxLength:"64"`
	Threshold int    `json:"threshold,omitempty" minimum:"0" doc:"0: twice the density of the town"`
}

func dense(list []grid.Dense) []Dense {
	out := make([]Dense, len(list))
	for i, x := range list {
		out[i] = Dense{x.Grid, x.Open, x.Density}
	}
	return out
}

func densest(r *request, in DensestQuery) (*Densest, error) {
	list, at, err := r.s.Ground.Densest(r.ctx, r.actor, in.Town, in.Threshold)
	if err != nil {
		return nil, err
	}
	return &Densest{at, dense(list)}, nil
}

// Patrol is a plan of a patrol.
type Patrol struct {
	Day       int     `json:"day"`
	Team      string  `json:"team"`
	Threshold int     `json:"threshold"`
	Grids     []Dense `json:"grids"`
}

func patrols(r *request, in TownPaging) (*Page[Kept[Patrol]], error) {
	return records(r, in.Paging, "patrols", func(before ident.ID, n int) ([]register.Record[grid.Patrol], error) {
		return r.s.Ground.Patrols(r.ctx, r.actor, in.Town, before, n)
	}, func(p grid.Patrol) Patrol { return Patrol{p.Day, p.Team, p.Threshold, dense(p.Grids)} })
}

// GridEntry is what was entered in a grid, and what it became.
type GridEntry struct {
	Verb string `json:"verb"`
	Grid string `json:"grid"`
	Day  int    `json:"day"`
	Made string `json:"made" doc:"Number of the matter, or of the figure of INFO"`
}

func gridEntry(r *request, _ none) (*GridEntry, error) {
	no, err := r.number()
	if err != nil {
		return nil, err
	}
	e, err := r.s.Ground.Entry(r.ctx, r.actor, no)
	if err != nil {
		return nil, err
	}
	return &GridEntry{string(e.Fact.Verb), e.Fact.Grid, e.Fact.Day, e.Fact.Made.Number()}, nil
}

// Chore is one task on the board of a grid.
type Chore struct {
	Code     string   `json:"code"`
	Name     string   `json:"name"`
	NameEN   string   `json:"name_en"`
	Cadence  string   `json:"cadence"`
	Last     int      `json:"last,omitempty" doc:"The last day it was done, within 190 days"`
	Due      int      `json:"due" doc:"The last day of the period that runs"`
	State    string   `json:"state" doc:"DONE, DUE, LATE: neither in this period nor in the one before"`
	Findings []string `json:"findings" doc:"Numbers of matters"`
}

// Chores is the board.
type Chores struct {
	Items []Chore `json:"items"`
}

func chores(r *request, _ none) (*Chores, error) {
	board, err := r.s.Ground.ChoreBoard(r.ctx, r.actor, r.http.PathValue("code"), calendar.DayOf(r.now))
	if err != nil {
		return nil, err
	}
	out := &Chores{Items: []Chore{}}
	for _, b := range board {
		c := Chore{b.Chore.Code, b.Chore.Name, b.Chore.NameEN, b.Chore.Cadence, b.Last, b.Due, b.State, []string{}}
		for _, no := range b.Findings {
			c.Findings = append(c.Findings, no.Number())
		}
		out.Items = append(out.Items, c)
	}
	return out, nil
}

func scenePicture(r *request, _ none) (file, error) {
	no, err := r.number()
	if err != nil {
		return file{}, err
	}
	body, media, err := r.s.Ground.Picture(r.ctx, r.actor, no)
	return file{media: media, body: body}, err
}
