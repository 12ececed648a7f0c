package story

import (
	"math"
	"testing"

	"huying/internal/desk/account"
	"huying/internal/desk/ground"
	"huying/internal/domain/matter"
)

// BJ-09 知情、监督、处置、评价: what a round found is on the lane's page, with the
// unit that owes it; the chief rates the unit once its work was judged, once,
// and the rating counts in the unit's score.
func TestBJ09AChiefKnowsAndRatesAfterTheVerdict(t *testing.T) {
	grounds(t, "beijing", wanshou, func(s *town) {
		lane := s.lane("L1", "甘露巷")
		s.kept(s.ground.Appoint(ctx, s.cmd(), lane, ground.Chief{Title: "巷长", Unit: s.unit()}))
		category := s.leaf("占用公共地方堆放杂物")
		s.kept(s.ground.Record(ctx, s.cmd(), lane, ground.NewRound{
			Cadence: "DAILY", Findings: []ground.Finding{{Text: "巷口堆放旧沙发", Category: category}, {Text: "地桩地锁占道", Category: category}},
		}))
		tab := s.tab(lane)
		if len(tab.Rounds) != 1 || len(tab.Open) != 2 || tab.Open[0].M.Holder == "" || tab.Open[0].M.ID != tab.Rounds[0].Fact.Findings[0] {
			t.Fatalf("%+v", tab)
		}
		m, cleaner := &affair{s.world, tab.Rounds[0].Fact.Findings[0]}, wanshou+"-ZFD"
		rate := func(in ground.NewRating) { s.kept(s.ground.Rate(ctx, s.cmd(), lane, in)) }
		good := ground.NewRating{Matter: m.id.Number(), Unit: cleaner, Stars: 3}
		s.refused("rating.not_closed", func() { rate(good) })
		s.sends(m, cleaner)
		s.handler(cleaner).answers(m, "已清走")
		s.refused("rating.not_closed", func() { rate(good) })
		m.caller().judges(m, matter.Yes, 5)
		m.is(matter.Closed)

		score := func() *account.Running {
			s.Helper()
			r, err := account.New(s.e).Running(ctx, s.handler(cleaner).actor, cleaner, 202603)
			s.must(err)
			return r
		}
		if r := score(); r.Process.Points != 100 || r.Facts.Ratings != 0 {
			t.Fatalf("before the rating: %+v", r)
		}
		s.refused("rating.stars_out_of_range", func() { rate(ground.NewRating{Matter: m.id.Number(), Unit: cleaner, Stars: 6}) })
		s.refused("rating.no_part", func() { rate(ground.NewRating{Matter: m.id.Number(), Unit: wanshou + "-CGB", Stars: 3}) })
		rate(good)
		s.refused("record.key_taken", func() { rate(good) })
		r := score()
		if r.Facts.Ratings != 1 || r.Facts.Stars != 3 || math.Abs(r.Process.Points-(0.8*100+0.2*60)) > 1e-9 || !r.Process.Upkeep.Known {
			t.Errorf("after three stars: %+v", r)
		}
		if again := score(); again.Process != r.Process || again.Facts != r.Facts {
			t.Errorf("the same facts give %+v, then %+v", r.Process, again.Process)
		}
		if tab := s.tab(lane); len(tab.Ratings) != 1 || len(tab.Open) != 1 {
			t.Errorf("the lane's page: %d ratings, %d open", len(tab.Ratings), len(tab.Open))
		}
	})
}
