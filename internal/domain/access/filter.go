package access

import (
	"slices"
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
	Grants []*Grant          // what the post was granted besides

	action Action
}

// Nothing reports whether no matter is within reach.
func (r Reach) Nothing() bool {
	return !r.All && r.Place == territory.Address{} && r.Unit == "" && r.Matter == 0 && len(r.Grants) == 0
}

// Covers reports whether a matter is within reach.
func (r Reach) Covers(s Subject) bool {
	if slices.ContainsFunc(r.Grants, func(g *Grant) bool { return g.covers(r.action, s) }) {
		return true
	}
	switch p := r.Place; {
	case r.All, r.Matter != 0 && r.Matter == s.Matter, r.Unit != "" && slices.Contains(s.Units, r.Unit):
		return true
	case p.Community != "":
		return p.Community == s.Place.Community
	case p.Town != "":
		return p.Town == s.Place.Town
	default:
		return p.District != "" && p.District == s.Place.District
	}
}

// ReachOf returns how far actor may do action to matters.
func ReachOf(actor Actor, action Action) Reach {
	out := Reach{Grants: grants(actor, action), action: action}
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

const (
	always = "1=1"
	never  = "1=0"
)

// List returns the filter of the matters that actor may do action to. It holds
// for the same matters as Allow: a matter is listed if and only if it may be
// seen.
func List(actor Actor, action Action) Filter { return ReachOf(actor, action).Filter() }

// Records returns the filter of the records that actor may do action to: those
// that lie in its place, or whose unit or other unit is its own. Allow says the
// same of a subject with these two units.
func Records(actor Actor, action Action) Filter {
	r := ReachOf(actor, action)
	if slices.ContainsFunc(Scopes(actor, action), func(s Scope) bool { return s == Creditor || s == Debtor || s == Desk }) {
		r.Unit = actor.Unit
	}
	return r.filter("r", func(units []string) (string, int) {
		marks := strings.Repeat(", ?", len(units))[2:]
		return "(r.unit IN (" + marks + ") OR r.other IN (" + marks + "))", 2
	})
}

// Filter returns the reach as a condition on matters.
func (r Reach) Filter() Filter {
	return r.filter("m", func(units []string) (string, int) {
		marks := strings.Repeat(", ?", len(units))[2:]
		return "(m.desk IN (" + marks + ") OR EXISTS (SELECT 1 FROM orders o WHERE o.district = m.district AND o.matter = m.id AND (o.debtor IN (" +
			marks + ") OR o.creditor IN (" + marks + "))))", 3
	})
}

// filter writes the reach over an alias; takesPart is the condition that one of
// some units takes part, and how often it names them.
func (r Reach) filter(alias string, takesPart func(units []string) (string, int)) Filter {
	var conds []string
	var args []any
	add := func(cond string, a ...any) { conds, args = append(conds, cond), append(args, a...) }
	switch p := r.Place; {
	case r.All:
		return Filter{Where: always}
	case p.Community != "":
		add("("+alias+".district = ? AND "+alias+".community = ?)", p.District, p.Community)
	case p.Town != "":
		add("("+alias+".district = ? AND "+alias+".town = ?)", p.District, p.Town)
	case p.District != "":
		add(alias+".district = ?", p.District)
	}
	if r.Unit != "" {
		cond, times := takesPart([]string{r.Unit})
		add(cond, repeat([]string{r.Unit}, times)...)
	}
	if r.Matter != 0 {
		add(alias+".id = ?", r.Matter)
	}
	for _, g := range r.Grants {
		switch cond, a := g.where(r.action, alias, takesPart); cond {
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

func repeat(units []string, times int) []any {
	out := make([]any, 0, times*len(units))
	for range times {
		for _, u := range units {
			out = append(out, u)
		}
	}
	return out
}

// inPlace is within as a condition.
func inPlace(at territory.Address, rank int, alias string) (string, []any) {
	switch {
	case rank == 4:
		return always, nil
	case rank == 3 && at.District != "":
		return alias + ".district = ?", []any{at.District}
	case rank == 2 && at.Town != "":
		return "(" + alias + ".district = ? AND " + alias + ".town = ?)", []any{at.District, at.Town}
	case rank == 1 && at.Community != "":
		return "(" + alias + ".district = ? AND " + alias + ".community = ?)", []any{at.District, at.Community}
	}
	return never, nil
}

// where is covers as a condition. What belongs to one side of an order is no
// condition on matters, and lists none.
func (g *Grant) where(action Action, alias string, takesPart func([]string) (string, int)) (string, []any) {
	if ofOrder[action] != nil || g.Rank == 0 && len(g.Units) == 0 {
		return never, nil
	}
	place, args := always, []any(nil)
	if g.Rank != 0 {
		if place, args = inPlace(g.At, g.Rank, alias); place == never {
			return never, nil
		}
	}
	if len(g.Units) == 0 {
		return place, args
	}
	cond, times := takesPart(g.Units)
	return "(" + place + " AND " + cond + ")", append(args, repeat(g.Units, times)...)
}
