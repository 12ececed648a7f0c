package org

import (
	"slices"
	"strings"
	"time"

	"huying/internal/fault"
)

// Graph is the organisation of one city at one version. It is built once and
// never changes; it is safe for concurrent use. What it returns is shared with
// every other reader and must not be changed.
type Graph struct {
	units   map[string]*Unit
	order   []string
	out, in map[string][]Edge
	byRole  map[string]map[string]string // territory → suffix → unit code
	posts   map[string]*Post
	ofUnit  map[string][]*Post
	shifts  map[string][]Shift
	centres map[string]string // territory → code of its command centre
	working func(territory string, day time.Time) bool
	book    *Book // of who is on duty; nil: only the pattern is known
}

// New builds a graph. The function working tells whether a civil day, given as
// an instant in ident.Zone, is a working day in a territory; nil means every
// day is. All mistakes are told at once. Faults: unit.duplicate,
// unit.code_mismatch, unit.unknown, unit.leads_in_circle, post.duplicate,
// post.unknown, shift.malformed.
func New(units []Unit, edges []Edge, posts []Post, shifts []Shift, working func(territory string, day time.Time) bool) (*Graph, error) {
	if working == nil {
		working = func(string, time.Time) bool { return true }
	}
	g := &Graph{
		units:   make(map[string]*Unit, len(units)),
		order:   make([]string, 0, len(units)),
		out:     map[string][]Edge{},
		in:      map[string][]Edge{},
		byRole:  map[string]map[string]string{},
		posts:   make(map[string]*Post, len(posts)),
		ofUnit:  make(map[string][]*Post, len(units)),
		shifts:  map[string][]Shift{},
		centres: map[string]string{},
		working: working,
	}
	var wrong fault.List
	wrong.Add(g.addUnits(units))
	wrong.Add(g.addEdges(edges))
	wrong.Add(g.addPosts(posts))
	wrong.Add(g.addShifts(shifts))
	if err := wrong.Err(); err != nil {
		return nil, err
	}
	return g, nil
}

func (g *Graph) addUnits(units []Unit) error {
	var wrong fault.List
	for i := range units {
		u := &units[i]
		if u.Code != u.Territory+"-"+u.Suffix {
			wrong.Add(fault.Field("unit", "unit.code_mismatch", u.Code, u.Territory+"-"+u.Suffix))
			continue
		}
		if g.units[u.Code] != nil {
			wrong.Add(fault.Field("unit", "unit.duplicate", u.Code))
			continue
		}
		kept := *u
		g.units[u.Code] = &kept
		g.order = append(g.order, u.Code)
		roles := g.byRole[u.Territory]
		if roles == nil {
			roles = map[string]string{}
			g.byRole[u.Territory] = roles
		}
		roles[u.Suffix] = u.Code
	}
	slices.Sort(g.order)
	for _, code := range g.order { // sorted, so that the choice among several is always the same
		u := g.units[code]
		if u.Kind == CommandCentre && g.centres[u.Territory] == "" {
			g.centres[u.Territory] = code
		}
	}
	return wrong.Err()
}

func (g *Graph) addEdges(edges []Edge) error {
	var wrong fault.List
	for _, e := range edges {
		if g.units[e.From] == nil || g.units[e.To] == nil {
			missing := e.From
			if g.units[missing] != nil {
				missing = e.To
			}
			wrong.Add(fault.Field("edge", "unit.unknown", missing))
			continue
		}
		g.out[e.From] = append(g.out[e.From], e)
		g.in[e.To] = append(g.in[e.To], e)
	}
	for _, code := range g.order {
		if slices.Contains(g.chain(code), code) {
			wrong.Add(fault.Field("edge", "unit.leads_in_circle", code))
			break
		}
	}
	return wrong.Err()
}

func (g *Graph) addPosts(posts []Post) error {
	var wrong fault.List
	for i := range posts {
		p := posts[i]
		switch {
		case g.units[p.Unit] == nil:
			wrong.Add(fault.Field("post", "unit.unknown", p.Unit))
		case g.posts[p.Code] != nil:
			wrong.Add(fault.Field("post", "post.duplicate", p.Code))
		default:
			g.posts[p.Code] = &p
			g.ofUnit[p.Unit] = append(g.ofUnit[p.Unit], &p)
		}
	}
	for _, of := range g.ofUnit {
		slices.SortFunc(of, func(a, b *Post) int { return strings.Compare(a.Code, b.Code) })
	}
	return wrong.Err()
}

const minutesPerDay = 24 * 60

