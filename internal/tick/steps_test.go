package tick

import (
	"context"
	"errors"
	"testing"

	"huying/internal/store"
	"huying/internal/store/storetest"
)

func TestStepsGoOnUntilNothingIsLeft(t *testing.T) {
	db := storetest.SQLite(t, nil)
	left := []int{3, 2, 0, 7}
	took := 0
	err := steps(t.Context(), db, 0, 0, func(context.Context) (int, error) {
		n := left[took]
		took++
		return n, nil
	})
	if err != nil || took != 3 {
		t.Errorf("%d steps, %v; want 3", took, err)
	}
	broken := errors.New("broken")
	if err := steps(t.Context(), db, 0, 0, func(context.Context) (int, error) { return 1, broken }); !errors.Is(err, broken) {
		t.Errorf("a step that fails: %v", err)
	}
}

// While a command is on its way a step is followed by a rest, which ends when
// the program does.
func TestStepsRestBesideCommands(t *testing.T) {
	db := storetest.SQLite(t, nil)
	ctx, stop := context.WithCancel(t.Context())
	within, done := make(chan struct{}), make(chan error)
	hold := make(chan struct{})
	go func() {
		done <- db.Write(t.Context(), "hold", func(*store.Tx) error {
			close(within)
			<-hold
			return nil
		})
	}()
	<-within
	err := steps(ctx, db, 0, 1<<62, func(context.Context) (int, error) {
		stop()
		return 1, nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("a rest that the end of the program ends: %v", err)
	}
	close(hold)
	if err := <-done; err != nil {
		t.Error(err)
	}
}
