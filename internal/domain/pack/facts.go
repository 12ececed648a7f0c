package pack

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"huying/internal/domain/duty"
	"huying/internal/domain/org"
	"huying/internal/domain/territory"
	"huying/internal/fault"
)

// FactKind says where what the pack gives for a published figure comes from.
type FactKind string

// The kinds of facts.
const (
	Computed  FactKind = "computed"   // counted from what the pack holds
	Dated     FactKind = "loaded"     // a statistic with its source and date
	NotLoaded FactKind = "not_loaded" // the source gives a number and not what it counts
)

// Fact is one published figure of a city with its source: never about a person.
type Fact struct {
	Code      string
	Name      string
	NameEN    string
	Value     string // what the source says
	Unit      string
	Place     string // code; "" is the city
	Source    string
	Date      string
	Mechanism string // what it belongs to, e.g. GZ-29
	Kind      FactKind
	Count     string // what is counted, of a computed fact
	Book      string // what the registers of a running city give, of a fact that no pack can hold
	Note      string // why the pack gives another figure, or none
	NoteEN    string
}

var factShape = shape{
	must: []string{"code", "name", "value", "source", "date"},
	may:  []string{"name_en", "unit", "place", "mechanism", "count", "book", "absent", "note", "note_en"}, most: maxLines,
}

// Books are what the registers of a running city may give for a fact, before
// the colon of its "book".
var Books = []string{"BATCHES", "CLEANUPS", "COMMENTARIES", "DOCUMENTS", "KEYWORK", "LAYERS", "LIST", "MEASURES", "PROMISE_YEARS"}

// facts reads facts.csv. "count" names what is counted in the pack, "book" what
// is counted in a running city, "absent" marks figures of things the source does
// not list.
func (l *layer) facts() []Fact {
	var out []Fact
	seen := map[string]bool{}
	l.table(factsFile, factShape, func(r row) {
		f := Fact{
			Code: r.must("code"), Name: r.must("name"), NameEN: r.text("name_en"), Value: r.must("value"), Unit: r.text("unit"),
			Place: r.text("place"), Source: r.must("source"), Date: r.must("date"), Mechanism: r.text("mechanism"),
			Count: r.text("count"), Book: r.text("book"), Note: r.text("note"), NoteEN: r.text("note_en"), Kind: Dated,
		}
		absent := r.yes("absent")
		switch {
		case absent && f.Count != "" || absent && f.Note == "" || f.Count != "" && f.Book != "":
			r.wrong(fault.New(fault.Invalid, "pack.fact_absent", clip(f.Code)))
		case absent, f.Book != "":
			f.Kind = NotLoaded
		case f.Count != "":
			f.Kind = Computed
		}
		if f.NameEN == "" {
			f.NameEN = f.Name
		}
		if seen[f.Code] {
			r.wrong(fault.New(fault.Invalid, "pack.key_repeated", clip(f.Code)))
		}
		seen[f.Code] = true
		if count, _, _ := strings.Cut(f.Count, ":"); f.Count != "" && counts[count] == nil {
			r.wrong(fault.New(fault.Invalid, "pack.count_unknown", clip(f.Count), duty.Nearest(count, keysOf(counts))))
		}
		if book, _, _ := strings.Cut(f.Book, ":"); f.Book != "" && !slices.Contains(Books, book) {
			r.wrong(fault.New(fault.Invalid, "pack.count_unknown", clip(f.Book), duty.Nearest(book, Books)))
		}
		out = append(out, f)
	})
	return out
}

// Loaded is what the pack gives for a fact: the figure it counts, the statistic
// as it is published, or "" for what it does not hold.
func (c *City) Loaded(f Fact) string {
	switch f.Kind {
	case Computed:
		count, of, _ := strings.Cut(f.Count, ":")
		return counts[count](c, f, of)
	case Dated:
		return f.Value
	}
	return ""
}

// counts are what a fact may have counted: each takes the city, the fact, and
// what stands after the colon of its "count".
var counts = map[string]func(c *City, f Fact, of string) string{
	"PLACES":    countPlaces,
	"AREA":      func(c *City, f Fact, _ string) string { return strconv.FormatFloat(c.about(f).AreaKM2, 'f', -1, 64) },
	"RESIDENTS": func(c *City, f Fact, _ string) string { return strconv.Itoa(c.about(f).Residents) },
	"LEAVES":    countLeaves,
	"GROUPS":    func(c *City, _ Fact, of string) string { return strconv.Itoa(len(c.Duty.Children(of))) },
	"UNITS":     countUnits,
	"OFFICES":   countOffices,
	"POSTS":     countPosts,
	"EDGES":     countEdges,
	"LIMIT":     sayLimit,
	"LINES":     func(c *City, _ Fact, _ string) string { return strconv.Itoa(len(c.Lines)) },
	"NORM":      countNorm,
	"OVERLAYS":  func(c *City, _ Fact, _ string) string { return strconv.Itoa(len(c.overlays)) },
}

// about is the place a fact is of.
func (c *City) about(f Fact) *territory.Place {
	p, _ := c.Territory.Place(cmp.Or(f.Place, c.Root))
	return p
}

