package engine_test

import (
	"context"
	"testing"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/ledger"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/domain/org"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/engine/enginetest"
	"huying/internal/ident"
	"huying/internal/store"
	"huying/internal/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

var morning = time.Date(2026, 3, 10, 9, 0, 0, 0, ident.Zone) // a Tuesday

func on(t *testing.T, db *store.DB) *engine.Engine {
	t.Helper()
	city := enginetest.Guangzhou(t)
	e, err := engine.New(db, city, engine.Options{Keys: enginetest.Keys(t, ledger.Intl), Now: func() time.Time { return morning }})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func each(t *testing.T, fn func(t *testing.T, e *engine.Engine)) {
	storetest.Each(t, engine.Migrations(), func(t *testing.T, db *store.DB) { fn(t, on(t, db)) })
}

func post(t *testing.T, e *engine.Engine, unit string) access.Actor {
	t.Helper()
	p := e.City().Org.DefaultPost(unit)
	if p == nil {
		t.Fatalf("unit %s has no post", unit)
	}
	u, _ := e.City().Org.Unit(unit)
	return access.Actor{ID: p.Code, Kind: access.Staff, Role: p.Role, Unit: unit, At: e.City().Territory.Address(u.Territory), Rank: u.Level.Rank()}
}

func TestACallIsAnswered(t *testing.T) {
	each(t, func(t *testing.T, e *engine.Engine) {
		ctx := context.Background()
		desk := post(t, e, "440106001-ZH")
		in := engine.Intake{Call: matter.Call{
			Source: "HOTLINE_12345", SourceRef: "T-1", Kind: matter.Complaint, Category: "", Text: "路灯坏了三天没人修",
			Place: territory.Address{District: "440106", Town: "440106001"}, Caller: matter.Caller{Kind: "PERSON"},
		}, Contact: &engine.Contact{Name: "陈女士", Phone: "19900001234"}}
		var lamp string
		for _, l := range e.City().Duty.Leaves() {
			if l.Lead.Level == org.District && len(l.Evidence) > 0 && !l.Instant {
				lamp = l.Code
				break
			}
		}
		in.Category = lamp
		at := morning
		s, err := e.Receive(ctx, engine.Command{Actor: desk, At: at}, in)
		if err != nil {
			t.Fatal(err)
		}
		again, err := e.Receive(ctx, engine.Command{Actor: desk, At: at}, in)
		if err != nil || again.M.ID != s.M.ID || !again.Replayed {
			t.Fatalf("the same call again: %+v, %v", again, err)
		}
		id := s.M.ID
		act := func(by access.Actor, name string, fn func(f *matter.File) error) *engine.State {
			t.Helper()
			at = at.Add(time.Minute)
			s, err := e.On(ctx, engine.Command{Actor: by, At: at}, name, id, func(f *matter.File, do engine.Do) error {
				return do(func() error { return fn(f) })
			})
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if s.M.Status.Open() && (s.M.Holder == "" || s.M.HolderPost == "" || s.M.Next == 0) {
				t.Fatalf("%s: held by %q/%q until %v", name, s.M.Holder, s.M.HolderPost, s.M.Next)
			}
			return s
		}
		act(desk, "verify", func(f *matter.File) error { return f.Verify(matter.Verification{}) })
		act(desk, "triage", func(f *matter.File) error { return f.Triage("大事", "", "城区职责") })
		s = act(desk, "issue", func(f *matter.File) error { return f.Issue(order.Dispatch, f.Proposal()) })
		debtor := post(t, e, s.Orders[0].Debtor)
		if s.M.Holder != s.Orders[0].Debtor {
			t.Fatalf("held by %s", s.M.Holder)
		}
		leaf, _ := e.City().Duty.Leaf(lamp)
		var proof []order.Evidence
		for _, k := range leaf.Evidence {
			proof = append(proof, order.Evidence{Kind: k, Hash: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"})
		}
		s = act(debtor, "respond", func(f *matter.File) error {
			return f.Respond(f.Orders[0], matter.Response{Text: "已换灯", Evidence: proof})
		})
		if s.M.Status != matter.Awaiting {
			t.Fatalf("status %s", s.M.Status)
		}
		caller, err := e.Caller(id, e.TrackCode(id))
		if err != nil {
			t.Fatal(err)
		}
		s = act(caller, "judge", func(f *matter.File) error {
			return f.Judge(matter.Judgement{Resolved: matter.Yes, Satisfaction: 5, Contacted: true})
		})
		if s.M.Status != matter.Closed || s.Orders[0].Status != order.Fulfilled || !s.Orders[0].OnTime {
			t.Fatalf("ended %s, order %s, on time %v", s.M.Status, s.Orders[0].Status, s.Orders[0].OnTime)
		}
	})
}
