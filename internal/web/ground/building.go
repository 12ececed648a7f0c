package ground

import (
	"bytes"

	"huying/internal/desk/exchange"
	desk "huying/internal/desk/ground"
	"huying/internal/domain/access"
	"huying/internal/domain/grid"
	"huying/internal/domain/register"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/web/frame"
	"huying/internal/web/part"
)

// buildingShelf is the buildings of a town with their contact posts.
type buildingShelf struct {
	*shelf[grid.Building]
	cover grid.Coverage // with a contact post
	fills bool
}

func (p pages) buildingShelf(r *frame.Request) (*buildingShelf, error) {
	s, err := shelfOf(p, r, "/buildings", func(town string, from ident.ID) ([]register.Record[grid.Building], error) {
		return p.Ground.Buildings(r.Ctx, r.Actor, town, from, some)
	})
	if err != nil {
		return nil, err
	}
	x := &buildingShelf{shelf: s}
	if s.town == "" {
		return x, nil
	}
	if x.fills = mayAt(r.View, access.FillGround, s.town); x.fills {
		if s.places = below(r.View, s.town, 0); len(s.places) == 0 {
			s.places = below(r.View, s.town, 1)
		}
	}
	x.cover, err = p.Ground.Contacted(r.Ctx, r.Actor, s.town, part.DayOf(r.Now))
	return x, err
}

func (p pages) buildings(r *frame.Request) error {
	x, err := p.buildingShelf(r)
	if err != nil {
		return err
	}
	return r.Page(r.T("ground.tab_buildings"), "ground", buildingsPage(r.View, x))
}

func (p pages) addBuilding(r *frame.Request) error {
	in := desk.NewBuilding{Code: r.Text("code"), Name: r.Text("name"), Grid: r.Text("grid"), Post: r.Text("post"), Phone: r.Text("phone")}
	if err := r.Wrong(); err != nil {
		return err
	}
	if _, err := p.Ground.AddBuilding(r.Ctx, r.Command(), in); err != nil {
		return err
	}
	r.Says("ground.said_building", in.Name)
	return p.buildingPart(r)
}

// mostBuildingFile bounds a file of buildings.
const mostBuildingFile = 4 << 20

func (p pages) importBuildings(r *frame.Request) error {
	in := desk.Import{Town: r.Text("town")}
	files := r.Files("file", mostBuildingFile)
	if len(files) == 0 {
		r.Fault(fault.Field("file", "text.missing", "file"))
	}
	if err := r.Wrong(); err != nil {
		return err
	}
	table, err := exchange.ReadTable(bytes.NewReader(files[0].Body), files[0].Name, "", grid.MostBuildings)
	if err != nil {
		return err
	}
	for _, row := range table {
		in.Rows = append(in.Rows, grid.Row(row))
	}
	if _, err := p.Ground.ImportBuildings(r.Ctx, r.Command(), in); err != nil {
		return err
	}
	r.Says("ground.said_imported", len(in.Rows))
	return p.buildingPart(r)
}

func (p pages) setContact(r *frame.Request) error {
	in := desk.NewContact{Post: r.Text("post"), Phone: r.Text("phone")}
	return p.buildingDone(r, part.Key("ground.said_contact"), func(no ident.ID) (ident.ID, error) { return p.Ground.SetContact(r.Ctx, r.Command(), no, in) })
}

func (p pages) clearContact(r *frame.Request) error {
	return p.buildingDone(r, part.Key("ground.said_no_contact"), func(no ident.ID) (ident.ID, error) {
		return p.Ground.ClearContact(r.Ctx, r.Command(), no, desk.Empty{})
	})
}

func (p pages) endBuilding(r *frame.Request) error {
	return p.buildingDone(r, part.Key("ground.said_ended"), func(no ident.ID) (ident.ID, error) {
		return p.Ground.EndBuilding(r.Ctx, r.Command(), no, desk.Empty{})
	})
}

// buildingDone does something about a building and shows the list as it is then.
func (p pages) buildingDone(r *frame.Request, says part.Key, fn func(ident.ID) (ident.ID, error)) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	if err := r.Wrong(); err != nil {
		return err
	}
	if _, err := fn(no); err != nil {
		return err
	}
	r.Says(string(says))
	return p.buildingPart(r)
}

func (p pages) buildingPart(r *frame.Request) error {
	x, err := p.buildingShelf(r)
	if err != nil {
		return err
	}
	return r.Part(buildingsBox(r.View, x))
}
