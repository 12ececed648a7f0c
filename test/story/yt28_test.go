package story

import (
	"slices"
	"testing"

	"huying/internal/desk/dispatch"
	"huying/internal/desk/roster"
	"huying/internal/domain/call"
	"huying/internal/domain/org"
)

const (
	yangtun  = "320322102" // 杨屯镇, Pei county
	peixian  = "320322"
	yangtunZ = yangtun + "-ZH"
)

// box is the codes of what a unit was told, the oldest first.
func (s *street) box(unit string) []string {
	s.Helper()
	list, err := s.dispatch.Inbox(ctx, s.desk(s.city.Root).actor, unit, dispatch.Message{}, dispatch.MostRows)
	s.must(err)
	var out []string
	for _, x := range slices.Backward(list) {
		out = append(out, x.Code)
	}
	return out
}

// YT-28 指挥调度中心: a shift that nobody fills is told twelve hours before, once,
// to the desk and the one above it; while nobody is there, what cannot wait goes
// one level up. Each order carries one of the ten lines of business.
func TestYT28AnUnstaffedShiftIsToldTwelveHoursBefore(t *testing.T) {
	blows(t, "yangtun", yangtun, morningOf(10), func(s *street) {
		in := roster.NewDuty{From: 20260310, To: 20260312}
		post := yangtunZ + "/DISPATCHER"
		for _, day := range []int{20260310, 20260311, 20260312} {
			in.Shifts = append(in.Shifts, roster.Shift{Day: day, From: "07:00", To: "15:00", Post: post})
			if day != 20260311 { // the second evening is forgotten
				in.Shifts = append(in.Shifts, roster.Shift{Day: day, From: "15:00", To: "22:00", Post: yangtunZ + "/HANDLER"})
			}
		}
		wrong := in
		wrong.Shifts = []roster.Shift{{Day: 20260313, From: "07:00", To: "07:00", Post: peixian + "-ZH/DISPATCHER"}}
		if _, err := s.roster.Register(ctx, s.cmd(), wrong); !slices.Equal(codesOf(err), []string{"duty.shift_outside", "duty.post_of_others"}) {
			t.Errorf("%v", err)
		}
		s.refused("duty.days", func() {
			_, err := s.roster.Register(ctx, s.cmd(), roster.NewDuty{From: 20260310, To: 20260601})
			s.must(err)
		})
		s.refused("access.denied", func() {
			other := in
			other.Unit = peixian + "-ZH"
			_, err := s.roster.Register(ctx, s.cmd(), other)
			s.must(err)
		})
		id, err := s.roster.Register(ctx, s.cmd(), in)
		s.must(err)
		s.refused("duty.overlaps", func() { _, err := s.roster.Register(ctx, s.cmd(), in); s.must(err) })

		flagged := func() (n int) {
			s.must(s.roster.Flag(ctx, s.now))
			for _, code := range s.box(yangtunZ) {
				if code == "notice.duty_gap" {
					n++
				}
			}
			return n
		}
		s.now = at(11, 2, 59)
		if n := flagged(); n != 0 {
			t.Errorf("told %d times more than twelve hours before", n)
		}
		s.now = at(11, 3, 0)
		if n := flagged(); n != 1 || flagged() != 1 {
			t.Errorf("told %d times", n)
		}
		if !slices.Contains(s.box(peixian+"-ZH"), "notice.duty_gap") {
			t.Error("the county's centre was not told")
		}

		// In the evening nobody is there: what cannot wait goes to the county.
		s.now = at(11, 16, 0)
		leak := form{Form: call.Form{Text: "管道燃气泄漏", Place: yangtun, Urgency: "EMERGENCY", Name: "老张", Phone: "19900001234"}}
		if m := s.takes(leak); m.now().M.Desk != peixian+"-ZH" {
			t.Errorf("the desk is %s", m.now().M.Desk)
		}
		// The gap is filled, and the same hour is the town's again.
		in.Shifts = append(in.Shifts, roster.Shift{Day: 20260311, From: "15:00", To: "22:00", Post: post})
		_, err = s.roster.Change(ctx, s.cmd(), id, roster.Shifts{Shifts: in.Shifts})
		s.must(err)
		m := s.takes(leak)
		if m.now().M.Desk != yangtunZ {
			t.Errorf("the desk is %s", m.now().M.Desk)
		}
		b, err := s.roster.Board(ctx, s.actor, yangtun, s.now)
		s.must(err)
		i := slices.IndexFunc(b.Desks, func(x roster.Standing) bool { return x.Unit.Code == yangtunZ })
		if i < 0 || !b.Desks[i].Staffed || len(b.Desks[i].Gaps) != 0 || len(b.Desks) < 3 {
			t.Errorf("the board: %+v", b.Desks)
		}
		_, err = s.roster.Withdraw(ctx, s.cmd(), id, roster.Empty{})
		s.must(err)
		s.refused("duty.withdrawn", func() { _, err := s.roster.Withdraw(ctx, s.cmd(), id, roster.Empty{}); s.must(err) })

		if n := len(s.city.Lines); n != 10 {
			t.Errorf("%d lines of business", n)
		}
		for name, line := range map[string]string{"路面不洁（煤灰、泥土）": "ENFORCEMENT", "沉陷致房屋开裂": "SAFETY"} {
			m := s.takes(form{Category: name, Form: call.Form{Text: name, Place: yangtun, Name: "老张", Phone: "19900001234"}})
			if len(m.now().Orders) == 0 {
				s.role(m.now().M.Desk, org.Dispatcher).sends(m)
			}
			if got := m.now().Orders[0].Line; got != line {
				t.Errorf("%s is of the line %q", name, got)
			}
		}
	})
}
