package property

import (
	"context"
	"errors"
	"flag"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"huying/internal/desk/dispatch"
	"huying/internal/desk/intake"
	"huying/internal/desk/numbers"
	"huying/internal/desk/registry"
	"huying/internal/desk/supervision"
	"huying/internal/domain/access"
	"huying/internal/domain/call"
	"huying/internal/domain/clock"
	"huying/internal/domain/duty"
	"huying/internal/domain/ledger"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/internal/engine"
	"huying/internal/engine/enginetest"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
	"huying/internal/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// morning is a Tuesday without a holiday near.
var morning = time.Date(2026, 3, 10, 9, 0, 0, 0, ident.Zone)

var ctx = context.Background()

// play is one drawn city with a few matters, and everybody in it who acts.
type play struct {
	*rapid.T
	*theatre
	drawn       *sources
	city        *pack.City
	intake      *intake.Desk
	dispatch    *dispatch.Desk
	supervision *supervision.Desk

	posts []access.Actor
	units []string
	ids   []ident.ID
}

// theatre is one installation, in which one city is played after the other.
type theatre struct {
	e    *engine.Engine
	now  time.Time
	done map[string]int // acts that were not refused
}

func open(t *testing.T, db *store.DB) *theatre {
	t.Helper()
	h := &theatre{now: morning, done: map[string]int{}}
	var err error
	h.e, err = engine.New(db, enginetest.Guangzhou(t), engine.Options{Keys: enginetest.Keys(t, ledger.Intl), Now: func() time.Time { return h.now }})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// stage draws a city and begins its play.
func (h *theatre) stage(t *rapid.T) *play {
	drawn := city(t)
	p := &play{T: t, theatre: h, drawn: drawn, city: drawn.load(t)}
	h.now = morning
	p.doubles()
	p.e.Use(p.city)
	p.intake, p.dispatch, p.supervision = intake.New(p.e), dispatch.New(p.e), supervision.New(p.e)
	for _, u := range p.city.Org.Units() {
		p.units = append(p.units, u)
		for _, post := range p.city.Org.Posts(u) {
			a, err := registry.Actor(p.city, post.Code)
			p.must(err)
			p.posts = append(p.posts, a)
		}
	}
	return p
}

// doubles lets some persons hold a second post, in whatever unit.
func (p *play) doubles() {
	var all []*org.Post
	for _, u := range p.city.Org.Units() {
		all = append(all, p.city.Org.Posts(u)...)
	}
	for range rapid.IntRange(0, 6).Draw(p.T, "double posts") {
		one, two := rapid.SampledFrom(all).Draw(p.T, "post"), rapid.SampledFrom(all).Draw(p.T, "second post")
		two.Holder = one.Holder
	}
}

func (p *play) must(err error) {
	if err != nil {
		p.Fatal(err)
	}
}

// calls takes in a call about any leaf at any place.
func (p *play) calls() {
	leaf := rapid.SampledFrom(p.city.Duty.Leaves()).Draw(p.T, "leaf")
	var places []string
	for place := range p.city.Territory.All() {
		if place.Kind.Rank() == 1 || place.Kind.Rank() == 2 {
			places = append(places, place.Code)
		}
	}
	s, err := p.intake.Receive(ctx, engine.Command{Actor: access.Actor{ID: "CALLER", Kind: access.Caller}, At: p.now}, call.Form{
		Source: "RESIDENT_WEB", Kind: "COMPLAINT", Category: leaf.Code, Text: "路边有情况", Name: "陈女士", Phone: "19900001234",
		Place: rapid.SampledFrom(places).Draw(p.T, "at"), Urgency: rapid.SampledFrom([]string{"", "", "EMERGENCY"}).Draw(p.T, "urgency"),
	})
	p.must(err)
	p.ids = append(p.ids, s.M.ID)
	p.sound(nil, s)
}

// move is one act of somebody on a matter and perhaps one of its orders.
type move struct {
	by string // whose turn it usually is
	do func(p *play, c engine.Command, s *engine.State, o *order.Order) (*engine.State, error)
}

// about is a move on an order, if there is one.
func about(by string, do func(p *play, c engine.Command, no ident.ID, o *order.Order) (*engine.State, error)) move {
	return move{by, func(p *play, c engine.Command, s *engine.State, o *order.Order) (*engine.State, error) {
		if o == nil {
			return nil, fault.New(fault.NotFound, "order.not_found", "")
		}
		return do(p, c, o.ID, o)
	}}
}

// on is a move on the matter itself.
func on(by string, do func(p *play, c engine.Command, no ident.ID) (*engine.State, error)) move {
	return move{by, func(p *play, c engine.Command, s *engine.State, _ *order.Order) (*engine.State, error) {
		return do(p, c, s.M.ID)
	}}
}

func (p *play) unit() string { return rapid.SampledFrom(p.units).Draw(p.T, "unit") }
func (p *play) yes() bool    { return rapid.Bool().Draw(p.T, "yes") }

// moves is what can be tried.
var moves = map[string]move{
	"verify": on("desk", func(p *play, c engine.Command, no ident.ID) (*engine.State, error) {
		return p.intake.Verify(ctx, c, no, intake.Verify{})
	}),
	"triage": on("desk", func(p *play, c engine.Command, no ident.ID) (*engine.State, error) {
		class := rapid.SampledFrom([]duty.Class{duty.Undefined, duty.Public, duty.Public, duty.Communal}).Draw(p.T, "class")
		return p.intake.Triage(ctx, c, no, intake.Triage{Class: string(class), Reason: "按清单"})
	}),
	"appeal": on("caller", func(p *play, c engine.Command, no ident.ID) (*engine.State, error) {
		return p.intake.Appeal(ctx, c, no, intake.Reason{Reason: "不服"})
	}),
	"issue": on("desk", func(p *play, c engine.Command, no ident.ID) (*engine.State, error) {
		return p.dispatch.Issue(ctx, c, no, dispatch.Issue{})
	}),
	"issue_to": on("desk", func(p *play, c engine.Command, no ident.ID) (*engine.State, error) {
		kind := rapid.SampledFrom([]string{"", "DISPATCH", "MEDIATION"}).Draw(p.T, "kind")
		return p.dispatch.Issue(ctx, c, no, dispatch.Issue{Kind: kind, Orders: []dispatch.Given{{Debtor: p.unit()}}})
	}),
	"issue_near": {"desk", func(p *play, c engine.Command, s *engine.State, _ *order.Order) (*engine.State, error) {
		var near []string
		for _, place := range []string{s.M.Place.District, s.M.Place.Town, s.M.Place.Community} {
			if place != "" {
				near = append(near, p.city.Org.Serving(place)...)
			}
		}
		return p.dispatch.Issue(ctx, c, s.M.ID, dispatch.Issue{Orders: []dispatch.Given{{Debtor: rapid.SampledFrom(near).Draw(p.T, "near")}}})
	}},
	"convene": on("district", func(p *play, c engine.Command, no ident.ID) (*engine.State, error) {
		return p.dispatch.Convene(ctx, c, no, dispatch.Convene{Parties: []string{p.unit(), p.unit()}, Reason: "会商"})
	}),
	"confer": on("district", func(p *play, c engine.Command, no ident.ID) (*engine.State, error) {
		return p.dispatch.DecideConference(ctx, c, no, dispatch.DecideConference{Minutes: "纪要", Lead: p.unit()})
	}),
	"pause": on("desk", func(p *play, c engine.Command, no ident.ID) (*engine.State, error) {
		return p.dispatch.Pause(ctx, c, no, dispatch.Pause{Reason: "WEATHER", Until: p.now.Add(30 * time.Hour)})
	}),
	"defer": on("desk", func(p *play, c engine.Command, no ident.ID) (*engine.State, error) {
		return p.dispatch.Defer(ctx, c, no, dispatch.Defer{Reason: "暂缓", Plan: "计划", Review: p.now.Add(200 * time.Hour)})
	}),
	"judge": on("caller", func(p *play, c engine.Command, no ident.ID) (*engine.State, error) {
		word := rapid.SampledFrom([]string{"YES", "PARTIAL", "NO"}).Draw(p.T, "word")
		return p.supervision.Judge(ctx, c, no, supervision.Judge{Resolved: word, Satisfaction: 3, Contacted: true})
	}),
	"call_back": on("desk", func(p *play, c engine.Command, no ident.ID) (*engine.State, error) {
		return p.supervision.Judge(ctx, c, no, supervision.Judge{Resolved: "YES", Satisfaction: 3, Contacted: true, ByPhone: true})
	}),
	"own_verdict": on("debtor's desk", func(p *play, c engine.Command, no ident.ID) (*engine.State, error) {
		return p.supervision.Judge(ctx, c, no, supervision.Judge{Resolved: "YES", Satisfaction: 5, Contacted: true, ByPhone: p.yes()})
	}),
	"reopen": on("caller", func(p *play, c engine.Command, no ident.ID) (*engine.State, error) {
		return p.supervision.Reopen(ctx, c, no, supervision.Reason{Reason: "没好"})
	}),
	"level_up": on("caller", func(p *play, c engine.Command, no ident.ID) (*engine.State, error) {
		return p.supervision.LevelUp(ctx, c, no, supervision.Reason{Reason: "请上级办"})
	}),
	"sign": about("debtor", func(p *play, c engine.Command, no ident.ID, _ *order.Order) (*engine.State, error) {
		return p.dispatch.Sign(ctx, c, no, struct{}{})
	}),
	"respond": about("debtor", func(p *play, c engine.Command, no ident.ID, o *order.Order) (*engine.State, error) {
		in := dispatch.Respond{Text: "已办"}
		if leaf, ok := p.city.Duty.Leaf(o.Leaf); ok {
			for _, k := range leaf.Evidence {
				in.Evidence = append(in.Evidence, dispatch.Record{Kind: k, Hash: strings.Repeat("ab", 32)})
			}
		}
		return p.dispatch.Respond(ctx, c, no, in)
	}),
	"object": about("debtor", func(p *play, c engine.Command, no ident.ID, _ *order.Order) (*engine.State, error) {
		return p.dispatch.Object(ctx, c, no, dispatch.Object{Reason: "不属本单位"})
	}),
	"review": about("district", func(p *play, c engine.Command, no ident.ID, _ *order.Order) (*engine.State, error) {
		in := dispatch.DecideObjection{Uphold: p.yes(), Note: "裁定"}
		if in.Uphold && p.yes() {
			in.To = p.unit()
		}
		return p.dispatch.DecideObjection(ctx, c, no, in)
	}),
	"judge_order": about("desk", func(p *play, c engine.Command, no ident.ID, _ *order.Order) (*engine.State, error) {
		return p.dispatch.JudgeOrder(ctx, c, no, dispatch.JudgeOrder{Done: p.yes(), Reason: "看过"})
	}),
	"withdraw": about("desk", func(p *play, c engine.Command, no ident.ID, _ *order.Order) (*engine.State, error) {
		return p.dispatch.Withdraw(ctx, c, no, dispatch.Reason{Reason: "改派"})
	}),
	"supervise": about("desk", func(p *play, c engine.Command, no ident.ID, _ *order.Order) (*engine.State, error) {
		return p.supervision.Supervise(ctx, c, no, supervision.Supervise{Grounds: "逾期"})
	}),
	"check": about("debtor", func(p *play, c engine.Command, no ident.ID, _ *order.Order) (*engine.State, error) {
		return p.supervision.Check(ctx, c, no, supervision.Check{Pass: p.yes(), Note: "回看"})
	}),
}

// next are the moves that could well come next.
func next(s *engine.State) []string {
	for _, o := range s.Orders {
		if o.Status == order.Objected {
			return []string{"review", "review", "confer"}
		}
	}
	switch s.M.Status {
	case "RECEIVED":
		return []string{"verify"}
	case "VERIFIED":
		return []string{"triage"}
	case "TRIAGED":
		return []string{"issue", "issue", "issue_near", "issue_near", "issue_to"}
	case "AWAITING_VERDICT":
		return []string{"judge", "judge", "judge_order", "call_back", "own_verdict"}
	case "CLOSED":
		return []string{"reopen"}
	}
	return []string{"sign", "respond", "respond", "object", "judge_order", "issue_near", "withdraw", "level_up", "supervise", "defer"}
}

// actor is who makes a move: often whose turn it is, as often anybody.
func (p *play) actor(s *engine.State, o *order.Order, by string) access.Actor {
	if rapid.IntRange(0, 3).Draw(p.T, "anybody") == 0 {
		return rapid.SampledFrom(p.posts).Draw(p.T, "who")
	}
	return p.turn(s, o, by)
}

// turn is whose turn it is.
func (p *play) turn(s *engine.State, o *order.Order, by string) access.Actor {
	unit := s.M.Desk
	switch by {
	case "caller":
		a, err := p.e.Caller(s.M.ID, p.e.TrackCode(s.M.ID))
		p.must(err)
		return a
	case "debtor":
		if o != nil {
			unit = o.Debtor
		}
	case "debtor's desk":
		if a, ok := p.judging(o); ok {
			return a
		}
	case "district":
		if centre, ok := p.city.Org.Centre(s.M.Place.District); ok {
			unit = centre
		}
	}
	a, err := registry.Actor(p.city, p.city.Org.DefaultPost(unit).Code)
	p.must(err)
	return a
}

// judging is a post that judges, of the unit that owes an order or of whoever
// answered it in a second post.
func (p *play) judging(o *order.Order) (access.Actor, bool) {
	if o == nil {
		return access.Actor{}, false
	}
	var all []access.Actor
	for _, a := range p.posts {
		post, _ := p.city.Org.Post(a.ID)
		second := slices.ContainsFunc(o.Answers, func(x order.Answer) bool {
			by, ok := p.city.Org.Post(x.By)
			return ok && by.Holder == post.Holder
		})
		if a.Role == org.Dispatcher && (a.Unit == o.Debtor || second) {
			all = append(all, a)
		}
	}
	if len(all) == 0 {
		return access.Actor{}, false
	}
	return rapid.SampledFrom(all).Draw(p.T, "judge"), true
}

// step lets time pass, the clocks act, and somebody try something.
func (p *play) step() {
	p.now = p.now.Add(time.Duration(rapid.SampledFrom([]int{0, 0, 1, 10, 60, 600, 3000, 15000}).Draw(p.T, "minutes")) * time.Minute)
	for _, id := range p.ids {
		p.clocks(id)
	}
	id := rapid.SampledFrom(p.ids).Draw(p.T, "matter")
	before, err := p.e.Load(ctx, id)
	p.must(err)
	name := ""
	if rapid.IntRange(0, 4).Draw(p.T, "sense") > 0 {
		name = rapid.SampledFrom(next(before)).Draw(p.T, "next")
	} else {
		name = rapid.SampledFrom(slices.Sorted(maps.Keys(moves))).Draw(p.T, "move")
	}
	var o *order.Order
	if len(before.Orders) > 0 {
		o = before.Orders[len(before.Orders)-1-rapid.IntRange(0, min(2, len(before.Orders)-1)).Draw(p.T, "order")]
	}
	if i := slices.IndexFunc(before.Orders, func(o *order.Order) bool { return o.Status == order.Objected }); i >= 0 {
		o = before.Orders[i] // what is disputed waits for its review
	}
	m := moves[name]
	by := p.actor(before, o, m.by)
	after, err := m.do(p, engine.Command{Actor: by, At: p.now}, before, o)
	if err != nil {
		var f *fault.Error
		if !errors.As(err, &f) || f.Kind == fault.Internal {
			p.Fatalf("%s by %s: %v", name, by.ID, err)
		}
		after, err = p.e.Load(ctx, id)
		p.must(err)
	} else {
		p.done[name]++
	}
	p.sound(before, after)
	p.wayUp(after)
}

// clocks lets the clocks of a matter do what is due.
func (p *play) clocks(id ident.ID) {
	for range 300 {
		s, err := p.e.Load(ctx, id)
		p.must(err)
		if s.M.Next == 0 || s.M.Next.Time().After(p.now) {
			return
		}
		if n, err := p.e.Fire(ctx, id, s.M.Next.Time()); err != nil || n == 0 {
			p.Fatalf("%v is due, and %d clocks fired: %v", id, n, err)
		}
		after, err := p.e.Load(ctx, id)
		p.must(err)
		p.sound(s, after)
	}
	p.Fatalf("the clocks of %v never come to rest", id)
}

// sound asks what must hold of a matter after whatever was done to it.
func (p *play) sound(before, s *engine.State) {
	p.oneHolder(s)
	p.otherJudge(s)
	p.onTheList(before, s)
}

// oneHolder is INV-01: an open matter is held by one post of one unit, an order
// is owed by one unit to another, and one order leads.
func (p *play) oneHolder(s *engine.State) {
	post, ok := p.city.Org.Post(s.M.HolderPost)
	if s.M.Status.Open() && (!ok || post.Unit != s.M.Holder || s.M.Next == 0) || !s.M.Status.Open() && s.M.Holder != "" {
		p.Fatalf("%v is %s, held by %q by post %q, next deadline %d", s.M.ID, s.M.Status, s.M.Holder, s.M.HolderPost, s.M.Next)
	}
	leads := 0
	for _, o := range s.Orders {
		if _, ok := p.city.Org.Unit(o.Debtor); !ok || o.Debtor == o.Creditor {
			p.Fatalf("order %v is owed by %q to %q", o.ID, o.Debtor, o.Creditor)
		}
		if o.Solves() && o.Status.Open() && o.Role != order.Co {
			leads++
		}
	}
	if leads > 1 {
		p.Fatalf("%v has %d leading orders", s.M.ID, leads)
	}
}

// otherJudge is INV-02: whoever judged an answer is of another unit than the
// one that gave it, and no other seat of the same person.
func (p *play) otherJudge(s *engine.State) {
	holder := func(code string) string {
		if post, ok := p.city.Org.Post(code); ok {
			return post.Holder
		}
		return ""
	}
	for _, o := range s.Orders {
		for _, a := range o.Answers {
			unit, _, _ := strings.Cut(a.Judge, "/")
			if a.Judge != "" && (unit == o.Debtor || a.Judge == a.By || holder(a.Judge) != "" && holder(a.Judge) == holder(a.By)) {
				p.Fatalf("order %v of %s: %s judged what %s answered", o.ID, o.Debtor, a.Judge, a.By)
			}
		}
	}
	for _, v := range s.M.Verdicts {
		unit, _, ok := strings.Cut(v.By, "/")
		if ok && slices.ContainsFunc(s.Orders, func(o *order.Order) bool {
			a := o.Answer()
			return o.Solves() && a != nil && a.At <= v.At && (o.Debtor == unit || holder(a.By) != "" && holder(a.By) == holder(v.By))
		}) {
			p.Fatalf("%v: %s judged what its own unit or person answered", s.M.ID, v.By)
		}
	}
}

// onTheList is INV-03: what a town or village owes stands on the list, or life
// was at stake and the order says so.
func (p *play) onTheList(before, s *engine.State) {
	for i, o := range s.Orders {
		if before != nil && i < len(before.Orders) || o.Kind != order.Dispatch {
			continue
		}
		u, _ := p.city.Org.Unit(o.Debtor)
		if u.Level.Rank() > org.Town.Rank() || u.Kind == org.StationedAgency {
			continue
		}
		listed := p.drawn.asks(o.Leaf, string(u.Level)+":"+u.Suffix)
		if listed == o.Emergency || o.Emergency && s.M.Urgency != duty.Emergency {
			p.Fatalf("%v: %s is ordered %s; listed %v, emergency %v, urgency %s", s.M.ID, o.Debtor, o.Leaf, listed, o.Emergency, s.M.Urgency)
		}
	}
}

// wayUp is INV-10: the caller of an open matter goes up as soon as what was
// promised has passed or a refusal was spoken, whoever has done what.
func (p *play) wayUp(s *engine.State) {
	if !s.M.Status.Open() || s.M.Level == org.City {
		return
	}
	promised := s.M.Clocks.Last(clock.Promised)
	if promised == nil || promised.Due > engine.Instant(p.now) {
		return
	}
	caller, err := p.e.Caller(s.M.ID, p.e.TrackCode(s.M.ID))
	p.must(err)
	if _, err := p.supervision.LevelUp(ctx, engine.Command{Actor: caller, At: p.now, Dry: true}, s.M.ID, supervision.Reason{Reason: "逾期了"}); err != nil {
		p.Fatalf("%v is %s, promised by %v, now %v: the caller cannot go up: %v", s.M.ID, s.M.Status, promised.Due.Time(), p.now, err)
	}
	p.done["way up"]++
}

// Whatever city it is and whoever tries whatever at whatever time: one unit
// holds each matter and owes each order, nobody judges its own work, nothing
// off the list is ordered from a town or village, and the caller can go up.
func TestINV01INV02INV03INV10AnybodyTriesAnything(t *testing.T) {
	storetest.Each(t, engine.Migrations(), func(t *testing.T, db *store.DB) {
		checks(t, map[store.Dialect]string{store.SQLite: "60", store.Postgres: "25"}[db.Dialect()])
		h := open(t, db)
		rapid.Check(t, func(rt *rapid.T) {
			p := h.stage(rt)
			for range rapid.IntRange(1, 2).Draw(rt, "matters") {
				p.calls()
			}
			for range rapid.IntRange(10, 40).Draw(rt, "steps") {
				p.step()
			}
		})
		for _, one := range [][]string{
			{"verify"}, {"triage"}, {"issue", "issue_near"}, {"respond"}, {"judge", "judge_order", "call_back"}, {"object", "withdraw", "defer"}, {"way up"},
		} {
			if !slices.ContainsFunc(one, func(name string) bool { return h.done[name] > 0 }) {
				t.Errorf("nobody ever came to any of %v: %v", one, h.done)
			}
		}
	})
}

// answer brings the last matter, each by whose turn it is, to where all its
// orders are answered; false if it is settled without any.
func (p *play) answer() (*engine.State, bool) {
	id := p.ids[len(p.ids)-1]
	for range 12 {
		s, err := p.e.Load(ctx, id)
		p.must(err)
		i := slices.IndexFunc(s.Orders, func(o *order.Order) bool { return o.Solves() && o.Status.Owing() })
		name, o := map[matter.Status]string{matter.Received: "verify", matter.Verified: "triage", matter.Triaged: "issue"}[s.M.Status], (*order.Order)(nil)
		switch {
		case i >= 0:
			name, o = "respond", s.Orders[i]
		case s.M.Status == matter.Awaiting || len(s.Orders) > 0:
			return s, len(s.Orders) > 0
		case name == "":
			return s, false
		}
		p.now = p.now.Add(time.Minute)
		_, err = moves[name].do(p, engine.Command{Actor: p.turn(s, o, moves[name].by), At: p.now}, s, o)
		if fault.Of(err) == fault.Internal && err != nil {
			p.Fatalf("%s: %v", name, err)
		}
	}
	s, err := p.e.Load(ctx, id)
	p.must(err)
	return s, slices.ContainsFunc(s.Orders, func(o *order.Order) bool { return o.Answer() != nil })
}

// INV-02: what was answered is judged by whoever tries, most of all by the
// answering unit's own posts and by those who answered, in a second post: no
// such verdict is ever taken.
func TestINV02NobodyJudgesTheirOwnWork(t *testing.T) {
	storetest.Each(t, engine.Migrations(), func(t *testing.T, db *store.DB) {
		checks(t, map[store.Dialect]string{store.SQLite: "60", store.Postgres: "25"}[db.Dialect()])
		h := open(t, db)
		rapid.Check(t, func(rt *rapid.T) {
			p := h.stage(rt)
			p.calls()
			s, ok := p.answer()
			if !ok {
				return
			}
			for range rapid.IntRange(3, 10).Draw(rt, "tries") {
				o := rapid.SampledFrom(s.Orders).Draw(rt, "order")
				name := rapid.SampledFrom([]string{"own_verdict", "call_back", "judge_order"}).Draw(rt, "how")
				by, found := p.judging(o)
				if !found || rapid.IntRange(0, 4).Draw(rt, "another") == 0 {
					by = rapid.SampledFrom(p.posts).Draw(rt, "who")
				} else {
					p.done["tried"]++
				}
				after, err := moves[name].do(p, engine.Command{Actor: by, At: p.now}, s, o)
				if fault.Code(err) == "verdict.judge_is_responder" {
					p.done["refused"]++
				}
				if err == nil {
					s = after
					p.done["judged"]++
				}
				p.otherJudge(s)
			}
		})
		for _, what := range []string{"tried", "refused", "judged"} {
			if h.done[what] == 0 {
				t.Errorf("in no city was one's own work %s: %v", what, h.done)
			}
		}
	})
}

// INV-06: whoever looks and however often, in whatever city and after whatever
// happened, the figures of a unit in a period are the same, and none is told of
// anything smaller than a unit.
func TestINV06FiguresAreTheSameForWhoeverLooks(t *testing.T) {
	storetest.Each(t, engine.Migrations(), func(t *testing.T, db *store.DB) {
		checks(t, map[store.Dialect]string{store.SQLite: "30", store.Postgres: "10"}[db.Dialect()])
		h := open(t, db)
		rapid.Check(t, func(rt *rapid.T) {
			p := h.stage(rt)
			p.calls()
			p.answer()
			for range rapid.IntRange(5, 15).Draw(rt, "steps") {
				p.step()
			}
			place := rapid.SampledFrom(append(slices.Clone(p.drawn.districts), p.city.Root)).Draw(rt, "place")
			period := numbers.Period{From: civil(morning, 0), To: civil(p.now, 1)}
			var first []numbers.Unit
			looked := 0
			for range rapid.IntRange(4, 12).Draw(rt, "looks") {
				by := rapid.SampledFrom(p.posts).Draw(rt, "looks")
				got, err := numbers.New(p.e).Units(ctx, by, place, period)
				if err != nil {
					if fault.Of(err) == fault.Internal {
						rt.Fatal(err)
					}
					continue
				}
				if looked++; looked == 1 {
					first = got
				}
				if diff := cmp.Diff(first, got); diff != "" {
					rt.Fatalf("%s sees other figures of %s than the one before:\n%s", by.ID, place, diff)
				}
				for _, u := range got {
					if strings.Contains(u.Code, "/") {
						rt.Fatalf("%q is a post", u.Code)
					}
				}
			}
			if looked > 1 && len(first) > 0 {
				p.done["compared"]++
			}
		})
		if h.done["compared"] == 0 {
			t.Errorf("nobody ever compared figures: %v", h.done)
		}
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
