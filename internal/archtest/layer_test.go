package archtest

import (
	"fmt"
	"slices"
	"strings"
)

// module is the prefix of our own import paths.
const module = "huying/"

// room is one line of the house plan: a folder of packages and the folders
// those may import besides themselves. The longest matching line holds.
type room struct {
	path string
	may  []string
	why  string
	each bool // every folder in it is a room of its own: none imports its neighbour
}

const (
	faultRoom  = "internal/fault"
	identRoom  = "internal/ident"
	wireRoom   = "internal/wire"
	peerRoom   = "internal/peer"
	domainRoom = "internal/domain"
	hintRoom   = "internal/hint"
	storeRoom  = "internal/store"
	engineRoom = "internal/engine"
	deskRoom   = "internal/desk"
	tickRoom   = "internal/tick"
	feedRoom   = "internal/feed"
	textRoom   = "internal/text"
	configRoom = "internal/config"
	appRoom    = "internal/app"
	demoRoom   = "internal/demo"
	benchRoom  = "internal/bench"
	cliRoom    = "internal/cli"
	packsRoom  = "packs"
)

// faceRooms are where people and programs meet the system.
var faceRooms = []string{"internal/web", "internal/portal", "internal/field", "internal/api", "internal/open311", "internal/hook"}

var (
	ground   = []string{faultRoom, identRoom}
	rules    = with(ground, domainRoom)
	forDesks = with(rules, hintRoom, storeRoom, engineRoom)
	forFaces = with(rules, wireRoom, hintRoom, engineRoom, deskRoom, feedRoom, textRoom, peerRoom)
	forApp   = with(forDesks, slices.Concat(faceRooms, []string{deskRoom, tickRoom, feedRoom, textRoom, configRoom, demoRoom, packsRoom})...)
	all      = []string{"internal", packsRoom}
)

// with returns a new list of the folders of list and more.
func with(list []string, more ...string) []string { return slices.Concat(list, more) }

// plan is the house: fault, ident → domain → hint; store beside them; engine →
// desk → tick, feed, demo, faces → app → cli.
var plan = append([]room{
	{path: faultRoom, why: "the ground stands on nothing"},
	{path: identRoom, may: []string{faultRoom}, why: "the ground knows no domain"},
	{path: peerRoom, why: "an address knows nothing"},
	{path: domainRoom, may: ground, why: "rules are pure"},
	{path: hintRoom, may: rules, why: "advice is pure over a loaded model"},
	{path: storeRoom, may: []string{faultRoom}, why: "the store knows no domain type"},
	{path: wireRoom, may: with(ground), why: "how values are written knows no value"},
	{path: "internal/wire/wiretest", may: with(ground, wireRoom), why: "help for tests"},
	{path: engineRoom, may: with(rules, wireRoom, storeRoom), why: "the engine writes; hints and words are not its matter"},
	{path: deskRoom, may: forDesks, each: true, why: "a desk never imports another desk or a face"},
	{path: tickRoom, may: with(forDesks, deskRoom), why: "clocks call commands"},
	{path: feedRoom, may: with(forDesks, deskRoom), why: "live events know no face"},
	{path: textRoom, may: ground, why: "words know only codes"},
	{path: configRoom, may: ground, why: "configuration is read before anything is wired"},
	{path: demoRoom, may: with(forDesks, deskRoom, packsRoom), why: "the demonstration plays people at desks"},
	{path: appRoom, may: forApp, why: "wiring knows everything but the commands"},
	{path: benchRoom, may: with(forApp, appRoom), why: "measurements run the wired program"},
	{path: cliRoom, may: all, why: "the commands are the top floor"},
	{path: "internal/docgen", may: all, why: "generated docs read every table"},
	{path: "internal/text/gen", may: with(ground, textRoom), why: "a generator beside what it makes"},
	{path: "internal/store/storetest", may: with(ground, storeRoom), why: "help for tests"},
	{path: "internal/engine/enginetest", may: with(rules, storeRoom, engineRoom, packsRoom), why: "help for tests"},
	{path: "internal/web/webtest", may: all, why: "help for tests"},
	{path: "internal/archtest", why: "the plan imports nothing it judges"},
	{path: packsRoom, why: "packs are data"},
	{path: "cmd/huying", may: []string{cliRoom}, why: "main calls cli and nothing else"},
	{path: "cmd", may: all, why: "other programs are tools"},
	{path: "test", may: all, why: "stories may use the whole house"},
}, faces()...)

func faces() []room {
	var out []room
	for _, f := range faceRooms {
		out = append(out, room{path: f, may: forFaces, why: "a face holds no SQL and knows no other face"})
	}
	return out
}

// roomOf returns the line of the plan for a folder.
func roomOf(dir string) (room, bool) {
	var best room
	found := false
	for _, r := range plan {
		if under(dir, r.path) && len(r.path) >= len(best.path) {
			best, found = r, true
		}
	}
	return best, found
}

// layers finds imports against the plan. Tests may import what they like.
func layers(t *tree) []breach {
	var out []breach
	for _, f := range t.code() {
		r, ok := roomOf(f.dir())
		if !ok {
			out = append(out, breach{f.path, "layer", "this folder has no line in the plan: give it one in internal/archtest"})
			continue
		}
		for name, where := range t.imports(f) {
			to, own := strings.CutPrefix(name, module)
			if own && !r.allows(f.dir(), to) {
				out = append(out, breach{where, "layer", fmt.Sprintf("%s may not import %s: %s", f.dir(), to, r.why)})
			}
		}
	}
	return out
}

// allows reports whether a package in folder from may import the one in to.
func (r room) allows(from, to string) bool {
	home := r.path
	if r.each {
		neighbour, _, _ := strings.Cut(strings.TrimPrefix(from, r.path+"/"), "/")
		home = r.path + "/" + neighbour
	}
	if under(to, home) {
		return true
	}
	return slices.ContainsFunc(r.may, func(folder string) bool { return under(to, folder) })
}

// keeper is a foreign library that only some rooms may use.
type keeper struct {
	library string
	rooms   []string
}

// keepers keep what is replaceable in one place.
var keepers = []keeper{
	{"database/sql", []string{storeRoom}},
	{"modernc.org", []string{storeRoom}},
	{"github.com/jackc", []string{storeRoom}},
	{"github.com/spf13/cobra", []string{cliRoom, "internal/docgen"}},
	{"github.com/danielgtaylor/huma", with(faceRooms, "internal/docgen")},
	{"github.com/emmansun/gmsm", []string{"internal/domain/ledger"}},
	{"gopkg.in/yaml.v3", []string{"internal/domain/pack", "internal/desk/exchange", configRoom, cliRoom}},
	// The registry looks at bytes of evidence with http.DetectContentType; the
	// desk of people asks the provider of single sign-on.
	{"net/http", with(faceRooms, peerRoom, feedRoom, tickRoom, appRoom, benchRoom, cliRoom, "internal/desk/registry", "internal/desk/people", "test")},
}

// libraries finds foreign libraries outside the rooms that keep them.
func libraries(t *tree) []breach {
	var out []breach
	for _, f := range t.code() {
		for name, where := range t.imports(f) {
			for _, k := range keepers {
				if under(name, k.library) && !slices.ContainsFunc(k.rooms, func(r string) bool { return under(f.dir(), r) }) {
					out = append(out, breach{where, "library", fmt.Sprintf("%s is for %s only", name, strings.Join(k.rooms, ", "))})
				}
			}
		}
	}
	return out
}
