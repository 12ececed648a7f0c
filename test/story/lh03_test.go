package story

import (
	"testing"
	"time"

	"huying/internal/desk/dispatch"
	"huying/internal/desk/programme"
	"huying/internal/desk/supervision"
	steering "huying/internal/domain/programme"
	"huying/internal/ident"
)

// june is the day after the month of the batch.
var june = time.Date(2024, 6, 3, 9, 0, 0, 0, ident.Zone)

// LH-03 月讲评: the month's review is made from facts; remarks are about units;
// what follows becomes tasks; closing freezes the numbers.
func TestLH03TheMonthIsReviewedAndFrozen(t *testing.T) {
	steer(t, "luohe", may, func(h *steered) {
		city := h.body(luohe)
		batch := h.did(h.programme.IssueBatch(ctx, city.cmd(), programme.NewBatch{Tasks: five(h)}))
		tasks := h.tasks(batch)
		h.fulfils(tasks[0], "已清理三十八块")
		x := h.tasks(batch)[2] // done at the second attempt
		h.unit(x.Unit).does(&affair{h.world, x.Number}, x.Order, "已对接")
		city.did(h.dispatch.JudgeOrder(ctx, city.cmd(), x.Order.ID, dispatch.JudgeOrder{Reason: "清单没有附上"}))
		h.fulfils(h.tasks(batch)[2], "已补清单")
		city.did(h.supervision.Remind(ctx, city.cmd(), tasks[3].Order.ID, supervision.Remind{Note: "请按期完成"}))

		month := h.did(h.programme.OpenCommentary(ctx, city.cmd(), programme.Month{Month: 202405}))
		h.refused("commentary.month_runs", func() { h.did(h.programme.CloseCommentary(ctx, city.cmd(), month, programme.Closing{})) })
		h.until(june)
		h.fulfils(h.tasks(batch)[4], "已清理, 晚了几天")

		r, err := h.programme.Commentary(ctx, city.actor, month, h.now)
		h.must(err)
		want := []steering.Outcome{steering.Well, steering.Overdue, steering.InTime, steering.Overdue, steering.DoneLate}
		if len(r.Facts) != 5 {
			h.Fatalf("the review lists %d tasks", len(r.Facts))
		}
		for i, f := range r.Facts {
			if f.Outcome != want[i] {
				h.Errorf("task %d is reviewed as %s, want %s", i, f.Outcome, want[i])
			}
		}
		if !r.Facts[2].Repeat || r.Facts[0].Repeat || r.Facts[3].Reminders == 0 {
			h.Errorf("repeats and reminders: %+v", r.Facts)
		}
		h.did(h.programme.Remark(ctx, city.cmd(), month, programme.NewRemark{Unit: luohe + "-RS", Text: "责任没有压实, 下月重点督办"}))
		h.refused("commentary.unit_has_none", func() {
			h.did(h.programme.Remark(ctx, city.cmd(), month, programme.NewRemark{Unit: luohe + "-JT", Text: "无"}))
		})
		h.did(h.programme.CloseCommentary(ctx, city.cmd(), month, programme.Closing{Actions: []programme.Duty{
			{Title: "借调人员清退收尾", Lead: luohe + "-RS", Due: h.day(20), Deliverable: "清零"},
		}}))
		r, err = h.programme.Commentary(ctx, city.actor, month, h.now)
		h.must(err)
		if r.Fact.Status != steering.Frozen || r.Fact.Hash == "" || len(r.Actions) != 1 || r.Actions[0].Unit != luohe+"-RS" {
			h.Errorf("the frozen month: %+v, actions %+v", r.Fact, r.Actions)
		}
		if got, err := programme.InputsHash(h.e, r.Facts); err != nil || got != r.Fact.Hash {
			h.Errorf("the hash does not follow from the facts: %s, %v", got, err)
		}
		h.refused("commentary.frozen", func() {
			h.did(h.programme.Remark(ctx, city.cmd(), month, programme.NewRemark{Unit: luohe + "-RS", Text: "改口"}))
		})
		h.refused("commentary.frozen", func() { h.did(h.programme.CloseCommentary(ctx, city.cmd(), month, programme.Closing{})) })

		// What goes on afterwards is the next month's; the figures stand.
		h.fulfils(h.tasks(batch)[3], "已整合")
		again, err := h.programme.Commentary(ctx, city.actor, month, h.now)
		h.must(err)
		if again.Facts[3].Outcome != steering.Overdue || len(again.Pending) != 0 {
			h.Errorf("the frozen month moved: %+v, %+v", again.Facts[3], again.Pending)
		}
		h.refused("commentary.nothing_to_adjust", func() { h.did(h.programme.Adjust(ctx, city.cmd(), month, struct{}{})) })
	})
}
