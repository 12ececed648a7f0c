package oversee

import (
	"strings"

	"huying/internal/desk/dispatch"
	"huying/internal/desk/supervision"
	"huying/internal/domain/access"
	"huying/internal/domain/clock"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/web/frame"
	"huying/internal/web/owed"
	"huying/internal/web/part"
)

// sheet is a matter, with one order of it or as a whole, and what the reader
// may decide about it now.
type sheet struct {
	S *engine.State
	O *order.Order // nil: the matter as a whole

	Card       *order.Card // that is contested
	Objection  bool
	Extension  bool
	Reply      bool
	Remind     bool
	Letter     bool
	Convene    bool
	Conference bool
	Exclusion  bool
}

func (x *sheet) path(more string) string {
	if x.O != nil {
		return "/supervision/orders/" + x.O.ID.Number() + more
	}
	return "/supervision/matters/" + x.S.M.ID.Number() + more
}

func (x *sheet) ofMatter(more string) string {
	return "/supervision/matters/" + x.S.M.ID.Number() + more
}

// form is a form that decides; its answer takes the place of the pane.
func (x *sheet) form(act, to string) part.Act {
	return part.Act{ID: act, To: to, Target: "#pane", Swap: "innerHTML show:window:top", Keep: act + " " + to, Rev: x.S.Rev}
}

// order makes the sheet of the parts that show an order.
func (x *sheet) order() *owed.Sheet {
	out := &owed.Sheet{S: x.S, O: x.O, Leaf: nil}
	if f, ok := x.S.City.Duty.Leaf(x.S.M.Category); ok {
		out.Leaf = f
	}
	if out.O == nil {
		out.O = &order.Order{Kind: order.Dispatch}
	}
	return out
}

// letters are the letters about the order that is shown.
func (x *sheet) letters() []*order.Order {
	var out []*order.Order
	for _, o := range x.S.Orders {
		if o.Kind == order.Supervision && (x.O == nil || o.About == x.O.ID) {
			out = append(out, o)
		}
	}
	return out
}

func (x *sheet) permit(v *part.View) {
	f, o := x.S.File, x.O
	open := f.M.Conference != nil && f.M.Conference.DecAt == 0 && f.M.Conference.Ended == 0
	decides := v.May(access.DecideObjection, f, nil)
	confers := f.M.Status == matter.Triaged || f.M.Status == matter.Ordered || f.M.Status == matter.Reopened
	x.Conference = open && decides && confers
	x.Convene = !open && decides && confers
	x.Exclusion = f.M.Excluded != nil && f.M.Excluded.State == "ASKED" && v.May(access.DecideExclusion, f, nil)
	if o == nil {
		return
	}
	if v.May(access.DecideCard, f, o) && !v.Owes(o) {
		x.Card = appealed(o)
	}
	chair := v.May(access.ChairOrder, f, o) && !v.Owes(o)
	x.Objection = o.Status == order.Objected && o.Objection != nil && o.Objection.State == order.ObjectionFiled && v.May(access.DecideObjection, f, o)
	x.Extension = o.Extension != nil && o.Extension.State == "ASKED" && o.Status.Open() && chair
	x.Reply = o.Kind == order.Supervision && o.Status == order.Responded && chair
	x.Remind = o.Status.Owing() && v.May(access.Remind, f, o)
	x.Letter = o.Solves() && o.Status.Open() && v.May(access.Supervise, f, o) && !v.Owes(o)
	for _, l := range x.letters() {
		x.Letter = x.Letter && !l.Status.Open()
	}
}

func (p pages) order(r *frame.Request) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	s, o, err := p.Dispatch.Order(r.Ctx, r.Actor, no)
	if err != nil {
		return err
	}
	return p.show(r, s, o)
}

func (p pages) matter(r *frame.Request) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	s, err := p.Engine.Read(r.Ctx, r.Actor, no)
	if err != nil {
		return err
	}
	return p.show(r, s, nil)
}

func (p pages) show(r *frame.Request, s *engine.State, o *order.Order) error {
	x := &sheet{S: s, O: o}
	x.permit(r.View)
	if r.Partial() {
		return r.Part(whole(r.View, x))
	}
	beside, err := readView(r)
	if err != nil {
		return err
	}
	l, err := p.load(r, beside)
	if err != nil {
		return err
	}
	return r.Page(r.T("oversee.title"), "supervision", page(r.View, l, whole(r.View, x)))
}

// act reads the number in the path, lets do decide, and shows what stands
// then.
func (p pages) act(r *frame.Request, says part.Key, ofOrder bool, do func(no ident.ID) (*engine.State, error)) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	if err := r.Wrong(); err != nil {
		return err
	}
	s, err := do(no)
	if err != nil {
		return err
	}
	s.By, s.Now = r.Actor, clock.At(r.Now)
	var o *order.Order
	if ofOrder {
		if o, err = s.Order(no); err != nil {
			return err
		}
	}
	r.Says(string(says))
	if !r.Partial() {
		x := &sheet{S: s, O: o}
		return r.Go(x.path(""))
	}
	return p.show(r, s, o)
}

