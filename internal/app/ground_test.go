package app_test

import (
	"testing"
	"time"

	"huying/internal/app"
	"huying/internal/desk/ground"
	"huying/internal/desk/registry"
	"huying/internal/domain/org"
	"huying/internal/engine"
	"huying/internal/ident"
)

// A change of grids holds from its day on: in the process that runs, and in one
// that begins later; before its day, in neither.
func TestAChangeOfGridsHoldsFromItsDayOn(t *testing.T) {
	now := time.Date(2026, 6, 29, 9, 0, 0, 0, ident.Zone)
	cfg := settings(t, "HUYING_PACK=liunan")
	begin := func() *app.App {
		t.Helper()
		a, err := app.NewWith(t.Context(), cfg, silent, app.Options{Now: func() time.Time { return now }})
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	a := begin()
	tree := a.Engine.City().Territory
	old := tree.Children(tree.Children("450204001")[0].Code)[0].Code
	d := ground.New(a.Engine)
	by := func(role org.Role) engine.Command {
		actor, err := registry.ActorOf(a.Engine.City(), "450204001-ZH", role)
		if err != nil {
			t.Fatal(err)
		}
		return engine.Command{Actor: actor, At: now}
	}
	id, err := d.PlanChange(t.Context(), by(org.Dispatcher), ground.NewChange{Kind: "SPLIT", Grids: []string{old}, Parts: 2, Day: 20260701, Reason: "户数多"})
	if err == nil {
		_, err = d.ConfirmChange(t.Context(), by(org.Leader), id, ground.Empty{})
	}
	if err != nil {
		t.Fatal(err)
	}
	holds := func(a *app.App) bool {
		t.Helper()
		if _, err := a.ReloadShapes(t.Context()); err != nil {
			t.Fatal(err)
		}
		p, _ := a.Engine.City().Territory.Place(old)
		return p.Retired() && len(p.Heirs) == 2
	}
	now = time.Date(2026, 6, 30, 23, 59, 59, 0, ident.Zone)
	if holds(a) {
		t.Error("it holds the day before")
	}
	now = now.Add(time.Second)
	if !holds(a) {
		t.Error("it does not hold on its day")
	}
	if err := a.Stop(); err != nil {
		t.Fatal(err)
	}
	b := begin()
	defer func() {
		if err := b.Stop(); err != nil {
			t.Error(err)
		}
	}()
	if p, _ := b.Engine.City().Territory.Place(old); !p.Retired() {
		t.Error("it does not hold in a process that begins later")
	}
}
