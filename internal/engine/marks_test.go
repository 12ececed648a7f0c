package engine_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huying/internal/desk/dispatch"
	"huying/internal/desk/supervision"
	"huying/internal/domain/access"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/engine"
	"huying/internal/ident"
	"huying/internal/store"
)

// everyState loads all matters.
func everyState(t *testing.T, e *engine.Engine) []*engine.State {
	t.Helper()
	var ids []ident.ID
	err := e.DB().Read(context.Background(), func(v *store.View) (err error) {
		ids, err = store.All(v, `SELECT id FROM matter ORDER BY id`, func(r store.Scanner) (id ident.ID, err error) {
			err = r.Scan(&id)
			return id, err
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var out []*engine.State
	for _, id := range ids {
		s, err := e.Load(context.Background(), id)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	return out
}

// markID names a mark.
type markID struct {
	matter, order ident.ID
	kind          matter.MarkKind
}

// listedMarks asks that every actor lists exactly the marks of the matters it
// may read, by each way to narrow them, in order and page by page.
func listedMarks(t *testing.T, e *engine.Engine, cast []access.Actor) {
	t.Helper()
	states, desk := everyState(t, e), supervision.New(e)
	cards := []matter.MarkKind{matter.MarkRed, matter.MarkYellow, matter.MarkBlue}
	var filters []supervision.MarkFilter
	for _, k := range matter.MarkKinds {
		filters = append(filters, supervision.MarkFilter{Kinds: []matter.MarkKind{k}})
	}
	for _, f := range []supervision.MarkFilter{{}, {Place: "440106"}, {Place: "440106001"}, {Unit: "440106-CG"}, {Unit: "440106-ZH"}, {About: "440106-CG"}} {
		for _, oldest := range []bool{true, false} {
			f.Kinds, f.Oldest = matter.MarkKinds, oldest
			filters = append(filters, f)
			f.Kinds = cards
			filters = append(filters, f)
		}
	}
	found, marks := 0, map[ident.ID][]matter.Mark{}
	states = slices.DeleteFunc(states, func(s *engine.State) bool {
		marks[s.M.ID] = s.Marks()
		return len(marks[s.M.ID]) == 0
	})
	for _, a := range cast {
		seen := slices.DeleteFunc(slices.Clone(states), func(s *engine.State) bool { return access.Allow(a, access.ReadMatter, s.Subject(nil)) != nil })
		for i, f := range filters {
			want := map[markID]bool{}
			for _, s := range seen {
				for _, m := range marks[s.M.ID] {
					if slices.Contains(f.Kinds, m.Kind) && narrowed(a, f, s, m) {
						want[markID{s.M.ID, m.Order, m.Kind}] = true
					}
				}
			}
			size := 200
			if len(a.Unit)%5 == i%5 { // small pages are slow, so not of everything
				size = 7
			}
			got := pagesOfMarks(t, desk, a, f, size)
			found += len(got)
			if d := cmp.Diff(want, got, cmp.AllowUnexported(markID{})); d != "" {
				t.Fatalf("%s %+v (-want +listed):\n%s", a.ID, f, d)
			}
		}
	}
	if found == 0 {
		t.Error("nothing was listed")
	}
}

func narrowed(a access.Actor, f supervision.MarkFilter, s *engine.State, m matter.Mark) bool {
	p, reach := s.M.Place, access.ReachOf(a, access.ReadMatter)
	switch {
	case f.Unit != "":
		return m.Unit == f.Unit
	case f.About != "":
		return m.About == f.About
	case f.Place != "":
		return p.District == f.Place || p.Town == f.Place
	case reach.All:
		return true
	case reach.Place.District != "":
		return access.InJurisdiction(a, p)
	}
	return m.About == reach.Unit
}

func pagesOfMarks(t *testing.T, desk *supervision.Desk, a access.Actor, f supervision.MarkFilter, size int) map[markID]bool {
	t.Helper()
	out := map[markID]bool{}
	var key supervision.MarkKey
	for {
		page, err := desk.Marks(context.Background(), a, f, key, size)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range page {
			id := markID{x.Matter, x.Order, x.Kind}
			if out[id] {
				t.Fatalf("%v comes twice", id)
			}
			if !key.At.IsZero() && x.At.Compare(key.At) != 0 && x.At.After(key.At) != f.Oldest {
				t.Fatalf("%v follows %v, oldest first: %v", x.At, key.At, f.Oldest)
			}
			out[id], key = true, x.Key()
		}
		if len(page) < size {
			return out
		}
	}
}

// tabbed asks that the tabs of a unit's desk say what a scan counts.
func tabbed(t *testing.T, e *engine.Engine, cast []access.Actor) {
	t.Helper()
	states, desk := everyState(t, e), dispatch.New(e)
	for _, a := range cast {
		if a.Kind != access.Staff || a.Unit == "" {
			continue
		}
		got, err := desk.Tabs(context.Background(), a, a.Unit)
		if err != nil {
			t.Fatal(err)
		}
		want := &dispatch.Tabs{Owed: map[string]int64{}, Marks: map[matter.MarkKind]int64{}}
		for _, s := range states {
			if s.M.Holder == a.Unit {
				want.Held++
			}
			if s.M.Status == matter.Awaiting && s.M.Desk == a.Unit {
				want.Awaiting++
			}
			for _, o := range s.Orders {
				if o.Status.Open() && o.Debtor == a.Unit && o.Status != order.Fulfilled {
					want.Owed[string(o.Status)]++
				}
			}
			for _, m := range s.Marks() {
				if m.Unit == a.Unit {
					want.Marks[m.Kind]++
				}
			}
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s (-want +tabs):\n%s", a.Unit, d)
		}
	}
}

// A new call has no mark, so that marks cost intake nothing.
func TestANewCallHasNoMark(t *testing.T) {
	each(t, func(t *testing.T, e *engine.Engine) {
		for _, l := range e.City().Duty.Leaves() {
			in := aCall("有情况")
			in.Category, in.Place = l.Code, e.City().Territory.Address("440106001001")
			s, err := e.Receive(context.Background(), engine.Command{Actor: post(t, e, "440106001-ZH"), At: morning.Add(time.Minute)}, in)
			if err != nil {
				t.Fatal(err)
			}
			if len(s.Marks()) != 0 {
				t.Fatalf("%s: %v", l.Code, s.Marks())
			}
		}
	})
}
