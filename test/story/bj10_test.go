package story

import (
	"testing"

	"huying/internal/desk/ground"
)

// BJ-10 日巡: a day without a round is a gap of the lane; "nothing found" closes
// it, and what a round found becomes a matter.
func TestBJ10RoundsOfALane(t *testing.T) {
	grounds(t, "beijing", wanshou, func(s *town) {
		lane := s.lane("L1", "甘露巷")
		s.kept(s.ground.Appoint(ctx, s.cmd(), lane, ground.Chief{Title: "巷长", Unit: s.unit()}))
		if g := s.gaps(); len(g.Quiet) != 1 || g.Quiet[0].Fact.Code != "L1" {
			t.Fatalf("%+v", g.Quiet)
		}
		s.kept(s.ground.Record(ctx, s.cmd(), lane, ground.NewRound{Cadence: "DAILY"}))
		if g := s.gaps(); len(g.Quiet) != 0 {
			t.Fatalf("%+v", g.Quiet)
		}
		s.refused("round.weekly_by_another", func() {
			s.kept(s.ground.Record(ctx, s.cmd(), lane, ground.NewRound{Cadence: "WEEKLY"}))
		})
		s.kept(s.ground.Record(ctx, s.cmd(), lane, ground.NewRound{Cadence: "DAILY", Findings: []ground.Finding{{Text: "巷口堆物堆料"}}}))
		list, err := s.ground.RollCall(ctx, s.actor, s.place, 20260310)
		s.must(err)
		if len(list) != 1 || list[0].Segment.Code != "L1" || list[0].Open != 1 {
			t.Fatalf("%+v", list)
		}
	})
}
