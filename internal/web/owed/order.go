package owed

import (
	"strconv"
	"strings"
	"time"

	"huying/internal/desk/registry"
	"huying/internal/domain/access"
	"huying/internal/domain/calendar"
	"huying/internal/domain/clock"
	"huying/internal/domain/duty"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/engine"
	"huying/internal/ident"
	"huying/internal/web/frame"
	"huying/internal/web/part"
)

// Sheet is an order as its page shows it, with what the reader may do to it
// now.
type Sheet struct {
	S    *engine.State
	O    *order.Order
	Leaf *duty.Leaf
	Why  []registry.Explained

	Mine        bool // the reader may answer it
	Sign        bool
	Arrive      bool // of a whistle's leg: may say that it is there
	Appraise    bool // … and how the whistle was
	Ask         bool // may ask the street to blow about the matter
	Work        bool
	Respond     bool
	Opine       string // of an opinion: the page on which it is given
	Check       bool
	Contact     bool
	Caller      bool
	ObjectUntil time.Time
	More        calendar.Limit // the longest extension that can be asked for; zero: none
	Appeals     []appealable
}

type appealable struct {
	Colour string
	Until  time.Time
}

func (p pages) order(r *frame.Request) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	x, err := p.sheet(r, no)
	if err != nil {
		return err
	}
	if r.Partial() {
		if r.Query("part") == "state" {
			return r.Part(state(r.View, x))
		}
		r.Top()
		return r.Part(Whole(r.View, x))
	}
	l, err := p.load(r, view{})
	if err != nil {
		return err
	}
	return r.Page(r.T("owed.order", no.Number()), "orders", page(r.View, l, Whole(r.View, x)))
}

func (p pages) sheet(r *frame.Request, no ident.ID) (*Sheet, error) {
	s, o, err := p.Dispatch.Order(r.Ctx, r.Actor, no)
	if err != nil {
		return nil, err
	}
	return p.sheetOf(r, s, o)
}

func (p pages) sheetOf(r *frame.Request, s *engine.State, o *order.Order) (*Sheet, error) {
	x := &Sheet{S: s, O: o, Leaf: r.Leaf(s.M.Category), Mine: r.May(access.AnswerOrder, s.File, o)}
	all, err := p.Registry.Explain(s)
	if err != nil {
		return nil, err
	}
	for _, e := range all {
		if e.Order == o.ID && (e.Clock.Kind == clock.Respond || e.Clock.Kind == clock.Sign && e.Clock.Running()) {
			x.Why = append(x.Why, e)
		}
	}
	if !x.Mine {
		return x, nil
	}
	x.permit(r)
	if o.Kind == order.Opinion {
		serves, err := p.Dispatch.Serves(r.Ctx, s)
		if err != nil {
			return nil, err
		}
		x.Sign, x.Work, x.Respond, x.Contact = false, false, false, false
		if o.Status.Owing() {
			x.Opine = answeredAt(o, s.M.ID, s.M.Task, serves)
		}
	}
	return x, nil
}

// permit finds out what can be done now, by the table of moves and the rules
// of the matter; each command asks again.
func (x *Sheet) permit(r *frame.Request) {
	o := x.O
	check := o.Kind == order.AfterCheck
	x.Sign = o.Status == order.Issued
	x.Work = !check && order.CanMove(o.Status, order.InProgress) == nil
	x.Respond = !check && order.CanMove(o.Status, order.Responded) == nil
	if l := o.Leg; l != nil {
		x.Work, x.Respond = false, x.Respond && l.Confirmed != 0
		x.Arrive = o.Status.Open() && l.Arrived == 0 && l.Confirmed == 0
		x.Appraise = !o.Status.Open() && l.OfWhistle == nil
	}
	running := len(x.S.M.Whistles) > 0 && x.S.M.Whistles[len(x.S.M.Whistles)-1].Ended == 0
	x.Ask = o.Leg == nil && o.Solves() && o.Status.Owing() && !running && r.City.On("whistle", x.S.M.Place.Leaf()) && r.May(access.AskWhistle, x.S.File, o)
	x.Check = check && o.Status.Owing()
	x.Contact = o.Solves() && o.Status.Open()
	x.Caller = x.S.M.Caller.Vault != 0 && (x.S.M.Caller.Anonymity == matter.Open || x.S.M.Caller.Anonymity == "") && r.May(access.ReadCaller, x.S.File, o)
	x.ObjectUntil = x.S.ObjectUntil(o).Time()
	if more, err := x.S.MoreTime(o); err == nil {
		x.More = more
	}
	for i := range o.Cards {
		if until, err := x.S.AppealUntil(&o.Cards[i]); err == nil {
			x.Appeals = append(x.Appeals, appealable{string(o.Cards[i].Colour), until.Time()})
		}
	}
}

