package pack_test

import (
	"testing"

	"huying/internal/domain/duty"
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
