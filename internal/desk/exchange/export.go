package exchange

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"huying/internal/domain/access"
	"huying/internal/domain/call"
	"huying/internal/domain/clock"
	"huying/internal/domain/duty"
	"huying/internal/domain/matter"
	"huying/internal/domain/pack"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// Filter narrows an export. Empty fields narrow nothing.
type Filter struct {
	Place    string // code of a district, town, community or grid
	Source   string
	Status   string
	Category string
	From, To time.Time // of receipt; To is not included
}

// columns are the columns of an export, in order; new ones will be added at the
// end. Times are RFC 3339 in China's zone, coordinates WGS84 degrees.
var columns = [...]string{
	"number", "received_at", "source", "source_ref", "kind", "category", "category_name", "urgency", "class", "status",
	"district", "town", "community", "grid", "lon", "lat", "where", "desk", "unit", "holder", "closed_at", "late", "reopens", "text",
}

// Columns returns the names of the columns of an export, in order.
func Columns() []string { return slices.Clone(columns[:]) }

// Export writes the matters that the actor may read and the filter lets
// through, by district and number, and returns how many they are. Nothing that
// names the caller is written: no contact, and digits in the texts that could
// be a telephone or identity number are masked. Faults: access.denied,
// exchange.format_unknown, exchange.too_many_rows, exchange.file_unwritable,
// place.unknown.
func Export(ctx context.Context, e *engine.Engine, actor access.Actor, f Filter, format Format, w io.Writer) (int64, error) {
	if len(access.Scopes(actor, access.ReadMatter)) == 0 {
		return 0, fault.New(fault.Denied, "access.denied", string(access.ReadMatter))
	}
	city := e.City()
	where, args, err := f.conditions(city, access.List(actor, access.ReadMatter))
	if err != nil {
		return 0, err
	}
	out, err := openWriter(format, w)
	if err != nil {
		return 0, err
	}
	var n int64
	at := pageKey{}
	for {
		page, err := readPage(ctx, e.DB(), where, args, at)
		if err != nil {
			return n, err
		}
		for _, m := range page {
			cells, err := m.cells(city)
			if err != nil {
				return n, err
			}
			if err := out.write(cells); err != nil {
				return n, err
			}
			n++
		}
		if len(page) < pageSize {
			return n, out.close()
		}
		at = page[len(page)-1].key
	}
}

// conditions is the filter as SQL over the alias m.
func (f Filter) conditions(city *pack.City, may access.Filter) (string, []any, error) {
	conds, args := []string{may.Where}, slices.Clone(may.Args)
	add := func(cond string, a any) { conds, args = append(conds, cond), append(args, a) }
	if f.Place != "" {
		p, ok := city.Territory.Place(f.Place)
		if !ok {
			return "", nil, fault.Field("place", "place.unknown", clip(f.Place), call.NearestPlace(city, f.Place))
		}
		a := city.Territory.Address(p.Code)
		if a.Leaf() != "" {
			add("m.district = ?", a.District)
		}
		for _, c := range [...]struct{ column, code string }{{"m.town = ?", a.Town}, {"m.community = ?", a.Community}, {"m.grid = ?", a.Grid}} {
			if c.code != "" {
				add(c.column, c.code)
			}
		}
	}
	for _, c := range [...]struct{ column, word string }{{"m.source = ?", f.Source}, {"m.status = ?", f.Status}, {"m.category = ?", f.Category}} {
		if c.word != "" {
			add(c.column, c.word)
		}
	}
	if !f.From.IsZero() {
		add("m.received_at >= ?", f.From.UnixMicro())
	}
	if !f.To.IsZero() {
		add("m.received_at < ?", f.To.UnixMicro())
	}
	return strings.Join(conds, " AND "), args, nil
}

// pageSize is how many matters are read at a time.
const pageSize = 500

type pageKey struct {
	district string
	id       int64
}

// exported is one matter as it is read.
type exported struct {
	key       pageKey
	doc, text string
}

func readPage(ctx context.Context, db *store.DB, where string, args []any, after pageKey) ([]exported, error) {
	query := `SELECT m.district, m.id, m.doc, m.text FROM matter m WHERE ` + where +
		` AND (m.district, m.id) > (?, ?) ORDER BY m.district, m.id LIMIT ` + strconv.Itoa(pageSize)
	args = append(slices.Clone(args), after.district, after.id)
	var page []exported
	err := db.Read(ctx, func(v *store.View) error {
		var err error
		page, err = store.All(v, query, func(r store.Scanner) (exported, error) {
			var x exported
			return x, r.Scan(&x.key.district, &x.key.id, &x.doc, &x.text)
		}, args...)
		return err
	})
	return page, err
}

// cells are the values of the columns.
func (x exported) cells(city *pack.City) ([]string, error) {
	var m matter.Matter
	if err := json.Unmarshal([]byte(x.doc), &m); err != nil {
		return nil, fault.New(fault.Internal, "internal.error").Because(err)
	}
	name, lon, lat := "", "", ""
	if leaf, ok := city.Duty.Leaf(m.Category); ok {
		name = leaf.Name
	}
	if m.Lon != 0 || m.Lat != 0 {
		lon, lat = call.Degrees(m.Lon), call.Degrees(m.Lat)
	}
	return []string{
		m.ID.Number(), stamp(m.ReceivedAt), m.Source, m.SourceRef, string(m.Kind), m.Category, name, string(m.Urgency), string(m.Class), string(m.Status),
		m.Place.District, m.Place.Town, m.Place.Community, m.Place.Grid, lon, lat, mask(m.Where), m.Desk, m.Unit, m.Holder,
		stamp(m.ClosedAt), strconv.FormatBool(m.Late), strconv.Itoa(m.Reopens), mask(x.text),
	}, nil
}

func stamp(at clock.Instant) string {
	if at == 0 {
		return ""
	}
	return at.Time().In(ident.Zone).Format(time.RFC3339)
}

// writer writes the rows of one format.
type writer interface {
	write(cells []string) error
	close() error
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
