package api

import (
	"context"

	"huying/internal/desk/account"
	"huying/internal/desk/fund"
	"huying/internal/desk/observe"
	"huying/internal/domain/access"
	rules "huying/internal/domain/account"
	money "huying/internal/domain/fund"
	seen "huying/internal/domain/observe"
	"huying/internal/domain/register"
)

func accountDesk(s *server) *account.Desk { return account.New(s.Engine) }
func observeDesk(s *server) *observe.Desk { return observe.New(s.Engine) }
func fundDesk(s *server) *fund.Desk       { return fund.New(s.Engine) }

func accountRoutes() []Route {
	return []Route{
		{post, "/observations", "observe", staff, access.Observe, "反映观察到的问题", "Tell what was observed", enter(observeDesk, (*observe.Desk).Observe)},
		{get, "/observations/mine", "list-observed", staff, access.Observe, "本人反映的问题", "One's own observations", handle(observed((*observe.Desk).Mine))},
		{get, "/observations/kept", "list-kept", staff, access.KeepChannel, "通道内的问题", "Observations of the channel", handle(observed((*observe.Desk).Kept))},
		{get, "/observations/answering", "list-answering", staff, access.AnswerOrder, "反映本单位的问题", "Observations of one's own unit", handle(observed((*observe.Desk).Against))},
		{get, "/observations/patterns", "list-patterns", staff, access.KeepChannel, "问题分类报告", "What units are observed with", handle(patterns)},
		{post, "/observations/{no}/retaliation", "report-retaliation", staff, access.Observe, "举报打击报复", "Report retaliation", amend(observeDesk, (*observe.Desk).Retaliation)},
		{get, "/account/entries", "list-entries", staff, access.ReadEntry, "正负面清单条目", "Entries of the lists", handle(entriesOf)},
		{post, "/account/entries", "propose-entry", staff, access.ProposeEntry, "提出清单条目", "Propose an entry", enter(accountDesk, (*account.Desk).Propose)},
		{post, "/account/entries/{no}/settle", "settle-entry", staff, access.DecideEntry, "裁定清单条目", "Decide an entry", amend(accountDesk, (*account.Desk).Settle)},
		{post, "/account/entries/{no}/refer", "refer-entry", staff, access.DecideEntry, "移送事实", "Refer its facts", amend(accountDesk, (*account.Desk).Refer)},
		{get, "/account/process", "read-process", member, "", "单位一个月的过程数据", "Process facts of a unit's month", handle(process)},
		{get, "/account/process/orders", "list-process-orders", member, "", "过程数据背后的工单", "Orders behind the process facts", handle(processOrders)},
		{get, "/task-forces", "list-forces", staff, access.ReadForce, "专班", "Task forces", handle(forces)},
		{post, "/task-forces", "form-force", staff, access.MakeForce, "组建专班", "Form a task force", enter(accountDesk, (*account.Desk).Form)},
		{get, "/task-forces/{no}", "read-force", staff, access.ReadForce, "一个专班", "A task force with its queue", handle(forceOf)},
		{post, "/task-forces/{no}/charge", "charge-force", staff, access.MakeForce, "专班派任务", "Give a task of the force", amend(accountDesk, (*account.Desk).Charge)},
		{post, "/task-forces/{no}/measure", "measure-force", staff, access.MakeForce, "登记指标", "Tell its indicator", amend(accountDesk, (*account.Desk).Measure)},
		{post, "/task-forces/{no}/close", "close-force", staff, access.MakeForce, "提交总结", "File the final report", amend(accountDesk, (*account.Desk).Close)},
		{get, "/funds", "list-funds", staff, access.ReadFund, "经费和余额", "Funds and balances", handle(funds)},
		{post, "/funds", "open-fund", staff, access.OpenFund, "设立经费", "Open a fund", enter(fundDesk, (*fund.Desk).Open)},
		{get, "/funds/{no}/lines", "list-fund-lines", staff, access.ReadFund, "经费流水", "Lines of a fund", handle(fundLines)},
		{post, "/funds/{no}/lines", "propose-payment", staff, access.KeepFund, "登记收支", "Propose a line", amend(fundDesk, (*fund.Desk).Pay).created()},
		{post, "/fund-lines/{no}/approve", "approve-payment", staff, access.ApprovePayment, "批准或不批准", "Approve or refuse a line", amend(fundDesk, (*fund.Desk).Approve)},
		{post, "/fund-lines/{no}/publish", "publish-payment", staff, access.ApprovePayment, "公示一笔", "Publish a line", amend(fundDesk, (*fund.Desk).Publish)},
		{post, "/fund-lines/{no}/reverse", "reverse-payment", staff, access.KeepFund, "冲正一笔", "Set a line right", amend(fundDesk, (*fund.Desk).Reverse).created()},
		{get, "/partners", "list-partners", staff, access.ReadFund, "社区合伙人", "Community partners", handle(partners)},
		{post, "/partners", "join-partner", staff, access.KeepFund, "登记社区合伙人", "Enter a partner", enter(fundDesk, (*fund.Desk).Join)},
	}
}

