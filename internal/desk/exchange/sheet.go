package exchange

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"huying/internal/domain/duty"
	"huying/internal/fault"
)

// The greatest sizes of a workbook, unpacked; a sheet beyond the second is
// unpacked to a temporary file and not to memory.
const (
	maxUnzipped = 2 << 30
	maxInMemory = 16 << 20
)

// sheetRows reads one sheet of a workbook. Cells are read as they are kept and
// not as they are shown, so that numbers are whole; times are then serial
// numbers, which Times knows.
type sheetRows struct {
	book  *excelize.File
	rows  *excelize.Rows
	names []string
	line  int64
}

func openXLSX(r io.Reader, sheet string) (_ reader, err error) {
	defer caught(&err)
	book, err := excelize.OpenReader(r, excelize.Options{RawCellValue: true, UnzipSizeLimit: maxUnzipped, UnzipXMLSizeLimit: maxInMemory})
	if err != nil {
		return nil, unreadable(err)
	}
	s := &sheetRows{book: book}
	if err := s.open(sheet); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

func (s *sheetRows) open(sheet string) error {
	sheets := s.book.GetSheetList()
	switch {
	case len(sheets) == 0:
		return fault.Field("file", "exchange.header_missing")
	case sheet == "":
		sheet = sheets[0]
	case !slices.Contains(sheets, sheet):
		return fault.Field("sheet", "exchange.sheet_unknown", clip(sheet), duty.Nearest(sheet, sheets))
	}
	rows, err := s.book.Rows(sheet)
	if err != nil {
		return unreadable(err)
	}
	s.rows = rows
	values, err := s.values()
	if errors.Is(err, io.EOF) {
		return fault.Field("file", "exchange.header_missing")
	}
	if err != nil {
		return err
	}
	s.names, err = header(values)
	return err
}

// values returns the next row that says anything.
func (s *sheetRows) values() ([]string, error) {
	for s.rows.Next() {
		s.line++
		values, err := s.rows.Columns(excelize.Options{RawCellValue: true})
		if err != nil {
			return nil, unreadable(err)
		}
		if slices.ContainsFunc(values, func(v string) bool { return strings.TrimSpace(v) != "" }) {
			return values, nil
		}
	}
	if err := s.rows.Error(); err != nil {
		return nil, unreadable(err)
	}
	return nil, io.EOF
}

func (s *sheetRows) columns() []string { return s.names }

func (s *sheetRows) next() (_ row, err error) {
	defer caught(&err)
	values, err := s.values()
	if err != nil {
		return row{}, err
	}
	r := row{line: s.line}
	size := 0
	for _, v := range values {
		size += len(v)
	}
	if size > maxRow {
		r.raw, r.err = clip(strings.Join(values, ",")), fault.New(fault.TooLarge, "row.too_large", maxRow>>10)
		return r, nil
	}
	if r.cells, r.err = cellsOf(s.names, values); r.err != nil {
		r.raw = strings.Join(values, ",")
	}
	return r, nil
}

func (s *sheetRows) close() (err error) {
	defer caught(&err)
	if s.rows != nil {
		err = s.rows.Close()
	}
	if err = errors.Join(err, s.book.Close()); err != nil {
		return unreadable(err)
	}
	return nil
}

// caught turns a panic of the workbook reader over a broken file into a fault.
func caught(err *error) {
	if p := recover(); p != nil {
		*err = unreadable(fmt.Errorf("workbook: %v", p))
	}
}
