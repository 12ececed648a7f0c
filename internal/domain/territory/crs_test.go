package territory

import (
	"testing"

	"pgregory.net/rapid"
)

func TestParseCRS(t *testing.T) {
	for s, want := range map[string]CRS{
		"WGS84": WGS84, "wgs-84": WGS84, "EPSG:4326": WGS84, "urn:ogc:def:crs:OGC:1.3:CRS84": WGS84,
		"CGCS2000": CGCS2000, "EPSG:4490": CGCS2000, "国家2000坐标系": CGCS2000,
		"gcj02": GCJ02, "GCJ-02": GCJ02, "火星坐标系": GCJ02, "BD-09": BD09, "bd09ll": BD09, "百度": BD09,
	} {
		if got, err := ParseCRS(s); err != nil || got != want {
			t.Errorf("%s is %v, %v", s, got, err)
		}
		if again, err := ParseCRS(want.String()); err != nil || again != want {
			t.Errorf("%v does not read its own name", want)
		}
	}
	if _, err := ParseCRS("Beijing54"); err == nil {
		t.Error("Beijing54 was taken")
	}
}

// TestShiftAtKnownPlaces compares with values that have been published with
// several open implementations, to a centimetre.
func TestShiftAtKnownPlaces(t *testing.T) {
	for _, c := range []struct{ lon, lat, gcjLon, gcjLat float64 }{
		{121.5272106, 31.1774276, 121.531541859215, 31.17530398364597}, // Shanghai
		{113.912316, 22.543847, 113.9171764808363, 22.540796131694766}, // Shenzhen
		{116.377817, 39.911954, 116.38404722455657, 39.91334545536069}, // Beijing
	} {
		lon, lat := FromWGS84(c.lon, c.lat, GCJ02)
		if d := Metres(lon, lat, c.gcjLon, c.gcjLat); d > 0.01 {
			t.Errorf("%v %v is shifted %.3f m beside", c.lon, c.lat, d)
		}
		lon, lat = Convert(c.gcjLon, c.gcjLat, GCJ02)
		if d := Metres(lon, lat, c.lon, c.lat); d > 0.1 {
			t.Errorf("%v %v comes back %.3f m beside", c.lon, c.lat, d)
		}
	}
}

// TestShiftAtTiananmen knows the direction: GCJ-02 lies half a kilometre to
// the east and a little to the north there, and BD-09 further to the north-east.
func TestShiftAtTiananmen(t *testing.T) {
	const lon, lat = 116.39128, 39.90733
	gLon, gLat := FromWGS84(lon, lat, GCJ02)
	if d := Metres(lon, lat, gLon, gLat); d < 450 || d > 650 || gLon < lon || gLat < lat {
		t.Errorf("GCJ-02 is %.0f m off, at %v %v", d, gLon, gLat)
	}
	bLon, bLat := FromWGS84(lon, lat, BD09)
	if d := Metres(gLon, gLat, bLon, bLat); d < 700 || d > 1100 || bLon < gLon || bLat < gLat {
		t.Errorf("BD-09 is %.0f m from GCJ-02, at %v %v", d, bLon, bLat)
	}
}

func TestConvertIsTheInverse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lon, lat := rapid.Float64Range(73.6, 135).Draw(t, "lon"), rapid.Float64Range(4, 53.5).Draw(t, "lat")
		for _, c := range []CRS{WGS84, CGCS2000, GCJ02, BD09} {
			x, y := FromWGS84(lon, lat, c)
			x, y = Convert(x, y, c)
			if d := Metres(lon, lat, x, y); d > 0.1 {
				t.Fatalf("%v: %v %v comes back %.3f m beside", c, lon, lat, d)
			}
		}
	})
}

func TestPointsAbroadAreNotShifted(t *testing.T) {
	for _, c := range []CRS{WGS84, CGCS2000, GCJ02, BD09} {
		for _, p := range [][2]float64{{-71.0587, 42.3594}, {2.35, 48.85}, {139.7, 35.7}} {
			lon, lat := FromWGS84(p[0], p[1], c)
			backLon, backLat := Convert(p[0], p[1], c)
			if lon != p[0] || lat != p[1] || backLon != p[0] || backLat != p[1] {
				t.Errorf("%v moves %v", c, p)
			}
		}
	}
}
