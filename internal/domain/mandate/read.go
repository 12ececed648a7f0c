package mandate

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"huying/internal/domain/calendar"
	"huying/internal/domain/duty"
	"huying/internal/fault"
)

// Row is one line of a sheet: its cells by the name of their column.
type Row struct {
	Line  int64             `json:"line"`
	Cells map[string]string `json:"cells"`
}

// Limits of a sheet.
const (
	MaxItems = 20_000
	maxDepth = 8
	maxCell  = 2000
	maxTold  = 500 // faults told of one sheet; nobody reads more at once
)

// columns are the columns a sheet may have, with their names in Chinese.
var columns = map[string]string{
	"code": "编码", "parent": "上级编码", "name": "事项名称", "kind": "类别", "lead": "牵头单位", "co": "配合单位", "basis": "依据",
	"covers": "对应诉求分类", "limit": "时限", "closing": "办结标准", "since": "承接日期",
}

// kindWords are the three lists as people write them.
var kindWords = map[string]duty.Kind{
	"BASIC": duty.Basic, "ASSIST": duty.Assist, "TAKEN_BACK": duty.TakenBack,
	"基本履职": duty.Basic, "配合履职": duty.Assist, "上级收回": duty.TakenBack, "上级部门收回": duty.TakenBack,
}

// Known tells what of a city a sheet may name. Both answer true if it exists.
type Known struct {
	Unit     func(duty.UnitRule) bool
	Category func(code string) bool
}

// Read makes the items of a list out of the rows of a sheet and finds every
// mistake at once, each with its line and code. Faults: list.empty,
// list.too_many_items, list.column_unknown, and list_row.*.
func Read(kind Kind, rows []Row, known Known) ([]Item, error) {
	if !slices.Contains(Kinds, kind) {
		return nil, fault.Field("kind", "list.kind_unknown", string(kind))
	}
	if len(rows) == 0 {
		return nil, fault.Field("file", "list.empty")
	}
	if len(rows) > MaxItems {
		return nil, fault.Field("file", "list.too_many_items", len(rows), MaxItems)
	}
	r := &reading{kind: kind, known: known, line: map[string]int64{}, parents: map[string]bool{}}
	r.header(rows)
	for _, row := range rows {
		r.row(row)
	}
	r.link()
	if len(r.wrong) > maxTold {
		rest := len(r.wrong) - maxTold
		r.wrong = append(r.wrong[:maxTold], fault.New(fault.Invalid, "list.more_mistakes", rest))
	}
	return r.items, r.wrong.Err()
}

type reading struct {
	kind    Kind
	known   Known
	items   []Item
	line    map[string]int64 // code → line
	parents map[string]bool
	wrong   fault.List
}

// header tells once each column that nothing reads.
func (r *reading) header(rows []Row) {
	var names []string
	for k, v := range columns {
		names = append(names, k, v)
	}
	seen := map[string]bool{}
	for _, row := range rows {
		for name := range row.Cells {
			if !seen[name] && !slices.Contains(names, name) {
				r.wrong.Add(fault.Field("file", "list.column_unknown", name, duty.Nearest(name, names)))
			}
			seen[name] = true
		}
	}
	slices.SortFunc(r.wrong, func(a, b *fault.Error) int { return strings.Compare(a.Error(), b.Error()) })
}

func (r *reading) row(row Row) {
	cell := func(name string) string {
		s := row.Cells[name]
		if s == "" {
			s = row.Cells[columns[name]]
		}
		s = strings.TrimSpace(s)
		if utf8.RuneCountInString(s) > maxCell {
			r.wrong.Add(fault.Field("file", "list_row.too_long", row.Line, clip(row.Cells["code"]), columns[name], maxCell))
			s = ""
		}
		return s
	}
	item := Item{
		Code: cell("code"), Parent: cell("parent"), Name: cell("name"), Basis: cell("basis"), Closing: cell("closing"),
		Co: split(cell("co")), Covers: split(cell("covers")), Lead: cell("lead"), Limit: cell("limit"),
	}
	if item.Code == "" {
		r.wrong.Add(fault.Field("file", "list_row.code_missing", row.Line, ""))
		return
	}
	if !plain(item.Code) {
		r.wrong.Add(fault.Field("file", "list_row.code_malformed", row.Line, clip(item.Code)))
		return
	}
	if before, twice := r.line[item.Code]; twice {
		r.wrong.Add(fault.Field("file", "list_row.duplicate", row.Line, item.Code, before))
		return
	}
	r.line[item.Code] = row.Line
	if item.Name == "" {
		r.wrong.Add(fault.Field("file", "list_row.name_missing", row.Line, item.Code))
	}
	r.words(row.Line, &item, cell("kind"), cell("since"))
	r.items = append(r.items, item)
	if item.Parent != "" {
		r.parents[item.Parent] = true
	}
}

