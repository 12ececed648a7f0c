package numbers_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huying/internal/desk/numbers"
	"huying/internal/domain/matter"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/engine/index"
	"huying/internal/ident"
	"huying/internal/store"
)

// Whatever the wall shows is what a count one by one gives.
func TestTheWallIsTheCity(t *testing.T) {
	each(t, func(t *testing.T, c *town) {
		ctx, die, d := context.Background(), rand.New(rand.NewPCG(1, 9)), numbers.New(c.Engine)
		places := []string{"440106001001", "440106001002", "440106001", "440106002", "440105001"}
		var ids []ident.ID
		first := c.now
		for i := range 40 {
			s := c.call(t, places[die.IntN(len(places))], []string{c.instant(), ""}[i%2], c.now)
			ids = append(ids, s.M.ID)
			c.now = c.now.Add(time.Duration(die.IntN(4)) * time.Hour)
			if i%8 == 7 {
				c.now = c.now.AddDate(0, 0, 3)
			}
			c.fire(t)
			for n := i % 3; n > 0; {
				var err error
				if n, err = index.Step(ctx, c.DB(), 50); err != nil {
					t.Fatal(err)
				}
			}
		}
		// One more, past its time and not yet so late that the district takes it over.
		s := c.call(t, places[0], c.instant(), c.now)
		ids = append(ids, s.M.ID)
		c.now = s.Lead().Due().Time().Add(time.Minute)
		c.fire(t)
		c.indexed(t)
		var states []*engine.State
		for _, id := range ids {
			s, err := c.Load(ctx, id)
			if err != nil {
				t.Fatal(err)
			}
			states = append(states, s)
		}
		c.loads(t, d, states)
		c.teams(t, d, states)
		c.acts(t, d, states)
		p := numbers.Period{From: engine.Today(engine.Instant(first)), To: engine.Today(engine.Instant(c.now))}
		if three, facts, err := d.Rates(ctx, c.by, "440100", p); err != nil || three.Response.N != facts.Judged {
			t.Errorf("%+v %+v %v", three, facts, err)
		}
	})
}

// indexed lets the index read the whole ledger. On PostgreSQL it reads no
// further than the oldest transaction that still runs anywhere in the server,
// so that it has to come back when another test is at work there.
func (c *town) indexed(t *testing.T) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); {
		n, err := index.Step(context.Background(), c.DB(), 50)
		if err != nil {
			t.Fatal(err)
		}
		var behind bool
		err = c.DB().Read(context.Background(), func(v *store.View) (err error) {
			behind, err = index.Behind(v)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 && !behind {
			return
		}
	}
	t.Fatal("the index does not reach the end of the ledger")
}

func (c *town) loads(t *testing.T, d *numbers.Desk, states []*engine.State) {
	t.Helper()
	late := int64(0)
	for place, part := range map[string]func(territory.Address) string{
		"440100":    func(a territory.Address) string { return a.District },
		"440106":    func(a territory.Address) string { return a.Town },
		"440106001": func(a territory.Address) string { return a.Community },
	} {
		want := map[string]numbers.Load{}
		for _, s := range states {
			code := part(s.M.Place)
			if code == "" || !c.City().Territory.Within(code, place) {
				continue
			}
			l := want[code]
			l.Code = code
			if s.M.Holder != "" {
				l.Open++
			}
			for _, m := range s.Marks() {
				switch m.Kind {
				case matter.MarkLate:
					l.Late++
				case matter.MarkRed:
					l.Red++
				}
			}
			want[code] = l
			late += l.Late
		}
		list, err := d.Loads(context.Background(), c.by, place)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]numbers.Load{}
		for _, l := range list {
			if l.Open+l.Late+l.Red != 0 {
				got[l.Code] = l
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("loads of %s (-want +got):\n%s", place, diff)
		}
	}
	if late == 0 {
		t.Error("nothing runs late")
	}
}

func (c *town) teams(t *testing.T, d *numbers.Desk, states []*engine.State) {
	t.Helper()
	want := map[string]*numbers.Team{}
	team := func(unit string) *numbers.Team {
		if want[unit] == nil {
			want[unit] = &numbers.Team{Code: unit}
		}
		return want[unit]
	}
	for _, s := range states {
		if s.M.Holder != "" {
			team(s.M.Holder).Held++
		}
		for _, o := range s.Orders {
			if o.Status.Owing() {
				team(o.Debtor).Owed++
			}
		}
		for _, m := range s.Marks() {
			switch m.Kind {
			case matter.MarkLate:
				team(m.Unit).Late++
			case matter.MarkRed:
				team(m.Unit).Red++
			}
		}
	}
	list, err := d.Teams(context.Background(), c.by, "440100")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]*numbers.Team{}
	for i := range list {
		got[list[i].Code] = &list[i]
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("teams (-want +got):\n%s", diff)
	}
}

func (c *town) acts(t *testing.T, d *numbers.Desk, states []*engine.State) {
	t.Helper()
	ctx := context.Background()
	soon, err := d.Soon(ctx, c.by, "440106", c.now, 30*24*time.Hour, 100)
	if err != nil || len(soon) == 0 || !slices.IsSortedFunc(soon, func(a, b numbers.Due) int { return a.At.Compare(b.At) }) {
		t.Errorf("%v, %v", soon, err)
	}
	for _, s := range states {
		at := s.M.Next.Time()
		want := s.M.Place.District == "440106" && s.M.Next != 0 && at.After(c.now) && !at.After(c.now.Add(30*24*time.Hour))
		if got := slices.ContainsFunc(soon, func(x numbers.Due) bool { return x.No == s.M.ID }); got != want {
			t.Errorf("%v fires at %v: shown %v", s.M.ID, at, got)
		}
	}
	for _, place := range []string{"440100", "440106", "440106001"} {
		acts, err := d.Recent(ctx, c.by, place, 20)
		if err != nil || len(acts) == 0 {
			t.Fatalf("%v, %v", acts, err)
		}
		for _, x := range acts {
			if place != "440100" && x.Place.District != place && x.Place.Town != place {
				t.Errorf("%s: %+v", place, x)
			}
		}
	}
}
