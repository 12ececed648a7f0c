package demo

import (
	"context"
	"fmt"
	"time"

	"huying/internal/desk/ground"
	"huying/internal/desk/registry"
	"huying/internal/domain/access"
	"huying/internal/domain/calendar"
	"huying/internal/domain/duty"
	"huying/internal/domain/grid"
	"huying/internal/domain/org"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
)

// grounds plays the ground of a town.
type grounds struct {
	ctx   context.Context
	e     *engine.Engine
	desk  access.Actor
	at    time.Time
	d     *ground.Desk
	grids []*territory.Place // of the town's first community that has any
}

// Ground plays a little of the ground in the town of a desk: streets and lanes
// with chiefs, one without; rounds with a finding; the posts and ties of some
// grids with their gaps; a professional grid; a split that is confirmed and one
// that waits; a device with a scene that was confirmed and one that waits; and,
// where the city has them, tasks of a grid, entries and a patrol. A town without
// grids has streets alone.
func Ground(ctx context.Context, e *engine.Engine, desk access.Actor, until time.Time) error {
	g := &grounds{ctx: ctx, e: e, desk: desk, at: until, d: ground.New(e)}
	for _, c := range e.City().Territory.Children(desk.At.Town) {
		if g.grids == nil {
			g.grids = e.City().Territory.Children(c.Code)
		}
	}
	steps := []func() error{g.streets, g.devices}
	if len(g.grids) > 0 {
		steps = append(steps, g.posts, g.belongings, g.houses, g.changes, g.work)
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return fmt.Errorf("play the ground of %s: %w", desk.Unit, err)
		}
	}
	return nil
}

func (g *grounds) cmd(before time.Duration) engine.Command {
	return engine.Command{Actor: g.desk, At: g.at.Add(-before)}
}

// found is something seen on the ground, as the duty list names it.
func (g *grounds) found(text string) []ground.Finding {
	f := ground.Finding{Text: text}
	for _, l := range g.e.City().Duty.Leaves() {
		if l.Lead.Level == org.Town && !l.Instant && l.Class == duty.Public && l.Urgency == duty.Normal {
			f.Category = l.Code
			break
		}
	}
	return []ground.Finding{f}
}

const day = 24 * time.Hour

// streets registers a street and two lanes; the second lane has no chief.
func (g *grounds) streets() error {
	for i, s := range []ground.NewSegment{
		{Code: "S-1", Name: "演示大街", Kind: "STREET", Metres: 850, Duties: []string{"每日巡查", "发现问题当日上报"}},
		{Code: "L-1", Name: "演示一巷", Kind: "LANE", Metres: 210, Duties: []string{"每日巡查"}},
		{Code: "L-2", Name: "演示二巷", Kind: "LANE", Metres: 160, Duties: []string{"每日巡查"}},
	} {
		s.Place = g.desk.At.Town
		id, err := g.d.AddSegment(g.ctx, g.cmd(20*day), s)
		if err != nil || i == 2 {
			return err
		}
		title := map[string]string{"STREET": "街长岗", "LANE": "巷长岗"}[s.Kind]
		if _, err := g.d.Appoint(g.ctx, g.cmd(19*day), id, ground.Chief{Title: title, Unit: g.desk.Unit, Phone: "演示电话"}); err != nil {
			return err
		}
		for before := 3; before >= i; before-- { // the lane is quiet on the last day
			in := ground.NewRound{Cadence: "DAILY"}
			if before == 2 {
				in.Findings = g.found("人行道堆放杂物，挡住盲道")
			}
			if _, err := g.d.Record(g.ctx, g.cmd(time.Duration(before)*day), id, in); err != nil {
				return err
			}
		}
		if _, err := g.d.Record(g.ctx, g.cmd(time.Hour), id, ground.NewRound{Cadence: "MONTHLY", Note: "总体整洁，井盖松动已报修"}); err != nil {
			return err
		}
	}
	return nil
}

// posts fills what the norms ask of the first grids and what lies around them,
// but for the last post of the last grid.
func (g *grounds) posts() error {
	tree := g.e.City().Territory
	first := g.grids[:min(2, len(g.grids))]
	places := append([]*territory.Place{}, tree.Ancestors(first[0].Code)...)
	places = append(places, first...)
	type post struct{ place, code string }
	var wanted []post
	for _, p := range places {
		for _, n := range g.e.City().Norms {
			for range n.N {
				if n.Kind == p.Kind && tree.Within(p.Code, g.desk.At.Town) {
					wanted = append(wanted, post{p.Code, n.Post})
				}
			}
		}
	}
	for i, w := range wanted {
		if i == len(wanted)-1 {
			break // a vacancy
		}
		in := ground.NewStation{Grid: w.place, Post: w.code, Holder: fmt.Sprintf("演示代号%02d", i+1)}
		if _, err := g.d.Station(g.ctx, g.cmd(15*day), in); err != nil {
			return err
		}
	}
	return nil
}

