package story

import (
	"context"
	"testing"
	"time"

	"huying/internal/domain/call"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/domain/org"
	"huying/internal/ident"
)

const (
	shiji        = "440113120"    // 石碁镇, Panyu
	shijiVillage = "440113120206" // 石碁村
)

// truck is the seed's hour: a grid worker of Shiji sees a lorry selling fuel,
// three units are ordered at once, the last has done its part 58 minutes later.
func truck(h *world) *affair {
	h.Helper()
	h.until(at(10, 10, 0))
	worker := h.role(shijiVillage+"-JW", org.GridWorker)
	m := h.takes(form{By: worker, Category: "非法流动加油", Form: call.Form{
		Source: "GRID_APP", Kind: "HAZARD", Text: "白色五十铃货车在村口卖柴油", Place: shijiVillage, Post: worker.actor.ID,
	}})
	h.pass(2 * time.Minute)
	for _, unit := range []string{shiji + "-YJB", "440113-GA", "440113-SJ"} {
		h.unit(unit).signs(m)
	}
	for _, step := range []struct {
		unit  string
		after time.Duration
		text  string
	}{
		{"440113-GA", 20 * time.Minute, "车辆已控制"},
		{"440113-SJ", 21 * time.Minute, "油品已抽样封存"},
		{shiji + "-YJB", 15 * time.Minute, "油品转移, 现场无泄漏"},
	} {
		u := h.unit(step.unit)
		h.pass(step.after)
		u.answers(m, step.text)
	}
	worker.judges(m, matter.Yes, 5)
	return m
}

// GZ-02 发现到办结一小时: one hazard, three orders at once, each with its own
// accountable unit, one hour for all.
func TestGZ02OneHourFromReportToResult(t *testing.T) {
	tell(t, func(h *world) {
		m := truck(h)
		m.is(matter.Closed)
		s := m.now()
		if len(s.Orders) != 3 {
			t.Fatalf("%d orders, want 3", len(s.Orders))
		}
		debtors, last := map[string]bool{}, s.M.ReceivedAt
		for _, o := range s.Orders {
			debtors[o.Debtor] = true
			if given := o.IssuedAt.Time().Sub(s.M.ReceivedAt.Time()); given > 2*time.Minute {
				t.Errorf("%s was ordered after %v", o.Debtor, given)
			}
			if o.Status != order.Fulfilled || !o.OnTime {
				t.Errorf("%s: %s, on time %v", o.Debtor, o.Status, o.OnTime)
			}
			if due := time.Duration(o.Due()-o.IssuedAt) * time.Microsecond; due != time.Hour {
				t.Errorf("%s had %v", o.Debtor, due)
			}
			last = max(last, o.RespondedAt)
		}
		if len(debtors) != 3 {
			t.Errorf("the units are %v", debtors)
		}
		if elapsed := last.Time().Sub(s.M.ReceivedAt.Time()); elapsed != 58*time.Minute {
			t.Errorf("it took %v, want 58 min", elapsed)
		}
		day := time.Date(2026, 3, 10, 0, 0, 0, 0, ident.Zone)
		took, err := h.numbers.Elapsed(context.Background(), h.desk(city).actor, "440113", s.M.Category, day, day.AddDate(0, 0, 1))
		h.must(err)
		if took.Matters != 1 || took.Answered != 58*time.Minute || took.InTime != 1 {
			t.Errorf("the published median is %v over %d matters, %d in time", took.Answered, took.Matters, took.InTime)
		}
	})
}
