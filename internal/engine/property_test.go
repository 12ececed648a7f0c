package engine_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"huying/internal/desk/registry"
	"huying/internal/domain/access"
	"huying/internal/domain/clock"
	"huying/internal/domain/duty"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/domain/org"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// The units that take part in random plays: those of one street, some of its
// district, and some of a neighbour that have no business here.
var players = []string{
	"440106001-ZH", "440106001-CGB", "440106001-ZFD", "440106001-SJS", "440106001001-JW", "440106-ZH", "440106-CG",
	"440106-ZJ", "440106-JW", "440106-PG", "440100-ZH", "440100-RX", "440106002-ZH", "440105-CG", "440100-ZS",
}

// play is one random run: a few matters of one street, and whoever acts on
// them, in a time that only moves forward.
type play struct {
	*rapid.T
	e    *engine.Engine
	cast []access.Actor
	now  time.Time
	ids  []ident.ID
}

func TestRandomCommandsKeepTheInvariants(t *testing.T) {
	each(t, func(t *testing.T, e *engine.Engine) {
		cast := castOf(t, e)
		if e.DB().Dialect() == store.Postgres {
			checks(t, "25") // each command is a journey to the server
		}
		rapid.Check(t, func(rt *rapid.T) {
			p := &play{T: rt, e: e, cast: cast, now: morning}
			for range rapid.IntRange(1, 2).Draw(rt, "matters") {
				p.call()
			}
			for range rapid.IntRange(8, 30).Draw(rt, "steps") {
				p.step()
			}
		})
		verified(t, e)
		counted(t, e)
		marked(t, e)
		listedMarks(t, e, cast)
		tabbed(t, e, cast)
	})
}

// checks sets how many plays there are, unless the command line does.
func checks(t *testing.T, n string) {
	t.Helper()
	f := flag.Lookup("rapid.checks")
	if f.Value.String() != f.DefValue {
		return
	}
	if err := f.Value.Set(n); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Value.Set(f.DefValue); err != nil {
			t.Error(err)
		}
	})
}

func castOf(t *testing.T, e *engine.Engine) []access.Actor {
	t.Helper()
	var out []access.Actor
	for _, unit := range players {
		for _, p := range e.City().Org.Posts(unit) {
			out = append(out, actorOf(t, e, p.Code))
		}
	}
	return append(out, engine.RuleActor(), engine.ImportActor())
}

// call takes in a call of a random category.
func (p *play) call() {
	leaves := some(p.e.City().Duty.Leaves())
	leaf := rapid.SampledFrom(leaves).Draw(p.T, "leaf")
	in := engine.Intake{Call: matter.Call{
		Source: "RESIDENT_WEB", Kind: rapid.SampledFrom(matter.Kinds).Draw(p.T, "kind"), Category: leaf.Code, Text: "路边有情况",
		Place:  territory.Address{District: "440106", Town: "440106001", Community: "440106001001"},
		Caller: matter.Caller{Kind: "PERSON"},
	}}
	if rapid.Bool().Draw(p.T, "reachable") {
		in.Contact = &engine.Contact{Phone: "19900001234"}
	}
	s, err := p.e.Receive(context.Background(), engine.Command{Actor: p.cast[0], At: p.now}, in)
	p.check(s, err)
	p.ids = append(p.ids, s.M.ID)
}

// some keeps the test quick: every seventh leaf is enough variety.
func some(leaves []*duty.Leaf) (out []*duty.Leaf) {
	for i, l := range leaves {
		if i%7 == 0 || l.Instant {
			out = append(out, l)
		}
	}
	return out
}

// step lets time pass and somebody act.
func (p *play) step() {
	ctx := context.Background()
	p.now = p.now.Add(time.Duration(rapid.SampledFrom([]int{0, 0, 0, 1, 1, 5, 10, 30, 60, 120, 600, 1500, 5000, 20000}).Draw(p.T, "minutes")) * time.Minute)
	id := rapid.SampledFrom(p.ids).Draw(p.T, "matter")
	for _, x := range p.ids {
		p.fire(x)
	}
	s, err := p.e.Load(ctx, id)
	p.check(s, err)
	names := sortedActs()
	if rapid.IntRange(0, 9).Draw(p.T, "sense") > 2 {
		names = sensible(s)
	}
	name := rapid.SampledFrom(names).Draw(p.T, "act")
	a, d := acts[name], dice{rapid.IntRange(0, 1000).Draw(p.T, "dice")}
	cmd := engine.Command{Actor: p.someone(s, a.by, d), At: p.now}
	if a.do == nil {
		other := p.ids[d.n%len(p.ids)]
		s, err = p.e.OnTwo(ctx, cmd, name, id, other, func(f, g *matter.File) error {
			if name == "merge" {
				return f.MergeInto(g, "同一问题")
			}
			return f.Unmerge(g, "不是同一问题")
		})
	} else {
		s, err = p.e.Act(ctx, cmd, name, id, func(f *matter.File) error { return a.do(f, d) })
	}
	if err != nil {
		p.refused(name, err)
		s, err = p.e.Load(ctx, id)
	}
	p.check(s, err)
}

