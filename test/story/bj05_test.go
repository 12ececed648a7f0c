package story

import (
	"huying/internal/domain/order"
	"testing"
	"time"

	"huying/internal/desk/whistle"
)

// BJ-05 部门报到: the time that counts is the street's; nobody leaves before the
// street lets go.
func TestBJ05TheStreetConfirmsArrival(t *testing.T) {
	blows(t, "beijing", wanshou, at(10, 10, 0), func(s *street) {
		police := s.unit(wanshou + "-PCS")
		m := s.raise("ENFORCEMENT", "群租房隐患", []string{wanshou}, police.code())
		s.now = at(10, 10, 10)
		s.arrives(police, m)
		if l := m.leg(police.code()); l.Leg.Confirmed != 0 || l.Clocks.Running("ARRIVE") == nil {
			t.Error("the department's own word stops the clock")
		}
		s.refused("leg.not_arrived", func() { s.answers(police, m, "已处置") })
		s.refused("access.denied", func() { police.did(s.whistle.Confirm(ctx, police.cmd(), m.leg(police.code()).ID, whistle.Confirm{})) })
		s.now = at(10, 10, 25)
		s.confirms(m, police.code())
		if l := m.leg(police.code()); !l.Leg.Confirmed.Time().Equal(at(10, 10, 25)) || l.Leg.Late {
			t.Errorf("%+v", l.Leg)
		}
		s.refused("order.not_answered", func() { s.releases(m, police.code(), "好") })
		s.answers(police, m, "清退隔断")
		if st := m.now(); st.M.Status != "ORDERED" {
			t.Errorf("the matter went on to %s before the street let go", st.M.Status)
		}
		s.refused("text.missing", func() { s.releases(m, police.code(), "") })
		s.releases(m, police.code(), "隔断已拆，住户已安置")

		s.refused("appraisal.stars_out_of_range", func() {
			s.did(s.whistle.Appraise(ctx, s.cmd(), m.leg(police.code()).ID, whistle.Appraisal{Stars: 9}))
		})
		s.did(s.whistle.Appraise(ctx, s.cmd(), m.leg(police.code()).ID, whistle.Appraisal{Stars: 5}))
		police.did(s.whistle.Appraise(ctx, police.cmd(), m.leg(police.code()).ID, whistle.Appraisal{Needed: true, Clear: true}))
		s.refused("appraisal.given_before", func() {
			s.did(s.whistle.Appraise(ctx, s.cmd(), m.leg(police.code()).ID, whistle.Appraisal{Stars: 1}))
		})
		hl, err := s.whistle.Health(ctx, s.actor, s.code(), 20260101, 20261231)
		s.must(err)
		if hl.Whistles != 1 || hl.OnTime != 1 || hl.Needed != 1 || hl.Scope != 0 || hl.Stars != 5 {
			t.Errorf("%+v", hl)
		}
	})
}

// BJ-05: the street may say that a department was there before it came round to
// saying so; what the ladder counted meanwhile is void.
func TestBJ05TheStreetSaysWhenItWas(t *testing.T) {
	blows(t, "beijing", wanshou, at(10, 10, 0), func(s *street) {
		police := s.unit(wanshou + "-PCS")
		m := s.raise("EMERGENCY", "楼道起烟", []string{wanshou}, police.code())
		s.pass(25 * time.Minute)
		s.arrives(police, m)
		s.pass(10 * time.Minute)
		if m.leg(police.code()).Colour() != order.Yellow {
			t.Error("nobody confirmed that it is there, and no card is shown")
		}
		for _, wrong := range []time.Time{at(10, 9, 0), at(10, 11, 0)} {
			s.refused("leg.time_out_of_range", func() {
				s.did(s.whistle.Confirm(ctx, s.cmd(), m.leg(police.code()).ID, whistle.Confirm{At: wrong}))
			})
		}
		s.did(s.whistle.Confirm(ctx, s.cmd(), m.leg(police.code()).ID, whistle.Confirm{At: at(10, 10, 25)}))
		if l := m.leg(police.code()); l.Leg.Late || l.Overdue || l.Colour() != "" || !l.Leg.Confirmed.Time().Equal(at(10, 10, 25)) {
			t.Errorf("%+v, overdue %v, %q", l.Leg, l.Overdue, l.Colour())
		}
	})
}
