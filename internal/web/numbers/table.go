package numbers

import (
	"cmp"
	"slices"
	"time"

	"huying/internal/domain/score"
	"huying/internal/web/part"
)

// kind is how the values of a column are written.
type kind uint8

const (
	word kind = iota
	count
	share // with its n and interval
	span  // of time
)

// column is one column of a table.
type column struct {
	name string
	kind kind
}

// cell is one figure: what it is, and where its matters are.
type cell struct {
	text  string
	n     int64
	rate  score.Rate
	span  time.Duration
	none  bool // there is none, which is not zero
	href  string
	parts string // where the parts of it are told
}

// row is one unit, place, category or day. Few says that its rates are of too
// little to be compared.
type row struct {
	key   string
	cells []cell
	few   bool
}

// table is what is shown, charted and exported alike.
type table struct {
	columns []column
	rows    []row
	chart   *part.Spec
	title   string // of the chart
	ranked  bool   // some columns compare
}

// sort orders the rows by a column, the largest first unless up. Rates of too
// little are not compared: those rows stand behind the others, by their keys.
func (t *table) sort(by int, up bool) {
	if by <= 0 || by >= len(t.columns) {
		return
	}
	compares := t.columns[by].kind == share
	slices.SortStableFunc(t.rows, func(a, b row) int {
		if x, y := t.last(a, by, compares), t.last(b, by, compares); x || y {
			return cmp.Or(boolean(x)-boolean(y), cmp.Compare(a.key, b.key))
		}
		order := a.cells[by].compare(b.cells[by], t.columns[by].kind)
		if !up {
			order = -order
		}
		return cmp.Or(order, cmp.Compare(a.key, b.key))
	})
}

// last reports whether a row is not compared.
func (t *table) last(r row, by int, compares bool) bool {
	return r.cells[by].none || compares && (r.few || !r.cells[by].rate.Known)
}

func boolean(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (c cell) compare(d cell, k kind) int {
	switch k {
	case count:
		return cmp.Compare(c.n, d.n)
	case share:
		return cmp.Compare(c.rate.Value, d.rate.Value)
	case span:
		return cmp.Compare(c.span, d.span)
	}
	return cmp.Compare(c.text, d.text)
}
