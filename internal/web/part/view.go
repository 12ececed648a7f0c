// Package part is what pages are made of: the reader's view of the city, and
// the parts in which everything is shown: queue, clock, timeline, people, map,
// form, table, figure and chart. A part shows what it is given; it knows no
// desk, no request and no rule.
package part

import (
	"crypto/rand"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"huying/internal/domain/access"
	"huying/internal/domain/calendar"
	"huying/internal/domain/clock"
	"huying/internal/domain/duty"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/internal/domain/territory"
	"huying/internal/ident"
	"huying/internal/text"
)

// View is who looks and when: every part speaks through it. It belongs to one
// request.
type View struct {
	Lang  text.Lang
	Theme string // light, dark, or "" for what the machine says
	City  *pack.City
	Now   time.Time
	Actor access.Actor // the zero actor: nobody has signed in
	Name  string       // of the person, as they are greeted
	Demo  bool         // a played city: every page says so
	Asset func(name string) string
}

// Key is the key of a text in a table; the call marks it for the test that
// holds keys against the catalogue.
type Key string

// T returns what a page says at a key.
func (v *View) T(key string, args ...any) string { return v.Lang.Page(key, args...) }

// Word returns the word for a value of a group.
func (v *View) Word(group, code string) string { return v.Lang.Word(group, code) }

// English reports whether the reader reads English.
func (v *View) English() bool { return v.Lang == text.English }

// named chooses the English name where there is one and the reader wants it.
func (v *View) named(name, english string) string {
	if v.English() && english != "" {
		return english
	}
	return name
}

// CityName returns the name of the city.
func (v *View) CityName() string { return v.named(v.City.Name, v.City.NameEN) }

// Unit returns the name of a unit.
func (v *View) Unit(code string) string {
	if u, ok := v.City.Org.Unit(code); ok {
		return v.named(u.Name, u.NameEN)
	}
	return code
}

// UnitCode finds the unit that was typed, by its code or its name; what is no
// unit is returned as it was typed, so that the command can say so.
func (v *View) UnitCode(typed string) string {
	if _, ok := v.City.Org.Unit(typed); ok || typed == "" {
		return typed
	}
	found := typed
	for _, code := range v.City.Org.Units() {
		if v.Unit(code) != typed {
			continue
		}
		if found != typed {
			return typed // a name that several have stands for none
		}
		found = code
	}
	return found
}

// UnitNames are the names of the units that fit, as a field offers them.
func (v *View) UnitNames(fits func(*org.Unit) bool) []string {
	var out []string
	for _, code := range v.City.Org.Units() {
		if u, ok := v.City.Org.Unit(code); ok && fits(u) {
			out = append(out, v.Unit(code))
		}
	}
	return out
}

// Post returns a post as people speak of it: its unit and its title.
func (v *View) Post(code string) string {
	p, ok := v.City.Org.Post(code)
	if !ok {
		return v.Actorless(code)
	}
	return v.Unit(p.Unit) + " · " + v.PostTitle(p)
}

// PostTitle returns the title of a post without its unit.
func (v *View) PostTitle(p *org.Post) string {
	if v.English() {
		return v.Word("org.role", string(p.Role))
	}
	return p.Title
}

// Actorless names an actor that is no post: a clock, a rule, a caller.
func (v *View) Actorless(id string) string {
	switch {
	case id == access.Clock || id == access.Rule || id == access.Import:
		return v.Word("actor", id)
	case id == "" || strings.HasPrefix(id, "CALLER"):
		return v.Word("access.kind", "CALLER")
	}
	return id
}

// Place returns the name of one place.
func (v *View) Place(code string) string {
	if p, ok := v.City.Territory.Place(code); ok {
		return v.named(p.Name, p.NameEN)
	}
	return code
}

// Address returns where something lies, from the district down.
func (v *View) Address(a territory.Address) string {
	var parts []string
	for _, code := range []string{a.District, a.Town, a.Community} {
		if code != "" {
			parts = append(parts, v.Place(code))
		}
	}
	if v.English() {
		return strings.Join(parts, ", ")
	}
	return strings.Join(parts, " ")
}

// Short returns the lowest two places of an address, for dense lists.
func (v *View) Short(a territory.Address) string {
	parts := make([]string, 0, 2)
	for _, code := range []string{a.Town, a.Community} {
		if code != "" {
			parts = append(parts, v.Place(code))
		}
	}
	if len(parts) == 0 && a.District != "" {
		parts = append(parts, v.Place(a.District))
	}
	return strings.Join(parts, " ")
}

