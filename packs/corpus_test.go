// Package packs_test checks the packs as they are shipped. This file holds the
// demonstration corpora to docs/CORPUS.md: that every line is complete, points
// at places and categories the pack really has, and keeps the mix of outcomes
// the demonstration is told with.
package packs_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"sync"
	"testing"
	"unicode"
	"unicode/utf8"

	"huying/internal/domain/duty"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/internal/domain/territory"
	"huying/packs"
)

// call is one line of calls.jsonl; docs/CORPUS.md says what each field means.
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
	kinds       = "HELP COMPLAINT REPORT CONSULT SUGGESTION HAZARD CONFLICT"
	anonymities = "OPEN HIDDEN_FROM_HANDLER ANONYMOUS"
	flows       = "plain slow dead shoddy wrong_duty shirk night consult private communal " +
		"appeal refer composite hazard extend defer unreachable reopen levelup unsatisfied"
)

// sizes are those below which a corpus no longer shows what it is for.
type sizes struct {
	calls, perFlow, inlets, duplicates, categories int
	rough                                          int // calls that name no town: a district only, or words only
	english                                        int
}

const maxDelayMin = 24 * 60

var (
	large = sizes{calls: 330, perFlow: 8, inlets: 6, duplicates: 40, categories: 90, rough: 25, english: 3}
	small = sizes{calls: 120, perFlow: 1, inlets: 5, duplicates: 12, categories: 60, rough: 3, english: 0}
	least = map[string]sizes{"guangzhou": large}
)

var (
	fictitiousPhone = regexp.MustCompile(`^1990000[0-9]{4}$`)
	digitRun        = regexp.MustCompile(`[0-9]{7,}`)
	identityNumber  = regexp.MustCompile(`[0-9]{17}[0-9Xx]`)
)

// shipped are the cities of the binary, each read once.
var shipped = sync.OnceValues(func() (map[string]*pack.City, error) {
	folders, err := fs.ReadDir(packs.FS, ".")
	if err != nil {
		return nil, err
	}
	out := map[string]*pack.City{}
	for _, f := range folders {
		if f.Name() == "base" {
			continue
		}
		city, err := pack.Load(packs.FS, f.Name())
		if err != nil {
			return nil, err
		}
		out[f.Name()] = city
	}
	return out, nil
})

// each runs a check for every shipped city.
func each(t *testing.T, check func(t *testing.T, city *pack.City)) {
	t.Helper()
	cities, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	if len(cities) < 5 {
		t.Fatalf("only %d cities are shipped", len(cities))
	}
	for id, city := range cities {
		t.Run(id, func(t *testing.T) { check(t, city) })
	}
}

// eachCorpus runs a check for the corpus of every shipped city.
func eachCorpus(t *testing.T, check func(t *testing.T, city *pack.City, calls []call, want sizes)) {
	t.Helper()
	each(t, func(t *testing.T, city *pack.City) {
		want, known := least[city.ID]
		if !known {
			want = small
		}
		check(t, city, readCalls(t, city.ID), want)
	})
}

