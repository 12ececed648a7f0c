package story

import (
	"slices"
	"sync"
	"testing"
	"time"

	"huying/internal/desk/dispatch"
	"huying/internal/desk/intake"
	"huying/internal/desk/numbers"
	"huying/internal/desk/registry"
	"huying/internal/desk/supervision"
	"huying/internal/desk/whistle"
	"huying/internal/domain/call"
	"huying/internal/domain/ledger"
	"huying/internal/domain/order"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/internal/engine"
	"huying/internal/engine/enginetest"
	"huying/internal/store"
	"huying/internal/store/storetest"
	"huying/packs"
)

var otherPacks sync.Map // name → func() (*pack.City, error)

// cityOf returns a shipped city, loaded once.
func cityOf(t *testing.T, name string) *pack.City {
	t.Helper()
	load, _ := otherPacks.LoadOrStore(name, sync.OnceValues(func() (*pack.City, error) { return pack.Load(packs.FS, name) }))
	c, err := load.(func() (*pack.City, error))()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// street is a story of one street: its desk, and whistles.
type street struct {
	*world
	*who
	place   string
	whistle *whistle.Desk
}

// blows runs a story of whistles in a street of a city, on both databases.
func blows(t *testing.T, city, place string, from time.Time, story func(s *street)) {
	t.Helper()
	c := cityOf(t, city)
	storetest.Each(t, engine.Migrations(), func(t *testing.T, db *store.DB) {
		h := &world{T: t, city: c, now: from}
		var err error
		if h.e, err = engine.New(db, c, engine.Options{Keys: enginetest.Keys(t, ledger.Intl), Now: func() time.Time { return h.now }}); err != nil {
			t.Fatal(err)
		}
		h.intake, h.dispatch, h.supervision = intake.New(h.e), dispatch.New(h.e), supervision.New(h.e)
		h.numbers, h.registry = numbers.New(h.e), registry.New(h.e)
		story(&street{h, h.desk(place), place, whistle.New(h.e)})
		h.sound()
	})
}

// blow blows the whistle about a matter as the street's desk.
func (s *street) blow(m *affair, kind string, units ...string) {
	s.Helper()
	s.blowAs(s.who, m, kind, units...)
}

func (s *street) blowAs(by *who, m *affair, kind string, units ...string) {
	s.Helper()
	in := whistle.Blow{Kind: kind, Why: "需要多部门到现场"}
	for _, u := range units {
		in.Departments = append(in.Departments, whistle.Called{Unit: u})
	}
	by.did(s.whistle.Blow(ctx, by.cmd(), m.id, in))
}

// raise raises the street's own call with the whistle about it.
func (s *street) raise(kind, text string, places []string, units ...string) *affair {
	s.Helper()
	in := whistle.Raise{Blow: whistle.Blow{Kind: kind, Why: "街道没有处置权限"}, Text: text, Places: places}
	if kind == "EMERGENCY" {
		in.Urgency = "EMERGENCY"
	}
	for _, u := range units {
		in.Departments = append(in.Departments, whistle.Called{Unit: u})
	}
	st, err := s.whistle.Raise(ctx, s.cmd(), in)
	s.did(st, err)
	if err != nil {
		return nil
	}
	return &affair{s.world, st.M.ID}
}

// leg is the newest leg of a unit.
func (m *affair) leg(unit string) *order.Order {
	m.h.Helper()
	var out *order.Order
	for _, o := range m.now().Orders {
		if o.Leg != nil && o.Debtor == unit {
			out = o
		}
	}
	if out == nil {
		m.h.Fatalf("%s has no leg", unit)
	}
	return out
}

// told is the codes of what somebody's unit was told about a matter.
func (s *street) told(w *who, m *affair) []string {
	s.Helper()
	list, err := s.dispatch.Inbox(ctx, w.actor, w.code(), dispatch.Message{}, dispatch.MostRows)
	s.must(err)
	var out []string
	for _, x := range slices.Backward(list) {
		if x.Matter == m.id {
			out = append(out, x.Code)
		}
	}
	return out
}

func (s *street) arrives(by *who, m *affair) {
	s.Helper()
	by.did(s.whistle.Arrive(ctx, by.cmd(), m.leg(by.code()).ID, whistle.Empty{}))
}

func (s *street) confirms(m *affair, unit string) {
	s.Helper()
	s.did(s.whistle.Confirm(ctx, s.cmd(), m.leg(unit).ID, whistle.Empty{}))
}

func (s *street) releases(m *affair, unit, how string) {
	s.Helper()
	s.did(s.whistle.Release(ctx, s.cmd(), m.leg(unit).ID, whistle.Reason{Reason: how}))
}

func (s *street) answers(by *who, m *affair, text string) {
	s.Helper()
	by.did(s.dispatch.Respond(ctx, by.cmd(), m.leg(by.code()).ID, dispatch.Respond{Text: text}))
}

// works comes, is confirmed, answers and is let go.
func (s *street) works(m *affair, units ...string) {
	s.Helper()
	for _, u := range units {
		s.confirms(m, u)
		s.answers(s.unit(u), m, "已处置")
		s.releases(m, u, "处置得当")
	}
}

// A street and a community of Beijing.
const (
	wanshou = "110108001"
	haidian = "110108"
)

func morningOf(day int) time.Time { return at(day, 9, 0) }

// BJ-01 三声哨: who must, may and may not blow.
func TestBJ01ThreeWhistles(t *testing.T) {
	blows(t, "beijing", wanshou, morningOf(10), func(s *street) {
		m := s.takes(form{Form: call.Form{Text: "餐馆占道经营还私接燃气", Place: wanshou, Name: "王女士", Phone: "19900001234"}})
		s.refused("whistle.kind_unknown", func() { s.blow(m, "PARTY", wanshou+"-PCS") })
		s.refused("whistle.nobody_called", func() { s.blow(m, "ENFORCEMENT") })
		s.refused("text.missing", func() {
			s.did(s.whistle.Blow(ctx, s.cmd(), m.id, whistle.Blow{Kind: "ENFORCEMENT", Departments: []whistle.Called{{Unit: wanshou + "-PCS"}}}))
		})
		s.refused("whistle.community_only", func() { s.blow(m, "COMMUNITY", wanshou+"-PCS") })
		s.refused("order.one_lead", func() {
			s.did(s.whistle.Blow(ctx, s.cmd(), m.id, whistle.Blow{Kind: "ENFORCEMENT", Why: "x", Departments: []whistle.Called{
				{Unit: wanshou + "-PCS", Role: "LEAD"}, {Unit: wanshou + "-SJS", Role: "LEAD"},
			}}))
		})
		s.refused("matter.not_found", func() { s.blowAs(s.desk("110108002"), m, "ENFORCEMENT", "110108002-PCS") })

		s.blow(m, "ENFORCEMENT", wanshou+"-PCS", wanshou+"-SJS")
		if st := m.now(); len(st.M.Whistles) != 1 || st.M.Whistles[0].No != wanshou+"-ZH-2026-0001" || st.M.Unit != wanshou+"-PCS" {
			t.Errorf("%+v led by %s", st.M.Whistles, st.M.Unit)
		}
		s.refused("whistle.department_may_not", func() { s.blowAs(s.unit(wanshou+"-PCS"), m, "ENFORCEMENT", wanshou+"-XFS") })
		s.refused("whistle.open_already", func() { s.blow(m, "ENFORCEMENT", wanshou+"-XFS") })
		s.works(m, wanshou+"-PCS", wanshou+"-SJS")
		if st := m.now(); st.M.Whistles[0].Ended == 0 || st.M.Status != "AWAITING_VERDICT" {
			t.Errorf("%s, %+v", st.M.Status, st.M.Whistles)
		}
	})
}

// BJ-02 综合执法哨: residents of the platform get it at once, who is on call gets
// a call-out; a unit that is not on the roster cannot be called for enforcement.
func TestBJ02EnforcementWhistle(t *testing.T) {
	blows(t, "beijing", wanshou, morningOf(10), func(s *street) {
		m := s.raise("ENFORCEMENT", "夜市无照经营、私拉电线", []string{wanshou}, wanshou+"-PCS", haidian+"-LY")
		for _, u := range []string{wanshou + "-PCS", haidian + "-LY"} {
			if got := s.told(s.unit(u), m); len(got) != 1 || got[0] != "notice.whistle" {
				t.Errorf("%s was told %v", u, got)
			}
		}
		s.refused("whistle.not_on_platform", func() { s.raise("ENFORCEMENT", "x", []string{wanshou}, haidian+"-JY") })
		s.works(m, wanshou+"-PCS", haidian+"-LY")
	})
}

// BJ-03 一事一通知: each matter has its own numbered notice; the numbers have no
// gap, not even where one was refused; a key work needs a date.
func TestBJ03OneNoticeAMatter(t *testing.T) {
	blows(t, "beijing", wanshou, morningOf(10), func(s *street) {
		s.refused("whistle.bulk_notice", func() { s.raise("ENFORCEMENT", "两处违建", []string{wanshou, "110108002"}, wanshou+"-PCS") })
		s.refused("whistle.date_missing", func() { s.raise("KEY_WORK", "背街小巷整治", []string{wanshou}, haidian+"-CG") })
		for i, text := range []string{"甲巷违建", "乙巷违建"} {
			m := s.raise("ENFORCEMENT", text, []string{wanshou}, wanshou+"-PCS")
			if no := m.now().M.Whistles[0].No; no != []string{wanshou + "-ZH-2026-0001", wanshou + "-ZH-2026-0002"}[i] {
				t.Errorf("notice %d has the number %s", i, no)
			}
			s.works(m, wanshou+"-PCS")
		}
		s.now = at(12, 9, 0)
		st, err := s.whistle.Raise(ctx, s.cmd(), whistle.Raise{
			Blow: whistle.Blow{Kind: "KEY_WORK", Why: "拆除违建须部门配合", Departments: []whistle.Called{{Unit: haidian + "-CG", Due: at(16, 10, 0)}}},
			Text: "丙巷违建", Places: []string{wanshou},
		})
		s.did(st, err)
		if due := st.Orders[0].Due().Time(); !due.Equal(at(16, 10, 0)) {
			t.Errorf("due %v", due)
		}
		s.works(&affair{s.world, st.M.ID}, haidian+"-CG")
	})
}

// BJ-04 应急哨: a main bursts at 02:00. Who does not answer within 5 minutes is
// called again, the next on the roster, and the district's centre knows.
func TestBJ04EmergencyAtNight(t *testing.T) {
	blows(t, "beijing", wanshou, at(11, 2, 0), func(s *street) {
		water, fire := haidian+"-SW", wanshou+"-XFS"
		m := s.raise("EMERGENCY", "供水主管爆裂，路面塌陷", []string{wanshou}, water, fire)
		first := m.leg(water).DebtorPost
		s.unit(fire).signs(m)
		s.until(at(11, 2, 6))
		l := m.leg(water)
		if len(l.Leg.Calls) != 1 || l.AutoSigned || l.Status != order.Issued {
			t.Fatalf("after five minutes: %+v, %s", l.Leg, l.Status)
		}
		if l.DebtorPost == first && len(s.city.Org.Posts(water)) > 1 {
			t.Errorf("the same post %s is called again", first)
		}
		if got := s.told(s.desk(haidian), m); len(got) == 0 || got[len(got)-1] != "notice.leg_silent" {
			t.Errorf("the district's centre was told %v", got)
		}
		if n := len(m.leg(fire).Leg.Calls); n != 0 {
			t.Errorf("who answered was called again %d times", n)
		}
		s.until(at(11, 2, 11))
		if n := len(m.leg(water).Leg.Calls); n != 2 {
			t.Errorf("called again %d times after eleven minutes", n)
		}
		s.unit(water).signs(m)
		s.until(at(11, 2, 20))
		s.works(m, fire)
		s.until(at(11, 2, 31)) // thirty minutes are over
		if l := m.leg(water); l.Colour() != order.Yellow {
			t.Errorf("not there in time: %v", l.Cards)
		}
		s.works(m, water)
		if l := m.leg(water); !l.Leg.Late || l.OnTime {
			t.Errorf("late %v, on time %v", l.Leg.Late, l.OnTime)
		}
		st := m.now()
		s.did(s.whistle.Review(ctx, s.cmd(), m.id, whistle.Review{No: st.M.Whistles[0].No, Text: "夜间值班电话需更新"}))
	})
}

// BJ-05 部门报到: the time that counts is the street's; nobody leaves before the
// street lets go.
func TestBJ05TheStreetConfirmsArrival(t *testing.T) {
	blows(t, "beijing", wanshou, at(10, 10, 0), func(s *street) {
		police := s.unit(wanshou + "-PCS")
		m := s.raise("ENFORCEMENT", "群租房隐患", []string{wanshou}, police.code())
		s.now = at(10, 10, 10)
		s.arrives(police, m)
		if l := m.leg(police.code()); l.Leg.Confirmed != 0 || l.Clocks.Running("ARRIVE") == nil {
			t.Error("the department's own word stops the clock")
		}
		s.refused("leg.not_arrived", func() { s.answers(police, m, "已处置") })
		s.refused("access.denied", func() { police.did(s.whistle.Confirm(ctx, police.cmd(), m.leg(police.code()).ID, whistle.Empty{})) })
		s.now = at(10, 10, 25)
		s.confirms(m, police.code())
		if l := m.leg(police.code()); !l.Leg.Confirmed.Time().Equal(at(10, 10, 25)) || l.Leg.Late {
			t.Errorf("%+v", l.Leg)
		}
		s.refused("order.not_answered", func() { s.releases(m, police.code(), "好") })
		s.answers(police, m, "清退隔断")
		if st := m.now(); st.M.Status != "ORDERED" {
			t.Errorf("the matter went on to %s before the street let go", st.M.Status)
		}
		s.refused("text.missing", func() { s.releases(m, police.code(), "") })
		s.releases(m, police.code(), "隔断已拆，住户已安置")

		s.refused("appraisal.stars_out_of_range", func() {
			s.did(s.whistle.Appraise(ctx, s.cmd(), m.leg(police.code()).ID, whistle.Appraisal{Stars: 9}))
		})
		s.did(s.whistle.Appraise(ctx, s.cmd(), m.leg(police.code()).ID, whistle.Appraisal{Stars: 5}))
		police.did(s.whistle.Appraise(ctx, police.cmd(), m.leg(police.code()).ID, whistle.Appraisal{Needed: true, Clear: true}))
		s.refused("appraisal.given_before", func() {
			s.did(s.whistle.Appraise(ctx, s.cmd(), m.leg(police.code()).ID, whistle.Appraisal{Stars: 1}))
		})
		hl, err := s.whistle.Health(ctx, s.actor, s.code(), 20260101, 20261231)
		s.must(err)
		if hl.Whistles != 1 || hl.OnTime != 1 || hl.Needed != 1 || hl.Scope != 0 || hl.Stars != 5 {
			t.Errorf("%+v", hl)
		}
	})
}

// BJ-17 社区吹哨、科站队所报到: a community calls the street's own offices, and
// nobody else.
func TestBJ17TheCommunityBlows(t *testing.T) {
	blows(t, "beijing", wanshou, morningOf(10), func(s *street) {
		communities := s.city.Territory.Children(wanshou)
		if len(communities) == 0 {
			t.Fatal("the street has no community")
		}
		place := communities[0].Code
		community := s.desk(place)
		m := s.takes(form{Form: call.Form{Text: "楼道堆物堵消防通道", Place: place, Name: "李先生", Phone: "19900001234"}})
		s.refused("whistle.community_calls_street", func() { s.blowAs(community, m, "ENFORCEMENT", wanshou+"-PCS") })
		s.refused("whistle.community_calls_street", func() { s.blowAs(community, m, "COMMUNITY", haidian+"-CG") })
		s.blowAs(community, m, "COMMUNITY", wanshou+"-XFS", wanshou+"-ZFD")
		if n := len(m.now().Orders); n != 2 {
			t.Fatalf("%d legs", n)
		}
		mine := &street{s.world, community, place, s.whistle}
		mine.works(m, wanshou+"-XFS", wanshou+"-ZFD")
	})
}

// BJ-25 民有所呼、我有所应: the caller hears of the whistle in plain words.
func TestBJ25TheCallerHearsOfTheWhistle(t *testing.T) {
	blows(t, "beijing", wanshou, morningOf(10), func(s *street) {
		m := s.takes(form{Form: call.Form{Text: "路口被违建挡住", Place: wanshou, Name: "赵女士", Phone: "19900001234"}})
		s.blow(m, "ENFORCEMENT", wanshou+"-PCS", wanshou+"-ZFD")
		s.did(s.whistle.SecondAlarm(ctx, s.cmd(), m.id, whistle.Alarm{Why: "发现燃气隐患", Departments: []whistle.Called{{Unit: wanshou + "-XFS"}}}))
		s.did(s.whistle.Waive(ctx, s.cmd(), m.leg(wanshou+"-ZFD").ID, whistle.Reason{Reason: "已由公安处理"}))
		s.works(m, wanshou+"-PCS", wanshou+"-XFS")
		told, err := s.dispatch.Told(ctx, s.actor, m.id)
		s.must(err)
		var codes []string
		for _, x := range told {
			codes = append(codes, x.Code)
		}
		want := map[string]bool{"notice.whistle_blown": false, "notice.whistle_arrived": false, "notice.answered": false}
		for _, c := range codes {
			if _, ok := want[c]; ok {
				want[c] = true
			}
		}
		for c, ok := range want {
			if !ok {
				t.Errorf("the caller did not hear %s: %v", c, codes)
			}
		}
	})
}

// LH-11: Luohe takes the whistle over by configuration alone, Guangzhou has it
// switched off.
func TestLH11WhistleByConfiguration(t *testing.T) {
	town := ""
	for p := range cityOf(t, "luohe").Territory.All() {
		if p.Kind.Rank() == 2 && town == "" {
			town = p.Code
		}
	}
	blows(t, "luohe", town, morningOf(10), func(s *street) {
		var agency string
		for _, u := range s.city.Org.Serving(town) {
			if x, _ := s.city.Org.Unit(u); x.Kind == org.StationedAgency && agency == "" {
				agency = u
			}
		}
		m := s.raise("EMERGENCY", "化工品泄漏", []string{town}, agency)
		s.works(m, agency)
	})
	blows(t, "guangzhou", wushan, morningOf(10), func(s *street) {
		s.refused("whistle.off_here", func() { s.raise("EMERGENCY", "化工品泄漏", []string{wushan}, wushan+"-PCS") })
	})
}
