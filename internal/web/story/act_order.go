package story

import (
	"context"
	"slices"

	"huying/internal/desk/dispatch"
	"huying/internal/desk/supervision"
	"huying/internal/domain/access"
	"huying/internal/domain/order"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/web/frame"
	"huying/internal/web/part"
)

// frameCommand is a command of a desk.
type frameCommand[In any] func(context.Context, engine.Command, ident.ID, In) (*engine.State, error)

// yes reads a choice of yes or no that must be made.
func yes(r *frame.Request, field string) bool {
	switch r.Text(field) {
	case "yes":
		return true
	case "no":
		return false
	}
	r.Fault(fault.Field(field, "form.choose", field))
	return false
}

// given says that an act is open to somebody other than the debtor.
func given(action access.Action, may func(*engine.State, *order.Order) bool) func(*part.View, *engine.State, *order.Order) bool {
	return func(v *part.View, s *engine.State, o *order.Order) bool {
		return !v.Owes(o) && may(s, o) && v.May(action, s.File, o)
	}
}

func is(states ...order.Status) func(*engine.State, *order.Order) bool {
	return func(_ *engine.State, o *order.Order) bool { return slices.Contains(states, o.Status) }
}

func orderActs() []*act { return slices.Concat(creditorActs(), overseerActs()) }

// appealed are the cards of an order whose appeal waits for a decision.
func appealed(o *order.Order) []order.Card {
	var out []order.Card
	for _, c := range o.Cards {
		if c.State == order.CardAppealed {
			out = append(out, c)
		}
	}
	return out
}

func creditorActs() []*act {
	return []*act{
		{
			name: "judge", order: true, action: access.ChairOrder, zh: "评判工单回复", en: "Judge an answer", label: part.Key("story.do_judge_order"),
			open: given(access.ChairOrder, is(order.Responded)), fields: judgeOrderFields, clocks: true,
			do: func(r *frame.Request, d Desks, cmd engine.Command, no ident.ID) (*engine.State, error) {
				done := yes(r, "done")
				return run(r, cmd, no, dispatch.JudgeOrder{Done: done, Reason: r.Text("reason")}, d.Dispatch.JudgeOrder)
			},
		},
		{
			name: "withdraw", order: true, action: access.ChairOrder, zh: "撤回工单", en: "Take an order back", label: part.Key("story.do_withdraw"), tone: "grave",
			open:   given(access.ChairOrder, is(order.Issued, order.Accepted, order.InProgress, order.Rework, order.Objected)),
			fields: reasonFields, clocks: true,
			do: func(r *frame.Request, d Desks, cmd engine.Command, no ident.ID) (*engine.State, error) {
				return run(r, cmd, no, dispatch.Reason{Reason: said(r, cmd, "reason")}, d.Dispatch.Withdraw)
			},
		},
		{
			name: "decide-extension", order: true, action: access.ChairOrder, zh: "审批延期", en: "Decide on more time", label: part.Key("story.do_decide_extension"), tone: "main",
			open: given(access.ChairOrder, func(_ *engine.State, o *order.Order) bool {
				return o.Status.Open() && o.Extension != nil && o.Extension.State == "ASKED"
			}),
			fields: grantFields, clocks: true,
			do: func(r *frame.Request, d Desks, cmd engine.Command, no ident.ID) (*engine.State, error) {
				grant := yes(r, "grant")
				return run(r, cmd, no, dispatch.Decide{Grant: grant, Note: said(r, cmd, "note")}, d.Dispatch.DecideExtension)
			},
		},
		{
			name: "decide-objection", order: true, action: access.DecideObjection, zh: "审核派单异议", en: "Decide an objection", label: part.Key("story.do_decide_objection"), tone: "main",
			open: given(access.DecideObjection, func(_ *engine.State, o *order.Order) bool {
				return o.Status == order.Objected && o.Objection.State == order.ObjectionFiled
			}),
			fields: decideObjectionFields, clocks: true,
			do: func(r *frame.Request, d Desks, cmd engine.Command, no ident.ID) (*engine.State, error) {
				uphold := yes(r, "uphold")
				in := dispatch.DecideObjection{Uphold: uphold, To: r.Text("to"), Note: said(r, cmd, "note")}
				if !uphold {
					in.To = ""
				}
				return run(r, cmd, no, in, d.Dispatch.DecideObjection)
			},
		},
	}
}

func overseerActs() []*act {
	return []*act{
		{
			name: "remind", order: true, action: access.Remind, zh: "催办工单", en: "Remind a unit of an order", label: part.Key("story.do_remind"),
			open: given(access.Remind, func(_ *engine.State, o *order.Order) bool { return o.Status.Owing() }), fields: noteFields,
			do: func(r *frame.Request, d Desks, cmd engine.Command, no ident.ID) (*engine.State, error) {
				return run(r, cmd, no, supervision.Remind{Note: r.Text("note")}, d.Supervision.Remind)
			},
		},
		{
			name: "supervise", order: true, action: access.Supervise, zh: "发出督办件", en: "Issue a supervision letter", label: part.Key("story.do_supervise"), tone: "grave",
			open: given(access.Supervise, func(s *engine.State, o *order.Order) bool {
				letter := func(x *order.Order) bool { return x.Kind == order.Supervision && x.About == o.ID && x.Status.Open() }
				return o.Solves() && o.Status.Open() && !slices.ContainsFunc(s.Orders, letter)
			}),
			fields: superviseFields, clocks: true,
			do: func(r *frame.Request, d Desks, cmd engine.Command, no ident.ID) (*engine.State, error) {
				return run(r, cmd, no, supervision.Supervise{Grounds: said(r, cmd, "grounds")}, d.Supervision.Supervise)
			},
		},
		{
			name: "decide-card", order: true, action: access.DecideCard, zh: "裁决亮牌申诉", en: "Decide an appeal against a card", label: part.Key("story.do_decide_card"), tone: "main",
			open:   given(access.DecideCard, func(_ *engine.State, o *order.Order) bool { return len(appealed(o)) > 0 }),
			fields: decideCardFields,
			do: func(r *frame.Request, d Desks, cmd engine.Command, no ident.ID) (*engine.State, error) {
				uphold := yes(r, "uphold")
				in := supervision.DecideCard{Colour: r.Text("colour"), Uphold: uphold, Note: said(r, cmd, "note")}
				return run(r, cmd, no, in, d.Supervision.DecideCard)
			},
		},
	}
}
