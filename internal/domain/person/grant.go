package person

import (
	"slices"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/internal/fault"
)

// Given is a grant as it is asked for and kept: by the tops of its subtrees,
// so that it follows the city when places and units change.
type Given struct {
	Post     string
	Actions  []access.Action
	Place    string // top of the subtree of places; "" asks no place
	Unit     string // top of the subtree of units; "" asks no unit
	From, To time.Time
}

// longestGrant bounds a grant: what is for good belongs into the post.
const longestGrant = 2 * 366 * 24 * time.Hour

// Check reports what is wrong with a new grant. Faults: post.unknown,
// grant.to_administrator, grant.empty, scope.unknown, grant.action_not_grantable,
// grant.nowhere, grant.unit_needed, place.unknown, unit.unknown,
// seat.end_before_start, grant.too_long.
func (g Given) Check(city *pack.City, now time.Time) error {
	var wrong fault.List
	p, ok := city.Org.Post(g.Post)
	switch {
	case !ok:
		wrong.Add(fault.Field("post", "post.unknown", g.Post))
	case p.Role.Administers():
		wrong.Add(fault.Field("post", "grant.to_administrator", g.Post))
	}
	if len(g.Actions) == 0 {
		wrong.Add(fault.Field("actions", "grant.empty"))
	}
	for _, a := range g.Actions {
		switch {
		case !slices.Contains(access.Actions(), a):
			wrong.Add(fault.Field("actions", "scope.unknown", string(a)))
		case !access.Grantable(a):
			wrong.Add(fault.Field("actions", "grant.action_not_grantable", string(a)))
		case access.NeedsUnits(a) && g.Unit == "":
			wrong.Add(fault.Field("unit", "grant.unit_needed", string(a)))
		}
	}
	wrong.Add(g.checkWhere(city))
	switch {
	case g.To.IsZero() || !g.From.Before(g.To) || !now.Before(g.To):
		wrong.Add(fault.Field("to", "seat.end_before_start"))
	case g.To.Sub(g.From) > longestGrant:
		wrong.Add(fault.Field("to", "grant.too_long", int(longestGrant.Hours()/24)))
	}
	return wrong.Err()
}

func (g Given) checkWhere(city *pack.City) error {
	if g.Place == "" && g.Unit == "" {
		return fault.Field("place", "grant.nowhere")
	}
	if g.Place != "" {
		if at, ok := city.Territory.Place(g.Place); !ok || at.Kind.Rank() == 0 {
			return fault.Field("place", "place.unknown", g.Place)
		}
	}
	if _, ok := city.Org.Unit(g.Unit); g.Unit != "" && !ok {
		return fault.Field("unit", "unit.unknown", g.Unit)
	}
	return nil
}

// Granted returns the grant as access asks it, in a city as it is now, and
// whether it still means anything there.
func (g Given) Granted(city *pack.City) (access.Grant, bool) {
	if g.checkWhere(city) != nil {
		return access.Grant{}, false
	}
	out := access.Grant{Actions: g.Actions, Until: g.To}
	if at, ok := city.Territory.Place(g.Place); ok {
		out.At, out.Rank = city.Territory.Address(g.Place), at.Kind.Rank()
	}
	if g.Unit != "" {
		out.Units = subtree(city.Org, g.Unit)
	}
	return out, true
}

// subtree returns a unit and all that it leads, directly or through others.
func subtree(g *org.Graph, top string) []string {
	out := []string{top}
	for i := 0; i < len(out); i++ {
		for _, e := range g.From(out[i], org.Leads) {
			if !slices.Contains(out, e.To) {
				out = append(out, e.To)
			}
		}
	}
	slices.Sort(out)
	return out
}
