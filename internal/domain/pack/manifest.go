package pack

import (
	"bytes"
	"path"
	"slices"

	"huying/internal/domain/calendar"
	"huying/internal/fault"
)

// The files of a pack.
const (
	manifestFile   = "manifest.yaml"
	limitsFile     = "limits.yaml"
	ladderFile     = "ladder.yaml"
	modulesFile    = "modules.yaml"
	forbiddenFile  = "forbidden.yaml"
	inletsFile     = "inlets.yaml"
	channelsFile   = "channels.yaml"
	pausesFile     = "pauses.yaml"
	exclusionsFile = "exclusions.yaml"
	territoryFile  = "territory.csv"
	schematicFile  = "schematic.csv"
	unitsFile      = "units.csv"
	edgesFile      = "edges.csv"
	postsFile      = "posts.csv"
	rostersFile    = "rosters.csv"
	categoriesFile = "categories.csv"
	lexiconFile    = "lexicon.csv"
	factsFile      = "facts.csv"
	indicatorsFile = "indicators.csv"
	basesFile      = "bases.csv"
	linesFile      = "lines.csv"
	normsFile      = "norms.csv"
	choresFile     = "chores.csv"
	overlaysDir    = "overlays"
	calendarsDir   = "calendars"
	demoDir        = "demo" // sample calls: not part of the pack
)

// baseID is the pack that every city stands on: what the law fixes is in it.
const baseID = "base"

var (
	baseFiles = []string{
		manifestFile, limitsFile, ladderFile, modulesFile, forbiddenFile, inletsFile, channelsFile, pausesFile, exclusionsFile,
		factsFile, documentsFile, indicatorsFile, powersFile, rulesFile, calendarsDir, unitsFile, edgesFile, postsFile, rostersFile, categoriesFile, lexiconFile,
	}
	cityFiles = []string{
		manifestFile, limitsFile, ladderFile, forbiddenFile, inletsFile, channelsFile, pausesFile, exclusionsFile, territoryFile,
		schematicFile, unitsFile, edgesFile, postsFile, rostersFile, categoriesFile, lexiconFile, factsFile, indicatorsFile,
		powersFile,
		rulesFile,
		basesFile,
		linesFile,
		normsFile,
		establishmentFile,
		choresFile,
		keyWorkFile,
		documentsFile,
		overlaysDir, calendarsDir, demoDir,
	}
	overlayFiles = []string{manifestFile, limitsFile, ladderFile, factsFile}
)

// manifest is manifest.yaml.
type manifest struct {
	id, name, nameEN string
	extends, root    string
	languages        []string
	grids            gridPlan
	hours            []calendar.Span
	calendars        []string
	inherits         []string
	coordinates      string
	modules          *node
	at               node
}

// languages are the ones the system speaks.
var languages = []string{"zh-CN", "en"}

// manifest reads a layer's manifest. A territory's overlay has fewer keys.
func (l *layer) manifest(overlay bool) (manifest, bool) {
	var m manifest
	top, ok := l.document(manifestFile)
	if !ok {
		if !overlay {
			l.wrong(manifestFile, 0, fault.New(fault.Invalid, "pack.file_missing"))
		}
		return m, false
	}
	m.at = top
	fields := map[string]func(node){
		"name": into(&m.name), "name_en": into(&m.nameEN),
		"modules":   func(n node) { m.modules = &n },
		"calendars": func(n node) { m.calendars = n.texts() },
	}
	if !overlay {
		fields["id"], fields["extends"], fields["root"] = into(&m.id), into(&m.extends), into(&m.root)
		fields["hours"] = func(n node) { m.readHours(n) }
		fields["coordinates"] = into(&m.coordinates)
		fields["inherits"] = func(n node) { m.readInherits(n) }
		fields["grids"] = func(n node) { m.readGrids(n) }
		fields["languages"] = func(n node) {
			for _, item := range n.items() {
				m.languages = append(m.languages, item.one(languages...))
			}
		}
	}
	top.record(fields)
	return m, true
}

const maxGrids = 500_000

func (m *manifest) readGrids(n node) {
	n.record(map[string]func(node){
		"count":  func(n node) { m.grids.count = n.number(maxGrids) },
		"within": into(&m.grids.within),
		"seed":   func(n node) { m.grids.seed = uint64(n.number(1 << 52)) },
	})
}

func (m *manifest) readHours(n node) {
	for _, item := range n.items() {
		var s calendar.Span
		if err := s.UnmarshalText([]byte(item.text())); err != nil {
			item.wrong(err)
			continue
		}
		m.hours = append(m.hours, s)
	}
}

// years reads the calendar of a name from this layer or, failing that, from
// the one below.
func (l *layer) years(name string, at node, below *layer) []calendar.Year {
	if !plainName(name) {
		at.wrong(fault.New(fault.Invalid, "pack.calendar_missing", clip(name)))
		return nil
	}
	file := path.Join(calendarsDir, name+".csv")
	from := l
	if !from.has(file) {
		from = below
	}
	body := from.read(file, maxYAML)
	if body == nil {
		at.wrong(fault.New(fault.Invalid, "pack.calendar_missing", name))
		return nil
	}
	years, err := calendar.ReadYears(bytes.NewReader(body), from.file(file))
	if err != nil {
		from.wrong(file, 0, err)
	}
	return years
}

// plainName reports whether a name is fit for a folder, a file and a URL:
// small letters, digits and single dashes.
func plainName(s string) bool {
	if s == "" || len(s) > 40 || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	return !slices.ContainsFunc([]byte(s), func(c byte) bool {
		return (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-'
	})
}
