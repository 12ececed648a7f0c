package fund_test

import (
	"testing"

	"pgregory.net/rapid"

	"huying/internal/domain/fund"
	"huying/internal/fault"
)

// Whatever is proposed, approved, refused and reversed in whatever order, the
// balance is the sum of what is booked and never below zero.
func TestABalanceIsItsLinesAndNeverBelowZero(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var lines []*fund.Payment
		balance := func() (sum int64) {
			for _, l := range lines {
				sum += l.Line().Amount
			}
			return sum
		}
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			p := &fund.Payment{
				Amount: rapid.Int64Range(-1000, 1000).Draw(t, "amount"), Purpose: "x", Payee: "y", Basis: fund.Basis{Decision: "z", Matter: 1},
				Proposer: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "by"), Status: fund.Proposed, Day: 20260301,
			}
			if len(lines) > 0 && rapid.Bool().Draw(t, "reverse") {
				i := rapid.IntRange(0, len(lines)-1).Draw(t, "line")
				r, err := lines[i].Reversal(7, "wrong", "a", 20260302)
				if (err == nil) != (lines[i].Status == fund.Booked && lines[i].Reverses == 0) {
					t.Fatalf("reversing %+v: %v", lines[i], err)
				}
				if err != nil {
					continue
				}
				p = r
			}
			if err := p.Check(); err != nil {
				if p.Amount != 0 {
					t.Fatal(err)
				}
				continue
			}
			before := balance()
			lines = append(lines, p)
			err := p.Approve("b", before)
			switch {
			case err == nil && balance() != before+p.Amount, err != nil && balance() != before, balance() < 0:
				t.Fatalf("from %d by %+v to %d: %v", before, p, balance(), err)
			case p.Proposer == "b" && fault.Code(err) != "fund.own_proposal":
				t.Fatalf("somebody approves what they proposed: %v", err)
			}
		}
	})
}

func TestSpendingAnswersForSomething(t *testing.T) {
	p := fund.Payment{Amount: -5, Purpose: "x", Payee: "y"}
	if fault.Code(p.Check()) != "fund.payment_without_decision" {
		t.Error(p.Check())
	}
	p.Basis.Decision = "3月8日居民议事会"
	if fault.Code(p.Check()) != "fund.payment_unlinked" {
		t.Error(p.Check())
	}
	p.Basis.Project = 1
	if err := p.Check(); err != nil {
		t.Error(err)
	}
	income := fund.Payment{Amount: 5, Purpose: "x"}
	if err := income.Check(); err != nil {
		t.Error(err)
	}
	r := fund.Range{Least: 10, Most: 20}
	if r.Outside(10) || !r.Outside(9) || !r.Outside(21) || (fund.Range{}).Outside(1) {
		t.Error("the usual range")
	}
}
