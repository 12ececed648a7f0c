// Package whistle holds what is said of whistles beside their matters: the
// numbered notices of a street, who is near an event, and the ranges by which
// the health of whistling is shown. The whistle itself and its legs belong to
// domain/matter. It knows no database.
package whistle

import (
	"cmp"
	"fmt"
	"slices"

	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/domain/register"
	"huying/internal/domain/territory"
	"huying/internal/ident"
)

// Register is the register of notices: one line a whistle, one matter a line,
// numbered without gaps in a unit and year (一事一通知, BJ-03).
const Register register.Name = "WHISTLE"

// Notice is one numbered notice.
type Notice struct {
	Day    int               `json:"day"`
	Kind   string            `json:"kind"`
	Matter ident.ID          `json:"matter"`
	N      int               `json:"n"`
	Place  territory.Address `json:"place"`
	Unit   string            `json:"unit"`
}

// No is the number people read out: the unit, the year and the number in it.
func (n Notice) No() string { return fmt.Sprintf("%s-%d-%04d", n.Unit, n.Day/10000, n.N) }

// Line implements register.Fact.
func (n Notice) Line() register.Line {
	key := ""
	if n.N > 0 {
		key = n.No()
	}
	return register.Line{
		Register: Register, Place: n.Place, Unit: n.Unit, Key: key, Status: n.Kind, From: n.Day, About: n.Matter, Amount: int64(n.N),
	}
}

// Base is where a team or resource stands and what it can do (GZ-33): a place
// that was assigned to it, never where somebody is now.
type Base struct {
	Code       string
	Unit       string
	Name       string
	NameEN     string
	Capability string
	Lon, Lat   float64
}

// Offer is a base within reach of an event.
type Offer struct {
	Base
	Metres int
}

// Near returns the bases within a radius of a point that have a capability, all
// if it is empty, the nearest first.
func Near(bases []Base, lon, lat float64, capability string, metres int) []Offer {
	var out []Offer
	for _, b := range bases {
		d := int(territory.Metres(lon, lat, b.Lon, b.Lat))
		if d <= metres && (capability == "" || capability == b.Capability) {
			out = append(out, Offer{b, d})
		}
	}
	slices.SortFunc(out, func(a, b Offer) int { return cmp.Or(cmp.Compare(a.Metres, b.Metres), cmp.Compare(a.Unit, b.Unit)) })
	return out
}

// Health tells how whistling goes in a place, by counts to be shown as ranges:
// how many whistles were blown is no merit and no fault, and never a target
// (BJ-01, LH-19).
type Health struct {
	Matters  int `json:"matters"` // received in the place
	Blown    int `json:"blown"`   // of them with a whistle
	Whistles int `json:"whistles"`
	Legs     int `json:"legs"`
	OnTime   int `json:"on_time"` // legs that were there in time
	Said     int `json:"said"`    // departments that spoke of a whistle
	Needed   int `json:"needed"`
	Clear    int `json:"clear"`
	Scope    int `json:"scope"`
	Starred  int `json:"starred"` // departments that the street spoke of
	Stars    int `json:"stars"`   // summed
}

// Add counts one whistle of a matter, by the number of its notice.
func (h *Health) Add(orders []*order.Order, whistles []matter.Whistle, no string) {
	i := slices.IndexFunc(whistles, func(w matter.Whistle) bool { return w.No == no })
	if i < 0 {
		return
	}
	h.Whistles++
	for _, o := range orders {
		if o.Leg == nil || o.Leg.Whistle != i || o.Leg.Waived != "" && o.Leg.Confirmed == 0 { // who was let off was not late
			continue
		}
		h.Legs++
		if o.Leg.Confirmed != 0 && !o.Leg.Late {
			h.OnTime++
		}
		if a := o.Leg.OfUnit; a != nil {
			h.Starred++
			h.Stars += a.Stars
		}
		if a := o.Leg.OfWhistle; a != nil {
			h.Said++
			h.Needed, h.Clear, h.Scope = h.Needed+one(a.Needed), h.Clear+one(a.Clear), h.Scope+one(a.Scope)
		}
	}
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}
