// Package demo_test checks the demonstration corpus of the Guangzhou pack:
// that every line is complete, points at places and categories the pack really
// has, and keeps the mix of outcomes the demonstration is told with. It knows
// nothing of the replayer that sends the calls.
package demo_test

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// call is one line of calls.jsonl; README.md says what each field means.
type call struct {
	Key       string  `json:"key"`
	Text      string  `json:"text"`
	Place     string  `json:"place"`
	Where     string  `json:"where"`
	Inlet     string  `json:"inlet"`
	Kind      string  `json:"kind"`
	Category  string  `json:"category"`
	Anonymity string  `json:"anonymity"`
	Caller    *caller `json:"caller"`
	Hour      *int    `json:"hour"`
	Weight    int     `json:"weight"`
	Flow      string  `json:"flow"`
	DupOf     string  `json:"dup_of"`
	DelayMin  int     `json:"delay_min"`
}

type caller struct {
	Name  string `json:"name"`
	Phone string `json:"phone"`
}

// The words a line may use. They are the system's own, spelt out here so that a
// slip of the pen in the corpus is caught without starting the system.
const (
	inlets      = "HOTLINE_12345 GRID_APP CITY_MGMT RESIDENT_WEB ENTERPRISE WINDOW"
	kinds       = "HELP COMPLAINT REPORT CONSULT SUGGESTION HAZARD CONFLICT"
	anonymities = "OPEN HIDDEN_FROM_HANDLER ANONYMOUS"
	flows       = "plain slow dead shoddy wrong_duty shirk night consult private communal " +
		"appeal refer composite hazard extend defer unreachable reopen levelup unsatisfied"
)

// The sizes below which the corpus no longer shows what it is for.
const (
	minCalls      = 330
	minPerFlow    = 8
	minDuplicates = 40
	minCategories = 90
	minRough      = 25 // calls that name no town: a district only, or words only.
	maxDelayMin   = 24 * 60
)

var (
	fictitiousPhone = regexp.MustCompile(`^1990000[0-9]{4}$`)
	digitRun        = regexp.MustCompile(`[0-9]{7,}`)
	identityNumber  = regexp.MustCompile(`[0-9]{17}[0-9Xx]`)
)

func TestEveryLineIsComplete(t *testing.T) {
	seen := map[string]string{}
	for _, c := range readCalls(t) {
		if c.Key == "" || seen["key "+c.Key] != "" {
			t.Errorf("key %q is empty or used twice", c.Key)
		}
		if other := seen["text "+c.Text]; other != "" {
			t.Errorf("%s: the text is word for word that of %s", c.Key, other)
		}
		seen["key "+c.Key], seen["text "+c.Text] = c.Key, c.Key
		if n := utf8.RuneCountInString(c.Text); n < 8 || n > 600 {
			t.Errorf("%s: the text has %d characters, want 8 to 600", c.Key, n)
		}
		checkWord(t, c.Key, "inlet", c.Inlet, inlets)
		checkWord(t, c.Key, "kind", c.Kind, kinds)
		checkWord(t, c.Key, "anonymity", c.Anonymity, anonymities)
		checkWord(t, c.Key, "flow", c.Flow, flows)
		if c.Hour == nil || *c.Hour < 0 || *c.Hour > 23 {
			t.Errorf("%s: hour is missing or outside 0 to 23", c.Key)
		}
		if c.Weight < 1 || c.Weight > 5 {
			t.Errorf("%s: weight is %d, want 1 to 5", c.Key, c.Weight)
		}
	}
}

