package territory

import (
	"iter"
	"slices"
	"strings"

	"github.com/paulmach/orb"
)

// Tree is the places of one city, in one version. It never changes: whatever
// alters it returns a new one, so it may be read by any number of goroutines.
// Retired places stay known by their code and keep their address, but are no
// longer among the children, the counts, or what a Locator finds.
type Tree struct {
	places   []Place // sorted by code
	index    map[string]int32
	parent   []int32   // -1 for the root
	children [][]int32 // live children, in code order
	enter    []int32   // preorder number
	leave    []int32   // the first preorder number after the subtree
	root     int32
	counts   map[Kind]int
	bounds   orb.Bound
	shaped   bool // some place has a shape
	version  string
}

// New builds a tree. All that is wrong is told at once, as a fault.List whose
// faults carry the codes concerned as arguments; after a hundred it stops.
// The shapes are shared with the caller, who must not change them afterwards.
func New(places []Place) (*Tree, error) {
	t := &Tree{places: slices.Clone(places), index: make(map[string]int32, len(places))}
	slices.SortStableFunc(t.places, func(a, b Place) int { return strings.Compare(a.Code, b.Code) })
	if err := t.check(); err != nil {
		return nil, err
	}
	t.number()
	t.counts = make(map[Kind]int)
	for p := range t.All() {
		t.counts[p.Kind]++
	}
	t.bounds, t.shaped = boundsOf(t.places)
	t.version = fingerprint(t.places)
	return t, nil
}

// number links the children and numbers the tree in preorder, so that Within
// is two comparisons.
func (t *Tree) number() {
	n := len(t.places)
	t.children, t.enter, t.leave = make([][]int32, n), make([]int32, n), make([]int32, n)
	all := make([][]int32, n)
	for i, up := range t.parent {
		if up < 0 {
			t.root = int32(i)
			continue
		}
		all[up] = append(all[up], int32(i))
		if !t.places[i].Retired() {
			t.children[up] = append(t.children[up], int32(i))
		}
	}
	var next int32
	var walk func(i int32)
	walk = func(i int32) {
		t.enter[i] = next
		next++
		for _, c := range all[i] {
			walk(c)
		}
		t.leave[i] = next
	}
	walk(t.root)
}

// Root is the place that has no parent.
func (t *Tree) Root() *Place { return &t.places[t.root] }

// Len is the number of live places.
func (t *Tree) Len() int {
	n := 0
	for _, c := range t.counts {
		n += c
	}
	return n
}

// Version names the content of the tree: two trees have the same version if
// and only if they hold the same places, whatever order they came in.
func (t *Tree) Version() string { return t.version }

// Place returns the place of a code, live or retired. It must not be changed.
func (t *Tree) Place(code string) (*Place, bool) {
	i, ok := t.index[code]
	if !ok {
		return nil, false
	}
	return &t.places[i], true
}

// Children returns the live places directly under code, in code order; none if
// the code is unknown.
func (t *Tree) Children(code string) []*Place {
	i, ok := t.index[code]
	if !ok {
		return nil
	}
	out := make([]*Place, len(t.children[i]))
	for j, c := range t.children[i] {
		out[j] = &t.places[c]
	}
	return out
}

// Ancestors returns the places around code, from its parent up to the root.
func (t *Tree) Ancestors(code string) []*Place {
	i, ok := t.index[code]
	if !ok {
		return nil
	}
	var out []*Place
	for i = t.parent[i]; i >= 0; i = t.parent[i] {
		out = append(out, &t.places[i])
	}
	return out
}

// Address returns the codes around a place and its own. It is empty if the
// code is unknown or the city's. Of nested grids it names the smallest.
func (t *Tree) Address(code string) Address {
	i, ok := t.index[code]
	if !ok {
		return Address{}
	}
	return t.address(i)
}

func (t *Tree) address(i int32) Address {
	var a Address
	for ; i >= 0; i = t.parent[i] {
		p := &t.places[i]
		switch p.Kind.Rank() {
		case 0:
			if a.Grid == "" {
				a.Grid = p.Code
			}
		case 1:
			a.Community = p.Code
		case 2:
			a.Town = p.Code
		case 3:
			a.District = p.Code
		}
	}
	return a
}

// Within reports whether code is ancestor or lies below it. A retired place
// still lies where it lay.
func (t *Tree) Within(code, ancestor string) bool {
	i, ok := t.index[code]
	j, known := t.index[ancestor]
	return ok && known && t.enter[j] <= t.enter[i] && t.enter[i] < t.leave[j]
}

// All yields the live places in code order.
func (t *Tree) All() iter.Seq[*Place] { return t.where(func(p *Place) bool { return !p.Retired() }) }

// Retired yields the places that were split or merged away, in code order.
func (t *Tree) Retired() iter.Seq[*Place] { return t.where((*Place).Retired) }

func (t *Tree) where(keep func(*Place) bool) iter.Seq[*Place] {
	return func(yield func(*Place) bool) {
		for i := range t.places {
			if p := &t.places[i]; keep(p) && !yield(p) {
				return
			}
		}
	}
}

// Count is the number of live places of a kind.
func (t *Tree) Count(k Kind) int { return t.counts[k] }

// With returns a tree in which the given places are added, or take the stead of
// those that have their code.
func (t *Tree) With(places ...Place) (*Tree, error) {
	all := slices.Clone(t.places)
	given := make(map[string]bool, len(places))
	for _, p := range places {
		i, ok := t.index[p.Code]
		if ok && !given[p.Code] {
			all[i] = p
		} else {
			all = append(all, p)
		}
		given[p.Code] = true
	}
	return New(all)
}
