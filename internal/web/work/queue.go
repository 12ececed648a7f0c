package work

import (
	"strconv"
	"time"

	"huying/internal/desk/intake"
	"huying/internal/desk/supervision"
	"huying/internal/domain/matter"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/web/frame"
	"huying/internal/web/part"
)

// shown is how many matters of a queue are on one page.
const shown = 50

// queue is what waits, as it is shown.
type queue struct {
	look  look
	items []part.Item
	tabs  []part.Tab
	more  string // address of the next page
	mine  bool
}

// decides are the marks that wait for a dispatcher's decision.
var decides = []matter.MarkKind{matter.MarkObjection, matter.MarkExtension, matter.MarkConference}

// decideNotes say what is to be decided.
var decideNotes = map[matter.MarkKind]part.Key{
	matter.MarkObjection: part.Key("work.note_objection"), matter.MarkExtension: part.Key("work.note_extension"),
	matter.MarkConference: part.Key("work.note_conference"),
}

// queue reads a page of the queue; here is the matter in hand.
func (w *pages) queue(r *frame.Request, l look, here ident.ID) (*queue, error) {
	q := &queue{look: l, mine: l.mine(r)}
	var err error
	if q.items, q.more, err = w.items(r, l); err != nil {
		return nil, err
	}
	for i := range q.items {
		q.items[i].Here = q.items[i].No == here
	}
	q.tabs, err = w.tabs(r, l)
	return q, err
}

// items are the rows of a page of the queue, and the address of the next one.
func (w *pages) items(r *frame.Request, l look) ([]part.Item, string, error) {
	if l.tab.id == "decide" {
		return w.decisions(r, l)
	}
	at, after, err := pageKey(r)
	if err != nil {
		return nil, "", err
	}
	rows, err := w.rows(r, l, at, after, shown)
	if err != nil {
		return nil, "", err
	}
	out := make([]part.Item, len(rows))
	for i, x := range rows {
		out[i] = itemOf(r, l, x)
	}
	if len(rows) < shown {
		return out, "", nil
	}
	last := rows[len(rows)-1]
	return out, "/desk/queue" + l.query() + "&at=" + micros(last.Next) + "&after=" + last.No.Number(), nil
}

// rows are the matters of a look after one of them.
func (w *pages) rows(r *frame.Request, l look, at time.Time, after ident.ID, most int) ([]intake.Row, error) {
	f := intake.QueueFilter{Any: l.tab.states, Urgency: l.urgency, Source: l.source, Text: l.text}
	if l.mine(r) {
		return w.Intake.Queue(r.Ctx, r.Actor, r.Actor.Unit, f, at, after, most)
	}
	return w.Intake.Open(r.Ctx, r.Actor, f, at, after, most)
}

func itemOf(r *frame.Request, l look, x intake.Row) part.Item {
	it := part.Item{
		No: x.No, Href: "/desk/" + x.No.Number() + l.query(), Text: x.Text, Place: x.Place, Category: x.Category,
		Group: "matter.status", Status: x.Status, Urgency: x.Urgency, From: x.Received, Due: x.Next,
	}
	if x.Holder != r.Actor.Unit {
		it.Unit = x.Holder
	}
	return it
}

// decisions are what waits for the decision of the reader's unit, the oldest
// first.
func (w *pages) decisions(r *frame.Request, l look) ([]part.Item, string, error) {
	f := supervision.MarkFilter{Kinds: decides, Oldest: true}
	if l.mine(r) {
		f.Unit = r.Actor.Unit
	}
	rows, err := w.Supervision.Marks(r.Ctx, r.Actor, f, supervision.MarkKey{}, supervision.MostRows)
	if err != nil {
		return nil, "", err
	}
	var out []part.Item
	for _, x := range rows {
		if l.urgency != "" && x.Urgency != l.urgency {
			continue
		}
		it := part.Item{
			No: x.Matter, Href: "/desk/" + x.Matter.Number() + l.query(), Text: x.Text, Place: x.Place, Category: x.Category,
			Group: "order.status", Status: x.OrderStatus, Urgency: x.Urgency, Unit: x.About, From: x.At, Due: x.Due, Note: r.T(string(decideNotes[x.Kind])),
		}
		if x.Order == 0 {
			it.Group, it.Status = "matter.status", x.Status
		}
		out = append(out, it)
	}
	return out, "", nil
}

// tabs counts what is behind each tab.
func (w *pages) tabs(r *frame.Request, l look) ([]part.Tab, error) {
	all, err := w.Intake.Counts(r.Ctx, r.Actor, false)
	if err != nil {
		return nil, err
	}
	waiting, err := w.Dispatch.Tabs(r.Ctx, r.Actor, r.Actor.Unit)
	if err != nil {
		return nil, err
	}
	own := all
	if held(r) && !l.wide {
		if own, err = w.Intake.Counts(r.Ctx, r.Actor, true, tabs[0].states...); err != nil {
			return nil, err
		}
		own[string(matter.Awaiting)] = waiting.Awaiting // its desk holds it, and these are many
	}
	var out []part.Tab
	for i, t := range tabs {
		x := part.Tab{Name: r.T(string(t.name)), Href: "/desk" + l.in(t).query(), Here: t == l.tab, Key: strconv.Itoa(i + 1), Late: t.id == "todo" || t.id == "decide"}
		from := all
		if t.own {
			from = own
		}
		for _, s := range matter.Statuses {
			if t.id == "all" && s.Open() || t.has(string(s)) {
				x.Count += from[string(s)]
			}
		}
		if t.id == "decide" {
			if x.Count = -1; l.mine(r) || held(r) && !l.wide {
				x.Count = 0
				for _, k := range decides {
					x.Count += waiting.Marks[k]
				}
			}
		}
		out = append(out, x)
	}
	return out, nil
}

func (t *tab) has(status string) bool {
	for _, s := range t.states {
		if s == status {
			return true
		}
	}
	return false
}

// queuePart is the queue by itself: anew when something happened, or its next
// page.
func (w *pages) queuePart(r *frame.Request) error {
	l := lookOf(r)
	here, err := numberOf(r, "no")
	if err != nil {
		return err
	}
	if r.Query("after") == "" {
		q, err := w.queue(r, l, here)
		if err != nil {
			return err
		}
		return r.Part(queueBox(r.View, q, false))
	}
	items, more, err := w.items(r, l)
	if err != nil {
		return err
	}
	return r.Part(moreItems(r.View, l, items, more))
}

// numberOf reads a number from the address; none is zero.
func numberOf(r *frame.Request, name string) (ident.ID, error) {
	s := r.Query(name)
	if s == "" {
		return 0, nil
	}
	return ident.ParseNumber(s)
}

// pageKey reads where a page begins.
func pageKey(r *frame.Request) (time.Time, ident.ID, error) {
	after, err := numberOf(r, "after")
	if err != nil || r.Query("at") == "" {
		return time.Time{}, after, err
	}
	us, err := strconv.ParseInt(r.Query("at"), 10, 64)
	if err != nil {
		return time.Time{}, 0, fault.Field("at", "form.no_number", r.Query("at"))
	}
	if us == 0 {
		return time.Time{}, after, nil
	}
	return time.UnixMicro(us), after, nil
}

func micros(t time.Time) string {
	if t.IsZero() {
		return "0"
	}
	return strconv.FormatInt(t.UnixMicro(), 10)
}
