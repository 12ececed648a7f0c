package programme

import (
	"context"
	"strings"

	"huying/internal/domain/access"
	"huying/internal/domain/matter"
	"huying/internal/domain/programme"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// NewMeeting is a meeting that was held.
type NewMeeting struct {
	Kind        string   `json:"kind" enum:"ALLIANCE,COMMITTEE,BODY,ORGAN"`
	Day         string   `json:"day" maxLength:"10"`
	Agenda      []string `json:"agenda"`
	Members     []string `json:"members,omitempty" doc:"Units that take part"`
	PartTime    []string `json:"part_time,omitempty" doc:"Units that take part for what concerns them"`
	Present     int      `json:"present,omitempty" doc:"How many of those entitled to vote came"`
	Minutes     string   `json:"minutes"`
	Resolutions []Duty   `json:"resolutions,omitempty" doc:"Each becomes a measure of its owner"`
}

// KeepMeeting keeps a meeting of the actor's body; each resolution becomes a
// measure on its owner's list (GZ-12, LN-09). Faults: those of the meeting and
// of the resolutions, resolution.not_a_member.
func (d *Desk) KeepMeeting(ctx context.Context, cmd engine.Command, in NewMeeting) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "keep_meeting", func(b *engine.Bundle) (ident.ID, error) {
		u, place, err := body(b)
		if err != nil {
			return 0, err
		}
		m := programme.Meeting{
			Agenda: nonEmpty(in.Agenda), Body: u.Code, Day: day(in.Day), District: place.District, Kind: programme.MeetingKind(in.Kind),
			Minutes: in.Minutes, Present: in.Present, Town: place.Town,
		}
		for _, x := range in.Members {
			m.Members = append(m.Members, programme.Member{Unit: x})
		}
		for _, x := range in.PartTime {
			m.Members = append(m.Members, programme.Member{Unit: x, PartTime: true})
		}
		if len(in.Resolutions) > 0 {
			m.Resolutions = duties(b.City(), in.Resolutions)
		}
		var wrong fault.List
		wrong.Add(m.Check(b.Today(), known(b)))
		wrong.Add(matter.Words("minutes", in.Minutes, true))
		if err := wrong.Err(); err != nil {
			return 0, err
		}
		id, err := engine.Enter(b, "hold", &m)
		if err != nil {
			return 0, err
		}
		return id, assign(b, purpose{name: "resolutions", kind: matter.Measure, about: id, place: place}, m.Resolutions)
	})
}

func nonEmpty(list []string) (out []string) {
	for _, s := range list {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// Meetings lists the meetings the actor may read, the newest first.
func (d *Desk) Meetings(ctx context.Context, actor access.Actor, w Where) ([]Noted[programme.Meeting], error) {
	return list[programme.Meeting](ctx, d, actor, w)
}

// Meeting returns a meeting.
func (d *Desk) Meeting(ctx context.Context, actor access.Actor, id ident.ID) (*Noted[programme.Meeting], error) {
	return read[programme.Meeting](ctx, d, actor, id)
}

// NewOffer is a need or a resource of a unit.
type NewOffer struct {
	Kind    string `json:"kind" enum:"NEED,RESOURCE"`
	Topic   string `json:"topic" maxLength:"100"`
	Text    string `json:"text"`
	Consent bool   `json:"consent,omitempty" doc:"Of a resource: others may see it"`
}

// PostOffer puts a need or a resource of the actor's own unit on the lists of
// its area (BJ-20).
func (d *Desk) PostOffer(ctx context.Context, cmd engine.Command, in NewOffer) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "post_offer", func(b *engine.Bundle) (ident.ID, error) {
		a := b.Actor()
		if err := access.Allow(a, access.PostOffer, access.Subject{Units: []string{a.Unit}}); err != nil {
			return 0, err
		}
		var wrong fault.List
		wrong.Add(matter.Words("topic", in.Topic, true))
		wrong.Add(matter.Words("text", in.Text, true))
		if in.Kind != string(programme.Need) && in.Kind != string(programme.Resource) {
			wrong.Add(fault.Field("kind", "offer.kind_unknown", in.Kind))
		}
		if err := wrong.Err(); err != nil {
			return 0, err
		}
		place := unitPlace(b, a.Unit)
		o := programme.Offer{
			Community: place.Community, Consent: in.Consent && in.Kind == string(programme.Resource), Day: b.Today(), District: place.District,
			Kind: programme.OfferKind(in.Kind), Status: programme.Offered, Text: in.Text, Topic: in.Topic, Town: place.Town, Unit: a.Unit,
		}
		return engine.Enter(b, "post", &o)
	})
}