// TestNobodyIsReal guards the promise of README.md: no reachable phone, no
// identity number, and no caller where the caller is not to be known.
func TestNobodyIsReal(t *testing.T) {
	phones := map[string]string{}
	for _, c := range readCalls(t) {
		if s := digitRun.FindString(c.Text + " " + c.Where); s != "" {
			t.Errorf("%s: %q could be somebody's number", c.Key, s)
		}
		if s := identityNumber.FindString(c.Text); s != "" {
			t.Errorf("%s: %q could be an identity number", c.Key, s)
		}
		staff := c.Inlet == "GRID_APP" || c.Inlet == "CITY_MGMT"
		if c.Caller == nil {
			if !staff && c.Anonymity != "ANONYMOUS" {
				t.Errorf("%s: the caller is missing though the call is not anonymous", c.Key)
			}
			continue
		}
		if c.Anonymity == "ANONYMOUS" {
			t.Errorf("%s: an anonymous call has a caller", c.Key)
		}
		if c.Caller.Name == "" || !fictitiousPhone.MatchString(c.Caller.Phone) {
			t.Errorf("%s: caller %+v has no name or a phone outside 1990000xxxx", c.Key, *c.Caller)
		}
		if other := phones[c.Caller.Phone]; other != "" {
			t.Errorf("%s: the phone is also that of %s", c.Key, other)
		}
		phones[c.Caller.Phone] = c.Key
	}
}

func TestPlacesAreThePacks(t *testing.T) {
	kinds := readColumn(t, "../territory.csv", "code", "kind")
	rough := 0
	for _, c := range readCalls(t) {
		kind, known := kinds[c.Place]
		switch {
		case c.Place == "":
			rough++
		case !known:
			t.Errorf("%s: place %q is not in the pack's territory", c.Key, c.Place)
		case kind == "DISTRICT":
			rough++
		}
	}
	if rough < minRough {
		t.Errorf("%d calls have a rough place, want at least %d", rough, minRough)
	}
}

func TestCategoriesAreThePacksLeaves(t *testing.T) {
	parents := readColumn(t, "../categories.csv", "code", "parent")
	inner := map[string]bool{}
	for _, p := range parents {
		inner[p] = true
	}
	used := map[string]bool{}
	for _, c := range readCalls(t) {
		if c.Category == "" {
			continue
		}
		if _, known := parents[c.Category]; !known {
			t.Errorf("%s: category %q is not in the pack", c.Key, c.Category)
		} else if inner[c.Category] {
			t.Errorf("%s: category %q is not a leaf", c.Key, c.Category)
		}
		used[c.Category] = true
	}
	if len(used) < minCategories {
		t.Errorf("%d categories are used, want at least %d", len(used), minCategories)
	}
}

// TestFlowsFitTheirCategory keeps a flow from asking the engine for what the
// category forbids: a private matter is advised only, a communal one goes to the
// community, a fan-out needs a category that fans out, and so on.
func TestFlowsFitTheirCategory(t *testing.T) {
	class := readColumn(t, "../categories.csv", "code", "class")
	urgency := readColumn(t, "../categories.csv", "code", "urgency")
	fanout := readColumn(t, "../categories.csv", "code", "fanout")
	lead := readColumn(t, "../categories.csv", "code", "lead")
	co := readColumn(t, "../categories.csv", "code", "co")
	for _, c := range readCalls(t) {
		var fits bool
		switch c.Flow {
		case "private":
			fits = class[c.Category] == "私事"
		case "communal", "appeal":
			fits = class[c.Category] == "小事"
		case "levelup":
			fits = strings.HasPrefix(lead[c.Category], "COMMUNITY")
		case "hazard":
			fits = fanout[c.Category] != ""
		case "night":
			fits = urgency[c.Category] == "EMERGENCY"
		case "composite":
			fits = co[c.Category] != "" && fanout[c.Category] == ""
		case "plain", "consult", "refer":
			fits = class[c.Category] != "私事" // and a few have no category at all.
		default:
			fits = class[c.Category] == "大事" && fanout[c.Category] == ""
		}
		if !fits {
			t.Errorf("%s: flow %s does not fit category %q", c.Key, c.Flow, c.Category)
		}
	}
}

