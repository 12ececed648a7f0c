package person

import (
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/internal/fault"
)

// SeatKind is by what right a person sits on a post.
type SeatKind string

// The kinds of seat.
const (
	Holder SeatKind = "HOLDER"
	Deputy SeatKind = "DEPUTY" // for the holder's leave
)

// Seat is one person on one post for a time. To is the first instant it holds
// no longer; the zero To is open. Ended, if not zero, ends it earlier.
type Seat struct {
	Post     string
	Kind     SeatKind
	From, To time.Time
	Ended    time.Time
}

// In reports whether the seat may be acted from at an instant.
func (s Seat) In(now time.Time) bool { return !now.Before(s.From) && s.over(now) > 0 }

// Coming reports whether the seat holds now or later.
func (s Seat) Coming(now time.Time) bool { return s.over(now) > 0 }

// over is positive as long as the seat has not ended.
func (s Seat) over(now time.Time) int {
	if !s.To.IsZero() && !now.Before(s.To) || !s.Ended.IsZero() && !now.Before(s.Ended) {
		return -1
	}
	return 1
}

// longestDeputy bounds a deputy's time: longer than a leave, it is a holder.
const longestDeputy = 180 * 24 * time.Hour

// CheckSeat reports what is wrong with a new seat, given the roles of the
// seats the person has now or later. Faults: seat.end_before_start,
// seat.already_over, deputy.end_missing, deputy.too_long, seat.roles_exclusive.
func CheckSeat(s Seat, role org.Role, others []org.Role, now time.Time) error {
	switch {
	case !s.To.IsZero() && !s.From.Before(s.To):
		return fault.Field("to", "seat.end_before_start")
	case !s.Coming(now):
		return fault.Field("to", "seat.already_over")
	case s.Kind == Deputy && s.To.IsZero():
		return fault.Field("to", "deputy.end_missing")
	case s.Kind == Deputy && s.To.Sub(s.From) > longestDeputy:
		return fault.Field("to", "deputy.too_long", int(longestDeputy.Hours()/24))
	}
	for _, other := range others {
		if other != role && (role.Administers() || other.Administers()) {
			return fault.Field("post", "seat.roles_exclusive", string(role), string(other))
		}
	}
	return nil
}

// MayAppoint reports whether who sits on a post by a right may name a deputy
// for another post: its own, or one of the unit that they lead, directly or
// through units below. A deputy names no deputy.
// Faults: post.unknown, deputy.not_yours.
func MayAppoint(city *pack.City, by access.Actor, right SeatKind, post string) error {
	p, ok := city.Org.Post(post)
	if !ok {
		return fault.Field("post", "post.unknown", post)
	}
	refused := fault.New(fault.Denied, "deputy.not_yours", post)
	if by.Kind != access.Staff || right != Holder {
		return refused
	}
	if by.ID == post {
		return nil
	}
	if by.Role != org.Leader && by.Role != org.Secretary || p.Role.Administers() {
		return refused
	}
	for unit, ok, n := p.Unit, true, 0; ok && n < 32; n++ { // the graph has no circle; the bound is for certainty
		if unit == by.Unit {
			return nil
		}
		unit, ok = city.Org.Parent(unit)
	}
	return refused
}
