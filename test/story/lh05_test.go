package story

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"testing"

	"github.com/xuri/excelize/v2"

	"huying/internal/desk/programme"
	"huying/internal/fault"
)

// leads are the departments of Luohe that the measures are shared among.
var leads = []string{"ZJ", "RS", "MZ", "JY", "WJ", "ZZ"}

// sheet37 is the list of 37 measures as an office keeps it.
func sheet37(h *steered) [][]string {
	rows := [][]string{{"序号", "措施", "牵头单位", "配合单位", "完成时限", "成果"}}
	for i := range 37 {
		lead := luohe + "-" + leads[i%6]
		if i == 0 {
			lead = "漯河市城市管理局" // by name
		}
		co := ""
		if i%5 == 0 {
			co = luohe + "-SJ；" + luohe + "-HB"
		}
		rows = append(rows, []string{fmt.Sprint(i + 1), fmt.Sprintf("第%d条措施", i+1), lead, co, h.day(30 + i), "书面报告"})
	}
	return rows
}

func csvOf(h *steered, rows [][]string) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	if err := w.WriteAll(rows); err != nil {
		h.Fatal(err)
	}
	return b.Bytes()
}

func xlsxOf(h *steered, rows [][]string) []byte {
	f := excelize.NewFile()
	for i, r := range rows {
		cell, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			h.Fatal(err)
		}
		if err := f.SetSheetRow("Sheet1", cell, &r); err != nil {
			h.Fatal(err)
		}
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		h.Fatal(err)
	}
	return b.Bytes()
}

// LH-05 37条措施、逐条牵头单位与时限: the list is imported as the office keeps
// it; one line without a lead or a date and nothing is kept, every wrong line
// told at once; progress is what is done of 37.
func TestLH05ThirtySevenMeasuresEachWithALeadAndADate(t *testing.T) {
	steer(t, "luohe", may, func(h *steered) {
		city := h.body(luohe)
		imports := func(file []byte) {
			h.did(h.programme.ImportProgramme(ctx, city.cmd(), "FG-37", "为基层减负赋能三十七条", file))
		}
		bad := sheet37(h)
		bad[4][2], bad[9][4], bad[20][2] = "", "尽快", "漯河市没有的局"
		first := h.refused("duty.lead_missing", func() { imports(xlsxOf(h, bad)) })
		all := fault.All(h.fault)
		if len(all) != 3 || first.Args[0] != 5 || all[1].Code != "duty.date_wrong" || all[1].Args[0] != 10 || all[2].Code != "duty.unit_unknown" || all[2].Args[0] != 21 {
			h.Errorf("line by line: %v", all)
		}
		h.refused("measures.column_missing", func() { imports([]byte("措施,牵头\na,b\n")) })
		h.refused("measures.file_empty", func() { imports([]byte("措施,牵头单位,完成时限\n")) })
		h.refused("measures.file_unreadable", func() { imports([]byte("PK\x03\x04 broken")) })
		if n := len(h.matters()); n != 0 {
			h.Fatalf("refused imports left %d matters", n)
		}

		id := h.did(h.programme.ImportProgramme(ctx, city.cmd(), "FG-37", "为基层减负赋能三十七条", csvOf(h, sheet37(h))))
		p, err := h.programme.Programme(ctx, city.actor, id)
		h.must(err)
		tasks := h.tasks(id)
		if len(p.Fact.Measures) != 37 || len(tasks) != 37 || tasks[0].Unit != luohe+"-CG" || len(tasks[0].Co) != 2 {
			h.Fatalf("%d measures, %d tasks, the first of %s with %v", len(p.Fact.Measures), len(tasks), tasks[0].Unit, tasks[0].Co)
		}
		for i := range 3 {
			h.fulfils(tasks[i], "已落实")
		}
		if got := programme.Progress(h.tasks(id)); got.Done != 3 || got.All != 37 {
			h.Errorf("progress %+v", got)
		}
		h.refused("record.key_taken", func() { imports(csvOf(h, sheet37(h))) })
	})
}
