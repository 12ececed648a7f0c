package duty

import (
	"maps"
	"slices"

	"huying/internal/fault"
)

// Group is an inner node of a list: it holds leaves or groups and can itself
// be ordered to nobody.
type Group struct {
	Code   string
	Parent string // "" at the top
	Name   string
	NameEN string
}

// List is one version of a duty list. It is built once and never changes; it
// is safe for concurrent use. What it returns is shared and must not be changed.
type List struct {
	Version  string
	leaves   map[string]*Leaf
	order    []string
	groups   map[string]*Group
	children map[string][]string // group → codes below it, in the order given
}

// New builds a list from its groups and leaves, keeps their order, and sets
// the path of each leaf. All mistakes are told at once. Faults:
// category.duplicate, category.code_missing, category.parent_unknown,
// category.circular, category.urgency_unknown, category.class_unknown,
// category.kind_unknown, category.lead_missing.
func New(version string, groups []Group, leaves []Leaf) (*List, error) {
	l := &List{
		Version:  version,
		leaves:   make(map[string]*Leaf, len(leaves)),
		groups:   make(map[string]*Group, len(groups)),
		children: map[string][]string{},
	}
	var wrong fault.List
	for i := range groups {
		g := groups[i]
		if err := l.fresh(g.Code); err != nil {
			wrong.Add(err)
			continue
		}
		l.groups[g.Code] = &g
		l.children[g.Parent] = append(l.children[g.Parent], g.Code)
	}
	for i := range leaves {
		leaf := leaves[i]
		if err := l.fresh(leaf.Code); err != nil {
			wrong.Add(err)
			continue
		}
		wrong.Add(leaf.check())
		l.leaves[leaf.Code] = &leaf
		l.order = append(l.order, leaf.Code)
		l.children[leaf.Parent] = append(l.children[leaf.Parent], leaf.Code)
	}
	wrong.Add(l.link())
	if err := wrong.Err(); err != nil {
		return nil, err
	}
	return l, nil
}

func (l *List) fresh(code string) error {
	if code == "" {
		return fault.Field("code", "category.code_missing")
	}
	if l.leaves[code] != nil || l.groups[code] != nil {
		return fault.Field("code", "category.duplicate", code)
	}
	return nil
}

// The greatest depth of groups, and how many faults come with advice.
const (
	maxDepth = 32
	advised  = 20
)

// link checks that every node hangs under a group that exists, and writes the
// paths.
func (l *List) link() error {
	var wrong fault.List
	for _, group := range slices.Sorted(maps.Keys(l.children)) {
		for _, code := range l.children[group] {
			parent := l.parent(code)
			if parent != "" && l.groups[parent] == nil {
				near := ""
				if len(wrong) < advised { // advice costs a search of the whole list
					near = l.Nearest(parent)
				}
				wrong.Add(fault.Field("parent", "category.parent_unknown", code, parent, near))
			}
		}
	}
	for _, code := range slices.Sorted(maps.Keys(l.groups)) {
		if _, ok := l.path(l.groups[code].Parent); !ok {
			wrong.Add(fault.Field("parent", "category.circular", code))
		}
	}
	if err := wrong.Err(); err != nil {
		return err
	}
	for _, leaf := range l.leaves {
		leaf.Path, _ = l.path(leaf.Parent)
	}
	return nil
}

func (l *List) parent(code string) string {
	if leaf := l.leaves[code]; leaf != nil {
		return leaf.Parent
	}
	return l.groups[code].Parent
}

// path returns the names of the groups from the top down to one; false if the
// groups lead in a circle or are too deep.
func (l *List) path(group string) ([]string, bool) {
	var names []string
	for range maxDepth {
		g := l.groups[group]
		if g == nil {
			slices.Reverse(names)
			return names, true
		}
		names = append(names, g.Name)
		group = g.Parent
	}
	return nil, false
}

// check tells what is wrong with a leaf by itself.
func (f *Leaf) check() error {
	var wrong fault.List
	if !slices.Contains([]Urgency{Emergency, Utility, Normal, Complex}, f.Urgency) {
		wrong.Add(fault.Field("urgency", "category.urgency_unknown", f.Code, string(f.Urgency)))
	}
	if !slices.Contains([]Class{Public, Communal, Private, Undefined}, f.Class) {
		wrong.Add(fault.Field("class", "category.class_unknown", f.Code, string(f.Class)))
	}
	if !slices.Contains([]Kind{Basic, Assist, TakenBack, ""}, f.Kind) {
		wrong.Add(fault.Field("kind", "category.kind_unknown", f.Code, string(f.Kind)))
	}
	if f.Lead == (UnitRule{}) && f.Class != Private {
		wrong.Add(fault.Field("lead", "category.lead_missing", f.Code))
	}
	return wrong.Err()
}

// Orderable reports whether a matter of this leaf may be ordered to anybody: a
// private affair has nobody to lead it.
func (f *Leaf) Orderable() bool { return f.Class != Private && f.Lead != (UnitRule{}) }

// Leaf returns the leaf of a code.
func (l *List) Leaf(code string) (*Leaf, bool) { f, ok := l.leaves[code]; return f, ok }

// Find returns the leaf of a code, or says which known code is the nearest.
// Faults: category.unknown.
func (l *List) Find(code string) (*Leaf, error) {
	if f := l.leaves[code]; f != nil {
		return f, nil
	}
	return nil, fault.Field("category", "category.unknown", code, l.Nearest(code))
}

// Leaves returns all leaves in the order of the list.
func (l *List) Leaves() []*Leaf {
	out := make([]*Leaf, len(l.order))
	for i, code := range l.order {
		out[i] = l.leaves[code]
	}
	return out
}

// Group returns the inner node of a code.
func (l *List) Group(code string) (*Group, bool) { g, ok := l.groups[code]; return g, ok }

// Children returns the codes of the groups and leaves right below a group, in
// the order of the list; "" asks for the top.
func (l *List) Children(group string) []string { return slices.Clone(l.children[group]) }

// Nearest returns the known code that is spelled most like the given one, or
// "" if none comes near.
func (l *List) Nearest(code string) string {
	known := make([]string, 0, len(l.order)+len(l.groups))
	known = append(known, l.order...)
	for g := range l.groups {
		known = append(known, g)
	}
	return Nearest(code, known)
}
