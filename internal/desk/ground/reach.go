package ground

import (
	"context"
	"slices"

	"huying/internal/domain/access"
	"huying/internal/domain/grid"
	"huying/internal/domain/matter"
	"huying/internal/domain/pack"
	"huying/internal/domain/register"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// reach lets those know of a new matter in whose grids it lies: the unit of the
// base grid, and the one unit that is accountable for the professional grid over
// it (YT-21). Who holds the matter has it in its queue and is not told twice.
func reach(b *engine.Bundle, s *engine.State) error {
	if err := aware(b, s); err != nil {
		return err
	}
	l, ok, err := layerOf(b.Query(), b.City().LineOf(s.M.Category), s.M.Place, b.Today())
	if err != nil || !ok || l.Unit == s.M.Holder {
		return err
	}
	return b.Tell(s.M.ID, l.Unit, "notice.in_layer", s.M.ID, l.Name)
}

// aware tells whoever serves the community around the base grid.
func aware(b *engine.Bundle, s *engine.State) error {
	if s.M.Place.Community == "" {
		return nil
	}
	for _, unit := range b.City().Org.Serving(s.M.Place.Community) {
		if unit == s.M.Holder || unit == b.Actor().Unit {
			continue
		}
		if err := b.Tell(s.M.ID, unit, "notice.in_grid", s.M.ID); err != nil {
			return err
		}
	}
	return nil
}

// layerOf returns the professional grid of a line of business over a place.
func layerOf(q store.Querier, line string, place territory.Address, day int) (grid.Layer, bool, error) {
	layers, err := inForce[grid.Layer](q, territory.Address{District: place.District}, day)
	if err != nil {
		return grid.Layer{}, false, err
	}
	l, ok := grid.Dutiful(place, line, layers)
	return l, ok, nil
}

// SendToLayer orders the unit of the professional grid that a matter lies in: the
// base grid knows of it, one unit answers. Faults: matter.not_found,
// layer.none_here and those of orders.
func (d *Desk) SendToLayer(ctx context.Context, cmd engine.Command, no ident.ID, _ Empty) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "send_to_layer", func(b *engine.Bundle) (ident.ID, error) {
		s, err := readable(b, no)
		if err != nil {
			return 0, err
		}
		l, ok, err := layerOf(b.Query(), b.City().LineOf(s.M.Category), s.M.Place, b.Today())
		switch {
		case err != nil:
			return 0, err
		case !ok:
			return 0, fault.New(fault.Conflict, "layer.none_here", no.Number())
		}
		if err := send(b, s, l.Unit, ""); err != nil {
			return 0, err
		}
		if l.Rule { // the order has told them
			return no, nil
		}
		return no, aware(b, s)
	})
}

// readable opens a matter for an actor who may see it. Fault: matter.not_found.
func readable(b *engine.Bundle, no ident.ID) (*engine.State, error) {
	s, err := b.Open(no)
	if err != nil {
		return nil, err
	}
	if access.Allow(b.Actor(), access.ReadMatter, s.Subject(nil)) != nil {
		return nil, fault.New(fault.NotFound, "matter.not_found")
	}
	return s, nil
}

// send orders a unit, as its desk does with a call that nobody has looked at yet.
func send(b *engine.Bundle, s *engine.State, unit, content string) error {
	do := func(act func() error) error {
		_, err := b.Act(s.M.ID, func(*matter.File) error { return act() })
		return err
	}
	return s.Send(do, []matter.Assignment{{Debtor: unit, Content: content}})
}

// Spot is a place to look up: a point, or the code of a place.
type Spot struct {
	Lon   float64 `json:"lon,omitempty" doc:"WGS84 degrees"`
	Lat   float64 `json:"lat,omitempty" doc:"WGS84 degrees"`
	Place string  `json:"place,omitempty" maxLength:"64"`
}

// Locate returns the one base grid that a spot lies in, with who serves it: an
// institution's own grid before the grid around it (LN-16). The contact of such
// a grid is its OWNER among the ties. Faults: place.unknown, access.denied and
// those of territory.Tree.CheckPoint.
func (d *Desk) Locate(ctx context.Context, actor access.Actor, at Spot, day int) (territory.Address, *Team, error) {
	city := d.e.City()
	if at.Place == "" {
		if err := city.Territory.CheckPoint(at.Lon, at.Lat); err != nil {
			return territory.Address{}, nil, err
		}
		address, ok := city.Locator.Locate(at.Lon, at.Lat)
		if !ok {
			return address, nil, fault.New(fault.NotFound, "place.unknown", "").In("lon")
		}
		at.Place = address.Leaf()
	}
	team, err := d.Team(ctx, actor, at.Place, day)
	return city.Territory.Address(at.Place), team, err
}

// ThreePosts tells in how many villages of a place one person holds the three
// posts (三个一肩挑) on a day, and in which not. It names villages, never a person.
// Faults: place.unknown, access.denied, station.post_unknown where the city has
// no such posts.
func (d *Desk) ThreePosts(ctx context.Context, actor access.Actor, code string, day int) (grid.Coverage, error) {
	city := d.e.City()
	if _, ok := city.Territory.Place(code); !ok {
		return grid.Coverage{}, fault.New(fault.NotFound, "place.unknown", code)
	}
	at := city.Territory.Address(code)
	if err := access.Allow(actor, access.ReadGround, access.Subject{Place: at}); err != nil {
		return grid.Coverage{}, err
	}
	posts := []string{grid.VillageSecretary, grid.VillageHead, grid.CollectiveHead}
	for _, post := range posts {
		if !slices.ContainsFunc(city.Norms, func(n pack.Norm) bool { return n.Post == post }) {
			return grid.Coverage{}, fault.New(fault.Conflict, "station.post_unknown", post)
		}
	}
	villages := slices.DeleteFunc(under(city.Territory, code), func(p *territory.Place) bool { return p.Kind != territory.Village })
	var held []grid.Station
	err := d.e.DB().Read(ctx, func(v *store.View) error {
		held = nil
		w := engine.Where{District: at.District, Town: at.Town, On: day, Status: posts}
		return every(v, w, func(r register.Record[grid.Station]) { held = append(held, r.Fact) })
	})
	return grid.OneHolder(posts, villages, held), err
}
