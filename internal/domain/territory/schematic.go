package territory

import (
	"math"
	"slices"

	"huying/internal/fault"
)

// Schematic draws the places nobody has surveyed. Below every place that has a
// shape it lays out the live children so that they tile it exactly, each with
// an area roughly in proportion to its residents (or households, or grids, whichever
// all siblings have), and so on down to the grids. What it draws is marked
// Synthetic and says nothing of where a border really is.
//
// A shape is kept if it was surveyed, or if it is a district's. Where only some
// of the siblings are surveyed, the others get no shape: nothing says where
// they lie. Only a surveyed exclusive grid may lie on top of its siblings. The drawing depends on the codes, the weights, the shapes around
// them and the seed alone. All shapes are put on the 1e-7 degree lattice, and
// kept ones get the vertices their parts have on the common border. Drawing a
// tree anew moves what was drawn before, so it is done when a city is set up or
// gets its real borders, not after a split.
func Schematic(t *Tree, seed uint64) (*Tree, error) {
	d := newDrawing(t, seed)
	if err := d.lay(t.root); err != nil {
		return nil, err
	}
	return New(d.places())
}

// drawing is the work on one schematic.
type drawing struct {
	tree    *Tree
	seed    uint64
	seams   seams
	shapes  []region // by place; nil is no shape
	drawn   []bool   // by place: whether we drew it
	weights []weight
}

// weight is what a place may be measured by, its whole subtree counted.
type weight struct{ residents, households, leaves int }

func newDrawing(t *Tree, seed uint64) *drawing {
	n := len(t.places)
	d := &drawing{tree: t, seed: seed, seams: make(seams), shapes: make([]region, n), drawn: make([]bool, n), weights: make([]weight, n)}
	for i := range t.places {
		d.shapes[i] = regionOf(t.places[i].Shape)
	}
	d.weigh(t.root)
	return d
}

func (d *drawing) weigh(i int32) weight {
	p := &d.tree.places[i]
	var below weight
	for _, c := range d.tree.children[i] {
		w := d.weigh(c)
		below.residents += w.residents
		below.households += w.households
		below.leaves += w.leaves
	}
	w := weight{residents: p.Residents, households: p.Households, leaves: max(1, below.leaves)}
	if w.residents == 0 {
		w.residents = below.residents
	}
	if w.households == 0 {
		w.households = below.households
	}
	d.weights[i] = w
	return w
}

// lay draws everything below place i.
func (d *drawing) lay(i int32) error {
	if kids := d.toDraw(i); len(kids) > 0 {
		if err := d.divide(d.shapes[i], kids, d.shares(kids)); err != nil {
			return err
		}
	}
	for _, c := range d.tree.children[i] {
		if err := d.lay(c); err != nil {
			return err
		}
	}
	return nil
}

// toDraw returns the children of i that are to be drawn: all or none. It takes
// away the drawings of those that cannot be drawn beside surveyed siblings. A
// surveyed exclusive grid lies on top of the others and does not count.
func (d *drawing) toDraw(i int32) []int32 {
	var kids []int32
	fixed := false
	for _, c := range d.tree.children[i] {
		p := &d.tree.places[c]
		if p.Kind == Exclusive && p.surveyed() {
			continue
		}
		kids = append(kids, c)
		fixed = fixed || p.surveyed() || len(p.Shape) > 0 && p.Kind == District
	}
	if !fixed && len(d.shapes[i]) == 0 {
		return nil // nothing to draw in; what a pack drew may stay
	}
	for _, c := range kids {
		if p := &d.tree.places[c]; !p.surveyed() && p.Kind != District {
			d.shapes[c] = nil
		}
	}
	if fixed {
		return nil
	}
	return kids
}

// shares returns the weights of siblings, each at least a twentieth of the
// mean so that no place becomes a thread.
func (d *drawing) shares(kids []int32) []float64 {
	by := func(of func(weight) int) []float64 {
		out := make([]float64, len(kids))
		for j, c := range kids {
			out[j] = float64(of(d.weights[c]))
		}
		return out
	}
	out := by(func(w weight) int { return w.residents })
	if slices.Contains(out, 0) {
		out = by(func(w weight) int { return w.households })
	}
	if slices.Contains(out, 0) {
		out = by(func(w weight) int { return w.leaves })
	}
	floor := total(out) / float64(len(out)) / 20
	for j, w := range out {
		out[j] = max(w, floor)
	}
	return out
}

func total(ws []float64) float64 {
	var sum float64
	for _, w := range ws {
		sum += w
	}
	return sum
}

