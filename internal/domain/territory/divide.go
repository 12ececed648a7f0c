package territory

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"huying/internal/fault"
)

// mostDrawn bounds the points of a line that somebody draws.
const mostDrawn = 100

// Divide cuts a shape along a line into what lies left and right of it, seen
// the way it is drawn. Both ends of the line go on straight until they have
// left the shape. Faults, in the field line: grid.line_too_short,
// grid.line_too_long, grid.line_crosses_itself, grid.line_misses.
func Divide(shape orb.MultiPolygon, line orb.LineString) (left, right orb.MultiPolygon, err error) {
	s := &saw{body: regionOf(shape)}
	if err := s.draw(line); err != nil {
		return nil, nil, err
	}
	s.cross()
	s.sort()
	l, r := link(s.left), link(s.right)
	const least = 2_000_000 // twice the area in lattice units: about a hundred square metres
	if l.area2() < least || r.area2() < least {
		return nil, nil, fault.Field("line", "grid.line_misses")
	}
	return l.shape(), r.shape(), nil
}

// saw divides a region along a polyline. Whatever lies exactly on the line
// counts as left of it, everywhere alike, so that no crossing is counted twice.
type saw struct {
	body        region
	line        []point
	cuts        map[[2]int][]mark // where each edge of the body is cut, by ring and edge
	along       [][]mark          // where each segment of the line crosses the body
	left, right []seg
}

// mark is a crossing and how far along it lies, from 0 to 1.
type mark struct {
	at  point
	far float64
}

// draw puts the line on the lattice and lengthens both ends.
func (s *saw) draw(line orb.LineString) error {
	if len(line) > mostDrawn {
		return fault.Field("line", "grid.line_too_long", mostDrawn)
	}
	for _, c := range line {
		if !onGlobe(c[0], c[1]) {
			return fault.Field("line", "grid.line_misses")
		}
		p := point{int32(math.Round(c[0] * latticePerDegree)), int32(math.Round(c[1] * latticePerDegree))}
		if len(s.line) == 0 || s.line[len(s.line)-1] != p {
			s.line = append(s.line, p)
		}
	}
	n := len(s.line)
	if n < 2 {
		return fault.Field("line", "grid.line_too_short")
	}
	_, reach := s.around()
	if reach > 1e8 { // ten degrees: it is drawn elsewhere, and would not fit the lattice
		return fault.Field("line", "grid.line_misses")
	}
	first, last := beyond(s.line[1], s.line[0], reach), beyond(s.line[n-2], s.line[n-1], reach)
	s.line = append(append([]point{first}, s.line...), last)
	for i := range len(s.line) - 1 {
		for j := i + 1; j < len(s.line)-1; j++ {
			if tangled(seg{s.line[i], s.line[i+1]}, seg{s.line[j], s.line[j+1]}, j == i+1) {
				return fault.Field("line", "grid.line_crosses_itself")
			}
		}
	}
	return nil
}

// tangled reports whether two pieces of a line meet, or the second, which goes
// on where the first ends, runs back on it.
func tangled(s, t seg, goesOn bool) bool {
	if goesOn {
		on := (int64(s.b.x)-int64(s.a.x))*(int64(t.b.x)-int64(s.b.x)) + (int64(s.b.y)-int64(s.a.y))*(int64(t.b.y)-int64(s.b.y))
		return on < 0 && side(s, t.b) == 0
	}
	return max(s.a.x, s.b.x) >= min(t.a.x, t.b.x) && max(t.a.x, t.b.x) >= min(s.a.x, s.b.x) &&
		max(s.a.y, s.b.y) >= min(t.a.y, t.b.y) && max(t.a.y, t.b.y) >= min(s.a.y, s.b.y) &&
		side(s, t.a)*side(s, t.b) <= 0 && side(t, s.a)*side(t, s.b) <= 0
}

// around returns the middle of the body and the line, and a distance from it
// that is well outside of both.
func (s *saw) around() (middle [2]float64, reach float64) {
	lo, hi := [2]float64{math.Inf(1), math.Inf(1)}, [2]float64{math.Inf(-1), math.Inf(-1)}
	for _, ring := range append(slices.Clone(s.body), s.line) {
		for _, p := range ring {
			for i, x := range [2]float64{float64(p.x), float64(p.y)} {
				lo[i], hi[i] = min(lo[i], x), max(hi[i], x)
			}
		}
	}
	return [2]float64{(lo[0] + hi[0]) / 2, (lo[1] + hi[1]) / 2}, 2 * math.Hypot(hi[0]-lo[0], hi[1]-lo[1])
}

// beyond is the point that lies a distance behind b, seen from a.
func beyond(a, b point, by float64) point {
	dx, dy := float64(b.x)-float64(a.x), float64(b.y)-float64(a.y)
	k := by / math.Hypot(dx, dy)
	return point{b.x + int32(dx*k), b.y + int32(dy*k)}
}

