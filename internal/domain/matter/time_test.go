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
)

// march is an instant of March 2026 in Beijing.
func march(day, hour, minute int) time.Time {
	return time.Date(2026, 3, day, hour, minute, 0, 0, tuesday.Location())
}

// TestTheLadder follows an order of 7 CD that nobody answers: ordered on the
// 10th it is due when the 17th ends.
func TestTheLadder(t *testing.T) {
	s := ordered(t, pothole)
	due := march(18, 0, 0)
	for _, step := range []struct {
		at     time.Time
		colour order.Colour
		reds   int
		orders int
		level  org.Level
	}{
		{due.Add(-42*time.Hour - time.Microsecond), "", 0, 1, org.Town},
		{due.Add(-42 * time.Hour), order.Blue, 0, 1, org.Town}, // a quarter of 7 days is left
		{due.Add(-time.Microsecond), order.Blue, 0, 1, org.Town},
		{due, order.Yellow, 0, 1, org.Town},
		{march(19, 9, 36).Add(-time.Microsecond), order.Yellow, 0, 1, org.Town},
		{march(19, 9, 36), order.Red, 1, 2, org.Town}, // a fifth of 7 days is more than the working day
		{march(24, 0, 0).Add(-time.Microsecond), order.Red, 1, 2, org.Town},
		{march(24, 0, 0), order.Red, 1, 2, org.District}, // the letter was not replied to in 2 WD
	} {
		s.until(step.at)
		o := s.f.Orders[0]
		if o.Colour() != step.colour || s.f.M.Reds != step.reds || len(s.f.Orders) != step.orders || s.f.M.Level != step.level {
			t.Fatalf("at %v: %q, %d reds, %d orders, level %s", step.at, o.Colour(), s.f.M.Reds, len(s.f.Orders), s.f.M.Level)
		}
	}
	letter := s.f.Orders[1]
	if letter.Kind != order.Supervision || letter.Creditor != districtDesk || letter.Debtor != building || letter.About != s.f.Orders[0].ID {
		t.Errorf("%+v", letter)
	}
	if s.f.M.Desk != districtDesk || !s.f.M.Late || s.f.Orders[0].Overdue != true {
		t.Errorf("desk %s, late %v", s.f.M.Desk, s.f.M.Late)
	}
	s.orderStatus(0, order.Accepted) // a department goes on owing
	s.respond(0)
	s.must(s.caller(), say(matter.Yes))
	if o := s.f.Orders[0]; !o.Late || o.Colour() != "" || o.Cards[2].State != order.CardLifted {
		t.Errorf("late %v, cards %+v", o.Late, o.Cards)
	}
	s.orderStatus(1, order.Withdrawn)
}

func TestRedIsAWorkingDayAfterAShortLimit(t *testing.T) {
	s := triaged(t, lamp) // 24 hours
	s.must(s.post(townDesk), issue(to(building)))
	s.until(march(12, 0, 0).Add(-time.Microsecond))
	if got := s.f.Orders[0].Colour(); got != order.Yellow { // due on the 11th at 09:00
		t.Fatalf("the card is %q", got)
	}
	s.until(march(13, 0, 0))
	if got := s.f.Orders[0].Colour(); got != order.Red {
		t.Errorf("the card is %q", got)
	}
}

func TestRemindersChangeNothing(t *testing.T) {
	s := ordered(t, pothole)
	for range 3 {
		s.must(s.post(townDesk), func(f *matter.File) error { return f.Remind(f.Orders[0], "请抓紧") })
	}
	if o := s.f.Orders[0]; o.Reminders != 3 || o.Colour() != "" || len(s.f.Orders) != 1 {
		t.Errorf("%d reminders, %q", o.Reminders, o.Colour())
	}
	s.must(s.post(townDesk), func(f *matter.File) error { return f.Supervise(f.Orders[0], "久拖") })
	s.refused("supervision.open_already", s.post(townDesk), func(f *matter.File) error { return f.Supervise(f.Orders[0], "久拖") })
	s.refused("supervision.nothing_owed", s.post(townDesk), func(f *matter.File) error { return f.Supervise(f.Orders[1], "久拖") })
	s.respond(1)
	s.refused("reminder.nothing_owed", s.post(townDesk), func(f *matter.File) error { return f.Remind(f.Orders[1], "") })
	s.refused("verdict.judge_is_responder", s.debtorAsDesk(1), func(f *matter.File) error { return f.JudgeOrder(f.Orders[1], true, "") })
	s = ordered(t, pothole)
	s.must(s.post(townDesk), func(f *matter.File) error { return f.Supervise(f.Orders[0], "久拖") })
	s.respond(1)
	s.must(s.post(townDesk), func(f *matter.File) error { return f.JudgeOrder(f.Orders[1], true, "") })
	s.orderStatus(1, order.Fulfilled)
	s.must(s.post(townDesk), func(f *matter.File) error { return f.Supervise(f.Orders[0], "再次") })
	s.must(s.post(townDesk), func(f *matter.File) error { return f.Withdraw(f.Orders[0], "另派") })
	s.orderStatus(2, order.Withdrawn) // nobody replies about an order that is gone
}

