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