func TestDuplicatesTellTheSameProblem(t *testing.T) {
	earlier, originals, dups := map[string]call{}, map[string]bool{}, 0
	for _, c := range readCalls(t) {
		if c.DupOf == "" {
			if c.DelayMin != 0 {
				t.Errorf("%s: delay_min without dup_of", c.Key)
			}
			originals[c.Key], earlier[c.Key] = true, c
			continue
		}
		dups++
		first := earlier[c.DupOf]
		switch {
		case !originals[c.DupOf]:
			t.Errorf("%s: dup_of %q is no original on an earlier line", c.Key, c.DupOf)
		case first.Place != c.Place || first.Category != c.Category || first.Flow != c.Flow:
			t.Errorf("%s: place, category or flow differ from %s", c.Key, c.DupOf)
		case first.Inlet == c.Inlet:
			t.Errorf("%s: comes from the same inlet as %s", c.Key, c.DupOf)
		}
		if c.DelayMin < 1 || c.DelayMin > maxDelayMin {
			t.Errorf("%s: delay_min is %d, want 1 to %d", c.Key, c.DelayMin, maxDelayMin)
		}
	}
	if dups < minDuplicates {
		t.Errorf("%d duplicates, want at least %d", dups, minDuplicates)
	}
}

// TestMixOfOutcomes counts originals only, for a duplicate is merged and shares
// the fate of its original.
func TestMixOfOutcomes(t *testing.T) {
	perFlow, perInlet, originals := map[string]int{}, map[string]int{}, 0
	calls := readCalls(t)
	for _, c := range calls {
		perInlet[c.Inlet]++
		if c.DupOf == "" {
			perFlow[c.Flow]++
			originals++
		}
	}
	if len(calls) < minCalls {
		t.Errorf("%d calls, want at least %d", len(calls), minCalls)
	}
	for _, flow := range strings.Fields(flows) {
		if perFlow[flow] < minPerFlow {
			t.Errorf("flow %s has %d calls, want at least %d", flow, perFlow[flow], minPerFlow)
		}
	}
	if share := 100 * perFlow["plain"] / max(originals, 1); share < 40 || share > 50 {
		t.Errorf("plain is %d %% of the originals, want 40 to 50", share)
	}
	for _, inlet := range strings.Fields(inlets) {
		if perInlet[inlet] < minPerFlow {
			t.Errorf("inlet %s has %d calls, want at least %d", inlet, perInlet[inlet], minPerFlow)
		}
	}
	if hot := 100 * perInlet["HOTLINE_12345"] / max(len(calls), 1); hot < 40 || hot > 70 {
		t.Errorf("the hotline has %d %% of the calls, want 40 to 70", hot)
	}
}

// TestSomeCallersWriteEnglish keeps a few calls without a Chinese character, so
// that the demonstration shows what the desk does with them.
func TestSomeCallersWriteEnglish(t *testing.T) {
	n := 0
	for _, c := range readCalls(t) {
		if strings.IndexFunc(c.Text, func(r rune) bool { return unicode.Is(unicode.Han, r) }) < 0 {
			n++
		}
	}
	if n < 3 {
		t.Errorf("%d calls in English, want at least 3", n)
	}
}

func checkWord(t *testing.T, key, field, got, known string) {
	t.Helper()
	for _, w := range strings.Fields(known) {
		if w == got {
			return
		}
	}
	t.Errorf("%s: %s is %q, want one of %s", key, field, got, known)
}

func readCalls(t *testing.T) []call {
	t.Helper()
	f, err := os.Open("calls.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var calls []call
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		var c call
		dec := json.NewDecoder(bytes.NewReader(lines.Bytes()))
		dec.DisallowUnknownFields()
		if err := dec.Decode(&c); err != nil {
			t.Fatalf("line %d: %v", n, err)
		}
		if _, err := dec.Token(); !errors.Is(err, io.EOF) {
			t.Fatalf("line %d holds more than one object", n)
		}
		calls = append(calls, c)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return calls
}

// readColumn reads a CSV file with a header line and returns one column by another.
func readColumn(t *testing.T, path, key, value string) map[string]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comment = '#'
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	k, v := -1, -1
	for i, name := range rows[0] {
		switch strings.TrimPrefix(name, "\ufeff") {
		case key:
			k = i
		case value:
			v = i
		}
	}
	if k < 0 || v < 0 {
		t.Fatalf("%s has no column %s or %s", path, key, value)
	}
	out := make(map[string]string, len(rows))
	for _, row := range rows[1:] {
		out[row[k]] = row[v]
	}
	return out
}
