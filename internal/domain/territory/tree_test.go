package territory

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"huying/internal/fault"
)

func TestNewTellsAllFaultsAtOnce(t *testing.T) {
	_, err := New([]Place{
		{Code: "1", Kind: City},
		{Code: "2", Kind: City},
		{Code: "11", Kind: District, Parent: "1"},
		{Code: "11", Kind: District, Parent: "1"},
		{Code: "12", Kind: District, Parent: "9"},
		{Code: "13", Kind: District, Parent: "11"},
		{Code: "", Kind: District, Parent: "1"},
		{Code: "14", Kind: "PLANET", Parent: "1"},
		{Code: "15", Kind: GridM, Parent: "16"},
		{Code: "16", Kind: GridL, Parent: "15"},
		{Code: "17", Kind: Street, Parent: "11", Residents: -1},
		{Code: "18", Kind: GridS, Parent: "17", ValidTo: july},
		{Code: "18e", Kind: Exclusive, Parent: "18"},
	})
	var got []string
	for _, f := range fault.All(err) {
		got = append(got, f.Code)
	}
	slices.Sort(got)
	want := []string{
		"place.code_missing", "place.duplicate_code", "place.kind_unknown", "place.number_negative", "place.own_ancestor",
		"place.parent_retired", "place.parent_unknown", "place.rank_wrong", "place.rank_wrong", "territory.several_roots",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestNewNeedsARoot(t *testing.T) {
	if _, err := New(nil); !errors.Is(err, fault.New(fault.Invalid, "territory.root_missing")) {
		t.Errorf("New(nil) = %v", err)
	}
}

func TestNewStopsAfterAHundredFaults(t *testing.T) {
	places := []Place{{Code: "1", Kind: City}}
	for range 500 {
		places = append(places, Place{Code: "2", Kind: District, Parent: "1"})
	}
	_, err := New(places)
	if n := len(fault.All(err)); n != enough {
		t.Errorf("%d faults", n)
	}
}

func TestTreeAnswers(t *testing.T) {
	tree := town{districts: 2, towns: 2, communities: 2, grids: 16}.city(t, 1)
	const grid = "990002001002G001"
	want := Address{District: "990002", Town: "990002001", Community: "990002001002", Grid: grid}
	if got := tree.Address(grid); got != want {
		t.Errorf("address %+v", got)
	}
	var up []string
	for _, p := range tree.Ancestors(grid) {
		up = append(up, p.Code)
	}
	if diff := cmp.Diff([]string{"990002001002", "990002001", "990002", "9900"}, up); diff != "" {
		t.Error(diff)
	}
	for ancestor, want := range map[string]bool{grid: true, "990002001": true, "9900": true, "990001": false, "?": false} {
		if got := tree.Within(grid, ancestor); got != want {
			t.Errorf("within %s: %v", ancestor, got)
		}
	}
	if tree.Root().Code != "9900" || tree.Count(GridS) != 16 || tree.Count(Street) != 4 || tree.Len() != 1+2+4+8+16 {
		t.Error("counts are wrong")
	}
	if tree.Address("9900") != (Address{}) || tree.Address("?") != (Address{}) || tree.Children("?") != nil || tree.Ancestors("?") != nil {
		t.Error("a code that is unknown or the city's has an address")
	}
	codes := slices.Collect(func(yield func(string) bool) {
		for p := range tree.All() {
			if !yield(p.Code) {
				return
			}
		}
	})
	if !slices.IsSorted(codes) {
		t.Error("places are not in code order")
	}
}

func TestVersionIsTheContent(t *testing.T) {
	places := town{districts: 2, towns: 2, communities: 2}.places()
	a, err := New(places)
	if err != nil {
		t.Fatal(err)
	}
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(places), func(i, j int) { places[i], places[j] = places[j], places[i] })
	b, err := New(places)
	if err != nil {
		t.Fatal(err)
	}
	if a.Version() != b.Version() {
		t.Error("the order of the places changes the version")
	}
	root := *a.Root()
	root.Residents++
	c, err := a.With(root)
	if err != nil {
		t.Fatal(err)
	}
	if c.Version() == a.Version() {
		t.Error("a changed place does not change the version")
	}
}

func TestWithRefusesTheSameCodeTwice(t *testing.T) {
	tree := town{districts: 1, towns: 1, communities: 1}.city(t, 1)
	p := *tree.Root()
	if _, err := tree.With(p, p); !errors.Is(err, fault.New(fault.Invalid, "place.duplicate_code")) {
		t.Errorf("got %v", err)
	}
}

func TestPointsOfTheCity(t *testing.T) {
	tree := town{districts: 1, towns: 1, communities: 1}.city(t, 1)
	for _, c := range []struct {
		lon, lat float64
		code     string
	}{
		{113.2, 23.2, ""},
		{112.995, 23.2, ""}, // Within the margin.
		{112.9, 23.2, "territory.outside_city"},
		{math.NaN(), 23.2, "territory.point_out_of_range"},
		{113.2, 91, "territory.point_out_of_range"},
	} {
		if got := fault.Code(tree.CheckPoint(c.lon, c.lat)); got != c.code {
			t.Errorf("%v %v: %q", c.lon, c.lat, got)
		}
	}
	bare, err := New([]Place{{Code: "1", Kind: City}})
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := bare.Bounds(); ok || !bare.InCity(0, 0) {
		t.Error("a tree without shapes claims to know where the city ends")
	}
}

func TestMeasures(t *testing.T) {
	// A degree of the meridian is 111.195 km on the sphere.
	if got := Metres(113, 23, 113, 24); math.Abs(got-111195) > 1 {
		t.Errorf("a degree is %.0f m", got)
	}
	// A one-degree cell at the equator is 111.195 km square, but for a
	// curvature of a few parts in a hundred thousand.
	if got := AreaKM2(Rectangle(0, 0, 1, 1)); math.Abs(got/(111.195*111.195)-1) > 1e-4 {
		t.Errorf("a cell is %.1f km2", got)
	}
}
