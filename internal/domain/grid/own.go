package grid

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"huying/internal/domain/territory"
	"huying/internal/fault"
)

// carve puts an institution's own grid on top of the grid around it. New calls
// at its points are in it; the grid around keeps its ground, since the
// institution may leave. Faults: place.unknown, change.shapes_number,
// change.outside, change.overlaps.
func (c *Change) carve(t *territory.Tree) (*territory.Tree, error) {
	around, ok := t.Place(c.Grids[0])
	if !ok || around.Retired() || around.Kind.Rank() != 0 || around.Kind == territory.Exclusive {
		return nil, fault.Field("grids", "place.unknown", c.Grids[0])
	}
	shape, err := c.oneShape()
	if err != nil {
		return nil, err
	}
	own := territory.Place{
		Code: ownCode(t, around.Parent), Name: c.Name, Kind: territory.Exclusive, Parent: around.Parent, ValidFrom: c.Begin(),
		Shape: shape, AreaKM2: territory.AreaKM2(shape),
	}
	next, err := t.With(own)
	if err != nil {
		return nil, err
	}
	inside, others := 0.0, 0.0
	for _, o := range next.Fit(around.Parent).Overlaps {
		code := o.A
		switch own.Code {
		case o.A:
			code = o.B
		case o.B:
		default:
			continue
		}
		if other, _ := next.Place(code); code == around.Code {
			inside += o.AreaKM2
		} else if other.Kind == territory.Exclusive {
			others += o.AreaKM2
		}
	}
	const least = 1e-6 // km²: a square metre
	switch {
	case others > least:
		return nil, fault.Field("shapes", "change.overlaps", square(others))
	case inside < own.AreaKM2*0.999-least:
		return nil, fault.Field("shapes", "change.outside", around.Code, square(own.AreaKM2-inside))
	}
	return next, nil
}

// oneShape reads the one shape of the plan, whatever code it carries.
func (c *Change) oneShape() (orb.MultiPolygon, error) {
	shapes, problems, err := territory.ReadGeoJSON(strings.NewReader(c.Shapes), territory.WGS84, territory.ReadOptions{})
	if err != nil {
		return nil, err
	}
	for _, p := range problems {
		if p.Dropped {
			return nil, p.Fault.In("shapes")
		}
	}
	if len(shapes) != 1 {
		return nil, fault.Field("shapes", "change.shapes_number", c.Name)
	}
	return shapes[slices.Collect(maps.Keys(shapes))[0]], nil
}

// ownCode is the first free code of an institution's own grid in a community.
func ownCode(t *territory.Tree, parent string) string {
	for n := 1; ; n++ {
		code := fmt.Sprintf("%sX%03d", parent, n)
		if _, taken := t.Place(code); !taken {
			return code
		}
	}
}
