package tick

import (
	"context"
	"time"

	"huying/internal/store"
)

// share is how much of the time background work may take while there are
// commands: on SQLite a step holds up every one of them for as long.
const share = 5

// steps calls step, which returns how much it did, until nothing is left. While
// commands are on their way each step is followed by a rest, share-1 times as
// long, and while more than crowded are on their way at least as long as gives.
func steps(ctx context.Context, db *store.DB, crowded int, gives time.Duration, step func(context.Context) (int, error)) error {
	for {
		began := time.Now()
		if n, err := step(ctx); err != nil || n == 0 {
			return err
		}
		rest := time.Since(began) * (share - 1)
		switch busy := db.Writing(); {
		case busy == 0:
			continue
		case busy > crowded:
			rest = max(rest, gives)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(rest):
		}
	}
}
