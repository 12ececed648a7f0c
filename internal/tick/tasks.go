package tick

import (
	"context"
	"time"

	"huying/internal/engine"
	"huying/internal/store"
)

// Sealer returns the task that gathers what changed into the ledger's log.
func Sealer(e *engine.Engine, every time.Duration) Task {
	return Task{Name: "seal", Every: every, Alone: true, Run: func(ctx context.Context, _ time.Time) error {
		return steps(ctx, e.DB(), 0, 0, func(ctx context.Context) (int, error) { return e.Seal(ctx, time.Time{}) })
	}}
}

// answersKept is how long an idempotency key keeps its answer.
const answersKept = 30 * 24 * time.Hour

// Forgetter returns the task that drops the answers of commands long past.
func Forgetter(e *engine.Engine) Task {
	return Task{Name: "forget", Every: time.Hour, Alone: true, Run: func(ctx context.Context, now time.Time) error {
		return e.Write(ctx, now, "forget_answers", func(tx *store.Tx) error {
			_, err := store.ForgetAnswers(tx, e.City().Root, now.Add(-answersKept))
			return err
		})
	}}
}
