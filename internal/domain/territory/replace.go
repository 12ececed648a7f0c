package territory

import (
	"maps"
	"slices"

	"github.com/paulmach/orb"

	"huying/internal/fault"
)

// Report tells how well the shapes fit together after some were replaced.
type Report struct {
	Holes      []Hole    // what no place covers, largest first
	Overlaps   []Overlap // what two places cover, largest first
	Synthetic  []string  // districts whose shape is still schematic or missing
	HoleKM2    float64   // all holes, also those too small to list
	OverlapKM2 float64   // all overlaps, likewise
}

// Hole is ground that places enclose but none covers.
type Hole struct {
	Between  []string // the codes of the places around it
	AreaKM2  float64
	Lon, Lat float64 // a point of it
}

// Overlap is ground that two places claim.
type Overlap struct {
	A, B    string
	AreaKM2 float64
}

// Replace gives live places their real shapes, as ReadGeoJSON returns them, and
// draws all that is not surveyed below them anew, with the seed the tree was
// drawn with. The report compares the replaced places with their siblings.
func Replace(t *Tree, shapes map[string]orb.MultiPolygon, seed uint64) (*Tree, Report, error) {
	var wrong fault.List
	var changed []Place
	parents := make(map[string]bool)
	for _, code := range slices.Sorted(maps.Keys(shapes)) {
		p, ok := t.Place(code)
		switch {
		case !ok || p.Retired():
			wrong.Add(fault.New(fault.NotFound, "place.unknown", code))
			continue
		case len(shapes[code]) == 0:
			wrong.Add(fault.New(fault.Invalid, "shape.missing", code))
			continue
		}
		q := *p
		q.Shape, q.Synthetic = shapes[code], false
		changed = append(changed, q)
		parents[p.Parent] = true
	}
	if err := wrong.Err(); err != nil {
		return nil, Report{}, err
	}
	next, err := t.With(changed...)
	if err != nil {
		return nil, Report{}, err
	}
	if next, err = Schematic(next, seed); err != nil {
		return nil, Report{}, err
	}
	return next, next.fit(parents), nil
}

// Fit reports how the children of a place lie with one another.
func (t *Tree) Fit(parent string) Report { return t.fit(map[string]bool{parent: true}) }

// fit reports on the children of each of the parents.
func (t *Tree) fit(parents map[string]bool) Report {
	var r Report
	for p := range t.All() {
		if p.Kind == District && !p.surveyed() {
			r.Synthetic = append(r.Synthetic, p.Code)
		}
	}
	for _, parent := range slices.Sorted(maps.Keys(parents)) {
		s := newScan(t.Children(parent))
		s.run()
		s.report(&r)
	}
	slices.SortStableFunc(r.Holes, func(a, b Hole) int { return descending(a.AreaKM2, b.AreaKM2) })
	slices.SortStableFunc(r.Overlaps, func(a, b Overlap) int { return descending(a.AreaKM2, b.AreaKM2) })
	return r
}