// path is the address of the order, or of something that belongs to it.
func (x *Sheet) path(more string) string { return "/orders/" + x.O.ID.Number() + more }

// keep names what is kept in the tab of a form about the order.
func (x *Sheet) keep(act string) string { return act + " " + x.O.ID.Number() }

// form is a form that acts upon the order; its answer takes the place of the
// whole order.
func (x *Sheet) form(act string) part.Act {
	return part.Act{ID: act, To: x.path("/" + act), Target: "#pane", Swap: "innerHTML show:window:top", Keep: x.keep(act), Rev: x.S.Rev}
}

// needs are the kinds of evidence that the answer must have.
func (x *Sheet) needs() []string {
	if x.Leaf == nil || x.O.Kind != order.Dispatch {
		return nil
	}
	return x.Leaf.Evidence
}

// rejected returns the newest answer that was found not done, nil if the work
// is not being done again or nobody said why.
func (x *Sheet) rejected() *order.Answer {
	if x.O.Status != order.Rework && (x.O.Status != order.InProgress || x.O.Reworks == 0) {
		return nil
	}
	if a := x.O.Answer(); a != nil {
		return a
	}
	return nil
}

// whistle is the whistle that an order is a leg of, nil if it is none.
func (x *Sheet) whistle() *matter.Whistle {
	if x.O.Leg == nil || x.O.Leg.Whistle >= len(x.S.M.Whistles) {
		return nil
	}
	return &x.S.M.Whistles[x.O.Leg.Whistle]
}

// about is what is asked, in words: what was written when it was given, or the
// rule that gave it.
func about(v *part.View, o *order.Order) string {
	if o.Kind == order.Supervision {
		return v.Word("rule", o.Content)
	}
	return o.Content
}

// Fact says what a card rests on: the computed fact in words where it is an
// instant.
func Fact(v *part.View, c order.Card) string {
	for _, f := range strings.Fields(c.Fact) {
		if at, err := time.Parse(time.RFC3339, f); err == nil {
			return v.T("owed.card_due", at)
		}
	}
	return c.Fact
}

// spent is the running total of a day of an explanation.
func spent(v *part.View, row calendar.Row) string {
	if row.Days > 0 {
		return strconv.Itoa(row.Days)
	}
	if row.Spent > 0 {
		return v.Span(row.Spent)
	}
	return ""
}

func dayOf(v *part.View, row calendar.Row) string {
	d := row.Date.In(ident.Zone)
	return v.T("owed.day", int(d.Month()), d.Day(), v.Word("weekday", strconv.Itoa(int(d.Weekday()))))
}

// answered writes what follows an act: the order as it is now.
func (p pages) answered(r *frame.Request, s *engine.State, no ident.ID, says part.Key) error {
	o, err := s.Order(no)
	if err != nil {
		return err
	}
	s.By, s.Now = r.Actor, clock.At(r.Now)
	x, err := p.sheetOf(r, s, o)
	if err != nil {
		return err
	}
	r.Says(string(says))
	if !r.Partial() {
		return r.Go("/orders/" + no.Number())
	}
	return r.Part(Whole(r.View, x))
}
