package office

import (
	"bytes"
	"encoding/csv"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"huying/internal/desk/registry"
	"huying/internal/domain/calendar"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/internal/domain/territory"
	"huying/internal/ident"
	"huying/internal/web/frame"
	"huying/internal/web/part"
)

// csvBlob answers with a table that Excel opens as UTF-8, and in which no cell
// is taken for a formula.
func csvBlob(r *frame.Request, name string, table [][]string) error {
	var b bytes.Buffer
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	for _, row := range table {
		for i, cell := range row {
			row[i] = frame.Harmless(cell)
		}
		if err := w.Write(row); err != nil {
			return err
		}
	}
	w.Flush()
	if err := w.Error(); err != nil {
		return err
	}
	return r.Blob("text/csv; charset=utf-8", name, b.Bytes())
}

func problemsOf(err error) (pack.Problems, bool) {
	var p pack.Problems
	ok := errors.As(err, &p)
	return p, ok
}

// mapOf draws the places below one.
func mapOf(r *frame.Request, at *territory.Place, below []*territory.Place) part.Map {
	m := part.Map{Label: r.Place(at.Code), Names: len(below) <= 40}
	for _, p := range below {
		if len(p.Shape) == 0 {
			continue
		}
		m.Bound = wide(m.Bound, p.Shape.Bound())
		m.Schematic = m.Schematic || p.Synthetic
		a := part.Area{Code: p.Code, Name: r.Place(p.Code), Shape: p.Shape}
		if p.Kind.Rank() > territory.Community.Rank() {
			a.Href = addressOf("/registry/places", "at", p.Code)
		}
		m.Areas = append(m.Areas, a)
	}
	return m
}

func wide(a, b orb.Bound) orb.Bound {
	if a == (orb.Bound{}) {
		return b
	}
	return a.Union(b)
}

// draftMap draws the shapes of a draft over those that hold now, and marks its
// holes.
func draftMap(r *frame.Request, d *registry.Draft) part.Map {
	m := part.Map{Label: r.T("registry.draft"), Names: len(d.Shapes) <= 40}
	seen := map[string]bool{}
	for _, code := range d.Codes() {
		p, ok := r.City.Territory.Place(code)
		if !ok {
			continue
		}
		for _, near := range r.City.Territory.Children(p.Parent) {
			if seen[near.Code] || len(near.Shape) == 0 || d.Shapes[near.Code] != nil {
				continue
			}
			seen[near.Code] = true
			m.Areas = append(m.Areas, part.Area{Code: near.Code, Name: r.Place(near.Code), Shape: near.Shape})
			m.Bound = wide(m.Bound, near.Shape.Bound())
			m.Schematic = m.Schematic || near.Synthetic
		}
	}
	for _, code := range d.Codes() {
		m.Areas = append(m.Areas, part.Area{Code: code, Name: r.Place(code), Says: r.T("registry.shape_new"), Shape: d.Shapes[code], Heat: 2, Here: true})
		m.Bound = wide(m.Bound, d.Shapes[code].Bound())
	}
	for i, h := range d.Fit.Holes {
		if i < 50 {
			m.Dots = append(m.Dots, part.Dot{Lon: h.Lon, Lat: h.Lat, Class: "late", Says: r.T("registry.hole", areaText(h.AreaKM2))})
		}
	}
	return m
}

func areaText(km2 float64) string { return strconv.FormatFloat(km2, 'f', 4, 64) + " km²" }

// relation is one line of the organisation graph as seen from a unit.
type relation struct {
	kind org.EdgeKind
	unit string
	to   bool // the unit at hand is the one it is done to
}

// relations are all edges of a unit, those that arrive first.
func relations(g *org.Graph, unit string) (above, below []relation) {
	for _, kind := range []org.EdgeKind{
		org.Leads, org.Guides, org.Dispatches, org.ManagesDaily, org.Appraises, org.StationedIn, org.ResidentAt, org.OnCallFor, org.Owns,
	} {
		for _, e := range g.To(unit, kind) {
			above = append(above, relation{kind, e.From, true})
		}
		for _, e := range g.From(unit, kind) {
			below = append(below, relation{kind, e.To, false})
		}
	}
	return above, below
}

// roles are the roles of all posts, for the filter.
func roles(r *frame.Request) []part.Option {
	seen := map[string]bool{}
	out := []part.Option{{Value: "", Name: r.T("registry.all_roles")}}
	for _, u := range r.City.Org.Units() {
		for _, p := range r.City.Org.Posts(u) {
			if role := string(p.Role); !seen[role] {
				seen[role] = true
				out = append(out, part.Option{Value: role, Name: r.Word("org.role", role)})
			}
		}
	}
	slices.SortFunc(out[1:], func(a, b part.Option) int { return strings.Compare(a.Value, b.Value) })
	return out
}

// cell is one day of a month on the wall.
type cell struct {
	day  int // 0: no day of the month
	kind calendar.Kind
	name string
}

// month returns the days of a month in weeks from Monday on.
func month(cal *calendar.Calendar, year int, m time.Month) [][7]cell {
	var weeks [][7]cell
	day := time.Date(year, m, 1, 12, 0, 0, 0, ident.Zone)
	for week := ([7]cell{}); day.Month() == m; day = day.AddDate(0, 0, 1) {
		d := cal.Day(day)
		at := (int(day.Weekday()) + 6) % 7
		week[at] = cell{day.Day(), d.Kind(), d.Name}
		if at == 6 || day.AddDate(0, 0, 1).Month() != m {
			weeks = append(weeks, week)
			week = [7]cell{}
		}
	}
	return weeks
}

// districts are the choices of a filter by district.
func districts(r *frame.Request) []part.Option {
	out := []part.Option{{Value: "", Name: r.T("audit.all_districts")}}
	for _, p := range r.City.Territory.Children(r.City.Root) {
		out = append(out, part.Option{Value: p.Code, Name: r.Place(p.Code)})
	}
	return out
}

// limitOf is the value of a rule in words.
func limitOf(v *part.View, rule pack.Rule) string {
	if rule.Limit.IsZero() {
		return strconv.Itoa(rule.Number)
	}
	return v.Lang.Limit(rule.Limit.String())
}
