package story

import (
	"testing"

	"huying/internal/desk/programme"
	"huying/internal/domain/org"
	steering "huying/internal/domain/programme"
)

// GZ-34 老旧小区微改造: the figures the city published are loaded with their
// source and date; the report for 31 May 2020 gives them; a project of its own
// goes through its stages, forwards only.
func TestGZ34ProjectsRollUpAtADate(t *testing.T) {
	steer(t, "guangzhou", at(10, 9, 0), func(h *steered) {
		centre := h.role(city+"-ZH", org.Leader)
		h.did(h.programme.LoadStatistics(ctx, centre.cmd(), struct{}{}))
		h.refused("record.key_taken", func() { h.did(h.programme.LoadStatistics(ctx, centre.cmd(), struct{}{})) })
		sum, err := h.programme.RollUp(ctx, centre.actor, 20200531)
		h.must(err)
		if sum.Finished != 323 || sum.Building != 165 || sum.Early != 138 || sum.Projects != 626 || sum.Households != 470000 || sum.People != 1500000 || len(sum.Sources) != 1 {
			h.Errorf("on 31 May 2020: %+v", sum)
		}
		if before, err := h.programme.RollUp(ctx, centre.actor, 20200530); err != nil || before.Projects != 0 {
			h.Errorf("the day before: %+v, %v", before, err)
		}

		id := h.did(h.programme.AddProject(ctx, centre.cmd(), programme.NewProject{
			Title: "五山路老旧小区微改造", Kind: "老旧小区微改造", Owner: tianhe + "-ZJ", Stage: steering.Early, Day: "2026-01-15", Households: 420,
		}))
		h.refused("project.day_backwards", func() {
			h.did(h.programme.MoveProject(ctx, centre.cmd(), id, programme.Moved{Stage: steering.Building, Day: "2026-01-01"}))
		})
		h.did(h.programme.MoveProject(ctx, centre.cmd(), id, programme.Moved{Stage: steering.Building, Day: "2026-03-01"}))
		h.refused("project.stage_backwards", func() {
			h.did(h.programme.MoveProject(ctx, centre.cmd(), id, programme.Moved{Stage: steering.Early, Day: "2026-03-02"}))
		})
		for day, want := range map[int]steering.Rollup{
			20260228: {Early: 139, Building: 165, Finished: 323}, 20260302: {Early: 138, Building: 166, Finished: 323},
		} {
			if sum, err = h.programme.RollUp(ctx, centre.actor, day); err != nil || sum.Early != want.Early || sum.Building != want.Building || sum.Finished != want.Finished {
				h.Errorf("on %d: %+v, %v", day, sum, err)
			}
		}
	})
}
