package org_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"huying/internal/domain/org"
)

// kept is what T1's centre registers for 20 and 21 November: a dispatcher by day,
// the handler behind the dispatcher in the evening of the first.
func kept() *org.Book {
	return org.NewBook(map[string][]org.Kept{"T1-ZH": {{
		From: at(20, 0, 0), To: at(22, 0, 0),
		Watches: []org.Watch{
			{From: at(20, 8, 0), To: at(20, 20, 0), Post: "T1-ZH/DISPATCHER"}, {From: at(20, 16, 0), To: at(21, 2, 0), Post: "T1-ZH/HANDLER"},
		},
	}}}, map[string][]org.Seat{"T1": {{Unit: "T1-ZFD"}, {Unit: "D-CG", OnCall: true, Post: "D-CG/HEAD"}}})
}

func TestWhatIsRegisteredComesBeforeThePattern(t *testing.T) {
	bare := graph(t)
	g := bare.With(kept())
	for _, tc := range []struct {
		at      time.Time
		post    string
		staffed bool
		to      string
	}{
		{at(20, 8, 0), "T1-ZH/DISPATCHER", true, "T1-ZH"},
		{at(20, 7, 59), "T1-ZH/DISPATCHER", false, "C-ZH"}, // a gap: the district is not there yet either
		{at(20, 17, 0), "T1-ZH/DISPATCHER", true, "T1-ZH"},
		{at(20, 21, 0), "T1-ZH/HANDLER", true, "T1-ZH"},
		{at(21, 10, 0), "T1-ZH/DISPATCHER", false, "C-ZH"}, // a Saturday: the pattern would not staff it either
		{at(23, 9, 0), "T1-ZH/DISPATCHER", true, "T1-ZH"},  // the plan is over, the pattern holds
	} {
		p, staffed := g.OnDuty("T1-ZH", tc.at)
		if to, _ := g.Duty("T1-ZH", tc.at); p.Code != tc.post || staffed != tc.staffed || to != tc.to {
			t.Errorf("%v: %s, %v, goes to %s; want %s, %v, %s", tc.at, p.Code, staffed, to, tc.post, tc.staffed, tc.to)
		}
	}
	if p := g.NextOn("T1-ZH", at(20, 17, 0), "T1-ZH/DISPATCHER"); p == nil || p.Code != "T1-ZH/HANDLER" {
		t.Errorf("behind the dispatcher stands %+v", p)
	}
	if got := g.Platform("T1"); len(got) != 2 || len(bare.Platform("T1")) != 0 || len(g.Platform("T2")) != 0 {
		t.Errorf("the platform: %+v", got)
	}
	if p, _ := bare.OnDuty("T1-ZH", at(20, 21, 0)); p.Code != "T1-ZH/DISPATCHER" {
		t.Errorf("the book changed the graph it was laid over: %+v", p)
	}
}

// An hour that shall be staffed is watched or lies in a gap, never both.
func TestGapsAreWhatNobodyWatches(t *testing.T) {
	g := graph(t)
	from, to := at(19, 0, 0), at(24, 0, 0)
	rapid.Check(t, func(t *rapid.T) {
		unit := rapid.SampledFrom([]string{"T1-ZH", "T1-ZFD", "D-CG", "C-ZH"}).Draw(t, "unit")
		var watches []org.Watch
		for range rapid.IntRange(0, 12).Draw(t, "n") {
			begin := from.Add(time.Duration(rapid.IntRange(0, 5*24*60).Draw(t, "from")) * time.Minute)
			watches = append(watches, org.Watch{From: begin, To: begin.Add(time.Duration(rapid.IntRange(1, 24*60).Draw(t, "long")) * time.Minute)})
		}
		gaps := g.Gaps(unit, from, to, watches)
		for i, x := range gaps {
			if !x.From.Before(x.To) || i > 0 && !gaps[i-1].To.Before(x.From) {
				t.Fatalf("gaps in disorder: %v", gaps)
			}
		}
		for range 40 {
			when := from.Add(time.Duration(rapid.IntRange(0, 5*24*60-1).Draw(t, "at")) * time.Minute)
			watched, gap := false, false
			for _, w := range watches {
				watched = watched || !when.Before(w.From) && when.Before(w.To)
			}
			for _, x := range gaps {
				gap = gap || !when.Before(x.From) && when.Before(x.To)
			}
			if gap != (g.Wanted(unit, when) && !watched) {
				t.Fatalf("%v: wanted %v, watched %v, in a gap %v", when, g.Wanted(unit, when), watched, gap)
			}
		}
	})
}
