package matter_test

import (
	"testing"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/clock"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/domain/org"
	"huying/internal/fault"
	"huying/internal/ident"
)

// merged makes n further calls part of the story's matter, and returns them.
func (s *story) merged(n int) []*matter.File {
	s.t.Helper()
	var out []*matter.File
	for range n {
		s.now = s.now.Add(time.Second)
		f := &matter.File{City: s.city, NewID: s.f.NewID, By: s.post(townDesk), Now: clock.At(s.now)}
		if err := f.Receive(s.call(lamp)); err != nil {
			s.t.Fatal(err)
		}
		s.must(s.post(townDesk), func(into *matter.File) error {
			f.By, f.Now = into.By, into.Now
			if err := f.MergeInto(into, "同一盏灯"); err != nil {
				return err
			}
			return f.Settle()
		})
		sound(s.t, f)
		out = append(out, f)
	}
	return out
}

func TestTheMajorityDecidesAndATieIsTheWorse(t *testing.T) {
	for name, tc := range map[string]struct {
		words []matter.Resolved
		want  matter.Status
	}{
		"all of three":    {[]matter.Resolved{matter.Yes, matter.Yes, matter.Yes}, matter.Closed},
		"two of three":    {[]matter.Resolved{matter.No, matter.Yes, matter.Yes}, matter.Closed},
		"one of three":    {[]matter.Resolved{matter.Yes, matter.Partial, matter.No}, matter.Reopened},
		"a tie":           {[]matter.Resolved{matter.Yes, matter.No}, matter.Reopened},
		"one, in part":    {[]matter.Resolved{matter.Partial}, matter.Reopened},
		"one, and solved": {[]matter.Resolved{matter.Yes}, matter.Closed},
	} {
		t.Run(name, func(t *testing.T) {
			s := ordered(t, lamp)
			children := s.merged(len(tc.words) - 1)
			s.respond(0)
			s.must(s.caller(), say(tc.words[0]))
			for i, f := range children {
				s.status(matter.Awaiting) // until everybody has spoken
				by := access.Actor{ID: "CALLER", Kind: access.Caller, Matter: int64(f.M.ID)}
				s.must(by, func(p *matter.File) error {
					return p.Judge(matter.Judgement{Resolved: tc.words[i+1], Voter: f.M.ID})
				})
			}
			s.status(tc.want)
		})
	}
}

func TestWhoDoesNotSpeakDoesNotBlock(t *testing.T) {
	s := ordered(t, lamp)
	s.merged(1)
	s.respond(0)
	s.must(s.caller(), say(matter.Yes))
	s.status(matter.Awaiting)
	s.wait(5 * 24 * time.Hour)
	s.status(matter.Closed)
}

func TestNobodySpeaksForAnother(t *testing.T) {
	s := ordered(t, lamp)
	child := s.merged(1)[0]
	s.respond(0)
	for _, by := range []int64{int64(s.f.M.ID), 7} {
		s.refused("matter.not_found", access.Actor{ID: "CALLER", Kind: access.Caller, Matter: by}, func(f *matter.File) error {
			return f.Judge(matter.Judgement{Resolved: matter.Yes, Voter: child.M.ID})
		})
	}
	s.refused("matter.not_found", access.Actor{ID: "CALLER", Kind: access.Caller, Matter: int64(child.M.ID)}, say(matter.Yes))
	s.must(s.caller(), say(matter.Yes))
	s.refused("verdict.given_before", s.caller(), say(matter.Yes))
	s.refused("verdict.not_a_caller", s.post(townDesk), func(f *matter.File) error {
		return f.Judge(matter.Judgement{Resolved: matter.Yes, Voter: 99, ByPhone: true})
	})
	s.must(s.post(townDesk), func(f *matter.File) error { // asked by telephone
		return f.Judge(matter.Judgement{Resolved: matter.Yes, Voter: child.M.ID, ByPhone: true})
	})
	s.status(matter.Closed)
	if v := s.f.M.Verdicts[1]; v.Judge != matter.JudgeCaller || v.Voter != child.M.ID {
		t.Errorf("%+v", v)
	}
}

