package matter_test

import (
	"testing"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/calendar"
	"huying/internal/domain/clock"
	"huying/internal/domain/duty"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/domain/org"
	"huying/internal/domain/territory"
	"huying/internal/fault"
)

func issue(list ...matter.Assignment) func(*matter.File) error {
	return func(f *matter.File) error { return f.Issue(f.OrderKind(), list) }
}

func to(unit string) matter.Assignment { return matter.Assignment{Debtor: unit} }

func TestWhoMayOrderWhom(t *testing.T) {
	for name, tc := range map[string]struct {
		leaf string
		by   string
		to   string
		want string
	}{
		"the street orders a department":           {lamp, townDesk, building, ""},
		"the district desk orders a department":    {lamp, districtDesk, building, ""},
		"the street orders its own office":         {rubbish, townDesk, cityOffice, ""},
		"the street orders the police stationed":   {rubbish, townDesk, police, ""},
		"the street orders another street's":       {rubbish, townDesk, otherPolice, "order.not_stationed_here"},
		"a department pushes down to a community":  {lamp, building, committee, "order.tier_no_push_down"},
		"a department orders another":              {lamp, building, water, "order.department_requests_only"},
		"an office is asked what its list has not": {lamp, townDesk, enforcement, "order.off_list"},
		"a committee is asked what it has not":     {lamp, townDesk, committee, "order.off_list"},
		"a desk orders itself":                     {rubbish, townDesk, townDesk, "order.judge_is_debtor"},
		"nobody":                                   {rubbish, townDesk, "440106-NONE", "unit.unknown"},
		"another street's desk":                    {rubbish, otherDesk, cityOffice, "matter.not_found"},
		"the district passes over the street":      {bulky, districtDesk, committee, "order.level_skipped"},
		"the city passes over the district":        {rubbish, cityDesk, cityOffice, "order.level_skipped"},
		"a unit of another district":               {lamp, cityDesk, "440105-ZJ", "order.unit_elsewhere"},
	} {
		t.Run(name, func(t *testing.T) {
			s := triaged(t, tc.leaf)
			err := s.as(s.post(tc.by), issue(to(tc.to)))
			if fault.Code(err) != tc.want {
				t.Fatalf("got %v, want %s", err, tc.want)
			}
		})
	}
}

func TestACommitteeThatTakesPartAsksTheDesk(t *testing.T) {
	s := ordered(t, bulky)
	s.refused("order.community_asks_desk", s.post(committee), issue(matter.Assignment{Debtor: cityOffice, Role: order.Co}))
}

func TestTheParentOfAStationedAgencyIsToldNotAsked(t *testing.T) {
	s := triaged(t, rubbish)
	s.must(s.post(townDesk), issue(to(police)))
	parent, ok := s.city.Org.Parent(police)
	if !ok || !s.told("notice.agency_dispatched", parent) {
		t.Errorf("%s was not told", parent)
	}
}

func TestLifeAtStakeOverridesTheList(t *testing.T) {
	s := begin(t)
	c := s.call(lamp)
	c.Urgency = duty.Emergency
	s.receive(c)
	s.must(s.post(townDesk), func(f *matter.File) error { return f.Verify(matter.Verification{}) })
	s.must(s.post(townDesk), func(f *matter.File) error { return f.Triage(duty.Public, "", "险情") })
	s.must(s.post(townDesk), issue(to(enforcement)))
	if !s.f.Orders[0].Emergency || !s.told("notice.off_list_emergency", districtDesk) {
		t.Errorf("the exception was not reported: %+v", s.f.Orders[0])
	}
}

// What cannot wait may pass over a level, whose desk is told at once.
func TestAnEmergencyMayPassOverALevel(t *testing.T) {
	s := begin(t)
	c := s.call(bulky)
	c.Urgency = duty.Emergency
	s.receive(c)
	s.must(s.post(townDesk), func(f *matter.File) error { return f.Verify(matter.Verification{}) })
	s.must(s.post(townDesk), func(f *matter.File) error { return f.Triage(duty.Public, "", "险情") })
	s.must(s.post(districtDesk), issue(to(committee)))
	if !s.told("notice.level_skipped", townDesk) || s.f.Orders[0].Creditor != districtDesk {
		t.Errorf("the street was not told: %+v", s.f.Orders[0])
	}
	s = triaged(t, bulky)
	s.must(s.post(townDesk), issue(to(committee)))
	if s.told("notice.level_skipped", townDesk) {
		t.Error("a level was passed over")
	}
}

