package exchange_test

import (
	"context"
	"os"
	"testing"

	"huying/internal/desk/exchange"
	"huying/internal/engine"
	"huying/internal/store"
)

func TestZZKill(t *testing.T) {
	ctx := context.Background()
	db, err := store.Open(ctx, "/tmp/kill/k.db", store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := store.Migrate(ctx, db, engine.Migrations()); err != nil {
		t.Fatal(err)
	}
	e := engineOn(t, db, city(t))
	b, _ := os.ReadFile("../../../test/real/hotspot.mapping.yaml")
	m, err := exchange.ParseMapping("m", b)
	if err != nil {
		t.Fatal(err)
	}
	f, _ := os.Open("/tmp/big.jsonl")
	rej, _ := os.OpenFile("/tmp/kill/rej.csv", os.O_RDWR|os.O_CREATE, 0o600)
	r, err := exchange.Import(ctx, e, exchange.Source{Name: "big.jsonl", Body: f}, exchange.Options{Mapping: m, Rejects: rej, State: "/tmp/kill/state", Resume: true})
	t.Logf("%+v %v n=%d", r, err, count(t, e))
}
