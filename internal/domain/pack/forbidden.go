package pack

import (
	"maps"
	"slices"
	"strings"
	"unicode"

	"huying/internal/fault"
)

// The things a ban may be about.
const (
	banCategory  = "category"
	banIndicator = "indicator"
	banModule    = "module"
	banInlet     = "inlet"
)

// Ban is one thing no pack may define (INV-11), with the reason that is shown
// to whoever tries.
type Ban struct {
	Code    string
	Name    string
	NameEN  string
	On      []string // category, indicator, module, inlet
	Words   []string // any of them in a code or a name is enough
	Instead string   // what to do instead
	Basis   string
	needles []needle
}

// bans reads the forbidden list of one layer; a city may add to the list of
// the base and never take from it.
func (l *layer) bans(under []Ban) []Ban {
	out := slices.Clone(under)
	top, ok := l.document(forbiddenFile)
	if !ok {
		return out
	}
	top.each(func(code string, at, value node) {
		if slices.ContainsFunc(out, func(b Ban) bool { return b.Code == code }) {
			at.wrong(fault.New(fault.Invalid, "pack.ban_redefined", code))
			return
		}
		b := Ban{Code: code}
		value.record(map[string]func(node){
			"name": into(&b.Name), "name_en": into(&b.NameEN), "instead": into(&b.Instead), "basis": into(&b.Basis),
			"on": func(n node) {
				for _, item := range n.items() {
					b.On = append(b.On, item.one(banCategory, banIndicator, banModule, banInlet))
				}
			},
			"words": func(n node) {
				for _, w := range n.texts() {
					if n := needleOf(w); n.inside != "" {
						b.Words, b.needles = append(b.Words, w), append(b.needles, n)
					}
				}
			},
		})
		if b.Basis == "" {
			at.wrong(fault.New(fault.Invalid, "pack.basis_missing", code))
		}
		out = append(out, b)
	})
	return out
}

// fold makes small words with single blanks between and around them out of a
// code or a name, so that FACE_RECOGNITION and "Face recognition" are the same.
func fold(s string) string {
	words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return " " + strings.Join(words, " ") + " "
}

// needle is one word of a ban, ready to be looked for: a Chinese word anywhere,
// any other as whole words, whether written apart or as one.
type needle struct {
	said   string
	han    bool
	apart  string
	alone  string
	inside string
}

func needleOf(word string) needle {
	n := needle{said: word, apart: fold(word)}
	joined := strings.ReplaceAll(n.apart, " ", "")
	n.han = strings.ContainsFunc(joined, func(r rune) bool { return unicode.Is(unicode.Han, r) })
	n.alone, n.inside = " "+joined+" ", joined
	return n
}

// in reports whether a folded text has the word in it.
func (n needle) in(text string) bool {
	if n.han {
		return strings.Contains(text, n.inside) || strings.Contains(strings.ReplaceAll(text, " ", ""), n.inside)
	}
	return strings.Contains(text, n.apart) || strings.Contains(text, n.alone)
}

// banned returns the ban that any of the texts runs into, and the word.
func banned(bans []Ban, on string, texts []string) (Ban, string, bool) {
	for i, t := range texts {
		texts[i] = fold(t)
	}
	for _, b := range bans {
		if !slices.Contains(b.On, on) {
			continue
		}
		for _, n := range b.needles {
			if slices.ContainsFunc(texts, n.in) {
				return b, n.said, true
			}
		}
	}
	return Ban{}, "", false
}

// Forbids returns the ban that any of the texts runs into, and the word, as if
// they named a category.
func (c *City) Forbids(texts ...string) (Ban, string, bool) {
	return banned(c.Forbidden, banCategory, slices.Clone(texts))
}

// refuse returns the fault of a banned thing, nil if it is not banned.
func refuse(bans []Ban, on, code string, texts ...string) error {
	b, word, hit := banned(bans, on, append([]string{code}, texts...))
	if !hit {
		return nil
	}
	code = clip(code)
	switch on {
	case banCategory:
		return fault.New(fault.Invalid, "pack.forbidden_category", code, word, b.Basis, b.Instead)
	case banIndicator:
		return fault.New(fault.Invalid, "pack.forbidden_indicator", code, word, b.Basis, b.Instead)
	case banInlet:
		return fault.New(fault.Invalid, "pack.forbidden_inlet", code, word, b.Basis, b.Instead)
	}
	return fault.New(fault.Invalid, "pack.forbidden_module", code, word, b.Basis, b.Instead)
}

// Module is a part of the system that a pack may switch on or off.
type Module struct {
	Code   string
	Name   string
	NameEN string
	On     bool // unless a pack says otherwise
	Locked bool // no pack may say otherwise
	Basis  string
}

// callerEscalates is the module that stands for the caller's right to go to
// the level above (INV-10).
const callerEscalates = "caller_escalation"

// modules reads the modules a layer makes known.
func (l *layer) modules(bans []Ban, under map[string]Module) map[string]Module {
	out := maps.Clone(under)
	if out == nil {
		out = map[string]Module{}
	}
	top, ok := l.document(modulesFile)
	if !ok {
		return out
	}
	top.each(func(code string, at, value node) {
		if _, known := out[code]; known {
			at.wrong(fault.New(fault.Invalid, "pack.key_repeated", clip(code)))
			return
		}
		m := Module{Code: code}
		value.record(map[string]func(node){
			"name": into(&m.Name), "name_en": into(&m.NameEN), "basis": into(&m.Basis),
			"default": func(n node) { m.On = n.yes() },
			"locked":  func(n node) { m.Locked = n.yes() },
		})
		if err := refuse(bans, banModule, code, m.Name, m.NameEN); err != nil {
			at.wrong(err)
			return
		}
		out[code] = m
	})
	return out
}

// switches reads the modules: part of a manifest over what held before.
func switches(n node, bans []Ban, known map[string]Module, on map[string]bool) map[string]bool {
	out := maps.Clone(on)
	n.each(func(code string, at, value node) {
		if err := refuse(bans, banModule, code); err != nil {
			at.wrong(err)
			return
		}
		m, ok := known[code]
		if !ok {
			at.unknown(code, slices.Collect(maps.Keys(known)))
			return
		}
		v := value.yes()
		switch {
		case m.Locked && v != m.On && code == callerEscalates:
			value.wrong(fault.New(fault.Invalid, "pack.escalation_disabled", m.Basis))
		case m.Locked && v != m.On:
			value.wrong(fault.New(fault.Invalid, "pack.module_locked", code, m.Basis))
		default:
			out[code] = v
		}
	})
	return out
}
