package territory

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"huying/internal/fault"
)

// At returns the tree as it was at a time: with the grids that were split or
// merged later, and without those that came later.
func (t *Tree) At(when time.Time) (*Tree, error) {
	var then []Place
	for _, p := range t.places {
		if p.ValidFrom.After(when) || p.Retired() && !when.Before(p.ValidTo) {
			continue
		}
		p.ValidTo, p.Heirs = time.Time{}, nil
		then = append(then, p)
	}
	return New(then)
}

// Split retires a grid at a time and puts parts new grids of equal area and
// numbers in its place. The old grid stays known, so that what happened in it
// keeps its address. Only a live grid without parts of its own can be split.
func Split(t *Tree, code string, parts int, at time.Time) (*Tree, error) {
	old, err := t.closing(code, at)
	if err != nil {
		return nil, err
	}
	if parts < 2 || parts > perCommunity {
		return nil, fault.Field("parts", "grid.parts_out_of_range", parts, perCommunity)
	}
	number, err := t.freeNumber(old.Parent, parts)
	if err != nil {
		return nil, err
	}
	home, _ := t.Place(old.Parent)
	changed := make([]Place, 0, parts+1)
	for i := range parts {
		p := newGrid(home, number+i)
		p.Kind, p.ValidFrom = old.Kind, at
		p.Households, p.Residents = part(old.Households, i, parts), part(old.Residents, i, parts)
		changed = append(changed, p)
		old.Heirs = append(old.Heirs, p.Code)
	}
	next, err := t.With(append(changed, old)...)
	if err != nil || len(old.Shape) == 0 {
		return next, err
	}
	return next.layOut(old, changed)
}

// layOut draws the heirs of a grid inside its shape.
func (t *Tree) layOut(old Place, heirs []Place) (*Tree, error) {
	d := newDrawing(t, 0)
	kids := make([]int32, len(heirs))
	even := make([]float64, len(heirs))
	for i, p := range heirs {
		kids[i], even[i] = t.index[p.Code], 1
	}
	if err := d.divide(regionOf(old.Shape), kids, even); err != nil {
		return nil, err
	}
	return New(d.places())
}

// Merge retires two or more grids of one parent at a time and puts one new grid
// in their place, on the ground of them all, which must hang together. It is of
// the first one's kind.
func Merge(t *Tree, at time.Time, codes ...string) (*Tree, error) {
	codes = slices.Clone(codes)
	slices.Sort(codes)
	codes = slices.Compact(codes)
	if len(codes) < 2 {
		return nil, fault.Field("codes", "grid.merge_needs_two")
	}
	olds := make([]Place, len(codes))
	for i, code := range codes {
		var err error
		if olds[i], err = t.closing(code, at); err != nil {
			return nil, err
		}
		if olds[i].Parent != olds[0].Parent {
			return nil, fault.Field("codes", "grid.merge_across_parents", codes[0], code)
		}
	}
	if lone := apart(olds); lone != "" {
		return nil, fault.Field("codes", "grid.merge_apart", lone)
	}
	number, err := t.freeNumber(olds[0].Parent, 1)
	if err != nil {
		return nil, err
	}
	home, _ := t.Place(olds[0].Parent)
	p := union(newGrid(home, number), olds)
	p.ValidFrom = at
	for i := range olds {
		olds[i].Heirs = []string{p.Code}
	}
	return t.With(append(olds, p)...)
}

// union gives p the sums and the common outline of olds.
func union(p Place, olds []Place) Place {
	var segs []seg
	p.Kind, p.Synthetic = olds[0].Kind, false
	for _, old := range olds {
		p.AreaKM2 += old.AreaKM2
		p.Households += old.Households
		p.Residents += old.Residents
		p.Synthetic = p.Synthetic || old.Synthetic
		segs = append(segs, regionOf(old.Shape).segs()...)
	}
	p.Shape = link(segs).shape()
	return p
}

// closing returns a copy of a live grid, retired at a time.
func (t *Tree) closing(code string, at time.Time) (Place, error) {
	i, ok := t.index[code]
	if !ok {
		return Place{}, fault.New(fault.NotFound, "place.unknown", code)
	}
	p := t.places[i]
	switch {
	case p.Kind.Rank() != 0 || len(t.children[i]) > 0 || p.Parent == "":
		return Place{}, fault.New(fault.Invalid, "grid.not_divisible", code)
	case p.Retired():
		return Place{}, fault.New(fault.Conflict, "grid.already_retired", code)
	case !at.After(p.ValidFrom):
		return Place{}, fault.Field("at", "grid.change_too_early", code)
	}
	p.ValidTo, p.Heirs = at, nil
	return p, nil
}

// freeNumber returns the first of n grid numbers that were never used below
// parent; the numbers of retired grids are not given again.
func (t *Tree) freeNumber(parent string, n int) (int, error) {
	last := 0
	i, _ := slices.BinarySearchFunc(t.places, parent+"G", func(p Place, code string) int { return strings.Compare(p.Code, code) })
	for ; i < len(t.places); i++ {
		digits, ok := strings.CutPrefix(t.places[i].Code, parent+"G")
		if !ok {
			break
		}
		if number, err := strconv.Atoi(digits); err == nil {
			last = max(last, number)
		}
	}
	if last+n > perCommunity {
		return 0, fault.New(fault.Exhausted, "grid.numbers_used_up", parent, perCommunity)
	}
	return last + 1, nil
}
