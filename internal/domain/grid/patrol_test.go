package grid_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"huying/internal/domain/grid"
	"huying/internal/domain/pack"
	"huying/internal/domain/territory"
	"huying/internal/fault"
	"huying/internal/ident"
)

func TestSharesHaveOneDecimal(t *testing.T) {
	for want, c := range map[string]grid.Coverage{
		"": {}, "90.0": {Covered: 9, All: 10}, "66.7": {Covered: 2, All: 3}, "33.3": {Covered: 1, All: 3}, "0.0": {All: 7}, "100.0": {Covered: 5, All: 5},
		"99.9": {Covered: 19_499, All: 19_500}, // not all
	} {
		if got := c.Percent(); got != want {
			t.Errorf("%d of %d are %q, want %q", c.Covered, c.All, got, want)
		}
	}
}

func TestOneHolderOfThreePosts(t *testing.T) {
	posts := []string{grid.VillageSecretary, grid.VillageHead, grid.CollectiveHead}
	var places []*territory.Place
	for _, code := range []string{"V1", "V2", "V3", "V4"} {
		places = append(places, &territory.Place{Code: code, Kind: territory.Village})
	}
	var held []grid.Station
	hold := func(village, holder string, posts ...string) {
		for _, p := range posts {
			held = append(held, grid.Station{Grid: village, Post: p, Holder: holder})
		}
	}
	hold("V1", "a", posts...)
	hold("V2", "a", posts[:2]...)
	hold("V2", "b", posts[2])
	hold("V3", "c", posts[:2]...) // one is vacant
	hold("V3", "c", posts[0])     // told twice
	hold("V4", "d", "OTHER", posts[0])
	if got := grid.OneHolder(posts, places, held); got.Covered != 1 || got.All != 4 || !slices.Equal(got.Gaps, []string{"V2", "V3", "V4"}) {
		t.Errorf("%+v", got)
	}
}

func TestOneProfessionalGridAnswers(t *testing.T) {
	at := territory.Address{District: "D", Town: "T", Community: "C", Grid: "G"}
	layers := []grid.Layer{
		{Code: "wide", Business: "ENV", Unit: "county", Covers: []string{"T"}}, {Code: "b", Business: "ENV", Unit: "second", Covers: []string{"H", "G"}},
		{Code: "a", Business: "ENV", Unit: "first", Covers: []string{"G"}}, {Code: "0", Business: "FIRE", Unit: "fire", Covers: []string{"G"}},
	}
	for _, x := range []struct {
		at         territory.Address
		line, want string
	}{
		{at, "ENV", "first"}, {at, "FIRE", "fire"}, {at, "TRAFFIC", ""}, {at, "", ""},
		{territory.Address{District: "D", Town: "T", Community: "C", Grid: "other"}, "ENV", "county"}, {territory.Address{District: "D", Town: "T"}, "ENV", "county"},
		{territory.Address{District: "D"}, "ENV", ""},
	} {
		if l, ok := grid.Dutiful(x.at, x.line, layers); l.Unit != x.want || ok != (x.want != "") {
			t.Errorf("%+v of %q: %q, want %q", x.at, x.line, l.Unit, x.want)
		}
	}
}

// A plan holds only grids at or over the threshold, the densest first, and never
// depends on the order they came in.
func TestPatrolsGoToTheDensest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		open, places := map[string]int{}, []*territory.Place{}
		for i := range rapid.IntRange(0, 40).Draw(t, "grids") {
			code := string(rune('A' + i))
			places = append(places, &territory.Place{Code: code, AreaKM2: rapid.Float64Range(0, 3).Draw(t, "area")})
			open[code] = rapid.IntRange(0, 9).Draw(t, "open")
		}
		asked := rapid.IntRange(0, 2000).Draw(t, "threshold")
		list, at := grid.Densest(places, open, asked)
		if at <= 0 || asked > 0 && at != asked || len(list) > 20 {
			t.Fatalf("%d grids over %d, asked %d", len(list), at, asked)
		}
		for i, d := range list {
			if d.Density < at || d.Open < 3 || d.Open != open[d.Grid] || i > 0 && list[i-1].Density < d.Density {
				t.Fatalf("%+v over %d", list, at)
			}
		}
		slices.Reverse(places)
		again, _ := grid.Densest(places, open, asked)
		if asked > 0 && !slices.Equal(list, again) {
			t.Fatalf("%v, backwards %v", list, again)
		}
	})
	for code, p := range map[string]*grid.Patrol{
		"patrol.nothing_dense": {Day: 20260311}, "patrol.day_out_of_range": {Day: 20260309, Grids: []grid.Dense{{}}}, "": {Day: 20260331, Grids: []grid.Dense{{}}},
	} {
		if err := grid.CheckPatrol(p, 20260310); fault.Code(err) != code {
			t.Errorf("%+v: %v, want %q", p, err, code)
		}
	}
}

