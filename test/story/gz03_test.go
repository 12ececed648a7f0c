package story

import (
	"testing"
	"time"

	"huying/internal/desk/intake"
	"huying/internal/domain/call"
	"huying/internal/domain/matter"
	"huying/internal/domain/org"
)

// pair is a loose manhole cover that the 12345 and, five minutes later, the
// grid app report some twenty metres apart.
func pair(h *world) (phoned, seen *affair) {
	h.Helper()
	lon, lat := h.somewhere(wushan)
	phoned = h.takes(form{By: h.hotline(), Category: "井盖松动异响", Form: call.Form{
		Source: "HOTLINE_12345", SourceRef: "GZ-2026-031", Text: "门口井盖松动, 车一过就响", Place: wushan,
		Lon: &lon, Lat: &lat, Name: "李先生", Phone: "19900002345",
	}})
	h.pass(5 * time.Minute)
	near := lat + 0.0002
	worker := h.role(community+"-JW", org.GridWorker)
	seen = h.takes(form{By: worker, Category: "井盖松动异响", Form: call.Form{
		Source: "GRID_APP", SourceRef: "G-77", Text: "人行道旁井盖松动异响", Place: community, Lon: &lon, Lat: &near, Post: worker.actor.ID,
	}})
	return phoned, seen
}

// GZ-03 综合调度平台: two inlets, one problem, one order, two callers answered;
// it counts once where results are counted and twice where calls are.
func TestGZ03TwoInletsOneMatter(t *testing.T) {
	tell(t, func(h *world) {
		phoned, seen := pair(h)
		desk := h.desk(wushan)

		// The desk is shown that they may be one, and why.
		s := seen.now()
		lon, lat, _ := s.M.Point()
		advice, err := h.intake.Suggest(ctx, desk.actor, s.Text, wushan, &lon, &lat, h.now)
		h.must(err)
		found := false
		for _, d := range advice.Duplicates {
			found = found || d.ID == phoned.id && d.Metres < 30
		}
		if !found {
			t.Errorf("no duplicate suggested: %+v", advice.Duplicates)
		}

		// It merges; one order goes out.
		desk.merges(seen, phoned)
		desk.sends(phoned)
		if n := len(phoned.now().Orders) + len(seen.now().Orders); n != 1 {
			t.Fatalf("%d orders, want 1", n)
		}
		unit := phoned.now().Orders[0].Debtor
		h.unit(unit).answers(phoned, "井盖已加固")

		// Both callers are asked, both hear the result.
		h.hotline().callsBack(phoned, matter.Yes, 5)
		seen.caller().judges(phoned, matter.Yes, 4)
		phoned.is(matter.Closed)
		phoned.hears("notice.closed")
		seen.hears("notice.merged", "notice.closed")

		// One in the denominator, two in the statistics of the inlets.
		if f := h.figures(unit); f.Rates.Response.N != 1 || f.Issued != 1 {
			t.Errorf("%d judged, %d orders; want 1 and 1", f.Rates.Response.N, f.Issued)
		}
		if p := h.place(wushan); p.Received != 2 || p.Merged != 1 || p.Closed != 1 {
			t.Errorf("received %d, merged %d, closed %d", p.Received, p.Merged, p.Closed)
		}
		for _, inlet := range []string{"HOTLINE_12345", "GRID_APP"} {
			rows, err := h.intake.Matters(ctx, desk.actor, intake.Filter{Source: inlet}, 0, 0, h.now)
			h.must(err)
			if len(rows) != 1 {
				t.Errorf("%s: %d calls, want 1", inlet, len(rows))
			}
		}

		// The same call sent again is the same matter.
		again := h.takes(form{By: h.hotline(), Category: "井盖松动异响", Form: call.Form{
			Source: "HOTLINE_12345", SourceRef: "GZ-2026-031", Text: "门口井盖松动, 车一过就响", Place: wushan, Name: "李先生", Phone: "19900002345",
		}})
		if again.id != phoned.id {
			t.Errorf("the same reference became %v", again.id)
		}
	})
}
