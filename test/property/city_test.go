// Package property tries the invariants of the system on cities and with
// people that nobody thought of: each test draws a small city as the files of a
// pack, runs the real loader and the real engine over it, and lets anybody try
// anything at any time. What fails is drawn again as the smallest that fails.
package property

import (
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"huying/internal/domain/pack"
	"huying/internal/fault"
	"huying/packs"
)

// name is the folder of every drawn city.
const name = "drawn"

// sources is the files of a drawn city, and what was drawn.
type sources struct {
	files     fstest.MapFS
	districts []string
	leaves    []string
}

// base is the pack that every city stands on.
var base = sync.OnceValue(func() fstest.MapFS {
	out := fstest.MapFS{}
	err := fs.WalkDir(packs.FS, "base", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := fs.ReadFile(packs.FS, file)
		out[file] = &fstest.MapFile{Data: body}
		return err
	})
	if err != nil {
		panic(err) // an embedded file is always read
	}
	return out
})

// baseFiles is a copy of it.
func baseFiles() fstest.MapFS { return maps.Clone(base()) }

// put writes one file of the city.
func (s *sources) put(file, text string) {
	s.files[name+"/"+file] = &fstest.MapFile{Data: []byte(text)}
}

// add puts lines at the end of a file of the city, which need not be there.
func (s *sources) add(file, head, lines string) {
	have := head
	if f := s.files[name+"/"+file]; f != nil {
		have = string(f.Data)
	}
	s.put(file, have+lines)
}

// city draws a small city: one to three districts of streets and towns with
// communities and villages, its own departments and offices with edges between
// them, a duty list of its own, tighter limits, modules on and off, districts
// that depart from their city.
func city(t *rapid.T) *sources {
	s := &sources{files: baseFiles()}
	var spec []pack.SpecDistrict
	for n := range rapid.IntRange(1, 3).Draw(t, "districts") {
		code := fmt.Sprintf("9900%02d", n+1)
		s.districts = append(s.districts, code)
		spec = append(spec, pack.SpecDistrict{Code: code, Name: fmt.Sprintf("第%d区", n+1)})
	}
	made, err := pack.Scaffold(pack.Spec{ID: name, Name: "画中城", Root: "990000", Districts: spec, Lon: 113, Lat: 23})
	if err != nil {
		t.Fatal(err)
	}
	for file, body := range made {
		s.put(file, string(body))
	}
	s.places(t)
	s.units(t)
	s.posts(t)
	s.duties(t)
	s.limits(t)
	s.modules(t)
	return s
}

// places draws towns and streets of any number, with communities and villages.
func (s *sources) places(t *rapid.T) {
	var b strings.Builder
	b.WriteString("code,name,name_en,kind,parent,area_km2,households,residents\n990000,画中城,Drawn,CITY,,,,\n")
	communities := 0
	for i, d := range s.districts {
		fmt.Fprintf(&b, "%s,第%d区,District %d,DISTRICT,990000,,,\n", d, i+1, i+1)
		for j := range rapid.IntRange(1, 3).Draw(t, "towns") {
			town, kind := fmt.Sprintf("%s%03d", d, j+1), rapid.SampledFrom([]string{"STREET", "TOWN"}).Draw(t, "kind")
			fmt.Fprintf(&b, "%s,第%d街,Street %s,%s,%s,,,\n", town, j+1, town, kind, d)
			for k := range rapid.IntRange(1, 3).Draw(t, "communities") {
				home := rapid.SampledFrom([]string{"COMMUNITY", "VILLAGE"}).Draw(t, "home")
				fmt.Fprintf(&b, "%s%03d,第%d社区,Home %s%d,%s,%s,,%d,%d\n", town, k+1, k+1, town, k+1, home, town, 100+k, 300+k)
				communities++
			}
		}
	}
	s.put("territory.csv", b.String())
	grids := communities * rapid.IntRange(1, 3).Draw(t, "grids")
	manifest := string(s.files[name+"/manifest.yaml"].Data)
	head, _, _ := strings.Cut(manifest, "grids:")
	s.put("manifest.yaml", fmt.Sprintf("%sgrids: {count: %d, seed: %d}\n", head, grids, rapid.IntRange(1, 99).Draw(t, "seed")))
}

