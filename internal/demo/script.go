package demo

import (
	"context"
	"time"

	"huying/internal/desk/dispatch"
	"huying/internal/desk/intake"
	"huying/internal/desk/registry"
	"huying/internal/desk/supervision"
	"huying/internal/domain/access"
	"huying/internal/domain/call"
	"huying/internal/domain/duty"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
)

// The lines below say how people behave in each course ("flow") a call of the
// corpus takes; what is permitted and what follows is the engine's business.

func (l *lane) minutes(from, to int) time.Duration {
	return time.Duration(from+l.rnd.IntN(to-from+1)) * time.Minute
}

func (l *lane) hours(from, to int) time.Duration { return l.minutes(60*from, 60*to) }

// next says how long it takes until somebody acts on the matter, and false if
// nobody will before a clock or another person changes it.
func (l *lane) next(p *part, s *engine.State) (time.Duration, bool) {
	switch s.M.Status {
	case matter.Received, matter.Verified, matter.Triaged:
		if s.M.Urgency == duty.Emergency {
			return l.minutes(1, 4), true
		}
		return l.minutes(5, 40), true
	case matter.Awaiting:
		if p.Flow == "unreachable" {
			return l.hours(20, 26), true
		}
		return l.hours(2, 26), true
	case matter.Closed:
		if p.Flow == "reopen" && p.marks["reopen"] == 0 {
			return l.hours(20, 60), true
		}
		return 0, false
	case matter.Advised:
		if p.Flow == "appeal" && p.marks["appeal"] == 0 {
			return l.hours(1, 10), true
		}
		return 0, false
	case matter.Ordered, matter.Reopened:
		wait, _, ok := l.orderStep(p, s)
		return wait, ok
	}
	return 0, false
}

// step is one act of a person on an order.
type step func(ctx context.Context, at time.Time) (*engine.State, error)

// act does what next waited for.
func (l *lane) act(ctx context.Context, p *part, s *engine.State, at time.Time) (*engine.State, error) {
	l.seen.Commands++
	var after *engine.State
	var err error
	switch s.M.Status {
	case matter.Received:
		after, err = l.look(ctx, p, s, at)
	case matter.Verified:
		after, err = l.triage(ctx, p, s, at)
	case matter.Triaged:
		after, err = l.issue(ctx, p, s, at)
	case matter.Awaiting:
		after, err = l.judge(ctx, p, s, at)
	case matter.Closed:
		p.marks["reopen"]++
		after, err = l.sup.Reopen(ctx, l.caller(s, at), s.M.ID, supervision.Reason{Reason: "过了两天又变回原样，请再来看看。"})
	case matter.Advised:
		p.marks["appeal"]++
		after, err = l.in.Appeal(ctx, l.caller(s, at), s.M.ID, intake.Reason{Reason: "这不是我们自己能解决的，请街道再研究。"})
	case matter.Ordered, matter.Reopened:
		if _, do, ok := l.orderStep(p, s); ok {
			after, err = do(ctx, at)
		}
	}
	if k := fault.Of(err); err != nil && (k == fault.Conflict || k == fault.Denied) {
		l.seen.Refused++
		p.marks["refused:"+fault.Code(err)]++
		p.Flow = "plain" // the person gives up the odd way and goes the usual one
		return nil, nil
	}
	return after, err
}

// look is the desk seeing a new call.
func (l *lane) look(ctx context.Context, p *part, s *engine.State, at time.Time) (*engine.State, error) {
	desk := l.unit(s.M.Desk, at)
	if first, ok := l.byCall[p.marksOf()]; ok && first != p.id && p.marks["merge"] == 0 {
		p.marks["merge"]++
		l.play[first].state = nil // it gets another caller
		return l.in.Merge(ctx, desk, p.id, intake.Merge{Into: first.Number(), Reason: "同一地点同一问题"})
	}
	switch p.Flow {
	case "consult":
		return l.in.Advise(ctx, desk, p.id, intake.Advise{Answer: "您咨询的事项可在政务服务网办理，所需材料和时限已发您手机。"})
	case "refer":
		channels := l.channels()
		return l.in.Refer(ctx, desk, p.id, intake.Refer{Channel: channels[l.rnd.IntN(len(channels))]})
	}
	in := intake.Verify{}
	if s.M.Category == "" {
		advice, err := l.in.Suggest(ctx, desk.Actor, p.Text, s.M.Place.Leaf(), nil, nil, at)
		if err != nil {
			return nil, err
		}
		if len(advice.Categories) > 0 {
			in.Category = advice.Categories[0].Code
		}
	}
	return l.in.Verify(ctx, desk, p.id, in)
}

