package grid

import (
	"cmp"
	"slices"
	"strconv"

	"huying/internal/domain/calendar"
	"huying/internal/domain/register"
	"huying/internal/domain/territory"
	"huying/internal/fault"
)

// PatrolRegister is the register of patrol plans.
const PatrolRegister register.Name = "PATROL"

// Dense is how much is open in a grid. Density is open matters of a hundred
// square kilometres: grids differ in size, and a whole number compares exactly.
type Dense struct {
	Density int    `json:"density"`
	Grid    string `json:"grid"`
	Open    int    `json:"open"`
}

// Patrol is a plan to go round the grids where most is open (LN-13). It is of
// places and matters, never of who lives or goes there.
type Patrol struct {
	Day       int               `json:"day"`
	Grids     []Dense           `json:"grids"`
	Place     territory.Address `json:"place"`
	Team      string            `json:"team"` // the unit that goes round
	Threshold int               `json:"threshold"`
	Unit      string            `json:"unit"`
}

// Line implements register.Fact.
func (p Patrol) Line() register.Line {
	return register.Line{
		Register: PatrolRegister, Place: p.Place, Unit: p.Unit, Other: p.Team, Key: p.Place.Town + "/" + strconv.Itoa(p.Day), From: p.Day, To: p.Day,
		Amount: int64(len(p.Grids)),
	}
}

// leastOpen keeps a small grid with one matter out of a plan.
const leastOpen = 3

// mostPatrolled bounds a plan to what a team can go round in a day.
const mostPatrolled = 20

// Densest returns the grids whose density reaches a threshold, the densest
// first, equals by code. A threshold of 0 is twice the density of all together.
func Densest(grids []*territory.Place, open map[string]int, threshold int) ([]Dense, int) {
	area, sum := 0.0, 0
	for _, p := range grids {
		area, sum = area+areaOf(p), sum+open[p.Code]
	}
	if threshold == 0 {
		threshold = max(2*density(sum, area), 1)
	}
	out := []Dense{}
	for _, p := range grids {
		d := Dense{density(open[p.Code], areaOf(p)), p.Code, open[p.Code]}
		if d.Open >= leastOpen && d.Density >= threshold {
			out = append(out, d)
		}
	}
	slices.SortFunc(out, func(a, b Dense) int { return cmp.Or(cmp.Compare(b.Density, a.Density), cmp.Compare(a.Grid, b.Grid)) })
	return out[:min(len(out), mostPatrolled)], threshold
}

// areaOf is the published area of a place, or that of its shape.
func areaOf(p *territory.Place) float64 {
	if p.AreaKM2 > 0 {
		return p.AreaKM2
	}
	return territory.AreaKM2(p.Shape)
}

// density is open matters of a hundred square kilometres; of a place without an
// area, as if it had one square kilometre.
func density(open int, km2 float64) int {
	if km2 <= 0 {
		km2 = 1
	}
	return int(float64(open) * 100 / km2)
}

// CheckPatrol asks that a plan has somewhere to go. Faults: patrol.nothing_dense,
// patrol.day_out_of_range.
func CheckPatrol(p *Patrol, today int) error {
	switch {
	case !calendar.IsDay(p.Day) || p.Day < today || calendar.DaysFrom(today, p.Day) > 31:
		return fault.Field("day", "patrol.day_out_of_range")
	case len(p.Grids) == 0:
		return fault.New(fault.Conflict, "patrol.nothing_dense", p.Threshold)
	}
	return nil
}
