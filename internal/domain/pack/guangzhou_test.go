package pack_test

import (
	"math"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"huying/internal/domain/duty"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/internal/domain/territory"
	"huying/internal/ident"
	"huying/packs"
)

// guangzhou is loaded once for all tests of this file: it is immutable.
var guangzhou = sync.OnceValues(func() (*pack.City, error) { return pack.Load(packs.FS, "guangzhou") })

func loaded(t *testing.T) *pack.City {
	t.Helper()
	c, err := guangzhou()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestGuangzhouHasItsPublishedCounts(t *testing.T) {
	tr := loaded(t).Territory
	got := map[string]int{
		"districts":    tr.Count(territory.District),
		"towns":        tr.Count(territory.Town) + tr.Count(territory.Street),
		"communities":  tr.Count(territory.Community) + tr.Count(territory.Village),
		"grids":        tr.Count(territory.GridS),
		"city":         tr.Count(territory.City),
		"exclusive":    tr.Count(territory.Exclusive),
		"larger grids": tr.Count(territory.GridM) + tr.Count(territory.GridL),
	}
	want := map[string]int{"city": 1, "districts": 11, "towns": 176, "communities": 2851, "grids": 19500, "exclusive": 0, "larger grids": 0}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestGuangzhouDistrictsLieWhereTheyDo(t *testing.T) {
	c := loaded(t)
	for name, tc := range map[string]struct {
		lon, lat float64
		want     string
	}{
		"Tianhe stadium": {113.325, 23.137, "440106"},
		"Shiqi in Panyu": {113.44, 22.96, "440113"},
		"Nansha":         {113.525, 22.80, "440115"},
		"Conghua":        {113.586, 23.545, "440117"},
		"Zengcheng":      {113.81, 23.29, "440118"},
		"Huadu":          {113.21, 23.39, "440114"},
		"the open sea":   {114.3, 22.1, ""},
	} {
		a, ok := c.Locator.Locate(tc.lon, tc.lat)
		if a.District != tc.want || ok != (tc.want != "") {
			t.Errorf("%s: %+v, %v", name, a, ok)
		}
		if ok && (a.Town == "" || a.Community == "" || a.Grid == "") {
			t.Errorf("%s: no base grid: %+v", name, a)
		}
	}
}

func TestTheDistrictsTileTheSchematicCity(t *testing.T) {
	c := loaded(t)
	var parts float64
	for _, d := range c.Territory.Children(c.Root) {
		if !d.Synthetic {
			t.Errorf("%s is not marked as a drawing", d.Name)
		}
		parts += territory.AreaKM2(d.Shape)
	}
	whole := territory.AreaKM2(c.Territory.Root().Shape)
	if math.Abs(parts-whole) > whole*1e-6 {
		t.Errorf("the districts have %.3f km², the city %.3f", parts, whole)
	}
	outline := c.Territory.Root().Shape
	for lon := 112.9; lon < 114.1; lon += 0.0137 {
		for lat := 22.4; lat < 24; lat += 0.0171 {
			if _, ok := c.Locator.Locate(lon, lat); ok != planar.MultiPolygonContains(outline, orb.Point{lon, lat}) {
				t.Fatalf("%.4f %.4f: a grid is found: %v", lon, lat, ok)
			}
		}
	}
}

func TestEveryUnitACategoryNamesIsFoundEverywhere(t *testing.T) {
	c := loaded(t)
	rules := map[duty.UnitRule]string{}
	for _, leaf := range c.Duty.Leaves() {
		if leaf.Orderable() {
			rules[leaf.Lead] = leaf.Code
		}
		for _, co := range leaf.Co {
			rules[co] = leaf.Code
		}
	}
	for p := range c.Territory.All() {
		if p.Kind.Rank() != 1 {
			continue
		}
		a := c.Territory.Address(p.Code)
		for rule, leaf := range rules {
			if _, ok := c.Unit(rule, a); !ok {
				t.Fatalf("%s (%s) finds no unit from %s", rule, leaf, p.Code)
			}
		}
	}
}

func TestNoUnitHelpsItself(t *testing.T) {
	c := loaded(t)
	a := c.Territory.Address("440106001001")
	for _, leaf := range c.Duty.Leaves() {
		lead, ok := c.Lead(leaf, a)
		if ok != leaf.Orderable() {
			t.Errorf("%s: %q, %v", leaf.Code, lead, ok)
		}
		for _, co := range c.Co(leaf, a) {
			if co == lead {
				t.Errorf("%s helps itself with %s", lead, leaf.Code)
			}
		}
	}
}

func TestAnUnstaffedTownCentreGivesWayToTheDistrictDesk(t *testing.T) { // GZ-26
	c := loaded(t)
	const town = "440106001"
	centre, ok := c.Org.Centre(town)
	if !ok {
		t.Fatal("no town centre")
	}
	for _, tc := range []struct {
		name string
		at   time.Time
		want string
	}{
		{"working day", time.Date(2026, 11, 20, 10, 0, 0, 0, ident.Zone), centre},
		{"night", time.Date(2026, 11, 20, 2, 0, 0, 0, ident.Zone), "440106-ZH"},
		{"rest day, before nine", time.Date(2026, 11, 22, 8, 45, 0, 0, ident.Zone), "440106-ZH"},
		{"working day, before nine", time.Date(2026, 11, 20, 8, 45, 0, 0, ident.Zone), centre},
		{"make-up working Saturday, after five", time.Date(2026, 10, 10, 17, 30, 0, 0, ident.Zone), centre},
		{"national holiday, after five", time.Date(2026, 10, 1, 17, 30, 0, 0, ident.Zone), "440106-ZH"},
	} {
		got, staffed := c.Org.Duty(centre, tc.at)
		if got != tc.want || !staffed {
			t.Errorf("%s: %s, %v; want %s", tc.name, got, staffed, tc.want)
		}
	}
	post, staffed := c.Org.OnDuty("440106-ZH", time.Date(2026, 11, 20, 2, 0, 0, 0, ident.Zone))
	if !staffed || post == nil || post.Role != org.Dispatcher || post.Holder != "P-440106-ZH-2" {
		t.Errorf("%+v, %v", post, staffed)
	}
}

func TestATownCommandsOnlyAgenciesStationedInIt(t *testing.T) { // GZ-06
	g := loaded(t).Org
	if !g.StationedIn("440106001-SJS", "440106001-ZH") || !g.StationedIn("440106001-SJS", "440106001") {
		t.Error("the agency is not stationed in its own town")
	}
	if g.StationedIn("440106001-SJS", "440106002-ZH") || g.StationedIn("440106-SJ", "440106001-ZH") {
		t.Error("a town commands what is not stationed in it")
	}
	if up, ok := g.Parent("440106001-SJS"); !ok || up != "440106-SJ" {
		t.Errorf("led by %s, %v", up, ok)
	}
}

func TestLimitsFollowTheNearestOverlay(t *testing.T) {
	c := loaded(t)
	if got := c.LimitsAt("440106001").For(pack.Promised, duty.Emergency).String(); got != "2 HOUR" {
		t.Errorf("city: %s", got)
	}
	if got := c.LimitsAt("440115001001").For(pack.Contact, duty.Emergency).String(); got != "15 MIN" {
		t.Errorf("a community of Nansha: %s", got)
	}
	if got := c.Limits.For(pack.Contact, duty.Emergency).String(); got != "30 MIN" {
		t.Errorf("the city: %s", got)
	}
	if r, _ := c.LimitsAt("440115").Rule("contact.EMERGENCY"); r.From != "440115" || r.Basis == "" {
		t.Errorf("%+v", r)
	}
	if r, _ := c.LimitsAt("440115").Rule("promised.NORMAL"); r.From != "base" {
		t.Errorf("%+v", r)
	}
	if got := len(c.Overlays()); got != 5 {
		t.Errorf("%d overlays", got)
	}
	if got := c.LadderAt("440111").TakeoverReds; got != 2 || c.Ladder.TakeoverReds != 3 {
		t.Errorf("Baiyun takes over after %d reds, the city after %d", got, c.Ladder.TakeoverReds)
	}
	if !c.On("headcount", "440113120") || c.On("headcount", "440106001") {
		t.Error("dynamic headcount is not Tianhe's")
	}
}

func TestTheSameFilesHaveTheSameVersion(t *testing.T) {
	c := loaded(t)
	again, err := pack.Load(packs.FS, "guangzhou")
	if err != nil || again.Version != c.Version || len(c.Version) != 16 || c.Duty.Version != c.Version {
		t.Errorf("%v: %s, %s", err, c.Version, again.Version)
	}
}
