package demo_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"huying/internal/demo"
	"huying/internal/domain/ledger"
	"huying/internal/domain/pack"
	"huying/internal/engine"
	"huying/internal/ident"
	"huying/internal/store/storetest"
	"huying/packs"
)

func TestMain(m *testing.M) { storetest.Main(m) }

func keys(t testing.TB) engine.Keys {
	t.Helper()
	suite, err := ledger.SuiteByName(ledger.Intl)
	if err != nil {
		t.Fatal(err)
	}
	zero := bytes.NewReader(make([]byte, 4096))
	sign, err := ledger.GenerateKey(suite, "huying.demo/log", zero)
	if err != nil {
		t.Fatal(err)
	}
	master, err := ledger.NewKey(suite, zero)
	if err != nil {
		t.Fatal(err)
	}
	return engine.Keys{Sign: sign, Master: master}
}

func run(t testing.TB, matters int, seed uint64) (*demo.Summary, *engine.Engine) {
	t.Helper()
	city, err := pack.Load(packs.FS, "guangzhou")
	if err != nil {
		t.Fatal(err)
	}
	db := storetest.SQLite(t, engine.Migrations())
	until := time.Date(2026, 4, 1, 9, 0, 0, 0, ident.Zone)
	s, err := demo.Run(context.Background(), db, city, keys(t), packs.FS, demo.Options{Seed: seed, Matters: matters, Days: 30, Until: until})
	if err != nil {
		t.Fatal(err)
	}
	e, err := engine.New(db, city, engine.Options{Node: ident.MaxNode, Keys: keys(t), Now: func() time.Time { return until }})
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
	if v.Entries != s.Entries || v.Matters != s.Received {
		t.Fatalf("verified %d entries of %d matters, played %d of %d", v.Entries, v.Matters, s.Entries, s.Received)
	}
}
