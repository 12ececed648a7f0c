package territory

import (
	"cmp"
	"math"
	"slices"
)

// axis is the direction a cut line is perpendicular to.
type axis uint8

const (
	east  axis = iota // the line runs north, at a longitude
	north             // the line runs east, at a latitude
)

// across is p's coordinate that the line is set at, along the one it runs in.
func (a axis) across(p point) int32 {
	if a == east {
		return p.x
	}
	return p.y
}

func (a axis) along(p point) int32 {
	if a == east {
		return p.y
	}
	return p.x
}

func (a axis) at(across, along int32) point {
	if a == east {
		return point{across, along}
	}
	return point{along, across}
}

// seams remembers where edges were divided, by their ends in order. Rounding
// moves the dividing point off the edge by less than a centimetre; because
// everybody who owns the edge divides it in the same point, no gap opens.
type seams map[seg]point

func edgeKey(a, b point) seg {
	if compare(a, b) > 0 {
		a, b = b, a
	}
	return seg{a, b}
}

// follow appends the points after a on the way to b, b left out.
func (s seams) follow(dst []point, a, b point) []point {
	m, ok := s[edgeKey(a, b)]
	if !ok {
		return dst
	}
	return s.follow(append(s.follow(dst, a, m), m), m, b)
}

// mend returns r with every divided edge replaced by its parts.
func (s seams) mend(r region) region {
	out := make(region, len(r))
	for i, ring := range r {
		pts := make([]point, 0, len(ring)+4)
		for j, p := range ring {
			pts = s.follow(append(pts, p), p, ring[(j+1)%len(ring)])
		}
		out[i] = pts
	}
	return out
}

// cut divides r by a line into what lies below and above it. Both parts together
// have exactly the area of the mended r.
func (s seams) cut(r region, a axis, c int32) (lo, hi region) {
	k := knife{axis: a, at: c, seams: s}
	for _, e := range s.mend(r).segs() {
		k.edge(e)
	}
	k.close()
	return link(k.lo), link(k.hi)
}

// knife sorts the edges of a region to the two sides of a line.
type knife struct {
	axis
	at     int32
	seams  seams
	lo, hi []seg
	ends   []lineEnd
	flat   []seg // the edges that lie in the line
}

// lineEnd is a point of the line and how many more edges of either side arrive
// there than leave.
type lineEnd struct {
	along  int32
	lo, hi int
}

// edge gives one edge to its side, or its halves to theirs.
func (k *knife) edge(e seg) {
	da, db := cmp.Compare(k.across(e.a), k.at), cmp.Compare(k.across(e.b), k.at)
	switch {
	case da == 0 && db == 0:
		k.flat = append(k.flat, e)
		k.ends = append(k.ends, lineEnd{along: k.along(e.a)}, lineEnd{along: k.along(e.b)})
	case da < 0 && db > 0 || da > 0 && db < 0:
		m := k.meet(e)
		k.seams[edgeKey(e.a, e.b)] = m
		k.edge(seg{e.a, m})
		k.edge(seg{m, e.b})
	default:
		below := da < 0 || db < 0
		if below {
			k.lo = append(k.lo, e)
		} else {
			k.hi = append(k.hi, e)
		}
		if da == 0 {
			k.end(e.a, below, -1)
		}
		if db == 0 {
			k.end(e.b, below, 1)
		}
	}
}

func (k *knife) end(p point, below bool, arriving int) {
	end := lineEnd{along: k.along(p)}
	if below {
		end.lo = arriving
	} else {
		end.hi = arriving
	}
	k.ends = append(k.ends, end)
}

// meet is the lattice point nearest to where e meets the line. It does not
// depend on the direction of e.
func (k *knife) meet(e seg) point {
	e = edgeKey(e.a, e.b)
	num := (int64(k.at) - int64(k.across(e.a))) * (int64(k.along(e.b)) - int64(k.along(e.a)))
	den := int64(k.across(e.b)) - int64(k.across(e.a))
	q, rest := num/den, num%den
	if 2*abs(rest) >= abs(den) {
		if (num < 0) == (den < 0) {
			q++
		} else {
			q--
		}
	}
	return k.axis.at(k.at, k.along(e.a)+int32(q))
}

func abs(n int64) int64 { return max(n, -n) }

// close draws the line: walking along it, what arrives on a side and did not
// leave yet must go on in the line.
func (k *knife) close() {
	slices.SortFunc(k.ends, func(p, q lineEnd) int { return cmp.Compare(p.along, q.along) })
	var flowLo, flowHi int
	var stops []int32
	for i, end := range k.ends {
		if i == 0 || end.along != k.ends[i-1].along {
			if i > 0 {
				p, q := k.axis.at(k.at, k.ends[i-1].along), k.axis.at(k.at, end.along)
				k.lo = run(k.lo, p, q, flowLo)
				k.hi = run(k.hi, p, q, flowHi)
			}
			stops = append(stops, end.along)
		}
		flowLo += end.lo
		flowHi += end.hi
	}
	for _, e := range k.flat {
		k.divide(e, stops)
	}
}

// divide notes the stops inside an edge that lies in the line.
func (k *knife) divide(e seg, stops []int32) {
	from, to := k.along(e.a), k.along(e.b)
	if from > to {
		from, to = to, from
	}
	last := k.axis.at(k.at, to)
	i, _ := slices.BinarySearch(stops, from)
	for i++; i < len(stops) && stops[i] < to; i++ {
		rest := edgeKey(k.axis.at(k.at, stops[i-1]), last)
		if _, divided := k.seams[rest]; !divided {
			k.seams[rest] = k.axis.at(k.at, stops[i])
		}
	}
}

// run appends n edges from p to q, or from q to p if n is negative.
func run(dst []seg, p, q point, n int) []seg {
	for ; n > 0; n-- {
		dst = append(dst, seg{p, q})
	}
	for ; n < 0; n++ {
		dst = append(dst, seg{q, p})
	}
	return dst
}

// below returns the area of r under the line at c, in lattice units. Folding all
// that is above onto the line leaves it without area, so that the integral over
// the folded boundary is the area below. Each product is rounded by itself, so
// that every processor draws the same.
func below(edges []seg, a axis, c int32) float64 {
	var sum float64
	at := float64(c)
	for _, e := range edges {
		u, v := float64(a.across(e.a)), float64(a.across(e.b))
		w := float64(a.along(e.b)) - float64(a.along(e.a))
		switch {
		case u <= at && v <= at:
			sum += float64(w * ((u+v)/2 - at))
		case u < at:
			t := (at - u) / (v - u)
			sum += float64(w * t * (u - at) / 2)
		case v < at:
			t := (at - v) / (u - v)
			sum += float64(w * t * (v - at) / 2)
		}
	}
	return math.Abs(sum)
}
