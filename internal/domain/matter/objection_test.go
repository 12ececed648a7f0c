package matter_test

import (
	"testing"
	"time"

	"huying/internal/domain/clock"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/fault"
)

func object(i int) func(*matter.File) error {
	return func(f *matter.File) error { return f.Object(f.Orders[i], "不属本单位职责", "", "") }
}

func decide(i int, uphold bool, to string) func(*matter.File) error {
	return func(f *matter.File) error { return f.DecideObjection(f.Orders[i], uphold, to, "按清单") }
}

func TestAnObjectionIsReviewedByTheDistrict(t *testing.T) {
	s := ordered(t, pothole)
	s.must(s.debtor(0), object(0))
	s.orderStatus(0, order.Objected)
	if s.f.M.Holder != districtDesk || !s.told("notice.objection", districtDesk) {
		t.Errorf("%s holds it", s.f.M.Holder)
	}
	s.refused("order.move_refused", s.debtor(0), func(f *matter.File) error { return f.Sign(f.Orders[0]) })
	s.refused("objection.own_decision", s.post(townDesk), decide(0, false, "")) // it gave the order
	s.must(s.post(districtDesk), decide(0, false, ""))
	s.orderStatus(0, order.Issued)
	if o := s.f.Orders[0]; o.Objection.State != order.ObjectionRejected || o.Clocks.Running(clock.Sign) == nil {
		t.Errorf("%+v", o.Objection)
	}
	s.refused("objection.none_filed", s.post(districtDesk), decide(0, true, ""))
}

func TestAnUpheldObjectionMovesTheOrder(t *testing.T) {
	s := ordered(t, pothole)
	told := s.f.M.Clocks.Running(clock.Promised).Due
	s.must(s.debtor(0), object(0))
	s.refused("order.unit_twice", s.post(districtDesk), decide(0, true, building))
	s = ordered(t, pothole)
	s.must(s.debtor(0), object(0))
	s.wait(time.Hour)
	s.must(s.post(districtDesk), decide(0, true, water))
	s.orderStatus(0, order.Reassigned)
	s.orderStatus(1, order.Issued)
	if o := s.f.Orders[1]; o.Debtor != water || o.Role != order.Sole || s.f.M.Unit != water || o.IssuedAt != clock.At(s.now) {
		t.Errorf("%s %s, accountable %s", o.Role, o.Debtor, s.f.M.Unit)
	}
	if s.f.M.Clocks.Running(clock.Promised).Due != told {
		t.Error("what the caller was told has moved")
	}
	s = ordered(t, pothole)
	s.must(s.debtor(0), object(0))
	s.must(s.post(districtDesk), decide(0, true, ""))
	s.status(matter.Triaged) // the desk chooses
}

func TestTheWindowToObject(t *testing.T) {
	end := time.Date(2026, 3, 12, 0, 0, 0, 0, tuesday.Location()) // one working day after the 10th
	for at, want := range map[time.Time]string{end: "", end.Add(time.Microsecond): "objection.window_over"} {
		s := ordered(t, pothole)
		s.until(at)
		if err := s.as(s.debtor(0), object(0)); fault.Code(err) != want {
			t.Errorf("at %v: %v", at, err)
		}
	}
	s := ordered(t, pothole)
	s.must(s.debtor(0), func(f *matter.File) error { return f.Work(f.Orders[0]) })
	s.refused("order.move_refused", s.debtor(0), object(0)) // whoever has begun has accepted
	s = ordered(t, bulky)
	s.refused("objection.not_this_kind", s.debtor(0), object(0))
	s = ordered(t, pothole)
	s.refused("unit.unknown", s.debtor(0), func(f *matter.File) error { return f.Object(f.Orders[0], "不是我们", "", "440106-NONE") })
}

