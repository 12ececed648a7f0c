package whistle

import "huying/internal/domain/order"

// Leg is what a leg of a whistle has come to.
type Leg string

// What legs come to, in order.
const (
	Awaited   Leg = "CALLED"
	Coming    Leg = "COMING"
	There     Leg = "THERE" // as the department says
	Confirmed Leg = "CONFIRMED"
	Answered  Leg = "ANSWERED"
	Released  Leg = "RELEASED"
	Waived    Leg = "WAIVED"
)

// Standing tells what a leg has come to.
func Standing(o *order.Order) Leg {
	switch {
	case o.Leg == nil:
		return ""
	case o.Status == order.Fulfilled:
		return Released
	case !o.Status.Open():
		return Waived
	case o.Status == order.Responded:
		return Answered
	case o.Leg.Confirmed != 0:
		return Confirmed
	case o.Leg.Arrived != 0:
		return There
	case o.Status == order.Issued:
		return Awaited
	}
	return Coming
}
