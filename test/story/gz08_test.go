package story

import (
	"testing"
	"time"

	"huying/internal/desk/power"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/ident"
)

// GZ-08 双重领导: two superiors of a bureau give contradicting orders on one
// matter. Both stand, the conflict is told to both, and the decision is kept.
func TestGZ08TwoSuperiorsContradictEachOther(t *testing.T) {
	in(t, "guangzhou", func(h *hall) {
		bureau, district, above := tianhe+"-CG", tianhe+"-ZFB", city+"-CG"
		m := h.deals(wushan, bureau)
		instruct := func(w *who, course, text string) ident.ID {
			return h.done(h.power.Instruct(ctx, w.cmd(), power.Instruct{Matter: m.id.Number(), Unit: bureau, Course: course, Text: text}))
		}
		h.refused("instruction.not_superior", func() { instruct(h.unit(tianhe+"-ZJ"), "HOLD", "先不要动") })
		instruct(h.unit(district), "PROCEED", "三日内清理")
		conflicts := func() int {
			list, err := h.power.Conflicts(ctx, h.unit(bureau).actor, 0, 10)
			h.must(err)
			return len(list)
		}
		instruct(h.unit(district), "PROCEED", "务必三日内清理")
		if conflicts() != 0 {
			t.Error("one superior contradicts itself")
		}
		second := instruct(h.unit(above), "HOLD", "等待全市统一行动")
		list, err := h.power.Conflicts(ctx, h.desk(tianhe).actor, 0, 10)
		h.must(err)
		if len(list) != 1 || list[0].Fact.Status != "CONFLICT" || list[0].Fact.Second != second {
			t.Fatalf("conflicts: %+v", list)
		}
		for _, unit := range []string{bureau, district, above} {
			if !h.told(unit, "notice.instructions_conflict") {
				t.Errorf("%s was not told", unit)
			}
		}
		said, err := h.power.Instructions(ctx, h.desk(tianhe).actor, m.id)
		h.must(err)
		stand := func() (open []ident.ID) {
			for _, i := range said {
				if o := h.load(i.Fact.Task).Orders[0]; o.Debtor == bureau && o.Creditor == i.Fact.Issuer && o.Status.Open() {
					open = append(open, i.ID)
				}
			}
			return open
		}
		if n := len(stand()); n != 3 {
			t.Errorf("%d of three orders stand", n)
		}
		clash := list[0].ID
		settle := func(w *who, stands ident.ID, why string) func() {
			return func() {
				h.done(h.power.Settle(ctx, w.cmd(), clash, power.Settle{Stands: stands.Number(), Decision: why}))
			}
		}
		h.refused("access.denied", settle(h.unit(bureau), second, "我们想等"))
		h.refused("record.not_found", settle(h.desk("440103"), second, "别区"))
		h.refused("conflict.not_of_it", settle(h.desk(tianhe), clash, "x"))
		h.refused("text.missing", settle(h.desk(tianhe), second, ""))
		settle(h.desk(tianhe), second, "与市局会商: 纳入统一行动, 先行设置警示")()
		h.refused("conflict.settled", settle(h.desk(tianhe), second, "再改"))
		if !h.told(above, "notice.conflict_settled") {
			t.Error("the other superior was not told of the decision")
		}

		// The bureau no longer owes what it was not to do; nobody runs late with it.
		if open := stand(); len(open) != 1 || open[0] != second {
			t.Errorf("after the decision %v are owed, not %v alone", open, second)
		}
		h.pass(60 * 24 * time.Hour)
		for _, i := range said {
			s := h.load(i.Fact.Task)
			if i.ID == second {
				continue
			}
			if o := s.Orders[0]; s.M.Status != matter.Closed || o.Status != order.Withdrawn || o.Colour() != "" || o.EndReason == "" {
				t.Errorf("the overruled instruction: %s, %s, %q", s.M.Status, o.Status, o.Colour())
			}
		}
	})
}

// GZ-08 双重领导, said twice: the city's bureau contradicts the district's team in
// two ways. One decision for the team settles both conflicts; what is overruled is no conflict with a later word either.
func TestGZ08OneDecisionSettlesEveryConflictItAnswers(t *testing.T) {
	in(t, "guangzhou", func(h *hall) {
		bureau, district, above := tianhe+"-CG", tianhe+"-ZFB", city+"-CG"
		m := h.deals(wushan, bureau)
		instruct := func(unit, course, text string) ident.ID {
			return h.done(h.power.Instruct(ctx, h.unit(unit).cmd(), power.Instruct{Matter: m.id.Number(), Unit: bureau, Course: course, Text: text}))
		}
		conflicts := func(status string) (ids []ident.ID) {
			list, err := h.power.Conflicts(ctx, h.desk(tianhe).actor, 0, 10)
			h.must(err)
			for _, c := range list {
				if c.Fact.Status == status {
					ids = append(ids, c.ID)
				}
			}
			return ids
		}
		first := instruct(district, "PROCEED", "三日内清理")
		instruct(above, "HOLD", "等待全市统一行动")
		instruct(above, "HAND_OVER", "移交市级专班") // the bureau of the city changed its mind
		open := conflicts("CONFLICT")
		if len(open) != 2 {
			t.Fatalf("%d conflicts are open, want two", len(open))
		}
		h.done(h.power.Settle(ctx, h.desk(tianhe).cmd(), open[0], power.Settle{Stands: first.Number(), Decision: "经会商, 由区里三日内清理"}))
		if left := conflicts("CONFLICT"); len(left) != 0 {
			t.Errorf("with both instructions overruled, %v are open still", left)
		}
		if done := conflicts("SETTLED"); len(done) != 2 {
			t.Errorf("settled: %v", done)
		}
		h.refused("conflict.settled", func() {
			h.done(h.power.Settle(ctx, h.desk(tianhe).cmd(), open[1], power.Settle{Stands: first.Number(), Decision: "x"}))
		})
		instruct(district, "HOLD", "改为下周清理")
		if again := conflicts("CONFLICT"); len(again) != 0 {
			t.Errorf("what is overruled contradicts again: %v", again)
		}
		instruct(above, "PROCEED", "按全市标准立即清理")
		if again := conflicts("CONFLICT"); len(again) != 1 {
			t.Errorf("a new contradiction is not flagged: %v", again)
		}
	})
}