func (g *Graph) addShifts(shifts []Shift) error {
	var wrong fault.List
	for _, s := range shifts {
		good := s.From >= 0 && s.From < minutesPerDay && s.To >= 0 && s.To <= minutesPerDay && s.From != s.To
		switch {
		case g.units[s.Unit] == nil:
			wrong.Add(fault.Field("shift", "unit.unknown", s.Unit))
		case s.Post != "" && (g.posts[s.Post] == nil || g.posts[s.Post].Unit != s.Unit):
			wrong.Add(fault.Field("shift", "post.unknown", s.Post))
		case !good || s.Days != WorkingDays && s.Days != RestDays && s.Days != AllDays:
			wrong.Add(fault.Field("shift", "shift.malformed", s.Unit, s.Days, s.From, s.To))
		default:
			g.shifts[s.Unit] = append(g.shifts[s.Unit], s)
		}
	}
	return wrong.Err()
}

// Unit returns the unit of a code.
func (g *Graph) Unit(code string) (*Unit, bool) { u, ok := g.units[code]; return u, ok }

// Units returns the codes of all units, sorted.
func (g *Graph) Units() []string { return slices.Clone(g.order) }

// At returns the code of the unit with a suffix that serves exactly the given
// territory: At("440106", "CG") is "440106-CG" if there is such a unit.
func (g *Graph) At(territory, suffix string) (string, bool) {
	code, ok := g.byRole[territory][suffix]
	return code, ok
}

// Serving returns the codes of the units that serve exactly the given
// territory, sorted.
func (g *Graph) Serving(territory string) []string {
	out := make([]string, 0, len(g.byRole[territory]))
	for _, code := range g.byRole[territory] {
		out = append(out, code)
	}
	slices.Sort(out)
	return out
}

// Posts returns the posts of a unit, sorted by code.
func (g *Graph) Posts(unit string) []*Post { return slices.Clone(g.ofUnit[unit]) }

// Post returns the post of a code.
func (g *Graph) Post(code string) (*Post, bool) { p, ok := g.posts[code]; return p, ok }

// DefaultPost returns the post that receives what is sent to a unit: the
// dispatcher of a command centre, the agent of a hotline, the handler of any
// other unit; failing that, the first post by code. Nil means no post at all.
func (g *Graph) DefaultPost(unit string) *Post {
	u := g.units[unit]
	if u == nil {
		return nil
	}
	prefer := []Role{Handler, Dispatcher, Agent}
	switch u.Kind {
	case CommandCentre:
		prefer = []Role{Dispatcher, Handler}
	case HotlineCentre:
		prefer = []Role{Dispatcher, Agent, Handler}
	}
	for _, role := range prefer {
		for _, p := range g.ofUnit[unit] {
			if p.Role == role {
				return p
			}
		}
	}
	if of := g.ofUnit[unit]; len(of) > 0 {
		return of[0]
	}
	return nil
}

// From returns the edges of a kind that leave a unit, in the order given.
func (g *Graph) From(unit string, kind EdgeKind) []Edge { return ofKind(g.out[unit], kind) }

// To returns the edges of a kind that arrive at a unit, in the order given.
func (g *Graph) To(unit string, kind EdgeKind) []Edge { return ofKind(g.in[unit], kind) }

func ofKind(edges []Edge, kind EdgeKind) []Edge {
	var out []Edge
	for _, e := range edges {
		if e.Kind == kind {
			out = append(out, e)
		}
	}
	return out
}

// Parent returns the unit that leads a unit. Under double subordination the
// one named first leads in daily business.
func (g *Graph) Parent(unit string) (string, bool) {
	for _, e := range g.in[unit] {
		if e.Kind == Leads {
			return e.From, true
		}
	}
	return "", false
}

// chain returns the units above one, nearest first; it stops where a circle
// would close, after naming the unit that closes it.
func (g *Graph) chain(unit string) []string {
	var up []string
	for at := unit; ; {
		parent, ok := g.Parent(at)
		if !ok {
			return up
		}
		again := slices.Contains(up, parent)
		up = append(up, parent)
		if again || parent == unit {
			return up
		}
		at = parent
	}
}

// StationedIn reports whether an agency is stationed in a town or street,
// which may then command it (GZ-06). The town is named by its own code or by
// the code of any of its units.
func (g *Graph) StationedIn(agency, town string) bool {
	if u := g.units[town]; u != nil {
		town = u.Territory
	}
	for _, e := range g.out[agency] {
		if e.Kind == StationedIn && g.units[e.To].Territory == town {
			return true
		}
	}
	return false
}
