package engine_test

import (
	"context"
	"testing"

	"huying/internal/engine"
	"huying/internal/store"
)

func dbg(t *testing.T, e *engine.Engine) {
	_ = e.DB().Read(context.Background(), func(v *store.View) error {
		rows, err := store.All(v, `SELECT act, COUNT(*) FROM ledger GROUP BY act`, func(r store.Scanner) (c store.SubjectCount, err error) {
			err = r.Scan(&c.Subject, &c.N)
			return c, err
		})
		t.Log(rows, err)
		rows, err = store.All(v, `SELECT status, COUNT(*) FROM matter GROUP BY status`, func(r store.Scanner) (c store.SubjectCount, err error) {
			err = r.Scan(&c.Subject, &c.N)
			return c, err
		})
		t.Log(rows, err)
		return nil
	})
}
