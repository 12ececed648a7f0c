package exchange

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"huying/internal/fault"
)

// A workbook and a file of text are the same table: cells by the name of their
// column, numbers as they are shown, empty cells left out, lines as the reader
// of the file counts them.
func TestATableOfAWorkbookIsThatOfItsText(t *testing.T) {
	book := workbook(t, []any{"编码", "事项名称", "牵头单位", "时限"}, []any{"A1", " 占道经营 ", nil, 3}, []any{}, []any{"A2", "井盖破损", "TOWN:CGB", "2 WD"})
	want := []TableRow{
		{2, map[string]string{"编码": "A1", "事项名称": "占道经营", "时限": "3"}},
		{4, map[string]string{"编码": "A2", "事项名称": "井盖破损", "牵头单位": "TOWN:CGB", "时限": "2 WD"}},
	}
	got, err := ReadTable(bytes.NewReader(book), "清单.xlsx", "", 10)
	if err != nil || !cmp.Equal(got, want) {
		t.Errorf("the workbook: %v, %s", err, cmp.Diff(want, got))
	}
	text := "编码,事项名称,牵头单位,时限\nA1, 占道经营 ,,3\n\nA2,井盖破损,TOWN:CGB,2 WD\n"
	if got, err = ReadTable(strings.NewReader(text), "清单.csv", "", 10); err != nil || !cmp.Equal(got, want) {
		t.Errorf("the text: %v, %s", err, cmp.Diff(want, got))
	}
	for code, read := range map[string]func() ([]TableRow, error){
		"exchange.table_too_long":  func() ([]TableRow, error) { return ReadTable(bytes.NewReader(book), "a.xlsx", "", 1) },
		"exchange.sheet_unknown":   func() ([]TableRow, error) { return ReadTable(bytes.NewReader(book), "a.xlsx", "第二张", 10) },
		"exchange.file_unreadable": func() ([]TableRow, error) { return ReadTable(strings.NewReader(text), "a.xlsx", "", 10) },
	} {
		if rows, err := read(); fault.Code(err) != code || rows != nil {
			t.Errorf("%v, %v instead of %s", rows, err, code)
		}
	}
}
