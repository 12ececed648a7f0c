package api

import (
	"strconv"
	"time"

	"huying/internal/desk/search"
	"huying/internal/desk/supervision"
	"huying/internal/domain/matter"
	"huying/internal/domain/territory"
	"huying/internal/fault"
	"huying/internal/ident"
)

// Box is what is typed into the search box.
type Box struct {
	Paging
	Q string `json:"q" maxLength:"400" doc:"A number or a part of it, words of the text, a place or a unit"`
}

// Hit is a matter that was found.
type Hit struct {
	No         string            `json:"no"`
	Order      string            `json:"order,omitempty" doc:"The order that was asked for by its number"`
	Status     string            `json:"status"`
	Category   string            `json:"category,omitempty"`
	Urgency    string            `json:"urgency"`
	Place      territory.Address `json:"place"`
	Desk       string            `json:"desk"`
	Holder     string            `json:"holder,omitempty"`
	ReceivedAt time.Time         `json:"received_at"`
	ClosedAt   time.Time         `json:"closed_at,omitzero"`
	NextAt     time.Time         `json:"next_at,omitzero"`
	Text       string            `json:"text" doc:"A part of the text about the first word"`
	Marks      [][]int           `json:"marks,omitempty" doc:"Where the words stand in the text: from and to, in characters"`
	Links      Links             `json:"links"`
}

// Name is a place or a unit that was found.
type Name struct {
	Code   string `json:"code"`
	Name   string `json:"name"`
	NameEN string `json:"name_en,omitempty"`
	Links  Links  `json:"links"`
}

// Found is the answer of the search box.
type Found struct {
	Numbers []Hit  `json:"numbers" doc:"Matters by their number, an order's or the source's; with the first page"`
	Items   []Hit  `json:"items" doc:"Matters by text or place, the newest first"`
	Places  []Name `json:"places"`
	Units   []Name `json:"units"`
	Next    string `json:"next,omitempty" doc:"Address of the next page; none after the last"`
}

func hitView(x search.Hit) Hit {
	no := x.No.Number()
	out := Hit{
		No: no, Order: number(x.Order), Status: x.Status, Category: x.Category, Urgency: x.Urgency, Place: x.Place, Desk: x.Desk, Holder: x.Holder,
		ReceivedAt: zoned(x.Received), ClosedAt: zoned(x.Closed), NextAt: zoned(x.Next), Text: x.Text, Links: Links{"self": Base + "/matters/" + no},
	}
	for _, m := range x.Marks {
		out.Marks = append(out.Marks, []int{m.From, m.To})
	}
	return out
}

func find(r *request, in Box) (*Found, error) {
	before, err := in.afterID("search")
	if err != nil {
		return nil, err
	}
	x, err := r.s.Search.Find(r.ctx, r.actor, in.Q, before, in.Limit, r.now)
	if err != nil {
		return nil, err
	}
	out := &Found{Numbers: []Hit{}, Items: []Hit{}, Places: []Name{}, Units: []Name{}}
	for _, h := range x.Numbers {
		out.Numbers = append(out.Numbers, hitView(h))
	}
	for _, h := range x.Matters {
		out.Items = append(out.Items, hitView(h))
	}
	for _, p := range x.Places {
		out.Places = append(out.Places, Name{p.Code, p.Name, p.NameEN, Links{"self": Base + "/places/" + p.Code}})
	}
	for _, u := range x.Units {
		out.Units = append(out.Units, Name{u.Code, u.Name, u.NameEN, Links{"self": Base + "/units/" + u.Code}})
	}
	if x.More != 0 {
		out.Next = r.next(cursor("search", x.More.Number()))
	}
	return out, nil
}

// MarkFilter asks for a list of what waits or is kept an eye on.
type MarkFilter struct {
	Paging
	Kind   string `json:"kind" maxLength:"32" doc:"CARD_RED, CARD_YELLOW, CARD_BLUE, APPEAL, OBJECTION, EXTENSION, EXCLUSION, CONFERENCE, LETTER, LETTER_ANSWERED, CHECK, FALSE_CLOSURE, REMINDED or LATE"`
	Unit   string `json:"unit,omitempty" maxLength:"64" doc:"That must act"`
	About  string `json:"about,omitempty" maxLength:"64" doc:"Unit that it concerns"`
	Place  string `json:"place,omitempty" maxLength:"64"`
	Oldest bool   `json:"oldest,omitempty" doc:"The oldest first"`
}

