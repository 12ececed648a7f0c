package story

import (
	"testing"
	"time"

	"huying/internal/desk/dispatch"
	"huying/internal/desk/ground"
	"huying/internal/desk/intake"
	"huying/internal/desk/numbers"
	"huying/internal/desk/registry"
	"huying/internal/desk/supervision"
	"huying/internal/domain/ledger"
	"huying/internal/engine"
	"huying/internal/engine/enginetest"
	"huying/internal/ident"
	"huying/internal/store"
	"huying/internal/store/storetest"
)

// town is a story of one town: its desk, and the ground.
type town struct {
	*world
	*who
	place  string
	ground *ground.Desk
}

// grounds runs a story of grids and segments in a town of a city, on both
// databases, beginning on Tuesday 10 March 2026 at 09:00.
func grounds(t *testing.T, name, place string, story func(s *town)) {
	t.Helper()
	c := cityOf(t, name)
	storetest.Each(t, engine.Migrations(), func(t *testing.T, db *store.DB) {
		h := &world{T: t, city: c, now: at(10, 9, 0)}
		var err error
		if h.e, err = engine.New(db, c, engine.Options{Keys: enginetest.Keys(t, ledger.Intl), Now: func() time.Time { return h.now }}); err != nil {
			t.Fatal(err)
		}
		h.intake, h.dispatch, h.supervision = intake.New(h.e), dispatch.New(h.e), supervision.New(h.e)
		h.numbers, h.registry = numbers.New(h.e), registry.New(h.e)
		story(&town{h, h.desk(place), place, ground.New(h.e)})
		h.sound()
	})
}

// kept is the number of a record a command made, or the end of the story.
func (s *town) kept(id ident.ID, err error) ident.ID {
	s.Helper()
	s.must(err)
	return id
}

func (s *town) gaps() *ground.Gaps {
	s.Helper()
	g, err := s.ground.GapsOf(ctx, s.actor, s.place, engine.Today(engine.Instant(s.now)))
	s.must(err)
	return g
}

// lane registers a lane of the town.
func (s *town) lane(code, name string) ident.ID {
	s.Helper()
	return s.kept(s.ground.AddSegment(ctx, s.cmd(), ground.NewSegment{Code: code, Name: name, Kind: "LANE", Place: s.place, Duties: []string{"每日巡查"}}))
}

// BJ-08 街巷长: a lane without a chief is a gap; the public notice shows every
// lane, and a name only if its holder agreed.
func TestBJ08EveryLaneHasAChief(t *testing.T) {
	grounds(t, "beijing", wanshou, func(s *town) {
		lane := s.lane("L1", "甘露巷")
		if g := s.gaps(); len(g.Chiefless) != 1 || g.Chiefless[0].Fact.Code != "L1" {
			t.Fatalf("%+v", g.Chiefless)
		}
		s.refused("chief.name_without_consent", func() {
			s.kept(s.ground.Appoint(ctx, s.cmd(), lane, ground.Chief{Title: "巷长", Unit: s.unit(), Name: "甲"}))
		})
		s.kept(s.ground.Appoint(ctx, s.cmd(), lane, ground.Chief{Title: "巷长", Unit: s.unit(), Phone: "68000000"}))
		if g := s.gaps(); len(g.Chiefless) != 0 {
			t.Fatalf("%+v", g.Chiefless)
		}
		board, err := s.ground.Board(ctx, s.place)
		s.must(err)
		if len(board) != 1 || board[0].Chief == nil || board[0].Chief.Name != "" || board[0].Chief.Phone != "68000000" {
			t.Fatalf("%+v", board)
		}
	})
}

// unit is the code of the town's unit.
func (s *town) unit() string { return s.actor.Unit }
