package power

import (
	"context"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/call"
	"huying/internal/domain/consult"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// Link assigns a post to a street, a community or an enterprise.
type Link struct {
	Kind       string `json:"kind" maxLength:"32" doc:"LEADER, COMMISSIONER, ENTERPRISE"`
	Post       string `json:"post" maxLength:"80"`
	Place      string `json:"place" maxLength:"64" doc:"Street of a leader, community of a commissioner, town of an enterprise"`
	Enterprise string `json:"enterprise,omitempty" maxLength:"200"`
	From       int    `json:"from,omitempty" doc:"First day; empty: today"`
	To         int    `json:"to,omitempty" doc:"Last day; empty: open"`
}

// Link enters a liaison. Faults: post.unknown, place.unknown, and those of
// Liaison.Check, liaison.no_unit, liaison.exists.
func (d *Desk) Link(ctx context.Context, cmd engine.Command, in Link) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "link", func(b *engine.Bundle) (ident.ID, error) {
		city := b.City()
		p, ok := city.Org.Post(in.Post)
		if !ok {
			return 0, fault.Field("post", "post.unknown", in.Post)
		}
		l := consult.Liaison{
			Kind: consult.LiaisonKind(in.Kind), Post: in.Post, PostUnit: p.Unit, Enterprise: in.Enterprise, From: in.From, To: in.To,
			Place: city.Territory.Address(in.Place),
		}
		if l.Place.District == "" {
			return 0, fault.Field("place", "place.unknown", in.Place)
		}
		if l.From == 0 {
			l.From = b.Today()
		}
		if err := l.Check(); err != nil {
			return 0, err
		}
		if err := access.Allow(cmd.Actor, access.AssignLiaison, access.Subject{Place: l.Place}); err != nil {
			return 0, err
		}
		if l.Unit, ok = raiser(city, &l); !ok {
			return 0, fault.Field("place", "liaison.no_unit", in.Place)
		}
		if l.Unit == l.PostUnit && l.Kind == consult.LeaderLiaison {
			return 0, fault.Field("post", "liaison.own_unit")
		}
		if was, err := inForce(b.Query(), &l, b.Today()); err != nil || was != nil {
			if err == nil {
				err = fault.New(fault.Conflict, "liaison.exists", was.Post)
			}
			return 0, err
		}
		return engine.Enter(b, "link", &l)
	})
}

// raiser returns the unit whose liaison it is: the street's command centre, or
// the community's committee.
func raiser(city *pack.City, l *consult.Liaison) (string, bool) {
	if l.Kind == consult.Commissioner {
		return city.Org.At(l.Place.Community, "JW")
	}
	return city.Org.Centre(l.Place.Town)
}

// inForce finds the liaison of the same kind and object that holds on a day.
func inForce(q store.Querier, l *consult.Liaison, day int) (*consult.Liaison, error) {
	rows, err := engine.Find[consult.Liaison](q, engine.Where{Unit: l.Unit, Status: []string{string(l.Kind)}, On: day})
	for i := range rows {
		if rows[i].Fact.Enterprise == l.Enterprise {
			return &rows[i].Fact, err
		}
	}
	return nil, err
}

// Unlink ends a liaison.
type Unlink struct {
	Day int `json:"day,omitempty" doc:"Last day; empty: today"`
}

// Unlink ends a liaison on a day. Fault: record.not_found.
func (d *Desk) Unlink(ctx context.Context, cmd engine.Command, id ident.ID, in Unlink) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "unlink", func(b *engine.Bundle) (ident.ID, error) {
		l, err := engine.Peek[consult.Liaison](b, id)
		if err != nil {
			return 0, err
		}
		if access.Allow(cmd.Actor, access.AssignLiaison, access.Subject{Place: l.Place}) != nil {
			return 0, fault.New(fault.NotFound, "record.not_found")
		}
		day := in.Day
		if day == 0 {
			day = b.Today()
		}
		return id, engine.Change(b, "end", id, func(l *consult.Liaison) error {
			l.To = day
			return l.Check()
		})
	})
}

// Raise is an important item that a street or community raises.
type Raise struct {
	Title string `json:"title" maxLength:"200"`
	Text  string `json:"text,omitempty"`
}

// Raise makes the item an order: of the leader's office to the street, of the
// street to the community's commissioner. It is judged by who raised it, and
// comes on the agenda of the joint meeting by itself when nobody answers
// (LN-08, BJ-16). Faults: record.not_found, liaison.over.
func (d *Desk) Raise(ctx context.Context, cmd engine.Command, id ident.ID, in Raise) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "raise_item", func(b *engine.Bundle) (ident.ID, error) {
		l, err := engine.Peek[consult.Liaison](b, id)
		if err != nil {
			return 0, err
		}
		subject := access.Subject{Place: l.Place, Units: []string{cmd.Actor.Unit}}
		if !l.MayRaise(cmd.Actor.Unit, cmd.Actor.ID) || access.Allow(cmd.Actor, access.RaiseItem, subject) != nil {
			return 0, fault.New(fault.NotFound, "record.not_found")
		}
		debtor, post := l.PostUnit, l.Post
		if l.Kind == consult.Commissioner {
			debtor, _ = b.City().Org.Centre(l.Place.Town)
			post = ""
		}
		if !l.Line().In(b.Today()) {
			return 0, fault.New(fault.Conflict, "liaison.over", l.To)
		}
		s, err := b.Assign(matter.Assigned{
			Kind: matter.LiaisonItem, Title: in.Title, Text: in.Text, Place: l.Place, About: id, By: l.Unit,
			Orders: []matter.Assignment{{Debtor: debtor, Post: post, Limit: b.City().LimitsAt(l.Place.Leaf()).Time(l.Kind.Limit()), Content: in.Title}},
		}, nil)
		if err != nil {
			return 0, err
		}
		return s.M.ID, nil
	})
}

