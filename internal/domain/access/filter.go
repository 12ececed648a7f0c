package access

import (
	"strings"

	"huying/internal/domain/territory"
)

// Reach is the rule of Allow for matters, as places and parts: a matter is
// within reach if one of them holds. The zero Reach reaches nothing.
type Reach struct {
	All    bool
	Place  territory.Address // the smallest known of it counts
	Unit   string            // that takes part: the desk, or a creditor or debtor
	Matter int64             // a caller's own
}

// Nothing reports whether no matter is within reach.
func (r Reach) Nothing() bool { return r == Reach{} }

// ReachOf returns how far actor may do action to matters.
func ReachOf(actor Actor, action Action) Reach {
	var out Reach
	for _, sc := range Scopes(actor, action) {
		switch sc {
		case Everywhere:
			return Reach{All: true}
		case Jurisdiction:
			switch {
			case actor.Rank == 4:
				return Reach{All: true}
			case actor.Rank == 3 && actor.At.District != "":
				out.Place = territory.Address{District: actor.At.District}
			case actor.Rank == 2 && actor.At.Town != "":
				out.Place = territory.Address{District: actor.At.District, Town: actor.At.Town}
			case actor.Rank == 1 && actor.At.Community != "":
				out.Place = territory.Address{District: actor.At.District, Community: actor.At.Community}
			}
		case Participant:
			out.Unit = actor.Unit
		case Own:
			out.Matter = actor.Matter
		}
	}
	return out
}

// Filter is the rule of Allow as a condition on a list of matters: the columns
// district, town, community and desk, and the units of its orders.
type Filter struct {
	Where string // SQL condition over the alias m, with ? placeholders; "1=0" if nothing may be seen
	Args  []any
}

// List returns the filter of the matters that actor may do action to. It holds
// for the same matters as Allow: a matter is listed if and only if it may be
// seen.
func List(actor Actor, action Action) Filter { return ReachOf(actor, action).Filter() }

// Filter returns the reach as a condition.
func (r Reach) Filter() Filter {
	var conds []string
	var args []any
	add := func(cond string, a ...any) { conds, args = append(conds, cond), append(args, a...) }
	switch p := r.Place; {
	case r.All:
		return Filter{Where: "1=1"}
	case p.Community != "":
		add("(m.district = ? AND m.community = ?)", p.District, p.Community)
	case p.Town != "":
		add("(m.district = ? AND m.town = ?)", p.District, p.Town)
	case p.District != "":
		add("m.district = ?", p.District)
	}
	if r.Unit != "" {
		add("m.desk = ?", r.Unit)
		add("EXISTS (SELECT 1 FROM orders o WHERE o.district = m.district AND o.matter = m.id AND (o.debtor = ? OR o.creditor = ?))", r.Unit, r.Unit)
	}
	if r.Matter != 0 {
		add("m.id = ?", r.Matter)
	}
	if len(conds) == 0 {
		return Filter{Where: "1=0"}
	}
	return Filter{Where: "(" + strings.Join(conds, " OR ") + ")", Args: args}
}
