package exchange

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"

	"huying/internal/domain/duty"
	"huying/internal/fault"
)

// row is one row of a file: its cells by column, or why it has none.
type row struct {
	line  int64
	cells map[string]string
	raw   string // of a row that cannot be read
	err   error  // fault of a row that cannot be read
}

// original is the row as it was, as JSON.
func (r row) original() string {
	cells := r.cells
	if r.err != nil && cells == nil {
		cells = map[string]string{"": r.raw}
	}
	b, err := json.Marshal(cells)
	if err != nil {
		return "" // a map of texts has a JSON form
	}
	return string(b)
}

// size is about how many bytes the row takes.
func (r row) size() int {
	n := len(r.raw)
	for _, v := range r.cells {
		n += len(v)
	}
	return n
}

// reader yields the rows of a file. After io.EOF or another error it is done.
type reader interface {
	// columns are the names of the first row; later rows of JSONL may have more.
	columns() []string
	next() (row, error)
	close() error
}

func openRows(m *Mapping, format Format, r io.Reader) (reader, error) {
	switch format {
	case CSV:
		return openCSV(r, m.Encoding, m.Delimiter)
	case JSONL:
		return openJSONL(r, m.Encoding)
	case XLSX:
		return openXLSX(r, m.Sheet)
	}
	return nil, fault.Field("format", "exchange.format_unknown", clip(string(format)), duty.Nearest(string(format), formats))
}

// header checks the names of the columns: trimmed, and none twice except the
// empty one.
func header(names []string) ([]string, error) {
	var wrong fault.List
	seen := map[string]bool{}
	out := make([]string, len(names))
	for i, n := range names {
		n = strings.TrimSpace(n)
		if seen[n] && n != "" {
			wrong.Add(fault.Field("file", "exchange.column_repeated", clip(n)))
		}
		seen[n], out[i] = true, n
	}
	if len(seen) == 0 || len(seen) == 1 && seen[""] {
		wrong.Add(fault.Field("file", "exchange.header_missing"))
	}
	return out, wrong.Err()
}

// cellsOf puts the values of a row under the names of its columns. A row may
// be shorter than the header; what it has beyond it must be blank.
func cellsOf(names, values []string) (map[string]string, error) {
	cells := make(map[string]string, len(names))
	for i, v := range values {
		if i < len(names) {
			if names[i] != "" {
				cells[names[i]] = v
			}
			continue
		}
		if strings.TrimSpace(v) != "" {
			return nil, fault.New(fault.Invalid, "row.too_many_cells", len(values), len(names))
		}
	}
	return cells, nil
}

// jsonRows reads JSON objects, one a line. Objects inside become columns
// "outer.inner", lists stay JSON.
type jsonRows struct {
	in    *lines
	names []string
	first *row
}

func openJSONL(r io.Reader, encoding string) (reader, error) {
	in, err := newLines(r, encoding)
	if err != nil {
		return nil, err
	}
	j := &jsonRows{in: in}
	first, err := j.next()
	if errors.Is(err, io.EOF) {
		return j, nil
	}
	if err != nil {
		return nil, err
	}
	j.first, j.names = &first, slices.Sorted(maps.Keys(first.cells))
	return j, nil
}

func (j *jsonRows) columns() []string { return j.names }

func (j *jsonRows) close() error { return nil }

func (j *jsonRows) next() (row, error) {
	if j.first != nil {
		r := *j.first
		j.first = nil
		return r, nil
	}
	for {
		l, err := j.in.next()
		if err != nil {
			return row{}, err
		}
		if l.blank() {
			continue
		}
		r := row{line: l.number}
		if l.long {
			r.raw, r.err = clip(l.text), fault.New(fault.TooLarge, "row.too_large", maxRow>>10)
			return r, nil
		}
		if r.cells, r.err = object(l.text); r.err != nil {
			r.cells, r.raw = nil, l.text
		}
		return r, nil
	}
}

// maxDepth is how deep objects inside objects may lie.
const maxDepth = 8

func object(text string) (map[string]string, error) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var v map[string]any
	if err := d.Decode(&v); err != nil || v == nil {
		return nil, fault.New(fault.Invalid, "row.not_json")
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, fault.New(fault.Invalid, "row.not_json")
	}
	cells := make(map[string]string, len(v))
	if !flatten(cells, "", v, 0) {
		return nil, fault.New(fault.Invalid, "row.not_json")
	}
	return cells, nil
}

// flatten writes the values of an object as cells; false if it is too deep.
func flatten(cells map[string]string, prefix string, v map[string]any, depth int) bool {
	if depth > maxDepth {
		return false
	}
	for k, x := range v {
		name := prefix + strings.TrimSpace(k)
		switch x := x.(type) {
		case string:
			cells[name] = x
		case json.Number:
			cells[name] = x.String()
		case nil:
			cells[name] = ""
		case map[string]any:
			if !flatten(cells, name+".", x, depth+1) {
				return false
			}
		default: // a list, true or false
			b, err := json.Marshal(x)
			if err != nil {
				return false
			}
			cells[name] = string(b)
		}
	}
	return true
}