// marksOf is the key of the original this call tells again, if it does.
func (p *part) marksOf() string {
	if p.DupOf == "" {
		return ""
	}
	return p.Key
}

func (l *lane) triage(ctx context.Context, p *part, s *engine.State, at time.Time) (*engine.State, error) {
	in := intake.Triage{Reason: "属于政府职责，派责任单位办理。", Class: string(duty.Public)}
	if leaf, ok := l.city.Duty.Leaf(s.M.Category); ok && leaf.Class != duty.Undefined {
		in.Class = string(leaf.Class)
	}
	switch in.Class {
	case string(duty.Communal):
		in.Reason = "属于社区公共事务，由社区组织协商。"
	case string(duty.Private):
		in.Reason = "属于当事人之间的事，可请调解员或通过法律途径解决。"
	}
	if s.M.Appealed && l.rnd.IntN(2) == 0 {
		in.Class, in.Reason = string(duty.Public), "经街道复核，按政府职责办理。"
	}
	return l.in.Triage(ctx, l.unit(s.M.Desk, at), p.id, in)
}

func (l *lane) issue(ctx context.Context, p *part, s *engine.State, at time.Time) (*engine.State, error) {
	desk := l.unit(s.M.Desk, at)
	if (p.Flow == "wrong_duty" || p.Flow == "shirk") && s.M.Objections == 0 {
		if wrong, ok := l.other(s); ok {
			return l.out.Issue(ctx, desk, p.id, dispatch.Issue{Orders: []dispatch.Given{{Debtor: wrong}}})
		}
	}
	proposal := s.Proposal()
	if len(proposal) == 0 || s.M.Level.Rank() > org.Town.Rank() && l.rank(proposal[0].Debtor) < org.District.Rank() {
		if up, ok := l.other(s); ok { // the desk of a higher level orders a department
			return l.out.Issue(ctx, desk, p.id, dispatch.Issue{Orders: []dispatch.Given{{Debtor: up}}})
		}
	}
	in := dispatch.Issue{}
	if leaf, ok := l.city.Duty.Leaf(s.M.Category); p.Flow == "composite" && ok {
		in.Orders = []dispatch.Given{{Debtor: proposal[0].Debtor, Role: string(order.Lead)}}
		for _, co := range l.city.Co(leaf, s.M.Place) {
			if len(in.Orders) < 3 && l.rank(co) >= org.District.Rank() {
				in.Orders = append(in.Orders, dispatch.Given{Debtor: co, Role: string(order.Co)})
			}
		}
	}
	return l.out.Issue(ctx, desk, p.id, in)
}

func (l *lane) rank(unit string) int {
	if u, ok := l.city.Org.Unit(unit); ok {
		return u.Level.Rank()
	}
	return 0
}

// other is a department of the district that does not lead the matter's leaf.
func (l *lane) other(s *engine.State) (string, bool) {
	right := ""
	if list := s.Proposal(); len(list) > 0 {
		right = list[0].Debtor
	}
	var choices []string
	for _, code := range l.city.Org.Serving(s.M.Place.District) {
		if u, _ := l.city.Org.Unit(code); u.Kind == org.Department && code != right {
			choices = append(choices, code)
		}
	}
	if len(choices) == 0 {
		return "", false
	}
	return choices[int(s.M.ID)%len(choices)], true
}

