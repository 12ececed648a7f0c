package story

import (
	"fmt"
	"slices"
	"testing"

	"huying/internal/desk/ground"
	"huying/internal/domain/grid"
	"huying/internal/fault"
)

// GZ-10 一楼栋一党员: each building has a contact post; those without one are named,
// the share is computed, a sheet is taken whole or not at all, and the public
// notice tells posts and never a person.
func TestGZ10EveryBuildingHasItsContactPost(t *testing.T) {
	grounds(t, "guangzhou", tenGrids(t), func(s *town) {
		g, other := s.grids()[0], s.grids()[1]
		first := s.kept(s.ground.AddBuilding(ctx, s.cmd(), ground.NewBuilding{Code: "L1", Name: "一号楼", Grid: g.Code}))
		if x := s.gaps(); x.Buildings.All != 1 || x.Buildings.Covered != 0 || len(x.Contactless) != 1 || x.Contactless[0].Fact.Code != "L1" {
			t.Fatalf("%+v", x.Buildings)
		}
		s.refused("building.not_in_grid", func() {
			s.kept(s.ground.AddBuilding(ctx, s.cmd(), ground.NewBuilding{Code: "L9", Name: "九号楼", Grid: s.place}))
		})
		s.refused("record.key_taken", func() {
			s.kept(s.ground.AddBuilding(ctx, s.cmd(), ground.NewBuilding{Code: "L1", Name: "又一号楼", Grid: g.Code}))
		})
		s.refused("text.missing", func() {
			s.kept(s.ground.AddBuilding(ctx, s.cmd(), ground.NewBuilding{Code: "L8", Name: "八号楼", Grid: g.Code, Phone: "020-83000000"}))
		})

		bad := []grid.Row{
			{Line: 2, Cells: map[string]string{"编码": "L2", "楼栋": "二号楼", "网格": g.Code}},
			{Line: 3, Cells: map[string]string{"编码": "L2", "楼栋": "又二号楼", "网格": g.Code}},
			{Line: 4, Cells: map[string]string{"编码": "L 3", "网格": "没有这个网格", "值守电话": "020-83000001"}},
			{Line: 5, Cells: map[string]string{"编码": "L5", "楼栋": "五号楼", "网格": g.Code, "户主": "甲"}},
		}
		_, err := s.ground.ImportBuildings(ctx, s.cmd(), ground.Import{Town: s.place, Rows: bad})
		var told []string
		for _, e := range fault.All(err) {
			line := "-"
			if e.Code != "list.column_unknown" {
				line = fmt.Sprint(e.Args[0])
			}
			told = append(told, line+" "+e.Code)
		}
		slices.Sort(told)
		want := []string{
			"- list.column_unknown", "3 list_row.duplicate", "4 building_row.grid_unknown", "4 building_row.name_missing",
			"4 building_row.phone_without_post", "4 list_row.code_malformed",
		}
		if !slices.Equal(told, want) {
			t.Fatalf("told %v, want %v", told, want)
		}
		if x := s.gaps(); x.Buildings.All != 1 {
			t.Fatalf("a sheet with mistakes left %d buildings", x.Buildings.All)
		}

		sheet := ground.Import{Town: s.place, Rows: []grid.Row{
			{Line: 2, Cells: map[string]string{"code": "L1", "name": "一号楼", "grid": other.Code, "post": "楼栋联络岗", "phone": "020-83000002"}},
			{Line: 3, Cells: map[string]string{"code": "L2", "name": "二号楼", "grid": g.Code}},
			{Line: 4, Cells: map[string]string{"code": "L3", "name": "三号楼", "grid": g.Code, "post": "楼栋联络岗"}},
		}}
		s.kept(s.ground.ImportBuildings(ctx, s.cmd(), sheet))
		if x := s.gaps(); x.Buildings.All != 3 || x.Buildings.Covered != 2 || x.Buildings.Percent() != "66.7" || !slices.Equal(x.Buildings.Gaps, []string{"L2"}) {
			t.Fatalf("%+v", x.Buildings)
		}
		board, err := s.ground.Contacts(ctx, s.place)
		s.must(err)
		if len(board) != 3 || board[0].Code != "L1" || board[0].Grid != other.Code || board[0].Contact.Post != "楼栋联络岗" || board[1].Contact != nil {
			t.Fatalf("%+v", board)
		}
		s.kept(s.ground.ClearContact(ctx, s.cmd(), first, ground.Empty{}))
		if x := s.gaps(); x.Buildings.Covered != 1 || s.told(s.unit())[0] != "notice.building_vacant" {
			t.Errorf("%+v, %v", x.Buildings, s.told(s.unit()))
		}
		s.kept(s.ground.SetContact(ctx, s.cmd(), first, ground.NewContact{Post: "值守岗"}))
		s.kept(s.ground.EndBuilding(ctx, s.cmd(), first, ground.Empty{}))
		s.refused("building.ended", func() { s.kept(s.ground.SetContact(ctx, s.cmd(), first, ground.NewContact{Post: "值守岗"})) })
		s.refused("building.ended", func() { s.kept(s.ground.EndBuilding(ctx, s.cmd(), first, ground.Empty{})) })
		s.until(at(11, 9, 0))
		if x := s.gaps(); x.Buildings.All != 2 {
			t.Errorf("a building that has ended counts: %+v", x.Buildings)
		}

		far := s.desk(wushan)
		s.refused("access.denied", func() { s.kept(s.ground.ImportBuildings(ctx, far.cmd(), sheet)) })
		if s.city.Territory.Address(wushan).District == s.district() {
			sheet.Town = wushan
			s.refused("building_row.grid_unknown", func() { s.kept(s.ground.ImportBuildings(ctx, far.cmd(), sheet)) })
		}
	})
}
