package owed

import (
	"strconv"
	"strings"

	"huying/internal/desk/dispatch"
	"huying/internal/desk/supervision"
	"huying/internal/desk/whistle"
	"huying/internal/domain/access"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/web/frame"
	"huying/internal/web/part"
)

// act reads the number in the path, lets do read the form and act, and shows
// the order as it is then.
func (p pages) act(r *frame.Request, says part.Key, do func(no ident.ID) (*engine.State, error)) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	s, err := do(no)
	if err != nil {
		return err
	}
	return p.answered(r, s, no, says)
}

func (p pages) sign(r *frame.Request) error {
	return p.act(r, part.Key("owed.said_signed"), func(no ident.ID) (*engine.State, error) {
		return p.Dispatch.Sign(r.Ctx, r.Command(), no, struct{}{})
	})
}

func (p pages) work(r *frame.Request) error {
	return p.act(r, part.Key("owed.said_begun"), func(no ident.ID) (*engine.State, error) {
		return p.Dispatch.Work(r.Ctx, r.Command(), no, struct{}{})
	})
}

// arrive is the unit's word that it is there; who called it says so too.
func (p pages) arrive(r *frame.Request) error {
	return p.act(r, part.Key("owed.said_arrived"), func(no ident.ID) (*engine.State, error) {
		return p.Whistle.Arrive(r.Ctx, r.Command(), no, whistle.Empty{})
	})
}

// askWhistle asks the street to blow about the matter of the order.
func (p pages) askWhistle(r *frame.Request) error {
	return p.act(r, part.Key("owed.said_whistle_asked"), func(no ident.ID) (*engine.State, error) {
		s, _, err := p.Dispatch.Order(r.Ctx, r.Actor, no)
		if err != nil {
			return nil, err
		}
		return p.Whistle.Ask(r.Ctx, r.Command(), s.M.ID, whistle.Reason{Reason: r.Text("reason")})
	})
}

// appraise is the unit's word on the whistle, when it has ended.
func (p pages) appraise(r *frame.Request) error {
	return p.act(r, part.Key("owed.said_appraised"), func(no ident.ID) (*engine.State, error) {
		in := whistle.Appraisal{Needed: r.Bool("needed"), Clear: r.Bool("clear"), Scope: r.Bool("scope"), Note: r.Text("note")}
		if err := r.Wrong(); err != nil {
			return nil, err
		}
		return p.Whistle.Appraise(r.Ctx, r.Command(), no, in)
	})
}

func (p pages) object(r *frame.Request) error {
	return p.act(r, part.Key("owed.said_objected"), func(no ident.ID) (*engine.State, error) {
		s, _, err := p.Dispatch.Order(r.Ctx, r.Actor, no)
		if err != nil {
			return nil, err
		}
		in := dispatch.Object{Reason: r.Text("reason"), Basis: r.Text("basis"), Names: unitNamed(r, s, "names")}
		if err := r.Wrong(); err != nil {
			return nil, err
		}
		return p.Dispatch.Object(r.Ctx, r.Command(), no, in)
	})
}

// unitNamed returns the unit whose name or code stands in a field.
func unitNamed(r *frame.Request, s *engine.State, field string) string {
	name := r.Text(field)
	if _, known := r.City.Org.Unit(name); name == "" || known {
		return name
	}
	for _, code := range near(r.View, &Sheet{S: s}) {
		if r.Unit(code) == name {
			return code
		}
	}
	r.Fault(fault.Field(field, "unit.unknown", name))
	return ""
}

// near are the units that serve the places of a matter, from the community up
// to the city.
func near(v *part.View, x *Sheet) []string {
	var out []string
	a := x.S.M.Place
	for _, place := range []string{a.Community, a.Town, a.District, v.City.Root} {
		if place == "" {
			continue
		}
		for _, code := range v.City.Org.Serving(place) {
			if code != v.Actor.Unit {
				out = append(out, code)
			}
		}
	}
	return out
}

// limitOf is the extension that a form asks for, as a limit.
func limitOf(amount, unit string) string { return strings.TrimSpace(amount + " " + unit) }

func (p pages) until(r *frame.Request) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	due, err := p.Dispatch.Extended(r.Ctx, r.Actor, no, limitOf(r.Text("amount"), r.Text("unit")))
	if fault.Of(err) == fault.NotFound {
		return err
	}
	if err != nil {
		return r.Part(untilShown(r.View, due.At, r.Lang.Error(r.Faults(err)[0])))
	}
	return r.Part(untilShown(r.View, due.At, ""))
}

