package api_test

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"huying/internal/api"
	"huying/internal/domain/ledger"
	"huying/internal/domain/org"
	"huying/internal/engine"
	"huying/internal/engine/enginetest"
	"huying/internal/store/storetest"
)

// instant is a call that a rule dispatches at once.
func instant(x *town, n int64) string {
	for _, l := range x.City().Duty.Leaves() {
		if l.Instant && !l.FanOut {
			return fmt.Sprintf(`{"source":"GRID_APP","source_ref":"B-%d","kind":"HAZARD","category":"%s","text":"路面塌陷一处，约两米见方，已拉警戒线，请尽快派人处理。","place":"440106001001"}`, n, l.Code)
		}
	}
	return ""
}

// BenchmarkCallWhole is intake to dispatched over a real connection with a
// real engine on a file: client, server and disk on the same machine.
func BenchmarkCallWhole(b *testing.B) {
	city := enginetest.Guangzhou(b)
	x := &town{now: time.Now()}
	var err error
	if x.Engine, err = engine.New(storetest.SQLite(b, engine.Migrations()), city, engine.Options{Keys: enginetest.Keys(b, ledger.Intl), Now: time.Now}); err != nil {
		b.Fatal(err)
	}
	h, err := api.New(api.Deps{Engine: x.Engine, Now: time.Now, Log: slog.New(slog.NewJSONHandler(io.Discard, nil)), Rates: many()})
	if err != nil {
		b.Fatal(err)
	}
	srv := httptest.NewServer(h)
	defer srv.Close()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 128}}
	token := x.token(b, "440106001-ZH", org.Dispatcher)
	body := instant(x, 0)
	var n atomic.Int64
	b.SetParallelism(32)
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			req, _ := http.NewRequest("POST", srv.URL+"/api/v1/calls", strings.NewReader(strings.Replace(body, "B-0", fmt.Sprint("B-", n.Add(1)), 1)))
			req.Header.Set("Authorization", "Bearer "+token)
			req.Header.Set("Content-Type", "application/json")
			res, err := client.Do(req)
			if err != nil {
				b.Error(err)
				return
			}
			_, _ = io.Copy(io.Discard, res.Body)
			res.Body.Close()
			if res.StatusCode != 201 {
				b.Errorf("status %d", res.StatusCode)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "calls/s")
}
