package owed

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"huying/internal/desk/dispatch"
	"huying/internal/desk/people"
	"huying/internal/domain/access"
	"huying/internal/domain/clock"
	"huying/internal/domain/mandate"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/domain/register"
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
	dispatch.ToOpine:  {part.Key("owed.group_opinion"), part.Key("owed.none_opinion")},
	dispatch.Working:  {part.Key("owed.group_work"), part.Key("owed.none_work")},
	dispatch.Disputed: {part.Key("owed.group_disputed"), part.Key("owed.none_disputed")},
	dispatch.Answered: {part.Key("owed.group_answered"), part.Key("owed.none_answered")},
}

// view is what the list shows: one group or all, through a filter.
type view struct {
	Group  dispatch.Group
	Kind   order.Kind
	Due    string // late, day, week
	Urgent bool
	Carded bool
	After  dispatch.OwedKey
}

func readView(r *frame.Request) (view, error) {
	x := view{
		Group: dispatch.Group(r.Query("group")), Kind: order.Kind(r.Query("kind")), Due: r.Query("due"), Urgent: r.Query("urgent") != "", Carded: r.Query("carded") != "",
	}
	if _, known := groups[x.Group]; x.Group != "" && !known {
		return x, fault.Field("group", "order.group_unknown", string(x.Group))
	}
	if x.Kind != "" && !slices.Contains(order.Kinds, x.Kind) {
		return x, fault.Field("kind", "order.kind_unknown", string(x.Kind))
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
	f := dispatch.OwedFilter{Group: g, Kind: x.Kind, Urgent: x.Urgent, Carded: x.Carded}
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

func (x view) narrowed() bool { return x.Kind != "" || x.Due != "" || x.Urgent || x.Carded }

// at is the address of the list with another group.
func (x view) at(g dispatch.Group) string {
	q := url.Values{}
	set := func(name, value string) {
		if value != "" {
			q.Set(name, value)
		}
	}
	set("group", string(g))
	set("kind", string(x.Kind))
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
	Counts   *dispatch.Owing
	Also     []also
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
	if l.Also, err = p.also(r); err != nil {
		return err
	}
	return r.Page(r.T("owed.title"), "orders", page(r.View, l, nothing(r.View)))
}

// also is something beside orders that waits for the reader's word, on a page
// of its own.
type also struct {
	name string
	n    int
	href string
}

// proposed is how many proposals are looked through for those that wait.
const proposed = 50

// also finds what else waits: who came when the unit blew, and what another
// person asked to be confirmed.
func (p pages) also(r *frame.Request) ([]also, error) {
	var out []also
	add := func(name string, n int, href string) {
		if n > 0 {
			out = append(out, also{name, n, href})
		}
	}
	running, err := p.Whistle.Board(r.Ctx, r.Actor, "")
	if err != nil {
		return nil, err
	}
	there := 0
	for _, s := range running {
		for _, o := range s.Orders {
			if o.Leg != nil && o.Status.Open() && o.Creditor == r.Actor.Unit && o.Leg.Arrived != 0 && o.Leg.Confirmed == 0 {
				there++
			}
		}
	}
	add(r.T("owed.also_arrived"), there, "/whistles")
	list, _, err := p.People.Proposals(r.Ctx, r.By(), people.ProposalKey{}, proposed, r.Now)
	if err != nil {
		return nil, err
	}
	waits := 0
	for _, x := range list {
		at := access.Subject{Place: r.City.Territory.Address(cmp.Or(x.Place, r.City.Root))}
		if _, err := x.Decide(r.Session.Account, r.Actor, at, true, "", r.Now); err == nil {
			waits++
		}
	}
	add(r.T("owed.also_proposed"), waits, "/proposals")
	duties, err := p.Duties(r)
	if err != nil {
		return nil, err
	}
	add(r.T("owed.also_duties"), duties, "/duties")
	return out, nil
}

func (p pages) load(r *frame.Request, x view) (list, error) {
	l := list{View: x}
	var err error
	if l.Counts, err = p.Dispatch.Count(r.Ctx, r.Actor, r.Actor.Unit, x.Kind, r.Now); err != nil {
		return l, err
	}
	show, size := dispatch.Groups, few
	if x.Group != "" {
		show, size = []dispatch.Group{x.Group}, one
	}
	for _, g := range show {
		if x.Group == "" && l.Counts.Groups[g].N == 0 {
			continue
		}
		s, err := p.section(r, x, g, size)
		if err != nil {
			return l, err
		}
		s.Count = l.Counts.Groups[g]
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
		No: row.No, Href: answeredAt(o, row.Matter, row.Task, row.Serves), Text: row.Text, Place: row.Place, Category: row.Category,
		Group: "order.status", Status: string(o.Status), Urgency: row.Urgency, Colour: string(o.Colour()), Due: row.Due,
	}
	for _, kind := range [...]clock.Kind{clock.Respond, clock.Lapse} {
		if c := o.Clocks.Running(kind); c != nil {
			it.From = c.Start.Time()
		}
	}
	if row.Task != nil {
		it.Text, it.Kind = row.Task.Title, v.Word("matter.task_kind", string(row.Task.Kind))
	}
	switch {
	case o.Kind == order.Supervision || o.Kind == order.AfterCheck:
		it.Note = v.Word("order.kind", string(o.Kind))
	case o.Kind == order.Opinion:
		it.Elsewhere = it.Href != orderPath(row.No)
	case o.Status == order.Issued:
		it.Tick = "no"
		if o.Kind == order.WhistleLeg {
			it.Note = v.Word("order.kind", string(o.Kind))
		} else if c := o.Clocks.Running(clock.Sign); c != nil {
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

func orderPath(no ident.ID) string { return "/orders/" + no.Number() }

// answeredAt is the page on which an order is answered: its own, and for an
// opinion that of what it is about.
func answeredAt(o *order.Order, of ident.ID, task *matter.Task, serves register.Name) string {
	switch {
	case task == nil || o.Kind != order.Opinion:
		return orderPath(o.ID)
	case serves == mandate.ListRegister:
		return "/duties/" + task.About.Number()
	case serves == mandate.AdmissionRegister:
		return "/admissions/" + task.About.Number()
	case task.Kind == matter.Consultation && o.Clocks.Last(clock.Lapse) == nil:
		return "/powers/gates/" + task.About.Number() // signed as a document
	}
	return "/powers/inbox#a-" + of.Number()
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

// kinds are the kinds of order the unit has, with how many, to choose one.
func kinds(v *part.View, l list) []part.Option {
	out := []part.Option{{Value: "", Name: v.T("owed.kind_any")}}
	for _, k := range order.Kinds {
		if c := l.Counts.Kinds[k]; c.N > 0 || k == l.View.Kind {
			out = append(out, part.Option{Value: string(k), Name: v.T("owed.kind_count", v.Word("order.kind", string(k)), part.Count(c.N))})
		}
	}
	return out
}

func tabs(v *part.View, l list) []part.Tab {
	all := part.Tab{Name: v.T("owed.group_all"), Href: l.View.at(""), Here: l.View.Group == ""}
	out := []part.Tab{all}
	for _, g := range dispatch.Groups {
		c := l.Counts.Groups[g]
		out[0].Count += c.N
		out = append(out, part.Tab{Name: v.T(string(groups[g].name)), Href: l.View.at(g), Here: l.View.Group == g, Count: c.N, Late: c.Late > 0})
	}
	return out
}
