package territory

import (
	"cmp"
	"slices"

	"github.com/paulmach/orb"
	"github.com/tidwall/rtree"

	"huying/internal/fault"
)

// Locator finds the place a point lies in. It belongs to one tree, never
// changes, and may be used by any number of goroutines.
type Locator struct {
	layers [4]layer // by rank: grids first, districts last
}

// NewLocator builds the index over the live places that have a shape. A tree
// without shapes gives a Locator that finds nothing. Shapes with coordinates
// that are none are refused.
func NewLocator(t *Tree) (*Locator, error) {
	var byRank [4][]member
	for i := range t.places {
		p := &t.places[i]
		if r := p.Kind.Rank(); r < 4 && len(p.Shape) > 0 && !p.Retired() {
			if !shapeOnGlobe(p.Shape) {
				return nil, fault.New(fault.Invalid, "shape.out_of_range", p.Code)
			}
			byRank[r] = append(byRank[r], t.member(int32(i)))
		}
	}
	l := new(Locator)
	for r, ms := range byRank {
		l.layers[r] = newLayer(ms)
	}
	return l, nil
}

func shapeOnGlobe(shape orb.MultiPolygon) bool {
	for _, polygon := range shape {
		for _, ring := range polygon {
			if slices.ContainsFunc(ring, func(p orb.Point) bool { return !onGlobe(p[0], p[1]) }) {
				return false
			}
		}
	}
	return true
}

// Locate returns the address of the one base grid the point lies in, or of the
// smallest place around it that has a shape; ok is false outside all of them.
//
// A place holds its southern and western borders and not its northern and
// eastern ones, so that a point on the border of two lies in one of them. If
// shapes overlap, the place deeper in the tree wins, then one whose district or
// town was surveyed, then an exclusive grid over a common one, then the lower
// code. Locate does not allocate.
func (l *Locator) Locate(lon, lat float64) (Address, bool) {
	if !onGlobe(lon, lat) {
		return Address{}, false
	}
	for r := range l.layers {
		if i, ok := l.layers[r].find(lon, lat); ok {
			return l.layers[r].members[i].address, true
		}
	}
	return Address{}, false
}

// member is a place of a layer. Members are sorted by who wins an overlap.
type member struct {
	place   *Place
	depth   int
	guessed bool // neither it nor a place around it was surveyed
	address Address
}

func (t *Tree) member(i int32) member {
	m := member{place: &t.places[i], guessed: true, address: t.address(i)}
	for ; i >= 0; i = t.parent[i] {
		m.depth++
		m.guessed = m.guessed && !t.places[i].surveyed()
	}
	return m
}

// before orders members by who wins an overlap.
func (m member) before(o member) int {
	if m.guessed != o.guessed && m.depth == o.depth {
		if m.guessed {
			return 1
		}
		return -1
	}
	return cmp.Or(cmp.Compare(o.depth, m.depth),
		cmp.Compare(m.place.Kind.tier(), o.place.Kind.tier()),
		cmp.Compare(m.place.Code, o.place.Code))
}

// layer is the places of one rank: a tree of their boxes and the edges of their
// rings in one flat array.
type layer struct {
	members []member
	first   []int32 // member i owns edges[first[i]:first[i+1]]
	edges   []rise
	boxes   rtree.RTreeGN[float64, int32]
}

// rise is an edge from its southern end to its northern one. Its slope is
// computed once and from the same end for both neighbours, so that they never
// disagree about a point. Level edges are left out: no ray along them counts.
type rise struct{ south, north, x, slope float64 }

func newLayer(ms []member) layer {
	slices.SortFunc(ms, member.before)
	l := layer{members: ms, first: make([]int32, 1, len(ms)+1)}
	for i, m := range ms {
		for _, polygon := range m.place.Shape {
			for _, ring := range polygon {
				l.edges = appendRises(l.edges, ring)
			}
		}
		l.first = append(l.first, int32(len(l.edges)))
		b := m.place.Shape.Bound()
		l.boxes.Insert(b.Min, b.Max, int32(i))
	}
	return l
}

func appendRises(dst []rise, ring orb.Ring) []rise {
	for i := 1; i < len(ring); i++ {
		a, b := ring[i-1], ring[i]
		if a[1] == b[1] {
			continue
		}
		if a[1] > b[1] {
			a, b = b, a
		}
		dst = append(dst, rise{south: a[1], north: b[1], x: a[0], slope: (b[0] - a[0]) / (b[1] - a[1])})
	}
	return dst
}

// find returns the first member that holds the point.
func (l *layer) find(x, y float64) (int32, bool) {
	best := int32(len(l.members))
	at := [2]float64{x, y}
	l.boxes.Search(at, at, func(_, _ [2]float64, i int32) bool {
		if i < best && l.holds(i, x, y) {
			best = i
		}
		return true
	})
	return best, int(best) < len(l.members)
}

// holds counts the edges east of the point, which is the even-odd rule.
func (l *layer) holds(i int32, x, y float64) bool {
	in := false
	for _, e := range l.edges[l.first[i]:l.first[i+1]] {
		// The product is rounded by itself, so that every processor agrees.
		if e.south <= y && y < e.north && x < e.x+float64((y-e.south)*e.slope) {
			in = !in
		}
	}
	return in
}