// units draws departments and offices beside those of any city, and edges.
func (s *sources) units(t *rapid.T) {
	var lines, edges strings.Builder
	for i := range rapid.IntRange(0, 3).Draw(t, "more units") {
		level := rapid.SampledFrom([]string{"DISTRICT", "TOWN"}).Draw(t, "level")
		kind := map[string]string{"DISTRICT": "DEPARTMENT", "TOWN": "BACK_OFFICE"}[level]
		fmt.Fprintf(&lines, "X%d,%s,{place}新设%d,{place} New %d,%s,%s:ZH,\n", i, level, i, i, kind, level)
		fmt.Fprintf(&edges, "%s,%s:X%d,%s,画\n", rapid.SampledFrom([]string{"DISTRICT:CG", "DISTRICT:ZH", "CITY:ZH"}).Draw(t, "from"), level, i,
			rapid.SampledFrom([]string{"GUIDES", "APPRAISES", "OWNS_ESTABLISHMENT"}).Draw(t, "edge"))
	}
	s.add("units.csv", "", lines.String())
	s.put("edges.csv", "from,to,kind,scope\nTOWN:ZH,TOWN:PCS,DISPATCHES,调度\nTOWN:ZH,TOWN:SJS,DISPATCHES,调度\n"+edges.String())
}

// posts draws how many posts some units begin with and how many are filled, and
// gives the city somebody who keeps count of them.
func (s *sources) posts(t *rapid.T) {
	var b strings.Builder
	b.WriteString("unit,kind,authorised,filled,basis\n")
	for _, unit := range []string{"DISTRICT:CG", "DISTRICT:ZJ", "TOWN:ZH", "TOWN:CGB"} {
		for _, kind := range rapid.SliceOfDistinct(rapid.SampledFrom([]string{"ADMIN", "PUBLIC", "ENFORCEMENT"}), rapid.ID).Draw(t, "kinds of posts") {
			n := rapid.IntRange(0, 6).Draw(t, "authorised")
			fmt.Fprintf(&b, "%s,%s,%d,%d,三定\n", unit, kind, n, rapid.IntRange(0, n).Draw(t, "filled"))
		}
	}
	s.put("establishment.csv", b.String())
	// Units that answer may have posts that judge: they must not judge their own.
	for _, unit := range rapid.SliceOfDistinct(rapid.SampledFrom([]string{"DISTRICT:CG", "DISTRICT:ZJ", "TOWN:CGB", "TOWN:ZFD", "TOWN:PCS"}), rapid.ID).Draw(t, "judging") {
		s.add("posts.csv", "", unit+",,DISPATCHER,调度岗,Desk,1,on\n")
	}
	s.add("posts.csv", "", "CITY:ZH,,ORGANISER,编制岗,Organisation desk,1,off\nDISTRICT:ZH,,ORGANISER,编制岗,Organisation desk,1,off\n")
}

// duties draws the duty list, and words that point to it.
func (s *sources) duties(t *rapid.T) {
	leads := []string{"TOWN:CGB", "TOWN:YJB", "TOWN:ZFD", "TOWN:SJS", "TOWN:PCS", "DISTRICT:CG", "DISTRICT:ZJ", "DISTRICT:SW", "DISTRICT:HB", "COMMUNITY:JW"}
	var lines, words strings.Builder
	lines.WriteString("code,parent,name,name_en,urgency,class,kind,lead,co,fanout,instant,evidence,closing,basis\nA,,大类,Group,,,,,,,,,,\n")
	words.WriteString("word,code,weight\n")
	for i := range rapid.IntRange(3, 9).Draw(t, "leaves") {
		code := fmt.Sprintf("A%02d", i+1)
		class, lead, co := rapid.SampledFrom([]string{"大事", "大事", "大事", "小事", "私事"}).Draw(t, "class"), rapid.SampledFrom(leads).Draw(t, "lead"), ""
		if class == "小事" {
			lead = "COMMUNITY:JW"
		}
		if rapid.Bool().Draw(t, "helped") {
			if co = rapid.SampledFrom(leads).Draw(t, "co"); co == lead {
				co = ""
			}
		}
		if class == "私事" {
			lead, co = "", ""
		}
		fmt.Fprintf(&lines, "%s,A,事项%d,Item %d,%s,%s,%s,%s,%s,%s,%s,%s,办妥,画中城清单第%d条\n", code, i, i,
			rapid.SampledFrom([]string{"EMERGENCY", "UTILITY", "NORMAL", "NORMAL", "COMPLEX"}).Draw(t, "urgency"), class,
			rapid.SampledFrom([]string{"BASIC", "ASSIST", "TAKEN_BACK"}).Draw(t, "duty"), lead, co,
			onOff(rapid.Bool().Draw(t, "fan out")), onOff(rapid.IntRange(0, 4).Draw(t, "instant") == 0 && class == "大事"),
			rapid.SampledFrom([]string{"", "PHOTO", "PHOTO;RECORD"}).Draw(t, "evidence"), i+1)
		fmt.Fprintf(&words, "词%c,%s,%d\n", 'a'+i, code, 1+i%3)
		s.leaves = append(s.leaves, code)
	}
	s.put("categories.csv", lines.String())
	s.put("lexicon.csv", words.String())
}

