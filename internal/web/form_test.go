package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"huying/internal/desk/dispatch"
	"huying/internal/desk/intake"
	"huying/internal/domain/access"
	"huying/internal/domain/call"
	"huying/internal/domain/org"
	"huying/internal/engine"
	"huying/internal/ident"
	"huying/internal/store"
	"huying/internal/web"
	"huying/internal/web/webtest"
)

// field is one field of a form as a page has it.
type field struct {
	name, kind string
	values     []string // the chosen one, or all there are
}

// form is a form that a page showed to a post.
type form struct {
	page, path, route string // where it stands, where it is sent, and the route that takes it
	post              string
	fields            []field
}

// crawler walks the pages as posts of a district see them.
type crawler struct {
	t     *testing.T
	h     *webtest.House
	table *http.ServeMux // says which route an address is of
	forms []form
	pages int
	seen  map[string]int    // by post and route
	whole map[string]string // whole pages, one of each route, if asked for
}

// most is how many pages, and how many forms, of one route are looked at with
// the eyes of one post: pages of a route are made by the same code.
const most = 4

func newCrawler(t *testing.T, h *webtest.House) *crawler {
	t.Helper()
	c := &crawler{t: t, h: h, table: http.NewServeMux(), seen: map[string]int{}}
	for _, rt := range web.Table() {
		c.table.Handle(rt.Method+" "+rt.Path, http.NotFoundHandler())
	}
	return c
}

// route is the pattern that takes an address, "" for none.
func (c *crawler) route(method, path string) string {
	u, err := url.Parse(path)
	if err != nil || u.Host != "" || !strings.HasPrefix(u.Path, "/") {
		return ""
	}
	_, pattern := c.table.Handler(&http.Request{Method: method, URL: u})
	return pattern
}

// few reports whether there have been few of a kind yet, and counts one more.
func (c *crawler) few(key string) bool {
	c.seen[key]++
	return c.seen[key] <= most
}

// actOf is what an address of the form of an act is about: each act has a form
// of its own, by one route.
func actOf(path string) string {
	_, act, _ := strings.Cut(path, "/act/")
	return act
}

// walk reads every page that a post can come to from its first ones.
func (c *crawler) walk(post string, first ...string) {
	c.t.Helper()
	next := append(first, "/", "/me", "/proposals")
	for _, rt := range web.Table() {
		if rt.Method == http.MethodGet && !strings.Contains(rt.Path, "{") && rt.ID != "live" {
			next = append(next, rt.Path)
		}
	}
	done := map[string]bool{}
	for len(next) > 0 {
		path := next[0]
		next = next[1:]
		route := c.route(http.MethodGet, path)
		if done[path] || route == "" || route == "GET /live" || !c.few(post+" "+route+actOf(path)) {
			continue
		}
		done[path] = true
		r := c.h.Get(c.t, post, path)
		if to := r.Header.Get("Location"); to != "" {
			next = append(next, to)
		}
		if r.Status >= 500 {
			c.t.Errorf("%s as %s: %d", path, post, r.Status)
		}
		c.safe(path, r)
		if r.Status == 200 && strings.HasPrefix(r.Header.Get("Content-Type"), "text/html") {
			c.pages++
			if c.whole != nil && c.whole[route] == "" && strings.HasPrefix(r.Body, "<!doctype html>") {
				c.whole[route] = path
			}
			next = append(next, c.read(post, path, r.Body)...)
		}
	}
}

// safe asks that an answer lets no script in, and nobody put it in a frame.
func (c *crawler) safe(path string, r webtest.Reply) {
	c.t.Helper()
	csp := r.Header.Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "frame-ancestors 'none'"} {
		if !strings.Contains(csp, want) || strings.Contains(csp, "unsafe") {
			c.t.Errorf("%s: the policy %q lacks %s", path, csp, want)
		}
	}
	if r.Header.Get("X-Frame-Options") != "DENY" || r.Header.Get("X-Content-Type-Options") != "nosniff" || r.Header.Get("Cache-Control") != "no-store" {
		c.t.Errorf("%s: %v", path, r.Header)
	}
}