// divide gives r to the siblings, in halves of about equal weight.
func (d *drawing) divide(r region, kids []int32, shares []float64) error {
	if len(kids) == 1 {
		d.shapes[kids[0]], d.drawn[kids[0]] = r, true
		return nil
	}
	n, head := 0, 0.0
	for half := total(shares) / 2; n < len(kids)-1 && (n == 0 || head+shares[n]/2 <= half); n++ {
		head += shares[n]
	}
	ratio := head / total(shares) * (0.94 + float64(0.12*d.chance(kids[n])))
	lo, hi := d.bisect(r, ratio)
	if len(lo) == 0 || len(hi) == 0 {
		return fault.New(fault.Invalid, "shape.too_small", d.tree.places[kids[0]].Parent, len(kids))
	}
	if err := d.divide(lo, kids[:n], shares[:n]); err != nil {
		return err
	}
	return d.divide(hi, kids[n:], shares[n:])
}

// chance is a number in [0, 1) that depends on the seed and a place's code.
func (d *drawing) chance(i int32) float64 {
	return float64(lot(d.seed, d.tree.places[i].Code)>>11) / (1 << 53)
}

// bisect cuts r so that about the given part of its area comes first, along the
// axis whose cut is shorter. It returns nil halves if r is too small to cut.
func (d *drawing) bisect(r region, ratio float64) (lo, hi region) {
	r = d.seams.mend(r)
	edges := r.segs()
	best, axisBest, at := math.Inf(1), east, int32(0)
	for _, a := range [...]axis{east, north} {
		c, ok := place(edges, a, ratio)
		if !ok {
			continue
		}
		length := below(edges, a, c+1) - below(edges, a, c)
		if a == north {
			length *= math.Cos(float64(edges[0].a.y) / latticePerDegree * math.Pi / 180)
		}
		if length < best {
			best, axisBest, at = length, a, c
		}
	}
	if math.IsInf(best, 1) {
		return nil, nil
	}
	lo, hi = d.seams.cut(r, axisBest, at)
	return trade(lo, hi, axisBest, at)
}

// place finds the line that has the given part of the area below it.
func place(edges []seg, a axis, ratio float64) (int32, bool) {
	lo, hi := a.across(edges[0].a), a.across(edges[0].a)
	for _, e := range edges {
		lo, hi = min(lo, a.across(e.a)), max(hi, a.across(e.a))
	}
	if int64(hi)-int64(lo) < 4 {
		return 0, false
	}
	want := ratio * below(edges, a, hi)
	lo, hi = lo+1, hi-1
	for lo < hi {
		mid := int32((int64(lo) + int64(hi)) >> 1)
		if below(edges, a, mid) < want {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo, true
}

// trade hands fragments that a cut through a bay leaves behind to the other
// side, where they grow together with their neighbour, so that places come in
// few parts. Fragments that do not touch the line stay where they are.
func trade(lo, hi region, a axis, at int32) (region, region) {
	if holed(lo) || holed(hi) {
		return lo, hi
	}
	keepLo, giveLo := fragments(lo, a, at)
	keepHi, giveHi := fragments(hi, a, at)
	if len(giveLo)+len(giveHi) == 0 {
		return lo, hi
	}
	return link(append(keepLo.segs(), giveHi.segs()...)), link(append(keepHi.segs(), giveLo.segs()...))
}

func holed(r region) bool {
	return slices.ContainsFunc(r, func(ring []point) bool { return area2(ring) < 0 })
}

// fragments splits off the rings that are less than a fifth of r and have an
// edge in the line.
func fragments(r region, a axis, at int32) (keep, give region) {
	all := r.area2()
	for _, ring := range r {
		if area2(ring) < all/5 && touches(ring, a, at) {
			give = append(give, ring)
		} else {
			keep = append(keep, ring)
		}
	}
	if len(keep) == 0 {
		return r, nil
	}
	return keep, give
}

func touches(ring []point, a axis, at int32) bool {
	for i, p := range ring {
		if a.across(p) == at && a.across(ring[(i+1)%len(ring)]) == at {
			return true
		}
	}
	return false
}

// places returns the tree's places with their shapes. Only now all seams are
// known, so only now the common borders are mended.
func (d *drawing) places() []Place {
	out := slices.Clone(d.tree.places)
	for i := range out {
		out[i].Shape = d.seams.mend(d.shapes[i]).shape()
		switch {
		case d.drawn[i]:
			out[i].Synthetic = true
		case len(out[i].Shape) == 0:
			out[i].Synthetic = false
		}
	}
	return out
}
