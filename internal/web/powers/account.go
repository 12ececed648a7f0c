package powers

import (
	"strconv"
	"time"

	"huying/internal/desk/account"
	"huying/internal/desk/fund"
	"huying/internal/desk/observe"
	"huying/internal/domain/access"
	"huying/internal/domain/calendar"
	money "huying/internal/domain/fund"
	rules "huying/internal/domain/observe"
	"huying/internal/domain/register"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/web/frame"
)

func (p pages) accountRoutes() []frame.Route {
	const staff = frame.Staff
	return []frame.Route{
		frame.Show("/powers/entries", "powers-entries", staff, access.ReadEntry, "正负面清单", "List entries", p.entries),
		frame.Do("/powers/entries", "propose-page-entry", staff, access.ProposeEntry, "提出条目", "Propose an entry", p.proposeEntry),
		frame.Do("/powers/entries/{no}/settle", "settle-page-entry", staff, access.DecideEntry, "裁定条目", "Decide an entry", p.settleEntry),
		frame.Do("/powers/entries/{no}/refer", "refer-page-entry", staff, access.DecideEntry, "移送事实", "Refer facts", p.referEntry),
		frame.Show("/powers/forces", "powers-forces", staff, access.ReadForce, "专班", "Task forces", p.forces),
		frame.Do("/powers/forces", "form-page-force", staff, access.MakeForce, "组建专班", "Form a task force", p.formForce),
		frame.Show("/powers/forces/{no}", "powers-force", staff, access.ReadForce, "一个专班", "A task force", p.force),
		frame.Do("/powers/forces/{no}/charge", "charge-page-force", staff, access.MakeForce, "派任务", "Give a task", p.charge),
		frame.Do("/powers/forces/{no}/measure", "measure-page-force", staff, access.MakeForce, "登记指标", "Tell the indicator", p.measure),
		frame.Do("/powers/forces/{no}/close", "close-page-force", staff, access.MakeForce, "提交总结", "File the report", p.closeForce),
		frame.Show("/powers/funds", "powers-funds", staff, access.ReadFund, "经费", "Funds", p.funds),
		frame.Do("/powers/funds", "open-page-fund", staff, access.OpenFund, "设立经费", "Open a fund", p.openFund),
		frame.Show("/powers/funds/{no}", "powers-fund", staff, access.ReadFund, "一项经费", "A fund with its ledger", p.oneFund),
		frame.Do("/powers/funds/{no}/pay", "pay-page-fund", staff, access.KeepFund, "登记收支", "Propose a line", p.pay),
		frame.Do("/powers/lines/{no}/approve", "approve-page-line", staff, access.ApprovePayment, "批准一笔", "Approve a line", p.approve),
		frame.Do("/powers/lines/{no}/publish", "publish-page-line", staff, access.ApprovePayment, "公示一笔", "Publish a line", p.publish),
		frame.Do("/powers/lines/{no}/reverse", "reverse-page-line", staff, access.KeepFund, "冲正一笔", "Set a line right", p.reverse),
		frame.Show("/powers/observed", "powers-observed", staff, access.AnswerOrder, "对本单位的观察", "Observations of one's unit", p.observed),
		frame.Show("/channel", "channel", frame.Signed, "", "观察员通道", "The observers' channel", p.channel),
		frame.Do("/channel", "page-observe", staff, access.Observe, "反映问题", "Tell what was observed", p.observe),
		frame.Do("/channel/{no}/retaliation", "page-retaliation", staff, access.Observe, "举报打击报复", "Report retaliation", p.retaliation),
	}
}

func (p pages) entries(r *frame.Request) error {
	list, err := p.Account.Entries(r.Ctx, r.Actor, "", 0, rows)
	if err != nil {
		return err
	}
	running, err := p.running(r)
	if err != nil {
		return err
	}
	return r.Page(r.T("powers.tab.entries"), "powers", entriesPage(r, list, running))
}

// running is the process part of a unit's month: the reader's own of this month
// unless another was asked for.
func (p pages) running(r *frame.Request) (*account.Running, error) {
	unit, month := r.Actor.Unit, calendar.MonthOf(calendar.DayOf(r.Now))
	if s := r.Query("unit"); s != "" {
		unit = r.UnitCode(s)
	}
	if s := r.Query("month"); s != "" {
		t, err := time.Parse("2006-01", s)
		if err != nil {
			return nil, fault.Field("month", "month.malformed", s)
		}
		month = t.Year()*100 + int(t.Month())
	}
	return p.Account.Running(r.Ctx, r.Actor, unit, month)
}

