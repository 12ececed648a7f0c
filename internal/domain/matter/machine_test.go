package matter_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"huying/internal/domain/access"
	"huying/internal/domain/clock"
	"huying/internal/domain/duty"
	"huying/internal/domain/ledger"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/ident"
)

// machine runs random acts of random people on two files of one place.
type machine struct {
	*rapid.T
	s     *story
	files []*matter.File
	fired map[string]bool
	// worked counts the acts that were permitted, over all runs.
	worked map[string]int
}

// act is one thing to try: it draws who does it and what exactly.
type act func(m *machine, f *matter.File) error

// TestRandomActs lets desks, units, callers, reviewers and the clock do what
// they like, and asks after each permitted act that the file is sound.
func TestRandomActs(t *testing.T) {
	worked := map[string]int{}
	names := slices.Sorted(maps.Keys(acts))
	rapid.Check(t, func(rt *rapid.T) {
		s := begin(rt)
		if rapid.Bool().Draw(rt, "whistles") {
			city, err := whistling()
			if err != nil {
				rt.Fatal(err)
			}
			s.city = city
		}
		m := &machine{T: rt, s: s, fired: map[string]bool{}, worked: worked}
		m.files = []*matter.File{m.receive("first"), m.receive("second")}
		for _, f := range m.files {
			m.lead(f)
		}
		for range rapid.IntRange(20, 60).Draw(rt, "steps") {
			m.pass()
			for range 6 {
				name := rapid.SampledFrom(names).Draw(rt, "act")
				if m.try(name, m.files[rapid.IntRange(0, 1).Draw(rt, "file")], acts[name]) {
					break
				}
			}
		}
	})
	if seldom := len(names) / 4; len(worked) < len(names)-seldom {
		t.Errorf("only %d of %d acts were ever permitted: %v", len(worked), len(names), worked)
	}
}

func (m *machine) receive(label string) *matter.File {
	f := &matter.File{City: m.s.city, NewID: m.s.f.NewID, By: m.s.post(townDesk), Now: clock.At(m.s.now)}
	c := m.s.call(rapid.SampledFrom([]string{lamp, pothole, rubbish, bulky, collapse, ""}).Draw(m.T, label))
	if rapid.IntRange(0, 3).Draw(m.T, "anonymous") == 0 {
		c.Caller = matter.Caller{Kind: "PERSON", Anonymity: matter.Anonymous}
	}
	m.done(f, "receive", f.Receive(c))
	if f.Instant() && rapid.Bool().Draw(m.T, "instant") {
		f.By = rule
		_, err := f.DispatchByRule()
		m.done(f, "dispatch_by_rule", err)
	}
	return f
}

// lead brings a file some way along the straight road, so that late acts get
// their turn too.
func (m *machine) lead(f *matter.File) {
	desk := m.s.post(f.M.Desk)
	road := []func() error{
		func() error { f.By = desk; return f.Verify(matter.Verification{}) },
		func() error { f.By = desk; return f.Triage(duty.Undefined, "", "按清单") },
		func() error { f.By = desk; return f.Issue(f.OrderKind(), f.Proposal()) },
		func() error { return acts["reply to all"](m, f) },
		func() error {
			f.By = access.Actor{ID: "CALLER", Kind: access.Caller, Matter: int64(f.M.ID)}
			return f.Judge(matter.Judgement{Resolved: matter.Yes})
		},
	}
	for _, step := range road[:rapid.IntRange(0, len(road)).Draw(m.T, "way")] {
		if !m.try("lead", f, func(*machine, *matter.File) error { return step() }) {
			return
		}
	}
}

// done settles a file after an act that must not fail.
func (m *machine) done(f *matter.File, what string, err error) {
	if err == nil {
		err = f.Settle()
	}
	if err != nil {
		m.Fatalf("%s: %v", what, err)
	}
	m.sound(f)
}

func (m *machine) sound(f *matter.File) {
	if wrong := unsound(f); len(wrong) > 0 {
		m.Fatalf("after %s of %s at %v, matter %s:\n%s", f.Act.Name, f.By.ID, f.Now.Time(), f.M.Status, strings.Join(wrong, "\n"))
	}
	f.Notices, f.Said = nil, nil
}

