package api

import (
	"encoding/json"
	"strconv"
	"time"

	"huying/internal/desk/dispatch"
	"huying/internal/desk/intake"
	"huying/internal/domain/access"
	"huying/internal/domain/ledger"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/fault"
)

// MatterFilter narrows a list of matters.
type MatterFilter struct {
	Paging
	Status   string    `json:"status,omitempty" maxLength:"32"`
	Category string    `json:"category,omitempty" maxLength:"32" doc:"A leaf, or a group with all below it"`
	Source   string    `json:"source,omitempty" maxLength:"64"`
	Urgency  string    `json:"urgency,omitempty" maxLength:"32"`
	Place    string    `json:"place,omitempty" maxLength:"64"`
	Holder   string    `json:"holder,omitempty" maxLength:"64" doc:"Unit that holds it now"`
	From     time.Time `json:"from,omitempty" doc:"Received at or after"`
	To       time.Time `json:"to,omitempty" doc:"Received before"`
	Overdue  bool      `json:"overdue,omitempty" doc:"Whose nearest deadline has passed"`
}

// MatterRow is a matter in a list.
type MatterRow struct {
	No         string            `json:"no"`
	Rev        int64             `json:"rev"`
	Status     string            `json:"status"`
	Kind       string            `json:"kind"`
	Category   string            `json:"category,omitempty"`
	Urgency    string            `json:"urgency"`
	Source     string            `json:"source"`
	Place      territory.Address `json:"place"`
	Lon        *float64          `json:"lon,omitempty"`
	Lat        *float64          `json:"lat,omitempty"`
	Desk       string            `json:"desk"`
	Holder     string            `json:"holder,omitempty"`
	ReceivedAt time.Time         `json:"received_at"`
	ClosedAt   time.Time         `json:"closed_at,omitzero"`
	NextAt     time.Time         `json:"next_at,omitzero"`
	Text       string            `json:"text" doc:"The beginning"`
	Links      Links             `json:"links"`
}

func matterRow(x intake.Row) MatterRow {
	no := x.No.Number()
	out := MatterRow{
		No: no, Rev: x.Rev, Status: x.Status, Kind: x.Kind, Category: x.Category, Urgency: x.Urgency, Source: x.Source, Place: x.Place,
		Desk: x.Desk, Holder: x.Holder, ReceivedAt: zoned(x.Received), ClosedAt: zoned(x.Closed), NextAt: zoned(x.Next), Text: x.Text,
		Links: Links{"self": Base + "/matters/" + no},
	}
	if x.Lon != 0 || x.Lat != 0 {
		lon, lat := float64(x.Lon)/1e7, float64(x.Lat)/1e7
		out.Lon, out.Lat = &lon, &lat
	}
	return out
}

func matters(r *request, in MatterFilter) (Page[MatterRow], error) {
	var none Page[MatterRow]
	after, err := in.afterID("matters")
	if err != nil {
		return none, err
	}
	f := intake.Filter{
		Status: in.Status, Category: in.Category, Source: in.Source, Urgency: in.Urgency, Place: in.Place, Holder: in.Holder,
		From: in.From, To: in.To, Overdue: in.Overdue,
	}
	rows, err := r.s.Intake.Matters(r.ctx, r.actor, f, after, in.size(), r.now)
	if err != nil {
		return none, err
	}
	return page(r, rows, in.size(), matterRow, func(x intake.Row) string { return cursor("matters", x.No.Number()) }), nil
}

func matterOf(r *request, _ none) (*Matter, error) {
	s, err := r.state()
	if err != nil {
		return nil, err
	}
	return r.matter(s), nil
}

// state reads the matter in the path as the actor may see it.
func (r *request) state() (*engine.State, error) {
	no, err := r.number()
	if err != nil {
		return nil, err
	}
	return r.s.Engine.Read(r.ctx, r.actor, no)
}

// Entry is one act in the story of a matter.
type Entry struct {
	Seq     int             `json:"seq"`
	At      time.Time       `json:"at"`
	Actor   string          `json:"actor,omitempty"`
	Unit    string          `json:"unit,omitempty"`
	Act     string          `json:"act"`
	Subject string          `json:"subject"`
	Hash    string          `json:"hash"`
	Payload json.RawMessage `json:"payload,omitempty" doc:"Every field that changed; for whoever may read the ledger"`
}

// Entries is the story of a matter.
type Entries struct {
	Items []Entry `json:"items"`
}