// debtorAsDesk is a dispatcher who sits in the unit that answered.
func (s *story) debtorAsDesk(i int) (by access.Actor) {
	by = s.post(townDesk)
	by.Unit = s.f.Orders[i].Debtor
	return by
}

func TestAnAppealVoidsTheCards(t *testing.T) {
	appeal := func(c order.Colour) func(*matter.File) error {
		return func(f *matter.File) error { return f.AppealCard(f.Orders[0], c, "停水期间") }
	}
	decide := func(c order.Colour, uphold bool) func(*matter.File) error {
		return func(f *matter.File) error { return f.DecideCard(f.Orders[0], c, uphold, "核过") }
	}
	s := ordered(t, pothole)
	s.refused("card.not_found", s.debtor(0), appeal(order.Yellow))
	s.until(march(16, 8, 0))
	s.refused("card.blue_is_a_notice", s.debtor(0), appeal(order.Blue))
	s.until(march(19, 9, 36))
	s.refused("card.not_appealed", s.post(districtDesk), decide(order.Red, true))
	s.must(s.debtor(0), appeal(order.Red))
	s.refused("card.not_appealable", s.debtor(0), appeal(order.Red))
	s.must(s.post(districtDesk), decide(order.Red, true))
	if o := s.f.Orders[0]; len(o.Cards) != 3 || o.Colour() != "" || s.f.M.Reds != 0 {
		t.Errorf("%+v", o.Cards)
	}
	s.orderStatus(1, order.Withdrawn) // the letter that came with the card

	s = ordered(t, pothole)
	s.until(march(19, 9, 36))
	s.must(s.debtor(0), appeal(order.Red))
	s.must(s.post(districtDesk), decide(order.Red, false))
	if s.f.Orders[0].Colour() != order.Red || s.f.M.Reds != 1 {
		t.Errorf("%+v", s.f.Orders[0].Cards)
	}
	s = ordered(t, pothole)
	s.until(march(20, 0, 0).Add(time.Microsecond)) // yellow on the 18th at 00:00: the 19th and 20th count
	s.must(s.debtor(0), appeal(order.Yellow))
	s = ordered(t, pothole)
	s.until(march(21, 0, 0).Add(time.Microsecond))
	s.refused("card.appeal_window_over", s.debtor(0), appeal(order.Yellow))
}

// TestReworkUsesTheTimeThatIsLeft is journey 3 in short.
func TestReworkUsesTheTimeThatIsLeft(t *testing.T) {
	s := ordered(t, pothole)
	first := s.f.Orders[0].Due()
	s.until(march(12, 10, 0))
	s.respond(0)
	s.refused("text.missing", s.post(townDesk), func(f *matter.File) error { return f.JudgeOrder(f.Orders[0], false, "") })
	s.must(s.post(townDesk), func(f *matter.File) error { return f.JudgeOrder(f.Orders[0], false, "没补平") })
	s.status(matter.Ordered)
	o := s.f.Orders[0]
	if o.Status != order.Rework || o.Due() != first || o.Clocks.Running(clock.Respond) == nil || o.RespondedAt != 0 {
		t.Fatalf("%s, due %v", o.Status, o.Due().Time())
	}
	s.until(march(16, 6, 0))
	if o.Colour() != order.Blue {
		t.Errorf("near due the card is %q", o.Colour())
	}
	s.until(march(17, 10, 0))
	s.respond(0)
	s.must(s.caller(), say(matter.Yes))
	if o = s.f.Orders[0]; !o.OnTime || o.FirstFix || o.Reworks != 1 {
		t.Errorf("on time %v, first fix %v", o.OnTime, o.FirstFix)
	}
}

