package access_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"huying/internal/domain/access"
	"huying/internal/domain/org"
	"huying/internal/domain/territory"
	"huying/internal/fault"
)

// expected is docs/PERMISSIONS.md read back: what is reviewed there is what the
// rule is held to here, by a second rule that knows nothing of the first.
type expected struct {
	columns []string                     // as the document heads them
	cells   map[string]map[string]string // action → column → how far
	grant   map[string]string            // action → yes, for units, no
}

var code = regexp.MustCompile("`([^`]+)`")

func readExpected(t testing.TB) expected {
	t.Helper()
	text, err := os.ReadFile("../../../docs/PERMISSIONS.md")
	if err != nil {
		t.Fatal(err)
	}
	out := expected{cells: map[string]map[string]string{}, grant: map[string]string{}}
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.TrimSpace(line), "|")
		if len(cells) < 10 {
			continue
		}
		cells = cells[1 : len(cells)-1]
		switch head := code.FindStringSubmatch(cells[0]); {
		case strings.TrimSpace(cells[0]) == "action":
			for _, c := range cells[2 : len(cells)-1] {
				out.columns = append(out.columns, code.FindStringSubmatch(c)[1])
			}
		case head != nil:
			row := map[string]string{}
			for i, c := range out.columns {
				row[c] = strings.TrimSpace(cells[2+i])
			}
			out.cells[head[1]], out.grant[head[1]] = row, strings.TrimSpace(cells[len(cells)-1])
		}
	}
	if len(out.columns) != len(access.Roles())+4 || len(out.cells) != len(access.Actions()) {
		t.Fatalf("the document has %d columns and %d actions; make generate", len(out.columns), len(out.cells))
	}
	return out
}

// actorOf is an actor of a column without a place or a unit.
func actorOf(column string) access.Actor {
	switch column {
	case "CALLER":
		return access.Actor{Kind: access.Caller}
	case access.Clock, access.Rule, access.Import:
		return access.Actor{Kind: access.System, ID: column}
	}
	return access.Actor{Kind: access.Staff, Role: org.Role(column)}
}

// land is a small country by its codes alone: each place and the one it lies in.
var land = map[string]string{
	"44": "", "D1": "44", "D2": "44", "T11": "D1", "T12": "D1", "T21": "D2",
	"C111": "T11", "C112": "T11", "C121": "T12", "C211": "T21",
}

// tier is how high a place stands, 4 city to 1 community.
func tier(place string) int {
	n := 4
	for land[place] != "" {
		place, n = land[place], n-1
	}
	return n
}

// liesIn walks up from a place. Even what is not known to lie anywhere lies in
// the city.
func liesIn(place, top string) bool {
	if land[top] == "" {
		return true
	}
	for ; place != ""; place = land[place] {
		if place == top {
			return true
		}
	}
	return false
}

// address is a place as the product writes it.
func address(place string) (a territory.Address) {
	for ; place != ""; place = land[place] {
		switch tier(place) {
		case 3:
			a.District = place
		case 2:
			a.Town = place
		case 1:
			a.Community = place
		}
	}
	return a
}

// scene is one actor and one subject, in plain words.
type scene struct {
	column, unit, place string // place "" is none
	own                 int64  // a caller's matter
	scopes              []string
	grants              []given

	action, where                      string
	matter                             int64
	desk, creditor, debtor, bystanding string
}

// given is one grant: place "" or no unit asks for none.
type given struct {
	actions []string
	place   string
	units   []string
}

func (s scene) actor() access.Actor {
	a := actorOf(s.column)
	a.Unit, a.Matter = s.unit, s.own
	if s.place != "" {
		a.At, a.Rank = address(s.place), tier(s.place)
	}
	for _, x := range s.scopes {
		a.Scopes = append(a.Scopes, access.Action(x))
	}
	for _, g := range s.grants {
		out := access.Grant{Units: g.units}
		for _, x := range g.actions {
			out.Actions = append(out.Actions, access.Action(x))
		}
		if g.place != "" {
			out.At, out.Rank = address(g.place), tier(g.place)
		}
		a.Grants = append(a.Grants, out)
	}
	return a
}

func (s scene) subject() access.Subject {
	out := access.Subject{Place: address(s.where), Matter: s.matter, Desk: s.desk, Creditor: s.creditor, Debtor: s.debtor}
	for _, u := range []string{s.desk, s.creditor, s.debtor, s.bystanding} {
		if u != "" {
			out.Units = append(out.Units, u)
		}
	}
	return out
}

// slow is the rule once more, as docs/PERMISSIONS.md tells it.
func (x expected) slow(s scene, action string) bool {
	if len(s.scopes) > 0 && !slices.Contains(s.scopes, action) {
		return false
	}
	parts := map[string]string{"owes": s.debtor, "gave": s.creditor, "coordinates": s.desk}
	for word := range strings.SplitSeq(x.cells[action][s.column], ", ") {
		switch word {
		case "":
		case "anywhere":
			return true
		case "own place":
			if s.place != "" && liesIn(s.where, s.place) {
				return true
			}
		case "own matter":
			if s.own != 0 && s.own == s.matter {
				return true
			}
		case "taking part":
			if s.unit != "" && (s.unit == s.desk || s.unit == s.creditor || s.unit == s.debtor || s.unit == s.bystanding) {
				return true
			}
		default:
			if s.unit != "" && s.unit == parts[word] {
				return true
			}
		}
	}
	return slices.ContainsFunc(s.grants, func(g given) bool { return x.granted(s, g, action) })
}

