package pack

import (
	"bytes"
	"embed"
	"encoding/csv"
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"

	"huying/internal/fault"
)

// patterns are the files of a new city that do not depend on its places.
//
//go:embed scaffold
var patterns embed.FS

// Spec is what a new city is made from. What is left out is made up: two
// districts, generic names, a schematic map.
type Spec struct {
	ID        string // folder and id: small letters, digits, dashes
	Name      string // in any language
	NameEN    string // "" means Name
	Root      string // code of the city, six digits in China
	Lang      string // zh-CN or en: the language of what is made up
	Districts []SpecDistrict
	Lon, Lat  float64 // the middle of the schematic map
}

// SpecDistrict is one district of a new city.
type SpecDistrict struct{ Code, Name, NameEN string }

const (
	scaffoldTowns       = 3 // in each district
	scaffoldCommunities = 4 // in each town
	scaffoldGrids       = 2 // for each community
	maxDistricts        = 50
)

// Scaffold returns the files of a new city pack, by name: places, units,
// posts, rosters, a dozen categories that any city has, and what each desk needs
// to begin (powers, norms of posts, teams, tasks of a grid, numbers of posts),
// all to be replaced by the city's own. It checks clean and can be run as it is,
// with whistles and weekly batches switched on.
// Faults: pack.id_malformed, pack.code_malformed, pack.spec_invalid.
func Scaffold(s Spec) (map[string][]byte, error) {
	if err := s.complete(); err != nil {
		return nil, err
	}
	manifest, err := s.manifest()
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{
		manifestFile:  manifest,
		territoryFile: s.territory(),
		schematicFile: s.schematic(),
	}
	for name, from := range map[string]string{
		unitsFile: s.pick("units.zh.csv", "units.en.csv"), postsFile: s.pick("posts.zh.csv", "posts.en.csv"), rostersFile: "rosters.csv",
		categoriesFile: s.pick("categories.zh.csv", "categories.en.csv"), lexiconFile: s.pick("lexicon.zh.csv", "lexicon.en.csv"),
		powersFile: s.pick("powers.zh.csv", "powers.en.csv"), normsFile: s.pick("norms.zh.csv", "norms.en.csv"), choresFile: s.pick("chores.zh.csv", "chores.en.csv"),
		establishmentFile: s.pick("establishment.zh.csv", "establishment.en.csv"), edgesFile: "edges.csv", basesFile: "bases.csv",
		"README.md": s.pick("README.zh.md", "README.en.md"),
	} {
		body, err := patterns.ReadFile("scaffold/" + from)
		if err != nil {
			return nil, fault.New(fault.Internal, "pack.file_unreadable").Because(err)
		}
		files[name] = body
	}
	return files, nil
}

// complete checks the spec and makes up what it leaves out.
func (s *Spec) complete() error {
	if !plainName(s.ID) || s.ID == baseID {
		return fault.Field("id", "pack.id_malformed", clip(s.ID))
	}
	if !plainCode(s.Root) || len(s.Root) > 12 {
		return fault.Field("root", "pack.code_malformed", clip(s.Root))
	}
	if s.Lang != "en" && s.Lang != "zh-CN" && s.Lang != "" {
		return fault.Field("lang", "pack.spec_invalid", clip(s.Lang))
	}
	if s.Name = strings.TrimSpace(s.Name); s.Name == "" {
		return fault.Field("name", "pack.spec_invalid", "name")
	}
	if s.NameEN == "" {
		s.NameEN = s.Name
	}
	if !(s.Lon >= -179 && s.Lon <= 179 && s.Lat >= -89 && s.Lat <= 89) {
		return fault.Field("lon", "pack.spec_invalid", fmt.Sprint(s.Lon, " ", s.Lat))
	}
	if len(s.Districts) > maxDistricts {
		return fault.Field("districts", "pack.spec_invalid", len(s.Districts))
	}
	return s.completeDistricts()
}