func unitPlace(b *engine.Bundle, code string) territory.Address {
	u, ok := b.City().Org.Unit(code)
	if !ok {
		return territory.Address{}
	}
	return b.City().Territory.Address(u.Territory)
}

// Consent says whether others may see a resource.
type Consent struct {
	Consent bool `json:"consent"`
}

// ConsentOffer gives or takes back the consent to a unit's own resource.
func (d *Desk) ConsentOffer(ctx context.Context, cmd engine.Command, id ident.ID, in Consent) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "consent_offer", func(b *engine.Bundle) (ident.ID, error) {
		return id, engine.Change(b, "consent", id, func(o *programme.Offer) error {
			if err := access.Allow(b.Actor(), access.PostOffer, access.Subject{Units: []string{o.Unit}}); err != nil {
				if !o.Visible() || b.Actor().At.District != o.District {
					return fault.New(fault.NotFound, "record.not_found")
				}
				return err
			}
			if o.Status == programme.Matched {
				return fault.New(fault.Conflict, "offer.taken")
			}
			o.Consent = in.Consent
			return nil
		})
	})
}

// Offers lists the needs and resources of the actor's area: those of its own
// unit, and of others what they consent to show.
func (d *Desk) Offers(ctx context.Context, actor access.Actor, before ident.ID, limit int) ([]Noted[programme.Offer], error) {
	if limit < 1 || limit > MostRows {
		return nil, fault.Field("limit", "page.size", limit, MostRows)
	}
	if !access.Could(actor, access.ReadProgrammes) {
		return nil, fault.New(fault.Denied, "access.denied", string(access.ReadProgrammes))
	}
	var out []Noted[programme.Offer]
	err := d.e.DB().Read(ctx, func(v *store.View) error {
		out = out[:0]
		for next := before; len(out) < limit; {
			rows, err := engine.Find[programme.Offer](v, engine.Where{District: actor.At.District, Town: actor.At.Town, Before: next, Limit: MostRows})
			if err != nil {
				return err
			}
			for _, r := range rows {
				if next = r.ID; len(out) < limit && (r.Fact.Visible() || r.Fact.Unit == actor.Unit) {
					out = append(out, r)
				}
			}
			if len(rows) < MostRows {
				return nil
			}
		}
		return nil
	})
	return out, err
}

// NewMatch brings a need and a resource together.
type NewMatch struct {
	Need     string `json:"need" maxLength:"40"`
	Resource string `json:"resource" maxLength:"40"`
	Title    string `json:"title" maxLength:"200"`
}

// MatchOffers makes a project of a need and a resource whose owner consents
// (BJ-20), both in the area of the actor's body. Faults: record.not_found,
// offer.no_consent and those of programme.Match.
func (d *Desk) MatchOffers(ctx context.Context, cmd engine.Command, in NewMatch) (ident.ID, error) {
	need, err := ident.ParseNumber(in.Need)
	if err != nil {
		return 0, err
	}
	resource, err := ident.ParseNumber(in.Resource)
	if err != nil {
		return 0, err
	}
	return d.e.Together(ctx, cmd, "match_offers", func(b *engine.Bundle) (ident.ID, error) {
		u, place, err := body(b)
		if err != nil {
			return 0, err
		}
		if err := matter.Words("title", in.Title, true); err != nil {
			return 0, err
		}
		p := programme.Project{
			Body: u.Code, Count: 1, District: place.District, Kind: "MATCH", Need: need, Resource: resource, Title: in.Title, Town: place.Town,
			Stages: []programme.Stage{{Day: b.Today(), Stage: programme.Early}},
		}
		elsewhere := func(o *programme.Offer) bool {
			return place.District != "" && o.District != place.District || place.Town != "" && o.Town != place.Town
		}
		err = engine.Change(b, "match", need, func(n *programme.Offer) error {
			if elsewhere(n) {
				return fault.New(fault.NotFound, "record.not_found").In("need")
			}
			return engine.Change(b, "match", resource, func(r *programme.Offer) error {
				if elsewhere(r) {
					return fault.New(fault.NotFound, "record.not_found").In("resource")
				}
				if !r.Visible() && r.Unit != u.Code {
					return fault.New(fault.Denied, "offer.no_consent").In("resource")
				}
				p.Owner = r.Unit
				return programme.Match(n, r)
			})
		})
		if err != nil {
			return 0, err
		}
		id, err := engine.Enter(b, "begin", &p)
		if err != nil {
			return 0, err
		}
		return id, b.Tell(id, p.Owner, "notice.matched", in.Title)
	})
}
