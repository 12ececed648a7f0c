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
	"huying/internal/domain/org"
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
				out[fmt.Sprint(f.M.ID, "/", id, "/", i, "/", c.Kind, "/", c.Stage)] = true
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

// by draws who acts: mostly somebody who may.
func (m *machine) by(f *matter.File, posts ...access.Actor) {
	if rapid.IntRange(0, 9).Draw(m.T, "whoever") == 0 {
		posts = append(m.desks(), m.s.post(building), m.s.post(cityOffice), m.s.post(committee),
			access.Actor{ID: "CALLER", Kind: access.Caller, Matter: int64(m.files[0].M.ID)})
	}
	f.By = posts[rapid.IntRange(0, len(posts)-1).Draw(m.T, "by")]
}

func (m *machine) desks() []access.Actor {
	return []access.Actor{m.s.post(townDesk), m.s.post(districtDesk), m.s.post(cityDesk)}
}

// debtor draws an order and lets its debtor act.
func (m *machine) debtor(f *matter.File) *order.Order {
	o := m.order(f)
	m.by(f, m.s.post(o.Debtor))
	return o
}

// chaired draws an order and lets a desk act.
func (m *machine) chaired(f *matter.File) *order.Order {
	o := m.order(f)
	m.by(f, m.desks()...)
	return o
}

// order draws an order; a file without any gives one that no act accepts.
func (m *machine) order(f *matter.File) *order.Order {
	if len(f.Orders) == 0 {
		return &order.Order{Debtor: building, Creditor: townDesk, Status: order.Withdrawn, Kind: order.Dispatch}
	}
	return f.Orders[rapid.IntRange(0, len(f.Orders)-1).Draw(m.T, "order")]
}

// waiting is the first order of which something is true, or any.
func (m *machine) waiting(f *matter.File, what func(*order.Order) bool) *order.Order {
	if i := slices.IndexFunc(f.Orders, what); i >= 0 {
		m.by(f, m.desks()...)
		return f.Orders[i]
	}
	return m.chaired(f)
}

func (m *machine) chance(label string) bool { return rapid.Bool().Draw(m.T, label) }

func (m *machine) unit() string {
	return rapid.SampledFrom([]string{building, water, cityOffice, enforcement, police, committee, townDesk, districtDesk, otherPolice}).Draw(m.T, "unit")
}

func (m *machine) caller(f *matter.File) {
	m.by(f, access.Actor{ID: "CALLER", Kind: access.Caller, Matter: int64(f.M.ID)},
		access.Actor{ID: "CALLER", Kind: access.Caller, Matter: int64(m.files[1].M.ID)})
}