// orderStep finds the order somebody acts on next, what they do, and when.
func (l *lane) orderStep(p *part, s *engine.State) (time.Duration, step, bool) {
	if c := s.M.Conference; c != nil && c.DecAt == 0 {
		return l.hours(4, 20), func(ctx context.Context, at time.Time) (*engine.State, error) { return l.confer(ctx, s, at) }, true
	}
	var best time.Duration
	var do step
	for _, o := range s.Orders {
		wait, act, ok := l.orderAct(p, s, o)
		if ok && (do == nil || wait < best) {
			best, do = wait, act
		}
	}
	return best, do, do != nil
}

func (l *lane) orderAct(p *part, s *engine.State, o *order.Order) (time.Duration, step, bool) {
	urgent := s.M.Urgency == duty.Emergency
	switch o.Status {
	case order.Objected:
		return l.hours(1, 5), func(ctx context.Context, at time.Time) (*engine.State, error) { return l.review(ctx, p, s, o, at) }, true
	case order.Issued:
		switch {
		case o.Kind == order.Supervision:
			if p.Flow == "dead" && s.M.Level.Rank() < org.District.Rank() {
				return 0, nil, false
			}
			return l.hours(3, 12), l.reply(o), true
		case p.Flow == "dead" || p.Flow == "levelup" && l.rank(o.Debtor) == org.Community.Rank():
			if s.M.Level.Rank() < org.District.Rank() && len(o.Cards) < 3 {
				return 0, nil, false
			}
		case (p.Flow == "wrong_duty" || p.Flow == "shirk") && !o.Bound && o.Objections < 2 && p.marks["object"] < 2:
			return l.minutes(20, 180), func(ctx context.Context, at time.Time) (*engine.State, error) {
				p.marks["object"]++
				return l.out.Object(ctx, l.unit(o.Debtor, at), o.ID, dispatch.Object{Reason: "不属于本单位职责，应由其他部门办理。", Basis: "部门三定方案"})
			}, true
		}
		wait := l.minutes(10, 150)
		if urgent {
			wait = l.minutes(1, 4)
		}
		return wait, func(ctx context.Context, at time.Time) (*engine.State, error) {
			return l.out.Sign(ctx, l.unit(o.Debtor, at), o.ID, struct{}{})
		}, true
	case order.Accepted, order.InProgress, order.Rework:
		return l.work(p, s, o)
	}
	return 0, nil, false
}

// work is what a unit does with an order it has accepted.
func (l *lane) work(p *part, s *engine.State, o *order.Order) (time.Duration, step, bool) {
	if o.Extension != nil && o.Extension.State == "ASKED" {
		return l.hours(1, 4), func(ctx context.Context, at time.Time) (*engine.State, error) {
			return l.out.DecideExtension(ctx, l.unit(o.Creditor, at), o.ID, dispatch.Decide{Grant: true, Note: "同意，请按新期限办结。"})
		}, true
	}
	if s.M.ContactedAt == 0 && s.M.Caller.Reachable() && p.marks["contact"] == 0 && p.Flow != "dead" && l.rnd.IntN(100) < 94 {
		return l.minutes(5, 90), func(ctx context.Context, at time.Time) (*engine.State, error) {
			p.marks["contact"]++
			return l.out.Contact(ctx, l.unit(o.Debtor, at), s.M.ID, dispatch.Contact{Channel: "PHONE", Reached: p.Flow != "unreachable"})
		}, true
	}
	now := s.Now.Time()
	left := o.Due().Time().Sub(now)
	switch {
	case p.Flow == "extend" && o.Extensions == 0 && left > 2*time.Hour:
		return left / 2, func(ctx context.Context, at time.Time) (*engine.State, error) {
			return l.out.AskExtension(ctx, l.unit(o.Debtor, at), o.ID, dispatch.AskExtension{Limit: "1 WD", Reason: "需等配件到货。"})
		}, true
	case p.Flow == "defer" && s.M.Deferral == nil && o.Role != order.Co:
		return l.hours(2, 20), func(ctx context.Context, at time.Time) (*engine.State, error) {
			return l.out.Defer(ctx, l.unit(s.M.Desk, at), s.M.ID, dispatch.Defer{
				Reason: "需纳入年度改造计划，当前不具备施工条件。", Plan: "列入三季度排水改造工程，施工前每月反馈进度。", Review: at.Add(time.Duration(10+l.rnd.IntN(30)) * 24 * time.Hour),
			})
		}, true
	case p.Flow == "levelup" && l.rank(o.Debtor) == org.Community.Rank():
		return 0, nil, false // the community cannot; its clock takes the matter up
	case p.Flow == "dead" && o.Colour() != order.Red:
		return 0, nil, false
	case p.Flow == "dead", p.Flow == "slow" && o.Reworks == 0 && left > 0:
		return max(left, 0) + l.hours(6, 50), l.answer(o), true
	}
	wait := time.Duration(float64(max(left, time.Hour)) * (0.1 + 0.75*l.rnd.Float64()))
	return wait, l.answer(o), true
}

