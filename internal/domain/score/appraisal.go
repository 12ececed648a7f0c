package score

import (
	"math"
	"slices"
)

// The rules of appraisals (domain part C6.4): a tenth is cut off at both ends,
// and fewer than five raters say nothing, since one could tell who said what.
const (
	trimShare  = 0.1
	LeastRated = 5
)

// Appraised is what raters made of a unit: the trimmed mean of their points, 1
// to 10, or nothing if there were too few.
type Appraised struct {
	Mean  float64 `json:"mean"`
	Part  float64 `json:"part"` // of the unit's score, 0 to 100
	N     int     `json:"n"`
	Known bool    `json:"known"`
}

// Trimmed returns what the points of raters come to.
func Trimmed(points []float64) Appraised {
	out := Appraised{N: len(points)}
	if len(points) < LeastRated {
		return out
	}
	sorted := slices.Sorted(slices.Values(points))
	cut := int(math.Ceil(trimShare * float64(len(sorted))))
	if 2*cut >= len(sorted) {
		cut = 0
	}
	sum := 0.0
	kept := sorted[cut : len(sorted)-cut]
	for _, p := range kept {
		sum += p
	}
	out.Mean = sum / float64(len(kept))
	out.Part, out.Known = out.Mean*10, true
	return out
}

// Weighted joins a process part and a result part, both 0 to 100 (GZ-20).
func Weighted(process, result, processWeight float64) float64 {
	return process*processWeight + result*(1-processWeight)
}

// ProcessFacts are what a unit did with its orders in a period, as counted: no
// post, no person.
type ProcessFacts struct {
	Issued, OnTime, Late, FirstFix, Reopened, False, Blue, Yellow, Red, Letters int64
	// Ratings are how often chiefs rated work on their segments after it was
	// judged (BJ-09), Stars what they gave, 1 to 5 each, summed.
	Ratings, Stars int64
}

// Process is the process part: the share of finished orders that were answered
// in time, less what cards and letters cost, joined with what chiefs said of the
// work. Every count behind it is shown.
type Process struct {
	OnTime   Rate      `json:"on_time"`
	FirstFix Rate      `json:"first_fix"`
	Upkeep   Appraised `json:"upkeep"` // by chiefs: known posts, so shown however few
	Points   float64   `json:"points"` // 0 to 100
	Known    bool      `json:"known"`
}

// upkeepWeight is the share of the process part that ratings attached to
// finished work have, where there are any.
const upkeepWeight = 0.2

// Stars returns what chiefs made of a unit's work: stars of 5 as points of 10.
func Stars(sum, n int64) Appraised {
	if n <= 0 {
		return Appraised{}
	}
	mean := 2 * float64(sum) / float64(n)
	return Appraised{Mean: mean, Part: 10 * mean, N: int(n), Known: true}
}

// What a card or a letter costs, in points.
const (
	yellowCosts = 1
	redCosts    = 3
	letterCosts = 2
)

// Processed computes the process part.
func Processed(f ProcessFacts) Process {
	done := f.OnTime + f.Late
	p := Process{OnTime: Share(float64(f.OnTime), done), FirstFix: Share(float64(f.FirstFix), done), Upkeep: Stars(f.Stars, f.Ratings), Known: done > 0}
	if !p.Known {
		return p
	}
	p.Points = 100*p.OnTime.Value - yellowCosts*float64(f.Yellow) - redCosts*float64(f.Red) - letterCosts*float64(f.Letters)
	p.Points = min(max(p.Points, 0), 100)
	if p.Upkeep.Known {
		p.Points = Weighted(p.Points, p.Upkeep.Part, 1-upkeepWeight)
	}
	return p
}

// listBound is how far list entries may move a score (domain part C6.3).
const listBound = 10

// Listed bounds the points of the positive and negative list.
func Listed(points int64) float64 { return min(max(float64(points), -listBound), listBound) }

// Mean returns what known raters came to, however few.
func Mean(points []float64) Appraised {
	out := Appraised{N: len(points), Known: len(points) > 0}
	if !out.Known {
		return out
	}
	for _, p := range points { // whole numbers: their sum is the same in any order
		out.Mean += p
	}
	out.Mean /= float64(len(points))
	out.Part = out.Mean * 10
	return out
}
