package story

import (
	"slices"
	"testing"
	"time"

	"huying/internal/desk/ground"
	"huying/internal/domain/call"
	"huying/internal/domain/order"
	"huying/internal/ident"
)

// LN-15 融入网格排查: a finding becomes a matter in the same act, and a lead when a
// team is sent after it; from the round to the answer the chain is one, with the
// time it took, and no lead is without its finding.
func TestLN15NoLeadWithoutItsFinding(t *testing.T) {
	grounds(t, "liunan", townOf(t, "liunan", "河西街道"), func(s *town) {
		lane := s.lane("L1", "河西一巷")
		category := s.leaf("占用公共地方堆放杂物")
		found := []ground.Finding{{Text: "占道堆货", Category: category}, {Text: "堆物占道", Category: category}}
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
		team, round := s.place+"-ZFD", tab.Rounds[0]
		waits := func(want ...bool) { // whether each finding that waits is overdue
			s.Helper()
			list, next, err := s.ground.Findings(ctx, s.actor, s.place, 0, 10, s.now)
			s.must(err)
			var late []bool
			for i := range list {
				late = append(late, list[i].Late(s.now))
				if list[i].Origin == 0 || list[i].Due.Sub(list[i].Found) != 2*time.Hour {
					t.Errorf("found by %v at %v, due %v", list[i].Origin, list[i].Found, list[i].Due)
				}
			}
			if !slices.Equal(late, want) || next != 0 {
				t.Errorf("overdue are %v, want %v", late, want)
			}
		}
		waits(false, false)
		sends := func(no ident.ID) ident.ID {
			s.Helper()
			return s.kept(s.ground.SendTeam(ctx, s.cmd(), no, ground.NewLead{Unit: team, Why: "占道经营，现场查处"}))
		}
		called := s.takes(form{Form: call.Form{Text: "有人占道", Place: s.place, Name: "韦女士", Phone: "19900001234"}})
		s.refused("lead.no_origin", func() { sends(called.id) })
		if len(called.now().Orders) != 0 {
			t.Fatal("a lead that was refused left an order")
		}
		waits(false, false) // a call of a citizen is no finding
		s.pass(90 * time.Minute)
		sends(round.Fact.Findings[0])
		waits(false)
		s.pass(time.Hour)
		waits(true)
		sends(round.Fact.Findings[1])
		waits()
		s.refused("order.unit_has_one", func() { sends(round.Fact.Findings[1]) })

		// What a device saw is a finding too, from when it saw it.
		eye := s.camera("C1", "SCENE", s.place, 0)
		scene := s.kept(s.ground.See(ctx, s.cmd(), eye, ground.NewScene{Kind: "BLOCKED", At: s.now.Add(-20 * time.Minute)}))
		s.kept(s.ground.ConfirmScene(ctx, s.cmd(), scene, ground.Seen{Text: "夜市占道", Category: category}))
		waits(false)
		s.refused("access.denied", func() {
			_, _, err := s.ground.Findings(ctx, s.handler(s.district()+"-CG").actor, s.place, 0, 10, s.now)
			s.must(err)
		})
		sends(s.scenes()[scene].Matter)
		waits()
		m := &affair{s.world, round.Fact.Findings[0]}
		s.handler(team).shows(m, "已劝离，责令改正", "PHOTO")
		leads, err := s.ground.Leads(ctx, s.actor, s.place, 0, 10)
		s.must(err)
		if len(leads) != 3 {
			t.Fatalf("%d leads", len(leads))
		}
		for i, want := range []struct {
			origin  ident.ID
			minutes int
			late    bool
			order   order.Status
		}{{scene, 20, false, order.Issued}, {round.ID, 150, true, order.Issued}, {round.ID, 90, false, order.Responded}} {
			if l := leads[i]; l.Fact.Origin != want.origin || l.Fact.Minutes != want.minutes || l.Fact.Late != want.late || l.Order.Status != want.order {
				t.Errorf("lead %d: %+v, the order is %s", i, l.Fact, l.Order.Status)
			}
		}

		// The round of a month may be recorded late in it, and what it found is a finding.
		s.until(at(30, 9, 0))
		s.kept(s.ground.Record(ctx, s.cmd(), lane, ground.NewRound{Cadence: "MONTHLY", Day: 20260312, Findings: found[:1]}))
		waits(false)
		tab, err = s.ground.Segment(ctx, s.actor, lane, s.now)
		s.must(err)
		sends(tab.Rounds[0].Fact.Findings[0])
		waits()
	})
}
