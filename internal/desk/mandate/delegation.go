package mandate

import (
	"context"
	"slices"

	"huying/internal/domain/access"
	"huying/internal/domain/calendar"
	"huying/internal/domain/establishment"
	"huying/internal/domain/mandate"
	"huying/internal/domain/matter"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// Propose is a power that is to come down to a town's unit.
type Propose struct {
	Power string `json:"power" enum:"PERMIT,PENALTY,FORCE,SERVICE"`
	Item  string `json:"item" maxLength:"32" doc:"Category, or item of the town's list"`
	Name  string `json:"name" minLength:"1" maxLength:"200"`
	Giver string `json:"giver" maxLength:"64" doc:"Unit that has the power now"`
	Taker string `json:"taker" maxLength:"64" doc:"Unit of a town that shall have it"`
	Basis string `json:"basis" minLength:"1" maxLength:"500" doc:"Law or decision that lets it come down"`
}

// Propose enters a delegation that is not in force yet. Faults: unit.unknown,
// delegation.taker_not_town, delegation.item_unknown, text.missing.
func (d *Desk) Propose(ctx context.Context, cmd engine.Command, in Propose) (ident.ID, error) {
	city := d.e.City()
	giver, ok := city.Org.Unit(in.Giver)
	if !ok {
		return 0, fault.Field("giver", "unit.unknown", in.Giver)
	}
	taker, ok := city.Org.Unit(in.Taker)
	if !ok {
		return 0, fault.Field("taker", "unit.unknown", in.Taker)
	}
	if taker.Level != org.Town || giver.Level.Rank() <= taker.Level.Rank() {
		return 0, fault.Field("taker", "delegation.taker_not_town", taker.Name)
	}
	if !slices.Contains(mandate.Powers, mandate.Power(in.Power)) {
		return 0, fault.Field("power", "delegation.power_unknown", in.Power)
	}
	for _, x := range [...][2]string{{"name", in.Name}, {"basis", in.Basis}} {
		if err := matter.Words(x[0], x[1], true); err != nil {
			return 0, err
		}
	}
	return d.e.Together(ctx, cmd, "propose_delegation", func(b *engine.Bundle) (ident.ID, error) {
		g := mandate.Delegation{
			Basis: in.Basis, Giver: giver.Code, Item: in.Item, Name: in.Name, Place: city.Territory.Address(taker.Territory),
			Power: mandate.Power(in.Power), Proposed: signed(b, "", ""), Status: mandate.Proposed, Taker: taker.Code,
		}
		if err := allow(b, access.ProposeDelegation, g.Place); err != nil {
			return 0, err
		}
		if err := d.knows(b.Query(), g.Place.Town, in.Item, b.Today()); err != nil {
			return 0, err
		}
		id, err := engine.Enter(b, "propose", &g)
		if err != nil {
			return 0, err
		}
		for _, unit := range [...]string{giver.Code, taker.Code} {
			if err := b.Tell(id, unit, "notice.delegation_proposed", g.Name, taker.Name); err != nil {
				return 0, err
			}
		}
		return id, nil
	})
}

// knows asks that an item is a category or stands on the list of a town.
func (d *Desk) knows(q store.Querier, town, item string, day int) error {
	if _, ok := d.e.City().Duty.Leaf(item); ok {
		return nil
	}
	_, index, err := d.e.ListInForce(q, mandate.StreetTasks, d.e.City().Territory.Address(town), day)
	if err != nil {
		return err
	}
	if index != nil {
		if _, ok := index.Leaf(item); ok {
			return nil
		}
	}
	return fault.Field("item", "delegation.item_unknown", item)
}

// Provide says how one of the four needs is met.
type Provide struct {
	Need     string `json:"need" enum:"DUTY,MONEY,PEOPLE,ASSETS"`
	Document string `json:"document,omitempty" maxLength:"300" doc:"Text, budget line or order of posts"`
	Amount   int64  `json:"amount,omitempty" minimum:"0" maximum:"1000000000000" doc:"Fen of money, or posts; of a movement: how many of its posts, empty for all that are left"`
	Handover string `json:"handover,omitempty" maxLength:"40" doc:"Number of the hand-over, for assets"`
	Movement string `json:"movement,omitempty" maxLength:"40" doc:"Number of an approved movement of establishment to the taker, for people; the document is its basis"`
}

// Provide notes how a need is met. Faults: those of mandate.Delegation.Provide,
// record.not_found, delegation.handover_of_others,
// delegation.movement_of_others and those of establishment.Entry.Cite.
func (d *Desk) Provide(ctx context.Context, cmd engine.Command, id ident.ID, in Provide) (ident.ID, error) {
	p := mandate.Provision{Amount: in.Amount, Document: in.Document, Need: mandate.Need(in.Need)}
	if in.Handover != "" {
		var err error
		if p.Handover, err = number("handover", in.Handover); err != nil {
			return 0, err
		}
	}
	if in.Movement != "" && p.Need == mandate.NeedPeople {
		var err error
		if p.Movement, err = number("movement", in.Movement); err != nil {
			return 0, err
		}
	}
	return d.delegation(ctx, cmd, "provide", access.ProposeDelegation, id, func(b *engine.Bundle, g *mandate.Delegation) error {
		if err := cite(b, id, g, &p); err != nil {
			return err
		}
		if p.Handover != 0 {
			h, err := engine.Peek[mandate.Handover](b, p.Handover)
			if err != nil {
				return err
			}
			if h.Giver != g.Giver || h.Taker != g.Taker {
				return fault.Field("handover", "delegation.handover_of_others")
			}
		}
		p.By = signed(b, "", g.Proposed.Hand)
		return g.Provide(p)
	})
}

// cite names the posts of a movement for a need, if it is met by one, and lets go
// those that the need was met by before. They go to who takes the power.
func cite(b *engine.Bundle, id ident.ID, g *mandate.Delegation, p *mandate.Provision) error {
	if was := g.Provision(p.Need); was != nil && was.Movement != 0 && was.Movement != p.Movement && g.Status == mandate.Proposed {
		if err := engine.Change(b, "release", was.Movement, func(m *establishment.Entry) error { m.Release(id); return nil }); err != nil {
			return err
		}
	}
	if p.Movement == 0 {
		return nil
	}
	return engine.Change(b, "cite", p.Movement, func(m *establishment.Entry) error {
		if m.To != g.Taker {
			return fault.Field("movement", "delegation.movement_of_others")
		}
		n, err := m.Cite(id, int(p.Amount))
		p.Amount, p.Document = int64(n), m.Basis
		return err
	})
}

// staffed asks that posts which were cited have come when the power comes.
// Fault: delegation.posts_later.
func staffed(b *engine.Bundle, g *mandate.Delegation, from int) error {
	p := g.Provision(mandate.NeedPeople)
	if p == nil || p.Movement == 0 {
		return nil
	}
	m, err := engine.Peek[establishment.Entry](b, p.Movement)
	if err != nil {
		return err
	}
	if m.Day > from {
		return fault.Field("from", "delegation.posts_later", m.Day)
	}
	return nil
}

// Waive is a signature under doing without.
type Waive struct {
	Need string `json:"need" enum:"DUTY,MONEY,PEOPLE,ASSETS"`
	Text string `json:"text" minLength:"1" maxLength:"2000" doc:"Why the power may come without it"`
}

// Waive lets a power come down without one of its needs: the head of the county
// signs, and the delegation stands among the exceptions.
// Faults: mandate.not_county_body, delegation.own_waiver, text.missing.
func (d *Desk) Waive(ctx context.Context, cmd engine.Command, id ident.ID, in Waive) (ident.ID, error) {
	if err := matter.Words("text", in.Text, true); err != nil {
		return 0, err
	}
	return d.delegation(ctx, cmd, "waive", access.WaiveNeed, id, func(b *engine.Bundle, g *mandate.Delegation) error {
		if err := County(b.City(), b.Actor()); err != nil {
			return err
		}
		p := mandate.Provision{By: signed(b, in.Text, g.Proposed.Hand), Need: mandate.Need(in.Need), Waived: true}
		if err := cite(b, id, g, &p); err != nil {
			return err
		}
		return g.Provide(p)
	})
}

// Start puts a delegation in force from a day on: new matters go to the taker
// from that day, what is open stays where it is. Faults: those of
// mandate.Delegation.Start, day.unknown, delegation.another_in_force,
// delegation.posts_later, record.changed_meanwhile.
func (d *Desk) Start(ctx context.Context, cmd engine.Command, id ident.ID, in From) (ident.ID, error) {
	if !calendar.IsDay(in.From) {
		return 0, fault.Field("from", "day.unknown", in.From)
	}
	return d.e.Together(ctx, cmd, "start_delegation", func(b *engine.Bundle) (ident.ID, error) {
		if err := d.release(b, id, in.From); err != nil { // first, since the new one takes its key
			return 0, err
		}
		return id, engine.Change(b, "start", id, func(g *mandate.Delegation) error {
			if err := allow(b, access.DecideDelegation, g.Place); err != nil {
				return err
			}
			if err := County(b.City(), b.Actor()); err != nil {
				return err
			}
			if err := staffed(b, g, in.From); err != nil {
				return err
			}
			done, err := handed(b.Query(), g)
			if err != nil {
				return err
			}
			if err := g.Start(in.From, b.Today(), done); err != nil {
				return err
			}
			for _, unit := range [...]string{g.Giver, g.Taker} {
				if err := b.Tell(id, unit, "notice.delegation_started", g.Name, in.From); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// handed reports whether the hand-over that a delegation cites is signed in
// full by both sides.
func handed(q store.Querier, g *mandate.Delegation) (bool, error) {
	p := g.Provision(mandate.NeedAssets)
	if p == nil || p.Handover == 0 {
		return false, nil
	}
	found, err := engine.Find[mandate.Handover](q, engine.Where{ID: p.Handover, Status: []string{string(mandate.Done)}, Limit: 1})
	return len(found) == 1, err
}

// release frees the key of an older delegation of the item that has run out or
// was taken back.
func (d *Desk) release(b *engine.Bundle, id ident.ID, from int) error {
	rows, err := engine.Find[mandate.Delegation](b.Query(), engine.Where{ID: id, Status: []string{string(mandate.Proposed)}, Limit: 1})
	if err != nil || len(rows) == 0 {
		return err
	}
	g := &rows[0].Fact
	old, err := engine.Find[mandate.Delegation](b.Query(), engine.Where{District: g.Place.District, Key: mandate.DelegationKey(g.Place.Town, g.Item), Limit: 1})
	if err != nil || len(old) == 0 {
		return err
	}
	switch was := &old[0].Fact; {
	case was.Status == mandate.InForce && (was.To == 0 || was.To >= from):
		return fault.New(fault.Conflict, "delegation.another_in_force", was.Name)
	case was.Leads(b.Today()) || was.Status == mandate.TakenBack && from > b.Today():
		return fault.Field("from", "delegation.another_until_then", was.Name)
	}
	if _, err := engine.Peek[mandate.Delegation](b, old[0].ID); err != nil { // taken first, so that it is saved first and its key is free
		return err
	}
	if _, err := engine.Seen[mandate.Delegation](b, id); err != nil { // the revision that came is of the new one
		return err
	}
	return engine.Change(b, "release", old[0].ID, func(o *mandate.Delegation) error {
		o.Released = old[0].ID
		return nil
	})
}

// To is the last civil day of something.
type To struct {
	To   int    `json:"to" minimum:"20000101" maximum:"21001231" doc:"Last civil day, such as 20261231"`
	Text string `json:"text" minLength:"1" maxLength:"2000"`
}

// End lets a delegation run out. Cases that are open stay where they are.
// Faults: those of mandate.Delegation.End, day.unknown, text.missing.
func (d *Desk) End(ctx context.Context, cmd engine.Command, id ident.ID, in To) (ident.ID, error) {
	if !calendar.IsDay(in.To) {
		return 0, fault.Field("to", "day.unknown", in.To)
	}
	if err := matter.Words("text", in.Text, true); err != nil {
		return 0, err
	}
	return d.delegation(ctx, cmd, "end", access.DecideDelegation, id, func(b *engine.Bundle, g *mandate.Delegation) error {
		if err := County(b.City(), b.Actor()); err != nil {
			return err
		}
		return g.End(in.To, b.Today())
	})
}

func (d *Desk) delegation(ctx context.Context, cmd engine.Command, act string, action access.Action, id ident.ID, fn func(b *engine.Bundle, g *mandate.Delegation) error) (ident.ID, error) {
	return d.e.Together(ctx, cmd, act+"_delegation", func(b *engine.Bundle) (ident.ID, error) {
		if _, err := engine.Seen[mandate.Delegation](b, id); err != nil { // the revision that came is of it alone
			return 0, err
		}
		return id, engine.Change(b, act, id, func(g *mandate.Delegation) error {
			if err := allow(b, action, g.Place); err != nil {
				return err
			}
			return fn(b, g)
		})
	})
}

// Piece is one line of a hand-over.
type Piece struct {
	Name  string `json:"name" minLength:"1" maxLength:"200"`
	Count int    `json:"count" minimum:"1" maximum:"100000"`
}

// HandOver is what a unit hands over with its powers.
type HandOver struct {
	Name   string  `json:"name" minLength:"1" maxLength:"200"`
	Taker  string  `json:"taker" maxLength:"64"`
	Pieces []Piece `json:"pieces" minItems:"1" maxItems:"500"`
}

// HandOver lists what the actor's unit hands over. Faults: unit.unknown,
// handover.to_itself, handover.other_district and those of
// mandate.Handover.Check.
func (d *Desk) HandOver(ctx context.Context, cmd engine.Command, in HandOver) (ident.ID, error) {
	taker, ok := d.e.City().Org.Unit(in.Taker)
	if !ok {
		return 0, fault.Field("taker", "unit.unknown", in.Taker)
	}
	if taker.Code == cmd.Actor.Unit {
		return 0, fault.Field("taker", "handover.to_itself")
	}
	if elsewhere(d.e.City(), cmd.Actor, taker) {
		return 0, fault.Field("taker", "handover.other_district", taker.Name)
	}
	if err := matter.Words("name", in.Name, true); err != nil {
		return 0, err
	}
	h := mandate.Handover{Giver: cmd.Actor.Unit, Name: in.Name, Place: d.e.City().Territory.Address(taker.Territory), Taker: taker.Code}
	for _, p := range in.Pieces {
		if err := matter.Words("pieces", p.Name, true); err != nil {
			return 0, err
		}
		h.Pieces = append(h.Pieces, mandate.Piece{Count: p.Count, Name: p.Name})
	}
	if err := h.Check(); err != nil {
		return 0, err
	}
	return d.e.Together(ctx, cmd, "hand_over", func(b *engine.Bundle) (ident.ID, error) {
		if err := access.Allow(b.Actor(), access.SignHandover, access.Subject{Creditor: h.Giver}); err != nil {
			return 0, err
		}
		id, err := engine.Enter(b, "list", &h)
		if err != nil {
			return 0, err
		}
		return id, b.Tell(id, h.Taker, "notice.handover_listed", h.Name, len(h.Pieces))
	})
}

// elsewhere reports whether a unit belongs to another district than the actor's.
func elsewhere(city *pack.City, a access.Actor, u *org.Unit) bool {
	there := city.Territory.Address(u.Territory).District
	return a.At.District != "" && there != "" && there != a.At.District
}

// Sign names the pieces a side signs for, counted from 1; none means all.
type Sign struct {
	Pieces []int `json:"pieces,omitempty" maxItems:"500"`
}

// SignHandover puts one side's signature under pieces of a hand-over.
// Faults: handover.not_a_side, handover.piece_unknown, handover.same_person.
func (d *Desk) SignHandover(ctx context.Context, cmd engine.Command, id ident.ID, in Sign) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "sign_handover", func(b *engine.Bundle) (ident.ID, error) {
		return id, engine.Change(b, "sign", id, func(h *mandate.Handover) error {
			if err := access.Allow(b.Actor(), access.SignHandover, access.Subject{Creditor: h.Giver, Debtor: h.Taker}); err != nil {
				return err
			}
			pieces := in.Pieces
			if len(pieces) == 0 {
				for n := range h.Pieces {
					pieces = append(pieces, n+1)
				}
			}
			return h.Sign(signed(b, "", h.Hand()), pieces)
		})
	})
}
