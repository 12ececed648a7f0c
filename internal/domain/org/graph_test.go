package org_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"huying/internal/domain/org"
	"huying/internal/fault"
	"huying/internal/ident"
)

func unit(code, territory, suffix string, kind org.Kind, level org.Level) org.Unit {
	return org.Unit{Code: code, Name: code, Kind: kind, Level: level, Territory: territory, Suffix: suffix}
}

// small is a city, a district and two towns, with a police station in each
// town and an urban management bureau in the district.
func small() ([]org.Unit, []org.Edge, []org.Post, []org.Shift) {
	units := []org.Unit{
		unit("C-ZH", "C", "ZH", org.CommandCentre, org.City),
		unit("C-RX", "C", "RX", org.HotlineCentre, org.City),
		unit("D-ZH", "D", "ZH", org.CommandCentre, org.District),
		unit("D-CG", "D", "CG", org.Department, org.District),
		unit("D-GA", "D", "GA", org.Department, org.District),
		unit("T1-ZH", "T1", "ZH", org.CommandCentre, org.Town),
		unit("T2-ZH", "T2", "ZH", org.CommandCentre, org.Town),
		unit("T1-PCS", "T1", "PCS", org.StationedAgency, org.Town),
		unit("T1-ZFD", "T1", "ZFD", org.EnforcementBody, org.Town),
	}
	edges := []org.Edge{
		{From: "C-ZH", To: "D-ZH", Kind: org.Leads}, {From: "C-ZH", To: "C-RX", Kind: org.Leads},
		{From: "D-ZH", To: "T1-ZH", Kind: org.Leads}, {From: "D-ZH", To: "T2-ZH", Kind: org.Leads},
		{From: "D-ZH", To: "D-CG", Kind: org.Leads}, {From: "D-GA", To: "T1-PCS", Kind: org.Leads},
		{From: "T1-PCS", To: "T1-ZH", Kind: org.StationedIn}, {From: "T1-ZH", To: "T1-ZFD", Kind: org.Leads},
		{From: "D-CG", To: "T1-ZFD", Kind: org.Guides},
	}
	var posts []org.Post
	for _, u := range units {
		posts = append(posts, org.Post{Code: u.Code + "/HANDLER", Unit: u.Code, Role: org.Handler})
		if u.Kind == org.CommandCentre {
			posts = append(posts, org.Post{Code: u.Code + "/DISPATCHER", Unit: u.Code, Role: org.Dispatcher})
		}
	}
	posts = append(posts, org.Post{Code: "C-RX/AGENT", Unit: "C-RX", Role: org.Agent}, org.Post{Code: "D-CG/HEAD", Unit: "D-CG", Role: org.Leader})
	shifts := []org.Shift{
		{Unit: "C-ZH", Days: org.AllDays, From: 0, To: 1440},
		{Unit: "D-ZH", Days: org.WorkingDays, From: 8 * 60, To: 8 * 60 * 3}, // 08:00–24:00
		{Unit: "D-ZH", Days: org.RestDays, From: 20 * 60, To: 8 * 60},       // ends on the next day
		{Unit: "T1-ZH", Days: org.WorkingDays, From: 8*60 + 30, To: 18 * 60},
		{Unit: "T1-ZFD", Days: org.AllDays, From: 6 * 60, To: 22 * 60},
	}
	return units, edges, posts, shifts
}

// weekdays calls Monday to Friday working days.
func weekdays(_ string, day time.Time) bool {
	return day.Weekday() != time.Saturday && day.Weekday() != time.Sunday
}