func TestTheBoardOfAGrid(t *testing.T) {
	known := []pack.Chore{{Code: "A", Cadence: "DAILY"}, {Code: "B", Cadence: "WEEKLY"}, {Code: "C", Cadence: "MONTHLY"}, {Code: "D", Cadence: "QUARTERLY"}}
	done := []grid.Chore{
		{Code: "A", Day: 20260310, Findings: []ident.ID{3}}, {Code: "A", Day: 20260308}, {Code: "B", Day: 20260308}, {Code: "C", Day: 20260131}, {Code: "D", Day: 20251231},
		{Code: "D", Day: 20260311}, // after the day that is asked for
	}
	type row struct {
		last, due, findings int
		state               string
	}
	got := map[string]row{}
	for _, b := range grid.Board(known, done, 20260310) {
		got[b.Chore.Code] = row{b.Last, b.Due, len(b.Findings), b.State}
	}
	want := map[string]row{
		"A": {20260310, 20260310, 1, grid.ChoreDone}, "B": {20260308, 20260315, 0, grid.ChoreDue}, "C": {20260131, 20260331, 0, grid.ChoreLate},
		"D": {20251231, 20260331, 0, grid.ChoreDue},
	}
	if d := cmp.Diff(want, got, cmp.AllowUnexported(row{})); d != "" {
		t.Error(d)
	}
}

func TestScenesWaitForAPerson(t *testing.T) {
	now := time.Date(2026, 3, 10, 9, 0, 0, 0, ident.Zone)
	d := &grid.Device{Active: true, Code: "D1", Threshold: 5}
	seen := func(kind string, value int64, before time.Duration) *grid.Scene {
		return &grid.Scene{Kind: kind, Value: value, At: now.Add(-before).UnixMicro(), Status: grid.SceneSeen, Picture: "ab"}
	}
	for i, x := range []struct {
		code string
		s    *grid.Scene
	}{
		{"", seen("WATER", 5, 0)}, {"scene.below_threshold", seen("WATER", 4, 0)}, {"device.watches_persons", seen("FACE", 9, 0)}, {"scene.kind_unknown", seen("CAR", 9, 0)},
		{"scene.time_out_of_range", seen("WATER", 9, -time.Second)}, {"scene.time_out_of_range", seen("WATER", 9, 25*time.Hour)},
	} {
		if err := grid.CheckScene(d, x.s, now); fault.Code(err) != x.code {
			t.Errorf("%d: %v, want %q", i, err, x.code)
		}
	}
	if err := grid.CheckScene(&grid.Device{}, seen("WATER", 5, 0), now); fault.Code(err) != "scene.device_off" {
		t.Errorf("a device that is off: %v", err)
	}
	lost, real, nothing := seen("WATER", 9, 0), seen("WATER", 9, 0), seen("WATER", 9, 0)
	if !lost.Forget() || lost.Forget() || lost.Picture != "" || lost.Value != 0 || lost.Status != grid.SceneDeleted {
		t.Errorf("forgotten: %+v", lost)
	}
	if err := real.Confirm(7); err != nil || real.Line().Key != grid.OfMatter(7) || real.Forget() || real.Picture == "" {
		t.Errorf("confirmed: %+v, %v", real, err)
	}
	if err := nothing.Dismiss(); err != nil || nothing.Picture != "" || nothing.Forget() {
		t.Errorf("dismissed: %+v, %v", nothing, err)
	}
	for _, s := range []*grid.Scene{lost, real, nothing} {
		if fault.Code(s.Confirm(8)) != "scene.decided" || fault.Code(s.Dismiss()) != "scene.decided" {
			t.Errorf("decided twice: %+v", s)
		}
	}
	if l := (grid.Lead{Minutes: 90}); l.Line().Status != "IN_TIME" || (grid.Lead{Late: true}).Line().Status != "LATE" {
		t.Error("two hours are in time, a minute more is not")
	}
}
