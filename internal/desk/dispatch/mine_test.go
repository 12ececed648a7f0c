package dispatch

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"huying/internal/desk/registry"
	"huying/internal/domain/access"
	"huying/internal/domain/duty"
	"huying/internal/domain/ledger"
	"huying/internal/domain/mandate"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/domain/org"
	"huying/internal/domain/register"
	"huying/internal/engine"
	"huying/internal/engine/enginetest"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
	"huying/internal/store/storetest"
)

var morning = time.Date(2026, 3, 10, 9, 0, 0, 0, ident.Zone)

// owingOf gives a unit twelve orders, and moves some of them on.
func owingOf(t *testing.T, e *engine.Engine, unit string) (handler access.Actor, orders []*order.Order) {
	t.Helper()
	ctx := context.Background()
	handler, err := registry.ActorOf(e.City(), unit, org.Handler)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 12 {
		at := morning.Add(time.Duration(i%5) * time.Hour)
		s, err := e.Receive(ctx, engine.Command{Actor: engine.ImportActor(), At: at}, engine.Intake{Call: matter.Call{
			Source: "PATROL", SourceRef: fmt.Sprint(i), Kind: matter.Report, Text: "路面坑洼", Category: "SZ0101",
			Place: e.City().Territory.Address("440106011004"), Caller: matter.Caller{Kind: "STAFF"},
		}})
		if err != nil {
			t.Fatal(err)
		}
		desk, err := registry.ActorOf(e.City(), s.M.Desk, org.Dispatcher)
		if err != nil {
			t.Fatal(err)
		}
		s, err = e.On(ctx, engine.Command{Actor: desk, At: at}, "give", s.M.ID, func(f *matter.File, do engine.Do) error {
			if f.M.Status == matter.Received {
				if err := do(func() error { return f.Verify(matter.Verification{}) }); err != nil {
					return err
				}
			}
			if f.M.Status == matter.Verified {
				if err := do(func() error { return f.Triage(duty.Public, "", "政府职责") }); err != nil {
					return err
				}
			}
			return do(func() error { return f.Issue(order.Dispatch, []matter.Assignment{{Debtor: unit}}) })
		})
		if err != nil {
			t.Fatal(err)
		}
		cmd, no := engine.Command{Actor: handler, At: at.Add(time.Minute)}, s.Orders[0].ID
		switch i % 4 {
		case 1:
			s, err = New(e).Sign(ctx, cmd, no, struct{}{})
		case 2:
			s, err = New(e).Object(ctx, cmd, no, Object{Reason: "不属本局"})
		case 3:
			s, err = New(e).Work(ctx, cmd, no, struct{}{})
		}
		if err != nil {
			t.Fatal(err)
		}
		orders = append(orders, s.Orders[0])
	}
	return handler, orders
}

