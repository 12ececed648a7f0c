package grid_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"huying/internal/domain/grid"
	"huying/internal/domain/matter"
	"huying/internal/domain/pack"
	"huying/internal/domain/territory"
	"huying/internal/fault"
)

func lane(chief string) *grid.Segment {
	s := &grid.Segment{Code: "L1", Kind: grid.Lane, Name: "甘露巷", From: 20260301, Unit: "S-ZH"}
	if chief != "" {
		s.Chief = &grid.Chief{Title: "巷长", Unit: chief, From: 20260301}
	}
	return s
}

func TestAChiefIsNamedOnlyByConsent(t *testing.T) {
	s := lane("")
	if s.Line().Status != "VACANT" {
		t.Error("a lane without a chief is no gap")
	}
	if err := s.Appoint(grid.Chief{Title: "巷长", Unit: "S-CG", Name: "甲"}); fault.Code(err) != "chief.name_without_consent" {
		t.Errorf("a name without consent: %v", err)
	}
	if err := s.Appoint(grid.Chief{Title: "巷长", Unit: "S-CG", Name: "甲", Agreed: true}); err != nil || s.Line().Status != "HELD" || s.Line().Other != "S-CG" {
		t.Errorf("%+v, %v", s.Line(), err)
	}
}

func TestRoundsCoverPeriods(t *testing.T) {
	for _, x := range []struct {
		c                grid.Cadence
		day, first, last int
	}{
		{grid.Daily, 20260315, 20260315, 20260315}, {grid.Weekly, 20260315, 20260309, 20260315}, {grid.Weekly, 20260316, 20260316, 20260322},
		{grid.Monthly, 20260331, 20260301, 20260331}, {grid.Monthly, 20280205, 20280201, 20280229}, {grid.Monthly, 20261231, 20261201, 20261231},
		{grid.Quarterly, 20260531, 20260401, 20260630}, {grid.Quarterly, 20260101, 20260101, 20260331},
	} {
		if first, last := grid.Period(x.c, x.day); first != x.first || last != x.last {
			t.Errorf("the %s period of %d is %d to %d, want %d to %d", x.c, x.day, first, last, x.first, x.last)
		}
	}
	s := lane("S-CG")
	done := []grid.Round{{Cadence: grid.Daily, Day: 20260302}, {Cadence: grid.Daily, Day: 20260304}, {Cadence: grid.Weekly, Day: 20260304}}
	if d := cmp.Diff([]int{20260301, 20260303, 20260305}, grid.Missed(grid.Daily, s, done, 20260201, 20260305)); d != "" {
		t.Error(d)
	}
	if got := grid.Missed(grid.Weekly, s, done, 20260301, 20260312); !slices.Equal(got, []int{20260223}) {
		t.Errorf("weeks without a check: %v; the week that runs is not over", got)
	}
	for want, r := range map[string]grid.Round{
		"round.cadence_unknown":   {Cadence: grid.Quarterly, Day: 20260310},
		"round.day_out_of_range":  {Cadence: grid.Daily, Day: 20260311},
		"round.weekly_by_another": {Cadence: grid.Weekly, Day: 20260310, Unit: "S-CG"},
		"":                        {Cadence: grid.Weekly, Day: 20260310, Unit: "S-ZH"},
	} {
		if err := grid.CheckRound(s, &r, 20260310); fault.Code(err) != want {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

func TestNormsShowVacanciesAndTheJudgeIsNotTheWorker(t *testing.T) {
	norms := []pack.Norm{
		{Kind: territory.GridS, Post: grid.GridWorker, N: 2}, {Kind: territory.GridS, Post: grid.GridInspector},
		{Kind: territory.GridS, Post: grid.PartyAssistant, N: 2}, {Kind: territory.GridS, Post: grid.PropertyMember, N: 1, When: "property"},
	}
	places := []*territory.Place{{Code: "g1", Kind: territory.GridS}, {Code: "g2", Kind: territory.GridS}}
	var held []grid.Station
	for _, g := range []string{"g1", "g2"} {
		for _, h := range []string{"a", "b"} {
			held = append(held, grid.Station{Grid: g, Post: grid.GridWorker, Holder: h}, grid.Station{Grid: g, Post: grid.PartyAssistant, Holder: h})
		}
	}
	got := grid.Vacancies(norms, places, func(code, attribute string) bool { return code == "g1" && attribute == "property" }, held)
	if d := cmp.Diff([]grid.Vacancy{{"g1", grid.PropertyMember, 1}}, got); d != "" {
		t.Error(d)
	}
	for want, s := range map[string]grid.Station{
		"station.judge_not_responder": {Grid: "g1", Post: grid.GridInspector, Holder: "a"},
		"station.post_unknown":        {Grid: "g1", Post: "SPY", Holder: "c"},
		"station.holder_missing":      {Grid: "g1", Post: grid.GridInspector},
		"":                            {Grid: "g1", Post: grid.GridInspector, Holder: "c"},
	} {
		if err := grid.CheckStation(norms, held, s); fault.Code(err) != want {
			t.Errorf("%v, want %q", err, want)
		}
	}
	c := grid.Covers("BRANCH", places, []grid.Tie{{Grid: "g2", Kind: "BRANCH"}, {Grid: "g1", Kind: "GROUP"}})
	if d := cmp.Diff(grid.Coverage{Covered: 1, All: 2, Gaps: []string{"g1"}}, c); d != "" {
		t.Error(d)
	}
}

func TestLayersLieOverBaseGrids(t *testing.T) {
	layers := []grid.Layer{{Code: "env", Covers: []string{"c1"}}, {Code: "fire", Covers: []string{"g2", "g1"}}, {Code: "far", Covers: []string{"c2"}}}
	got := grid.Over(territory.Address{District: "d", Town: "t", Community: "c1", Grid: "g1"}, layers)
	if len(got) != 2 || got[0].Code != "env" || got[1].Code != "fire" {
		t.Errorf("the point lies under %v", got)
	}
}

func TestADeviceIsPublicOrOff(t *testing.T) {
	d := grid.Device{Code: "x", Where: "桥头", Basis: "环境保护法第17条", Keeps: 30, Published: true}
	if err := d.Activate(); fault.Code(err) != "device.not_published" || d.Active {
		t.Errorf("a device without a purpose: %v", err)
	}
	d.Purpose = "监测扬尘"
	if err := d.Activate(); err != nil || d.Line().Status != "ACTIVE" {
		t.Errorf("%+v, %v", d.Line(), err)
	}
}

func TestAnAgreementNeedsBothSides(t *testing.T) {
	a := grid.Agreement{Terms: "错时停车"}
	for _, step := range []struct {
		side    string
		agrees  bool
		channel string
		want    string
		status  string
	}{
		{"C", true, "", "agreement.side_unknown", "OPEN"},
		{"A", true, "", "", "OPEN"},
		{"A", true, "", "agreement.said_already", "OPEN"},
		{"B", false, "", "agreement.channel_unknown", "OPEN"},
		{"B", false, grid.ToLegalAid, "", "REFUSED"},
	} {
		if err := a.Say(step.side, step.agrees, step.channel); fault.Code(err) != step.want || a.Line().Status != step.status {
			t.Errorf("%+v: %v, %s", step, err, a.Line().Status)
		}
	}
}

func TestAChiefRatesOthersAfterTheWork(t *testing.T) {
	s, m := lane("S-CG"), &matter.Matter{Status: matter.Closed}
	for want, r := range map[string]grid.Rating{
		"":                          {By: "S-CG", Unit: "HW", Stars: 4},
		"rating.stars_out_of_range": {By: "S-CG", Unit: "HW", Stars: 6},
		"rating.own_unit":           {By: "S-CG", Unit: "S-CG", Stars: 4},
		"rating.no_part":            {By: "S-CG", Unit: "XX", Stars: 4},
		"rating.not_the_chief":      {By: "S-ZH", Unit: "HW", Stars: 4},
	} {
		if err := grid.CheckRating(s, m, []string{"HW", "S-CG"}, &r); fault.Code(err) != want {
			t.Errorf("%v, want %q", err, want)
		}
	}
	m.Status = matter.Ordered
	if err := grid.CheckRating(s, m, []string{"HW"}, &grid.Rating{By: "S-CG", Unit: "HW", Stars: 4}); fault.Code(err) != "rating.not_closed" {
		t.Error(err)
	}
}
