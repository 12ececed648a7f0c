package access_test

import (
	"testing"

	"pgregory.net/rapid"

	"huying/internal/domain/access"
	"huying/internal/domain/org"
	"huying/internal/domain/territory"
)

func TestGrantsReachBeyondTheJurisdiction(t *testing.T) {
	far := territory.Address{District: "440105", Town: "440105001"}
	s := access.Subject{Place: far, Matter: 5, Desk: "440105001-ZH", Creditor: "440105001-ZH", Debtor: "440105-ZJ", Units: []string{"440105001-ZH", "440105-ZJ"}}
	in := func(rank int, at territory.Address, units []string, actions ...access.Action) access.Grant {
		return access.Grant{Actions: actions, At: at, Rank: rank, Units: units}
	}
	district, other := territory.Address{District: "440105"}, territory.Address{District: "440104"}
	for name, tc := range map[string]struct {
		grant  access.Grant
		action access.Action
		want   bool
	}{
		"by place":                        {in(3, district, nil, access.ReadMatter), access.ReadMatter, true},
		"another place":                   {in(3, other, nil, access.ReadMatter), access.ReadMatter, false},
		"another action":                  {in(3, district, nil, access.ReadMatter), access.TriageMatter, false},
		"by unit":                         {in(0, territory.Address{}, []string{"440105-ZJ"}, access.ReadMatter), access.ReadMatter, true},
		"another unit":                    {in(0, territory.Address{}, []string{"440105-SW"}, access.ReadMatter), access.ReadMatter, false},
		"both":                            {in(3, district, []string{"440105-ZJ"}, access.ReadMatter), access.ReadMatter, true},
		"the unit, but elsewhere":         {in(3, other, []string{"440105-ZJ"}, access.ReadMatter), access.ReadMatter, false},
		"neither":                         {in(0, territory.Address{}, nil, access.ReadMatter), access.ReadMatter, false},
		"a place without its code":        {in(3, territory.Address{}, nil, access.ReadMatter), access.ReadMatter, false},
		"a debtor's work, for the debtor": {in(0, territory.Address{}, []string{"440105-ZJ"}, access.AnswerOrder), access.AnswerOrder, true},
		"a debtor's work, for the desk":   {in(0, territory.Address{}, []string{"440105001-ZH"}, access.AnswerOrder), access.AnswerOrder, false},
		"a debtor's work, by place":       {in(4, territory.Address{}, nil, access.AnswerOrder), access.AnswerOrder, false},
		"what administrators do":          {in(4, territory.Address{}, nil, access.ManagePack), access.ManagePack, false},
	} {
		a := dispatcher(2, here)
		a.Grants = []access.Grant{tc.grant}
		if err := access.Allow(a, tc.action, s); (err == nil) != tc.want {
			t.Errorf("%s: %v", name, err)
		}
		for _, role := range []org.Role{org.SystemAdmin, org.SecurityAdmin, org.Auditor} {
			a.Role = role
			if err := access.Allow(a, access.ReadMatter, s); err == nil {
				t.Errorf("%s: %s sees business data by a grant", name, role)
			}
		}
		a.Role, a.Scopes = org.Dispatcher, []access.Action{access.RaiseCall}
		if err := access.Allow(a, tc.action, s); err == nil {
			t.Errorf("%s: a token that does not name the action", name)
		}
	}
}

// TestGrantsOnlyAdd: whatever may be done without a grant may be done with it.
func TestGrantsOnlyAdd(t *testing.T) {
	actions := access.Actions()
	rapid.Check(t, func(t *rapid.T) {
		a := columns[rapid.IntRange(0, len(columns)-1).Draw(t, "actor")].actor
		a.Unit = rapid.SampledFrom([]string{"", "A", "B"}).Draw(t, "unit")
		a.Rank = rapid.IntRange(0, 4).Draw(t, "rank")
		a.At = rapid.SampledFrom([]territory.Address{{}, here}).Draw(t, "at")
		s := access.Subject{Place: here, Matter: 1, Desk: "A", Creditor: "A", Debtor: "B", Units: []string{"A", "B"}}
		action := rapid.SampledFrom(actions).Draw(t, "action")
		granted := a
		granted.Grants = []access.Grant{{
			Actions: rapid.SliceOfN(rapid.SampledFrom(actions), 0, 5).Draw(t, "actions"), At: here,
			Rank: rapid.IntRange(0, 4).Draw(t, "grant rank"), Units: rapid.SliceOfN(rapid.SampledFrom([]string{"A", "C"}), 0, 2).Draw(t, "units"),
		}}
		if access.Allow(a, action, s) == nil && access.Allow(granted, action, s) != nil {
			t.Fatalf("a grant took away %s", action)
		}
		if access.List(a, action).Where == "1=1" && access.List(granted, action).Where != "1=1" {
			t.Fatalf("a grant narrowed the list of %s", action)
		}
	})
}