// Observation is what was observed and what was answered. It never says who
// observed.
type Observation struct {
	Number string   `json:"number"`
	Day    int      `json:"day"`
	Unit   string   `json:"unit" doc:"Observed"`
	Topic  string   `json:"topic"`
	Text   string   `json:"text"`
	Keeper string   `json:"keeper"`
	Matter string   `json:"matter" doc:"By which the unit answers"`
	Report string   `json:"report,omitempty" doc:"Matter of a report of retaliation"`
	Answer *Opinion `json:"answer,omitempty"`
}

// observed makes an operation of one of the three views of the channel.
func observed(list func(*observe.Desk, context.Context, access.Actor) ([]observe.Seen, error)) func(*request, none) (List[Observation], error) {
	return func(r *request, _ none) (List[Observation], error) {
		rows, err := list(observeDesk(r.s), r.ctx, r.actor)
		return listed(rows, func(x observe.Seen) Observation {
			n := x.Fact
			out := Observation{number(x.ID), n.Day, n.Unit, n.Topic, x.Text, n.Keeper, number(n.Matter), number(n.Report), nil}
			if x.Order != nil {
				o := opinion(x.Order)
				out.Answer = &o
			}
			return out
		}), err
	}
}

// Pattern is what a unit was observed with, once there are enough.
type Pattern struct {
	Unit   string         `json:"unit"`
	N      int            `json:"n"`
	Topics map[string]int `json:"topics"`
}

func patterns(r *request, _ none) (List[Pattern], error) {
	list, err := observeDesk(r.s).Patterns(r.ctx, r.actor)
	return listed(list, func(p seen.Pattern) Pattern { return Pattern{p.Unit, p.N, p.Topics} }), err
}

// ListEntry is an entry of the positive or negative list.
type ListEntry struct {
	Number   string   `json:"number"`
	Rev      int64    `json:"rev"`
	Unit     string   `json:"unit"`
	By       string   `json:"by" doc:"Unit that proposed it"`
	List     string   `json:"list" doc:"POSITIVE or NEGATIVE"`
	Rule     string   `json:"rule"`
	Points   int      `json:"points"`
	Leaf     string   `json:"leaf,omitempty"`
	Facts    []string `json:"facts" doc:"Orders that show it"`
	Text     string   `json:"text"`
	Status   string   `json:"status" doc:"PROPOSED, EFFECTIVE, VOID"`
	Note     string   `json:"note,omitempty"`
	Day      int      `json:"day"`
	Reply    *Opinion `json:"reply,omitempty" doc:"What the unit says"`
	Referral *Opinion `json:"referral,omitempty" doc:"What the body it was referred to decided"`
}

func listEntry(s account.State) ListEntry {
	e := s.Fact
	out := ListEntry{
		Number: s.ID.Number(), Rev: s.Rev, Unit: e.Unit, By: e.By, List: e.List, Rule: e.Rule, Points: e.Points, Leaf: e.Leaf, Facts: numbered(e.Facts),
		Text: e.Text, Status: e.Status, Note: e.Note, Day: e.Day,
	}
	if s.Reply != nil {
		o := opinion(s.Reply)
		o.Matter, out.Reply = number(e.Reply), &o
	}
	if s.Referral != nil {
		o := opinion(s.Referral)
		o.Matter, out.Referral = number(e.Referral), &o
	}
	return out
}

// EntryFilter narrows the entries to those of a unit.
type EntryFilter struct {
	Paging
	Unit string `json:"unit,omitempty" maxLength:"64"`
}

func entriesOf(r *request, in EntryFilter) (Page[ListEntry], error) {
	before, err := in.afterID("entries")
	if err != nil {
		return Page[ListEntry]{}, err
	}
	rows, err := accountDesk(r.s).Entries(r.ctx, r.actor, in.Unit, before, in.size())
	if err != nil {
		return Page[ListEntry]{}, err
	}
	return page(r, rows, in.size(), listEntry, func(s account.State) string { return cursor("entries", s.ID.Number()) }), nil
}

// MonthOf asks for a unit's month.
type MonthOf struct {
	UnitAsked
	Month int `json:"month" doc:"As 202603"`
}

