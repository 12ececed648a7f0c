package matter_test

import (
	"testing"
	"time"

	"huying/internal/domain/clock"
	"huying/internal/domain/matter"
	"huying/internal/ident"
)

// The holidays of the year after the newest notice are not known: a date that
// rests on them is provisional, and the desk is told (domain part C4, rule 10).
func TestADateInAnUnknownYearRaisesAnAlarm(t *testing.T) {
	s := begin(t)
	s.now = time.Date(2026, 12, 31, 16, 0, 0, 0, ident.Zone)
	s.must(s.post(hotline), func(f *matter.File) error { return f.Receive(s.call(pothole)) })
	s.must(s.post(townDesk), func(f *matter.File) error { return f.Verify(matter.Verification{}) })
	c := s.f.M.Clocks.Running(clock.Triage)
	if c == nil || !c.Provisional {
		t.Fatalf("the triage clock over the new year is not provisional: %+v", c)
	}
	for _, n := range s.f.Notices {
		if n.Code == "notice.provisional" && n.Unit == s.f.M.Desk {
			return
		}
	}
	t.Fatalf("nobody was told; notices: %+v", s.f.Notices)
}

func TestADateInAKnownYearRaisesNone(t *testing.T) {
	s := begin(t)
	s.must(s.post(hotline), func(f *matter.File) error { return f.Receive(s.call(pothole)) })
	s.must(s.post(townDesk), func(f *matter.File) error { return f.Verify(matter.Verification{}) })
	for _, n := range s.f.Notices {
		if n.Code == "notice.provisional" {
			t.Fatalf("an alarm for %v", n.Args)
		}
	}
}
