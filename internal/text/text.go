// Package text holds the words of the system: one sentence for each fault and
// each notice, and one word for each value that people are shown, in every
// language at once. It turns codes and their arguments into what a street
// clerk or a caller reads. It knows no page, no HTTP and no rule.
//
// The catalogues are the CSV files of this folder, one line for each code and
// one column for each language, sorted by code; a further language is a further
// column. How a sentence is written is told at sentence.
package text

import (
	"maps"
	"slices"
	"sync"

	"golang.org/x/text/language"

	"huying/internal/fault"
)

// Lang is a language of the catalogues. Any other value speaks the first,
// Chinese.
type Lang string

// The languages.
const (
	Chinese Lang = "zh-CN"
	English Lang = "en"
)

// Langs returns the languages, the default first.
func Langs() []Lang { return []Lang{Chinese, English} }

// Match returns the language that suits an Accept-Language header best, and
// Chinese if none does.
func Match(acceptLanguage string) Lang {
	_, i := language.MatchStrings(matcher(), acceptLanguage)
	return Langs()[i]
}

// matcher knows the languages in the order of Langs.
var matcher = sync.OnceValue(func() language.Matcher {
	return language.NewMatcher([]language.Tag{language.SimplifiedChinese, language.English})
})

// Error returns a fault in words: what is wrong and what to do. A fault without
// a text is told by its code.
func (l Lang) Error(e *fault.Error) string { return l.say(e.Code, e.Args) }

// Notice returns a notice in words. Its arguments may have been through JSON:
// times as RFC 3339, numbers as float64.
func (l Lang) Notice(code string, args []any) string { return l.say(code, args) }

// Page returns what a page says at a key, such as Page("desk.title"), with the
// arguments filled in as in every sentence; a key without a text is shown
// itself.
func (l Lang) Page(key string, args ...any) string {
	s, ok := loaded().pages[l.known()][key]
	if !ok {
		return key
	}
	out, _ := s.fill(l, args)
	return out
}

// Limit says a time limit in its text form, such as "4 WORK_HOUR", in words.
func (l Lang) Limit(text string) string { return l.limit(text) }

// Keys returns the keys of everything that stands on pages, sorted.
func Keys() []string { return slices.Sorted(maps.Keys(loaded().pages[Chinese])) }

// Word returns the word for a value of a group, such as Word("matter.status",
// "ORDERED"), or the value itself if it has none. The groups are the string
// types of the domain as package.type_name, "act" for the acts of the ledger,
// and a few more; words.csv lists them.
func (l Lang) Word(group, code string) string {
	if w, ok := l.word(group, code); ok {
		return w
	}
	return code
}

func (l Lang) word(group, code string) (string, bool) {
	w, ok := loaded().words[l.known()][group][code]
	return w, ok
}

// Codes returns the codes of all faults and notices that have a text, sorted.
func Codes() []string { return slices.Sorted(maps.Keys(loaded().sentences[Chinese])) }

func (l Lang) say(code string, args []any) string {
	s, ok := loaded().sentences[l.known()][code]
	if !ok {
		s, args = loaded().unknown[l.known()], []any{code}
	}
	out, _ := s.fill(l, args)
	return out
}

func (l Lang) known() Lang {
	if slices.Contains(Langs(), l) {
		return l
	}
	return Chinese
}
