package story

import (
	"math"
	"testing"

	"huying/internal/desk/power"
)

// LN-04 绩效考评权: streets appraise departments; a department's part of the score
// is the trimmed mean; who had nothing to do with a department cannot rate it.
func TestLN04StreetsAppraiseDepartments(t *testing.T) {
	in(t, "liunan", func(h *hall) {
		bureau, other := liunan+"-CG", liunan+"-ZJ"
		points := []int{1, 6, 7, 7, 8, 8, 9, 10}
		for i, street := range streets() {
			if i < 7 {
				h.deals(street, bureau)
			}
			if i < 4 {
				h.deals(street, other)
				h.rates(street, other, 5)
			}
		}
		for i, street := range streets()[:7] {
			h.rates(street, bureau, points[i])
		}
		h.refused("appraisal.no_interaction", func() { h.rates(streets()[7], bureau, 10) })
		h.refused("record.key_taken", func() { h.rates(streets()[0], bureau, 9) })
		results, err := h.power.Results(ctx, h.unit(bureau).actor, "DEPARTMENT", "2026-Q1")
		h.must(err)
		if len(results) != 2 {
			t.Fatalf("results: %+v", results)
		}
		want := (6 + 7 + 7 + 8 + 8) / 5.0 // the 1 and the 9 are cut off
		if r := results[0]; r.Unit != bureau || !r.Known || r.N != 7 || math.Abs(r.Mean-want) > 1e-9 || math.Abs(r.Part-10*want) > 1e-9 {
			t.Errorf("the department's part: %+v, want %v", results[0], want)
		}
		if r := results[1]; r.Known || r.Mean != 0 || r.N != 4 {
			t.Errorf("four raters are not told apart from their mean: %+v", r)
		}

		// Conflicts of interest and bad forms.
		rate := func(of, period string, points int) func() {
			return func() {
				h.done(h.power.Rate(ctx, h.secretary(streets()[0]).cmd(), power.Rate{Kind: "DEPARTMENT", Of: of, Period: period, Marks: marks(points)}))
			}
		}
		h.refused("appraisal.conflict_of_interest", rate(liunan+"-DW", "2026-Q1", 9))
		h.refused("appraisal.not_a_department", rate(streets()[1]+"-CGB", "2026-Q1", 9))
		h.refused("appraisal.points_out_of_range", rate(other, "2026-Q2", 11))
		h.refused("appraisal.period_malformed", rate(other, "2026-03", 9))
		h.refused("access.denied", func() {
			h.done(h.power.Rate(ctx, h.organiser(liunan+"-DW").cmd(), power.Rate{Kind: "DEPARTMENT", Of: bureau, Period: "2026-Q1", Marks: marks(9)}))
		})
		// No street reads what another gave.
		list, err := h.power.Ratings(ctx, h.secretary(streets()[1]).actor, 0, 50)
		h.must(err)
		for _, r := range list {
			if r.Fact.Rater != streets()[1]+"-DGW" {
				t.Errorf("a street reads %+v", r.Fact)
			}
		}
	})
}
