package story

import (
	"testing"

	"huying/internal/desk/dispatch"
	"huying/internal/desk/whistle"
	"huying/internal/domain/call"
)

// GZ-33 就近指挥调度: who is near an event is found by the place a team is based
// at, never by where somebody is; and three questions are answered, what was
// done, how, and how well, the third by the commander and not by the team.
func TestGZ33TeamsNearAnEvent(t *testing.T) {
	blows(t, "beijing", wanshou, morningOf(10), func(s *street) {
		const lon, lat = 116.222, 39.890
		near, err := s.whistle.Near(lon, lat, "", 3000)
		s.must(err)
		if len(near) < 2 || near[0].Metres > near[1].Metres {
			t.Fatalf("the teams near: %+v", near)
		}
		for _, x := range near {
			if _, ok := s.city.Org.Unit(x.Unit); !ok {
				t.Errorf("%s is no unit", x.Unit)
			}
		}
		some, err := s.whistle.Near(lon, lat, near[0].Capability, 3000)
		s.must(err)
		if len(some) == 0 || len(some) == len(near) {
			t.Errorf("%d of %d teams can do %s", len(some), len(near), near[0].Capability)
		}
		s.refused("near.radius_out_of_range", func() {
			_, err := s.whistle.Near(lon, lat, "", 90000)
			s.must(err)
		})

		x, y := lon, lat
		m := s.takes(form{Form: call.Form{
			Text: "路口变压器冒烟", Place: wanshou, Lon: &x, Lat: &y, CRS: "WGS84", Urgency: "EMERGENCY", Name: "王女士", Phone: "19900001234",
		}})
		p, err := s.whistle.Propose(ctx, s.actor, m.id)
		s.must(err)
		offered := false
		for _, d := range p.Departments {
			offered = offered || d.Team != "" || d.Unit == near[0].Unit
		}
		if p.Kind != "EMERGENCY" || !offered {
			t.Errorf("the proposal is %s: %+v", p.Kind, p.Departments)
		}
		team := near[0].Unit
		s.blow(m, "EMERGENCY", team)
		s.confirms(m, team)
		s.answers(s.unit(team), m, "干了什么：断电、警戒；怎么干：两人一组")
		s.refused("access.denied", func() {
			s.did(s.dispatch.JudgeOrder(ctx, s.unit(team).cmd(), m.leg(team).ID, dispatch.JudgeOrder{Done: true, Reason: "自己说好"}))
		})
		s.refused("text.missing", func() {
			s.did(s.whistle.Release(ctx, s.cmd(), m.leg(team).ID, whistle.Reason{}))
		})
		s.releases(m, team, "干好没有：明火已灭，警戒到位")
		if a := m.leg(team).Answer(); a == nil || a.Reason == "" || a.Text == "" {
			t.Errorf("not all three are answered: %+v", a)
		}
	})
}
