package exchange

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"io"
	"strconv"

	"github.com/xuri/excelize/v2"

	"huying/internal/domain/duty"
	"huying/internal/fault"
)

// writer writes the rows of one format.
type writer interface {
	write(cells []string) error
	close() error
	drop() error // instead of close, if the export failed
}

func openWriter(format Format, w io.Writer) (writer, error) {
	switch format {
	case CSV:
		return openCSVWriter(w)
	case JSONL:
		buf := bufio.NewWriter(w)
		return &jsonWriter{buf}, nil
	case XLSX:
		return openSheetWriter(w)
	}
	return nil, fault.Field("format", "exchange.format_unknown", clip(string(format)), duty.Nearest(string(format), formats))
}

// csvWriter writes UTF-8 with the mark that spreadsheets know it by.
type csvWriter struct {
	csv *csv.Writer
}

func openCSVWriter(w io.Writer) (writer, error) {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return nil, full(err)
	}
	c := &csvWriter{csv.NewWriter(w)}
	return c, c.write(Columns())
}

func (c *csvWriter) write(cells []string) error {
	for i, v := range cells {
		if !number(columns[i]) {
			cells[i] = harmless(v)
		}
	}
	if err := c.csv.Write(cells); err != nil {
		return full(err)
	}
	return nil
}

// number reports whether a column holds numbers that Export itself wrote: a
// minus there is no formula.
func number(column string) bool { return column == "lon" || column == "lat" }

func (c *csvWriter) close() error {
	c.csv.Flush()
	if err := c.csv.Error(); err != nil {
		return full(err)
	}
	return nil
}

func (c *csvWriter) drop() error { return nil }

// jsonWriter writes one object a line, with the columns as they are ordered.
type jsonWriter struct{ buf *bufio.Writer }

func (j *jsonWriter) write(cells []string) error {
	line := []byte{'{'}
	for i, v := range cells {
		if i > 0 {
			line = append(line, ',')
		}
		b, err := json.Marshal(v)
		if err != nil {
			return fault.New(fault.Internal, "internal.error").Because(err)
		}
		line = append(append(append(line, '"'), columns[i]...), '"', ':')
		line = append(line, b...)
	}
	if _, err := j.buf.Write(append(line, '}', '\n')); err != nil {
		return full(err)
	}
	return nil
}

func (j *jsonWriter) close() error {
	if err := j.buf.Flush(); err != nil {
		return full(err)
	}
	return nil
}

func (j *jsonWriter) drop() error { return nil }

// sheetWriter writes a workbook of one sheet. Its cells are texts, which no
// spreadsheet takes for formulas.
type sheetWriter struct {
	book *excelize.File
	rows *excelize.StreamWriter
	out  io.Writer
	n    int
}

// maxSheet is how many rows a sheet can have.
const maxSheet = 1 << 20

func openSheetWriter(w io.Writer) (writer, error) {
	s := &sheetWriter{book: excelize.NewFile(), out: w}
	var err error
	if s.rows, err = s.book.NewStreamWriter(s.book.GetSheetName(0)); err != nil {
		return nil, full(err)
	}
	return s, s.write(Columns())
}

func (s *sheetWriter) write(cells []string) error {
	if s.n++; s.n > maxSheet {
		return fault.New(fault.TooLarge, "exchange.too_many_rows", maxSheet-1)
	}
	values := make([]any, len(cells))
	for i, c := range cells {
		values[i] = c
	}
	if err := s.rows.SetRow("A"+strconv.Itoa(s.n), values); err != nil {
		return full(err)
	}
	return nil
}

func (s *sheetWriter) close() error {
	err := s.rows.Flush()
	if err == nil {
		err = s.book.Write(s.out)
	}
	if shut := s.book.Close(); err == nil {
		err = shut
	}
	if err != nil {
		return full(err)
	}
	return nil
}

// drop removes the temporary file that a large sheet is written to.
func (s *sheetWriter) drop() error {
	if err := s.book.Close(); err != nil {
		return full(err)
	}
	return nil
}
