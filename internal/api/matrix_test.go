package api_test

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huying/internal/api"
	"huying/internal/desk/registry"
	"huying/internal/domain/access"
	"huying/internal/domain/org"
	"huying/internal/engine"
)

// ordered makes a matter of 440106001 with an order, and returns their numbers.
func ordered(t *testing.T, x *town, ref string) (m api.Matter, order string) {
	t.Helper()
	desk := x.token(t, "440106001-ZH", org.Dispatcher)
	c := lamp(x)
	c["source_ref"] = ref
	x.do(t, "POST", "/api/v1/calls", desk, c).into(t, 201, &m)
	self := "/api/v1/matters/" + m.No
	code := m.TrackCode
	x.do(t, "POST", self+"/verify", desk, nil).into(t, 200, &m)
	x.do(t, "POST", self+"/triage", desk, call{"class": "大事", "reason": "城区职责"}).into(t, 200, &m)
	x.do(t, "POST", self+"/issue", desk, nil).into(t, 200, &m)
	m.TrackCode = code
	return m, m.Orders[0].No
}

// posts returns every post of the units that a test picks, one of each role in
// a unit.
func posts(t *testing.T, x *town, at func(*org.Unit) bool) []access.Actor {
	t.Helper()
	var out []access.Actor
	g := x.City().Org
	for _, code := range g.Units() {
		u, _ := g.Unit(code)
		if !at(u) {
			continue
		}
		had := map[org.Role]bool{}
		for _, p := range g.Posts(code) {
			if had[p.Role] {
				continue
			}
			had[p.Role] = true
			a, err := registry.Actor(x.City(), p.Code)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, a)
		}
	}
	return out
}

// bodies are inputs that passes the door of a route: whoever has no right must
// be refused whatever they send, and with it.
var bodies = map[string]call{
	"receive-call": {"source": "HOTLINE_12345", "kind": "HELP", "text": "x", "place": "440106001"},
	"suggest":      {"text": "路灯", "place": "440106001"}, "read-contact": {"purpose": "x"}, "advise": {"answer": "x"}, "refer": {"channel": "x"},
	"take-back": {"reason": "x"}, "triage": {"reason": "x"}, "unmerge": {"reason": "x"}, "split": {"text": "x"},
	"convene": {"parties": []string{"440106-CG", "440106-ZJ"}, "reason": "x"}, "decide-conference": {"minutes": "x", "lead": "440106-CG"},
	"pause": {"reason": "x", "until": "2026-04-01T00:00:00Z"}, "defer": {"reason": "x", "plan": "x", "review": "2026-04-01T00:00:00Z"},
	"contact": {"channel": "PHONE", "reached": true}, "judge": {"resolved": "YES"}, "reopen": {"reason": "x"},
	"request-exclusion": {"ground": "x", "reason": "x"}, "decide-exclusion": {"grant": true, "note": "x"}, "respond": {"text": "x"},
	"judge-order": {"done": true}, "withdraw": {"reason": "x"}, "object": {"reason": "x"}, "decide-objection": {"uphold": true, "note": "x"},
	"ask-extension": {"limit": "1 WD", "reason": "x"}, "decide-extension": {"grant": true}, "supervise": {"grounds": "x"},
	"appeal-card": {"colour": "RED", "reason": "x"}, "decide-card": {"colour": "RED", "uphold": true, "note": "x"}, "check": {"pass": true},
	"draw-sample": {"district": "440106", "week": "2026-W10", "checker": "440106-DC"},
	"make-token":  {"name": "x", "post": "440106001-ZH/DISPATCHER", "ends": "2026-04-01T00:00:00Z"}, "track-judge": {"resolved": "YES"},
	"blow-whistle": {"kind": "EMERGENCY", "why": "x", "departments": []call{{"unit": "440106-CG"}}},
	"second-alarm": {"why": "x", "departments": []call{{"unit": "440106-CG"}}}, "review-whistle": {"no": "x", "text": "x"},
	"release": {"reason": "x"}, "waive": {"reason": "x"}, "ask-whistle": {"reason": "x"}, "send-teams": {"teams": []string{"440106-XF/消防"}},
	"register-duty":  {"unit": "440106001-ZH", "from": 20260310, "to": 20260310, "shifts": []call{{"day": 20260310, "from": "00:00", "to": "24:00", "post": "440106001-ZH/DISPATCHER"}}},
	"draft-platform": {"town": "440106001", "core": "440106001-ZFD", "seats": []call{}},
	"move-posts":     {"from": "440106-CG", "to": "440106001-CGB", "kind": "ADMIN", "n": 1, "basis": "x", "day": 20260401},
	"decide-posts":   {"approve": true}, "count-posts": {"unit": "440106-CG", "kind": "ADMIN", "n": 1, "basis": "x"},
	"send-team":   {"unit": "440106-CG", "why": "x"},
	"public-call": {"kind": "HELP", "text": "x", "place": "440106001"},
}

