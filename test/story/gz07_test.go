package story

import (
	"testing"
	"time"

	"huying/internal/desk/power"
	"huying/internal/domain/consult"
	"huying/internal/domain/matter"
	"huying/internal/ident"
)

// gate proposes something about a post of the market office of Wushan.
func (h *hall) gate(w *who, kind consult.GateKind, title string) ident.ID {
	h.Helper()
	return h.done(h.power.Propose(ctx, w.cmd(), power.Propose{Kind: string(kind), Title: title, Post: wushan + "-SJS/HANDLER", Text: "组织需要"}))
}

// consults are the matters by which a gate asks.
func (h *hall) consults(w *who, id ident.ID) []ident.ID {
	h.Helper()
	g, _, err := h.power.Gate(ctx, w.actor, id)
	h.must(err)
	return g.Fact.Consult
}

// GZ-07 征求党(工)委意见: the head of an agency is not removed before the street's
// committee has answered; against its word the department gives reasons, and
// the organisation department sees it.
func TestGZ07NothingTakesEffectBeforeTheStreetIsHeard(t *testing.T) {
	in(t, "guangzhou", func(h *hall) {
		bureau, street := h.unit(tianhe+"-SJ"), h.secretary(wushan)
		removal := h.gate(bureau, consult.Appointment, "调整市场监管所负责人")
		finish := func(reasons string) {
			h.done(h.power.Finish(ctx, bureau.cmd(), removal, power.Finish{Reasons: reasons}))
		}
		h.refused("gate.consult_pending", func() { finish("急") })
		asked := h.consults(bureau, removal)
		inbox, err := h.power.Inbox(ctx, street.actor, 10)
		h.must(err)
		if len(inbox) != 1 || inbox[0].Matter != asked[0] || inbox[0].Title != "调整市场监管所负责人" || !inbox[0].Lapses || inbox[0].Due.IsZero() {
			t.Fatalf("the street is asked %+v", inbox)
		}
		h.opines(street, asked[0], matter.Disagreed, "正值食品安全攻坚, 建议留任")
		h.refused("gate.reasons_needed", func() { finish("") })
		finish("岗位交流已满五年, 按规定轮岗")
		h.refused("gate.decided", func() { finish("再来") })

		list, err := h.power.Exceptions(ctx, h.organiser(tianhe+"-DW").actor, h.now)
		h.must(err)
		if len(list.Gates) != 1 || list.Gates[0].Fact.Reasons != "岗位交流已满五年, 按规定轮岗" || list.Gates[0].Orders[0].Answer().Text == "" {
			t.Errorf("the exception report: %+v", list.Gates)
		}
		if !h.told(tianhe+"-DW", "notice.gate_against") || !h.told(wushan+"-DGW", "notice.gate_against") {
			t.Error("the organisation department and the street were not told")
		}

		// Silence counts as no objection, for leave after one working day.
		leave := h.gate(bureau, consult.Leave, "请假三天")
		h.refused("gate.consult_pending", func() { h.done(h.power.Finish(ctx, bureau.cmd(), leave, power.Finish{})) })
		h.pass(40 * time.Hour)
		h.done(h.power.Finish(ctx, bureau.cmd(), leave, power.Finish{}))
		h.is(h.consults(bureau, leave)[0], matter.Closed)

		// Neither another bureau nor another street has a part in it.
		h.refused("gate.not_parent", func() { h.gate(h.unit(tianhe+"-CG"), consult.Leave, "请假") })
		h.refused("record.not_found", func() { _, _, err := h.power.Gate(ctx, h.secretary(yuancun).actor, leave); h.must(err) })
		again := h.gate(bureau, consult.Appraisal, "年度考核等次")
		h.refused("matter.not_found", func() { h.opines(h.secretary(yuancun), h.consults(bureau, again)[0], matter.Agreed, "同意") })
		h.done(h.power.Drop(ctx, bureau.cmd(), again, power.Drop{Reason: "改期"}))
		h.refused("gate.decided", func() { h.done(h.power.Finish(ctx, bureau.cmd(), again, power.Finish{})) })
		if s := h.load(h.consults(bureau, again)[0]); len(s.Orders) != 1 || s.Orders[0].Status.Open() || s.M.Status != matter.Closed {
			t.Errorf("the street still owes an opinion on what was dropped: %+v", s.Orders[0])
		}
	})
}

// BJ-07 区属、街管、街用: a resident officer is not moved away by the district
// before the street was heard.
func TestBJ07NoTransferWithoutTheStreet(t *testing.T) {
	in(t, "beijing", func(h *hall) {
		district, street := "110101", "110101001"
		bureau := h.unit(district + "-SJ")
		id := h.done(h.power.Propose(ctx, bureau.cmd(), power.Propose{Kind: "TRANSFER_OUT", Title: "抽调常驻执法人员", Post: street + "-SJS/HANDLER"}))
		finish := func() { h.done(h.power.Finish(ctx, bureau.cmd(), id, power.Finish{})) }
		h.refused("gate.consult_pending", finish)
		h.opines(h.secretary(street), h.consults(bureau, id)[0], matter.Agreed, "同意, 请同时补人")
		finish()
	})
}
