package story

import (
	"context"
	"time"

	"huying/internal/desk/dispatch"
	"huying/internal/desk/intake"
	"huying/internal/desk/supervision"
	"huying/internal/domain/access"
	"huying/internal/domain/call"
	"huying/internal/domain/duty"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/domain/org"
	"huying/internal/engine"
	"huying/internal/ident"
)

// who is somebody who acts: a post of a unit, or a caller.
type who struct {
	h     *world
	actor access.Actor
}

// desk is the dispatcher of a command centre: of a street, a district or the
// city. For a community it is the community's own desk.
func (h *world) desk(place string) *who {
	h.Helper()
	if unit, ok := h.city.Org.Centre(place); ok {
		return h.role(unit, org.Dispatcher)
	}
	return h.role(place+"-JW", org.Dispatcher)
}

// unit is the handler of a department, office or agency.
func (h *world) unit(code string) *who { h.Helper(); return h.role(code, org.Handler) }

// hotline is an agent of the 12345.
func (h *world) hotline() *who { h.Helper(); return h.role(city+"-RX", org.Agent) }

// page is a visitor of the residents' page who has proved nothing yet.
func (h *world) page() *who {
	return &who{h: h, actor: access.Actor{ID: "CALLER", Kind: access.Caller}}
}

func (w *who) code() string { return w.actor.Unit }

func (w *who) cmd() engine.Command { return engine.Command{Actor: w.actor, At: w.h.now} }

// resident is a person with a telephone.
type resident struct {
	h           *world
	name, phone string
}

func (h *world) resident(name string) *resident { return &resident{h, name, "19900001234"} }

// calls is a call on the residents' page about a place, with a category by its
// Chinese name; "" leaves the category to the desk.
func (r *resident) calls(text, category, place string) *affair {
	r.h.Helper()
	return r.h.takes(form{Category: category, Form: call.Form{Text: text, Place: place, Name: r.name, Phone: r.phone}})
}

// caller is whoever called about a matter, who proved it with the tracking code.
func (m *affair) caller() *who {
	m.h.Helper()
	a, err := m.h.e.Caller(m.id, m.h.e.TrackCode(m.id))
	if err != nil {
		m.h.Fatal(err)
	}
	return &who{h: m.h, actor: a}
}

// did notes the result of a command: a fault ends the story unless it waits
// for one, and whoever holds the matter must be known.
func (w *who) did(s *engine.State, err error) {
	w.h.Helper()
	w.h.must(err)
	if err == nil {
		w.h.held(s)
	}
}

var ctx = context.Background()

// --- the desk ---

func (w *who) verifies(m *affair) {
	w.h.Helper()
	w.did(w.h.intake.Verify(ctx, w.cmd(), m.id, intake.Verify{}))
}

func (w *who) triages(m *affair, class duty.Class, why string) {
	w.h.Helper()
	w.did(w.h.intake.Triage(ctx, w.cmd(), m.id, intake.Triage{Class: string(class), Reason: why}))
}

func (w *who) advises(m *affair, answer string) {
	w.h.Helper()
	w.did(w.h.intake.Advise(ctx, w.cmd(), m.id, intake.Advise{Answer: answer}))
}

func (w *who) refers(m *affair, channel, note string) {
	w.h.Helper()
	w.did(w.h.intake.Refer(ctx, w.cmd(), m.id, intake.Refer{Channel: channel, Note: note}))
}

func (w *who) merges(m, into *affair) {
	w.h.Helper()
	w.did(w.h.intake.Merge(ctx, w.cmd(), m.id, intake.Merge{Into: into.id.Number(), Reason: "同一问题"}))
}

func (w *who) unmerges(m *affair, why string) {
	w.h.Helper()
	w.did(w.h.intake.Unmerge(ctx, w.cmd(), m.id, intake.Reason{Reason: why}))
}

// orders gives orders: to the units of the duty list if none are named, else
// to the first as the one that leads and to the others beside it.
func (w *who) orders(m *affair, units ...string) {
	w.h.Helper()
	var in dispatch.Issue
	for i, u := range units {
		g := dispatch.Given{Debtor: u}
		if i > 0 {
			g.Role = string(order.Co)
		} else if len(units) > 1 {
			g.Role = string(order.Lead)
		}
		in.Orders = append(in.Orders, g)
	}
	w.issues(m, in)
}

