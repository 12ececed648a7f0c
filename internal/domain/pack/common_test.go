package pack_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"huying/internal/domain/duty"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/internal/fault"
)

// heir is a small city that takes every common table, in memory.
func heir(t testing.TB) fstest.MapFS {
	t.Helper()
	files := newCity(t, "zh-CN")
	for _, name := range []string{"units", "edges", "posts", "rosters", "categories", "lexicon"} {
		delete(files, "springfield/"+name+".csv")
	}
	with(files, "manifest.yaml", "inherits: [units, edges, posts, rosters, categories, lexicon]\n")
	return files
}

// mustLoad loads a city that has to be all right.
func mustLoad(t *testing.T, files fstest.MapFS) *pack.City {
	t.Helper()
	c, err := pack.Load(files, "springfield")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestACityOfPlacesAloneIsACity(t *testing.T) {
	c := mustLoad(t, heir(t))
	if n := len(c.Duty.Leaves()); n < 250 {
		t.Errorf("%d leaves are inherited", n)
	}
	if _, ok := c.Org.Centre(c.Root); !ok || len(c.Words) < 2000 {
		t.Errorf("centre %v, %d words", ok, len(c.Words))
	}
}

func TestACityWritesOnlyWhereItDeparts(t *testing.T) {
	files := heir(t)
	with(files, "categories.csv", "code,name,parent,urgency,class,kind,lead,co,promised,closing,basis,off\n"+
		"SR0101,一地垃圾,,,,,,,2 WORK_HOUR,,,\n"+ // two cells change
		"SR0105,,,,,,,-,,,,\n"+ // one is emptied
		"CZ0101,,,,,,,,,,,on\n"+ // one line goes
		"XX,本地事项,,,,,,,,,,\nXX01,舞龙,XX,NORMAL,大事,BASIC,TOWN:ZH,,7 CD,已答复,《测试办法》,\n") // and two are new
	with(files, "units.csv", "suffix,per,only,name,kind,leads,stands_for,off\nCGB,TOWN,,{place}市容科,,,,\nYJB,TOWN,,,,,,on\nZAB,TOWN,,,,,TOWN:YJB,\n")
	c := mustLoad(t, files)
	was, err := pack.Load(heir(t), "springfield")
	if err != nil {
		t.Fatal(err)
	}
	old, _ := was.Duty.Leaf("SR0101")
	now, _ := c.Duty.Leaf("SR0101")
	if now.Name != "一地垃圾" || now.Promised.String() != "2 WORK_HOUR" || now.Lead != old.Lead || now.Basis != old.Basis || now.NameEN != old.NameEN {
		t.Errorf("%+v", now)
	}
	if f, _ := c.Duty.Leaf("SR0105"); len(f.Co) != 0 {
		t.Errorf("an emptied cell holds %v", f.Co)
	}
	if _, ok := c.Duty.Leaf("CZ0101"); ok {
		t.Error("a line switched off is still there")
	}
	if slices.ContainsFunc(c.Words, func(w pack.Word) bool { return w.Code == "CZ0101" }) {
		t.Error("words point to a line that was switched off")
	}
	if f, ok := c.Duty.Leaf("XX01"); !ok || f.Path[0] != "本地事项" {
		t.Errorf("%+v", f)
	}
	f, _ := c.Duty.Leaf("WF0301")
	if f.Lead != (duty.UnitRule{Level: org.Town, Suffix: "ZAB"}) {
		t.Errorf("%s leads in the stead of the emergency office", f.Lead)
	}
	for _, code := range c.Org.Units() {
		if u, _ := c.Org.Unit(code); u.Suffix == "CGB" && !strings.HasSuffix(u.Name, "市容科") || u.Suffix == "YJB" {
			t.Errorf("%s is called %s", code, u.Name)
		}
	}
}

func TestADistrictCanBeTheWholeOfAPack(t *testing.T) {
	files := heir(t)
	files["springfield/territory.csv"] = &fstest.MapFile{Data: []byte(
		"code,name,kind,parent\n990000,Spring District,DISTRICT,\n990000001,North Street,STREET,990000\n990000001001,Elm,COMMUNITY,990000001\n")}
	files["springfield/schematic.csv"] = &fstest.MapFile{Data: []byte("code,ring\n990000,113 23;114 23;114 24;113 24\n")}
	with(files, "units.csv", "suffix,per,name,kind,leads,stands_for\nRX,DISTRICT,{place}热线,HOTLINE_CENTRE,DISTRICT:ZH,CITY:RX\n")
	c := mustLoad(t, files)
	if up, ok := c.Org.Parent("990000-CG"); !ok || up != "990000-ZFB" {
		t.Errorf("the bureau is led by %s, %v", up, ok)
	}
	leaf, _ := c.Duty.Leaf("SC0105") // a city's hotline leads it where there is a city
	if unit, ok := c.Lead(leaf, c.Territory.Address("990000001001")); !ok || unit != "990000-RX" {
		t.Errorf("led by %s, %v", unit, ok)
	}
}

func TestMistakesAgainstTheCommonTables(t *testing.T) {
	for name, tc := range map[string]struct{ file, text, code string }{
		"off without a line":      {"categories.csv", "code,off\nSR9999,on\n", "pack.off_unknown"},
		"the law of a leaf":       {"categories.csv", "code,statutory\nXF0103,9 WD\n", "pack.law_loosened"},
		"the law of a leaf taken": {"categories.csv", "code,statutory\nXF0103,-\n", "pack.law_loosened"},
		"promised beyond the law": {"categories.csv", "code,promised\nXF0103,9 WD\n", "pack.promise_beyond_law"},
		"a leaf whose unit went":  {"units.csv", "suffix,per,off\nCGB,TOWN,on\n", "pack.category_unit_missing"},
		"standing for what is":    {"units.csv", "suffix,per,stands_for\nZAB,TOWN,TOWN:CGB\n", "pack.stands_for_taken"},
		"an edge of one's own":    {"edges.csv", "from,to,kind\nTOWN:ZH,TOWN:ZZZ,LEADS\n", "pack.unit_missing"},
		"a word for nothing":      {"lexicon.csv", "word,code\nxyzzy,ZZ99\n", "category.unknown"},
		"a new leaf half written": {"categories.csv", "code,name,parent,urgency\nXX01,x,SR01,NORMAL\n", "pack.cell_empty"},
		"an unknown count":        {"facts.csv", "code,name,value,source,date,count\nX,x,1,y,2020,PLACE:TOWN\n", "pack.count_unknown"},
		"absent without a reason": {"facts.csv", "code,name,value,source,date,absent\nX,x,1,y,2020,on\n", "pack.fact_absent"},
		"a fact of nowhere":       {"facts.csv", "code,name,value,source,date,place\nX,x,1,y,2020,123\n", "place.unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			files := heir(t)
			with(files, tc.file, tc.text)
			found := pack.Check(files, "springfield")
			if !slices.ContainsFunc(found, func(p pack.Problem) bool { return p.Code == tc.code }) {
				t.Errorf("found %v, want %s", found, tc.code)
			}
			if _, err := pack.Load(files, "springfield"); fault.Of(err) != fault.Invalid {
				t.Errorf("the city loads: %v", err)
			}
		})
	}
}

