package access_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"huying/internal/domain/access"
	"huying/internal/domain/org"
	"huying/internal/domain/territory"
	"huying/internal/fault"
)

// The columns of the matrix: every role of a post, the caller, and a system
// actor of each kind.
var columns = []struct {
	name  string
	actor access.Actor
}{
	{"dispatcher", access.Actor{Kind: access.Staff, Role: org.Dispatcher}},
	{"agent", access.Actor{Kind: access.Staff, Role: org.Agent}},
	{"handler", access.Actor{Kind: access.Staff, Role: org.Handler}},
	{"grid worker", access.Actor{Kind: access.Staff, Role: org.GridWorker}},
	{"grid judge", access.Actor{Kind: access.Staff, Role: org.GridJudge}},
	{"reporter", access.Actor{Kind: access.Staff, Role: org.Reporter}},
	{"leader", access.Actor{Kind: access.Staff, Role: org.Leader}},
	{"secretary", access.Actor{Kind: access.Staff, Role: org.Secretary}},
	{"supervisor", access.Actor{Kind: access.Staff, Role: org.Supervisor}},
	{"assessor", access.Actor{Kind: access.Staff, Role: org.Assessor}},
	{"auditor", access.Actor{Kind: access.Staff, Role: org.Auditor}},
	{"admin", access.Actor{Kind: access.Staff, Role: org.SystemAdmin}},
	{"security", access.Actor{Kind: access.Staff, Role: org.SecurityAdmin}},
	{"organiser", access.Actor{Kind: access.Staff, Role: org.Organiser}},
	{"legal", access.Actor{Kind: access.Staff, Role: org.LegalReviewer}},
	{"observer", access.Actor{Kind: access.Staff, Role: org.Observer}},
	{"keeper", access.Actor{Kind: access.Staff, Role: org.Keeper}},
	{"caller", access.Actor{Kind: access.Caller}},
	{"clock", access.Actor{Kind: access.System, ID: access.Clock}},
	{"rule", access.Actor{Kind: access.System, ID: access.Rule}},
	{"import", access.Actor{Kind: access.System, ID: access.Import}},
	{"channel", access.Actor{Kind: access.System, ID: access.Channel}},
}

