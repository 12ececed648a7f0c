package engine_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"huying/internal/domain/ledger"
	"huying/internal/domain/matter"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/engine/enginetest"
	"huying/internal/store/storetest"
)

// BenchmarkIntakeToDispatched is a call that a rule dispatches at once: one
// command, durable when it returns.
func BenchmarkIntakeToDispatched(b *testing.B) {
	city := enginetest.Guangzhou(b)
	db := storetest.SQLite(b, engine.Migrations())
	e, err := engine.New(db, city, engine.Options{Keys: enginetest.Keys(b, ledger.Intl), Now: time.Now})
	if err != nil {
		b.Fatal(err)
	}
	in := instantCall(b, e)
	var n atomic.Int64
	b.SetParallelism(32)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			in := in
			in.SourceRef = fmt.Sprintf("B-%d", n.Add(1))
			if _, err := e.Receive(context.Background(), engine.Command{Actor: engine.ImportActor()}, in); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "commands/s")
}

func instantCall(t testing.TB, e *engine.Engine) engine.Intake {
	t.Helper()
	for _, l := range e.City().Duty.Leaves() {
		if l.Instant && !l.FanOut {
			return engine.Intake{Call: matter.Call{
				Source: "GRID_APP", Kind: matter.Hazard, Category: l.Code, Text: "路面塌陷一处，约两米见方，已拉警戒线，请尽快派人处理。",
				Place: territory.Address{District: "440106", Town: "440106001", Community: "440106001001"}, Caller: matter.Caller{Kind: "STAFF"},
			}}
		}
	}
	t.Fatal("the pack has no instant category")
	return engine.Intake{}
}