func TestOnlyKnownTablesAreInherited(t *testing.T) {
	files := newCity(t, "zh-CN")
	line := with(files, "manifest.yaml", "inherits: [unit]\n")
	found := pack.Check(files, "springfield")
	if len(found) == 0 || found[0].Code != "pack.word_unknown" || found[0].Line != line {
		t.Errorf("found %v", found)
	}
}

func TestCountsOfFacts(t *testing.T) {
	files := heir(t)
	with(files, "facts.csv", "code,name,value,source,date,count,absent,note\nA,a,5,s,2020,,,\nB,b,5,s,2020,PLACES:DISTRICT,,\n"+
		"C,c,5,s,2020,,on,not listed\nD,d,60 MIN,s,2020,LIMIT:hazard_target,,\nE,e,3,s,2020,LIMIT:callback_tries,,\n"+
		"F,f,5,s,2020,OFFICES:BACK_OFFICE,,\nG,g,1,s,2020,POSTS:CITY:RX/AGENT,,\nH,h,1,s,2020,EDGES:MANAGES_DAILY/TOWN:ZFD,,\n"+
		"I,i,1,s,2020,UNITS:CITY:RX+CITY:ZH,,\nJ,j,1,s,2020,LEAVES:SR01,,\nK,k,1,s,2020,GROUPS:SR,,\n")
	c := mustLoad(t, files)
	want := map[string]string{"A": "5", "C": "", "D": "60 MIN", "E": "3", "F": "5", "G": "4", "H": "1", "I": "2", "J": "5", "K": "4"}
	for _, f := range c.Facts {
		if w, ok := want[f.Code]; ok && c.Loaded(f) != w {
			t.Errorf("%s (%s): %q, want %q", f.Code, f.Count, c.Loaded(f), w)
		}
		if f.Code == "B" && c.Loaded(f) == "0" {
			t.Error("no districts are counted")
		}
	}
}
