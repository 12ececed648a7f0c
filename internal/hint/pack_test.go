package hint_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"huying/internal/hint"
)

// packDir is where the duty list and the words that all cities share are.
const packDir = "../../packs/base"

// row is one record of a CSV file by column name.
type row map[string]string

func readCSV(t testing.TB, name string) []row {
	t.Helper()
	f, err := os.Open(filepath.Join(packDir, name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []row
	for _, record := range records[1:] {
		r := row{}
		for i, column := range records[0] {
			r[column] = record[i]
		}
		out = append(out, r)
	}
	return out
}

// leavesOf returns the rows of the tree that have no children.
func leavesOf(tree []row) []row {
	parents := map[string]bool{}
	for _, r := range tree {
		parents[r["parent"]] = true
	}
	return slices.DeleteFunc(slices.Clone(tree), func(r row) bool { return parents[r["code"]] })
}

func readLexicon(t testing.TB) []hint.Word {
	t.Helper()
	var out []hint.Word
	for _, r := range readCSV(t, "lexicon.csv") {
		weight, err := strconv.Atoi(r["weight"])
		if err != nil {
			t.Fatalf("%s: %v", r["word"], err)
		}
		out = append(out, hint.Word{Text: r["word"], Code: r["code"], Weight: weight})
	}
	return out
}

func TestCategoryTree(t *testing.T) {
	tree := readCSV(t, "categories.csv")
	byCode := map[string]row{}
	for _, r := range tree {
		code := r["code"]
		if !regexp.MustCompile(`^[A-Z]{2}([0-9]{2}){0,2}$`).MatchString(code) {
			t.Errorf("code %q is not letters and pairs of digits", code)
		}
		if byCode[code] != nil {
			t.Errorf("code %s occurs twice", code)
		}
		if len(code) > 2 && (r["parent"] != code[:len(code)-2] || byCode[r["parent"]] == nil) {
			t.Errorf("%s: parent %q is not the row it belongs under", code, r["parent"])
		}
		if r["name"] == "" || r["name_en"] == "" {
			t.Errorf("%s lacks a name", code)
		}
		byCode[code] = r
	}
	leaves := leavesOf(tree)
	if len(leaves) < 130 {
		t.Errorf("%d leaves, want at least 130", len(leaves))
	}
	names := map[string]string{}
	for _, r := range leaves {
		if len(r["code"]) != 6 {
			t.Errorf("leaf %s is not on the third level", r["code"])
		}
		if other := names[r["name"]]; other != "" {
			t.Errorf("%s and %s are both called %s", other, r["code"], r["name"])
		}
		names[r["name"]] = r["code"]
	}
	for _, r := range tree {
		if len(r["code"]) < 6 && strings.Join([]string{r["urgency"], r["lead"], r["promised"], r["closing"]}, "") != "" {
			t.Errorf("inner node %s has the fields of a leaf", r["code"])
		}
	}
}

var units = map[string]string{
	"CITY": "RX ZH",
	"DISTRICT": "ZH CG ZJ ZRZY SW JT YJ XF SJ HB WJ JY MZ RS YB GA JJ LY NY WG KG SF CL TY ZS ZFB JW " +
		"GD GS RQ TX XFJ",
	"TOWN":      "ZH ZFD YJB CGB GGF PCS SJS SFS XFS GTS WSY DQF",
	"COMMUNITY": "JW",
}

func TestCategoryUnits(t *testing.T) {
	taken := 0
	for _, r := range leavesOf(readCSV(t, "categories.csv")) {
		if r["class"] == "私事" {
			if r["lead"] != "" || r["co"] != "" {
				t.Errorf("%s is a private affair but names units", r["code"])
			}
			continue
		}
		rules := []string{r["lead"]}
		if r["co"] != "" {
			rules = append(rules, strings.Split(r["co"], ";")...)
		}
		for i, rule := range rules {
			level, suffix, _ := strings.Cut(rule, ":")
			if !slices.Contains(strings.Fields(units[level]), suffix) {
				t.Errorf("%s: no unit %q", r["code"], rule)
			}
			if slices.Contains(rules[:i], rule) {
				t.Errorf("%s names %s twice", r["code"], rule)
			}
		}
		local := strings.HasPrefix(r["lead"], "TOWN:") || strings.HasPrefix(r["lead"], "COMMUNITY:")
		if local && r["kind"] == "TAKEN_BACK" {
			t.Errorf("%s was taken back from the town but is led by %s", r["code"], r["lead"])
		}
		if !local && strings.Contains(r["co"], "COMMUNITY:") {
			t.Errorf("%s pushes a department's work down to a community", r["code"])
		}
		if r["kind"] == "TAKEN_BACK" {
			taken++
			if strings.Contains(r["co"], "TOWN:") {
				t.Errorf("%s was taken back but still orders a town", r["code"])
			}
		}
		if r["fanout"] == "1" && r["co"] == "" {
			t.Errorf("%s fans out to nobody", r["code"])
		}
	}
	if taken == 0 {
		t.Error("no leaf is taken back from the towns")
	}
}

func TestCategoryValues(t *testing.T) {
	allowed := map[string]string{
		"urgency": "EMERGENCY UTILITY NORMAL COMPLEX",
		"class":   "大事 小事 私事",
		"kind":    "BASIC ASSIST TAKEN_BACK",
		"fanout":  " 1",
		"instant": " 1",
	}
	for _, r := range leavesOf(readCSV(t, "categories.csv")) {
		for column, values := range allowed {
			if !slices.Contains(strings.Split(values, " "), r[column]) {
				t.Errorf("%s: %s is %q", r["code"], column, r[column])
			}
		}
		for _, e := range strings.Split(r["evidence"], ";") {
			if !slices.Contains([]string{"PHOTO", "RECORD", "STATEMENT", "DOC", "READING"}, e) {
				t.Errorf("%s: evidence %q", r["code"], e)
			}
		}
		if r["closing"] == "" || !strings.HasPrefix(r["basis"], "《") {
			t.Errorf("%s lacks a closing standard or a basis", r["code"])
		}
		promised, statutory := minutes(t, r, "promised"), minutes(t, r, "statutory")
		minutes(t, r, "sign")
		if promised == 0 {
			t.Errorf("%s promises nothing", r["code"])
		}
		if statutory != 0 && promised > statutory {
			t.Errorf("%s promises %s, longer than the law's %s", r["code"], r["promised"], r["statutory"])
		}
	}
}

// minutes reads a limit such as "7 CD" at its shortest: a working day is taken
// for a day and a working hour for an hour.
func minutes(t *testing.T, r row, column string) int {
	t.Helper()
	if r[column] == "" {
		return 0
	}
	count, unit, _ := strings.Cut(r[column], " ")
	n, err := strconv.Atoi(count)
	per := map[string]int{"MIN": 1, "HOUR": 60, "WORK_HOUR": 60, "URGENT_HOUR": 60, "WD": 1440, "CD": 1440}[unit]
	if err != nil || n < 1 || per == 0 {
		t.Errorf("%s: %s is %q", r["code"], column, r[column])
	}
	return n * per
}

func TestLexicon(t *testing.T) {
	words := readLexicon(t)
	if len(words) < 1200 {
		t.Errorf("%d rows, want at least 1200", len(words))
	}
	leaf := map[string]bool{}
	for _, r := range leavesOf(readCSV(t, "categories.csv")) {
		leaf[r["code"]] = true
	}
	perLeaf := map[string]int{}
	seen := map[hint.Word]bool{}
	for _, w := range words {
		if !leaf[w.Code] {
			t.Errorf("%s points to %s, which is no leaf", w.Text, w.Code)
		}
		if w.Weight < 1 || w.Weight > 5 {
			t.Errorf("%s has weight %d", w.Text, w.Weight)
		}
		if n := len([]rune(w.Text)); n < 2 || n > 12 || strings.TrimSpace(w.Text) != w.Text {
			t.Errorf("%q is not a word or short phrase", w.Text)
		}
		key := hint.Word{Text: w.Text, Code: w.Code}
		if seen[key] {
			t.Errorf("%s → %s occurs twice", w.Text, w.Code)
		}
		seen[key] = true
		perLeaf[w.Code]++
	}
	for code := range leaf {
		if perLeaf[code] < 6 {
			t.Errorf("%s has %d words, want at least 6", code, perLeaf[code])
		}
	}
}

// TestIllegalFuel holds the pack to the example of the source article (GZ-02):
// three units at once, a hazard that nobody has to triage, and an hour.
func TestIllegalFuel(t *testing.T) {
	for _, r := range readCSV(t, "categories.csv") {
		if r["name"] != "非法流动加油" {
			continue
		}
		got := []string{r["lead"], r["co"], r["fanout"], r["instant"], r["promised"], r["urgency"]}
		want := []string{"TOWN:YJB", "DISTRICT:GA;DISTRICT:SJ", "1", "1", "60 MIN", "EMERGENCY"}
		if !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
		return
	}
	t.Error("the pack has no leaf for mobile illegal fuelling")
}
