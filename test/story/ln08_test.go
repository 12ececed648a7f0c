package story

import (
	"testing"
	"time"

	"huying/internal/desk/power"
	"huying/internal/domain/matter"
)

// LN-08 三级联动、常委挂点、联席会: what a street raises to its liaison leader is an
// order of the leader's office; unanswered it is urged, and stands on the
// agenda of the next joint meeting by itself.
func TestLN08AnItemRaisedComesOnTheAgenda(t *testing.T) {
	in(t, "liunan", func(h *hall) {
		street, office := liunan+"003", liunan+"-DW"
		link := power.Link{Kind: "LEADER", Post: office + "/SECRETARY", Place: street}
		organiser, desk := h.organiser(office), h.desk(street)
		liaison := h.done(h.power.Link(ctx, organiser.cmd(), link))
		h.refused("liaison.exists", func() { h.done(h.power.Link(ctx, organiser.cmd(), link)) })
		raise := func(w *who, title string) func() {
			return func() { h.done(h.power.Raise(ctx, w.cmd(), liaison, power.Raise{Title: title})) }
		}
		h.refused("record.not_found", raise(h.desk(liunan+"004"), "别的街道"))
		item := h.done(h.power.Raise(ctx, desk.cmd(), liaison, power.Raise{Title: "铁路道口改造需城区协调"}))
		done := h.done(h.power.Raise(ctx, desk.cmd(), liaison, power.Raise{Title: "农贸市场外溢"}))
		if o := h.load(item).Orders[0]; o.Debtor != office || o.DebtorPost != office+"/SECRETARY" || o.Creditor != street+"-ZH" {
			t.Errorf("the order: %+v", o)
		}
		agenda := func() []power.Item {
			out, err := h.power.Agenda(ctx, organiser.actor, h.now)
			h.must(err)
			return out
		}
		leader := h.unit(office)
		h.answersTask(leader, done, "已协调城管进驻")
		desk.accepts(&affair{h.world, done}, office)
		h.is(done, matter.Closed)
		if len(agenda()) != 0 {
			t.Errorf("the agenda before anything is late: %+v", agenda())
		}
		h.pass(15 * 24 * time.Hour) // ten working days are over
		if got := agenda(); len(got) != 1 || got[0].Matter != item || got[0].Liaison.Post != office+"/SECRETARY" {
			t.Fatalf("the agenda: %+v", got)
		}
		if h.load(item).Orders[0].Colour() == "" || !h.told(office, "notice.yellow") {
			t.Error("the leader's office was not urged")
		}
		h.answersTask(leader, item, "已列入城区联席会议")
		if len(agenda()) != 0 {
			t.Error("an answered item is still on the agenda")
		}
		h.done(h.power.Unlink(ctx, organiser.cmd(), liaison, power.Unlink{Day: 20260324}))
		h.refused("liaison.over", raise(desk, "再来一件"))
	})
}

// BJ-16 社区专员: a community commissioner raises an item, and the street's office
// owes an answer.
func TestBJ16TheCommissionersItemIsAnOrder(t *testing.T) {
	in(t, "beijing", func(h *hall) {
		street := "110101001"
		var community string
		for _, p := range h.city.Territory.Children(street) {
			community = p.Code
			break
		}
		commissioner := h.role(street+"-SQB", "SUPERVISOR")
		link := power.Link{Kind: "COMMISSIONER", Post: street + "-SQB/SUPERVISOR", Place: community}
		h.refused("access.denied", func() { h.done(h.power.Link(ctx, h.desk(street).cmd(), link)) })
		liaison := h.done(h.power.Link(ctx, h.organiser("110101-DW").cmd(), link))
		raise := func(w *who, title string) func() {
			return func() { h.done(h.power.Raise(ctx, w.cmd(), liaison, power.Raise{Title: title})) }
		}
		// It is the right of the post that was assigned, not of its office, and
		// not of the community beside it.
		h.refused("record.not_found", raise(h.unit(street+"-SQB"), "不是社区专员"))
		h.refused("record.not_found", raise(h.desk(h.city.Territory.Children(street)[1].Code), "别的社区"))
		h.refused("text.missing", raise(commissioner, ""))
		item := h.done(h.power.Raise(ctx, commissioner.cmd(), liaison, power.Raise{Title: "楼前充电桩选址需街道协调"}))
		o := h.load(item).Orders[0]
		if o.Debtor != street+"-ZH" || o.Creditor != community+"-JW" {
			t.Errorf("the order: %+v", o)
		}
		if due := o.Due().Time(); !due.Equal(at(17, 24, 0)) { // five working days after the 10th
			t.Errorf("due at %v", due)
		}
		late := h.done(h.power.Raise(ctx, h.desk(community).cmd(), liaison, power.Raise{Title: "消防通道划线"}))
		h.answersTask(h.desk(street), item, "已协调供电公司现场踏勘")
		h.desk(community).accepts(&affair{h.world, item}, street+"-ZH")
		h.is(item, matter.Closed)
		h.pass(10 * 24 * time.Hour)
		if x := h.load(late).Orders[0]; x.Colour() == "" || !h.told(street+"-ZH", "notice.yellow") {
			t.Errorf("nobody answered in five working days: %+v", x.Cards)
		}
	})
}