// Leaf returns the duty leaf of a category code.
func (v *View) Leaf(code string) *duty.Leaf {
	f, _ := v.City.Duty.Leaf(code)
	return f
}

// Category returns the name of a category.
func (v *View) Category(code string) string {
	if f := v.Leaf(code); f != nil {
		return v.named(f.Name, f.NameEN)
	}
	if code == "" {
		return v.T("matter.no_category")
	}
	return code
}

// Inlet returns the name of an inlet.
func (v *View) Inlet(code string) string {
	if in, ok := v.City.Inlets[code]; ok {
		return v.named(in.Name, in.NameEN)
	}
	return code
}

// Choice returns the name of an entry of a closed list.
func (v *View) Choice(list map[string]pack.Choice, code string) string {
	if c, ok := list[code]; ok {
		return v.named(c.Name, c.NameEN)
	}
	return code
}

// When says an instant as people do: today and tomorrow by the hour, else by
// the date. The zero time is said as nothing.
func (v *View) When(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t, now := t.In(ident.Zone), v.Now.In(ident.Zone)
	hour := t.Format("15:04")
	switch days := calendar.DaysFrom(DayOf(now), DayOf(t)); {
	case days == 0:
		return v.T("time.today", hour)
	case days == 1:
		return v.T("time.tomorrow", hour)
	case days == -1:
		return v.T("time.yesterday", hour)
	case t.Year() == now.Year():
		return v.T("time.this_year", int(t.Month()), t.Day(), hour)
	}
	return v.T("time.date", t.Year(), int(t.Month()), t.Day())
}

// Exact says an instant to the second, with its weekday, for the hover.
func (v *View) Exact(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(ident.Zone)
	return v.T("time.exact", t.Format("2006-01-02 15:04:05"), v.Word("weekday", strconv.Itoa(int(t.Weekday()))))
}

// At is the instant of the engine as a time.
func At(i clock.Instant) time.Time { return i.Time() }

// Span says a duration in its largest two units.
func (v *View) Span(d time.Duration) string {
	if d < 0 {
		d = -d
	}
	minutes := int(d.Round(time.Minute) / time.Minute)
	switch {
	case minutes < 60:
		return v.T("span.minutes", minutes)
	case minutes < 24*60 && minutes%60 == 0:
		return v.T("span.hours", minutes/60)
	case minutes < 24*60:
		return v.T("span.hours_minutes", minutes/60, minutes%60)
	case minutes < 3*24*60 && minutes/60%24 != 0:
		return v.T("span.days_hours", minutes/60/24, minutes/60%24)
	}
	return v.T("span.days", (minutes+12*60)/60/24)
}

// Left says how much time is left until an instant, or by how much it passed.
func (v *View) Left(t time.Time) string {
	if v.Late(t) {
		return v.T("time.late", v.Span(v.Now.Sub(t)))
	}
	return v.T("time.left", v.Span(t.Sub(v.Now)))
}

// Late reports whether an instant has passed.
func (v *View) Late(t time.Time) bool { return !t.IsZero() && v.Now.After(t) }

// Owes reports whether the reader's unit owes an order.
func (v *View) Owes(o *order.Order) bool { return o.Debtor == v.Actor.Unit }

// May reports whether the reader may do an action to a matter, or to an order
// of it: what decides whether a button stands on a page. The command decides
// again.
func (v *View) May(action access.Action, f *matter.File, o *order.Order) bool {
	return access.Allow(v.Actor, action, f.Subject(o)) == nil
}

// Could reports whether the reader has the action anywhere at all.
func (v *View) Could(action access.Action) bool { return access.Could(v.Actor, action) }

// Once returns a key by which a form that is sent twice acts once.
func Once() string { return rand.Text() }

// Day writes a civil day, such as 2026-03-31; "" if there is none.
func Day(day int) string { return calendar.DayText(day) }

// DayOf is the civil day of an instant as a number, such as 20260310.
func DayOf(t time.Time) int { return calendar.DayOf(t) }

// Count writes a number with its thousands apart.
func Count[N int | int64](n N) string {
	s := strconv.FormatInt(int64(n), 10)
	start := 0
	if n < 0 {
		start = 1
	}
	for i := len(s) - 3; i > start; i -= 3 {
		s = s[:i] + " " + s[i:]
	}
	return s
}

// Percent writes a share with one digit.
func Percent(x float64) string { return strconv.FormatFloat(100*x, 'f', 1, 64) + "%" }

// JSON is data for an island, safe within an attribute.
func JSON(v any) (string, error) { return templ.JSONString(v) }