func TestOneUnitLeads(t *testing.T) {
	s := ordered(t, lamp)
	s.refused("order.one_lead", s.post(townDesk), issue(matter.Assignment{Debtor: water, Role: order.Lead}))
	s.refused("order.unit_has_one", s.post(townDesk), issue(to(building)))
	s.refused("order.none_given", s.post(townDesk), issue())
	s.refused("order.role_unknown", s.post(townDesk), issue(matter.Assignment{Debtor: water, Role: "HELPER"}))
	s.refused("order.unit_twice", s.post(townDesk), issue(to(water), to(water)))
	s.must(s.post(townDesk), issue(to(water)))
	if a, b := s.f.Orders[0], s.f.Orders[1]; a.Role != order.Lead || b.Role != order.Co {
		t.Errorf("they are %s and %s", a.Role, b.Role)
	}
	if s.f.M.Unit != building || s.f.M.Holder != building {
		t.Errorf("%s is accountable, %s holds", s.f.M.Unit, s.f.M.Holder)
	}
	s.respond(0)
	s.status(matter.Ordered) // the lead waits for its co-unit
	s.respond(1)
	s.status(matter.Awaiting)
}

func TestTheFirstUnitWithdrawnLeavesNoAnswer(t *testing.T) {
	s := ordered(t, lamp)
	s.must(s.post(townDesk), issue(to(water)))
	s.respond(1)
	s.must(s.post(townDesk), func(f *matter.File) error { return f.JudgeOrder(f.Orders[1], true, "") })
	s.must(s.post(townDesk), func(f *matter.File) error { return f.Withdraw(f.Orders[0], "另派") })
	s.status(matter.Triaged) // a co-unit's answer is none of the matter
	if s.f.M.Holder != townDesk || s.f.M.Clocks.Running(clock.Dispatch) == nil {
		t.Errorf("%s holds it", s.f.M.Holder)
	}
	s.must(s.post(townDesk), issue(to(building)))
	s.respond(2)
	s.status(matter.Awaiting)
}

