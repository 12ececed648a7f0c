package story

import (
	"sync"
	"testing"

	"huying/internal/desk/fund"
	"huying/internal/domain/org"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
)

// BJ-15 街道自主经费: each payment answers for a matter, a project or a decision; a
// second post agrees; the balance is the sum of the lines; what was wrong is
// set right by a line against it; a figure outside of the usual range is shown
// with a warning.
func TestBJ15EachPaymentAnswersForSomething(t *testing.T) {
	in(t, "beijing", func(h *hall) {
		district, street := "110101", "110101001"
		holder := street + "-ZH"
		organiser, clerk, head := h.organiser(district+"-DW"), h.unit(holder), h.role(holder, org.Leader)
		open := func(name string, yuan int64) ident.ID {
			return h.done(h.fund.Open(ctx, organiser.cmd(), fund.Open{Holder: holder, Name: name, Source: "BUDGET", Year: 2026, Granted: yuan * 100}))
		}
		h.refused("power.not_held", func() {
			h.done(h.fund.Open(ctx, organiser.cmd(), fund.Open{Holder: street + "-CGB", Name: "x", Source: "BUDGET", Year: 2026}))
		})
		id := open("2026年自主经费", 5_000_000)
		open("零星经费", 1_000_000)
		funds, err := h.fund.Funds(ctx, clerk.actor, 0, 10)
		h.must(err)
		if len(funds) != 2 || !funds[0].Outside || funds[1].Outside || funds[1].Balance != 500_000_000 {
			t.Fatalf("the funds: %+v", funds)
		}
		pay := func(w *who, in fund.Pay) ident.ID {
			in.Purpose, in.Payee = "更换路灯", "照明公司"
			return h.done(h.fund.Pay(ctx, w.cmd(), id, in))
		}
		m := h.resident("赵先生").calls("胡同路灯坏了", "", street)
		h.refused("fund.payment_without_decision", func() { pay(clerk, fund.Pay{Amount: -300_000_00}) })
		h.refused("fund.basis_unknown", func() {
			elsewhere := h.resident("赵先生").calls("路灯坏了", "", "110102001")
			pay(clerk, fund.Pay{Amount: -300_000_00, Matter: elsewhere.id.Number()})
		})
		h.refused("access.denied", func() { pay(head, fund.Pay{Amount: -1, Matter: m.id.Number()}) })
		line := pay(clerk, fund.Pay{Amount: -300_000_00, Matter: m.id.Number()})
		approve := func(w *who, id ident.ID, in fund.Approve) func() {
			return func() { h.done(h.fund.Approve(ctx, w.cmd(), id, in)) }
		}
		h.refused("access.denied", approve(clerk, line, fund.Approve{}))
		h.refused("record.not_found", approve(h.role("110102001-ZH", org.Leader), line, fund.Approve{}))
		balance := func() int64 {
			funds, err := h.fund.Funds(ctx, clerk.actor, 0, 10)
			h.must(err)
			return funds[1].Balance
		}
		if balance() != 500_000_000 {
			t.Error("a payment that nobody approved is spent")
		}
		approve(head, line, fund.Approve{})()
		h.refused("fund.line_decided", approve(head, line, fund.Approve{}))
		if balance() != 470_000_000 {
			t.Errorf("the balance is %d", balance())
		}
		h.done(h.fund.Publish(ctx, head.cmd(), line, struct{}{}))
		h.refused("fund.published", func() { h.done(h.fund.Publish(ctx, head.cmd(), line, struct{}{})) })
		refused := pay(clerk, fund.Pay{Amount: -1, Decision: "主任办公会 3月9日"})
		h.refused("text.missing", approve(head, refused, fund.Approve{Refuse: true}))
		approve(head, refused, fund.Approve{Refuse: true, Reason: "不属自主经费范围"})()

		reverse := func() ident.ID {
			return h.done(h.fund.Reverse(ctx, clerk.cmd(), line, fund.Reverse{Reason: "重复入账"}))
		}
		back := reverse()
		h.refused("record.key_taken", func() { reverse() })
		approve(head, back, fund.Approve{})()
		if balance() != 500_000_000 {
			t.Errorf("after the reversal the balance is %d", balance())
		}
		lines, err := h.fund.Lines(ctx, clerk.actor, id, 0, 50)
		h.must(err)
		sum := int64(0)
		for _, l := range lines {
			if l.Fact.Status == "BOOKED" {
				sum += l.Fact.Amount
			}
		}
		if sum != balance() || len(lines) != 4 {
			t.Errorf("%d lines come to %d", len(lines), sum)
		}
		h.overdraw(id, clerk, head)
	})
}

