// Package powers is the pages of what units may do, must ask, owe and are held
// to: opinions that are asked for, gates, the register of powers, exceptions,
// liaison, appraisals, list entries, task forces, funds, and the observers'
// channel. It decides nothing: the desks do.
package powers

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"huying/internal/desk/account"
	"huying/internal/desk/fund"
	"huying/internal/desk/observe"
	"huying/internal/desk/power"
	"huying/internal/domain/access"
	"huying/internal/domain/calendar"
	"huying/internal/domain/org"
	"huying/internal/engine"
	"huying/internal/ident"
	"huying/internal/web/frame"
	"huying/internal/web/part"
)

// Desks are the desks these pages ask.
type Desks struct {
	Engine  *engine.Engine
	Power   *power.Desk
	Account *account.Desk
	Observe *observe.Desk
	Fund    *fund.Desk
}

// Over makes the desks over an engine.
func Over(e *engine.Engine) Desks {
	return Desks{e, power.New(e), account.New(e), observe.New(e), fund.New(e)}
}

// Routes returns the pages.
func Routes(d Desks) []frame.Route {
	p := pages{d}
	const staff = frame.Staff
	return slices.Concat([]frame.Route{
		frame.Show("/powers", "powers", frame.Signed, "", "权责", "Powers and duties", first),
		frame.Show("/powers/inbox", "powers-inbox", staff, access.AnswerOrder, "征求本单位意见", "Opinions one owes", p.inbox),
		frame.Do("/powers/inbox/{no}", "give-page-opinion", staff, access.AnswerOrder, "答复", "Give an opinion", p.answer),
		frame.Show("/powers/gates", "powers-gates", staff, access.ReadGate, "须征求意见的事项", "Proposals", p.gates),
		frame.Do("/powers/gates", "propose-page-gate", staff, access.ProposeGate, "提出事项", "Propose", p.propose),
		frame.Show("/powers/gates/{no}", "powers-gate", staff, access.ReadGate, "一件事项", "A proposal", p.gate),
		frame.Do("/powers/gates/{no}/ask", "ask-page-gate", staff, access.ProposeGate, "增加征求单位", "Ask a further unit", p.ask),
		frame.Do("/powers/gates/{no}/finish", "finish-page-gate", staff, access.ProposeGate, "使事项生效", "Let it take effect", p.finish),
		frame.Do("/powers/gates/{no}/drop", "drop-page-gate", staff, access.ProposeGate, "放弃事项", "Give it up", p.drop),
		frame.Do("/powers/gates/{no}/sign", "sign-page-opinion", staff, access.GiveOpinion, "签署考核意见", "Sign the yearly opinion", p.sign),
		frame.Show("/powers/recommendations", "powers-recommendations", staff, access.ReadGate, "建议", "Recommendations", p.recommendations),
		frame.Do("/powers/recommendations", "page-recommend", staff, access.Recommend, "提出建议", "Recommend", p.recommend),
		frame.Show("/powers/register", "powers-register", staff, access.ReadPower, "职权台账", "Register of powers", p.register),
		frame.Do("/powers/register", "grant-page-power", staff, access.GrantPower, "赋予或收回职权", "Give or take a power", p.grant),
		frame.Show("/powers/exceptions", "powers-exceptions", staff, access.ReadExceptions, "例外报告", "Exceptions", p.exceptions),
		frame.Show("/powers/liaison", "powers-liaison", staff, access.ReadLiaison, "联系和议题", "Liaison and agenda", p.liaison),
		frame.Do("/powers/liaison", "link-page-liaison", staff, access.AssignLiaison, "安排联系", "Assign a liaison", p.link),
		frame.Do("/powers/liaison/{no}/raise", "raise-page-item", staff, access.RaiseItem, "提出事项", "Raise an item", p.raise),
		frame.Do("/powers/liaison/{no}/end", "end-page-liaison", staff, access.AssignLiaison, "结束联系", "End a liaison", p.unlink),
		frame.Show("/powers/appraisals", "powers-appraisals", staff, access.ReadAppraisal, "评价", "Appraisals", p.appraisals),
		frame.Do("/powers/appraisals", "page-appraise", staff, access.Appraise, "评价部门", "Appraise", p.appraise),
	}, p.instructRoutes(), p.accountRoutes())
}

type pages struct{ Desks }

// rows is how many rows a list shows.
const rows = 100

// tab is one page of the area, for whoever has one of the actions.
type tab struct {
	key  part.Key
	href string
	may  []access.Action
}

