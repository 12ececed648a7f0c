package whistle

import (
	"context"

	"huying/internal/domain/access"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/domain/whistle"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
)

// Near offers the teams and resources around a point of an event (GZ-33).
func (d *Desk) Near(lon, lat float64, capability string, metres int) ([]whistle.Offer, error) {
	if metres <= 0 || metres > 50000 {
		return nil, fault.Field("metres", "near.radius_out_of_range", metres)
	}
	if err := d.e.City().Territory.CheckPoint(lon, lat); err != nil {
		return nil, err
	}
	bases := make([]whistle.Base, len(d.e.City().Bases))
	for i, b := range d.e.City().Bases {
		bases[i] = whistle.Base(b)
	}
	return whistle.Near(bases, lon, lat, capability, metres), nil
}

// NearMatter offers the teams around a matter to whoever may see it, without
// the units that have an order of it already and those of other places, which
// its desk could not send. Fault: near.no_point if the matter has no point.
func (d *Desk) NearMatter(ctx context.Context, actor access.Actor, id ident.ID, capability string, metres int) ([]whistle.Offer, error) {
	s, err := d.e.Read(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	lon, lat, ok := s.M.Point()
	if !ok {
		return nil, fault.New(fault.Conflict, "near.no_point")
	}
	all, err := d.Near(lon, lat, capability, metres)
	var out []whistle.Offer
	for _, x := range all {
		u, known := d.e.City().Org.Unit(x.Unit)
		p := s.M.Place
		here := known && (u.Territory == d.e.City().Root || u.Territory == p.District || u.Territory == p.Town || u.Territory == p.Community)
		if here && !engaged(s.Orders, x.Unit) {
			out = append(out, x)
		}
	}
	return out, err
}

func engaged(orders []*order.Order, unit string) bool {
	for _, o := range orders {
		if o.Debtor == unit && o.Status.Open() && o.Solves() {
			return true
		}
	}
	return false
}

// Send is the teams to send at once.
type Send struct {
	Teams   []string `json:"teams" maxItems:"50" doc:"Codes of their bases, as the offer names them"`
	Content string   `json:"content,omitempty" maxLength:"2000" doc:"What is asked of all of them"`
}

// Send sends several teams to a matter in one command (一键调度): as legs of the
// whistle that runs, else as orders. Each answers what it did and how; how well,
// another says. Faults: near.team_unknown and those of the orders.
func (d *Desk) Send(ctx context.Context, cmd engine.Command, id ident.ID, in Send) (*engine.State, error) {
	if len(in.Teams) == 0 {
		return nil, fault.Field("teams", "near.nobody_sent")
	}
	var list []matter.Assignment
	for _, code := range in.Teams {
		unit := ""
		for _, b := range d.e.City().Bases {
			if b.Code == code {
				unit = b.Unit
			}
		}
		if unit == "" {
			return nil, fault.Field("teams", "near.team_unknown", code)
		}
		list = append(list, matter.Assignment{Debtor: unit, Team: code, Content: in.Content})
	}
	return d.e.On(ctx, cmd, "send_teams", id, func(f *matter.File, do engine.Do) error { return f.Send(do, list) })
}
