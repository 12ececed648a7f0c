package grid_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"huying/internal/domain/access"
	"huying/internal/domain/grid"
	"huying/internal/domain/territory"
	"huying/internal/fault"
	"huying/internal/ident"
)

var june = time.Date(2026, 6, 20, 9, 0, 0, 0, ident.Zone)

// ground is a community of two square grids, side by side.
func ground(t *testing.T) *territory.Tree {
	t.Helper()
	box := func(a, b, c, d float64) orb.MultiPolygon { return territory.Rectangle(a, b, c, d) }
	tree, err := territory.New([]territory.Place{
		{Code: "1", Name: "区", Kind: territory.District, Shape: box(113, 23, 113.02, 23.01)},
		{Code: "11", Name: "街", Kind: territory.Street, Parent: "1", Shape: box(113, 23, 113.02, 23.01)},
		{Code: "111", Name: "居", Kind: territory.Community, Parent: "11", Shape: box(113, 23, 113.02, 23.01)},
		{Code: "111G001", Name: "一格", Kind: territory.GridS, Parent: "111", Shape: box(113, 23, 113.01, 23.01)},
		{Code: "111G002", Name: "二格", Kind: territory.GridS, Parent: "111", Shape: box(113.01, 23, 113.02, 23.01)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// halves is a file of two grids that meet at a longitude and begin and end at
// others.
func halves(from, end, begin, to float64) string {
	feature := func(code string, a, b float64) string {
		return fmt.Sprintf(`{"type":"Feature","properties":{"code":%q},"geometry":{"type":"Polygon","coordinates":[[[%v,23],[%v,23],[%v,23.01],[%v,23.01],[%v,23]]]}}`,
			code, a, b, b, a, a)
	}
	return `{"type":"FeatureCollection","features":[` + feature("111G003", from, end) + "," + feature("111G004", begin, to) + `]}`
}

func TestASplitLeavesNoHoleAndNoOverlap(t *testing.T) {
	for _, x := range []struct {
		name, shapes, want string
	}{
		{"equal parts", "", ""},
		{"drawn along a street", halves(113, 113.004, 113.004, 113.01), ""},
		{"a gap between them", halves(113, 113.004, 113.005, 113.01), "change.leaves_a_hole"},
		{"short of the border", halves(113, 113.004, 113.004, 113.009), "change.leaves_a_hole"},
		{"over one another", halves(113, 113.006, 113.004, 113.01), "change.overlaps"},
		{"into the neighbour", halves(113, 113.004, 113.004, 113.012), "change.overlaps"},
		{"one of the two", `{"type":"FeatureCollection","features":[]}`, "change.shapes_number"},
	} {
		t.Run(x.name, func(t *testing.T) {
			c := grid.Change{Kind: grid.Split, Grids: []string{"111G001"}, Parts: 2, Day: 20260701, Reason: "户数过多", Shapes: x.shapes}
			if err := c.Check(june); err != nil {
				t.Fatal(err)
			}
			next, err := c.Apply(ground(t))
			if fault.Code(err) != x.want {
				t.Fatalf("%v, want %q", err, x.want)
			}
			if err == nil {
				resolves(t, next, c.HeirsIn(next))
			}
		})
	}
}

// resolves asks that every point of the old grid lies in one of the new ones,
// and that the old one is known but found no more (INV-15).
func resolves(t *testing.T, tree *territory.Tree, heirs []string) {
	t.Helper()
	locate, err := territory.NewLocator(tree)
	if err != nil {
		t.Fatal(err)
	}
	for lon := 113.0005; lon < 113.01; lon += 0.001 {
		a, ok := locate.Locate(lon, 23.005)
		if !ok || a.Grid != heirs[0] && a.Grid != heirs[1] {
			t.Errorf("%v lies in %+v, want one of %v", lon, a, heirs)
		}
	}
	if p, ok := tree.Place("111G001"); !ok || !p.Retired() || tree.Address("111G001").Community != "111" {
		t.Error("the old grid lost its address")
	}
}

func TestAPlanIsCheckedAndConfirmedByAnother(t *testing.T) {
	for want, c := range map[string]grid.Change{
		"change.kind_unknown":     {Kind: "CUT", Grids: []string{"111G001"}, Day: 20260701, Reason: "x"},
		"change.day_out_of_range": {Kind: grid.Split, Grids: []string{"111G001"}, Day: 20260231, Reason: "x"},
		"change.no_grids":         {Kind: grid.Split, Grids: []string{"111G001", "111G002"}, Day: 20260701, Reason: "x"},
		"text.missing":            {Kind: grid.Split, Grids: []string{"111G001"}, Day: 20260701},
	} {
		if err := c.Check(june); fault.Code(err) != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
	c := grid.Change{Kind: grid.Merge, Grids: []string{"111G002", "111G001"}, Day: 20260701, Reason: "户数少", PlannedBy: "a", Hand: "salt.one", Status: grid.Planned}
	if err := c.Confirm(access.Actor{ID: "a"}, ""); fault.Code(err) != "change.same_person" {
		t.Errorf("its own plan: %v", err)
	}
	if err := c.Confirm(access.Actor{ID: "b"}, "salt.one"); fault.Code(err) != "change.same_person" {
		t.Errorf("its own plan, from another post: %v", err)
	}
	if err := c.Confirm(access.Actor{ID: "b"}, "salt.two"); err != nil || c.Status != grid.Confirmed {
		t.Errorf("%s, %v", c.Status, err)
	}
	if err := c.Drop(c.Begin()); fault.Code(err) != "change.not_planned" {
		t.Errorf("after its day: %v", err)
	}
	next, err := c.Apply(ground(t))
	if err != nil || len(c.HeirsIn(next)) != 1 || next.Count(territory.GridS) != 1 {
		t.Errorf("merged into %v, %v", c.HeirsIn(next), err)
	}
}

// An institution's own grid lies in one grid, beside other own grids and never
// over one; it may run along borders.
func TestAnOwnGridLiesInOneGrid(t *testing.T) {
	box := func(a, b, c, d float64) string {
		return fmt.Sprintf(`{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"X"},"geometry":{"type":"Polygon","coordinates":[[[%[1]v,%[2]v],[%[3]v,%[2]v],[%[3]v,%[4]v],[%[1]v,%[4]v],[%[1]v,%[2]v]]]}}]}`, a, b, c, d)
	}
	plan := func(shapes string) *grid.Change {
		return &grid.Change{Kind: grid.Own, Grids: []string{"111G001"}, Name: "医院", Day: 20260701, Reason: "自管", Shapes: shapes}
	}
	first := plan(box(113.002, 23.002, 113.004, 23.004))
	if err := first.Check(june); err != nil {
		t.Fatal(err)
	}
	tree, err := first.Apply(ground(t))
	if err != nil {
		t.Fatal(err)
	}
	heirs := first.HeirsIn(tree)
	if p, _ := tree.Place("111X001"); len(heirs) != 1 || heirs[0] != "111X001" || p.Kind != territory.Exclusive || p.AreaKM2 == 0 {
		t.Fatalf("%v", heirs)
	}
	locate, err := territory.NewLocator(tree)
	if err != nil {
		t.Fatal(err)
	}
	for point, want := range map[[2]float64]string{{113.003, 23.003}: "111X001", {113.001, 23.001}: "111G001", {113.015, 23.003}: "111G002"} {
		if a, ok := locate.Locate(point[0], point[1]); !ok || a.Grid != want {
			t.Errorf("%v lies in %+v, want %s", point, a, want)
		}
	}
	for _, x := range []struct{ name, shapes, want string }{
		{"elsewhere in the grid", box(113.006, 23.006, 113.008, 23.008), ""},
		{"along the grid's border", box(113, 23, 113.002, 23.01), ""},
		{"the whole grid but for the first", box(113.004, 23, 113.01, 23.01), ""},
		{"over the border", box(113.008, 23.002, 113.012, 23.004), "change.outside"},
		{"in the neighbour", box(113.012, 23.002, 113.014, 23.004), "change.outside"},
		{"around the grid", box(112.99, 22.99, 113.03, 23.02), "change.outside"},
		{"across the first", box(113.003, 23.001, 113.0035, 23.006), "change.taken"},
		{"the first again", box(113.002, 23.002, 113.004, 23.004), "change.taken"},
		{"half of the first", box(113.002, 23.002, 113.003, 23.004), "change.taken"},
		{"shifted from the first", box(113.003, 23.002, 113.005, 23.004), "change.taken"},
		{"around the first", box(113.001, 23.001, 113.006, 23.006), "change.taken"},
		{"in the first", box(113.0025, 23.0025, 113.003, 23.003), "change.taken"},
		{"none", `{"type":"FeatureCollection","features":[]}`, "change.shapes_number"},
	} {
		if _, err := plan(x.shapes).Apply(tree); fault.Code(err) != x.want {
			t.Errorf("%s: %v, want %q", x.name, err, x.want)
		}
	}
	retired := plan(box(113.006, 23.006, 113.008, 23.008))
	retired.Grids = []string{"111"}
	if _, err := retired.Apply(tree); fault.Code(err) != "place.unknown" {
		t.Errorf("in a community: %v", err)
	}
	for code, c := range map[string]*grid.Change{
		"change.shape_missing": plan(""), "text.missing": {Kind: grid.Own, Grids: []string{"111G001"}, Day: 20260701, Reason: "x", Shapes: "x"},
	} {
		if err := c.Check(june); fault.Code(err) != code {
			t.Errorf("%v, want %s", err, code)
		}
	}
}
