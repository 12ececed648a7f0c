package steer_test

import (
	"bytes"
	"compress/zlib"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"huying/internal/desk/dispatch"
	desk "huying/internal/desk/programme"
	"huying/internal/domain/org"
	"huying/internal/web/webtest"
)

var (
	streams = regexp.MustCompile(`(?s)stream\r?\n(.*?)\r?\nendstream`)
	shown   = regexp.MustCompile(`(?s)\(((?:[^()\\]|\\.)*)\) ?Tj`)
	escaped = regexp.MustCompile(`(?s)\\(.)`)
)

// printedText reads what stands on a paper as a reader sees it: each letter by
// the shape its font has for it. A letter without a shape is a box on paper, and
// fails the test.
func printedText(t *testing.T, pdf string) string {
	t.Helper()
	var text strings.Builder
	var glyphs []byte // of each letter two bytes
	for _, m := range streams.FindAllStringSubmatch(pdf, -1) {
		raw, err := zlib.NewReader(strings.NewReader(m[1]))
		if err != nil {
			continue // a stream that is not packed is no text of ours
		}
		body, err := io.ReadAll(raw)
		if err != nil {
			t.Fatal(err)
		}
		if len(body) == 1<<17 {
			glyphs = body
		}
		for _, s := range shown.FindAllSubmatch(body, -1) {
			b := escaped.ReplaceAllFunc(s[1], func(e []byte) []byte { return bytes.Replace(e[1:], []byte("r"), []byte("\r"), 1) })
			units := make([]uint16, len(b)/2)
			for i := range units {
				units[i] = uint16(b[2*i])<<8 | uint16(b[2*i+1])
			}
			text.WriteString(string(utf16.Decode(units)))
			text.WriteByte('\n')
		}
	}
	if glyphs == nil || text.Len() == 0 {
		t.Fatalf("nothing can be read on the paper: %.60q", pdf)
	}
	for _, r := range text.String() {
		if r != '\n' && r < 1<<16 && glyphs[2*r] == 0 && glyphs[2*r+1] == 0 {
			t.Errorf("%q has no shape on the paper", r)
		}
	}
	return text.String()
}

// A month that was frozen stays as it was said: when work goes on, is done, or is
// found undone, neither the page nor the meeting pack says anything else of the
// month, and what turned out differently stands beside it. The pack is in
// Chinese, every letter of it in ink.
func TestAFrozenMonthIsPrintedAsItWasFrozen(t *testing.T) {
	h := webtest.OpenPack(t, "luohe", may)
	d := desk.New(h.Engine)
	sup := h.Post(t, body, org.Supervisor)
	cmd := h.As(t, sup)
	batch, err := d.IssueBatch(ctx, cmd, desk.NewBatch{Tasks: []desk.Duty{
		{Title: "清理不规范标牌", Lead: "411100-ZZ", Due: "2024-05-25", Deliverable: "清理台账", Key: "N01"},
		{Title: "清退违规借调人员", Lead: "411100-RS", Due: "2024-05-25", Deliverable: "名册核对表", Key: "N02"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	finish := func(i int) {
		t.Helper()
		tasks, err := d.Tasks(ctx, batch, h.Now())
		if err != nil {
			t.Fatal(err)
		}
		out, o := dispatch.New(h.Engine), tasks[i].Order
		if _, err := out.Respond(ctx, h.As(t, h.Post(t, o.Debtor, org.Handler)), o.ID, dispatch.Respond{Text: "已完成"}); err != nil {
			t.Fatal(err)
		}
		if _, err := out.JudgeOrder(ctx, h.As(t, sup), o.ID, dispatch.JudgeOrder{Done: true}); err != nil {
			t.Fatal(err)
		}
	}
	finish(0)
	h.Pass(19 * 24 * time.Hour)
	month, err := d.OpenCommentary(ctx, h.As(t, sup), desk.Month{Month: 202405})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Remark(ctx, h.As(t, sup), month, desk.NewRemark{Unit: "411100-RS", Text: "责任没有压实，下月重点督办"}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.CloseCommentary(ctx, h.As(t, sup), month, desk.Closing{}); err != nil {
		t.Fatal(err)
	}
	path := "/programmes/months/" + month.Number()
	read := func() (page, paper string) {
		t.Helper()
		r := h.Get(t, sup, path+"/paper")
		if r.Status != 200 || r.Header.Get("Content-Type") != "application/pdf" {
			t.Fatalf("the paper: %d %.200s", r.Status, r.Body)
		}
		return h.Get(t, sup, path).Body, printedText(t, r.Body)
	}
	page, paper := read()
	whole := strings.ReplaceAll(paper, "\n", "") // a cell may have several lines
	for _, want := range []string{
		"漯河市党建引领基层治理协调机制办公室 2024-05 讲评", "清理不规范标牌", "清退违规借调人员", "中共漯河市委组织部", "漯河市人力资源和社会保障局", "责任没有压实，下月重点督办", "2024-05-25", "封存", "逾期办结",
	} {
		if !strings.Contains(whole, want) {
			t.Errorf("the paper does not say %s:\n%s", want, paper)
		}
	}
	if n := strings.Count(whole, "漯河市人力资源和社会保障局"); n != 2 { // of the units, and of the tasks
		t.Errorf("the bureau stands %d times on the paper:\n%s", n, paper)
	}
	table := func(page string) string { return regexp.MustCompile(`(?s)<tbody>.*?</tbody>`).FindString(page) }
	h.Pass(24 * time.Hour)
	finish(1) // late, in the month after
	h.Pass(time.Hour)
	laterPage, laterPaper := read()
	if table(page) == "" || table(page) != table(laterPage) {
		t.Errorf("the page changed:\n%s\n%s", table(page), table(laterPage))
	}
	// All that may differ is the line that says when it was printed.
	was, is := strings.Split(paper, "\n"), strings.Split(laterPaper, "\n")
	if len(was) != len(is) {
		t.Fatalf("%d lines became %d:\n%s", len(was), len(is), laterPaper)
	}
	differ := 0
	for i := range was {
		if was[i] != is[i] {
			differ++
		}
	}
	if differ != 1 {
		t.Errorf("%d lines of the paper differ", differ)
	}

	text := printedText(t, h.Get(t, sup, "/programmes/batches/"+batch.Number()+"/paper").Body)
	if !strings.Contains(text, "名册核对表") || !strings.Contains(text, "2024-W20") {
		t.Errorf("the batch on paper:\n%s", text)
	}
}