// pass lets some time pass; clocks fire on the way, or late and in a row as
// after a power cut.
func (m *machine) pass() {
	d := rapid.SampledFrom([]time.Duration{0, 0, 0, time.Second, 20 * time.Minute, 20 * time.Minute, 3 * time.Hour, 26 * time.Hour, 12 * 24 * time.Hour}).Draw(m.T, "wait")
	m.s.now = m.s.now.Add(d)
	for _, f := range m.files {
		for n := 0; f.M.Next != 0 && f.M.Next <= clock.At(m.s.now); n++ {
			if n == 500 {
				m.Fatalf("the clocks never come to rest: %s", f.M.Clocks.Ripe(clock.At(m.s.now)).Kind)
			}
			m.fire(f)
		}
	}
}

func (m *machine) fire(f *matter.File) {
	f.Now, f.By = clock.At(m.s.now), access.Actor{ID: access.Clock, Kind: access.System}
	before := m.pending(f)
	ok, err := f.Fire()
	if err != nil || !ok {
		m.Fatalf("fire: %v, %v", ok, err)
	}
	what := fmt.Sprint(f.Act.Facts["clock"], "/", f.Act.Facts["stage"])
	m.done(f, "settle after "+what, nil)
	key := ""
	for k := range before {
		if strings.HasSuffix(k, what) && strings.HasPrefix(k, fmt.Sprint(f.M.ID, "/", f.Act.Order, "/")) {
			key = k
		}
	}
	if !strings.HasSuffix(what, string(clock.Nag)) && m.fired[key] {
		m.Fatalf("%s fired twice", key)
	}
	m.fired[key] = true
}

// pending names the stages that are ripe.
func (m *machine) pending(f *matter.File) map[string]bool {
	out := map[string]bool{}
	add := func(id ident.ID, set clock.Set) {
		for i, c := range set {
			if c.Next != 0 && c.Next <= f.Now {
				out[fmt.Sprint(f.M.ID, "/", id, "/", i, "+", len(c.Extended), "/", c.Kind, "/", c.Stage)] = true // more time makes a stage come again
			}
		}
	}
	add(0, f.M.Clocks)
	for _, o := range f.Orders {
		add(o.ID, o.Clocks)
	}
	return out
}

// state is a file as a database would keep it.
type state struct {
	M      *matter.Matter
	Orders []*order.Order
}

// copied keeps and reads back a file, which must change nothing.
func (m *machine) copied(f *matter.File) state {
	b, err := ledger.Canonical(state{f.M, f.Orders})
	if err != nil {
		m.Fatal(err)
	}
	var s state
	if err := json.Unmarshal(b, &s); err != nil {
		m.Fatal(err)
	}
	return s
}

// try does one act and puts everything back if it is refused, as the engine
// does.
func (m *machine) try(name string, f *matter.File, do act) bool {
	kept := make([]state, len(m.files))
	for i, x := range m.files {
		kept[i] = m.copied(x)
		x.Now, x.Notices, x.Said = clock.At(m.s.now), nil, nil
	}
	err := do(m, f)
	if err == nil {
		err = f.Settle()
	}
	if err != nil {
		for i, x := range m.files {
			x.M, x.Orders = kept[i].M, kept[i].Orders
		}
		return false
	}
	m.worked[name]++
	m.sound(f)
	for i, x := range m.files {
		m.grew(kept[i], x)
	}
	return true
}

// grew asks that history is only added to: cards, answers, verdicts, tries and
// orders are never lost.
func (m *machine) grew(was state, f *matter.File) {
	if len(f.Orders) < len(was.Orders) || len(f.M.Verdicts) < len(was.M.Verdicts) || len(f.M.Tries) < len(was.M.Tries) {
		m.Fatal("something was lost")
	}
	if d := cmp.Diff(was.M.Verdicts, f.M.Verdicts[:len(was.M.Verdicts)]); d != "" && len(was.M.Verdicts) > 0 {
		m.Fatal(d)
	}
	for i, o := range was.Orders {
		is := f.Orders[i]
		if len(is.Cards) < len(o.Cards) || len(is.Answers) < len(o.Answers) || len(is.Clocks) < len(o.Clocks) {
			m.Fatalf("order %v lost something", o.ID)
		}
		for j, c := range o.Cards {
			if x := is.Cards[j]; c.Colour != x.Colour || c.At != x.At || c.Fact != x.Fact || c.State == order.CardVoid && x.State != order.CardVoid {
				m.Fatalf("a card became another: %+v, %+v", c, x)
			}
		}
	}
	open := f.M.Status == matter.Closed && was.M.Status != matter.Closed
	if open && (was.M.Status != matter.Awaiting || f.Act.Name != "judge") {
		m.Fatalf("closed from %s by %s", was.M.Status, f.Act.Name)
	}
}
