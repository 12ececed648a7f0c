package power

import (
	"context"
	"slices"

	"huying/internal/domain/access"
	"huying/internal/domain/consult"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/domain/org"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
)

// Propose is an act that others must be asked about first.
type Propose struct {
	Kind   string   `json:"kind" maxLength:"32" doc:"LEAVE, APPRAISAL, APPOINTMENT, TRANSFER_OUT, MAJOR_MATTER, PLANNING, APPRAISAL_DOCUMENT"`
	Title  string   `json:"title" maxLength:"200"`
	Text   string   `json:"text,omitempty"`
	Post   string   `json:"post,omitempty" maxLength:"80" doc:"Post of a stationed agency it is about; never a name"`
	Places []string `json:"places,omitempty" maxItems:"50" doc:"Towns and streets a decision or plan touches"`
	Ask    []string `json:"ask,omitempty" maxItems:"50" doc:"Units to ask of a decision or plan; for a post they follow from it"`
	Year   int      `json:"year,omitempty" doc:"Of a yearly appraisal"`
}

// Propose enters a proposal and asks, in one command, those who must be asked
// about a post: the committee of the town where its agency is stationed.
// Faults: those of Gate.Check, post.unknown, gate.not_stationed,
// gate.not_parent, gate.nobody_to_ask, power.not_held.
func (d *Desk) Propose(ctx context.Context, cmd engine.Command, in Propose) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "propose_gate", func(b *engine.Bundle) (ident.ID, error) {
		if err := access.Allow(cmd.Actor, access.ProposeGate, own(cmd.Actor)); err != nil {
			return 0, err
		}
		g := consult.Gate{
			Kind: consult.GateKind(in.Kind), Title: in.Title, Text: in.Text, Post: in.Post, Places: in.Places, Year: in.Year,
			Proposer: cmd.Actor.Unit, Status: consult.Proposed,
		}
		if err := g.Check(); err != nil {
			return 0, err
		}
		ask, err := d.whom(b, &g, in.Ask)
		if err != nil {
			return 0, err
		}
		id, err := engine.Enter(b, "propose", &g)
		if err != nil {
			return 0, err
		}
		return id, d.ask(b, id, ask)
	})
}

// whom places a proposal and returns who is asked about it.
func (d *Desk) whom(b *engine.Bundle, g *consult.Gate, named []string) ([]string, error) {
	if !g.Kind.Placed() {
		return stationed(b, g)
	}
	city := b.City()
	for _, place := range g.Places {
		a := city.Territory.Address(place)
		if a.Town != place {
			return nil, fault.Field("places", "place.unknown", place)
		}
		switch {
		case g.Place == territory.Address{}:
			g.Place = a
		case g.Place.District != a.District:
			g.Place = territory.Address{District: city.Root}
		case g.Place.Town != a.Town:
			g.Place = territory.Address{District: a.District}
		}
	}
	return named, nil
}

// stationed finds the town committee that has a word on the post, and sees that
// the proposer leads its agency.
func stationed(b *engine.Bundle, g *consult.Gate) ([]string, error) {
	city := b.City()
	p, ok := city.Org.Post(g.Post)
	if !ok {
		return nil, fault.Field("post", "post.unknown", g.Post)
	}
	in := city.Org.From(p.Unit, org.StationedIn)
	if len(in) == 0 {
		return nil, fault.Field("post", "gate.not_stationed", g.Post)
	}
	if !slices.ContainsFunc(city.Org.To(p.Unit, org.Leads), func(e org.Edge) bool { return e.From == g.Proposer }) {
		return nil, fault.New(fault.Denied, "gate.not_parent", g.Post)
	}
	host, _ := city.Org.Unit(in[0].To)
	g.Place = city.Territory.Address(host.Territory)
	return holders(b.Query(), city, host.Territory, g.Kind.Power(), b.Today())
}

// ask asks units for their opinion on a gate.
func (d *Desk) ask(b *engine.Bundle, id ident.ID, units []string) error {
	g, err := engine.Peek[consult.Gate](b, id)
	if err != nil {
		return err
	}
	if !g.Kind.Placed() && len(units) == 0 {
		return fault.New(fault.Conflict, "gate.nobody_to_ask", string(g.Kind.Power()))
	}
	for _, unit := range units {
		if err := has(b.Query(), b.City(), unit, g.Kind.Power(), "", b.Today()); err != nil {
			return err
		}
		if slices.Contains(g.Asked, unit) {
			return fault.Field("ask", "gate.asked_already", unit)
		}
		u, _ := b.City().Org.Unit(unit)
		s, err := b.Assign(matter.Assigned{
			Kind: matter.Consultation, Title: g.Title, Text: g.Text, Place: b.City().Territory.Address(u.Territory), About: id, By: g.Proposer,
			Lapses: g.Kind.Lapses(),
			Orders: []matter.Assignment{{Debtor: unit, Limit: b.City().LimitsAt(u.Territory).Time(g.Kind.Limit()), Content: g.Text}},
		}, nil)
		if err != nil {
			return err
		}
		g.Asked, g.Consult = append(g.Asked, unit), append(g.Consult, s.M.ID)
	}
	if len(units) == 0 {
		return nil
	}
	return engine.Change(b, "ask", id, func(kept *consult.Gate) error {
		kept.Asked, kept.Consult = g.Asked, g.Consult
		return nil
	})
}

