package supervision

import (
	"context"
	"fmt"
	"testing"
	"time"

	"huying/internal/desk/registry"
	"huying/internal/domain/access"
	"huying/internal/domain/ledger"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/domain/org"
	"huying/internal/engine"
	"huying/internal/engine/enginetest"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
	"huying/internal/store/storetest"
)

var morning = time.Date(2026, 3, 10, 9, 0, 0, 0, ident.Zone)

func actor(t *testing.T, e *engine.Engine, unit string, role org.Role) access.Actor {
	t.Helper()
	a, err := registry.ActorOf(e.City(), unit, role)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// closed lets a district close matters: taken in, ordered, answered and judged.
func closed(t *testing.T, e *engine.Engine, n int) {
	t.Helper()
	ctx := context.Background()
	for i := range n {
		s, err := e.Receive(ctx, engine.Command{Actor: engine.ImportActor(), At: morning}, engine.Intake{Call: matter.Call{
			Source: "PATROL", SourceRef: fmt.Sprint(i), Kind: matter.Report, Text: "路面坑洼", Category: "SZ0101",
			Place: e.City().Territory.Address("440106011004"), Caller: matter.Caller{Kind: "STAFF"},
		}})
		if err != nil {
			t.Fatal(err)
		}
		step := func(by access.Actor, name string, hours int, act func(f *matter.File) error) {
			if s, err = e.Act(ctx, engine.Command{Actor: by, At: morning.Add(time.Duration(hours) * time.Hour)}, name, s.M.ID, act); err != nil {
				t.Fatal(err)
			}
		}
		desk := actor(t, e, s.M.Desk, org.Dispatcher)
		step(desk, "verify", 1, func(f *matter.File) error { return f.Verify(matter.Verification{}) })
		step(desk, "triage", 2, func(f *matter.File) error { return f.Triage("大事", "", "政府职责") })
		step(desk, "issue", 3, func(f *matter.File) error { return f.Issue(order.Dispatch, f.Proposal()) })
		step(actor(t, e, s.Orders[0].Debtor, org.Handler), "respond", 4, func(f *matter.File) error {
			hash := fmt.Sprintf("%064d", i)
			return f.Respond(f.Orders[0], matter.Response{Text: "已补平", Evidence: []order.Evidence{{Kind: "PHOTO", Hash: hash}, {Kind: "RECORD", Hash: hash}}})
		})
		step(desk, "judge", 5, func(f *matter.File) error { return f.Judge(matter.Judgement{Resolved: matter.Yes}) })
	}
}

// The checks of a week are those that were drawn, page by page, with what each
// found; a matter found undone is no more among them and is marked instead.
func TestTheChecksOfAWeek(t *testing.T) {
	storetest.Each(t, engine.Migrations(), func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		e, err := engine.New(db, enginetest.Guangzhou(t), engine.Options{
			Keys: enginetest.Keys(t, ledger.Intl), Now: func() time.Time { return morning.Add(7 * 24 * time.Hour) },
		})
		if err != nil {
			t.Fatal(err)
		}
		closed(t, e, 40)
		d, sup := New(e), actor(t, e, "440106-JW", org.Supervisor)
		drawn, err := d.Sample(ctx, engine.Command{Actor: sup}, Sample{District: "440106", Week: "2026-W11", Checker: d.Checker("440106")})
		if err != nil || len(drawn.Drawn) < 2 {
			t.Fatalf("%+v, %v", drawn, err)
		}
		list := func(by access.Actor) (out []CheckRow) {
			var after ident.ID
			for {
				page, err := d.Checks(ctx, by, "440106", "2026-W11", after, 1)
				if err != nil {
					t.Fatal(err)
				}
				if len(page) == 0 {
					return out
				}
				out, after = append(out, page...), page[0].Matter
			}
		}
		rows := list(sup)
		if len(rows) != len(drawn.Drawn) {
			t.Errorf("%d listed, %d drawn", len(rows), len(drawn.Drawn))
		}
		if other := list(actor(t, e, "440104-JW", org.Supervisor)); len(other) != 0 {
			t.Errorf("another district sees %d", len(other))
		}
		if _, err := d.Check(ctx, engine.Command{Actor: sup}, rows[0].Check.ID, Check{Pass: true}); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Check(ctx, engine.Command{Actor: sup}, rows[1].Check.ID, Check{Note: "坑还在"}); err != nil {
			t.Fatal(err)
		}
		after := list(sup)
		if len(after) != len(rows)-1 || after[0].Check.Answer() == nil || after[0].Check.Answer().Result != "PASS" {
			t.Errorf("%d rows after one was found undone", len(after))
		}
		counts, err := d.Count(ctx, sup)
		if err != nil || counts[matter.MarkFalse] != 1 || counts[matter.MarkCheck] != int64(len(rows)-2) {
			t.Errorf("%v, %v", counts, err)
		}
		if counts, err := d.Count(ctx, actor(t, e, "440100-DC", org.Supervisor)); err != nil || counts[matter.MarkFalse] != 1 {
			t.Errorf("the city counts %v, %v", counts, err)
		}
		if counts, err := d.Count(ctx, actor(t, e, "440106011-ZH", org.Dispatcher)); err != nil || counts[matter.MarkFalse] != 1 {
			t.Errorf("the street counts %v, %v", counts, err)
		}
		for code, call := range map[string]func() error{
			"page.size":      func() error { _, err := d.Checks(ctx, sup, "440106", "2026-W11", 0, 0); return err },
			"week.malformed": func() error { _, err := d.Checks(ctx, sup, "440106", "2026-11", 0, 1); return err },
			"place.unknown":  func() error { _, err := d.Checks(ctx, sup, "999", "2026-W11", 0, 1); return err },
		} {
			if err := call(); fault.Code(err) != code {
				t.Errorf("%v instead of %s", err, code)
			}
		}
	})
}
