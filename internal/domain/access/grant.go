package access

import (
	"slices"
	"time"

	"huying/internal/domain/org"
	"huying/internal/domain/territory"
)

// Grant lets a post do some actions beyond its own role and jurisdiction: in a
// subtree of places, for a subtree of units, or where both hold. A grant with
// neither covers nothing.
type Grant struct {
	Actions []Action
	At      territory.Address // the top of the subtree of places
	Rank    int               // its tier, 4 city to 1 community; 0: no place is asked
	Units   []string          // the whole subtree of units, sorted; empty: no unit is asked
	Until   time.Time         // when it ends; zero: nobody has said
}

// Until returns when the first of an actor's grants ends; zero if none does.
// Whoever remembers an actor forgets it then.
func (a *Actor) Until() (first time.Time) {
	for _, g := range a.Grants {
		if !g.Until.IsZero() && (first.IsZero() || g.Until.Before(first)) {
			first = g.Until
		}
	}
	return first
}

// ofOrder are the actions of one side of an order. Granted, they are granted
// for units: a place alone makes nobody the debtor or the creditor.
var ofOrder = map[Action]func(Subject) []string{
	AnswerOrder: func(s Subject) []string { return []string{s.Debtor} },
	ChairOrder:  func(s Subject) []string { return []string{s.Creditor} },
	ReadCaller:  func(s Subject) []string { return []string{s.Desk, s.Debtor} },
}

// ungrantable are the actions that belong to administrators and to the system.
// Whoever could be given them would have two of three separated powers.
var ungrantable = []Action{
	ManagePack, ManageTokens, ManageAccounts, ManageGrants, ConfirmPack, ReadLedger, ReadAccessLog,
	ReadSystemLog, ReadSecurityLog, ReadAuditLog, FireClock,
}

// Grantable reports whether an action may be granted to a post at all.
func Grantable(a Action) bool {
	_, known := table[a]
	return known && !slices.Contains(ungrantable, a)
}

// NeedsUnits reports whether an action can be granted for units only.
func NeedsUnits(a Action) bool { return ofOrder[a] != nil }

// grants returns the grants of an actor for an action. Administrators have
// none: they see no business data. A token's scopes narrow grants too.
func grants(a Actor, action Action) []*Grant {
	if a.Kind != Staff || org.Role(a.Role).Administers() || !Grantable(action) || len(a.Scopes) > 0 && !slices.Contains(a.Scopes, action) {
		return nil
	}
	var out []*Grant
	for i := range a.Grants {
		if slices.Contains(a.Grants[i].Actions, action) {
			out = append(out, &a.Grants[i])
		}
	}
	return out
}

func (g *Grant) covers(action Action, s Subject) bool {
	units := s.Units
	if of := ofOrder[action]; of != nil {
		if units = of(s); len(g.Units) == 0 {
			return false
		}
	}
	if g.Rank == 0 && len(g.Units) == 0 || g.Rank != 0 && !within(g.At, g.Rank, s.Place) {
		return false
	}
	return len(g.Units) == 0 || slices.ContainsFunc(units, func(u string) bool { return u != "" && slices.Contains(g.Units, u) })
}