// entries tells the story of a matter: with every changed field to whoever may
// read the ledger, else without, since it may name the caller.
func entries(r *request, _ none) (*Entries, error) {
	no, err := r.number()
	if err != nil {
		return nil, err
	}
	s, err := r.s.Engine.Load(r.ctx, no)
	if err != nil {
		return nil, err
	}
	whole := access.Allow(r.actor, access.ReadLedger, s.Subject(nil)) == nil
	if !whole {
		if s, err = r.s.Engine.Read(r.ctx, r.actor, no); err != nil {
			return nil, err
		}
	}
	list, err := r.s.Engine.Entries(r.ctx, s)
	if err != nil {
		return nil, err
	}
	out := &Entries{Items: make([]Entry, len(list))}
	for i, e := range list {
		out.Items[i] = Entry{Seq: e.Seq, At: zoned(e.At), Actor: e.Actor, Unit: e.OnBehalf, Act: e.Act, Subject: e.Subject, Hash: ledger.Hex(e.Hash)}
		switch {
		case whole:
			out.Items[i].Payload = e.Payload
		case r.rated(s) && (e.Act == "judge" || e.Act == "receive" && s.M.Caller.Anonymity != matter.Open):
			out.Items[i].Actor, out.Items[i].Unit = "", ""
		}
	}
	return out, nil
}

// OrderFilter narrows the orders of a unit.
type OrderFilter struct {
	Paging
	Status string `json:"status,omitempty" maxLength:"32"`
}

// OrderRow is an order in a list.
type OrderRow struct {
	Order
	Matter string `json:"matter"`
	Text   string `json:"text" doc:"The beginning of the call"`
	Place  string `json:"place" doc:"Code of the smallest known place"`
}

func orders(r *request, in OrderFilter) (Page[OrderRow], error) {
	var none Page[OrderRow]
	due, after, err := in.afterTime("orders")
	if err != nil {
		return none, err
	}
	rows, err := r.s.Dispatch.Owed(r.ctx, r.actor, r.http.PathValue("code"), in.Status, due, after, in.size())
	if err != nil {
		return none, err
	}
	show := func(x dispatch.Row) OrderRow {
		return OrderRow{Order: orderView(x.Order), Matter: x.Matter.Number(), Text: x.Text, Place: x.Where}
	}
	return page(r, rows, in.size(), show, func(x dispatch.Row) string { return cursor("orders", timeKey(x.Due), x.No.Number()) }), nil
}

func held(r *request, in Paging) (Page[MatterRow], error) {
	var none Page[MatterRow]
	next, after, err := in.afterTime("held")
	if err != nil {
		return none, err
	}
	rows, err := r.s.Intake.Held(r.ctx, r.actor, r.http.PathValue("code"), next, after, in.size())
	if err != nil {
		return none, err
	}
	return page(r, rows, in.size(), matterRow, func(x intake.Row) string { return cursor("held", timeKey(x.Next), x.No.Number()) }), nil
}

func (r *request) told(m dispatch.Message) Told {
	if m.Args == nil {
		m.Args = []any{}
	}
	return Told{At: zoned(m.At), No: m.Matter.Number(), Code: m.Code, Detail: r.speaks().Notice(m.Code, m.Args), Args: m.Args}
}

// inbox lists what a unit was told.
func inbox(r *request, in Paging) (Page[Told], error) {
	var none Page[Told]
	after, err := in.afterMessage("inbox")
	if err != nil {
		return none, err
	}
	rows, err := r.s.Dispatch.Inbox(r.ctx, r.actor, r.http.PathValue("code"), after, in.size())
	if err != nil {
		return none, err
	}
	return page(r, rows, in.size(), r.told, func(m dispatch.Message) string {
		return cursor("inbox", timeKey(m.At), m.Matter.Number(), strconv.FormatInt(m.Seq, 10), strconv.FormatInt(m.N, 10))
	}), nil
}

// OrderOf is an order with the number of its matter.
type OrderOf struct {
	Order
	Matter string `json:"matter"`
	Rev    int64  `json:"rev" doc:"Revision of the matter, also the ETag"`
}

func (o *OrderOf) revision() int64 { return o.Rev }

func orderOf(r *request, _ none) (*OrderOf, error) {
	no, err := r.number()
	if err != nil {
		return nil, err
	}
	unseen := fault.New(fault.NotFound, "order.not_found", no.Number())
	of, err := r.s.Engine.OfOrder(r.ctx, no)
	if err != nil {
		return nil, err
	}
	s, err := r.s.Engine.Read(r.ctx, r.actor, of)
	if fault.Code(err) == "matter.not_found" {
		return nil, unseen
	}
	if err != nil {
		return nil, err
	}
	var o *order.Order
	if o, err = s.Order(no); err != nil {
		return nil, err
	}
	out := &OrderOf{Order: orderView(o), Matter: of.Number(), Rev: s.Rev}
	out.Links["matter"] = Base + "/matters/" + out.Matter
	return out, nil
}
