package powers

import (
	"slices"

	"huying/internal/desk/power"
	"huying/internal/domain/access"
	"huying/internal/domain/consult"
	"huying/internal/domain/org"
	"huying/internal/domain/register"
	"huying/internal/fault"
	"huying/internal/web/frame"
	"huying/internal/web/part"
)

func (p pages) inbox(r *frame.Request) error {
	list, err := p.Power.Inbox(r.Ctx, r.Actor, rows)
	if err != nil {
		return err
	}
	return r.Page(r.T("powers.tab.inbox"), "powers", inboxPage(r, list))
}

func (p pages) answer(r *frame.Request) error {
	in := power.Answer{Result: r.Text("result"), Text: r.Text("text")}
	no, err := number(r)
	if err != nil {
		return err
	}
	_, err = p.Power.Answer(r.Ctx, r.Command(), no, in)
	return did(r, err, "/powers/inbox")
}

func (p pages) gates(r *frame.Request) error {
	list, err := p.Power.Gates(r.Ctx, r.Actor, nil, 0, rows)
	if err != nil {
		return err
	}
	return r.Page(r.T("powers.tab.gates"), "powers", gatesPage(r, list))
}

func (p pages) propose(r *frame.Request) error {
	in := power.Propose{
		Kind: r.Text("kind"), Title: r.Text("title"), Text: r.Text("text"), Post: r.Text("post"), Places: r.Texts("places"), Year: r.Int("year"),
	}
	if consult.GateKind(in.Kind).Placed() {
		in.Post = ""
	} else {
		in.Places = nil
	}
	if err := r.Wrong(); err != nil {
		return err
	}
	id, err := p.Power.Propose(r.Ctx, r.Command(), in)
	return did(r, err, "/powers/gates/"+id.Number())
}

func (p pages) gate(r *frame.Request) error {
	no, err := number(r)
	if err != nil {
		return err
	}
	s, doc, err := p.Power.Gate(r.Ctx, r.Actor, no)
	if err != nil {
		return err
	}
	return r.Page(s.Fact.Title, "powers", gatePage(r, s, doc))
}

func (p pages) ask(r *frame.Request) error {
	in := power.Ask{Units: r.Texts("unit")}
	no, err := number(r)
	if err != nil {
		return err
	}
	_, err = p.Power.Ask(r.Ctx, r.Command(), no, in)
	return did(r, err, "/powers/gates/"+no.Number())
}

func (p pages) finish(r *frame.Request) error {
	in := power.Finish{Reasons: r.Text("reasons"), Adopted: r.Bool("adopted")}
	no, err := number(r)
	if err != nil {
		return err
	}
	_, err = p.Power.Finish(r.Ctx, r.Command(), no, in)
	return did(r, err, "/powers/gates/"+no.Number())
}

func (p pages) drop(r *frame.Request) error {
	in := power.Drop{Reason: r.Text("reason")}
	no, err := number(r)
	if err != nil {
		return err
	}
	_, err = p.Power.Drop(r.Ctx, r.Command(), no, in)
	return did(r, err, "/powers/gates/"+no.Number())
}

func (p pages) sign(r *frame.Request) error {
	in := power.GiveOpinion{Grade: r.Text("grade"), Text: r.Text("text")}
	no, err := number(r)
	if err != nil {
		return err
	}
	_, err = p.Power.GiveOpinion(r.Ctx, r.Command(), no, in)
	return did(r, err, "/powers/gates/"+no.Number())
}

// askable are the committees of the places a proposal touches that have not
// been asked.
func askable(r *frame.Request, g *consult.Gate) []part.Option {
	out := units(r, func(u *org.Unit) bool { return u.Kind == org.PartyCommittee && !slices.Contains(g.Asked, u.Code) }, g.Places...)
	return out
}

// agencyPosts are the posts of the agencies that the reader's unit leads and
// that are stationed in a town.
func agencyPosts(r *frame.Request) []part.Option {
	out := []part.Option{{Value: "", Name: "–"}}
	g := r.City.Org
	for _, e := range g.From(r.Actor.Unit, org.Leads) {
		if len(g.From(e.To, org.StationedIn)) == 0 {
			continue
		}
		for _, p := range g.Posts(e.To) {
			out = append(out, part.Option{Value: p.Code, Name: r.Post(p.Code)})
		}
	}
	return out
}

