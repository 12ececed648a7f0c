package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"huying/internal/desk/people"
	"huying/internal/desk/registry"
	"huying/internal/domain/access"
	"huying/internal/domain/org"
	"huying/internal/domain/person"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/ident"
	"huying/internal/store"
	"huying/internal/web"
	"huying/internal/web/frame"
	"huying/internal/web/webtest"
)

// The two districts of these tests: the one asks after what the other has.
const (
	ours   = "440105"
	theirs = "440106"
)

// thing is something that addresses name: what a district has, and the same
// as nobody has it.
type thing struct{ has, lacks string }

// stock is what another district has, by how addresses begin.
type stock struct {
	matters, orders []thing
	hash            thing
	proposal        thing
	place           thing
	session         thing
	passkey         thing
	deputy          thing
	draft           thing
	who             string // an account
}

// numbers are the public numbers of rows, each with the number of none.
func numbers(t *testing.T, h *webtest.House, query string, args ...any) []thing {
	t.Helper()
	var out []thing
	err := h.Engine.DB().Read(t.Context(), func(v *store.View) error {
		ids, err := store.All(v, query, func(r store.Scanner) (id int64, err error) { return id, r.Scan(&id) }, args...)
		for _, id := range ids {
			out = append(out, thing{ident.ID(id).Number(), none(ident.ID(id)).Number()})
		}
		return err
	})
	if err != nil || len(out) == 0 {
		t.Fatalf("%s: %d, %v", query, len(out), err)
	}
	return out
}

// none is the number of a call that never came, made like any other.
func none(id ident.ID) ident.ID {
	return ident.NewMaker(1).Next(id.Time().Add(-400 * 24 * time.Hour))
}

// stocked lets the other district have one of everything that can be named.
func stocked(t *testing.T, h *webtest.House) stock {
	t.Helper()
	s := stock{
		matters: numbers(t, h, `SELECT max(id) FROM matter WHERE district = ? GROUP BY status`, theirs),
		orders:  numbers(t, h, `SELECT max(id) FROM orders WHERE district = ? GROUP BY status`, theirs),
		place:   thing{theirs + "001", "440999001"},
		draft:   thing{keepDraft(t, h), "nothing"},
	}
	s.hash.lacks = strings.Repeat("ab", 32)
	x := numbers(t, h, `SELECT matter FROM orders WHERE district = ? AND doc LIKE '%"hash"%' LIMIT 1`, theirs)[0]
	id, err := ident.ParseNumber(x.has)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range h.State(t, id).Orders {
		for _, a := range o.Answers {
			for _, e := range a.Evidence {
				s.hash.has = e.Hash
			}
		}
	}
	s.matters, s.orders = append(s.matters, x), append(s.orders, thing{h.State(t, id).Orders[0].ID.Number(), none(id).Number()})
	s.account(t, h)
	return s
}

