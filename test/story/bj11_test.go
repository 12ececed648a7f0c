package story

import (
	"testing"

	"huying/internal/desk/power"
	"huying/internal/domain/consult"
	"huying/internal/domain/matter"
	"huying/internal/ident"
)

// BJ-11 意见建议权: a major matter that touches a street is not finalised without
// the street's opinion, nor against it without a written answer.
func TestBJ11MajorMattersGoToTheStreet(t *testing.T) {
	in(t, "beijing", func(h *hall) {
		district, street, second := "110101", "110101001", "110101002"
		bureau := h.unit(district + "-ZJ")
		propose := func(ask ...string) ident.ID {
			return h.done(h.power.Propose(ctx, bureau.cmd(), power.Propose{
				Kind: "MAJOR_MATTER", Title: "老城保护更新年度计划", Places: []string{street, second}, Ask: ask,
			}))
		}
		finish := func(id ident.ID, in power.Finish) func() {
			return func() { h.done(h.power.Finish(ctx, bureau.cmd(), id, in)) }
		}
		id := propose(street + "-DGW")
		h.refused("gate.not_asked", finish(id, power.Finish{}))
		h.done(h.power.Ask(ctx, bureau.cmd(), id, power.Ask{Units: []string{second + "-DGW"}}))
		h.refused("gate.asked_already", func() { h.done(h.power.Ask(ctx, bureau.cmd(), id, power.Ask{Units: []string{second + "-DGW"}})) })
		h.refused("gate.consult_pending", finish(id, power.Finish{}))
		asked := h.consults(bureau, id)
		h.opines(h.secretary(street), asked[0], matter.Agreed, "同意")
		h.opines(h.secretary(second), asked[1], matter.Conditional, "请保留两处停车场")
		h.refused("gate.reasons_needed", finish(id, power.Finish{}))
		finish(id, power.Finish{Adopted: true})()
		g, _, err := h.power.Gate(ctx, h.secretary(second).actor, id)
		h.must(err)
		if g.Fact.Status != consult.Effective || !g.Fact.Adopted || !h.told(second+"-DGW", "notice.gate_effective") {
			t.Errorf("the street does not learn what became of its word: %+v", g.Fact)
		}
		if list, err := h.power.Exceptions(ctx, h.organiser(district+"-DW").actor, h.now); err != nil || len(list.Gates) != 0 {
			t.Errorf("an adopted opinion is no exception: %+v, %v", list, err)
		}
		h.refused("place.unknown", func() {
			h.done(h.power.Propose(ctx, bureau.cmd(), power.Propose{Kind: "MAJOR_MATTER", Title: "x", Places: []string{"999999"}}))
		})
		h.refused("gate.places_needed", func() { h.done(h.power.Propose(ctx, bureau.cmd(), power.Propose{Kind: "MAJOR_MATTER", Title: "x"})) })
	})
}

// LH-25 规划参与权等四权: a plan within a street is blocked at the approval until
// the street was asked; its suggestions must be answered; street and communities
// evaluate, once a year, the units that reside there and no others.
func TestLH25TheFourPowersOfAStreet(t *testing.T) {
	in(t, "luohe", func(h *hall) {
		district, street := "411102", "411102001"
		planner, committee := h.unit(district+"-ZRZY"), h.secretary(street)
		plan := h.done(h.power.Propose(ctx, planner.cmd(), power.Propose{Kind: "PLANNING", Title: "老街片区控规调整", Places: []string{street}}))
		h.refused("gate.not_asked", func() { h.done(h.power.Finish(ctx, planner.cmd(), plan, power.Finish{})) })
		h.done(h.power.Ask(ctx, planner.cmd(), plan, power.Ask{Units: []string{street + "-DGW"}}))
		h.opines(committee, h.consults(planner, plan)[0], matter.Agreed, "同意")
		h.done(h.power.Finish(ctx, planner.cmd(), plan, power.Finish{}))

		advice := h.done(h.power.Recommend(ctx, committee.cmd(), power.Recommend{
			Kind: "PROJECT", Receiver: district + "-ZJ", Title: "建议实施老街排水改造", Text: "三处积水点每年被淹",
		}))
		list, err := h.power.Recommendations(ctx, h.unit(district+"-ZJ").actor, 0, 10)
		h.must(err)
		if len(list) != 1 || list[0].ID != advice || list[0].Orders[0].Due() == 0 {
			t.Fatalf("the bureau owes an answer: %+v", list)
		}
		h.opines(h.unit(district+"-ZJ"), list[0].Fact.Matter, matter.Conditional, "列入明年计划")

		rated := func(w *who, in power.Rate) func() {
			if in.Kind == "" {
				in.Kind, in.Period = "RESIDENT", "2026"
			}
			return func() { h.done(h.power.Rate(ctx, w.cmd(), in)) }
		}
		rate := func(of string) func() { return rated(committee, power.Rate{Of: of, Marks: marks(8)}) }
		rate(street + "-WSY")()
		for _, of := range []string{"411102002-WSY", "411103-ZJ"} { // of the street beside it, and of the next district
			h.refused("appraisal.not_resident", rate(of))
		}
		h.refused("appraisal.yearly", rated(committee, power.Rate{Kind: "RESIDENT", Of: street + "-WSY", Period: "2026-Q1", Marks: marks(8)}))
		h.refused("appraisal.kind_unknown", rated(committee, power.Rate{Kind: "PARTY", Of: street + "-WSY", Period: "2026", Marks: marks(8)}))
		strange := marks(8)
		strange[0].Aspect = "LOOKS"
		h.refused("appraisal.aspects_needed", rated(committee, power.Rate{Of: street + "-WSY", Marks: strange}))

		// Communities have a word too, on what resides in their street.
		for i, c := range h.city.Territory.Children(street) {
			if i < 2 {
				rated(h.desk(c.Code), power.Rate{Of: street + "-WSY", Marks: marks(8)})()
				h.refused("appraisal.not_resident", rated(h.desk(c.Code), power.Rate{Of: "411102002-WSY", Marks: marks(8)}))
			}
		}
		h.refused("power.not_held", func() {
			h.done(h.power.Rate(ctx, h.unit(street+"-CGB").cmd(), power.Rate{Kind: "RESIDENT", Of: street + "-WSY", Period: "2026", Marks: marks(8)}))
		})
		results, err := h.power.Results(ctx, committee.actor, "RESIDENT", "2026")
		h.must(err)
		if len(results) != 1 || !results[0].Known || results[0].Mean != 8 || results[0].N != 3 {
			t.Errorf("the evaluation: %+v", results)
		}
	})
}
