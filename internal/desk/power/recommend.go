package power

import (
	"context"

	"huying/internal/domain/access"
	"huying/internal/domain/consult"
	"huying/internal/domain/matter"
	"huying/internal/domain/org"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
)

// Recommend is what a street recommends on a post, or suggests on a decision.
type Recommend struct {
	Kind     string `json:"kind" maxLength:"32" doc:"APPOINT, ADJUST, REWARD, PUNISH, SUGGESTION, PROJECT"`
	Post     string `json:"post,omitempty" maxLength:"80" doc:"Post of a stationed agency; never a name"`
	Receiver string `json:"receiver,omitempty" maxLength:"64" doc:"Unit that must answer; for a post the department that leads its agency"`
	Title    string `json:"title" maxLength:"200"`
	Text     string `json:"text"`
}

// Recommend files a recommendation and gives its receiver the time to answer.
// Faults: those of Recommendation.Check, gate.not_stationed, unit.unknown,
// power.not_held.
func (d *Desk) Recommend(ctx context.Context, cmd engine.Command, in Recommend) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "recommend", func(b *engine.Bundle) (ident.ID, error) {
		if err := access.Allow(cmd.Actor, access.Recommend, own(cmd.Actor)); err != nil {
			return 0, err
		}
		r := consult.Recommendation{
			Kind: consult.RecommendationKind(in.Kind), Post: in.Post, Receiver: in.Receiver, Title: in.Title, Text: in.Text,
			Unit: cmd.Actor.Unit, Place: cmd.Actor.At,
		}
		if err := r.Check(); err != nil {
			return 0, err
		}
		if err := has(b.Query(), b.City(), r.Unit, r.Kind.Power(), "", b.Today()); err != nil {
			return 0, err
		}
		if r.Kind.Personnel() {
			if err := receiver(b, &r); err != nil {
				return 0, err
			}
		}
		u, ok := b.City().Org.Unit(r.Receiver)
		if !ok {
			return 0, fault.Field("receiver", "unit.unknown", r.Receiver)
		}
		if u.Level.Rank() < org.District.Rank() {
			return 0, fault.Field("receiver", "recommendation.upwards_only", u.Name)
		}
		id, err := engine.Enter(b, "recommend", &r)
		if err != nil {
			return 0, err
		}
		s, err := b.Assign(matter.Assigned{
			Kind: r.Kind.Task(), Title: r.Title, Text: r.Text, Place: r.Place, About: id,
			Orders: []matter.Assignment{{Debtor: r.Receiver, Limit: b.City().LimitsAt(r.Place.Leaf()).Time(r.Kind.Limit()), Content: r.Text}},
		}, nil)
		if err != nil {
			return 0, err
		}
		return id, engine.Change(b, "send", id, func(r *consult.Recommendation) error {
			r.Matter = s.M.ID
			return nil
		})
	})
}

// receiver finds the department that leads the agency of the post, which must
// be stationed in the street.
func receiver(b *engine.Bundle, r *consult.Recommendation) error {
	g := b.City().Org
	p, ok := g.Post(r.Post)
	if !ok {
		return fault.Field("post", "post.unknown", r.Post)
	}
	if !g.StationedIn(p.Unit, r.Unit) {
		return fault.Field("post", "gate.not_stationed", r.Post)
	}
	r.Receiver, _ = g.Parent(p.Unit)
	return nil
}

// Recommendations lists those an actor may see, newest first, with the answers.
func (d *Desk) Recommendations(ctx context.Context, actor access.Actor, before ident.ID, limit int) ([]State[consult.Recommendation], error) {
	return states[consult.Recommendation](ctx, d, engine.Where{Before: before, Limit: limit, May: &actor, Action: access.ReadGate})
}