// elsewhere are the routes of records, which the tests of each register try
// with records of their own.
var elsewhere = map[string]bool{}

func TestEveryRouteRefusesWhoHasNoRight(t *testing.T) {
	x := open(t, many())
	m, order := ordered(t, x, "T-1")
	second, _ := ordered(t, x, "T-2")
	tokens := map[string]string{}
	of := func(a access.Actor) string {
		if tokens[a.ID] == "" {
			tokens[a.ID] = x.tokenOf(t, a.ID)
		}
		return tokens[a.ID]
	}
	here := posts(t, x, func(u *org.Unit) bool {
		switch u.Suffix {
		case "ZH", "ZS", "SJJ", "PG", "DC", "RX", "WG", "DW", "DGW", "SF", "ZFB":
			return u.Territory == "440106001" || u.Territory == "440106" || u.Territory == "440100"
		}
		return u.Code == m.Orders[0].Debtor
	})
	there := posts(t, x, func(u *org.Unit) bool { return u.Territory == "440104001" || u.Code == "440104-CG" })
	for _, rt := range api.Routes() {
		if elsewhere[rt.ID] {
			continue
		}
		path := strings.NewReplacer("{hash}", strings.Repeat("0", 64), "{id}", "000000000000").Replace(rt.Full())
		switch {
		case strings.Contains(path, "/orders/{no}"):
			path = strings.ReplaceAll(path, "{no}", order)
		default:
			path = strings.ReplaceAll(path, "{no}", m.No)
		}
		path = strings.ReplaceAll(path, "{code}", "440106001")
		if strings.Contains(path, "/units/") {
			path = strings.ReplaceAll(path, "440106001", "440106001-ZH")
		}
		// A record of another register is not there, for whoever asks.
		record := strings.Contains(rt.Path, "{no}") && !strings.Contains(rt.Path, "/matters/") && !strings.Contains(rt.Path, "/orders/")
		var body any
		if b, ok := bodies[rt.ID]; ok {
			body = b
		} else if rt.ID == "merge" {
			body = call{"into": second.No}
		}
		path += map[string]string{"read-unit-numbers": "?place=440106001", "search": "?q=%E8%B7%AF%E7%81%AF", "read-appraisals": "?period=2026-Q1", "list-marks": "?kind=LATE", "public-chiefs": "?town=440106001", "public-contacts": "?town=440106001", "read-progress": "?class=SHOP"}[rt.ID]
		t.Run(rt.ID, func(t *testing.T) {
			nobody := x.do(t, rt.Method, path, "", body)
			switch rt.Gate {
			case api.Staff, api.Member:
				nobody.problem(t, 401, "token.missing")
			case api.CallerOnly:
				nobody.problem(t, 401, "track.code_missing")
				x.do(t, rt.Method, path, "", body, set{"Track-Code": "0000000000"}).problem(t, 404, "track.code_wrong")
				return
			default:
				if nobody.status >= 400 && rt.ID != "read-checkpoint" {
					t.Errorf("%d %s", nobody.status, nobody.body)
				}
				return
			}
			if rt.Gate != api.Staff {
				return
			}
			refused, allowed := 0, 0
			for _, a := range there { // another district: what is not seen is not there
				if record || a.Rank == 4 || len(access.Scopes(a, rt.Action)) == 0 || !strings.Contains(path, m.No) && !strings.Contains(path, order) {
					continue
				}
				r := x.do(t, rt.Method, path, of(a), body)
				if r.status != 404 {
					t.Errorf("%s of another district: %d %s", a.ID, r.status, r.body)
				}
				refused++
			}
			for _, a := range here {
				r := x.do(t, rt.Method, path, of(a), body)
				if len(access.Scopes(a, rt.Action)) == 0 {
					r.problem(t, 403, "access.denied")
					refused++
				} else if r.status >= 500 {
					t.Errorf("%s: %d %s", a.ID, r.status, r.body)
				} else if r.status != 403 && !strings.Contains(string(r.body), ".not_found") || strings.Contains(string(r.body), "card.not_found") ||
					record && strings.Contains(string(r.body), "record.not_found") {
					allowed++
				}
			}
			if refused == 0 {
				t.Error("nobody was refused")
			}
			if allowed == 0 && !slices.Contains([]string{"make-token", "list-tokens", "revoke-token", "read-evidence", "list-undelivered"}, rt.ID) && !slices.Contains(ofRecords, rt.ID) {
				t.Error("nobody may")
			}
		})
	}
}

