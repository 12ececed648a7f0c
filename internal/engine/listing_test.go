package engine_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"huying/internal/desk/intake"
	"huying/internal/desk/registry"
	"huying/internal/domain/access"
	"huying/internal/domain/duty"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/domain/person"
	"huying/internal/engine"
	"huying/internal/engine/index"
	"huying/internal/ident"
)

// The places matters lie in, and the units whose posts look at them.
var (
	places  = []string{"440106001001", "440106001002", "440106001", "440106002", "440106", "440105001", "440104001"}
	viewers = []string{
		"440100-ZH", "440100-RX", "440100-DC", "440100-PG", "440100-SJJ", "440100-ZS", "440106-ZH", "440106-JW", "440106-PG", "440106-CG",
		"440105-ZH", "440106001-ZH", "440106001-DGW", "440106001-SJS", "440106001-CGB", "440106002-ZH", "440106001001-JW", "440106001002-JW",
	}
)

// A matter is listed for an actor if and only if the actor may read it, however
// far the index has come.
func TestListedIfAndOnlyIfAllowed(t *testing.T) {
	each(t, func(t *testing.T, e *engine.Engine) {
		states := scattered(t, e)
		listedIfAllowed(t, e, states)
		for i, entries := range []int{40, 1000} {
			if _, err := index.Step(context.Background(), e.DB(), entries); err != nil {
				t.Fatal(err)
			}
			listedIfAllowed(t, e, states)
			if i == 0 { // what the index knows is no longer so
				move(t, e, states[:20])
				listedIfAllowed(t, e, states)
			}
		}
	})
}

// move gives matters that have not been ordered yet another place in their
// district.
func move(t *testing.T, e *engine.Engine, states []*engine.State) {
	t.Helper()
	moved, to := 0, e.City().Territory.Address("440106003")
	for i, s := range states {
		if s.M.Status != matter.Received || s.M.Place.District != "440106" {
			continue
		}
		next, err := e.Act(context.Background(), engine.Command{Actor: post(t, e, s.M.Desk), At: morning.Add(2 * time.Hour)}, "verify", s.M.ID,
			func(f *matter.File) error {
				return f.Verify(matter.Verification{Place: &to})
			})
		if err != nil {
			t.Fatal(err)
		}
		states[i] = next
		moved++
	}
	if moved == 0 {
		t.Fatal("nothing was moved")
	}
}

func listedIfAllowed(t *testing.T, e *engine.Engine, states []*engine.State) {
	t.Helper()
	in := intake.New(e)
	for _, a := range viewersOf(t, e, states) {
		var want []ident.ID
		for _, s := range slices.Backward(states) {
			if access.Allow(a, access.ReadMatter, s.Subject(nil)) == nil {
				want = append(want, s.M.ID)
			}
		}
		if got := listed(t, in, a, intake.Filter{}); !slices.Equal(got, want) {
			t.Errorf("%s %s: lists %d matters, may read %d", a.Kind, a.ID, len(got), len(want))
		}
		for _, s := range states {
			_, err := e.Read(context.Background(), a, s.M.ID)
			if (err == nil) != slices.Contains(want, s.M.ID) {
				t.Errorf("%s reads %v: %v", a.ID, s.M.ID, err)
			}
		}
	}
}

// A filter narrows a list to the rows that fit, and nothing else.
func TestFiltersNarrowTheList(t *testing.T) {
	each(t, func(t *testing.T, e *engine.Engine) {
		states := scattered(t, e)
		in, all := intake.New(e), post(t, e, "440100-ZH")
		for name, tc := range map[string]struct {
			f    intake.Filter
			fits func(m *matter.Matter) bool
		}{
			"status":    {intake.Filter{Status: "ORDERED"}, func(m *matter.Matter) bool { return m.Status == matter.Ordered }},
			"holder":    {intake.Filter{Holder: "440106001-ZH"}, func(m *matter.Matter) bool { return m.Holder == "440106001-ZH" }},
			"district":  {intake.Filter{Place: "440106"}, func(m *matter.Matter) bool { return m.Place.District == "440106" }},
			"town":      {intake.Filter{Place: "440106001"}, func(m *matter.Matter) bool { return m.Place.Town == "440106001" }},
			"community": {intake.Filter{Place: "440106001001"}, func(m *matter.Matter) bool { return m.Place.Community == "440106001001" }},
			"urgency":   {intake.Filter{Urgency: "EMERGENCY"}, func(m *matter.Matter) bool { return m.Urgency == duty.Emergency }},
			"source":    {intake.Filter{Source: "MEDIA"}, func(m *matter.Matter) bool { return m.Source == "MEDIA" }},
			"group":     {intake.Filter{Category: "ZS"}, func(m *matter.Matter) bool { return len(m.Category) > 2 && m.Category[:2] == "ZS" }},
			"from":      {intake.Filter{From: morning.Add(30 * time.Minute)}, func(m *matter.Matter) bool { return !m.ReceivedAt.Time().Before(morning.Add(30 * time.Minute)) }},
			"to":        {intake.Filter{To: morning.Add(30 * time.Minute)}, func(m *matter.Matter) bool { return m.ReceivedAt.Time().Before(morning.Add(30 * time.Minute)) }},
		} {
			var want []ident.ID
			for _, s := range slices.Backward(states) {
				if tc.fits(s.M) {
					want = append(want, s.M.ID)
				}
			}
			if got := listed(t, in, all, tc.f); !slices.Equal(got, want) {
				t.Errorf("%s: %d listed, %d fit", name, len(got), len(want))
			}
		}
	})
}

