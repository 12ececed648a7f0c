package demo

import (
	"context"
	"fmt"
	"time"

	"huying/internal/desk/dispatch"
	"huying/internal/desk/registry"
	"huying/internal/desk/roster"
	"huying/internal/desk/whistle"
	"huying/internal/domain/access"
	"huying/internal/domain/calendar"
	"huying/internal/domain/matter"
	"huying/internal/domain/org"
	"huying/internal/engine"
)

// watching plays who is on duty in a town, and its whistles.
type watching struct {
	ctx      context.Context
	e        *engine.Engine
	at       time.Time
	desk     access.Actor
	roster   *roster.Desk
	whistle  *whistle.Desk
	dispatch *dispatch.Desk
}

// Duty plays a little of rosters and whistles in the town of a desk: a plan of
// watches with one afternoon that nobody fills, the platform with one post that
// was not reached, a whistle that has ended with what both sides say of it, and
// one that runs. A town without a platform or without whistles has none.
func Duty(ctx context.Context, e *engine.Engine, desk access.Actor, until time.Time) error {
	w := &watching{ctx: ctx, e: e, at: until, desk: desk, roster: roster.New(e), whistle: whistle.New(e), dispatch: dispatch.New(e)}
	steps := []func() error{w.plan, w.platform}
	if e.City().On("whistle", desk.At.Town) {
		steps = append(steps, w.ended, w.running)
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return fmt.Errorf("play the duty of %s: %w", desk.Unit, err)
		}
	}
	return nil
}

func (w *watching) cmd(by access.Actor, before time.Duration) engine.Command {
	return engine.Command{Actor: by, At: w.at.Add(-before)}
}

// plan registers a week of watches; the fourth afternoon is forgotten.
func (w *watching) plan() error {
	posts := w.e.City().Org.Posts(w.desk.Unit)
	first := calendar.DayOf(w.at)
	in := roster.NewDuty{From: first, To: calendar.AddDays(first, 6)}
	for i := range 7 {
		day := calendar.AddDays(first, i)
		in.Shifts = append(in.Shifts, roster.Shift{Day: day, From: "00:00", To: "12:00", Post: posts[0].Code})
		if i != 3 {
			in.Shifts = append(in.Shifts, roster.Shift{Day: day, From: "12:00", To: "24:00", Post: posts[len(posts)-1].Code})
		}
	}
	_, err := w.roster.Register(w.ctx, w.cmd(w.desk, 2*time.Hour), in)
	return err
}

// platform publishes who is resident and on call, and tries two posts.
func (w *watching) platform() error {
	city := w.e.City()
	wanted := city.Org.PlatformWanted(w.desk.At.Town)
	if len(wanted) == 0 {
		return nil
	}
	in := roster.NewPlatform{Core: wanted[0].Core}
	var called []string
	for _, x := range wanted {
		seat := roster.Seat{Unit: x.Unit, OnCall: x.OnCall, Post: city.Org.DefaultPost(x.Unit).Code}
		if x.OnCall {
			seat.Title, seat.Phone = "平台联络岗", "演示电话"
			called = append(called, x.Unit)
		}
		in.Seats = append(in.Seats, seat)
	}
	id, err := w.roster.Draft(w.ctx, w.cmd(w.desk, 48*time.Hour), in)
	if err == nil {
		_, err = w.roster.Publish(w.ctx, w.cmd(w.desk, 47*time.Hour), id, roster.Empty{})
	}
	for i, unit := range called {
		if i < 2 && err == nil {
			_, err = w.roster.Try(w.ctx, w.cmd(w.desk, 24*time.Hour), id, roster.Tried{Unit: unit, Reached: i == 0, Note: "周测"})
		}
	}
	return err
}

// departments are units of the town that come when called.
func (w *watching) departments(most int) []access.Actor {
	city := w.e.City()
	var out []access.Actor
	for _, code := range city.Org.Serving(w.desk.At.Town) {
		u, _ := city.Org.Unit(code)
		if u.Kind != org.StationedAgency && u.Kind != org.EnforcementBody {
			continue
		}
		if a, err := registry.ActorOf(city, code, org.Handler); err == nil && len(out) < most {
			out = append(out, a)
		}
	}
	return out
}

func (w *watching) blow(before time.Duration, text, why string, units []access.Actor) (*engine.State, error) {
	in := whistle.Raise{Blow: whistle.Blow{Kind: string(matter.EmergencyWhistle), Why: why}, Urgency: "EMERGENCY", Text: text, Places: []string{w.desk.At.Town}}
	for _, u := range units {
		in.Departments = append(in.Departments, whistle.Called{Unit: u.Unit})
	}
	return w.whistle.Raise(w.ctx, w.cmd(w.desk, before), in)
}

// ended is a whistle of yesterday: everybody came, was let go, and both sides
// said how it was.
func (w *watching) ended() error {
	units := w.departments(2)
	if len(units) == 0 {
		return nil
	}
	s, err := w.blow(26*time.Hour, "路口广告牌被风吹松，随时会掉下来", "要封路和登高作业，街道没有设备", units)
	if err != nil {
		return err
	}
	for i, u := range units {
		no := s.Orders[i].ID
		for _, step := range []func() error{
			func() error {
				_, err := w.dispatch.Sign(w.ctx, w.cmd(u, 26*time.Hour-2*time.Minute), no, struct{}{})
				return err
			},
			func() error {
				_, err := w.whistle.Confirm(w.ctx, w.cmd(w.desk, 26*time.Hour-20*time.Minute), no, whistle.Confirm{})
				return err
			},
			func() error {
				_, err := w.dispatch.Respond(w.ctx, w.cmd(u, 25*time.Hour), no, dispatch.Respond{Text: "已到场处置，隐患消除。"})
				return err
			},
			func() error {
				_, err := w.whistle.Release(w.ctx, w.cmd(w.desk, 24*time.Hour+30*time.Minute), no, whistle.Reason{Reason: "处置得当。"})
				return err
			},
			func() error {
				_, err := w.whistle.Appraise(w.ctx, w.cmd(w.desk, 24*time.Hour), no, whistle.Appraisal{Stars: 5 - i})
				return err
			},
			func() error {
				_, err := w.whistle.Appraise(w.ctx, w.cmd(u, 23*time.Hour), no, whistle.Appraisal{Needed: true, Clear: true, Scope: true})
				return err
			},
		} {
			if err := step(); err != nil {
				return err
			}
		}
	}
	_, err = w.whistle.Review(w.ctx, w.cmd(w.desk, 22*time.Hour), s.M.ID, whistle.Review{No: s.M.Whistles[0].No, Text: "登高车到得晚，下次先叫。"})
	return err
}

// running is a whistle of a few minutes ago: one says that it is there, the
// others are awaited.
func (w *watching) running() error {
	units := w.departments(3)
	if len(units) == 0 {
		return nil
	}
	s, err := w.blow(4*time.Minute, "供水管爆裂，路面积水", "抢修、交通须同时到场，街道没有处置权限", units)
	if err != nil {
		return err
	}
	no := s.Orders[0].ID
	if _, err := w.dispatch.Sign(w.ctx, w.cmd(units[0], 3*time.Minute), no, struct{}{}); err != nil {
		return err
	}
	_, err = w.whistle.Arrive(w.ctx, w.cmd(units[0], time.Minute), no, whistle.Empty{})
	return err
}
