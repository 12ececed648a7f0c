package territory

import "slices"

// linker joins loose directed edges to rings. Edges that run against each other
// cancel out, so that the edges of neighbours link to the outline of both.
type linker struct {
	segs []seg // sorted by start, then end
	used []bool
}

// link returns the region whose boundary the edges are. The result depends on
// the set of edges only, not on their order.
func link(segs []seg) region {
	slices.SortFunc(segs, func(s, t seg) int {
		if c := compare(s.a, t.a); c != 0 {
			return c
		}
		return compare(s.b, t.b)
	})
	l := &linker{segs: segs, used: make([]bool, len(segs))}
	l.cancel()
	var out region
	for i := range segs {
		if l.used[i] {
			continue
		}
		if ring := l.trace(i); area2(ring) != 0 {
			out = append(out, ring)
		}
	}
	return out
}

// cancel drops pairs of edges that run there and back.
func (l *linker) cancel() {
	for i, s := range l.segs {
		if l.used[i] || compare(s.a, s.b) > 0 {
			continue
		}
		for j := l.from(s.b); j < len(l.segs) && l.segs[j].a == s.b; j++ {
			if !l.used[j] && l.segs[j].b == s.a {
				l.used[i], l.used[j] = true, true
				break
			}
		}
	}
}

// from returns the index of the first edge that starts at p.
func (l *linker) from(p point) int {
	i, _ := slices.BinarySearchFunc(l.segs, p, func(s seg, p point) int { return compare(s.a, p) })
	return i
}

// trace follows the edges from the first one back to its start.
func (l *linker) trace(first int) []point {
	var ring []point
	for i := first; ; {
		l.used[i] = true
		ring = append(ring, l.segs[i].a)
		next := l.next(i, first)
		if next < 0 || next == first {
			return ring
		}
		i = next
	}
}

// next picks the edge that goes on from edge i, or the first one to close the
// ring. Where rings touch in a point it turns left as sharply as it can, which
// keeps them apart.
func (l *linker) next(i, first int) int {
	s, best := l.segs[i], -1
	for j := l.from(s.b); j < len(l.segs) && l.segs[j].a == s.b; j++ {
		if l.used[j] && j != first {
			continue
		}
		if best < 0 || sharper(s, l.segs[j].b, l.segs[best].b) {
			best = j
		}
	}
	return best
}

// sharper reports whether going on to p is a sharper left turn than to q.
func sharper(s seg, p, q point) bool {
	leftP, leftQ := cross(s.a, s.b, p) > 0, cross(s.a, s.b, q) > 0
	if leftP != leftQ {
		return leftP
	}
	return cross(s.b, q, p) > 0
}