func onOff(yes bool) string {
	if yes {
		return "on"
	}
	return ""
}

// tighter are limits that ask more of the administration than the base does.
var tighter = []string{
	"verify: {is: 1 HOUR, basis: 画}", "triage: {is: 4 WORK_HOUR, basis: 画}", "sign: {is: 2 WORK_HOUR, basis: 画}", "respond.NORMAL: {is: 5 CD, basis: 画}",
	"promised.NORMAL: {is: 5 CD, basis: 画}", "verdict: {is: 10 CD, basis: 画}", "reopen: {is: 30 CD, basis: 画}", "deferral_max: {is: 60 CD, basis: 画}",
	"extension_max: {is: 7 CD, basis: 画}", "extension_count: {is: 1, basis: 画}", "objection_count: {is: 1, basis: 画}", "callback_tries: {is: 5, basis: 画}",
	"group_least: {is: 10, basis: 画}", "town_try: {is: 3 WD, basis: 画}", "community_try: {is: 1 CD, basis: 画}", "sample_share: {is: 200, basis: 画}",
}

// limits draws some tighter limits, of the city and of a district.
func (s *sources) limits(t *rapid.T) {
	draw := func(label string) string {
		return strings.Join(rapid.SliceOfNDistinct(rapid.SampledFrom(tighter), 0, 5, rapid.ID).Draw(t, label), "\n") + "\n"
	}
	s.put("limits.yaml", "# 画中城\n"+draw("limits"))
	if rapid.Bool().Draw(t, "overlay") {
		d := rapid.SampledFrom(s.districts).Draw(t, "of")
		s.put("overlays/"+d+"/manifest.yaml", "name: 某区做法\nname_en: A district's way\n")
	}
}

// free are the modules a city may switch.
var free = []string{"tiers", "merge", "instant", "hazard", "cards", "sampling", "night_duty", "deferral", "exclusion", "enterprise", "party", "public_numbers", "whistle", "batch"}

// modules draws which modules are on.
func (s *sources) modules(t *rapid.T) {
	var b strings.Builder
	for _, m := range rapid.SliceOfNDistinct(rapid.SampledFrom(free), 0, len(free), rapid.ID).Draw(t, "modules") {
		fmt.Fprintf(&b, "  %s: %s\n", m, rapid.SampledFrom([]string{"on", "off"}).Draw(t, m))
	}
	if b.Len() > 0 {
		s.add("manifest.yaml", "", "modules:\n"+b.String())
	}
}

// asks reports whether the duty list, as it was drawn, lets a leaf be asked of a
// unit of every place, such as TOWN:CGB.
func (s *sources) asks(leaf, unit string) bool {
	for line := range strings.Lines(string(s.files[name+"/categories.csv"].Data)) {
		cells := strings.Split(line, ",")
		if cells[0] == leaf {
			return cells[6] != "TAKEN_BACK" && (cells[7] == unit || cells[8] == unit)
		}
	}
	return false
}

// load loads what was drawn, which has to be a city that nothing is wrong with.
func (s *sources) load(t *rapid.T) *pack.City {
	for _, p := range pack.Check(s.files, name) {
		t.Fatalf("the drawn city is none: %s", p)
	}
	c, err := pack.Load(s.files, name)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// refused asks that the city is no longer one, for that reason among others.
func (s *sources) refused(t *rapid.T, code, why string) {
	c, err := pack.Load(s.files, name)
	if err == nil {
		t.Fatalf("%s: taken as %s", why, c.Version)
	}
	for _, f := range fault.All(err) {
		if f.Code == code {
			return
		}
	}
	t.Fatalf("%s: want %s, got %v", why, code, err)
}

func TestADrawnCityIsACity(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := city(t)
		c := s.load(t)
		if again := s.load(t); again.Version != c.Version {
			t.Fatalf("the same files are %s, then %s", c.Version, again.Version)
		}
		if len(c.Duty.Leaves()) != len(s.leaves) {
			t.Fatalf("%d leaves, drawn %d", len(c.Duty.Leaves()), len(s.leaves))
		}
	})
}

// claim is the form of an id that a test may tell of.
var claim = regexp.MustCompile(`^((GZ|LN|YT|BJ|LH|INV|E2|B\d+)-\d\d|B\d+)$`)

// story says what a test shows besides that of its name: docs/MECHANISMS.md
// finds it there. Ids are written out at the call.
func story(t *testing.T, ids ...string) {
	t.Helper()
	for _, id := range ids {
		if !claim.MatchString(id) {
			t.Errorf("%q is no id of a mechanism", id)
		}
	}
}
