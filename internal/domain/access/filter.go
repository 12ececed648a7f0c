package access

import (
	"strings"

	"huying/internal/domain/territory"
)

// Filter is the rule of Allow as a condition on a list of matters: the columns
// district, town, community and desk, and the units of its orders.
type Filter struct {
	Where string // SQL condition over the alias m, with ? placeholders; "1=0" if nothing may be seen
	Args  []any
}

const (
	always = "1=1"
	never  = "1=0"
)

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
			return Filter{Where: always}
		case Jurisdiction:
			switch cond, a := inPlace(actor.At, actor.Rank); cond {
			case always:
				return Filter{Where: always}
			case never:
			default:
				add(cond, a...)
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
	for _, g := range grants(actor, action) {
		switch cond, a := g.where(action); cond {
		case always:
			return Filter{Where: always}
		case never:
		default:
			add(cond, a...)
		}
	}
	if len(conds) == 0 {
		return Filter{Where: never}
	}
	return Filter{Where: "(" + strings.Join(conds, " OR ") + ")", Args: args}
}

// inPlace is within as a condition.
func inPlace(at territory.Address, rank int) (string, []any) {
	switch {
	case rank == 4:
		return always, nil
	case rank == 3 && at.District != "":
		return "m.district = ?", []any{at.District}
	case rank == 2 && at.Town != "":
		return "(m.district = ? AND m.town = ?)", []any{at.District, at.Town}
	case rank == 1 && at.Community != "":
		return "(m.district = ? AND m.community = ?)", []any{at.District, at.Community}
	}
	return never, nil
}

// where is covers as a condition. What belongs to one side of an order is no
// condition on matters, and lists none.
func (g *Grant) where(action Action) (string, []any) {
	if ofOrder[action] != nil || g.Rank == 0 && len(g.Units) == 0 {
		return never, nil
	}
	place, args := always, []any(nil)
	if g.Rank != 0 {
		if place, args = inPlace(g.At, g.Rank); place == never {
			return never, nil
		}
	}
	if len(g.Units) == 0 {
		return place, args
	}
	marks := strings.Repeat(", ?", len(g.Units))[2:]
	for range 3 {
		for _, u := range g.Units {
			args = append(args, u)
		}
	}
	return "(" + place + " AND (m.desk IN (" + marks + ") OR EXISTS (SELECT 1 FROM orders o WHERE o.district = m.district AND o.matter = m.id AND (o.debtor IN (" +
		marks + ") OR o.creditor IN (" + marks + ")))))", args
}
