package ground_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"huying/internal/desk/ground"
	"huying/internal/desk/registry"
	"huying/internal/domain/access"
	"huying/internal/domain/call"
	"huying/internal/domain/grid"
	"huying/internal/domain/ledger"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/internal/engine"
	"huying/internal/engine/enginetest"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
	"huying/internal/store/storetest"
	"huying/packs"
)

func TestMain(m *testing.M) { storetest.Main(m) }

const (
	town  = "450204001"
	other = "450204002"
)

var (
	ctx     = context.Background()
	morning = time.Date(2026, 3, 10, 9, 0, 0, 0, ident.Zone)
	liunan  = sync.OnceValues(func() (*pack.City, error) { return pack.Load(packs.FS, "liunan") })
)

// street is the desk of a street over a database.
type street struct {
	*testing.T
	e    *engine.Engine
	d    *ground.Desk
	desk access.Actor
	grid string
}

func each(t *testing.T, fn func(s *street)) {
	t.Helper()
	city, err := liunan()
	if err != nil {
		t.Fatal(err)
	}
	storetest.Each(t, engine.Migrations(), func(t *testing.T, db *store.DB) {
		e, err := engine.New(db, city, engine.Options{Keys: enginetest.Keys(t, ledger.Intl), Now: func() time.Time { return morning }})
		if err != nil {
			t.Fatal(err)
		}
		s := &street{T: t, e: e, d: ground.New(e)}
		s.desk = s.post(town+"-ZH", org.Dispatcher)
		community := city.Territory.Children(town)[0].Code
		s.grid = city.Territory.Children(community)[0].Code
		fn(s)
		v, err := e.Verify(ctx, nil)
		if err != nil || len(v.Breaks) > 0 {
			t.Errorf("the ledger: %+v, %v", v, err)
		}
	})
}

func (s *street) post(unit string, role org.Role) access.Actor {
	s.Helper()
	a, err := registry.ActorOf(s.e.City(), unit, role)
	if err != nil {
		s.Fatal(err)
	}
	return a
}

func (s *street) by(a access.Actor, key string) engine.Command {
	return engine.Command{Actor: a, At: morning, Key: key}
}

func (s *street) made(id ident.ID, err error) ident.ID {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
	return id
}

// records counts the rows of a register, matters as the register "".
func (s *street) records(name string) (n int) {
	s.Helper()
	err := s.e.DB().Read(ctx, func(v *store.View) error {
		if name == "" {
			return v.Row(`SELECT COUNT(*) FROM matter`).Scan(&n)
		}
		return v.Row(`SELECT COUNT(*) FROM record WHERE register = ?`, name).Scan(&n)
	})
	if err != nil {
		s.Fatal(err)
	}
	return n
}

