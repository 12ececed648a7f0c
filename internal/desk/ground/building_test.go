package ground_test

import (
	"testing"

	"huying/internal/desk/ground"
	"huying/internal/domain/grid"
	"huying/internal/domain/org"
	"huying/internal/fault"
)

// A code that another town has is told with its line, and nothing is kept; with the
// same key a sheet is kept once.
func TestASheetNamesABuildingOfAnotherTown(t *testing.T) {
	each(t, func(s *street) {
		s.made(s.d.AddBuilding(ctx, s.by(s.desk, "a"), ground.NewBuilding{Code: "L1", Name: "一号楼", Grid: s.grid}))
		tree := s.e.City().Territory
		there := tree.Children(tree.Children(other)[0].Code)[0].Code
		sheet := func(codes ...string) ground.Import {
			in := ground.Import{Town: other}
			for i, code := range codes {
				in.Rows = append(in.Rows, grid.Row{Line: int64(i + 2), Cells: map[string]string{"code": code, "name": "楼", "grid": there}})
			}
			return in
		}
		clerk := s.post(other+"-ZH", org.Dispatcher)
		_, err := s.d.ImportBuildings(ctx, s.by(clerk, "b"), sheet("L2", "L1"))
		if all := fault.All(err); len(all) != 1 || all[0].Code != "building_row.elsewhere" || all[0].Args[0] != int64(3) {
			t.Errorf("a building of another town: %v", err)
		}
		for range 2 {
			s.made(s.d.ImportBuildings(ctx, s.by(clerk, "c"), sheet("L2", "L3")))
		}
		if n := s.records("BUILDING"); n != 3 {
			t.Errorf("%d buildings are kept", n)
		}
		got, err := s.d.Contacted(ctx, clerk, other, 20260310)
		if err != nil || got.All != 2 || got.Covered != 0 {
			t.Errorf("%+v, %v", got, err)
		}
		if _, err := s.d.Contacted(ctx, clerk, town, 20260310); fault.Code(err) != "access.denied" {
			t.Errorf("of another town: %v", err)
		}
	})
}
