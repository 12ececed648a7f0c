package engine_test

import (
	"context"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/engine"
)

// The story ends with the matter as it is stored, and each act of it shows the
// state that it left.
func TestTheStoryIsWhatHappened(t *testing.T) {
	each(t, func(t *testing.T, e *engine.Engine) {
		ctx, id := context.Background(), fouracts(t, e, "路灯坏了")
		s, err := e.Load(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		answer := func(f *matter.File) error { return f.Respond(f.Orders[0], matter.Response{Text: "已修好"}) }
		if s, err = e.Act(ctx, engine.Command{Actor: post(t, e, "440106-CG"), At: morning.Add(time.Hour)}, "respond", id, answer); err != nil {
			t.Fatal(err)
		}
		story, err := e.Story(ctx, s)
		if err != nil {
			t.Fatal(err)
		}
		var acts []string
		var states []matter.Status
		for _, ev := range story {
			acts, states = append(acts, ev.Act), append(states, ev.M.Status)
		}
		if want := []string{"receive", "verify", "triage", "issue", "respond"}; !slices.Equal(acts, want) {
			t.Fatalf("acts %v, want %v", acts, want)
		}
		if want := []matter.Status{matter.Received, matter.Verified, matter.Triaged, matter.Ordered, matter.Awaiting}; !slices.Equal(states, want) {
			t.Errorf("states %v, want %v", states, want)
		}
		end := story[4]
		if got, want := asJSON(t, end.M), asJSON(t, s.M); got != want {
			t.Errorf("the story ends with %s, stored is %s", got, want)
		}
		if end.O == nil || end.Order != s.Orders[0].ID || end.O.Answer().Text != "已修好" || end.Unit != "440106-CG" {
			t.Errorf("the answer is told as %+v", end)
		}
		if story[3].O != nil || len(story[3].Moves) < 2 || story[3].Moves[0].To != string(order.Issued) {
			t.Errorf("the order is told as %+v", story[3])
		}
	})
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// A dry command shows what would come, with the same faults, and keeps nothing.
func TestADryCommandKeepsNothing(t *testing.T) {
	each(t, func(t *testing.T, e *engine.Engine) {
		ctx, id := context.Background(), fouracts(t, e, "路灯坏了")
		before, err := e.Load(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		cmd := engine.Command{Actor: post(t, e, "440106-CG"), At: morning.Add(time.Hour), Key: "dry-once", Dry: true}
		answer := func(f *matter.File) error { return f.Respond(f.Orders[0], matter.Response{Text: "已修好"}) }
		would, err := e.Act(ctx, cmd, "respond", id, answer)
		if err != nil || would.M.Status != matter.Awaiting || would.Orders[0].Status != order.Responded {
			t.Fatalf("%+v, %v", would, err)
		}
		after, err := e.Load(ctx, id)
		if err != nil || after.Rev != before.Rev || asJSON(t, after.Orders) != asJSON(t, before.Orders) {
			t.Errorf("a dry command left revision %d, %v", after.Rev, err)
		}
		verified(t, e)
		cmd.Actor = post(t, e, "440106-ZJ")
		if _, err := e.Act(ctx, cmd, "respond", id, answer); err == nil {
			t.Error("a dry command of another unit was let through")
		}
		cmd.Actor, cmd.Dry = post(t, e, "440106-CG"), false
		if s, err := e.Act(ctx, cmd, "respond", id, answer); err != nil || s.Replayed || s.M.Status != matter.Awaiting {
			t.Errorf("the dry command used up its key: %v", err)
		}
	})
}
