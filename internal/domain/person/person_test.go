package person_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"huying/internal/domain/access"
	"huying/internal/domain/org"
	"huying/internal/domain/person"
	"huying/internal/engine/enginetest"
	"huying/internal/fault"
	"huying/internal/ident"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, ident.Zone)

func TestLoginsAndNames(t *testing.T) {
	for in, want := range map[string]string{" Liu.XY ": "liu.xy", "a": "", "刘": "", "a b": "", "x@gz.gov.cn": "x@gz.gov.cn", "": "", "a\x00b": ""} {
		if got, err := person.Login(in); got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v", in, got, err)
		}
	}
	for in, code := range map[string]string{" 刘晓燕 ": "", "": "text.missing", "刘\u202e燕": "name.malformed", "a\nb": "name.malformed"} {
		if _, err := person.Name(in); fault.Code(err) != code {
			t.Errorf("%q: %v", in, err)
		}
	}
}

func TestFailuresSlowDownAndAreForgotten(t *testing.T) {
	p := person.OfPair
	var f person.Failures
	for n := 1; n <= 40; n++ {
		f = p.Add(f, noon)
		want := time.Duration(0)
		if n > p.Free {
			want = min(p.First<<min(n-p.Free-1, 20), p.Most)
		}
		if got := p.Wait(f, noon); got != want {
			t.Fatalf("after %d: wait %v, want %v", n, got, want)
		}
	}
	if p.Wait(f, noon.Add(p.Most)) != 0 {
		t.Error("the wait does not end")
	}
	if p.Wait(f, noon.Add(p.Forget)) != 0 || p.Add(f, noon.Add(p.Forget)).N != 1 {
		t.Error("failures are not forgotten")
	}
}

// TestNoPaceEverLocks: whatever happened, the wait is bounded, and waiting it
// out is enough.
func TestNoPaceEverLocks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SampledFrom([]person.Pace{person.OfPair, person.OfNetwork, person.OfDevice, person.OfSecond}).Draw(t, "pace")
		f := person.Failures{N: rapid.IntRange(0, 1<<40).Draw(t, "n"), Last: noon}
		wait := p.Wait(f, noon)
		if wait < 0 || wait > p.Most || p.Wait(f, noon.Add(wait)) != 0 {
			t.Fatalf("%d failures: %v", f.N, wait)
		}
		if more := p.Wait(p.Add(f, noon), noon); more < wait {
			t.Fatalf("one more failure waits %v, less than %v", more, wait)
		}
	})
}

func TestSeats(t *testing.T) {
	day := 24 * time.Hour
	for name, tc := range map[string]struct {
		seat   person.Seat
		role   org.Role
		others []org.Role
		want   string
	}{
		"for good":                {person.Seat{From: noon}, org.Handler, []org.Role{org.Dispatcher}, ""},
		"ends before it begins":   {person.Seat{From: noon, To: noon}, org.Handler, nil, "seat.end_before_start"},
		"over":                    {person.Seat{From: noon.Add(-2 * day), To: noon.Add(-day)}, org.Handler, nil, "seat.already_over"},
		"a deputy without an end": {person.Seat{Kind: person.Deputy, From: noon}, org.Handler, nil, "deputy.end_missing"},
		"a deputy for a year":     {person.Seat{Kind: person.Deputy, From: noon, To: noon.Add(365 * day)}, org.Handler, nil, "deputy.too_long"},
		"a deputy for a week":     {person.Seat{Kind: person.Deputy, From: noon, To: noon.Add(7 * day)}, org.Handler, nil, ""},
		"two administrators":      {person.Seat{From: noon}, org.SystemAdmin, []org.Role{org.Auditor}, "seat.roles_exclusive"},
		"administrator and desk":  {person.Seat{From: noon}, org.SecurityAdmin, []org.Role{org.Dispatcher}, "seat.roles_exclusive"},
		"desk and administrator":  {person.Seat{From: noon}, org.Dispatcher, []org.Role{org.SystemAdmin}, "seat.roles_exclusive"},
		"the same administrator":  {person.Seat{From: noon}, org.SystemAdmin, []org.Role{org.SystemAdmin}, ""},
		"administrator as deputy": {person.Seat{Kind: person.Deputy, From: noon, To: noon.Add(day)}, org.SystemAdmin, []org.Role{org.Auditor}, "seat.roles_exclusive"},
	} {
		if err := person.CheckSeat(tc.seat, tc.role, tc.others, noon); fault.Code(err) != tc.want {
			t.Errorf("%s: %v, want %q", name, err, tc.want)
		}
	}
	s := person.Seat{From: noon, To: noon.Add(day)}
	for at, want := range map[time.Duration]bool{-time.Second: false, 0: true, day - 1: true, day: false} {
		if s.In(noon.Add(at)) != want {
			t.Errorf("at %v: %v", at, !want)
		}
	}
	s.Ended = noon.Add(time.Hour)
	if s.In(noon.Add(time.Hour)) || !s.In(noon.Add(time.Hour-1)) || !s.Coming(noon.Add(-day)) {
		t.Error("an ended seat")
	}
}

