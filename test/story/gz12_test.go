package story

import (
	"testing"
	"time"

	"huying/internal/desk/programme"
	"huying/internal/domain/order"
	"huying/internal/domain/org"
	steering "huying/internal/domain/programme"
)

// resolves lets a street's alliance meet and resolve one thing of an owner.
func resolves(h *steered, street, owner, what string) programme.Task {
	h.Helper()
	chair := h.role(street+"-DGW", org.Secretary)
	meeting := programme.NewMeeting{
		Kind: "ALLIANCE", Day: h.day(0), Agenda: []string{what}, Members: []string{street + "-ZH"}, PartTime: []string{owner}, Minutes: "到会单位一致同意",
		Resolutions: []programme.Duty{{Title: what, Lead: owner, Due: h.day(30), Deliverable: "开放时间公示"}},
	}
	id := h.did(h.programme.KeepMeeting(ctx, chair.cmd(), meeting))
	return h.tasks(id)[0]
}

// GZ-12 大工委、大党委: a meeting of the area's units resolves that one of them
// opens its yard at weekends; it is a measure on that unit's list, chased like
// any other.
func TestGZ12AResolutionIsAMeasureOfItsOwner(t *testing.T) {
	steer(t, "guangzhou", at(10, 9, 0), func(h *steered) {
		owner := wushan + "-WSY"
		chair := h.role(wushan+"-DGW", org.Secretary)
		bad := programme.NewMeeting{Kind: "ALLIANCE", Day: h.day(1), Minutes: "略", Resolutions: []programme.Duty{{Title: "周末开放场地", Lead: owner}}}
		h.refused("meeting.day_wrong", func() { h.did(h.programme.KeepMeeting(ctx, chair.cmd(), bad)) })

		x := resolves(h, wushan, owner, "周末向居民开放院内场地")
		if x.Order.Debtor != owner || x.Order.Creditor != wushan+"-DGW" || x.Order.Status != order.Issued {
			h.Fatalf("the measure: %+v", x.Order)
		}
		h.until(at(10, 9, 0).Add(32 * 24 * time.Hour)) // nobody did anything
		if x = h.tasks(x.Record)[0]; x.Outcome != steering.Overdue || len(x.Order.Cards) == 0 {
			h.Errorf("it was not chased: %s, %v", x.Outcome, x.Order.Cards)
		}
		h.fulfils(x, "每周六日八点至十八点开放")
		h.is(x.Record, 0, steering.DoneLate)
	})
}
