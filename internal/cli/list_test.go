package cli

import (
	"bytes"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// sheetOf is a workbook of rows.
func sheetOf(t *testing.T, rows ...[]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	for i, values := range rows {
		at, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.SetSheetRow("Sheet1", at, &values); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A list is looked at before it is kept: every wrong line is told at once and
// nothing is kept; what is right becomes the next version's draft.
func TestAListIsCheckedThenImported(t *testing.T) {
	p := newPlace(t)
	p.env = []string{"HUYING_PACK=guangzhou", "HUYING_LANG=en", "HUYING_LISTEN=127.0.0.1:0"}
	p.want(exitOK, "token", "new") // the database is there
	head := []any{"编码", "上级编码", "事项名称", "类别", "牵头单位", "依据"}
	p.put("good.xlsx", sheetOf(t, head, []any{"C", "", "城市管理"}, []any{"C1", "C", "占道经营巡查", "基本履职", "TOWN:CGB", "三定"}, []any{"C2", "C", "井盖巡查", "基本履职", "TOWN:CGB", "三定"}))
	p.put("bad.xlsx", sheetOf(t, head, []any{"C", "", "城市管理"}, []any{"C1", "C", "占道经营巡查", "基本履职", "TOWN:CGB", "三定"},
		[]any{"C1", "C", "又一项", "基本履职", "TOWN:CGB", "三定"}, []any{"D1", "D2", "绕圈", "基本履职", "TOWN:CGB", "三定"}, []any{"D2", "D1", "绕圈", "基本履职", "TOWN:CGB", "三定"}))
	place := []string{"--kind", "STREET_TASKS", "--place", "440106001"}
	run := func(use, file string, more ...string) []string {
		return append(append([]string{"list", use, file}, place...), more...)
	}

	for _, use := range []string{"check", "import"} {
		code, out, errs := p.run(run(use, "bad.xlsx")...)
		for _, want := range []string{"list_row.duplicate", "list_row.circular", "Line 4", "Line 5"} {
			if code != exitFailed || !strings.Contains(out+errs, want) {
				t.Errorf("%s of a bad list: %d, %s is not told:\n%s%s", use, code, want, out, errs)
			}
		}
	}
	var checked struct {
		Shape           string
		Leaves, Leads   int
		Version, Change int
	}
	p.document(&checked, exitOK, run("check", "good.xlsx", "--levels", "1/2")...)
	if checked.Shape != "1/2" || checked.Leaves != 2 || checked.Leads != 1 || checked.Version != 1 {
		t.Errorf("checked: %+v", checked)
	}
	p.wantText("list.", exitFailed, run("check", "good.xlsx", "--levels", "1/3")...)
	var made struct{ Number string }
	p.document(&made, exitOK, run("import", "good.xlsx")...)
	if made.Number == "" {
		t.Error("no number is told")
	}
	p.document(&checked, exitOK, run("check", "good.xlsx")...)
	if checked.Version != 2 {
		t.Errorf("after the import the next version is %d", checked.Version)
	}
	p.wantText("place.unknown", exitFailed, "list", "check", "good.xlsx", "--place", "1")
	p.wantText("post.unknown", exitFailed, run("check", "good.xlsx", "--as", "NOBODY")...)
	p.wantText("sheet_unknown", exitFailed, run("check", "good.xlsx", "--sheet", "第二张")...)
}
