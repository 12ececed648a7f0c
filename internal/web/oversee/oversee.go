// Package oversee is the pages of those who hold units to account: cards and
// their appeals, reminders, supervision letters, objections, conferences,
// requests for time and for exclusion, and the sample audit. It shows units
// and matters, never persons, and ranks nobody.
package oversee

import (
	"huying/internal/desk/account"
	"huying/internal/desk/dispatch"
	"huying/internal/desk/people"
	"huying/internal/desk/supervision"
	"huying/internal/domain/access"
	"huying/internal/engine"
	"huying/internal/web/frame"
)

// Desks are what the pages ask.
type Desks struct {
	Account     *account.Desk
	Dispatch    *dispatch.Desk
	Supervision *supervision.Desk
	Engine      *engine.Engine
	People      *people.Desk
}

type pages struct{ Desks }

// Routes returns the pages.
func Routes(d Desks) []frame.Route {
	p := pages{d}
	do := func(path, id string, action access.Action, zh, en string, serve func(*frame.Request) error) frame.Route {
		return frame.Do(path, id, frame.Staff, action, zh, en, serve)
	}
	return []frame.Route{
		frame.Show("/supervision", "supervision", frame.Staff, access.ReadNumbers, "看亮牌、异议、督办和抽查", "See cards, objections, letters and checks", p.list),
		frame.Show("/supervision/sample", "supervision.sample", frame.Staff, access.ReadNumbers, "看一周的抽查", "See the sample of a week", p.sample),
		frame.Show("/supervision/process", "supervision.process", frame.Signed, "", "看一个单位一个月的过程数据", "See the process facts of a unit's month", p.process),
		frame.Show("/supervision/orders/{no}", "supervision.order", frame.Staff, access.ReadNumbers, "看一张工单和要作的决定", "See an order and what is to be decided", p.order),
		frame.Show("/supervision/matters/{no}", "supervision.matter", frame.Staff, access.ReadNumbers, "看一件诉求和要作的决定", "See a matter and what is to be decided", p.matter),
		do("/supervision/sample", "supervision.draw", access.SampleAudit, "抽取一周的抽查", "Draw the sample of a week", p.draw),
		do("/supervision/orders/{no}/card", "supervision.card", access.DecideCard, "裁决亮牌申诉", "Decide an appeal against a card", p.card),
		do("/supervision/orders/{no}/remind", "supervision.remind", access.Remind, "催办", "Send a reminder", p.remind),
		do("/supervision/orders/{no}/letter", "supervision.letter", access.Supervise, "发督办件", "Issue a supervision letter", p.letter),
		do("/supervision/orders/{no}/objection", "supervision.objection", access.DecideObjection, "审核异议", "Decide an objection", p.objection),
		do("/supervision/orders/{no}/extension", "supervision.extension", access.ChairOrder, "审批延期", "Decide a request for time", p.extension),
		do("/supervision/orders/{no}/reply", "supervision.reply", access.ChairOrder, "评判督办回复", "Judge the reply to a letter", p.reply),
		do("/supervision/exclusions", "supervision.exclusions", access.DecideExclusion, "请另一人同意一次评定多件剔除", "Ask another person to agree to several exclusions", p.proposeExclusions),
		do("/supervision/sample/redraw", "supervision.redraw", access.RedoDraw, "请另一人同意重新抽取", "Ask another person to agree to a new draw", p.proposeRedraw),
		do("/supervision/matters/{no}/unseal", "supervision.unseal", access.UnsealIdentity, "请另一人同意查看诉求人身份", "Ask another person to agree to unseal an identity", p.proposeUnseal),
		do("/supervision/matters/{no}/convene", "supervision.convene", access.DecideObjection, "召集会商", "Convene a conference", p.convene),
		do("/supervision/matters/{no}/conference", "supervision.conference", access.DecideObjection, "作出会商决定", "Decide a conference", p.conference),
		do("/supervision/matters/{no}/exclusion", "supervision.exclusion", access.DecideExclusion, "评定剔除", "Decide an exclusion", p.exclusion),
	}
}
