package matter

import (
	"time"

	"huying/internal/domain/calendar"
	"huying/internal/domain/clock"
	"huying/internal/domain/order"
	"huying/internal/domain/pack"
	"huying/internal/fault"
)

// limit returns the pack's time limit of a name at the matter's place and
// urgency.
func (f *File) limit(name pack.Limit) calendar.Limit {
	return f.City.LimitsAt(f.M.Place.Leaf()).For(name, f.M.Urgency)
}

// number returns the pack's number of a name at the matter's place.
func (f *File) number(name pack.Limit) int { return f.City.LimitsAt(f.M.Place.Leaf()).Number(name) }

// ladder returns the pack's escalation ladder at the matter's place.
func (f *File) ladder() clock.Ladder { return f.City.LadderAt(f.M.Place.Leaf()).Clock() }

// extensionLimit checks a request for time against the pack: asked before due,
// not too often, not too long.
func (f *File) extensionLimit(o *order.Order, text string, asked clock.Instant) (calendar.Limit, error) {
	limit, err := calendar.ParseLimit(text)
	if err != nil {
		return limit, err
	}
	c := o.Clocks.Running(clock.Respond)
	if c == nil || !o.Status.Owing() {
		return limit, fault.New(fault.Conflict, "extension.nothing_running")
	}
	if c.Due <= asked {
		return limit, fault.New(fault.Conflict, "extension.too_late")
	}
	if c.Paused() {
		return limit, fault.New(fault.Conflict, "extension.while_paused")
	}
	if most := f.number(pack.ExtensionCount); o.Extensions >= most {
		return limit, fault.New(fault.Conflict, "extension.too_often", most)
	}
	longest := f.limit(pack.ExtensionMax)
	end := func(l calendar.Limit) time.Time { return f.calendar().Extend(l, c.Due.Time(), c.CalendarPauses()).At }
	if end(limit).After(end(longest)) {
		return limit, fault.Field("limit", "extension.too_long", limit.String(), longest.String())
	}
	return limit, nil
}

// Extended returns when an order would be due if a request for time were
// granted, the one that waits for a decision or one made now. Faults: those of
// AskExtension about the limit.
func (f *File) Extended(o *order.Order, text string) (calendar.Due, error) {
	asked := f.Now
	if e := o.Extension; e != nil && e.State == "ASKED" {
		asked = e.At
	}
	limit, err := f.extensionLimit(o, text, asked)
	if err != nil {
		return calendar.Due{}, err
	}
	c := o.Clocks.Running(clock.Respond)
	return f.calendar().Extend(limit, c.Due.Time(), c.CalendarPauses()), nil
}

// MoreTime returns the longest extension the debtor of an order may ask for
// now. Faults: those of AskExtension about the order.
func (f *File) MoreTime(o *order.Order) (calendar.Limit, error) {
	longest := f.limit(pack.ExtensionMax)
	_, err := f.extensionLimit(o, longest.String(), f.Now)
	if err == nil && o.Extension != nil && o.Extension.State == "ASKED" {
		err = fault.New(fault.Conflict, "extension.asked_before")
	}
	return longest, err
}
