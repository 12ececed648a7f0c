package pack

import (
	"huying/internal/domain/org"
	"huying/internal/domain/territory"
)

// OfficeFinding is a town or street whose offices are more or fewer than its
// kind may have (GZ-15). It is a finding to look at, and refuses nothing.
type OfficeFinding struct {
	Place string
	Code  string // ORG_COUNT_OVER or ORG_COUNT_UNDER
	Count int
	Bound int // that is passed
}

// The findings.
const (
	OfficesOver  = "ORG_COUNT_OVER"
	OfficesUnder = "ORG_COUNT_UNDER"
)

// Offices returns how many offices a town or street has: its back offices, its
// service centre and its enforcement team, without the agencies stationed in it.
func (c *City) Offices(town string) (n int) {
	for _, code := range c.Org.Serving(town) {
		u, _ := c.Org.Unit(code)
		switch u.Kind {
		case org.BackOffice, org.ServiceCentre, org.EnforcementBody:
			n++
		}
	}
	return n
}

// OfficeFindings returns the towns and streets with too many or too few offices,
// by code.
func (c *City) OfficeFindings() []OfficeFinding {
	var out []OfficeFinding
	for p := range c.Territory.All() {
		least, most := OfficeLeast, OfficeMost
		switch p.Kind {
		case territory.Street:
		case territory.Town:
			least, most = TownOfficeLeast, TownOfficeMost
		default:
			continue
		}
		limits := c.LimitsAt(p.Code)
		n := c.Offices(p.Code)
		if bound := limits.Number(most); n > bound {
			out = append(out, OfficeFinding{p.Code, OfficesOver, n, bound})
		}
		if bound := limits.Number(least); n < bound {
			out = append(out, OfficeFinding{p.Code, OfficesUnder, n, bound})
		}
	}
	return out
}
