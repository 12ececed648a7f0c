package score

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestTrimmedMeans(t *testing.T) {
	for _, x := range []struct {
		points []float64
		mean   float64
		known  bool
	}{
		{nil, 0, false}, {[]float64{1, 9, 9, 9}, 0, false}, {[]float64{1, 8, 8, 8, 10}, 8, true},
		{[]float64{10, 10, 10, 10, 10}, 10, true}, {[]float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 5.5, true},
	} {
		if got := Trimmed(x.points); got.Known != x.known || got.Mean != x.mean || got.N != len(x.points) || got.Part != 10*x.mean {
			t.Errorf("%v: %+v", x.points, got)
		}
	}
}

// Whatever raters say, the result lies between their points, does not depend
// on their order, and one rater alone cannot move it beyond what others said.
func TestTrimmedMeansHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		points := rapid.SliceOfN(rapid.Float64Range(1, 10), LeastRated, 40).Draw(t, "points")
		got := Trimmed(points)
		again := slices.Clone(points)
		slices.Reverse(again)
		if !got.Known || got.Mean < slices.Min(points)-1e-9 || got.Mean > slices.Max(points)+1e-9 || math.Abs(Trimmed(again).Mean-got.Mean) > 1e-9 {
			t.Fatalf("%v: %+v", points, got)
		}
		sorted := slices.Sorted(slices.Values(points))
		wild := slices.Clone(sorted)
		wild[0] = 1
		if m := Trimmed(wild).Mean; math.Abs(m-got.Mean) > 1e-9 {
			t.Fatalf("the lowest rater alone moves %v to %v", got.Mean, m)
		}
	})
}

func TestProcessPoints(t *testing.T) {
	if p := Processed(ProcessFacts{Issued: 3}); p.Known || p.Points != 0 {
		t.Errorf("nothing is finished: %+v", p)
	}
	if p := Processed(ProcessFacts{OnTime: 9, Late: 1, Yellow: 1, Red: 1, Letters: 1}); p.Points != 90-1-3-2 {
		t.Errorf("%+v", p)
	}
	rated := ProcessFacts{OnTime: 9, Late: 1, Ratings: 2, Stars: 7}
	if p := Processed(rated); math.Abs(p.Points-(0.8*90+0.2*70)) > 1e-9 || p.Upkeep.N != 2 || p != Processed(rated) {
		t.Errorf("a unit that chiefs rated: %+v", p)
	}
	if p := Processed(ProcessFacts{Ratings: 1, Stars: 5}); p.Known || p.Points != 0 {
		t.Errorf("rated, with no finished order: %+v", p)
	}
	if p := Processed(ProcessFacts{Late: 1, Red: 9}); p.Points != 0 {
		t.Errorf("below zero: %+v", p)
	}
	if Listed(40) != 10 || Listed(-40) != -10 || Listed(3) != 3 {
		t.Error("the lists are not bounded")
	}
	if got := Mean([]float64{8}); !got.Known || got.Mean != 8 || Mean(nil).Known {
		t.Errorf("%+v", got)
	}
}
