package engine_test

import (
	"maps"
	"slices"
	"strings"
	"time"

	"huying/internal/domain/clock"
	"huying/internal/domain/duty"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/engine"
	"huying/internal/fault"
)

// dice is one drawn number that an act takes its arguments from.
type dice struct{ n int }

// order picks one of the newest orders, mostly one that is owed.
func (d dice) order(f *matter.File) *order.Order {
	for _, o := range f.Orders {
		if d.n%4 != 0 && (o.Status.Owing() || o.Status == order.Objected) {
			return o
		}
	}
	if len(f.Orders) == 0 {
		return nil
	}
	return f.Orders[len(f.Orders)-1-d.n%min(3, len(f.Orders))]
}

// unit is one that may be ordered: not the city's own centre, which has nobody
// above it to hold it to account.
func (d dice) unit() string {
	if u := players[d.n%len(players)]; u != "440100-ZH" {
		return u
	}
	return "440106-CG"
}

func (d dice) yes() bool       { return d.n%2 == 0 }
func (d dice) later() []string { return []string{"1 WD", "3 CD", "4 WORK_HOUR", "90 CD"} }

// act is a command and whose turn it usually is; one without do takes two
// matters.
type act struct {
	by string
	do func(f *matter.File, d dice) error
}

// sensible is what could well be next for a matter.
func sensible(s *engine.State) []string {
	for _, o := range s.Orders {
		switch {
		case o.Status == order.Objected:
			return []string{"decide_objection", "decide_conference"}
		case o.Extension != nil && o.Extension.State == "ASKED" && o.Status.Open():
			return []string{"decide_extension", "respond"}
		case o.Kind == order.AfterCheck && o.Status.Open():
			return []string{"check"}
		}
	}
	switch s.M.Status {
	case matter.Received:
		return []string{"verify", "verify", "merge", "refer"}
	case matter.Verified:
		return []string{"triage", "triage_public", "triage_public"}
	case matter.Triaged:
		return []string{"issue", "issue_to", "issue_two", "issue_two"}
	case matter.Awaiting:
		return []string{"judge", "judge", "judge", "judge_by_desk", "judge_order", "contact"}
	case matter.Closed:
		return []string{"reopen", "order_check", "order_check", "request_exclusion"}
	case matter.Deferred:
		return []string{"undefer", "respond"}
	case matter.Merged:
		return []string{"unmerge"}
	case matter.Ordered, matter.Reopened:
		return []string{"sign", "work", "respond", "respond", "respond", "respond", "respond", "respond", "object", "withdraw", "ask_extension", "pause", "resume",
			"supervise", "issue_to", "defer", "level_up", "appeal_card", "decide_card"}
	}
	return []string{"take_back", "appeal"}
}

var none = fault.New(fault.NotFound, "order.not_found", "")

// about runs an act on one of the file's orders.
func about(fn func(f *matter.File, o *order.Order, d dice) error) func(*matter.File, dice) error {
	return func(f *matter.File, d dice) error {
		o := d.order(f)
		if o == nil {
			return none
		}
		return fn(f, o, d)
	}
}

