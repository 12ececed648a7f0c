package ground

import (
	"context"

	"huying/internal/domain/access"
	"huying/internal/domain/grid"
	"huying/internal/domain/pack"
	"huying/internal/domain/register"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// NewBuilding is a building to register.
type NewBuilding struct {
	Code  string `json:"code" maxLength:"32"`
	Name  string `json:"name" maxLength:"100"`
	Grid  string `json:"grid" maxLength:"64"`
	Post  string `json:"post,omitempty" maxLength:"100" doc:"Its contact post, never a person; empty: a gap"`
	Phone string `json:"phone,omitempty" maxLength:"32" doc:"Of the duty, never a private one"`
}

// AddBuilding registers a building; until it has a contact post it is a gap
// (GZ-10). Faults: place.unknown, building.not_in_grid, record.key_taken and those
// of grid.Building.
func (d *Desk) AddBuilding(ctx context.Context, cmd engine.Command, in NewBuilding) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "add_building", func(b *engine.Bundle) (ident.ID, error) {
		place, err := placed(b, access.FillGround, in.Grid)
		if err != nil {
			return 0, err
		}
		if !houses(b.City(), in.Grid) {
			return 0, fault.Field("grid", "building.not_in_grid", in.Grid)
		}
		x := &grid.Building{Code: in.Code, From: b.Today(), Grid: in.Grid, Name: in.Name, Place: place, Unit: b.Actor().Unit}
		if err := x.Check(); err != nil {
			return 0, err
		}
		switch {
		case in.Post != "":
			if err := x.Reach(grid.Contact{From: b.Today(), Phone: in.Phone, Post: in.Post}); err != nil {
				return 0, err
			}
		case in.Phone != "":
			return 0, fault.Field("post", "text.missing", "post")
		}
		return engine.Enter(b, "add", x)
	})
}

// houses reports whether buildings may lie in a place: a grid that is in use, or a
// community that has none.
func houses(city *pack.City, code string) bool {
	p, ok := city.Territory.Place(code)
	return ok && p.Kind.Rank() < 2 && !p.Retired() && len(leaves(city.Territory, code)) == 0
}

// Import is the buildings of a town as they stand in a sheet.
type Import struct {
	Town string
	Rows []grid.Row
}

// ImportBuildings keeps the buildings of a sheet: those that are known by their
// code are changed, the others are new; a line without a post leaves the contact
// of its building as it is. Every mistake is told at once, and one mistake keeps
// everything as it was. It answers with the last of them. Faults: place.unknown,
// access.denied, building_row.elsewhere and those of grid.ReadBuildings.
func (d *Desk) ImportBuildings(ctx context.Context, cmd engine.Command, in Import) (ident.ID, error) {
	city := d.e.City()
	town, ok := city.Territory.Place(in.Town)
	if !ok || town.Kind.Rank() != 2 {
		return 0, fault.Field("town", "place.unknown", in.Town)
	}
	place := city.Territory.Address(in.Town)
	if err := access.Allow(cmd.Actor, access.FillGround, access.Subject{Place: place}); err != nil {
		return 0, err
	}
	list, err := grid.ReadBuildings(in.Rows, named(city, in.Town))
	if err != nil {
		return 0, err
	}
	return d.e.Together(ctx, cmd, "import_buildings", func(b *engine.Bundle) (ident.ID, error) {
		known, err := knownBuildings(b.Query(), place, list)
		if err != nil {
			return 0, err
		}
		var id ident.ID
		for i := range list {
			if id, err = listed(b, list[i].Building, known[list[i].Code]); err != nil {
				return 0, err
			}
		}
		return id, nil
	})
}

// named finds the grids of a town, and its communities without grids, by code, or by a name that only one of them has.
func named(city *pack.City, town string) func(string) (string, bool) {
	codes, names := map[string]bool{}, map[string][]string{}
	for _, code := range leaves(city.Territory, town) {
		p, _ := city.Territory.Place(code)
		codes[code] = true
		names[p.Name] = append(names[p.Name], code)
	}
	return func(text string) (string, bool) {
		if codes[text] {
			return text, true
		}
		if same := names[text]; len(same) == 1 {
			return same[0], true
		}
		return "", false
	}
}

// knownBuildings returns the buildings in force that a sheet names, by code, and
// tells at once all that are of another town.
func knownBuildings(q store.Querier, place territory.Address, list []grid.Listed) (map[string]ident.ID, error) {
	out := map[string]ident.ID{}
	var wrong fault.List
	for _, x := range list {
		rows, err := engine.Find[grid.Building](q, engine.Where{District: place.District, Key: x.Code, Limit: 1})
		switch {
		case err != nil:
			return nil, err
		case len(rows) == 0:
		case rows[0].Fact.Place.Town != place.Town:
			wrong.Add(fault.Field("file", "building_row.elsewhere", x.Line, x.Code, rows[0].Fact.Place.Town))
		default:
			out[x.Code] = rows[0].ID
		}
	}
	return out, wrong.Err()
}

