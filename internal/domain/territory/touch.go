package territory

import "math"

// What counts as a common border: two points, farther from each other than
// least, that lie on both shapes but for what a line drawn by hand may be off.
const (
	borderLeast = 500 // lattice units: about five metres
	borderOff   = 300
)

// apart returns the first grid that no chain of common borders joins to the
// first one, "" if they hang together. A grid without a shape lies anywhere.
func apart(grids []Place) string {
	shapes := make([]region, len(grids))
	for i := range grids {
		shapes[i] = regionOf(grids[i].Shape)
	}
	joined, todo := map[int]bool{0: true}, []int{0}
	for len(todo) > 0 {
		i := todo[0]
		todo = todo[1:]
		for j := range shapes {
			if !joined[j] && abut(shapes[i], shapes[j]) {
				joined[j] = true
				todo = append(todo, j)
			}
		}
	}
	for i := range grids {
		if !joined[i] {
			return grids[i].Code
		}
	}
	return ""
}

// abut reports whether two shapes have a border in common, not only a corner:
// the ends of a common border are corners of one of them.
func abut(a, b region) bool {
	if len(a) == 0 || len(b) == 0 {
		return true
	}
	var first *point
	for _, pair := range [...][2]region{{a, b}, {b, a}} {
		for _, ring := range pair[0] {
			for i := range ring {
				p := ring[i]
				if !pair[1].near(p) {
					continue
				}
				if first == nil {
					first = &ring[i]
				} else if math.Hypot(float64(p.x)-float64(first.x), float64(p.y)-float64(first.y)) > borderLeast {
					return true
				}
			}
		}
	}
	return false
}

// near reports whether a point lies on the outline of a region.
func (r region) near(p point) bool {
	for _, ring := range r {
		for i, a := range ring {
			if away(p, a, ring[(i+1)%len(ring)]) <= borderOff {
				return true
			}
		}
	}
	return false
}