func (l *lane) answer(o *order.Order) step {
	return func(ctx context.Context, at time.Time) (*engine.State, error) {
		in := dispatch.Respond{Text: "已派人到场处理完毕，现场已恢复，并向来电人说明。"}
		if leaf, ok := l.city.Duty.Leaf(o.Leaf); ok {
			for _, kind := range leaf.Evidence {
				in.Evidence = append(in.Evidence, dispatch.Record{Kind: kind, Hash: l.proof.Hash, Name: "处置记录", Size: l.proof.Size})
			}
		}
		return l.out.Respond(ctx, l.unit(o.Debtor, at), o.ID, in)
	}
}

func (l *lane) reply(o *order.Order) step {
	return func(ctx context.Context, at time.Time) (*engine.State, error) {
		return l.out.Respond(ctx, l.unit(o.Debtor, at), o.ID, dispatch.Respond{Text: "已查明原因并安排专人，今日内完成处置。"})
	}
}

func (l *lane) review(ctx context.Context, p *part, s *engine.State, o *order.Order, at time.Time) (*engine.State, error) {
	in := dispatch.DecideObjection{Note: "经核对职责清单，异议不成立。"}
	if p.Flow == "wrong_duty" {
		in.Uphold, in.Note = true, "经核对职责清单，应由主管部门办理。"
		if list := s.Proposal(); len(list) > 0 && list[0].Debtor != o.Debtor {
			in.To = list[0].Debtor
		}
	}
	return l.out.DecideObjection(ctx, l.unit(s.M.Holder, at), o.ID, in)
}

func (l *lane) confer(ctx context.Context, s *engine.State, at time.Time) (*engine.State, error) {
	lead := ""
	if list := s.Proposal(); len(list) > 0 {
		lead = list[0].Debtor
	} else if o := s.Lead(); o != nil {
		lead = o.Debtor
	}
	return l.out.DecideConference(ctx, l.unit(s.M.Conference.Convener, at), s.M.ID, dispatch.DecideConference{
		Minutes: "各单位会商后明确：由主办单位牵头处置，相关单位配合，不得再退。", Lead: lead,
	})
}

// judge is the caller's word, or the street's where the caller cannot be asked.
func (l *lane) judge(ctx context.Context, p *part, s *engine.State, at time.Time) (*engine.State, error) {
	if p.Flow == "shoddy" && p.marks["shoddy"] == 0 {
		p.marks["shoddy"]++
		for _, o := range s.Orders {
			if o.Status == order.Responded && o.Solves() {
				return l.out.JudgeOrder(ctx, l.unit(o.Creditor, at), o.ID, dispatch.JudgeOrder{Reason: "现场复看，问题仍在，请重新处置。"})
			}
		}
	}
	if p.Flow == "unreachable" && p.marks["try"] < 3 {
		p.marks["try"]++
		return l.out.Contact(ctx, l.unit(s.M.Desk, at), s.M.ID, dispatch.Contact{Channel: "PHONE"})
	}
	in := l.word(p, s)
	spoke := map[ident.ID]bool{}
	for _, v := range s.M.Verdicts {
		if v.Round == s.M.Reopens {
			spoke[v.Voter] = true
		}
	}
	switch {
	case p.Flow == "unreachable" || !s.AsksCaller() && len(s.M.Voters) == 0:
		in.Satisfaction, in.Contacted = 0, false
		return l.sup.Judge(ctx, l.checker(s, at), s.M.ID, in)
	case !s.AsksCaller() || spoke[0]:
		for _, voter := range s.M.Voters {
			if spoke[voter] {
				continue
			}
			in.Voter = voter.Number()
			caller, err := l.e.Caller(voter, l.e.TrackCode(voter))
			if err != nil {
				return nil, err
			}
			return l.sup.Judge(ctx, engine.Command{Actor: caller, At: at}, s.M.ID, in)
		}
		return nil, nil
	case s.M.Caller.Post != "":
		by, err := registry.Actor(l.city, s.M.Caller.Post)
		if err != nil {
			return nil, err
		}
		return l.sup.Judge(ctx, engine.Command{Actor: by, At: at}, s.M.ID, in)
	}
	return l.sup.Judge(ctx, l.caller(s, at), s.M.ID, in)
}