func TestReworkAfterDueHasItsOwnTimeButIsLate(t *testing.T) {
	s := ordered(t, pothole)
	s.until(march(17, 23, 0))
	s.respond(0)
	s.until(march(18, 10, 0))
	s.must(s.caller(), say(matter.No))
	o := s.f.Orders[0]
	if due := o.Due().Time(); o.Status != order.Rework || !due.Equal(march(24, 0, 0)) { // 3 WD from the 18th
		t.Fatalf("%s, due %v", o.Status, due)
	}
	if o.Colour() == order.Yellow {
		t.Error("the first answer came in time: no card yet")
	}
	s.until(march(24, 0, 0))
	if o.Colour() != order.Yellow {
		t.Errorf("the first lateness is %q", o.Colour())
	}
	s.wait(time.Hour)
	s.respond(0)
	s.must(s.post(townDesk), func(f *matter.File) error { return f.JudgeOrder(f.Orders[0], false, "还是没平") })
	s.until(s.f.Orders[0].Due().Time())
	if o.Colour() != order.Red || s.f.M.Reds != 1 {
		t.Errorf("the second lateness is %q", o.Colour())
	}
	s.respond(0)
	s.must(s.caller(), say(matter.Yes))
	if !o.Late || o.OnTime || !s.f.M.Late {
		t.Errorf("late %v, matter late %v", o.Late, s.f.M.Late)
	}
}

func TestMoreTime(t *testing.T) {
	ask := func(limit string) func(*matter.File) error {
		return func(f *matter.File) error { return f.AskExtension(f.Orders[0], limit, "配件未到") }
	}
	grant := func(yes bool) func(*matter.File) error {
		return func(f *matter.File) error { return f.DecideExtension(f.Orders[0], yes, "已核") }
	}
	s := ordered(t, pothole)
	s.refused("extension.none_asked", s.post(townDesk), grant(true))
	s.refused("extension.too_long", s.debtor(0), ask("16 CD"))
	s.refused("extension.too_long", s.debtor(0), ask("15 WD"))
	s.refused("limit.malformed", s.debtor(0), ask("soon"))
	s.refused("access.denied", s.post(townDesk), ask("3 CD"))
	s.must(s.debtor(0), ask("3 CD"))
	s.refused("extension.asked_before", s.debtor(0), ask("3 CD"))
	s.refused("extension.own_request", s.debtorAsDesk(0), grant(true))
	s.must(s.post(townDesk), grant(true))
	if due := s.f.Orders[0].Due().Time(); !due.Equal(march(21, 0, 0)) || !s.told("notice.date_moved", "") {
		t.Errorf("due %v", due)
	}
	s.until(march(18, 12, 0))
	if s.f.Orders[0].Overdue {
		t.Error("overdue by the old date")
	}
	s.must(s.debtor(0), ask("2 CD"))
	s.must(s.post(townDesk), grant(false))
	s.must(s.debtor(0), ask("2 CD"))
	s.must(s.post(townDesk), grant(true))
	s.refused("extension.too_often", s.debtor(0), ask("1 CD"))
	s.until(march(22, 23, 0))
	s.respond(0)
	s.must(s.caller(), say(matter.Yes))
	if !s.f.Orders[0].OnTime || !s.f.M.Late { // the unit had more time; what the caller was told did not move
		t.Errorf("on time %v, matter late %v", s.f.Orders[0].OnTime, s.f.M.Late)
	}

	s = ordered(t, pothole)
	s.until(march(18, 0, 0))
	s.refused("extension.too_late", s.debtor(0), ask("1 CD"))
	s = ordered(t, pothole) // asked in time, decided when it is over
	s.must(s.debtor(0), ask("3 CD"))
	s.until(march(19, 12, 0))
	if o := s.f.Orders[0]; !o.Overdue || s.f.M.Reds != 1 || len(s.f.Orders) != 2 {
		t.Errorf("overdue %v, %d red cards, %d orders", o.Overdue, s.f.M.Reds, len(s.f.Orders))
	}
	s.must(s.post(townDesk), grant(true))
	o := s.f.Orders[0]
	if o.Overdue || o.Colour() != "" || s.f.M.Reds != 0 || s.f.Orders[1].Status != order.Withdrawn || !o.Due().Time().Equal(march(21, 0, 0)) {
		t.Errorf("overdue %v, colour %q, %d red cards, letter %s, due %v", o.Overdue, o.Colour(), s.f.M.Reds, s.f.Orders[1].Status, o.Due().Time())
	}
	s.until(march(20, 23, 0))
	if o.Overdue {
		t.Error("overdue before the time that was granted")
	}
	s.until(march(21, 1, 0))
	if o := s.f.Orders[0]; !o.Overdue || o.Colour() != order.Yellow || o.Lateness(s.f.Now) != 1 {
		t.Errorf("overdue %v, colour %q, late %d times", o.Overdue, o.Colour(), o.Lateness(s.f.Now))
	}

	s = ordered(t, pothole) // … and the time granted is over as well: what the ladder counted stands
	s.must(s.debtor(0), ask("1 CD"))
	s.until(march(19, 12, 0))
	s.must(s.post(townDesk), grant(true))
	if o := s.f.Orders[0]; !o.Overdue || o.Colour() == "" {
		t.Errorf("overdue %v, colour %q", o.Overdue, o.Colour())
	}

	s = ordered(t, pothole)
	s.must(s.debtor(0), ask("1 CD"))
	s.respond(0)
	if e := s.f.Orders[0].Extension; e.State != "LAPSED" {
		t.Errorf("the request is %s", e.State)
	}
	s.refused("extension.none_asked", s.post(townDesk), grant(true))
	s.refused("extension.nothing_running", s.debtor(0), ask("1 CD"))
}

