package whistle

import (
	"slices"

	"huying/internal/desk/whistle"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/domain/org"
	"huying/internal/domain/territory"
	"huying/internal/web/frame"
	"huying/internal/web/part"
)

// own is a street's own call with the whistle about it, to be filled in.
type own struct {
	kinds  []matter.WhistleKind
	places []part.Option
	units  []onDuty
}

// raising shows the form by which a street calls departments to something that
// nobody called in.
func (p pages) raising(r *frame.Request) error {
	return r.Page(r.T("whistle.raise"), "whistles", raisePage(r.View, ownOf(r)))
}

func ownOf(r *frame.Request) own {
	x := own{kinds: []matter.WhistleKind{matter.EmergencyWhistle, matter.EnforcementWhistle, matter.KeyWorkWhistle}}
	u, ok := r.City.Org.Unit(r.Actor.Unit)
	if !ok {
		return x
	}
	at := r.City.Territory.Address(u.Territory)
	if u.Level == org.Community {
		x.kinds = []matter.WhistleKind{matter.CommunityWhistle}
	}
	x.places = append(x.places, part.Option{Value: u.Territory, Name: r.Place(u.Territory)})
	for _, c := range r.City.Territory.Children(u.Territory) {
		if c.Kind.Rank() >= territory.Community.Rank() {
			x.places = append(x.places, part.Option{Value: c.Code, Name: r.Place(c.Code)})
		}
	}
	if centre, ok := r.City.Org.Centre(at.Town); ok {
		x.units = slices.DeleteFunc(roster(r, centre), func(d onDuty) bool { return d.unit == centre || d.unit == r.Actor.Unit })
	}
	return x
}

// raise keeps the call and blows the whistle. The first that was ticked leads.
func (p pages) raise(r *frame.Request) error {
	in := whistle.Raise{
		Blow: whistle.Blow{Kind: r.Text("kind"), Why: r.Text("why")}, Text: r.Text("text"), Where: r.Text("where"), Places: r.Texts("place"),
	}
	if in.Kind == string(matter.EmergencyWhistle) {
		in.Urgency = "EMERGENCY"
	}
	due := r.Time("due")
	for i, code := range r.Texts("department") {
		c := whistle.Called{Unit: code, Role: string(order.Co)}
		if i == 0 {
			c.Role = string(order.Lead)
		}
		if in.Kind == string(matter.KeyWorkWhistle) {
			c.Due = due
		}
		in.Departments = append(in.Departments, c)
	}
	if err := r.Wrong(); err != nil {
		return err
	}
	if _, err := p.Whistle.Raise(r.Ctx, r.Command(), in); err != nil {
		return err
	}
	r.Says("whistle.said_blown", len(in.Departments))
	return r.Go("/whistles")
}
