package store_test

import (
	"context"
	"runtime"
	"strconv"
	"sync/atomic"
	"testing"

	"huying/internal/store"
	"huying/internal/store/storetest"
)

// BenchmarkCommand is one durable command of 1 select, 1 update, 4 inserts and
// 2 counters from 64 goroutines.
func BenchmarkCommand(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) { benchCommands(b, storetest.SQLite(b, nil)) })
	if !storetest.PostgresOff() {
		b.Run("postgres", func(b *testing.B) { benchCommands(b, storetest.Postgres(b, nil)) })
	}
}

func benchCommands(b *testing.B, db *store.DB) {
	benchTables(b, db)
	var next atomic.Int64
	b.SetParallelism(64 / runtime.GOMAXPROCS(0))
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

// BenchmarkRead is a view of one point select.
func BenchmarkRead(b *testing.B) {
	db := storetest.SQLite(b, nil)
	benchTables(b, db)
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for id := 0; pb.Next(); id++ {
			var state string
			err := db.Read(b.Context(), func(v *store.View) error {
				return v.Row(`SELECT state FROM matter WHERE district = ? AND id = ?`, "440111", id%1000).Scan(&state)
			})
			if err != nil {
				b.Error(err)
			}
		}
	})
}

// BenchmarkCounters reads among 100,000 rows: 500 subjects on 200 days.
func BenchmarkCounters(b *testing.B) {
	db := storetest.SQLite(b, nil)
	err := db.Write(b.Context(), "fill", func(tx *store.Tx) error {
		for i := range 100_000 {
			tx.Count(store.CounterKey{District: "d", Name: "n", Subject: strconv.Itoa(i % 500), Day: i / 500}, 1)
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	for name, read := range map[string]func(*store.View) error{
		"sum of 30 days": func(v *store.View) error {
			n, err := store.CounterSum(v, "d", "n", "77", 100, 129)
			if n != 30 {
				b.Error(n)
			}
			return err
		},
		"500 subjects of a day": func(v *store.View) error {
			got, err := store.CounterSubjects(v, "d", "n", 100, 100)
			if len(got) != 500 {
				b.Error(len(got))
			}
			return err
		},
	} {
		b.Run(name, func(b *testing.B) {
			for range b.N {
				if err := db.Read(b.Context(), read); err != nil {
					b.Error(err)
				}
			}
		})
	}
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
