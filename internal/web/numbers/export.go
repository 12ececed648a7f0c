package numbers

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"huying/internal/fault"
	"huying/internal/web/frame"
)

// export answers with the table as a file, every row of it.
func (p *pages) export(r *frame.Request) error {
	a, err := p.read(r)
	if err != nil {
		return err
	}
	t, err := p.table(r, a)
	if err != nil {
		return err
	}
	rows := flat(r, t)
	name := r.T("numbers.file", r.Place(a.place.Code), r.T(string(tabs[a.by])), a.from.Format("20060102"), a.to.Format("20060102"))
	switch as := r.Text("as"); as {
	case "csv":
		body, err := asCSV(rows)
		if err != nil {
			return err
		}
		return r.Blob("text/csv; charset=utf-8", name+".csv", body)
	case "xlsx":
		body, err := asXLSX(rows)
		if err != nil {
			return err
		}
		return r.Blob("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", name+".xlsx", body)
	default:
		return fault.Field("as", "form.no_choice", as)
	}
}

// value is one cell of a file: a word, or a number.
type value struct {
	word   string
	number float64
	is     bool // a number
}

// flat is a table for a file: a rate becomes its value in percent, its n and
// its interval, each in a column of its own.
func flat(r *frame.Request, t *table) [][]value {
	var head []value
	for _, c := range t.columns {
		switch c.kind {
		case share:
			head = append(head, value{word: c.name + " %"}, value{word: c.name + " n"}, value{word: r.T("numbers.low", c.name)}, value{word: r.T("numbers.high", c.name)})
		case span:
			head = append(head, value{word: r.T("numbers.hours", c.name)})
		default:
			head = append(head, value{word: c.name})
		}
	}
	out := [][]value{append(head, value{word: r.T("numbers.compared")})}
	for _, x := range t.rows {
		var line []value
		for i, c := range x.cells {
			line = append(line, c.values(t.columns[i].kind)...)
		}
		compared := r.T("numbers.yes")
		if x.few {
			compared = r.T("numbers.no_few")
		}
		out = append(out, append(line, value{word: compared}))
	}
	return out
}

func (c cell) values(k kind) []value {
	num := func(x float64) value { return value{number: x, is: true} }
	switch {
	case k == share && !c.rate.Known:
		return []value{{}, num(0), {}, {}}
	case k == share:
		return []value{num(100 * c.rate.Value), num(float64(c.rate.N)), num(100 * c.rate.Low), num(100 * c.rate.High)}
	case c.none:
		return []value{{}}
	case k == count:
		return []value{num(float64(c.n))}
	case k == span:
		return []value{num(hours(c.span))}
	}
	return []value{{word: c.text}}
}

// asCSV writes UTF-8 with the mark by which Excel knows it.
func asCSV(rows [][]value) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	for _, row := range rows {
		line := make([]string, len(row))
		for i, v := range row {
			if line[i] = frame.Harmless(v.word); v.is {
				line[i] = strings.TrimSuffix(formatted(v.number), ".0")
			}
		}
		if err := w.Write(line); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

// asXLSX writes a workbook of one sheet; words are words there, never
// formulas.
func asXLSX(rows [][]value) (body []byte, err error) {
	f := excelize.NewFile()
	defer func() {
		if e := f.Close(); err == nil {
			err = e
		}
	}()
	sheet := f.GetSheetName(0)
	w, err := f.NewStreamWriter(sheet)
	if err != nil {
		return nil, err
	}
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return nil, err
	}
	if err := w.SetColWidth(1, 1, 32); err != nil {
		return nil, err
	}
	if err := w.SetPanes(&excelize.Panes{Freeze: true, XSplit: 1, YSplit: 1, TopLeftCell: "B2", ActivePane: "bottomRight"}); err != nil {
		return nil, err
	}
	for i, row := range rows {
		line := make([]any, len(row))
		for j, v := range row {
			switch {
			case v.is:
				line[j] = v.number
			case i == 0:
				line[j] = excelize.Cell{StyleID: bold, Value: v.word}
			default:
				line[j] = v.word
			}
		}
		at, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			return nil, err
		}
		if err := w.SetRow(at, line); err != nil {
			return nil, err
		}
	}
	if err := w.Flush(); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	_, err = f.WriteTo(&b)
	return b.Bytes(), err
}

// formatted writes a number to a tenth.
func formatted(x float64) string { return strconv.FormatFloat(x, 'f', 1, 64) }
