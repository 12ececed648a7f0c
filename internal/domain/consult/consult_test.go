package consult_test

import (
	"testing"

	"huying/internal/domain/consult"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/fault"
)

func opinion(unit, result string) *order.Order {
	o := &order.Order{Kind: order.Opinion, Debtor: unit, Status: order.Issued}
	if result != "" {
		o.Status, o.Answers = order.Fulfilled, []order.Answer{{Result: result}}
	}
	return o
}

func TestAGateOpensOnlyWhenEverybodyWasHeard(t *testing.T) {
	for _, x := range []struct {
		name    string
		owed    []string
		orders  []*order.Order
		reasons string
		adopted bool
		code    string
		becomes string
	}{
		{"nothing is owed", nil, nil, "", false, "gate.consult_pending", ""},
		{"one is silent", nil, []*order.Order{opinion("A", matter.Agreed), opinion("B", "")}, "", false, "gate.consult_pending", ""},
		{"one was not asked", []string{"C"}, []*order.Order{opinion("A", matter.Agreed), opinion("B", matter.Agreed)}, "", false, "gate.not_asked", ""},
		{"all agree", nil, []*order.Order{opinion("A", matter.Agreed), opinion("B", matter.Agreed)}, "", false, "", consult.Effective},
		{"silence is no objection", nil, []*order.Order{opinion("A", matter.LapsedReply), opinion("B", matter.Agreed)}, "", false, "", consult.Effective},
		{"against, without a word", nil, []*order.Order{opinion("A", matter.Disagreed), opinion("B", matter.Agreed)}, "", false, "gate.reasons_needed", ""},
		{"against, with reasons", nil, []*order.Order{opinion("A", matter.Disagreed), opinion("B", matter.Agreed)}, "x", false, "", consult.Against},
		{"conditions taken over", nil, []*order.Order{opinion("A", matter.Conditional), opinion("B", matter.Agreed)}, "", true, "", consult.Effective},
		{"asked again", nil, []*order.Order{opinion("A", matter.Disagreed), opinion("B", matter.Agreed), opinion("A", matter.Agreed)}, "", false, "", consult.Effective},
	} {
		g := consult.Gate{Kind: consult.Major, Asked: []string{"A", "B"}, Status: consult.Proposed}
		err := g.Finish(x.owed, x.orders, x.reasons, x.adopted, 20260310)
		if fault.Code(err) != x.code || err == nil && g.Status != x.becomes || err != nil && g.Status != consult.Proposed {
			t.Errorf("%s: %v, %s", x.name, err, g.Status)
		}
		if err == nil && fault.Code(g.Drop("x")) != "gate.decided" {
			t.Errorf("%s: it can be dropped afterwards", x.name)
		}
	}
}

func TestPeriods(t *testing.T) {
	for period, want := range map[string][2]int{
		"2026-Q1": {20260101, 20260331}, "2026-Q4": {20261001, 20261231}, "2026": {20260101, 20261231}, "2026-Q5": {}, "26": {}, "2026-03": {}, "": {},
	} {
		if from, to := consult.Days(period); from != want[0] || to != want[1] {
			t.Errorf("%s: %d to %d", period, from, to)
		}
	}
}

func TestOnlyTwoIssuersContradict(t *testing.T) {
	a := consult.Instruction{Issuer: "A", Unit: "U", Matter: 1, Course: consult.Proceed}
	for _, x := range []struct {
		b    consult.Instruction
		want bool
	}{
		{consult.Instruction{Issuer: "B", Unit: "U", Matter: 1, Course: consult.Hold}, true},
		{consult.Instruction{Issuer: "B", Unit: "U", Matter: 1, Course: consult.Proceed}, false},
		{consult.Instruction{Issuer: "A", Unit: "U", Matter: 1, Course: consult.Hold}, false},
		{consult.Instruction{Issuer: "B", Unit: "V", Matter: 1, Course: consult.Hold}, false},
		{consult.Instruction{Issuer: "B", Unit: "U", Matter: 2, Course: consult.Hold}, false},
	} {
		if a.Contradicts(&x.b) != x.want {
			t.Errorf("%+v", x.b)
		}
	}
}
