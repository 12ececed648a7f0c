package pack

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"huying/internal/domain/territory"
)

// Change is one thing that differs between two versions of a city. Part is
// place, unit, post, category, limit, ladder, module, inlet, channel, pause,
// exclusion or calendar. Before is empty for what is new, After for what is
// gone; both are the values as a pack writes them.
type Change struct {
	Part   string
	Code   string
	Name   string
	Before string
	After  string
}

// Diff returns everything that differs from one version of a city to another,
// by part and code, so that nobody has to activate what they have not seen.
// Shapes are not compared: they are imported, with a report of their own.
func Diff(from, to *City) []Change {
	var out []Change
	for _, part := range parts {
		a, b := part.of(from), part.of(to)
		for code, x := range a {
			if y, ok := b[code]; !ok {
				out = append(out, Change{part.name, code, x.name, x.value, ""})
			} else if x.value != y.value {
				out = append(out, Change{part.name, code, y.name, x.value, y.value})
			}
		}
		for code, y := range b {
			if _, ok := a[code]; !ok {
				out = append(out, Change{part.name, code, y.name, "", y.value})
			}
		}
	}
	slices.SortFunc(out, func(a, b Change) int {
		return cmp.Or(cmp.Compare(rankOf(a.Part), rankOf(b.Part)), strings.Compare(a.Code, b.Code))
	})
	return out
}

// item is one thing of a part: what it is called, and all that can differ.
type item struct{ name, value string }

type part struct {
	name string
	of   func(c *City) map[string]item
}

var parts = []part{
	{"place", placeItems}, {"unit", unitItems}, {"post", postItems}, {"category", leafItems},
	{"limit", func(c *City) map[string]item {
		return ruleItems(c, c.Limits.Rules, func(p string) []Rule { return c.LimitsAt(p).Rules() })
	}},
	{"ladder", func(c *City) map[string]item {
		return ruleItems(c, c.Ladder.Rules, func(p string) []Rule { return c.LadderAt(p).Rules() })
	}},
	{"module", moduleItems}, {"inlet", inletItems},
	{"channel", func(c *City) map[string]item { return choiceItems(c.Channels) }},
	{"pause", func(c *City) map[string]item { return choiceItems(c.PauseReasons) }},
	{"exclusion", func(c *City) map[string]item { return choiceItems(c.ExclusionGround) }},
	{"calendar", dayItems},
}

func rankOf(name string) int {
	return slices.IndexFunc(parts, func(p part) bool { return p.name == name })
}

// words writes the parts of a value that say something.
func words(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), " · ")
}

func placeItems(c *City) map[string]item {
	out := map[string]item{}
	for p := range c.Territory.All() {
		if p.Kind.Rank() < territory.Community.Rank() {
			continue // grids follow from the communities
		}
		out[p.Code] = item{p.Name, words(p.Name, p.NameEN, string(p.Kind), p.Parent, strings.Join(p.Heirs, " "))}
	}
	return out
}

func unitItems(c *City) map[string]item {
	out := map[string]item{}
	for _, code := range c.Org.Units() {
		u, _ := c.Org.Unit(code)
		out[code] = item{u.Name, words(u.Name, u.NameEN, string(u.Kind), string(u.Level), u.Territory)}
	}
	return out
}

func postItems(c *City) map[string]item {
	out := map[string]item{}
	for _, code := range c.Org.Units() {
		for _, p := range c.Org.Posts(code) {
			out[p.Code] = item{p.Title, words(p.Title, string(p.Role), p.Territory, p.Phone)}
		}
	}
	return out
}

func leafItems(c *City) map[string]item {
	out := map[string]item{}
	for _, f := range c.Duty.Leaves() {
		out[f.Code] = item{f.Name, words(f.Name, string(f.Urgency), string(f.Class), fmt.Sprint(f.Lead), fmt.Sprint(f.Co), f.Sign.String(), f.Promised.String(),
			f.Statutory.String(), strings.Join(f.Evidence, " "), f.Closing, f.Basis, strings.Join(f.Lexicon, " "))}
	}
	return out
}

// ruleItems is the rules of the city and, where a place departs, of that place.
func ruleItems(c *City, city func() []Rule, at func(place string) []Rule) map[string]item {
	out := map[string]item{}
	base := map[string]string{}
	for _, r := range city() {
		base[r.Name] = ruleValue(r)
		out[r.Name] = item{r.Name, ruleValue(r)}
	}
	for _, o := range c.Overlays() {
		for _, r := range at(o.Place) {
			if v := ruleValue(r); v != base[r.Name] {
				out[r.Name+"@"+o.Place] = item{r.Name + " " + o.Name, v}
			}
		}
	}
	return out
}

func ruleValue(r Rule) string {
	if r.Limit.IsZero() {
		return fmt.Sprint(r.Number)
	}
	return r.Limit.String()
}

func moduleItems(c *City) map[string]item {
	out := map[string]item{}
	for code, m := range c.KnownModules {
		out[code] = item{m.Name, fmt.Sprint(c.Modules[code])}
	}
	return out
}

func inletItems(c *City) map[string]item {
	out := map[string]item{}
	for code, in := range c.Inlets {
		out[code] = item{in.Name, words(in.Name, in.Call, string(in.Trust), fmt.Sprint(in.Returns, in.Anonymous))}
	}
	return out
}

func choiceItems(list map[string]Choice) map[string]item {
	out := map[string]item{}
	for code, x := range list {
		out[code] = item{x.Name, words(x.Name, x.Text, x.Basis)}
	}
	return out
}

// The years whose days are compared: those an announcement exists for.
const firstYear, lastYear = 2007, 2040

// dayItems is every day of the city's calendar that is not as the week says.
func dayItems(c *City) map[string]item {
	out := map[string]item{}
	cal := c.Calendar(c.Root)
	for year := firstYear; year <= lastYear; year++ {
		if !cal.Known(year) {
			continue
		}
		for day := time.Date(year, 1, 1, 12, 0, 0, 0, time.UTC); day.Year() == year; day = day.AddDate(0, 0, 1) {
			d := cal.Day(day)
			week := day.Weekday() != time.Saturday && day.Weekday() != time.Sunday
			if d.Name != "" || d.MakeUp || d.Working != week {
				out[day.Format(time.DateOnly)] = item{d.Name, words(string(d.Kind()), d.Name)}
			}
		}
	}
	return out
}
