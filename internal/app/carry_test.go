package app_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"huying/internal/app"
	"huying/internal/config"
	"huying/internal/desk/people"
	"huying/internal/desk/registry"
	"huying/internal/domain/org"
	"huying/internal/domain/person"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/web/office"
)

func opened(t *testing.T, cfg *config.Config) *app.App {
	t.Helper()
	a, err := app.New(t.Context(), cfg, silent)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Stop(); err != nil {
			t.Error(err)
		}
	})
	return a
}

// postOf is the first post of a role in the city.
func postOf(t *testing.T, a *app.App, role org.Role) string {
	t.Helper()
	for _, u := range a.Engine.City().Org.Units() {
		for _, p := range a.Engine.City().Org.Posts(u) {
			if p.Role == role {
				return p.Code
			}
		}
	}
	t.Fatalf("no %s", role)
	return ""
}

func proposal(t *testing.T, a *app.App, kind person.ProposalKind, role org.Role, payload any) people.Proposal {
	t.Helper()
	body, err := json.Marshal(payload)
	if err != nil {
		t.Fatal(err)
	}
	return people.Proposal{ID: "P1", Payload: body, Post: postOf(t, a, role), Proposal: person.Proposal{Kind: kind}}
}

// TestThePackChangesWhileTheCityRuns: files are changed, the version is agreed
// on, and holds at once; a version that nobody agreed on does not.
func TestThePackChangesWhileTheCityRuns(t *testing.T) {
	cfg := settings(t)
	a := opened(t, cfg)
	before := a.Engine.City().Version
	file := filepath.Join(cfg.Pack, "categories.csv")
	body, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	leaf := a.Engine.City().Duty.Leaves()[0]
	if err := os.WriteFile(file, []byte(strings.Replace(string(body), leaf.Name+",", leaf.Name+"（新）,", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if a.Engine.City().Version != before {
		t.Fatal("it held before anybody agreed")
	}
	wrong := proposal(t, a, person.PackChange, org.SystemAdmin, office.PackPayload{Version: "another"})
	if err := a.Carry(t.Context(), wrong, "k"); fault.Code(err) != "pack.changed_meanwhile" {
		t.Errorf("another version: %v", err)
	}
	fresh, err := app.LoadCity(cfg)
	if err != nil {
		t.Fatal(err)
	}
	p := proposal(t, a, person.PackChange, org.SystemAdmin, office.PackPayload{Version: fresh.Version})
	for range 2 {
		if err := a.Carry(t.Context(), p, "k"); err != nil {
			t.Fatal(err)
		}
	}
	if got, _ := a.Engine.City().Duty.Leaf(leaf.Code); got.Name != leaf.Name+"（新）" {
		t.Errorf("it does not hold: %s", got.Name)
	}
	by, err := registry.Actor(a.Engine.City(), p.Post)
	if err != nil {
		t.Fatal(err)
	}
	if past, err := a.Registry.Activations(t.Context(), by, 10); err != nil || len(past) != 2 || past[0].Proposal != "P1" || past[1].Proposal != "" {
		t.Errorf("what was put in force: %+v %v", past, err)
	}
}

// TestShapesHoldAfterTwoAgreed: a draft alone changes nothing; carried, it
// holds at once.
func TestShapesHoldAfterTwoAgreed(t *testing.T) {
	a := opened(t, settings(t))
	tree := a.Engine.City().Territory
	district := tree.Children(a.Engine.City().Root)[0]
	ring := district.Shape[0][0]
	points := make([]string, len(ring))
	for i, p := range ring {
		body, err := json.Marshal([]float64{p[0], p[1]})
		if err != nil {
			t.Fatal(err)
		}
		points[i] = string(body)
	}
	file := `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"` + district.Code + `"},"geometry":{"type":"Polygon","coordinates":[[` + strings.Join(points, ",") + `]]}}]}`
	p := proposal(t, a, person.TerritoryChange, org.SystemAdmin, nil)
	by, err := registry.Actor(a.Engine.City(), p.Post)
	if err != nil {
		t.Fatal(err)
	}
	d, err := a.Registry.KeepDraft(t.Context(), engine.Command{Actor: by}, strings.NewReader(file), territory.WGS84, "")
	if err != nil {
		t.Fatal(err)
	}
	if now, _ := a.Engine.City().Territory.Place(district.Code); !now.Synthetic {
		t.Error("the draft holds already")
	}
	p = proposal(t, a, person.TerritoryChange, org.SystemAdmin, office.ShapesPayload{Draft: d.ID})
	if err := a.Carry(t.Context(), p, "k"); err != nil {
		t.Fatal(err)
	}
	if now, _ := a.Engine.City().Territory.Place(district.Code); now.Synthetic {
		t.Error("the shape does not hold")
	}
	gone := proposal(t, a, person.TerritoryChange, org.SystemAdmin, office.ShapesPayload{Draft: "none"})
	if err := a.Carry(t.Context(), gone, "k"); fault.Code(err) != "shape.draft_unknown" {
		t.Errorf("%v", err)
	}
}

func TestAHiddenIdentityIsNotCarriedByTheSystem(t *testing.T) {
	a := opened(t, settings(t))
	if err := a.Carry(t.Context(), proposal(t, a, person.UnsealIdentity, org.SystemAdmin, nil), "k"); fault.Code(err) != "proposal.not_carried" {
		t.Errorf("%v", err)
	}
}
