package exchange

import (
	"errors"
	"io"
	"strings"

	"huying/internal/fault"
)

// TableRow is one row of a table: the cells by the name of their column.
type TableRow struct {
	Line  int64
	Cells map[string]string
}

// ReadTable reads a whole sheet of a CSV or XLSX file whose name tells which,
// at most so many rows. A row that cannot be read spoils the table: a list is
// taken whole or not at all. sheet names the sheet of a workbook, "" is the
// first. Faults: those of opening a file, exchange.table_too_long, row.*.
func ReadTable(r io.Reader, name, sheet string, most int) (_ []TableRow, err error) {
	format, err := FormatOf(name)
	if err != nil {
		return nil, err
	}
	rows, err := openRows(&Mapping{Sheet: sheet}, format, r)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.close()) }()
	var out []TableRow
	var wrong fault.List
	for {
		row, err := rows.next()
		if errors.Is(err, io.EOF) {
			return out, wrong.Err()
		}
		if err != nil {
			return nil, err
		}
		if row.err != nil {
			wrong.Add(row.err)
			continue
		}
		if len(out) == most {
			return nil, fault.Field("file", "exchange.table_too_long", most)
		}
		cells := map[string]string{}
		for k, v := range row.cells {
			if v = strings.TrimSpace(v); v != "" {
				cells[k] = v
			}
		}
		out = append(out, TableRow{row.line, cells})
	}
}
