package matter_test

import (
	"strings"
	"testing"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/clock"
	"huying/internal/domain/duty"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/domain/org"
	"huying/internal/domain/territory"
	"huying/internal/fault"
)

// TestACallIsSolved is GZ-01: a grid worker reports, a unit is ordered and
// answers with evidence, the reporter says that it is solved.
func TestACallIsSolved(t *testing.T) {
	s := begin(t)
	c := s.call(lamp)
	worker := access.Actor{ID: committee + "/GRID_WORKER", Kind: access.Staff, Role: org.GridWorker, Unit: committee, At: place, Rank: 1}
	c.Caller = matter.Caller{Kind: "STAFF", Post: worker.ID}
	s.must(worker, func(f *matter.File) error { return f.Receive(c) })
	holders := []string{s.f.M.Holder}
	for _, step := range []struct {
		by  access.Actor
		act func(*matter.File) error
	}{
		{s.post(townDesk), func(f *matter.File) error { return f.Verify(matter.Verification{Note: "属实"}) }},
		{s.post(townDesk), func(f *matter.File) error { return f.Triage(duty.Public, "", "城区职责") }},
		{s.post(townDesk), issue(to(building))},
		{s.post(building), func(f *matter.File) error { return f.Sign(f.Orders[0]) }},
		{s.post(building), func(f *matter.File) error { return f.Contact("PHONE", true) }},
		{s.post(building), func(f *matter.File) error {
			return f.Respond(f.Orders[0], matter.Response{Text: "换了灯", Evidence: proof()})
		}},
		{worker, say(matter.Yes)},
	} {
		s.wait(10 * time.Minute)
		s.must(step.by, step.act)
		holders = append(holders, s.f.M.Holder)
	}
	s.status(matter.Closed)
	want := strings.Join([]string{townDesk, townDesk, townDesk, building, building, building, townDesk, ""}, " ")
	if got := strings.Join(holders, " "); got != want {
		t.Errorf("held by\n%s, want\n%s", got, want)
	}
	if o := s.f.Orders[0]; !o.OnTime || !o.FirstFix || s.f.M.Late || s.f.M.NoContact || !s.f.M.Assessable() {
		t.Errorf("on time %v, first fix %v, late %v", o.OnTime, o.FirstFix, s.f.M.Late)
	}
}

func TestReceiving(t *testing.T) {
	s := begin(t)
	c := s.call(lamp)
	c.Kind = matter.Report
	s.receive(c)
	if s.f.M.Caller.Anonymity != matter.Hidden {
		t.Error("whoever reports is shown to the handler")
	}
	s = begin(t)
	c = s.call("")
	c.Urgency = "SOON"
	s.refused("urgency.unknown", s.post(townDesk), func(f *matter.File) error { return f.Receive(c) })
	s = begin(t)
	c = s.call(lamp)
	s.refused("access.denied", s.post(otherDesk), func(f *matter.File) error { return f.Receive(c) })
	c.Place = territory.Address{District: "440106"}
	s.must(s.post(districtDesk), func(f *matter.File) error { return f.Receive(c) })
	if s.f.M.Level != org.District || s.f.M.Desk != districtDesk {
		t.Errorf("level %s, desk %s", s.f.M.Level, s.f.M.Desk)
	}
}

func TestVerifying(t *testing.T) {
	verify := func(v matter.Verification) func(*matter.File) error {
		return func(f *matter.File) error { return f.Verify(v) }
	}
	s := begin(t)
	s.receive(s.call(""))
	s.refused("category.unknown", s.post(townDesk), verify(matter.Verification{Category: "SZ9999"}))
	s.refused("urgency.unknown", s.post(townDesk), verify(matter.Verification{Urgency: "SOON"}))
	s.refused("matter.other_district", s.post(townDesk), verify(matter.Verification{Place: &territory.Address{District: "440105"}}))
	told := s.f.M.Clocks.Running(clock.Promised).Due
	s.must(s.post(townDesk), verify(matter.Verification{Category: rubbish}))
	if due := s.f.M.Clocks.Running(clock.Promised).Due; due >= told { // four working hours instead of seven days
		t.Errorf("the caller waits until %v", due.Time())
	}
	told = s.f.M.Clocks.Running(clock.Promised).Due
	s.refused("matter.move_refused", s.post(townDesk), verify(matter.Verification{}))
	s.must(s.post(townDesk), func(f *matter.File) error { return f.Triage("", pothole, "更正") })
	if due := s.f.M.Clocks.Running(clock.Promised).Due; due != told {
		t.Errorf("the promise was loosened to %v", due.Time())
	}
}