func TestAnOrderMayBeGivenLessTimeNeverMore(t *testing.T) {
	limit := func(text string) calendar.Limit {
		l, err := calendar.ParseLimit(text)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	for text, want := range map[string]string{"3 CD": "", "7 CD": "", "8 CD": "order.limit_longer_than_list", "7 WD": "order.limit_longer_than_list", "4 HOUR": ""} {
		s := triaged(t, pothole)
		err := s.as(s.post(townDesk), issue(matter.Assignment{Debtor: building, Limit: limit(text)}))
		if fault.Code(err) != want {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestOrdersFitTheClass(t *testing.T) {
	s := triaged(t, bulky)
	s.refused("order.kind_unfit", s.post(townDesk), func(f *matter.File) error { return f.Issue(order.Dispatch, f.Proposal()) })
	s.refused("order.mediation_is_local", s.post(townDesk), issue(to(building)))
	s.must(s.post(townDesk), func(f *matter.File) error { return f.Issue(f.OrderKind(), f.Proposal()) })
	if o := s.f.Orders[0]; o.Kind != order.Mediation || o.Debtor != committee {
		t.Errorf("%s of %s", o.Kind, o.Debtor)
	}
	s = triaged(t, lamp)
	s.refused("order.kind_unfit", s.post(townDesk), func(f *matter.File) error { return f.Issue(order.AfterCheck, f.Proposal()) })
}

func TestNotYetOrNoMoreOrderable(t *testing.T) {
	s := begin(t)
	s.receive(s.call(lamp))
	s.refused("matter.not_ready_for_order", s.post(townDesk), issue(to(building)))
	s = answered(t, lamp)
	s.refused("matter.not_ready_for_order", s.post(townDesk), issue(to(water)))
	s = closed(t, lamp)
	s.refused("matter.not_ready_for_order", s.post(townDesk), issue(to(water)))
}

// TestInstantClassesAreOrderedByRule covers every instant leaf of the pack: a
// call about it never fails, and its units are ordered within the second.
func TestInstantClassesAreOrderedByRule(t *testing.T) {
	s := begin(t)
	night := time.Date(2026, 3, 11, 2, 0, 0, 0, tuesday.Location())
	seen := 0
	for _, leaf := range s.city.Duty.Leaves() {
		for _, at := range []time.Time{tuesday, night} {
			for _, a := range []territory.Address{place, {District: place.District, Town: place.Town}, {District: place.District}} {
				s := begin(t)
				s.now = at
				c := s.call(leaf.Code)
				c.Place = a
				s.must(s.post(districtDesk), func(f *matter.File) error { return f.Receive(c) })
				if !s.f.Instant() {
					continue
				}
				seen++
				var ok bool
				s.must(rule, func(f *matter.File) (err error) { ok, err = f.DispatchByRule(); return err })
				if _, named := s.city.Lead(leaf, a); ok != (s.f.M.Status == matter.Ordered) || named && !ok {
					t.Errorf("%s at %v: ordered %v, %s", leaf.Code, a, ok, s.f.M.Status)
				}
			}
		}
	}
	if seen == 0 {
		t.Error("the pack has no instant class")
	}
}

func TestFanOut(t *testing.T) {
	s := begin(t)
	s.receive(s.call(collapse))
	s.must(rule, func(f *matter.File) error { _, err := f.DispatchByRule(); return err })
	if len(s.f.Orders) != 4 {
		t.Fatalf("%d orders", len(s.f.Orders))
	}
	for i, o := range s.f.Orders {
		want := order.Co
		if i == 0 {
			want = order.Lead
		}
		if o.Role != want || o.Due() != s.f.Orders[0].Due() || o.Creditor != townDesk {
			t.Errorf("order %d: %s of %s, due %v", i, o.Role, o.Debtor, o.Due().Time())
		}
	}
	s.refused("matter.move_refused", rule, func(f *matter.File) error { _, err := f.DispatchByRule(); return err })
}

func TestNightCallsGoToTheDeskOnDuty(t *testing.T) {
	for name, tc := range map[string]struct {
		at   time.Time
		leaf string
		want string
	}{
		"an emergency by day":   {tuesday, collapse, townDesk},
		"an emergency at night": {tuesday.Add(17 * time.Hour), collapse, districtDesk},
		"rubbish at night":      {tuesday.Add(17 * time.Hour), rubbish, townDesk},
	} {
		s := begin(t)
		s.now = tc.at
		s.receive(s.call(tc.leaf))
		if s.f.M.Desk != tc.want || s.f.M.Level != org.Town {
			t.Errorf("%s: %s at level %s", name, s.f.M.Desk, s.f.M.Level)
		}
		if s.told("notice.night_duty", districtDesk) != (tc.want == districtDesk) {
			t.Errorf("%s: told %v", name, s.f.Notices)
		}
	}
}

func TestTheEvidenceMustBeThere(t *testing.T) {
	s := ordered(t, pothole) // PHOTO and RECORD
	respond := func(e ...order.Evidence) func(*matter.File) error {
		return func(f *matter.File) error {
			return f.Respond(f.Orders[0], matter.Response{Text: "补好了", Evidence: e})
		}
	}
	s.refused("evidence.missing", s.debtor(0), respond())
	s.refused("evidence.missing", s.debtor(0), respond(proof()[0]))
	s.refused("evidence.hash_malformed", s.debtor(0), respond(order.Evidence{Kind: "PHOTO", Hash: "x"}))
	s.refused("evidence.too_many", s.debtor(0), respond(make([]order.Evidence, matter.MaxEvidence+1)...))
	s.refused("text.missing", s.debtor(0), func(f *matter.File) error { return f.Respond(f.Orders[0], matter.Response{Evidence: proof()}) })
	s.refused("access.denied", s.post(townDesk), respond(proof()...))
	s.must(s.debtor(0), respond(proof()...))
	s.refused("order.move_refused", s.debtor(0), respond(proof()...))
}

func TestSigning(t *testing.T) {
	s := ordered(t, pothole)
	s.until(time.Date(2026, 3, 10, 13, 59, 59, 0, tuesday.Location()))
	s.orderStatus(0, order.Issued)
	s.until(time.Date(2026, 3, 10, 14, 0, 0, 0, tuesday.Location())) // four working hours
	s.orderStatus(0, order.Accepted)
	if !s.f.Orders[0].AutoSigned {
		t.Error("a signature by the clock looks like the unit's")
	}
	s.refused("order.move_refused", s.debtor(0), func(f *matter.File) error { return f.Sign(f.Orders[0]) })
	s.must(s.debtor(0), func(f *matter.File) error { return f.Work(f.Orders[0]) })
	s.orderStatus(0, order.InProgress)
}

func TestSystemActorsOrderInTheNameOfTheDesk(t *testing.T) {
	s := triaged(t, lamp)
	s.must(rule, func(f *matter.File) error { return f.Issue(f.OrderKind(), f.Proposal()) })
	if s.f.Orders[0].Creditor != townDesk {
		t.Errorf("creditor %s", s.f.Orders[0].Creditor)
	}
	s.refused("access.denied", access.Actor{ID: access.Clock, Kind: access.System}, issue(to(water)))
}
