package wall

import (
	"math"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"huying/internal/desk/numbers"
	"huying/internal/domain/territory"
	"huying/internal/web/part"
)

// heat tells how heavily places are loaded, in five steps: open matters for
// each ten thousand residents where residents are known of all, else open
// matters.
type heat struct {
	step   float64
	capita bool
}

// perHead is how many residents a rate is for.
const perHead = 10_000

// openIn is how many matters are open in a place the map colours.
func (s *scene) openIn(code string) int64 {
	if s.place.Kind.Rank() == territory.City.Rank() || s.towns[code] != 0 {
		return s.towns[code]
	}
	for _, l := range s.loads {
		if l.Code == code {
			return l.Open
		}
	}
	return 0
}

// parts are the places the map colours: the towns of a city, else those
// directly below.
func (s *scene) parts(tree *territory.Tree) []*territory.Place {
	below := tree.Children(s.place.Code)
	if s.place.Kind.Rank() != territory.City.Rank() {
		return below
	}
	var out []*territory.Place
	for _, district := range below {
		out = append(out, tree.Children(district.Code)...)
	}
	return out
}

func (s *scene) heat(tree *territory.Tree) heat {
	h, most := heat{capita: true}, 0.0
	parts := s.parts(tree)
	for _, p := range parts {
		h.capita = h.capita && p.Residents > 0
	}
	for _, p := range parts {
		most = math.Max(most, h.load(p, s.openIn(p.Code)))
	}
	h.step = round(most / 4)
	return h
}

func (h heat) load(p *territory.Place, open int64) float64 {
	if h.capita {
		return float64(open) * perHead / float64(p.Residents)
	}
	return float64(open)
}

// round returns the next 1, 2 or 5 times a power of ten, so that the steps
// seldom change. Of matters there are no halves.
func round(x float64) float64 {
	if x <= 0 {
		return 1
	}
	power := math.Pow(10, math.Floor(math.Log10(x)))
	for _, n := range []float64{1, 2, 5, 10} {
		if x <= n*power {
			return n * power
		}
	}
	return 10 * power
}

// of is the step of a place: 0 for nothing, else 1 to 4.
func (h heat) of(p *territory.Place, open int64) int {
	if open == 0 {
		return 0
	}
	return max(1, min(4, int(math.Ceil(h.load(p, open)/h.step))))
}

// steps are the words of the legend.
func (h heat) steps() [5]string {
	at := func(n float64) string { return strconv.FormatFloat(n*h.step, 'g', 3, 64) }
	return [5]string{"0", "≤" + at(1), "≤" + at(2), "≤" + at(3), ">" + at(3)}
}

// emblem is the teams of one place on the map.
type emblem struct {
	crew
	Code string
	Name string
	Href string
	X, Y float64
}

func (e emblem) class() string {
	switch {
	case e.late > 0:
		return "late"
	case e.owed == 0:
		return "idle"
	}
	return ""
}

// layers are the map and what stands on it. The parts of a city are coloured
// finely, beneath the places that a click opens.
func (s *scene) layers(v *part.View) (part.Map, []emblem) {
	tree := v.City.Territory
	m := part.Map{Label: v.T("wall.map", v.Place(s.place.Code)), Bound: s.place.Shape.Bound(), Class: "load"}
	h := s.heat(tree)
	fine := s.place.Kind.Rank() == territory.City.Rank()
	if fine {
		for _, p := range s.parts(tree) {
			m.Areas = append(m.Areas, part.Area{Code: p.Code, Shape: p.Shape, Heat: h.of(p, s.openIn(p.Code)), Class: "fine"})
			m.Schematic = m.Schematic || p.Synthetic
		}
	}
	var teams []emblem
	for _, l := range s.loads {
		p, ok := tree.Place(l.Code)
		if !ok || len(p.Shape) == 0 {
			continue
		}
		a := part.Area{Code: l.Code, Name: v.Place(l.Code), Says: says(v, l, s.below[l.Code]), Shape: p.Shape, Href: s.href(l.Code), Class: "edge"}
		if !fine {
			a.Heat, a.Class = h.of(p, l.Open), ""
		}
		if l.Late > 0 {
			a.Class += " behind"
		}
		m.Areas = append(m.Areas, a)
		m.Schematic = m.Schematic || p.Synthetic
		teams = append(teams, emblem{crew: s.below[l.Code], Code: l.Code, Name: brief(v, p), Href: a.Href})
	}
	for i := range teams {
		p, _ := tree.Place(teams[i].Code)
		teams[i].X, teams[i].Y = m.XY(middle(p.Shape))
	}
	return m, teams
}

// brief is the name of a place without the word for its kind, where that is a
// word of its own: small places of a city lie close to each other on the map.
func brief(v *part.View, p *territory.Place) string {
	name, kind := v.Place(p.Code), " "+v.Word("territory.kind", string(p.Kind))
	if at := len(name) - len(kind); at > 0 && strings.EqualFold(name[at:], kind) {
		return name[:at]
	}
	return name
}

// middle is a point for a name: the centre of gravity of a shape.
func middle(shape orb.MultiPolygon) orb.Point {
	at, area := planar.CentroidArea(shape)
	if area == 0 {
		return shape.Bound().Center()
	}
	return at
}

// says is what is read out of a place.
func says(v *part.View, l numbers.Load, c crew) string {
	return v.T("wall.says", part.Count(l.Open), part.Count(c.owed), part.Count(l.Late))
}

// href leads to a place below: its own wall, or its matters.
func (s *scene) href(code string) string {
	if s.place.Kind.Rank() == territory.Town.Rank() {
		return "/numbers/matters?place=" + code + "&open=true"
	}
	out := "/" + s.kind + "/" + code
	if !s.at.IsZero() {
		out += "?at=" + s.stamp()
	}
	return out
}

// The room for the map on a wall of 1920 × 1080, for which emblems have their
// size.
const roomWide, roomHigh = 950.0, 660.0

// unitOf is how many units of a map are one point of that wall.
func unitOf(b orb.Bound) float64 {
	x0, y0 := part.Map{Bound: b}.XY(b.LeftTop())
	x1, y1 := part.Map{Bound: b}.XY(b.RightBottom())
	return math.Max((x1-x0)*1.04/roomWide, (y1-y0)*1.04/roomHigh)
}

// painted is what the map shows now, for the island that paints it: the step
// of each part, and the load of each team.
type painted struct {
	Heat  map[string]int      `json:"heat"`
	Teams map[string][3]int64 `json:"teams"` // owed, overdue, and overdue there
	Says  map[string]string   `json:"says"`
}

func (s *scene) painted(v *part.View) painted {
	tree := v.City.Territory
	h := s.heat(tree)
	out := painted{map[string]int{}, map[string][3]int64{}, map[string]string{}}
	for _, p := range s.parts(tree) {
		if step := h.of(p, s.openIn(p.Code)); step > 0 {
			out.Heat[p.Code] = step
		}
	}
	for _, l := range s.loads {
		out.Teams[l.Code] = [3]int64{s.below[l.Code].owed, s.below[l.Code].late, l.Late}
		out.Says[l.Code] = v.Place(l.Code) + " " + says(v, l, s.below[l.Code])
	}
	return out
}