// TestAVerifierCannotUndo asks that the acts of intake stay where they belong,
// though the table knows such moves for others.
func TestAVerifierCannotUndo(t *testing.T) {
	for _, begin := range []func(testing *testing.T) *story{
		func(t *testing.T) *story { return ordered(t, lamp) },
		func(t *testing.T) *story { return answered(t, lamp) },
		func(t *testing.T) *story { return closed(t, lamp) },
	} {
		s := begin(t)
		desk := s.post(townDesk)
		s.refused("matter.move_refused", desk, func(f *matter.File) error { return f.Verify(matter.Verification{}) })
		s.refused("matter.move_refused", desk, func(f *matter.File) error { return f.Triage(duty.Public, "", "再来") })
		s.refused("matter.move_refused", desk, func(f *matter.File) error { return f.TakeBack("再来") })
		s.refused("matter.move_refused", desk, func(f *matter.File) error { return f.Advise("答复") })
		s.refused("matter.move_refused", desk, func(f *matter.File) error { return f.Refer("MARKET", "") })
	}
}

// TestThreeWayTriage is LN-14: a communal affair goes to mediation, the caller
// appeals once, and the street's decision is final.
func TestThreeWayTriage(t *testing.T) {
	appeal := func(f *matter.File) error { return f.Appeal("这是公家的事") }
	s := ordered(t, bulky)
	if s.f.M.Class != duty.Communal || !s.told("notice.triaged", "") {
		t.Fatalf("class %s", s.f.M.Class)
	}
	s.must(s.caller(), appeal)
	s.orderStatus(0, order.Withdrawn)
	if c := s.f.M.Clocks.Running(clock.Appeal); c == nil || !c.Due.Time().Equal(march(13, 0, 0)) {
		t.Errorf("the street decides until %+v", c)
	}
	s.must(s.post(townDesk), func(f *matter.File) error { return f.Triage(duty.Communal, "", "仍属小区公共事务") })
	s.refused("triage.appealed_before", s.caller(), appeal)
	s = ordered(t, lamp)
	s.refused("triage.nothing_to_appeal", s.caller(), appeal)
}

func TestAPrivateAffairIsAdvisedAndMayBeAppealed(t *testing.T) {
	s := begin(t)
	s.receive(s.call(""))
	desk := s.post(townDesk)
	s.must(desk, func(f *matter.File) error { return f.Verify(matter.Verification{}) })
	s.refused("text.missing", desk, func(f *matter.File) error { return f.Triage(duty.Private, "", "") })
	s.refused("class.unknown", desk, func(f *matter.File) error { return f.Triage("", "", "没有类别") })
	s.must(desk, func(f *matter.File) error { return f.Triage(duty.Private, "", "邻里私事") })
	s.status(matter.Advised)
	if s.f.M.Assessable() {
		t.Error("a private affair counts in scores")
	}
	s.wait(24 * time.Hour)
	s.must(s.caller(), func(f *matter.File) error { return f.Appeal("不是私事") })
	s.status(matter.Verified)
	if s.f.M.Clocks.Running(clock.Promised) == nil {
		t.Error("what the caller was told does not run on")
	}
}

func TestReferralAndBack(t *testing.T) {
	s := begin(t)
	s.receive(s.call(lamp))
	desk := s.post(townDesk)
	s.refused("channel.unknown", desk, func(f *matter.File) error { return f.Refer("POST", "") })
	s.must(desk, func(f *matter.File) error { return f.Refer("LEGAL_CHANNEL", "已在诉讼") })
	s.status(matter.Referred)
	s.wait(10 * 24 * time.Hour)
	s.must(desk, func(f *matter.File) error { return f.TakeBack("法院未立案") })
	s.status(matter.Received)
	if !s.f.M.Late {
		t.Error("ten days with somebody else are no days to the caller")
	}
}

