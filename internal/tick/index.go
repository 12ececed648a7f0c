package tick

import (
	"context"
	"time"

	"huying/internal/engine"
	"huying/internal/engine/index"
)

// How often the index reads on in the ledger, and how much of it in one
// command: on SQLite that command holds up every other one for as long.
const (
	indexEvery = 500 * time.Millisecond
	indexBatch = 256
)

// While more than indexBusy commands are on their way the index gives way: it
// reads on at most once every indexGives. What it has not read yet is found in
// the ledger's tail, a little slower.
const (
	indexBusy  = 8
	indexGives = 250 * time.Millisecond
)

// Indexer returns the task that keeps the index of matters.
func Indexer(e *engine.Engine) Task {
	return Task{Name: "index", Every: indexEvery, Alone: true, Run: func(ctx context.Context, _ time.Time) error {
		return steps(ctx, e.DB(), indexBusy, indexGives, func(ctx context.Context) (int, error) {
			return index.Step(ctx, e.DB(), indexBatch)
		})
	}}
}
