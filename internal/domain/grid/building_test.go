package grid_test

import (
	"strings"
	"testing"

	"huying/internal/domain/grid"
	"huying/internal/domain/territory"
	"huying/internal/fault"
)

func inG(text string) (string, bool) { return "G1", text == "G1" }

// A sheet is bounded, and what a cell may not hold is told with its line.
func TestASheetOfBuildings(t *testing.T) {
	row := func(cells ...string) []grid.Row {
		m := map[string]string{"code": "L1", "name": "一号楼", "grid": "G1"}
		for i := 0; i < len(cells); i += 2 {
			m[cells[i]] = cells[i+1]
		}
		return []grid.Row{{Line: 2, Cells: m}}
	}
	long := strings.Repeat("长", 101)
	for name, x := range map[string]struct {
		rows []grid.Row
		code string
	}{
		"good": {row("post", "联络岗"), ""}, "empty": {nil, "list.empty"}, "long": {make([]grid.Row, grid.MostBuildings+1), "list.too_many_items"},
		"code": {row("code", "楼1"), "list_row.code_malformed"}, "no code": {row("code", ""), "list_row.code_missing"}, "no name": {row("name", ""), "building_row.name_missing"},
		"a long name": {row("name", long), "list_row.too_long"}, "hidden signs": {row("post", "联\u202e络"), "building_row.unreadable"},
		"grid": {row("grid", "G2"), "building_row.grid_unknown"}, "phone": {row("phone", "1"), "building_row.phone_without_post"},
		"column": {row("resident", "甲"), "list.column_unknown"},
	} {
		list, err := grid.ReadBuildings(x.rows, inG)
		if fault.Code(err) != x.code || err == nil && (len(list) != 1 || list[0].Contact.Post != "联络岗" || list[0].Grid != "G1") {
			t.Errorf("%s: %v, want %q", name, err, x.code)
		}
	}
	many := make([]grid.Row, 700) // every line lacks its code, name and grid
	_, err := grid.ReadBuildings(many, inG)
	if told := fault.All(err); len(told) != 501 || told[500].Code != "list.more_mistakes" || told[500].Args[0] != 1600 {
		t.Errorf("%d faults are told", len(fault.All(err)))
	}
}

// By rule an order goes to the layer over the smallest place, equals by code, and
// only to those that are so registered.
func TestLayersThatOrdersGoToByRule(t *testing.T) {
	layer := func(code, line, unit string, rule bool, covers ...string) grid.Layer {
		return grid.Layer{Code: code, Business: line, Unit: unit, Name: code, Rule: rule, Covers: covers}
	}
	if grid.Ruled(nil) != nil || grid.Ruled([]grid.Layer{layer("A", "ENV", "u", false, "T")}) != nil {
		t.Fatal("there is a rule where none is registered")
	}
	find := grid.Ruled([]grid.Layer{
		layer("C", "ENV", "town", true, "T"), layer("B", "ENV", "second", true, "G"), layer("A", "ENV", "first", true, "G"), layer("0", "ENV", "quiet", false, "G"),
	})
	for _, x := range []struct{ line, grid, want string }{{"ENV", "G", "first"}, {"ENV", "H", "town"}, {"FIRE", "G", ""}, {"", "G", ""}} {
		got, ok := find(x.line, territory.Address{District: "D", Town: "T", Grid: x.grid})
		if got.Unit != x.want || ok != (x.want != "") {
			t.Errorf("%s in %s goes to %q", x.line, x.grid, got.Unit)
		}
	}
	if _, ok := find("ENV", territory.Address{District: "E"}); ok {
		t.Error("it reaches another district")
	}
}
