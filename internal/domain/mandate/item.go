package mandate

import (
	"slices"
	"strconv"
	"strings"

	"huying/internal/domain/duty"
	"huying/internal/domain/org"
)

// Item is one line of a list: a group, or a leaf that an order may cite.
type Item struct {
	Basis   string    `json:"basis,omitempty"`
	Closing string    `json:"closing,omitempty"` // closing standard, in words
	Co      []string  `json:"co,omitempty"`      // unit rules such as TOWN:CGB
	Code    string    `json:"code"`
	Covers  []string  `json:"covers,omitempty"` // categories of calls it answers for
	Kind    duty.Kind `json:"kind,omitempty"`
	Lead    string    `json:"lead,omitempty"`
	Limit   string    `json:"limit,omitempty"`
	Name    string    `json:"name"`
	Parent  string    `json:"parent,omitempty"`
	Since   int       `json:"since,omitempty"` // civil day a power was taken over
}

// size is about how many bytes the item takes as JSON.
func (i *Item) size() int {
	n := 120 + len(i.Basis) + len(i.Closing) + len(i.Code) + len(i.Lead) + len(i.Limit) + len(i.Name) + len(i.Parent)
	for _, s := range [...][]string{i.Co, i.Covers} {
		for _, x := range s {
			n += len(x) + 3
		}
	}
	return n
}

// Asks reports whether the item lets something be asked of the unit of a level
// and suffix, and whether only as help: an assisting item never makes a unit
// below its lead the leader.
func (i *Item) Asks(level org.Level, suffix string) (asked, assist bool) {
	rule := duty.UnitRule{Level: level, Suffix: suffix}.String()
	switch {
	case i.Kind == duty.TakenBack:
		return false, false
	case i.Lead == rule:
		return true, i.Kind == duty.Assist
	}
	return slices.Contains(i.Co, rule), true
}

// Counts is the shape of a list: how many items each level has, how many leaves
// there are, and how many units lead them.
type Counts struct {
	Leads  int   `json:"leads"`
	Leaves int   `json:"leaves"`
	Levels []int `json:"levels"`
}

// String writes the levels as people say them: 41/118/240.
func (c Counts) String() string {
	parts := make([]string, len(c.Levels))
	for i, n := range c.Levels {
		parts[i] = strconv.Itoa(n)
	}
	return strings.Join(parts, "/")
}

// Index finds the items of a list by code and by the category they cover. It is
// built once and safe for concurrent use.
type Index struct {
	items   []Item
	byCode  map[string]*Item
	covers  map[string]*Item
	parents map[string]bool
}

// NewIndex makes an index of checked items, in their order.
func NewIndex(items []Item) *Index {
	x := &Index{items: items, byCode: make(map[string]*Item, len(items)), covers: map[string]*Item{}, parents: map[string]bool{}}
	for i := range items {
		item := &items[i]
		x.byCode[item.Code] = item
		if item.Parent != "" {
			x.parents[item.Parent] = true
		}
		for _, c := range item.Covers {
			if x.covers[c] == nil {
				x.covers[c] = item
			}
		}
	}
	return x
}

// Items returns all items in their order.
func (x *Index) Items() []Item { return x.items }

// Leaf returns the leaf of a code, or the one that covers the category of that
// code.
func (x *Index) Leaf(code string) (*Item, bool) {
	if i := x.byCode[code]; i != nil && !x.parents[code] {
		return i, true
	}
	i := x.covers[code]
	return i, i != nil
}

// Path returns the names of the groups above an item, from the top down.
func (x *Index) Path(code string) []string {
	var out []string
	for i := x.byCode[code]; i != nil && i.Parent != "" && len(out) < maxDepth; {
		if i = x.byCode[i.Parent]; i != nil {
			out = append(out, i.Name)
		}
	}
	slices.Reverse(out)
	return out
}

// IsLeaf reports whether an item has none below it.
func (x *Index) IsLeaf(code string) bool { return !x.parents[code] }

// Counts counts the list.
func (x *Index) Counts() Counts {
	c := Counts{}
	leads := map[string]bool{}
	for i := range x.items {
		item := &x.items[i]
		depth := len(x.Path(item.Code))
		for len(c.Levels) <= depth {
			c.Levels = append(c.Levels, 0)
		}
		c.Levels[depth]++
		if !x.parents[item.Code] {
			c.Leaves++
			leads[item.Lead] = true
		}
	}
	delete(leads, "")
	c.Leads = len(leads)
	return c
}

// Change is what one item became from one version to the next. Was is nil for
// what is new, Is for what is gone.
type Change struct{ Was, Is *Item }

// Diff returns what differs between two versions, what is gone last, in the
// order of the lists.
func Diff(was, is *Index) []Change {
	var out []Change
	for i := range is.items {
		now := &is.items[i]
		before := was.byCode[now.Code]
		if before == nil || !same(before, now) {
			out = append(out, Change{before, now})
		}
	}
	for i := range was.items {
		if before := &was.items[i]; is.byCode[before.Code] == nil {
			out = append(out, Change{before, nil})
		}
	}
	return out
}

func same(a, b *Item) bool {
	return a.Name == b.Name && a.Kind == b.Kind && a.Lead == b.Lead && a.Basis == b.Basis && a.Parent == b.Parent && a.Limit == b.Limit &&
		a.Closing == b.Closing && a.Since == b.Since && slices.Equal(a.Co, b.Co) && slices.Equal(a.Covers, b.Covers)
}
