package story

import (
	"testing"
	"time"

	"huying/internal/desk/dispatch"
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

// YT-02 民主集中: what the organ votes down is rejected, and nothing follows from
// it, whoever takes the chair.
func TestYT02WhatIsVotedDownIsNotDone(t *testing.T) {
	steer(t, "yangtun", at(10, 9, 0), func(h *steered) {
		town := "320322102"
		chair := h.role(town+"-DGW", org.Secretary)
		id := h.did(h.programme.Propose(ctx, chair.cmd(), programme.NewDecision{
			Kind: "PROJECT", Title: "镇区亮化工程", Proposal: "明年实施镇区亮化", Seats: 9,
			Measures: []programme.Duty{{Title: "亮化工程招标", Lead: town + "-CGB", Due: h.day(40)}},
		}))
		for seat, stance := range map[string]string{
			"党委书记": "AGREE", "党委副书记": "AGREE", "人大主席": "DISAGREE", "纪委书记": "DISAGREE", "组织委员": "DISAGREE", "宣传委员": "DISAGREE", "武装部长": "ABSTAIN",
		} {
			h.did(h.programme.RecordOpinion(ctx, chair.cmd(), id, programme.NewOpinion{Seat: seat, Stance: stance, Text: "先修沉陷区道路"}))
		}
		met := h.did(h.programme.KeepMeeting(ctx, chair.cmd(), programme.NewMeeting{
			Kind: "ORGAN", Day: h.day(0), Agenda: []string{"镇区亮化工程"}, Members: []string{town + "-ZH"}, Present: 7, Minutes: "逐一发表意见后表决",
		}))
		h.did(h.programme.Decide(ctx, chair.cmd(), id, programme.Deciding{Meeting: met.Number()}))
		d, err := h.programme.Decision(ctx, chair.actor, id)
		h.must(err)
		if d.Fact.Status != steering.Rejected || d.Fact.Votes("DISAGREE") != 4 {
			h.Errorf("the decision: %+v", d.Fact)
		}
		if tasks := h.tasks(id); len(tasks) != 0 {
			h.Errorf("something follows from it: %+v", tasks)
		}
	})
}

// YT-02 软弱涣散整顿: the rectification of a weak branch is a programme of measures,
// each with a lead and a date, reviewed by the body that started it: what is not
// accepted is done again.
func TestYT02AWeakBranchIsRectifiedByMeasuresUnderReview(t *testing.T) {
	steer(t, "yangtun", at(10, 9, 0), func(h *steered) {
		town := "320322102"
		chair := h.role(town+"-DGW", org.Secretary)
		in := programme.NewProgramme{Code: "ZD-2026-01", Title: "软弱涣散基层党组织整顿", Measures: []programme.Duty{
			{Title: "补齐支部班子", Lead: town + "-DQF", Due: h.day(30), Deliverable: "选举结果报告"},
			{Title: "规范议事和公开", Lead: town + "-ZH", Co: []string{town + "-DQF"}, Due: h.day(60), Deliverable: "公开台账"},
		}}
		loose := in
		loose.Measures = []programme.Duty{{Title: "限期整改", Due: h.day(30)}}
		h.refused("duty.lead_missing", func() { h.did(h.programme.StartProgramme(ctx, chair.cmd(), loose)) })
		id := h.did(h.programme.StartProgramme(ctx, chair.cmd(), in))
		x := h.tasks(id)[0]
		m := &affair{h.world, x.Number}
		h.unit(x.Unit).does(m, x.Order, "已召开会议")
		chair.did(h.dispatch.JudgeOrder(ctx, chair.cmd(), x.Order.ID, dispatch.JudgeOrder{Reason: "只开了会, 班子没有补齐"}))
		if got := programme.Progress(h.tasks(id)); got.Done != 0 || got.All != 2 {
			h.Errorf("what was not accepted counts: %+v", got)
		}
		h.fulfils(h.tasks(id)[0], "支部委员已补选")
		if got := programme.Progress(h.tasks(id)); got.Done != 1 || got.All != 2 {
			h.Errorf("progress: %+v", got)
		}
		h.until(at(10, 9, 0).Add(62 * 24 * time.Hour))
		h.is(id, 1, steering.Overdue)
	})
}
