// Package score turns counted facts into the rates by which units are judged:
// pure functions of what happened, with how sure one can be of them. It knows
// units and groups, never a person, and no way of counting.
package score

import "math"

// Rate is a share with the number it is of and its Wilson 95 % interval.
// Value is NaN-free: with N zero, Known is false and all are zero.
type Rate struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
	N     int64   `json:"n"`
	Known bool    `json:"known"`
}

const z = 1.959963984540054 // 97.5th percentile of the normal distribution

// Share returns k of n as a rate. k may be fractional, as PARTIAL counts half.
func Share(k float64, n int64) Rate {
	if n <= 0 {
		return Rate{}
	}
	f, p := float64(n), min(max(k/float64(n), 0), 1)
	mid := p + z*z/(2*f)
	half := z * math.Sqrt(p*(1-p)/f+z*z/(4*f*f))
	scale := 1 + z*z/f
	return Rate{Value: p, Low: max(0, (mid-half)/scale), High: min(1, (mid+half)/scale), N: n, Known: true}
}

// Facts are what was counted for one unit in one period (domain part C6.1).
type Facts struct {
	Judged, Contacted, Reached, Yes, Partial, Rated int64
	Satisfaction                                    int64 // permille of each rating, summed
}

// Three are the three rates: response, resolution, satisfaction. Composite
// weighs them 30, 35, 35 unless the pack says otherwise. NotReached is the
// share of judged matters whose caller was not reached: above 0.2 the
// resolution rate is Unreliable, and below RankLeast matters nothing is ranked.
type Three struct {
	Response     Rate    `json:"response"`
	Resolution   Rate    `json:"resolution"`
	Satisfaction Rate    `json:"satisfaction"`
	NotReached   float64 `json:"not_reached"`
	Unreliable   bool    `json:"unreliable"`
	Composite    float64 `json:"composite"`
	Complete     bool    `json:"complete"`
}

// Weights of the composite.
type Weights struct{ Response, Resolution, Satisfaction float64 }

// Usual are the default weights (domain part C6.1).
var Usual = Weights{0.30, 0.35, 0.35}

// partialWorth is what a PARTIAL counts for (α).
const partialWorth = 0.5

// mostUnreached is the share of unreached callers above which the resolution
// rate says little.
const mostUnreached = 0.2

// Rates computes the three rates of f.
func Rates(f Facts, w Weights) Three {
	t := Three{
		Response:     Share(float64(f.Contacted), f.Judged),
		Resolution:   Share(float64(f.Yes)+partialWorth*float64(f.Partial), f.Reached),
		Satisfaction: Share(float64(f.Satisfaction)/1000, f.Rated),
	}
	if f.Judged > 0 {
		t.NotReached = 1 - float64(f.Reached)/float64(f.Judged)
		t.Unreliable = t.NotReached > mostUnreached
	}
	t.Complete = t.Response.Known && t.Resolution.Known && t.Satisfaction.Known
	if t.Complete {
		t.Composite = w.Response*t.Response.Value + w.Resolution*t.Resolution.Value + w.Satisfaction*t.Satisfaction.Value
	}
	return t
}
