package whistle

import "huying/internal/domain/order"

// Standing are what a leg has come to, in order.
const (
	Awaited   = "CALLED"
	Coming    = "COMING"
	There     = "THERE" // as the department says
	Confirmed = "CONFIRMED"
	Answered  = "ANSWERED"
	Released  = "RELEASED"
	Waived    = "WAIVED"
)

// Standing tells what a leg has come to.
func Standing(o *order.Order) string {
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
