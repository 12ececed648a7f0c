package numbers_test

import (
	"cmp"
	"context"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"huying/internal/desk/numbers"
	"huying/internal/domain/clock"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
)

// lived lets a city live for some weeks and returns its matters.
func (c *town) lived(t *testing.T, n int) []*engine.State {
	t.Helper()
	die := rand.New(rand.NewPCG(3, 7))
	places := []string{"440106001001", "440106001002", "440106002", "440105001"}
	var ids []ident.ID
	for i := range n {
		ids = append(ids, c.call(t, places[die.IntN(len(places))], []string{c.instant(), "", c.instant()}[i%3], c.now).M.ID)
		c.now = c.now.Add(time.Duration(1+die.IntN(5)) * time.Hour)
		if i%7 == 6 {
			c.now = c.now.AddDate(0, 0, 3)
		}
		c.fire(t)
	}
	out := make([]*engine.State, len(ids))
	for i, id := range ids {
		s, err := c.Load(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		out[i] = s
	}
	return out
}

// means reports, by the states themselves, whether a matter is behind a fact
// of a unit ("" for any) in a span.
func means(s *engine.State, fact, unit string, from, to, now time.Time) bool {
	in := func(at clock.Instant) bool { return at != 0 && !at.Time().Before(from) && at.Time().Before(to) }
	of := func(is func(o *order.Order) bool) bool {
		return slices.ContainsFunc(s.Orders, func(o *order.Order) bool { return (unit == "" || o.Debtor == unit) && is(o) })
	}
	cardOf := func(colour order.Colour) bool {
		return of(func(o *order.Order) bool {
			return slices.ContainsFunc(o.Cards, func(c order.Card) bool { return c.Colour == colour && c.State != order.CardVoid && in(c.At) })
		})
	}
	mine := unit == "" || s.M.Unit == unit
	switch fact {
	case "", "received":
		return mine && in(s.M.ReceivedAt)
	case "open":
		return mine && s.M.Holder != ""
	case "closed":
		return mine && in(s.M.ClosedAt)
	case "owed":
		return of(func(o *order.Order) bool { return o.Status.Open() })
	case "overdue":
		return of(func(o *order.Order) bool { return o.Status.Open() && o.Due() != 0 && o.Due().Time().Before(now) })
	case "issued":
		return of(func(o *order.Order) bool { return in(o.IssuedAt) })
	case "on_time":
		return of(func(o *order.Order) bool { return o.Status == order.Fulfilled && o.OnTime && in(o.EndedAt) })
	case "late":
		return of(func(o *order.Order) bool {
			return o.Status == order.Fulfilled && !o.OnTime && o.Solves() && in(o.EndedAt)
		})
	case "first_fix":
		return of(func(o *order.Order) bool { return o.Status == order.Fulfilled && o.FirstFix && in(o.EndedAt) })
	case "supervised":
		return of(func(o *order.Order) bool { return o.Kind == order.Supervision && in(o.IssuedAt) })
	case "blue":
		return cardOf(order.Blue)
	case "yellow":
		return cardOf(order.Yellow)
	case "red":
		return cardOf(order.Red)
	case "false":
		return mine && s.M.False
	case "judged":
		return mine && slices.ContainsFunc(s.M.Verdicts, func(v matter.Verdict) bool { return in(v.At) })
	case "reopened":
		return mine && slices.ContainsFunc(s.M.Verdicts, func(v matter.Verdict) bool { return v.Round < s.M.Reopens && in(v.At) })
	}
	return false
}

// TestWhatStandsBehindAFigure asks for every fact, page by page, and compares
// with what the matters themselves say.
func TestWhatStandsBehindAFigure(t *testing.T) {
	each(t, func(t *testing.T, c *town) {
		ctx, d := context.Background(), numbers.New(c.Engine)
		begun := c.now
		states := c.lived(t, 36)
		slices.SortFunc(states, func(a, b *engine.State) int { return cmp.Compare(b.M.ID, a.M.ID) })
		unit := ""
		for _, s := range states {
			if s.M.Unit != "" {
				unit = s.M.Unit
			}
		}
		from, to := begun.AddDate(0, 0, 2), c.now.AddDate(0, 0, -2)
		some := 0
		for _, fact := range append(numbers.Facts(), "") {
			for _, of := range []string{"", unit} {
				var want, got []ident.ID
				for _, s := range states {
					if means(s, fact, of, from, to, c.now) && s.M.ReceivedAt.Time().Before(to) {
						want = append(want, s.M.ID)
					}
				}
				q := numbers.Question{Fact: fact, Place: "440100", Unit: of, From: from, To: to}
				for after := ident.ID(0); ; {
					rows, next, err := d.Behind(ctx, c.by, q, after, 3, c.now)
					if err != nil {
						t.Fatal(err)
					}
					for _, r := range rows {
						got = append(got, r.No)
					}
					if after = next; after == 0 {
						break
					}
				}
				if some += len(want); !slices.Equal(want, got) {
					t.Errorf("%q of %q: want %v, got %v", fact, of, want, got)
				}
			}
		}
		if unit == "" || some < 40 {
			t.Errorf("the city has not lived: %q, %d", unit, some)
		}
		for code, q := range map[string]numbers.Question{
			"numbers.fact_unknown": {Fact: "best"}, "place.unknown": {Place: "1"}, "category.unknown": {Category: "?"}, "unit.unknown": {Unit: "?"}, "status.unknown": {Status: "?"},
		} {
			if _, _, err := d.Behind(ctx, c.by, q, 0, 10, c.now); fault.Code(err) != code {
				t.Errorf("%+v: %v", q, err)
			}
		}
		if _, _, err := d.Behind(ctx, c.by, numbers.Question{}, 0, numbers.MostBehind+1, c.now); fault.Code(err) != "page.size" {
			t.Error(err)
		}
	})
}

// TestWhatTheWallAddsUp compares causes, marks, towns, clocks and days with
// what the matters themselves say.
func TestWhatTheWallAddsUp(t *testing.T) {
	each(t, func(t *testing.T, c *town) {
		ctx, d := context.Background(), numbers.New(c.Engine)
		states := c.lived(t, 30)
		for _, place := range []string{"440100", "440106", "440106001"} {
			causes, marks, towns := map[string]int64{}, map[matter.MarkKind]int64{}, map[string]int64{}
			days := map[int]int64{}
			var next []*engine.State
			for _, s := range states {
				if !c.City().Territory.Within(s.M.Place.Leaf(), place) {
					continue
				}
				days[engine.Today(s.M.ReceivedAt)]++
				if s.M.Status.Open() {
					towns[s.M.Place.Town]++
				}
				if s.M.Next != 0 && !s.M.Next.Time().Before(c.now) {
					next = append(next, s)
				}
				for _, m := range s.Marks() {
					if marks[m.Kind]++; m.Kind == matter.MarkLate {
						causes[s.M.Category]++
					}
				}
			}
			list, err := d.Causes(ctx, c.by, place)
			if err != nil {
				t.Fatal(err)
			}
			if len(list) != len(causes) || !slices.IsSortedFunc(list, func(a, b numbers.Cause) int { return cmp.Compare(b.Late, a.Late) }) {
				t.Errorf("causes of %s: %v, want %v", place, list, causes)
			}
			for _, x := range list {
				if causes[x.Category] != x.Late {
					t.Errorf("%s in %s: %d, want %d", x.Category, place, x.Late, causes[x.Category])
				}
			}
			got, err := d.Marked(ctx, c.by, place)
			if err != nil {
				t.Fatal(err)
			}
			for _, kind := range matter.MarkKinds {
				if got[kind] != marks[kind] {
					t.Errorf("%s in %s: %d, want %d", kind, place, got[kind], marks[kind])
				}
			}
			open, err := d.Towns(ctx, c.by, place)
			if err != nil {
				t.Fatal(err)
			}
			for code, n := range towns {
				if open[code] != n {
					t.Errorf("%s: %d open, want %d", code, open[code], n)
				}
			}
			c.clocks(t, d, place, next)
			of, err := d.Days(ctx, c.by, place, numbers.Period{From: 20200101, To: 20991231})
			if err != nil {
				t.Fatal(err)
			}
			for _, day := range of {
				if days[day.Day] != day.Received {
					t.Errorf("%d in %s: %d, want %d", day.Day, place, day.Received, days[day.Day])
				}
				delete(days, day.Day)
			}
			if len(days) != 0 {
				t.Errorf("no row for %v", days)
			}
		}
	})
}

// clocks compares the clocks about to fire with those of the matters.
func (c *town) clocks(t *testing.T, d *numbers.Desk, place string, next []*engine.State) {
	t.Helper()
	slices.SortFunc(next, func(a, b *engine.State) int { return cmp.Compare(a.M.Next, b.M.Next) })
	got, err := d.Alarms(context.Background(), c.by, place, c.now, 5)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != min(5, len(next)) || len(got) == 0 {
		t.Fatalf("%d clocks of %d in %s", len(got), len(next), place)
	}
	for i, a := range got {
		if !a.At.Equal(next[i].M.Next.Time()) || a.Kind == "" {
			t.Errorf("%s: %+v, want %v", place, a, next[i].M.Next.Time())
		}
	}
}
