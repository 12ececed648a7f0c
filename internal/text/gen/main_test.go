package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"huying/internal/fault"
	"huying/internal/text/source"
)

func TestDocumentIsUpToDate(t *testing.T) {
	if err := run("../../..", true); err != nil {
		t.Error(err)
	}
}

func TestRunWritesWhatCheckAccepts(t *testing.T) {
	root := t.TempDir()
	for _, dir := range []string{"cmd", "internal/a", "packs", "docs"} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	code := "package a\nfunc f() error { return fault.New(fault.NotFound, \"matter.not_found\") }\n"
	if err := os.WriteFile(filepath.Join(root, "internal/a/a.go"), []byte(code), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := run(root, true); err == nil {
		t.Error("a missing document was accepted")
	}
	if err := run(root, false); err != nil {
		t.Fatal(err)
	}
	if err := run(root, true); err != nil {
		t.Errorf("the document just written: %v", err)
	}
	if err := os.WriteFile(filepath.Join(root, "docs/ERRORS.md"), []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := run(root, true); err == nil {
		t.Error("an old document was accepted")
	}
}

func TestRowNamesEveryKindOfACode(t *testing.T) {
	got := row(&source.Use{Code: "place.unknown", Kinds: []string{"Invalid", "NotFound"}, Counts: []int{1, 2}})
	for _, want := range []string{"`place.unknown`", "invalid, not_found", "422, 404", "没有代码为“{0}”", "the nearest is {1}", "mend the input; check the number"} {
		if !strings.Contains(got, want) {
			t.Errorf("%s lacks %q", got, want)
		}
	}
}

func TestEveryKindHasAMeaning(t *testing.T) {
	for k := fault.Internal; k <= fault.Exhausted; k++ {
		if int(k) >= len(meanings) || meanings[k].kind != k {
			t.Errorf("kind %v has no meaning", k)
		}
	}
	if len(meanings) != int(fault.Exhausted)+1 {
		t.Errorf("%d meanings for %d kinds", len(meanings), fault.Exhausted+1)
	}
}

// TestStatusesAreThoseOfTheInterface reads the table of the interface, which
// this program may not import.
func TestStatusesAreThoseOfTheInterface(t *testing.T) {
	body, err := os.ReadFile("../../api/problem.go")
	if err != nil {
		t.Fatal(err)
	}
	number := map[string]int{
		"BadRequest": 400, "Unauthorized": 401, "Forbidden": 403, "NotFound": 404, "MethodNotAllowed": 405, "Conflict": 409,
		"RequestEntityTooLarge": 413, "UnsupportedMediaType": 415, "UnprocessableEntity": 422, "TooManyRequests": 429,
		"InternalServerError": 500, "ServiceUnavailable": 503, "InsufficientStorage": 507,
	}
	have, want := map[string]int{}, map[string]int{}
	for _, m := range meanings {
		want["fault."+m.name] = m.status
	}
	for code, s := range statuses {
		want[code] = s
	}
	for _, m := range regexp.MustCompile(`"?([a-z._A-Z]+)"?:\s+\{http\.Status(\w+),`).FindAllStringSubmatch(string(body), -1) {
		have[m[1]] = number[m[2]]
	}
	if diff := cmp.Diff(have, want); diff != "" {
		t.Errorf("the interface answers otherwise (-):\n%s", diff)
	}
}