// account lets somebody of the other district have an account, a session, a
// passkey and a deputy, and ask for what another has to agree to.
func (s *stock) account(t *testing.T, h *webtest.House) {
	t.Helper()
	now := h.Now()
	sec := people.By{Account: "sec", Actor: actorOf(t, h, h.Post(t, "440100-ZS", org.SecurityAdmin))}
	make := func(login, post string) string {
		made, err := h.People.Make(t.Context(), sec, people.NewAccount{Login: login, Name: "刘晓燕", Posts: []string{post}}, now)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.People.Accept(t.Context(), made.Secret, "青年路的树 今年真绿", people.Client{}, now); err != nil {
			t.Fatal(err)
		}
		return made.Account
	}
	id := make("liu.xy", theirs+"-CG/HANDLER")
	make("wang.f", theirs+"-SW/HANDLER")
	by := people.By{Account: id, Kind: string(person.Holder), Actor: actorOf(t, h, theirs+"-CG/HANDLER")}
	in, err := h.People.Sessions(t.Context(), by, id, now)
	if err != nil || len(in) == 0 {
		t.Fatal(in, err)
	}
	deputy, err := h.People.Appoint(t.Context(), by, by.Actor.ID, "wang.f", now, now.AddDate(0, 0, 7), now)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Engine.Write(t.Context(), now, "test", func(tx *store.Tx) error {
		return tx.Queue(`INSERT INTO credential (district, id, account, name, doc, made_at, used_at) VALUES (?, 'key-of-liu', ?, '办公室', ?, ?, 0)`, h.Engine.City().Root, id, "{}", now.UnixMicro())
	}); err != nil {
		t.Fatal(err)
	}
	sup := h.Post(t, theirs+"-JW", org.Supervisor)
	ask, err := h.People.Propose(t.Context(), people.By{Account: sup, Actor: actorOf(t, h, sup)}, person.DrawRedo, theirs, "只在天河", []byte(`{}`), now.Add(time.Hour), now)
	if err != nil {
		t.Fatal(err)
	}
	s.session, s.passkey, s.deputy = thing{in[0].ID, "0123456789abcdef"}, thing{"key-of-liu", "key-of-none"}, thing{deputy, "nothing"}
	s.who, s.proposal = id, thing{ask, "nothing"}
}

// keepDraft keeps a file of shapes that waits for its use.
func keepDraft(t *testing.T, h *webtest.House) string {
	t.Helper()
	shape := `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"` + theirs + `001"},` +
		`"geometry":{"type":"Polygon","coordinates":[[[113.30,23.12],[113.32,23.12],[113.32,23.14],[113.30,23.14],[113.30,23.12]]]}}]}`
	by := actorOf(t, h, h.Post(t, "440100-ZS", org.SystemAdmin))
	d, err := registry.New(h.Engine).KeepDraft(t.Context(), engine.Command{Actor: by}, strings.NewReader(shape), territory.WGS84, "")
	if err != nil {
		t.Fatal(err)
	}
	return d.ID
}

// named is one address in two spellings: of what the other district has, and of
// what nobody has.
type named struct {
	has, lacks string
	words      []string // that stand for the thing in both
}

// name gives a route's address every name that the other district's things
// have for it. It fails for an address whose names it does not know.
func (s stock) name(t *testing.T, path string) []named {
	t.Helper()
	key := inPath.FindString(path)
	rest := strings.Replace(path, key, "", 1)
	var of []thing
	switch {
	case key == "":
		return []named{{path, path, nil}}
	case key == "{no}" && strings.Contains(path, "/orders/"):
		of = s.orders
	case key == "{no}":
		of = s.matters
	case key == "{hash}":
		of = []thing{s.hash}
	case key == "{act}":
		for _, rt := range web.Table() { // what can be done has one name in all districts
			if before, act, ok := strings.Cut(rt.Path, "/{no}/"); ok && rt.Method == http.MethodPost && !strings.Contains(act, "/") && (before == "/matters" || before == "/orders") {
				of = append(of, thing{act, act})
			}
		}
	case key == "{place}":
		of = []thing{s.place}
	case strings.HasPrefix(path, "/proposals/"):
		of = []thing{s.proposal}
	case strings.HasPrefix(path, "/me/sessions/"):
		of = []thing{s.session}
	case strings.HasPrefix(path, "/me/passkeys/"):
		of = []thing{s.passkey}
	case strings.HasPrefix(path, "/me/deputies/"):
		of = []thing{s.deputy}
	case strings.HasPrefix(path, "/registry/shapes/"):
		of = []thing{s.draft}
	default:
		t.Fatalf("what does %s name? Say it here", path)
	}
	var out []named
	for _, x := range of {
		for _, r := range s.name(t, rest) {
			at := strings.Index(path, key)
			// The rest lost the key at this place: names after it moved with it.
			out = append(out, named{r.has[:at] + x.has + r.has[at:], r.lacks[:at] + x.lacks + r.lacks[at:], append(r.words, x.has, x.lacks)})
		}
	}
	return out
}

