package pack

import (
	"crypto/sha256"
	"io/fs"
	"maps"
	"path"
	"slices"
	"time"

	"huying/internal/domain/calendar"
	"huying/internal/domain/duty"
	"huying/internal/domain/org"
	"huying/internal/fault"
	"huying/internal/ident"
)

// Load reads the pack in folder dir of fsys and everything it stands on: the
// base pack is the folder "base" beside it. The error, if any, is of type
// Problems and tells everything that is wrong.
func Load(fsys fs.FS, dir string) (*City, error) {
	r, city := read(fsys, dir)
	if city == nil && len(r.problems) == 0 {
		r.add(path.Join(dir, manifestFile), 0, fault.New(fault.Invalid, "pack.not_a_city"))
	}
	if problems := r.sorted(); len(problems) > 0 {
		return nil, problems
	}
	return city, nil
}

// Check returns everything that is wrong with the pack in folder dir of fsys,
// in reading order. Unlike Load it also checks the base pack by itself.
func Check(fsys fs.FS, dir string) []Problem {
	r, _ := read(fsys, dir)
	return r.sorted()
}

// reader reads one pack.
type reader struct {
	findings
	base, own *layer
	city      *City
	under     struct { // what the base pack alone sets, before the city
		hours []calendar.Span
		years []calendar.Year
	}
	manifest manifest
	cited    bool // the city keeps a register of documents, which its rules must cite
}

func read(fsys fs.FS, dir string) (*reader, *City) {
	r := &reader{}
	if !fs.ValidPath(dir) {
		r.add(clip(dir), 0, fault.New(fault.Invalid, "pack.file_missing"))
		return r, nil
	}
	sum := sha256.New()
	beside := path.Join(path.Dir(dir), baseID)
	r.base = &layer{fsys: fsys, dir: beside, name: baseID, sum: sum, find: &r.findings}
	r.city = &City{Base: baseID, overlays: map[string]settings{}}
	r.readBase()
	if dir == beside {
		r.checkCommon()
		return r, nil
	}
	r.own = &layer{fsys: fsys, dir: dir, name: path.Base(dir), sum: sum, find: &r.findings, common: r.base}
	if !r.readManifest() {
		return r, nil
	}
	r.readRules()
	r.readPlaces()
	if r.city.Territory == nil {
		return r, nil // nothing below can be told without places
	}
	r.readCalendar()
	r.readOverlays()
	r.checkFacts()
	r.readDuties()
	r.city.Version = version(sum)
	if r.city.Duty != nil {
		r.city.Duty.Version = r.city.Version
	}
	if len(r.problems) > 0 {
		return r, nil
	}
	return r, r.city
}

// readBase reads what every city stands on.
func (r *reader) readBase() {
	c, l := r.city, r.base
	m, ok := l.manifest(false)
	if !ok {
		return
	}
	if m.id != baseID {
		m.at.wrong(fault.New(fault.Invalid, "pack.id_mismatch", clip(m.id), baseID))
	}
	l.strangers(baseFiles)
	c.Forbidden = l.bans(nil)
	c.KnownModules = l.modules(c.Forbidden, nil)
	c.own.modules = map[string]bool{}
	for code, m := range c.KnownModules {
		c.own.modules[code] = m.On
	}
	c.own.limits = l.limits(Limits{})
	l.complete(limitsFile, baseLimits(), c.own.limits.rules)
	c.own.ladder = l.ladder(Ladder{})
	l.complete(ladderFile, ladderSpecs, c.own.ladder.rules)
	c.Inlets = l.inlets(c.Forbidden, nil)
	c.Channels = l.closed(channelsFile, nil)
	c.PauseReasons = l.closed(pausesFile, nil)
	c.ExclusionGround = l.closed(exclusionsFile, nil)
	c.Indicators = l.indicators(c.Forbidden, nil)
	c.Facts = l.facts()
	c.Powers = l.powers(c.Forbidden, nil)
	c.EntryRules = l.entryRules(c.Forbidden, nil)
	c.Documents, _ = l.documents(nil)
	r.under.hours = m.hours
	for _, name := range m.calendars {
		r.under.years = append(r.under.years, l.years(name, m.at, l)...)
	}
}

