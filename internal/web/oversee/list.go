package oversee

import (
	"net/url"
	"strconv"
	"time"

	"huying/internal/desk/supervision"
	"huying/internal/domain/matter"
	"huying/internal/domain/org"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/web/frame"
	"huying/internal/web/part"
)

const (
	one = 40
	few = 10
)

// tab is one list, or several under each other.
type tab struct {
	ID    string
	Name  part.Key
	None  part.Key
	Lists []kindList
}

type kindList struct {
	Kind matter.MarkKind
	Name part.Key
}

// tabs are the lists, the most pressing first; among the cards the appeals
// come first, then the colours by weight.
var tabs = []tab{
	{"cards", part.Key("oversee.tab_cards"), part.Key("oversee.none_cards"), []kindList{
		{matter.MarkAppeal, part.Key("oversee.appeals")}, {matter.MarkRed, part.Key("oversee.red")},
		{matter.MarkYellow, part.Key("oversee.yellow")}, {matter.MarkBlue, part.Key("oversee.blue")},
	}},
	{"objections", part.Key("oversee.tab_objections"), part.Key("oversee.none_objections"), []kindList{
		{matter.MarkConference, part.Key("oversee.conferences")}, {matter.MarkObjection, part.Key("oversee.objections")},
	}},
	{"extensions", part.Key("oversee.tab_extensions"), part.Key("oversee.none_extensions"), []kindList{{matter.MarkExtension, part.Key("oversee.tab_extensions")}}},
	{"letters", part.Key("oversee.tab_letters"), part.Key("oversee.none_letters"), []kindList{
		{matter.MarkReply, part.Key("oversee.letters_answered")}, {matter.MarkLetter, part.Key("oversee.letters_open")},
	}},
	{"reminders", part.Key("oversee.tab_reminders"), part.Key("oversee.none_reminders"), []kindList{{matter.MarkReminded, part.Key("oversee.tab_reminders")}}},
	{"exclusions", part.Key("oversee.tab_exclusions"), part.Key("oversee.none_exclusions"), []kindList{{matter.MarkExclusion, part.Key("oversee.tab_exclusions")}}},
	{"false", part.Key("oversee.tab_false"), part.Key("oversee.none_false"), []kindList{{matter.MarkFalse, part.Key("oversee.tab_false")}}},
}

// view is which list is shown, and how it is narrowed.
type view struct {
	Tab   tab
	Kind  matter.MarkKind // one list of the tab, "" for all
	Unit  string          // that it concerns
	Place string
	Newer bool // the newest first
	After supervision.MarkKey
}

func readView(r *frame.Request) (view, error) {
	x := view{Tab: tabs[0], Kind: matter.MarkKind(r.Query("kind")), Newer: r.Query("order") == "new", Place: r.Query("place")}
	if id := r.Query("tab"); id != "" {
		x.Tab = tab{}
		for _, t := range tabs {
			if t.ID == id {
				x.Tab = t
			}
		}
	}
	if x.Tab.ID == "" || x.Kind != "" && !x.has(x.Kind) {
		return x, fault.Field("kind", "mark.kind_unknown", r.Query("tab")+string(x.Kind))
	}
	if name := r.Query("unit"); name != "" {
		x.Unit = unitNamed(r, "unit", name)
	}
	if at := r.Query("at"); at != "" {
		us, err := strconv.ParseInt(at, 10, 64)
		if err != nil {
			return x, fault.Field("at", "form.no_number", at)
		}
		x.After = supervision.MarkKey{At: time.UnixMicro(us), Kind: x.Kind}
		if x.After.Matter, err = ident.ParseNumber(r.Query("matter")); err != nil {
			return x, err
		}
		if no := r.Query("no"); no != "" {
			if x.After.Order, err = ident.ParseNumber(no); err != nil {
				return x, err
			}
		}
	}
	return x, r.Wrong()
}

func (x view) has(kind matter.MarkKind) bool {
	for _, l := range x.Tab.Lists {
		if l.Kind == kind {
			return true
		}
	}
	return false
}

// unitNamed returns the unit of a code or a name.
func unitNamed(r *frame.Request, field, name string) string {
	if _, known := r.City.Org.Unit(name); name == "" || known {
		return name
	}
	for _, code := range r.City.Org.Units() {
		if r.Unit(code) == name {
			return code
		}
	}
	r.Fault(fault.Field(field, "unit.unknown", name))
	return ""
}

// at is the address of a list with the same filters.
func (x view) at(id string, kind matter.MarkKind, row *supervision.MarkRow) string {
	q := url.Values{"tab": {id}}
	set := func(name, value string) {
		if value != "" {
			q.Set(name, value)
		}
	}
	set("kind", string(kind))
	set("unit", x.Unit)
	set("place", x.Place)
	if x.Newer {
		q.Set("order", "new")
	}
	if row != nil {
		q.Set("at", strconv.FormatInt(row.At.UnixMicro(), 10))
		q.Set("matter", row.Matter.Number())
		if row.Order != 0 {
			q.Set("no", row.Order.Number())
		}
	}
	return "/supervision?" + q.Encode()
}