// fire lets the clocks of a matter do what is due, each at its own time.
func (p *play) fire(id ident.ID) {
	ctx := context.Background()
	for range 200 {
		s, err := p.e.Load(ctx, id)
		p.check(s, err)
		if s.M.Next == 0 || s.M.Next.Time().After(p.now) {
			return
		}
		n, err := p.e.Fire(ctx, id, s.M.Next.Time())
		if err != nil || n == 0 {
			p.Fatalf("%v is due at %v, but %d clocks fired: %v", id, s.M.Next.Time(), n, err)
		}
	}
	p.Fatalf("the clocks of %v never come to rest", id)
}

// refused asks that a refusal is a fault that users can cause.
func (p *play) refused(name string, err error) {
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind == fault.Internal {
		p.Fatalf("%s: %v", name, err)
	}
}

// someone picks who acts: mostly somebody whose turn it could be.
func (p *play) someone(s *engine.State, by string, d dice) access.Actor {
	if d.n%5 == 0 {
		return p.cast[d.n%len(p.cast)]
	}
	unit := s.M.Desk
	switch by {
	case "caller":
		a, err := p.e.Caller(s.M.ID, p.e.TrackCode(s.M.ID))
		if err != nil {
			p.Fatal(err)
		}
		return a
	case "debtor":
		if o := d.order(s.File); o != nil {
			unit = o.Debtor
		}
	case "district":
		unit = "440106-ZH"
	case "supervisor":
		unit = "440106-JW"
	case "assessor":
		unit = "440106-PG"
	}
	role := map[string]org.Role{"supervisor": org.Supervisor, "assessor": org.Assessor}[by]
	if role == "" {
		role = p.e.City().Org.DefaultPost(unit).Role
	}
	a, err := registry.ActorOf(p.e.City(), unit, role)
	if err != nil {
		p.Fatal(err)
	}
	return a
}

func (p *play) check(s *engine.State, err error) {
	if err != nil {
		p.Fatal(err)
	}
	for _, wrong := range wrongs(s) {
		p.Errorf("%s", wrong)
	}
}

// wrongs names what is not as it always must be (INV-01, INV-02, INV-07).
func wrongs(s *engine.State) (out []string) {
	say := func(format string, args ...any) {
		out = append(out, fmt.Sprintf("%v (%s): ", s.M.ID, s.M.Status)+fmt.Sprintf(format, args...))
	}
	post, ok := s.City.Org.Post(s.M.HolderPost)
	switch open := s.M.Status.Open(); {
	case open && (!ok || post.Unit != s.M.Holder):
		say("held by %q, post %q", s.M.Holder, s.M.HolderPost)
	case open && s.M.Next == 0:
		say("it waits for no deadline")
	case !open && s.M.Holder != "":
		say("still held by %q", s.M.Holder)
	}
	leads := 0
	for _, o := range s.Orders {
		if _, ok := s.City.Org.Unit(o.Debtor); !ok || o.Debtor == o.Creditor {
			say("order %v is owed by %q to %q", o.ID, o.Debtor, o.Creditor)
		}
		if o.Status.Open() && o.Solves() {
			if o.Role != order.Co {
				leads++
			}
			if !s.M.Status.Open() {
				say("order %v of %s is still %s", o.ID, o.Debtor, o.Status)
			}
		}
		if o.Status.Owing() && o.Clocks.Running(clock.Respond) == nil {
			say("order %v of %s has no time", o.ID, o.Debtor)
		}
	}
	if leads > 1 || leads == 0 && s.M.Status == matter.Ordered && len(s.Orders) > 0 && !fulfilled(s) {
		say("%d orders lead", leads)
	}
	recomputed(s, say)
	return out
}

func fulfilled(s *engine.State) bool {
	return slices.ContainsFunc(s.Orders, func(o *order.Order) bool { return o.Solves() && o.Status == order.Fulfilled })
}

// recomputed asks that every deadline follows from its rule, start and pauses.
func recomputed(s *engine.State, say func(string, ...any)) {
	cal := s.City.Calendar(s.M.Place.Leaf())
	sets := []clock.Set{s.M.Clocks}
	for _, o := range s.Orders {
		sets = append(sets, o.Clocks)
	}
	for _, set := range sets {
		for i := range set {
			c := &set[i]
			if n := len(c.Pauses); n > 0 && c.Pauses[n-1].To == c.Stopped {
				continue // it stands still, or was stopped while it did: its due time is not in force
			}
			if due, err := c.Recompute(cal); err != nil || clock.At(due.At) != c.Due {
				say("%s is due at %v, its rule %s says %v (%v)", c.Kind, c.Due.Time(), c.Limit, due.At, err)
			}
		}
	}
}

