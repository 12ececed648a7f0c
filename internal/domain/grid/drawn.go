package grid

import (
	"encoding/json"
	"strings"

	"github.com/paulmach/orb"

	"huying/internal/domain/territory"
	"huying/internal/fault"
)

// Cut gives a split the shapes that a line through its grid makes: two grids,
// the first left of the line. Faults: change.line_for_split, shape.missing and
// those of territory.Split and Divide.
func (c *Change) Cut(t *territory.Tree, line orb.LineString) error {
	if c.Kind != Split {
		return fault.Field("line", "change.line_for_split")
	}
	c.Parts = 2
	after, err := territory.Split(t, c.Grids[0], c.Parts, c.Begin())
	if err != nil {
		return err
	}
	old, _ := after.Place(c.Grids[0])
	if len(old.Shape) == 0 {
		return fault.Field("line", "shape.missing", old.Code)
	}
	left, right, err := territory.Divide(old.Shape, line)
	if err != nil {
		return err
	}
	c.Shapes, err = geoJSON(old.Heirs, []orb.MultiPolygon{left, right})
	return err
}

// Ring gives an institution's own grid the shape that the points of its border
// make. Fault: grid.ring_too_short.
func (c *Change) Ring(line orb.LineString) error {
	if len(line) < 3 {
		return fault.Field("line", "grid.ring_too_short")
	}
	var err error
	c.Shapes, err = geoJSON([]string{"own"}, []orb.MultiPolygon{{{append(orb.Ring(line), line[0])}}})
	return err
}

// geoJSON writes shapes with the codes of their places.
func geoJSON(codes []string, shapes []orb.MultiPolygon) (string, error) {
	type (
		geometry struct {
			Coordinates orb.MultiPolygon `json:"coordinates"`
			Type        string           `json:"type"`
		}
		feature struct {
			Geometry   geometry          `json:"geometry"`
			Properties map[string]string `json:"properties"`
			Type       string            `json:"type"`
		}
	)
	file := struct {
		Features []feature `json:"features"`
		Type     string    `json:"type"`
	}{Type: "FeatureCollection"}
	for i, shape := range shapes {
		file.Features = append(file.Features, feature{geometry{shape, "MultiPolygon"}, map[string]string{"code": codes[i]}, "Feature"})
	}
	text, err := json.Marshal(file)
	return string(text), err
}

// Sketch returns the tree with the shapes of a split as they were drawn, also
// where they do not fit, and how they lie. Faults: those of Apply, but for holes
// and overlaps.
func (c *Change) Sketch(t *territory.Tree) (*territory.Tree, territory.Report, error) {
	next, err := territory.Split(t, c.Grids[0], c.Parts, c.Begin())
	if err != nil {
		return nil, territory.Report{}, err
	}
	if c.Shapes != "" {
		if next, err = c.lay(t, next); err != nil {
			return nil, territory.Report{}, err
		}
	}
	old, _ := next.Place(c.Grids[0])
	return next, next.Fit(old.Parent), nil
}

// lay puts the shapes of the plan in their places and asks only that each new
// grid has one. Fault: change.shapes_number.
func (c *Change) lay(before, after *territory.Tree) (*territory.Tree, error) {
	old, _ := after.Place(c.Grids[0])
	shapes, problems, err := territory.ReadGeoJSON(strings.NewReader(c.Shapes), territory.WGS84, territory.ReadOptions{Tree: after})
	if err != nil {
		return nil, fault.All(err)[0].In("shapes")
	}
	for _, p := range problems {
		if p.Dropped {
			return nil, p.Fault.In("shapes")
		}
	}
	changed := make([]territory.Place, 0, len(old.Heirs))
	for _, heir := range old.Heirs {
		shape, ok := shapes[heir]
		if !ok || len(shapes) != len(old.Heirs) {
			return nil, fault.Field("shapes", "change.shapes_number", strings.Join(old.Heirs, ", "))
		}
		p, _ := after.Place(heir)
		q := *p
		q.Shape, q.Synthetic, q.AreaKM2 = shape, false, territory.AreaKM2(shape)
		changed = append(changed, q)
	}
	return after.With(changed...)
}
