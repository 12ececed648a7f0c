package story

import (
	"huying/internal/domain/matter"
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
		p, err := s.whistle.Propose(ctx, s.actor, m.id, s.now)
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

// GZ-33 就近指挥调度: teams are offered by the distance of the base they were
// assigned, never by where somebody is; one command sends them; what, how and how
// well is recorded of each, the third by somebody else.
func TestGZ33TheNearestTeamsAndThreeQuestions(t *testing.T) {
	tell(t, func(h *world) {
		d := whistle.New(h.e)
		desk := h.desk(wushan)
		team := h.base(wushan + "-ZFD/执法")
		m := h.takes(form{Form: call.Form{
			Text: "群租房冒烟", Place: wushan, Urgency: "EMERGENCY", Lon: &team.Lon, Lat: &team.Lat, CRS: "WGS84", Name: "陈女士", Phone: "19900001234",
		}})
		near, err := d.NearMatter(ctx, desk.actor, m.id, "", 3000)
		h.must(err)
		if len(near) < 2 || near[0].Metres > near[1].Metres {
			t.Fatalf("the offer: %+v", near)
		}
		for _, x := range near {
			if x.Metres > 3000 {
				t.Errorf("%s stands %d m away", x.Name, x.Metres)
			}
		}
		only, err := d.NearMatter(ctx, desk.actor, m.id, "消防", 50000)
		h.must(err)
		if len(only) != 2 || only[0].Metres > only[1].Metres || only[0].Unit != tianhe+"-XF" && only[1].Unit != tianhe+"-XF" {
			t.Errorf("who can fight fires: %+v", only)
		}
		h.refused("near.radius_out_of_range", func() { _, err := d.NearMatter(ctx, desk.actor, m.id, "", 0); h.must(err) })
		h.refused("near.team_unknown", func() { desk.did(d.Send(ctx, desk.cmd(), m.id, whistle.Send{Teams: []string{"X/消防"}})) })

		teams := []string{wushan + "-XFS/消防", wushan + "-PCS/治安"}
		desk.did(d.Send(ctx, desk.cmd(), m.id, whistle.Send{Teams: teams, Content: "灭火、疏散"}))
		h.refused("order.unit_has_one", func() { desk.did(d.Send(ctx, desk.cmd(), m.id, whistle.Send{Teams: teams[:1]})) })
		for i, unit := range []string{wushan + "-XFS", wushan + "-PCS"} {
			u := h.unit(unit)
			o := m.order(unit)
			if o.Team != teams[i] {
				t.Errorf("%s was sent as %s", unit, o.Team)
			}
			answer := func(how string) {
				u.did(h.dispatch.Respond(ctx, u.cmd(), o.ID, dispatch.Respond{Text: "扑灭明火，疏散十二人", How: how}))
			}
			h.refused("text.missing", func() { answer("") })
			answer("两支水枪从北侧进入，逐层敲门")
			m.is(matter.Ordered) // until somebody else has said how well
			h.refused("access.denied", func() {
				u.did(h.dispatch.JudgeOrder(ctx, u.cmd(), o.ID, dispatch.JudgeOrder{Done: true, Reason: "很好"}))
			})
			h.refused("text.missing", func() { desk.did(h.dispatch.JudgeOrder(ctx, desk.cmd(), o.ID, dispatch.JudgeOrder{Done: true})) })
			desk.did(h.dispatch.JudgeOrder(ctx, desk.cmd(), o.ID, dispatch.JudgeOrder{Done: true, Reason: "十分钟内控制，无伤亡"}))
			a := m.order(unit).Answer()
			if a.Text == "" || a.How == "" || a.Reason == "" || a.Judge == a.By {
				t.Errorf("the three answers: %+v", a)
			}
		}
		m.is(matter.Awaiting)
	})
}

// base is a base of the city's pack.
func (h *world) base(code string) (out struct {
	Code     string
	Lon, Lat float64
}) {
	h.Helper()
	for _, b := range h.city.Bases {
		if b.Code == code {
			out.Code, out.Lon, out.Lat = b.Code, b.Lon, b.Lat
			return out
		}
	}
	h.Fatalf("no base %s", code)
	return out
}
