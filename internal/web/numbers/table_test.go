package numbers

import (
	"bytes"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"huying/internal/domain/score"
)

func rateRow(key string, value float64, n int64) row {
	return row{key: key, few: n < 20, cells: []cell{{text: key}, {n: n}, {rate: score.Share(value*float64(n), n)}}}
}

func keys(t *table) string {
	var out []string
	for _, r := range t.rows {
		out = append(out, r.key)
	}
	return strings.Join(out, " ")
}

// TestTooLittleIsNotRanked sorts by a rate: those of too little stand behind
// the others by their names, whichever way the others are sorted.
func TestTooLittleIsNotRanked(t *testing.T) {
	tb := &table{columns: []column{{"unit", word}, {"n", count}, {"rate", share}}}
	tb.rows = []row{rateRow("z", 1, 3), rateRow("b", .5, 40), rateRow("a", 0, 19), rateRow("c", .9, 20), rateRow("n", 0, 0)}
	if tb.sort(2, false); keys(tb) != "c b a n z" {
		t.Errorf("down: %s", keys(tb))
	}
	if tb.sort(2, true); keys(tb) != "b c a n z" {
		t.Errorf("up: %s", keys(tb))
	}
	if tb.sort(1, false); keys(tb) != "b c a z n" {
		t.Errorf("a count is no rank: %s", keys(tb))
	}
	before := keys(tb)
	for _, by := range []int{0, -1, 3, 1 << 30} {
		if tb.sort(by, true); keys(tb) != before {
			t.Errorf("column %d sorts: %s", by, keys(tb))
		}
	}
}

// hostile are words that a spreadsheet would run.
var hostile = []string{"=1+1", "+A1", "-2", "@SUM(A1)", "\t=1", "\r=1", `=HYPERLINK("http://x","y")`}

// TestFilesRunNothing writes words that look like formulas.
func TestFilesRunNothing(t *testing.T) {
	rows := [][]value{{{word: "名称"}, {word: "n"}}}
	for _, w := range hostile {
		rows = append(rows, []value{{word: w}, {number: -1.5, is: true}})
	}
	body, err := asCSV(rows)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(body, []byte("\xef\xbb\xbf名称,n\r\n")) {
		t.Errorf("%q", body[:20])
	}
	for _, line := range strings.Split(string(body), "\r\n")[1:] {
		if line = strings.TrimPrefix(line, `"`); line != "" && line[0] != '\'' && !strings.HasSuffix(line, `,-1.5`) {
			t.Errorf("%q begins as a formula", line)
		}
	}
	if !strings.Contains(string(body), ",-1.5") {
		t.Error("a number below zero is no formula")
	}
	if body, err = asXLSX(rows); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sheet := f.GetSheetName(0)
	for i, w := range hostile {
		at, err := excelize.CoordinatesToCellName(1, i+2)
		if err != nil {
			t.Fatal(err)
		}
		if formula, err := f.GetCellFormula(sheet, at); formula != "" || err != nil {
			t.Errorf("%q became the formula %q, %v", w, formula, err)
		}
		if got, err := f.GetCellValue(sheet, at); strings.TrimSpace(got) != strings.TrimSpace(w) || err != nil {
			t.Errorf("%q became %q, %v", w, got, err)
		}
	}
}