// words reads the cells that have a form of their own.
func (r *reading) words(line int64, item *Item, kind, since string) {
	if kind != "" {
		k, ok := kindWords[kind]
		if !ok {
			r.wrong.Add(fault.Field("file", "list_row.kind_unknown", line, item.Code, clip(kind)))
		}
		item.Kind = k
	}
	if since != "" {
		day, ok := civil(since)
		if !ok {
			r.wrong.Add(fault.Field("file", "list_row.date_wrong", line, item.Code, clip(since)))
		}
		item.Since = day
	}
	if item.Limit != "" {
		if _, err := calendar.ParseLimit(item.Limit); err != nil {
			r.wrong.Add(fault.Field("file", "list_row.limit_wrong", line, item.Code, clip(item.Limit)))
		}
	}
	for _, s := range append(slices.Clone(item.Co), item.Lead) {
		rule, err := duty.ParseUnitRule(s)
		switch {
		case err != nil:
			r.wrong.Add(fault.Field("file", "list_row.unit_malformed", line, item.Code, clip(s)))
		case rule != duty.UnitRule{} && !r.known.Unit(rule):
			r.wrong.Add(fault.Field("file", "list_row.unit_unknown", line, item.Code, clip(s)))
		}
	}
	for _, c := range item.Covers {
		if !r.known.Category(c) {
			r.wrong.Add(fault.Field("file", "list_row.category_unknown", line, item.Code, clip(c)))
		}
	}
}

// link checks each item against the others.
func (r *reading) link() {
	parent := map[string]string{}
	for i := range r.items {
		parent[r.items[i].Code] = r.items[i].Parent
	}
	for i := range r.items {
		item := &r.items[i]
		line := r.line[item.Code]
		if item.Parent != "" && r.line[item.Parent] == 0 {
			near := ""
			if len(r.wrong) < 20 { // advice costs a search of the whole list
				near = duty.Nearest(item.Parent, codes(r.items))
			}
			r.wrong.Add(fault.Field("file", "list_row.parent_missing", line, item.Code, clip(item.Parent), near))
			continue
		}
		depth := 0
		for up := item.Parent; up != "" && depth <= maxDepth; up = parent[up] {
			depth++
		}
		if depth > maxDepth {
			r.wrong.Add(fault.Field("file", "list_row.circular", line, item.Code))
			continue
		}
		if !r.parents[item.Code] {
			r.leaf(line, item)
		}
	}
}

// leaf checks what an order needs to know of an item.
func (r *reading) leaf(line int64, item *Item) {
	if item.Kind == "" {
		if r.kind == StreetTasks || r.kind == VillageCatalogue {
			r.wrong.Add(fault.Field("file", "list_row.kind_missing", line, item.Code))
		}
		item.Kind = duty.Basic
	}
	if item.Lead == "" {
		r.wrong.Add(fault.Field("file", "list_row.lead_missing", line, item.Code))
	}
	if item.Basis == "" {
		r.wrong.Add(fault.Field("file", "list_row.basis_missing", line, item.Code))
	}
	if item.Kind == duty.Assist && len(item.Co) == 0 {
		r.wrong.Add(fault.Field("file", "list_row.assist_unit_missing", line, item.Code))
	}
	if r.kind == PenaltyPowers && item.Since == 0 {
		r.wrong.Add(fault.Field("file", "list_row.since_missing", line, item.Code))
	}
}

// Want is what a source says of a list's shape; empty members ask nothing.
type Want struct {
	Levels string // such as 41/118/240
	Leads  int    // units that lead its leaves
}

// Check compares a list with what its source says. Faults: list.counts_differ,
// list.leads_differ.
func (w Want) Check(c Counts) error {
	var wrong fault.List
	if w.Levels != "" && strings.ReplaceAll(w.Levels, " ", "") != c.String() {
		wrong.Add(fault.Field("want", "list.counts_differ", w.Levels, c.String()))
	}
	if w.Leads != 0 && w.Leads != c.Leads {
		wrong.Add(fault.Field("leads", "list.leads_differ", w.Leads, c.Leads))
	}
	return wrong.Err()
}

func codes(items []Item) []string {
	out := make([]string, len(items))
	for i := range items {
		out[i] = items[i].Code
	}
	return out
}

// plain reports whether a code is easy to say and to type.
func plain(s string) bool {
	if len(s) > 32 {
		return false
	}
	for _, c := range s {
		if (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '.' && c != '_' {
			return false
		}
	}
	return true
}

func split(s string) []string {
	var out []string
	for _, x := range strings.FieldsFunc(s, func(r rune) bool { return r == ';' || r == '；' || r == '、' || r == '\n' }) {
		if x = strings.TrimSpace(x); x != "" {
			out = append(out, x)
		}
	}
	return out
}

// civil reads a day written 2026-01-31, 2026/1/31, 2026年1月31日 or 20260131. A
// power may be older than what a record keeps days of.
func civil(s string) (int, bool) {
	for _, form := range [...]string{"2006-01-02", "2006/1/2", "2006年1月2日", "20060102"} {
		if t, err := time.Parse(form, s); err == nil {
			day, err := strconv.Atoi(t.Format("20060102"))
			return day, err == nil
		}
	}
	return 0, false
}

// clip keeps a wrong text that is quoted back from filling the screen.
func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}