// ProcessOf is a unit's process part of a month with every count behind it.
type ProcessOf struct {
	Unit     string  `json:"unit"`
	Month    int     `json:"month"`
	Points   float64 `json:"points" doc:"0 to 100"`
	Known    bool    `json:"known" doc:"An order was finished"`
	Issued   int64   `json:"issued"`
	OnTime   int64   `json:"on_time"`
	Late     int64   `json:"late"`
	FirstFix int64   `json:"first_fix"`
	Reopened int64   `json:"reopened"`
	False    int64   `json:"false_closures"`
	Blue     int64   `json:"blue"`
	Yellow   int64   `json:"yellow"`
	Red      int64   `json:"red"`
	Letters  int64   `json:"letters"`
	Listed   float64 `json:"listed" doc:"Points of list entries that count, within ±10"`
}

func process(r *request, in MonthOf) (ProcessOf, error) {
	x, err := accountDesk(r.s).Running(r.ctx, r.actor, in.unit(r), in.Month)
	if err != nil {
		return ProcessOf{}, err
	}
	f := x.Facts
	return ProcessOf{
		x.Unit, x.Month, x.Process.Points, x.Process.Known, f.Issued, f.OnTime, f.Late, f.FirstFix, f.Reopened, f.False, f.Blue, f.Yellow, f.Red, f.Letters, x.Listed,
	}, nil
}

// OrdersOf asks for the orders behind a unit's month.
type OrdersOf struct {
	Paging
	MonthOf
}

// CountedOrder is an order that a month counts.
type CountedOrder struct {
	Number string   `json:"number"`
	Matter string   `json:"matter"`
	Asked  string   `json:"asked"`
	Status string   `json:"status"`
	Marks  []string `json:"marks" doc:"What it counts as: GIVEN, IN_TIME, TOO_LATE, FIRST_FIX, LETTER, BLUE, YELLOW, RED"`
}

func processOrders(r *request, in OrdersOf) (Page[CountedOrder], error) {
	before, err := in.afterID("process-orders")
	if err != nil {
		return Page[CountedOrder]{}, err
	}
	rows, err := accountDesk(r.s).Orders(r.ctx, r.actor, in.unit(r), in.Month, before, in.size())
	if err != nil {
		return Page[CountedOrder]{}, err
	}
	show := func(c account.Counted) CountedOrder {
		out := CountedOrder{c.Order.ID.Number(), c.Matter.Number(), c.Order.Content, string(c.Order.Status), make([]string, len(c.Marks))}
		for i, m := range c.Marks {
			out.Marks[i] = string(m)
		}
		return out
	}
	return page(r, rows, in.size(), show, func(c account.Counted) string { return cursor("process-orders", c.Order.ID.Number()) }), nil
}

// TaskForce is a task force.
type TaskForce struct {
	Number    string    `json:"number"`
	Rev       int64     `json:"rev"`
	Name      string    `json:"name"`
	Purpose   string    `json:"purpose"`
	Unit      string    `json:"unit" doc:"That leads it"`
	Members   []string  `json:"members" doc:"Posts"`
	From      int       `json:"from"`
	To        int       `json:"to" doc:"Last day: access ends with it"`
	Indicator string    `json:"indicator"`
	Baseline  int64     `json:"baseline"`
	Target    int64     `json:"target"`
	Actual    *int64    `json:"actual,omitempty"`
	Status    string    `json:"status" doc:"RUNNING or REPORTED"`
	Report    string    `json:"report,omitempty"`
	Tasks     []Opinion `json:"tasks,omitempty" doc:"Its own queue"`
}

func taskForce(x register.Record[rules.Force]) TaskForce {
	f := x.Fact
	out := TaskForce{
		Number: x.ID.Number(), Rev: x.Rev, Name: f.Name, Purpose: f.Purpose, Unit: f.Unit, Members: f.Members, From: f.From, To: f.To,
		Indicator: f.Indicator.Name, Baseline: f.Indicator.Baseline, Target: f.Indicator.Target, Status: f.Status, Report: f.Report,
	}
	if f.Indicator.Known {
		out.Actual = &f.Indicator.Actual
	}
	return out
}

func forces(r *request, in Paging) (Page[TaskForce], error) {
	before, err := in.afterID("forces")
	if err != nil {
		return Page[TaskForce]{}, err
	}
	rows, err := accountDesk(r.s).Forces(r.ctx, r.actor, before, in.size())
	if err != nil {
		return Page[TaskForce]{}, err
	}
	return page(r, rows, in.size(), taskForce, func(x register.Record[rules.Force]) string { return cursor("forces", x.ID.Number()) }), nil
}