// hosted are the posts of the agencies stationed in the reader's town.
func hosted(r *frame.Request) []part.Option {
	out := []part.Option{{Value: "", Name: "–"}}
	for _, code := range r.City.Org.Serving(r.Actor.At.Town) {
		if len(r.City.Org.From(code, org.StationedIn)) == 0 {
			continue
		}
		for _, p := range r.City.Org.Posts(code) {
			out = append(out, part.Option{Value: p.Code, Name: r.Post(p.Code)})
		}
	}
	return out
}

func (p pages) recommendations(r *frame.Request) error {
	list, err := p.Power.Recommendations(r.Ctx, r.Actor, 0, rows)
	if err != nil {
		return err
	}
	return r.Page(r.T("powers.tab.recommendations"), "powers", recommendationsPage(r, list))
}

func (p pages) recommend(r *frame.Request) error {
	in := power.Recommend{Kind: r.Text("kind"), Post: r.Text("post"), Receiver: r.Text("receiver"), Title: r.Text("title"), Text: r.Text("text")}
	if err := r.Wrong(); err != nil {
		return err
	}
	_, err := p.Power.Recommend(r.Ctx, r.Command(), in)
	return did(r, err, "/powers/recommendations")
}

func (p pages) register(r *frame.Request) error {
	unit := r.Query("unit")
	if unit == "" {
		unit = r.Actor.Unit
	}
	if _, ok := r.City.Org.Unit(unit); !ok {
		return fault.New(fault.NotFound, "unit.unknown", unit)
	}
	list, err := p.Power.Powers(r.Ctx, r.Actor, unit, part.DayOf(r.Now))
	if err != nil {
		return err
	}
	return r.Page(r.T("powers.tab.register"), "powers", registerPage(r, unit, list))
}

func (p pages) grant(r *frame.Request) error {
	in := power.Grant{
		Holder: r.Text("holder"), Code: r.Text("code"), Basis: r.Text("basis"), From: r.Civil("from"), To: r.Civil("to"), Revoke: r.Text("act") == "revoke",
	}
	if err := r.Wrong(); err != nil {
		return err
	}
	_, err := p.Power.Grant(r.Ctx, r.Command(), in)
	return did(r, err, "/powers/register?unit="+in.Holder)
}

func (p pages) exceptions(r *frame.Request) error {
	x, err := p.Power.Exceptions(r.Ctx, r.Actor, r.Now)
	if err != nil {
		return err
	}
	return r.Page(r.T("powers.tab.exceptions"), "powers", exceptionsPage(r, x))
}

func (p pages) appraisals(r *frame.Request) error {
	period := r.Query("period")
	if period == "" {
		period = quarter(r.Now)
	}
	kind := consult.OfDepartment
	if len(period) == len("2026") {
		kind = consult.OfResident
	}
	list, err := p.Power.Results(r.Ctx, r.Actor, string(kind), period)
	if err != nil {
		return err
	}
	var own []register.Record[consult.Rating]
	if r.Could(access.Appraise) {
		if own, err = p.Power.Ratings(r.Ctx, r.Actor, 0, rows); err != nil {
			return err
		}
	}
	return r.Page(r.T("powers.tab.appraisals"), "powers", appraisalsPage(r, period, list, own))
}

func (p pages) appraise(r *frame.Request) error {
	in := power.Rate{Kind: r.Text("kind"), Of: r.Text("of"), Period: r.Text("period"), Note: r.Text("note")}
	for _, a := range consult.Aspects {
		in.Marks = append(in.Marks, consult.Mark{Aspect: a, Points: r.Int("mark_" + a)})
	}
	if err := r.Wrong(); err != nil {
		return err
	}
	_, err := p.Power.Rate(r.Ctx, r.Command(), in)
	return did(r, err, "/powers/appraisals?period="+in.Period)
}
