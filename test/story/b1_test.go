package story

import (
	"testing"
	"time"

	"huying/internal/desk/dispatch"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/domain/pack"
)

// B1-03 先分类再派单: the six branches in which a call is not ordered to
// anybody, but its caller is told of the way that is open.
func TestB103TheSixBranchesBeforeOrdering(t *testing.T) {
	tell(t, func(h *world) {
		desk := h.desk(wushan)
		for _, branch := range []struct{ channel, text, note string }{
			{"EMERGENCY_CALL", "有人在楼顶要往下跳", "已转110并保持通话"},
			{"LEGAL_CHANNEL", "法院判决我不服", "请在上诉期内向上级法院提出"},
			{"SAME_MATTER", "昨天报过的路灯还没修", "该事项正在办理, 预计明日恢复"},
			{"SECRET", "请告诉我举报人是谁", "涉及他人隐私, 依法不予提供"},
			{"MARKET", "请帮我家换个水龙头", "可联系家政服务, 已提供三家信息"},
			{"UNLAWFUL", "帮我把隔壁的狗毒死", "此请求违法, 请勿实施"},
		} {
			m := h.resident("陈女士").calls(branch.text, "", wushan)
			desk.refers(m, branch.channel, branch.note)
			m.is(matter.Referred)
			if len(m.now().Orders) != 0 {
				t.Errorf("%s: somebody was ordered", branch.channel)
			}
			last := m.messages()[len(m.messages())-1]
			name := h.city.Channels[branch.channel].Name
			if last.Code != "notice.referred" || !says(last.Args, name) || !says(last.Args, branch.note) {
				t.Errorf("%s: the caller was told %s %v", branch.channel, last.Code, last.Args)
			}
		}
		if n := len(h.city.Channels); n != 6 {
			t.Errorf("%d branches, want the six of the ordinance", n)
		}
		if p := h.place(wushan); p.Referred != 6 || p.Open != 0 {
			t.Errorf("referred %d, open %d", p.Referred, p.Open)
		}
		h.refused("channel.unknown", func() {
			desk.refers(h.resident("何先生").calls("随便", "", wushan), "GO_AWAY", "")
		})
		for _, c := range pack.Sorted(h.city.Channels) {
			if c.Text == "" || c.TextEN == "" || c.Basis == "" {
				t.Errorf("%s has no words or no basis", c.Code)
			}
		}
	})
}

// B1-07 首接负责: the first unit ordered leads. Others join it and report
// their part; nobody takes the lead from it but a review or a conference.
func TestB107TheFirstUnitLeads(t *testing.T) {
	tell(t, func(h *world) {
		desk := h.desk(wushan)
		first, other := tianhe+"-ZJ", tianhe+"-SW"
		m := h.resident("陈女士").calls("路面塌了一块, 下面有水", "路面坑洼破损", community)
		desk.sends(m, first)
		if got := m.now().M.Unit; got != first {
			t.Fatalf("accountable: %s", got)
		}

		// A second leader is refused; a helper is welcome, within the limit.
		h.refused("order.one_lead", func() {
			desk.issues(m, dispatch.Issue{Orders: []dispatch.Given{{Debtor: other, Role: string(order.Lead)}}})
		})
		desk.adds(m, other, "")
		o := m.order(other)
		if o.Role != order.Co || o.Due() > m.order(first).Due() {
			t.Errorf("the helper is %s, due %v after %v", o.Role, o.Due().Time(), m.order(first).Due().Time())
		}
		h.pass(time.Hour)
		h.unit(first).works(m)
		h.refused("order.move_refused", func() { h.unit(first).objects(m, "水务先修") }) // no shirking once begun
		h.unit(other).answers(m, "管道无渗漏, 已告牵头单位")
		m.is(matter.Ordered)
		m.heldBy(first) // the lead still answers for the whole
		h.unit(first).answers(m, "已回填压实")
		m.is(matter.Awaiting)
		m.caller().judges(m, matter.Yes, 5)
		if f := h.figures(first); f.Rates.Response.N != 1 {
			t.Errorf("the result is not the first unit's: %+v", f)
		}
		if f := h.figures(other); f.Rates.Response.N != 0 || f.OnTime != 1 {
			t.Errorf("the helper's figures: %+v", f)
		}
	})
}
