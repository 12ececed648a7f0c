package story

import (
	"strings"
	"testing"
	"time"

	"huying/internal/domain/clock"
	"huying/internal/domain/duty"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/text"
)

// LN-14 三事分流: a quarrel over a parking place is a communal affair: it goes
// to mediation, no department is ordered; the caller appeals once, and the
// street decides within two working days.
func TestLN14ThreeWayTriage(t *testing.T) {
	tell(t, func(h *world) {
		desk := h.desk(wushan)
		m := h.resident("陈女士").calls("和邻居抢车位吵起来了", "邻居生活噪声", community)
		desk.verifies(m)
		desk.triages(m, duty.Communal, "邻里公共事务, 先由社区协商")
		desk.orders(m)
		m.hears("notice.triaged")
		if words := text.Chinese.Notice("notice.triaged", []any{string(duty.Communal), "邻里公共事务"}); !strings.Contains(words, "申诉") {
			t.Errorf("the caller is not told how to appeal: %s", words)
		}
		o := m.order(community + "-JW")
		if o.Kind != order.Mediation || len(m.now().Orders) != 1 {
			t.Fatalf("%d orders, the first a %s", len(m.now().Orders), o.Kind)
		}

		// The caller's one appeal.
		m.caller().appeals(m, "对方是商户, 长期占公共车位")
		m.is(matter.Verified)
		m.heldBy(desk.code())
		c := m.now().M.Clocks.Running(clock.Appeal)
		if c == nil || c.Limit != "2 WD" {
			t.Fatalf("the street's time to decide: %+v", c)
		}
		h.pass(26 * time.Hour)
		desk.triages(m, duty.Public, "商户占用公共车位, 改由派出所处理")
		m.hears("notice.appeal_decided")
		desk.orders(m, wushan+"-PCS")
		m.heldBy(wushan + "-PCS")
		h.refused("triage.appealed_before", func() { m.caller().appeals(m, "还是不服") })

		// A private affair is advised, ordered to nobody, and can be appealed too.
		p := h.resident("何先生").calls("和房东租金谈不拢", "", wushan)
		desk.verifies(p)
		desk.triages(p, duty.Private, "合同纠纷, 可申请调解或诉讼")
		p.is(matter.Advised)
		if len(p.now().Orders) != 0 {
			t.Error("a private affair was ordered to somebody")
		}
	})
}
