package story

import (
	"testing"

	"huying/internal/desk/ground"
	"huying/internal/domain/access"
	"huying/internal/domain/duty"
	"huying/internal/domain/grid"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/domain/org"
	"huying/internal/engine"
	"huying/internal/ident"
)

// LN-20 六个在网格: a grid worker has exactly six things to enter, and each makes
// the right object; what is solved without leaving the community is counted.
func TestLN20SixThingsAreDoneInTheGrid(t *testing.T) {
	grounds(t, "liunan", townOf(t, "liunan", "河西街道"), func(s *town) {
		g := s.grids()[0].Code
		home := s.city.Territory.Address(g).Community
		community := home + "-JW"
		worker := s.role(community, org.GridWorker)
		enters := func(in ground.NewEntry) ident.ID {
			s.Helper()
			in.Grid = g
			id := s.kept(s.ground.EnterGrid(ctx, worker.cmd(), in))
			if s.trying {
				return 0
			}
			e, err := s.ground.Entry(ctx, worker.actor, id)
			s.must(err)
			if string(e.Fact.Verb) != in.Verb || e.Fact.Grid != g {
				t.Fatalf("%+v", e.Fact)
			}
			return e.Fact.Made
		}
		for verb, want := range map[string]matter.Kind{"NEED": matter.Need, "HAZARD": matter.Hazard, "PROBLEM": matter.Event} {
			if m := s.load(enters(ground.NewEntry{Verb: verb, Text: "网格里看到的事"})).M; m.Kind != want || m.Source != "GRID_APP" || m.Place.Leaf() != g {
				t.Errorf("%s became %s of %s in %s", verb, m.Kind, m.Source, m.Place.Leaf())
			}
		}
		// A conflict is mediated.
		quarrel := &affair{s.world, enters(ground.NewEntry{Verb: "CONFLICT", Text: "两家为晾衣争吵", Category: s.leaf("邻里口角调解（和事佬）")})}
		s.verifies(quarrel)
		s.triages(quarrel, duty.Undefined, "按清单分流")
		s.orders(quarrel)
		if o := quarrel.order(community); quarrel.now().M.Kind != matter.Conflict || o.Kind != order.Mediation {
			t.Errorf("a conflict became %s with an order %s", quarrel.now().M.Kind, o.Kind)
		}
		// Information is a figure of the grid, never a list of people.
		info, err := engine.Get[grid.Info](ctx, s.e, s.actor, access.ReadGround, enters(ground.NewEntry{Verb: "INFO", Class: "SHOP", Count: 12}))
		s.must(err)
		if info.Fact.Count != 12 || info.Fact.Fresh != 20260608 {
			t.Errorf("%+v", info.Fact)
		}
		// A service is a task of the unit whose work it is; the street looks whether it was done.
		item := s.leaf("公共设施失修")
		service := s.load(enters(ground.NewEntry{Verb: "SERVICE", Text: "帮独居老人报修楼道扶手", Category: item}))
		if service.M.Task == nil || service.M.Task.Kind != matter.Service || led(service).Debtor != community || led(service).Creditor != s.unit() {
			t.Errorf("a service became %+v with %+v", service.M, led(service))
		}
		for code, in := range map[string]ground.NewEntry{
			"entry.verb_unknown": {Verb: "CHECK_IN"}, "text.missing": {Verb: "NEED"}, "info.class_unknown": {Verb: "INFO", Class: "PETITIONERS", Count: 1},
			"entry.service_without_item": {Verb: "SERVICE", Text: "代办"}, "info.fresh_out_of_range": {Verb: "INFO", Class: "SHOP", Fresh: 20260309},
		} {
			s.refused(code, func() { enters(in) })
		}
		s.refused("access.denied", func() {
			s.kept(s.ground.EnterGrid(ctx, worker.cmd(), ground.NewEntry{Verb: "NEED", Grid: s.elsewhere(g), Text: "别人的网格"}))
		})

		who := s.role(community, org.GridWorker)
		who.answers(quarrel, "双方握手言和")
		quarrel.caller().judges(quarrel, matter.Yes, 5)
		solved, err := s.ground.Solved(ctx, s.actor, s.place, 20260301, 20260331)
		s.must(err)
		if solved.Covered != 1 || solved.All != 1 || solved.Percent() != "100.0" {
			t.Errorf("solved in the community: %+v", solved)
		}
	})
}

// elsewhere is a grid of another community.
func (s *town) elsewhere(code string) string {
	s.Helper()
	home := s.city.Territory.Address(code).Community
	for _, p := range s.grids() {
		if s.city.Territory.Address(p.Code).Community != home {
			return p.Code
		}
	}
	s.Fatal("the town has one community")
	return ""
}
