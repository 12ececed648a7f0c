package grid

import (
	"maps"
	"slices"

	"huying/internal/domain/duty"
	"huying/internal/domain/matter"
	"huying/internal/fault"
)

// Row is one line of a sheet: its cells by the name of their column.
type Row struct {
	Line  int64
	Cells map[string]string
}

// The limits of a sheet of buildings. It is kept by one command, so that a long
// one would make others wait.
const (
	MostBuildings = 1000
	mostMistakes  = 500 // nobody reads more at once
)

// buildingColumns are the columns of a sheet of buildings, with their names in
// Chinese.
var buildingColumns = map[string]string{"code": "编码", "name": "楼栋", "grid": "网格", "post": "联络岗位", "phone": "值守电话"}

// Listed is a building as a sheet has it.
type Listed struct {
	Line int64
	Building
}

// ReadBuildings makes buildings out of the rows of a sheet and finds every mistake
// at once, each with its line. grid finds the grid that a cell names, by code or by
// name. Faults: list.empty, list.too_many_items, list.column_unknown,
// list.more_mistakes, list_row.* and building_row.*.
func ReadBuildings(rows []Row, grid func(text string) (code string, ok bool)) ([]Listed, error) {
	switch {
	case len(rows) == 0:
		return nil, fault.Field("file", "list.empty")
	case len(rows) > MostBuildings:
		return nil, fault.Field("file", "list.too_many_items", len(rows), MostBuildings)
	}
	r := &sheet{grid: grid, line: map[string]int64{}}
	r.header(rows)
	for _, row := range rows {
		r.row(row)
	}
	if rest := len(r.wrong) - mostMistakes; rest > 0 {
		r.wrong = append(r.wrong[:mostMistakes], fault.New(fault.Invalid, "list.more_mistakes", rest))
	}
	return r.out, r.wrong.Err()
}

type sheet struct {
	grid  func(text string) (string, bool)
	line  map[string]int64 // by code
	out   []Listed
	wrong fault.List
}

// header tells once each column that nothing reads.
func (r *sheet) header(rows []Row) {
	var names []string
	for k, v := range buildingColumns {
		names = append(names, k, v)
	}
	seen := map[string]bool{}
	for _, row := range rows {
		for name := range row.Cells {
			seen[name] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(seen)) {
		if !slices.Contains(names, name) {
			r.wrong.Add(fault.Field("file", "list.column_unknown", clip(name), duty.Nearest(name, names)))
		}
	}
}

func (r *sheet) row(row Row) {
	cell := func(name string) string {
		if s := row.Cells[name]; s != "" {
			return s
		}
		return row.Cells[buildingColumns[name]]
	}
	b := Building{Code: cell("code"), Name: cell("name")}
	code := clip(b.Code)
	bad := func(f *fault.Error) { r.wrong.Add(f.In("file")) }
	switch {
	case b.Code == "":
		bad(fault.New(fault.Invalid, "list_row.code_missing", row.Line))
	case !codeOK(b.Code):
		bad(fault.New(fault.Invalid, "list_row.code_malformed", row.Line, code))
	case r.line[b.Code] != 0:
		bad(fault.New(fault.Invalid, "list_row.duplicate", row.Line, code, r.line[b.Code]))
	default:
		r.line[b.Code] = row.Line
	}
	texts := map[string]string{"name": b.Name, "post": cell("post"), "phone": cell("phone")}
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		switch {
		case len([]rune(texts[name])) > mostName:
			bad(fault.New(fault.Invalid, "list_row.too_long", row.Line, code, buildingColumns[name], mostName))
		case matter.Words(name, texts[name], false) != nil:
			bad(fault.New(fault.Invalid, "building_row.unreadable", row.Line, code, buildingColumns[name]))
		}
	}
	if b.Name == "" {
		bad(fault.New(fault.Invalid, "building_row.name_missing", row.Line, code))
	}
	var ok bool
	if b.Grid, ok = r.grid(cell("grid")); !ok {
		bad(fault.New(fault.Invalid, "building_row.grid_unknown", row.Line, code, clip(cell("grid"))))
	}
	switch {
	case texts["post"] != "":
		b.Contact = &Contact{Post: texts["post"], Phone: texts["phone"]}
	case texts["phone"] != "":
		bad(fault.New(fault.Invalid, "building_row.phone_without_post", row.Line, code))
	}
	r.out = append(r.out, Listed{row.Line, b})
}