// makers are all commands that make a record, with an input that is taken. What
// they stand on is made before.
func (s *street) makers() map[string]func(cmd engine.Command) (ident.ID, error) {
	s.Helper()
	boot := s.by(s.desk, "")
	lane := s.made(s.d.AddSegment(ctx, boot, ground.NewSegment{Code: "L0", Name: "柳石一巷", Kind: "LANE", Place: town, Duties: []string{"巡查"}}))
	eye := s.made(s.d.AddDevice(ctx, boot, ground.NewDevice{
		Code: "D0", Kind: "SCENE", Place: town, Where: "市场", Purpose: "看占道", Basis: "条例", Keeps: 30, Published: true,
	}))
	s.made(s.d.Activate(ctx, boot, eye, ground.Empty{}))
	for range 4 {
		c, err := call.Form{Source: "HOTLINE_12345", Kind: "COMPLAINT", Text: "路灯不亮", Place: s.grid, Name: "韦女士", Phone: "19900001234"}.Call(s.e.City())
		if err != nil {
			s.Fatal(err)
		}
		if _, err := s.e.Receive(ctx, boot, engine.Intake{Call: c, Contact: &engine.Contact{Phone: "19900001234"}}); err != nil {
			s.Fatal(err)
		}
	}
	return map[string]func(cmd engine.Command) (ident.ID, error){
		string(grid.SegmentRegister): func(cmd engine.Command) (ident.ID, error) {
			return s.d.AddSegment(ctx, cmd, ground.NewSegment{Code: "L1", Name: "柳石二巷", Kind: "LANE", Place: town, Duties: []string{"巡查"}})
		},
		string(grid.RoundRegister): func(cmd engine.Command) (ident.ID, error) {
			return s.d.Record(ctx, cmd, lane, ground.NewRound{Cadence: "DAILY", Findings: []ground.Finding{{Text: "占道"}}})
		},
		string(grid.StationRegister): func(cmd engine.Command) (ident.ID, error) {
			return s.d.Station(ctx, cmd, ground.NewStation{Grid: s.grid, Post: "GRID_WORKER", Holder: "甲"})
		},
		string(grid.TieRegister): func(cmd engine.Command) (ident.ID, error) {
			return s.d.Tie(ctx, cmd, ground.NewTie{Grid: s.grid, Kind: "BRANCH", Org: "Z1", Name: "支部"})
		},
		string(grid.LayerRegister): func(cmd engine.Command) (ident.ID, error) {
			return s.d.AddLayer(ctx, cmd, ground.NewLayer{Code: "E1", Name: "环保网格", Line: "ENV", Unit: "450204-HB", Place: town, Covers: []string{s.grid}})
		},
		string(grid.BuildingRegister): func(cmd engine.Command) (ident.ID, error) {
			return s.d.AddBuilding(ctx, cmd, ground.NewBuilding{Code: "B1", Name: "一号楼", Grid: s.grid, Post: "联络岗"})
		},
		string(grid.DeviceRegister): func(cmd engine.Command) (ident.ID, error) {
			return s.d.AddDevice(ctx, cmd, ground.NewDevice{Code: "D1", Kind: "NOISE", Place: town})
		},
		string(grid.SceneRegister): func(cmd engine.Command) (ident.ID, error) {
			return s.d.See(ctx, cmd, eye, ground.NewScene{Kind: "BLOCKED"})
		},
		string(grid.ChangeRegister): func(cmd engine.Command) (ident.ID, error) {
			return s.d.PlanChange(ctx, cmd, ground.NewChange{Kind: "SPLIT", Grids: []string{s.grid}, Parts: 2, Day: 20260701, Reason: "户数多"})
		},
		string(grid.PatrolRegister): func(cmd engine.Command) (ident.ID, error) {
			return s.d.PlanPatrol(ctx, cmd, ground.NewPatrol{Town: town, Team: town + "-ZFD", Day: 20260311, Title: "巡查"})
		},
		string(grid.EntryRegister): func(cmd engine.Command) (ident.ID, error) {
			return s.d.EnterGrid(ctx, cmd, ground.NewEntry{Verb: "NEED", Grid: s.grid, Text: "装扶手"})
		},
	}
}

// The same command under the same key happens once, by whatever way it is sent
// again, and makes one record and one call.
func TestEachCommandHappensOnce(t *testing.T) {
	each(t, func(s *street) {
		for name, make := range s.makers() {
			records, matters := s.records(name), s.records("")
			one := s.made(make(s.by(s.desk, "key-"+name)))
			made := s.records("") - matters
			two, err := make(s.by(s.desk, "key-"+name))
			if err != nil || one != two {
				s.Errorf("%s: %v, then %v, %v", name, one, two, err)
			}
			if n := s.records(name) - records; n != 1 {
				s.Errorf("%s: %d records", name, n)
			}
			if n := s.records("") - matters - made; n != 0 {
				s.Errorf("%s: %d more matters", name, n)
			}
		}
	})
}