// adds orders further units beside the one that leads.
func (w *who) adds(m *affair, unit, limit string) {
	w.h.Helper()
	w.issues(m, dispatch.Issue{Orders: []dispatch.Given{{Debtor: unit, Role: string(order.Co), Limit: limit}}})
}

func (w *who) issues(m *affair, in dispatch.Issue) {
	w.h.Helper()
	w.did(w.h.dispatch.Issue(ctx, w.cmd(), m.id, in))
}

// sends is the desk's usual way with a call: verify, triage, order.
func (w *who) sends(m *affair, units ...string) {
	w.h.Helper()
	w.verifies(m)
	w.triages(m, duty.Undefined, "按职责清单办理")
	w.orders(m, units...)
}

func (w *who) withdraws(m *affair, unit, why string) {
	w.h.Helper()
	w.did(w.h.dispatch.Withdraw(ctx, w.cmd(), m.order(unit).ID, dispatch.Reason{Reason: why}))
}

// accepts and rejects are the creditor's word on an answer.
func (w *who) accepts(m *affair, unit string) {
	w.h.Helper()
	w.did(w.h.dispatch.JudgeOrder(ctx, w.cmd(), m.order(unit).ID, dispatch.JudgeOrder{Done: true}))
}

func (w *who) rejects(m *affair, unit, why string) {
	w.h.Helper()
	w.did(w.h.dispatch.JudgeOrder(ctx, w.cmd(), m.order(unit).ID, dispatch.JudgeOrder{Reason: why}))
}

func (w *who) reviews(m *affair, unit string, uphold bool, note string) {
	w.h.Helper()
	w.did(w.h.dispatch.DecideObjection(ctx, w.cmd(), m.order(unit).ID, dispatch.DecideObjection{Uphold: uphold, Note: note}))
}

func (w *who) confers(m *affair, minutes, lead string, co ...string) {
	w.h.Helper()
	w.did(w.h.dispatch.DecideConference(ctx, w.cmd(), m.id, dispatch.DecideConference{Minutes: minutes, Lead: lead, Co: co}))
}

func (w *who) pauses(m *affair, reason string, until time.Time) {
	w.h.Helper()
	w.did(w.h.dispatch.Pause(ctx, w.cmd(), m.id, dispatch.Pause{Reason: reason, Until: until}))
}

func (w *who) grantsTime(m *affair, unit string) {
	w.h.Helper()
	w.did(w.h.dispatch.DecideExtension(ctx, w.cmd(), m.order(unit).ID, dispatch.Decide{Grant: true}))
}

// --- whoever owes an order ---

func (w *who) signs(m *affair) {
	w.h.Helper()
	w.did(w.h.dispatch.Sign(ctx, w.cmd(), m.order(w.code()).ID, struct{}{}))
}

func (w *who) works(m *affair) {
	w.h.Helper()
	w.did(w.h.dispatch.Work(ctx, w.cmd(), m.order(w.code()).ID, struct{}{}))
}

// answers shows everything the duty list asks for.
func (w *who) answers(m *affair, text string) {
	w.h.Helper()
	var kinds []string
	if l, ok := w.h.city.Duty.Leaf(m.now().M.Category); ok {
		kinds = l.Evidence
	}
	w.shows(m, text, kinds...)
}

// shows answers with evidence of just those kinds.
func (w *who) shows(m *affair, text string, kinds ...string) {
	w.h.Helper()
	in := dispatch.Respond{Text: text}
	for _, k := range kinds {
		in.Evidence = append(in.Evidence, dispatch.Record{Kind: k, Hash: hashOf(text + k)})
	}
	w.did(w.h.dispatch.Respond(ctx, w.cmd(), m.order(w.code()).ID, in))
}

func (w *who) objects(m *affair, why string) {
	w.h.Helper()
	w.did(w.h.dispatch.Object(ctx, w.cmd(), m.order(w.code()).ID, dispatch.Object{Reason: why}))
}

