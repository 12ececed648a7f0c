package tick_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"huying/internal/tick"
)

func yes() bool { return true }

func TestATaskThatFailsHoldsUpNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var good, bad, panics atomic.Int64
		r := tick.NewRunner([]tick.Task{
			{Name: "good", Every: time.Minute, Run: func(context.Context, time.Time) error { good.Add(1); return nil }},
			{Name: "bad", Every: time.Minute, Run: func(context.Context, time.Time) error { bad.Add(1); return errors.New("no") }},
			{Name: "panics", Every: time.Minute, Run: func(context.Context, time.Time) error { panics.Add(1); panic("no") }},
		}, yes, time.Now, silent)
		r.Start(t.Context())
		time.Sleep(time.Hour + time.Second)
		if good.Load() != 61 || bad.Load() < 4 || bad.Load() > 8 || panics.Load() != bad.Load() {
			t.Errorf("good %d, bad %d, panics %d", good.Load(), bad.Load(), panics.Load())
		}
		for i, h := range r.Health() {
			if failing := i > 0; (h.Failed > 0) != failing || (h.Error != "") != failing {
				t.Errorf("%+v", h)
			}
		}
		r.Stop()
		r.Stop()
	})
}

func TestOnlyTheLeaderRunsWhatRunsAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var leading atomic.Bool
		var alone, every atomic.Int64
		r := tick.NewRunner([]tick.Task{
			{Name: "alone", Every: time.Minute, Alone: true, Run: func(context.Context, time.Time) error { alone.Add(1); return nil }},
			{Name: "every", Every: time.Minute, Run: func(context.Context, time.Time) error { every.Add(1); return nil }},
		}, leading.Load, time.Now, silent)
		r.Start(t.Context())
		time.Sleep(10*time.Minute + time.Second)
		if alone.Load() != 0 || every.Load() != 11 {
			t.Errorf("alone %d, every %d", alone.Load(), every.Load())
		}
		leading.Store(true)
		time.Sleep(10 * time.Minute)
		if alone.Load() != 10 {
			t.Errorf("alone %d", alone.Load())
		}
		r.Stop()
	})
}

func TestStopEndsATaskThatRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ended := false
		r := tick.NewRunner([]tick.Task{{Name: "long", Every: time.Minute, Run: func(ctx context.Context, _ time.Time) error {
			<-ctx.Done()
			ended = true
			return ctx.Err()
		}}}, yes, time.Now, silent)
		r.Start(t.Context())
		synctest.Wait()
		r.Stop()
		if !ended || r.Health()[0].Failed != 0 {
			t.Errorf("ended %v, %+v", ended, r.Health())
		}
	})
}
