package matter

import (
	"huying/internal/domain/access"
	"huying/internal/domain/clock"
	"huying/internal/domain/pack"
	"huying/internal/fault"
)

// Pause stops the units' clocks for a reason of the closed list, until a given
// instant at the latest. What the caller was told does not move silently: the
// caller is told of the pause.
func (f *File) Pause(reason string, until clock.Instant) error {
	if err := access.Allow(f.By, access.DeferMatter, f.Subject(nil)); err != nil {
		return err
	}
	p, ok := f.City.PauseReasons[reason]
	if !ok {
		return fault.Field("reason", "pause.reason_unknown", reason)
	}
	if f.M.Status != Ordered && f.M.Status != Reopened {
		return fault.New(fault.Conflict, "pause.nothing_running", string(f.M.Status))
	}
	if f.M.Clocks.Running(clock.Resume) != nil {
		return fault.New(fault.Conflict, "pause.paused_already")
	}
	if err := f.within(until, pack.DeferralMax, "until"); err != nil {
		return err
	}
	f.begin("pause", nil, nil)
	f.halt(reason, p.Basis)
	f.M.Clocks.Until(clock.Resume, f.Now, until)
	f.tellCaller("notice.paused", p.Name, until.Time())
	return nil
}

// Resume ends a pause before its time.
func (f *File) Resume() error {
	if err := access.Allow(f.By, access.DeferMatter, f.Subject(nil)); err != nil {
		return err
	}
	if f.M.Clocks.Running(clock.Resume) == nil {
		return fault.New(fault.Conflict, "pause.not_paused")
	}
	f.begin("resume", nil, nil)
	f.M.Clocks.Stop(clock.Resume, f.Now)
	return f.release()
}

// Defer puts the matter on account (挂账): it cannot be solved now; there is a
// plan, a date not later than the pack allows, and the caller is told.
func (f *File) Defer(reason, plan string, review clock.Instant) error {
	if err := access.Allow(f.By, access.DeferMatter, f.Subject(nil)); err != nil {
		return err
	}
	if err := f.needs("deferral"); err != nil {
		return err
	}
	if err := Words("reason", reason, true); err != nil {
		return err
	}
	if err := Words("plan", plan, true); err != nil {
		return err
	}
	if err := f.within(review, pack.DeferralMax, "review"); err != nil {
		return err
	}
	f.begin("defer", nil, nil)
	if err := f.move(Deferred); err != nil {
		return err
	}
	f.M.Deferral = &Deferral{Reason: reason, Plan: plan, Review: review, By: f.By.ID, At: f.Now}
	f.M.Clocks.Stop(clock.Resume, f.Now)
	f.halt("DEFERRED", "")
	f.M.Clocks.Until(clock.Review, f.Now, review)
	f.tellCaller("notice.deferred", plan, review.Time())
	return nil
}

// Undefer takes a deferred matter up again.
func (f *File) Undefer() error {
	if err := access.Allow(f.By, access.DeferMatter, f.Subject(nil)); err != nil {
		return err
	}
	if err := f.leave(Ordered, Deferred); err != nil {
		return err
	}
	f.begin("undefer", nil, nil)
	return f.undefer()
}

func (f *File) undefer() error {
	f.M.Deferral.Ended = f.Now
	if err := f.release(); err != nil {
		return err
	}
	if len(f.solving()) == 0 {
		return f.needOrder()
	}
	if err := f.move(Ordered); err != nil {
		return err
	}
	f.tellUnit(f.M.Unit, "notice.taken_up", f.M.ID)
	return nil
}

// within checks that an instant lies ahead and not beyond a limit of the pack.
func (f *File) within(at clock.Instant, limit pack.Limit, field string) error {
	most := f.calendar().Due(f.limit(limit), f.Now.Time(), nil)
	if at <= f.Now || at > clock.At(most.At) {
		return fault.Field(field, "date.out_of_range", f.Now.Time(), most.At)
	}
	return nil
}

func (f *File) halt(reason, basis string) {
	p := clock.Pause{Reason: reason, Basis: basis, From: f.Now}
	f.M.Clocks.Halt(p)
	for _, o := range f.Orders {
		if o.Status.Open() {
			o.Clocks.Halt(p)
		}
	}
}

func (f *File) release() error {
	if err := f.M.Clocks.Release(f.Now, f.calendar(), f.ladder()); err != nil {
		return err
	}
	for _, o := range f.Orders {
		if err := o.Clocks.Release(f.Now, f.calendar(), f.ladder()); err != nil {
			return err
		}
	}
	return nil
}
