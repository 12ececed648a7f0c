package territory

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// Schematic shapes are computed on a lattice of 1e-7 degrees (about a
// centimetre) in integers. That is what makes them tile: a point is the same
// point for everybody who touches it, areas add up exactly, and writing the
// shapes out with seven decimals loses nothing.
const latticePerDegree = 1e7

// point is a lattice point: longitude and latitude in 1e-7 degrees.
type point struct{ x, y int32 }

func compare(a, b point) int {
	if c := cmp.Compare(a.x, b.x); c != 0 {
		return c
	}
	return cmp.Compare(a.y, b.y)
}

// seg is a directed edge; the inside lies on its left.
type seg struct{ a, b point }

// region is a set of rings without closing point: counter-clockwise around the
// inside, clockwise around a hole. Its rings may lie apart.
type region [][]point

// round7 rounds a coordinate to the lattice.
func round7(deg float64) float64 { return math.Round(deg*latticePerDegree) / latticePerDegree }

// regionOf puts a shape on the lattice and turns its rings the right way.
func regionOf(shape orb.MultiPolygon) region {
	var out region
	for _, polygon := range shape {
		for i, ring := range polygon {
			pts := make([]point, 0, len(ring))
			for _, c := range ring {
				p := point{int32(math.Round(c[0] * latticePerDegree)), int32(math.Round(c[1] * latticePerDegree))}
				if len(pts) == 0 || pts[len(pts)-1] != p {
					pts = append(pts, p)
				}
			}
			if len(pts) > 1 && pts[0] == pts[len(pts)-1] {
				pts = pts[:len(pts)-1]
			}
			a := area2(pts)
			if a == 0 {
				continue
			}
			if (a > 0) != (i == 0) {
				slices.Reverse(pts)
			}
			out = append(out, pts)
		}
	}
	return out
}

// shape gives each hole to the smallest ring around it and returns degrees.
func (r region) shape() orb.MultiPolygon {
	var out orb.MultiPolygon
	var outers, holes [][]point
	for _, ring := range r {
		if area2(ring) > 0 {
			outers = append(outers, ring)
			out = append(out, orb.Polygon{degrees(ring)})
		} else {
			holes = append(holes, ring)
		}
	}
	for _, hole := range holes {
		best := -1
		for i, outer := range outers {
			if encloses(outer, hole) && (best < 0 || area2(outer) < area2(outers[best])) {
				best = i
			}
		}
		if best >= 0 {
			out[best] = append(out[best], degrees(hole))
		}
	}
	return out
}

func degrees(ring []point) orb.Ring {
	out := make(orb.Ring, 0, len(ring)+1)
	for _, p := range ring {
		out = append(out, orb.Point{float64(p.x) / latticePerDegree, float64(p.y) / latticePerDegree})
	}
	return append(out, out[0])
}

// encloses asks for the middle of the hole's first edge, nudged to the hole's
// outer side, because the hole may share vertices with the ring around it.
func encloses(outer, hole []point) bool {
	a, b := hole[0], hole[1]
	x, y := (float64(a.x)+float64(b.x))/2, (float64(a.y)+float64(b.y))/2
	dx, dy := float64(b.x)-float64(a.x), float64(b.y)-float64(a.y)
	n := math.Hypot(dx, dy)
	x, y = x-dy/n*0.01, y+dx/n*0.01
	in := false
	for i, p := range outer {
		q := outer[(i+1)%len(outer)]
		if (float64(p.y) > y) != (float64(q.y) > y) &&
			x < float64(p.x)+(y-float64(p.y))*(float64(q.x)-float64(p.x))/(float64(q.y)-float64(p.y)) {
			in = !in
		}
	}
	return in
}

// area2 is twice the signed area of a ring, exactly.
func area2(ring []point) int64 {
	var sum int64
	for i := 1; i+1 < len(ring); i++ {
		sum += cross(ring[0], ring[i], ring[i+1])
	}
	return sum
}

func (r region) area2() int64 {
	var sum int64
	for _, ring := range r {
		sum += area2(ring)
	}
	return sum
}

// cross is positive if o, a, b turn to the left.
func cross(o, a, b point) int64 {
	ox, oy := int64(o.x), int64(o.y)
	return (int64(a.x)-ox)*(int64(b.y)-oy) - (int64(a.y)-oy)*(int64(b.x)-ox)
}

// segs yields the directed edges of all rings.
func (r region) segs() []seg {
	var out []seg
	for _, ring := range r {
		for i, p := range ring {
			out = append(out, seg{p, ring[(i+1)%len(ring)]})
		}
	}
	return out
}
