package demo_test

import (
	"testing"
	"time"

	"huying/internal/demo"
	"huying/internal/desk/burden"
	desk "huying/internal/desk/mandate"
	"huying/internal/desk/registry"
	rules "huying/internal/domain/burden"
	"huying/internal/domain/ledger"
	"huying/internal/domain/mandate"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/internal/engine"
	"huying/internal/engine/enginetest"
	"huying/internal/ident"
	"huying/internal/store"
	"huying/internal/store/storetest"
	"huying/packs"
)

// In every city a list comes into force by the real commands, and the ledger
// proves it.
func TestListsArePlayedInEveryCity(t *testing.T) {
	until := time.Date(2026, 3, 31, 9, 0, 0, 0, ident.Zone)
	for name, district := range map[string]string{"guangzhou": "440103", "liunan": "450204", "yangtun": "320322", "beijing": "110101", "luohe": "411102"} {
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
			if err := demo.Lists(t.Context(), e, until); err != nil {
				t.Fatal(err)
			}
			by, err := registry.ActorOf(city, district+"-DW", org.Organiser)
			if err != nil {
				t.Fatal(err)
			}
			lists, err := desk.New(e).Lists(t.Context(), by, desk.Filter{})
			if err != nil || len(lists) != 2 || lists[1].Fact.Status != mandate.Published || lists[0].Fact.Status != mandate.Draft {
				t.Errorf("the lists: %+v, %v", lists, err)
			}
			sums, err := burden.New(e).Cleanups(t.Context(), by, district)
			if err != nil || sums[rules.Group] == 0 || sums[rules.App] == 0 || sums[rules.Sign] == 0 {
				t.Errorf("cleaned up: %v, %v", sums, err)
			}
			if v, err := e.Verify(t.Context(), nil); err != nil || len(v.Breaks) > 0 {
				t.Errorf("the ledger: %+v, %v", v, err)
			}
		})
	}
}
