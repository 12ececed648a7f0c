package power

import (
	"context"
	"slices"

	"huying/internal/domain/access"
	"huying/internal/domain/consult"
	"huying/internal/domain/matter"
	"huying/internal/domain/org"
	"huying/internal/domain/register"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
)

// Instruct is what a superior tells a unit to do about a matter.
type Instruct struct {
	Matter string `json:"matter" maxLength:"40"`
	Unit   string `json:"unit" maxLength:"64" doc:"Unit that the actor's own leads"`
	Course string `json:"course" enum:"PROCEED,HOLD,HAND_OVER" doc:"What it says, as far as two can be compared"`
	Text   string `json:"text"`
	Leaf   string `json:"leaf,omitempty" maxLength:"32" doc:"Item of the duty list, for a town or village"`
}

// Instruct gives the instruction as an order of its own. If it contradicts what
// another superior said about the same matter, both stand, and the conflict is
// told to both and to the unit (GZ-08). Faults: matter.not_found,
// instruction.not_superior, text.missing, order.off_list.
func (d *Desk) Instruct(ctx context.Context, cmd engine.Command, in Instruct) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "instruct", func(b *engine.Bundle) (ident.ID, error) {
		if err := access.Allow(cmd.Actor, access.Instruct, own(cmd.Actor)); err != nil {
			return 0, err
		}
		about, err := d.instructed(b, in)
		if err != nil {
			return 0, err
		}
		i := consult.Instruction{
			Course: consult.Course(in.Course), Issuer: cmd.Actor.Unit, Matter: about.M.ID, Place: about.M.Place, Text: in.Text, Unit: in.Unit,
		}
		if err := matter.Words("text", i.Text, true); err != nil {
			return 0, err
		}
		id, err := engine.Enter(b, "give", &i)
		if err != nil {
			return 0, err
		}
		s, err := b.Assign(matter.Assigned{
			Kind: matter.Measure, Title: i.Text, Text: i.Text, Place: i.Place, About: id,
			Orders: []matter.Assignment{{Debtor: i.Unit, Leaf: in.Leaf, Content: i.Text}},
		}, nil)
		if err != nil {
			return 0, err
		}
		if err := engine.Change(b, "send", id, func(i *consult.Instruction) error {
			i.Task = s.M.ID
			return nil
		}); err != nil {
			return 0, err
		}
		return id, flag(b, id, &i)
	})
}

// instructed opens the matter for a superior of the unit.
func (d *Desk) instructed(b *engine.Bundle, in Instruct) (*engine.State, error) {
	no, err := ident.ParseNumber(in.Matter)
	if err != nil {
		return nil, err
	}
	s, err := b.Open(no)
	if err != nil {
		return nil, err
	}
	if access.Allow(b.Actor(), access.ReadMatter, s.Subject(nil)) != nil && !slices.Contains(s.Subject(nil).Units, in.Unit) {
		return nil, fault.New(fault.NotFound, "matter.not_found")
	}
	if !slices.Contains(consult.Courses, consult.Course(in.Course)) {
		return nil, fault.Field("course", "instruction.course_unknown", in.Course)
	}
	leads := func(e org.Edge) bool { return e.From == b.Actor().Unit }
	if !slices.ContainsFunc(b.City().Org.To(in.Unit, org.Leads), leads) {
		return nil, fault.New(fault.Denied, "instruction.not_superior", in.Unit).In("unit")
	}
	return s, nil
}