var acts = map[string]act{
	"verify": func(m *machine, f *matter.File) error {
		m.by(f, m.desks()...)
		return f.Verify(matter.Verification{
			Category: rapid.SampledFrom([]string{"", pothole, rubbish, bulky, collapse}).Draw(m.T, "leaf"),
			Urgency:  rapid.SampledFrom([]duty.Urgency{"", duty.Emergency, duty.Complex}).Draw(m.T, "urgency"),
		})
	},
	"triage": func(m *machine, f *matter.File) error {
		m.by(f, m.desks()...)
		return f.Triage(rapid.SampledFrom([]duty.Class{"", "", duty.Public, duty.Communal, duty.Private}).Draw(m.T, "class"), "", "理由")
	},
	"advise": func(m *machine, f *matter.File) error {
		m.by(f, m.desks()...)
		return f.Advise("答复")
	},
	"refer": func(m *machine, f *matter.File) error {
		m.by(f, m.desks()...)
		return f.Refer("LEGAL_CHANNEL", "")
	},
	"take back": func(m *machine, f *matter.File) error {
		m.by(f, m.desks()...)
		return f.TakeBack("对方不受理")
	},
	"appeal": func(m *machine, f *matter.File) error {
		m.caller(f)
		return f.Appeal("不同意")
	},
	"issue": func(m *machine, f *matter.File) error {
		m.by(f, m.desks()...)
		list := f.Proposal()
		if m.chance("own choice") {
			list = []matter.Assignment{{Debtor: m.unit(), Role: rapid.SampledFrom([]order.Role{"", order.Lead, order.Co, order.Sole}).Draw(m.T, "role")}}
		}
		return f.Issue(f.OrderKind(), list)
	},
	"sign": func(m *machine, f *matter.File) error { return f.Sign(m.debtor(f)) },
	"work": func(m *machine, f *matter.File) error { return f.Work(m.debtor(f)) },
	"reply": func(m *machine, f *matter.File) error {
		return f.Respond(m.debtor(f), matter.Response{Text: "已办", Evidence: proof()})
	},
	"reply to all": func(m *machine, f *matter.File) error {
		for _, o := range f.Orders {
			if !o.Status.Owing() || !o.Solves() {
				continue
			}
			f.By = m.s.post(o.Debtor)
			if err := f.Respond(o, matter.Response{Text: "已办", Evidence: proof()}); err != nil {
				return err
			}
		}
		return nil
	},
	"judge order": func(m *machine, f *matter.File) error { return f.JudgeOrder(m.chaired(f), m.chance("done"), "看过") },
	"withdraw":    func(m *machine, f *matter.File) error { return f.Withdraw(m.chaired(f), "另派") },
	"object":      func(m *machine, f *matter.File) error { return f.Object(m.debtor(f), "不属职责", "", "") },
	"decide objection": func(m *machine, f *matter.File) error {
		to := ""
		if m.chance("name") {
			to = m.unit()
		}
		objected := func(o *order.Order) bool { return o.Status == order.Objected }
		return f.DecideObjection(m.waiting(f, objected), m.chance("uphold"), to, "按清单")
	},
	"convene": func(m *machine, f *matter.File) error {
		m.by(f, m.desks()...)
		return f.Convene([]string{building, water}, "职责不清")
	},
	"decide conference": func(m *machine, f *matter.File) error {
		m.by(f, m.desks()...)
		var co []string
		if m.chance("co") {
			co = []string{m.unit()}
		}
		return f.DecideConference("纪要", m.unit(), co)
	},
	"ask for time": func(m *machine, f *matter.File) error {
		return f.AskExtension(m.debtor(f), rapid.SampledFrom([]string{"2 WD", "5 CD", "3 WORK_HOUR", "15 CD", "99 CD"}).Draw(m.T, "more"), "配件未到")
	},
	"decide on time": func(m *machine, f *matter.File) error {
		return f.DecideExtension(m.chaired(f), m.chance("grant"), "已核")
	},
	"pause": func(m *machine, f *matter.File) error {
		m.by(f, m.desks()...)
		return f.Pause("WEATHER", f.Now+clock.Instant(time.Duration(rapid.IntRange(1, 100*24).Draw(m.T, "hours"))*time.Hour/time.Microsecond))
	},
	"resume": func(m *machine, f *matter.File) error {
		m.by(f, m.desks()...)
		return f.Resume()
	},
	"defer": func(m *machine, f *matter.File) error {
		m.by(f, m.desks()...)
		return f.Defer("资金未到位", "年度计划", f.Now+clock.Instant(time.Duration(rapid.IntRange(1, 91*24).Draw(m.T, "hours"))*time.Hour/time.Microsecond))
	},
	"undefer": func(m *machine, f *matter.File) error {
		m.by(f, m.desks()...)
		return f.Undefer()
	},
	"contact": func(m *machine, f *matter.File) error {
		m.by(f, append(m.desks(), m.s.post(building), m.s.post(cityOffice))...)
		return f.Contact("PHONE", m.chance("reached"))
	},
	"judge": func(m *machine, f *matter.File) error {
		m.by(f, append(m.desks(), m.s.role(districtDesk, org.Dispatcher))...)
		j := matter.Judgement{Resolved: rapid.SampledFrom([]matter.Resolved{matter.Yes, matter.Yes, matter.Partial, matter.No}).Draw(m.T, "resolved"), ByPhone: m.chance("phone"), Contacted: m.chance("contacted")}
		if m.chance("caller") {
			m.caller(f)
		}
		if len(f.M.Voters) > 0 && m.chance("voter") {
			j.Voter = f.M.Voters[0]
		}
		return f.Judge(j)
	},
	"reopen": func(m *machine, f *matter.File) error {
		if m.caller(f); m.chance("desk") {
			m.by(f, m.desks()...)
		}
		return f.Reopen("又坏了")
	},
	"order check": func(m *machine, f *matter.File) error {
		m.by(f, rule)
		return f.OrderCheck(m.unit())
	},
	"check": func(m *machine, f *matter.File) error {
		o := m.debtor(f)
		return f.Check(o, m.chance("pass"), "现场看过")
	},
	"remind":    func(m *machine, f *matter.File) error { return f.Remind(m.chaired(f), "") },
	"supervise": func(m *machine, f *matter.File) error { return f.Supervise(m.chaired(f), "久拖不决") },
	"appeal card": func(m *machine, f *matter.File) error {
		return f.AppealCard(m.debtor(f), rapid.SampledFrom([]order.Colour{order.Yellow, order.Red}).Draw(m.T, "colour"), "暂停期间")
	},
	"decide card": func(m *machine, f *matter.File) error {
		appealed := func(o *order.Order) bool {
			return slices.ContainsFunc(o.Cards, func(c order.Card) bool { return c.State == order.CardAppealed })
		}
		return f.DecideCard(m.waiting(f, appealed), rapid.SampledFrom([]order.Colour{order.Yellow, order.Red}).Draw(m.T, "colour"), m.chance("uphold"), "核过")
	},
	"level up": func(m *machine, f *matter.File) error {
		m.caller(f)
		err := f.LevelUp("")
		m.neverBlocked(f, err)
		return err
	},
	"request exclusion": func(m *machine, f *matter.File) error {
		m.by(f, m.desks()...)
		return f.RequestExclusion("POLICY", "政策不允许")
	},
	"decide exclusion": func(m *machine, f *matter.File) error {
		m.by(f, m.assessors()...)
		return f.DecideExclusion(m.chance("grant"), "核过")
	},
	"merge": func(m *machine, f *matter.File) error {
		m.by(f, m.desks()...)
		into := m.other(f)
		into.By = f.By
		if err := f.MergeInto(into, "同一处"); err != nil {
			return err
		}
		if err := into.Settle(); err != nil {
			return err
		}
		if !slices.Contains(into.M.Children, f.M.ID) || f.M.MergedInto != into.M.ID || f.M.Caller.Reachable() != slices.Contains(into.M.Voters, f.M.ID) {
			m.Fatalf("%v was lost in %v", f.M.ID, into.M.ID)
		}
		m.sound(into)
		return nil
	},
	"unmerge": func(m *machine, f *matter.File) error {
		m.by(f, m.desks()...)
		into := m.other(f)
		into.By = f.By
		err := f.Unmerge(into, "不是一处")
		if err != nil && f.M.Status == matter.Merged && into.M.Status.Open() && access.Allow(f.By, access.MergeMatter, f.Subject(nil)) == nil {
			m.Fatalf("the merge cannot be undone: %v", err)
		}
		if err == nil {
			err = into.Settle()
			m.sound(into)
		}
		return err
	},
}

func (m *machine) other(f *matter.File) *matter.File {
	if f == m.files[0] {
		return m.files[1]
	}
	return m.files[0]
}

// neverBlocked holds INV-10: only the end of the matter, the top level and the
// time that the caller was told keep a caller from going up.
func (m *machine) neverBlocked(f *matter.File, err error) {
	mine := f.By.Kind == access.Caller && (f.By.Matter == int64(f.M.ID) || slices.Contains(f.M.Children, ident.ID(f.By.Matter)))
	told := f.M.Clocks.Last(clock.Promised)
	if err != nil && mine && f.M.Status.Open() && f.M.Level != org.City && told.Due <= f.Now {
		m.Fatalf("the caller was kept from going up: %v", err)
	}
}

// assessors are the posts of the place that decide exclusions.
func (m *machine) assessors() []access.Actor {
	var out []access.Actor
	for _, code := range m.s.city.Org.Units() {
		if !strings.HasPrefix(code, "440106-") && !strings.HasPrefix(code, "440100-") {
			continue
		}
		for _, p := range m.s.city.Org.Posts(code) {
			if p.Role == org.Assessor {
				out = append(out, actor(m.s.city, p))
			}
		}
	}
	return out
}