// granted reads a decision that must be made one way or the other.
func granted(r *frame.Request) bool {
	v := r.Text("decide")
	if v != "yes" && v != "no" {
		r.Fault(fault.Field("decide", "decision.missing"))
	}
	return v == "yes"
}

func (p pages) card(r *frame.Request) error {
	in := supervision.DecideCard{Colour: r.Text("colour"), Uphold: granted(r), Note: r.Text("note")}
	return p.act(r, part.Key("oversee.said_card"), true, func(no ident.ID) (*engine.State, error) {
		return p.Supervision.DecideCard(r.Ctx, r.Command(), no, in)
	})
}

func (p pages) remind(r *frame.Request) error {
	in := supervision.Remind{Note: r.Text("note")}
	return p.act(r, part.Key("oversee.said_reminded"), true, func(no ident.ID) (*engine.State, error) {
		return p.Supervision.Remind(r.Ctx, r.Command(), no, in)
	})
}

func (p pages) letter(r *frame.Request) error {
	in := supervision.Supervise{Grounds: r.Text("grounds")}
	return p.act(r, part.Key("oversee.said_letter"), true, func(no ident.ID) (*engine.State, error) {
		return p.Supervision.Supervise(r.Ctx, r.Command(), no, in)
	})
}

func (p pages) objection(r *frame.Request) error {
	in := dispatch.DecideObjection{Uphold: granted(r), Note: r.Text("note"), To: unitNamed(r, "to", r.Text("to"))}
	if !in.Uphold {
		in.To = ""
	}
	return p.act(r, part.Key("oversee.said_objection"), true, func(no ident.ID) (*engine.State, error) {
		return p.Dispatch.DecideObjection(r.Ctx, r.Command(), no, in)
	})
}

func (p pages) extension(r *frame.Request) error {
	in := dispatch.Decide{Grant: granted(r), Note: r.Text("note")}
	return p.act(r, part.Key("oversee.said_extension"), true, func(no ident.ID) (*engine.State, error) {
		return p.Dispatch.DecideExtension(r.Ctx, r.Command(), no, in)
	})
}

func (p pages) reply(r *frame.Request) error {
	in := dispatch.JudgeOrder{Done: granted(r), Reason: r.Text("reason")}
	return p.act(r, part.Key("oversee.said_reply"), true, func(no ident.ID) (*engine.State, error) {
		return p.Dispatch.JudgeOrder(r.Ctx, r.Command(), no, in)
	})
}

// unitsNamed reads a field with one unit a line, by name or code.
func unitsNamed(r *frame.Request, field string) []string {
	var out []string
	for line := range strings.SplitSeq(r.Text(field), "\n") {
		if code := unitNamed(r, field, strings.Trim(line, " \t,，;；、")); code != "" {
			out = append(out, code)
		}
	}
	return out
}

func (p pages) convene(r *frame.Request) error {
	in := dispatch.Convene{Parties: unitsNamed(r, "parties"), Reason: r.Text("reason")}
	return p.act(r, part.Key("oversee.said_convened"), false, func(no ident.ID) (*engine.State, error) {
		return p.Dispatch.Convene(r.Ctx, r.Command(), no, in)
	})
}

func (p pages) conference(r *frame.Request) error {
	in := dispatch.DecideConference{Minutes: r.Text("minutes"), Lead: unitNamed(r, "lead", r.Text("lead")), Co: unitsNamed(r, "co")}
	if in.Lead == "" {
		r.Fault(fault.Field("lead", "unit.unknown", ""))
	}
	return p.act(r, part.Key("oversee.said_conference"), false, func(no ident.ID) (*engine.State, error) {
		return p.Dispatch.DecideConference(r.Ctx, r.Command(), no, in)
	})
}

func (p pages) exclusion(r *frame.Request) error {
	in := supervision.Decide{Grant: granted(r), Note: r.Text("note")}
	return p.act(r, part.Key("oversee.said_exclusion"), false, func(no ident.ID) (*engine.State, error) {
		return p.Supervision.DecideExclusion(r.Ctx, r.Command(), no, in)
	})
}

// any reports whether there is anything to decide or send.
func (x *sheet) any() bool {
	return x.Card != nil || x.Objection || x.Extension || x.Reply || x.Remind || x.Letter || x.Convene || x.Conference || x.Exclusion
}

// taking names the units that owe the matter, one a line.
func taking(v *part.View, s *engine.State) string {
	var out []string
	for _, o := range s.Orders {
		if o.Status.Open() && o.Solves() {
			out = append(out, v.Unit(o.Debtor))
		}
	}
	return strings.Join(out, "\n")
}
