package story

import (
	"testing"

	"huying/internal/desk/ground"
)

// BJ-09 知情、监督、处置、评价: what a round found is on the lane's page, with the
// unit that owes it; a unit is rated only once its work was judged.
func TestBJ09AChiefKnowsAndRatesAfterTheVerdict(t *testing.T) {
	grounds(t, "beijing", wanshou, func(s *town) {
		lane := s.lane("L1", "甘露巷")
		s.kept(s.ground.Appoint(ctx, s.cmd(), lane, ground.Chief{Title: "巷长", Unit: s.unit()}))
		s.kept(s.ground.Record(ctx, s.cmd(), lane, ground.NewRound{Cadence: "DAILY", Findings: []ground.Finding{{Text: "地桩地锁占道"}}}))
		tab, err := s.ground.Segment(ctx, s.actor, lane, s.now)
		s.must(err)
		if len(tab.Rounds) != 1 || len(tab.Open) != 1 || tab.Open[0].M.Holder == "" || tab.Open[0].M.ID != tab.Rounds[0].Fact.Findings[0] {
			t.Fatalf("%+v", tab)
		}
		s.refused("rating.not_closed", func() {
			s.kept(s.ground.Rate(ctx, s.cmd(), lane, ground.NewRating{Matter: tab.Open[0].M.ID.Number(), Unit: wanshou + "-ZFD", Stars: 4}))
		})
	})
}
