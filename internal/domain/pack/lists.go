package pack

import (
	"maps"
	"slices"
	"strconv"
	"time"

	"huying/internal/domain/duty"
	"huying/internal/fault"
)

// Choice is one entry of a closed list: a reason, a ground, a channel.
type Choice struct {
	Code   string
	Name   string
	NameEN string
	Text   string // what the caller or the unit is told
	TextEN string
	Basis  string
	Order  int // its place in the list, from 1
	// Numbers are the telephone numbers of a channel for emergencies, with the
	// words of a caller that ask for each.
	Numbers []Number
}

// Number is an emergency number and the words that ask for it.
type Number struct {
	Number string
	Words  []string
}

// NoNumber stands in the place of a number for longer words that hold one of
// the others and ask for nobody.
const NoNumber = "none"

// closed reads a list that the base pack closes: a city may reword an entry or
// switch it off, but not add one, since each entry takes something from the
// caller or out of a score.
func (l *layer) closed(file string, under map[string]Choice) map[string]Choice {
	out := maps.Clone(under)
	base := out == nil
	if base {
		out = map[string]Choice{}
	}
	top, ok := l.document(file)
	if !ok {
		return out
	}
	top.each(func(code string, at, value node) {
		c, known := out[code]
		if !known && !base {
			at.wrong(fault.New(fault.Invalid, "pack.list_closed", clip(code), duty.Nearest(code, slices.Collect(maps.Keys(out)))))
			return
		}
		if !known {
			c = Choice{Code: code, Order: len(out) + 1}
		}
		off := false
		value.record(map[string]func(node){
			"name": into(&c.Name), "name_en": into(&c.NameEN), "text": into(&c.Text), "text_en": into(&c.TextEN), "basis": into(&c.Basis),
			"off": func(n node) { off = n.yes() },
			"numbers": func(n node) {
				c.Numbers = nil
				n.each(func(number string, _, value node) { c.Numbers = append(c.Numbers, Number{number, value.texts()}) })
			},
		})
		if c.Basis == "" || c.Name == "" {
			at.wrong(fault.New(fault.Invalid, "pack.basis_missing", code))
		}
		if off {
			delete(out, code)
			return
		}
		out[code] = c
	})
	return out
}

// Trust is what an inlet's calls need before they become a matter that may be
// ordered.
type Trust string

// The degrees of trust.
const (
	Seen    Trust = "VERIFIED" // somebody has already looked: no second check
	Unseen  Trust = "CHECK"    // the desk verifies (B4-05)
	Machine Trust = "CONFIRM"  // a machine saw it: a person confirms, else it is deleted (B15)
)

// Inlet is one door by which calls come in.
type Inlet struct {
	Code      string
	Name      string
	NameEN    string
	Call      string // 民呼, 街呼, 企呼, 党呼
	Trust     Trust
	Returns   bool // the result goes back to the system the call came from
	Anonymous bool // calls without a contact are taken
	Order     int
	Basis     string
}

// inlets reads the inlets of a layer over those before it; a city may add its
// own.
func (l *layer) inlets(bans []Ban, under map[string]Inlet) map[string]Inlet {
	out := maps.Clone(under)
	if out == nil {
		out = map[string]Inlet{}
	}
	top, ok := l.document(inletsFile)
	if !ok {
		return out
	}
	top.each(func(code string, at, value node) {
		in, known := out[code]
		if !known {
			in = Inlet{Code: code, Trust: Unseen, Order: len(out) + 1}
		}
		off := false
		value.record(map[string]func(node){
			"name": into(&in.Name), "name_en": into(&in.NameEN), "basis": into(&in.Basis),
			"call":      func(n node) { in.Call = n.one("民呼", "街呼", "企呼", "党呼") },
			"trust":     func(n node) { in.Trust = Trust(n.one(string(Seen), string(Unseen), string(Machine))) },
			"returns":   func(n node) { in.Returns = n.yes() },
			"anonymous": func(n node) { in.Anonymous = n.yes() },
			"off":       func(n node) { off = n.yes() },
		})
		if err := refuse(bans, banInlet, code, in.Name, in.NameEN); err != nil {
			at.wrong(err)
			return
		}
		if off {
			delete(out, code)
			return
		}
		out[code] = in
	})
	return out
}

// Indicator is one published measure of units: never of persons.
type Indicator struct {
	Code    string
	Name    string
	NameEN  string
	Formula string // in words
	Better  string // HIGH, LOW, or NONE: shown, not judged
	Basis   string
	Source  string // LEDGER, SURVEY, STAT: where it is computed from; UPLOAD: typed in, by an exception
	Until   int    // last civil day of such an exception, 0 for none
}

// Counts reports whether the indicator counts on a civil day: what is typed in
// counts until its exception ends.
func (i Indicator) Counts(day int) bool { return i.Until == 0 || day <= i.Until }

// uploaded is the source of what is typed in. Whatever can be computed from
// facts is (LH-24).
const uploaded = "UPLOAD"

func (l *layer) indicators(bans []Ban, under []Indicator) []Indicator {
	out := slices.Clone(under)
	as := shape{must: []string{"code", "name", "formula", "better"}, may: []string{"name_en", "basis", "source", "until", "off"}, most: maxLines}
	l.table(indicatorsFile, as, func(r row) {
		if r.yes("off") { // a city that adds one retires one
			out = slices.DeleteFunc(out, func(o Indicator) bool { return o.Code == r.text("code") })
			return
		}
		in := Indicator{
			Code: r.must("code"), Name: r.must("name"), NameEN: r.text("name_en"), Formula: r.must("formula"),
			Better: r.one("better", "HIGH", "LOW", "NONE"), Basis: r.text("basis"),
		}
		in.source(r)
		if err := refuse(bans, banIndicator, in.Code, in.Name, in.NameEN, in.Formula); err != nil {
			r.wrong(err)
			return
		}
		if slices.ContainsFunc(out, func(o Indicator) bool { return o.Code == in.Code }) {
			r.wrong(fault.New(fault.Invalid, "pack.key_repeated", clip(in.Code)))
			return
		}
		out = append(out, in)
	})
	return out
}

// source reads where an indicator comes from. One that is typed in makes work
// for the grassroots: it needs an approved exception with a basis and an end.
func (i *Indicator) source(r row) {
	i.Source = "LEDGER"
	if r.text("source") != "" {
		i.Source = r.one("source", "LEDGER", "SURVEY", "STAT", uploaded)
	}
	i.Until = r.number("until")
	if i.Source == uploaded && (i.Basis == "" || i.Until == 0) {
		r.wrong(fault.New(fault.Invalid, "pack.indicator_manual", clip(i.Code)))
	}
	if _, err := time.Parse("20060102", strconv.Itoa(i.Until)); i.Until != 0 && err != nil {
		r.wrong(fault.New(fault.Invalid, "day.unknown", i.Until))
	}
}