// checkCommon checks the common duty list by itself: the tables about units
// say nothing without places.
func (r *reader) checkCommon() {
	l := r.base
	x := l.words()
	list := l.dutyList(r.city.Forbidden, x, func(rule duty.UnitRule) duty.UnitRule { return rule })
	l.cites(list, r.city.Documents)
	x.pointing(list, l)
}

// baseLimits are the limits the base pack must set: each, and what answers are
// due by and what callers are told for every urgency.
func baseLimits() map[string]spec {
	out := map[string]spec{}
	for name, s := range specs {
		out[string(name)] = s
	}
	for _, name := range []Limit{Promised, Respond} {
		delete(out, string(name))
		for _, u := range urgencies {
			out[string(name)+"."+string(u)] = specs[name]
		}
	}
	delete(out, string(Statutory)) // only where a category or a city says
	return out
}

func (r *reader) readManifest() bool {
	c, l := r.city, r.own
	m, ok := l.manifest(false)
	if !ok {
		return false
	}
	r.manifest = m
	l.inherits = m.inherits
	l.strangers(cityFiles)
	if m.id != path.Base(l.dir) || !plainName(m.id) {
		m.at.wrong(fault.New(fault.Invalid, "pack.id_mismatch", clip(m.id), path.Base(l.dir)))
	}
	if m.extends != baseID {
		m.at.wrong(fault.New(fault.Invalid, "pack.base_missing", clip(m.extends)))
	}
	if m.name == "" {
		m.at.wrong(fault.New(fault.Invalid, "pack.key_missing", "name"))
	}
	c.ID, c.Name, c.NameEN, c.Root, c.Coordinates = m.id, m.name, m.nameEN, m.root, m.coordinates
	if c.NameEN == "" {
		c.NameEN = c.Name
	}
	if c.Languages = m.languages; len(c.Languages) == 0 {
		c.Languages = slices.Clone(languages)
	}
	return true
}

// readRules reads what the city sets on top of the base pack.
func (r *reader) readRules() {
	c, l := r.city, r.own
	c.Forbidden = l.bans(c.Forbidden)
	if r.manifest.modules != nil {
		c.own.modules = switches(*r.manifest.modules, c.Forbidden, c.KnownModules, c.own.modules)
	}
	c.own.limits = l.limits(c.own.limits)
	c.own.ladder = l.ladder(c.own.ladder)
	c.Inlets = l.inlets(c.Forbidden, c.Inlets)
	c.Channels = l.closed(channelsFile, c.Channels)
	c.PauseReasons = l.closed(pausesFile, c.PauseReasons)
	c.ExclusionGround = l.closed(exclusionsFile, c.ExclusionGround)
	c.Indicators = l.indicators(c.Forbidden, c.Indicators)
	c.Facts = append(c.Facts, l.facts()...)
	c.Powers = l.powers(c.Forbidden, c.Powers)
	c.EntryRules = l.entryRules(c.Forbidden, c.EntryRules)
	c.KeyWork = l.keyWork()
	c.Documents, r.cited = l.documents(c.Documents)
	c.Lines = l.lines()
	c.Norms = l.norms()
	c.Establishment = l.establishment(nil)
	c.Chores = l.chores()
	c.Limits, c.Ladder, c.Modules = c.own.limits, c.own.ladder, c.own.modules
	if most := c.Limits.Number(IndicatorMost); most > 0 && len(c.Indicators) > most {
		l.wrong(indicatorsFile, 0, fault.New(fault.Invalid, "pack.too_many_indicators", len(c.Indicators), most))
	}
}

func (r *reader) readPlaces() {
	places := r.own.places()
	if len(places) == 0 {
		return
	}
	t, locate, err := tree(places, r.manifest.grids)
	if err != nil {
		r.own.wrong(territoryFile, 0, err)
		return
	}
	if t.Root().Code != r.manifest.root {
		r.manifest.at.wrong(fault.New(fault.Invalid, "pack.root_mismatch", clip(r.manifest.root), t.Root().Code))
		return
	}
	r.city.Territory, r.city.Locator = t, locate
}

