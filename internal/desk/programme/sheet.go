package programme

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"huying/internal/domain/duty"
	"huying/internal/domain/programme"
	"huying/internal/fault"
)

// MostFile is the largest file that is imported, in bytes.
const MostFile = 4 << 20

// columns are the headings a list of measures may have, in both languages.
var columns = map[string]string{
	"措施": "title", "事项": "title", "任务": "title", "title": "title",
	"牵头单位": "lead", "责任单位": "lead", "lead": "lead",
	"配合单位": "co", "co": "co",
	"完成时限": "due", "时限": "due", "due": "due",
	"成果": "deliverable", "交付": "deliverable", "deliverable": "deliverable",
	"重点工作": "key", "key": "key",
	"清单事项": "leaf", "leaf": "leaf",
}

// needed are the headings a list must have, as faults name them.
var needed = map[string]string{"title": "措施", "lead": "牵头单位", "due": "完成时限"}

// readDuties reads a CSV file (UTF-8 or GB 18030) or the first sheet of an XLSX
// workbook: one duty a line, under headings. Units may be named by code or by
// name. The lines keep their numbers, so that faults name them. Faults:
// measures.file_empty, measures.file_unreadable, measures.column_missing.
func readDuties(body []byte, unit func(string) string) ([]programme.Duty, error) {
	rows, err := readRows(body)
	if err != nil {
		return nil, err
	}
	at, err := headings(rows[0].cells)
	if err != nil {
		return nil, err
	}
	var out []programme.Duty
	for _, r := range rows[1:] {
		cell := func(name string) string {
			if i, ok := at[name]; ok && i < len(r.cells) {
				return strings.TrimSpace(r.cells[i])
			}
			return ""
		}
		d := programme.Duty{
			Deliverable: cell("deliverable"), Due: day(cell("due")), Key: cell("key"), Lead: unit(cell("lead")), Leaf: cell("leaf"), Line: r.line, Title: cell("title"),
		}
		for _, x := range strings.FieldsFunc(cell("co"), func(r rune) bool { return strings.ContainsRune(";；、,，\n", r) }) {
			if x = strings.TrimSpace(x); x != "" {
				d.Co = append(d.Co, unit(x))
			}
		}
		out = append(out, d)
	}
	if len(out) == 0 {
		return nil, fault.Field("file", "measures.file_empty")
	}
	return out, nil
}

func headings(cells []string) (map[string]int, error) {
	at := map[string]int{}
	for i, c := range cells {
		if name, ok := columns[strings.ToLower(strings.TrimSpace(c))]; ok {
			at[name] = i
		}
	}
	var wrong fault.List
	for _, name := range []string{"title", "lead", "due"} {
		if _, ok := at[name]; !ok {
			wrong.Add(fault.Field("file", "measures.column_missing", needed[name], duty.Nearest(needed[name], cells)))
		}
	}
	return at, wrong.Err()
}

type sheetRow struct {
	line  int
	cells []string
}

func readRows(body []byte) (out []sheetRow, err error) {
	if len(body) > MostFile {
		return nil, fault.New(fault.TooLarge, "body.too_large", MostFile>>20).In("file")
	}
	if bytes.HasPrefix(body, []byte("PK")) {
		out, err = readBook(body)
	} else {
		out, err = readCSV(body)
	}
	if err != nil {
		return nil, fault.Field("file", "measures.file_unreadable").Because(err)
	}
	kept := out[:0]
	for _, r := range out {
		if strings.TrimSpace(strings.Join(r.cells, "")) != "" {
			kept = append(kept, r)
		}
	}
	if len(kept) == 0 {
		return nil, fault.Field("file", "measures.file_empty")
	}
	return kept, nil
}

func readCSV(body []byte) ([]sheetRow, error) {
	body = bytes.TrimPrefix(body, []byte("\ufeff"))
	if !utf8.Valid(body) {
		decoded, err := simplifiedchinese.GB18030.NewDecoder().Bytes(body)
		if err != nil {
			return nil, err
		}
		body = decoded
	}
	in := csv.NewReader(bytes.NewReader(body))
	in.FieldsPerRecord = -1
	var out []sheetRow
	for {
		cells, err := in.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		line, _ := in.FieldPos(0)
		out = append(out, sheetRow{line, cells})
	}
}

// readBook reads the first sheet of a workbook as it is shown.
func readBook(body []byte) (out []sheetRow, err error) {
	defer func() { // the reader of workbooks may panic over a broken file
		if p := recover(); p != nil {
			err = fmt.Errorf("workbook: %v", p)
		}
	}()
	book, err := excelize.OpenReader(bytes.NewReader(body), excelize.Options{UnzipSizeLimit: 64 << 20, UnzipXMLSizeLimit: 16 << 20})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, book.Close()) }()
	sheets := book.GetSheetList()
	if len(sheets) == 0 {
		return nil, nil
	}
	rows, err := book.GetRows(sheets[0])
	for i, cells := range rows {
		out = append(out, sheetRow{i + 1, cells})
	}
	return out, err
}