func TestWhoSeesTheCaller(t *testing.T) {
	for name, tc := range map[string]struct {
		anonymity matter.Anonymity
		by        string
		want      string
	}{
		"the desk":                   {matter.Hidden, townDesk, ""},
		"the handler":                {matter.Open, building, ""},
		"the handler, hidden":        {matter.Hidden, building, "caller.hidden"},
		"a unit that has no order":   {matter.Open, water, "matter.not_found"},
		"the desk of another street": {matter.Open, otherDesk, "matter.not_found"},
		"the district desk":          {matter.Open, districtDesk, "access.denied"},
	} {
		s := begin(t)
		c := s.call(lamp)
		c.Caller.Anonymity = tc.anonymity
		s.receive(c)
		s.must(s.post(townDesk), func(f *matter.File) error { return f.Verify(matter.Verification{}) })
		s.must(s.post(townDesk), func(f *matter.File) error { return f.Triage("", "", "按清单") })
		s.must(s.post(townDesk), issue(to(building)))
		s.f.By = s.post(tc.by)
		if err := s.f.MayReadCaller(); fault.Code(err) != tc.want {
			t.Errorf("%s: %v, want %s", name, err, tc.want)
		}
	}
	s := closed(t, lamp)
	s.f.By = s.post(building)
	if s.f.MayReadCaller() == nil {
		t.Error("the handler sees the caller after the order has ended")
	}
}

func TestACoUnitMayContactTheCaller(t *testing.T) {
	s := ordered(t, lamp)
	s.must(s.post(townDesk), issue(to(water)))
	s.must(s.post(water), func(f *matter.File) error { return f.Contact("PHONE", true) })
	if s.f.M.ContactedAt == 0 || s.f.M.Clocks.Running(clock.Contact) != nil {
		t.Error("the caller was reached, and the clock runs on")
	}
	s.refused("contact.channel_missing", s.post(water), func(f *matter.File) error { return f.Contact(" ", true) })
	s.refused("matter.not_found", s.post(otherDesk), func(f *matter.File) error { return f.Contact("PHONE", true) })
}

func TestLateContactIsSeen(t *testing.T) {
	s := triaged(t, lamp)
	s.wait(24 * time.Hour)
	if !s.f.M.NoContact {
		t.Error("nobody called for a day, and nobody noticed")
	}
}

func TestExclusion(t *testing.T) {
	ask := func(ground string) func(*matter.File) error {
		return func(f *matter.File) error { return f.RequestExclusion(ground, "政策所限") }
	}
	decide := func(f *matter.File) error { return f.DecideExclusion(true, "属实") }
	assessor := access.Actor{ID: "440106-KP/ASSESSOR", Kind: access.Staff, Role: org.Assessor, Unit: "440106-KP", At: territory.Address{District: "440106"}, Rank: 3}
	s := closed(t, lamp)
	s.refused("exclusion.ground_unknown", s.post(building), ask("BUSY"))
	s.refused("exclusion.none_asked", assessor, decide)
	s.must(s.post(building), ask("POLICY"))
	s.refused("exclusion.asked_before", s.post(building), ask("POLICY"))
	s.refused("access.denied", s.post(townDesk), decide)
	own := assessor
	own.Unit = building
	s.refused("exclusion.own_decision", own, decide)
	s.must(assessor, decide)
	if s.f.M.Assessable() || s.f.M.Next != 0 {
		t.Error("it counts, or a clock runs on")
	}
	s = answered(t, lamp)
	s.must(s.post(building), ask("POLICY"))
	s.must(s.caller(), say(matter.Yes))
	if s.f.M.Clocks.Running(clock.Exclusion) == nil {
		t.Error("the assessor's time ended with the matter")
	}
}

func TestWords(t *testing.T) {
	for text, want := range map[string]string{
		"路灯坏了\n第二天":                           "",
		" \t":                                 "text.missing",
		"a\xff":                               "text.not_utf8",
		"a\u202eb":                            "text.control_character",
		"a\x00b":                              "text.control_character",
		strings.Repeat("灯", matter.MaxText):   "",
		strings.Repeat("灯", matter.MaxText+1): "text.too_long",
	} {
		if err := matter.Words("reason", text, true); fault.Code(err) != want {
			t.Errorf("%.20q: %v, want %s", text, err, want)
		}
	}
	if err := matter.Words("note", "", false); err != nil {
		t.Errorf("not needed: %v", err)
	}
}

func TestSplitting(t *testing.T) {
	s := triaged(t, lamp)
	s.must(s.post(townDesk), func(f *matter.File) error { return f.SplitOff(9) })
	s = closed(t, lamp)
	s.refused("split.matter_ended", s.post(townDesk), func(f *matter.File) error { return f.SplitOff(9) })
}
