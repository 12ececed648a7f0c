package territory

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"huying/internal/fault"
)

func TestSchematicTiles(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c := town{
			districts:   rapid.IntRange(1, 3).Draw(rt, "districts"),
			towns:       rapid.IntRange(1, 5).Draw(rt, "towns"),
			communities: rapid.IntRange(1, 5).Draw(rt, "communities"),
		}
		n := c.districts * c.towns * c.communities
		c.grids = n * rapid.IntRange(1, 6).Draw(rt, "grids")
		tree := c.city(t, rapid.Uint64().Draw(rt, "seed"))
		wantTiled(t, tree)
		for p := range tree.All() {
			if p.Kind != City && (len(p.Shape) == 0 || !p.Synthetic) {
				rt.Fatalf("%s: synthetic %v, %d parts", p.Code, p.Synthetic, len(p.Shape))
			}
		}
	})
}

func TestSchematicIsDeterministic(t *testing.T) {
	c := town{districts: 3, towns: 3, communities: 3}
	tree := c.city(t, 5)
	places := c.places()
	rand.New(rand.NewPCG(9, 9)).Shuffle(len(places), func(i, j int) { places[i], places[j] = places[j], places[i] })
	bare, err := New(places)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Schematic(bare, 5)
	if err != nil {
		t.Fatal(err)
	}
	if again.Version() != tree.Version() {
		t.Error("the same places are drawn differently")
	}
	other, err := Schematic(bare, 6)
	if err != nil {
		t.Fatal(err)
	}
	if other.Version() == tree.Version() {
		t.Error("the seed changes nothing")
	}
}

// TestNeighboursShareVertices asks that each vertex on a grid's border is a
// vertex of every grid whose border passes there.
func TestNeighboursShareVertices(t *testing.T) {
	tree := town{districts: 2, towns: 3, communities: 3, grids: 60}.city(t, 5)
	for p := range tree.All() {
		if p.Kind != Community {
			continue
		}
		edges := make(map[seg]int)
		for _, k := range tree.Children(p.Code) {
			for _, e := range regionOf(k.Shape).segs() {
				edges[e]++
			}
		}
		for _, e := range regionOf(p.Shape).segs() {
			if edges[e] != 1 {
				t.Fatalf("%s: its edge %v belongs to %d grids", p.Code, e, edges[e])
			}
			delete(edges, e)
		}
		for e := range edges {
			if edges[seg{e.b, e.a}] != 1 {
				t.Fatalf("%s: the inner edge %v has no counterpart", p.Code, e)
			}
		}
	}
}

func TestAreasFollowWeights(t *testing.T) {
	places := []Place{{Code: "1", Kind: District, Shape: Rectangle(113, 23, 113.4, 23.3), Synthetic: true}}
	residents := map[string]int{"1a": 10000, "1b": 20000, "1c": 30000, "1d": 40000}
	for code, n := range residents {
		places = append(places, Place{Code: code, Kind: Street, Parent: "1", Residents: n})
	}
	tree, err := New(places)
	if err != nil {
		t.Fatal(err)
	}
	if tree, err = Schematic(tree, 1); err != nil {
		t.Fatal(err)
	}
	whole := AreaKM2(tree.Root().Shape)
	for _, p := range tree.Children("1") {
		want := float64(p.Residents) / 100000
		if got := AreaKM2(p.Shape) / whole; math.Abs(got/want-1) > 0.2 {
			t.Errorf("%s has %.3f of the area, %.3f of the residents", p.Code, got, want)
		}
	}
}

func TestSchematicKeepsWhatWasSurveyed(t *testing.T) {
	places := town{districts: 1, towns: 3, communities: 2}.places()
	real := Rectangle(113.05, 23.05, 113.1, 23.1)
	for i := range places {
		if places[i].Code == "990001002" {
			places[i].Shape = real
		}
	}
	tree, err := New(places)
	if err != nil {
		t.Fatal(err)
	}
	if tree, err = Schematic(tree, 1); err != nil {
		t.Fatal(err)
	}
	kept, _ := tree.Place("990001002")
	if kept.Synthetic || math.Abs(AreaKM2(kept.Shape)/AreaKM2(real)-1) > 1e-5 {
		t.Error("the surveyed shape was lost")
	}
	if beside, _ := tree.Place("990001001"); len(beside.Shape) > 0 || beside.Synthetic {
		t.Error("a sibling was drawn, though nothing says where it lies")
	}
	if below, _ := tree.Place("990001002001"); len(below.Shape) == 0 || !below.Synthetic {
		t.Error("nothing was drawn below the surveyed place")
	}
}

