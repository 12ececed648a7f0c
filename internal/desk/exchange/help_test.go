package exchange_test

import (
	"testing"
	"time"

	"huying/internal/domain/clock"
	"huying/internal/domain/ledger"
	"huying/internal/domain/pack"
	"huying/internal/engine"
	"huying/internal/engine/enginetest"
	"huying/internal/ident"
	"huying/internal/store"
	"huying/internal/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

var now = time.Date(2026, 3, 10, 9, 0, 0, 0, ident.Zone)

func city(t testing.TB) *pack.City {
	t.Helper()
	c := enginetest.Guangzhou(t)
	return c
}

func engineOn(t testing.TB, db *store.DB, c *pack.City, wake ...func(clock.Instant)) *engine.Engine {
	t.Helper()
	o := engine.Options{Keys: enginetest.Keys(t, ledger.Intl), Now: func() time.Time { return now }}
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
