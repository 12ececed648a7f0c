// Package ground is the pages of the ground: what a town lacks today, streets
// and lanes with their chiefs and rounds, who serves a grid, professional
// grids, devices, agreements, and the splits and merges of grids on the map.
// It shows places, units and posts; there is no list of who went where.
package ground

import (
	"cmp"
	"slices"
	"strings"

	desk "huying/internal/desk/ground"
	"huying/internal/desk/supervision"
	"huying/internal/domain/access"
	"huying/internal/domain/territory"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/web/frame"
	"huying/internal/web/part"
)

// Desks are what the pages ask.
type Desks struct {
	Ground      *desk.Desk
	Supervision *supervision.Desk
}

type pages struct{ Desks }

// Routes returns the pages.
func Routes(d Desks) []frame.Route {
	p := pages{d}
	show := func(path, id string, action access.Action, zh, en string, serve func(*frame.Request) error) frame.Route {
		return frame.Show("/ground"+path, "ground"+id, frame.Staff, action, zh, en, serve)
	}
	do := func(path, id string, action access.Action, zh, en string, serve func(*frame.Request) error) frame.Route {
		return frame.Do("/ground"+path, "ground"+id, frame.Staff, action, zh, en, serve)
	}
	return []frame.Route{
		show("", "", access.ReadGround, "看今天缺什么", "See what a town lacks today", p.home),
		show("/segments", ".segments", access.ReadGround, "看街巷和街巷长", "See streets and lanes with their chiefs", p.segments),
		do("/segments", ".addsegment", access.PlanGround, "登记街巷", "Register a street or lane", p.addSegment),
		show("/segments/{no}", ".segment", access.ReadGround, "看一条街巷：知情、监督、处置、评价", "See a segment: know, supervise, handle, evaluate", p.segment),
		do("/segments/{no}/appoint", ".appoint", access.FillGround, "确定街巷长", "Appoint a chief", p.appoint),
		do("/segments/{no}/vacate", ".vacate", access.FillGround, "街巷长离任", "Leave a segment without a chief", p.vacate),
		do("/segments/{no}/end", ".endsegment", access.PlanGround, "注销街巷", "Take a segment off the register", p.endSegment),
		show("/segments/{no}/round", ".round", access.Patrol, "登记巡查的表", "The form of a round", p.round),
		do("/segments/{no}/round", ".record", access.Patrol, "登记巡查", "Record a round", p.record),
		do("/segments/{no}/judge", ".judge", access.Patrol, "评判一个问题是否解决", "Say whether a finding is solved", p.judge),
		do("/segments/{no}/rate", ".rate", access.RateCleaner, "评价保洁维修单位", "Rate who cleaned or mended", p.rate),
		show("/leads", ".leads", access.ReadGround, "看还没派人的发现和执法线索", "See findings that wait and the leads", p.leads),
		do("/leads", ".send", access.IssueOrder, "线索派执法队", "Send a team after what the ground found", p.sendTeam),
		show("/leads/unsent", ".unsent", access.ReadGround, "看有几个发现还没派人", "See how many findings wait", p.waiting),
		show("/patrols", ".patrols", access.ReadGround, "看事项最密的网格和巡查计划", "See the densest grids and the plans of patrols", p.patrols),
		do("/patrols", ".patrol", access.PlanGround, "安排网格巡查", "Plan a patrol", p.planPatrol),
		show("/buildings", ".buildings", access.ReadGround, "看楼栋和联络岗位", "See buildings with their contact posts", p.buildings),
		do("/buildings", ".addbuilding", access.FillGround, "登记楼栋", "Register a building", p.addBuilding),
		do("/buildings/import", ".importbuildings", access.FillGround, "从表格导入楼栋", "Import buildings from a file", p.importBuildings),
		do("/buildings/{no}/contact", ".contact", access.FillGround, "确定楼栋联络岗位", "Give a building its contact post", p.setContact),
		do("/buildings/{no}/vacate", ".nocontact", access.FillGround, "楼栋联络岗位空缺", "Leave a building without a contact post", p.clearContact),
		do("/buildings/{no}/end", ".endbuilding", access.FillGround, "注销楼栋", "Take a building off the register", p.endBuilding),
		show("/shares", ".shares", access.ReadGround, "看覆盖和网格内解决的比例", "See what is covered and solved in the grids", p.shares),
		show("/locate", ".locate", access.ReadGround, "查某处属于哪个网格", "Find the grid that a spot lies in", p.locate),
		show("/rollcall", ".rollcall", access.ReadGround, "看季点名", "See the quarter's roll call", p.rollCall),
		show("/board", ".board", access.ReadGround, "看街巷长公示", "See the public notice of chiefs", p.board),

		show("/grids", ".grids", access.ReadGround, "看网格和力量缺口", "See grids and what they lack", p.grids),
		show("/grids/{place}", ".team", access.ReadGround, "看一个网格的力量", "See who serves a grid", p.team),
		show("/grids/{place}/enter", ".entry", access.Patrol, "网格内六件事的表", "The form of the six things of a grid", p.entry),
		do("/grids/{place}/enter", ".enter", access.Patrol, "网格内上报", "Enter one of the six things of a grid", p.enter),
		do("/chores", ".chore", access.Patrol, "登记网格任务", "Say that a task of a grid was done", p.chore),
		do("/stations", ".station", access.FillGround, "配备网格岗位", "Fill a post of a grid", p.station),
		do("/stations/{no}/leave", ".leave", access.FillGround, "网格岗位离任", "End a post of a grid", p.leave),
		do("/ties", ".tie", access.FillGround, "登记网格所属组织", "Link a grid with an organisation", p.tie),
		do("/ties/{no}/end", ".untie", access.FillGround, "注销网格所属组织", "End a link", p.untie),

		show("/layers", ".layers", access.ReadGround, "看专业网格", "See professional grids", p.layers),
		do("/layers", ".addlayer", access.PlanGround, "登记专业网格", "Register a professional grid", p.addLayer),
		do("/layers/{no}/end", ".endlayer", access.PlanGround, "注销专业网格", "End a professional grid", p.endLayer),
		show("/devices", ".devices", access.ReadGround, "看感知设备", "See devices", p.devices),
		do("/devices", ".adddevice", access.PlanGround, "登记感知设备", "Register a device", p.addDevice),
		do("/devices/{no}/describe", ".describe", access.PlanGround, "补充设备说明", "Complete what is said of a device", p.describe),
		do("/devices/{no}/switch", ".switch", access.PlanGround, "启用或停用设备", "Let a device run, or stop it", p.switchDevice),
		show("/scenes/{no}/picture", ".picture", access.Patrol, "看场景图片", "See the picture of a scene", p.picture),
		do("/scenes/{no}/confirm", ".scene", access.Patrol, "人工确认场景", "Confirm what a device saw", p.confirmScene),
		do("/scenes/{no}/dismiss", ".noscene", access.Patrol, "排除场景", "Say that it was nothing", p.dismissScene),
		show("/agreements", ".agreements", access.ReadGround, "看调解协议", "See agreements", p.agreements),
		do("/agreements", ".agree", access.ReadMatter, "登记调解协议", "Keep what two sides shall agree on", p.agree),
		do("/agreements/{no}/say", ".say", access.ReadMatter, "登记一方意见", "Keep the word of a side", p.say),

		show("/changes", ".changes", access.ReadGround, "看网格调整", "See the changes of grids", p.changes),
		show("/changes/new", ".draw", access.PlanGround, "在地图上拟定拆分或合并", "Draw a split or choose a merge on the map", p.draw),
		do("/changes/preview", ".preview", access.PlanGround, "预览网格调整", "See what a change would do", p.preview),
		do("/changes", ".plan", access.PlanGround, "把网格调整送复核", "Plan a change of grids", p.plan),
		show("/changes/{no}", ".change", access.ReadGround, "看一次网格调整", "See a change of grids", p.change),
		do("/changes/{no}/confirm", ".confirm", access.AffirmGround, "复核网格调整", "Confirm a change, as another person", p.confirm),
		do("/changes/{no}/drop", ".drop", access.PlanGround, "撤销网格调整", "Take a change back", p.drop),
	}
}

