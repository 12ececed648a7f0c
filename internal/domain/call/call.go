// Package call turns what came in, by whatever door, into a matter.Call: it
// checks the form's words, knows the inlet, and finds the place. All that is
// wrong is told at once, each fault with the field it belongs to. It knows no
// face, no file and no database, and decides nothing about the matter.
package call

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"huying/internal/domain/duty"
	"huying/internal/domain/matter"
	"huying/internal/domain/pack"
	"huying/internal/domain/territory"
	"huying/internal/fault"
)

// The longest a field of a form may be, in characters; matter.MaxText bounds
// the text.
const (
	MaxWhere     = 500
	MaxReference = 200
	MaxName      = 60
)

// The kinds of caller.
const (
	Person     = "PERSON"
	Enterprise = "ENTERPRISE"
	Org        = "ORG"
	Staff      = "STAFF"
)

// Form is a call as it was filled in. Empty fields were not filled in. A point
// says more than a place: if both are given, the point must lie in the place.
type Form struct {
	Source     string // code of the inlet
	SourceRef  string // the source's own number for the call
	Kind       string // of matter.Kinds
	Category   string // code of a leaf; "" waits for the desk
	Urgency    string // "" takes the leaf's
	Text       string
	Where      string   // the place in the caller's words
	Place      string   // code of a place below the city
	Lon, Lat   *float64 // degrees
	CRS        string   // of Lon and Lat; "" is WGS84
	Anonymity  string   // "" is as open as the kind and the contact allow
	CallerKind string   // "" follows from the inlet
	Post       string   // of the member of staff who raises the call
	Name       string   // contact: sealed, never part of the call
	Phone      string   // contact: sealed, never part of the call
}

// HasContact reports whether the form says how the caller can be reached.
func (f Form) HasContact() bool { return f.Name != "" || f.Phone != "" }

// Call returns the call the form describes, placed and checked, without ids,
// hash and contact, which are the engine's. Its coordinates are WGS84 degrees
// times 1e7. Faults, one or several as a fault.List, all Invalid and with
// their field: inlet.unknown, inlet.needs_person, kind.unknown, category.unknown, urgency.unknown,
// anonymity.unknown, caller.kind_unknown, caller.post_unknown,
// caller.contact_missing, caller.contact_refused, name.too_long,
// phone.malformed, place.missing, place.unknown, place.too_wide,
// place.point_elsewhere, point.incomplete, crs.unknown, text.too_long, the
// faults of matter.Words, and those of territory.CheckPoint.
func (f Form) Call(city *pack.City) (matter.Call, error) {
	var wrong fault.List
	out := matter.Call{
		Source: f.Source, SourceRef: f.SourceRef, Kind: matter.Kind(f.Kind), Category: f.Category,
		Urgency: duty.Urgency(f.Urgency), Where: f.Where, Text: f.Text,
	}
	inlet, known := city.Inlets[f.Source]
	if !known {
		codes := slices.Sorted(maps.Keys(city.Inlets))
		wrong.Add(fault.Field("source", "inlet.unknown", clip(f.Source), duty.Nearest(f.Source, codes)))
	}
	if inlet.Trust == pack.Machine && f.Post == "" { // what a machine saw counts by a person's word (LN-13)
		wrong.Add(fault.Field("post", "inlet.needs_person", clip(f.Source)))
	}
	out.Call = inlet.Call
	if !slices.Contains(matter.Kinds, out.Kind) {
		wrong.Add(fault.Field("kind", "kind.unknown", clip(f.Kind), KindNames()))
	}
	if f.Category != "" {
		if _, ok := city.Duty.Leaf(f.Category); !ok {
			wrong.Add(fault.Field("category", "category.unknown", clip(f.Category), city.Duty.Nearest(f.Category)))
		}
	}
	if f.Urgency != "" {
		wrong.Add(matter.KnownUrgency(out.Urgency))
	}
	wrong.Add(f.words())
	var err error
	out.Caller, err = f.caller(city, inlet, known)
	wrong.Add(err)
	out.Place, out.Lon, out.Lat, err = f.place(city)
	wrong.Add(err)
	if err := wrong.Err(); err != nil {
		return matter.Call{}, err
	}
	return out, nil
}

// KindNames returns the codes of all kinds in one line, for faults.
func KindNames() string {
	names := make([]string, len(matter.Kinds))
	for i, k := range matter.Kinds {
		names[i] = string(k)
	}
	return strings.Join(names, ", ")
}

// words checks what was written by hand.
func (f Form) words() error {
	var wrong fault.List
	wrong.Add(matter.Words("text", f.Text, true))
	wrong.Add(line("where", f.Where, MaxWhere))
	wrong.Add(line("source_ref", f.SourceRef, MaxReference))
	wrong.Add(line("name", f.Name, MaxName))
	if f.Phone != "" && !phone(f.Phone) {
		wrong.Add(fault.Field("phone", "phone.malformed"))
	}
	return wrong.Err()
}

// line checks a short text.
func line(field, s string, most int) error {
	if err := matter.Words(field, s, false); err != nil {
		return err
	}
	if n := utf8.RuneCountInString(s); n > most {
		return fault.Field(field, "text.too_long", n, most)
	}
	return nil
}

// phone reports whether s is 3 to 20 digits, plus and minus signs, at least
// three of them digits. The number itself is never quoted in a fault.
func phone(s string) bool {
	digits := 0
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case r != '+' && r != '-':
			return false
		}
	}
	return digits >= 3 && len(s) <= 20
}