func graph(t *testing.T) *org.Graph {
	t.Helper()
	units, edges, posts, shifts := small()
	g, err := org.New(units, edges, posts, shifts, weekdays)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// at is an hour of November 2026; the 20th is a Friday.
func at(day, hour, minute int) time.Time {
	return time.Date(2026, 11, day, hour, minute, 0, 0, ident.Zone)
}

func TestDutyFollowsTheRosterUpwards(t *testing.T) { // GZ-26
	g := graph(t)
	for _, tc := range []struct {
		name    string
		unit    string
		at      time.Time
		want    string
		staffed bool
	}{
		{"a staffed town centre", "T1-ZH", at(20, 10, 0), "T1-ZH", true},
		{"its first minute", "T1-ZH", at(20, 8, 30), "T1-ZH", true},
		{"the minute before", "T1-ZH", at(20, 8, 29), "D-ZH", true},
		{"its last minute has passed", "T1-ZH", at(20, 18, 0), "D-ZH", true},
		{"at night on a working day the district is gone too", "T1-ZH", at(20, 2, 0), "C-ZH", true},
		{"a night that began on a rest day", "T1-ZH", at(23, 2, 0), "D-ZH", true},
		{"a rest day before the night shift", "T1-ZH", at(21, 12, 0), "C-ZH", true},
		{"a town centre without a roster is never staffed", "T2-ZH", at(20, 10, 0), "D-ZH", true},
		{"a department without a roster waits for itself", "D-CG", at(20, 2, 0), "D-CG", true},
		{"a team in its hours", "T1-ZFD", at(20, 7, 0), "T1-ZFD", true},
		{"a team outside its hours: its town centre", "T1-ZFD", at(21, 23, 0), "D-ZH", true},
		{"in another zone", "T1-ZH", at(20, 10, 0).UTC(), "T1-ZH", true},
		{"nobody", "X", at(20, 10, 0), "X", false},
	} {
		if got, staffed := g.Duty(tc.unit, tc.at); got != tc.want || staffed != tc.staffed {
			t.Errorf("%s: %s, %v; want %s, %v", tc.name, got, staffed, tc.want, tc.staffed)
		}
	}
}

func TestOrdersGoToTheRightSeat(t *testing.T) {
	g := graph(t)
	for unit, want := range map[string]string{"C-ZH": "C-ZH/DISPATCHER", "C-RX": "C-RX/AGENT", "D-CG": "D-CG/HANDLER"} {
		if p := g.DefaultPost(unit); p == nil || p.Code != want {
			t.Errorf("%s: %+v", unit, p)
		}
	}
	if p := g.DefaultPost("X"); p != nil {
		t.Errorf("a unit that is none has a post: %+v", p)
	}
	if p, staffed := g.OnDuty("T1-ZH", at(20, 2, 0)); staffed || p == nil || p.Code != "T1-ZH/DISPATCHER" {
		t.Errorf("an empty desk: %+v, %v", p, staffed)
	}
}

func TestTheGraphAnswersWhoLeadsAndWhoIsStationed(t *testing.T) {
	g := graph(t)
	if up, ok := g.Parent("T1-PCS"); !ok || up != "D-GA" {
		t.Errorf("%s, %v", up, ok)
	}
	if _, ok := g.Parent("C-ZH"); ok {
		t.Error("somebody leads the top")
	}
	for _, town := range []string{"T1", "T1-ZH"} {
		if !g.StationedIn("T1-PCS", town) {
			t.Errorf("not stationed in %s", town)
		}
	}
	if g.StationedIn("T1-PCS", "T2-ZH") || g.StationedIn("T1-ZFD", "T1") {
		t.Error("stationed where it is not")
	}
	if d := cmp.Diff([]org.Edge{{From: "D-CG", To: "T1-ZFD", Kind: org.Guides}}, g.To("T1-ZFD", org.Guides)); d != "" {
		t.Error(d)
	}
	if code, ok := g.At("D", "CG"); !ok || code != "D-CG" {
		t.Errorf("%s, %v", code, ok)
	}
	if _, ok := g.At("T2", "PCS"); ok {
		t.Error("a unit that is none was found")
	}
	if d := cmp.Diff([]string{"T1-PCS", "T1-ZFD", "T1-ZH"}, g.Serving("T1")); d != "" {
		t.Error(d)
	}
}

func TestAGraphIsRefusedForEachMistake(t *testing.T) {
	for name, tc := range map[string]struct {
		spoil func(*[]org.Unit, *[]org.Edge, *[]org.Post, *[]org.Shift)
		code  string
	}{
		"a unit twice": {func(u *[]org.Unit, _ *[]org.Edge, _ *[]org.Post, _ *[]org.Shift) { *u = append(*u, (*u)[0]) }, "unit.duplicate"},
		"a code unlike its place": {func(u *[]org.Unit, _ *[]org.Edge, _ *[]org.Post, _ *[]org.Shift) {
			*u = append(*u, unit("D-XX", "D", "YY", org.Department, org.District))
		}, "unit.code_mismatch"},
		"an edge to nobody": {func(_ *[]org.Unit, e *[]org.Edge, _ *[]org.Post, _ *[]org.Shift) {
			*e = append(*e, org.Edge{From: "D-ZH", To: "X", Kind: org.Leads})
		}, "unit.unknown"},
		"a circle": {func(_ *[]org.Unit, e *[]org.Edge, _ *[]org.Post, _ *[]org.Shift) {
			*e = append(*e, org.Edge{From: "T1-ZFD", To: "C-ZH", Kind: org.Leads})
		}, "unit.leads_in_circle"},
		"a post twice": {func(_ *[]org.Unit, _ *[]org.Edge, p *[]org.Post, _ *[]org.Shift) { *p = append(*p, (*p)[0]) }, "post.duplicate"},
		"a post in nothing": {func(_ *[]org.Unit, _ *[]org.Edge, p *[]org.Post, _ *[]org.Shift) {
			*p = append(*p, org.Post{Code: "X/HANDLER", Unit: "X"})
		}, "unit.unknown"},
		"a shift of an unknown post": {func(_ *[]org.Unit, _ *[]org.Edge, _ *[]org.Post, s *[]org.Shift) {
			*s = append(*s, org.Shift{Unit: "D-CG", Days: org.AllDays, To: 60, Post: "D-ZH/HANDLER"})
		}, "post.unknown"},
		"a shift of no length": {func(_ *[]org.Unit, _ *[]org.Edge, _ *[]org.Post, s *[]org.Shift) {
			*s = append(*s, org.Shift{Unit: "D-CG", Days: org.AllDays, From: 60, To: 60})
		}, "shift.malformed"},
		"a shift on no day": {func(_ *[]org.Unit, _ *[]org.Edge, _ *[]org.Post, s *[]org.Shift) {
			*s = append(*s, org.Shift{Unit: "D-CG", Days: "MON", To: 60})
		}, "shift.malformed"},
	} {
		units, edges, posts, shifts := small()
		tc.spoil(&units, &edges, &posts, &shifts)
		if _, err := org.New(units, edges, posts, shifts, nil); fault.Code(err) != tc.code {
			t.Errorf("%s: %v, want %s", name, err, tc.code)
		}
	}
}

func TestSomebodyIsAlwaysOnDutyUnderAStaffedTop(t *testing.T) {
	g := graph(t)
	units := g.Units()
	rapid.Check(t, func(t *rapid.T) {
		when := time.Unix(rapid.Int64Range(1700000000, 2000000000).Draw(t, "at"), 0)
		of := rapid.SampledFrom(units).Draw(t, "unit")
		if of == "D-GA" { // led by nobody, but without a roster it waits for itself
			return
		}
		code, staffed := g.Duty(of, when)
		if _, there := g.OnDuty(code, when); !staffed || !there {
			t.Fatalf("%s at %v: %s, %v", of, when, code, staffed)
		}
	})
}
