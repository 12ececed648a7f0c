package demo

import (
	"context"
	"time"

	"huying/internal/desk/account"
	"huying/internal/desk/fund"
	"huying/internal/desk/observe"
	"huying/internal/desk/power"
	"huying/internal/desk/registry"
	"huying/internal/domain/access"
	"huying/internal/domain/matter"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
)

// office plays a little of what units ask and owe each other, in one street of
// the city: a proposal that waits for an opinion, one that was heard, an item
// for a leader, a fund with a payment, an observation, a task force.
type office struct {
	e    *engine.Engine
	city *pack.City
	at   time.Time
	item ident.ID // what was raised to the leader, for which money is spent
}

// run plays it; what the city has no unit or power for is left out.
func (o *office) run(ctx context.Context) error {
	agency, host := o.agency()
	if agency == "" {
		return nil
	}
	bureau, _ := o.city.Org.Parent(agency)
	address := o.city.Territory.Address(host)
	street, district := host, address.District
	if err := o.gates(ctx, agency, bureau, street); err != nil {
		return err
	}
	if err := o.liaison(ctx, street, district); err != nil {
		return err
	}
	if err := o.money(ctx, street, district); err != nil {
		return err
	}
	return o.others(ctx, bureau, street, district)
}

// agency returns the first agency that is stationed in a street, by a
// department of the district.
func (o *office) agency() (agency, street string) {
	for _, code := range o.city.Org.Units() {
		edges := o.city.Org.From(code, org.StationedIn)
		parent, ok := o.city.Org.Parent(code)
		if len(edges) == 0 || !ok {
			continue
		}
		host, _ := o.city.Org.Unit(edges[0].To)
		if p, _ := o.city.Org.Unit(parent); p.Kind == org.Department {
			return code, host.Territory
		}
	}
	return "", ""
}

// as is a command of the first post of a role in a unit, some hours before the
// end of what is played.
func (o *office) as(unit string, role org.Role, hours int) engine.Command {
	a, err := registry.ActorOf(o.city, unit, role)
	if err != nil {
		a = access.Actor{} // nobody: the desk refuses it
	}
	return engine.Command{Actor: a, At: o.at.Add(-time.Duration(hours) * time.Hour)}
}

// lacking reports whether a fault only says that the city has no such post or
// power.
func lacking(err error) bool {
	k := fault.Of(err)
	return err != nil && (k == fault.Denied || k == fault.Conflict || k == fault.NotFound || k == fault.Invalid)
}

func (o *office) gates(ctx context.Context, agency, bureau, street string) error {
	d := power.New(o.e)
	post := agency + "/" + string(org.Handler)
	for i, in := range []power.Propose{
		{Kind: "LEAVE", Title: "派驻人员请假两天", Post: post}, {Kind: "APPOINTMENT", Title: "调整派驻机构负责人", Post: post, Text: "现任职满五年，拟交流。"},
	} {
		id, err := d.Propose(ctx, o.as(bureau, org.Handler, 6), in)
		if lacking(err) {
			return nil
		}
		if err != nil || i == 1 {
			return err
		}
		g, _, err := d.Gate(ctx, o.as(bureau, org.Handler, 6).Actor, id)
		if err != nil {
			return err
		}
		_, err = d.Answer(ctx, o.as(street+"-DGW", org.Secretary, 5), g.Fact.Consult[0], power.Answer{Result: matter.Agreed, Text: "同意，请安排好顶岗。"})
		if err != nil {
			return err
		}
		if _, err := d.Finish(ctx, o.as(bureau, org.Handler, 4), id, power.Finish{}); err != nil {
			return err
		}
	}
	return nil
}

func (o *office) liaison(ctx context.Context, street, district string) error {
	d := power.New(o.e)
	centre, ok := o.city.Org.Centre(street)
	if !ok {
		return nil
	}
	id, err := d.Link(ctx, o.as(district+"-DW", org.Organiser, 30), power.Link{Kind: "LEADER", Post: district + "-DW/" + string(org.Handler), Place: street})
	if err == nil {
		o.item, err = d.Raise(ctx, o.as(centre, org.Dispatcher, 20), id, power.Raise{Title: "铁路道口改造需上级协调", Text: "涉及三个部门，街道无权调度。"})
	}
	if lacking(err) {
		return nil
	}
	return err
}

func (o *office) money(ctx context.Context, street, district string) error {
	d := fund.New(o.e)
	centre, _ := o.city.Org.Centre(street)
	const granted, paid = 5_000_000_00, 86_500_00
	id, err := d.Open(ctx, o.as(district+"-DW", org.Organiser, 40), fund.Open{
		Holder: centre, Name: "街道自主经费", Source: "BUDGET", Year: o.at.In(ident.Zone).Year(), Granted: granted,
	})
	if err == nil && o.item != 0 {
		var line ident.ID
		line, err = d.Pay(ctx, o.as(centre, org.Handler, 15), id, fund.Pay{
			Amount: -paid, Purpose: "铁路道口照明和护栏", Payee: "照明养护公司", Decision: "主任办公会决定", Matter: o.item.Number(),
		})
		if err == nil {
			_, err = d.Approve(ctx, o.as(centre, org.Leader, 10), line, fund.Approve{})
		}
	}
	if lacking(err) {
		return nil
	}
	return err
}

func (o *office) others(ctx context.Context, bureau, street, district string) error {
	_, err := observe.New(o.e).Observe(ctx, o.as(street+"-DGW", org.Observer, 8), observe.Observe{
		Unit: bureau, Topic: "FORMS", Text: "同一张台账一周要了三遍，每次格式都不一样。",
	})
	if err == nil || lacking(err) {
		_, err = account.New(o.e).Form(ctx, o.as(district+"-DW", org.Organiser, 12), account.Form{
			Name: "汛期排涝专班", Purpose: "两个月内消除积水点。", Place: district, Members: []string{bureau + "/" + string(org.Handler)},
			To: o.e.Day(o.at.AddDate(0, 2, 0)), Indicator: "积水点（处）", Baseline: 12, Target: 0,
		})
	}
	if lacking(err) {
		return nil
	}
	return err
}
