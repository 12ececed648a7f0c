package demo_test

import (
	"testing"
	"time"

	"huying/internal/demo"
	"huying/internal/desk/ground"
	"huying/internal/desk/registry"
	"huying/internal/domain/grid"
	"huying/internal/domain/ledger"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/internal/engine"
	"huying/internal/engine/enginetest"
	"huying/internal/ident"
	"huying/internal/store"
	"huying/internal/store/storetest"
	"huying/packs"
)

// The ground is played by the real commands in every city: streets everywhere,
// grids where the city has them.
func TestTheGroundIsPlayedInEveryCity(t *testing.T) {
	until := time.Date(2026, 3, 31, 9, 0, 0, 0, ident.Zone)
	for name, want := range map[string]struct {
		town    string
		grids   bool
		changes int
	}{
		"guangzhou": {"440106001", true, 2}, "liunan": {"450204001", true, 2}, "yangtun": {"320322102", true, 2},
		"beijing": {"110108001", false, 0}, "luohe": {"411102001", false, 0},
	} {
		t.Run(name, func(t *testing.T) {
			city, err := pack.Load(packs.FS, name)
			if err != nil {
				t.Fatal(err)
			}
			now := func() time.Time { return until }
			db := storetest.SQLite(t, engine.Migrations(), store.Options{Now: now})
			e, err := engine.New(db, city, engine.Options{Keys: enginetest.Keys(t, ledger.Intl), Now: now})
			if err != nil {
				t.Fatal(err)
			}
			desk, err := registry.ActorOf(city, want.town+"-ZH", org.Dispatcher)
			if err != nil {
				t.Fatal(err)
			}
			if err := demo.Ground(t.Context(), e, desk, until); err != nil {
				t.Fatal(err)
			}
			d := ground.New(e)
			segments, err := d.Segments(t.Context(), desk, want.town, 0, 10)
			if err != nil || len(segments) != 3 {
				t.Fatalf("%d segments, %v", len(segments), err)
			}
			gaps, err := d.GapsOf(t.Context(), desk, want.town, 20260331)
			if err != nil || len(gaps.Chiefless) != 1 || len(gaps.Quiet) != 1 || want.grids != (gaps.Branches.Covered > 0) || want.grids != (gaps.Buildings.Covered == 3 && gaps.Buildings.All == 4) {
				t.Errorf("%+v, %v", gaps, err)
			}
			changes, err := d.Changes(t.Context(), desk, 0, 10)
			if err != nil || len(changes) != want.changes {
				t.Errorf("%d changes, %v", len(changes), err)
			}
			scenes, err := d.Scenes(t.Context(), desk, want.town, 0, 10)
			if err != nil || len(scenes) != 2 || scenes[0].Fact.Status != grid.SceneSeen || scenes[1].Fact.Status != grid.SceneConfirmed {
				t.Errorf("%+v, %v", scenes, err)
			}
			if v, err := e.Verify(t.Context(), nil); err != nil || len(v.Breaks) > 0 {
				t.Errorf("the ledger: %+v, %v", v, err)
			}
		})
	}
}
