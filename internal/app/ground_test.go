package app_test

import (
	"testing"
	"time"

	"huying/internal/app"
	"huying/internal/desk/ground"
	"huying/internal/desk/intake"
	"huying/internal/desk/registry"
	"huying/internal/domain/call"
	"huying/internal/domain/duty"
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

// A professional grid that orders go to by rule holds in a process that begins
// after it was registered.
func TestLayersHoldInAProcessThatBeginsLater(t *testing.T) {
	now := time.Date(2026, 6, 29, 9, 0, 0, 0, ident.Zone)
	cfg := settings(t, "HUYING_PACK=yangtun")
	begin := func() *app.App {
		t.Helper()
		a, err := app.NewWith(t.Context(), cfg, silent, app.Options{Now: func() time.Time { return now }})
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	const town = "320322102"
	a := begin()
	city := a.Engine.City()
	actor, err := registry.ActorOf(city, town+"-ZH", org.Dispatcher)
	if err != nil {
		t.Fatal(err)
	}
	cmd := engine.Command{Actor: actor, At: now}
	bureau := city.Territory.Address(town).District + "-HB"
	_, err = ground.New(a.Engine).AddLayer(t.Context(), cmd, ground.NewLayer{
		Code: "ENV", Name: "环保专业网格", Line: city.LineOf("HB0101"), Unit: bureau, Place: town, Covers: []string{town}, Rule: true,
	})
	if err != nil {
		t.Fatal(err)
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
	leaf := ""
	for _, l := range city.Duty.Leaves() {
		if city.LineOf(l.Code) == city.LineOf("HB0101") && l.Class == duty.Public && !l.Instant {
			leaf = l.Code
		}
	}
	s, err := intake.New(b.Engine).Receive(t.Context(), cmd, call.Form{Source: "HOTLINE_12345", Kind: "COMPLAINT", Category: leaf, Text: "排烟", Place: town, Name: "王女士", Phone: "19900001234"})
	if err != nil {
		t.Fatal(err)
	}
	if list := s.Proposal(); len(list) != 1 || list[0].Debtor != bureau || list[0].Basis != "环保专业网格" {
		t.Errorf("the call would go to %+v", list)
	}
}