func TestNumbersOfOthersAreNotThere(t *testing.T) {
	x := open(t, many())
	m, order := ordered(t, x, "T-1")
	other := x.token(t, "440104001-ZH", org.Dispatcher)
	var theirs api.Matter
	c := lamp(x)
	c["place"], c["source_ref"] = "440104001", "T-9"
	x.do(t, "POST", "/api/v1/calls", other, c).into(t, 201, &theirs)

	for _, path := range []string{"/matters/" + m.No, "/matters/" + m.No + "/due", "/matters/" + m.No + "/told", "/matters/" + m.No + "/entries", "/matters/" + m.No + "/access-log"} {
		x.do(t, "GET", "/api/v1"+path, other, nil).into(t, map[bool]int{true: 403, false: 404}[strings.HasSuffix(path, "log")], nil)
	}
	x.do(t, "GET", "/api/v1/orders/"+order, other, nil).problem(t, 404, "order.not_found")
	x.do(t, "POST", "/api/v1/orders/"+order+"/withdraw", other, call{"reason": "x"}).problem(t, 404, "order.not_found")
	x.do(t, "POST", "/api/v1/matters/"+theirs.No+"/merge", other, call{"into": m.No}).problem(t, 404, "matter.not_found")
	x.do(t, "POST", "/api/v1/matters/"+theirs.No+"/verify", other, nil, set{"If-Match": `"1"`}).into(t, 200, nil)
	x.do(t, "POST", "/api/v1/matters/"+m.No+"/verify", other, nil, set{"If-Match": `"99"`}).problem(t, 404, "matter.not_found")
	x.do(t, "GET", "/api/v1/units/440106001-ZH/orders", other, nil).problem(t, 403, "access.denied")

	mine := set{"Track-Code": m.TrackCode}
	x.do(t, "GET", "/api/v1/track/"+m.No, "", nil, mine).into(t, 200, nil)
	x.do(t, "GET", "/api/v1/track/"+theirs.No, "", nil, mine).problem(t, 404, "track.code_wrong")
	x.do(t, "GET", "/api/v1/matters/"+m.No, "", nil, mine).problem(t, 401, "token.missing")

	var list api.Page[api.MatterRow]
	x.do(t, "GET", "/api/v1/matters", other, nil).into(t, 200, &list)
	if len(list.Items) != 1 || list.Items[0].No != theirs.No {
		t.Errorf("%+v", list)
	}
}

