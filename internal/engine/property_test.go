package engine_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
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
		start := morning
		rapid.Check(t, func(rt *rapid.T) {
			p := &play{T: rt, e: e, cast: cast, now: start}
			for range rapid.IntRange(1, 2).Draw(rt, "matters") {
				p.call()
			}
			for range rapid.IntRange(8, 25).Draw(rt, "steps") {
				p.step()
			}
		})
		verified(t, e); dbg(t, e)
		counted(t, e)
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
	p.now = p.now.Add(time.Duration(rapid.SampledFrom([]int{0, 1, 30, 120, 600, 1500, 5000, 20000}).Draw(p.T, "minutes")) * time.Minute)
	id := rapid.SampledFrom(p.ids).Draw(p.T, "matter")
	for _, x := range p.ids {
		p.fire(x)
	}
	s, err := p.e.Load(ctx, id)
	p.check(s, err)
	a := acts[rapid.IntRange(0, len(acts)-1).Draw(p.T, "act")]
	d := dice{rapid.IntRange(0, 1000).Draw(p.T, "dice")}
	cmd := engine.Command{Actor: p.someone(s, a.by, d), At: p.now}
	if a.name == "merge" || a.name == "unmerge" {
		other := p.ids[d.n%len(p.ids)]
		s, err = p.e.OnTwo(ctx, cmd, a.name, id, other, func(f, g *matter.File) error {
			if a.name == "merge" {
				return f.MergeInto(g, "同一问题")
			}
			return f.Unmerge(g, "不是同一问题")
		})
	} else {
		s, err = p.e.Act(ctx, cmd, a.name, id, func(f *matter.File) error { return a.do(f, d) })
	}
	if err != nil {
		p.refused(a.name, err)
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
	for _, a := range p.cast {
		if a.Unit == unit && (a.Role == org.Dispatcher || a.Role == org.Handler && by == "debtor" || a.Role == org.Supervisor || a.Role == org.Assessor) {
			return a
		}
	}
	return p.cast[0]
}

// dice is one drawn number that an act takes its arguments from.
type dice struct{ n int }

func (d dice) order(f *matter.File) *order.Order {
	if len(f.Orders) == 0 {
		return nil
	}
	return f.Orders[len(f.Orders)-1-d.n%min(3, len(f.Orders))]
}

func (d dice) unit() string    { return players[d.n%len(players)] }
func (d dice) yes() bool       { return d.n%2 == 0 }
func (d dice) later() []string { return []string{"1 WD", "3 CD", "4 WORK_HOUR", "90 CD"} }

type act struct {
	name, by string
	do       func(f *matter.File, d dice) error
}

var none = fault.New(fault.NotFound, "order.not_found", "")

// about runs an act on one of the file's orders.
func about(fn func(f *matter.File, o *order.Order, d dice) error) func(*matter.File, dice) error {
	return func(f *matter.File, d dice) error {
		o := d.order(f)
		if o == nil {
			return none
		}
		return fn(f, o, d)
	}
}

