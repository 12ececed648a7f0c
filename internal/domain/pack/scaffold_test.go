package pack_test

import (
	"testing"

	"huying/internal/domain/access"
	"huying/internal/domain/duty"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/internal/domain/territory"
	"huying/internal/fault"
)

func TestANewCityChecksCleanAndLoads(t *testing.T) {
	for _, lang := range []string{"zh-CN", "en"} {
		files := newCity(t, lang)
		for _, p := range pack.Check(files, "springfield") {
			t.Errorf("%s: %s", lang, p)
		}
		c, err := pack.Load(files, "springfield")
		if err != nil {
			t.Fatal(err)
		}
		if c.Languages[0] != lang || c.Territory.Count(territory.District) != 2 || c.Territory.Count(territory.GridS) != 48 {
			t.Errorf("%s: %v, %d districts, %d grids", lang, c.Languages, c.Territory.Count(territory.District), c.Territory.Count(territory.GridS))
		}
		a, ok := c.Locator.Locate(113.1, 23.05)
		if !ok || a.District != "990002" || a.Grid == "" {
			t.Errorf("%s: %+v, %v", lang, a, ok)
		}
		for _, leaf := range c.Duty.Leaves() {
			if _, ok := c.Lead(leaf, a); ok != leaf.Orderable() {
				t.Errorf("%s: the lead of %s: %v", lang, leaf.Code, ok)
			}
		}
	}
}

// Every desk can be used in a new city: each role has a post at a unit of each
// level that has one in the shipped cities, and each desk has what it begins with.
func TestANewCityHasWhatEveryDeskNeeds(t *testing.T) {
	for _, lang := range []string{"zh-CN", "en"} {
		c, err := pack.Load(newCity(t, lang), "springfield")
		if err != nil {
			t.Fatal(err)
		}
		has := map[org.Role]map[org.Level]bool{}
		for _, code := range c.Org.Units() {
			u, _ := c.Org.Unit(code)
			for _, p := range c.Org.Posts(code) {
				if has[p.Role] == nil {
					has[p.Role] = map[org.Level]bool{}
				}
				has[p.Role][u.Level] = true
			}
		}
		for _, role := range access.Roles() {
			if len(has[role]) == 0 {
				t.Errorf("%s: nobody is %s", lang, role)
			}
		}
		for _, role := range []org.Role{org.Organiser, org.Leader, org.LegalReviewer, org.Keeper, org.Supervisor, org.Assessor} {
			if !has[role][org.City] || !has[role][org.District] {
				t.Errorf("%s: %s is at %v", lang, role, has[role])
			}
		}
		if len(c.Norms) == 0 || len(c.Chores) == 0 || len(c.Bases) == 0 || len(c.Establishment) == 0 || len(c.OfficeFindings()) > 0 {
			t.Errorf("%s: %d norms, %d tasks, %d teams, %d numbers of posts, %v", lang, len(c.Norms), len(c.Chores), len(c.Bases), len(c.Establishment), c.OfficeFindings())
		}
		if !c.On("whistle", c.Root) || !c.On("batch", c.Root) || len(c.Org.PlatformWanted("990001001")) < 4 {
			t.Errorf("%s: no whistle can be blown: %v", lang, c.Org.PlatformWanted("990001001"))
		}
	}
}

func TestANewEnglishCityIsEnglish(t *testing.T) {
	c, err := pack.Load(newCity(t, "en"), "springfield")
	if err != nil {
		t.Fatal(err)
	}
	leaf, ok := c.Duty.Leaf("B01")
	if !ok || leaf.Name != "Damaged road" || leaf.Urgency != duty.Normal || leaf.Path[0] != "Public works" {
		t.Errorf("%+v", leaf)
	}
	unit, _ := c.Org.Unit("990001-CG")
	if unit == nil || unit.Name != "East District Urban Management Bureau" {
		t.Errorf("%+v", unit)
	}
}

func TestANewCityRefusesWhatCannotBeACity(t *testing.T) {
	for name, spec := range map[string]pack.Spec{
		"pack.id_malformed":   {ID: "../x", Name: "x", Root: "1"},
		"pack.code_malformed": {ID: "x", Name: "x", Root: "a/b"},
		"pack.spec_invalid":   {ID: "x", Name: " ", Root: "99"},
	} {
		if _, err := pack.Scaffold(spec); fault.Code(err) != name {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := pack.Scaffold(pack.Spec{ID: "base", Name: "x", Root: "99"}); fault.Code(err) != "pack.id_malformed" {
		t.Errorf("the base was made anew: %v", err)
	}
	hostile := pack.Spec{ID: "x", Name: "a,\"b\"\n: &c *d", Root: "99", Districts: []pack.SpecDistrict{{Code: "991", Name: "é\t\"'"}}}
	if _, err := pack.Scaffold(hostile); err != nil {
		t.Error(err)
	}
}
