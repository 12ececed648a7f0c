package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// shelf is a folder with one test file of a name.
func shelf(t *testing.T, name, text string) string {
	t.Helper()
	root := t.TempDir()
	if err := os.Mkdir(filepath.Join(root, "s"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "s", name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return root
}

func known(id string) bool {
	return slices.Contains([]string{"GZ-01", "BJ-25", "B1-03", "B9", "E2-02"}, id)
}

func TestWhatAStoryMayNotClaim(t *testing.T) {
	const head = "package story\nimport \"testing\"\n"
	for name, tc := range map[string]struct{ file, text, want string }{
		"nothing to complain of": {"gz01_test.go", head + `func TestGZ01Rings(t *testing.T) { t.Error("x") }`, ""},
		"by what it calls":       {"a_test.go", head + `func TestGZ01Rings(t *testing.T) { must(t) }; func must(t *testing.T) { t.Fatal() }`, ""},
		"an id of nothing":       {"gz99_test.go", head + `func TestGZ99Rings(t *testing.T) { t.Error("x") }`, "which there is not"},
		"named, not told":        {"gz01_test.go", head + `func TestBJ25Rings(t *testing.T) { t.Error("x") }`, "claims GZ-01 by its name"},
		"skipped":                {"a_test.go", head + `func TestGZ01Rings(t *testing.T) { t.Skip(); t.Error("x") }`, "may be skipped"},
		"skipped by another":     {"a_test.go", head + `func TestGZ01Rings(t *testing.T) { later(t); t.Error("x") }; func later(t *testing.T) { t.SkipNow() }`, "may be skipped"},
		"nothing is asserted":    {"a_test.go", head + `func TestGZ01Rings(t *testing.T) { t.Log("x"); tell(t) }; func tell(t *testing.T) { t.Fatal() }`, "asserts nothing"},
		"left out of the build":  {"gz01_test.go", "//go:build never\n\n" + head + `func TestGZ01Rings(t *testing.T) { t.Error("x") }`, "is left out"},
		"for another system":     {"gz01_plan9_test.go", head + `func TestGZ01Rings(t *testing.T) { t.Error("x") }`, "is left out"},
		"a helper's unknown id":  {"a_test.go", head + `func TestGZ01Rings(t *testing.T) { story(t, "ZZ-01"); t.Error("x") }`, "tells of ZZ-01"},
		"an id that is computed": {"a_test.go", head + `func TestGZ01Rings(t *testing.T) { story(t, id); t.Error("x") }`, "not written out"},
	} {
		got, err := readStories(shelf(t, tc.file, tc.text), "s", known)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		all := strings.Join(got.Claims, "\n")
		if (tc.want == "") != (all == "") || !strings.Contains(all, tc.want) {
			t.Errorf("%s: %q, want %q", name, all, tc.want)
		}
	}
	if _, err := readStories(t.TempDir(), "s", known); err == nil {
		t.Error("a folder without tests")
	}
	if _, err := readStories(shelf(t, "a_test.go", "nothing"), "s", known); err == nil {
		t.Error("a file that is no Go")
	}
}

func TestTheWaysToTell(t *testing.T) {
	text := `package story
import ("testing"; "huying/internal/desk/whistle")
type world struct { whistle *whistle.Desk }
func TestGZ01BJ25Rings(t *testing.T) { blows(t) }
func blows(t *testing.T) { h := world{}; h.whistle.Blow(); t.Fatal() }
func TestB103Branches(t *testing.T) { story(t, "B9", "GZ-01"); t.Fatal() }
func TestJourney2(t *testing.T) { t.Fatal() }
func TestCardsNameNoPerson(t *testing.T) {}
`
	got, err := readStories(shelf(t, "a_test.go", text), "s", known)
	if err != nil || len(got.Claims) != 0 {
		t.Fatal(err, got.Claims)
	}
	for id, want := range map[string][]string{
		"GZ-01": {"TestGZ01BJ25Rings", "TestB103Branches"}, "BJ-25": {"TestGZ01BJ25Rings"}, "B1-03": {"TestB103Branches"},
		"B9": {"TestB103Branches"}, "E2-02": {"TestJourney2"}, "GZ-02": nil,
	} {
		var have []string
		for _, s := range got.of(id) {
			have = append(have, s.Func)
		}
		if !slices.Equal(have, want) {
			t.Errorf("%s is told by %v, want %v", id, have, want)
		}
	}
	if w := got.of("BJ-25")[0].Where; !slices.Equal(w, []string{"internal/desk/whistle"}) {
		t.Errorf("the story goes to %v", w)
	}
}

func TestNoMechanismIsLost(t *testing.T) {
	all, err := readList(mechanismsCSV)
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 160 {
		t.Errorf("%d mechanisms", len(all))
	}
	for name, list := range map[string][]mechanism{
		"one is missing":     all[1:],
		"one is there twice": append(slices.Clone(all), all[0]),
		"one is unknown":     append(slices.Clone(all), mechanism{ID: "GZ-37", ZH: "x", EN: "x"}),
		"one has no title":   append(slices.Clone(all[1:]), mechanism{ID: all[0].ID}),
	} {
		if missing(list) == nil {
			t.Errorf("%s, and nothing is said", name)
		}
	}
	if _, err := readBook("../.."); err != nil {
		t.Error(err)
	}
}

func TestAMechanismIsSomewhere(t *testing.T) {
	b := &book{stories: stories{List: []told{{Func: "TestGZ01", IDs: []string{"GZ-01"}}}}}
	for name, tc := range map[string]struct {
		m    mechanism
		want string
	}{
		"where there is a package": {mechanism{ID: "GZ-01", Where: []string{"internal/docgen"}}, ""},
		"where there is none":      {mechanism{ID: "GZ-02", Where: []string{"internal/desk/nowhere"}}, "where there is no package"},
		"told and nowhere":         {mechanism{ID: "GZ-01"}, "goes to no desk"},
		"not yet":                  {mechanism{ID: "GZ-02"}, ""},
	} {
		err := b.nowhere("../..", tc.m)
		if (err == nil) != (tc.want == "") || err != nil && !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