// matrix is domain part C7 written out for matters (docs/PERMISSIONS.md has every
// action): who may do what how far. E everywhere,
// J jurisdiction, P participant, D debtor, C creditor, K the coordinating desk,
// O a caller's own matter.
var matrix = map[access.Action]map[string]string{
	access.RaiseCall: {
		"dispatcher": "J", "agent": "E", "handler": "J", "grid worker": "J", "reporter": "J", "leader": "J", "secretary": "J",
		"supervisor": "E", "caller": "E", "rule": "E", "import": "E",
	},
	access.ReadMatter: {
		"dispatcher": "JP", "agent": "J", "handler": "P", "grid worker": "JP", "grid judge": "J", "leader": "JP", "secretary": "JP",
		"supervisor": "J", "assessor": "J", "caller": "O", "clock": "E", "rule": "E", "import": "E", "organiser": "P", "keeper": "P",
	},
	access.ReadCaller:       {"dispatcher": "K", "agent": "J", "handler": "D"},
	access.VerifyMatter:     {"dispatcher": "J", "agent": "J", "rule": "E"},
	access.TriageMatter:     {"dispatcher": "J", "rule": "E"},
	access.MergeMatter:      {"dispatcher": "J", "agent": "J"},
	access.DeferMatter:      {"dispatcher": "J"},
	access.ReopenMatter:     {"dispatcher": "J", "agent": "J", "caller": "O"},
	access.JudgeMatter:      {"dispatcher": "J", "agent": "J", "grid judge": "J", "caller": "O"},
	access.RequestExclusion: {"dispatcher": "J", "handler": "P"},
	access.DecideExclusion:  {"assessor": "J"},
	access.IssueOrder:       {"dispatcher": "J", "agent": "J", "handler": "JP", "rule": "E"}, // a handler is told why not
	access.AnswerOrder:      {"organiser": "D", "dispatcher": "D", "handler": "D", "grid worker": "D", "leader": "D", "secretary": "D", "supervisor": "D"},
	access.ChairOrder:       {"organiser": "C", "keeper": "C", "assessor": "C", "dispatcher": "CJ", "handler": "C", "leader": "C", "secretary": "C", "supervisor": "C"},
	access.BlowWhistle:      {"dispatcher": "J", "secretary": "J", "leader": "J", "handler": "JP"},
	access.ReadGround: {
		"dispatcher": "JP", "leader": "JP", "secretary": "JP", "grid worker": "J", "grid judge": "J", "supervisor": "J", "handler": "P",
	},
	access.PlanGround:      {"dispatcher": "J", "leader": "J"},
	access.AffirmGround:    {"dispatcher": "J", "leader": "J", "secretary": "J", "supervisor": "J"},
	access.FillGround:      {"dispatcher": "J", "leader": "J", "secretary": "J"},
	access.Patrol:          {"dispatcher": "J", "grid worker": "J", "leader": "J", "handler": "P"},
	access.RateCleaner:     {"dispatcher": "J", "leader": "J", "secretary": "J"},
	access.AssignTask:      {"grid worker": "P", "organiser": "JP", "keeper": "P", "assessor": "P", "channel": "E", "dispatcher": "JP", "handler": "JP", "leader": "JP", "secretary": "JP", "supervisor": "JP", "rule": "E"},
	access.DecideObjection: {"dispatcher": "J", "agent": "J"},
	access.Remind:          {"dispatcher": "J", "agent": "J", "supervisor": "J"},
	access.Supervise:       {"dispatcher": "J", "supervisor": "J", "rule": "E"},
	access.DecideCard:      {"dispatcher": "J", "supervisor": "J"},
	access.SampleAudit:     {"supervisor": "J", "rule": "E"},
	access.ReadLedger:      {"auditor": "J"},
	access.ReadNumbers: {
		"dispatcher": "J", "agent": "J", "handler": "J", "leader": "J", "secretary": "J", "supervisor": "J", "assessor": "J", "organiser": "J",
	},
	access.ReadAccessLog: {"auditor": "J"},
	access.ManagePack:    {"admin": "E"},
	access.ManageTokens:  {"admin": "E"},
	access.FireClock:     {"clock": "E"},

	access.ManageAccounts:   {"security": "E"},
	access.ManageGrants:     {"security": "E"},
	access.ReadSystemLog:    {"admin": "E", "auditor": "E"},
	access.ReadSecurityLog:  {"security": "E", "auditor": "E"},
	access.ReadAuditLog:     {"auditor": "E"},
	access.ConfirmPack:      {"admin": "E", "security": "E"},
	access.UnsealIdentity:   {"dispatcher": "J", "agent": "J", "supervisor": "J"},
	access.ConfirmUnseal:    {"leader": "J", "secretary": "J", "supervisor": "J"},
	access.ConfirmExclusion: {"assessor": "J", "supervisor": "J"},
	access.RedoDraw:         {"supervisor": "J"},
	access.ConfirmDraw:      {"supervisor": "J", "assessor": "J"},

	access.ReadPower:      everyone("E"),
	access.ReadAppraisal:  everyone("E"),
	access.ReadFund:       everyone("JP"),
	access.GrantPower:     {"organiser": "J"},
	access.ReadGate:       {"handler": "P", "leader": "P", "dispatcher": "P", "secretary": "JP", "organiser": "JP"},
	access.ProposeGate:    {"handler": "K", "leader": "K", "organiser": "K", "secretary": "K"},
	access.GiveOpinion:    {"secretary": "D"},
	access.ReadExceptions: {"organiser": "J"},
	access.Recommend:      {"secretary": "K", "handler": "K"},
	access.Instruct:       {"handler": "K", "leader": "K", "dispatcher": "K", "secretary": "K"},
	access.SettleConflict: {"dispatcher": "J", "secretary": "J", "organiser": "J"},
	access.AssignLiaison:  {"organiser": "J"},
	access.ReadLiaison:    {"dispatcher": "JP", "handler": "P", "leader": "JP", "secretary": "JP", "supervisor": "JP", "organiser": "J"},
	access.RaiseItem:      {"secretary": "P", "handler": "P", "dispatcher": "P", "supervisor": "P"},
	access.Appraise:       {"secretary": "K", "handler": "K", "dispatcher": "K"},
	access.Observe:        {"observer": "E"},
	access.KeepChannel:    {"keeper": "K"},
	access.ProposeEntry:   {"assessor": "J", "supervisor": "J"},
	access.DecideEntry:    {"supervisor": "J"},
	access.ReadEntry: {
		"assessor": "J", "supervisor": "J", "organiser": "J", "handler": "P", "leader": "P", "dispatcher": "P", "secretary": "P",
	},
	access.MakeForce:      {"organiser": "J", "leader": "J", "dispatcher": "J", "secretary": "J"},
	access.ReadForce:      {"organiser": "JP", "leader": "JP", "dispatcher": "JP", "secretary": "JP", "handler": "JP", "supervisor": "JP"},
	access.OpenFund:       {"organiser": "J", "leader": "J", "secretary": "J"},
	access.KeepFund:       {"handler": "K"},
	access.ApprovePayment: {"leader": "K", "secretary": "K", "dispatcher": "K"},
}

