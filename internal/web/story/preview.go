package story

import (
	"time"

	"huying/internal/domain/clock"
	"huying/internal/domain/order"
	"huying/internal/engine"
	"huying/internal/ident"
	"huying/internal/web/part"
)

// change is one thing that an act will do to a state or a clock.
type change struct {
	whose string // unit of the order; "" for the matter
	what  string
	due   time.Time // until when the clock then runs
}

// differ compares a matter before and after an act that was only tried.
func differ(v *part.View, before, after *engine.State) []change {
	var out []change
	if before.M.Status != after.M.Status {
		out = append(out, change{what: v.T("story.t_moved", string(after.M.Status))})
	}
	out = append(out, clocksDiffer(v, "", before.M.Clocks, after.M.Clocks)...)
	was := map[ident.ID]*order.Order{}
	for _, o := range before.Orders {
		was[o.ID] = o
	}
	for _, o := range after.Orders {
		whose, old := v.Unit(o.Debtor), was[o.ID]
		if old == nil {
			old = &order.Order{}
		}
		if old.Status != o.Status {
			out = append(out, change{whose: whose, what: v.Word("order.status", string(o.Status))})
		}
		out = append(out, clocksDiffer(v, whose, old.Clocks, o.Clocks)...)
	}
	return out
}

// clocksDiffer tells which clocks of a set begin, stop, stand still or move.
func clocksDiffer(v *part.View, whose string, before, after clock.Set) []change {
	var out []change
	for i := range after {
		c := &after[i]
		kind := string(c.Kind)
		var old *clock.Clock
		if i < len(before) {
			old = &before[i]
		}
		switch {
		case old == nil && c.Running():
			out = append(out, change{whose, v.T("story.clock_starts", kind), c.Due.Time()})
		case old == nil:
		case old.Running() && !c.Running():
			out = append(out, change{whose: whose, what: v.T("story.clock_stops", kind)})
		case c.Running() && c.Paused() && !old.Paused():
			out = append(out, change{whose: whose, what: v.T("story.clock_stands", kind)})
		case c.Running() && (old.Paused() && !c.Paused() || !old.Running() || old.Due != c.Due):
			out = append(out, change{whose, v.T("story.clock_runs", kind), c.Due.Time()})
		}
	}
	return out
}
