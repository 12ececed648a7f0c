package clock_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"huying/internal/domain/calendar"
	"huying/internal/domain/clock"
	"huying/internal/domain/pack"
	"huying/internal/ident"
	"huying/packs"
)

// cal is the working calendar of Guangzhou and its ladder: blue at a quarter,
// red after a working day or a fifth, a reminder every day.
func cal(t *testing.T) (*calendar.Calendar, clock.Ladder) {
	t.Helper()
	city, err := pack.Load(packs.FS, "guangzhou")
	if err != nil {
		t.Fatal(err)
	}
	return city.Calendar("440100"), city.Ladder.Clock()
}

func limit(t *testing.T, text string) calendar.Limit {
	t.Helper()
	l, err := calendar.ParseLimit(text)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// march is an instant of March 2026 in Beijing; the 10th is a Tuesday and no
// day of the month is a holiday.
func march(day, hour, minute int) clock.Instant {
	return clock.At(time.Date(2026, 3, day, hour, minute, 0, 0, ident.Zone))
}

func TestInstants(t *testing.T) {
	now := time.Date(2026, 3, 10, 9, 0, 0, 123_000, ident.Zone)
	if got := clock.At(now).Time(); !got.Equal(now) || got.Location() != time.UTC {
		t.Errorf("%v became %v", now, got)
	}
	if clock.At(time.Time{}) != 0 || !clock.Instant(0).Time().IsZero() {
		t.Error("no instant is an instant")
	}
}

func TestStages(t *testing.T) {
	c, l := cal(t)
	type step struct {
		stage clock.Stage
		at    clock.Instant
	}
	for name, tc := range map[string]struct {
		kind  clock.Kind
		limit string
		steps []step
	}{
		"an answer of a week": {clock.Respond, "7 CD", []step{
			{clock.Blue, march(16, 6, 0)}, {clock.Due, march(18, 0, 0)}, {clock.Red, march(19, 9, 36)}, {clock.Nag, march(21, 0, 0)}, {clock.Nag, march(22, 0, 0)},
		}},
		"an answer of a day": {clock.Respond, "24 HOUR", []step{
			{clock.Blue, march(11, 3, 0)}, {clock.Due, march(11, 9, 0)}, {clock.Red, march(13, 0, 0)},
		}},
		"an answer of four office hours": {clock.Respond, "4 WORK_HOUR", []step{
			{clock.Blue, march(10, 13, 0)}, {clock.Due, march(10, 14, 0)}, {clock.Red, march(12, 0, 0)},
		}},
		"a signature": {clock.Sign, "4 WORK_HOUR", []step{{clock.Due, march(10, 14, 0)}, {"", 0}}},
		"the desk":    {clock.Dispatch, "4 WORK_HOUR", []step{{clock.Due, march(10, 14, 0)}, {clock.Nag, march(12, 0, 0)}, {clock.Nag, march(13, 0, 0)}}},
	} {
		var s clock.Set
		x := s.Start(tc.kind, limit(t, tc.limit), march(10, 9, 0), c, l)
		for i, want := range tc.steps {
			if i > 0 {
				if err := x.Advance(c, l); err != nil {
					t.Fatal(err)
				}
			}
			if x.Stage != want.stage || x.Next != want.at {
				t.Errorf("%s, step %d: %q at %v, want %q at %v", name, i, x.Stage, x.Next.Time(), want.stage, want.at.Time())
			}
		}
		if ended := x.Next == 0; ended == x.Running() {
			t.Errorf("%s: running %v, next %v", name, x.Running(), x.Next)
		}
	}
}

func TestASetHasOneRunningClockOfAKind(t *testing.T) {
	c, l := cal(t)
	var s clock.Set
	if s.Start(clock.Sign, calendar.Limit{}, march(10, 9, 0), c, l) != nil || len(s) != 0 {
		t.Error("no limit started a clock")
	}
	s.Start(clock.Sign, limit(t, "1 WD"), march(10, 9, 0), c, l)
	s.Start(clock.Respond, limit(t, "3 WD"), march(10, 9, 0), c, l)
	s.Start(clock.Sign, limit(t, "2 WD"), march(10, 10, 0), c, l)
	if len(s) != 3 || s[0].Running() || s.Running(clock.Sign) != &s[2] || s.Last(clock.Sign) != &s[2] || s.Running(clock.Judge) != nil || s.Last(clock.Judge) != nil {
		t.Errorf("%+v", s)
	}
	if s[1].Next != march(13, 11, 0) { // blue: of 24 hours in the office six are left
		t.Errorf("next %v", s[1].Next.Time().In(ident.Zone))
	}
	if s.Next() != march(13, 0, 0) || s.Ripe(march(12, 23, 59)) != nil || s.Ripe(march(14, 0, 0)).Kind != clock.Sign {
		t.Error("the wrong clock is ripe")
	}
	s.StopAll(march(11, 0, 0), clock.Sign)
	if s.Running(clock.Respond) != nil || s.Running(clock.Sign) == nil {
		t.Error("not all were stopped, or one that was to be kept")
	}
	s.Stop(clock.Sign, march(11, 0, 0))
	if s.Next() != 0 || s.Ripe(march(30, 0, 0)) != nil {
		t.Error("a stopped clock is ripe")
	}
}

func TestAPauseMovesWhatWasLost(t *testing.T) {
	c, l := cal(t)
	var s clock.Set
	s.Start(clock.Respond, limit(t, "7 CD"), march(10, 9, 0), c, l)
	s.Start(clock.Promised, limit(t, "7 CD"), march(10, 9, 0), c, l)
	s.Until(clock.Judge, march(10, 9, 0), march(15, 9, 0))
	s.Halt(clock.Pause{Reason: "WEATHER", From: march(11, 9, 0)})
	s.Halt(clock.Pause{Reason: "TEST", From: march(12, 9, 0)}) // stands still already
	if s[0].Next != 0 || !s[0].Paused() || s[1].Paused() || len(s[0].Pauses) != 1 {
		t.Fatalf("%+v", s)
	}
	if err := s.Release(march(13, 9, 0), c, l); err != nil {
		t.Fatal(err)
	}
	if s[0].Due != march(20, 0, 0) || s[0].Next != march(18, 6, 0) || s[1].Due != march(18, 0, 0) || s[2].Due != march(17, 9, 0) {
		t.Errorf("due %v, %v and %v", s[0].Due.Time(), s[1].Due.Time(), s[2].Due.Time())
	}
	s[0].Stage, s[0].Next = clock.Red, march(21, 9, 36) // due has passed: a pause then moves red
	s.Halt(clock.Pause{Reason: "WEATHER", From: march(20, 9, 0)})
	if err := s.Release(march(22, 9, 0), c, l); err != nil {
		t.Fatal(err)
	}
	if s[0].Due != march(20, 0, 0) || s[0].Next != march(23, 9, 36) {
		t.Errorf("due %v, red %v", s[0].Due.Time(), s[0].Next.Time().In(ident.Zone))
	}
}

func TestMoreTime(t *testing.T) {
	c, l := cal(t)
	var s clock.Set
	x := s.Start(clock.Respond, limit(t, "7 CD"), march(10, 9, 0), c, l)
	if err := x.Extend(limit(t, "3 CD"), march(11, 9, 0), c, l); err != nil {
		t.Fatal(err)
	}
	if x.Due != march(21, 0, 0) || x.Stage != clock.Blue {
		t.Errorf("due %v, next %s", x.Due.Time(), x.Stage)
	}
	s.Until(clock.Judge, march(10, 9, 0), march(12, 0, 0))
	if err := s[1].Extend(limit(t, "2 CD"), march(11, 9, 0), c, l); err != nil {
		t.Fatal(err)
	}
	if s[1].Due != march(14, 0, 0) || s[1].Next != s[1].Due {
		t.Errorf("a named date is due %v", s[1].Due.Time())
	}
}

func TestAStoppedClockMayGoOn(t *testing.T) {
	c, l := cal(t)
	var s clock.Set
	goOn := func(at clock.Instant) bool {
		t.Helper()
		ok, err := s.Continue(clock.Respond, at, c, l)
		if err != nil {
			t.Fatal(err)
		}
		return ok
	}
	if goOn(1) {
		t.Error("nothing went on")
	}
	x := s.Start(clock.Respond, limit(t, "7 CD"), march(10, 9, 0), c, l)
	if goOn(march(11, 0, 0)) {
		t.Error("a running clock went on")
	}
	s.Stop(clock.Respond, march(11, 0, 0))
	if !goOn(march(12, 0, 0)) || x.Due != march(18, 0, 0) || x.Stage != clock.Blue || x.Next != march(16, 6, 0) {
		t.Errorf("%s at %v", x.Stage, x.Next.Time())
	}
	if err := x.Advance(c, l); err != nil { // blue is said
		t.Fatal(err)
	}
	s.Stop(clock.Respond, march(17, 0, 0))
	if !goOn(march(17, 1, 0)) || x.Stage != clock.Due {
		t.Errorf("blue is said again: %s", x.Stage)
	}
	s.Stop(clock.Respond, march(17, 2, 0))
	if goOn(march(18, 0, 0)) {
		t.Error("went on past its time")
	}
}

// TestDueFollowsFromTheRule is INV-07 under random pauses and extensions.
func TestDueFollowsFromTheRule(t *testing.T) {
	c, l := cal(t)
	rapid.Check(t, func(t *rapid.T) {
		now := march(10, 9, 0)
		pass := func() {
			now += clock.Instant(rapid.Int64Range(0, int64(40*time.Hour/time.Microsecond)).Draw(t, "wait"))
		}
		var s clock.Set
		text := rapid.SampledFrom([]string{"7 CD", "5 WD", "4 WORK_HOUR", "90 MIN", "24 HOUR", "15 CD shift", "3 WD close"}).Draw(t, "limit")
		want, err := calendar.ParseLimit(text)
		if err != nil {
			t.Fatal(err)
		}
		x := s.Start(clock.Respond, want, now, c, l)
		for range rapid.IntRange(0, 8).Draw(t, "acts") {
			pass()
			before := x.Due
			switch rapid.IntRange(0, 3).Draw(t, "act") {
			case 0:
				s.Halt(clock.Pause{Reason: "WEATHER", From: now})
			case 1:
				err = s.Release(now, c, l)
			case 2:
				if !x.Paused() && now < x.Due {
					err = x.Extend(calendar.Limit{Amount: 2, Unit: calendar.WD}, now, c, l)
				}
			case 3:
				if x.Next != 0 && x.Next <= now {
					err = x.Advance(c, l)
				}
			}
			if err != nil {
				t.Fatal(err)
			}
			if x.Due < before {
				t.Fatalf("due went back from %v to %v", before.Time(), x.Due.Time())
			}
			if x.Paused() != (x.Next == 0) {
				t.Fatalf("paused %v, next %v", x.Paused(), x.Next)
			}
			if due, err := x.Recompute(c); !x.Paused() && (err != nil || clock.At(due.At) != x.Due) {
				t.Fatalf("due %v, recomputed %v, %v", x.Due.Time(), due.At, err)
			}
		}
	})
}
