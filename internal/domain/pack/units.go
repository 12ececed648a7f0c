package pack

import (
	"fmt"
	"slices"
	"strings"

	"huying/internal/domain/duty"
	"huying/internal/domain/org"
	"huying/internal/domain/territory"
	"huying/internal/fault"
)

var (
	levelNames = []string{string(org.Community), string(org.Town), string(org.District), string(org.City)}
	kindNames  = []string{
		string(org.PartyCommittee), string(org.Government), string(org.Department), string(org.StationedAgency), string(org.StreetOffice),
		string(org.BackOffice), string(org.FrontCentre), string(org.EnforcementBody), string(org.CommunityCommittee),
		string(org.VillageCommittee), string(org.HotlineCentre), string(org.CommandCentre), string(org.ServiceCentre),
		string(org.CoordinationBody), string(org.Enterprise), string(org.Institution), string(org.SocialOrg), string(org.PartyBranch),
	}
	edgeNames = []string{
		string(org.Leads), string(org.Guides), string(org.Dispatches), string(org.ManagesDaily), string(org.Appraises),
		string(org.StationedIn), string(org.ResidentAt), string(org.OnCallFor), string(org.Owns),
	}
	roleNames = []string{
		string(org.Dispatcher), string(org.Agent), string(org.Handler), string(org.GridWorker), string(org.GridJudge), string(org.Reporter),
		string(org.Leader), string(org.Secretary), string(org.Supervisor), string(org.Assessor), string(org.Auditor), string(org.SystemAdmin), string(org.SecurityAdmin),
		string(org.Organiser), string(org.LegalReviewer), string(org.Observer), string(org.Keeper),
	}
)

// levelOf is the tier of units that serve a kind of place.
func levelOf(k territory.Kind) org.Level {
	for _, l := range []org.Level{org.Community, org.Town, org.District, org.City} {
		if l.Rank() == k.Rank() {
			return l
		}
	}
	return ""
}

// unitTemplate is one line of units.csv: a unit that every place of a level,
// or of one kind at that level, or a single place, has.
type unitTemplate struct {
	row       row
	rule      duty.UnitRule
	only      string
	name      string
	nameEN    string
	kind      org.Kind
	leads     []duty.UnitRule
	stationed duty.UnitRule
	stands    []duty.UnitRule // units of the common duty list it stands for
}

// fits reports whether a place has the unit.
func (t unitTemplate) fits(p *territory.Place) bool {
	return levelOf(p.Kind) == t.rule.Level && (t.only == "" || t.only == string(p.Kind) || t.only == p.Code)
}

// organisation builds the graph of a city from templates.
type organisation struct {
	in     *layer
	tree   *territory.Tree
	units  []org.Unit
	edges  []org.Edge
	posts  []org.Post
	shifts []org.Shift
	byRule map[duty.UnitRule][]int         // units of a level and suffix
	stands map[duty.UnitRule]duty.UnitRule // a unit the city does not have → the one that stands for it
	index  map[string]int                  // code → unit
	seats  map[string]int                  // unit → number of its posts
	filled map[string]bool                 // post code → there is one
}

// The most a city may have of each; templates could make billions.
const (
	maxUnits = 100_000
	maxEdges = 500_000
	maxPosts = 500_000
)

// room reports whether one more fits, and tells a problem if it does not.
func (o *organisation) room(have, most int, r row) bool {
	if have < most {
		return true
	}
	r.wrong(fault.New(fault.Invalid, "pack.too_many_made", most))
	return false
}

func newOrganisation(in *layer, tree *territory.Tree) *organisation {
	return &organisation{in: in, tree: tree, byRule: map[duty.UnitRule][]int{}, stands: map[duty.UnitRule]duty.UnitRule{}, index: map[string]int{}, seats: map[string]int{}, filled: map[string]bool{}}
}

// readUnits reads units.csv: suffix,per,name,kind and optionally only,
// name_en, leads, stationed_in, stands_for. {place} in a name is the place's own.
func (o *organisation) readUnits() {
	var templates []unitTemplate
	as := shape{must: []string{"suffix", "per", "name", "kind"}, may: []string{"only", "name_en", "leads", "stationed_in", "stands_for"}, most: maxTemplates}
	found := o.in.stacked(unitsFile, as, func(r row) {
		r = r.kept()
		t := unitTemplate{
			row: r, only: r.text("only"), name: r.must("name"), nameEN: r.text("name_en"),
			kind: org.Kind(r.one("kind", kindNames...)), leads: r.rules("leads"), stationed: r.rule("stationed_in"), stands: r.rules("stands_for"),
		}
		rule, err := duty.ParseUnitRule(r.text("per") + ":" + r.text("suffix"))
		if err != nil {
			r.wrong(err)
			return
		}
		if _, one := o.tree.Place(t.only); t.only != "" && !one {
			r.one("only", placeKinds...)
		}
		t.rule = rule
		templates = append(templates, t)
	})
	if !found {
		o.in.wrong(unitsFile, 0, fault.New(fault.Invalid, "pack.file_missing"))
	}
	o.expand(templates, o.addUnit)
	o.expand(templates, o.link)
	for _, t := range templates {
		o.standIn(t)
	}
}

