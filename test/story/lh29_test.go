package story

import (
	"fmt"
	"testing"
	"time"

	"huying/internal/desk/programme"
	"huying/internal/domain/org"
	steering "huying/internal/domain/programme"
	"huying/internal/ident"
)

// ten are the promises of a year, a million yuan each.
func ten(year int) []programme.Pledge {
	var out []programme.Pledge
	for i := range 10 {
		out = append(out, programme.Pledge{
			Duty:   programme.Duty{Title: fmt.Sprintf("%d年实事第%d件", year, i+1), Lead: luohe + "-" + leads[i%6], Due: fmt.Sprintf("%d-11-30", year), Deliverable: "建成并开放"},
			Budget: 100_000_000, Milestones: []programme.Milestone{{Day: fmt.Sprintf("%d-09-30", year), Title: "主体完成"}},
		})
	}
	return out
}

// LH-29 十件党建实事: ten promises a year with budget and milestones, each an
// order with a verdict; what is not kept goes on only by name and reason.
func TestLH29TenPromisesAYearAndNoSilentRollOver(t *testing.T) {
	steer(t, "luohe", may, func(h *steered) {
		city := h.role(luohe+"-ZH", org.Leader)
		promise := func(in programme.NewPromises) { h.did(h.programme.Promise(ctx, city.cmd(), in)) }
		h.refused("promise.count", func() { promise(programme.NewPromises{Year: 2024, Pledges: ten(2024)[:9]}) })
		poor := ten(2024)
		poor[2].Budget, poor[5].Milestones = 0, nil
		h.refused("promise.budget_missing", func() { promise(programme.NewPromises{Year: 2024, Pledges: poor}) })

		id := h.did(h.programme.Promise(ctx, city.cmd(), programme.NewPromises{Year: 2024, Pledges: ten(2024)}))
		list, err := h.programme.PromiseList(ctx, city.actor, id)
		h.must(err)
		if list.Fact.Line().Amount != 1_000_000_000 {
			h.Errorf("the year's money: %d fen", list.Fact.Line().Amount)
		}
		for i, x := range h.tasks(id) {
			if i < 9 {
				h.fulfils(x, "已建成")
			}
		}
		if got := programme.Progress(h.tasks(id)); got.Done != 9 || got.All != 10 {
			h.Errorf("progress %+v", got)
		}

		h.until(time.Date(2025, 1, 8, 9, 0, 0, 0, may.Location()))
		left := h.tasks(id)[9]
		silent := h.refused("promise.silent_rollover", func() { promise(programme.NewPromises{Year: 2025, Pledges: ten(2025)}) })
		if silent.Args[1] != left.Number.Number() {
			h.Errorf("which promise was passed over: %v", silent.Args)
		}
		again := append(ten(2025), programme.Pledge{
			Duty: programme.Duty{Title: left.Title, Lead: left.Unit, Due: "2025-06-30"}, Budget: 100_000_000, Carried: left.Number.Number(),
			Milestones: []programme.Milestone{{Day: "2025-04-30", Title: "复工"}},
		})
		h.refused("promise.reason_missing", func() { promise(programme.NewPromises{Year: 2025, Pledges: again}) })
		again[10].Reason = "征地晚了四个月, 已经解决"
		next := h.did(h.programme.Promise(ctx, city.cmd(), programme.NewPromises{Year: 2025, Pledges: again}))
		if n := len(h.tasks(next)); n != 11 {
			h.Errorf("the next year has %d promises", n)
		}
		h.is(id, 9, steering.Overdue)
	})
}

// LH-29 十件党建实事: what was not kept may be given up, but only by name and
// with a reason that stays on the next year's list.
func TestLH29APromiseIsGivenUpOnlyByNameAndReason(t *testing.T) {
	steer(t, "luohe", may, func(h *steered) {
		city := h.role(luohe+"-ZH", org.Leader)
		promise := func(in programme.NewPromises) ident.ID { return h.did(h.programme.Promise(ctx, city.cmd(), in)) }
		id := promise(programme.NewPromises{Year: 2024, Pledges: ten(2024)})
		list, err := h.programme.PromiseList(ctx, city.actor, id)
		h.must(err)
		if m := list.Fact.Pledges[0].Milestones; len(m) != 1 || m[0].Day != 20240930 {
			h.Errorf("the milestones: %+v", m)
		}
		tasks := h.tasks(id)
		for _, x := range tasks[:9] {
			h.fulfils(x, "已建成")
		}
		h.until(time.Date(2025, 1, 8, 9, 0, 0, 0, may.Location()))
		left := tasks[9].Number
		drop := func(number, reason string) programme.NewPromises {
			return programme.NewPromises{Year: 2025, Pledges: ten(2025), Dropped: []programme.Dropped{{Number: number, Reason: reason}}}
		}
		h.refused("promise.reason_missing", func() { promise(drop(left.Number(), "")) })
		h.refused("promise.silent_rollover", func() { promise(programme.NewPromises{Year: 2025, Pledges: ten(2025)}) })
		next, err := h.programme.PromiseList(ctx, city.actor, promise(drop(left.Number(), "选址在行洪区, 不再建设")))
		h.must(err)
		if d := next.Fact.Dropped; len(d) != 1 || d[0].Matter != left || d[0].Reason == "" || len(next.Fact.Pledges) != 10 {
			h.Errorf("what was given up: %+v, beside %d promises", d, len(next.Fact.Pledges))
		}
		h.is(id, 9, steering.Overdue) // giving it up does not make it kept
	})
}