// belongings ties grids with branches, all but one, and lays a professional grid
// over them.
func (g *grounds) belongings() error {
	var covers []string
	for i, p := range g.grids[:min(10, len(g.grids))] {
		covers = append(covers, p.Code)
		if i == 0 {
			continue
		}
		in := ground.NewTie{Grid: p.Code, Kind: "BRANCH", Org: fmt.Sprintf("ZB-%02d", i), Name: "网格党支部（示例）"}
		if _, err := g.d.Tie(g.ctx, g.cmd(14*day), in); err != nil {
			return err
		}
	}
	if _, err := g.d.Tie(g.ctx, g.cmd(14*day), ground.NewTie{Grid: g.grids[0].Code, Kind: "PROPERTY", Org: "WY-01", Name: "物业服务处（示例）"}); err != nil {
		return err
	}
	bureau := g.desk.At.District + "-HB"
	if _, ok := g.e.City().Org.Unit(bureau); !ok {
		return nil
	}
	line := "ENVIRONMENT"
	if lines := g.e.City().Lines; len(lines) > 0 {
		line = lines[0].Code
	}
	_, err := g.d.AddLayer(g.ctx, g.cmd(12*day), ground.NewLayer{
		Code: "ZY-01", Name: "生态环境专业网格（示例）", Line: line, Unit: bureau, Place: g.desk.At.Town, Covers: covers,
	})
	return err
}

// houses imports the buildings of a grid; the last has no contact post.
func (g *grounds) houses() error {
	in := ground.Import{Town: g.desk.At.Town}
	for i := range 4 {
		row := grid.Row{Line: int64(i + 2), Cells: map[string]string{
			"code": fmt.Sprintf("LD-%02d", i+1), "name": fmt.Sprintf("演示小区%d号楼", i+1), "grid": g.grids[len(g.grids)-1].Code,
		}}
		if i < 3 {
			row.Cells["post"], row.Cells["phone"] = "楼栋联络岗（示例）", "演示电话"
		}
		in.Rows = append(in.Rows, row)
	}
	_, err := g.d.ImportBuildings(g.ctx, g.cmd(13*day), in)
	return err
}

// changes plans a split that another person confirms, and one that waits.
func (g *grounds) changes() error {
	from := calendar.AddDays(calendar.DayOf(g.at), 10)
	for i, p := range g.grids[:min(2, len(g.grids))] {
		id, err := g.d.PlanChange(g.ctx, g.cmd(2*day), ground.NewChange{Kind: "SPLIT", Grids: []string{p.Code}, Parts: 2, Day: from, Reason: "新楼入住，户数翻倍"})
		if err != nil || i == 1 {
			return err
		}
		leader, err := registry.ActorOf(g.e.City(), g.desk.Unit, org.Leader)
		if err != nil {
			return nil // the unit has no leader's post: the plan waits
		}
		if _, err := g.d.ConfirmChange(g.ctx, engine.Command{Actor: leader, At: g.at.Add(-day)}, id, ground.Empty{}); err != nil {
			return err
		}
	}
	return nil
}

// devices registers one device that runs and one that lacks what the public must
// know; of what the first saw, one scene was confirmed and one waits.
func (g *grounds) devices() error {
	var gauge ident.ID
	for i, x := range []ground.NewDevice{
		{Code: "SB-01", Kind: "FLOOD", Where: "演示大街下穿桥", Purpose: "内涝水位预警", Basis: "《防洪法》", Keeps: 30, Published: true, Threshold: 30},
		{Code: "SB-02", Kind: "SCENE", Where: "演示一巷口"},
	} {
		x.Place = g.desk.At.Town
		id, err := g.d.AddDevice(g.ctx, g.cmd(9*day), x)
		if err != nil {
			return err
		}
		if i == 0 {
			gauge = id
		}
	}
	if _, err := g.d.Activate(g.ctx, g.cmd(8*day), gauge, ground.Empty{}); err != nil {
		return err
	}
	for i, before := range []time.Duration{5 * time.Hour, 20 * time.Minute} {
		id, err := g.d.See(g.ctx, g.cmd(before), gauge, ground.NewScene{Kind: "WATER", Value: int64(42 - 5*i)})
		if err != nil {
			return err
		}
		if i > 0 {
			continue
		}
		if _, err := g.d.ConfirmScene(g.ctx, g.cmd(before-10*time.Minute), id, ground.Seen{Text: "下穿桥积水约四十厘米，小车不能通行"}); err != nil {
			return err
		}
	}
	return nil
}

// work plays entries, tasks of a grid, and a patrol of the densest grids.
func (g *grounds) work() error {
	code := g.grids[0].Code
	f := g.found("楼道堆放电瓶车")[0]
	for _, in := range []ground.NewEntry{
		{Verb: "NEED", Text: "老人希望在楼道加装扶手"}, {Verb: "PROBLEM", Text: f.Text, Category: f.Category},
		{Verb: "INFO", Class: "SHOP", Count: 14}, {Verb: "CONFLICT", Text: "两家为公共晾衣杆争吵"},
	} {
		in.Grid = code
		if _, err := g.d.EnterGrid(g.ctx, g.cmd(3*time.Hour), in); err != nil {
			return err
		}
	}
	for i, c := range g.e.City().Chores {
		if i%3 == 2 {
			continue // still to be done
		}
		in := ground.NewChore{Grid: code, Code: c.Code}
		if i == 0 {
			in.Findings = g.found("店外经营占了半条人行道")
		}
		if _, err := g.d.DoChore(g.ctx, g.cmd(2*time.Hour), in); err != nil {
			return err
		}
	}
	team := g.desk.At.Town + "-ZFD"
	if _, ok := g.e.City().Org.Unit(team); !ok {
		return nil
	}
	_, err := g.d.PlanPatrol(g.ctx, g.cmd(time.Hour), ground.NewPatrol{
		Town: g.desk.At.Town, Team: team, Day: calendar.AddDays(calendar.DayOf(g.at), 1), Title: "高发网格巡查（示例）",
	})
	if fault.Code(err) == "patrol.nothing_dense" {
		return nil
	}
	return err
}
