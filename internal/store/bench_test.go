package store_test

import (
	"context"
	"path/filepath"
	"sync/atomic"
	"testing"

	"huying/internal/store"
)

// BenchmarkCommand is one command of 1 select, 1 update, 4 inserts and 2
// counters from 64 goroutines, durable, on SQLite.
func BenchmarkCommand(b *testing.B) {
	db, err := store.Open(b.Context(), filepath.Join(b.TempDir(), "b.db"), store.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := db.Close(); err != nil {
			b.Error(err)
		}
	})
	benchTables(b, db)
	var next atomic.Int64
	b.SetParallelism(64 / max(1, 2))
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := benchCommand(b.Context(), db, next.Add(1)); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "commands/s")
}

func benchTables(b *testing.B, db *store.DB) {
	b.Helper()
	err := db.Write(b.Context(), "tables", func(tx *store.Tx) error {
		for _, ddl := range []string{
			`CREATE TABLE matter (district TEXT NOT NULL, id BIGINT NOT NULL, state TEXT NOT NULL, rev INTEGER NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (district, id))`,
			`CREATE TABLE event (district TEXT NOT NULL, id BIGINT NOT NULL, matter BIGINT NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (district, id))`,
			`CREATE INDEX event_matter ON event (district, matter, at)`,
		} {
			if _, err := tx.Exec(ddl); err != nil {
				return err
			}
		}
		for i := range 1000 {
			if _, err := tx.Exec(`INSERT INTO matter VALUES (?, ?, ?, ?, ?)`, "440111", i, "open", 0, 0); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

func benchCommand(ctx context.Context, db *store.DB, n int64) error {
	return db.Write(ctx, "bench", func(tx *store.Tx) error {
		var state string
		var rev int
		id := n % 1000
		if err := tx.Row(`SELECT state, rev FROM matter WHERE district = ? AND id = ?`+tx.Lock(), "440111", id).Scan(&state, &rev); err != nil {
			return err
		}
		if _, err := tx.Exec(`UPDATE matter SET state = ?, rev = ?, at = ? WHERE district = ? AND id = ?`,
			"accepted", rev+1, tx.Now().UnixMicro(), "440111", id); err != nil {
			return err
		}
		for i := range int64(4) {
			if err := tx.Queue(`INSERT INTO event VALUES (?, ?, ?, ?, ?, ?)`, "440111", n*4+i, id, "accepted",
				`{"unit":"白云区城市管理局","note":"已受理，请在两个工作日内办结"}`, tx.Now().UnixMicro()); err != nil {
				return err
			}
		}
		tx.Count(store.CounterKey{District: "440111", Name: "accepted", Subject: "unit7", Day: 20260315}, 1)
		tx.Count(store.CounterKey{District: "440111", Name: "accepted", Day: 20260315}, 1)
		return nil
	})
}