func (s *Spec) completeDistricts() error {
	if len(s.Districts) == 0 {
		s.Districts = []SpecDistrict{
			{Code: s.below(1), Name: s.pick("东区", "East District"), NameEN: "East District"},
			{Code: s.below(2), Name: s.pick("西区", "West District"), NameEN: "West District"},
		}
	}
	seen := map[string]bool{s.Root: true}
	for i, d := range s.Districts {
		if !plainCode(d.Code) || len(d.Code) > 12 || seen[d.Code] {
			return fault.Field("districts", "pack.code_malformed", clip(d.Code))
		}
		seen[d.Code] = true
		if d.Name == "" {
			return fault.Field("districts", "pack.spec_invalid", "name")
		}
		if d.NameEN == "" {
			s.Districts[i].NameEN = d.Name
		}
	}
	return nil
}

// below returns the code of the n-th district: within the city's six digits
// where they leave room for it.
func (s *Spec) below(n int) string {
	if len(s.Root) == 6 && strings.HasSuffix(s.Root, "00") {
		return fmt.Sprintf("%s%02d", s.Root[:4], n)
	}
	return fmt.Sprintf("%s%02d", s.Root, n)
}

// pick returns the text in the language of what is made up.
func (s *Spec) pick(zh, en string) string {
	if s.Lang == "en" {
		return en
	}
	return zh
}

func (s *Spec) manifest() ([]byte, error) {
	languages := []string{"zh-CN", "en"}
	if s.Lang == "en" {
		languages = []string{"en", "zh-CN"}
	}
	body, err := yaml.Marshal(struct {
		ID        string          `yaml:"id"`
		Name      string          `yaml:"name"`
		NameEN    string          `yaml:"name_en"`
		Extends   string          `yaml:"extends"`
		Root      string          `yaml:"root"`
		Languages []string        `yaml:"languages,flow"`
		Grids     map[string]int  `yaml:"grids,flow"`
		Modules   map[string]bool `yaml:"modules,flow"`
	}{s.ID, s.Name, s.NameEN, baseID, s.Root, languages, map[string]int{
		"count": len(s.Districts) * scaffoldTowns * scaffoldCommunities * scaffoldGrids, "seed": 1,
	}, map[string]bool{"batch": true, "whistle": true}})
	if err != nil {
		return nil, fault.Field("name", "pack.spec_invalid", "name").Because(err)
	}
	return body, nil
}

func (s *Spec) territory() []byte {
	rows := [][]string{
		{"code", "name", "name_en", "kind", "parent", "area_km2", "households", "residents"},
		{s.Root, s.Name, s.NameEN, "CITY", "", "", "", ""},
	}
	for _, d := range s.Districts {
		rows = append(rows, []string{d.Code, d.Name, d.NameEN, "DISTRICT", s.Root, "", "", ""})
		for town := range scaffoldTowns {
			code := fmt.Sprintf("%s%03d", d.Code, town+1)
			name := fmt.Sprintf(s.pick("%s第%d街道", "%s Street %d"), d.Name, town+1)
			rows = append(rows, []string{code, name, fmt.Sprintf("%s Street %d", d.NameEN, town+1), "STREET", d.Code, "", "", ""})
			for n := range scaffoldCommunities {
				home := fmt.Sprintf(s.pick("%s第%d社区", "%s Community %d"), name, n+1)
				en := fmt.Sprintf("%s Street %d Community %d", d.NameEN, town+1, n+1)
				rows = append(rows, []string{fmt.Sprintf("%s%03d", code, n+1), home, en, "COMMUNITY", code, "", "600", "1800"})
			}
		}
	}
	return csvOf(rows)
}

// schematic lays the districts side by side around the middle of the map.
func (s *Spec) schematic() []byte {
	const width, height = 0.2, 0.2 // degrees of one district
	n := len(s.Districts)
	west, south := s.Lon-width*float64(n)/2, s.Lat-height/2
	box := func(from, to int) string {
		w, e := west+width*float64(from), west+width*float64(to)
		return fmt.Sprintf("%.4f %.4f;%.4f %.4f;%.4f %.4f;%.4f %.4f", w, south, e, south, e, south+height, w, south+height)
	}
	rows := [][]string{{"code", "ring"}, {s.Root, box(0, n)}}
	for i, d := range s.Districts {
		rows = append(rows, []string{d.Code, box(i, i+1)})
	}
	return csvOf(rows)
}

// csvOf writes rows as CSV.
func csvOf(rows [][]string) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	for _, r := range rows {
		_ = w.Write(r) // a Buffer takes everything
	}
	w.Flush()
	return b.Bytes()
}
