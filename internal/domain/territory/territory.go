// Package territory holds the tree of places of a city and tells which place a
// point lies in. Coordinates are WGS84 longitude and latitude in degrees
// everywhere inside Huying; other systems are converted at the door. It knows
// no unit, no person and no matter.
package territory

import (
	"time"

	"github.com/paulmach/orb"
)

// Kind is what a place is.
type Kind string

// The kinds of place.
const (
	City      Kind = "CITY"
	District  Kind = "DISTRICT"
	Town      Kind = "TOWN"
	Street    Kind = "STREET"
	Community Kind = "COMMUNITY"
	Village   Kind = "VILLAGE"
	GridL     Kind = "GRID_L"
	GridM     Kind = "GRID_M"
	GridS     Kind = "GRID_S"
	Exclusive Kind = "GRID_EXCLUSIVE"
)

// Rank is a place's tier: 4 city, 3 district, 2 town or street, 1 community or
// village, 0 grid.
func (k Kind) Rank() int {
	switch k {
	case City:
		return 4
	case District:
		return 3
	case Town, Street:
		return 2
	case Community, Village:
		return 1
	}
	return 0
}

// tier orders the grids among themselves, so that large ones may hold smaller
// ones: a street's grid holds its communities' grids, and so on.
func (k Kind) tier() int {
	switch k {
	case GridL:
		return 3
	case GridM:
		return 2
	case GridS:
		return 1
	}
	return 0
}

// known reports whether k is one of the kinds above.
func (k Kind) known() bool {
	return k.Rank() > 0 || k.tier() > 0 || k == Exclusive
}

// mayHold reports whether a place of kind k may be the parent of one of kind c.
func (k Kind) mayHold(c Kind) bool {
	if k.Rank() != c.Rank() {
		return k.Rank() > c.Rank()
	}
	return k.Rank() == 0 && k.tier() > c.tier()
}

// Place is one node of the tree.
type Place struct {
	Code       string
	Name       string
	NameEN     string
	Kind       Kind
	Parent     string
	AreaKM2    float64
	Households int
	Residents  int
	Synthetic  bool // its shape is schematic, not surveyed
	Shape      orb.MultiPolygon

	// ValidFrom is when the place came to be; zero means before all records.
	// ValidTo is when it was retired by a split or a merge; zero means it is
	// live. Heirs are the codes of the places that took its ground over.
	ValidFrom, ValidTo time.Time
	Heirs              []string
}

// Retired reports whether the place was split or merged away.
func (p *Place) Retired() bool { return !p.ValidTo.IsZero() }

// surveyed reports whether the place has a shape that somebody measured.
func (p *Place) surveyed() bool { return len(p.Shape) > 0 && !p.Synthetic }

// Address is where something lies: the codes of the places around it, from the
// district down. A level that is unknown is empty.
type Address struct {
	Community string `json:"community,omitempty"`
	District  string `json:"district"`
	Grid      string `json:"grid,omitempty"`
	Town      string `json:"town,omitempty"`
}

// Leaf returns the smallest known place of a, or "".
func (a Address) Leaf() string {
	for _, c := range [...]string{a.Grid, a.Community, a.Town, a.District} {
		if c != "" {
			return c
		}
	}
	return ""
}