// askedOf gives a unit a task, and asks it for two opinions: one about a record
// that the task is about too, one about nothing.
func askedOf(t *testing.T, e *engine.Engine, unit string) (task, about, opinion *order.Order) {
	t.Helper()
	by, err := registry.ActorOf(e.City(), "440106-ZH", org.Dispatcher)
	if err != nil {
		t.Fatal(err)
	}
	_, err = e.Together(context.Background(), engine.Command{Actor: by, At: morning}, "ask", func(b *engine.Bundle) (ident.ID, error) {
		id, err := engine.Enter(b, "draft", &mandate.List{Kind: mandate.StreetTasks, Name: "街道清单", Place: e.City().Territory.Address("440106"), Status: mandate.Draft, Version: 1})
		if err != nil {
			return 0, err
		}
		for _, x := range []struct {
			kind  matter.TaskKind
			about ident.ID
			into  **order.Order
		}{{matter.BatchTask, id, &task}, {matter.Consultation, id, &about}, {matter.Advice, 0, &opinion}} {
			s, err := b.Assign(matter.Assigned{
				Kind: x.kind, Title: "清理占道堆物", Place: e.City().Territory.Address("440106"), About: x.about, Orders: []matter.Assignment{{Debtor: unit}},
			}, nil)
			if err != nil {
				return 0, err
			}
			*x.into = s.Orders[0]
		}
		return id, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return task, about, opinion
}

// Every open order, of a call or assigned, is in exactly one group, the nearest due first, whatever
// the size of the pages; the counts are those of the lists.
func TestGroupsHoldEachOrderOnce(t *testing.T) {
	storetest.Each(t, engine.Migrations(), func(t *testing.T, db *store.DB) {
		const unit = "440106-ZJ"
		ctx := context.Background()
		e, err := engine.New(db, enginetest.Guangzhou(t), engine.Options{Keys: enginetest.Keys(t, ledger.Intl), Now: func() time.Time { return morning.Add(6 * time.Hour) }})
		if err != nil {
			t.Fatal(err)
		}
		d := New(e)
		me, orders := owingOf(t, e, unit)
		task, about, opinion := askedOf(t, e, unit)
		now := morning.Add(240 * time.Hour)
		counts, err := d.Count(ctx, me, unit, "", now)
		if err != nil {
			t.Fatal(err)
		}
		if k := counts.Kinds; k[order.Dispatch].N != 12 || k[order.Task].N != 1 || k[order.Opinion].N != 2 {
			t.Errorf("counted by kind: %+v", k)
		}
		seen, serves := map[ident.ID]Group{}, map[ident.ID]register.Name{}
		for _, g := range Groups {
			var key OwedKey
			var got []ident.ID
			late := int64(0)
			for {
				rows, err := d.Group(ctx, me, unit, OwedFilter{Group: g}, key, 2)
				if err != nil {
					t.Fatal(err)
				}
				for _, r := range rows {
					if !slices.IsSortedFunc([]Row{{Due: key.Due, No: key.No}, r}, func(a, b Row) int { return a.Due.Compare(b.Due) }) {
						t.Errorf("%s: %v comes after %v", g, r.Due, key.Due)
					}
					if before, twice := seen[r.No]; twice {
						t.Errorf("%v is in %s and %s", r.No, before, g)
					}
					if !r.Due.IsZero() && r.Due.Before(now) {
						late++
					}
					seen[r.No], serves[r.No], key = g, r.Serves, OwedKey{r.Due, r.No}
					if r.Task == nil && r.Order.Kind != order.Dispatch || r.Task != nil && r.Task.Title != "清理占道堆物" {
						t.Errorf("%v is %s of %+v", r.No, r.Order.Kind, r.Task)
					}
					got = append(got, r.No)
				}
				if len(rows) < 2 {
					break
				}
			}
			if c := counts.Groups[g]; c.N != int64(len(got)) || c.Late != late {
				t.Errorf("%s: counted %+v, listed %d, %d of them late", g, c, len(got), late)
			}
		}
		if all, err := d.Owed(ctx, me, unit, "", time.Time{}, 0, 50); err != nil || len(all) != len(seen) || len(seen) != 15 {
			t.Errorf("%d orders in groups of %d, %v", len(seen), len(all), err)
		}
		for o, want := range map[*order.Order]struct {
			g Group
			r register.Name
		}{task: {ToSign, mandate.ListRegister}, about: {ToOpine, mandate.ListRegister}, opinion: {ToOpine, ""}} {
			if seen[o.ID] != want.g || serves[o.ID] != want.r {
				t.Errorf("%s is in %q and serves %q", o.Kind, seen[o.ID], serves[o.ID])
			}
		}
		if rows, err := d.Group(ctx, me, unit, OwedFilter{Group: ToSign, Kind: order.Task}, OwedKey{}, 10); err != nil || len(rows) != 1 || rows[0].No != task.ID {
			t.Errorf("tasks alone: %v, %v", rows, err)
		}
		if c, err := d.Count(ctx, me, unit, order.Task, now); err != nil || c.Groups[ToSign].N != 1 || c.Groups[Working].N != 0 || c.Kinds[order.Dispatch].N != 12 {
			t.Errorf("tasks alone: %+v, %v", c, err)
		}
		for _, o := range orders {
			want := map[order.Status]Group{order.Issued: ToSign, order.Accepted: Working, order.InProgress: Working, order.Objected: Disputed}[o.Status]
			if seen[o.ID] != want {
				t.Errorf("%v is %s and in %q, not in %q", o.ID, o.Status, seen[o.ID], want)
			}
		}
		if rows, err := d.Group(ctx, me, unit, OwedFilter{Group: Working, Carded: true}, OwedKey{}, 10); err != nil || len(rows) != 0 {
			t.Errorf("%d orders with a card, %v", len(rows), err)
		}
		if rows, err := d.Group(ctx, me, unit, OwedFilter{Group: ToSign, DueBy: morning}, OwedKey{}, 10); err != nil || len(rows) != 0 {
			t.Errorf("%d orders due at once, %v", len(rows), err)
		}
		for code, call := range map[string]func() error{
			"order.group_unknown": func() error {
				_, err := d.Group(ctx, me, unit, OwedFilter{Group: "NONE"}, OwedKey{}, 1)
				return err
			},
			"order.kind_unknown": func() error {
				_, err := d.Group(ctx, me, unit, OwedFilter{Group: ToSign, Kind: "NONE"}, OwedKey{}, 1)
				return err
			},
			"page.size": func() error {
				_, err := d.Group(ctx, me, unit, OwedFilter{Group: ToSign}, OwedKey{}, 0)
				return err
			},
			"access.denied": func() error { _, err := d.Count(ctx, me, "440104-HB", "", now); return err },
			"order.not_found": func() error {
				other, err := registry.ActorOf(e.City(), "440104-HB", org.Handler)
				if err != nil {
					return err
				}
				_, _, err = d.Order(ctx, other, orders[0].ID)
				return err
			},
			"extension.too_long": func() error { _, err := d.Extended(ctx, me, orders[1].ID, "900 CD"); return err },
		} {
			if err := call(); fault.Code(err) != code {
				t.Errorf("%v instead of %s", err, code)
			}
		}
	})
}
