package territory

import (
	"math"
	"strings"

	"huying/internal/fault"
)

// CRS is a coordinate system that positions in China come in.
type CRS uint8

// The coordinate systems. Huying stores WGS84. CGCS2000, the national datum, is
// the same within a few centimetres (its ellipsoid differs by a tenth of a
// millimetre at the pole; the rest is the drift of the continent), and is taken
// as equal. GCJ02 is what maps published in China show, some hundred metres
// off. BD09 is Baidu's further shift of it.
const (
	WGS84 CRS = iota
	CGCS2000
	GCJ02
	BD09
)

// String returns the usual name.
func (c CRS) String() string {
	switch c {
	case CGCS2000:
		return "CGCS2000"
	case GCJ02:
		return "GCJ-02"
	case BD09:
		return "BD-09"
	}
	return "WGS84"
}

// ParseCRS reads a name in any usual spelling: "wgs84", "EPSG:4326",
// "CGCS2000", "EPSG:4490", "gcj-02", "火星", "bd09ll", "百度" and the like.
func ParseCRS(s string) (CRS, error) {
	name := strings.NewReplacer("-", "", "_", "", " ", "", ":", "", "坐标系", "").Replace(strings.ToLower(s))
	switch name {
	case "wgs84", "wgs1984", "epsg4326", "urnogcdefcrsogc1.3crs84", "crs84", "gps":
		return WGS84, nil
	case "cgcs2000", "cgcs", "epsg4490", "国家2000", "2000国家大地", "大地2000":
		return CGCS2000, nil
	case "gcj02", "gcj", "火星", "国测局", "高德", "腾讯", "amap":
		return GCJ02, nil
	case "bd09", "bd09ll", "百度", "baidu":
		return BD09, nil
	}
	return WGS84, fault.Field("crs", "crs.unknown", s)
}

// Convert turns a position from a system into WGS84. GCJ-02 and BD-09 are
// undone to far below a metre; points outside China were never shifted and are
// returned as they came.
func Convert(lon, lat float64, from CRS) (float64, float64) {
	switch from {
	case GCJ02:
		return undo(lon, lat, shift)
	case BD09:
		if !inChina(lon, lat) {
			return lon, lat
		}
		lon, lat = undo(lon, lat, baidu)
		return undo(lon, lat, shift)
	}
	return lon, lat
}

// FromWGS84 turns a WGS84 position into a system, for maps that show no other.
func FromWGS84(lon, lat float64, to CRS) (float64, float64) {
	switch to {
	case GCJ02:
		return shift(lon, lat)
	case BD09:
		if !inChina(lon, lat) {
			return lon, lat
		}
		lon, lat = shift(lon, lat)
		return baidu(lon, lat)
	}
	return lon, lat
}

// undo finds the point that f moves to (lon, lat). f moves neighbours nearly
// alike, so each round shrinks what is missing by about a thousand times.
func undo(lon, lat float64, f func(lon, lat float64) (float64, float64)) (float64, float64) {
	x, y := lon, lat
	for range 8 {
		fx, fy := f(x, y)
		x, y = x+lon-fx, y+lat-fy
		if math.Abs(lon-fx)+math.Abs(lat-fy) < 1e-10 {
			break
		}
	}
	return x, y
}

// inChina is the box outside which GCJ-02 is not applied. It is the box all
// maps use, and reaches beyond the borders.
func inChina(lon, lat float64) bool {
	return lon >= 72.004 && lon <= 137.8347 && lat >= 0.8293 && lat <= 55.8271
}

// shift is the GCJ-02 offset as it is publicly known: a sum of waves, in metres
// on the Krasovsky ellipsoid of 1940.
func shift(lon, lat float64) (float64, float64) {
	if !inChina(lon, lat) {
		return lon, lat
	}
	const (
		axisA = 6378245.0
		ecc2  = 0.00669342162296594323
	)
	x, y := lon-105, lat-35
	waves := (20*math.Sin(6*x*math.Pi) + 20*math.Sin(2*x*math.Pi)) * 2 / 3
	dLat := -100 + 2*x + 3*y + 0.2*y*y + 0.1*x*y + 0.2*math.Sqrt(math.Abs(x)) + waves +
		(20*math.Sin(y*math.Pi)+40*math.Sin(y/3*math.Pi))*2/3 +
		(160*math.Sin(y/12*math.Pi)+320*math.Sin(y*math.Pi/30))*2/3
	dLon := 300 + x + 2*y + 0.1*x*x + 0.1*x*y + 0.1*math.Sqrt(math.Abs(x)) + waves +
		(20*math.Sin(x*math.Pi)+40*math.Sin(x/3*math.Pi))*2/3 +
		(150*math.Sin(x/12*math.Pi)+300*math.Sin(x/30*math.Pi))*2/3
	phi := lat * math.Pi / 180
	m := 1 - ecc2*math.Sin(phi)*math.Sin(phi)
	dLat = dLat * 180 / (axisA * (1 - ecc2) / (m * math.Sqrt(m)) * math.Pi)
	dLon = dLon * 180 / (axisA / math.Sqrt(m) * math.Cos(phi) * math.Pi)
	return lon + dLon, lat + dLat
}

// baidu is the step from GCJ-02 to BD-09: a ripple in polar coordinates and a
// fixed offset.
func baidu(lon, lat float64) (float64, float64) {
	const k = math.Pi * 3000 / 180
	r := math.Hypot(lon, lat) + 0.00002*math.Sin(lat*k)
	phi := math.Atan2(lat, lon) + 0.000003*math.Cos(lon*k)
	return r*math.Cos(phi) + 0.0065, r*math.Sin(phi) + 0.006
}
