package pack

import (
	"strings"

	"github.com/paulmach/orb/planar"

	"huying/internal/domain/duty"
	"huying/internal/fault"
)

// Base is where a team or resource of a unit stands and what it can do (GZ-33).
// It is a place that was assigned to it; nobody's position is known.
type Base struct {
	Code       string // unit, slash, capability
	Unit       string
	Name       string
	NameEN     string
	Capability string
	Lon, Lat   float64
}

var baseShape = shape{must: []string{"unit", "name", "capability"}, may: []string{"name_en", "lon", "lat"}, most: 5000}

// mostBases bounds what a city has.
const mostBases = 20_000

// bases reads bases.csv: teams and resources of a unit, or of every unit that a
// rule such as TOWN:XFS names; {unit} in the name is the unit's. A base without
// a point stands in the middle of the place that its unit serves. A line of a
// unit comes before the rule that names it too.
func (r *reader) bases() []Base {
	var out []Base
	taken := map[string]bool{}
	r.own.table(basesFile, baseShape, func(x row) {
		pattern, name, english, can := x.must("unit"), x.must("name"), x.text("name_en"), x.must("capability")
		units := r.ofPattern(pattern)
		if len(units) == 0 {
			x.wrong(fault.New(fault.Invalid, "pack.unit_missing", pattern, ""))
		}
		for _, code := range units {
			u, _ := r.city.Org.Unit(code)
			b := Base{Code: code + "/" + can, Unit: code, Capability: can, Name: strings.ReplaceAll(name, "{unit}", u.Name), Lon: x.decimal("lon"), Lat: x.decimal("lat")}
			if b.NameEN = strings.ReplaceAll(english, "{unit}", u.NameEN); b.NameEN == "" {
				b.NameEN = b.Name
			}
			if b.Lon == 0 && b.Lat == 0 {
				b.Lon, b.Lat = r.middle(u.Territory)
			}
			switch {
			case taken[b.Code] && pattern != code:
				continue // a line of its own says where it stands
			case taken[b.Code]:
				x.wrong(fault.New(fault.Invalid, "pack.base_twice", b.Code))
			case len(out) == mostBases:
				x.wrong(fault.New(fault.Invalid, "pack.too_many_bases", mostBases))
			default:
				out = append(out, b)
			}
			if taken[b.Code] || len(out) == mostBases {
				return // one problem a line is enough
			}
			taken[b.Code] = true
		}
	})
	return out
}

// ofPattern returns the units of a code or of a rule.
func (r *reader) ofPattern(pattern string) []string {
	if _, ok := r.city.Org.Unit(pattern); ok {
		return []string{pattern}
	}
	rule, err := duty.ParseUnitRule(pattern)
	if err != nil {
		return nil
	}
	var out []string
	for _, code := range r.city.Org.Units() {
		if u, _ := r.city.Org.Unit(code); u.Level == rule.Level && u.Suffix == rule.Suffix {
			out = append(out, code)
		}
	}
	return out
}

// middle is a point in the middle of a place, or of the nearest one around it
// that has a shape.
func (r *reader) middle(place string) (lon, lat float64) {
	for _, p := range append(r.city.Territory.Ancestors(place), r.city.Territory.Root()) {
		if own, ok := r.city.Territory.Place(place); ok && len(own.Shape) > 0 {
			p = own
		}
		if len(p.Shape) > 0 {
			at, _ := planar.CentroidArea(p.Shape)
			return at.Lon(), at.Lat()
		}
	}
	return 0, 0
}
