package engine_test

import (
	"context"
	"testing"
	"time"

	"huying/internal/domain/org"
	"huying/internal/engine"
	"huying/internal/ident"
)

// Three red cards of one unit within the month let the district take over,
// whatever matters they are of (C5.4); those of an earlier month do not count.
func TestRedCardsAreCountedByUnitAndWindow(t *testing.T) {
	each(t, func(t *testing.T, e *engine.Engine) {
		for i, want := range []struct {
			later time.Duration // than the first matter
			level org.Level
		}{{0, org.Town}, {time.Hour, org.Town}, {2 * time.Hour, org.District}, {60 * 24 * time.Hour, org.Town}} {
			id := fouractsAt(t, e, "路灯坏了", morning.Add(want.later))
			if level := untilRed(t, e, id); level != want.level {
				t.Errorf("matter %d is at level %s, want %s", i, level, want.level)
			}
		}
	})
}

// untilRed lets the clocks of a matter fire until it has a red card, and
// returns its level then.
func untilRed(t *testing.T, e *engine.Engine, id ident.ID) org.Level {
	t.Helper()
	for range 30 {
		s, err := e.Load(context.Background(), id)
		if err != nil {
			t.Fatal(err)
		}
		if s.M.Reds > 0 {
			return s.M.Level
		}
		if _, err := e.Fire(context.Background(), id, s.M.Next.Time()); err != nil {
			t.Fatal(err)
		}
	}
	t.Fatal("no red card came")
	return ""
}