// read finds the forms of a page and returns where it leads.
func (c *crawler) read(post, page, body string) (leads []string) {
	c.t.Helper()
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	for n := range doc.Descendants() {
		switch a := attrs(n); {
		case n.Type != html.ElementNode:
		case n.Data == "script" && a["src"] == "" && a["type"] != "application/json", a["style"] != "", strings.HasPrefix(strings.ToLower(a["href"]), "javascript:"):
			c.t.Errorf("%s has what its policy forbids: %s %v", page, n.Data, a)
		case n.Data == "form" && strings.EqualFold(a["method"], "post"):
			c.form(post, page, a["action"], n)
		default:
			for _, to := range []string{a["href"], a["hx-get"]} {
				if to != "" {
					leads = append(leads, to)
				}
			}
			if a["hx-post"] != "" && n.Data != "form" {
				c.form(post, page, a["hx-post"], around(n))
			}
		}
	}
	return leads
}

func (c *crawler) form(post, page, to string, n *html.Node) {
	// Whoever signs in is nobody yet; signing in has tests of its own.
	f := form{page: page, path: to, route: c.route(http.MethodPost, to), post: post}
	if f.route == "" || strings.HasPrefix(f.route, "POST /signin") || !c.few(post+" "+f.route) {
		return
	}
	for n := range n.Descendants() {
		a := attrs(n)
		if n.Type != html.ElementNode || a["name"] == "" {
			continue
		}
		switch n.Data {
		case "input", "button":
			f.add(a["name"], a["type"], a["value"])
		case "textarea":
			f.add(a["name"], "textarea", "")
		case "select":
			f.add(a["name"], "select", "")
			for o := range n.Descendants() {
				if v := attrs(o)["value"]; v != "" {
					f.add(a["name"], "select", v)
				}
			}
		}
	}
	c.forms = append(c.forms, f)
}

func (f *form) add(name, kind, value string) {
	i := slices.IndexFunc(f.fields, func(x field) bool { return x.name == name })
	if i < 0 {
		i, f.fields = len(f.fields), append(f.fields, field{name: name, kind: kind})
	}
	if value != "" {
		f.fields[i].values = append(f.fields[i].values, value)
	}
}

// around is the form an element stands in, else the element.
func around(n *html.Node) *html.Node {
	for p := n.Parent; p != nil; p = p.Parent {
		if p.Data == "form" {
			return p
		}
	}
	return n
}

func attrs(n *html.Node) map[string]string {
	out := map[string]string{}
	for _, a := range n.Attr {
		out[a.Key] = a.Val
	}
	return out
}

// fill is the form as somebody would send it who means well.
func (f *form) fill() url.Values {
	usual, out := filled(), url.Values{}
	for _, x := range f.fields {
		switch {
		case x.name == "key" || x.name == "rev":
			out.Set(x.name, "")
		case len(x.values) > 0:
			out.Set(x.name, x.values[0])
		case x.name == "text" || x.name == "q":
			out.Set(x.name, secret[:len("杉树巷尾的石狮子")]) // what theirs is about, without what it says
		case usual.Has(x.name):
			out.Set(x.name, usual.Get(x.name))
		default:
			out.Set(x.name, "请尽快办理")
		}
	}
	return out
}

