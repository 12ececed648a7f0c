package mandate

import (
	"slices"
	"strings"

	desk "huying/internal/desk/mandate"
	"huying/internal/domain/mandate"
	"huying/internal/domain/register"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/ident"
	"huying/internal/web/frame"
	"huying/internal/web/part"
)

func (p *pages) admissions(r *frame.Request) error {
	before, err := r.Before()
	if err != nil {
		return err
	}
	list, err := p.Mandate.Admissions(r.Ctx, r.Actor, desk.Filter{Before: before, Limit: rows})
	if err != nil {
		return err
	}
	return r.Page(r.T("duties.admissions"), "duties", admissionsPage(r, list))
}

// places are the codes in a field: boxes that are ticked, or one a line.
func places(r *frame.Request, field string) []string {
	var out []string
	for _, s := range r.Texts(field) {
		out = append(out, strings.FieldsFunc(s, func(c rune) bool { return c == '\n' || c == ',' || c == '，' || c == ' ' || c == '、' })...)
	}
	return out
}

// towns are the towns a reader may ask, as choices.
func towns(r *frame.Request) []*territory.Place {
	var out []*territory.Place
	switch {
	case r.Actor.At.District != "":
		out = r.City.Territory.Children(r.Actor.At.District)
	case len(r.City.Territory.Children(r.City.Root)) > 0:
		for _, d := range r.City.Territory.Children(r.City.Root) {
			out = append(out, r.City.Territory.Children(d.Code)...)
		}
	}
	return slices.DeleteFunc(slices.Clone(out), func(p *territory.Place) bool { return p.Kind.Rank() != 2 })
}

func (p *pages) request(r *frame.Request) error {
	in := desk.Request{
		Item: r.Text("item"), Name: r.Text("name"), Towns: places(r, "towns"), Reason: r.Text("reason"), Basis: r.Text("basis"),
		Money: int64(r.Int("money")) * 100, People: r.Int("people"), Minutes: r.Int("minutes"), Until: r.Civil("until"),
	}
	if err := r.Wrong(); err != nil {
		return err
	}
	id, err := p.Mandate.Request(r.Ctx, r.Command(), in)
	return done(r, "/admissions/", id, err)
}

// asked is an admission as its page shows it.
type asked struct {
	*register.Record[mandate.Admission]
	said []desk.Opinion
}

func (p *pages) admission(r *frame.Request) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	var a asked
	if a.Record, a.said, err = p.Mandate.Admission(r.Ctx, r.Actor, no); err != nil {
		return err
	}
	return r.Page(a.Fact.Name, "duties", admissionPage(r, &a))
}

func (p *pages) decide(r *frame.Request) error {
	in := desk.Decision{Grant: r.Bool("grant"), Text: r.Text("text"), Until: r.Civil("until")}
	return p.act(r, "/admissions/", func(cmd engine.Command, no ident.ID) (ident.ID, error) { return p.Mandate.Decide(r.Ctx, cmd, no, in) })
}

func (p *pages) delegations(r *frame.Request) error {
	before, err := r.Before()
	if err != nil {
		return err
	}
	list, err := p.Mandate.Delegations(r.Ctx, r.Actor, desk.Filter{Before: before, Limit: rows})
	if err != nil {
		return err
	}
	return r.Page(r.T("duties.delegations"), "duties", delegationsPage(r, list))
}

func (p *pages) propose(r *frame.Request) error {
	in := desk.Propose{
		Power: r.Text("power"), Item: r.Text("item"), Name: r.Text("name"), Giver: r.UnitCode(r.Text("giver")), Taker: r.UnitCode(r.Text("taker")), Basis: r.Text("basis"),
	}
	if err := r.Wrong(); err != nil {
		return err
	}
	id, err := p.Mandate.Propose(r.Ctx, r.Command(), in)
	return done(r, "/delegations/", id, err)
}

func (p *pages) delegation(r *frame.Request) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	d, err := p.Mandate.Delegation(r.Ctx, r.Actor, no)
	if err != nil {
		return err
	}
	handed, err := p.Mandate.Handovers(r.Ctx, r.Actor, desk.Filter{Place: d.Fact.Place.Leaf(), Unit: d.Fact.Taker, Limit: rows})
	if err != nil {
		return err
	}
	handed = slices.DeleteFunc(handed, func(h register.Record[mandate.Handover]) bool {
		return h.Fact.Giver != d.Fact.Giver || h.Fact.Taker != d.Fact.Taker
	})
	moved, err := p.movements(r, d)
	if err != nil {
		return err
	}
	return r.Page(d.Fact.Name, "duties", delegationPage(r, d, handed, moved))
}

func (p *pages) provide(r *frame.Request) error {
	in := desk.Provide{Need: r.Text("need"), Document: r.Text("document"), Handover: r.Text("handover"), Movement: r.Text("movement")}
	if in.Need == string(mandate.NeedMoney) {
		in.Amount = r.Fen("amount")
	} else {
		in.Amount = int64(r.Int("amount"))
	}
	return p.act(r, "/delegations/", func(cmd engine.Command, no ident.ID) (ident.ID, error) { return p.Mandate.Provide(r.Ctx, cmd, no, in) })
}

func (p *pages) waive(r *frame.Request) error {
	in := desk.Waive{Need: r.Text("need"), Text: r.Text("text")}
	return p.act(r, "/delegations/", func(cmd engine.Command, no ident.ID) (ident.ID, error) { return p.Mandate.Waive(r.Ctx, cmd, no, in) })
}

func (p *pages) start(r *frame.Request) error {
	in := desk.From{From: r.Civil("from")}
	return p.act(r, "/delegations/", func(cmd engine.Command, no ident.ID) (ident.ID, error) { return p.Mandate.Start(r.Ctx, cmd, no, in) })
}

// options makes choices of the words of a group.
func options[T ~string](r *frame.Request, group string, codes []T) []part.Option {
	out := make([]part.Option, len(codes))
	for i, c := range codes {
		out[i] = part.Option{Value: string(c), Name: r.Word(group, string(c))}
	}
	return out
}