// Ask names further units to ask.
type Ask struct {
	Units []string `json:"units" maxItems:"50"`
}

// Ask asks further units about a decision or plan. Faults: gate.decided,
// gate.asked_already, power.not_held.
func (d *Desk) Ask(ctx context.Context, cmd engine.Command, id ident.ID, in Ask) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "ask_gate", func(b *engine.Bundle) (ident.ID, error) {
		g, err := proposers(b, id)
		if err != nil {
			return 0, err
		}
		if err := g.Open(); err != nil {
			return 0, err
		}
		if len(in.Units) == 0 {
			return 0, fault.Field("units", "gate.nobody_to_ask", string(g.Kind.Power()))
		}
		return id, d.ask(b, id, in.Units)
	})
}

// proposers opens a gate to the unit that proposed it.
func proposers(b *engine.Bundle, id ident.ID) (*consult.Gate, error) {
	g, err := engine.Seen[consult.Gate](b, id)
	if err != nil {
		return nil, err
	}
	if access.Allow(b.Actor(), access.ProposeGate, access.Subject{Place: g.Place, Desk: g.Proposer, Units: []string{g.Proposer}}) == nil {
		return g, nil
	}
	if access.Allow(b.Actor(), access.ReadGate, access.Subject{Place: g.Place, Units: append([]string{g.Proposer}, g.Asked...)}) != nil {
		return nil, fault.New(fault.NotFound, "record.not_found")
	}
	return nil, fault.New(fault.Denied, "access.denied", string(access.ProposeGate))
}

// Finish lets a proposal take effect.
type Finish struct {
	Reasons string `json:"reasons,omitempty" doc:"Why an opinion is not followed"`
	Adopted bool   `json:"adopted,omitempty" doc:"The objections and conditions were taken over"`
}

// Finish lets a proposal take effect after everybody was asked and has
// answered, or their time is over. Against an opinion it needs reasons, is
// flagged, and the organisation department is told. Faults: those of
// Gate.Finish, gate.document_missing.
func (d *Desk) Finish(ctx context.Context, cmd engine.Command, id ident.ID, in Finish) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "finish_gate", func(b *engine.Bundle) (ident.ID, error) {
		g, err := proposers(b, id)
		if err != nil {
			return 0, err
		}
		owed, err := owedOpinions(b, g)
		if err != nil {
			return 0, err
		}
		orders, err := opinions(b, g)
		if err != nil {
			return 0, err
		}
		if g.Kind == consult.Document {
			if err := documented(b, id); err != nil {
				return 0, err
			}
		}
		if err := engine.Change(b, "finish", id, func(g *consult.Gate) error {
			return g.Finish(owed, orders, in.Reasons, in.Adopted, b.Today())
		}); err != nil {
			return 0, err
		}
		return id, told(b, id)
	})
}

// owedOpinions returns the units that must have been asked about the places of
// a decision or plan.
func owedOpinions(b *engine.Bundle, g *consult.Gate) ([]string, error) {
	var out []string
	for _, place := range g.Places {
		units, err := holders(b.Query(), b.City(), place, g.Kind.Power(), b.Today())
		if err != nil {
			return nil, err
		}
		out = append(out, units...)
	}
	return out, nil
}

// opinions returns the orders by which a gate asks.
func opinions(b *engine.Bundle, g *consult.Gate) ([]*order.Order, error) {
	var out []*order.Order
	for _, id := range g.Consult {
		s, err := b.Open(id)
		if err != nil {
			return nil, err
		}
		out = append(out, s.Orders...)
	}
	return out, nil
}

func documented(b *engine.Bundle, gate ident.ID) error {
	found, err := engine.Find[consult.Opinion](b.Query(), engine.Where{About: gate, Limit: 1})
	if err == nil && len(found) == 0 {
		err = fault.New(fault.Conflict, "gate.consult_pending", "CONSULT_PENDING", "")
	}
	return err
}

// told tells those who were asked what became of it, and the organisation
// department if an opinion was not followed.
func told(b *engine.Bundle, id ident.ID) error {
	g, err := engine.Peek[consult.Gate](b, id)
	if err != nil {
		return err
	}
	for _, unit := range g.Asked {
		code := "notice.gate_effective"
		if g.Status == consult.Against {
			code = "notice.gate_against"
		}
		if err := b.Tell(id, unit, code, g.Title, g.Reasons); err != nil {
			return err
		}
	}
	to := organiser(b.City(), g.Place.Leaf())
	if g.Status != consult.Against || to == "" {
		return nil
	}
	return b.Tell(id, to, "notice.gate_against", g.Title, g.Reasons)
}