func (p pages) proposeEntry(r *frame.Request) error {
	in := account.Propose{Unit: r.Text("unit"), Rule: r.Text("rule"), Facts: lines(r.Text("facts")), Leaf: r.Text("leaf"), Text: r.Text("text")}
	if err := r.Wrong(); err != nil {
		return err
	}
	_, err := p.Account.Propose(r.Ctx, r.Command(), in)
	return did(r, err, "/powers/entries")
}

func (p pages) settleEntry(r *frame.Request) error {
	in := account.Settle{Uphold: r.Bool("uphold"), Note: r.Text("note")}
	no, err := number(r)
	if err != nil {
		return err
	}
	_, err = p.Account.Settle(r.Ctx, r.Command(), no, in)
	return did(r, err, "/powers/entries")
}

func (p pages) referEntry(r *frame.Request) error {
	in := account.Refer{To: r.Text("to")}
	no, err := number(r)
	if err != nil {
		return err
	}
	_, err = p.Account.Refer(r.Ctx, r.Command(), no, in)
	return did(r, err, "/powers/entries")
}

func (p pages) forces(r *frame.Request) error {
	list, err := p.Account.Forces(r.Ctx, r.Actor, 0, rows)
	if err != nil {
		return err
	}
	return r.Page(r.T("powers.tab.forces"), "powers", forcesPage(r, list))
}

func (p pages) formForce(r *frame.Request) error {
	in := account.Form{
		Name: r.Text("name"), Purpose: r.Text("purpose"), Place: r.Text("place"), Members: r.Texts("members"), From: r.Civil("from"), To: r.Civil("to"),
		Indicator: r.Text("indicator"), Baseline: int64(r.Int("baseline")), Target: int64(r.Int("target")),
	}
	if err := r.Wrong(); err != nil {
		return err
	}
	id, err := p.Account.Form(r.Ctx, r.Command(), in)
	return did(r, err, "/powers/forces/"+id.Number())
}

func (p pages) force(r *frame.Request) error {
	no, err := number(r)
	if err != nil {
		return err
	}
	q, err := p.Account.Force(r.Ctx, r.Actor, no)
	if err != nil {
		return err
	}
	return r.Page(q.Fact.Name, "powers", forcePage(r, q))
}

func (p pages) onForce(r *frame.Request, act func(ident.ID) error) error {
	no, err := number(r)
	if err != nil {
		return err
	}
	return did(r, act(no), "/powers/forces/"+no.Number())
}

func (p pages) charge(r *frame.Request) error {
	in := account.Charge{Unit: r.Text("unit"), Title: r.Text("title"), Text: r.Text("text"), Leaf: r.Text("leaf"), Due: r.Civil("due")}
	return p.onForce(r, func(no ident.ID) error {
		_, err := p.Account.Charge(r.Ctx, r.Command(), no, in)
		return err
	})
}

func (p pages) measure(r *frame.Request) error {
	in := account.Measure{Actual: int64(r.Int("actual"))}
	return p.onForce(r, func(no ident.ID) error {
		_, err := p.Account.Measure(r.Ctx, r.Command(), no, in)
		return err
	})
}

func (p pages) closeForce(r *frame.Request) error {
	in := account.Close{Report: r.Text("report")}
	return p.onForce(r, func(no ident.ID) error {
		_, err := p.Account.Close(r.Ctx, r.Command(), no, in)
		return err
	})
}

func (p pages) funds(r *frame.Request) error {
	list, err := p.Fund.Funds(r.Ctx, r.Actor, 0, rows)
	if err != nil {
		return err
	}
	return r.Page(r.T("powers.tab.funds"), "powers", fundsPage(r, list))
}

func (p pages) openFund(r *frame.Request) error {
	in := fund.Open{Holder: r.Text("holder"), Name: r.Text("name"), Source: r.Text("source"), Year: r.Int("year"), Granted: r.Fen("granted")}
	if err := r.Wrong(); err != nil {
		return err
	}
	id, err := p.Fund.Open(r.Ctx, r.Command(), in)
	return did(r, err, "/powers/funds/"+id.Number())
}