// everyone is a row that is the same for all who work on matters.
func everyone(how string) map[string]string {
	out := map[string]string{}
	for _, name := range []string{
		"dispatcher", "agent", "handler", "grid worker", "grid judge", "leader", "secretary", "supervisor", "assessor",
		"organiser", "legal", "observer", "keeper",
	} {
		out[name] = how
	}
	return out
}

var letters = map[access.Scope]string{
	access.Everywhere: "E", access.Jurisdiction: "J", access.Participant: "P", access.Debtor: "D",
	access.Creditor: "C", access.Desk: "K", access.Own: "O",
}

func TestTheMatrix(t *testing.T) {
	for action, row := range matrix {
		for _, c := range columns {
			got := ""
			for _, s := range access.Scopes(c.actor, action) {
				got += letters[s]
			}
			if got != row[c.name] {
				t.Errorf("%s by the %s: %q, want %q", action, c.name, got, row[c.name])
			}
		}
	}
}

// TestNobodyElse: what is not in the table is denied.
func TestNobodyElse(t *testing.T) {
	strangers := []access.Actor{
		{}, {Kind: access.Staff}, {Kind: access.Staff, Role: "KING", Rank: 4}, {Kind: access.System}, {Kind: access.System, ID: "ROOT", Rank: 4},
		{Kind: access.Staff, Role: "(caller)", Matter: 5}, {Kind: access.Staff, Role: "(system)", ID: access.Clock}, {Role: org.Dispatcher, Rank: 4},
	}
	for _, a := range strangers {
		for _, action := range append(access.Actions(), "matter.delete", "") {
			if err := access.Allow(a, action, access.Subject{Matter: 5, Place: here}); err == nil {
				t.Errorf("%+v may %s", a, action)
			}
			if w := access.List(a, action).Where; w != "1=0" {
				t.Errorf("%+v lists %s: %s", a, action, w)
			}
		}
	}
}

var here = territory.Address{District: "440106", Town: "440106001", Community: "440106001001"}

func dispatcher(rank int, at territory.Address) access.Actor {
	return access.Actor{Kind: access.Staff, Role: org.Dispatcher, Unit: "440106001-ZH", Rank: rank, At: at}
}

