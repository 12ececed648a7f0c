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
	"huying/internal/desk/roster"
	"huying/internal/desk/supervision"
	"huying/internal/desk/whistle"
	"huying/internal/domain/ledger"
	"huying/internal/domain/order"
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
	roster  *roster.Desk
}

// blows runs a story of whistles in a street of a city, on both databases.
func blows(t *testing.T, city, place string, from time.Time, story func(s *street)) {
	t.Helper()
	c := cityOf(t, city)
	now := from // of the database too: who comes through the API names no time
	clock := &now
	storetest.Each(t, engine.Migrations(), func(t *testing.T, db *store.DB) {
		h := &world{T: t, city: c, now: from}
		clock = &h.now
		var err error
		if h.e, err = engine.New(db, c, engine.Options{Keys: enginetest.Keys(t, ledger.Intl), Now: func() time.Time { return h.now }}); err != nil {
			t.Fatal(err)
		}
		h.intake, h.dispatch, h.supervision = intake.New(h.e), dispatch.New(h.e), supervision.New(h.e)
		h.numbers, h.registry = numbers.New(h.e), registry.New(h.e)
		story(&street{h, h.desk(place), place, whistle.New(h.e), roster.New(h.e)})
		h.sound()
		clock = &now
	}, store.Options{Now: func() time.Time { return *clock }})
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
	s.did(s.whistle.Confirm(ctx, s.cmd(), m.leg(unit).ID, whistle.Confirm{}))
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