// standIn notes for which units of the common duty list a unit stands: each of
// them is one the city does not have, and has no second one in its stead.
func (o *organisation) standIn(t unitTemplate) {
	for _, rule := range t.stands {
		if by, twice := o.stands[rule]; len(o.byRule[rule]) > 0 || twice && by != t.rule {
			t.row.wrong(fault.New(fault.Invalid, "pack.stands_for_taken", t.rule.String(), rule.String()))
			continue
		}
		o.stands[rule] = t.rule
	}
}

// known returns the unit a rule means in this city.
func (o *organisation) known(rule duty.UnitRule) duty.UnitRule {
	if by, ok := o.stands[rule]; ok {
		return by
	}
	return rule
}

// expand calls fn for every place and every template that fits it.
func (o *organisation) expand(templates []unitTemplate, fn func(*territory.Place, unitTemplate)) {
	for p := range o.tree.All() {
		if p.Kind.Rank() == 0 {
			continue // grids have no units
		}
		for _, t := range templates {
			if t.fits(p) {
				fn(p, t)
			}
		}
	}
}

func (o *organisation) addUnit(p *territory.Place, t unitTemplate) {
	code := p.Code + "-" + t.rule.Suffix
	if !o.room(len(o.units), maxUnits, t.row) {
		return
	}
	if _, twice := o.index[code]; twice {
		t.row.wrong(fault.New(fault.Invalid, "unit.duplicate", code))
		return
	}
	en := p.NameEN
	if en == "" {
		en = p.Name
	}
	o.index[code] = len(o.units)
	o.byRule[t.rule] = append(o.byRule[t.rule], len(o.units))
	o.units = append(o.units, org.Unit{
		Code: code, Name: strings.ReplaceAll(t.name, "{place}", p.Name), NameEN: strings.ReplaceAll(t.nameEN, "{place}", en),
		Kind: t.kind, Level: t.rule.Level, Territory: p.Code, Suffix: t.rule.Suffix,
	})
}

// link adds the edges of one unit to those that lead it and to the town it is
// stationed in.
func (o *organisation) link(p *territory.Place, t unitTemplate) {
	self := p.Code + "-" + t.rule.Suffix
	for _, upper := range t.leads {
		if t.row.inherited("leads") && o.lacks(upper) {
			continue
		}
		if code, ok := o.near(p.Code, upper, t.row); ok {
			o.edges = append(o.edges, org.Edge{From: code, To: self, Kind: org.Leads})
		}
	}
	if t.stationed == (duty.UnitRule{}) || t.row.inherited("stationed_in") && o.lacks(t.stationed) {
		return
	}
	if code, ok := o.near(p.Code, t.stationed, t.row); ok {
		o.edges = append(o.edges, org.Edge{From: self, To: code, Kind: org.StationedIn})
	}
}

// lacks reports whether the city has no unit of a rule: what the common tables
// say of such a unit falls away.
func (o *organisation) lacks(rule duty.UnitRule) bool { return len(o.byRule[rule]) == 0 }

// near returns the unit a rule names as seen from a place; a rule that names
// none is a problem of the line.
func (o *organisation) near(place string, rule duty.UnitRule, r row) (string, bool) {
	at := placeAt(o.tree, o.tree.Address(place), rule.Level)
	code := at + "-" + rule.Suffix
	if _, ok := o.index[code]; !ok || at == "" {
		r.wrong(fault.New(fault.Invalid, "pack.unit_missing", rule.String(), o.nearestRule(rule)))
		return "", false
	}
	return code, true
}

func (o *organisation) nearestRule(rule duty.UnitRule) string {
	known := make([]string, 0, len(o.byRule))
	for r := range o.byRule {
		known = append(known, r.String())
	}
	return duty.Nearest(rule.String(), known)
}

// placeAt returns the place of a level around an address, "" if the address
// does not reach down to it.
func placeAt(t *territory.Tree, a territory.Address, level org.Level) string {
	switch level {
	case org.Community:
		return a.Community
	case org.Town:
		return a.Town
	case org.District:
		return a.District
	}
	return t.Root().Code
}

// readEdges reads edges.csv: from,to,kind,scope, both ends unit rules. There
// is one edge for each place of the lower level of the two.
func (o *organisation) readEdges() {
	as := shape{must: []string{"from", "to", "kind"}, may: []string{"scope"}, most: maxTemplates}
	o.in.stacked(edgesFile, as, func(r row) {
		from, to := r.rule("from"), r.rule("to")
		if r.inherited("kind") && (o.lacks(from) || o.lacks(to)) {
			return
		}
		kind := org.EdgeKind(r.one("kind", edgeNames...))
		lower := from
		if to.Level.Rank() < from.Level.Rank() {
			lower = to
		}
		if len(o.byRule[lower]) == 0 {
			r.wrong(fault.New(fault.Invalid, "pack.unit_missing", lower.String(), o.nearestRule(lower)))
			return
		}
		for _, i := range o.byRule[lower] {
			place := o.units[i].Territory
			a, okFrom := o.near(place, from, r)
			b, okTo := o.near(place, to, r)
			if !okFrom || !okTo || !o.room(len(o.edges), maxEdges, r) {
				return // one problem a line is enough
			}
			o.edges = append(o.edges, org.Edge{From: a, To: b, Kind: kind, Scope: r.text("scope")})
		}
	})
}