// flag enters a conflict for each instruction that the new one contradicts.
func flag(b *engine.Bundle, id ident.ID, i *consult.Instruction) error {
	others, err := engine.Find[consult.Instruction](b.Query(), engine.Where{Unit: i.Unit, About: i.Matter})
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, o := range others {
		if o.ID == id || seen[o.Fact.Issuer] {
			continue
		}
		seen[o.Fact.Issuer] = true // what an issuer said last is what it says
		if !i.Contradicts(&o.Fact) {
			continue
		}
		c := consult.Clash{
			First: o.ID, Second: id, Issuers: []string{o.Fact.Issuer, i.Issuer}, Matter: i.Matter, Place: i.Place, Unit: i.Unit, Status: consult.ConflictOpen,
		}
		no, err := engine.Enter(b, "flag", &c)
		if err != nil {
			return err
		}
		for _, unit := range append(c.Issuers, c.Unit) {
			if err := b.Tell(no, unit, "notice.instructions_conflict", i.Matter); err != nil {
				return err
			}
		}
	}
	return nil
}

// Settle decides which of two instructions is followed.
type Settle struct {
	Stands   string `json:"stands" maxLength:"40" doc:"Number of the instruction that is followed"`
	Decision string `json:"decision"`
}

// Settle records the decision. The unit no longer owes what contradicts the
// instruction that is followed; all that was said stays on the register and in
// the ledger. Faults: conflict.settled, conflict.not_of_it, text.missing.
func (d *Desk) Settle(ctx context.Context, cmd engine.Command, id ident.ID, in Settle) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "settle_conflict", func(b *engine.Bundle) (ident.ID, error) {
		c, err := engine.Peek[consult.Clash](b, id)
		if err != nil {
			return 0, err
		}
		s := access.Subject{Place: c.Place, Units: append([]string{c.Unit}, c.Issuers...)}
		if access.Allow(cmd.Actor, access.SettleConflict, s) != nil {
			if !slices.Contains(s.Units, cmd.Actor.Unit) {
				return 0, fault.New(fault.NotFound, "record.not_found")
			}
			return 0, fault.New(fault.Denied, "access.denied", string(access.SettleConflict))
		}
		stands, err := ident.ParseNumber(in.Stands)
		if err != nil {
			return 0, err
		}
		if err := engine.Change(b, "settle", id, func(c *consult.Clash) error { return c.Settle(stands, in.Decision, cmd.Actor.ID) }); err != nil {
			return 0, err
		}
		if err := overrule(b, c, stands, in.Decision); err != nil {
			return 0, err
		}
		for _, unit := range s.Units {
			if err := b.Tell(id, unit, "notice.conflict_settled", c.Matter, in.Decision); err != nil {
				return 0, err
			}
		}
		return id, nil
	})
}

// overrule lets the unit off every instruction about the matter that it could not
// follow beside the one that stands.
func overrule(b *engine.Bundle, c *consult.Clash, stands ident.ID, decision string) error {
	all, err := engine.Find[consult.Instruction](b.Query(), engine.Where{Unit: c.Unit, About: c.Matter})
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(x register.Record[consult.Instruction]) bool { return x.ID == stands })
	if i < 0 {
		return fault.Field("stands", "conflict.not_of_it", stands.Number())
	}
	var off []ident.ID
	for _, x := range all {
		if x.Fact.Contradicts(&all[i].Fact) {
			off = append(off, x.Fact.Task)
		}
	}
	return giveUp(b, off, decision)
}

// Conflicts lists the conflicts an actor may see, newest first.
func (d *Desk) Conflicts(ctx context.Context, actor access.Actor, before ident.ID, limit int) ([]register.Record[consult.Clash], error) {
	return find[consult.Clash](ctx, d, engine.Where{Before: before, Limit: limit, May: &actor, Action: access.ReadLiaison})
}

// Instructions lists what a unit was told about a matter, newest first, to
// whoever may see it. For whoever sees neither one of them nor the matter it
// is not there. Faults: matter.not_found, access.denied.
func (d *Desk) Instructions(ctx context.Context, actor access.Actor, about ident.ID) ([]register.Record[consult.Instruction], error) {
	list, err := find[consult.Instruction](ctx, d, engine.Where{About: about, Limit: MostRows, May: &actor, Action: access.ReadLiaison})
	if err == nil && len(list) == 0 {
		_, err = d.e.Read(ctx, actor, about)
	}
	return list, err
}