// listed keeps a building as a sheet has it.
func listed(b *engine.Bundle, x grid.Building, known ident.ID) (ident.ID, error) {
	x.Place, x.From, x.Unit = b.City().Territory.Address(x.Grid), b.Today(), b.Actor().Unit
	if x.Contact != nil {
		x.Contact.From = b.Today()
	}
	if known == 0 {
		return engine.Enter(b, "import", &x)
	}
	return known, engine.Change(b, "import", known, func(old *grid.Building) error {
		old.Name, old.Grid, old.Place = x.Name, x.Grid, x.Place
		if c := x.Contact; c != nil && (old.Contact == nil || old.Contact.Post != c.Post || old.Contact.Phone != c.Phone) {
			old.Contact = c
		}
		return nil
	})
}

// NewContact is the contact post of a building.
type NewContact struct {
	Post  string `json:"post" maxLength:"100" doc:"How the post is called, never a person"`
	Phone string `json:"phone,omitempty" maxLength:"32" doc:"Of the duty, never a private one"`
}

// SetContact gives a building its contact post. Faults: record.not_found,
// access.denied and those of grid.Building.
func (d *Desk) SetContact(ctx context.Context, cmd engine.Command, id ident.ID, in NewContact) (ident.ID, error) {
	return d.building(ctx, cmd, "contact", id, func(b *engine.Bundle, x *grid.Building) error {
		return x.Reach(grid.Contact{From: b.Today(), Phone: in.Phone, Post: in.Post})
	})
}

// ClearContact leaves a building without a contact post; whoever keeps it on the
// register is told of the gap.
func (d *Desk) ClearContact(ctx context.Context, cmd engine.Command, id ident.ID, _ Empty) (ident.ID, error) {
	return d.building(ctx, cmd, "vacate", id, func(b *engine.Bundle, x *grid.Building) error {
		x.Contact = nil
		return b.Tell(id, x.Unit, "notice.building_vacant", x.Name)
	})
}

// EndBuilding takes a building off the register. Faults: record.not_found,
// building.ended, access.denied.
func (d *Desk) EndBuilding(ctx context.Context, cmd engine.Command, id ident.ID, _ Empty) (ident.ID, error) {
	return d.building(ctx, cmd, "end", id, func(b *engine.Bundle, x *grid.Building) error {
		if x.To != 0 {
			return fault.New(fault.Conflict, "building.ended")
		}
		x.To = b.Today()
		return nil
	})
}

func (d *Desk) building(ctx context.Context, cmd engine.Command, act string, id ident.ID, fn func(*engine.Bundle, *grid.Building) error) (ident.ID, error) {
	return d.e.Together(ctx, cmd, act+"_building", func(b *engine.Bundle) (ident.ID, error) {
		return id, engine.Change(b, act, id, func(x *grid.Building) error {
			if err := access.Allow(b.Actor(), access.FillGround, access.Subject{Place: x.Place}); err != nil {
				return err
			}
			return fn(b, x)
		})
	})
}

// Buildings lists the buildings that actor may see, of a town if one is named, the
// newest first.
func (d *Desk) Buildings(ctx context.Context, actor access.Actor, town string, before ident.ID, limit int) ([]register.Record[grid.Building], error) {
	return listedOf[grid.Building](ctx, d, engine.Where{May: &actor, Action: access.ReadGround, Town: town, Before: before, Limit: limit})
}

// Contacts is the public notice of the contact posts of a town: what anybody may
// know. Fault: place.unknown.
func (d *Desk) Contacts(ctx context.Context, town string) (out []grid.Building, err error) {
	p, ok := d.e.City().Territory.Place(town)
	if !ok || p.Kind.Rank() != 2 {
		return nil, fault.New(fault.NotFound, "place.unknown", town)
	}
	err = d.e.DB().Read(ctx, func(v *store.View) error {
		out = nil
		return every(v, engine.Where{District: d.e.City().Territory.Address(town).District, Town: town}, func(r register.Record[grid.Building]) {
			if r.Fact.To == 0 {
				out = append(out, r.Fact)
			}
		})
	})
	return out, err
}

// Contacted tells how many of the buildings of a town have a contact post on a day,
// and which have none. Faults: place.unknown, access.denied.
func (d *Desk) Contacted(ctx context.Context, actor access.Actor, town string, day int) (out grid.Coverage, err error) {
	place := d.e.City().Territory.Address(town)
	if place.Town == "" {
		return out, fault.New(fault.NotFound, "place.unknown", town)
	}
	if err := access.Allow(actor, access.ReadGround, access.Subject{Place: place}); err != nil {
		return out, err
	}
	err = d.e.DB().Read(ctx, func(v *store.View) error {
		all, gaps, err := contactless(v, place, day)
		out = covered(all, gaps)
		return err
	})
	return out, err
}

func covered(all int64, gaps []register.Record[grid.Building]) grid.Coverage {
	out := grid.Coverage{All: int(all), Covered: int(all) - len(gaps)}
	for _, x := range gaps {
		out.Gaps = append(out.Gaps, x.Fact.Code)
	}
	return out
}

// contactless counts the buildings of a town on a day and names those without a
// contact post, the first registered first.
func contactless(v *store.View, place territory.Address, day int) (all int64, gaps []register.Record[grid.Building], err error) {
	w := engine.Where{District: place.District, Town: place.Town, On: day}
	if _, all, err = engine.Sum[grid.Building](v, w); err != nil {
		return 0, nil, err
	}
	w.Status, w.Oldest = []string{grid.BuildingVacant}, true
	err = every(v, w, func(r register.Record[grid.Building]) { gaps = append(gaps, r) })
	return all, gaps, err
}
