package numbers_test

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huying/internal/desk/numbers"
	"huying/internal/desk/registry"
	"huying/internal/domain/matter"
	"huying/internal/domain/org"
	"huying/internal/fault"
	"huying/internal/ident"
)

// truth is how a place stands, counted one by one.
func (c *town) truth(t *testing.T, place string, ids []ident.ID) (map[string]int64, map[matter.MarkKind]int64) {
	t.Helper()
	standing, marks := map[string]int64{}, map[matter.MarkKind]int64{}
	for _, id := range ids {
		s, err := c.Load(context.Background(), id)
		if err != nil {
			t.Fatal(err)
		}
		if p := s.M.Place; place != "440100" && p.District != place && p.Town != place {
			continue
		}
		standing[string(s.M.Status)]++
		for _, m := range s.Marks() {
			marks[m.Kind]++
		}
	}
	return standing, marks
}

// The city as it stood at any instant is what was counted then.
func TestTheCityAsItStood(t *testing.T) {
	each(t, func(t *testing.T, c *town) {
		ctx, die, d := context.Background(), rand.New(rand.NewPCG(8, 9)), numbers.New(c.Engine)
		leaf := c.instant()
		type look struct {
			place    string
			at       time.Time
			standing map[string]int64
			marks    map[matter.MarkKind]int64
		}
		var looks []look
		var ids []ident.ID
		if then, err := d.At(ctx, c.by, "440100", c.now, c.now); err != nil || then.Open != 0 || then.Replayed != 0 {
			t.Errorf("before anything was kept: %+v, %v", then, err)
		}
		begun := c.now
		for i := range 60 {
			if err := d.Keep(ctx, c.now); err != nil { // at most once an hour
				t.Fatal(err)
			}
			c.now = c.now.Add(time.Duration(1+die.IntN(50)) * time.Minute)
			if i > 30 {
				c.now = c.now.Add(time.Duration(die.IntN(40)) * time.Hour) // what is owed runs late
			}
			if i < 30 {
				s := c.call(t, []string{"440106001", "440106002", "440105001"}[i%3], []string{leaf, ""}[i%2], c.now)
				ids = append(ids, s.M.ID)
			}
			c.fire(t)
			for _, place := range []string{"440100", "440106", "440106001"} {
				standing, marks := c.truth(t, place, ids)
				looks = append(looks, look{place, c.now.Add(time.Second), standing, marks})
			}
			c.now = c.now.Add(2 * time.Second)
		}
		late := false
		for _, l := range looks {
			got, err := d.At(ctx, c.by, l.place, l.at, c.now)
			if err != nil {
				t.Fatalf("%v: %v", l.at, err)
			}
			if diff := cmp.Diff(l.standing, got.Standing); diff != "" {
				t.Fatalf("%s at %v, from %v (-then +At):\n%s", l.place, l.at, got.Kept, diff)
			}
			if diff := cmp.Diff(l.marks, got.Marks); diff != "" {
				t.Fatalf("%s at %v, from %v (-then +At):\n%s", l.place, l.at, got.Kept, diff)
			}
			late = late || got.Marks[matter.MarkLate] > 0 && got.Marks[matter.MarkYellow] > 0
		}
		if !late {
			t.Error("nothing ever ran late")
		}
		if _, err := d.At(ctx, c.by, "440100", c.now.Add(time.Hour), c.now); fault.Code(err) != "numbers.in_future" {
			t.Error(err)
		}
		if then, err := d.At(ctx, c.by, "440100", begun.Add(-time.Minute), c.now); err != nil || then.Open != 0 || then.Replayed != 0 {
			t.Errorf("before the first call: %+v, %v", then, err)
		}
		other, err := registry.ActorOf(c.City(), "440105-ZH", org.Dispatcher)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.At(ctx, other, "440106", c.now, c.now); fault.Code(err) != "access.denied" {
			t.Error(err)
		}
		list, err := d.MattersAt(ctx, c.by, "440106", looks[40].at, 0, 50, c.now)
		if err != nil {
			t.Fatal(err)
		}
		byStatus := map[string]int64{}
		for _, x := range list {
			byStatus[x.Status]++
		}
		if diff := cmp.Diff(looks[40].standing, byStatus); looks[40].place == "440106" && diff != "" {
			t.Errorf("the matters then (-then +listed):\n%s", diff)
		}
	})
}

// fire lets every clock that is due act.
func (c *town) fire(t *testing.T) {
	t.Helper()
	for {
		ripe, err := c.Ripe(context.Background(), c.now, 100)
		if err != nil {
			t.Fatal(err)
		}
		if len(ripe) == 0 {
			return
		}
		for _, r := range ripe {
			if _, err := c.Fire(context.Background(), r.ID, c.now); err != nil {
				t.Fatal(err)
			}
		}
	}
}
