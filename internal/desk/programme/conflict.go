package programme

import (
	"context"
	"slices"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/clock"
	"huying/internal/domain/matter"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/internal/domain/programme"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// NewConflict is a dispute between units about a matter.
type NewConflict struct {
	Matter  string   `json:"matter" maxLength:"40"`
	Parties []string `json:"parties" doc:"Units that do not agree"`
	Reason  string   `json:"reason"`
}

// RaiseConflict takes up a conflict between units at the actor's body, which
// has its time to settle it before it stands on the agenda of the city's
// (LH-06). Units may be named by code or by name. Faults:
// dispute.parties, dispute.no_upper_body, dispute.open_already.
func (d *Desk) RaiseConflict(ctx context.Context, cmd engine.Command, in NewConflict) (ident.ID, error) {
	no, err := ident.ParseNumber(in.Matter)
	if err != nil {
		return 0, err
	}
	return d.e.Together(ctx, cmd, "raise_conflict", func(b *engine.Bundle) (ident.ID, error) {
		parties, unit := make([]string, len(in.Parties)), unitNamed(b.City())
		for i, p := range in.Parties {
			parties[i] = unit(p)
		}
		in.Parties = parties
		u, place, err := body(b)
		if err != nil {
			return 0, err
		}
		s, err := b.Open(no)
		if err != nil {
			return 0, err
		}
		if err := access.Allow(b.Actor(), access.ReadMatter, s.Subject(nil)); err != nil {
			return 0, err
		}
		upper := bodyOf(b.City(), b.City().Root)
		var wrong fault.List
		if len(in.Parties) < 2 {
			wrong.Add(fault.Field("parties", "dispute.parties"))
		}
		for _, p := range in.Parties {
			if !known(b)(p) {
				wrong.Add(fault.Field("parties", "unit.unknown", p))
			}
		}
		if upper == "" || upper == u.Code {
			wrong.Add(fault.New(fault.Conflict, "dispute.no_upper_body"))
		}
		wrong.Add(matter.Words("reason", in.Reason, true))
		if err := wrong.Err(); err != nil {
			return 0, err
		}
		open, err := engine.Find[programme.Conflict](b.Query(), engine.Where{About: no, Status: []string{programme.Raised}})
		if err != nil {
			return 0, err
		}
		if len(open) > 0 {
			return 0, fault.New(fault.Conflict, "dispute.open_already", open[0].ID.Number())
		}
		due := b.City().Calendar(u.Territory).Due(b.City().LimitsAt(u.Territory).Time(pack.DisputeSettle), b.Now().Time(), nil)
		c := programme.Conflict{
			Body: u.Code, District: place.District, Due: clock.At(due.At), Matter: no, Parties: slices.Clone(in.Parties), Raised: b.Today(), Reason: in.Reason,
			Status: programme.Raised, Upper: upper,
		}
		id, err := engine.Enter(b, "raise", &c)
		if err != nil {
			return 0, err
		}
		for _, p := range in.Parties {
			if err := b.Tell(id, p, "notice.conflict_raised", u.Name, no.Number()); err != nil {
				return 0, err
			}
		}
		return id, nil
	})
}

// bodyOf is the unit of a place that settles conflicts: its coordination body,
// else its command centre.
func bodyOf(city *pack.City, place string) string {
	for _, code := range city.Org.Serving(place) {
		u, ok := city.Org.Unit(code)
		if ok && u.Kind == org.CoordinationBody && slices.ContainsFunc(city.Org.Posts(code), func(p *org.Post) bool { return p.Role == org.Supervisor }) {
			return code
		}
	}
	centre, _ := city.Org.Centre(place)
	return centre
}

// Settlement decides a conflict.
type Settlement struct {
	Lead string   `json:"lead" maxLength:"64" doc:"Unit that leads from now on"`
	Co   []string `json:"co,omitempty"`
	Word string   `json:"word" doc:"The decision and its reasons"`
}

// SettleConflict decides a conflict, and binds: the units named owe, the
// others are released, and nobody may refuse (会商). Until its date the body
// that took it up decides, then the city's. Faults: dispute.settled,
// dispute.other_body, and those of a conference.
func (d *Desk) SettleConflict(ctx context.Context, cmd engine.Command, id ident.ID, in Settlement) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "settle_conflict", func(b *engine.Bundle) (ident.ID, error) {
		unit := unitNamed(b.City())
		in.Lead = unit(in.Lead)
		for i := range in.Co {
			in.Co[i] = unit(in.Co[i])
		}
		var c programme.Conflict
		err := engine.Change(b, "settle", id, func(x *programme.Conflict) error {
			if err := own(b, x.Body); err != nil && own(b, x.Upper) != nil {
				return err
			}
			if err := x.Settle(b.Actor().Unit, in.Lead, in.Word, b.Now(), b.Today()); err != nil {
				return err
			}
			c = *x
			return nil
		})
		if err != nil {
			return 0, err
		}
		s, err := b.Open(c.Matter)
		if err != nil {
			return 0, err
		}
		if m := s.M.Conference; m == nil || m.DecAt != 0 || m.Ended != 0 {
			if _, err := b.Act(c.Matter, func(f *matter.File) error { return f.Convene(c.Parties, c.Reason) }); err != nil {
				return 0, err
			}
		}
		_, err = b.Act(c.Matter, func(f *matter.File) error { return f.DecideConference(in.Word, in.Lead, in.Co) })
		return id, err
	})
}

// Conflicts lists the conflicts the actor may read, the newest first.
func (d *Desk) Conflicts(ctx context.Context, actor access.Actor, w Where) ([]Noted[programme.Conflict], error) {
	return list[programme.Conflict](ctx, d, actor, w)
}

// Agenda returns what stands on the agenda of the actor's body: the conflicts
// that it has to settle now, the longest waiting first.
func (d *Desk) Agenda(ctx context.Context, actor access.Actor, now time.Time) (out []Noted[programme.Conflict], err error) {
	if err := access.Allow(actor, access.ReadProgrammes, access.Subject{Units: []string{actor.Unit}}); err != nil {
		return nil, err
	}
	err = d.e.DB().Read(ctx, func(v *store.View) error {
		out = out[:0]
		for _, w := range []engine.Where{{Unit: actor.Unit}, {Other: actor.Unit}} {
			w.Status, w.Oldest = []string{programme.Raised}, true
			rows, err := engine.Find[programme.Conflict](v, w)
			if err != nil {
				return err
			}
			for _, r := range rows {
				if r.Fact.OnAgenda(clock.At(now)) == (w.Other != "") {
					out = append(out, r)
				}
			}
		}
		return nil
	})
	return out, err
}
