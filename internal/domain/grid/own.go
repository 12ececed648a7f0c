package grid

import (
	"fmt"
	"iter"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"huying/internal/domain/territory"
	"huying/internal/fault"
)

// carve puts an institution's own grid on top of the grid around it. New calls
// at its points are in it; the grid around keeps its ground, since the
// institution may leave. Faults: place.unknown, change.shapes_number,
// change.outside, change.taken.
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
	if !within(shape, around.Shape) {
		return nil, fault.Field("shapes", "change.outside", around.Code)
	}
	for _, p := range t.Children(around.Parent) {
		if p.Kind == territory.Exclusive && touch(shape, p.Shape) {
			return nil, fault.Field("shapes", "change.taken", p.Code, p.Name)
		}
	}
	return t.With(own)
}

// within reports whether a shape lies in another: just inside of each of its
// borders is ground of the other, just outside of the other's borders is none of
// its own, and no borders cross. It may run along the other's border.
func within(shape, around orb.MultiPolygon) bool {
	for p := range beside(shape, true) {
		if !planar.MultiPolygonContains(around, p) {
			return false
		}
	}
	for p := range beside(around, false) {
		if planar.MultiPolygonContains(shape, p) {
			return false
		}
	}
	return !cross(shape, around)
}

// touch reports whether two shapes have ground in common; a common border is none.
func touch(a, b orb.MultiPolygon) bool {
	for p := range beside(a, true) {
		if planar.MultiPolygonContains(b, p) {
			return true
		}
	}
	for p := range beside(b, true) {
		if planar.MultiPolygonContains(a, p) {
			return true
		}
	}
	return cross(a, b)
}

// hair is some centimetres in degrees: more than the lattice of coordinates.
const hair = 3e-7

// beside yields a point for each side of a shape, by a hair inside or outside of
// its middle.
func beside(shape orb.MultiPolygon, inside bool) iter.Seq[orb.Point] {
	return func(yield func(orb.Point) bool) {
		for s := range sides(shape) {
			dx, dy := s[1][0]-s[0][0], s[1][1]-s[0][1]
			l := math.Hypot(dx, dy)
			if l == 0 {
				continue
			}
			p := orb.Point{(s[0][0]+s[1][0])/2 - dy/l*hair, (s[0][1]+s[1][1])/2 + dx/l*hair}
			if planar.MultiPolygonContains(shape, p) != inside {
				p = orb.Point{(s[0][0]+s[1][0])/2 + dy/l*hair, (s[0][1]+s[1][1])/2 - dx/l*hair}
			}
			if !yield(p) {
				return
			}
		}
	}
}

// cross reports whether a border of one shape runs through one of the other.
func cross(a, b orb.MultiPolygon) bool {
	for s := range sides(a) {
		for r := range sides(b) {
			if turn(s[0], s[1], r[0])*turn(s[0], s[1], r[1]) < 0 && turn(r[0], r[1], s[0])*turn(r[0], r[1], s[1]) < 0 {
				return true
			}
		}
	}
	return false
}

func sides(shape orb.MultiPolygon) iter.Seq[[2]orb.Point] {
	return func(yield func([2]orb.Point) bool) {
		for _, polygon := range shape {
			for _, ring := range polygon {
				for i := 1; i < len(ring); i++ {
					if !yield([2]orb.Point{ring[i-1], ring[i]}) {
						return
					}
				}
			}
		}
	}
}

// turn is positive if c lies to the left of the way from a to b, negative if to
// the right, 0 on it.
func turn(a, b, c orb.Point) float64 { return (b[0]-a[0])*(c[1]-a[1]) - (b[1]-a[1])*(c[0]-a[0]) }

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
