package demo_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"huying/internal/demo"
	"huying/internal/domain/ledger"
	"huying/internal/domain/pack"
	"huying/internal/engine"
	"huying/internal/engine/enginetest"
	"huying/internal/ident"
	"huying/internal/store/storetest"
	"huying/packs"
)

func TestMain(m *testing.M) { storetest.Main(m) }

func run(t testing.TB, matters int, seed uint64) (*demo.Summary, *engine.Engine) {
	t.Helper()
	return runIn(t, enginetest.Guangzhou(t), matters, seed)
}

func runIn(t testing.TB, city *pack.City, matters int, seed uint64) (*demo.Summary, *engine.Engine) {
	t.Helper()
	db := storetest.SQLite(t, engine.Migrations())
	until := time.Date(2026, 4, 1, 9, 0, 0, 0, ident.Zone)
	s, err := demo.Run(context.Background(), db, city, enginetest.Keys(t, ledger.Intl), packs.FS, demo.Options{Seed: seed, Matters: matters, Days: 30, Until: until})
	if err != nil {
		t.Fatal(err)
	}
	e, err := engine.New(db, city, engine.Options{Node: ident.MaxNode, Keys: enginetest.Keys(t, ledger.Intl), Now: func() time.Time { return until }})
	if err != nil {
		t.Fatal(err)
	}
	return s, e
}

func TestTheSameSeedGivesTheSameCity(t *testing.T) {
	one, _ := run(t, 400, 7)
	two, _ := run(t, 400, 7)
	if diff := cmp.Diff(one, two, cmpopts.IgnoreFields(demo.Summary{}, "Seconds")); diff != "" {
		t.Fatal(diff)
	}
	other, _ := run(t, 400, 8)
	if one.Entries == other.Entries && one.OnTime == other.OnTime {
		t.Fatal("another seed gave the same city")
	}
}

func TestAPlayedCityIsWholeAndVerifies(t *testing.T) {
	s, e := run(t, 800, 1)
	t.Logf("%+v", *s)
	if s.Received != 800 || s.Merged == 0 || s.Closed == 0 || s.Open == 0 || s.Cards.Yellow == 0 || s.Cards.Red == 0 || s.Late == 0 || s.OnTime < s.Late {
		t.Fatalf("not a city that has lived: %+v", *s)
	}
	v, err := e.Verify(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(v.Breaks) > 0 {
		t.Fatalf("%d breaks, the first: %s", len(v.Breaks), v.Breaks[0])
	}
	// Besides what was called in there are tasks, and records with an entry at
	// least each.
	if v.Records == 0 || v.Entries < s.Entries+v.Records || v.Matters <= s.Received {
		t.Fatalf("verified %d entries of %d matters and %d records, played %d of %d", v.Entries, v.Matters, v.Records, s.Entries, s.Received)
	}
}

// TestEveryPackPlays: a district or a county by itself, a city with more
// districts than there are nodes, and the others.
func TestEveryPackPlays(t *testing.T) {
	for _, id := range []string{"liunan", "yangtun", "beijing", "luohe"} {
		t.Run(id, func(t *testing.T) {
			city, err := pack.Load(packs.FS, id)
			if err != nil {
				t.Fatal(err)
			}
			s, e := runIn(t, city, 80, 3)
			if s.Received != 80 || s.Merged == 0 || s.Dispatched == 0 || s.Closed == 0 || s.OnTime < s.Late {
				t.Fatalf("not a city that has lived: %+v", *s)
			}
			v, err := e.Verify(context.Background(), nil)
			if err != nil || len(v.Breaks) > 0 || v.Matters <= s.Received || v.Records == 0 {
				t.Fatalf("%v: %+v", err, v)
			}
		})
	}
}