// some is how many records a page shows.
const some = 100

// here is the town that a page is about, and those there are to choose from.
type here struct {
	town  string   // "": all that the reader may see
	towns []string // only for readers who look after more than one
	tab   string   // path of the tab
}

// mostCompared is how many towns are looked at side by side.
const mostCompared = 40

// here reads which town is meant. A reader of one town has only that. Fault:
// place.not_yours.
func (p pages) here(r *frame.Request, tab string) (here, error) {
	h := here{town: r.Text("town"), tab: tab}
	if at := r.Actor.At; at.Town != "" {
		if h.town == "" && mayAt(r.View, access.ReadGround, at.Town) {
			h.town = at.Town
		}
	} else {
		for t := range r.City.Territory.All() {
			if t.Kind.Rank() == 2 && mayAt(r.View, access.ReadGround, t.Code) {
				h.towns = append(h.towns, t.Code)
			}
		}
	}
	if h.town == "" {
		return h, nil
	}
	if t, ok := r.City.Territory.Place(h.town); !ok || t.Kind.Rank() != 2 || !mayAt(r.View, access.ReadGround, h.town) {
		return h, fault.New(fault.NotFound, "place.not_yours", h.town)
	}
	return h, nil
}

// mayAt reports whether the reader may do an action at a place.
func mayAt(v *part.View, action access.Action, code string) bool {
	return mayIn(v, action, v.City.Territory.Address(code))
}

