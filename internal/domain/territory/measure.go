package territory

import (
	"math"

	"github.com/paulmach/orb"

	"huying/internal/fault"
)

// earthRadius is the mean radius in metres that WGS84 gives.
const earthRadius = 6371008.8

// margin is how far outside the city's bounds a point may lie and still be
// taken for one of the city, in degrees: about a kilometre, because borders
// are drawn coarsely and positions are measured badly.
const margin = 0.01

// Metres returns the distance of two points along the sphere.
func Metres(lon1, lat1, lon2, lat2 float64) float64 {
	const rad = math.Pi / 180
	sLat := math.Sin((lat2 - lat1) * rad / 2)
	sLon := math.Sin((lon2 - lon1) * rad / 2)
	h := sLat*sLat + math.Cos(lat1*rad)*math.Cos(lat2*rad)*sLon*sLon
	return 2 * earthRadius * math.Asin(math.Sqrt(min(h, 1)))
}

// AreaKM2 returns the area of a shape on the sphere in square kilometres.
func AreaKM2(shape orb.MultiPolygon) float64 {
	var sum float64
	for _, polygon := range shape {
		for i, ring := range polygon {
			a := math.Abs(ringArea(ring))
			if i > 0 {
				a = -a
			}
			sum += a
		}
	}
	return sum / 1e6
}

// ringArea is the signed area of a ring in square metres, in the cylindrical
// equal-area projection.
func ringArea(ring orb.Ring) float64 {
	const rad = math.Pi / 180
	var sum float64
	for i := 1; i < len(ring); i++ {
		a, b := ring[i-1], ring[i]
		sum += (b[0] - a[0]) * rad * (math.Sin(a[1]*rad) + math.Sin(b[1]*rad)) / 2
	}
	return -sum * earthRadius * earthRadius
}

// Rectangle returns the shape between two corners, for packs that know no more
// of a district than about where it lies.
func Rectangle(minLon, minLat, maxLon, maxLat float64) orb.MultiPolygon {
	return orb.MultiPolygon{{orb.Bound{Min: orb.Point{minLon, minLat}, Max: orb.Point{maxLon, maxLat}}.ToRing()}}
}

// Bounds returns the box around all shapes; ok is false if no place has one.
func (t *Tree) Bounds() (b orb.Bound, ok bool) { return t.bounds, t.shaped }

// InCity reports whether a point lies in the city's bounds or about a kilometre
// around them. A tree without shapes cannot tell, and says yes to every point
// of the globe.
func (t *Tree) InCity(lon, lat float64) bool {
	if !onGlobe(lon, lat) {
		return false
	}
	return !t.shaped || t.bounds.Pad(margin).Contains(orb.Point{lon, lat})
}

// CheckPoint tells what InCity only answers: the fault of a point that is no
// coordinate or lies outside the city. Its field is "point".
func (t *Tree) CheckPoint(lon, lat float64) error {
	if !onGlobe(lon, lat) {
		return fault.Field("point", "territory.point_out_of_range", lon, lat)
	}
	if !t.InCity(lon, lat) {
		return fault.Field("point", "territory.outside_city", lon, lat, t.Root().Name)
	}
	return nil
}

// onGlobe is false for NaN too.
func onGlobe(lon, lat float64) bool {
	return lon >= -180 && lon <= 180 && lat >= -90 && lat <= 90
}

func boundsOf(places []Place) (b orb.Bound, ok bool) {
	for i := range places {
		p := &places[i]
		if len(p.Shape) == 0 || p.Retired() {
			continue
		}
		if !ok {
			b, ok = p.Shape.Bound(), true
			continue
		}
		b = b.Union(p.Shape.Bound())
	}
	return b, ok
}
