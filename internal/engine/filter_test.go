package engine_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"huying/internal/domain/access"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/ident"
	"huying/internal/store"
)

// tops are places an actor or a grant may have, the city first.
var tops = append([]string{"440100", "440105"}, places...)

// tierOf is the tier of a place by its code.
func tierOf(place string) int {
	switch {
	case place == "440100":
		return 4
	case len(place) == 6:
		return 3
	case len(place) == 9:
		return 2
	}
	return 1
}

// anybody draws an actor of any role, place and unit, with any grants.
func anybody(t *rapid.T, tree *territory.Tree) access.Actor {
	at := func(label string) (territory.Address, int) {
		p := rapid.SampledFrom(tops).Draw(t, label)
		return tree.Address(p), tierOf(p)
	}
	a := access.Actor{Kind: access.Staff, Role: rapid.SampledFrom(access.Roles()).Draw(t, "role")}
	a.Unit = rapid.SampledFrom(append([]string{""}, viewers...)).Draw(t, "unit")
	if rapid.IntRange(0, 5).Draw(t, "placed") > 0 {
		a.At, a.Rank = at("at")
	}
	if rapid.IntRange(0, 7).Draw(t, "token") == 0 {
		a.Scopes = rapid.SliceOfN(rapid.SampledFrom(access.Actions()), 1, 5).Draw(t, "scopes")
	}
	for range rapid.IntRange(0, 2).Draw(t, "grants") {
		g := access.Grant{Actions: append(rapid.SliceOfN(rapid.SampledFrom(access.Actions()), 0, 4).Draw(t, "granted"), access.ReadMatter)}
		if rapid.Bool().Draw(t, "in a place") {
			g.At, g.Rank = at("in")
		}
		g.Units = slices.Sorted(slices.Values(rapid.SliceOfNDistinct(rapid.SampledFrom(viewers), 0, 3, rapid.ID).Draw(t, "for")))
		a.Grants = append(a.Grants, g)
	}
	return a
}

// listable tells whether an action asks for no side of one order, so that a
// list of matters knows all there is to ask.
func listable(a access.Actor, action access.Action) bool {
	if access.NeedsUnits(action) {
		return false
	}
	return !slices.ContainsFunc(access.Scopes(a, action), func(s access.Scope) bool {
		return s == access.Creditor || s == access.Debtor || s == access.Desk
	})
}

// ids runs a list query.
func ids(t *testing.T, e *engine.Engine, query string, f access.Filter) (out []ident.ID) {
	t.Helper()
	err := e.DB().Read(context.Background(), func(v *store.View) (err error) {
		out, err = store.All(v, query+f.Where+" ORDER BY id", func(r store.Scanner) (id ident.ID, err error) {
			err = r.Scan(&id)
			return id, err
		}, f.Args...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// What the database lists for an actor is what the rule allows it, for any
// actor with any grants and every action of a list.
func TestTheFilterIsTheRule(t *testing.T) {
	each(t, func(t *testing.T, e *engine.Engine) {
		if e.DB().Dialect() == store.Postgres {
			checks(t, "40")
		}
		states, records := scattered(t, e), scatteredRecords(t, e)
		seen, hidden := 0, 0
		rapid.Check(t, func(rt *rapid.T) {
			a := anybody(rt, e.City().Territory)
			action := access.ReadMatter
			if rapid.Bool().Draw(rt, "another action") {
				action = rapid.SampledFrom(access.Actions()).Draw(rt, "action")
			}
			if !listable(a, action) {
				return
			}
			var want, wantRecords []ident.ID
			for _, s := range states {
				if access.Allow(a, action, s.Subject(nil)) == nil {
					want = append(want, s.M.ID)
				}
			}
			for _, id := range records.ids {
				p := records.of[id]
				if access.Allow(a, action, access.Subject{Place: p.Place, Units: []string{p.Unit, p.Other}}) == nil {
					wantRecords = append(wantRecords, id)
				}
			}
			if got := ids(t, e, `SELECT m.id FROM matter m WHERE `, access.List(a, action)); !slices.Equal(got, want) {
				rt.Fatalf("%+v lists %d matters to %s, may %d", a, len(got), action, len(want))
			}
			if got := ids(t, e, `SELECT r.id FROM record r WHERE `, access.Records(a, action)); !slices.Equal(got, wantRecords) {
				rt.Fatalf("%+v lists %d records to %s, may %d", a, len(got), action, len(wantRecords))
			}
			seen, hidden = seen+len(want)+len(wantRecords), hidden+len(states)+len(records.ids)-len(want)-len(wantRecords)
		})
		if seen == 0 || hidden == 0 {
			t.Errorf("%d listed, %d not: nothing was told apart", seen, hidden)
		}
	})
}

// kept is what was entered on a register.
type kept struct {
	ids []ident.ID // in their order
	of  map[ident.ID]pledge
}

// scatteredRecords enters records in many places for many pairs of units.
func scatteredRecords(t *testing.T, e *engine.Engine) kept {
	t.Helper()
	out := kept{of: map[ident.ID]pledge{}}
	cmd := engine.Command{Actor: post(t, e, "440100-ZH"), At: morning}
	for i := range 30 {
		p := pledge{Name: fmt.Sprint("p", i), Unit: viewers[i%len(viewers)], Other: viewers[i*7%len(viewers)]}
		if i%5 > 0 {
			p.Place = e.City().Territory.Address(places[i%len(places)])
		}
		id := enter(t, e, cmd, p)
		out.ids, out.of[id] = append(out.ids, id), p
	}
	slices.Sort(out.ids)
	return out
}
