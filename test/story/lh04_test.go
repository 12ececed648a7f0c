package story

import (
	"slices"
	"testing"

	"huying/internal/desk/programme"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/domain/org"
	steering "huying/internal/domain/programme"
)

// LH-04 交—督—评—考—查: a closed matter is drawn for a check, the work is found
// undone: it is reopened, a false closure is counted, the evaluator is told.
func TestLH04AFalseClosureIsFound(t *testing.T) {
	tell(t, func(h *world) {
		desk, unit := h.desk(wushan), tianhe+"-ZJ"
		m := h.resident("陈女士").calls("路面坑洼", "路面坑洼破损", community)
		desk.sends(m, unit)
		h.unit(unit).answers(m, "已修补")
		m.caller().judges(m, matter.Yes, 5)
		m.is(matter.Closed)

		supervisor, checker := h.role(tianhe+"-JW", org.Supervisor), tianhe+"-KG"
		drawn := supervisor.samples(tianhe, "2026-W11", checker)
		if drawn.Closed != 1 || len(drawn.Drawn) != 1 || drawn.Drawn[0] != m.id {
			t.Fatalf("drawn: %+v", drawn)
		}
		// Drawing again draws the same: nobody can choose.
		if again := supervisor.samples(tianhe, "2026-W11", checker); len(again.Drawn) != 1 {
			t.Errorf("drawn again: %+v", again)
		}
		h.refused("text.missing", func() { h.unit(checker).finds(m, false, "") })
		h.unit(checker).finds(m, false, "坑洼仍在, 只撒了沙")

		m.is(matter.Reopened)
		m.heldBy(unit)
		if !m.now().M.False || m.order(unit).Status != order.Rework {
			t.Errorf("false closure %v, the order is %s", m.now().M.False, m.order(unit).Status)
		}
		m.hears("notice.false_closure")
		if told := h.inbox(tianhe+"-PG", m); !slices.Contains(told, "notice.check_failed") {
			t.Errorf("the evaluator was told %v", told)
		}
		if f := h.figures(unit); f.Reopened != 1 || f.FalseClosures != 1 {
			t.Errorf("the figures: %+v", f)
		}
	})
}

// LH-04 交—督—评—考—查 of weekly tasks: what was closed is drawn for a check by
// a unit that had no part; found undone, it is reopened and counted as a false
// closure, and the month that was frozen gets an adjustment beside its figures.
func TestLH04AFalseClosureOfATaskAdjustsTheFrozenMonth(t *testing.T) {
	steer(t, "luohe", may, func(h *steered) {
		city := h.body(luohe)
		batch := h.did(h.programme.IssueBatch(ctx, city.cmd(), programme.NewBatch{Tasks: five(h)}))
		for _, x := range h.tasks(batch) {
			h.fulfils(x, "已完成")
		}
		h.until(june)
		month := h.did(h.programme.OpenCommentary(ctx, city.cmd(), programme.Month{Month: 202405}))
		h.did(h.programme.CloseCommentary(ctx, city.cmd(), month, programme.Closing{}))

		draw := programme.Draw{Month: 202405, Checker: luohe + "-DC", Share: 200}
		drawn, err := h.programme.DrawTasks(ctx, city.cmd(), draw)
		h.must(err)
		if drawn.Closed != 5 || len(drawn.Drawn) != 1 {
			h.Fatalf("drawn: %+v", drawn)
		}
		if again, err := h.programme.DrawTasks(ctx, city.cmd(), draw); err != nil || len(again.Drawn) != 1 || again.Drawn[0] != drawn.Drawn[0] {
			h.Errorf("drawn again: %+v, %v", again, err)
		}
		h.refused("order.judge_is_debtor", func() {
			_, err := h.programme.DrawTasks(ctx, city.cmd(), programme.Draw{Month: 202405, Checker: luohe4, Share: 1000})
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
		r, err := h.programme.Commentary(ctx, city.actor, month, h.now)
		h.must(err)
		if len(r.Pending) != 1 || r.Pending[0].From != steering.Well || r.Pending[0].To != steering.Undone || r.Totals[0].False != 0 {
			h.Fatalf("what differs: %+v", r.Pending)
		}
		before := r.Fact.Hash
		h.did(h.programme.Adjust(ctx, city.cmd(), month, struct{}{}))
		r, err = h.programme.Commentary(ctx, city.actor, month, h.now)
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
		h.did(h.programme.Adjust(ctx, city.cmd(), month, struct{}{}))
		if r, err = h.programme.Commentary(ctx, city.actor, month, h.now); err != nil || len(r.Adjustments) != 2 || !r.Adjustments[1].To.Done() {
			h.Errorf("adjusted twice: %+v, %v", r.Adjustments, err)
		}
	})
}
