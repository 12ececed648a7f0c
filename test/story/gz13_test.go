package story

import (
	"testing"
	"time"

	"huying/internal/desk/account"
	"huying/internal/ident"
)

// GZ-13 党员突击队: a task force has a purpose, members of units, an indicator and
// an end. When it comes the members' access ends by itself, and the report says
// what became of the indicator.
func TestGZ13ATaskForceEndsByItself(t *testing.T) {
	in(t, "guangzhou", func(h *hall) {
		organiser := h.organiser(tianhe + "-DW")
		member := tianhe + "-KG/HANDLER"
		m := h.resident("陈女士").calls("小区口罩买不到", "", wushan)
		sees := func() bool {
			a, err := h.e.Actor(ctx, member, h.now)
			h.must(err)
			_, err = h.e.Read(ctx, a, m.id)
			return err == nil
		}
		if sees() {
			t.Error("the post sees the matter before the force is formed")
		}
		form := account.Form{
			Name: "保为康突击队", Purpose: "一个月内把口罩日产量提上去", Place: tianhe, Members: []string{member, tianhe + "-SJ/HANDLER"},
			To: 20260331, Indicator: "口罩日产量（只）", Baseline: 100_000, Target: 2_000_000,
		}
		h.refused("access.denied", func() { h.done(h.account.Form(ctx, h.unit(tianhe+"-CG").cmd(), form)) })
		endless := form
		endless.To = 0
		h.refused("force.end_needed", func() { h.done(h.account.Form(ctx, organiser.cmd(), endless)) })
		id := h.done(h.account.Form(ctx, organiser.cmd(), form))
		if !sees() {
			t.Error("a member does not see what the force is about")
		}
		task := h.done(h.account.Charge(ctx, organiser.cmd(), id, account.Charge{Unit: tianhe + "-KG", Title: "协调熔喷布供应"}))
		h.refused("force.not_a_member", func() {
			h.done(h.account.Charge(ctx, organiser.cmd(), id, account.Charge{Unit: tianhe + "-CG", Title: "x"}))
		})
		h.answersTask(h.unit(tianhe+"-KG"), task, "两家供应商已签约")
		organiser.accepts(&affair{h.world, task}, tianhe+"-KG")
		queue, err := h.account.Force(ctx, organiser.actor, id)
		h.must(err)
		if len(queue.Tasks) != 1 || queue.Tasks[0].M.ID != task {
			t.Errorf("the force's queue: %+v", queue.Tasks)
		}
		report := func() {
			h.done(h.account.Close(ctx, organiser.cmd(), id, account.Close{Report: "日产量达到目标"}))
		}
		h.refused("force.still_running", report)
		h.until(time.Date(2026, 4, 1, 0, 30, 0, 0, ident.Zone))
		if sees() {
			t.Error("a member still sees the matters after the last day")
		}
		h.refused("force.over", func() {
			h.done(h.account.Charge(ctx, organiser.cmd(), id, account.Charge{Unit: tianhe + "-KG", Title: "x"}))
		})
		h.refused("force.value_needed", report)
		h.done(h.account.Measure(ctx, organiser.cmd(), id, account.Measure{Actual: 2_100_000}))
		report()
		h.refused("force.reported", report)
		queue, err = h.account.Force(ctx, organiser.actor, id)
		h.must(err)
		if f := queue.Fact; f.Status != "REPORTED" || f.Indicator.Actual != 2_100_000 || f.Report == "" {
			t.Errorf("the report: %+v", f)
		}
	})
}
