package owed

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"huying/internal/desk/dispatch"
	"huying/internal/domain/clock"
	"huying/internal/domain/order"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/web/frame"
	"huying/internal/web/part"
)

// one and few are how many rows a page of one group has, and how many of each
// group stand on the page of all.
const (
	one = 40
	few = 12
)

// mostSigned is how many orders can be accepted at once.
const mostSigned = 100

// groups are the tabs: their words, and the words where one is empty.
var groups = map[dispatch.Group]struct{ name, none part.Key }{
	dispatch.ToSign:   {part.Key("owed.group_sign"), part.Key("owed.none_sign")},
	dispatch.ToRedo:   {part.Key("owed.group_redo"), part.Key("owed.none_redo")},
	dispatch.ToReply:  {part.Key("owed.group_reply"), part.Key("owed.none_reply")},
	dispatch.Working:  {part.Key("owed.group_work"), part.Key("owed.none_work")},
	dispatch.Disputed: {part.Key("owed.group_disputed"), part.Key("owed.none_disputed")},
	dispatch.Answered: {part.Key("owed.group_answered"), part.Key("owed.none_answered")},
}

// view is what the list shows: one group or all, through a filter.
type view struct {
	Group  dispatch.Group
	Due    string // late, day, week
	Urgent bool
	Carded bool
	After  dispatch.OwedKey
}

func readView(r *frame.Request) (view, error) {
	x := view{
		Group: dispatch.Group(r.Query("group")), Due: r.Query("due"), Urgent: r.Query("urgent") != "", Carded: r.Query("carded") != "",
	}
	if _, known := groups[x.Group]; x.Group != "" && !known {
		return x, fault.Field("group", "order.group_unknown", string(x.Group))
	}
	if no := r.Query("after"); no != "" {
		id, err := ident.ParseNumber(no)
		if err != nil {
			return x, err
		}
		x.After.No = id
		if us, err := strconv.ParseInt(r.Query("at"), 10, 64); err == nil && us > 0 {
			x.After.Due = time.UnixMicro(us)
		}
	}
	return x, nil
}

func (x view) filter(g dispatch.Group, now time.Time) dispatch.OwedFilter {
	f := dispatch.OwedFilter{Group: g, Urgent: x.Urgent, Carded: x.Carded}
	switch x.Due {
	case "late":
		f.DueBy = now
	case "day":
		f.DueBy = now.Add(24 * time.Hour)
	case "week":
		f.DueBy = now.Add(7 * 24 * time.Hour)
	}
	return f
}

func (x view) narrowed() bool { return x.Due != "" || x.Urgent || x.Carded }

// at is the address of the list with another group.
func (x view) at(g dispatch.Group) string {
	q := url.Values{}
	set := func(name, value string) {
		if value != "" {
			q.Set(name, value)
		}
	}
	set("group", string(g))
	set("due", x.Due)
	if x.Urgent {
		q.Set("urgent", "1")
	}
	if x.Carded {
		q.Set("carded", "1")
	}
	if len(q) == 0 {
		return "/orders"
	}
	return "/orders?" + q.Encode()
}

// section is one group of the list.
type section struct {
	Group dispatch.Group
	Name  string
	None  string
	Items []part.Item
	Count dispatch.GroupCount
	Next  string
}

type list struct {
	View     view
	Sections []section
	Counts   map[dispatch.Group]dispatch.GroupCount
	Here     ident.ID
}

func (p pages) list(r *frame.Request) error {
	x, err := readView(r)
	if err != nil {
		return err
	}
	l, err := p.load(r, x)
	if err != nil {
		return err
	}
	if r.Partial() {
		if x.After.No != 0 {
			return r.Part(rows(r.View, l.Sections[0]))
		}
		return r.Part(queue(r.View, l))
	}
	return r.Page(r.T("owed.title"), "orders", page(r.View, l, nothing(r.View)))
}

func (p pages) load(r *frame.Request, x view) (list, error) {
	l := list{View: x}
	var err error
	if l.Counts, err = p.Dispatch.Count(r.Ctx, r.Actor, r.Actor.Unit, r.Now); err != nil {
		return l, err
	}
	show, size := dispatch.Groups, few
	if x.Group != "" {
		show, size = []dispatch.Group{x.Group}, one
	}
	for _, g := range show {
		if x.Group == "" && l.Counts[g].N == 0 {
			continue
		}
		s, err := p.section(r, x, g, size)
		if err != nil {
			return l, err
		}
		s.Count = l.Counts[g]
		if x.Group != "" || len(s.Items) > 0 {
			l.Sections = append(l.Sections, s)
		}
	}
	return l, nil
}

