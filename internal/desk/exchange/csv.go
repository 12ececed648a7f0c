package exchange

import (
	"errors"
	"io"
	"strings"

	"huying/internal/fault"
)

// delimiters are what may stand between the cells of a CSV file.
var delimiters = []string{",", ";", "\t", "|"}

// csvRows reads CSV as spreadsheets and old systems write it: quoted cells may
// hold separators, doubled quotes and line ends, other quotes are taken as they
// are, and lines may be short. A quote that is never closed spoils its own
// line, not the rest of the file.
type csvRows struct {
	in    *lines
	sep   byte
	names []string
}

func openCSV(r io.Reader, encoding, delimiter string) (reader, error) {
	in, err := newLines(r, encoding)
	if err != nil {
		return nil, err
	}
	c := &csvRows{in: in, sep: ','}
	if delimiter != "" {
		c.sep = delimiter[0]
	} else if c.sep, err = c.separator(); err != nil {
		return nil, err
	}
	_, values, err := c.record()
	if errors.Is(err, io.EOF) {
		return nil, fault.Field("file", "exchange.header_missing")
	}
	if err != nil {
		return nil, err
	}
	c.names, err = header(values)
	return c, err
}

// separator is the delimiter that the first line has most of, outside quotes.
func (c *csvRows) separator() (byte, error) {
	var first line
	for {
		l, err := c.in.next()
		if errors.Is(err, io.EOF) {
			return ',', nil
		}
		if err != nil {
			return 0, err
		}
		if !l.blank() {
			first = l
			break
		}
	}
	c.in.unread([]line{first})
	best, most := byte(','), 0
	for _, d := range delimiters {
		n, quoted := 0, false
		for i := range len(first.text) {
			switch {
			case first.text[i] == '"':
				quoted = !quoted
			case first.text[i] == d[0] && !quoted:
				n++
			}
		}
		if n > most {
			best, most = d[0], n
		}
	}
	return best, nil
}

func (c *csvRows) columns() []string { return c.names }

func (c *csvRows) close() error { return nil }

func (c *csvRows) next() (row, error) {
	first, values, err := c.record()
	r := row{line: first.number}
	var wrong *fault.Error
	switch {
	case errors.As(err, &wrong) && wrong.Field == "":
		r.err, r.raw = wrong, first.text
		if first.long {
			r.raw = clip(first.text)
		}
		return r, nil
	case err != nil:
		return r, err
	}
	if r.cells, r.err = cellsOf(c.names, values); r.err != nil {
		r.raw = first.text
	}
	return r, nil
}

// record reads one record, which may go over several lines, and returns its
// first line. A fault without a field concerns this record only:
// row.too_large, row.quote_open.
func (c *csvRows) record() (line, []string, error) {
	var first line
	for {
		l, err := c.in.next()
		if err != nil {
			return l, nil, err
		}
		if !l.blank() {
			first = l
			break
		}
	}
	if first.long {
		return first, nil, fault.New(fault.TooLarge, "row.too_large", maxRow>>10)
	}
	p := cutter{sep: c.sep}
	var more []line
	for size, l := len(first.text), first; ; {
		if p.line(l.text) {
			return first, p.cells, nil
		}
		var err error
		l, err = c.in.next()
		if err == nil {
			more, size = append(more, l), size+len(l.text)+1
		}
		if errors.Is(err, io.EOF) || err == nil && size > maxRow {
			c.in.unread(more)
			return first, nil, fault.New(fault.Invalid, "row.quote_open")
		}
		if err != nil {
			return first, nil, err
		}
	}
}

// cutter cuts the lines of one record into cells.
type cutter struct {
	sep    byte
	cells  []string
	cell   strings.Builder
	quoted bool // inside quotes, over the end of a line
}

// line takes one more line and reports whether the record is whole.
func (p *cutter) line(s string) bool {
	if p.quoted {
		p.cell.WriteByte('\n')
	}
	start := !p.quoted
	for i := 0; i < len(s); i++ {
		b := s[i]
		switch {
		case p.quoted && b == '"' && i+1 < len(s) && s[i+1] == '"':
			p.cell.WriteByte('"')
			i++
		case p.quoted && b == '"':
			p.quoted = false
		case p.quoted:
			p.cell.WriteByte(b)
		case b == p.sep:
			p.end()
			start = true
			continue
		case start && b == '"':
			p.quoted = true
		default:
			p.cell.WriteByte(b)
		}
		start = false
	}
	if p.quoted {
		return false
	}
	p.end()
	return true
}

func (p *cutter) end() {
	p.cells = append(p.cells, p.cell.String())
	p.cell.Reset()
}
