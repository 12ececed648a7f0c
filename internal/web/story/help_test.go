package story_test

import (
	"testing"

	"huying/internal/desk/intake"
	"huying/internal/desk/registry"
	"huying/internal/web/webtest"
)

// pick returns the number of the newest matter in a state that a post may see.
func pick(t *testing.T, h *webtest.House, post, status string) string {
	t.Helper()
	actor, err := registry.Actor(h.Engine.City(), post)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := intake.New(h.Engine).Matters(t.Context(), actor, intake.Filter{Status: status}, 0, 1, h.Now())
	if err != nil || len(rows) == 0 {
		t.Fatalf("no matter is %s: %v", status, err)
	}
	return rows[0].No.Number()
}