// fundView is a fund with its lines.
type fundView struct {
	fund.State
	lines []register.Record[money.Payment]
}

func (p pages) oneFund(r *frame.Request) error {
	no, err := number(r)
	if err != nil {
		return err
	}
	s, err := p.Fund.One(r.Ctx, r.Actor, no)
	if err != nil {
		return err
	}
	v := fundView{State: *s}
	if v.lines, err = p.Fund.Lines(r.Ctx, r.Actor, no, 0, rows); err != nil {
		return err
	}
	return r.Page(v.Fact.Name, "powers", fundPage(r, v))
}

func (p pages) pay(r *frame.Request) error {
	in := fund.Pay{
		Amount: r.Fen("amount"), Purpose: r.Text("purpose"), Payee: r.Text("payee"), Matter: r.Text("matter"), Project: r.Text("project"), Decision: r.Text("decision"),
	}
	if r.Text("way") != "in" {
		in.Amount = -in.Amount
	}
	no, err := number(r)
	if err != nil {
		return err
	}
	_, err = p.Fund.Pay(r.Ctx, r.Command(), no, in)
	return did(r, err, "/powers/funds/"+no.Number())
}

// onLine acts on a line and shows its fund anew.
func (p pages) onLine(r *frame.Request, act func(ident.ID) error) error {
	no, err := number(r)
	if err != nil {
		return err
	}
	of, err := ident.ParseNumber(r.Text("fund"))
	if err != nil {
		return err
	}
	return did(r, act(no), "/powers/funds/"+of.Number())
}

func (p pages) approve(r *frame.Request) error {
	in := fund.Approve{Refuse: r.Text("word") == "refuse", Reason: r.Text("reason")}
	return p.onLine(r, func(no ident.ID) error {
		_, err := p.Fund.Approve(r.Ctx, r.Command(), no, in)
		return err
	})
}

func (p pages) publish(r *frame.Request) error {
	return p.onLine(r, func(no ident.ID) error {
		_, err := p.Fund.Publish(r.Ctx, r.Command(), no, struct{}{})
		return err
	})
}

func (p pages) reverse(r *frame.Request) error {
	in := fund.Reverse{Reason: r.Text("reason")}
	return p.onLine(r, func(no ident.ID) error {
		_, err := p.Fund.Reverse(r.Ctx, r.Command(), no, in)
		return err
	})
}

func (p pages) observed(r *frame.Request) error {
	list, err := p.Observe.Against(r.Ctx, r.Actor)
	if err != nil {
		return err
	}
	return r.Page(r.T("powers.tab.observed"), "powers", observedPage(r, list))
}

// channelView is what a keeper sees: everything, and what forms a pattern.
type channelView struct {
	kept     []observe.Seen
	patterns []rules.Pattern
}

func (p pages) channel(r *frame.Request) error {
	switch {
	case r.Could(access.Observe):
		mine, err := p.Observe.Mine(r.Ctx, r.Actor)
		if err != nil {
			return err
		}
		return r.Page(r.T("channel.title"), "channel", minePage(r, mine))
	case r.Could(access.KeepChannel):
		var v channelView
		var err error
		if v.kept, err = p.Observe.Kept(r.Ctx, r.Actor); err != nil {
			return err
		}
		if v.patterns, err = p.Observe.Patterns(r.Ctx, r.Actor); err != nil {
			return err
		}
		return r.Page(r.T("channel.kept"), "channel", keptPage(r, v))
	}
	return r.Go("/powers")
}

func (p pages) observe(r *frame.Request) error {
	in := observe.Observe{Unit: r.Text("unit"), Topic: r.Text("topic"), Text: r.Text("text")}
	if err := r.Wrong(); err != nil {
		return err
	}
	_, err := p.Observe.Observe(r.Ctx, r.Command(), in)
	return did(r, err, "/channel")
}

func (p pages) retaliation(r *frame.Request) error {
	in := observe.Retaliation{Text: r.Text("text")}
	no, err := number(r)
	if err != nil {
		return err
	}
	_, err = p.Observe.Retaliation(r.Ctx, r.Command(), no, in)
	return did(r, err, "/channel")
}

func points(n int, list string) string {
	if list == "NEGATIVE" {
		return "−" + strconv.Itoa(n)
	}
	return "+" + strconv.Itoa(n)
}
