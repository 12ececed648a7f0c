// Package owed is the pages of whoever is ordered to act: what the unit owes
// and by when, one order with all that can be done to it, and what the unit was
// told. A handler does the whole of it at an office screen, or on a phone in
// the street.
package owed

import (
	"huying/internal/desk/dispatch"
	"huying/internal/desk/people"
	"huying/internal/desk/registry"
	"huying/internal/desk/supervision"
	"huying/internal/desk/whistle"
	"huying/internal/domain/access"
	"huying/internal/engine"
	"huying/internal/web/frame"
)

// Desks are what the pages ask.
type Desks struct {
	Dispatch    *dispatch.Desk
	Supervision *supervision.Desk
	Registry    *registry.Desk
	Whistle     *whistle.Desk
	People      *people.Desk
	Engine      *engine.Engine
	Duties      func(r *frame.Request) (int, error) // what waits on the pages of duty lists
}

type pages struct{ Desks }

// Routes returns the pages.
func Routes(d Desks) []frame.Route {
	p := pages{d}
	show := func(path, id, zh, en string, serve func(*frame.Request) error) frame.Route {
		return frame.Show(path, id, frame.Staff, access.AnswerOrder, zh, en, serve)
	}
	do := func(path, id, zh, en string, serve func(*frame.Request) error) frame.Route {
		return frame.Do(path, id, frame.Staff, access.AnswerOrder, zh, en, serve)
	}
	return []frame.Route{
		show("/orders", "orders", "看本单位的工单", "See what the unit owes", p.list),
		show("/orders/inbox", "orders.inbox", "看发给本单位的通知", "See what the unit was told", p.inbox),
		do("/orders/sign", "orders.sign", "签收几张工单", "Accept several orders", p.signAll),
		frame.Show("/orders/{no}", "order", frame.Staff, access.ReadMatter, "看一张工单", "See an order", p.order),
		show("/orders/{no}/extension", "order.until", "看延期以后的日期", "See when an order would be due with more time", p.until),
		frame.Show("/orders/{no}/evidence/{hash}", "order.file", frame.Staff, access.ReadMatter, "看回复里的一份材料", "See a file of an answer", p.file),
		do("/orders/{no}/sign", "order.sign", "签收工单", "Accept an order", p.sign),
		do("/orders/{no}/arrive", "order.arrive", "报告到场", "Say that one is there", p.arrive),
		frame.Do("/orders/{no}/ask-whistle", "order.ask-whistle", frame.Staff, access.AskWhistle, "请街道吹哨", "Ask the street to blow", p.askWhistle),
		do("/orders/{no}/appraise", "order.appraise", "评价一次吹哨", "Appraise a whistle", p.appraise),
		do("/orders/{no}/work", "order.work", "开始办理", "Begin the work", p.work),
		do("/orders/{no}/respond", "order.respond", "回复工单", "Answer an order", p.respond),
		do("/orders/{no}/object", "order.object", "提出异议", "Object to an order", p.object),
		do("/orders/{no}/extension", "order.extend", "申请延期", "Ask for more time", p.extend),
		do("/orders/{no}/contact", "order.contact", "记录联系诉求人", "Note an attempt to reach the caller", p.contact),
		do("/orders/{no}/caller", "order.caller", "看诉求人的联系方式", "See how to reach the caller", p.caller),
		do("/orders/{no}/appeal", "order.appeal", "申诉一张牌", "Appeal against a card", p.appeal),
		do("/orders/{no}/check", "order.check", "填写抽查结果", "Give the result of a sample check", p.check),
	}
}
