package story

import (
	"testing"

	"huying/internal/domain/matter"
)

// GZ-05 发生在社区、协调在街道、解决在部门: a department pushes no work down to
// a community; the street's desk orders the department.
func TestGZ05DepartmentsPushNothingDown(t *testing.T) {
	tell(t, func(h *world) {
		desk, bureau := h.desk(wushan), h.unit(tianhe+"-CG")
		m := h.resident("陈女士").calls("路面坑洼积水", "路面坑洼破损", community)
		desk.verifies(m)
		desk.triages(m, "", "属市政管养")

		f := h.refused("order.tier_no_push_down", func() { bureau.orders(m, community+"-JW") })
		if !says(f.Args, "TIER_NO_PUSH_DOWN") {
			t.Errorf("the refusal names no rule: %v", f.Args)
		}
		desk.orders(m, bureau.code())
		m.is(matter.Ordered)
		m.heldBy(bureau.code())
	})
}
