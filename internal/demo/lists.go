package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"huying/internal/desk/burden"
	"huying/internal/desk/dispatch"
	desk "huying/internal/desk/mandate"
	"huying/internal/desk/registry"
	"huying/internal/domain/access"
	"huying/internal/domain/calendar"
	"huying/internal/domain/duty"
	"huying/internal/domain/mandate"
	"huying/internal/domain/matter"
	"huying/internal/domain/org"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/ident"
)

// lists plays what a county does with duty lists, by the real commands.
type lists struct {
	ctx      context.Context
	e        *engine.Engine
	at       time.Time
	mandate  *desk.Desk
	burden   *burden.Desk
	dispatch *dispatch.Desk

	district, town string
}

// Lists plays a little of duty lists, admissions and burden over a played city:
// a list of one town in force and its next version on the way, an admission that
// was refused and one that waits, a form, a work group that is asked for, and what
// a clean-up has done away with. A city whose pack has no organisation desk is left as it is.
func Lists(ctx context.Context, e *engine.Engine, until time.Time) error {
	l := &lists{ctx: ctx, e: e, at: until, mandate: desk.New(e), burden: burden.New(e), dispatch: dispatch.New(e)}
	if !l.place() {
		return nil
	}
	for _, step := range [...]func() error{l.inForce, l.next, l.refused, l.form, l.group, l.cleanups} {
		if err := step(); err != nil {
			return fmt.Errorf("play the lists of %s: %w", l.town, err)
		}
	}
	return nil
}

// place finds a district with everybody who takes part, and a town of it.
func (l *lists) place() bool {
	city := l.e.City()
	for p := range city.Territory.All() {
		if p.Kind != territory.District {
			continue
		}
		for suffix, role := range map[string]org.Role{"DW": org.Organiser, "SF": org.LegalReviewer, "ZFB": org.Leader, "SJ": org.Handler} {
			if _, err := l.actor(p.Code+"-"+suffix, role); err != nil {
				return false
			}
		}
		for _, t := range city.Territory.Children(p.Code) {
			if _, err := l.actor(t.Code+"-DGW", org.Secretary); err == nil {
				l.district, l.town = p.Code, t.Code
				return true
			}
		}
	}
	return false
}

func (l *lists) actor(unit string, role org.Role) (access.Actor, error) {
	return registry.ActorOf(l.e.City(), unit, role)
}

// by is a command of a post, which place has found to exist.
func (l *lists) by(unit string, role org.Role) engine.Command {
	a, err := l.actor(unit, role)
	if err != nil {
		return engine.Command{At: l.at} // nobody: every command refuses it
	}
	return engine.Command{Actor: a, At: l.at}
}

func (l *lists) organiser() engine.Command { return l.by(l.district+"-DW", org.Organiser) }
func (l *lists) bureau() engine.Command    { return l.by(l.district+"-SJ", org.Handler) }

// rows is the city's own list as it binds the town, which changes nothing of who
// may be asked what.
func (l *lists) rows() []mandate.Row {
	city := l.e.City()
	var out []mandate.Row
	add := func(cells map[string]string) { out = append(out, mandate.Row{Line: int64(len(out) + 2), Cells: cells}) }
	groups := map[string]string{}
	for _, leaf := range city.Duty.Leaves() {
		rules := append([]duty.UnitRule{leaf.Lead}, leaf.Co...)
		if !slices.ContainsFunc(rules, func(r duty.UnitRule) bool { return r.Level == org.Town }) || leaf.Kind == duty.TakenBack || len(leaf.Path) == 0 {
			continue
		}
		group := groups[leaf.Path[0]]
		if group == "" {
			group = fmt.Sprintf("G%02d", len(groups)+1)
			groups[leaf.Path[0]] = group
			add(map[string]string{"code": group, "name": leaf.Path[0]})
		}
		cells := map[string]string{
			"code": group + "-" + leaf.Code, "parent": group, "name": leaf.Name, "kind": string(leaf.Kind), "lead": leaf.Lead.String(), "basis": leaf.Basis,
			"covers": leaf.Code, "closing": leaf.Closing,
		}
		for _, r := range leaf.Co {
			if _, ok := city.Unit(r, city.Territory.Address(l.town)); ok {
				cells["co"] += r.String() + ";"
			}
		}
		if cells["kind"] == "" || cells["co"] == "" {
			cells["kind"] = string(duty.Basic)
		}
		if cells["basis"] == "" {
			cells["basis"] = "示例依据"
		}
		add(cells)
	}
	group := "G99"
	add(map[string]string{"code": group, "name": "统计填报"})
	add(map[string]string{"code": "G99-TJ01", "parent": group, "name": "经济普查填报（示例）", "kind": "BASIC", "lead": "TOWN:DGW", "basis": "《全国经济普查条例》"})
	return out
}