// matching returns the units a pattern of posts.csv or rosters.csv means: a
// unit rule, "LEVEL:*" for every unit of a level, or "*" for every unit.
func (o *organisation) matching(r row, column string) []int {
	pattern := r.must(column)
	var out []int
	if level, all := strings.CutSuffix(pattern, ":*"); all || pattern == "*" {
		if pattern != "*" && !slices.Contains(levelNames, level) {
			r.wrong(fault.New(fault.Invalid, "pack.word_unknown", clip(level), duty.Nearest(level, levelNames)))
		}
		for i, u := range o.units {
			if pattern == "*" || string(u.Level) == level {
				out = append(out, i)
			}
		}
		return out
	}
	rule, err := duty.ParseUnitRule(pattern)
	if err != nil {
		r.wrong(err)
		return nil
	}
	if o.lacks(rule) && pattern != "" && !(r.under == nil && r.inherited(column)) {
		r.wrong(fault.New(fault.Invalid, "pack.unit_missing", rule.String(), o.nearestRule(rule)))
	}
	return o.byRule[rule]
}

const maxSeats = 50

// readPosts reads posts.csv: unit,role,title and optionally title_en, kind (of
// unit), n, public, phone. Holders are numbers of seats, never names.
func (o *organisation) readPosts() {
	as := shape{must: []string{"unit", "role", "title"}, may: []string{"title_en", "kind", "n", "public", "phone"}, most: maxTemplates}
	found := o.in.stacked(postsFile, as, func(r row) {
		role := org.Role(r.one("role", roleNames...))
		kind, n := r.text("kind"), max(1, r.number("n"))
		if kind != "" {
			r.one("kind", kindNames...)
		}
		if n > maxSeats {
			r.wrong(fault.New(fault.Invalid, "pack.number_wrong", n, maxSeats))
			return
		}
		seat := org.Post{Role: role, Title: r.must("title"), TitleEN: r.text("title_en"), Public: r.yes("public"), Phone: r.text("phone")}
		for _, i := range o.matching(r, "unit") {
			if u := &o.units[i]; kind == "" || kind == string(u.Kind) {
				if !o.seat(u, seat, n, r) {
					return // one problem a line is enough
				}
			}
		}
	})
	if !found {
		o.in.wrong(postsFile, 0, fault.New(fault.Invalid, "pack.file_missing"))
	}
}

// seat gives a unit n posts of a pattern.
func (o *organisation) seat(u *org.Unit, p org.Post, n int, r row) bool {
	p.Unit, p.Territory = u.Code, u.Territory
	for i := range n {
		if !o.room(len(o.posts), maxPosts, r) {
			return false
		}
		o.seats[u.Code]++
		p.Code = u.Code + "/" + string(p.Role)
		if n > 1 {
			p.Code += fmt.Sprintf("#%d", i+1)
		}
		if o.filled[p.Code] {
			r.wrong(fault.New(fault.Invalid, "post.duplicate", p.Code))
			return false
		}
		o.filled[p.Code] = true
		p.Holder = fmt.Sprintf("P-%s-%d", u.Code, o.seats[u.Code])
		o.posts = append(o.posts, p)
	}
	return true
}

// readRosters reads rosters.csv: unit,days,from,to and optionally role.
func (o *organisation) readRosters() {
	as := shape{must: []string{"unit", "days", "from", "to"}, may: []string{"role"}, most: maxTemplates}
	o.in.stacked(rostersFile, as, func(r row) {
		days := r.one("days", org.WorkingDays, org.RestDays, org.AllDays)
		from, okFrom := clockTime(r.text("from"))
		to, okTo := clockTime(r.text("to"))
		if !okFrom || !okTo {
			r.wrong(fault.New(fault.Invalid, "shift.malformed", r.text("unit"), days, r.text("from"), r.text("to")))
			return
		}
		role := r.text("role")
		if role != "" {
			r.one("role", roleNames...)
		}
		for _, i := range o.matching(r, "unit") {
			s := org.Shift{Unit: o.units[i].Code, Days: days, From: from, To: to}
			if role != "" {
				if s.Post = s.Unit + "/" + role; !o.filled[s.Post] {
					r.wrong(fault.New(fault.Invalid, "post.unknown", s.Post))
					return
				}
			}
			if !o.room(len(o.shifts), maxPosts, r) {
				return
			}
			o.shifts = append(o.shifts, s)
		}
	})
}

// clockTime reads "08:30" as minutes after midnight; 24:00 is allowed.
func clockTime(s string) (int, bool) {
	var h, m int
	if n, err := fmt.Sscanf(s, "%2d:%2d", &h, &m); n != 2 || err != nil || len(s) != 5 {
		return 0, false
	}
	total := h*60 + m
	return total, h >= 0 && m >= 0 && m < 60 && total <= 24*60
}
