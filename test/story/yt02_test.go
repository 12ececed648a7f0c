package story

import (
	"testing"

	"huying/internal/desk/programme"
	"huying/internal/domain/org"
	steering "huying/internal/domain/programme"
)

// YT-02 三重一大: a large sum is decided only at a meeting with its quorum, with
// every opinion on record, by the votes themselves; what follows are measures.
func TestYT02NothingIsDecidedWithoutMeetingQuorumAndOpinions(t *testing.T) {
	steer(t, "yangtun", at(10, 9, 0), func(h *steered) {
		town := "320322102"
		chair := h.role(town+"-DGW", org.Secretary)
		in := programme.NewDecision{
			Kind: "FUNDS", Title: "沉陷区道路修复资金", Proposal: "从专项资金列支八十万元", Amount: 80_000_000, Seats: 9,
			Measures: []programme.Duty{{Title: "道路修复招标", Lead: town + "-CGB", Due: h.day(40), Deliverable: "中标通知书"}},
		}
		poor := in
		poor.Amount = 0
		h.refused("decision.amount_missing", func() { h.did(h.programme.Propose(ctx, chair.cmd(), poor)) })
		id := h.did(h.programme.Propose(ctx, chair.cmd(), in))
		decides := func(meeting string) {
			h.did(h.programme.Decide(ctx, chair.cmd(), id, programme.Deciding{Meeting: meeting}))
		}
		h.refused("decision.no_meeting", func() { decides("") })

		meet := func(kind string, present int) string {
			m := programme.NewMeeting{Kind: kind, Day: h.day(0), Agenda: []string{"沉陷区道路修复资金"}, Members: []string{town + "-ZH"}, Present: present, Minutes: "逐一发表意见后表决"}
			return h.did(h.programme.KeepMeeting(ctx, chair.cmd(), m)).Number()
		}
		h.refused("decision.meeting_unfit", func() { decides(meet("ALLIANCE", 9)) })
		h.refused("decision.no_quorum", func() { decides(meet("ORGAN", 4)) })
		full := meet("ORGAN", 6)
		h.refused("decision.opinions_missing", func() { decides(full) })

		say := func(seat, stance, text string) {
			h.did(h.programme.RecordOpinion(ctx, chair.cmd(), id, programme.NewOpinion{Seat: seat, Stance: stance, Text: text}))
		}
		h.refused("decision.dissent_reason", func() { say("人大主席", "DISAGREE", "") })
		say("人大主席", "DISAGREE", "先做检测")
		for _, seat := range []string{"党委副书记", "纪委书记", "组织委员", "宣传委员", "武装部长"} {
			say(seat, "AGREE", "")
		}
		h.refused("decision.seat_spoke", func() { say("纪委书记", "ABSTAIN", "") })
		decides(full)
		d, err := h.programme.Decision(ctx, chair.actor, id)
		h.must(err)
		if d.Fact.Status != steering.Adopted || d.Fact.Votes("AGREE") != 5 || d.Fact.Decided != 20260310 {
			h.Errorf("the decision: %+v", d.Fact)
		}
		if tasks := h.tasks(id); len(tasks) != 1 || tasks[0].Unit != town+"-CGB" {
			h.Errorf("what follows: %+v", tasks)
		}
		h.refused("decision.decided", func() { say("副镇长", "AGREE", "") })
		h.refused("decision.decided", func() { decides(full) })
	})
}
