package story

import (
	"slices"
	"testing"
	"time"

	"huying/internal/domain/call"
	"huying/internal/domain/matter"
)

// GZ-26 四级综治中心: at night the street's centre is not staffed, so an urgent
// matter goes to the district's duty desk; by day the street has it.
func TestGZ26AtNightTheDistrictIsOnDuty(t *testing.T) {
	tell(t, func(h *world) {
		urgent := func() *affair {
			return h.takes(form{Form: call.Form{
				Text: "围墙歪了, 随时会倒", Place: community, Urgency: "EMERGENCY", Name: "陈女士", Phone: "19900001234",
			}})
		}
		urgent().heldBy(wushan + "-ZH")

		h.until(at(11, 2, 0))
		m := urgent()
		m.heldBy(tianhe + "-ZH")
		if told := h.inbox(tianhe+"-ZH", m); !slices.Contains(told, "notice.night_duty") {
			t.Errorf("the district's desk was told %v", told)
		}
		night := h.desk(tianhe)
		night.verifies(m)
		night.triages(m, "大事", "险情")
		night.orders(m, tianhe+"-ZJ")
		m.is(matter.Ordered)

		// What can wait for the morning waits with the street.
		h.resident("何先生").calls("路面坑洼", "路面坑洼破损", wushan).heldBy(wushan + "-ZH")

		// A matter that a rule dispatches at night still has a unit at once.
		n := h.resident("何先生").calls("井盖不见了", "井盖缺失", wushan)
		n.is(matter.Ordered)
		n.heldBy(tianhe + "-ZJ")
		h.pass(time.Hour)
	})
}
