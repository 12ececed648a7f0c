package supervision

import (
	"context"

	"huying/internal/domain/access"
	"huying/internal/domain/org"
	"huying/internal/domain/power"
	"huying/internal/engine"
	"huying/internal/ident"
	"huying/internal/store"
)

// mayCompose asks for the power to supervise composite matters where a street
// writes to a unit that is not its own about a matter of several units. What
// the actor may not do anyway is left to the matter to refuse.
func (d *Desk) mayCompose(ctx context.Context, cmd engine.Command, no ident.ID) error {
	from, ok := d.e.City().Org.Unit(cmd.Actor.Unit)
	if !ok || from.Level != org.Town {
		return nil
	}
	id, err := d.e.OfOrder(ctx, no)
	if err != nil {
		return err
	}
	s, err := d.e.Load(ctx, id)
	if err != nil {
		return err
	}
	o, err := s.Order(no)
	if err != nil {
		return err
	}
	debtors := map[string]bool{}
	for _, x := range s.Orders {
		if x.Solves() {
			debtors[x.Debtor] = true
		}
	}
	to, ok := d.e.City().Org.Unit(o.Debtor)
	if !ok || to.Territory == from.Territory || len(debtors) < 2 || access.Allow(cmd.Actor, access.Supervise, s.Subject(o)) != nil {
		return nil
	}
	day := d.e.Day(cmd.At)
	return d.e.DB().Read(ctx, func(v *store.View) error {
		own, err := engine.Find[power.Power](v, engine.Where{Unit: from.Code, On: day})
		if err != nil {
			return err
		}
		return power.Has(from, d.e.City().Powers, own, power.SuperviseComposite, to.Code, day)
	})
}