// cross finds every place where the line meets an edge of the body.
func (s *saw) cross() {
	s.cuts, s.along = map[[2]int][]mark{}, make([][]mark, len(s.line)-1)
	for r, ring := range s.body {
		for i, a := range ring {
			e := seg{a, ring[(i+1)%len(ring)]}
			for j := range s.along {
				l := seg{s.line[j], s.line[j+1]}
				if leftOf(l, e.a) == leftOf(l, e.b) || leftOf(e, l.a) == leftOf(e, l.b) {
					continue
				}
				u, v := reached(l, e), reached(e, l)
				m := near(e, u)
				s.cuts[[2]int{r, i}] = append(s.cuts[[2]int{r, i}], mark{m, u})
				s.along[j] = append(s.along[j], mark{m, v})
			}
		}
	}
}

func leftOf(s seg, p point) bool { return cross(s.a, s.b, p) >= 0 }

// reached is how far along e the line through l meets it.
func reached(l, e seg) float64 {
	a, b := float64(cross(l.a, l.b, e.a)), float64(cross(l.a, l.b, e.b))
	return a / (a - b)
}

// near is a lattice point close to where the share u of an edge ends: of those
// within a metre or two the one that lies nearest to the edge, so that the
// neighbour who keeps the edge undivided has neither gap nor overlap to speak of.
func near(e seg, u float64) point {
	k := edgeKey(e.a, e.b) // both neighbours find the same point
	if k != e {
		u = 1 - u
	}
	dx, dy := float64(k.b.x)-float64(k.a.x), float64(k.b.y)-float64(k.a.y)
	steps := max(math.Abs(dx), math.Abs(dy))
	best, off := k.a, math.Inf(1)
	for i := math.Round(u*steps) - 150; i <= u*steps+150; i++ {
		if i < 0 || i > steps {
			continue
		}
		p := point{k.a.x + int32(math.Round(dx*i/steps)), k.a.y + int32(math.Round(dy*i/steps))}
		if d := math.Abs(float64(cross(k.a, k.b, p))); d < off {
			best, off = p, d
		}
	}
	return best
}

// sort gives the pieces of the body's edges to their sides, and to both the
// pieces of the line that lie inside.
func (s *saw) sort() {
	for r, ring := range s.body {
		first := s.surest(ring)
		isLeft := s.onLeft(ring[first])
		for n := range ring {
			i := (first + n) % len(ring)
			from, marks := ring[i], s.cuts[[2]int{r, i}]
			slices.SortFunc(marks, func(a, b mark) int { return cmp.Compare(a.far, b.far) })
			for _, m := range append(marks, mark{ring[(i+1)%len(ring)], 1}) {
				s.give(isLeft, seg{from, m.at})
				from, isLeft = m.at, !isLeft
			}
			isLeft = !isLeft // the end of an edge is no crossing
		}
	}
	inside := false
	for j, marks := range s.along {
		from := s.line[j]
		slices.SortFunc(marks, func(a, b mark) int { return cmp.Compare(a.far, b.far) })
		for _, m := range append(marks, mark{s.line[j+1], 1}) {
			if inside {
				s.give(true, seg{from, m.at})
				s.give(false, seg{m.at, from})
			}
			from, inside = m.at, !inside
		}
		inside = !inside
	}
}

func (s *saw) give(isLeft bool, e seg) {
	switch {
	case e.a == e.b:
	case isLeft:
		s.left = append(s.left, e)
	default:
		s.right = append(s.right, e)
	}
}

// surest is the vertex of a ring that lies farthest from the line: there is no
// doubt on which side of it.
func (s *saw) surest(ring []point) int {
	best, far := 0, -1.0
	for i, p := range ring {
		d := math.Inf(1)
		for j := range s.along {
			d = min(d, away(p, s.line[j], s.line[j+1]))
		}
		if d > far {
			best, far = i, d
		}
	}
	return best
}

// away is the distance of a point from an edge.
func away(p, a, b point) float64 {
	dx, dy := float64(b.x)-float64(a.x), float64(b.y)-float64(a.y)
	px, py := float64(p.x)-float64(a.x), float64(p.y)-float64(a.y)
	t := 0.0
	if n := dx*dx + dy*dy; n > 0 {
		t = max(0, min(1, (px*dx+py*dy)/n))
	}
	return math.Hypot(px-t*dx, py-t*dy)
}

// onLeft reports whether a point lies in the ring that the line and an arc
// around its left make.
func (s *saw) onLeft(p point) bool {
	middle, reach := s.around()
	ring := make([][2]float64, 0, len(s.line)+16)
	for _, q := range s.line {
		ring = append(ring, [2]float64{float64(q.x), float64(q.y)})
	}
	angle := func(q [2]float64) float64 { return math.Atan2(q[1]-middle[1], q[0]-middle[0]) }
	from, to := angle(ring[len(ring)-1]), angle(ring[0])
	if to <= from {
		to += 2 * math.Pi
	}
	const steps = 16
	for i := range steps + 1 {
		a := from + (to-from)*float64(i)/steps
		ring = append(ring, [2]float64{middle[0] + reach*math.Cos(a), middle[1] + reach*math.Sin(a)})
	}
	x, y, in := float64(p.x), float64(p.y), false
	for i, a := range ring {
		b := ring[(i+1)%len(ring)]
		if (a[1] > y) != (b[1] > y) && x < a[0]+(y-a[1])*(b[0]-a[0])/(b[1]-a[1]) {
			in = !in
		}
	}
	return in
}
