package part

import (
	"math"
	"strconv"

	"github.com/paulmach/orb"
)

// Filled widens a bound until it has the shape of its frame, so that words and
// dots have the same size on every map.
func Filled(b orb.Bound, wide float64) orb.Bound {
	c := b.Center()
	w, h := b.Max[0]-b.Min[0], (b.Max[1]-b.Min[1])/math.Cos(c[1]*math.Pi/180)
	if w < h*wide {
		w = h * wide
	} else {
		h = w / wide
	}
	h *= math.Cos(c[1] * math.Pi / 180)
	return orb.Bound{Min: orb.Point{c[0] - w/2, c[1] - h/2}, Max: orb.Point{c[0] + w/2, c[1] + h/2}}
}

// Scale tells a script how units of the map become degrees again: the west and
// the north edge, and how many units a degree of longitude and of latitude has.
func (m Map) Scale() string {
	s := scaleOf(m.Bound)
	out := ""
	for i, x := range [4]float64{s.left, s.top, s.cos * s.k, s.k} {
		if i > 0 {
			out += " "
		}
		out += strconv.FormatFloat(x, 'f', 9, 64)
	}
	return out
}
