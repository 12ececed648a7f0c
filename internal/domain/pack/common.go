package pack

import (
	"slices"
	"strings"

	"huying/internal/domain/duty"
	"huying/internal/fault"
)

// The common tables: what is the same in most cities because national law or
// custom makes it so. A city names in its manifest which of them it stands on
// ("inherits"); its own file of that name then holds only what departs: a line
// with the key of a common line changes the cells it fills ("-" empties one),
// a line with "off" takes the common line away, any other line adds one.
const (
	offColumn = "off"
	emptied   = "-"
)

// commonKeys are the columns that tell the lines of each common table apart.
var commonKeys = map[string][]string{
	unitsFile:      {"suffix", "per", "only"},
	edgesFile:      {"from", "to", "kind"},
	postsFile:      {"unit", "kind", "role"},
	rostersFile:    {"unit", "days", "from", "role"},
	categoriesFile: {"code"},
	lexiconFile:    {"word", "code"},
}

// commonTables are the names a manifest may list.
func commonTables() []string {
	var out []string
	for file := range commonKeys {
		out = append(out, strings.TrimSuffix(file, ".csv"))
	}
	slices.Sort(out)
	return out
}

// readInherits reads the common tables a city stands on.
func (m *manifest) readInherits(n node) {
	for _, item := range n.items() {
		m.inherits = append(m.inherits, item.one(commonTables()...)+".csv")
	}
}

// stacked calls fn for each line of a table: those of the common table the
// city stands on, as the city changed them, then the city's own. It is false
// if there is neither.
func (l *layer) stacked(name string, as shape, fn func(row)) bool {
	if l.common == nil || !slices.Contains(l.inherits, name) {
		return l.table(name, as, fn)
	}
	keys := commonKeys[name]
	var rows []row
	at := map[string]int{}
	l.common.table(name, as, func(r row) {
		at[r.key(keys)] = len(rows)
		rows = append(rows, r.kept())
	})
	common := len(rows)
	gone := map[int]bool{}
	departs := shape{must: keys[:1], may: slices.Concat(as.must, as.may, []string{offColumn}), most: as.most}
	l.table(name, departs, func(r row) {
		i, known := at[r.key(keys)]
		off := r.yes(offColumn)
		switch {
		case off && !known:
			r.wrong(fault.New(fault.Invalid, "pack.off_unknown", clip(r.text(keys[0])), duty.Nearest(r.key(keys), keysOf(at))))
		case off:
			gone[i] = true
		case known && rows[i].under == nil && i < common:
			changed, was := r.kept(), rows[i]
			changed.under = &was
			rows[i] = changed
		default:
			rows = append(rows, r.kept())
		}
	})
	for i, r := range rows {
		if !gone[i] {
			fn(r)
		}
	}
	return true
}

// key is what a line is known by among the lines of its table.
func (r row) key(columns []string) string {
	parts := make([]string, len(columns))
	for i, c := range columns {
		parts[i] = r.text(c)
	}
	return strings.TrimRight(strings.Join(parts, " "), " ")
}

// kept is the line as it can be kept beyond the reading of the next.
func (r row) kept() row {
	r.cells = slices.Clone(r.cells)
	return r
}

// inherited reports whether a cell of a line is the common table's.
func (r row) inherited(column string) bool {
	if r.under != nil {
		return r.own(column) == ""
	}
	return r.in.name == baseID
}

func keysOf[T any](m map[string]T) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	return out
}