func (w *who) asksTime(m *affair, limit, why string) {
	w.h.Helper()
	w.did(w.h.dispatch.AskExtension(ctx, w.cmd(), m.order(w.code()).ID, dispatch.AskExtension{Limit: limit, Reason: why}))
}

func (w *who) appealsCard(m *affair, colour order.Colour, why string) {
	w.h.Helper()
	w.did(w.h.supervision.AppealCard(ctx, w.cmd(), m.order(w.code()).ID, supervision.AppealCard{Colour: string(colour), Reason: why}))
}

// replies answers a supervision letter.
func (w *who) replies(m *affair, text string) {
	w.h.Helper()
	w.did(w.h.dispatch.Respond(ctx, w.cmd(), m.letter(w.code()).ID, dispatch.Respond{Text: text}))
}

// --- whoever holds to account ---

func (w *who) reminds(m *affair, unit string) {
	w.h.Helper()
	w.did(w.h.supervision.Remind(ctx, w.cmd(), m.order(unit).ID, supervision.Remind{Note: "请抓紧办理"}))
}

func (w *who) supervises(m *affair, unit, grounds string) {
	w.h.Helper()
	w.did(w.h.supervision.Supervise(ctx, w.cmd(), m.order(unit).ID, supervision.Supervise{Grounds: grounds}))
}

func (w *who) decidesCard(m *affair, unit string, colour order.Colour, uphold bool, note string) {
	w.h.Helper()
	w.did(w.h.supervision.DecideCard(ctx, w.cmd(), m.order(unit).ID, supervision.DecideCard{Colour: string(colour), Uphold: uphold, Note: note}))
}

func (w *who) samples(district, week, checker string) *supervision.Sampled {
	w.h.Helper()
	out, err := w.h.supervision.Sample(ctx, w.cmd(), supervision.Sample{District: district, Week: week, Checker: checker})
	w.h.must(err)
	return out
}

// finds is the result of a sample check.
func (w *who) finds(m *affair, pass bool, note string) {
	w.h.Helper()
	w.did(w.h.supervision.Check(ctx, w.cmd(), m.check(w.code()).ID, supervision.Check{Pass: pass, Note: note}))
}

// --- whoever called ---

func (w *who) judges(m *affair, word matter.Resolved, stars int) {
	w.h.Helper()
	in := supervision.Judge{Resolved: string(word), Satisfaction: stars, Contacted: true}
	if w.actor.Kind == access.Caller && w.actor.Matter != int64(m.id) {
		in.Voter = ident.ID(w.actor.Matter).Number()
	}
	w.did(w.h.supervision.Judge(ctx, w.cmd(), m.id, in))
}

// callsBack writes down what the caller said on the telephone.
func (w *who) callsBack(m *affair, word matter.Resolved, stars int) {
	w.h.Helper()
	w.did(w.h.supervision.Judge(ctx, w.cmd(), m.id, supervision.Judge{Resolved: string(word), Satisfaction: stars, Contacted: true, ByPhone: true}))
}

func (w *who) appeals(m *affair, why string) {
	w.h.Helper()
	w.did(w.h.intake.Appeal(ctx, w.cmd(), m.id, intake.Reason{Reason: why}))
}

func (w *who) goesUp(m *affair, why string) {
	w.h.Helper()
	w.did(w.h.supervision.LevelUp(ctx, w.cmd(), m.id, supervision.Reason{Reason: why}))
}

func (w *who) reopens(m *affair, why string) {
	w.h.Helper()
	w.did(w.h.supervision.Reopen(ctx, w.cmd(), m.id, supervision.Reason{Reason: why}))
}

func (w *who) reads(m *affair) {
	w.h.Helper()
	_, err := w.h.e.Read(ctx, w.actor, m.id)
	w.h.must(err)
}

func (w *who) readsContact(m *affair, purpose string) engine.Contact {
	w.h.Helper()
	c, err := w.h.e.ReadContact(ctx, w.cmd(), m.id, purpose)
	w.h.must(err)
	return c
}
