package story

import (
	"testing"

	"huying/internal/desk/dispatch"
	"huying/internal/desk/ground"
	"huying/internal/domain/call"
	"huying/internal/domain/duty"
	"huying/internal/domain/org"
	"huying/internal/ident"
)

// YT-21 基础网格与专业网格: a professional grid lies over base grids, has no map
// of its own, and one unit is accountable for it; an event reaches both, and one
// unit answers.
func TestYT21ProfessionalGridsLieOverBaseGrids(t *testing.T) {
	grounds(t, "yangtun", townOf(t, "yangtun", "杨屯镇"), func(s *town) {
		all := s.grids()
		in := ground.NewLayer{Code: "ENV-1", Name: "环保专业网格", Line: "ENVIRONMENT", Unit: s.unit(), Place: s.place, Covers: []string{all[0].Code}}
		drawn := in
		drawn.Shape = "x"
		s.refused("layer.no_geometry", func() { s.kept(s.ground.AddLayer(ctx, s.cmd(), drawn)) })
		s.kept(s.ground.AddLayer(ctx, s.cmd(), in))
		over, err := s.ground.Team(ctx, s.actor, all[0].Code, 20260310)
		s.must(err)
		if len(over.Layers) != 1 || over.Layers[0].Unit != s.unit() {
			t.Errorf("%+v", over.Layers)
		}
		if other, err := s.ground.Team(ctx, s.actor, all[1].Code, 20260310); err != nil || len(other.Layers) != 0 {
			t.Errorf("%+v, %v", other, err)
		}

		// Smoke over the base grid: the community knows, the bureau answers.
		g, line, smoke := all[0].Code, s.city.Lines[0].Code, s.ofLine(0)
		base := s.city.Territory.Address(g).Community + "-JW"
		bureau, wide := s.district()+"-HB", s.district()+"-CG"
		for code, unit := range map[string]string{"P-1": bureau, "P-2": wide} {
			covers := []string{g}
			if unit == wide {
				covers = []string{s.place} // the smaller place comes first
			}
			s.kept(s.ground.AddLayer(ctx, s.cmd(), ground.NewLayer{Code: code, Name: "专业网格", Line: line, Unit: unit, Place: s.place, Covers: covers}))
		}
		entry, err := s.ground.Entry(ctx, s.actor, s.kept(s.ground.EnterGrid(ctx, s.cmd(), ground.NewEntry{Verb: "HAZARD", Grid: g, Text: "厂房冒黑烟", Category: smoke.Code})))
		s.must(err)
		if n, told := s.told(bureau), s.told(base); n[0] != "notice.in_layer" || told[0] != "notice.in_grid" {
			t.Errorf("the bureau was told %v, the base grid %v", n, told)
		}
		m := &affair{s.world, entry.Fact.Made}
		s.kept(s.ground.SendToLayer(ctx, s.cmd(), m.id, ground.Empty{}))
		now := m.now()
		if len(now.Orders) != 1 || now.Lead().Debtor != bureau || now.M.Unit != bureau || now.M.Place.Leaf() != g {
			t.Errorf("%d orders, accountable is %s", len(now.Orders), now.M.Unit)
		}
		hotline := s.takes(form{Category: smoke.Name, Form: call.Form{Text: "又冒烟了", Place: g, Name: "王女士", Phone: "19900001234"}})
		s.kept(s.ground.SendToLayer(ctx, s.cmd(), hotline.id, ground.Empty{}))
		if hotline.now().Lead().Debtor != bureau || s.told(base)[0] != "notice.in_grid" {
			t.Errorf("the call reaches %s, and the base grid hears %v", hotline.now().Lead().Debtor, s.told(base))
		}
		// A professional grid whose orders go by rule: what the desk dispatches reaches
		// its unit, and the base grid knows; beside it the duty list holds.
		ruled := s.kept(s.ground.AddLayer(ctx, s.cmd(), ground.NewLayer{
			Code: "A-1", Name: "环保专业网格二", Line: line, Unit: bureau, Place: s.place, Covers: []string{all[1].Code}, Rule: true,
		}))
		issued := func(grid string) *affair {
			s.Helper()
			m := s.takes(form{Category: smoke.Name, Form: call.Form{Text: "半夜排烟", Place: grid, Name: "王女士", Phone: "19900001234"}})
			s.verifies(m)
			s.triages(m, duty.Undefined, "按清单分流")
			s.orders(m)
			return m
		}
		known := len(s.told(s.city.Territory.Address(all[1].Code).Community + "-JW"))
		in1 := issued(all[1].Code)
		if lead := in1.now().Lead(); lead.Debtor != bureau || lead.Basis != "环保专业网格二" {
			t.Errorf("a call in a grid with a rule went to %s by %q", lead.Debtor, lead.Basis)
		}
		if n := s.told(s.city.Territory.Address(all[1].Code).Community + "-JW"); len(n) != known+1 || n[0] != "notice.in_grid" {
			t.Errorf("the base grid was told %v", n)
		}
		beside := issued(s.elsewhere(all[1].Code))
		if leaf, _ := s.city.Lead(smoke, beside.now().M.Place); beside.now().Lead().Debtor != leaf || beside.now().Lead().Basis != "" {
			t.Errorf("a call in no such grid went to %s, the list names %s", beside.now().Lead().Debtor, leaf)
		}
		s.kept(s.ground.EndLayer(ctx, s.cmd(), ruled, ground.Empty{}))
		s.until(at(11, 9, 0))
		s.must(s.ground.Reload(ctx, s.now))
		if after := issued(all[1].Code); after.now().Lead().Basis != "" {
			t.Errorf("after its end it went by %q", after.now().Lead().Basis)
		}
		far := s.takes(form{Form: call.Form{Text: "别的事", Place: g, Name: "王女士", Phone: "19900001234"}})
		s.refused("layer.none_here", func() { s.kept(s.ground.SendToLayer(ctx, s.cmd(), far.id, ground.Empty{})) })
	})
}

// ofLine is a category of a line of business that no rule dispatches by itself.
func (s *town) ofLine(i int) *duty.Leaf {
	s.Helper()
	for _, l := range s.city.Duty.Leaves() {
		if s.city.LineOf(l.Code) == s.city.Lines[i].Code && !l.Instant && l.Class == duty.Public {
			return l
		}
	}
	s.Fatal("the line has no category")
	return nil
}

func (s *town) district() string { return s.city.Territory.Address(s.place).District }

// handler is the handler of a unit.
func (s *town) handler(code string) *who { s.Helper(); return s.role(code, org.Handler) }

// told is what a unit was told, the newest first.
func (s *town) told(unit string) []string {
	s.Helper()
	list, err := s.dispatch.Inbox(ctx, s.desk(s.city.Root).actor, unit, dispatch.Message{}, dispatch.MostRows)
	s.must(err)
	var out []string
	for _, x := range list {
		out = append(out, x.Code)
	}
	return append(out, "")
}

// tab is what is known of a lane.
func (s *town) tab(lane ident.ID) *ground.Tab {
	s.Helper()
	tab, err := s.ground.Segment(ctx, s.actor, lane, s.now)
	s.must(err)
	return tab
}