var acts = []act{
	{"verify", "desk", func(f *matter.File, d dice) error { return f.Verify(matter.Verification{}) }},
	{"advise", "desk", func(f *matter.File, d dice) error { return f.Advise("说明") }},
	{"refer", "desk", func(f *matter.File, d dice) error { return f.Refer("MARKET", "说明") }},
	{"take_back", "desk", func(f *matter.File, d dice) error { return f.TakeBack("退回") }},
	{"triage", "desk", func(f *matter.File, d dice) error {
		return f.Triage([]duty.Class{duty.Public, duty.Communal, duty.Private, ""}[d.n%4], "", "分流")
	}},
	{"triage_public", "desk", func(f *matter.File, d dice) error { return f.Triage(duty.Public, "", "分流") }},
	{"appeal", "caller", func(f *matter.File, d dice) error { return f.Appeal("不服") }},
	{"issue", "desk", func(f *matter.File, d dice) error { return f.Issue(f.OrderKind(), f.Proposal()) }},
	{"issue_to", "desk", func(f *matter.File, d dice) error {
		return f.Issue(order.Dispatch, []matter.Assignment{{Debtor: d.unit()}})
	}},
	{"issue_two", "desk", func(f *matter.File, d dice) error {
		return f.Issue(order.Dispatch, []matter.Assignment{{Debtor: "440106-CG", Role: order.Lead}, {Debtor: "440106-ZJ", Role: order.Co}})
	}},
	{"sign", "debtor", about(func(f *matter.File, o *order.Order, d dice) error { return f.Sign(o) })},
	{"work", "debtor", about(func(f *matter.File, o *order.Order, d dice) error { return f.Work(o) })},
	{"respond", "debtor", about(func(f *matter.File, o *order.Order, d dice) error { return f.Respond(o, proof(f)) })},
	{"respond_again", "debtor", about(func(f *matter.File, o *order.Order, d dice) error { return f.Respond(o, proof(f)) })},
	{"judge_order", "desk", about(func(f *matter.File, o *order.Order, d dice) error { return f.JudgeOrder(o, d.yes(), "看过") })},
	{"withdraw", "desk", about(func(f *matter.File, o *order.Order, d dice) error { return f.Withdraw(o, "改派") })},
	{"object", "debtor", about(func(f *matter.File, o *order.Order, d dice) error { return f.Object(o, "不属本单位", "", "") })},
	{"decide_objection", "district", about(func(f *matter.File, o *order.Order, d dice) error {
		return f.DecideObjection(o, d.yes(), []string{"", d.unit()}[d.n%2], "裁定")
	})},
	{"convene", "district", func(f *matter.File, d dice) error { return f.Convene([]string{d.unit(), "440106-CG"}, "会商") }},
	{"decide_conference", "district", func(f *matter.File, d dice) error {
		return f.DecideConference("纪要", d.unit(), []string{"440106-ZJ"}[:d.n%2])
	}},
	{"ask_extension", "debtor", about(func(f *matter.File, o *order.Order, d dice) error {
		return f.AskExtension(o, d.later()[d.n%4], "材料未到")
	})},
	{"decide_extension", "desk", about(func(f *matter.File, o *order.Order, d dice) error { return f.DecideExtension(o, d.yes(), "批示") })},
	{"pause", "desk", func(f *matter.File, d dice) error {
		return f.Pause("WEATHER", f.Now+clock.Instant(d.n+1)*clock.Instant(time.Hour/time.Microsecond))
	}},
	{"resume", "desk", func(f *matter.File, d dice) error { return f.Resume() }},
	{"defer", "desk", func(f *matter.File, d dice) error {
		return f.Defer("暂缓", "计划", f.Now+clock.Instant(d.n+1)*clock.Instant(time.Hour/time.Microsecond))
	}},
	{"undefer", "desk", func(f *matter.File, d dice) error { return f.Undefer() }},
	{"contact", "desk", func(f *matter.File, d dice) error { return f.Contact("PHONE", d.yes()) }},
	{"remind", "desk", about(func(f *matter.File, o *order.Order, d dice) error { return f.Remind(o, "") })},
	{"supervise", "desk", about(func(f *matter.File, o *order.Order, d dice) error { return f.Supervise(o, "督办") })},
	{"appeal_card", "debtor", about(func(f *matter.File, o *order.Order, d dice) error {
		return f.AppealCard(o, []order.Colour{order.Yellow, order.Red}[d.n%2], "申辩")
	})},
	{"decide_card", "district", about(func(f *matter.File, o *order.Order, d dice) error {
		return f.DecideCard(o, []order.Colour{order.Yellow, order.Red}[d.n%2], d.n%3 == 0, "裁定")
	})},
	{"judge", "caller", func(f *matter.File, d dice) error {
		return f.Judge(matter.Judgement{Resolved: []matter.Resolved{matter.Yes, matter.Partial, matter.No}[d.n%3], Satisfaction: d.n % 6, Contacted: d.yes()})
	}},
	{"judge_by_desk", "desk", func(f *matter.File, d dice) error {
		return f.Judge(matter.Judgement{Resolved: matter.Yes, ByPhone: d.yes()})
	}},
	{"reopen", "caller", func(f *matter.File, d dice) error { return f.Reopen("没好") }},
	{"level_up", "caller", func(f *matter.File, d dice) error { return f.LevelUp("提级") }},
	{"order_check", "supervisor", func(f *matter.File, d dice) error { return f.OrderCheck(d.unit()) }},
	{"check", "debtor", about(func(f *matter.File, o *order.Order, d dice) error { return f.Check(o, d.yes(), "回看") })},
	{"request_exclusion", "desk", func(f *matter.File, d dice) error { return f.RequestExclusion("REPEAT", "重复") }},
	{"decide_exclusion", "assessor", func(f *matter.File, d dice) error { return f.DecideExclusion(d.yes(), "审核") }},
	{name: "merge", by: "desk"},
	{name: "unmerge", by: "desk"},
}

// proof is an answer with all that the duty list asks for.
func proof(f *matter.File) matter.Response {
	r := matter.Response{Text: "已办"}
	if leaf, ok := f.City.Duty.Leaf(f.M.Category); ok {
		for _, k := range leaf.Evidence {
			r.Evidence = append(r.Evidence, order.Evidence{Kind: k, Hash: strings.Repeat("ab", 32)})
		}
	}
	return r
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
			due, err := set[i].Recompute(cal)
			if err != nil || !set[i].Paused() && clock.At(due.At) != set[i].Due {
				say("%s is due at %v, its rule %s says %v (%v)", set[i].Kind, set[i].Due.Time(), set[i].Limit, due.At, err)
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
	for name, query := range map[string]string{
		engine.Standing: `SELECT town || '/' || status, COUNT(*) FROM matter WHERE district = ? GROUP BY town, status`,
		engine.Held:     `SELECT holder, COUNT(*) FROM matter WHERE district = ? AND holder <> '' GROUP BY holder`,
		engine.Owed:     `SELECT debtor || '/' || status, COUNT(*) FROM orders WHERE district = ? GROUP BY debtor, status`,
		engine.Inflow:   `SELECT town, COUNT(*) FROM matter WHERE district = ? GROUP BY town`,
		engine.Orders:   `SELECT debtor, COUNT(*) FROM orders WHERE district = ? GROUP BY debtor`,
	} {
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