func forceOf(r *request, _ none) (TaskForce, error) {
	no, err := r.number()
	if err != nil {
		return TaskForce{}, err
	}
	q, err := accountDesk(r.s).Force(r.ctx, r.actor, no)
	if err != nil {
		return TaskForce{}, err
	}
	out := taskForce(q.Record)
	for _, s := range q.Tasks {
		for _, o := range s.Orders {
			x := opinion(o)
			x.Matter, x.Title = s.M.ID.Number(), o.Content
			out.Tasks = append(out.Tasks, x)
		}
	}
	return out, nil
}

// Fund is a fund with its balance, in fen.
type Fund struct {
	Number  string `json:"number"`
	Rev     int64  `json:"rev"`
	Name    string `json:"name"`
	Holder  string `json:"holder"`
	Source  string `json:"source"`
	Year    int    `json:"year"`
	Granted int64  `json:"granted"`
	Balance int64  `json:"balance" doc:"The sum of its lines"`
	Outside bool   `json:"outside,omitempty" doc:"What it was granted is outside of what is usual"`
}

func funds(r *request, in Paging) (Page[Fund], error) {
	before, err := in.afterID("funds")
	if err != nil {
		return Page[Fund]{}, err
	}
	rows, err := fundDesk(r.s).Funds(r.ctx, r.actor, before, in.size())
	if err != nil {
		return Page[Fund]{}, err
	}
	show := func(s fund.State) Fund {
		f := s.Fact
		return Fund{s.ID.Number(), s.Rev, f.Name, f.Holder, f.Source, f.Year, f.Granted, s.Balance, s.Outside}
	}
	return page(r, rows, in.size(), show, func(s fund.State) string { return cursor("funds", s.ID.Number()) }), nil
}

// FundLine is one line of a fund, in fen.
type FundLine struct {
	Number    string `json:"number"`
	Rev       int64  `json:"rev"`
	Amount    int64  `json:"amount" doc:"Negative is spent"`
	Purpose   string `json:"purpose"`
	Payee     string `json:"payee,omitempty"`
	Matter    string `json:"matter,omitempty"`
	Project   string `json:"project,omitempty"`
	Decision  string `json:"decision,omitempty"`
	Day       int    `json:"day"`
	Status    string `json:"status" doc:"PROPOSED, BOOKED, REFUSED"`
	Proposer  string `json:"proposer" doc:"Post"`
	Approver  string `json:"approver,omitempty" doc:"Post"`
	Reason    string `json:"reason,omitempty"`
	Published int    `json:"published,omitempty" doc:"Day"`
	Reverses  string `json:"reverses,omitempty"`
}

func fundLines(r *request, in Paging) (Page[FundLine], error) {
	before, err := in.afterID("fund-lines")
	if err != nil {
		return Page[FundLine]{}, err
	}
	no, err := r.number()
	if err != nil {
		return Page[FundLine]{}, err
	}
	rows, err := fundDesk(r.s).Lines(r.ctx, r.actor, no, before, in.size())
	if err != nil {
		return Page[FundLine]{}, err
	}
	show := func(x register.Record[money.Payment]) FundLine {
		p := x.Fact
		return FundLine{
			x.ID.Number(), x.Rev, p.Amount, p.Purpose, p.Payee, number(p.Basis.Matter), number(p.Basis.Project), p.Basis.Decision, p.Day, p.Status, p.Proposer,
			p.Approver, p.Reason, p.Published, number(p.Reverses),
		}
	}
	return page(r, rows, in.size(), show, func(x register.Record[money.Payment]) string { return cursor("fund-lines", x.ID.Number()) }), nil
}

// Partner is a community partner.
type Partner struct {
	Number string `json:"number"`
	Unit   string `json:"unit"`
	Name   string `json:"name"`
	Offer  string `json:"offer"`
	From   int    `json:"from"`
	To     int    `json:"to,omitempty"`
}

func partners(r *request, in Paging) (Page[Partner], error) {
	before, err := in.afterID("partners")
	if err != nil {
		return Page[Partner]{}, err
	}
	rows, err := fundDesk(r.s).Partners(r.ctx, r.actor, before, in.size())
	if err != nil {
		return Page[Partner]{}, err
	}
	show := func(x register.Record[money.Partner]) Partner {
		return Partner{x.ID.Number(), x.Fact.Unit, x.Fact.Name, x.Fact.Offer, x.Fact.From, x.Fact.To}
	}
	return page(r, rows, in.size(), show, func(x register.Record[money.Partner]) string { return cursor("partners", x.ID.Number()) }), nil
}
