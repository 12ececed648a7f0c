package territory

import (
	"math"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
	"pgregory.net/rapid"

	"huying/internal/fault"
)

func TestDivideCutsASquare(t *testing.T) {
	square := Rectangle(109.38, 24.30, 109.39, 24.31)
	whole := AreaKM2(square)
	for name, line := range map[string]orb.LineString{
		"across":         {{109.379, 24.305}, {109.391, 24.305}},
		"ends inside":    {{109.384, 24.305}, {109.386, 24.305}},
		"by a corner":    {{109.38, 24.30}, {109.39, 24.31}},
		"with a bend":    {{109.379, 24.303}, {109.385, 24.307}, {109.391, 24.303}},
		"with a hook":    {{109.385, 24.299}, {109.385, 24.306}, {109.387, 24.306}, {109.387, 24.311}},
		"on two corners": {{109.38, 24.305}, {109.385, 24.31}, {109.39, 24.305}},
	} {
		l, r, err := Divide(square, line)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if sum := AreaKM2(l) + AreaKM2(r); math.Abs(sum-whole) > 1e-7*whole {
			t.Errorf("%s: %.9f and %.9f make %.9f of %.9f", name, AreaKM2(l), AreaKM2(r), sum, whole)
		}
	}
	l, r, err := Divide(square, orb.LineString{{109.379, 24.305}, {109.391, 24.305}})
	if err != nil || !planar.MultiPolygonContains(l, orb.Point{109.385, 24.308}) || !planar.MultiPolygonContains(r, orb.Point{109.385, 24.302}) {
		t.Errorf("left is not north of a line to the east: %v %v %v", l, r, err)
	}
}

func TestDivideRefusesWhatIsNoCut(t *testing.T) {
	square := Rectangle(109.38, 24.30, 109.39, 24.31)
	long := make(orb.LineString, mostDrawn+1)
	for want, line := range map[string]orb.LineString{
		"grid.line_too_short":      {{109.385, 24.305}, {109.385, 24.305}},
		"grid.line_misses":         {{109.395, 24.30}, {109.395, 24.31}},
		"grid.line_too_long":       long,
		"grid.line_crosses_itself": {{109.379, 24.305}, {109.386, 24.305}, {109.386, 24.308}, {109.384, 24.308}, {109.384, 24.302}},
	} {
		if _, _, err := Divide(square, line); fault.Code(err) != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
	for name, line := range map[string]orb.LineString{
		"back on itself":      {{109.379, 24.305}, {109.386, 24.305}, {109.384, 24.305}},
		"ends where it began": {{109.385, 24.305}, {109.387, 24.307}, {109.387, 24.303}, {109.385, 24.305}},
	} {
		if _, _, err := Divide(square, line); fault.Code(err) != "grid.line_crosses_itself" {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, c := range []orb.Point{{math.NaN(), 24}, {math.Inf(1), 24}, {-170, 24}, {109.38, 91}} {
		if _, _, err := Divide(square, orb.LineString{{109.379, 24.305}, c}); err == nil {
			t.Errorf("a line to %v was taken", c)
		}
	}
}

// Whatever the grid and the line, both parts lie together where the grid lay:
// nothing is lost, nothing doubled, and the neighbours keep their borders.
func TestDivideLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var ring orb.Ring
		n := rapid.IntRange(3, 12).Draw(t, "corners")
		for i := range n {
			a, r := 2*math.Pi*float64(i)/float64(n), rapid.Float64Range(0.001, 0.006).Draw(t, "radius")
			ring = append(ring, orb.Point{109.38 + r*math.Cos(a), 24.30 + r*math.Sin(a)})
		}
		shape := regionOf(orb.MultiPolygon{{append(ring, ring[0])}}).shape()
		var line orb.LineString
		for range rapid.IntRange(2, 5).Draw(t, "points") {
			line = append(line, orb.Point{109.38 + rapid.Float64Range(-0.007, 0.007).Draw(t, "x"), 24.30 + rapid.Float64Range(-0.007, 0.007).Draw(t, "y")})
		}
		l, r, err := Divide(shape, line)
		if err != nil {
			return // refused with a reason; what is cut must be cut well
		}
		const metres = 32_000 // two square metres, twice and in lattice units
		whole, sum := regionOf(shape).area2(), regionOf(l).area2()+regionOf(r).area2()
		if max(whole-sum, sum-whole) > metres {
			t.Fatalf("%d of %d", sum, whole)
		}
		for range 20 {
			p := orb.Point{109.38 + rapid.Float64Range(-0.006, 0.006).Draw(t, "px"), 24.30 + rapid.Float64Range(-0.006, 0.006).Draw(t, "py")}
			in, parts := planar.MultiPolygonContains(shape, p), 0
			for _, part := range []orb.MultiPolygon{l, r} {
				if planar.MultiPolygonContains(part, p) {
					parts++
				}
			}
			if in != (parts == 1) && planar.DistanceFrom(shape, p) > 1e-6 && planar.DistanceFrom(l, p) > 1e-6 && planar.DistanceFrom(r, p) > 1e-6 {
				t.Fatalf("%v lies in %d parts", p, parts)
			}
		}
	})
}