// verified asks that the ledger proves everything there is.
func verified(t *testing.T, e *engine.Engine) {
	t.Helper()
	for {
		n, err := e.Seal(context.Background(), time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			break
		}
	}
	v, err := e.Verify(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range v.Breaks {
		t.Errorf("%v", b)
	}
}

// counted asks that the counters say what a scan over the tables counts.
func counted(t *testing.T, e *engine.Engine) {
	t.Helper()
	scans := map[string]string{
		engine.Standing:             `SELECT town || '/' || status, COUNT(*) FROM matter WHERE district = ? AND kind <> 'TASK' GROUP BY town, status`,
		engine.All(engine.Standing): `SELECT status, COUNT(*) FROM matter WHERE district = ? AND kind <> 'TASK' GROUP BY status`,
		engine.All(engine.Inflow):   `SELECT '', COUNT(*) FROM matter WHERE district = ? AND kind <> 'TASK' GROUP BY district`,
		engine.Held:                 `SELECT holder, COUNT(*) FROM matter WHERE district = ? AND holder <> '' GROUP BY holder`,
		engine.Owed:                 `SELECT debtor || '/' || status, COUNT(*) FROM orders WHERE district = ? GROUP BY debtor, status`,
		engine.Awaiting:             `SELECT desk, COUNT(*) FROM matter WHERE district = ? AND status = 'AWAITING_VERDICT' GROUP BY desk`,
		engine.Inflow:               `SELECT town, COUNT(*) FROM matter WHERE district = ? AND kind <> 'TASK' GROUP BY town`,
		engine.Orders:               `SELECT debtor, COUNT(*) FROM orders WHERE district = ? GROUP BY debtor`,
	}
	for _, kind := range matter.MarkKinds {
		where := ` FROM mark WHERE kind = '` + string(kind) + `' AND district = ? `
		scans[engine.All(engine.MarkCounter(kind))] = `SELECT '', COUNT(*)` + where + `GROUP BY district`
	}
	for name, query := range scans {
		var counters, scan map[string]int64
		err := e.DB().Read(context.Background(), func(v *store.View) error {
			kept, err := store.CounterSubjects(v, "440106", name, 0, 99999999)
			if err != nil {
				return err
			}
			rows, err := store.All(v, query, func(r store.Scanner) (c store.SubjectCount, err error) {
				err = r.Scan(&c.Subject, &c.N)
				return c, err
			}, "440106")
			counters, scan = counts(kept), counts(rows)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		maps.DeleteFunc(counters, func(_ string, n int64) bool { return n == 0 })
		if d := cmp.Diff(scan, counters); d != "" {
			t.Errorf("%s (-scan +counter):\n%s", name, d)
		}
	}
}

// marked asks that the marks are those of the matters as they stand, and that
// their counters by unit and town say what a scan counts.
func marked(t *testing.T, e *engine.Engine) {
	t.Helper()
	type row struct {
		matter, order    int64
		kind, town, unit string
		about            string
		dueAt, n         int64
	}
	var kept []row
	var ids []ident.ID
	err := e.DB().Read(context.Background(), func(v *store.View) (err error) {
		kept, err = store.All(v, `SELECT matter, ord, kind, town, unit, about, due_at, n FROM mark`, func(r store.Scanner) (x row, err error) {
			err = r.Scan(&x.matter, &x.order, &x.kind, &x.town, &x.unit, &x.about, &x.dueAt, &x.n)
			return x, err
		})
		if err != nil {
			return err
		}
		ids, err = store.All(v, `SELECT id FROM matter`, func(r store.Scanner) (id ident.ID, err error) {
			err = r.Scan(&id)
			return id, err
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	want, got, tally := map[row]bool{}, map[row]bool{}, map[string]int64{}
	for _, id := range ids {
		s, err := e.Load(context.Background(), id)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range s.Marks() {
			want[row{int64(id), int64(m.Order), string(m.Kind), s.M.Place.Town, m.Unit, m.About, int64(m.Due), int64(m.N)}] = true
			tally[string(m.Kind)+" town/"+s.M.Place.Town]++
			if m.Unit != "" {
				tally[string(m.Kind)+" unit/"+m.Unit]++
			}
		}
	}
	for _, x := range kept {
		got[x] = true
	}
	if d := cmp.Diff(want, got, cmp.AllowUnexported(row{})); d != "" {
		t.Errorf("marks (-want +kept):\n%s", d)
	}
	if len(kept) == 0 {
		t.Error("no play left a mark")
	}
	counters := map[string]int64{}
	for _, kind := range matter.MarkKinds {
		err := e.DB().Read(context.Background(), func(v *store.View) error {
			list, err := store.CounterSubjects(v, "440106", engine.MarkCounter(kind), 0, 0)
			for _, c := range list {
				if c.N != 0 {
					counters[string(kind)+" "+c.Subject] = c.N
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if d := cmp.Diff(tally, counters); d != "" {
		t.Errorf("counters of marks (-want +kept):\n%s", d)
	}
}

func counts(rows []store.SubjectCount) map[string]int64 {
	out := map[string]int64{}
	for _, c := range rows {
		out[c.Subject] += c.N
	}
	return out
}

// actorOf is whoever holds a post.
func actorOf(t *testing.T, e *engine.Engine, code string) access.Actor {
	t.Helper()
	a, err := registry.Actor(e.City(), code)
	if err != nil {
		t.Fatal(err)
	}
	return a
}
