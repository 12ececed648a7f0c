package grid_test

import (
	"math"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"huying/internal/domain/grid"
	"huying/internal/domain/territory"
	"huying/internal/fault"
)

// slanted is a community of three grids with borders that run aslant.
func slanted(t rapid.TB) *territory.Tree {
	west, east := 109.38, 109.40
	bend := orb.Point{109.3893, 24.3051}
	poly := func(ps ...orb.Point) orb.MultiPolygon { return orb.MultiPolygon{{append(orb.Ring(ps), ps[0])}} }
	a, b, c, d := orb.Point{west, 24.30}, orb.Point{east, 24.3013}, orb.Point{east - .001, 24.31}, orb.Point{west + .0007, 24.3109}
	whole := poly(a, b, c, d)
	tree, err := territory.New([]territory.Place{
		{Code: "1", Name: "区", Kind: territory.District, Shape: whole},
		{Code: "11", Name: "街", Kind: territory.Street, Parent: "1", Shape: whole},
		{Code: "111", Name: "居", Kind: territory.Community, Parent: "11", Shape: whole},
		{Code: "111G001", Name: "一格", Kind: territory.GridS, Parent: "111", Shape: poly(a, b, bend)},
		{Code: "111G002", Name: "二格", Kind: territory.GridS, Parent: "111", Shape: poly(b, c, d, bend)},
		{Code: "111G003", Name: "三格", Kind: territory.GridS, Parent: "111", Shape: poly(d, a, bend)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// Whatever line cuts a grid, what comes of it has neither hole nor overlap: a
// line is never refused for what only the drawing did.
func TestALineLeavesNoHole(t *testing.T) {
	tree, cut := slanted(t), 0
	rapid.Check(t, func(t *rapid.T) {
		c := grid.Change{Kind: grid.Split, Grids: []string{rapid.SampledFrom([]string{"111G001", "111G002", "111G003"}).Draw(t, "grid")}, Day: 20260701, Reason: "户数过多"}
		var line orb.LineString
		for range rapid.IntRange(2, 4).Draw(t, "points") {
			line = append(line, orb.Point{rapid.Float64Range(109.379, 109.401).Draw(t, "lon"), rapid.Float64Range(24.299, 24.312).Draw(t, "lat")})
		}
		if err := c.Cut(tree, line); err != nil {
			if fault.Of(err) != fault.Invalid {
				t.Fatal(err)
			}
			return
		}
		after, err := c.Apply(tree)
		if err != nil {
			t.Fatalf("%v: %v", line, err)
		}
		old, _ := tree.Place(c.Grids[0])
		sum := 0.0
		for _, code := range c.HeirsIn(after) {
			p, _ := after.Place(code)
			sum += territory.AreaKM2(p.Shape)
		}
		if whole := territory.AreaKM2(old.Shape); math.Abs(sum-whole) > 1e-3*whole {
			t.Fatalf("%v of %v", sum, whole)
		}
		cut++
	})
	if cut < 10 {
		t.Errorf("only %d lines cut anything", cut)
	}
}

func TestASketchTellsWhereItDoesNotFit(t *testing.T) {
	tree := ground(t)
	for want, shapes := range map[string]string{"hole": halves(113, 113.004, 113.005, 113.01), "overlap": halves(113, 113.006, 113.004, 113.01)} {
		c := grid.Change{Kind: grid.Split, Grids: []string{"111G001"}, Parts: 2, Day: 20260701, Reason: "户数过多", Shapes: shapes}
		_, lies, err := c.Sketch(tree)
		if err != nil || (len(lies.Holes) > 0) != (want == "hole") || (len(lies.Overlaps) > 0) != (want == "overlap") {
			t.Errorf("%s: %+v %v", want, lies, err)
		}
	}
	c := grid.Change{Kind: grid.Merge, Grids: []string{"111G001", "111G002"}, Day: 20260701}
	if err := c.Cut(tree, orb.LineString{{113, 23}, {113.01, 23.01}}); fault.Code(err) != "change.line_for_split" {
		t.Error(err)
	}
	own := grid.Change{Kind: grid.Own, Grids: []string{"111G001"}, Name: "医院", Day: 20260701, Reason: "自管"}
	if err := own.Ring(orb.LineString{{113.002, 23.002}, {113.004, 23.002}}); fault.Code(err) != "grid.ring_too_short" {
		t.Error(err)
	}
	if err := own.Ring(orb.LineString{{113.002, 23.002}, {113.004, 23.002}, {113.004, 23.004}}); err != nil {
		t.Fatal(err)
	}
	if after, err := own.Apply(tree); err != nil || len(own.HeirsIn(after)) != 1 {
		t.Error(own.Shapes, err)
	}
}
