package roster_test

import (
	"slices"
	"testing"
	"time"

	"huying/internal/domain/org"
	"huying/internal/domain/roster"
	"huying/internal/domain/territory"
	"huying/internal/fault"
	"huying/internal/ident"
)

func graph(t *testing.T) *org.Graph {
	t.Helper()
	unit := func(code, place, suffix string, kind org.Kind) org.Unit {
		return org.Unit{Code: code, Name: code, Kind: kind, Level: org.Town, Territory: place, Suffix: suffix}
	}
	units := []org.Unit{
		unit("T-ZH", "T", "ZH", org.CommandCentre), unit("T-ZFD", "T", "ZFD", org.EnforcementBody), unit("T-PCS", "T", "PCS", org.StationedAgency),
		unit("T-XFS", "T", "XFS", org.StationedAgency), unit("T-LY", "T", "LY", org.Department),
	}
	edges := []org.Edge{
		{From: "T-PCS", To: "T-ZFD", Kind: org.ResidentAt}, {From: "T-XFS", To: "T-ZFD", Kind: org.ResidentAt}, {From: "T-LY", To: "T-ZFD", Kind: org.OnCallFor},
	}
	var posts []org.Post
	for _, u := range units {
		posts = append(posts, org.Post{Code: u.Code + "/HANDLER", Unit: u.Code, Role: org.Handler})
	}
	g, err := org.New(units, edges, posts, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestAPlanIsCheckedWhole(t *testing.T) {
	g := graph(t)
	good := func() *roster.Plan {
		return &roster.Plan{From: 20260310, To: 20260311, Unit: "T-ZH", Shifts: []roster.Shift{{Day: 20260310, From: 480, To: 1440, Post: "T-ZH/HANDLER"}}}
	}
	if err := good().Check(g); err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		spoil func(p *roster.Plan)
		codes []string
	}{
		"no such day":    {func(p *roster.Plan) { p.From = 20260230 }, []string{"duty.days"}},
		"backwards":      {func(p *roster.Plan) { p.To = 20260309 }, []string{"duty.days"}},
		"too long":       {func(p *roster.Plan) { p.To = 20260601 }, []string{"duty.days"}},
		"nothing":        {func(p *roster.Plan) { p.Shifts = nil }, []string{"duty.too_many"}},
		"two mistakes":   {func(p *roster.Plan) { p.Shifts[0].Day, p.Shifts[0].Post = 20260315, "T-PCS/HANDLER" }, []string{"duty.shift_outside", "duty.post_of_others"}},
		"of no length":   {func(p *roster.Plan) { p.Shifts[0].To = 480 }, []string{"duty.shift_malformed"}},
		"after midnight": {func(p *roster.Plan) { p.Shifts[0].To = 1441 }, []string{"duty.shift_malformed"}},
	} {
		p := good()
		tc.spoil(p)
		var got []string
		for _, e := range fault.All(p.Check(g)) {
			got = append(got, e.Code)
		}
		if !slices.Equal(got, tc.codes) {
			t.Errorf("%s: %v, want %v", name, got, tc.codes)
		}
	}
}

func TestAGapIsToldOnce(t *testing.T) {
	g := graph(t)
	p := &roster.Plan{From: 20260310, To: 20260310, Unit: "T-ZH", Shifts: []roster.Shift{
		{Day: 20260310, From: 0, To: 480, Post: "T-ZH/HANDLER"}, {Day: 20260310, From: 1200, To: 480, Post: "T-ZH/HANDLER"},
	}}
	at := func(h int) time.Time { return time.Date(2026, 3, 10, h, 0, 0, 0, ident.Zone) }
	if got := p.Gaps(g); len(got) != 1 || !got[0].From.Equal(at(8)) || !got[0].To.Equal(at(20)) {
		t.Fatalf("the gaps: %v", got)
	}
	for now, want := range map[time.Time]int{at(-5): 0, at(-4): 1, at(12): 1, at(20): 0} {
		if got := p.ToTell(g, now, 12*time.Hour); len(got) != want {
			t.Errorf("at %v: %v", now, got)
		}
	}
	p.Flagged = []int64{at(8).UnixMicro()}
	if got := p.ToTell(g, at(0), 12*time.Hour); len(got) != 0 {
		t.Errorf("told again: %v", got)
	}
}

func TestWhatAPlatformLacks(t *testing.T) {
	g := graph(t)
	b := roster.Bounds{Least: 1, Most: 2}
	p := &roster.Platform{Core: "T-ZFD", Place: territory.Address{Town: "T"}, Seats: []roster.Seat{
		{Unit: "T-PCS"}, {Unit: "T-PCS"}, {Unit: "T-PCS"}, {Unit: "T-LY", OnCall: true, Post: "T-LY/HANDLER", Title: "联络岗"},
	}}
	if err := p.Check(g); err != nil {
		t.Fatal(err)
	}
	want := []roster.Lack{{What: roster.NoResident, Unit: "T-XFS"}, {What: roster.NoNamedPost, Unit: "T-LY", N: 1}, {What: roster.TooMany, Unit: "T-PCS", N: 2}}
	if got := p.Lacks(g, b); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	p.Seats = []roster.Seat{{Unit: "T-PCS"}, {Unit: "T-XFS"}, {Unit: "T-LY", OnCall: true, Post: "T-LY/HANDLER", Title: "联络岗", Phone: "1"}}
	if got := p.Lacks(g, b); len(got) != 0 {
		t.Errorf("%v", got)
	}
	if d := p.Desk(); len(d) != 4 || d[0].Unit != "T-ZFD" {
		t.Errorf("%v", d)
	}
	p.Core, p.Seats[0].Post = "X-ZFD", "T-LY/HANDLER"
	if all := fault.All(p.Check(g)); len(all) != 2 {
		t.Errorf("%v", all)
	}
}

// A post on call is tried every week; across the end of a month too.
func TestATrialGrowsOld(t *testing.T) {
	for _, x := range []struct {
		tried, today int
		stale        bool
	}{{20260310, 20260310, false}, {20260310, 20260317, false}, {20260310, 20260318, true}, {20260226, 20260305, false}, {20260226, 20260306, true}, {0, 20260310, true}} {
		r := roster.Reach{Day: x.tried}
		if r.Stale(x.today) != x.stale {
			t.Errorf("tried on %d, on %d stale is %v", x.tried, x.today, !x.stale)
		}
	}
}