func TestVerdictsAreAsked(t *testing.T) {
	s := ordered(t, lamp)
	s.refused("verdict.not_answered_yet", s.caller(), say(matter.Yes))
	s.respond(0)
	s.refused("verdict.unknown", s.caller(), say("MAYBE"))
	s.refused("verdict.satisfaction_range", s.caller(), func(f *matter.File) error {
		return f.Judge(matter.Judgement{Resolved: matter.Yes, Satisfaction: 6})
	})
	s.refused("access.denied", s.debtor(0), say(matter.Yes))
	s.refused("verdict.judge_is_responder", s.debtorAsDesk(0), say(matter.Yes))
	samePost := s.post(districtDesk)
	samePost.ID = s.f.Orders[0].Answers[0].By
	s.refused("verdict.judge_is_responder", samePost, say(matter.Yes))
}

// TestThreeTriesOnThreeDays: a street may judge in the caller's place only
// when the caller could not be reached on three days after the answer, and a
// unit's own tries do not count.
func TestThreeTriesOnThreeDays(t *testing.T) {
	try := func(f *matter.File) error { return f.Contact("PHONE", false) }
	s := ordered(t, lamp)
	s.must(s.post(townDesk), try) // before there was an answer
	s.wait(time.Hour)
	s.respond(0)
	for day := 11; day <= 13; day++ {
		s.until(march(day, 10, 0))
		s.must(s.debtor(0), try)
		s.refused("verdict.ask_caller_first", s.post(townDesk), say(matter.Yes))
		s.must(s.post(townDesk), try)
		s.must(s.post(townDesk), try)
	}
	s.must(s.post(townDesk), say(matter.Yes))
	s.status(matter.Closed)
	if v := s.f.M.Verdicts[0]; v.Judge != matter.JudgeStreet {
		t.Errorf("judged by %s", v.Judge)
	}
}

func TestWhoCannotBeAskedIsJudgedFor(t *testing.T) {
	s := begin(t)
	c := s.call(lamp)
	c.Caller = matter.Caller{Kind: "PERSON", Anonymity: matter.Anonymous}
	s.receive(c)
	s.must(s.post(townDesk), func(f *matter.File) error { return f.Verify(matter.Verification{}) })
	s.must(s.post(townDesk), func(f *matter.File) error { return f.Triage("", "", "按清单") })
	s.must(s.post(townDesk), issue(to(building)))
	s.respond(0)
	judge := access.Actor{ID: "440106001-ZH/GRID_SUPERVISOR", Kind: access.Staff, Role: org.GridJudge, Unit: townDesk, At: place, Rank: 2}
	s.must(judge, say(matter.Yes))
	if s.f.M.Verdicts[0].Judge != matter.JudgeChecker {
		t.Errorf("judged by %s", s.f.M.Verdicts[0].Judge)
	}
}

func TestARejectedAnswerEmptiesTheRound(t *testing.T) {
	s := ordered(t, lamp)
	s.merged(1)
	s.respond(0)
	s.must(s.caller(), say(matter.Yes))
	s.wait(time.Minute)
	s.must(s.post(townDesk), func(f *matter.File) error { return f.JudgeOrder(f.Orders[0], false, "夜里又灭了") })
	s.wait(time.Hour)
	s.respond(0)
	s.must(s.caller(), say(matter.No)) // a new answer, a new word
	s.refused("order.not_answered", s.post(townDesk), func(f *matter.File) error {
		f.Orders[0].Status = order.Fulfilled
		return f.JudgeOrder(f.Orders[0], false, "再做")
	})
}

func TestReopening(t *testing.T) {
	reopen := func(f *matter.File) error { return f.Reopen("又坏了") }
	end := march(26, 0, 0) // fifteen days after the 10th
	s := closed(t, lamp)
	s.until(end)
	s.must(s.caller(), reopen)
	s.orderStatus(0, order.Rework)
	s.status(matter.Reopened)
	s.refused("matter.move_refused", s.caller(), reopen)
	s.respond(0)
	s.refused("matter.move_refused", s.caller(), reopen) // it waits for a verdict, no more and no less
	s = closed(t, lamp)
	s.until(end.Add(time.Microsecond))
	s.refused("matter.reopen_window_over", s.caller(), reopen)
	s.must(s.post(townDesk), reopen) // the desk learned of it
	s = closed(t, lamp)
	s.refused("matter.not_found", access.Actor{ID: "CALLER", Kind: access.Caller, Matter: 7}, reopen)
}