// Who has no right here is refused every command, and nothing is left of it.
func TestAnotherStreetHasNoSayHere(t *testing.T) {
	each(t, func(s *street) {
		strangers := []access.Actor{s.post(other+"-ZH", org.Dispatcher), s.post("450204-HB", org.Handler), {ID: "CALLER", Kind: access.Caller}}
		for name, make := range s.makers() {
			records, matters := s.records(name), s.records("")
			for _, who := range strangers {
				if _, err := make(s.by(who, "")); fault.Code(err) != "access.denied" {
					s.Errorf("%s by %s: %v", name, who.ID, err)
				}
			}
			if s.records(name) != records || s.records("") != matters {
				s.Errorf("%s left something", name)
			}
		}
		stranger := strangers[0]
		for what, ask := range map[string]func() error{
			"the team":    func() error { _, err := s.d.Team(ctx, stranger, s.grid, 20260310); return err },
			"the gaps":    func() error { _, err := s.d.GapsOf(ctx, stranger, town, 20260310); return err },
			"the board":   func() error { _, err := s.d.ChoreBoard(ctx, stranger, s.grid, 20260310); return err },
			"the densest": func() error { _, _, err := s.d.Densest(ctx, stranger, town, 0); return err },
			"what was solved": func() error {
				_, err := s.d.Solved(ctx, stranger, town, 20260301, 20260331)
				return err
			},
			"the roll call": func() error { _, err := s.d.RollCall(ctx, stranger, town, 20260310); return err },
		} {
			if err := ask(); fault.Code(err) != "access.denied" {
				s.Errorf("%s: %v", what, err)
			}
		}
		scenes, err := s.d.Scenes(ctx, stranger, town, 0, 10)
		leads, err2 := s.d.Leads(ctx, stranger, town, 0, 10)
		segments, err3 := s.d.Segments(ctx, stranger, town, 0, 10)
		if err := errors.Join(err, err2, err3); err != nil || len(scenes)+len(leads)+len(segments) != 0 {
			s.Errorf("lists of another street: %v", err)
		}
	})
}

