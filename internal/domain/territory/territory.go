// Package territory holds the tree of places of a city and tells which place a
// point lies in. Coordinates are WGS84 longitude and latitude in degrees
// everywhere inside Huying; other systems are converted at the door. It knows
// no unit, no person and no matter.
package territory

import "github.com/paulmach/orb"

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
}

// Address is where something lies: the codes of the places around it, from the
// district down. A level that is unknown is empty.
type Address struct {
	District, Town, Community, Grid string
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