// Drop gives a proposal up.
type Drop struct {
	Reason string `json:"reason"`
}

// Drop ends a proposal; nobody owes an opinion on it any more. Faults: gate.decided,
// text.missing.
func (d *Desk) Drop(ctx context.Context, cmd engine.Command, id ident.ID, in Drop) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "drop_gate", func(b *engine.Bundle) (ident.ID, error) {
		g, err := proposers(b, id)
		if err != nil {
			return 0, err
		}
		consults := g.Consult
		if err := engine.Change(b, "drop", id, func(g *consult.Gate) error { return g.Drop(in.Reason) }); err != nil {
			return 0, err
		}
		return id, giveUp(b, consults, in.Reason)
	})
}

// giveUp ends the matters by which something was asked or told that nobody has to
// do any more; what was answered stands.
func giveUp(b *engine.Bundle, tasks []ident.ID, reason string) error {
	for _, no := range tasks {
		s, err := b.Open(no)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(s.Orders, func(o *order.Order) bool { return o.Status.Owing() }) {
			continue
		}
		if _, err := b.Act(no, func(f *matter.File) error { return f.GiveUp(reason) }); err != nil {
			return err
		}
	}
	return nil
}

// GiveOpinion is the street's yearly opinion on a resident post, as signed.
type GiveOpinion struct {
	Grade string `json:"grade" enum:"EXCELLENT,COMPETENT,BASICALLY_COMPETENT,INCOMPETENT"`
	Text  string `json:"text"`
}

// GiveOpinion files the document and answers the order that asked for it. The
// document stands: nobody, and not the parent either, changes it. Faults:
// gate.not_a_document, gate.grade_unknown, record.key_taken, power.not_held.
func (d *Desk) GiveOpinion(ctx context.Context, cmd engine.Command, id ident.ID, in GiveOpinion) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "give_opinion", func(b *engine.Bundle) (ident.ID, error) {
		g, err := engine.Seen[consult.Gate](b, id)
		if err != nil {
			return 0, err
		}
		i := slices.Index(g.Asked, cmd.Actor.Unit)
		if i < 0 {
			return 0, fault.New(fault.NotFound, "record.not_found")
		}
		if err := access.Allow(cmd.Actor, access.GiveOpinion, access.Subject{Place: g.Place, Debtor: g.Asked[i], Units: g.Asked}); err != nil {
			return 0, err
		}
		if g.Kind != consult.Document {
			return 0, fault.New(fault.Conflict, "gate.not_a_document")
		}
		o := consult.Opinion{
			Gate: id, Grade: consult.Grade(in.Grade), Text: in.Text, Post: g.Post, Year: g.Year, Place: g.Place, Parent: g.Proposer,
			Unit: cmd.Actor.Unit, Signer: cmd.Actor.ID,
		}
		if err := o.Check(); err != nil {
			return 0, err
		}
		if err := has(b.Query(), b.City(), o.Unit, g.Kind.Power(), "", b.Today()); err != nil {
			return 0, err
		}
		if documented(b, id) == nil {
			return 0, fault.New(fault.Conflict, "gate.document_signed")
		}
		no, err := engine.Enter(b, "sign", &o)
		if err != nil {
			return 0, err
		}
		if err := respond(b, g.Consult[i], matter.Agreed, in.Text); fault.Code(err) != "opinion.none_owed" {
			return no, err
		}
		return no, nil // the street had answered in words before it signed
	})
}

// respond answers the order that the actor's unit owes in a matter, if it still
// does.
func respond(b *engine.Bundle, no ident.ID, result, text string) error {
	s, err := b.Open(no)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(s.Orders, func(o *order.Order) bool { return o.Debtor == b.Actor().Unit && o.Status.Owing() })
	if i < 0 {
		return fault.New(fault.Conflict, "opinion.none_owed")
	}
	_, err = b.Act(no, func(f *matter.File) error {
		return f.Respond(f.Orders[i], matter.Response{Text: text, Result: result})
	})
	return err
}

// Answer is an opinion that was asked for.
type Answer struct {
	Result string `json:"result" enum:"AGREE,DISAGREE,CONDITIONS"`
	Text   string `json:"text" doc:"Reasons, or conditions"`
}

// Answer gives the opinion that the actor's unit owes in a matter. Faults:
// opinion.none_owed, opinion.result_unknown, matter.not_found.
func (d *Desk) Answer(ctx context.Context, cmd engine.Command, no ident.ID, in Answer) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "opine", func(b *engine.Bundle) (ident.ID, error) {
		s, err := b.Open(no)
		if err != nil {
			return 0, err
		}
		s.By = cmd.Actor
		if access.Allow(cmd.Actor, access.ReadMatter, s.Subject(nil)) != nil {
			return 0, fault.New(fault.NotFound, "matter.not_found")
		}
		return no, respond(b, no, in.Result, in.Text)
	})
}
