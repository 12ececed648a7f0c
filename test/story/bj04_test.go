package story

import (
	"testing"

	"huying/internal/desk/whistle"
	"huying/internal/domain/order"
)

// BJ-04 应急哨: a main bursts at 02:00. Who does not answer within 5 minutes is
// called again, the next on the roster, and the district's centre knows.
func TestBJ04EmergencyAtNight(t *testing.T) {
	blows(t, "beijing", wanshou, at(11, 2, 0), func(s *street) {
		water, fire := haidian+"-SW", wanshou+"-XFS"
		m := s.raise("EMERGENCY", "供水主管爆裂，路面塌陷", []string{wanshou}, water, fire)
		first := m.leg(water).DebtorPost
		s.unit(fire).signs(m)
		s.until(at(11, 2, 6))
		l := m.leg(water)
		if len(l.Leg.Calls) != 1 || l.AutoSigned || l.Status != order.Issued {
			t.Fatalf("after five minutes: %+v, %s", l.Leg, l.Status)
		}
		if l.DebtorPost == first && len(s.city.Org.Posts(water)) > 1 {
			t.Errorf("the same post %s is called again", first)
		}
		if got := s.told(s.desk(haidian), m); len(got) == 0 || got[len(got)-1] != "notice.leg_silent" {
			t.Errorf("the district's centre was told %v", got)
		}
		if n := len(m.leg(fire).Leg.Calls); n != 0 {
			t.Errorf("who answered was called again %d times", n)
		}
		s.until(at(11, 2, 11))
		if n := len(m.leg(water).Leg.Calls); n != 2 {
			t.Errorf("called again %d times after eleven minutes", n)
		}
		s.unit(water).signs(m)
		s.until(at(11, 2, 20))
		s.works(m, fire)
		s.until(at(11, 2, 31)) // thirty minutes are over
		if l := m.leg(water); l.Colour() != order.Yellow {
			t.Errorf("not there in time: %v", l.Cards)
		}
		s.works(m, water)
		if l := m.leg(water); !l.Leg.Late || l.OnTime {
			t.Errorf("late %v, on time %v", l.Leg.Late, l.OnTime)
		}
		st := m.now()
		s.did(s.whistle.Review(ctx, s.cmd(), m.id, whistle.Review{No: st.M.Whistles[0].No, Text: "夜间值班电话需更新"}))
	})
}