// caller says what the matter may know of the caller. A report (举报) without
// another wish is hidden from the handler; a caller who left no contact is
// anonymous, which not every inlet takes.
func (f Form) caller(city *pack.City, inlet pack.Inlet, known bool) (matter.Caller, error) {
	var wrong fault.List
	c := matter.Caller{Anonymity: matter.Anonymity(f.Anonymity), Kind: f.CallerKind, Post: f.Post}
	if c.Kind == "" {
		c.Kind = callerKind(inlet.Call, f.Post)
	}
	if !slices.Contains([]string{Person, Enterprise, Org, Staff}, c.Kind) {
		wrong.Add(fault.Field("caller_kind", "caller.kind_unknown", clip(c.Kind), strings.Join([]string{Person, Enterprise, Org, Staff}, ", ")))
	}
	if f.Post != "" {
		if _, ok := city.Org.Post(f.Post); !ok {
			wrong.Add(fault.Field("post", "caller.post_unknown", clip(f.Post)))
		}
	}
	named := f.HasContact() || c.Kind == Staff
	switch c.Anonymity {
	case "":
		c.Anonymity = f.anonymity(named)
	case matter.Open, matter.Hidden:
	case matter.Anonymous:
		if f.HasContact() {
			wrong.Add(fault.Field("anonymity", "caller.contact_refused"))
		}
	default:
		wrong.Add(fault.Field("anonymity", "anonymity.unknown", clip(f.Anonymity), "OPEN, HIDDEN_FROM_HANDLER, ANONYMOUS"))
	}
	if known && !inlet.Anonymous && !named {
		wrong.Add(fault.Field("phone", "caller.contact_missing", inlet.Code))
	}
	return c, wrong.Err()
}

func (f Form) anonymity(named bool) matter.Anonymity {
	switch {
	case !named:
		return matter.Anonymous
	case matter.Kind(f.Kind) == matter.Report:
		return matter.Hidden
	}
	return matter.Open
}

// callerKind is who calls by an inlet of a class of call.
func callerKind(class, post string) string {
	switch {
	case post != "" || class == "街呼" || class == "党呼":
		return Staff
	case class == "企呼":
		return Enterprise
	}
	return Person
}

// place finds where the call is about: a point by the shapes of the city, else
// a code by the tree.
func (f Form) place(city *pack.City) (a territory.Address, lon, lat int64, err error) {
	if f.Lon == nil && f.Lat == nil {
		a, err = coded(city, f.Place)
		return a, 0, 0, err
	}
	if f.Lon == nil || f.Lat == nil {
		return a, 0, 0, fault.Field("point", "point.incomplete")
	}
	crs := territory.WGS84
	if f.CRS != "" {
		if crs, err = territory.ParseCRS(f.CRS); err != nil {
			return a, 0, 0, err
		}
	}
	x, y := territory.Convert(*f.Lon, *f.Lat, crs)
	if err := city.Territory.CheckPoint(x, y); err != nil {
		return a, 0, 0, err
	}
	a, err = f.at(city, x, y)
	return a, fixed(x), fixed(y), err
}

// at returns the address of a point in the city, and of the place the form
// names where the shapes end above it or there are none.
func (f Form) at(city *pack.City, x, y float64) (territory.Address, error) {
	a, found := city.Locator.Locate(x, y)
	if f.Place == "" {
		if !found { // in the city's bounds but in none of its places
			return a, fault.Field("point", "territory.outside_city", x, y, city.Name)
		}
		return a, nil
	}
	named, err := coded(city, f.Place)
	switch {
	case err != nil:
		return a, err
	case !found || city.Territory.Within(named.Leaf(), a.Leaf()):
		return named, nil
	case !city.Territory.Within(a.Leaf(), named.Leaf()):
		return a, fault.Field("place", "place.point_elsewhere", f.Place, a.Leaf())
	}
	return a, nil
}

// coded returns the address of a code. What was split or merged away stands
// for the place around it.
func coded(city *pack.City, code string) (territory.Address, error) {
	if code == "" {
		return territory.Address{}, fault.Field("place", "place.missing")
	}
	p, ok := city.Territory.Place(code)
	if !ok {
		return territory.Address{}, fault.Field("place", "place.unknown", clip(code), NearestPlace(city, code))
	}
	for p.Retired() && p.Parent != "" {
		p, _ = city.Territory.Place(p.Parent)
	}
	a := city.Territory.Address(p.Code)
	if a.Leaf() == "" {
		return a, fault.Field("place", "place.too_wide", p.Code)
	}
	return a, nil
}

// NearestPlace returns the longest beginning of an unknown code that is a place: the
// district or town it was meant to lie in, or "".
func NearestPlace(city *pack.City, code string) string {
	for end := len(code) - 1; end > 0; end-- {
		if p, ok := city.Territory.Place(code[:end]); ok {
			return p.Code
		}
	}
	return ""
}

// fixed is degrees as the integers that are kept.
func fixed(degrees float64) int64 { return int64(math.Round(degrees * 1e7)) }

// Degrees writes a kept coordinate as decimal degrees.
func Degrees(v int64) string {
	return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%.7f", float64(v)/1e7), "0"), ".")
}

// clip keeps a wrong word that is quoted back from filling the screen.
func clip(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}
