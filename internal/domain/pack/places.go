package pack

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"huying/internal/domain/territory"
	"huying/internal/fault"
)

var placeKinds = []string{
	string(territory.City), string(territory.District), string(territory.Town), string(territory.Street), string(territory.Community),
	string(territory.Village), string(territory.GridL), string(territory.GridM), string(territory.GridS), string(territory.Exclusive),
}

var placeShape = shape{
	must: []string{"code", "name", "kind", "parent"}, may: []string{"name_en", "area_km2", "households", "residents"}, most: maxPlaces,
}

// places reads the tree of a city and the schematic shapes of its districts.
func (l *layer) places() []territory.Place {
	var out []territory.Place
	index := map[string]int{}
	found := l.table(territoryFile, placeShape, func(r row) {
		p := territory.Place{
			Code: r.must("code"), Name: r.must("name"), NameEN: r.text("name_en"), Kind: territory.Kind(r.one("kind", placeKinds...)),
			Parent: r.text("parent"), AreaKM2: r.decimal("area_km2"), Households: r.number("households"), Residents: r.number("residents"),
		}
		if _, twice := index[p.Code]; twice {
			r.wrong(fault.New(fault.Invalid, "place.duplicate_code", clip(p.Code)))
			return
		}
		if !plainCode(p.Code) {
			r.wrong(fault.New(fault.Invalid, "pack.code_malformed", clip(p.Code)))
			return
		}
		index[p.Code] = len(out)
		out = append(out, p)
	})
	if !found {
		l.wrong(territoryFile, 0, fault.New(fault.Invalid, "pack.file_missing"))
	}
	l.table(schematicFile, shape{must: []string{"code", "ring"}, most: maxLines}, func(r row) {
		i, ok := index[r.must("code")]
		if !ok {
			r.wrong(fault.New(fault.Invalid, "place.unknown", clip(r.text("code"))))
			return
		}
		ring, err := parseRing(r.text("ring"))
		if err != nil {
			r.wrong(err)
			return
		}
		out[i].Shape, out[i].Synthetic = orb.MultiPolygon{{ring}}, true
	})
	return out
}

// plainCode reports whether a code is made of capital letters and digits, so
// that unit and post codes can be built from it.
func plainCode(code string) bool {
	if code == "" || len(code) > 24 {
		return false
	}
	for _, c := range code {
		if (c < 'A' || c > 'Z') && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}

// parseRing reads the corners of one outline, "lon lat" divided by semicolons;
// the last corner is joined to the first.
func parseRing(s string) (orb.Ring, error) {
	parts := strings.Split(s, ";")
	if len(parts) < 3 || len(parts) > 10_000 {
		return nil, fault.New(fault.Invalid, "pack.ring_malformed", clip(s))
	}
	ring := make(orb.Ring, 0, len(parts)+1)
	for _, part := range parts {
		x, y, ok := strings.Cut(strings.TrimSpace(part), " ")
		lon, errLon := strconv.ParseFloat(x, 64)
		lat, errLat := strconv.ParseFloat(strings.TrimSpace(y), 64)
		if !ok || errLon != nil || errLat != nil || !(lon >= -180 && lon <= 180 && lat >= -90 && lat <= 90) {
			return nil, fault.New(fault.Invalid, "pack.ring_malformed", clip(part))
		}
		ring = append(ring, orb.Point{lon, lat})
	}
	if ring[0] != ring[len(ring)-1] {
		ring = append(ring, ring[0])
	}
	return ring, nil
}

// gridPlan says how many grids to invent where a city gives none of its own.
type gridPlan struct {
	count  int
	seed   uint64
	within string // a place; "" is the whole city
}

// tree builds the tree of a city: its places, the grids invented for it, and a
// schematic shape for every place below a shaped one.
func tree(places []territory.Place, plan gridPlan) (*territory.Tree, *territory.Locator, error) {
	t, err := territory.New(places)
	if err != nil {
		return nil, nil, err
	}
	if plan.count > 0 {
		grids, err := territory.Grids(t, cmp.Or(plan.within, t.Root().Code), plan.count, plan.seed)
		if err != nil {
			return nil, nil, err
		}
		if t, err = t.With(grids...); err != nil {
			return nil, nil, err
		}
	}
	if t, err = territory.Schematic(t, plan.seed); err != nil {
		return nil, nil, err
	}
	locate, err := territory.NewLocator(t)
	if err != nil {
		return nil, nil, err
	}
	return t, locate, nil
}