// section is one list with its rows.
type section struct {
	Kind  matter.MarkKind
	Name  string
	Rows  []supervision.MarkRow
	Count int64 // below 0: not counted
	Next  string
	Paged bool
}

type list struct {
	View     view
	Counts   map[matter.MarkKind]int64
	Sections []section
	Path     string // of the matter or order that is open
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
		if !x.After.At.IsZero() {
			return r.Part(rows(r.View, l.Sections[0]))
		}
		return r.Part(queue(r.View, l))
	}
	return r.Page(r.T("oversee.title"), "supervision", page(r.View, l, nothing(r.View)))
}

func (p pages) load(r *frame.Request, x view) (list, error) {
	l := list{View: x}
	var err error
	if l.Counts, err = p.Supervision.Count(r.Ctx, r.Actor); err != nil {
		return l, err
	}
	for _, k := range x.Tab.Lists {
		if x.Kind != "" && x.Kind != k.Kind {
			continue
		}
		s, err := p.section(r, x, k, len(x.Tab.Lists) == 1 || x.Kind != "")
		if err != nil {
			return l, err
		}
		if x.Unit == "" && x.Place == "" && len(l.Counts) > 0 {
			s.Count = l.Counts[k.Kind]
		}
		if len(s.Rows) > 0 || s.Paged {
			l.Sections = append(l.Sections, s)
		}
	}
	return l, nil
}

func (p pages) section(r *frame.Request, x view, k kindList, alone bool) (section, error) {
	s := section{Kind: k.Kind, Name: r.T(string(k.Name)), Paged: alone, Count: -1}
	size := few
	if alone {
		size = one
	}
	f := supervision.MarkFilter{Kinds: []matter.MarkKind{k.Kind}, About: x.Unit, Place: x.Place, Oldest: !x.Newer}
	if x.Unit != "" {
		f.Place = "" // a unit is narrower
	}
	x.After.Kind = k.Kind
	after := x.After
	if after.At.IsZero() {
		after = supervision.MarkKey{}
	}
	found, err := p.Supervision.Marks(r.Ctx, r.Actor, f, after, size+1)
	if err != nil {
		return s, err
	}
	if len(found) > size {
		found = found[:size]
		s.Next = x.at(x.Tab.ID, k.Kind, nil)
		if alone {
			s.Next = x.at(x.Tab.ID, k.Kind, &found[size-1])
		}
	}
	s.Rows = found
	return s, nil
}

// path is where a row opens, beside its list: its order, or the matter as a
// whole.
func path(row supervision.MarkRow) string {
	beside := ""
	for _, t := range tabs {
		if (view{Tab: t}).has(row.Kind) {
			beside = "?tab=" + t.ID
		}
	}
	if row.Order == 0 || row.Kind == matter.MarkConference || row.Kind == matter.MarkExclusion {
		return "/supervision/matters/" + row.Matter.Number() + beside
	}
	return "/supervision/orders/" + row.Order.Number() + beside
}

// tabsOf are the tabs with what stands in each.
func tabsOf(v *part.View, l list) []part.Tab {
	var out []part.Tab
	for _, t := range tabs {
		x := part.Tab{Name: v.T(string(t.Name)), Href: l.View.at(t.ID, "", nil), Here: t.ID == l.View.Tab.ID, Count: -1}
		if len(l.Counts) > 0 {
			x.Count = 0
			for _, k := range t.Lists {
				x.Count += l.Counts[k.Kind]
			}
		}
		out = append(out, x)
	}
	return append(out, part.Tab{Name: v.T("oversee.tab_sample"), Href: "/supervision/sample", Count: -1}, part.Tab{Name: v.T("oversee.process"), Href: "/supervision/process", Count: -1})
}

// standing marks the tab on which the reader stands.
func standing(list []part.Tab, path string) []part.Tab {
	for i := range list {
		list[i].Here = list[i].Href == path
	}
	return list
}

// places are what the list can be narrowed to: the children of the reader's
// own place.
func places(v *part.View) []part.Option {
	own := v.Actor.At.Leaf()
	if v.Actor.Rank == 4 || own == "" {
		own = v.City.Root
	}
	out := []part.Option{{Name: v.T("oversee.all_places")}}
	for _, p := range v.City.Territory.Children(own) {
		if p.Kind.Rank() > 0 {
			out = append(out, part.Option{Value: p.Code, Name: v.Place(p.Code)})
		}
	}
	return out
}

// unitsWithin are the names of units of the reader's place and below it that
// answer orders, for a field that suggests them.
func unitsWithin(v *part.View) []string {
	var out []string
	for _, code := range v.City.Org.Units() {
		u, ok := v.City.Org.Unit(code)
		if ok && u.Level != org.Community && within(v, u.Territory) {
			out = append(out, v.Unit(code))
		}
	}
	return out
}

func within(v *part.View, place string) bool {
	if v.Actor.Rank == 4 {
		return v.City.Territory.Address(place).Town == ""
	}
	own := v.Actor.At
	a := v.City.Territory.Address(place)
	return own.District != "" && a.District == own.District && (own.Town == "" || a.Town == own.Town)
}