// granted tells whether a grant helps.
func (x expected) granted(s scene, g given, action string) bool {
	switch actorOf(s.column).Role {
	case "", org.SystemAdmin, org.SecurityAdmin, org.Auditor:
		return false // no post, or an administrator's
	}
	if !slices.Contains(g.actions, action) || x.grant[action] == "no" || g.place == "" && len(g.units) == 0 {
		return false
	}
	if g.place != "" && !liesIn(s.where, g.place) {
		return false
	}
	concerned := []string{s.desk, s.creditor, s.debtor, s.bystanding}
	if x.grant[action] == "for units" {
		if len(g.units) == 0 {
			return false
		}
		concerned = map[string][]string{"order.answer": {s.debtor}, "order.chair": {s.creditor}, "caller.read": {s.desk, s.debtor}}[action]
	}
	return len(g.units) == 0 || slices.ContainsFunc(concerned, func(u string) bool { return u != "" && slices.Contains(g.units, u) })
}

// want is the code of the fault that the slow rule asks for; "" is none.
func (x expected) want(s scene) string {
	switch {
	case x.slow(s, s.action):
		return ""
	case s.matter != 0 && !x.slow(s, string(access.ReadMatter)):
		return "matter.not_found"
	}
	return "access.denied"
}

// Every action × everybody × every tier × own, below, above, beside and foreign
// place × every part in the order.
func TestEveryActionByEverybodyEverywhere(t *testing.T) {
	x := readExpected(t)
	places := map[string]map[string]string{
		"44":   {"own": "44", "below": "D1", "deep below": "C211"},
		"D1":   {"own": "D1", "below": "T11", "deep below": "C121", "above": "44", "beside": "D2", "foreign": "C211"},
		"T11":  {"own": "T11", "below": "C111", "above": "D1", "far above": "44", "beside": "T12", "foreign": "T21"},
		"C111": {"own": "C111", "above": "T11", "far above": "D1", "beside": "C112", "foreign": "C211"},
	}
	parts := map[string]func(s *scene){
		"no part": func(*scene) {}, "the desk": func(s *scene) { s.desk = "U" }, "the creditor": func(s *scene) { s.creditor = "U" },
		"the debtor": func(s *scene) { s.debtor = "U" }, "a part elsewhere": func(s *scene) { s.bystanding = "U" },
		"its own matter": func(s *scene) { s.own = 5 },
	}
	tried, allowed := 0, map[string]bool{}
	for action := range x.cells {
		for _, column := range x.columns {
			for at, list := range places {
				for relation, where := range list {
					for part, take := range parts {
						s := scene{column: column, unit: "U", place: at, action: action, where: where, matter: 5, desk: "V", creditor: "V", debtor: "W"}
						take(&s)
						tried++
						got := fault.Code(access.Allow(s.actor(), access.Action(action), s.subject()))
						if want := x.want(s); got != want {
							t.Errorf("%s by %s at tier %d, %s, %s: %q, want %q", action, column, tier(at), relation, part, got, want)
						}
						allowed[fmt.Sprint(got)] = true
					}
				}
			}
		}
	}
	if want := len(x.cells) * len(x.columns) * 20 * len(parts); tried != want {
		t.Errorf("%d scenes, want %d", tried, want)
	}
	for _, end := range []string{"", "access.denied", "matter.not_found"} {
		if !allowed[end] {
			t.Errorf("no scene ends with %q", end)
		}
	}
}

// anyScene draws an actor with any grants and a subject with any parts.
func anyScene(t *rapid.T, x expected) scene {
	actions := make([]string, 0, len(x.cells))
	for _, a := range access.Actions() {
		actions = append(actions, string(a))
	}
	units := rapid.SampledFrom([]string{"", "U", "V", "W"})
	places := rapid.SampledFrom([]string{"44", "D1", "D2", "T11", "T12", "T21", "C111", "C112", "C121", "C211"})
	maybe := rapid.OneOf(rapid.Just(""), places)
	some := func(label string, least, most int) []string {
		return rapid.SliceOfNDistinct(rapid.SampledFrom(actions), least, most, rapid.ID).Draw(t, label)
	}
	s := scene{
		column: rapid.SampledFrom(x.columns).Draw(t, "who"), unit: units.Draw(t, "unit"), place: maybe.Draw(t, "place"),
		own: rapid.Int64Range(0, 2).Draw(t, "own"), action: rapid.SampledFrom(actions).Draw(t, "action"), where: maybe.Draw(t, "where"),
		matter: rapid.Int64Range(0, 2).Draw(t, "matter"), desk: units.Draw(t, "desk"), creditor: units.Draw(t, "creditor"),
		debtor: units.Draw(t, "debtor"), bystanding: units.Draw(t, "bystanding"),
	}
	if rapid.IntRange(0, 3).Draw(t, "token") == 0 {
		s.scopes = append(some("scopes", 1, 6), s.action)
	}
	for range rapid.IntRange(0, 3).Draw(t, "grants") {
		s.grants = append(s.grants, given{
			actions: append(some("granted", 0, 3), rapid.SampledFrom([]string{s.action, "matter.read"}).Draw(t, "also")),
			place:   maybe.Draw(t, "in"), units: rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"U", "V", "W"}), 0, 2, rapid.ID).Draw(t, "for"),
		})
	}
	return s
}

func TestTheRuleIsTheSlowRule(t *testing.T) {
	x := readExpected(t)
	rapid.Check(t, func(t *rapid.T) {
		s := anyScene(t, x)
		if got, want := fault.Code(access.Allow(s.actor(), access.Action(s.action), s.subject())), x.want(s); got != want {
			t.Fatalf("%+v: %q, want %q", s, got, want)
		}
	})
}