var acts = map[string]act{
	"verify":    {"desk", func(f *matter.File, d dice) error { return f.Verify(matter.Verification{}) }},
	"advise":    {"desk", func(f *matter.File, d dice) error { return f.Advise("说明") }},
	"refer":     {"desk", func(f *matter.File, d dice) error { return f.Refer("MARKET", "说明") }},
	"take_back": {"desk", func(f *matter.File, d dice) error { return f.TakeBack("退回") }},
	"triage": {"desk", func(f *matter.File, d dice) error {
		return f.Triage([]duty.Class{duty.Public, duty.Communal, duty.Private, ""}[d.n%4], "", "分流")
	}},
	"triage_public": {"desk", func(f *matter.File, d dice) error { return f.Triage(duty.Public, "", "分流") }},
	"appeal":        {"caller", func(f *matter.File, d dice) error { return f.Appeal("不服") }},
	"issue":         {"desk", func(f *matter.File, d dice) error { return f.Issue(f.OrderKind(), f.Proposal()) }},
	"issue_to": {"desk", func(f *matter.File, d dice) error {
		return f.Issue(order.Dispatch, []matter.Assignment{{Debtor: d.unit()}})
	}},
	"issue_two": {"desk", func(f *matter.File, d dice) error {
		return f.Issue(order.Dispatch, []matter.Assignment{{Debtor: "440106-CG", Role: order.Lead}, {Debtor: "440106-ZJ", Role: order.Co}})
	}},
	"sign":          {"debtor", about(func(f *matter.File, o *order.Order, d dice) error { return f.Sign(o) })},
	"work":          {"debtor", about(func(f *matter.File, o *order.Order, d dice) error { return f.Work(o) })},
	"respond":       {"debtor", about(func(f *matter.File, o *order.Order, d dice) error { return f.Respond(o, proof(f)) })},
	"respond_again": {"debtor", about(func(f *matter.File, o *order.Order, d dice) error { return f.Respond(o, proof(f)) })},
	"judge_order":   {"desk", about(func(f *matter.File, o *order.Order, d dice) error { return f.JudgeOrder(o, d.yes(), "看过") })},
	"withdraw":      {"desk", about(func(f *matter.File, o *order.Order, d dice) error { return f.Withdraw(o, "改派") })},
	"object":        {"debtor", about(func(f *matter.File, o *order.Order, d dice) error { return f.Object(o, "不属本单位", "", "") })},
	"decide_objection": {"district", about(func(f *matter.File, o *order.Order, d dice) error {
		return f.DecideObjection(o, d.yes(), []string{"", d.unit()}[d.n%2], "裁定")
	})},
	"convene": {"district", func(f *matter.File, d dice) error { return f.Convene([]string{d.unit(), "440106-CG"}, "会商") }},
	"decide_conference": {"district", func(f *matter.File, d dice) error {
		return f.DecideConference("纪要", d.unit(), []string{"440106-ZJ"}[:d.n%2])
	}},
	"ask_extension": {"debtor", about(func(f *matter.File, o *order.Order, d dice) error {
		return f.AskExtension(o, d.later()[d.n%4], "材料未到")
	})},
	"decide_extension": {"desk", about(func(f *matter.File, o *order.Order, d dice) error { return f.DecideExtension(o, d.yes(), "批示") })},
	"pause": {"desk", func(f *matter.File, d dice) error {
		return f.Pause("WEATHER", f.Now+clock.Instant(d.n+1)*clock.Instant(time.Hour/time.Microsecond))
	}},
	"resume": {"desk", func(f *matter.File, d dice) error { return f.Resume() }},
	"defer": {"desk", func(f *matter.File, d dice) error {
		return f.Defer("暂缓", "计划", f.Now+clock.Instant(d.n+1)*clock.Instant(time.Hour/time.Microsecond))
	}},
	"undefer":   {"desk", func(f *matter.File, d dice) error { return f.Undefer() }},
	"contact":   {"desk", func(f *matter.File, d dice) error { return f.Contact("PHONE", d.yes()) }},
	"remind":    {"desk", about(func(f *matter.File, o *order.Order, d dice) error { return f.Remind(o, "") })},
	"supervise": {"desk", about(func(f *matter.File, o *order.Order, d dice) error { return f.Supervise(o, "督办") })},
	"appeal_card": {"debtor", about(func(f *matter.File, o *order.Order, d dice) error {
		return f.AppealCard(o, []order.Colour{order.Yellow, order.Red}[d.n%2], "申辩")
	})},
	"decide_card": {"district", about(func(f *matter.File, o *order.Order, d dice) error {
		return f.DecideCard(o, []order.Colour{order.Yellow, order.Red}[d.n%2], d.n%3 == 0, "裁定")
	})},
	"judge": {"caller", func(f *matter.File, d dice) error {
		return f.Judge(matter.Judgement{Resolved: []matter.Resolved{matter.Yes, matter.Partial, matter.No}[d.n%3], Satisfaction: d.n % 6, Contacted: d.yes()})
	}},
	"judge_by_desk": {"desk", func(f *matter.File, d dice) error {
		return f.Judge(matter.Judgement{Resolved: matter.Yes, ByPhone: d.yes()})
	}},
	"reopen":            {"caller", func(f *matter.File, d dice) error { return f.Reopen("没好") }},
	"level_up":          {"caller", func(f *matter.File, d dice) error { return f.LevelUp("提级") }},
	"order_check":       {"supervisor", func(f *matter.File, d dice) error { return f.OrderCheck(d.unit()) }},
	"check":             {"debtor", about(func(f *matter.File, o *order.Order, d dice) error { return f.Check(o, d.yes(), "回看") })},
	"request_exclusion": {"desk", func(f *matter.File, d dice) error { return f.RequestExclusion("REPEAT", "重复") }},
	"decide_exclusion":  {"assessor", func(f *matter.File, d dice) error { return f.DecideExclusion(d.yes(), "审核") }},
	"merge":             {by: "desk"},
	"unmerge":           {by: "desk"},
}

// proof is an answer with all that the duty list asks for.
func proof(f *matter.File) matter.Response {
	r := matter.Response{Text: "已办"}
	if leaf, ok := f.City.Duty.Leaf(f.M.Category); ok {
		for _, k := range leaf.Evidence {
			r.Evidence = append(r.Evidence, order.Evidence{Kind: k, Hash: strings.Repeat("ab", 32)})
		}
	}
	return r
}

// sortedActs are the names of all acts.
func sortedActs() []string { return slices.Sorted(maps.Keys(acts)) }