func TestAPauseMovesTheUnitsTimeOnly(t *testing.T) {
	pause := func(days int) func(*matter.File) error {
		return func(f *matter.File) error {
			return f.Pause("WEATHER", f.Now+clock.Instant(time.Duration(days)*24*time.Hour/time.Microsecond))
		}
	}
	s := ordered(t, pothole)
	told := s.f.M.Clocks.Running(clock.Promised).Due
	s.refused("pause.reason_unknown", s.post(townDesk), func(f *matter.File) error { return f.Pause("BUSY", f.Now+1) })
	s.refused("date.out_of_range", s.post(townDesk), pause(91))
	s.refused("date.out_of_range", s.post(townDesk), pause(0))
	s.refused("pause.not_paused", s.post(townDesk), (*matter.File).Resume)
	s.must(s.post(townDesk), pause(3))
	s.refused("pause.paused_already", s.post(townDesk), pause(3))
	s.refused("extension.while_paused", s.debtor(0), func(f *matter.File) error { return f.AskExtension(f.Orders[0], "1 CD", "因") })
	s.until(march(13, 9, 0)) // the pause ends by itself; three days were lost
	if due := s.f.Orders[0].Due().Time(); !due.Equal(march(21, 0, 0)) {
		t.Errorf("due %v", due)
	}
	if s.f.M.Clocks.Running(clock.Promised).Due != told || !s.told("notice.paused", "") {
		t.Error("what the caller was told has moved, or the caller was not told")
	}
	s.must(s.post(townDesk), pause(30))
	s.until(march(15, 9, 0))
	s.must(s.post(townDesk), (*matter.File).Resume)
	if due := s.f.Orders[0].Due().Time(); !due.Equal(march(23, 0, 0)) {
		t.Errorf("resumed by hand, due %v", due)
	}
}

func TestAnAnswerDuringAPauseIsMeasuredWithIt(t *testing.T) {
	s := ordered(t, pothole)
	s.until(march(17, 12, 0))
	s.must(s.post(townDesk), func(f *matter.File) error { return f.Pause("WEATHER", clock.At(march(30, 0, 0))) })
	s.until(march(19, 12, 0))
	s.respond(0)
	if s.f.M.Clocks.Running(clock.Resume) != nil {
		t.Error("it is paused still, though it is answered")
	}
	s.must(s.caller(), say(matter.Yes))
	if !s.f.Orders[0].OnTime {
		t.Error("late by a time that stood still")
	}
}

