package exchange_test

import (
	"bytes"
	"sync"
	"testing"
	"time"

	"huying/internal/domain/clock"
	"huying/internal/domain/ledger"
	"huying/internal/domain/pack"
	"huying/internal/engine"
	"huying/internal/ident"
	"huying/internal/store"
	"huying/internal/store/storetest"
	"huying/packs"
)

func TestMain(m *testing.M) { storetest.Main(m) }

var guangzhou = sync.OnceValues(func() (*pack.City, error) { return pack.Load(packs.FS, "guangzhou") })

var now = time.Date(2026, 3, 10, 9, 0, 0, 0, ident.Zone)

func city(t testing.TB) *pack.City {
	t.Helper()
	c, err := guangzhou()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func engineOn(t testing.TB, db *store.DB, c *pack.City, wake ...func(clock.Instant)) *engine.Engine {
	t.Helper()
	suite, err := ledger.SuiteByName(ledger.Intl)
	if err != nil {
		t.Fatal(err)
	}
	zero := bytes.NewReader(make([]byte, 4096))
	sign, err := ledger.GenerateKey(suite, "huying.test/log", zero)
	if err != nil {
		t.Fatal(err)
	}
	master, err := ledger.NewKey(suite, zero)
	if err != nil {
		t.Fatal(err)
	}
	o := engine.Options{Keys: engine.Keys{Sign: sign, Master: master}, Now: func() time.Time { return now }}
	if len(wake) > 0 {
		o.Wake = wake[0]
	}
	e, err := engine.New(db, c, o)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func each(t *testing.T, fn func(t *testing.T, e *engine.Engine)) {
	storetest.Each(t, engine.Migrations(), func(t *testing.T, db *store.DB) { fn(t, engineOn(t, db, city(t))) })
}
