package story

import (
	"testing"

	"huying/internal/desk/ground"
)

// LN-15 融入网格排查: a finding becomes a matter in the same act, so no lead is
// without its finding; a round that is refused raises nothing.
func TestLN15NoLeadWithoutItsFinding(t *testing.T) {
	grounds(t, "liunan", townOf(t, "liunan", "河西街道"), func(s *town) {
		lane := s.lane("L1", "河西一巷")
		found := []ground.Finding{{Text: "占道经营"}, {Text: "违建搭棚"}}
		s.refused("round.cadence_unknown", func() {
			s.kept(s.ground.Record(ctx, s.cmd(), lane, ground.NewRound{Cadence: "HOURLY", Findings: found}))
		})
		if n := len(s.matters()); n != 0 {
			t.Fatalf("%d matters without a round", n)
		}
		s.kept(s.ground.Record(ctx, s.cmd(), lane, ground.NewRound{Cadence: "DAILY", Findings: found}))
		tab, err := s.ground.Segment(ctx, s.actor, lane, s.now)
		s.must(err)
		if len(s.matters()) != 2 || len(tab.Rounds) != 1 || len(tab.Rounds[0].Fact.Findings) != 2 {
			t.Fatalf("%+v", tab.Rounds)
		}
	})
}
