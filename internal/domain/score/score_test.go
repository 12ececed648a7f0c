package score_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"huying/internal/domain/score"
)

// The survey of GZ-28: 914 of 2,008 gave full marks.
func TestTheIntervalOfThePhoneSurvey(t *testing.T) {
	r := score.Share(914, 2008)
	for name, pair := range map[string][2]float64{"value": {r.Value, 0.455}, "low": {r.Low, 0.434}, "high": {r.High, 0.477}} {
		if math.Abs(pair[0]-pair[1]) > 0.0006 {
			t.Errorf("%s is %.4f, want %.3f", name, pair[0], pair[1])
		}
	}
}

func TestNothingIsKnownOfNothing(t *testing.T) {
	if r := score.Share(0, 0); r != (score.Rate{}) {
		t.Fatalf("%+v", r)
	}
	if r := score.Rates(score.Facts{}, score.Usual); r.Complete || r.Composite != 0 {
		t.Fatalf("%+v", r)
	}
}

func TestUnreachedCallersAreNotSatisfied(t *testing.T) {
	r := score.Rates(score.Facts{Judged: 100, Contacted: 100, Reached: 70, Yes: 70, Rated: 70, Satisfaction: 70000}, score.Usual)
	if !r.Unreliable || math.Abs(r.NotReached-0.3) > 1e-9 || r.Resolution.N != 70 {
		t.Fatalf("%+v", r)
	}
}

func TestARateLiesInItsInterval(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(1, 1_000_000).Draw(t, "n")
		k := rapid.Int64Range(0, n).Draw(t, "k")
		r := score.Share(float64(k), n)
		if r.Low < 0 || r.Low > r.Value+1e-12 || r.High > 1 || r.High < r.Value-1e-12 || math.IsNaN(r.Low+r.High) {
			t.Fatalf("%d of %d: %+v", k, n, r)
		}
	})
}
