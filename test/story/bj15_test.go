package story

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"huying/internal/desk/fund"
	"huying/internal/domain/org"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
)

// BJ-15 街道自主经费: each payment has a decision and answers for a matter or a project; a
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
			if in.Decision == "" {
				in.Decision = "主任办公会 3月9日"
			}
			return h.done(h.fund.Pay(ctx, w.cmd(), id, in))
		}
		m := h.resident("赵先生").calls("胡同路灯坏了", "", street)
		h.refused("fund.payment_unlinked", func() { pay(clerk, fund.Pay{Amount: -300_000_00}) })
		h.refused("fund.payment_without_decision", func() { pay(clerk, fund.Pay{Amount: -300_000_00, Matter: m.id.Number(), Decision: " "}) })
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
		refused := pay(clerk, fund.Pay{Amount: -1, Matter: m.id.Number()})
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
		h.overdraw(id, m.id, clerk, head)
	})
}

// overdraw approves many payments at the same time, of which the fund bears
// four.
func (h *hall) overdraw(id, matter ident.ID, clerk, head *who) {
	h.Helper()
	var lines []ident.ID
	for range 8 {
		lines = append(lines, h.done(h.fund.Pay(ctx, clerk.cmd(), id, fund.Pay{
			Amount: -125_000_000, Purpose: "改造", Payee: "施工单位", Decision: "主任办公会", Matter: matter.Number(),
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
		m := h.resident("孙大爷").calls("小广场没有凉亭", "", community)
		h.refused("fund.payment_without_decision", func() {
			line(fund.Pay{Amount: -2_000_00, Purpose: "凉亭", Payee: "木工坊", Matter: m.id.Number()})
		})
		approve(line(fund.Pay{Amount: -2_000_00, Purpose: "凉亭", Payee: "木工坊", Matter: m.id.Number(), Decision: "3月8日居民议事会决定"}))()
		h.refused("fund.overdrawn", approve(line(fund.Pay{Amount: -9_000_00, Purpose: "健身器材", Payee: "器材厂", Matter: m.id.Number(), Decision: "3月8日居民议事会决定"})))
		funds, err := h.fund.Funds(ctx, desk.actor, 0, 10)
		h.must(err)
		if len(funds) != 1 || funds[0].Balance != 8_000_00 {
			t.Errorf("the fund: %+v", funds)
		}
	})
}

// BJ-15, LH-30: whatever is paid in, spent, approved, refused, set right and
// published, in whatever order and each command twice, the balance is the sum of
// the lines that are booked, and never below zero; a command that is sent again
// makes no second line. For the last money two payments race, and one wins.
func TestBJ15TheBalanceIsItsLedgerWhateverHappens(t *testing.T) {
	in(t, "beijing", func(h *hall) {
		const street, district = "110101001", "110101"
		holder := street + "-ZH"
		organiser, clerk, head := h.organiser(district+"-DW"), h.unit(holder), h.role(holder, org.Leader)
		m := h.resident("赵先生").calls("胡同路灯坏了", "", street)
		for round := range 6 {
			dice := rand.New(rand.NewPCG(15, uint64(round)))
			id := h.done(h.fund.Open(ctx, organiser.cmd(), fund.Open{
				Holder: holder, Name: fmt.Sprint("经费", round), Source: "BUDGET", Year: 2026, Granted: dice.Int64N(3) * 100_00,
			}))
			book := &ledgerOf{hall: h, id: id, clerk: clerk, head: head, matter: m.id, dice: dice}
			for range 25 {
				book.step()
				book.agrees()
			}
			book.race()
			book.agrees()
		}
	})
}

// ledgerOf is a fund as a test plays with it.
type ledgerOf struct {
	*hall
	id, matter  ident.ID
	clerk, head *who
	dice        *rand.Rand
	lines       []ident.ID
	sent        int
}

// twice sends a command with the same key two times.
func (b *ledgerOf) twice(w *who, act func(engine.Command) (ident.ID, error)) ident.ID {
	b.Helper()
	b.sent++
	cmd := w.cmd()
	cmd.Key = fmt.Sprint(b.id.Number(), "/", b.sent)
	first, err := act(cmd)
	again, same := act(cmd)
	if first != again || fault.Code(err) != fault.Code(same) {
		b.Fatalf("sent again: %v %v, first %v %v", again, same, first, err)
	}
	switch fault.Code(err) {
	case "", "fund.overdrawn", "fund.line_decided", "fund.line_not_booked", "fund.is_reversal", "fund.published", "record.key_taken":
	default:
		b.Fatal(err)
	}
	return first
}

// step does one thing of those that may be done, lawful or not.
func (b *ledgerOf) step() {
	b.Helper()
	pick := func() ident.ID { return b.lines[b.dice.IntN(len(b.lines))] }
	what := b.dice.IntN(6)
	if len(b.lines) == 0 {
		what = 0
	}
	switch what {
	case 0, 1:
		in := fund.Pay{Amount: 1 + b.dice.Int64N(150_00), Purpose: "路灯", Payee: "照明公司", Decision: "主任办公会", Matter: b.matter.Number()}
		if b.dice.IntN(3) > 0 {
			in.Amount = -in.Amount
		}
		b.lines = append(b.lines, b.twice(b.clerk, func(c engine.Command) (ident.ID, error) { return b.fund.Pay(ctx, c, b.id, in) }))
	case 2, 3:
		line, in := pick(), fund.Approve{}
		if b.dice.IntN(5) == 0 {
			in = fund.Approve{Refuse: true, Reason: "不属自主经费范围"}
		}
		b.twice(b.head, func(c engine.Command) (ident.ID, error) { return b.fund.Approve(ctx, c, line, in) })
	case 4:
		line := pick()
		if id := b.twice(b.clerk, func(c engine.Command) (ident.ID, error) {
			return b.fund.Reverse(ctx, c, line, fund.Reverse{Reason: "记错"})
		}); id != 0 {
			b.lines = append(b.lines, id)
		}
	case 5:
		line := pick()
		b.twice(b.head, func(c engine.Command) (ident.ID, error) { return b.fund.Publish(ctx, c, line, struct{}{}) })
	}
}

// agrees asks that the balance is what the lines say.
func (b *ledgerOf) agrees() int64 {
	b.Helper()
	state, err := b.fund.One(ctx, b.clerk.actor, b.id)
	b.must(err)
	lines, err := b.fund.Lines(ctx, b.clerk.actor, b.id, 0, fund.MostRows)
	b.must(err)
	sum, granted := int64(0), 0
	for _, l := range lines {
		if l.Fact.Status == "BOOKED" {
			sum += l.Fact.Amount
		}
		if l.Fact.Purpose == state.Fact.Name {
			granted = 1
		}
	}
	if sum != state.Balance || sum < 0 || len(lines) != len(b.lines)+granted {
		b.Fatalf("%d lines come to %d, the balance is %d", len(lines), sum, state.Balance)
	}
	return state.Balance
}

// race spends all that is left twice at the same time.
func (b *ledgerOf) race() {
	b.Helper()
	pay := func(amount int64) ident.ID {
		line := b.done(b.fund.Pay(ctx, b.clerk.cmd(), b.id, fund.Pay{
			Amount: amount, Purpose: "路灯", Payee: "照明公司", Decision: "主任办公会", Matter: b.matter.Number(),
		}))
		b.lines = append(b.lines, line)
		return line
	}
	b.done(b.fund.Approve(ctx, b.head.cmd(), pay(500_00), fund.Approve{}))
	left := b.agrees()
	rivals := []ident.ID{pay(-left), pay(-left)}
	codes := make([]string, len(rivals))
	var wg sync.WaitGroup
	for i, line := range rivals {
		wg.Go(func() {
			_, err := b.fund.Approve(ctx, engine.Command{Actor: b.head.actor, At: b.now}, line, fund.Approve{})
			codes[i] = fault.Code(err)
		})
	}
	wg.Wait()
	if slices.Sort(codes); !slices.Equal(codes, []string{"", "fund.overdrawn"}) || b.agrees() != 0 {
		b.Fatalf("both for the last %d fen: %v", left, codes)
	}
}
