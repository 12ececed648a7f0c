package source

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// program writes files below a root folder and scans it.
func program(t *testing.T, files map[string]string) *Source {
	t.Helper()
	root := t.TempDir()
	for _, dir := range roots {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for name, body := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(body), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	src, err := Scan(root)
	if err != nil {
		t.Fatal(err)
	}
	return src
}

func TestFaults(t *testing.T) {
	src := program(t, map[string]string{
		"internal/pack/a.go": `package pack
func f(code string, args []any) {
	_ = fault.New(fault.NotFound, "a.missing", 1).In("x").Because(nil)
	_ = fault.Field("x", "a.missing", 1, 2)
	_ = fault.Field("x", "a.spread", args...)
	_ = fault.New(fault.Busy, code)
}`,
		"internal/a/a_test.go":        `package a; var _ = fault.New(fault.Busy, "a.only_in_test")`,
		"internal/a/testdata/more.go": `package more; var _ = fault.New(fault.Busy, "a.only_in_data")`,
		"internal/fault/fault.go":     `package fault; var _ = Error{Kind: Internal, Code: "internal.error"}`,
	})
	want := map[string]*Use{
		"a.missing":      {Code: "a.missing", Kinds: []string{"Invalid", "NotFound"}, Where: []string{"internal/pack/a.go:3", "internal/pack/a.go:4"}, Counts: []int{1, 2}, Caused: true},
		"a.spread":       {Code: "a.spread", Kinds: []string{"Invalid"}, Where: []string{"internal/pack/a.go:5"}, Counts: []int{-1}},
		"internal.error": {Code: "internal.error", Kinds: []string{"Internal"}, Where: []string{"internal/fault/fault.go:1"}, Counts: []int{0}},
	}
	if diff := cmp.Diff(want, src.Faults); diff != "" {
		t.Error(diff)
	}
	if len(src.Wrong) != 1 || !strings.HasPrefix(src.Wrong[0], "internal/pack/a.go:6") {
		t.Errorf("a code that is no literal: %v", src.Wrong)
	}
	u := src.Faults["a.missing"]
	if least, ok := u.Least(); least != 1 || !ok || u.Most() != 3 {
		t.Errorf("from %d to %d arguments, want 1 to 3", least, u.Most())
	}
	if _, ok := src.Faults["a.spread"].Least(); ok {
		t.Error("the number of passed-on arguments cannot be told")
	}
}

func TestNotices(t *testing.T) {
	src := program(t, map[string]string{"internal/domain/matter/m.go": `package matter
func (f *File) f() {
	f.tellUnit("u", "notice.order", 1, 2)
	f.tellCaller("notice.closed")
	f.reopen("notice.reopened")
	f.begin("reopen", nil)
	_ = Words("reason", s, true)
	_ = matter.Words("note", s, true)
	_ = f.Words("none")
	_ = f.withdraw(o, "merged")
	o.EndReason = "conference"
	o.Note = "said"
	_ = f.levelUp("C5.6")
}`})
	got := map[string][]int{}
	for code, u := range src.Notices {
		got[code] = u.Counts
	}
	want := map[string][]int{"notice.order": {2}, "notice.closed": {0}, "notice.reopened": {-1}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	words := map[string]map[string]bool{
		"act": {"reopen": true}, "field": {"reason": true, "note": true},
		"reason": {"merged": true, "conference": true}, "rule": {"C5.6": true},
	}
	if diff := cmp.Diff(words, src.Words); diff != "" {
		t.Error(diff)
	}
}

func TestWords(t *testing.T) {
	src := program(t, map[string]string{
		"internal/domain/order/order.go": `package order
type StartRule string
type Alias = string
type Size int
const (
	Good StartRule = "GOOD"
	None StartRule = ""
	hidden StartRule = "HIDDEN"
	CardActive = "ACTIVE"
	Other = "OTHER"
	Apart Alias = "APART"
)`,
		"internal/domain/order/more.go": `package order
const Late StartRule = "LATE"`,
		"internal/face/face.go": `package face
type Colour string
const Red Colour = "RED"
func f(l Lang) { l.Word("page", "title"); l.Word("order.status", x) }`,
	})
	want := map[string]map[string]bool{
		"order.start_rule": {"GOOD": true, "LATE": true},
		"order.card":       {"ACTIVE": true},
	}
	if diff := cmp.Diff(want, src.Words); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]map[string]bool{"page": {"title": true}}, src.Asked); diff != "" {
		t.Error(diff)
	}
}

func TestScanTellsWhatItCannotRead(t *testing.T) {
	if _, err := Scan(t.TempDir()); err == nil {
		t.Error("a folder without the program was scanned")
	}
	root := t.TempDir()
	for _, dir := range roots {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(root, "cmd", "x.go"), []byte("no go"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Scan(root); err == nil {
		t.Error("a file that is no Go was read")
	}
}

func TestSnake(t *testing.T) {
	for in, want := range map[string]string{"Kind": "kind", "StartRule": "start_rule", "JudgeKind": "judge_kind"} {
		if got := snake(in); got != want {
			t.Errorf("%s: %s", in, got)
		}
	}
	if !slices.Contains(roots, "internal") {
		t.Error("the program is not scanned")
	}
}
