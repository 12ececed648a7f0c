package dispatch

import (
	"context"
	"slices"

	"huying/internal/domain/org"
	"huying/internal/domain/power"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/store"
)

// mayCommand refuses a street that sends an agency stationed in it after its
// command over them was taken back (LN-01, LN-03). Where nobody speaks of the
// power, the street has it by the agency's place (GZ-06). Fault: power.not_held.
func (d *Desk) mayCommand(ctx context.Context, cmd engine.Command, orders []Given) error {
	city := d.e.City()
	from, ok := city.Org.Unit(cmd.Actor.Unit)
	if !ok || from.Level != org.Town || !slices.ContainsFunc(orders, func(g Given) bool {
		u, ok := city.Org.Unit(g.Debtor)
		return ok && u.Kind == org.StationedAgency
	}) {
		return nil
	}
	var street []*org.Unit
	for _, code := range city.Org.Serving(from.Territory) {
		if u, ok := city.Org.Unit(code); ok && u.Level == org.Town && u.Kind != org.StationedAgency {
			street = append(street, u)
		}
	}
	at, day := city.Territory.Address(from.Territory), d.e.Day(cmd.At)
	return d.e.DB().Read(ctx, func(v *store.View) error {
		own, err := engine.Find[power.Power](v, engine.Where{District: at.District, Town: at.Town, On: day})
		if err == nil && power.Taken(street, city.Powers, own, power.DispatchStationed, day) {
			err = fault.New(fault.Denied, "power.not_held", from.Name, string(power.DispatchStationed))
		}
		return err
	})
}