// MarkRow is one line of such a list.
type MarkRow struct {
	Kind        string            `json:"kind"`
	Matter      string            `json:"matter"`
	Order       string            `json:"order,omitempty"`
	Unit        string            `json:"unit,omitempty" doc:"That must act"`
	About       string            `json:"about,omitempty" doc:"Unit that it concerns"`
	At          time.Time         `json:"at"`
	DueAt       time.Time         `json:"due_at,omitzero"`
	N           int               `json:"n,omitempty" doc:"Reminders, or parties of a conference"`
	Place       territory.Address `json:"place"`
	Status      string            `json:"status"`
	OrderStatus string            `json:"order_status,omitempty"`
	Category    string            `json:"category,omitempty"`
	Urgency     string            `json:"urgency"`
	Text        string            `json:"text" doc:"The beginning of the call"`
	Links       Links             `json:"links"`
}

// key reads where a page begins.
func (f MarkFilter) key() (supervision.MarkKey, error) {
	k := supervision.MarkKey{Kind: matter.MarkKind(f.Kind)}
	parts, err := f.after("marks", 3)
	if parts == nil {
		return k, err
	}
	us, err := strconv.ParseInt(parts[0], 10, 64)
	if err != nil || us < 1 || us > 1<<55 {
		return k, errCursor()
	}
	k.At = time.UnixMicro(us)
	for i, id := range []*ident.ID{&k.Matter, &k.Order} {
		if err := id.UnmarshalText([]byte(parts[1+i])); err != nil {
			return k, errCursor()
		}
	}
	return k, nil
}

func marks(r *request, in MarkFilter) (Page[MarkRow], error) {
	var none Page[MarkRow]
	kind := matter.MarkKind(in.Kind)
	key, err := in.key()
	if err != nil {
		return none, err
	}
	f := supervision.MarkFilter{Kinds: []matter.MarkKind{kind}, Unit: in.Unit, About: in.About, Place: in.Place, Oldest: in.Oldest}
	rows, err := r.s.Supervision.Marks(r.ctx, r.actor, f, key, in.size())
	if err != nil {
		return none, err
	}
	show := func(x supervision.MarkRow) MarkRow {
		return MarkRow{
			Kind: string(x.Kind), Matter: x.Matter.Number(), Order: number(x.Order), Unit: x.Unit, About: x.About, At: zoned(x.At), DueAt: zoned(x.Due), N: x.N,
			Place: x.Place, Status: x.Status, OrderStatus: x.OrderStatus, Category: x.Category, Urgency: x.Urgency, Text: x.Text,
			Links: Links{"self": Base + "/matters/" + x.Matter.Number()},
		}
	}
	return page(r, rows, in.size(), show, func(x supervision.MarkRow) string {
		return cursor("marks", timeKey(x.At), x.Matter.Number(), number(x.Order))
	}), nil
}

// Tabs is how much waits at the desk of a unit.
type Tabs struct {
	Held     int64            `json:"held"`
	Awaiting int64            `json:"awaiting" doc:"Answered, waiting for a verdict"`
	Owed     map[string]int64 `json:"owed" doc:"Open orders, by status"`
	Marks    map[string]int64 `json:"marks" doc:"What it must decide, answer or make, by kind"`
}

func tabs(r *request, _ none) (*Tabs, error) {
	x, err := r.s.Dispatch.Tabs(r.ctx, r.actor, r.http.PathValue("code"))
	if err != nil {
		return nil, err
	}
	out := &Tabs{Held: x.Held, Awaiting: x.Awaiting, Owed: x.Owed, Marks: map[string]int64{}}
	for kind, n := range x.Marks {
		out.Marks[string(kind)] = n
	}
	return out, nil
}

// Instant asks for the figures of an instant.
type Instant struct {
	At string `json:"at,omitempty" maxLength:"40" doc:"RFC 3339; empty: now"`
}

// Then is how a place stood at an instant.
type Then struct {
	Place    string           `json:"place"`
	At       time.Time        `json:"at"`
	Standing map[string]int64 `json:"standing" doc:"Matters by status"`
	Open     int64            `json:"open"`
	Towns    map[string]int64 `json:"towns" doc:"Open matters by town"`
	Marks    map[string]int64 `json:"marks" doc:"Cards, late orders and the like, by kind"`
	Replayed int              `json:"replayed" doc:"Matters that were replayed from the ledger for it"`
}

func placeThen(r *request, in Instant) (*Then, error) {
	at := r.now
	if in.At != "" {
		var err error
		if at, err = time.Parse(time.RFC3339, in.At); err != nil {
			return nil, fault.Field("at", "request.time_malformed", short(in.At))
		}
	}
	x, err := r.s.Numbers.At(r.ctx, r.actor, r.http.PathValue("code"), at, r.now)
	if err != nil {
		return nil, err
	}
	out := &Then{Place: x.Code, At: zoned(x.At), Standing: x.Standing, Open: x.Open, Towns: x.Towns, Marks: map[string]int64{}, Replayed: x.Replayed}
	for kind, n := range x.Marks {
		out.Marks[string(kind)] = n
	}
	return out, nil
}