func TestTooManyReopeningsLiftTheMatter(t *testing.T) {
	s := answered(t, rubbish)
	for n := 1; n <= 3; n++ {
		s.must(s.caller(), say(matter.No))
		if n < 3 {
			s.status(matter.Reopened)
			s.wait(time.Minute)
			s.respond(0)
		}
	}
	if s.f.M.Level != org.District || s.f.M.Desk != districtDesk {
		t.Errorf("level %s, desk %s", s.f.M.Level, s.f.M.Desk)
	}
	s.status(matter.Triaged) // the street's office is released, the district must order
	s.orderStatus(0, order.Withdrawn)
}

func TestAFailedCheckIsAFalseClosure(t *testing.T) {
	check := func(pass bool) func(*matter.File) error {
		return func(f *matter.File) error { return f.Check(f.Orders[len(f.Orders)-1], pass, "现场未修") }
	}
	s := closed(t, lamp)
	s.refused("verdict.judge_is_responder", rule, func(f *matter.File) error { return f.OrderCheck(building) })
	s.refused("order.judge_is_debtor", rule, func(f *matter.File) error { return f.OrderCheck(townDesk) })
	s.must(rule, func(f *matter.File) error { return f.OrderCheck(water) })
	s.refused("check.open_already", rule, func(f *matter.File) error { return f.OrderCheck(cityOffice) })
	s.refused("order.needs_check_result", s.post(water), func(f *matter.File) error {
		return f.Respond(f.Orders[1], matter.Response{Text: "看过"})
	})
	s.must(s.post(water), check(false))
	s.status(matter.Reopened)
	s.orderStatus(0, order.Rework)
	s.orderStatus(1, order.Fulfilled)
	if !s.f.M.False || s.f.M.Verdicts[1].Judge != matter.JudgeSample {
		t.Errorf("false closure %v, %+v", s.f.M.False, s.f.M.Verdicts)
	}
	s = closed(t, lamp)
	s.must(rule, func(f *matter.File) error { return f.OrderCheck(water) })
	s.must(s.post(water), check(true))
	s.status(matter.Closed)
	s = closed(t, lamp)
	s.must(rule, func(f *matter.File) error { return f.OrderCheck(water) })
	s.must(s.caller(), func(f *matter.File) error { return f.Reopen("又坏了") })
	s.orderStatus(1, order.Withdrawn)
	s.refused("check.not_closed", rule, func(f *matter.File) error { return f.OrderCheck(cityOffice) })
}

func TestTheCallersWayUp(t *testing.T) {
	up := func(f *matter.File) error { return f.LevelUp("没人管") }
	s := ordered(t, rubbish) // four working hours: until 14:00
	s.refused("level.not_due_yet", s.caller(), up)
	s.refused("access.caller_only", s.post(townDesk), up)
	s.until(march(10, 14, 0))
	s.must(s.caller(), up)
	if s.f.M.Level != org.District || s.f.Act.Facts["reason"] != "没人管" || s.f.Act.Facts["rule"] != "C5.6" {
		t.Errorf("level %s: %v", s.f.M.Level, s.f.Act.Facts)
	}
	s.orderStatus(0, order.Withdrawn)
	s.must(s.caller(), up)
	s.refused("level.top", s.caller(), up)

	s = ordered(t, pothole)
	child := s.merged(1)[0]
	s.must(s.debtor(0), object(0)) // refused: at once
	s.must(access.Actor{ID: "CALLER", Kind: access.Caller, Matter: int64(child.M.ID)}, up)

	s = answered(t, rubbish)
	s.until(march(10, 14, 0))
	s.must(s.caller(), up) // answered, but nobody asks for the verdict
	s.orderStatus(0, order.Responded)
	s.status(matter.Awaiting)
	s.must(s.caller(), say(matter.Yes))
	s.refused("level.matter_ended", s.caller(), up)
}

