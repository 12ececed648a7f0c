package story

import (
	"testing"
	"time"

	"huying/internal/desk/account"
	rules "huying/internal/domain/account"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/domain/org"
	"huying/internal/domain/score"
	"huying/internal/ident"
)

func (h *hall) enters(w *who, unit, rule, leaf string, facts ...string) ident.ID {
	h.Helper()
	return h.done(h.account.Propose(ctx, w.cmd(), account.Propose{Unit: unit, Rule: rule, Leaf: leaf, Facts: facts, Text: "接单后逾期未办, 群众二次来电"}))
}

func (h *hall) entry(w *who, id ident.ID) account.State {
	h.Helper()
	list, err := h.account.Entries(ctx, w.actor, "", 0, 50)
	h.must(err)
	for _, e := range list {
		if e.ID == id {
			return e
		}
	}
	h.Fatalf("%s does not see entry %v", w.actor.ID, id)
	return account.State{}
}

// GZ-21 负面清单: an entry counts only after the unit could object; an objection
// that is upheld makes it void, and it is kept.
func TestGZ21AnEntryWaitsForTheUnitsWord(t *testing.T) {
	in(t, "guangzhou", func(h *hall) {
		bureau := tianhe + "-CG"
		assessor, watch := h.role(tianhe+"-PG", org.Assessor), h.role(tianhe+"-JW", org.Supervisor)
		m := h.deals(wushan, bureau)
		fact := m.order(bureau).ID.Number()
		h.refused("account.rule_unknown", func() { h.enters(assessor, bureau, "N9", "", fact) })
		h.refused("account.facts_needed", func() { h.enters(assessor, bureau, "N1", "") })
		h.refused("account.fact_elsewhere", func() { h.enters(assessor, tianhe+"-ZJ", "N1", "", fact) })
		h.refused("access.denied", func() { h.enters(h.unit(tianhe+"-ZJ"), bureau, "N1", "", fact) })

		first := h.enters(assessor, bureau, "N1", "", fact)
		settle := func(w *who, id ident.ID, uphold bool, note string) func() {
			return func() { h.done(h.account.Settle(ctx, w.cmd(), id, account.Settle{Uphold: uphold, Note: note})) }
		}
		h.refused("account.window_open", settle(watch, first, false, ""))
		points := func() float64 {
			r, err := h.account.Running(ctx, h.unit(bureau).actor, bureau, 202603)
			h.must(err)
			return r.Listed
		}
		if points() != 0 {
			t.Error("an entry counts before the unit could object")
		}
		h.opines(h.unit(bureau), h.entry(assessor, first).Fact.Reply, matter.Disagreed, "该点位已移交区水务")
		h.refused("access.denied", settle(assessor, first, true, "自己提的自己定"))
		h.refused("text.missing", settle(watch, first, true, ""))
		settle(watch, first, true, "异议成立")()
		h.refused("account.decided", settle(watch, first, false, "再来"))
		if e := h.entry(h.unit(bureau), first); e.Fact.Status != "VOID" || points() != 0 {
			t.Errorf("the entry is %s, points %v", e.Fact.Status, points())
		}

		second := h.enters(assessor, bureau, "N1", "", fact)
		h.pass(8 * 24 * time.Hour) // five working days of silence
		settle(watch, second, false, "")()
		if points() != -3 {
			t.Errorf("the entry comes to %v points", points())
		}
	})
}

// YT-17 服务责任清单追责: an item of the duty list that was not done becomes facts
// with the unit's reply; they are referred after the reply window, and whatever
// follows is another body's decision.
func TestYT17FactsAreReferredAndNothingFollowsOfItself(t *testing.T) {
	in(t, "yangtun", func(h *hall) {
		county, town := "320322", "320322102"
		unit := county + "-CG"
		assessor, watch := h.role(county+"-PG", org.Assessor), h.role(county+"-JW", org.Supervisor)
		m := h.deals(town, unit)
		leaf := h.city.Duty.Leaves()[0].Code
		h.refused("account.leaf_unknown", func() { h.enters(assessor, unit, "N2", "NO-SUCH", m.order(unit).ID.Number()) })
		id := h.enters(assessor, unit, "N2", leaf, m.order(unit).ID.Number())
		refer := func() { h.done(h.account.Refer(ctx, watch.cmd(), id, account.Refer{To: county + "-DW"})) }
		h.refused("account.not_effective", refer)
		h.opines(h.unit(unit), h.entry(assessor, id).Fact.Reply, matter.Disagreed, "人手不足, 已补办")
		h.refused("account.not_effective", refer)
		h.done(h.account.Settle(ctx, watch.cmd(), id, account.Settle{Note: "补办不免除延误"}))
		if e := h.entry(assessor, id); e.Fact.Referral != 0 || e.Reply.Answer().Text != "人手不足, 已补办" {
			t.Errorf("referred of itself: %+v", e.Fact)
		}
		refer()
		h.refused("account.referred", refer)
		e := h.entry(assessor, id)
		if e.Referral.Debtor != county+"-DW" || e.Fact.Leaf != leaf {
			t.Errorf("the referral: %+v", e.Referral)
		}
		h.opines(h.organiser(county+"-DW"), e.Fact.Referral, matter.Disagreed, "批评教育即可, 不作处理")
		if o := h.entry(assessor, id).Referral; o.Status != order.Fulfilled {
			t.Errorf("the decision: %+v", o)
		}
	})
}

// GZ-20 过程性监督+结果性考核: process and result are joined by their weights; the
// unit sees its running part at any time, with the counts behind it.
func TestGZ20TheProcessIsCounted(t *testing.T) {
	if got := score.Weighted(90, 80, 0.4); got != 84 {
		t.Errorf("90 and 80 with 0.4 and 0.6 come to %v", got)
	}
	in(t, "guangzhou", func(h *hall) {
		bureau := tianhe + "-ZJ"
		for range 2 {
			m := h.deals(wushan, bureau)
			h.unit(bureau).answers(m, "已修补")
			m.caller().judges(m, matter.Yes, 5)
		}
		h.deals(wushan, bureau)
		running := func(w *who) *account.Running {
			r, err := h.account.Running(ctx, w.actor, bureau, 202603)
			h.must(err)
			return r
		}
		r := running(h.unit(bureau))
		if r.Facts.Issued != 3 || r.Facts.OnTime != 2 || r.Process.Points != 100 {
			t.Errorf("the running part: %+v", r)
		}
		list, err := h.account.Orders(ctx, h.unit(bureau).actor, bureau, 202603, 0, 2)
		h.must(err)
		rest, err := h.account.Orders(ctx, h.unit(bureau).actor, bureau, 202603, list[len(list)-1].Order.ID, 50)
		h.must(err)
		counted := map[rules.Mark]int64{}
		for _, c := range append(list, rest...) {
			for _, m := range c.Marks {
				counted[m]++
			}
		}
		f := r.Facts
		if counted[rules.Given] != f.Issued || counted[rules.InTime] != f.OnTime || counted[rules.TooLate] != f.Late || counted[rules.FirstFix] != f.FirstFix || len(list)+len(rest) != 3 {
			t.Errorf("the orders behind %+v: %v", f, counted)
		}
		h.refused("access.denied", func() {
			_, err := h.account.Orders(ctx, h.unit("440103-ZJ").actor, bureau, 202603, 0, 10)
			h.must(err)
		})
		h.refused("access.denied", func() { running(h.unit("440103-ZJ")) })
		h.refused("account.month_malformed", func() { _, err := h.account.Running(ctx, h.unit(bureau).actor, bureau, 202613); h.must(err) })
	})
}
