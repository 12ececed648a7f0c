package bench

import "fmt"

// Goal is one figure with what it should be on two cores.
type Goal struct {
	Name  string // the path of the figure in the report, with dots
	Value float64
	Want  float64
	Least bool // more is better
}

// Met reports whether the figure is as good as it should be.
func (g Goal) Met() bool {
	if g.Least {
		return g.Value >= g.Want
	}
	return g.Value <= g.Want
}

// Target writes what the figure should be.
func (g Goal) Target() string {
	if g.Least {
		return fmt.Sprintf("≥ %g", g.Want)
	}
	return fmt.Sprintf("≤ %g", g.Want)
}

// Verdict picks one of two words.
func (g Goal) Verdict(met, missed string) string {
	if g.Met() {
		return met
	}
	return missed
}

// Goals returns the figures that were measured and what they should be. The
// bare rate of the floor is no goal.
func (r *Report) Goals() []Goal {
	var out []Goal
	if x := r.Intake; x != nil {
		out = append(out, Goal{"intake.per_s", x.PerS, 5000, true}, Goal{"intake.ratio", x.Ratio, 0.5, true}, Goal{"intake.p99_ms", x.P99Ms, 50, false})
	}
	if x := r.Locate; x != nil {
		out = append(out, Goal{"locate.per_s", x.PerS, 1_000_000, true})
	}
	if x := r.Clocks; x != nil {
		out = append(out, Goal{"clocks.lag_ms_p99", x.LagP99Ms, 5000, false})
	}
	if x := r.Lists; x != nil {
		out = append(out, Goal{"lists.queue_p99_ms", x.QueueP99Ms, 10, false}, Goal{"lists.counts_p99_ms", x.CountsP99Ms, 5, false})
	}
	if x := r.Search; x != nil {
		out = append(out, Goal{"search.p99_ms", x.P99Ms, 100, false})
	}
	if x := r.Web; x != nil {
		out = append(out, Goal{"web.desk_p99_ms", x.DeskP99Ms, 30, false}, Goal{"web.desk_per_s", x.DeskPerS, 0.99 * deskPace, true},
			Goal{"web.search_p99_ms", x.SearchP99Ms, 100, false},
			Goal{"web.first_load_kb", x.FirstLoadKB, 150, false}, Goal{"web.first_map_kb", x.FirstMapKB, 500, false},
			Goal{"web.screens", float64(x.Screens), 2000, true},
			Goal{"web.commit_ms_p99_quiet", x.CommitP99QuietMs, 50, false}, Goal{"web.commit_ms_p99_screens", x.CommitP99ScreensMs, 50, false})
	}
	if x := r.Whistle; x != nil {
		out = append(out, Goal{"whistle.fanout_ms_p99", x.FanoutP99Ms, 200, false}, Goal{"whistle.per_s", x.PerS, 0.99 * whistlePace, true})
	}
	return out
}
