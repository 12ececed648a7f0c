package cli

import (
	"log/slog"
	"testing"
	"time"

	"huying/internal/app"
	"huying/internal/config"
	"huying/internal/desk/registry"
	"huying/internal/desk/whistle"
	"huying/internal/domain/org"
	"huying/internal/engine"
	"huying/internal/store"
)

// A pack as "pack new" makes it plays the whole demonstration, each desk taking
// part, and a street of it blows a whistle of its own.
func TestAFreshPackPlaysEveryDeskAndBlowsAWhistle(t *testing.T) {
	p := newPlace(t)
	p.want(exitOK, "demo", "--once", "--matters", "40", "--days", "3", "--until", "2026-03-31 10:00", "--data", "played")
	cfg, err := config.Load(config.Sources{Env: p.env, Flags: map[string]string{"data": "played"}})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 3, 31, 3, 0, 0, 0, time.UTC)
	o, err := app.Open(t.Context(), cfg, app.Serve, func() time.Time { return now }, nil, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := o.Close(); err != nil {
			t.Error(err)
		}
	})
	kept := map[string]int64{}
	err = o.DB.Read(t.Context(), func(v *store.View) error {
		_, err := store.All(v, `SELECT register, COUNT(*) FROM record GROUP BY register`, func(r store.Scanner) (name string, err error) {
			var n int64
			err = r.Scan(&name, &n)
			kept[name] = n
			return name, err
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, register := range []string{
		"WHISTLE", "DUTY", "PLATFORM", "LIST", "LIST_PART", "ADMISSION", "DEMAND", "BATCH", "COMMENTARY", "TASK_FORCE", "FUND", "FUND_LINE", "GATE", "LIAISON", "OBSERVATION",
		"SEGMENT", "STATION",
	} {
		if kept[register] == 0 {
			t.Errorf("the demonstration of a new city keeps nothing on %s: %v", register, kept)
		}
	}
	street, err := registry.ActorOf(o.Engine.City(), "990101002-ZH", org.Dispatcher)
	if err != nil {
		t.Fatal(err)
	}
	s, err := whistle.New(o.Engine).Raise(t.Context(), engine.Command{Actor: street, At: now}, whistle.Raise{
		Blow:    whistle.Blow{Kind: "EMERGENCY", Why: "一家管不了", Departments: []whistle.Called{{Unit: "990101002-PCS"}, {Unit: "990101-CG"}}},
		Urgency: "EMERGENCY", Text: "路面塌陷", Places: []string{"990101002"},
	})
	if err != nil || len(s.M.Whistles) != 1 || len(s.Orders) != 2 {
		t.Fatalf("%v: %+v", err, s)
	}
}
