package story

import (
	"testing"

	"huying/internal/desk/ground"
	"huying/internal/domain/grid"
	"huying/internal/domain/org"
)

// YT-36 全要素网格任务: every grid has the same dozen kinds of task, each with its
// cadence; the board says what was done, what is due and what came of it, and
// of nobody who did it.
func TestYT36TheBoardOfAGrid(t *testing.T) {
	grounds(t, "yangtun", townOf(t, "yangtun", "杨屯镇"), func(s *town) {
		g, other := s.grids()[0].Code, s.grids()[1].Code
		worker := s.role(s.city.Territory.Address(g).Community+"-JW", org.GridWorker)
		board := func(code string) map[string]grid.OnBoard {
			s.Helper()
			rows, err := s.ground.ChoreBoard(ctx, s.actor, code, s.e.Day(s.now))
			s.must(err)
			out := map[string]grid.OnBoard{}
			for _, b := range rows {
				out[b.Chore.Code] = b
			}
			return out
		}
		if b := board(g); len(b) != len(s.city.Chores) || len(b) < 10 || b["HAZARD"].State != grid.ChoreLate || b["SERVICE"].Due != 20260315 {
			t.Fatalf("an empty board: %+v", b)
		}
		s.kept(s.ground.DoChore(ctx, worker.cmd(), ground.NewChore{Grid: g, Code: "HAZARD", Findings: []ground.Finding{{Text: "楼道堆放电瓶车"}}}))
		s.kept(s.ground.DoChore(ctx, worker.cmd(), ground.NewChore{Grid: g, Code: "SERVICE", Note: "没有新情况"}))
		b := board(g)
		if b["HAZARD"].State != grid.ChoreDone || len(b["HAZARD"].Findings) != 1 || s.load(b["HAZARD"].Findings[0]).M.Place.Leaf() != g {
			t.Errorf("done with a finding: %+v", b["HAZARD"])
		}
		if board(other)["HAZARD"].State != grid.ChoreLate {
			t.Error("another grid's board says it was done")
		}
		for _, x := range []struct {
			day                          int
			hazard, service, environment string
		}{{11, grid.ChoreDue, grid.ChoreDone, grid.ChoreLate}, {12, grid.ChoreLate, grid.ChoreDone, grid.ChoreLate}, {16, grid.ChoreLate, grid.ChoreDue, grid.ChoreLate}} {
			s.until(at(x.day, 9, 0))
			if b := board(g); b["HAZARD"].State != x.hazard || b["SERVICE"].State != x.service || b["ENVIRONMENT"].State != x.environment {
				t.Errorf("on the %d: %s, %s, %s", x.day, b["HAZARD"].State, b["SERVICE"].State, b["ENVIRONMENT"].State)
			}
		}
		n := len(s.matters())
		for code, in := range map[string]ground.NewChore{
			"chore.code_unknown": {Grid: g, Code: "CHECK_IN"}, "chore.day_out_of_range": {Grid: g, Code: "HAZARD", Day: 20260317},
			"text.missing": {Grid: g, Code: "HAZARD", Findings: []ground.Finding{{Text: "堆物"}, {}}}, "place.unknown": {Grid: "x", Code: "HAZARD"},
		} {
			s.refused(code, func() { s.kept(s.ground.DoChore(ctx, worker.cmd(), in)) })
		}
		if len(s.matters()) != n {
			t.Error("a refused task raised a call")
		}
	})
}