// countPlaces counts the places of some kinds: "TOWN+STREET", or "COMMUNITY@STREET"
// for those that lie in a place of another kind.
func countPlaces(c *City, f Fact, of string) string {
	n := 0
	for p := range c.Territory.All() {
		if !c.Territory.Within(p.Code, c.about(f).Code) {
			continue
		}
		for kind := range strings.SplitSeq(of, "+") {
			kind, in, narrow := strings.Cut(kind, "@")
			above, _ := c.Territory.Place(p.Parent)
			if string(p.Kind) == kind && (!narrow || above != nil && string(above.Kind) == in) {
				n++
			}
		}
	}
	return strconv.Itoa(n)
}

// countLeaves counts the leaves of the duty list, or of one of its groups.
func countLeaves(c *City, _ Fact, group string) string {
	n := 0
	for _, leaf := range c.Duty.Leaves() {
		if strings.HasPrefix(leaf.Code, group) {
			n++
		}
	}
	return strconv.Itoa(n)
}

// countUnits counts the units that rules, joined by "+", mean within the place.
func countUnits(c *City, f Fact, of string) string {
	n := 0
	for rule := range strings.SplitSeq(of, "+") {
		n += len(c.perUnit(f, rule, func(string) int { return 1 }))
	}
	return strconv.Itoa(n)
}

// ruleOf is the rule that means a unit.
func ruleOf(u *org.Unit) string { return duty.UnitRule{Level: u.Level, Suffix: u.Suffix}.String() }

// countOffices counts the units of some kinds that each town has: one number,
// or the least and the most.
func countOffices(c *City, f Fact, of string) string {
	per := map[string]int{}
	for p := range c.Territory.All() {
		if p.Kind.Rank() == territory.Town.Rank() && c.Territory.Within(p.Code, c.about(f).Code) {
			per[p.Code] = 0
		}
	}
	for _, code := range c.Org.Units() {
		u, _ := c.Org.Unit(code)
		if _, here := per[u.Territory]; here && slices.Contains(strings.Split(of, "+"), string(u.Kind)) {
			per[u.Territory]++
		}
	}
	return spread(per)
}

// countPosts counts the posts of a role in each unit of a rule, e.g.
// "TOWN:DQF/AGENT".
func countPosts(c *City, f Fact, of string) string {
	rule, role, _ := strings.Cut(of, "/")
	return spread(c.perUnit(f, rule, func(code string) int {
		n := 0
		for _, p := range c.Org.Posts(code) {
			if p.Role == org.Role(role) {
				n++
			}
		}
		return n
	}))
}

// countEdges counts the units that stand in a relation to each unit of a rule,
// e.g. "RESIDENT_AT/TOWN:ZFD".
func countEdges(c *City, f Fact, of string) string {
	kind, rule, _ := strings.Cut(of, "/")
	return spread(c.perUnit(f, rule, func(code string) int { return len(c.Org.To(code, org.EdgeKind(kind))) }))
}

// perUnit counts something for every unit of a rule within the place of a fact.
func (c *City) perUnit(f Fact, rule string, count func(code string) int) map[string]int {
	per := map[string]int{}
	for _, code := range c.Org.Units() {
		u, _ := c.Org.Unit(code)
		if ruleOf(u) == rule && c.Territory.Within(u.Territory, c.about(f).Code) {
			per[code] = count(code)
		}
	}
	return per
}

// spread writes the least and the most of some numbers, or the one they all are.
func spread(per map[string]int) string {
	least, most, first := 0, 0, true
	for _, n := range per {
		if first {
			least, most, first = n, n, false
		}
		least, most = min(least, n), max(most, n)
	}
	if least == most {
		return strconv.Itoa(least)
	}
	return strconv.Itoa(least) + "–" + strconv.Itoa(most)
}

// countNorm gives how many of a post a place must have, e.g. "GRID_S/GRID_WORKER".
func countNorm(c *City, _ Fact, of string) string {
	kind, post, _ := strings.Cut(of, "/")
	for _, n := range c.Norms {
		if string(n.Kind) == kind && n.Post == post {
			return strconv.Itoa(n.N)
		}
	}
	return "0"
}

// sayLimit writes a limit as it holds in the place, or a least and a most that
// "+" joins.
func sayLimit(c *City, f Fact, name string) string {
	if least, most, two := strings.Cut(name, "+"); two {
		return sayLimit(c, f, least) + "–" + sayLimit(c, f, most)
	}
	r, ok := c.LimitsAt(c.about(f).Code).Rule(name)
	switch {
	case !ok:
		return ""
	case r.Limit.IsZero():
		return strconv.Itoa(r.Number)
	}
	return r.Limit.String()
}

// checkFacts tells which facts are of places the city does not have.
func (r *reader) checkFacts() {
	for _, f := range r.city.Facts {
		if _, ok := r.city.Territory.Place(cmp.Or(f.Place, r.city.Root)); !ok {
			r.own.wrong(factsFile, 0, fault.New(fault.Invalid, "place.unknown", clip(f.Place)))
		}
	}
}