var tabs = []tab{
	{part.Key("powers.tab.inbox"), "/powers/inbox", []access.Action{access.AnswerOrder}},
	{part.Key("powers.tab.gates"), "/powers/gates", []access.Action{access.ReadGate}},
	{part.Key("powers.tab.recommendations"), "/powers/recommendations", []access.Action{access.ReadGate}},
	{part.Key("powers.tab.exceptions"), "/powers/exceptions", []access.Action{access.ReadExceptions}},
	{part.Key("powers.tab.liaison"), "/powers/liaison", []access.Action{access.ReadLiaison}},
	{part.Key("powers.tab.instructions"), "/powers/instructions", []access.Action{access.ReadLiaison}},
	{part.Key("powers.tab.enterprises"), "/powers/enterprises", []access.Action{access.RaiseCall}},
	{part.Key("powers.tab.appraisals"), "/powers/appraisals", []access.Action{access.Appraise, access.ReadNumbers}},
	{part.Key("powers.tab.entries"), "/powers/entries", []access.Action{access.ReadEntry}},
	{part.Key("powers.tab.forces"), "/powers/forces", []access.Action{access.ReadForce}},
	{part.Key("powers.tab.funds"), "/powers/funds", []access.Action{access.KeepFund, access.OpenFund, access.ApprovePayment}},
	{part.Key("powers.tab.partners"), "/powers/partners", []access.Action{access.KeepFund, access.OpenFund}},
	{part.Key("powers.tab.observed"), "/powers/observed", []access.Action{access.AnswerOrder}},
	{part.Key("powers.tab.register"), "/powers/register", []access.Action{access.ReadPower}},
}

func shown(r *frame.Request, here string) []part.Tab {
	var out []part.Tab
	for _, t := range tabs {
		if slices.ContainsFunc(t.may, r.Could) {
			out = append(out, part.Tab{Name: r.T(string(t.key)), Href: t.href, Here: t.href == here, Count: -1})
		}
	}
	return out
}

// first leads to the first page that is for the reader.
func first(r *frame.Request) error {
	for _, t := range shown(r, "") {
		return r.Go(t.Href)
	}
	return r.Go("/me")
}

// did answers an act: a fault stays at its form, else the page is shown anew.
func did(r *frame.Request, err error, path string) error {
	if err != nil {
		return err
	}
	return r.Go(path)
}

// span says from which day to which, or since when.
func span(r *frame.Request, from, to int) string {
	switch {
	case from == 0 && to == 0:
		return ""
	case to == 0:
		return r.T("powers.since", part.Day(from))
	}
	return part.Day(from) + " – " + part.Day(to)
}

// yuan writes fen as yuan with its thousands apart.
func yuan(fen int64) string {
	sign := ""
	if fen < 0 {
		sign, fen = "−", -fen
	}
	return sign + part.Count(fen/100) + "." + fmt.Sprintf("%02d", fen%100)
}

// words are the options of a closed list of values.
func words[S ~string](r *frame.Request, group string, codes []S) []part.Option {
	out := make([]part.Option, len(codes))
	for i, c := range codes {
		out[i] = part.Option{Value: string(c), Name: r.Word(group, string(c))}
	}
	return out
}

// units are the units of some places as options, with those that fit.
func units(r *frame.Request, fits func(*org.Unit) bool, places ...string) []part.Option {
	out := []part.Option{{Value: "", Name: "–"}}
	seen := map[string]bool{}
	for _, place := range places {
		for _, code := range r.City.Org.Serving(place) {
			u, ok := r.City.Org.Unit(code)
			if !ok || seen[code] || !fits(u) {
				continue
			}
			seen[code] = true
			out = append(out, part.Option{Value: code, Name: r.Unit(code)})
		}
	}
	return out
}

// towns are the streets and towns of the actor's place as options.
func towns(r *frame.Request) []part.Option {
	var out []part.Option
	add := func(district string) {
		for _, t := range r.City.Territory.Children(district) {
			out = append(out, part.Option{Value: t.Code, Name: r.Place(t.Code)})
		}
	}
	switch {
	case r.Actor.At.Town != "":
		out = append(out, part.Option{Value: r.Actor.At.Town, Name: r.Place(r.Actor.At.Town)})
	case r.Actor.At.District != "":
		add(r.Actor.At.District)
	}
	return out
}

func quarter(t time.Time) string {
	year, q := calendar.QuarterOf(calendar.DayOf(t))
	return strconv.Itoa(year) + "-Q" + strconv.Itoa(q)
}

func number(r *frame.Request) (ident.ID, error) {
	no, err := r.Number()
	if err != nil {
		return 0, err
	}
	return no, r.Wrong()
}

func lines(s string) []string {
	return strings.FieldsFunc(s, func(c rune) bool { return strings.ContainsRune(" ,;，；、\n\t", c) })
}
