package text

import (
	"encoding/csv"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"

	"huying/internal/text/source"
)

func scan(t *testing.T) *source.Source {
	t.Helper()
	src, err := source.Scan("../..")
	if err != nil {
		t.Fatal(err)
	}
	if len(src.Faults) < 100 || len(src.Notices) < 20 || len(src.Words) < 10 {
		t.Fatalf("the scan found %d faults, %d notices and %d groups of words: too few to be true", len(src.Faults), len(src.Notices), len(src.Words))
	}
	return src
}

func TestEveryCodeHasATextAndEveryTextACode(t *testing.T) {
	src := scan(t)
	for _, wrong := range src.Wrong {
		t.Error(wrong)
	}
	uses := maps.Clone(src.Faults)
	maps.Copy(uses, src.Notices)
	for _, code := range slices.Sorted(maps.Keys(uses)) {
		if !slices.Contains(Codes(), code) { // a line of the catalogue has all languages
			t.Errorf("%s has no text (used at %s)", code, uses[code].Where[0])
		}
	}
	for _, code := range Codes() {
		if uses[code] == nil {
			t.Errorf("the text of %s is used nowhere", code)
		}
	}
}

// TestPagesSayWhatTheCatalogueHas holds the keys that pages ask for against
// the catalogue, both ways, and the holes of each text against the calls.
func TestPagesSayWhatTheCatalogueHas(t *testing.T) {
	src := scan(t)
	for _, key := range slices.Sorted(maps.Keys(src.Pages)) {
		if !slices.Contains(Keys(), key) {
			t.Errorf("%s has no text (used at %s)", key, src.Pages[key].Where[0])
		}
	}
	for _, key := range Keys() {
		use := src.Pages[key]
		if use == nil {
			t.Errorf("the text of %s is used nowhere", key)
			continue
		}
		want := holeSet(loaded().pages[Chinese][key])
		for _, l := range Langs() {
			if !maps.Equal(holeSet(loaded().pages[l][key]), want) {
				t.Errorf("%s: %s shows %v and %s %v", key, Chinese, want, l, holeSet(loaded().pages[l][key]))
			}
			fits(t, key, l, loaded().pages[l][key], use)
		}
	}
}

func TestFaultsAndNoticesAreApart(t *testing.T) {
	for _, name := range []string{"faults.csv", "notices.csv"} {
		for _, row := range rows(t, name)[1:] {
			if strings.HasPrefix(row[0], "notice.") != (name == "notices.csv") {
				t.Errorf("%s stands in %s", row[0], name)
			}
		}
	}
}

// TestHolesFitTheCalls holds every text against the calls that fill it: it asks
// for no argument that a call does not give, shows all languages the same way,
// and asks for words of groups that exist.
func TestHolesFitTheCalls(t *testing.T) {
	src := scan(t)
	for _, code := range Codes() {
		u := src.Faults[code]
		if u == nil {
			u = src.Notices[code]
		}
		if u == nil {
			continue // told by TestEveryCodeHasATextAndEveryTextACode
		}
		want := holeSet(loaded().sentences[Chinese][code])
		for _, l := range Langs() {
			s := loaded().sentences[l][code]
			if !maps.Equal(holeSet(s), want) {
				t.Errorf("%s: %s shows %v and %s %v", code, Chinese, want, l, holeSet(s))
			}
			fits(t, code, l, s, u)
		}
	}
}

func fits(t *testing.T, code string, l Lang, s sentence, u *source.Use) {
	t.Helper()
	least, told := u.Least()
	if !told {
		return
	}
	for _, h := range s.holes() {
		if h.arg >= u.Most() {
			t.Errorf("%s in %s asks for argument {%d}; the calls give at most %d", code, l, h.arg, u.Most())
		}
	}
	for _, p := range s {
		if p.hole != nil && p.hole.arg >= least {
			t.Errorf("%s in %s needs argument {%d} outside of [ ]; a call gives only %d", code, l, p.hole.arg, least)
		}
	}
}

func holeSet(s sentence) map[hole]bool {
	set := map[hole]bool{}
	for _, h := range s.holes() {
		set[h] = true
	}
	return set
}

