package programme

import (
	"context"

	"huying/internal/domain/access"
	"huying/internal/domain/matter"
	"huying/internal/domain/pack"
	"huying/internal/domain/programme"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
)

// NewDecision is a proposal for a major decision (三重一大).
type NewDecision struct {
	Kind     string `json:"kind" enum:"MAJOR,APPOINTMENT,PROJECT,FUNDS"`
	Title    string `json:"title" maxLength:"200"`
	Proposal string `json:"proposal"`
	Amount   int64  `json:"amount,omitempty" minimum:"0" doc:"Fen, for large funds"`
	Seats    int    `json:"seats" doc:"Seats of the organ that are entitled to vote"`
	Measures []Duty `json:"measures,omitempty" doc:"What follows if it is adopted"`
}

// Propose enters a proposal in the register of major decisions (YT-02).
func (d *Desk) Propose(ctx context.Context, cmd engine.Command, in NewDecision) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "propose", func(b *engine.Bundle) (ident.ID, error) {
		u, place, err := body(b)
		if err != nil {
			return 0, err
		}
		x := programme.Decision{
			Amount: in.Amount, Body: u.Code, Day: b.Today(), District: place.District, Kind: programme.DecisionKind(in.Kind), Proposal: in.Proposal,
			Seats: in.Seats, Status: programme.Proposed, Title: in.Title, Town: place.Town,
		}
		if len(in.Measures) > 0 {
			x.Measures = duties(b.City(), in.Measures)
		}
		var wrong fault.List
		wrong.Add(x.Check())
		wrong.Add(matter.Words("proposal", in.Proposal, false))
		if len(x.Measures) > 0 {
			wrong.Add(programme.Check("measures", x.Measures, b.Today(), known(b)))
		}
		if err := wrong.Err(); err != nil {
			return 0, err
		}
		return engine.Enter(b, "propose", &x)
	})
}

// NewOpinion is what a seat of the organ says before the vote.
type NewOpinion struct {
	Seat   string `json:"seat" maxLength:"60" doc:"Office in the organ, not a person"`
	Stance string `json:"stance" enum:"AGREE,DISAGREE,ABSTAIN"`
	Text   string `json:"text,omitempty"`
}

// RecordOpinion records what a seat said. Faults: those of Decision.Say.
func (d *Desk) RecordOpinion(ctx context.Context, cmd engine.Command, id ident.ID, in NewOpinion) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "record_opinion", func(b *engine.Bundle) (ident.ID, error) {
		return id, engine.Change(b, "opine", id, func(x *programme.Decision) error {
			if err := own(b, x.Body); err != nil {
				return err
			}
			if err := matter.Words("text", in.Text, false); err != nil {
				return err
			}
			return x.Say(programme.Opinion{Seat: in.Seat, Stance: in.Stance, Text: in.Text})
		})
	})
}

// Deciding names the meeting at which it was decided.
type Deciding struct {
	Meeting string `json:"meeting,omitempty" maxLength:"40" doc:"Number of the meeting of the organ"`
}

// Decide takes the decision by the recorded votes, at a meeting that had its
// quorum; what follows is assigned if it is adopted. Faults:
// decision.no_meeting, decision.no_quorum, decision.opinions_missing and
// others of Decision.Decide.
func (d *Desk) Decide(ctx context.Context, cmd engine.Command, id ident.ID, in Deciding) (ident.ID, error) {
	var at ident.ID
	if in.Meeting != "" {
		var err error
		if at, err = ident.ParseNumber(in.Meeting); err != nil {
			return 0, err
		}
	}
	return d.e.Together(ctx, cmd, "decide", func(b *engine.Bundle) (ident.ID, error) {
		var met *programme.Meeting
		if at != 0 {
			var err error
			if met, err = engine.Peek[programme.Meeting](b, at); err != nil {
				return 0, err
			}
		}
		var follow []programme.Duty
		var place territory.Address
		err := engine.Change(b, "decide", id, func(x *programme.Decision) error {
			if err := own(b, x.Body); err != nil {
				return err
			}
			if err := x.Decide(at, met, Quorum(b.City(), x), b.Today()); err != nil {
				return err
			}
			place = territory.Address{District: x.District, Town: x.Town}
			if x.Status == programme.Adopted {
				follow = x.Measures
			}
			if len(follow) > 0 {
				return programme.Check("measures", follow, b.Today(), known(b))
			}
			return nil
		})
		if err != nil {
			return 0, err
		}
		return id, assign(b, purpose{name: "measures", kind: matter.Measure, about: id, place: place}, follow)
	})
}

// Quorum is how many seats must be present for a decision in a city.
func Quorum(city *pack.City, x *programme.Decision) int {
	place := x.Line().Place.Leaf()
	if place == "" {
		place = city.Root
	}
	return x.Quorum(city.LimitsAt(place).Number(x.Kind.Limit()))
}

// Decisions lists the decisions the actor may read, the newest first.
func (d *Desk) Decisions(ctx context.Context, actor access.Actor, w Where) ([]Noted[programme.Decision], error) {
	return list[programme.Decision](ctx, d, actor, w)
}

// Decision returns a decision.
func (d *Desk) Decision(ctx context.Context, actor access.Actor, id ident.ID) (*Noted[programme.Decision], error) {
	return read[programme.Decision](ctx, d, actor, id)
}