func (p pages) extend(r *frame.Request) error {
	return p.act(r, part.Key("owed.said_asked"), func(no ident.ID) (*engine.State, error) {
		in := dispatch.AskExtension{Limit: limitOf(r.Text("amount"), r.Text("unit")), Reason: r.Text("why")}
		if err := r.Wrong(); err != nil {
			return nil, err
		}
		s, err := p.Dispatch.AskExtension(r.Ctx, r.Command(), no, in)
		return s, renamed(err, map[string]string{"reason": "why", "limit": "amount"})
	})
}

// renamed puts faults at the fields they have on the page.
func renamed(err error, fields map[string]string) error {
	if err == nil {
		return nil
	}
	all := fault.All(err)
	if all[0].Kind == fault.Internal {
		return err
	}
	var out fault.List
	for _, e := range all {
		if to := fields[e.Field]; to != "" {
			e = e.In(to)
		}
		out.Add(e)
	}
	return out.Err()
}

func (p pages) contact(r *frame.Request) error {
	return p.act(r, part.Key("owed.said_contact"), func(no ident.ID) (*engine.State, error) {
		in := dispatch.Contact{Channel: r.Text("channel"), Reached: r.Bool("reached")}
		if err := r.Wrong(); err != nil {
			return nil, err
		}
		s, o, err := p.Dispatch.Order(r.Ctx, r.Actor, no)
		if err != nil {
			return nil, err
		}
		if err := access.Allow(r.Actor, access.AnswerOrder, s.Subject(o)); err != nil {
			return nil, err
		}
		return p.Dispatch.Contact(r.Ctx, r.Command(), s.M.ID, in)
	})
}

// caller shows how the caller can be reached, for a purpose that is logged
// with it.
func (p pages) caller(r *frame.Request) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	purpose := r.Text("purpose")
	if err := r.Wrong(); err != nil {
		return err
	}
	s, o, err := p.Dispatch.Order(r.Ctx, r.Actor, no)
	if err != nil {
		return err
	}
	if err := access.Allow(r.Actor, access.ReadCaller, s.Subject(o)); err != nil {
		return err
	}
	if purpose != "" {
		purpose = r.Word("purpose", purpose)
	}
	c, err := p.Engine.ReadContact(r.Ctx, r.Command(), s.M.ID, purpose)
	if err != nil {
		return err
	}
	return r.Part(contactShown(r.View, c))
}

func (p pages) appeal(r *frame.Request) error {
	return p.act(r, part.Key("owed.said_appealed"), func(no ident.ID) (*engine.State, error) {
		in := supervision.AppealCard{Colour: r.Text("colour"), Reason: r.Text("reason")}
		if err := r.Wrong(); err != nil {
			return nil, err
		}
		return p.Supervision.AppealCard(r.Ctx, r.Command(), no, in)
	})
}

func (p pages) check(r *frame.Request) error {
	return p.act(r, part.Key("owed.said_checked"), func(no ident.ID) (*engine.State, error) {
		result := r.Text("result")
		if result != "PASS" && result != "FAIL" {
			r.Fault(fault.Field("result", "check.result_missing"))
		}
		in := supervision.Check{Pass: result == "PASS", Note: r.Text("note")}
		if err := r.Wrong(); err != nil {
			return nil, err
		}
		return p.Supervision.Check(r.Ctx, r.Command(), no, in)
	})
}

func channels(v *part.View) []part.Option {
	return []part.Option{{Value: "PHONE", Name: v.Word("channel", "PHONE")}, {Value: "VISIT", Name: v.Word("channel", "VISIT")}, {Value: "SMS", Name: v.Word("channel", "SMS")}}
}

// purposes are for what a handler may need to reach a caller.
func purposes(v *part.View) []part.Option {
	return []part.Option{{Value: "PLACE", Name: v.Word("purpose", "PLACE")}, {Value: "VISIT", Name: v.Word("purpose", "VISIT")}, {Value: "RESULT", Name: v.Word("purpose", "RESULT")}}
}

// dial is a telephone number as a telephone takes it.
func dial(phone string) string {
	return strings.Map(func(c rune) rune {
		if c >= '0' && c <= '9' || c == '+' {
			return c
		}
		return -1
	}, phone)
}

func mostBytes() string { return strconv.Itoa(part.UploadMost) }
