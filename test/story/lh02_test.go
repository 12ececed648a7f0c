package story

import (
	"slices"
	"strings"
	"testing"
	"time"

	"huying/internal/desk/programme"
	"huying/internal/domain/order"
	steering "huying/internal/domain/programme"
	"huying/internal/fault"
)

// LH-02 周交办: a week's batch is five orders straight to the units that
// answer for them, numbered without a gap; a task without a lead or a date
// refuses the whole batch, and nothing happens.
func TestLH02AWeeksBatchIsHandedOver(t *testing.T) {
	steer(t, "luohe", may, func(h *steered) {
		city := h.body(luohe)
		issue := func(tasks []programme.Duty) {
			h.did(h.programme.IssueBatch(ctx, city.cmd(), programme.NewBatch{Note: "第二十周", Tasks: tasks}))
		}
		wrong := five(h)
		wrong[1].Lead, wrong[3].Due = "", ""
		told := h.refused("duty.lead_missing", func() { issue(wrong) })
		all := fault.All(h.fault)
		if told.Field != "tasks.1.lead" || len(all) != 2 || all[1].Code != "duty.date_missing" || all[1].Field != "tasks.3.due" {
			h.Errorf("not every line was told: %v", all)
		}
		h.refused("duty.count", func() { issue(nil) })
		if n := len(h.matters()); n != 0 {
			h.Fatalf("a refused batch left %d matters", n)
		}

		id := h.did(h.programme.IssueBatch(ctx, city.cmd(), programme.NewBatch{Note: "第二十周", Tasks: five(h)}))
		b, err := h.programme.Batch(ctx, city.actor, id)
		h.must(err)
		if b.Fact.Week != "2024-W20" || b.Fact.Serial != 1 || len(b.Fact.Tasks) != 5 {
			h.Errorf("the batch: %+v", b.Fact)
		}
		tasks := h.tasks(id)
		leads := 0
		for i, x := range tasks {
			if x.Order.Debtor != b.Fact.Tasks[i].Lead || x.Order.Creditor != luohe4 || x.Due != 20240525 || x.Order.Status != order.Issued {
				h.Errorf("task %d: %+v", i, x.Order)
			}
			if !slices.Contains(h.told(x.Unit, x.Number), "notice.order") {
				h.Errorf("%s was not told", x.Unit)
			}
			leads++
		}
		if leads != 5 || !slices.Equal(tasks[1].Co, []string{luohe + "-ZZ"}) {
			h.Errorf("%d tasks, co-units %v", leads, tasks[1].Co)
		}
		h.refused("batch.week_issued", func() { issue(five(h)) })

		// No number is lost by what was refused, or by a week without a batch.
		h.until(may.Add(14 * 24 * time.Hour))
		bad := five(h)
		bad[0].Due = "2024-05-28"
		h.refused("duty.date_passed", func() { issue(bad) })
		next := h.did(h.programme.IssueBatch(ctx, city.cmd(), programme.NewBatch{Tasks: five(h)}))
		b, err = h.programme.Batch(ctx, city.actor, next)
		h.must(err)
		if b.Fact.Week != "2024-W22" || b.Fact.Serial != 2 {
			h.Errorf("the next batch: %s, number %d", b.Fact.Week, b.Fact.Serial)
		}
		// A department is no body that steers others, and a village is asked
		// only what stands on its list.
		h.refused("access.denied", func() {
			h.did(h.programme.IssueBatch(ctx, h.unit(luohe+"-CG").cmd(), programme.NewBatch{Tasks: five(h)}))
		})
		h.until(may.Add(21 * 24 * time.Hour))
		low := five(h)
		low[2].Lead = laojie + "-GGF"
		off := h.refused("order.off_list", func() { issue(low) })
		if off.Field != "tasks.2.lead" || !strings.Contains(off.Error(), "OFF_LIST") {
			h.Errorf("off the list: %v", off)
		}
		low[2] = programme.Duty{Title: "沙澧河沿线暴露垃圾清理", Lead: laojie + "-CGB", Due: h.day(5), Key: "N03", Leaf: "SR0101"}
		for i := range low {
			low[i].Due = h.day(5)
		}
		listed := h.did(h.programme.IssueBatch(ctx, city.cmd(), programme.NewBatch{Tasks: low}))
		// The county's centre that the order passed over has a copy.
		if copied := h.told(yuanhui+"-ZH", h.tasks(listed)[2].Number); !slices.Contains(copied, "notice.level_skipped") {
			h.Errorf("the county was told %v", copied)
		}
		h.is(listed, 0, steering.Open)
	})
}