// overdraw approves many payments at the same time, of which the fund bears
// four.
func (h *hall) overdraw(id ident.ID, clerk, head *who) {
	h.Helper()
	var lines []ident.ID
	for range 8 {
		lines = append(lines, h.done(h.fund.Pay(ctx, clerk.cmd(), id, fund.Pay{
			Amount: -125_000_000, Purpose: "改造", Payee: "施工单位", Decision: "主任办公会",
		})))
	}
	var wg sync.WaitGroup
	codes := make([]string, len(lines))
	for i, line := range lines {
		wg.Go(func() {
			_, err := h.fund.Approve(ctx, engine.Command{Actor: head.actor, At: h.now}, line, fund.Approve{})
			codes[i] = fault.Code(err)
		})
	}
	wg.Wait()
	booked := 0
	for _, c := range codes {
		switch c {
		case "":
			booked++
		case "fund.overdrawn":
		default:
			h.Errorf("approving at the same time: %s", c)
		}
	}
	funds, err := h.fund.Funds(ctx, clerk.actor, 0, 10)
	h.must(err)
	if booked != 4 || funds[1].Balance != 0 {
		h.Errorf("%d of eight were booked, the balance is %d", booked, funds[1].Balance)
	}
}

// LH-30 社区合伙人+社区基金: partners stand in a register; the fund spends only what
// the residents decided; the balance equals the ledger.
func TestLH30TheCommunityFund(t *testing.T) {
	in(t, "luohe", func(h *hall) {
		var community string
		for _, p := range h.city.Territory.Children(oldTown) {
			community = p.Code
			break
		}
		holder := community + "-JW"
		clerk, desk := h.unit(holder), h.desk(community)
		h.done(h.fund.Join(ctx, clerk.cmd(), fund.Join{Unit: holder, Name: "漯河豆制品厂", Offer: "每年捐赠一万元"}))
		h.refused("record.key_taken", func() {
			h.done(h.fund.Join(ctx, clerk.cmd(), fund.Join{Unit: holder, Name: "漯河豆制品厂", Offer: "x"}))
		})
		id := h.done(h.fund.Open(ctx, h.secretary(oldTown).cmd(), fund.Open{Holder: holder, Name: "社区基金", Source: "DONATION", Year: 2026}))
		line := func(in fund.Pay) ident.ID { return h.done(h.fund.Pay(ctx, clerk.cmd(), id, in)) }
		approve := func(id ident.ID) func() {
			return func() { h.done(h.fund.Approve(ctx, desk.cmd(), id, fund.Approve{})) }
		}
		approve(line(fund.Pay{Amount: 10_000_00, Purpose: "企业捐赠"}))()
		h.refused("fund.payment_without_decision", func() { line(fund.Pay{Amount: -2_000_00, Purpose: "凉亭", Payee: "木工坊"}) })
		approve(line(fund.Pay{Amount: -2_000_00, Purpose: "凉亭", Payee: "木工坊", Decision: "3月8日居民议事会决定"}))()
		h.refused("fund.overdrawn", approve(line(fund.Pay{Amount: -9_000_00, Purpose: "健身器材", Payee: "器材厂", Decision: "3月8日居民议事会决定"})))
		funds, err := h.fund.Funds(ctx, desk.actor, 0, 10)
		h.must(err)
		if len(funds) != 1 || funds[0].Balance != 8_000_00 {
			t.Errorf("the fund: %+v", funds)
		}
	})
}