func TestHolesAskForKnownGroups(t *testing.T) {
	for _, code := range Codes() {
		for h := range holeSet(loaded().sentences[Chinese][code]) {
			if _, ok := loaded().words[Chinese][h.as]; !ok && !slices.Contains([]string{"", asTime, asUntil, asLimit}, h.as) {
				t.Errorf("%s: {%d:%s} asks for a group that words.csv lacks", code, h.arg, h.as)
			}
		}
	}
}

// freeGroups are the groups of words.csv that stand for no type of the domain:
// how values are written, and values that the domain keeps as plain text.
var freeGroups = []string{
	"account.list", "account.status", "actor", "appraisal.aspect", "break", "conflict.status", "force.status", "fund.source", "fund.status", "gate.status",
	"observation.topic", "power.status", "call", "caller_kind", "contact.channel", "evidence", "format", "hint.reason", "json", "limit", "limit.one", "office.act", "office.log",
	"commentary.status", "dispute.status", "decision.status", "offer.status", "opinion.stance", "project.stage", "task.step", "theme.status",
	"order.extension", "order.result", "order.verdict", "pack.part", "person.proposal_answer", "person.proposal_part", "satisfaction", "session.how", "session.stage", "theme", "weekday", "weekday.short", "yaml",
}

func TestEveryValueHasAWordAndEveryWordAValue(t *testing.T) {
	src := scan(t)
	for _, asked := range []map[string]map[string]bool{src.Words, src.Asked} {
		for _, group := range slices.Sorted(maps.Keys(asked)) {
			for _, code := range slices.Sorted(maps.Keys(asked[group])) {
				if _, ok := Chinese.word(group, code); !ok {
					t.Errorf("%s %s has no word", group, code)
				}
			}
		}
	}
	for group, words := range loaded().words[Chinese] {
		if slices.Contains(freeGroups, group) {
			continue
		}
		for code := range words {
			if !src.Words[group][code] && !src.Asked[group][code] {
				t.Errorf("the word for %s %s is used nowhere", group, code)
			}
		}
	}
}

// TestSentencesAreShort holds the style: at most two sentences, ended as
// sentences are, in the marks of the language.
func TestSentencesAreShort(t *testing.T) {
	for _, code := range Codes() {
		zh, en := plainText(loaded().sentences[Chinese][code]), plainText(loaded().sentences[English][code])
		notice := strings.HasPrefix(code, "notice.")
		if n := strings.Count(zh, "。"); n > 2 && !notice {
			t.Errorf("%s has %d sentences in Chinese", code, n)
		}
		if strings.ContainsAny(zh, ",;!?\"") && !strings.ContainsAny(zh, "“") {
			t.Errorf("%s has western marks in Chinese: %s", code, zh)
		}
		if strings.ContainsAny(en, "，。；：？！（）、") {
			t.Errorf("%s has Chinese marks in English: %s", code, en)
		}
		for _, s := range []string{zh, en} {
			if !notice && !strings.ContainsAny(s[len(s)-1:], ".?") && !strings.HasSuffix(s, "。") && !strings.HasSuffix(s, "？") && !strings.HasSuffix(s, "0") {
				t.Errorf("%s does not end as a sentence: %s", code, s)
			}
		}
	}
}

// plainText is a sentence with a 0 for every hole.
func plainText(s sentence) string {
	var b strings.Builder
	for _, p := range s {
		switch {
		case p.hole != nil:
			b.WriteString("0")
		case p.maybe != nil:
			b.WriteString(plainText(p.maybe))
		}
		b.WriteString(p.plain)
	}
	return b.String()
}

func TestCataloguesAreSortedAndPlain(t *testing.T) {
	keys := map[string]int{"faults.csv": 1, "notices.csv": 1, "words.csv": 2}
	pages, err := fs.Glob(files, "page/*.csv")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range pages {
		keys[name] = 1
	}
	for name, key := range keys {
		all := rows(t, name)
		if !slices.IsSortedFunc(all[1:], func(a, b []string) int { return slices.Compare(a[:key], b[:key]) }) {
			t.Errorf("%s is not sorted by code", name)
		}
		var b strings.Builder
		w := csv.NewWriter(&b)
		if err := w.WriteAll(all); err != nil {
			t.Fatal(err)
		}
		have, err := files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if string(have) != b.String() {
			t.Errorf("%s is not written as CSV usually is: quotes only where they are needed, lines ended by a line feed", name)
		}
	}
}

func rows(t *testing.T, name string) [][]string {
	t.Helper()
	f, err := files.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	out, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return out
}
