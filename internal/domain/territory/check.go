package territory

import (
	"huying/internal/fault"
)

// enough is how many faults are told at once; a list of thousands helps nobody.
const enough = 100

// check indexes the places and their parents and tells all that keeps them
// from being a tree.
func (t *Tree) check() error {
	var wrong fault.List
	for i := range t.places {
		p := &t.places[i]
		switch {
		case p.Code == "":
			wrong.Add(fault.New(fault.Invalid, "place.code_missing", p.Name))
		case i > 0 && t.places[i-1].Code == p.Code:
			wrong.Add(fault.New(fault.Invalid, "place.duplicate_code", p.Code))
		}
		if !p.Kind.known() {
			wrong.Add(fault.New(fault.Invalid, "place.kind_unknown", p.Code, string(p.Kind)))
		}
		if p.Residents < 0 || p.Households < 0 || p.AreaKM2 < 0 {
			wrong.Add(fault.New(fault.Invalid, "place.number_negative", p.Code))
		}
		t.index[p.Code] = int32(i)
	}
	roots := t.checkParents(&wrong)
	switch {
	case len(roots) > 1:
		wrong.Add(fault.New(fault.Invalid, "territory.several_roots", t.places[roots[0]].Code, t.places[roots[1]].Code, len(roots)))
	case len(roots) == 0:
		wrong.Add(fault.New(fault.Invalid, "territory.root_missing"))
	}
	t.checkCycles(&wrong)
	return wrong[:min(len(wrong), enough)].Err()
}

// checkParents fills t.parent and returns the places that name no parent.
func (t *Tree) checkParents(wrong *fault.List) (roots []int) {
	t.parent = make([]int32, len(t.places))
	for i := range t.places {
		p := &t.places[i]
		t.parent[i] = -1
		if p.Parent == "" {
			roots = append(roots, i)
			continue
		}
		up, ok := t.index[p.Parent]
		if !ok {
			wrong.Add(fault.New(fault.Invalid, "place.parent_unknown", p.Code, p.Parent))
			continue
		}
		t.parent[i] = up
		above := &t.places[up]
		if p.Kind.known() && above.Kind.known() && !above.Kind.mayHold(p.Kind) {
			wrong.Add(fault.New(fault.Invalid, "place.rank_wrong", p.Code, string(p.Kind), above.Code, string(above.Kind)))
		}
		if above.Retired() && !p.Retired() {
			wrong.Add(fault.New(fault.Invalid, "place.parent_retired", p.Code, above.Code))
		}
	}
	return roots
}

// checkCycles tells each ring of places that are their own ancestors once, by
// its first code.
func (t *Tree) checkCycles(wrong *fault.List) {
	seen := make([]int, len(t.places)) // the walk that first came by, counted from 1
	for start := range t.places {
		i := int32(start)
		for i >= 0 && seen[i] == 0 {
			seen[i] = start + 1
			i = t.parent[i]
		}
		if i >= 0 && seen[i] == start+1 {
			wrong.Add(fault.New(fault.Invalid, "place.own_ancestor", t.places[i].Code))
		}
	}
}