// Whatever is wrong is told by its own code, and nothing is kept.
func TestRefusals(t *testing.T) {
	each(t, func(s *street) {
		s.makers()
		cmd := s.by(s.desk, "")
		lane := s.made(s.d.AddSegment(ctx, cmd, ground.NewSegment{Code: "L9", Name: "柳石九巷", Kind: "LANE", Place: town}))
		post := s.made(s.d.Station(ctx, cmd, ground.NewStation{Grid: s.grid, Post: "GRID_WORKER", Holder: "乙"}))
		tie := s.made(s.d.Tie(ctx, cmd, ground.NewTie{Grid: s.grid, Kind: "GROUP", Org: "G1", Name: "党小组"}))
		s.made(s.d.Untie(ctx, cmd, tie, ground.Empty{}))
		plan := s.made(s.d.PlanChange(ctx, cmd, ground.NewChange{Kind: "SPLIT", Grids: []string{s.grid}, Parts: 2, Day: 20260701, Reason: "户数多"}))
		layer := ground.NewLayer{Code: "E9", Name: "网格", Line: "ENV", Unit: "450204-HB", Place: town, Covers: []string{s.grid}}
		before := map[string]int{}
		for _, name := range []string{"", "SEGMENT", "ROUND", "STATION", "TIE", "LAYER", "DEVICE", "GRID_CHANGE", "SCENE", "PATROL", "GRID_ENTRY", "CHORE", "LEAD"} {
			before[name] = s.records(name)
		}
		for i, x := range []struct {
			code string
			do   func() (ident.ID, error)
		}{
			{"place.unknown", func() (ident.ID, error) {
				return s.d.AddSegment(ctx, cmd, ground.NewSegment{Code: "L", Name: "x", Kind: "LANE", Place: "x"})
			}},
			{"segment.kind_unknown", func() (ident.ID, error) {
				return s.d.AddSegment(ctx, cmd, ground.NewSegment{Code: "L", Name: "x", Kind: "ROAD", Place: town})
			}},
			{"record.key_taken", func() (ident.ID, error) {
				return s.d.AddSegment(ctx, cmd, ground.NewSegment{Code: "L9", Name: "x", Kind: "LANE", Place: town})
			}},
			{"unit.unknown", func() (ident.ID, error) { return s.d.Appoint(ctx, cmd, lane, ground.Chief{Title: "巷长", Unit: "x"}) }},
			{"record.not_found", func() (ident.ID, error) {
				return s.d.Appoint(ctx, cmd, post, ground.Chief{Title: "巷长", Unit: s.desk.Unit})
			}},
			{"record.changed_meanwhile", func() (ident.ID, error) {
				seen := cmd
				seen.Rev = 7
				return s.d.Appoint(ctx, seen, lane, ground.Chief{Title: "巷长", Unit: s.desk.Unit})
			}},
			{"round.day_out_of_range", func() (ident.ID, error) {
				return s.d.Record(ctx, cmd, lane, ground.NewRound{Cadence: "DAILY", Day: 20260311})
			}},
			{"text.missing", func() (ident.ID, error) {
				return s.d.Record(ctx, cmd, lane, ground.NewRound{Cadence: "DAILY", Findings: []ground.Finding{{Text: "占道"}, {}}})
			}},
			{"station.post_unknown", func() (ident.ID, error) {
				return s.d.Station(ctx, cmd, ground.NewStation{Grid: s.grid, Post: "SPY", Holder: "x"})
			}},
			{"station.holder_missing", func() (ident.ID, error) {
				return s.d.Station(ctx, cmd, ground.NewStation{Grid: s.grid, Post: "GRID_WORKER"})
			}},
			{"station.judge_not_responder", func() (ident.ID, error) {
				return s.d.Station(ctx, cmd, ground.NewStation{Grid: s.grid, Post: "GRID_SUPERVISOR", Holder: "乙"})
			}},
			{"record.key_taken", func() (ident.ID, error) {
				return s.d.Station(ctx, cmd, ground.NewStation{Grid: s.grid, Post: "GRID_WORKER", Holder: "乙"})
			}},
			{"tie.kind_unknown", func() (ident.ID, error) {
				return s.d.Tie(ctx, cmd, ground.NewTie{Grid: s.grid, Kind: "CLUB", Org: "x", Name: "x"})
			}},
			{"ground.ended", func() (ident.ID, error) { return s.d.Untie(ctx, cmd, tie, ground.Empty{}) }},
			{"layer.elsewhere", func() (ident.ID, error) {
				bad := layer
				bad.Covers = []string{other}
				return s.d.AddLayer(ctx, cmd, bad)
			}},
			{"change.planned_already", func() (ident.ID, error) {
				return s.d.PlanChange(ctx, cmd, ground.NewChange{Kind: "SPLIT", Grids: []string{s.grid}, Parts: 3, Day: 20260801, Reason: "x"})
			}},
			{"change.same_person", func() (ident.ID, error) { return s.d.ConfirmChange(ctx, cmd, plan, ground.Empty{}) }},
			{"place.unknown", func() (ident.ID, error) {
				return s.d.PlanChange(ctx, cmd, ground.NewChange{Kind: "SPLIT", Grids: []string{"x"}, Parts: 2, Day: 20260801, Reason: "x"})
			}},
			{"record.not_found", func() (ident.ID, error) { return s.d.See(ctx, cmd, lane, ground.NewScene{Kind: "SMOKE"}) }},
			{"record.not_found", func() (ident.ID, error) { return s.d.ConfirmScene(ctx, cmd, lane, ground.Seen{Text: "x"}) }},
			{"chore.code_unknown", func() (ident.ID, error) { return s.d.DoChore(ctx, cmd, ground.NewChore{Grid: s.grid, Code: "ANY"}) }},
			{"unit.unknown", func() (ident.ID, error) {
				return s.d.PlanPatrol(ctx, cmd, ground.NewPatrol{Town: town, Team: "x", Day: 20260311, Title: "巡查"})
			}},
			{"order.judge_is_debtor", func() (ident.ID, error) {
				return s.d.PlanPatrol(ctx, cmd, ground.NewPatrol{Town: town, Team: s.desk.Unit, Day: 20260311, Title: "巡查"})
			}},
			{"matter.not_found", func() (ident.ID, error) {
				return s.d.SendTeam(ctx, cmd, lane, ground.NewLead{Unit: town + "-ZFD", Why: "x"})
			}},
			{"matter.not_found", func() (ident.ID, error) { return s.d.SendToLayer(ctx, cmd, lane, ground.Empty{}) }},
		} {
			if _, err := x.do(); fault.Code(err) != x.code {
				s.Errorf("%d: %v, want %s", i, err, x.code)
			}
		}
		for name, n := range before {
			if got := s.records(name); got != n {
				s.Errorf("%s: %d records after refusals, %d before", name, got, n)
			}
		}
	})
}

