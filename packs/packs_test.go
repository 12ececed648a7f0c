package packs_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huying/internal/domain/duty"
	"huying/internal/domain/pack"
	"huying/internal/domain/territory"
	"huying/internal/ident"
)

// TestDivisionsAreTheOfficialOnes holds the places to the statistical codes of
// 2023: districts, towns and streets, communities and villages.
func TestDivisionsAreTheOfficialOnes(t *testing.T) {
	want := map[string][3]int{
		"guangzhou": {11, 176, 2851}, "liunan": {1, 11, 98}, "yangtun": {1, 18, 402}, "beijing": {16, 349, 7535}, "luohe": {6, 58, 1334},
	}
	each(t, func(t *testing.T, city *pack.City) {
		tr := city.Territory
		got := [3]int{
			tr.Count(territory.District), tr.Count(territory.Town) + tr.Count(territory.Street),
			tr.Count(territory.Community) + tr.Count(territory.Village),
		}
		if got != want[city.ID] {
			t.Errorf("got %v, want %v", got, want[city.ID])
		}
	})
}

// TestNamesAreMatchedByCode: 八里庄街道 is two streets of Beijing.
func TestNamesAreMatchedByCode(t *testing.T) {
	cities, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	var codes []string
	for p := range cities["beijing"].Territory.All() {
		if p.Name == "八里庄街道" {
			codes = append(codes, p.Code[:6])
		}
	}
	if d := cmp.Diff([]string{"110105", "110108"}, codes); d != "" {
		t.Error(d)
	}
}

// TestEveryDrawnPlaceIsMarked: no border in a pack is a real one.
func TestEveryDrawnPlaceIsMarked(t *testing.T) {
	each(t, func(t *testing.T, city *pack.City) {
		for p := range city.Territory.All() {
			if len(p.Shape) > 0 && !p.Synthetic {
				t.Fatalf("%s has a shape that claims to be surveyed", p.Code)
			}
			if p.Kind.Rank() == territory.District.Rank() && len(p.Shape) == 0 {
				t.Errorf("%s is not drawn", p.Code)
			}
		}
	})
}

// TestDutyListsAreWhole holds every leaf of every city to what the desk and the
// caller need of it.
func TestDutyListsAreWhole(t *testing.T) {
	each(t, func(t *testing.T, city *pack.City) {
		names := map[string]string{}
		perLeaf := map[string]int{}
		for _, w := range city.Words {
			perLeaf[w.Code]++
		}
		for _, f := range city.Duty.Leaves() {
			if other := names[f.Name]; other != "" {
				t.Errorf("%s and %s are both called %s", other, f.Code, f.Name)
			}
			names[f.Name] = f.Code
			if f.NameEN == "" || f.Closing == "" || !strings.Contains(f.Basis, "《") || f.Promised.IsZero() {
				t.Errorf("%s lacks an English name, a closing standard, a basis or a promise: %+v", f.Code, f)
			}
			local := f.Lead.Level == "TOWN" || f.Lead.Level == "COMMUNITY"
			if f.Kind == duty.TakenBack && (local || slices.ContainsFunc(f.Co, func(r duty.UnitRule) bool { return r.Level == "TOWN" })) {
				t.Errorf("%s was taken back and still orders a town", f.Code)
			}
			if f.FanOut && len(f.Co) == 0 {
				t.Errorf("%s fans out to nobody", f.Code)
			}
			if perLeaf[f.Code] < 5 {
				t.Errorf("%s has %d words", f.Code, perLeaf[f.Code])
			}
		}
		if len(names) < 100 {
			t.Errorf("%d leaves", len(names))
		}
	})
}

// TestEveryDutyFindsItsUnits from every community and village.
func TestEveryDutyFindsItsUnits(t *testing.T) {
	each(t, func(t *testing.T, city *pack.City) {
		rules := map[duty.UnitRule]string{}
		for _, leaf := range city.Duty.Leaves() {
			for _, rule := range append(slices.Clone(leaf.Co), leaf.Lead) {
				if rule != (duty.UnitRule{}) {
					rules[rule] = leaf.Code
				}
			}
		}
		for p := range city.Territory.All() {
			if p.Kind.Rank() != territory.Community.Rank() {
				continue
			}
			for rule, leaf := range rules {
				if _, ok := city.Unit(rule, city.Territory.Address(p.Code)); !ok {
					t.Fatalf("%s (%s) finds no unit from %s", rule, leaf, p.Code)
				}
			}
		}
	})
}

// TestModulesAreAsThePlacesAre holds every switch of each pack to what its source
// describes: what is not named is as the base has it.
func TestModulesAreAsThePlacesAre(t *testing.T) {
	differ := map[string]string{ // from the base
		"guangzhou": "+instant",
		"liunan":    "+instant +window +enforcement",
		"yangtun":   "+instant +enterprise +party +window +enforcement",
		"beijing":   "+whistle +instant +enterprise +party +enforcement",
		"luohe":     "+whistle +batch +single_grid +party +enforcement",
	}
	districts := map[string]string{ // from the city
		"440104": "+headcount", "440111": "", "440112": "+enterprise +party", "440113": "+headcount", "440115": "+enforcement",
	}
	each(t, func(t *testing.T, city *pack.City) {
		base := map[string]bool{}
		for code, m := range city.KnownModules {
			base[code] = m.On
		}
		if len(base) < 20 {
			t.Fatalf("%d modules", len(base))
		}
		switched(t, city, city.Root, base, differ[city.ID])
		if city.ID == "guangzhou" {
			for place, departs := range districts {
				switched(t, city, place, city.Modules, departs)
			}
		}
	})
}

// switched asks that the modules of a place are those below it, but for some.
func switched(t *testing.T, city *pack.City, place string, below map[string]bool, but string) {
	t.Helper()
	for code, on := range below {
		if slices.Contains(strings.Fields(but), "+"+code) {
			on = true
		}
		if city.On(code, place) != on {
			t.Errorf("%s: %s is on: %v", place, code, !on)
		}
	}
}

func TestDistrictsOfGuangzhouDepart(t *testing.T) {
	cities, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	city := cities["guangzhou"]
	for district, module := range map[string]string{
		"440104": "headcount", "440111": "sampling", "440112": "party", "440113": "headcount", "440115": "enforcement",
	} {
		if !city.On(module, district) {
			t.Errorf("%s is off in %s", module, district)
		}
		own := slices.ContainsFunc(city.Facts, func(f pack.Fact) bool { return f.Place == district })
		if !own {
			t.Errorf("%s has no figures of its own", district)
		}
	}
	if city.On("headcount", "440106") || city.On("party", "440106") {
		t.Error("what a district set for itself holds elsewhere")
	}
}

func TestATownDepartsFromItsCounty(t *testing.T) {
	cities, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	city := cities["yangtun"]
	if got := city.LimitsAt("320322102001").Time(pack.Sign).String(); got != "2 WORK_HOUR" {
		t.Errorf("a community of Yangtun signs in %s", got)
	}
	if got := city.LimitsAt("320322001").Time(pack.Sign).String(); got != "4 WORK_HOUR" {
		t.Errorf("another street of the county signs in %s", got)
	}
}

func TestSanyuesanIsARestDayInLiunanAlone(t *testing.T) {
	cities, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	day := time.Date(2026, 4, 20, 0, 0, 0, 0, ident.Zone) // a Monday
	for id, city := range cities {
		working, known := city.Calendar(city.Root).Working(day)
		if !known || working == (id == "liunan") {
			t.Errorf("%s: working %v, known %v", id, working, known)
		}
	}
}
