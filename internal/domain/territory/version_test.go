package territory

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"huying/internal/fault"
)

var july = time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)

// TestOldMattersKeepTheOldLeaf is the test of LN-16 and INV-15: after a split
// on 1 July the old grid's code still has its address, its points lie in one
// of the heirs, and the tree as of June still finds the old grid.
func TestOldMattersKeepTheOldLeaf(t *testing.T) {
	before := town{districts: 2, towns: 2, communities: 2, grids: 24}.city(t, 3)
	const old = "990001001001G001"
	after, err := Split(before, old, 3, july)
	if err != nil {
		t.Fatal(err)
	}
	wantTiled(t, after)
	if got, want := after.Address(old), before.Address(old); got != want {
		t.Errorf("the old address is %+v, was %+v", got, want)
	}
	p, ok := after.Place(old)
	if !ok || !p.Retired() || len(p.Heirs) != 3 || !after.Within(old, "990001001") {
		t.Fatalf("the old grid is %+v", p)
	}
	was, _ := before.Place(old)
	sum := 0
	for _, code := range p.Heirs {
		heir, ok := after.Place(code)
		if !ok || !heir.ValidFrom.Equal(july) {
			t.Fatalf("heir %s is %+v", code, heir)
		}
		sum += heir.Residents
	}
	if sum != was.Residents || after.Count(GridS) != before.Count(GridS)+2 {
		t.Error("residents or grids went missing")
	}
	june, err := after.At(july.Add(-time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	wantTiled(t, june)
	now, then := locator(t, after), locator(t, june)
	for _, at := range interior(t, was, 200) {
		if a, ok := now.Locate(at[0], at[1]); !ok || !slices.Contains(p.Heirs, a.Grid) {
			t.Errorf("after the split %v lies in %+v", at, a)
		}
		if a, ok := then.Locate(at[0], at[1]); !ok || a.Grid != old {
			t.Errorf("in June %v lies in %+v", at, a)
		}
	}
}

func TestMergeUndoesASplit(t *testing.T) {
	before := town{districts: 1, towns: 2, communities: 2, grids: 12}.city(t, 3)
	old := before.Children("990001001001")[0]
	split, err := Split(before, old.Code, 3, july)
	if err != nil {
		t.Fatal(err)
	}
	p, _ := split.Place(old.Code)
	merged, err := Merge(split, july.AddDate(0, 1, 0), p.Heirs...)
	if err != nil {
		t.Fatal(err)
	}
	wantTiled(t, merged)
	heir, _ := merged.Place(p.Heirs[0])
	one, ok := merged.Place(heir.Heirs[0])
	if !ok || one.Residents != old.Residents || one.Code == old.Code {
		t.Fatalf("merged to %+v", one)
	}
	was, _ := merged.Place(old.Code)
	if a, b := regionOf(one.Shape).area2(), regionOf(was.Shape).area2(); a != b {
		t.Errorf("area %d, was %d", a, b)
	}
	var retired []string
	for p := range merged.Retired() {
		retired = append(retired, p.Code)
	}
	if len(retired) != 4 {
		t.Errorf("retired: %v", retired)
	}
}

// Grids that hang together are merged, also in a chain; those that lie apart or
// touch in a corner alone are not.
func TestOnlyNeighboursAreMerged(t *testing.T) {
	box := func(code string, x, y float64) Place {
		ring := orb.Ring{{x, y}, {x + 0.01, y}, {x + 0.01, y + 0.01}, {x, y + 0.01}, {x, y}}
		return Place{Code: code, Shape: orb.MultiPolygon{{ring}}}
	}
	a, right, above, corner, far := box("a", 113, 23), box("right", 113.01, 23.004), box("above", 113, 23.01), box("corner", 113.01, 23.01), box("far", 113.02, 23)
	off := box("off", 113.01+1e-5, 23) // a metre: drawn by hand
	for _, c := range []struct {
		grids []Place
		want  string
	}{
		{[]Place{a, right}, ""}, {[]Place{a, above}, ""}, {[]Place{a, off}, ""}, {[]Place{a, corner}, "corner"}, {[]Place{a, far}, "far"},
		{[]Place{a, far, right}, ""}, {[]Place{a, corner, above}, ""}, {[]Place{a, {Code: "unknown"}}, ""},
	} {
		if got := apart(c.grids); got != c.want {
			t.Errorf("%d grids from %s: %q lies apart, want %q", len(c.grids), c.grids[1].Code, got, c.want)
		}
	}
}

func TestSplitAndMergeRefuse(t *testing.T) {
	tree := town{districts: 1, towns: 2, communities: 2, grids: 12}.city(t, 3)
	const a, b, far = "990001001001G001", "990001001001G002", "990001002001G001"
	gone, err := Split(tree, a, 2, july)
	if err != nil {
		t.Fatal(err)
	}
	split := func(tree *Tree, code string, parts int, at time.Time) error {
		_, err := Split(tree, code, parts, at)
		return err
	}
	merge := func(codes ...string) error {
		_, err := Merge(tree, july, codes...)
		return err
	}
	p, _ := gone.Place(a)
	got := []string{
		fault.Code(split(tree, "?", 2, july)),
		fault.Code(split(tree, "990001001", 2, july)),
		fault.Code(split(tree, a, 1, july)),
		fault.Code(split(tree, a, 998, july)),
		fault.Code(split(tree, a, 2, time.Time{})),
		fault.Code(split(gone, a, 2, july)),
		fault.Code(split(gone, p.Heirs[0], 2, july)),
		fault.Code(merge(a, a)),
		fault.Code(merge(a, far)),
		fault.Code(merge(b, "?")),
	}
	want := []string{
		"place.unknown", "grid.not_divisible", "grid.parts_out_of_range", "grid.numbers_used_up", "grid.change_too_early",
		"grid.already_retired", "grid.change_too_early", "grid.merge_needs_two", "grid.merge_across_parents", "place.unknown",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