func TestOnAccount(t *testing.T) {
	deferred := func(until time.Time) func(*matter.File) error {
		return func(f *matter.File) error { return f.Defer("资金未到位", "纳入年度计划", clock.At(until)) }
	}
	last := time.Date(2026, 6, 9, 0, 0, 0, 0, tuesday.Location()) // the 90th day ends
	for at, want := range map[time.Time]string{last: "", last.Add(time.Microsecond): "date.out_of_range", tuesday: "date.out_of_range"} {
		s := ordered(t, pothole)
		if err := s.as(s.post(townDesk), deferred(at)); fault.Code(err) != want {
			t.Errorf("until %v: %v", at, err)
		}
	}
	s := ordered(t, pothole)
	s.refused("text.missing", s.post(townDesk), func(f *matter.File) error { return f.Defer("因", "", clock.At(last)) })
	s.must(s.post(townDesk), deferred(march(20, 9, 0)))
	if s.f.M.Holder != building || !s.told("notice.deferred", "") {
		t.Errorf("%s holds it", s.f.M.Holder)
	}
	s.until(march(20, 9, 0))
	s.status(matter.Ordered)
	if due := s.f.Orders[0].Due().Time(); !due.Equal(march(28, 0, 0)) { // ten days were lost
		t.Errorf("due %v", due)
	}
	s = ordered(t, pothole)
	s.must(s.post(townDesk), deferred(march(20, 9, 0)))
	s.respond(0) // the plan was carried out before its date
	s.status(matter.Awaiting)
	s = triaged(t, pothole)
	s.must(s.post(townDesk), deferred(march(20, 9, 0)))
	if s.f.M.Holder != townDesk {
		t.Errorf("%s holds it", s.f.M.Holder)
	}
	s.until(march(20, 9, 0))
	s.status(matter.Triaged)
	s = answered(t, pothole)
	s.refused("matter.move_refused", s.post(townDesk), deferred(march(20, 9, 0)))
	s.refused("matter.move_refused", s.post(townDesk), (*matter.File).Undefer)
}

// TestEachLevelHasItsTime is the village's three days, the town's five, and no
// blame.
func TestEachLevelHasItsTime(t *testing.T) {
	s := ordered(t, bulky)
	s.until(march(14, 0, 0).Add(-time.Microsecond))
	if s.f.M.Level != org.Community {
		t.Fatalf("level %s", s.f.M.Level)
	}
	s.until(march(14, 0, 0))
	s.status(matter.Triaged)
	s.orderStatus(0, order.Withdrawn)
	if s.f.M.Level != org.Town || s.f.Orders[0].EndReason != "level_up" || s.f.Orders[0].Colour() != "" {
		t.Errorf("level %s: %s", s.f.M.Level, s.f.Orders[0].EndReason)
	}
	s.until(march(23, 0, 0)) // five working days from Saturday: Monday is the day of the event
	if s.f.M.Level != org.Town {
		t.Errorf("level %s", s.f.M.Level)
	}
	s.until(march(24, 0, 0))
	if s.f.M.Level != org.District || s.f.M.Desk != districtDesk {
		t.Errorf("level %s", s.f.M.Level)
	}
}

// TestTheHolderIsThePostOnDuty gives the street's desk a night shift of its
// own: the next act names the post that is on duty then.
func TestTheHolderIsThePostOnDuty(t *testing.T) {
	s := triaged(t, lamp)
	if s.f.M.HolderPost != townDesk+"/DISPATCHER" {
		t.Fatalf("held by %s", s.f.M.HolderPost)
	}
	u, _ := s.city.Org.Unit(townDesk)
	day := org.Post{Code: townDesk + "/DISPATCHER", Unit: townDesk, Role: org.Dispatcher}
	night := org.Post{Code: townDesk + "/NIGHT", Unit: townDesk, Role: org.Dispatcher}
	graph, err := org.New([]org.Unit{*u}, nil, []org.Post{day, night}, []org.Shift{
		{Unit: townDesk, Days: org.AllDays, From: 8 * 60, To: 20 * 60, Post: day.Code},
		{Unit: townDesk, Days: org.AllDays, From: 20 * 60, To: 8 * 60, Post: night.Code},
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	city := *s.city
	city.Org = graph
	s.f.City = &city
	s.now = march(10, 21, 0)
	s.must(s.post(townDesk), func(f *matter.File) error { return f.Contact("PHONE", true) })
	if s.f.M.HolderPost != night.Code {
		t.Errorf("at night it is held by %s", s.f.M.HolderPost)
	}
}