func TestScopes(t *testing.T) {
	handler := access.Actor{Kind: access.Staff, Role: org.Handler, Unit: "440106-ZJ", Rank: 3, At: territory.Address{District: "440106"}}
	caller := access.Actor{Kind: access.Caller, Matter: 5}
	s := access.Subject{Place: here, Matter: 5, Desk: "440106001-ZH", Creditor: "440106001-ZH", Debtor: "440106-ZJ", Units: []string{"440106001-ZH", "440106-ZJ"}}
	elsewhere := s
	elsewhere.Place = territory.Address{District: "440105", Town: "440105001"}
	alone := s
	alone.Units, alone.Debtor, alone.Desk = nil, "440106-SW", "440106-ZH"
	for name, tc := range map[string]struct {
		by     access.Actor
		action access.Action
		s      access.Subject
		want   string
	}{
		"the street's desk":                {dispatcher(2, here), access.TriageMatter, s, ""},
		"the district's desk":              {dispatcher(3, territory.Address{District: "440106"}), access.TriageMatter, s, ""},
		"the city's desk":                  {dispatcher(4, territory.Address{}), access.TriageMatter, elsewhere, ""},
		"a community's desk":               {dispatcher(1, here), access.TriageMatter, s, ""},
		"no jurisdiction":                  {dispatcher(0, here), access.VerifyMatter, alone, "matter.not_found"},
		"a desk whose place is not known":  {dispatcher(2, territory.Address{}), access.VerifyMatter, alone, "matter.not_found"},
		"another district, taking part":    {dispatcher(2, here), access.TriageMatter, elsewhere, "access.denied"},
		"the debtor answers":               {handler, access.AnswerOrder, s, ""},
		"another's order":                  {handler, access.AnswerOrder, alone, "matter.not_found"},
		"a handler triages what it sees":   {handler, access.TriageMatter, s, "access.denied"},
		"a handler sees what it has not":   {handler, access.ReadMatter, alone, "matter.not_found"},
		"the creditor chairs":              {dispatcher(2, here), access.ChairOrder, elsewhere, ""},
		"the desk sees who called":         {dispatcher(2, here), access.ReadCaller, s, ""},
		"another desk does not":            {dispatcher(2, here), access.ReadCaller, alone, "access.denied"},
		"a caller's own":                   {caller, access.JudgeMatter, s, ""},
		"a caller's own, but not for that": {caller, access.TriageMatter, s, "access.denied"},
		"somebody else's":                  {caller, access.ReadMatter, access.Subject{Place: here, Matter: 6}, "matter.not_found"},
		"nothing in particular":            {handler, access.ManagePack, access.Subject{Place: here}, "access.denied"},
	} {
		if err := access.Allow(tc.by, tc.action, tc.s); fault.Code(err) != tc.want {
			t.Errorf("%s: %v, want %q", name, err, tc.want)
		}
	}
}

func TestATokenOnlyNarrows(t *testing.T) {
	s := access.Subject{Place: here, Matter: 5}
	by := dispatcher(2, here)
	by.Scopes = []access.Action{access.TriageMatter, access.ManagePack}
	if err := access.Allow(by, access.TriageMatter, s); err != nil {
		t.Errorf("named: %v", err)
	}
	if err := access.Allow(by, access.VerifyMatter, s); err == nil {
		t.Error("what the token does not name")
	}
	if err := access.Allow(by, access.ManagePack, s); err == nil {
		t.Error("a token gave a right that its role has not")
	}
}