func (l *lists) sheet(rows []mandate.Row) desk.Import {
	p, _ := l.e.City().Territory.Place(l.town)
	return desk.Import{Kind: string(mandate.StreetTasks), Place: l.town, Name: p.Name + "履职事项清单（示例）", Source: "示例文件，不是真实清单", Rows: rows}
}

// inForce takes a list through every step.
func (l *lists) inForce() error {
	id, err := l.mandate.Import(l.ctx, l.organiser(), l.sheet(l.rows()))
	if err != nil {
		return err
	}
	if _, err := l.mandate.Review(l.ctx, l.by(l.district+"-SF", org.LegalReviewer), id, desk.Word{Pass: true}); err != nil {
		return err
	}
	if _, err := l.mandate.Consult(l.ctx, l.organiser(), id, desk.None{}); err != nil {
		return err
	}
	list, said, err := l.mandate.List(l.ctx, l.organiser().Actor, id)
	if err != nil {
		return err
	}
	if err := l.answer(said, matter.Agreed, "同意"); err != nil {
		return err
	}
	if _, err := l.mandate.Approve(l.ctx, l.by(l.district+"-ZFB", org.Leader), list.ID, desk.Reasons{}); err != nil {
		return err
	}
	_, err = l.mandate.Publish(l.ctx, l.organiser(), id, desk.From{From: calendar.DayOf(l.at)})
	return err
}

// answer lets every unit that is asked say the same.
func (l *lists) answer(said []desk.Opinion, result, text string) error {
	for _, o := range said {
		no, err := ident.ParseNumber(o.Order)
		if err != nil {
			return err
		}
		if _, err := l.dispatch.Respond(l.ctx, l.by(o.Unit, org.Secretary), no, dispatch.Respond{Text: text, Result: result}); err != nil {
			return err
		}
	}
	return nil
}

// next drafts the version after, with one item taken back.
func (l *lists) next() error {
	rows := l.rows()
	for i, r := range rows {
		if r.Cells["kind"] == string(duty.Assist) {
			rows[i].Cells["kind"], rows[i].Cells["co"] = string(duty.TakenBack), ""
			break
		}
	}
	_, err := l.mandate.Import(l.ctx, l.organiser(), l.sheet(rows))
	return err
}

// refused asks for two admissions: one is refused, the other waits for the town.
func (l *lists) refused() error {
	ask := func(item, name string) (ident.ID, error) {
		return l.mandate.Request(l.ctx, l.bureau(), desk.Request{
			Item: item, Name: name, Towns: []string{l.town}, Reason: "专项摸底（示例）", Basis: "示例通知", People: 1, Minutes: 90,
			Until: calendar.DayOf(l.at.AddDate(0, 1, 0)),
		})
	}
	id, err := ask("SL-TJ02", "门店情况统计表（示例）")
	if err != nil {
		return err
	}
	_, said, err := l.mandate.Admission(l.ctx, l.bureau().Actor, id)
	if err != nil {
		return err
	}
	if err := l.answer(said, matter.Disagreed, "与日常台账重复"); err != nil {
		return err
	}
	if _, err := l.mandate.Decide(l.ctx, l.organiser(), id, desk.Decision{Text: "从现有数据取用"}); err != nil {
		return err
	}
	_, err = ask("SL-TJ03", "夜市摊位摸底（示例）")
	return err
}

// form asks the town for a form by an item of its list.
func (l *lists) form() error {
	_, err := l.burden.Demand(l.ctx, l.bureau(), burden.Demand{
		Kind: "FORM", Name: "经济普查填报（示例）", Item: "G99-TJ01", Basis: "《全国经济普查条例》", Minutes: 120, Places: []string{l.town},
		Fields: []burden.Blank{{Code: "SHOPS", Name: "门店数"}, {Code: "STAFF", Name: "从业人数"}},
	})
	return err
}

// group asks for a work group, which the organisation desk has still to permit.
func (l *lists) group() error {
	_, err := l.burden.WantClub(l.ctx, l.bureau(), burden.Club{Kind: "GROUP", Name: "节日市场巡查联络群（示例）", Purpose: "节日期间联络", Place: l.town, Minutes: 60})
	return err
}

// cleanups counts what the district did away with in a campaign (LH-20).
func (l *lists) cleanups() error {
	for _, c := range [...]burden.Cleanup{
		{Kind: "GROUP", Count: 46, Text: "解散长期不用的工作群（示例）"},
		{Kind: "APP", Count: 3, Text: "停用重复的小程序（示例）"},
		{Kind: "SIGN", Count: 128, Text: "摘除村（社区）重复标牌（示例）"},
	} {
		if _, err := l.burden.CountCleanup(l.ctx, l.organiser(), c); err != nil {
			return err
		}
	}
	return nil
}
