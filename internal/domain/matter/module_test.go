package matter_test

import (
	"sync"
	"testing"
	"time"

	"huying/internal/domain/clock"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/packs"
)

// plain is the same city with every part that a city may do without switched off.
var plain = sync.OnceValues(func() (*pack.City, error) {
	return pack.Load(switched{packs.FS, "whistle: off", "cards: off\n  merge: off\n  deferral: off\n  exclusion: off\n  tiers: off\n  night_duty: off"}, "guangzhou")
})

// plainly is a call about a leaf in the plain city, triaged.
func plainly(t *testing.T, leaf string) *story {
	t.Helper()
	city, err := plain()
	if err != nil {
		t.Fatal(err)
	}
	s := begin(t)
	s.city, s.f.City = city, city
	s.receive(s.call(leaf))
	s.must(s.post(townDesk), func(f *matter.File) error { return f.Verify(matter.Verification{}) })
	s.must(s.post(townDesk), func(f *matter.File) error { return f.Triage("", "", "按清单") })
	return s
}

// A city without cards is told and supervised of what is late all the same, at
// the same hours, and no card is shown.
func TestWithoutCardsTheLadderStands(t *testing.T) {
	s := plainly(t, pothole)
	s.must(s.post(s.f.M.Desk), func(f *matter.File) error { return f.Issue(f.OrderKind(), f.Proposal()) })
	s.until(march(18, 0, 0))
	if o := s.f.Orders[0]; !o.Overdue || len(o.Cards) != 0 || s.told("notice.yellow", o.Debtor) || !s.told("notice.reminder", o.Debtor) {
		t.Errorf("overdue %v, cards %+v", o.Overdue, o.Cards)
	}
	s.until(march(19, 9, 36))
	if len(s.f.Orders) != 2 || s.f.M.Reds != 0 || len(s.f.Orders[0].Cards) != 0 {
		t.Errorf("%d orders, %d reds, cards %+v", len(s.f.Orders), s.f.M.Reds, s.f.Orders[0].Cards)
	}
	s.until(march(24, 0, 0))
	if s.f.M.Level != org.District {
		t.Errorf("the letter was not replied to, and the matter is at %s", s.f.M.Level)
	}
}

func TestWhatIsSwitchedOffIsRefused(t *testing.T) {
	s := plainly(t, pothole)
	desk := s.post(townDesk)
	s.refused("module.off", desk, func(f *matter.File) error { return f.Defer("雨季", "十月修", clock.At(s.now.AddDate(0, 0, 20))) })
	other := &matter.File{City: s.city, NewID: s.f.NewID, By: desk, Now: clock.At(s.now)}
	if err := other.Receive(s.call(pothole)); err != nil {
		t.Fatal(err)
	}
	s.refused("module.off", desk, func(f *matter.File) error { return other.MergeInto(f, "同一处") })
	s.must(desk, func(f *matter.File) error { return f.Issue(f.OrderKind(), f.Proposal()) })
	s.refused("module.off", s.debtor(0), func(f *matter.File) error { return f.RequestExclusion("x", "理由") })
}

// Where levels do not try in turn, no clock takes a matter up by itself; the
// caller still can.
func TestWithoutTiersOnlyTheCallerGoesUp(t *testing.T) {
	s := plainly(t, rubbish)
	s.must(s.post(s.f.M.Desk), func(f *matter.File) error { return f.Issue(f.OrderKind(), f.Proposal()) })
	if s.f.M.Clocks.Last(clock.LevelUp) != nil {
		t.Errorf("%+v", s.f.M.Clocks)
	}
	s.until(s.now.AddDate(0, 0, 9))
	before := s.f.M.Level
	s.must(s.caller(), func(f *matter.File) error { return f.LevelUp("过期了") })
	if s.f.M.Level != before.Up() {
		t.Errorf("the caller went from %s to %s", before, s.f.M.Level)
	}
}

// Where no night desk takes over, an urgent call waits at its own.
func TestWithoutNightDutyTheDeskKeepsTheCall(t *testing.T) {
	for name, city := range map[string]func() (*pack.City, error){"on": guangzhou, "off": plain} {
		c, err := city()
		if err != nil {
			t.Fatal(err)
		}
		s := begin(t)
		s.city, s.f.City = c, c
		s.now = tuesday.Add(17 * time.Hour) // two in the morning
		s.receive(s.call(collapse))
		if (s.f.M.Desk == townDesk) != (name == "off") {
			t.Errorf("with night duty %s the desk is %s", name, s.f.M.Desk)
		}
	}
}

// unfanned is the city with hazards switched off.
func unfanned() (*pack.City, error) {
	return pack.Load(switched{packs.FS, "hazard: on", "hazard: off"}, "guangzhou")
}

// Where hazards are not fanned out, the one unit that leads answers alone.
func TestWithoutHazardsOneUnitAnswers(t *testing.T) {
	led := ""
	for _, x := range []struct {
		name   string
		city   func() (*pack.City, error)
		role   order.Role
		orders int
	}{{"on", guangzhou, order.Lead, 4}, {"off", unfanned, order.Sole, 1}} {
		c, err := x.city()
		if err != nil {
			t.Fatal(err)
		}
		s := begin(t)
		s.city, s.f.City = c, c
		s.receive(s.call(collapse))
		s.must(rule, func(f *matter.File) error { _, err := f.DispatchByRule(); return err })
		if len(s.f.Orders) != x.orders || s.f.Orders[0].Role != x.role {
			t.Fatalf("with hazards %s: %d orders, the first as %s", x.name, len(s.f.Orders), s.f.Orders[0].Role)
		}
		if debtor := s.f.Orders[0].Debtor; led == "" {
			led = debtor
		} else if debtor != led {
			t.Errorf("with hazards %s %s leads, not %s", x.name, debtor, led)
		}
	}
}