// TestNarrowingIsMonotone: whatever an actor with scopes may do, the same
// actor without may do too, and what nobody sees is never merely denied.
func TestNarrowingIsMonotone(t *testing.T) {
	actions := access.Actions()
	rapid.Check(t, func(t *rapid.T) {
		a := columns[rapid.IntRange(0, len(columns)-1).Draw(t, "actor")].actor
		a.Unit = rapid.SampledFrom([]string{"", "A", "B"}).Draw(t, "unit")
		a.Rank = rapid.IntRange(0, 4).Draw(t, "rank")
		a.At = rapid.SampledFrom([]territory.Address{{}, here, {District: "440106"}}).Draw(t, "at")
		a.Matter = rapid.Int64Range(0, 2).Draw(t, "matter")
		s := access.Subject{
			Place:  rapid.SampledFrom([]territory.Address{{}, here, {District: "440105"}}).Draw(t, "place"),
			Matter: rapid.Int64Range(0, 2).Draw(t, "subject"), Desk: "A", Creditor: "A", Debtor: "B", Units: []string{"A"},
		}
		action := rapid.SampledFrom(actions).Draw(t, "action")
		narrow := a
		narrow.Scopes = rapid.SliceOfN(rapid.SampledFrom(actions), 1, 4).Draw(t, "scopes")
		wide, less := access.Allow(a, action, s), access.Allow(narrow, action, s)
		if less == nil && (wide != nil || !slices.Contains(narrow.Scopes, action)) {
			t.Fatalf("%s: narrow %v, wide %v", action, less, wide)
		}
		sees := access.Allow(a, access.ReadMatter, s) == nil
		if wide != nil && s.Matter != 0 && (fault.Of(wide) == fault.Denied) != sees {
			t.Fatalf("%s: %v, though it sees: %v", action, wide, sees)
		}
	})
}

// A matter is within reach if and only if it may be read.
func TestReachIsWhatMayBeRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := columns[rapid.IntRange(0, len(columns)-1).Draw(t, "actor")].actor
		a.Unit = rapid.SampledFrom([]string{"", "A", "B"}).Draw(t, "unit")
		a.Rank = rapid.IntRange(0, 4).Draw(t, "rank")
		a.At = rapid.SampledFrom([]territory.Address{{}, here, {District: "440106"}}).Draw(t, "at")
		a.Matter = rapid.Int64Range(0, 2).Draw(t, "matter")
		s := access.Subject{
			Place:  rapid.SampledFrom([]territory.Address{{}, here, {District: "440105"}, {District: "440106"}, {District: "440106", Town: "440106001"}}).Draw(t, "place"),
			Matter: rapid.Int64Range(1, 2).Draw(t, "subject"), Units: rapid.SampledFrom([][]string{nil, {"A"}, {"C", "B"}}).Draw(t, "units"),
		}
		for _, action := range access.Actions() {
			if len(access.Scopes(a, action)) > 0 && slices.ContainsFunc(access.Scopes(a, action), func(sc access.Scope) bool {
				return sc == access.Debtor || sc == access.Creditor || sc == access.Desk
			}) {
				continue // of orders, which a list of matters does not know
			}
			if got, want := access.ReachOf(a, action).Covers(s), access.Allow(a, action, s) == nil; got != want {
				t.Fatalf("%s: within reach %v, allowed %v", action, got, want)
			}
		}
	})
}

func TestListsAreConditions(t *testing.T) {
	for name, tc := range map[string]struct {
		by   access.Actor
		want access.Filter
	}{
		"the city":        {dispatcher(4, territory.Address{}), access.Filter{Where: "1=1"}},
		"nobody":          {access.Actor{}, access.Filter{Where: "1=0"}},
		"a caller":        {access.Actor{Kind: access.Caller, Matter: 5}, access.Filter{Where: "(m.id = ?)", Args: []any{int64(5)}}},
		"an agent":        {access.Actor{Kind: access.Staff, Role: org.Agent, Rank: 3, At: here}, access.Filter{Where: "(m.district = ?)", Args: []any{"440106"}}},
		"a grid's judge":  {access.Actor{Kind: access.Staff, Role: org.GridJudge, Rank: 1, At: here}, access.Filter{Where: "((m.district = ? AND m.community = ?))", Args: []any{"440106", "440106001001"}}},
		"a street's":      {access.Actor{Kind: access.Staff, Role: org.Supervisor, Rank: 2, At: here}, access.Filter{Where: "((m.district = ? AND m.town = ?))", Args: []any{"440106", "440106001"}}},
		"a placeless one": {access.Actor{Kind: access.Staff, Role: org.Supervisor, Rank: 2}, access.Filter{Where: "1=0"}},
	} {
		if d := cmp.Diff(tc.want, access.List(tc.by, access.ReadMatter)); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}