func TestSurveyedExclusiveGridLiesOnTop(t *testing.T) {
	places := town{districts: 1, towns: 1, communities: 1}.places()
	const home = "990001001001"
	places = append(places,
		Place{Code: home + "G001", Kind: GridS, Parent: home},
		Place{Code: home + "G002", Kind: GridS, Parent: home},
		Place{Code: home + "H", Kind: Exclusive, Parent: home, Shape: Rectangle(113.1, 23.1, 113.2, 23.2)})
	tree, err := New(places)
	if err != nil {
		t.Fatal(err)
	}
	if tree, err = Schematic(tree, 1); err != nil {
		t.Fatal(err)
	}
	var sum float64
	for _, p := range tree.Children(home) {
		if p.Kind == GridS {
			sum += AreaKM2(p.Shape)
		} else if p.Synthetic {
			t.Error("the hospital was drawn over")
		}
	}
	whole, _ := tree.Place(home)
	if math.Abs(sum/AreaKM2(whole.Shape)-1) > 1e-9 {
		t.Error("the common grids do not tile the community")
	}
}

func TestSchematicRefusesSlivers(t *testing.T) {
	places := town{districts: 1, towns: 40, communities: 1}.places()
	places[1].Shape = Rectangle(113, 23, 113.0000005, 23.0000005)
	tree, err := New(places)
	if err != nil {
		t.Fatal(err)
	}
	if _, err = Schematic(tree, 1); !errors.Is(err, fault.New(fault.Invalid, "shape.too_small")) {
		t.Errorf("got %v", err)
	}
}

func TestGridsAreExact(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c := town{districts: rapid.IntRange(1, 3).Draw(rt, "districts"), towns: 2, communities: rapid.IntRange(1, 4).Draw(rt, "communities")}
		homes := c.districts * c.towns * c.communities
		total := rapid.IntRange(homes, homes*perCommunity).Draw(rt, "total")
		tree, err := New(c.places())
		if err != nil {
			rt.Fatal(err)
		}
		grids, err := Grids(tree, tree.Root().Code, total, rapid.Uint64().Draw(rt, "seed"))
		if err != nil {
			rt.Fatal(err)
		}
		full, err := tree.With(grids...)
		if err != nil || full.Count(GridS) != total {
			rt.Fatalf("%d grids for %d: %v", full.Count(GridS), total, err)
		}
		for p := range full.All() {
			if p.Kind != Community {
				continue
			}
			residents := 0
			for _, g := range full.Children(p.Code) {
				residents += g.Residents
			}
			if n := len(full.Children(p.Code)); n < 1 || n > perCommunity || residents != p.Residents {
				rt.Fatalf("%s has %d grids with %d of %d residents", p.Code, n, residents, p.Residents)
			}
		}
	})
}

func TestGridsOfOnePlaceLeaveTheOthersAlone(t *testing.T) {
	tree, err := New(town{districts: 1, towns: 2, communities: 3}.places())
	if err != nil {
		t.Fatal(err)
	}
	grids, err := Grids(tree, "990001002", 7, 1)
	if err != nil || len(grids) != 7 {
		t.Fatalf("%d grids, %v", len(grids), err)
	}
	for _, g := range grids {
		if !tree.Within(g.Parent, "990001002") {
			t.Errorf("%s lies elsewhere", g.Code)
		}
	}
	if _, err := Grids(tree, "123", 7, 1); fault.Code(err) != "grid.total_out_of_range" {
		t.Errorf("grids of nowhere: %v", err)
	}
}

func TestGridsAreNamedAfterTheirCommunity(t *testing.T) {
	tree, err := New(town{districts: 1, towns: 1, communities: 1}.places())
	if err != nil {
		t.Fatal(err)
	}
	grids, err := Grids(tree, tree.Root().Code, 2, 1)
	if err != nil {
		t.Fatal(err)
	}
	want := Place{Code: "990001001001G002", Name: "第1社区第2网格", NameEN: "Community 1 Grid 2", Kind: GridS, Parent: "990001001001", Residents: 250, Synthetic: true}
	if diff := cmp.Diff(want, grids[1]); diff != "" {
		t.Error(diff)
	}
	for _, total := range []int{0, 1000} {
		if _, err := Grids(tree, tree.Root().Code, total, 1); fault.Code(err) != "grid.total_out_of_range" {
			t.Errorf("%d grids: %v", total, err)
		}
	}
}
