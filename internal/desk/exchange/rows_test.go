package exchange

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"huying/internal/fault"
	"huying/internal/ident"
)

// all reads every row: the line and the cells, or the fault's code.
func all(t testing.TB, r reader, err error) (lines []int64, rows []map[string]string) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	for {
		x, err := r.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if x.err != nil {
			x.cells = map[string]string{"fault": fault.Code(x.err)}
		}
		lines, rows = append(lines, x.line), append(rows, x.cells)
	}
	if err := r.close(); err != nil {
		t.Fatal(err)
	}
	return lines, rows
}

func TestCSVIsReadAsItIsFoundInTheWild(t *testing.T) {
	type m = map[string]string
	for name, c := range map[string]struct {
		in    string
		lines []int64
		rows  []m
	}{
		"plain":               {"a,b\n1,2\n3,4", []int64{2, 3}, []m{{"a": "1", "b": "2"}, {"a": "3", "b": "4"}}},
		"mark and CRLF":       {"\ufeffa,b\r\n1,2\r\n", []int64{2}, []m{{"a": "1", "b": "2"}}},
		"semicolons":          {"a;b\n\"1;1\";2,2\n", []int64{2}, []m{{"a": "1;1", "b": "2,2"}}},
		"tabs":                {"a\tb\n1\t2\n", []int64{2}, []m{{"a": "1", "b": "2"}}},
		"quotes":              {"a,b\n\"x\"\"y\",\"l1\nl2\"\nz,5\" pipe\n", []int64{2, 4}, []m{{"a": "x\"y", "b": "l1\nl2"}, {"a": "z", "b": "5\" pipe"}}},
		"short and long":      {"a,b\n1\n1,2,3\n1,2,,\n", []int64{2, 3, 4}, []m{{"a": "1"}, {"fault": "row.too_many_cells"}, {"a": "1", "b": "2"}}},
		"blank lines":         {"\n\na,b\n\n1,2\n   \n", []int64{5}, []m{{"a": "1", "b": "2"}}},
		"open quote":          {"a,b\n1,\"2\n3,4\n5,6\n", []int64{2, 3, 4}, []m{{"fault": "row.quote_open"}, {"a": "3", "b": "4"}, {"a": "5", "b": "6"}}},
		"column without name": {"a,,b\n1,2,3\n", []int64{2}, []m{{"a": "1", "b": "3"}}},
	} {
		r, err := openCSV(strings.NewReader(c.in), "", "")
		lines, rows := all(t, r, err)
		if diff := cmp.Diff(c.lines, lines) + cmp.Diff(c.rows, rows); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestEncodingsAreFoundOut(t *testing.T) {
	text := "编号,内容\n1,路灯不亮，联通大厦\n"
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	ascii := strings.Repeat("x,y\n", sample/4+1)
	want := map[string]string{"编号": "1", "内容": "路灯不亮，联通大厦"}
	for name, in := range map[string]string{"utf-8": text, "with mark": "\ufeff" + text, "gb18030": gb} {
		r, err := openCSV(strings.NewReader(in), "", "")
		if _, rows := all(t, r, err); len(rows) != 1 || !cmp.Equal(rows[0], want) {
			t.Errorf("%s: %v", name, rows)
		}
	}
	r, err := openCSV(strings.NewReader("a,b\n"+ascii+strings.SplitAfter(gb, "\n")[1]), "", "")
	if _, rows := all(t, r, err); rows[len(rows)-1]["b"] != "路灯不亮，联通大厦" {
		t.Errorf("a late first character: %v", rows[len(rows)-1])
	}
	if _, err := openCSV(strings.NewReader("\xff\xfea\x00"), "", ""); fault.Code(err) != "exchange.encoding_unknown" {
		t.Error(err)
	}
}

func TestAFileThatIsNoTableIsRefused(t *testing.T) {
	for in, code := range map[string]string{
		"": "exchange.header_missing", "\n\n": "exchange.header_missing", ",,\n1,2,3": "exchange.header_missing", "a,b,a\n1,2,3": "exchange.column_repeated",
	} {
		if _, err := openCSV(strings.NewReader(in), "", ""); fault.Code(err) != code {
			t.Errorf("%q: %v", in, err)
		}
	}
	if _, err := openXLSX(strings.NewReader("PK\x03\x04 no workbook"), ""); fault.Code(err) != "exchange.file_unreadable" {
		t.Error(err)
	}
}

func TestARowThatIsTooLargeSpoilsOnlyItself(t *testing.T) {
	long := strings.Repeat("x", maxRow+10)
	r, err := openCSV(strings.NewReader("a,b\n"+long+",1\n1,2\n"), "", "")
	lines, rows := all(t, r, err)
	if !cmp.Equal(lines, []int64{2, 3}) || rows[0]["fault"] != "row.too_large" || rows[1]["b"] != "2" {
		t.Errorf("%v", lines)
	}
	r, err = openCSV(strings.NewReader("a,b\n1,\"open\n"+strings.Repeat("1,2\n", maxRow/4+10)), "", "")
	lines, rows = all(t, r, err)
	if len(lines) != maxRow/4+11 || rows[0]["fault"] != "row.quote_open" || rows[1]["b"] != "2" {
		t.Errorf("%d rows, first %v", len(lines), rows[0])
	}
}

func TestJSONLinesBecomeCells(t *testing.T) {
	in := "{\"id\": 188006, \"at\": {\"lon\": 113.25, \"x\": {\"y\": true}}, \"tags\": [1, \"a\"], \"none\": null}\n\n[1]\nnull\n{\"a\": 1} {\"b\": 2}\n{\"s\": \"联通\"}"
	r, err := openJSONL(strings.NewReader(in), "")
	lines, rows := all(t, r, err)
	bad := map[string]string{"fault": "row.not_json"}
	want := []map[string]string{
		{"id": "188006", "at.lon": "113.25", "at.x.y": "true", "tags": "[1,\"a\"]", "none": ""}, bad, bad, bad, {"s": "联通"},
	}
	if diff := cmp.Diff(want, rows) + cmp.Diff([]int64{1, 3, 4, 5, 6}, lines); diff != "" {
		t.Error(diff)
	}
}

func workbook(t *testing.T, rows ...[]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	for i, values := range rows {
		at, err := excelize.CoordinatesToCellName(1, i+1)
		if err == nil {
			err = f.SetSheetRow("Sheet1", at, &values)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := errors.Join(f.Write(&b), f.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestAWorkbookIsReadAsItIsKept(t *testing.T) {
	at := time.Date(2019, 2, 28, 11, 25, 5, 0, time.UTC)
	book := workbook(t, []any{"编号", "时间", "经度"}, []any{101000295613, at, 113.2644355}, []any{}, []any{"x"})
	r, err := openXLSX(bytes.NewReader(book), "")
	lines, rows := all(t, r, err)
	if !cmp.Equal(lines, []int64{2, 4}) || rows[0]["编号"] != "101000295613" || rows[0]["经度"] != "113.2644355" || rows[1]["编号"] != "x" {
		t.Errorf("%v %v", lines, rows)
	}
	p := preparer{m: &Mapping{}, zone: ident.Zone, now: at.AddDate(1, 0, 0), serial: true}
	got, err := p.time(rows[0]["时间"])
	if want := time.Date(2019, 2, 28, 11, 25, 5, 0, ident.Zone); err != nil || !got.Equal(want) {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := openXLSX(bytes.NewReader(book), "Shet1"); fault.Code(err) != "exchange.sheet_unknown" || fault.All(err)[0].Args[1] != "Sheet1" {
		t.Error(err)
	}
}

func TestTimesAreReadInEveryUsualForm(t *testing.T) {
	now := time.Date(2020, 1, 1, 0, 0, 0, 0, ident.Zone)
	p := preparer{m: &Mapping{Time: Times{Missing: missingReject}}, zone: ident.Zone, now: now}
	for in, want := range map[string]string{
		"2019/2/28 11:25:05": "2019-02-28T11:25:05+08:00", "2019-11-05 10:31:38": "2019-11-05T10:31:38+08:00",
		"2019-11-05T10:31:38Z": "2019-11-05T18:31:38+08:00", "2019-11-05T10:31:38.5+09:00": "2019-11-05T09:31:38+08:00",
		"2019/2/28 1:02": "2019-02-28T01:02:00+08:00", "2019-2-8": "2019-02-08T00:00:00+08:00",
		"2019年2月28日 11:25": "2019-02-28T11:25:00+08:00", "20190228112505": "2019-02-28T11:25:05+08:00", "2/28/19 11:25": "2019-02-28T11:25:00+08:00",
		"2020-01-01 23:00:00": "2020-01-01T23:00:00+08:00",
		"":                    "time.missing", "yesterday": "time.malformed", "43524.5": "time.malformed",
		"0000-01-01 00:00:00": "time.out_of_range", "9999-12-31 00:00:00": "time.out_of_range", "1989-06-01 00:00:00": "time.out_of_range",
		"2020-01-02 00:00:01": "time.out_of_range", "2019-02-30 00:00:00": "time.malformed",
	} {
		at, err := p.time(in)
		got := at.In(ident.Zone).Format(time.RFC3339)
		if err != nil {
			got = fault.Code(err)
		}
		if got != want {
			t.Errorf("%q: %s, not %s", in, got, want)
		}
	}
	boston := preparer{m: &Mapping{}, now: now}
	var err error
	if boston.zone, err = (Times{Zone: "America/New_York"}).zone(); err != nil {
		t.Fatal(err)
	}
	summer, err := boston.time("2011-07-01 01:32:33")
	if err != nil || summer.UTC().Hour() != 5 {
		t.Errorf("%v, %v", summer, err)
	}
}

func TestNumbersOfPersonsAreMasked(t *testing.T) {
	for in, want := range map[string]string{
		"电话13912345678。": "电话139********。", "138-1234-5678": "138-****-****", "１３９１２３４５６７８": "１３９********",
		"020-83334444": "020-********", "44010619900101123X": "440***************", "2019-02-28 11:25:05": "2019-02-28 11:25:05",
		"栋320室 12345": "栋320室 12345", "": "", "2011-07-01": "2011-07-01",
	} {
		if got := mask(in); got != want {
			t.Errorf("%q: %q, not %q", in, got, want)
		}
	}
}

func FuzzReadRows(f *testing.F) {
	f.Add([]byte("a,b\n1,\"2\n3\",4\n"), false)
	f.Add([]byte("\ufeffa;b\r\n\"\"\"\";x\r\n"), false)
	f.Add([]byte("\xb1\xe0\xba\xc5,b\n\xc1\xaa\xcd\xa8,\"\n"), false)
	f.Add([]byte("{\"a\": {\"b\": [1]}}\n{\n"), true)
	f.Fuzz(func(t *testing.T, body []byte, asJSON bool) {
		open := func() (reader, error) { return openCSV(bytes.NewReader(body), "", "") }
		if asJSON {
			open = func() (reader, error) { return openJSONL(bytes.NewReader(body), "") }
		}
		r, err := open()
		last := int64(0)
		for err == nil {
			var x row
			if x, err = r.next(); err != nil {
				break
			}
			if x.line <= last {
				t.Fatalf("line %d follows %d", x.line, last)
			}
			last = x.line
			if (x.cells == nil) == (x.err == nil) || x.original() == "" {
				t.Fatalf("%+v", x)
			}
		}
		var known *fault.Error
		if !errors.Is(err, io.EOF) && !errors.As(err, &known) {
			t.Fatalf("%v", err)
		}
		if lines := int64(bytes.Count(body, []byte("\n"))) + 1; last > lines {
			t.Fatalf("line %d of %d", last, lines)
		}
	})
}