func TestMergingAndUnmerging(t *testing.T) {
	s := ordered(t, lamp)
	child := s.merged(1)[0]
	if child.M.Status != matter.Merged || child.M.Next != 0 || len(s.f.M.Voters) != 1 {
		t.Fatalf("%s, %d voters", child.M.Status, len(s.f.M.Voters))
	}
	child.By = s.post(townDesk)
	for code, act := range map[string]func() error{
		"merge.itself":       func() error { return s.f.MergeInto(s.f, "") },
		"merge.has_children": func() error { return s.f.MergeInto(child, "") },
		"matter.move_refused": func() error {
			return child.MergeInto(s.f, "")
		},
	} {
		s.f.By = s.post(townDesk)
		if err := act(); fault.Code(err) != code {
			t.Errorf("got %v, want %s", err, code)
		}
	}
	s.wait(time.Hour)
	child.Now = clock.At(s.now)
	s.must(s.post(townDesk), func(f *matter.File) error {
		child.By = f.By
		if err := child.Unmerge(f, "是另一盏灯"); err != nil {
			return err
		}
		return child.Settle()
	})
	sound(t, child)
	if child.M.Status != matter.Received || child.M.MergedInto != 0 || len(s.f.M.Children)+len(s.f.M.Voters) != 0 {
		t.Errorf("%s, %d children", child.M.Status, len(s.f.M.Children))
	}
	for _, k := range []clock.Kind{clock.Verify, clock.Promised, clock.Contact} {
		if child.M.Clocks.Running(k) == nil {
			t.Errorf("%s does not run again", k)
		}
	}
	s.respond(0)
	s.must(s.caller(), say(matter.Yes))
	if err := child.MergeInto(s.f, ""); fault.Code(err) != "merge.into_ended" {
		t.Errorf("into a closed one: %v", err)
	}
}

func TestAMergeTakesTheOrdersBack(t *testing.T) {
	s := ordered(t, lamp)
	other := ordered(t, lamp)
	other.f.M.ID = s.ids.Next(s.now.Add(time.Hour))
	other.must(s.post(townDesk), func(f *matter.File) error {
		s.f.By, s.f.Now = f.By, f.Now
		return f.MergeInto(s.f, "同一处")
	})
	other.orderStatus(0, order.Withdrawn)
	if other.f.M.Before != matter.Triaged {
		t.Errorf("it was %s", other.f.M.Before)
	}
}

// TestTheSamePersonInASecondPostIsNoJudge gives the handler who answered a
// second seat at the desk.
func TestTheSamePersonInASecondPostIsNoJudge(t *testing.T) {
	s := answered(t, lamp)
	var units []org.Unit
	var posts []org.Post
	for _, code := range s.city.Org.Units() {
		u, _ := s.city.Org.Unit(code)
		units = append(units, *u)
		for _, p := range s.city.Org.Posts(code) {
			post := *p
			if p.Code == s.post(townDesk).ID || p.Code == s.post(building).ID {
				post.Holder = "P-1"
			}
			posts = append(posts, post)
		}
	}
	graph, err := org.New(units, nil, posts, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	city := *s.city
	city.Org = graph
	s.f.City = &city
	s.refused("verdict.judge_is_responder", s.post(townDesk), func(f *matter.File) error { return f.JudgeOrder(f.Orders[0], true, "") })
	s.refused("verdict.judge_is_responder", s.post(townDesk), say(matter.Yes))
	s.f.City = s.city // whose posts have no holders: they are not all one person
	s.must(s.post(townDesk), func(f *matter.File) error { return f.JudgeOrder(f.Orders[0], true, "") })
}

func TestOrdersAreFoundByNumber(t *testing.T) {
	s := ordered(t, lamp)
	if o, err := s.f.Order(s.f.Orders[0].ID); err != nil || o != s.f.Orders[0] {
		t.Errorf("%v, %v", o, err)
	}
	if _, err := s.f.Order(ident.ID(5)); fault.Code(err) != "order.not_found" {
		t.Errorf("no such order: %v", err)
	}
}