func mayIn(v *part.View, action access.Action, place territory.Address, units ...string) bool {
	return access.Allow(v.Actor, action, access.Subject{Place: place, Units: units}) == nil
}

// path is a page of the ground with the town that is looked at.
func (h here) path(path string) string {
	if h.town == "" {
		return "/ground" + path
	}
	return "/ground" + path + "?town=" + h.town
}

// tabs are the registers of the ground.
func (h here) tabs(v *part.View) []part.Tab {
	var out []part.Tab
	for _, t := range []struct {
		path string
		name part.Key
	}{
		{"", part.Key("ground.tab_gaps")}, {"/segments", part.Key("ground.tab_segments")}, {"/grids", part.Key("ground.tab_grids")},
		{"/leads", part.Key("ground.tab_leads")}, {"/patrols", part.Key("ground.tab_patrols")}, {"/buildings", part.Key("ground.tab_buildings")},
		{"/changes", part.Key("ground.tab_changes")}, {"/layers", part.Key("ground.tab_layers")}, {"/devices", part.Key("ground.tab_devices")},
		{"/agreements", part.Key("ground.tab_agreements")}, {"/shares", part.Key("ground.tab_shares")}, {"/rollcall", part.Key("ground.tab_rollcall")}, {"/board", part.Key("ground.tab_board")},
	} {
		out = append(out, part.Tab{Name: v.T(string(t.name)), Href: h.path(t.path), Here: t.path == h.tab, Count: -1})
	}
	return out
}

// next is the address by which a list goes on, "" at its end.
func (h here) next(n int, last ident.ID) string {
	if n < some {
		return ""
	}
	path := h.path(h.tab)
	if strings.Contains(path, "?") {
		return path + "&before=" + last.Number()
	}
	return path + "?before=" + last.Number()
}

// below are the places of ranks that lie in a place and where the reader may
// read, in code order.
func below(v *part.View, code string, ranks ...int) []*territory.Place {
	var out []*territory.Place
	var walk func(code string)
	walk = func(code string) {
		for _, p := range v.City.Territory.Children(code) {
			if slices.Contains(ranks, p.Kind.Rank()) && mayAt(v, access.ReadGround, p.Code) {
				out = append(out, p)
			}
			walk(p.Code)
		}
	}
	walk(code)
	return out
}

// placeOptions offers places by name, each with the place around it if they lie in
// several.
func placeOptions(v *part.View, places []*territory.Place, around bool) []part.Option {
	out := make([]part.Option, len(places))
	for i, p := range places {
		name := v.Place(p.Code)
		if around {
			name = v.Place(p.Parent) + " " + name
		}
		out[i] = part.Option{Value: p.Code, Name: name}
	}
	return out
}

// unitNames offers the units that work in a place and above it, for a list to
// choose from while typing.
func unitNames(v *part.View, at territory.Address) []part.Option {
	var out []part.Option
	for _, code := range v.City.Org.Units() {
		u, ok := v.City.Org.Unit(code)
		if !ok {
			continue
		}
		a := v.City.Territory.Address(u.Territory)
		if (a.District == "" || a.District == at.District) && (a.Town == "" || at.Town == "" || a.Town == at.Town) {
			out = append(out, part.Option{Value: code, Name: v.Unit(code)})
		}
	}
	slices.SortStableFunc(out, func(a, b part.Option) int {
		return cmp.Compare(rankOf(v, a.Value), rankOf(v, b.Value)) // the town's own units first
	})
	return out
}

func rankOf(v *part.View, unit string) int {
	u, ok := v.City.Org.Unit(unit)
	if !ok {
		return 9
	}
	if p, ok := v.City.Territory.Place(u.Territory); ok {
		return p.Kind.Rank()
	}
	return 9
}

func chosen(first string, list []part.Option) []part.Option {
	return append([]part.Option{{Value: "", Name: first}}, list...)
}
