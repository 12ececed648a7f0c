package main

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// The mechanisms of the seed documents and the rules from outside them: the
// list of what there is to be. Whether a mechanism is there is not written in
// it: that is found in the stories.
var (
	//go:embed mechanisms.csv
	mechanismsCSV string
	//go:embed rules.csv
	rulesCSV string
)

// storyFolders are where the stories are, from the root of the repository.
var storyFolders = []string{"test/story", "test/property", "internal/api"}

// mechanism is one thing the seed documents describe, or one outside rule.
type mechanism struct {
	ID, ZH, EN string
	Where      []string // packages that do it; none: the desks its stories go to
}

// spans are the ids there have to be, and no others.
var spans = []struct {
	prefix string
	last   int
}{{"GZ", 36}, {"LN", 29}, {"YT", 36}, {"BJ", 26}, {"LH", 33}}

// readList reads a list of mechanisms or rules.
func readList(text string) ([]mechanism, error) {
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		return nil, err
	}
	var out []mechanism
	for _, r := range rows[1:] {
		m := mechanism{ID: r[0], ZH: r[1], EN: r[2]}
		if len(r) > 3 {
			m.Where = strings.Fields(r[3])
		}
		out = append(out, m)
	}
	return out, nil
}

// missing names every id of the spans that a list lacks, and what it has twice
// or too much.
func missing(list []mechanism) error {
	want := map[string]int{}
	for _, s := range spans {
		for n := 1; n <= s.last; n++ {
			want[fmt.Sprintf("%s-%02d", s.prefix, n)] = 1
		}
	}
	var wrong []error
	for _, m := range list {
		if n, ok := want[m.ID]; !ok || n == 0 {
			wrong = append(wrong, fmt.Errorf("%s is there twice or should not be", m.ID))
		}
		want[m.ID] = 0
		if m.ZH == "" || m.EN == "" {
			wrong = append(wrong, fmt.Errorf("%s has no title", m.ID))
		}
	}
	for id, n := range want {
		if n == 1 {
			wrong = append(wrong, fmt.Errorf("%s is missing", id))
		}
	}
	slices.SortFunc(wrong, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(wrong...)
}

// book is the lists with their stories.
type book struct {
	mechanisms, rules []mechanism
	stories           stories
}

// readBook reads the lists and the stories under root. It fails for whatever a
// story or a list claims and is not so.
func readBook(root string) (*book, error) {
	b := &book{}
	var err error
	if b.mechanisms, err = readList(mechanismsCSV); err != nil {
		return nil, fmt.Errorf("mechanisms.csv: %w", err)
	}
	if b.rules, err = readList(rulesCSV); err != nil {
		return nil, fmt.Errorf("rules.csv: %w", err)
	}
	known := map[string]bool{}
	for _, m := range slices.Concat(b.mechanisms, b.rules) {
		known[m.ID] = true
	}
	for _, folder := range storyFolders {
		s, err := readStories(root, folder, func(id string) bool { return known[id] })
		if err != nil {
			return nil, err
		}
		b.stories.List = append(b.stories.List, s.List...)
		b.stories.Claims = append(b.stories.Claims, s.Claims...)
	}
	wrong := []error{missing(b.mechanisms)}
	for _, c := range b.stories.Claims {
		wrong = append(wrong, errors.New(c))
	}
	for _, m := range b.mechanisms {
		wrong = append(wrong, b.nowhere(root, m))
	}
	return b, errors.Join(wrong...)
}

// nowhere tells what is wrong with where a mechanism is said to be.
func (b *book) nowhere(root string, m mechanism) error {
	for _, pkg := range m.Where {
		files, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(pkg), "*.go"))
		if err != nil || len(files) == 0 {
			return fmt.Errorf("%s is said to be in %s, where there is no package", m.ID, pkg)
		}
	}
	if len(b.stories.of(m.ID)) > 0 && len(b.where(m)) == 0 {
		return fmt.Errorf("%s has a story that goes to no desk: say in mechanisms.csv where it is", m.ID)
	}
	return nil
}

// where returns the packages that do a mechanism: those of the list, else the
// desks that its stories go to.
func (b *book) where(m mechanism) []string {
	out := slices.Clone(m.Where)
	if len(out) > 0 {
		return out
	}
	for _, t := range b.stories.of(m.ID) {
		out = append(out, t.Where...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

const mechanismsHead = `# Mechanisms 机制

<!-- Written by go run ./internal/docgen from internal/docgen/mechanisms.csv, rules.csv and the tests of test/story and test/property. Do not edit. -->

Every mechanism of the five seed documents, where it is and the story that shows it. Stories are found, not typed: a test tells
of a mechanism by the beginning of its name (` + "`TestGZ01…`" + `), by the name of its file (` + "`gz01_test.go`" + `) or by ` + "`story(t, \"BJ-25\")`" + `.
What no story shows is *not yet* there, whatever the code holds.

`

// mechanisms writes what there is of every mechanism.
func mechanisms(root string) ([]byte, error) {
	b, err := readBook(root)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	out.WriteString(mechanismsHead)
	out.WriteString("| seed | mechanisms | with a story | not yet |\n|---|---|---|---|\n")
	for _, s := range spans {
		shown := 0
		for _, m := range b.mechanisms {
			if strings.HasPrefix(m.ID, s.prefix+"-") && len(b.stories.of(m.ID)) > 0 {
				shown++
			}
		}
		fmt.Fprintf(&out, "| %s | %d | %d | %d |\n", s.prefix, s.last, shown, s.last-shown)
	}
	out.WriteString("\n| id | 机制 | mechanism | where | story |\n|---|---|---|---|---|\n")
	for _, m := range b.mechanisms {
		fmt.Fprintf(&out, "| %s | %s | %s | %s | %s |\n", m.ID, m.ZH, m.EN, codes(b.where(m)), b.shown(m))
	}
	out.WriteString("\n## Invariants, outside rules and journeys 不变式、规则与全程\n\n| id | 内容 | what | story |\n|---|---|---|---|\n")
	for _, m := range b.rules {
		fmt.Fprintf(&out, "| %s | %s | %s | %s |\n", m.ID, m.ZH, m.EN, b.shown(m))
	}
	return out.Bytes(), nil
}

// shown writes the stories of a mechanism.
func (b *book) shown(m mechanism) string {
	var out []string
	for _, t := range b.stories.of(m.ID) {
		out = append(out, fmt.Sprintf("[%s](../%s)", t.Func, t.File))
	}
	if len(out) == 0 {
		return "not yet"
	}
	return strings.Join(out, ", ")
}

func codes(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return "`" + strings.Join(names, "` `") + "`"
}