// EnterpriseCall is a call of an enterprise, taken by a desk or the hotline.
type EnterpriseCall struct {
	Enterprise string `json:"enterprise" maxLength:"200"`
	Place      string `json:"place" maxLength:"64"`
	Text       string `json:"text"`
	Name       string `json:"name,omitempty" maxLength:"60" doc:"Who called; sealed"`
	Phone      string `json:"phone,omitempty" maxLength:"40" doc:"Sealed"`
}

// EnterpriseCall hands the call to the enterprise's special liaison, whose post
// is meant by name and has an hour. If nobody is assigned, or the post is
// vacant, it is a call like any other and waits at the desk (YT-03).
func (d *Desk) EnterpriseCall(ctx context.Context, cmd engine.Command, in EnterpriseCall) (ident.ID, error) {
	form := call.Form{
		Source: "ENTERPRISE", Kind: string(matter.Help), Text: in.Text, Place: in.Place, Name: in.Name, Phone: in.Phone, CallerKind: call.Enterprise,
		Where: in.Enterprise,
	}
	c, err := form.Call(d.e.City())
	if err != nil {
		return 0, err
	}
	contact := &engine.Contact{Name: in.Name, Phone: in.Phone}
	if !form.HasContact() {
		contact = nil
	}
	return d.e.Together(ctx, cmd, "enterprise_call", func(b *engine.Bundle) (ident.ID, error) {
		if err := access.Allow(cmd.Actor, access.RaiseCall, access.Subject{Place: c.Place}); err != nil {
			return 0, err
		}
		l := consult.Liaison{Kind: consult.Special, Enterprise: in.Enterprise, Place: c.Place}
		l.Unit, _ = raiser(b.City(), &l)
		held, err := inForce(b.Query(), &l, b.Today())
		if err != nil {
			return 0, err
		}
		if held == nil || vacant(b.City().Org, held) {
			s, err := b.Receive(engine.Intake{Call: c, Contact: contact})
			if err != nil {
				return 0, err
			}
			return s.M.ID, nil
		}
		s, err := b.Assign(matter.Assigned{
			Kind: matter.LiaisonItem, Title: in.Enterprise, Text: in.Text, Place: c.Place, By: l.Unit, Caller: c.Caller,
			Orders: []matter.Assignment{{Debtor: held.PostUnit, Post: held.Post, Limit: b.City().LimitsAt(c.Place.Leaf()).Time(l.Kind.Limit()), Content: in.Text}},
		}, contact)
		if err != nil {
			return 0, err
		}
		return s.M.ID, nil
	})
}

// vacant reports whether nobody sits on the post of a liaison, or it is the
// desk's own, which could not order itself.
func vacant(g *org.Graph, l *consult.Liaison) bool {
	p, ok := g.Post(l.Post)
	return !ok || p.Holder == "" || l.PostUnit == l.Unit
}

// Liaisons lists those an actor may see, newest first, with the items raised.
func (d *Desk) Liaisons(ctx context.Context, actor access.Actor, day int, before ident.ID, limit int) ([]State[consult.Liaison], error) {
	return states[consult.Liaison](ctx, d, engine.Where{On: day, Before: before, Limit: limit, May: &actor, Action: access.ReadLiaison})
}

// Item is one item of the next joint meeting.
type Item struct {
	Liaison consult.Liaison
	Matter  ident.ID
	Order   *order.Order
}

// Agenda is what the next joint meeting has to look at: every item that nobody
// answered in time. Nobody puts them there, and nobody can take one off but by
// answering it.
func (d *Desk) Agenda(ctx context.Context, actor access.Actor, now time.Time) ([]Item, error) {
	var out []Item
	err := d.e.DB().Read(ctx, func(v *store.View) error {
		out = nil
		rows, err := engine.Find[consult.Liaison](v, engine.Where{May: &actor, Action: access.ReadLiaison})
		if err != nil {
			return err
		}
		for _, r := range rows {
			tasks, err := d.e.Served(v, r.ID)
			if err != nil {
				return err
			}
			for _, s := range tasks {
				if unanswered(s.Orders, now) {
					out = append(out, Item{r.Fact, s.M.ID, s.Orders[0]})
				}
			}
		}
		return nil
	})
	return out, err
}
