package pack

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"huying/internal/domain/calendar"
	"huying/internal/domain/duty"
	"huying/internal/fault"
)

// row is one line of a CSV file under its header.
type row struct {
	in     *layer
	name   string // of the file
	line   int
	column map[string]int
	cells  []string
	under  *row // the line of a common table that this one changes
}

func (r row) wrong(err error) { r.in.wrong(r.name, r.line, err) }

// text returns a cell without the blanks around it, "" if the file has no such
// column. What a line that changes another leaves empty is the other's.
func (r row) text(column string) string {
	s := r.own(column)
	if r.under == nil {
		return s
	}
	switch s {
	case "":
		return r.under.text(column)
	case emptied:
		return ""
	}
	return s
}

// own returns a cell as this line itself has it.
func (r row) own(column string) string {
	if i, ok := r.column[column]; ok && i < len(r.cells) {
		return strings.TrimSpace(r.cells[i])
	}
	return ""
}

// must returns a cell that may not be empty.
func (r row) must(column string) string {
	s := r.text(column)
	if s == "" {
		r.wrong(fault.New(fault.Invalid, "pack.cell_empty", column))
	}
	return s
}

// list returns the parts of a cell, which semicolons divide.
func (r row) list(column string) []string {
	var out []string
	for part := range strings.SplitSeq(r.text(column), ";") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// number returns a cell as a whole number from 0; empty is 0.
func (r row) number(column string) int {
	s := r.text(column)
	if s == "" {
		return 0
	}
	v, err := strconv.Atoi(s)
	if err != nil || v < 0 || v > 1_000_000_000 {
		r.wrong(fault.New(fault.Invalid, "pack.number_wrong", clip(s), 1_000_000_000))
		return 0
	}
	return v
}

// decimal returns a cell as a number from 0; empty is 0.
func (r row) decimal(column string) float64 {
	s := r.text(column)
	if s == "" {
		return 0
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || !(v >= 0 && v < 1e9) {
		r.wrong(fault.New(fault.Invalid, "pack.number_wrong", clip(s), 1_000_000_000))
		return 0
	}
	return v
}

// yes returns a switch; empty is off.
func (r row) yes(column string) bool {
	switch s := strings.ToLower(r.text(column)); s {
	case "1", "on", "true", "yes", "y":
		return true
	case "", "0", "off", "false", "no", "n":
	default:
		r.wrong(fault.New(fault.Invalid, "pack.switch_wrong", clip(s)))
	}
	return false
}

// one returns a word of a closed vocabulary.
func (r row) one(column string, known ...string) string {
	s := r.text(column)
	if !slices.Contains(known, s) {
		r.wrong(fault.New(fault.Invalid, "pack.word_unknown", clip(s), duty.Nearest(s, known)))
	}
	return s
}

// limit returns a time limit; empty is the zero limit.
func (r row) limit(column string) calendar.Limit {
	s := r.text(column)
	if s == "" {
		return calendar.Limit{}
	}
	v, err := calendar.ParseLimit(s)
	if err != nil {
		r.wrong(err)
	}
	return v
}

// rule returns a unit rule; empty is the zero rule.
func (r row) rule(column string) duty.UnitRule {
	v, err := duty.ParseUnitRule(r.text(column))
	if err != nil {
		r.wrong(err)
	}
	return v
}

// rules returns the unit rules of a list.
func (r row) rules(column string) []duty.UnitRule {
	var out []duty.UnitRule
	for _, s := range r.list(column) {
		v, err := duty.ParseUnitRule(s)
		if err != nil {
			r.wrong(err)
			continue
		}
		out = append(out, v)
	}
	return out
}

// shape is what a CSV file may look like: the columns it must and may have, in
// any order, and how many lines at most.
type shape struct {
	must, may []string
	most      int
}

// table calls fn for each line of a CSV file; false if there is no file.
func (l *layer) table(name string, as shape, fn func(row)) bool {
	body := l.read(name, maxCSV)
	if body == nil {
		return false
	}
	in := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(body, []byte("\ufeff"))))
	in.ReuseRecord = true
	header, err := in.Read()
	if err != nil {
		l.csvWrong(name, err)
		return true
	}
	columns := l.columns(name, header, as)
	for rows := 0; ; rows++ {
		cells, err := in.Read()
		if errors.Is(err, io.EOF) {
			return true
		}
		if err != nil {
			l.csvWrong(name, err)
			if errors.Is(err, csv.ErrFieldCount) {
				continue
			}
			return true
		}
		line, _ := in.FieldPos(0)
		if rows == as.most {
			l.wrong(name, line, fault.New(fault.Invalid, "pack.too_many_rows", as.most))
			return true
		}
		if l.find.full() {
			return true
		}
		fn(row{in: l, name: name, line: line, column: columns, cells: cells})
	}
}

func (l *layer) columns(name string, header []string, as shape) map[string]int {
	columns := make(map[string]int, len(header))
	known := slices.Concat(as.must, as.may)
	for i, h := range header {
		h = strings.TrimSpace(h)
		if _, twice := columns[h]; twice {
			l.wrong(name, 1, fault.New(fault.Invalid, "pack.key_repeated", clip(h)))
			continue
		}
		if !slices.Contains(known, h) {
			l.wrong(name, 1, fault.New(fault.Invalid, "pack.unknown_key", clip(h), duty.Nearest(h, known)))
			continue
		}
		columns[h] = i
	}
	for _, m := range as.must {
		if _, ok := columns[m]; !ok {
			l.wrong(name, 1, fault.New(fault.Invalid, "pack.column_missing", m))
		}
	}
	return columns
}

func (l *layer) csvWrong(name string, err error) {
	line := 1
	var at *csv.ParseError
	if errors.As(err, &at) {
		line = at.Line
		err = at.Err
	}
	l.wrong(name, line, fault.New(fault.Invalid, "pack.csv_malformed").Because(err))
}
