package pack

import (
	"strings"

	"huying/internal/domain/duty"
	"huying/internal/fault"
)

// Word is a word that points to a category, and how strongly.
type Word struct {
	Text   string
	Code   string
	Weight int
}

// lined remembers where a category stands, so that what duty.New finds wrong
// can be told by line.
type lined map[string]int

var categoryShape = shape{
	must: []string{"code", "parent", "name", "urgency", "class", "kind", "lead"},
	may:  []string{"name_en", "co", "fanout", "instant", "sign", "promised", "statutory", "evidence", "closing", "basis"},
	most: maxCategories,
}

// dutyList reads categories.csv: a line without an urgency is a group, any
// other a leaf.
// known tells which unit a rule means in the city.
func (l *layer) dutyList(bans []Ban, x lexicon, known func(duty.UnitRule) duty.UnitRule) *duty.List {
	var groups []duty.Group
	var leaves []duty.Leaf
	lines, words := lined{}, x.of()
	found := l.stacked(categoriesFile, categoryShape, func(r row) {
		code := r.must("code")
		if err := refuse(bans, banCategory, code, r.text("name"), r.text("name_en")); err != nil {
			r.wrong(err)
			return
		}
		if _, twice := lines[code]; twice {
			r.wrong(fault.New(fault.Invalid, "category.duplicate", clip(code)))
			return
		}
		lines[code] = r.line
		if r.text("urgency") == "" {
			groups = append(groups, duty.Group{Code: code, Parent: r.text("parent"), Name: r.must("name"), NameEN: r.text("name_en")})
			return
		}
		f := leafOf(r)
		f.Lexicon = words[code]
		f.Lead = known(f.Lead)
		for i, rule := range f.Co {
			f.Co[i] = known(rule)
		}
		leaves = append(leaves, f)
	})
	if !found {
		l.wrong(categoriesFile, 0, fault.New(fault.Invalid, "pack.file_missing"))
		return nil
	}
	list, err := duty.New("", groups, leaves)
	if err != nil {
		l.wrongCategories(err, lines)
		return nil
	}
	return list
}

func leafOf(r row) duty.Leaf {
	f := duty.Leaf{
		Code: r.text("code"), Parent: r.text("parent"), Name: r.must("name"), NameEN: r.text("name_en"),
		Urgency: duty.Urgency(r.text("urgency")), Class: duty.Class(r.text("class")), Kind: duty.Kind(r.text("kind")),
		Lead: r.rule("lead"), Co: r.rules("co"), FanOut: r.yes("fanout"), Instant: r.yes("instant"),
		Sign: r.limit("sign"), Promised: r.limit("promised"), Statutory: r.limit("statutory"),
		Evidence: r.list("evidence"), Closing: r.text("closing"), Basis: r.must("basis"),
	}
	if r.under != nil && !r.under.limit("statutory").IsZero() && (f.Statutory.IsZero() || !noLonger(f.Statutory, r.under.limit("statutory"))) {
		r.wrong(fault.New(fault.Invalid, "pack.law_loosened", f.Code+" statutory", r.under.text("statutory"), f.Statutory.String(), r.under.text("basis")))
	}
	if beyond, _ := f.Statutory.Shorter(f.Promised); beyond && !f.Promised.IsZero() && !f.Statutory.IsZero() {
		r.wrong(fault.New(fault.Invalid, "pack.promise_beyond_law", f.Code, f.Promised.String(), f.Statutory.String()))
	}
	return f
}

// wrongCategories tells what duty.New found, each at the line of the category
// that its first argument names.
func (l *layer) wrongCategories(err error, lines lined) {
	for _, e := range fault.All(err) {
		line := 0
		if len(e.Args) > 0 {
			if code, ok := e.Args[0].(string); ok {
				line = lines[code]
			}
		}
		l.wrong(categoriesFile, line, e)
	}
}

// checkUnits tells which categories name units that some place does not have.
func (l *layer) checkUnits(list *duty.List, o *organisation) {
	if list == nil {
		return
	}
	for _, f := range list.Leaves() {
		if l.find.full() {
			return
		}
		for _, rule := range append([]duty.UnitRule{f.Lead}, f.Co...) {
			if rule != (duty.UnitRule{}) && len(o.byRule[rule]) == 0 {
				l.wrong(categoriesFile, 0, fault.New(fault.Invalid, "pack.category_unit_missing", f.Code, rule.String(), o.nearestRule(rule)))
			}
		}
	}
}

// maxWord is the longest a word of the lexicon may be, in characters.
const maxWord = 40

// lexicon is the words of lexicon.csv in the order of the file.
type lexicon struct {
	words []Word
	rows  []row // where each word stands
}

// words reads lexicon.csv: word,code,weight.
func (l *layer) words() lexicon {
	var x lexicon
	l.stacked(lexiconFile, shape{must: []string{"word", "code"}, may: []string{"weight"}, most: maxWords}, func(r row) {
		w := Word{Text: strings.ToLower(r.must("word")), Code: r.must("code"), Weight: max(1, r.number("weight"))}
		if len([]rune(w.Text)) > maxWord {
			r.wrong(fault.New(fault.Invalid, "pack.word_too_long", clip(w.Text), maxWord))
			return
		}
		x.words, x.rows = append(x.words, w), append(x.rows, row{in: r.in, name: r.name, line: r.line})
	})
	return x
}

// of returns the words by the category they point to.
func (x lexicon) of() map[string][]string {
	out := map[string][]string{}
	for _, w := range x.words {
		out[w.Code] = append(out[w.Code], w.Text)
	}
	return out
}

// pointing returns the words that point to a leaf and tells which do not. The
// common words of a leaf that the city took away fall away with it.
func (x lexicon) pointing(list *duty.List, own *layer) []Word {
	if list == nil {
		return nil
	}
	var out []Word
	for i, w := range x.words {
		r := x.rows[i]
		if r.in.find.full() {
			break
		}
		if _, ok := list.Leaf(w.Code); ok {
			out = append(out, w)
		} else if r.in == own {
			r.wrong(fault.New(fault.Invalid, "category.unknown", clip(w.Code), list.Nearest(w.Code)))
		}
	}
	return out
}
