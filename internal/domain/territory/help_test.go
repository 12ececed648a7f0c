package territory

import (
	"fmt"
	"math"
	"testing"

	"github.com/paulmach/orb"
)

// town describes a made-up city: districts side by side, each with the same
// numbers of towns and communities.
type town struct{ districts, towns, communities, grids int }

// bays is a concave outline with a hole and an island, in lattice-free degrees.
func bays(x float64) orb.MultiPolygon {
	return orb.MultiPolygon{
		{
			{{x, 23}, {x + 0.31, 22.97}, {x + 0.3, 23.11}, {x + 0.17, 23.05}, {x + 0.22, 23.2}, {x + 0.3, 23.18}, {x + 0.29, 23.31}, {x + 0.01, 23.3}, {x + 0.09, 23.15}, {x, 23}},
			{{x + 0.1, 23.1}, {x + 0.11, 23.13}, {x + 0.15, 23.12}, {x + 0.1, 23.1}},
		},
		{{{x + 0.02, 23.4}, {x + 0.08, 23.41}, {x + 0.05, 23.46}, {x + 0.02, 23.4}}},
	}
}

// places makes the city without grids. Every second district is concave.
func (c town) places() []Place {
	out := []Place{{Code: "9900", Name: "海澄市", NameEN: "Haicheng", Kind: City}}
	for d := range c.districts {
		x := 113 + 0.4*float64(d)
		dp := Place{Code: fmt.Sprintf("9900%02d", d+1), Name: fmt.Sprintf("第%d区", d+1), Kind: District, Parent: "9900", Synthetic: true, Shape: Rectangle(x, 23, x+0.4, 23.5)}
		if d%2 == 1 {
			dp.Shape = bays(x)
		}
		out = append(out, dp)
		for s := range c.towns {
			sp := Place{Code: fmt.Sprintf("%s%03d", dp.Code, s+1), Name: fmt.Sprintf("第%d街道", s+1), Kind: Street, Parent: dp.Code}
			out = append(out, sp)
			for k := range c.communities {
				out = append(out, Place{
					Code: fmt.Sprintf("%s%03d", sp.Code, k+1), Name: fmt.Sprintf("第%d社区", k+1), NameEN: fmt.Sprintf("Community %d", k+1),
					Kind: Community, Parent: sp.Code, Residents: 500 + (d*7919+s*104729+k*1299709)%4000,
				})
			}
		}
	}
	return out
}

// city makes the whole tree, laid out.
func (c town) city(tb testing.TB, seed uint64) *Tree {
	tb.Helper()
	t, err := New(c.places())
	if err != nil {
		tb.Fatal(err)
	}
	if c.grids > 0 {
		grids, err := Grids(t, t.Root().Code, c.grids, seed)
		if err != nil {
			tb.Fatal(err)
		}
		if t, err = t.With(grids...); err != nil {
			tb.Fatal(err)
		}
	}
	if t, err = Schematic(t, seed); err != nil {
		tb.Fatal(err)
	}
	return t
}

// wantTiled fails unless every place that has drawn children is tiled by them:
// the exact areas add up, and the outline of them all together is its own.
func wantTiled(tb testing.TB, t *Tree) {
	tb.Helper()
	for p := range t.All() {
		kids := t.Children(p.Code)
		if len(p.Shape) == 0 || len(kids) == 0 {
			continue
		}
		whole := regionOf(p.Shape)
		var sum int64
		var segs []seg
		var km2 float64
		for _, k := range kids {
			r := regionOf(k.Shape)
			if len(r) == 0 || r.area2() <= 0 {
				tb.Fatalf("%s has no area", k.Code)
			}
			sum += r.area2()
			segs = append(segs, r.segs()...)
			km2 += AreaKM2(k.Shape)
		}
		if sum != whole.area2() {
			tb.Errorf("the parts of %s have area %d, it has %d", p.Code, sum, whole.area2())
		}
		if got := AreaKM2(p.Shape); math.Abs(km2/got-1) > 1e-9 {
			tb.Errorf("the parts of %s have %.12f km2, it has %.12f", p.Code, km2, got)
		}
		for _, s := range whole.segs() {
			segs = append(segs, seg{s.b, s.a})
		}
		if left := link(segs); len(left) > 0 {
			tb.Errorf("the parts of %s leave %d rings uncovered or doubled", p.Code, len(left))
		}
	}
}
