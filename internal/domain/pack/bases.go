package pack

// Base is where a team or resource of a unit stands and what it can do (GZ-33).
// It is a place that was assigned to it; nobody's position is known.
type Base struct {
	Unit       string
	Name       string
	NameEN     string
	Capability string
	Lon, Lat   float64
}

var baseShape = shape{must: []string{"unit", "name", "capability", "lon", "lat"}, may: []string{"name_en"}, most: 5000}

// bases reads bases.csv: teams and resources with the points they stand at.
func (l *layer) bases() []Base {
	var out []Base
	l.table(basesFile, baseShape, func(r row) {
		b := Base{
			Unit: r.must("unit"), Name: r.must("name"), NameEN: r.text("name_en"), Capability: r.must("capability"),
			Lon: r.decimal("lon"), Lat: r.decimal("lat"),
		}
		if b.NameEN == "" {
			b.NameEN = b.Name
		}
		out = append(out, b)
	})
	return out
}