func (p pages) section(r *frame.Request, x view, g dispatch.Group, size int) (section, error) {
	s := section{Group: g, Name: r.T(string(groups[g].name)), None: r.T(string(groups[g].none))}
	found, err := p.Dispatch.Group(r.Ctx, r.Actor, r.Actor.Unit, x.filter(g, r.Now), x.After, size+1)
	if err != nil {
		return s, err
	}
	if len(found) > size {
		found = found[:size]
		s.Next = x.at(g)
		if x.Group != "" {
			last := found[size-1]
			q := url.Values{"after": {last.No.Number()}}
			if !last.Due.IsZero() {
				q.Set("at", strconv.FormatInt(last.Due.UnixMicro(), 10))
			}
			s.Next += "&" + q.Encode()
		}
	}
	for _, row := range found {
		s.Items = append(s.Items, item(r.View, row))
	}
	return s, nil
}

// item is an order as a line of the list: what is asked next, and by when.
func item(v *part.View, row dispatch.Row) part.Item {
	o := row.Order
	it := part.Item{
		No: row.No, Href: "/orders/" + row.No.Number(), Text: row.Text, Place: row.Place, Category: row.Category,
		Group: "order.status", Status: string(o.Status), Urgency: row.Urgency, Colour: string(o.Colour()), Due: row.Due,
	}
	if c := o.Clocks.Running(clock.Respond); c != nil {
		it.From = c.Start.Time()
	}
	switch {
	case o.Kind != order.Dispatch && o.Kind != order.Mediation:
		it.Note = v.Word("order.kind", string(o.Kind))
	case o.Status == order.Issued:
		it.Tick = "no"
		if c := o.Clocks.Running(clock.Sign); c != nil {
			it.Note = v.T("owed.sign_by", c.Due.Time())
		}
	case o.Status == order.Rework:
		it.Note = v.T("owed.redo", o.Reworks)
	case o.Extension != nil && o.Extension.State == "ASKED":
		it.Note = v.T("owed.more_asked")
	case o.Role == order.Co:
		it.Note = v.Word("order.role", string(o.Role))
	}
	return it
}

// signed is what came of accepting one of several orders.
type signed struct {
	No    ident.ID
	Due   time.Time
	Wrong string
}

// signAll accepts every ticked order by a command of its own, so that one that
// cannot be accepted keeps none of the others.
func (p pages) signAll(r *frame.Request) error {
	numbers := r.Texts("no")
	switch {
	case len(numbers) == 0:
		r.Fault(fault.Field("no", "order.none_ticked"))
	case len(numbers) > mostSigned:
		r.Fault(fault.Field("no", "order.too_many_ticked", len(numbers), mostSigned))
	}
	if err := r.Wrong(); err != nil {
		return err
	}
	cmd := r.Command()
	var out []signed
	good := 0
	for _, number := range numbers {
		s := p.signOne(r, cmd, number)
		if s.Wrong == "" {
			good++
		}
		out = append(out, s)
	}
	l, err := p.load(r, view{})
	if err != nil {
		return err
	}
	r.Says("owed.signed_several", good, len(out))
	return r.Parts(queue(r.View, l), results(r.View, out))
}

func (p pages) signOne(r *frame.Request, cmd engine.Command, number string) signed {
	tell := func(no ident.ID, err error) signed { return signed{No: no, Wrong: r.Lang.Error(r.Faults(err)[0])} }
	no, err := ident.ParseNumber(number)
	if err != nil {
		return tell(0, err)
	}
	cmd.Rev = 0 // each order belongs to a matter of its own
	if cmd.Key != "" {
		cmd.Key += "/" + no.Number()
	}
	s, err := p.Dispatch.Sign(r.Ctx, cmd, no, struct{}{})
	if err != nil {
		return tell(no, err)
	}
	o, err := s.Order(no)
	if err != nil {
		return tell(no, err)
	}
	return signed{No: no, Due: o.Due().Time()}
}

// paged reports whether the next rows come in place, rather than on the page
// of the group.
func (s section) paged() bool { return strings.Contains(s.Next, "after=") }

func dues(v *part.View) []part.Option {
	return []part.Option{
		{Value: "", Name: v.T("owed.due_any")}, {Value: "late", Name: v.T("owed.due_late")},
		{Value: "day", Name: v.T("owed.due_day")}, {Value: "week", Name: v.T("owed.due_week")},
	}
}

func tabs(v *part.View, l list) []part.Tab {
	all := part.Tab{Name: v.T("owed.group_all"), Href: l.View.at(""), Here: l.View.Group == ""}
	out := []part.Tab{all}
	for _, g := range dispatch.Groups {
		c := l.Counts[g]
		out[0].Count += c.N
		out = append(out, part.Tab{Name: v.T(string(groups[g].name)), Href: l.View.at(g), Here: l.View.Group == g, Count: c.N, Late: c.Late > 0})
	}
	return out
}