func TestListsArePagedToTheEnd(t *testing.T) {
	x := open(t, many())
	desk := x.token(t, "440106001-ZH", org.Dispatcher)
	for _, ref := range []string{"a", "b", "c", "d", "e"} {
		c := lamp(x)
		c["source_ref"] = ref
		x.do(t, "POST", "/api/v1/calls", desk, c).into(t, 201, nil)
	}
	for _, first := range []string{"/api/v1/matters?limit=2&status=RECEIVED", "/api/v1/units/440106001-ZH/held?limit=2", "/api/v1/units?place=440106001&limit=2", "/api/v1/places?parent=440106001&limit=2"} {
		seen, pages := map[string]bool{}, 0
		for at := first; at != "" && pages < 60; pages++ {
			var p api.Page[struct{ No, Code string }]
			x.do(t, "GET", at, desk, nil).into(t, 200, &p)
			for _, row := range p.Items {
				if seen[row.No+row.Code] {
					t.Fatalf("%s: %v twice", first, row)
				}
				seen[row.No+row.Code] = true
			}
			at = p.Next
		}
		if len(seen) < 5 || pages < 3 {
			t.Errorf("%s: %d rows on %d pages", first, len(seen), pages)
		}
	}
	var m api.Matter
	for _, ref := range []string{"f", "g", "h", "i"} {
		m, _ = ordered(t, x, ref)
		x.pass(time.Minute)
	}
	unit := x.token(t, m.Orders[0].Debtor, org.Handler)
	all, at := 0, "/api/v1/units/"+m.Orders[0].Debtor+"/inbox?limit=3"
	for range 20 {
		if at == "" {
			break
		}
		var p api.Page[api.Told]
		x.do(t, "GET", at, unit, nil).into(t, 200, &p)
		all += len(p.Items)
		at = p.Next
	}
	if all != 4 || at != "" {
		t.Errorf("%d messages, next %q", all, at)
	}
}

func TestContactsAreReadForAPurpose(t *testing.T) {
	x := open(t, many())
	m, _ := ordered(t, x, "T-1")
	desk := x.token(t, "440106001-ZH", org.Dispatcher)
	self := "/api/v1/matters/" + m.No
	x.do(t, "POST", self+"/contact-details", desk, call{"purpose": " "}).problem(t, 422, "text.missing")
	var c api.ContactDetails
	x.do(t, "POST", self+"/contact-details", desk, call{"purpose": "回访"}).into(t, 200, &c)
	if c.Phone != "19900001234" {
		t.Errorf("%+v", c)
	}
	var log api.Readings
	x.do(t, "GET", "/api/v1/track/"+m.No+"/access-log", "", nil, set{"Track-Code": m.TrackCode}).into(t, 200, &log)
	if len(log.Items) != 1 || log.Items[0].Purpose != "回访" {
		t.Errorf("%+v", log)
	}
}

func TestTheListOfPathsIsTheGolden(t *testing.T) {
	var got strings.Builder
	for _, rt := range api.Routes() {
		gate := map[any]string{api.Staff: "staff", api.Member: "member", api.CallerOnly: "caller", api.Public: "public", api.Probe: "probe"}[rt.Gate]
		got.WriteString(strings.TrimSpace(strings.Join([]string{rt.Method, rt.Full(), gate, string(rt.Action)}, " ")) + "\n")
	}
	const golden = "testdata/routes.txt"
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(golden, []byte(got.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("UPDATE=1 writes it anew:\n%s", diff)
	}
}

// tokenOf makes a token of a post.
func (x *town) tokenOf(t testing.TB, post string) string {
	t.Helper()
	admin := access.Actor{ID: "test", Kind: access.Staff, Role: org.SystemAdmin}
	secret, _, err := registry.New(x.Engine).MakeToken(context.Background(), engine.Command{Actor: admin},
		registry.NewToken{Name: "test", Post: post, Ends: x.Now().AddDate(0, 10, 0)})
	if err != nil {
		t.Fatal(err)
	}
	return secret
}
