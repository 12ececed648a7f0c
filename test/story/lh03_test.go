package story

import (
	"testing"
	"time"

	"huying/internal/desk/dispatch"
	"huying/internal/desk/programme"
	"huying/internal/desk/supervision"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
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
		batch := h.did(h.desk.IssueBatch(ctx, city.cmd(), programme.NewBatch{Tasks: five(h)}))
		tasks := h.tasks(batch)
		h.fulfils(tasks[0], "已清理三十八块")
		x := h.tasks(batch)[2] // done at the second attempt
		h.unit(x.Unit).does(&affair{h.world, x.Number}, x.Order, "已对接")
		city.did(h.dispatch.JudgeOrder(ctx, city.cmd(), x.Order.ID, dispatch.JudgeOrder{Reason: "清单没有附上"}))
		h.fulfils(h.tasks(batch)[2], "已补清单")
		city.did(h.supervision.Remind(ctx, city.cmd(), tasks[3].Order.ID, supervision.Remind{Note: "请按期完成"}))

		month := h.did(h.desk.OpenCommentary(ctx, city.cmd(), programme.Month{Month: 202405}))
		h.refused("commentary.month_runs", func() { h.did(h.desk.CloseCommentary(ctx, city.cmd(), month, programme.Closing{})) })
		h.until(june)
		h.fulfils(h.tasks(batch)[4], "已清理, 晚了几天")

		r, err := h.desk.Commentary(ctx, city.actor, month, h.now)
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
		h.did(h.desk.Remark(ctx, city.cmd(), month, programme.NewRemark{Unit: luohe + "-RS", Text: "责任没有压实, 下月重点督办"}))
		h.refused("commentary.unit_has_none", func() {
			h.did(h.desk.Remark(ctx, city.cmd(), month, programme.NewRemark{Unit: luohe + "-JT", Text: "无"}))
		})
		h.did(h.desk.CloseCommentary(ctx, city.cmd(), month, programme.Closing{Actions: []programme.Duty{
			{Title: "借调人员清退收尾", Lead: luohe + "-RS", Due: h.day(20), Deliverable: "清零"},
		}}))
		r, err = h.desk.Commentary(ctx, city.actor, month, h.now)
		h.must(err)
		if r.Fact.Status != steering.Frozen || r.Fact.Hash == "" || len(r.Actions) != 1 || r.Actions[0].Unit != luohe+"-RS" {
			h.Errorf("the frozen month: %+v, actions %+v", r.Fact, r.Actions)
		}
		if got, err := programme.InputsHash(h.e, r.Facts); err != nil || got != r.Fact.Hash {
			h.Errorf("the hash does not follow from the facts: %s, %v", got, err)
		}
		h.refused("commentary.frozen", func() {
			h.did(h.desk.Remark(ctx, city.cmd(), month, programme.NewRemark{Unit: luohe + "-RS", Text: "改口"}))
		})
		h.refused("commentary.frozen", func() { h.did(h.desk.CloseCommentary(ctx, city.cmd(), month, programme.Closing{})) })

		// What goes on afterwards is the next month's; the figures stand.
		h.fulfils(h.tasks(batch)[3], "已整合")
		again, err := h.desk.Commentary(ctx, city.actor, month, h.now)
		h.must(err)
		if again.Facts[3].Outcome != steering.Overdue || len(again.Pending) != 0 {
			h.Errorf("the frozen month moved: %+v, %+v", again.Facts[3], again.Pending)
		}
		h.refused("commentary.nothing_to_adjust", func() { h.did(h.desk.Adjust(ctx, city.cmd(), month, struct{}{})) })
	})
}

// LH-04 交—督—评—考—查 of weekly tasks: what was closed is drawn for a check by
// a unit that had no part; found undone, it is reopened and counted as a false
// closure, and the month that was frozen gets an adjustment beside its figures.
func TestLH04AFalseClosureOfATaskAdjustsTheFrozenMonth(t *testing.T) {
	steer(t, "luohe", may, func(h *steered) {
		city := h.body(luohe)
		batch := h.did(h.desk.IssueBatch(ctx, city.cmd(), programme.NewBatch{Tasks: five(h)}))
		for _, x := range h.tasks(batch) {
			h.fulfils(x, "已完成")
		}
		h.until(june)
		month := h.did(h.desk.OpenCommentary(ctx, city.cmd(), programme.Month{Month: 202405}))
		h.did(h.desk.CloseCommentary(ctx, city.cmd(), month, programme.Closing{}))

		draw := programme.Draw{Month: 202405, Checker: luohe + "-DC", Share: 200}
		drawn, err := h.desk.DrawTasks(ctx, city.cmd(), draw)
		h.must(err)
		if drawn.Closed != 5 || len(drawn.Drawn) != 1 {
			h.Fatalf("drawn: %+v", drawn)
		}
		if again, err := h.desk.DrawTasks(ctx, city.cmd(), draw); err != nil || len(again.Drawn) != 1 || again.Drawn[0] != drawn.Drawn[0] {
			h.Errorf("drawn again: %+v, %v", again, err)
		}
		h.refused("order.judge_is_debtor", func() {
			_, err := h.desk.DrawTasks(ctx, city.cmd(), programme.Draw{Month: 202405, Checker: luohe4, Share: 1000})
			h.must(err)
		})
		m := &affair{h.world, drawn.Drawn[0]}
		unit := m.now().M.Unit
		checker := h.unit(luohe + "-DC")
		checker.finds(m, false, "标牌还在, 只是盖了布")
		m.is(matter.Reopened)
		if s := m.now(); !s.M.False || m.order(unit).Status != order.Rework {
			h.Errorf("false closure %v, the order is %s", s.M.False, m.order(unit).Status)
		}
		if told := h.told(luohe+"-PG", m.id); len(told) == 0 || told[len(told)-1] != "notice.check_failed" {
			h.Errorf("the evaluator was told %v", told)
		}
		r, err := h.desk.Commentary(ctx, city.actor, month, h.now)
		h.must(err)
		if len(r.Pending) != 1 || r.Pending[0].From != steering.Well || r.Pending[0].To != steering.Undone || r.Totals[0].False != 0 {
			h.Fatalf("what differs: %+v", r.Pending)
		}
		before := r.Fact.Hash
		h.did(h.desk.Adjust(ctx, city.cmd(), month, struct{}{}))
		r, err = h.desk.Commentary(ctx, city.actor, month, h.now)
		h.must(err)
		if len(r.Pending) != 0 || len(r.Adjustments) != 1 || r.Adjustments[0].Matter != m.id || r.Fact.Hash != before {
			h.Errorf("the adjusted month: %+v", r.Adjustments)
		}
		steps := steering.Steps(m.now().Orders, 1)
		for _, s := range steps {
			if !s.Done {
				h.Errorf("the step %s is not done", s.Step)
			}
		}
		if steps[4].Note != "FAIL" {
			h.Errorf("the check says %q", steps[4].Note)
		}
		// It is done again, properly: a further adjustment, never an edit.
		for i, x := range h.tasks(batch) {
			if x.Number == m.id {
				h.fulfils(h.is(batch, i, steering.Undone), "标牌已拆除")
			}
		}
		h.did(h.desk.Adjust(ctx, city.cmd(), month, struct{}{}))
		if r, err = h.desk.Commentary(ctx, city.actor, month, h.now); err != nil || len(r.Adjustments) != 2 || !r.Adjustments[1].To.Done() {
			h.Errorf("adjusted twice: %+v, %v", r.Adjustments, err)
		}
	})
}
