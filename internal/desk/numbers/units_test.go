package numbers_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huying/internal/desk/numbers"
	"huying/internal/desk/registry"
	"huying/internal/domain/access"
	"huying/internal/domain/ledger"
	"huying/internal/domain/matter"
	"huying/internal/domain/org"
	"huying/internal/engine"
	"huying/internal/engine/enginetest"
	"huying/internal/ident"
	"huying/internal/store"
	"huying/internal/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// town is a city at work: an engine whose clock the test sets.
type town struct {
	*engine.Engine
	now time.Time
	by  access.Actor
}

func each(t *testing.T, fn func(t *testing.T, c *town)) {
	storetest.Each(t, engine.Migrations(), func(t *testing.T, db *store.DB) {
		c := &town{now: time.Date(2026, 3, 10, 9, 0, 0, 0, ident.Zone)}
		e, err := engine.New(db, enginetest.Guangzhou(t), engine.Options{Keys: enginetest.Keys(t, ledger.Intl), Now: func() time.Time { return c.now }})
		if err != nil {
			t.Fatal(err)
		}
		c.Engine = e
		if c.by, err = registry.ActorOf(e.City(), "440100-ZH", org.Dispatcher); err != nil {
			t.Fatal(err)
		}
		fn(t, c)
	})
}

func (c *town) call(t *testing.T, place, category string, at time.Time) *engine.State {
	t.Helper()
	s, err := c.Receive(context.Background(), engine.Command{Actor: c.by, At: at}, engine.Intake{Call: matter.Call{
		Source: "RESIDENT_WEB", Kind: matter.Complaint, Text: "有情况", Category: category, Place: c.City().Territory.Address(place),
		Caller: matter.Caller{Kind: "PERSON"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (c *town) instant() string {
	for _, l := range c.City().Duty.Leaves() {
		if l.Instant {
			return l.Code
		}
	}
	return ""
}

// What a desk remembers of days that are over is what it would read anew,
// whatever is counted on them later.
func TestKeptDaysAreThoseOfTheDatabase(t *testing.T) {
	each(t, func(t *testing.T, c *town) {
		die := rand.New(rand.NewPCG(5, 6))
		kept, leaf := numbers.New(c.Engine), c.instant()
		places := []string{"440106001001", "440106002", "440105001"}
		for i := range 40 {
			c.now = c.now.Add(time.Duration(die.IntN(10)) * time.Hour)
			at := time.Time{}
			if die.IntN(4) == 0 {
				at = c.now.AddDate(0, 0, -die.IntN(4)) // imported
			}
			s := c.call(t, places[die.IntN(len(places))], leaf, at)
			if len(s.Orders) == 0 {
				t.Fatal("no order was given")
			}
			for _, place := range []string{"440100", "440106", "440106001"} {
				first := c.now.AddDate(0, 0, -die.IntN(9))
				p := numbers.Period{From: engine.Today(engine.Instant(first)), To: engine.Today(engine.Instant(first.AddDate(0, 0, die.IntN(12))))}
				want, err := numbers.New(c.Engine).Units(context.Background(), c.by, place, p)
				if err != nil {
					t.Fatal(err)
				}
				for range 2 {
					got, err := kept.Units(context.Background(), c.by, place, p)
					if err != nil {
						t.Fatal(err)
					}
					if d := cmp.Diff(want, got); d != "" {
						t.Fatalf("after %d calls, %s in %v (-anew +kept):\n%s", i+1, place, p, d)
					}
				}
			}
		}
		all, err := kept.Units(context.Background(), c.by, "440100", numbers.Period{From: 20260301, To: 20260430})
		if err != nil || !slices.ContainsFunc(all, func(u numbers.Unit) bool { return u.Issued > 1 }) {
			t.Errorf("%v, %v", all, err)
		}
	})
}
