package powers

import (
	"huying/internal/desk/fund"
	"huying/internal/desk/power"
	"huying/internal/domain/access"
	"huying/internal/domain/calendar"
	"huying/internal/domain/consult"
	money "huying/internal/domain/fund"
	"huying/internal/domain/org"
	"huying/internal/domain/register"
	"huying/internal/ident"
	"huying/internal/web/frame"
)

func (p pages) instructRoutes() []frame.Route {
	const staff = frame.Staff
	return []frame.Route{
		frame.Show("/powers/instructions", "powers-instructions", staff, access.ReadLiaison, "上级指令和冲突", "Instructions of superiors", p.instructions),
		frame.Do("/powers/instructions", "page-instruct", staff, access.Instruct, "下达指令", "Give an instruction", p.instruct),
		frame.Do("/powers/conflicts/{no}", "settle-page-conflict", staff, access.SettleConflict, "裁定冲突", "Settle a conflict", p.settle),
		frame.Show("/powers/enterprises", "powers-enterprises", staff, access.RaiseCall, "企业呼叫", "Calls of enterprises", p.enterprises),
		frame.Do("/powers/enterprises", "page-enterprise-call", staff, access.RaiseCall, "受理企业呼叫", "Take an enterprise's call", p.enterpriseCall),
		frame.Show("/powers/partners", "powers-partners", staff, access.ReadFund, "社区合伙人", "Community partners", p.partners),
		frame.Do("/powers/partners", "page-join-partner", staff, access.KeepFund, "登记合伙人", "Enter a partner", p.join),
	}
}

// clash is a conflict with the two instructions in their own words.
type clash struct {
	register.Record[consult.Clash]
	first, second *consult.Instruction
}

func (p pages) instructions(r *frame.Request) error {
	list, err := p.Power.Conflicts(r.Ctx, r.Actor, 0, rows)
	if err != nil {
		return err
	}
	out := make([]clash, len(list))
	for i := range list {
		out[i].Record = list[i]
		said, err := p.Power.Instructions(r.Ctx, r.Actor, list[i].Fact.Matter)
		if err != nil {
			return err
		}
		for j := range said {
			switch said[j].ID {
			case list[i].Fact.First:
				out[i].first = &said[j].Fact
			case list[i].Fact.Second:
				out[i].second = &said[j].Fact
			}
		}
	}
	return r.Page(r.T("powers.tab.instructions"), "powers", instructionsPage(r, out))
}

func (p pages) instruct(r *frame.Request) error {
	in := power.Instruct{Matter: r.Text("matter"), Unit: r.UnitCode(r.Text("unit")), Course: r.Text("course"), Text: r.Text("text"), Leaf: r.Text("leaf")}
	if err := r.Wrong(); err != nil {
		return err
	}
	_, err := p.Power.Instruct(r.Ctx, r.Command(), in)
	return did(r, err, "/powers/instructions")
}

func (p pages) settle(r *frame.Request) error {
	in := power.Settle{Stands: r.Text("stands"), Decision: r.Text("decision")}
	no, err := number(r)
	if err != nil {
		return err
	}
	_, err = p.Power.Settle(r.Ctx, r.Command(), no, in)
	return did(r, err, "/powers/instructions")
}

// led are the units that the reader's unit leads.
func led(r *frame.Request) []string {
	var out []string
	for _, e := range r.City.Org.From(r.Actor.Unit, org.Leads) {
		out = append(out, r.Unit(e.To))
	}
	return out
}

// enterprises shows who is called for which enterprise, and takes a call.
func (p pages) enterprises(r *frame.Request) error {
	var special []power.State[consult.Liaison]
	if r.Could(access.ReadLiaison) {
		list, err := p.Power.Liaisons(r.Ctx, r.Actor, calendar.DayOf(r.Now), 0, rows)
		if err != nil {
			return err
		}
		for _, l := range list {
			if l.Fact.Kind == consult.Special {
				special = append(special, l)
			}
		}
	}
	return r.Page(r.T("powers.tab.enterprises"), "powers", enterprisesPage(r, special))
}

func (p pages) enterpriseCall(r *frame.Request) error {
	in := power.EnterpriseCall{Enterprise: r.Text("enterprise"), Place: r.Text("place"), Text: r.Text("text"), Name: r.Text("name"), Phone: r.Text("phone")}
	if err := r.Wrong(); err != nil {
		return err
	}
	id, err := p.Power.EnterpriseCall(r.Ctx, r.Command(), in)
	return did(r, err, "/powers/enterprises?took="+id.Number())
}

// partnersView is what the page of partners shows.
type partnersView struct {
	list []register.Record[money.Partner]
	next ident.ID // where the list goes on, zero after the last
}

func (p pages) partners(r *frame.Request) error {
	before, err := r.Before()
	if err != nil {
		return err
	}
	list, err := p.Fund.Partners(r.Ctx, r.Actor, before, rows)
	if err != nil {
		return err
	}
	v := partnersView{list: list}
	if len(list) == rows {
		v.next = list[len(list)-1].ID
	}
	return r.Page(r.T("powers.tab.partners"), "powers", partnersPage(r, v))
}

func (p pages) join(r *frame.Request) error {
	in := fund.Join{Unit: r.Actor.Unit, Name: r.Text("name"), Offer: r.Text("offer"), To: r.Civil("to")}
	if err := r.Wrong(); err != nil {
		return err
	}
	_, err := p.Fund.Join(r.Ctx, r.Command(), in)
	return did(r, err, "/powers/partners")
}