func TestEveryLineIsComplete(t *testing.T) {
	eachCorpus(t, func(t *testing.T, city *pack.City, calls []call, _ sizes) {
		seen := map[string]string{}
		for _, c := range calls {
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
			if _, known := city.Inlets[c.Inlet]; !known {
				t.Errorf("%s: inlet %q is not the pack's", c.Key, c.Inlet)
			}
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
	})
}

// TestNobodyIsReal guards the promise of docs/CORPUS.md: no reachable phone, no
// identity number, and no caller where the caller is not to be known.
func TestNobodyIsReal(t *testing.T) {
	eachCorpus(t, func(t *testing.T, city *pack.City, calls []call, _ sizes) {
		phones := map[string]string{}
		for _, c := range calls {
			if s := digitRun.FindString(c.Text + " " + c.Where); s != "" {
				t.Errorf("%s: %q could be somebody's number", c.Key, s)
			}
			if s := identityNumber.FindString(c.Text); s != "" {
				t.Errorf("%s: %q could be an identity number", c.Key, s)
			}
			onDuty := city.Inlets[c.Inlet].Call == "街呼"
			if c.Caller == nil {
				if !onDuty && c.Anonymity != "ANONYMOUS" {
					t.Errorf("%s: the caller is missing though the call is not anonymous", c.Key)
				}
				continue
			}
			if c.Anonymity == "ANONYMOUS" || onDuty {
				t.Errorf("%s: an anonymous call, or one of staff, has a caller", c.Key)
			}
			if c.Caller.Name == "" || !fictitiousPhone.MatchString(c.Caller.Phone) {
				t.Errorf("%s: caller %+v has no name or a phone outside 1990000xxxx", c.Key, *c.Caller)
			}
			if other := phones[c.Caller.Phone]; other != "" {
				t.Errorf("%s: the phone is also that of %s", c.Key, other)
			}
			phones[c.Caller.Phone] = c.Key
		}
	})
}

func TestPlacesAreThePacks(t *testing.T) {
	eachCorpus(t, func(t *testing.T, city *pack.City, calls []call, want sizes) {
		rough := 0
		for _, c := range calls {
			place, known := city.Territory.Place(c.Place)
			switch {
			case c.Place == "":
				rough++
			case !known:
				t.Errorf("%s: place %q is not in the pack's territory", c.Key, c.Place)
			case place.Kind == territory.City:
				t.Errorf("%s: a call cannot be about the whole city", c.Key)
			case place.Kind == territory.District:
				rough++
			}
		}
		if rough < want.rough {
			t.Errorf("%d calls have a rough place, want at least %d", rough, want.rough)
		}
	})
}

func TestCategoriesAreThePacksLeaves(t *testing.T) {
	eachCorpus(t, func(t *testing.T, city *pack.City, calls []call, want sizes) {
		used := map[string]bool{}
		for _, c := range calls {
			if c.Category == "" {
				continue
			}
			if _, known := city.Duty.Leaf(c.Category); !known {
				t.Errorf("%s: category %q is no leaf of the pack", c.Key, c.Category)
			}
			used[c.Category] = true
		}
		if len(used) < want.categories {
			t.Errorf("%d categories are used, want at least %d", len(used), want.categories)
		}
	})
}

// TestFlowsFitTheirCategory keeps a flow from asking the engine for what the
// category forbids: a private matter is advised only, a communal one goes to the
// community, a fan-out needs a category that fans out, and so on.
func TestFlowsFitTheirCategory(t *testing.T) {
	eachCorpus(t, func(t *testing.T, city *pack.City, calls []call, _ sizes) {
		for _, c := range calls {
			leaf, known := city.Duty.Leaf(c.Category)
			if !known {
				leaf = &duty.Leaf{}
			}
			if !fits(c.Flow, leaf) {
				t.Errorf("%s: flow %s does not fit category %q", c.Key, c.Flow, c.Category)
			}
		}
	})
}

func fits(flow string, leaf *duty.Leaf) bool {
	switch flow {
	case "private":
		return leaf.Class == duty.Private
	case "communal", "appeal":
		return leaf.Class == duty.Communal
	case "levelup":
		return leaf.Lead.Level == org.Community
	case "hazard":
		return leaf.FanOut
	case "night":
		return leaf.Urgency == duty.Emergency
	case "composite":
		return len(leaf.Co) > 0 && !leaf.FanOut
	case "plain", "consult", "refer":
		return leaf.Class != duty.Private // and a few have no category at all.
	}
	return leaf.Class == duty.Public && !leaf.FanOut
}

func TestDuplicatesTellTheSameProblem(t *testing.T) {
	eachCorpus(t, func(t *testing.T, _ *pack.City, calls []call, want sizes) {
		earlier, originals, dups := map[string]call{}, map[string]bool{}, 0
		for _, c := range calls {
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
		if dups < want.duplicates {
			t.Errorf("%d duplicates, want at least %d", dups, want.duplicates)
		}
	})
}

// TestMixOfOutcomes counts originals only, for a duplicate is merged and shares
// the fate of its original.
func TestMixOfOutcomes(t *testing.T) {
	eachCorpus(t, func(t *testing.T, _ *pack.City, calls []call, want sizes) {
		perFlow, perInlet, originals, english := map[string]int{}, map[string]int{}, 0, 0
		for _, c := range calls {
			perInlet[c.Inlet]++
			if c.DupOf == "" {
				perFlow[c.Flow]++
				originals++
			}
			if !strings.ContainsFunc(c.Text, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
				english++
			}
		}
		if len(calls) < want.calls || len(perInlet) < want.inlets || english < want.english {
			t.Errorf("%d calls by %d inlets, %d of them in English, want at least %+v", len(calls), len(perInlet), english, want)
		}
		for _, flow := range strings.Fields(flows) {
			if perFlow[flow] < want.perFlow {
				t.Errorf("flow %s has %d calls, want at least %d", flow, perFlow[flow], want.perFlow)
			}
		}
		if share := 100 * perFlow["plain"] / max(originals, 1); share < 35 || share > 55 {
			t.Errorf("plain is %d %% of the originals, want 35 to 55", share)
		}
		if hot := 100 * perInlet["HOTLINE_12345"] / max(len(calls), 1); hot < 30 || hot > 70 {
			t.Errorf("the hotline has %d %% of the calls, want 30 to 70", hot)
		}
	})
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

func readCalls(t *testing.T, city string) []call {
	t.Helper()
	f, err := packs.FS.Open(path.Join(city, "demo", "calls.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}()
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