// TestShirking is journey 4: two objections bring a conference, and after it a
// third refusal is impossible.
func TestShirking(t *testing.T) {
	s := ordered(t, pothole)
	s.must(s.debtor(0), object(0))
	s.must(s.post(districtDesk), decide(0, false, ""))
	s.must(s.debtor(0), object(0))
	if o := s.f.Orders[0]; o.Objection.State != order.ObjectionToConference {
		t.Fatalf("the second objection is %s", o.Objection.State)
	}
	meeting := s.f.M.Clocks.Running(clock.Conference)
	if meeting == nil || meeting.Due.Time() != time.Date(2026, 3, 13, 0, 0, 0, 0, tuesday.Location()).UTC() {
		t.Fatalf("the conference is due %+v", meeting)
	}
	s.refused("objection.none_filed", s.post(districtDesk), decide(0, false, ""))
	s.refused("objection.district_decides", s.post(townDesk), func(f *matter.File) error { return f.DecideConference("纪要", building, nil) })
	s.must(s.post(districtDesk), func(f *matter.File) error { return f.DecideConference("纪要", building, []string{water}) })
	s.orderStatus(0, order.Accepted)
	for i, role := range []order.Role{order.Lead, order.Co} {
		if o := s.f.Orders[i]; !o.Bound || o.Role != role {
			t.Errorf("%s is %s, bound %v", o.Debtor, o.Role, o.Bound)
		}
		s.refused("objection.bound", s.debtor(i), object(i))
	}
	s.refused("conference.none_open", s.post(districtDesk), func(f *matter.File) error { return f.DecideConference("纪要", building, nil) })
	s.until(time.Date(2026, 3, 20, 0, 0, 0, 0, tuesday.Location()))
	if s.f.Orders[0].Colour() != order.Red {
		t.Errorf("the card is %q", s.f.Orders[0].Colour())
	}
}

func TestAConferenceReleasesWhomItDoesNotName(t *testing.T) {
	s := ordered(t, pothole)
	s.must(s.post(townDesk), issue(to(water)))
	s.must(s.debtor(0), object(0))
	s.must(s.debtor(1), object(1))
	if n := len(s.f.M.Conference.Parties); n != 3 {
		t.Errorf("%d parties: %v", n, s.f.M.Conference.Parties)
	}
	s.refused("conference.open_already", s.post(districtDesk), func(f *matter.File) error { return f.Convene([]string{building, water}, "争议") })
	s.must(s.post(districtDesk), func(f *matter.File) error { return f.DecideConference("纪要", water, nil) })
	s.orderStatus(0, order.Reassigned)
	s.orderStatus(1, order.Accepted)
	if s.f.Orders[0].Objection.State != order.ObjectionUpheld || s.f.Orders[1].Objection.State != order.ObjectionRejected {
		t.Errorf("%+v, %+v", s.f.Orders[0].Objection, s.f.Orders[1].Objection)
	}
	if s.f.M.Unit != water || s.f.M.Holder != water || s.f.Orders[1].Role != order.Sole {
		t.Errorf("%s is accountable, %s holds", s.f.M.Unit, s.f.M.Holder)
	}
}

func TestAReviewThatSleepsBecomesAConference(t *testing.T) {
	s := ordered(t, pothole)
	s.must(s.debtor(0), object(0))
	s.until(time.Date(2026, 3, 12, 0, 0, 0, 0, tuesday.Location()))
	if s.f.M.Conference == nil || s.f.Orders[0].Objection.State != order.ObjectionToConference {
		t.Errorf("%+v", s.f.Orders[0].Objection)
	}
}

func TestConveningNeedsUndecidedWork(t *testing.T) {
	convene := func(f *matter.File) error { return f.Convene([]string{building, water}, "职责不清") }
	s := triaged(t, pothole)
	s.refused("conference.parties", s.post(townDesk), func(f *matter.File) error { return f.Convene([]string{building}, "一家") })
	s.must(s.post(townDesk), convene)
	s.must(s.post(districtDesk), func(f *matter.File) error { return f.DecideConference("纪要", building, []string{water}) })
	s.status(matter.Ordered)
	for i := range s.f.Orders {
		s.respond(i)
	}
	s.refused("conference.nothing_to_decide", s.post(townDesk), convene)

	s = ordered(t, pothole)
	s.must(s.post(townDesk), convene)
	s.respond(0)
	s.refused("conference.nothing_to_decide", s.post(districtDesk), func(f *matter.File) error { return f.DecideConference("纪要", water, nil) })
	s.must(s.caller(), say(matter.Yes))
	if s.f.M.Conference.Ended == 0 {
		t.Error("the conference outlives the matter")
	}
	s.must(s.caller(), func(f *matter.File) error { return f.Reopen("又坏了") })
	s.must(s.post(townDesk), convene)
}