// A town has more segments than a page of records: none is lost, neither on the
// public notice nor among the gaps.
func TestLongListsAreWhole(t *testing.T) {
	const n = 520
	each(t, func(s *street) {
		_, err := s.e.Together(ctx, s.by(s.desk, ""), "many", func(b *engine.Bundle) (id ident.ID, err error) {
			for i := range n {
				x := &grid.Segment{
					Code: fmt.Sprintf("L%04d", i), Name: "巷", Kind: grid.Lane, Duties: []string{}, From: 20260301, Unit: s.desk.Unit, Place: s.e.City().Territory.Address(town),
				}
				if id, err = engine.Enter(b, "add", x); err != nil {
					return 0, err
				}
			}
			return id, nil
		})
		if err != nil {
			s.Fatal(err)
		}
		board, err := s.d.Board(ctx, town)
		if err != nil || len(board) != n {
			s.Errorf("the notice shows %d, %v", len(board), err)
		}
		gaps, err := s.d.GapsOf(ctx, s.desk, town, 20260310)
		if err != nil || len(gaps.Chiefless) != n || len(gaps.Quiet) != 0 {
			s.Errorf("%d without a chief, %v", len(gaps.Chiefless), err)
		}
		if _, err := s.d.Board(ctx, strings.TrimSuffix(town, "001")); fault.Code(err) != "place.unknown" {
			s.Errorf("the notice of a district: %v", err)
		}
	})
}

// The gaps of a day are those of that day: a round of the day before does not
// count, a segment without a chief is told as such.
func TestQuietIsOfTheDay(t *testing.T) {
	each(t, func(s *street) {
		cmd := s.by(s.desk, "")
		for _, code := range []string{"L1", "L2", "L3"} {
			id := s.made(s.d.AddSegment(ctx, engine.Command{Actor: s.desk, At: morning.AddDate(0, 0, -5)}, ground.NewSegment{Code: code, Name: "巷", Kind: "LANE", Place: town}))
			if code == "L3" {
				continue
			}
			s.made(s.d.Appoint(ctx, cmd, id, ground.Chief{Title: "巷长", Unit: s.desk.Unit}))
			day := 20260310
			if code == "L2" {
				day = 20260309
			}
			s.made(s.d.Record(ctx, cmd, id, ground.NewRound{Cadence: "DAILY", Day: day}))
		}
		for day, want := range map[int]string{20260309: "L1", 20260310: "L2", 20260311: "L1 L2"} {
			gaps, err := s.d.GapsOf(ctx, s.desk, town, day)
			if err != nil {
				s.Fatal(err)
			}
			var quiet []string
			for _, r := range gaps.Quiet {
				quiet = append(quiet, r.Fact.Code)
			}
			if strings.Join(quiet, " ") != want || len(gaps.Chiefless) != 1 || gaps.Segments != 3 {
				s.Errorf("on %d: %v, %d of %d without a chief, want %s", day, quiet, len(gaps.Chiefless), gaps.Segments, want)
			}
		}
	})
}

// Whoever asks while the database does not answer is told so: no gap is made up
// of an error.
func TestAnErrorOfTheDatabaseIsNoGap(t *testing.T) {
	each(t, func(s *street) {
		gone, cancel := context.WithCancel(ctx)
		cancel()
		for what, ask := range map[string]func() error{
			"the gaps":  func() error { _, err := s.d.GapsOf(gone, s.desk, town, 20260310); return err },
			"the team":  func() error { _, err := s.d.Team(gone, s.desk, s.grid, 20260310); return err },
			"the board": func() error { _, err := s.d.ChoreBoard(gone, s.desk, s.grid, 20260310); return err },
			"the posts": func() error { _, err := s.d.Solved(gone, s.desk, town, 20260301, 20260331); return err },
		} {
			if err := ask(); err == nil {
				s.Errorf("%s: nothing was wrong", what)
			}
		}
	})
}
