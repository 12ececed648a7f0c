package territory

import (
	"cmp"
	"slices"

	"github.com/paulmach/orb"

	"huying/internal/fault"
)

// shape checks and mends what one feature draws. It returns nil, and has noted
// why, if nothing usable is left.
func (in *reader) shape(ps positions) orb.MultiPolygon {
	n := 0
	for _, polygon := range ps {
		for _, ring := range polygon {
			n += len(ring)
		}
	}
	if n > in.opts.MaxVertices {
		in.drop(fault.New(fault.TooLarge, "geojson.too_many_vertices", n, in.opts.MaxVertices))
		return nil
	}
	var shape orb.MultiPolygon
	for _, polygon := range ps {
		var out orb.Polygon
		for i, raw := range polygon {
			ring, ok := in.ring(raw)
			if !ok {
				return nil
			}
			if ring == nil && i == 0 {
				break // without its outer ring the polygon is nothing
			}
			if ring != nil {
				out = append(out, ring)
			}
		}
		if len(out) > 0 {
			shape = append(shape, out)
		}
	}
	// Parts that share an edge grow together, and spikes fall off.
	r := link(regionOf(shape).segs())
	if len(r) == 0 || r.area2() <= 0 {
		in.drop(fault.New(fault.Invalid, "geojson.shape_empty"))
		return nil
	}
	return in.checked(r)
}

// checked drops a shape that crosses itself, since it has no inside to speak of.
func (in *reader) checked(r region) orb.MultiPolygon {
	at, crosses, ok := crossing(r)
	switch {
	case !ok:
		in.drop(fault.New(fault.TooLarge, "geojson.too_tangled"))
		return nil
	case crosses:
		in.drop(fault.New(fault.Invalid, "geojson.crosses_itself", float64(at.x)/latticePerDegree, float64(at.y)/latticePerDegree))
		return nil
	}
	return r.shape()
}

// ring converts one ring to WGS84 and closes it. It returns nil for a ring of
// no area, and false if the feature had to be dropped.
func (in *reader) ring(raw [][]float64) (orb.Ring, bool) {
	ring := make(orb.Ring, 0, len(raw)+1)
	for _, c := range raw {
		if len(c) < 2 || !onGlobe(c[0], c[1]) {
			in.drop(fault.New(fault.Invalid, "geojson.position_wrong", c))
			return nil, false
		}
		lon, lat := Convert(c[0], c[1], in.from)
		ring = append(ring, orb.Point{lon, lat})
	}
	if len(ring) > 0 && ring[0] != ring[len(ring)-1] {
		in.note(fault.New(fault.Invalid, "geojson.ring_open", raw[0][0], raw[0][1]))
		ring = append(ring, ring[0])
	}
	if len(ring) < 4 || len(regionOf(orb.MultiPolygon{{ring}})) == 0 {
		in.note(fault.New(fault.Invalid, "geojson.ring_flat"))
		return nil, true
	}
	return ring, true
}

// effort bounds how many pairs of edges are compared for one shape. A surveyed
// border of 50,000 vertices needs a tenth of it.
const effort = 20_000_000

// crossing finds two edges of r that cross or overlap; ends that merely touch
// are let pass, because the parts of one place may touch. It gives up, and is
// not ok, if the shape is too tangled to compare all that may.
func crossing(r region) (at point, crosses, ok bool) {
	segs := r.segs()
	left := func(s seg) int32 { return min(s.a.x, s.b.x) }
	slices.SortFunc(segs, func(s, t seg) int { return cmp.Compare(left(s), left(t)) })
	pairs := 0
	for i, s := range segs {
		right := max(s.a.x, s.b.x)
		for j := i + 1; j < len(segs) && left(segs[j]) <= right; j++ {
			if pairs++; pairs > effort {
				return point{}, false, false
			}
			if crossEach(s, segs[j]) {
				return segs[j].a, true, true
			}
		}
	}
	return point{}, false, true
}

// crossEach reports whether two edges cross inside both, or lie on each other.
func crossEach(s, t seg) bool {
	if max(s.a.y, s.b.y) < min(t.a.y, t.b.y) || max(t.a.y, t.b.y) < min(s.a.y, s.b.y) {
		return false
	}
	a, b := side(s, t.a), side(s, t.b)
	if a == 0 && b == 0 {
		return overlap(s, t)
	}
	return a*b < 0 && side(t, s.a)*side(t, s.b) < 0
}

func side(s seg, p point) int {
	switch c := cross(s.a, s.b, p); {
	case c > 0:
		return 1
	case c < 0:
		return -1
	}
	return 0
}

// overlap reports whether two edges of one line share more than an end and run
// the same way. Against each other they merely part two neighbours.
func overlap(s, t seg) bool {
	a := north
	if s.a.x != s.b.x {
		a = east
	}
	sLo, sHi := min(a.across(s.a), a.across(s.b)), max(a.across(s.a), a.across(s.b))
	if (a.across(s.a) < a.across(s.b)) != (a.across(t.a) < a.across(t.b)) {
		return false
	}
	tLo, tHi := min(a.across(t.a), a.across(t.b)), max(a.across(t.a), a.across(t.b))
	return max(sLo, tLo) < min(sHi, tHi)
}
