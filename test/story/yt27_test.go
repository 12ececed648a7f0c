package story

import (
	"testing"
	"time"

	"huying/internal/domain/matter"
	"huying/internal/domain/org"
)

// YT-27 小事不出村、矛盾不上交: after its three days the village is relieved by
// the clock, without blame; and nobody can keep the caller from going up.
func TestYT27EscalationIsAutomaticAndBlameless(t *testing.T) {
	tell(t, func(h *world) {
		village := shijiVillage + "-JW"
		m := h.resident("陈女士").calls("村口大件垃圾没人收", "大件垃圾堆放", shijiVillage)
		h.desk(shiji).sends(m)
		before := h.figures(village)

		h.until(at(13, 23, 0)) // the third calendar day is not over
		m.heldBy(village)
		h.until(at(14, 1, 0))
		m.heldBy(shiji + "-ZH")
		if m.now().M.Level != org.Town {
			t.Errorf("level %s", m.now().M.Level)
		}
		m.hears("notice.level")
		after := h.figures(village)
		if after.Yellow != 0 || after.Red != 0 || after.Late != 0 || after.Rates != before.Rates || after.Supervised != 0 {
			t.Errorf("the village was blamed: %+v", after)
		}
	})
}

// INV-10: after what was promised has passed, or at once on a refusal, the
// caller goes up; there is no act, role or pack setting that stops it.
func TestINV10NobodyBlocksTheWayUp(t *testing.T) {
	tell(t, func(h *world) {
		desk := h.desk(wushan)
		m := h.resident("陈女士").calls("路灯不亮", "路灯不亮", community)
		desk.sends(m)
		h.refused("level.not_due_yet", func() { m.caller().goesUp(m, "太慢") })
		// Pausing the units' clocks does not move what the caller was told.
		desk.pauses(m, "WEATHER", h.now.Add(5*24*time.Hour))
		h.pass(25 * time.Hour)
		m.caller().goesUp(m, "过了答复时间")
		if m.now().M.Level != org.District {
			t.Errorf("level %s", m.now().M.Level)
		}
		m.caller().goesUp(m, "区里也没办")
		if m.now().M.Level != org.City {
			t.Errorf("level %s", m.now().M.Level)
		}

		// On a refusal there is nothing to wait for.
		n := h.resident("何先生").calls("路灯不亮", "路灯不亮", community)
		desk.sends(n)
		h.refused("access.caller_only", func() { desk.goesUp(n, "替他提级") })
		h.unit(n.now().Orders[0].Debtor).answers(n, "已修")
		n.caller().judges(n, matter.No, 1)
		n.is(matter.Reopened)
		n.caller().goesUp(n, "没修好")
	})
}
