package whistle

import (
	"huying/internal/desk/whistle"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/ident"
	"huying/internal/web/frame"
	"huying/internal/web/part"
)

// compose shows a whistle that has only to be blown.
func (p pages) compose(r *frame.Request) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	x, err := p.Whistle.Propose(r.Ctx, r.Actor, no, r.Now)
	if err != nil {
		return err
	}
	return r.Page(r.T("whistle.compose"), "whistles", composePage(r.View, x))
}

// blow blows it. Who leads is the one chosen, else the first that was ticked.
func (p pages) blow(r *frame.Request) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	in := whistle.Blow{Kind: r.Text("kind"), Why: r.Text("why")}
	due, lead, content := r.Time("due"), r.Text("lead"), r.Text("content")
	s, err := p.Engine.Read(r.Ctx, r.Actor, no)
	if err != nil {
		return err
	}
	led := s.Lead() != nil // who leads already goes on leading
	ticked := r.Texts("department")
	for _, code := range ticked {
		c := whistle.Called{Unit: code, Content: content, Role: string(order.Co)}
		if in.Kind == string(matter.KeyWorkWhistle) {
			c.Due = due
		}
		if code == lead && !led {
			c.Role = string(order.Lead)
		}
		in.Departments = append(in.Departments, c)
	}
	for _, c := range in.Departments {
		led = led || c.Role == string(order.Lead)
	}
	if !led && len(in.Departments) > 0 {
		in.Departments[0].Role = string(order.Lead)
	}
	if err := r.Wrong(); err != nil {
		return err
	}
	if _, err := p.Whistle.Blow(r.Ctx, r.Command(), ident.ID(no), in); err != nil {
		return err
	}
	r.Says("whistle.said_blown", len(in.Departments))
	return r.Go("/whistles")
}

// kinds are the kinds that the reader's unit may blow.
func kinds(v *part.View, x *whistle.Proposal) []part.Option {
	all := []matter.WhistleKind{matter.EnforcementWhistle, matter.KeyWorkWhistle, matter.EmergencyWhistle}
	if x.Kind == matter.CommunityWhistle {
		all = []matter.WhistleKind{matter.CommunityWhistle}
	}
	return kindOptions(v, all)
}

func kindOptions(v *part.View, all []matter.WhistleKind) []part.Option {
	var out []part.Option
	for _, k := range all {
		out = append(out, part.Option{Value: string(k), Name: v.Word("matter.whistle_kind", string(k))})
	}
	return out
}

// because is why it cannot be solved alone, as it is proposed to be said.
func because(v *part.View, x *whistle.Proposal) string {
	if x.State.M.Category == "" {
		return v.T("whistle.because_plain")
	}
	if x.Kind == matter.EmergencyWhistle {
		return v.T("whistle.because_emergency", v.Category(x.State.M.Category))
	}
	return v.T("whistle.because", v.Category(x.State.M.Category))
}

// first is the department that leads unless the reader says otherwise.
func first(x *whistle.Proposal) string {
	for _, d := range x.Departments {
		if d.On {
			return d.Unit
		}
	}
	return ""
}