func TestWhoNamesDeputies(t *testing.T) {
	city := enginetest.Guangzhou(t)
	by := func(post string) access.Actor {
		a, err := person.Actor(city, post)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	for name, tc := range map[string]struct {
		by    access.Actor
		right person.SeatKind
		post  string
		want  string
	}{
		"the holder":                 {by("440106-CG/HANDLER"), person.Holder, "440106-CG/HANDLER", ""},
		"a deputy":                   {by("440106-CG/HANDLER"), person.Deputy, "440106-CG/HANDLER", "deputy.not_yours"},
		"a colleague":                {by("440106-CG/HANDLER"), person.Holder, "440106-CG/HEAD", "deputy.not_yours"},
		"the head of the unit":       {by("440106-CG/HEAD"), person.Holder, "440106-CG/HANDLER", ""},
		"the head of another unit":   {by("440106-SW/HEAD"), person.Holder, "440106-CG/HANDLER", "deputy.not_yours"},
		"a leader above":             {by("440100-ZH/HEAD"), person.Holder, "440106-ZH/DISPATCHER", ""},
		"nobody's post":              {by("440106-CG/HEAD"), person.Holder, "440106-CG/KING", "post.unknown"},
		"an administrator's, by one": {by("440100-ZS/SYSTEM_ADMIN"), person.Holder, "440100-ZS/SYSTEM_ADMIN", ""},
	} {
		if err := person.MayAppoint(city, tc.by, tc.right, tc.post); fault.Code(err) != tc.want {
			t.Errorf("%s: %v, want %q", name, err, tc.want)
		}
	}
}

func TestGrantsAreChecked(t *testing.T) {
	city := enginetest.Guangzhou(t)
	good := person.Given{Post: "440106-ZH/HEAD", Actions: []access.Action{access.ReadMatter}, Place: "440105", From: noon, To: noon.Add(time.Hour)}
	for name, tc := range map[string]struct {
		spoil func(*person.Given)
		want  string
	}{
		"good":                      {func(*person.Given) {}, ""},
		"no such post":              {func(g *person.Given) { g.Post = "X" }, "post.unknown"},
		"to an administrator":       {func(g *person.Given) { g.Post = "440100-SJJ/AUDITOR" }, "grant.to_administrator"},
		"nothing":                   {func(g *person.Given) { g.Actions = nil }, "grant.empty"},
		"no such action":            {func(g *person.Given) { g.Actions[0] = "x" }, "scope.unknown"},
		"an administrator's action": {func(g *person.Given) { g.Actions[0] = access.ManageAccounts }, "grant.action_not_grantable"},
		"a debtor's by place":       {func(g *person.Given) { g.Actions[0] = access.AnswerOrder }, "grant.unit_needed"},
		"nowhere":                   {func(g *person.Given) { g.Place = "" }, "grant.nowhere"},
		"no such place":             {func(g *person.Given) { g.Place = "9" }, "place.unknown"},
		"no such unit":              {func(g *person.Given) { g.Unit = "9" }, "unit.unknown"},
		"without end":               {func(g *person.Given) { g.To = time.Time{} }, "seat.end_before_start"},
		"for ever":                  {func(g *person.Given) { g.To = noon.AddDate(9, 0, 0) }, "grant.too_long"},
	} {
		g := good
		g.Actions = []access.Action{access.ReadMatter}
		tc.spoil(&g)
		if err := g.Check(city, noon); fault.Code(err) != tc.want || tc.want == "" && err != nil {
			t.Errorf("%s: %v, want %q", name, err, tc.want)
		}
	}
	g := good
	g.Unit = "440106-ZH"
	granted, ok := g.Granted(city)
	if !ok || granted.Rank != 3 || granted.At.District != "440105" || len(granted.Units) < 2 {
		t.Errorf("%+v, %v", granted, ok)
	}
	g.Place = "9"
	if _, ok := g.Granted(city); ok {
		t.Error("a grant of a place that is gone still holds")
	}
}

func TestTwoPersons(t *testing.T) {
	supervisor := access.Actor{Kind: access.Staff, Role: org.Supervisor, Rank: 4}
	assessor := access.Actor{Kind: access.Staff, Role: org.Assessor, Rank: 4}
	handler := access.Actor{Kind: access.Staff, Role: org.Handler, Rank: 4}
	p := person.Proposal{Kind: person.DrawRedo, Reason: "名单有误", By: "a", State: person.Open, Expires: noon.Add(time.Hour)}
	for name, tc := range map[string]struct {
		spoil func(*person.Proposal)
		by    access.Actor
		want  string
	}{
		"good":           {func(*person.Proposal) {}, supervisor, ""},
		"unknown":        {func(p *person.Proposal) { p.Kind = "X" }, supervisor, "proposal.kind_unknown"},
		"no right":       {func(*person.Proposal) {}, handler, "access.denied"},
		"no reason":      {func(p *person.Proposal) { p.Reason = " " }, supervisor, "text.missing"},
		"open for years": {func(p *person.Proposal) { p.Expires = noon.AddDate(1, 0, 0) }, supervisor, "proposal.expiry_out_of_range"},
		"over at once":   {func(p *person.Proposal) { p.Expires = noon }, supervisor, "proposal.expiry_out_of_range"},
	} {
		q := p
		tc.spoil(&q)
		if err := q.Ask(tc.by, access.Subject{}, noon); fault.Code(err) != tc.want {
			t.Errorf("ask, %s: %v, want %q", name, err, tc.want)
		}
	}
	for name, tc := range map[string]struct {
		account string
		by      access.Actor
		state   person.ProposalState
		confirm bool
		at      time.Time
		want    string
		state2  person.ProposalState
	}{
		"another":                    {"b", assessor, person.Open, true, noon, "", person.Confirmed},
		"the same from another seat": {"a", assessor, person.Open, true, noon, "proposal.own", person.Open},
		"nobody":                     {"", assessor, person.Open, true, noon, "proposal.own", person.Open},
		"without the right":          {"b", handler, person.Open, true, noon, "access.denied", person.Open},
		"again":                      {"b", assessor, person.Done, true, noon, "proposal.not_open", person.Done},
		"too late":                   {"b", assessor, person.Open, true, noon.Add(time.Hour), "proposal.expired", person.Expired},
		"refused, without a reason":  {"b", assessor, person.Open, false, noon, "text.missing", person.Refused},
	} {
		q := p
		q.State = tc.state
		if got, err := q.Decide(tc.account, tc.by, access.Subject{}, tc.confirm, "", tc.at); fault.Code(err) != tc.want || got != tc.state2 {
			t.Errorf("%s: %s, %v", name, got, err)
		}
	}
	if !p.MaySee(assessor, access.Subject{}) || p.MaySee(handler, access.Subject{}) {
		t.Error("who sees it")
	}
	for _, k := range person.ProposalKinds() {
		q := p
		q.Kind = k
		if err := q.Ask(access.Actor{}, access.Subject{}, noon); fault.Code(err) != "access.denied" {
			t.Errorf("%s: %v", k, err)
		}
	}
}
