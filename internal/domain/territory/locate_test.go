package territory

import (
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

func locator(tb testing.TB, t *Tree) *Locator {
	tb.Helper()
	l, err := NewLocator(t)
	if err != nil {
		tb.Fatal(err)
	}
	return l
}

// covers is the even-odd rule written down a second time, by cutting the ray
// with each edge as it stands.
func covers(shape orb.MultiPolygon, x, y float64) bool {
	in := false
	for _, polygon := range shape {
		for _, ring := range polygon {
			for i := 1; i < len(ring); i++ {
				a, b := ring[i-1], ring[i]
				if a[1] > b[1] {
					a, b = b, a
				}
				if a[1] <= y && y < b[1] && x < a[0]+(y-a[1])*((b[0]-a[0])/(b[1]-a[1])) {
					in = !in
				}
			}
		}
	}
	return in
}

// interior draws points inside a place.
func interior(tb testing.TB, p *Place, n int) []orb.Point {
	tb.Helper()
	rng := rand.New(rand.NewPCG(1, 2))
	b := p.Shape.Bound()
	var out []orb.Point
	for tries := 0; len(out) < n; tries++ {
		if tries > 1000*n {
			tb.Fatalf("%s has no inside", p.Code)
		}
		at := orb.Point{b.Min[0] + rng.Float64()*(b.Max[0]-b.Min[0]), b.Min[1] + rng.Float64()*(b.Max[1]-b.Min[1])}
		if covers(p.Shape, at[0], at[1]) {
			out = append(out, at)
		}
	}
	return out
}

// TestEveryPointLiesInOneGrid is INV-15: any point of a district, be it on a
// border or a corner, lies in exactly one grid, and that is the one found.
func TestEveryPointLiesInOneGrid(t *testing.T) {
	tree := town{districts: 4, towns: 3, communities: 4, grids: 300}.city(t, 11)
	l := locator(t, tree)
	var corners []orb.Point
	for p := range tree.All() {
		for _, polygon := range p.Shape {
			for _, ring := range polygon {
				corners = append(corners, ring...)
			}
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		at := rapid.SampledFrom(corners).Draw(t, "corner")
		switch rapid.IntRange(0, 2).Draw(t, "place") {
		case 1: // somewhere between two corners, often on an edge
			b, f := rapid.SampledFrom(corners).Draw(t, "other"), rapid.Float64Range(0, 1).Draw(t, "part")
			at = orb.Point{at[0] + f*(b[0]-at[0]), at[1] + f*(b[1]-at[1])}
		case 2:
			at = orb.Point{rapid.Float64Range(112.9, 114.7).Draw(t, "lon"), rapid.Float64Range(22.9, 23.6).Draw(t, "lat")}
		}
		var inDistricts, inGrids int
		var grid string
		for p := range tree.All() {
			if p.Kind == District && covers(p.Shape, at[0], at[1]) {
				inDistricts++
			}
			if p.Kind == GridS && covers(p.Shape, at[0], at[1]) {
				inGrids++
				grid = p.Code
			}
		}
		got, ok := l.Locate(at[0], at[1])
		if inGrids != inDistricts || inGrids > 1 || ok != (inGrids == 1) || got != tree.Address(grid) {
			t.Fatalf("%v lies in %d districts and %d grids (%s), located %+v", at, inDistricts, inGrids, grid, got)
		}
	})
}

// TestLocateFallsBack finds the smallest place that has a shape.
func TestLocateFallsBack(t *testing.T) {
	tree := town{districts: 1, towns: 2, communities: 2}.city(t, 5)
	a, ok := locator(t, tree).Locate(113.2, 23.2)
	if !ok || a.Community == "" || a.Grid != "" {
		t.Errorf("located %+v", a)
	}
	bare, err := New(town{districts: 1, towns: 2, communities: 2}.places())
	if err != nil {
		t.Fatal(err)
	}
	if a, ok := locator(t, bare).Locate(113.2, 23.2); !ok || a != (Address{District: "990001"}) {
		t.Errorf("located %+v", a)
	}
	if a, ok := locator(t, bare).Locate(120, 23.2); ok {
		t.Errorf("a point outside lies in %+v", a)
	}
}

// TestExclusiveGridWins is LN-16: the point inside a hospital lies in the
// hospital's grid, though a common grid lies around it.
func TestExclusiveGridWins(t *testing.T) {
	tree := town{districts: 1, towns: 1, communities: 1, grids: 1}.city(t, 5)
	tree, err := tree.With(Place{Code: "990001001001H", Name: "第一医院", Kind: Exclusive, Parent: "990001001001", Shape: Rectangle(113.1, 23.1, 113.11, 23.11)})
	if err != nil {
		t.Fatal(err)
	}
	l := locator(t, tree)
	if a, _ := l.Locate(113.105, 23.105); a.Leaf() != "990001001001H" {
		t.Errorf("inside the hospital: %+v", a)
	}
	if a, _ := l.Locate(113.2, 23.105); a.Leaf() != "990001001001G001" {
		t.Errorf("outside the hospital: %+v", a)
	}
}

func TestLocateDoesNotAllocate(t *testing.T) {
	l := locator(t, town{districts: 2, towns: 2, communities: 2, grids: 60}.city(t, 5))
	if n := testing.AllocsPerRun(100, func() { l.Locate(113.21, 23.13) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkLocate(b *testing.B) {
	tree := town{districts: 11, towns: 16, communities: 16, grids: 19500}.city(b, 1)
	l := locator(b, tree)
	rng := rand.New(rand.NewPCG(3, 4))
	at := make([]orb.Point, 1<<16)
	for i := range at {
		at[i] = orb.Point{113 + rng.Float64()*4.4, 23 + rng.Float64()*0.5}
	}
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		p := at[i&(1<<16-1)]
		l.Locate(p[0], p[1])
	}
}

func BenchmarkNew(b *testing.B) {
	tree := town{districts: 11, towns: 16, communities: 16, grids: 19500}.city(b, 1)
	b.ResetTimer()
	for range b.N {
		if _, err := New(tree.places); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSchematic(b *testing.B) {
	tree := town{districts: 11, towns: 16, communities: 16, grids: 19500}.city(b, 1)
	b.ResetTimer()
	for range b.N {
		if _, err := Schematic(tree, 1); err != nil {
			b.Fatal(err)
		}
	}
}
