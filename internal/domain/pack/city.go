// Package pack reads city packs: what differs from one city to another, as
// data. A pack is a folder of CSV and YAML files; a city stands on the base
// pack, which holds what the law fixes, and a district or town may depart from
// its city by an overlay. Reading finds every mistake at once and names file
// and line; a pack may tighten the law and never loosen it (INV-11), and no
// pack can keep a caller from escalating (INV-10). It knows no database and
// nothing of matters and orders.
package pack

import (
	"cmp"
	"maps"
	"slices"

	"huying/internal/domain/calendar"
	"huying/internal/domain/duty"
	"huying/internal/domain/establishment"
	"huying/internal/domain/org"
	"huying/internal/domain/power"
	"huying/internal/domain/territory"
)

// City is one pack, read and checked. It never changes and is safe for
// concurrent use; its maps and slices must not be written to.
type City struct {
	ID        string
	Name      string
	NameEN    string
	Version   string // names the content: the same files have the same version
	Base      string
	Languages []string // the first is the default
	Root      string   // code of the city
	// Coordinates says, in words, which coordinates the city's own systems
	// deliver; inside, everything is WGS84.
	Coordinates string

	Territory *territory.Tree
	Locator   *territory.Locator
	Org       *org.Graph
	Duty      *duty.List
	Words     []Word

	Limits  Limits          // of the city; LimitsAt asks for a place
	Ladder  Ladder          // of the city; LadderAt asks for a place
	Modules map[string]bool // of the city; On asks for a place

	Inlets          map[string]Inlet
	Channels        map[string]Choice // lawful channels a matter is referred to (B1-03)
	PauseReasons    map[string]Choice // for which a clock may stand still
	ExclusionGround map[string]Choice // for which a matter does not count in scores
	Facts           []Fact
	KeyWork         []KeyWork
	Documents       []Document // that the rules stand on
	Bases           []Base
	Lines           []Line
	Norms           []Norm
	Establishment   []establishment.Row // what units begin with (INV-05)
	Chores          []Chore
	Indicators      []Indicator
	Forbidden       []Ban
	Powers          []power.Row // in force unless the register says otherwise (LN-01)
	EntryRules      []EntryRule // the positive and negative list (GZ-21)
	KnownModules    map[string]Module

	own      settings
	overlays map[string]settings // place → what holds there and below
}

// settings is what may differ from place to place.
type settings struct {
	name     string
	nameEN   string
	limits   Limits
	ladder   Ladder
	modules  map[string]bool
	calendar *calendar.Calendar
}

// at returns what holds in a place: what its town set, else its district, else
// the city.
func (c *City) at(place string) settings {
	if len(c.overlays) == 0 {
		return c.own
	}
	a := c.Territory.Address(place)
	if s, ok := c.overlays[a.Town]; ok {
		return s
	}
	if s, ok := c.overlays[a.District]; ok {
		return s
	}
	return c.own
}

// Calendar returns the working calendar of a place.
func (c *City) Calendar(place string) *calendar.Calendar { return c.at(place).calendar }

// LimitsAt returns the limits that hold in a place: those of its town, else of
// its district, else of the city, else of the base pack.
func (c *City) LimitsAt(place string) Limits { return c.at(place).limits }

// LadderAt returns the escalation ladder that holds in a place.
func (c *City) LadderAt(place string) Ladder { return c.at(place).ladder }

// On reports whether a module is on in a place.
func (c *City) On(module, place string) bool { return c.at(place).modules[module] }

// Overlay names a place that departs from its city, and what its departure is
// called.
type Overlay struct{ Place, Name, NameEN string }

// Overlays returns the places that depart from the city, by code.
func (c *City) Overlays() []Overlay {
	var out []Overlay
	for _, place := range slices.Sorted(maps.Keys(c.overlays)) {
		out = append(out, Overlay{Place: place, Name: c.overlays[place].name, NameEN: c.overlays[place].nameEN})
	}
	return out
}

// Unit returns the unit a rule names as seen from an address; false if the
// address does not reach down to the rule's level or there is no such unit.
func (c *City) Unit(rule duty.UnitRule, a territory.Address) (string, bool) {
	place := placeAt(c.Territory, a, rule.Level)
	if place == "" || rule == (duty.UnitRule{}) {
		return "", false
	}
	return c.Org.At(place, rule.Suffix)
}

// Lead returns the unit that leads a leaf at an address; false if the leaf is
// ordered to nobody or no such unit is found from there.
func (c *City) Lead(leaf *duty.Leaf, a territory.Address) (string, bool) {
	if !leaf.Orderable() {
		return "", false
	}
	return c.Unit(leaf.Lead, a)
}

// Co returns the units that help with a leaf at an address, each once and
// never the leading one.
func (c *City) Co(leaf *duty.Leaf, a territory.Address) []string {
	lead, _ := c.Lead(leaf, a)
	var out []string
	for _, rule := range leaf.Co {
		if unit, ok := c.Unit(rule, a); ok && unit != lead && !slices.Contains(out, unit) {
			out = append(out, unit)
		}
	}
	return out
}

// Promised returns what a caller is told about a matter of a leaf in a place:
// the leaf's own limit, else the urgency's. A nil leaf asks for the urgency.
func (c *City) Promised(leaf *duty.Leaf, u duty.Urgency, place string) calendar.Limit {
	if leaf != nil && !leaf.Promised.IsZero() {
		return leaf.Promised
	}
	return c.LimitsAt(place).For(Promised, u)
}

// Doors returns the inlets in the order of the pack.
func (c *City) Doors() []Inlet {
	return slices.SortedFunc(maps.Values(c.Inlets), func(a, b Inlet) int { return cmp.Compare(a.Order, b.Order) })
}

// Sorted returns the entries of a closed list in the order of the pack.
func Sorted(list map[string]Choice) []Choice {
	return slices.SortedFunc(maps.Values(list), func(a, b Choice) int { return cmp.Compare(a.Order, b.Order) })
}

// With returns the city with a book of who is on duty laid over its pattern of
// hours.
func (c *City) With(b *org.Book) *City {
	out := *c
	out.Org = c.Org.With(b)
	return &out
}
