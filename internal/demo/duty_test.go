package demo_test

import (
	"testing"
	"time"

	"huying/internal/demo"
	"huying/internal/desk/registry"
	"huying/internal/desk/roster"
	"huying/internal/desk/whistle"
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

// In every city a desk is staffed by the real commands; where whistles are blown,
// one runs and one has ended.
func TestDutyIsPlayedInEveryCity(t *testing.T) {
	until := time.Date(2026, 3, 31, 9, 0, 0, 0, ident.Zone)
	for name, want := range map[string]struct {
		town  string
		blown int
	}{"guangzhou": {"440106001", 0}, "liunan": {"450204001", 0}, "yangtun": {"320322102", 0}, "beijing": {"110108001", 2}, "luohe": {"411102001", 2}} {
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
			if err := demo.Duty(t.Context(), e, desk, until); err != nil {
				t.Fatal(err)
			}
			b, err := roster.New(e).Board(t.Context(), desk, want.town, until)
			if err != nil || len(b.Desks) == 0 {
				t.Fatalf("%+v, %v", b, err)
			}
			own := b.Desks[len(b.Desks)-1]
			if own.Plan == nil || len(own.Gaps) != 1 {
				t.Errorf("the desk: %+v", own)
			}
			list, err := whistle.New(e).Notices(t.Context(), desk, desk.Unit, 0, 10)
			if err != nil || len(list) != want.blown {
				t.Errorf("%d whistles, %v", len(list), err)
			}
			running, err := whistle.New(e).Board(t.Context(), desk, "")
			if err != nil || len(running) != want.blown/2 {
				t.Errorf("%d run, %v", len(running), err)
			}
			if v, err := e.Verify(t.Context(), nil); err != nil || len(v.Breaks) > 0 {
				t.Errorf("the ledger: %+v, %v", v, err)
			}
		})
	}
}
