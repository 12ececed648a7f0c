package territory

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"huying/internal/fault"
)

func TestReplaceDrawsAnewInside(t *testing.T) {
	tree := town{districts: 3, towns: 2, communities: 2, grids: 40}.city(t, 1)
	real := orb.MultiPolygon{{{{113, 23}, {113.38, 22.95}, {113.4, 23.5}, {113.2, 23.3}, {113, 23.5}, {113, 23}}}}
	next, report, err := Replace(tree, map[string]orb.MultiPolygon{"990001": real}, 1)
	if err != nil {
		t.Fatal(err)
	}
	wantTiled(t, next)
	p, _ := next.Place("990001")
	if p.Synthetic || math.Abs(AreaKM2(p.Shape)/AreaKM2(real)-1) > 1e-4 {
		t.Error("the district has not the real shape")
	}
	if diff := cmp.Diff([]string{"990002", "990003"}, report.Synthetic); diff != "" {
		t.Error(diff)
	}
	l := locator(t, next)
	for _, at := range interior(t, p, 300) {
		if a, ok := l.Locate(at[0], at[1]); !ok || a.District != "990001" || a.Grid == "" {
			t.Errorf("%v lies in %+v", at, a)
		}
	}
	if old, _ := tree.Place("990001"); !old.Synthetic {
		t.Error("the old tree was changed")
	}
}

// TestReportMeasuresMisfits lays four districts around a hole; two overlap, and
// two leave a narrow gap that is open to the outside.
func TestReportMeasuresMisfits(t *testing.T) {
	tree, err := New(town{districts: 4}.places())
	if err != nil {
		t.Fatal(err)
	}
	hole := Rectangle(113.1, 23.1, 113.2, 23.2)
	overlap := Rectangle(113.1, 23.0, 113.11, 23.1)
	gap := Rectangle(113.1, 23.2, 113.101, 23.3)
	_, report, err := Replace(tree, map[string]orb.MultiPolygon{
		"990001": Rectangle(113, 23, 113.1, 23.3),
		"990002": {{{{113.1, 23}, {113.2, 23}, {113.2, 23.1}, {113.1, 23.1}, {113.1, 23}}}},
		"990003": Rectangle(113.2, 23, 113.3, 23.3),
		"990004": Rectangle(113.101, 23.2, 113.2, 23.3),
	}, 1)
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Holes) != 2 || len(report.Overlaps) != 0 || len(report.Synthetic) != 0 {
		t.Fatalf("report %+v", report)
	}
	near := func(got, want float64) bool { return math.Abs(got/want-1) < 0.01 }
	h := report.Holes[0]
	if !near(h.AreaKM2, AreaKM2(hole)) || !slices.Equal(h.Between, []string{"990001", "990003"}) || !covers(hole, h.Lon, h.Lat) {
		t.Errorf("hole %+v", h)
	}
	if h := report.Holes[1]; !near(h.AreaKM2, AreaKM2(gap)) || !slices.Equal(h.Between, []string{"990001", "990004"}) {
		t.Errorf("gap %+v", h)
	}
	wide := Rectangle(113, 23, 113.11, 23.3)
	_, report, err = Replace(tree, map[string]orb.MultiPolygon{"990001": wide, "990002": Rectangle(113.1, 23, 113.2, 23.1), "990003": Rectangle(113.5, 23, 113.6, 23.1), "990004": Rectangle(113.7, 23, 113.8, 23.1)}, 1)
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Overlaps) != 1 || report.Overlaps[0].A != "990001" || report.Overlaps[0].B != "990002" || !near(report.OverlapKM2, AreaKM2(overlap)) {
		t.Errorf("overlaps %+v", report.Overlaps)
	}
}

func TestReplaceRefuses(t *testing.T) {
	tree := town{districts: 1}.city(t, 1)
	_, _, err := Replace(tree, map[string]orb.MultiPolygon{"?": bays(1), "990001": nil}, 1)
	var got []string
	for _, f := range fault.All(err) {
		got = append(got, f.Code)
	}
	if diff := cmp.Diff([]string{"shape.missing", "place.unknown"}, got); diff != "" {
		t.Error(diff)
	}
}