// readCalendar builds the city's calendar.
func (r *reader) readCalendar() {
	hours := r.manifest.hours
	if len(hours) == 0 {
		hours = r.under.hours
	}
	cal, err := calendar.New(r.city.ID, hours, r.under.years...)
	if err != nil {
		r.own.wrong(manifestFile, 0, err)
		cal, _ = calendar.New(r.city.ID, nil) // cannot fail without hours and years; the pack is refused anyway
	}
	r.city.own.calendar = r.overlaid(cal, r.own, r.manifest)
}

// overlaid puts the local calendars that a manifest names on top of one.
func (r *reader) overlaid(cal *calendar.Calendar, l *layer, m manifest) *calendar.Calendar {
	for _, name := range m.calendars {
		cal = cal.Overlay(name, l.years(name, m.at, r.base)...)
	}
	return cal
}

// readOverlays reads what districts and towns set for themselves, the larger
// places first, so that a town stands on its district.
func (r *reader) readOverlays() {
	layers := r.own.under(overlaysDir)
	rank := func(l *layer) int {
		if p, ok := r.city.Territory.Place(l.name); ok {
			return p.Kind.Rank()
		}
		return 0
	}
	slices.SortStableFunc(layers, func(a, b *layer) int { return rank(b) - rank(a) })
	for _, l := range layers {
		if k := rank(l); k != 2 && k != 3 {
			l.wrong("", 0, fault.New(fault.Invalid, "pack.overlay_place_unknown", clip(l.name)))
			continue
		}
		r.readOverlay(l)
	}
}

func (r *reader) readOverlay(l *layer) {
	c := r.city
	l.strangers(overlayFiles)
	s := c.at(l.name)
	s.name, s.nameEN = "", ""
	s.modules = maps.Clone(s.modules)
	if m, ok := l.manifest(true); ok {
		s.name, s.nameEN = m.name, m.nameEN
		if m.modules != nil {
			s.modules = switches(*m.modules, c.Forbidden, c.KnownModules, s.modules)
		}
		s.calendar = r.overlaid(s.calendar, l, m)
	}
	s.limits = l.limits(s.limits)
	s.ladder = l.ladder(s.ladder)
	for _, f := range l.facts() {
		f.Place = l.name
		c.Facts = append(c.Facts, f)
	}
	c.overlays[l.name] = s
}

// readDuties reads the organisation and the duty list.
func (r *reader) readDuties() {
	c, l := r.city, r.own
	o := newOrganisation(l, c.Territory)
	o.readUnits()
	o.readEdges()
	o.readPosts()
	o.readRosters()
	x := l.words()
	c.Duty = l.dutyList(c.Forbidden, x, o.known)
	l.checkUnits(c.Duty, o)
	if r.cited {
		l.cites(c.Duty, c.Documents)
	}
	c.Words = x.pointing(c.Duty, l)
	working := func(place string, day time.Time) bool {
		is, _ := c.Calendar(place).Working(day)
		return is
	}
	graph, err := org.New(o.units, o.edges, o.posts, o.shifts, working)
	if err != nil {
		l.wrong(unitsFile, 0, err)
		return
	}
	c.Org = graph
	c.Bases = r.bases()
	r.checkDesks()
}

// checkDesks makes sure that somebody is always on duty: the city's command
// centre, at every hour of a week, and that every unit has a post.
func (r *reader) checkDesks() {
	c := r.city
	centre, ok := c.Org.Centre(c.Root)
	if !ok {
		r.own.wrong(unitsFile, 0, fault.New(fault.Invalid, "pack.centre_missing", c.Root))
		return
	}
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, ident.Zone) // any fortnight has working days and rest days
	for h := range 14 * 48 {
		at := start.Add(time.Duration(h) * 30 * time.Minute)
		if _, staffed := c.Org.OnDuty(centre, at); !staffed {
			r.own.wrong(rostersFile, 0, fault.New(fault.Invalid, "pack.duty_desk_uncovered", centre, at.Format("15:04")))
			break
		}
	}
	for _, unit := range c.Org.Units() {
		if c.Org.DefaultPost(unit) == nil {
			r.own.wrong(postsFile, 0, fault.New(fault.Invalid, "pack.unit_without_post", unit))
			return // one name is enough to mend the template
		}
	}
}
