// Package work is the desk of dispatchers and hotline agents: what waits, the
// matter in hand with its place, duty and people, the call that is being taken,
// and the search box. It decides nothing: suggestions come from the desks with
// their reasons, and every act is a command.
package work

import (
	"net/url"

	"huying/internal/desk/dispatch"
	"huying/internal/desk/intake"
	"huying/internal/desk/search"
	"huying/internal/desk/supervision"
	"huying/internal/domain/access"
	"huying/internal/domain/matter"
	"huying/internal/engine"
	"huying/internal/web/frame"
	"huying/internal/web/part"
	"huying/internal/web/story"
)

// Desks are the desks whose commands and questions the pages have.
type Desks struct {
	Engine      *engine.Engine
	Intake      *intake.Desk
	Dispatch    *dispatch.Desk
	Supervision *supervision.Desk
	Search      *search.Desk
	Story       story.Desks
}

// Over returns the desks over an engine.
func Over(e *engine.Engine) Desks {
	return Desks{e, intake.New(e), dispatch.New(e), supervision.New(e), search.New(e), story.Over(e)}
}

// Routes are the pages.
func Routes(d Desks) []frame.Route {
	w := &pages{d}
	return []frame.Route{
		frame.Show("/desk", "desk", frame.Staff, access.VerifyMatter, "调度台", "The desk", w.desk),
		frame.Show("/desk/queue", "desk-queue", frame.Staff, access.VerifyMatter, "调度台的队列", "The queue of the desk", w.queuePart),
		frame.Show("/desk/{no}", "desk-matter", frame.Staff, access.VerifyMatter, "调度台上的一件诉求", "A matter on the desk", w.desk),
		frame.Show("/desk/{no}/plan", "desk-plan", frame.Staff, access.VerifyMatter, "采纳建议之后会怎样", "What the suggestion would come to", w.planPart),
		frame.Show("/desk/{no}/moved", "desk-moved", frame.Staff, access.VerifyMatter, "诉求是否有了变化", "Whether the matter has changed", w.moved),
		frame.Do("/desk/{no}/take", "desk-take", frame.Staff, access.VerifyMatter, "核实、分流并派单", "Verify, triage and order", w.take),
		frame.Do("/desk/{no}/verify", "desk-verify", frame.Staff, access.VerifyMatter, "核实", "Verify", w.verify),
		frame.Do("/desk/{no}/order", "desk-order", frame.Staff, access.IssueOrder, "派单", "Give orders", w.order),
		frame.Do("/desk/{no}/merge", "desk-merge", frame.Staff, access.MergeMatter, "并单", "Merge", w.merge),
		frame.Do("/desk/{no}/advise", "desk-advise", frame.Staff, access.VerifyMatter, "直接答复", "Answer at once", w.advise),
		frame.Do("/desk/{no}/refer", "desk-refer", frame.Staff, access.VerifyMatter, "转法定渠道", "Refer to a lawful channel", w.refer),
		frame.Do("/desk/{no}/objection", "desk-objection", frame.Staff, access.DecideObjection, "裁定派单异议", "Decide an objection", w.objection),
		frame.Do("/desk/{no}/extension", "desk-extension", frame.Staff, access.ChairOrder, "审批延期", "Decide a request for time", w.extension),
		frame.Do("/desk/{no}/verdict", "desk-verdict", frame.Staff, access.JudgeMatter, "登记回访结果", "Record the verdict of a callback", w.verdict),
		frame.Do("/desk/{no}/contact", "desk-contact", frame.Staff, access.JudgeMatter, "登记一次联系", "Record an attempt to reach the caller", w.contact),
		frame.Show("/desk/call", "call", frame.Staff, access.RaiseCall, "登记来电", "Take a call in", w.call),
		frame.Do("/desk/call", "call-keep", frame.Staff, access.RaiseCall, "受理来电", "Keep a call", w.keepCall),
		frame.Do("/desk/call/advice", "call-advice", frame.Staff, access.RaiseCall, "来电的建议", "Advice about a call", w.callAdvice),
		frame.Do("/desk/call/likely", "call-likely", frame.Staff, access.RaiseCall, "来电可能的分类和险情", "What a call may be about, and danger", w.callLikely),
		frame.Show("/desk/call/places", "call-places", frame.Staff, access.RaiseCall, "来电的地点", "The place of a call", w.callPlaces),
		frame.Show("/desk/call/earlier", "call-earlier", frame.Staff, access.ReadMatter, "按编号查以前的来电", "An earlier call by its number", w.earlier),
		frame.Show("/find", "find", frame.Staff, access.ReadMatter, "查找", "Find", w.find),
		frame.Show("/find/all", "find-all", frame.Staff, access.ReadMatter, "查找的全部结果", "All that was found", w.findAll),
	}
}

type pages struct{ Desks }

// look is how the queue is looked at: the tab and what narrows it.
type look struct {
	tab     *tab
	wide    bool // the whole jurisdiction, not what the unit holds alone
	urgency string
	source  string
	text    string
}

// tab is one way to look at the queue.
type tab struct {
	id     string
	name   part.Key
	states []string
	own    bool // what the unit holds, unless the whole jurisdiction is asked for
	empty  part.Key
}

var tabs = []*tab{
	{"todo", part.Key("work.tab_todo"), []string{string(matter.Received), string(matter.Verified), string(matter.Triaged)}, true, part.Key("work.none_todo")},
	{"going", part.Key("work.tab_going"), []string{string(matter.Ordered), string(matter.Reopened), string(matter.Deferred)}, false, part.Key("work.none_going")},
	{"verdict", part.Key("work.tab_verdict"), []string{string(matter.Awaiting)}, true, part.Key("work.none_verdict")},
	{"decide", part.Key("work.tab_decide"), nil, true, part.Key("work.none_decide")},
	{"all", part.Key("work.tab_all"), nil, false, part.Key("work.none_all")},
}

// lookOf reads how the queue is looked at from the address.
func lookOf(r *frame.Request) look {
	l := look{tab: tabs[0], wide: r.Query("wide") != "", urgency: r.Query("urgency"), source: r.Query("source"), text: r.Query("text")}
	for _, t := range tabs {
		if t.id == r.Query("tab") {
			l.tab = t
		}
	}
	return l
}

// held reports whether the reader's unit is one that holds matters. A hotline
// holds none: its agents look at the city.
func held(r *frame.Request) bool {
	return r.Could(access.TriageMatter)
}

// mine reports whether a look is at what the reader's unit holds.
func (l look) mine(r *frame.Request) bool { return l.tab.own && !l.wide && held(r) }

// query is the look as a part of an address.
func (l look) query() string {
	q := url.Values{"tab": {l.tab.id}}
	for name, value := range map[string]string{"urgency": l.urgency, "source": l.source, "text": l.text} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if l.wide {
		q.Set("wide", "1")
	}
	return "?" + q.Encode()
}

// in is the look in another tab.
func (l look) in(t *tab) look {
	l.tab = t
	return l
}
