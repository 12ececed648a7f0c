package access

import "strings"

// Filter is the rule of Allow as a condition on a list of matters: the columns
// district, town, community and desk, and the units of its orders.
type Filter struct {
	Where string // SQL condition over the alias m, with ? placeholders; "1=0" if nothing may be seen
	Args  []any
}

// List returns the filter of the matters that actor may do action to. It holds
// for the same matters as Allow: a matter is listed if and only if it may be
// seen.
func List(actor Actor, action Action) Filter {
	var conds []string
	var args []any
	add := func(cond string, a ...any) { conds, args = append(conds, cond), append(args, a...) }
	for _, sc := range Scopes(actor, action) {
		switch sc {
		case Everywhere:
			return Filter{Where: "1=1"}
		case Jurisdiction:
			switch {
			case actor.Rank == 4:
				return Filter{Where: "1=1"}
			case actor.Rank == 3 && actor.At.District != "":
				add("m.district = ?", actor.At.District)
			case actor.Rank == 2 && actor.At.Town != "":
				add("(m.district = ? AND m.town = ?)", actor.At.District, actor.At.Town)
			case actor.Rank == 1 && actor.At.Community != "":
				add("(m.district = ? AND m.community = ?)", actor.At.District, actor.At.Community)
			}
		case Participant:
			if actor.Unit != "" {
				add("m.desk = ?", actor.Unit)
				add("EXISTS (SELECT 1 FROM orders o WHERE o.district = m.district AND o.matter = m.id AND (o.debtor = ? OR o.creditor = ?))", actor.Unit, actor.Unit)
			}
		case Own:
			if actor.Matter != 0 {
				add("m.id = ?", actor.Matter)
			}
		}
	}
	if len(conds) == 0 {
		return Filter{Where: "1=0"}
	}
	return Filter{Where: "(" + strings.Join(conds, " OR ") + ")", Args: args}
}
