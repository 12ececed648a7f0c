package story

import (
	"testing"
	"time"

	steering "huying/internal/domain/programme"
)

// LN-09 大工委/大党委 of Liunan: the resolution of a street's committee stands
// on the owner's list.
func TestLN09AResolutionStandsOnTheOwnersList(t *testing.T) {
	steer(t, "liunan", at(10, 9, 0), func(h *steered) {
		street := "450204001"
		owner := street + "-DQF"
		x := resolves(h, street, owner, "党群服务中心延时服务")
		list, err := h.dispatch.Owed(ctx, h.unit(owner).actor, owner, "", time.Time{}, 0, 10)
		h.must(err)
		if len(list) != 1 || list[0].Matter != x.Number {
			h.Errorf("the owner's list: %+v", list)
		}
		h.fulfils(x, "每天延到二十点")
		h.is(x.Record, 0, steering.Well)
	})
}