// elsewhere are the posts of our district, one of each role, whose role may do
// what a route does, but not in the other district.
func elsewhere(t *testing.T, h *webtest.House, rt frame.Route) []string {
	t.Helper()
	var out []string
	for _, unit := range h.Engine.City().Org.Units() {
		for _, p := range h.Engine.City().Org.Posts(unit) {
			if !strings.HasPrefix(unit, ours) || slices.ContainsFunc(out, func(other string) bool { return actorOf(t, h, other).Role == p.Role }) {
				continue
			}
			scopes := access.Scopes(actorOf(t, h, p.Code), rt.Action)
			if rt.Gate == frame.Signed || len(scopes) > 0 && !slices.Contains(scopes, access.Everywhere) {
				out = append(out, p.Code)
			}
		}
	}
	return out
}

// filled is a form with something in every field that any page has, so that
// what is wrong with it is not the form.
func filled() url.Values {
	return webtest.Form("key", "", "rev", "0", "text", "材料已经补齐", "reason", "材料已经补齐", "note", "材料已经补齐", "content", "材料已经补齐", "answer", "材料已经补齐",
		"purpose", "CONTACT_FOR_VERDICT", "grant", "true", "uphold", "true", "decide", "grant", "word", "confirm", "amount", "3", "due", "2026-04-09T18:00", "until", "2026-04-09",
		"resolved", "YES", "satisfaction", "5", "channel", "PHONE", "urgency", "NORMAL", "category", "SZ0101", "class", "大事", "colour", "YELLOW", "ground", "NOT_MY_DUTY",
		"from", "2026-04-01", "to", "2026-04-07", "reached", "true", "kind", "PHONE", "result", "true", "debtor", "440105-ZJ", "into", "20260331-0000000-0")
}

// TestAnotherDistrictsThingsAreAsIfTheyWereNot asks every address that names
// something after what another district has, as each post of ours whose role
// may do such things at home: the answer is the one for what nobody has.
func TestAnotherDistrictsThingsAreAsIfTheyWereNot(t *testing.T) {
	h := webtest.Open(t)
	s := stocked(t, h)
	asked := 0
	for _, rt := range web.Table() {
		if rt.Gate == frame.Open || !strings.Contains(strings.ReplaceAll(rt.Path, "{$}", ""), "{") {
			continue
		}
		posts := elsewhere(t, h, rt)
		if len(posts) == 0 {
			continue // whoever may do it may do it everywhere
		}
		t.Run(rt.ID, func(t *testing.T) {
			for _, x := range s.name(t, rt.Path) {
				for _, post := range posts {
					asked++
					sameAnswer(t, h, rt, x, post)
				}
			}
		})
	}
	if asked < 1500 {
		t.Errorf("only %d questions", asked)
	}
}

func sameAnswer(t *testing.T, h *webtest.House, rt frame.Route, x named, post string) {
	t.Helper()
	ask := func(path string) webtest.Reply {
		if rt.Method == http.MethodGet {
			return h.Do(t, rt.Method, post, path, nil, map[string]string{"HX-Request": "true"})
		}
		return h.Send(t, post, path, filled())
	}
	has, lacks := ask(x.has), ask(x.lacks)
	if a, b := bare(has, x), bare(lacks, x); has.Status != lacks.Status || a != b {
		t.Errorf("%s %s as %s:\n%d %.300s\nand of what nobody has\n%d %.300s", rt.Method, x.has, post, has.Status, a, lacks.Status, b)
	}
	if refused := has.Status == 404 || has.Status == 403 || has.Status == 422 || has.Status == 409; !refused && has.Body != "" {
		t.Errorf("%s %s as %s: %d %.300s", rt.Method, x.has, post, has.Status, has.Body)
	}
}

// bare is an answer without what names the thing or the request.
func bare(r webtest.Reply, x named) string {
	body := strings.ReplaceAll(r.Body, r.Header.Get("X-Request-Id"), "")
	for _, w := range x.words {
		body = strings.ReplaceAll(body, w, "…")
	}
	return body
}