// busy are posts of a district, one of each role, of units with work in hand
// where there are such.
func busy(t *testing.T, h *webtest.House, district string) map[string]string {
	t.Helper()
	var with []string
	if err := h.Engine.DB().Read(t.Context(), func(v *store.View) (err error) {
		with, err = store.All(v, `SELECT DISTINCT debtor FROM orders WHERE district = ? AND open = 1 UNION SELECT DISTINCT desk FROM matter WHERE district = ? AND closed_at = 0`,
			func(r store.Scanner) (unit string, err error) { return unit, r.Scan(&unit) }, district, district)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, units := range [][]string{with, h.Engine.City().Org.Units()} {
		for _, unit := range units {
			for _, p := range h.Engine.City().Org.Posts(unit) {
				if strings.HasPrefix(unit, district) && out[string(p.Role)] == "" {
					out[string(p.Role)] = p.Code
				}
			}
		}
	}
	return out
}

// countTheirs is everything the other district has, counted: what no form of ours
// may change.
func countTheirs(t *testing.T, h *webtest.House, s stock) string {
	t.Helper()
	var out strings.Builder
	if err := h.Engine.DB().Read(t.Context(), func(v *store.View) error {
		for _, q := range []string{
			`SELECT count(*) FROM ledger WHERE district = '` + theirs + `'`,
			`SELECT count(*) FROM matter WHERE district = '` + theirs + `'`,
			`SELECT count(*) FROM orders WHERE district = '` + theirs + `'`,
			`SELECT count(*) FROM access_log WHERE district = '` + theirs + `'`,
			`SELECT count(*) FROM notice WHERE unit LIKE '` + theirs + `%'`,
			`SELECT count(*) FROM seat WHERE ended_at = 0`,
			`SELECT count(*) FROM session WHERE revoked = 0`,
			`SELECT count(*) FROM credential`,
			`SELECT count(*) FROM post_grant`,
			`SELECT count(*) FROM account WHERE disabled = 0`,
			`SELECT count(*) FROM proposal WHERE state = 'OPEN' AND place LIKE '` + theirs + `%'`,
			`SELECT count(*) FROM office_log WHERE subject IN ('` + s.proposal.has + `', '` + s.who + `') OR post LIKE '` + theirs + `%'`,
		} {
			var n int64
			if err := v.Row(q).Scan(&n); err != nil {
				return fmt.Errorf("%s: %w", q, err)
			}
			fmt.Fprintf(&out, "%d %s\n", n, q)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// secret is what is said in a matter of the other district and nowhere else.
const secret, secretCaller = "杉树巷尾的石狮子被人搬走了", "诸葛静姝"

// secretMatter takes a call of the other district in that our words resemble.
func secretMatter(t *testing.T, h *webtest.House) (no, ord thing) {
	t.Helper()
	state, o := h.Ordered(t, "SZ0101", theirs+"011004", secret)
	_, err := intake.New(h.Engine).Receive(t.Context(), engine.Command{Actor: access.Actor{ID: "CALLER", Kind: access.Caller}}, call.Form{
		Source: "RESIDENT_WEB", Kind: "COMPLAINT", Category: "SZ0101", Text: secret, Place: theirs + "011004", Name: secretCaller, Phone: "13911112222",
	})
	if err != nil {
		t.Fatal(err)
	}
	return thing{state.M.ID.Number(), none(state.M.ID).Number()}, thing{o.ID.Number(), none(o.ID).Number()}
}

// asking are the pages of matters of ours of which an order is objected to, or
// more time is asked for: both ask which order is meant.
func asking(t *testing.T, h *webtest.House) []string {
	t.Helper()
	out, err := []string(nil), error(nil)
	for i := range 2 {
		s, o := h.Ordered(t, "SZ0101", ours+"001101", "路面塌了一个坑")
		cmd, orders := h.As(t, h.Post(t, o.Debtor, org.Handler)), dispatch.New(h.Engine)
		if i == 0 {
			_, err = orders.Object(t.Context(), cmd, o.ID, dispatch.Object{Reason: "不在我单位的管养范围", Names: ours + "-CG"})
		} else {
			_, err = orders.AskExtension(t.Context(), cmd, o.ID, dispatch.AskExtension{Limit: "2 WD", Reason: "需要调换配件"})
		}
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, "/desk/"+s.M.ID.Number(), "/matters/"+s.M.ID.Number())
	}
	return out
}

// TestNoFormReachesAnotherDistrict collects every form on every page that each
// role of two districts comes to. Forms of the other district are sent by the
// same role of ours as they are, and our own with what the other has in the
// address and in each field. Nothing of theirs changes, and no answer tells of
// theirs.
func TestNoFormReachesAnotherDistrict(t *testing.T) {
	h := webtest.Open(t)
	s := stocked(t, h)
	no, ord := secretMatter(t, h)
	s.matters, s.orders = append([]thing{no}, s.matters...), append([]thing{ord}, s.orders...)
	mine, other := newCrawler(t, h), newCrawler(t, h)
	asks := asking(t, h)
	our, their := busy(t, h, ours), busy(t, h, theirs)
	for role := range our {
		mine.walk(our[role], asks...)
		other.walk(their[role], "/desk/"+no.has, "/matters/"+no.has)
	}
	before := countTheirs(t, h, s)
	x := &intruder{t: t, h: h, s: s, before: before, answers: map[int]int{}, routes: map[string]bool{}}
	for _, f := range other.forms {
		x.send(f, our[string(actorOf(t, h, f.post).Role)], f.path, f.fill(), "as it is")
	}
	for _, f := range mine.forms {
		x.try(f)
	}
	x.foreignOrders(mine.forms)
	t.Logf("%d pages, %d forms of %d routes, %d sendings, answered %v", mine.pages+other.pages, len(mine.forms)+len(other.forms), len(x.routes), x.sent, x.answers)
	if len(x.routes) < 30 || x.sent < 1000 || x.answers[404] < 200 {
		t.Error("that is too few to show anything")
	}
}

// intruder sends what is not theirs to send.
type intruder struct {
	t       *testing.T
	h       *webtest.House
	s       stock
	before  string
	sent    int
	answers map[int]int
	routes  map[string]bool
}

// try sends a form of ours with what the other district has.
func (x *intruder) try(f form) {
	x.t.Helper()
	for _, no := range []thing{x.s.matters[0], x.s.orders[0], x.s.matters[1], x.s.orders[1]} {
		if to, ok := withNumber(f.path, no.has); ok {
			x.send(f, f.post, to, f.fill(), "its address")
		}
	}
	for _, in := range f.fields {
		if in.name == "key" || in.name == "rev" || slices.Contains([]string{"textarea", "checkbox", "date", "datetime-local", "number", "password", "file"}, in.kind) {
			continue
		}
		for _, id := range []string{
			x.s.matters[0].has, x.s.orders[0].has, theirs + "-CG", theirs + "-CG/HANDLER", x.s.place.has, x.s.hash.has, x.s.proposal.has, x.s.session.has, x.s.deputy.has, theirs,
		} {
			values := f.fill()
			values.Set(in.name, id)
			x.send(f, f.post, f.path, values, in.name+" = "+id)
		}
	}
}

// foreignOrders sends the forms about an order of one matter with the order of
// another, of the same district: the address says which matter it is about.
func (x *intruder) foreignOrders(forms []form) {
	x.t.Helper()
	type row struct{ matter, order int64 }
	var rows []row
	if err := x.h.Engine.DB().Read(x.t.Context(), func(v *store.View) (err error) {
		rows, err = store.All(v, `SELECT matter, id FROM orders WHERE district = ? AND open = 1`, func(r store.Scanner) (o row, err error) { return o, r.Scan(&o.matter, &o.order) }, ours)
		return err
	}); err != nil {
		x.t.Fatal(err)
	}
	tried := 0
	for _, f := range forms {
		if !slices.ContainsFunc(f.fields, func(in field) bool { return in.name == "order" }) {
			continue
		}
		for _, o := range rows {
			if strings.Contains(f.path, ident.ID(o.matter).Number()) {
				continue
			}
			tried++
			before := x.h.State(x.t, ident.ID(o.matter)).Rev
			values := f.fill()
			values.Set("order", ident.ID(o.order).Number())
			x.send(f, f.post, f.path, values, "an order of another matter")
			if after := x.h.State(x.t, ident.ID(o.matter)).Rev; after != before {
				x.t.Errorf("%s acts on an order of another matter", f.path)
			}
		}
	}
	if tried == 0 {
		x.t.Error("no page asks which order of a matter is meant")
	}
}

// withNumber is an address with another number where it has one.
func withNumber(path, no string) (string, bool) {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		p, query, _ := strings.Cut(p, "?")
		if _, err := ident.ParseNumber(p); err == nil && p != "" {
			if parts[i] = no; query != "" {
				parts[i] += "?" + query
			}
			return strings.Join(parts, "/"), true
		}
	}
	return "", false
}

func (x *intruder) send(f form, post, to string, values url.Values, how string) {
	x.t.Helper()
	if post == "" {
		return
	}
	x.sent++
	x.routes[f.route] = true
	r := x.h.Send(x.t, post, to, values)
	x.answers[r.Status]++
	if r.Status >= 500 {
		x.t.Errorf("%s with %s, as %s: %d %.300s", to, how, post, r.Status, r.Body)
	}
	for _, word := range []string{secret, secretCaller, "13911112222", "只在天河"} {
		if r.Has(word) {
			x.t.Errorf("%s with %s, as %s, tells %s", to, how, post, word)
		}
	}
	if now := countTheirs(x.t, x.h, x.s); now != x.before {
		x.t.Errorf("%s with %s, as %s (%d), changes what is theirs:\nbefore\n%s\nafter\n%s", to, how, post, r.Status, x.before, now)
		x.before = now
	}
}