// scattered makes matters in many places, some of them ordered to units that
// lie elsewhere.
func scattered(t *testing.T, e *engine.Engine) []*engine.State {
	t.Helper()
	ctx, die := context.Background(), rand.New(rand.NewPCG(1, 2))
	agent := post(t, e, "440100-ZH")
	leaves := e.City().Duty.Leaves()
	var out []*engine.State
	for i := range 60 {
		at := morning.Add(time.Duration(i) * time.Minute)
		in := engine.Intake{Call: matter.Call{
			Source: []string{"RESIDENT_WEB", "MEDIA"}[i%2], SourceRef: fmt.Sprint(i), Kind: matter.Complaint, Text: "有情况",
			Category: leaves[die.IntN(len(leaves))].Code, Place: e.City().Territory.Address(places[die.IntN(len(places))]),
			Caller: matter.Caller{Kind: "PERSON"},
		}}
		s, err := e.Receive(ctx, engine.Command{Actor: agent, At: at}, in)
		if err != nil {
			t.Fatal(err)
		}
		if s.M.Status == matter.Received && i%3 == 0 {
			s = ordered(t, e, s, at)
		}
		out = append(out, s)
	}
	return out
}

// ordered has the matter's desk send it to the bureau of its district.
func ordered(t *testing.T, e *engine.Engine, s *engine.State, at time.Time) *engine.State {
	t.Helper()
	desk := post(t, e, s.M.Desk)
	steps := []func(f *matter.File) error{
		func(f *matter.File) error { return f.Verify(matter.Verification{}) },
		func(f *matter.File) error { return f.Triage(duty.Public, "", "城区职责") },
		func(f *matter.File) error {
			return f.Issue(order.Dispatch, []matter.Assignment{{Debtor: f.M.Place.District + "-CG"}})
		},
	}
	for _, step := range steps {
		next, err := e.Act(context.Background(), engine.Command{Actor: desk, At: at}, "order", s.M.ID, step)
		if err != nil {
			t.Fatal(err)
		}
		s = next
	}
	return s
}

// viewersOf are the posts of the viewing units, with and without the whole of
// their rights, two callers and the system's actors.
func viewersOf(t *testing.T, e *engine.Engine, states []*engine.State) []access.Actor {
	t.Helper()
	var out []access.Actor
	for _, unit := range viewers {
		for _, p := range e.City().Org.Posts(unit) {
			a, err := registry.Actor(e.City(), p.Code)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, a)
		}
	}
	out = append(out, granted(t, e)...)
	narrow := out[0]
	narrow.ID, narrow.Scopes = narrow.ID+" by a token", []access.Action{access.RaiseCall}
	out = append(out, narrow, engine.ClockActor(), access.Actor{Kind: access.Staff}, access.Actor{Kind: access.Caller})
	for _, s := range states[:2] {
		a, err := e.Caller(s.M.ID, e.TrackCode(s.M.ID))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, a)
	}
	return out
}

// granted are posts that may read beyond their jurisdiction: by place, by unit,
// where both hold, and several ways at once.
func granted(t *testing.T, e *engine.Engine) []access.Actor {
	t.Helper()
	read := []access.Action{access.ReadMatter}
	ways := []person.Given{
		{Actions: read, Place: "440105"}, {Actions: read, Place: "440106001"}, {Actions: read, Place: "440106001001"}, {Actions: read, Place: "440100"},
		{Actions: read, Unit: "440106-ZH"}, {Actions: read, Unit: "440106-CG"}, {Actions: read, Unit: "440106-ZH", Place: "440106002"},
		{Actions: read, Unit: "440105-CG", Place: "440106"}, {Actions: []access.Action{access.TriageMatter}, Place: "440105"},
	}
	all := []access.Grant{}
	var out []access.Actor
	for _, post := range []string{"440104-CG/HANDLER", "440106-JW/SUPERVISOR", "440100-ZS/SYSTEM_ADMIN"} {
		a, err := registry.Actor(e.City(), post)
		if err != nil {
			t.Fatal(err)
		}
		for i, way := range ways {
			g, ok := way.Granted(e.City())
			if !ok {
				t.Fatalf("%+v means nothing", way)
			}
			b := a
			b.ID, b.Grants = fmt.Sprintf("%s with grant %d", post, i), []access.Grant{g}
			if i != 3 { // the whole city would hide the others
				all = append(all, g)
			}
			out = append(out, b)
		}
		a.ID, a.Grants = post+" with many grants", all
		out = append(out, a)
	}
	return out
}

// listed returns the numbers of all pages.
func listed(t *testing.T, in *intake.Desk, a access.Actor, f intake.Filter) []ident.ID {
	t.Helper()
	var out []ident.ID
	var after ident.ID
	for {
		rows, err := in.Matters(context.Background(), a, f, after, 7, morning)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			out = append(out, r.No)
			after = r.No
		}
		if len(rows) < 7 {
			return out
		}
	}
}