// word is what a caller says: mostly content, less so when it took long, and
// not at all the first time in the flow that is named for it.
func (l *lane) word(p *part, s *engine.State) supervision.Judge {
	in := supervision.Judge{Resolved: string(matter.Yes), Satisfaction: 4 + l.rnd.IntN(2), Contacted: s.M.ContactedAt != 0}
	if s.M.Late || p.Flow == "dead" || p.Flow == "slow" {
		in.Satisfaction = 2 + l.rnd.IntN(3)
	}
	if p.Flow == "unsatisfied" && p.marks["no"] == 0 {
		p.marks["no"]++
		in.Resolved, in.Satisfaction, in.Comment = string(matter.No), 1, "只是来拍了张照片，根本没有解决。"
	} else if l.rnd.IntN(100) < 4 && s.M.Reopens == 0 {
		in.Resolved, in.Satisfaction = string(matter.Partial), 3
	}
	return in
}

// checker is a member of staff of a unit that had no part in the answer.
func (l *lane) checker(s *engine.State, at time.Time) engine.Command {
	for _, unit := range []string{s.M.Desk, l.centre(s.M.Place.District), l.centre(l.city.Root)} {
		part := false
		for _, o := range s.Orders {
			part = part || o.Debtor == unit
		}
		if !part && unit != "" {
			return l.unit(unit, at)
		}
	}
	return l.unit(s.M.Desk, at)
}

func (l *lane) centre(place string) string {
	code, _ := l.city.Org.Centre(place)
	return code
}

// unit is whoever answers for a unit.
func (l *lane) unit(code string, at time.Time) engine.Command {
	c := engine.Command{At: at}
	if p := l.city.Org.DefaultPost(code); p != nil {
		if a, err := registry.Actor(l.city, p.Code); err == nil {
			c.Actor = a
		}
	}
	return c
}

// caller is the matter's own caller, with the tracking code.
func (l *lane) caller(s *engine.State, at time.Time) engine.Command {
	a, err := l.e.Caller(s.M.ID, l.e.TrackCode(s.M.ID))
	if err != nil {
		return engine.Command{At: at}
	}
	return engine.Command{Actor: a, At: at}
}

// answering is who takes a call in: a grid worker of the place, or the city's
// hotline.
func (l *lane) answering(f call.Form) access.Actor {
	place := l.city.Territory.Address(f.Place)
	if f.Name == "" && f.Phone == "" && f.Anonymity != string(matter.Anonymous) {
		for _, unit := range l.city.Org.Serving(place.Community) {
			if a, err := registry.ActorOf(l.city, unit, org.GridWorker); err == nil {
				return a
			}
		}
		return l.unit(l.centre(place.District), time.Time{}).Actor
	}
	for _, unit := range l.city.Org.Serving(l.city.Root) {
		if a, err := registry.ActorOf(l.city, unit, org.Agent); err == nil {
			return a
		}
	}
	return l.unit(l.centre(l.city.Root), time.Time{}).Actor
}

func (l *lane) channels() []string {
	var out []string
	for _, c := range pack.Sorted(l.city.Channels) {
		out = append(out, c.Code)
	}
	return out
}
