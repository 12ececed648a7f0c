package story

import (
	"testing"

	"huying/internal/desk/burden"
	"huying/internal/domain/org"
)

// LH-17 on its own city: a check-up of the whole city has every village and
// community of it to visit, as many as the divisions and codes of the city have,
// each once.
func TestLH17TheWholeCityIsCovered(t *testing.T) {
	in(t, "luohe", func(h *hall) {
		desk, owner := burden.New(h.e), h.role("411100-SW", org.Organiser)
		id := h.done(desk.Run(ctx, owner.cmd(), burden.Campaign{Name: "党建体检逐村行", From: 20260310, To: 20260630, Checklist: []string{"议事", "公开", "阵地"}}))
		c, err := desk.Coverage(ctx, owner.actor, id)
		h.must(err)
		want := published(h.T, "luohe", "LH_ALL")
		if c.Units != want || c.Visited != 0 {
			t.Errorf("%d of %d are to visit", c.Units, want)
		}
		for _, place := range []string{"411102001001", "411102001002"} {
			h.done(desk.Visit(ctx, owner.cmd(), id, burden.Visit{Place: place}))
			h.refused("campaign.visited_already", func() { h.done(desk.Visit(ctx, owner.cmd(), id, burden.Visit{Place: place})) })
		}
		if c, err = desk.Coverage(ctx, owner.actor, id); err != nil || c.Visited != 2 {
			t.Errorf("%d visited, %v", c.Visited, err)
		}
	})
}
