package api

import (
	"slices"
	"testing"

	"huying/internal/domain/access"
)

func TestEveryRouteHasAnAuthority(t *testing.T) {
	seen := map[string]bool{}
	for _, rt := range routes() {
		if seen[rt.ID] || seen[rt.Method+rt.full()] {
			t.Errorf("%s twice", rt.ID)
		}
		seen[rt.ID], seen[rt.Method+rt.full()] = true, true
		if rt.err != nil {
			t.Errorf("%s: %v", rt.ID, rt.err)
		}
		switch {
		case rt.Gate == staff && !slices.Contains(access.Actions(), rt.Action):
			t.Errorf("%s asks for no action", rt.ID)
		case rt.Gate != staff && rt.Action != "" && !slices.Contains(access.Actions(), rt.Action):
			t.Errorf("%s asks for an unknown action %s", rt.ID, rt.Action)
		case rt.Zh == "" || rt.En == "":
			t.Errorf("%s says not what it is for", rt.ID)
		case rt.Method == get && rt.status != 200, rt.Method == remove && rt.status != 204:
			t.Errorf("%s answers %d", rt.ID, rt.status)
		}
		if rt.Gate == public && rt.Method != get && rt.ID != "public-call" {
			t.Errorf("%s lets anybody act", rt.ID)
		}
	}
}

// Routes is the table, for the tests outside.
func Routes() []Route { return routes() }

// The gates, for the tests outside.
const (
	Staff, Member, CallerOnly, Public, Probe = staff, member, caller, public, probe
)

// Full is the path with its base.
func (rt *Route) Full() string { return rt.full() }
