package door_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/hotp"

	"huying/internal/desk/people"
	"huying/internal/domain/access"
	"huying/internal/domain/org"
	"huying/internal/domain/person"
	"huying/internal/web/webtest"
)

const good = "青年路的树 今年真绿"

// reader is a browser without scripts: it keeps cookies and sends forms.
type reader struct {
	t    *testing.T
	h    *webtest.House
	c    *http.Client
	last webtest.Reply
}

func newReader(t *testing.T, h *webtest.House) *reader {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &reader{t: t, h: h, c: &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

func (x *reader) do(method, path string, form url.Values, headers map[string]string) webtest.Reply {
	x.t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	req, err := http.NewRequestWithContext(x.t.Context(), method, x.h.URL+path, body)
	if err != nil {
		x.t.Fatal(err)
	}
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for k, v := range headers {
		req.Header.Set(k, v)
	}
	res, err := x.c.Do(req)
	if err != nil {
		x.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		x.t.Fatal(err)
	}
	x.last = webtest.Reply{Status: res.StatusCode, Header: res.Header, Body: string(text)}
	return x.last
}

func (x *reader) get(path string) webtest.Reply { x.t.Helper(); return x.do("GET", path, nil, nil) }

// send sends a form the way a page of ours does.
func (x *reader) send(path string, fields ...string) webtest.Reply {
	x.t.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	return x.do("POST", path, form, map[string]string{"HX-Request": "true", "Sec-Fetch-Site": "same-origin"})
}

// leads asks that the last answer sends the reader to a path.
func (x *reader) leads(what, path string) {
	x.t.Helper()
	got := x.last.Header.Get("HX-Redirect")
	if got == "" {
		got = x.last.Header.Get("Location")
	}
	if got != path {
		x.t.Errorf("%s leads to %q, want %q (%d %.300s)", what, got, path, x.last.Status, x.last.Body)
	}
}

func (x *reader) told(what, code string, status int) {
	x.t.Helper()
	if x.last.Status != status || !x.last.Has(`data-code="`+code+`"`) {
		x.t.Errorf("%s: %d, want %s: %.400s", what, x.last.Status, code, x.last.Body)
	}
}

func security(t *testing.T, h *webtest.House) people.By {
	t.Helper()
	a, err := h.Engine.Actor(t.Context(), h.Post(t, "440100-ZS", org.SecurityAdmin), h.Now())
	if err != nil {
		t.Fatal(err)
	}
	return people.By{Actor: a}
}

// account makes an account with a password.
func account(t *testing.T, h *webtest.House, login string, posts ...string) string {
	t.Helper()
	made, err := h.People.Make(t.Context(), security(t, h), people.NewAccount{Login: login, Name: "刘晓燕", Posts: posts}, h.Now())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.People.Accept(t.Context(), made.Secret, good, people.Client{}, h.Now()); err != nil {
		t.Fatal(err)
	}
	return made.Account
}

func TestSigningInAndOut(t *testing.T) {
	h := webtest.Open(t)
	account(t, h, "liu.xy", "440106-CG/HANDLER")
	x := newReader(t, h)
	x.get("/me")
	x.leads("a stranger", "/signin?next=%2Fme")
	if r := x.get("/signin?next=%2Fme"); r.Status != 200 || !r.Has("shown-in-the-demo") || !r.Has(`value="/me"`) || r.Has("单点登录") {
		t.Errorf("%d %s", r.Status, r.Body)
	}
	x.send("/signin", "login", "liu.xy", "password", "wrong")
	x.told("a wrong password", "signin.wrong", 401)
	if strings.Contains(x.last.Header.Get("HX-Trigger"), "signin") {
		t.Error("the page of sign-in asks to sign in on top of itself")
	}
	x.send("/signin", "login", "liu.xy", "password", good, "next", "/me")
	x.leads("the right one", "/me")
	cookie := x.last.Header.Values("Set-Cookie")
	if len(cookie) != 2 || !strings.Contains(cookie[0], "HttpOnly") || !strings.Contains(cookie[0], "SameSite=Lax") {
		t.Errorf("%v", cookie)
	}
	if r := x.get("/me"); r.Status != 200 || !r.Has("刘晓燕") || !r.Has("本机") {
		t.Errorf("%d %s", r.Status, r.Body)
	}
	x.get("/signin?next=https://elsewhere.example")
	x.leads("signed in already", "/")
	x.send("/signout")
	x.leads("out", "/signin")
	x.get("/me")
	x.leads("after it", "/signin?next=%2Fme")
}

func TestNobodyIsSentElsewhereBySigningIn(t *testing.T) {
	h := webtest.Open(t)
	account(t, h, "liu.xy", "440106-CG/HANDLER")
	for _, next := range []string{"https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example", "/signin?next=/signin", "/signout", ""} {
		x := newReader(t, h)
		x.send("/signin", "login", "liu.xy", "password", good, "next", next)
		x.leads(next, "/")
	}
}

// TestSigningInOnTopOfAPage: who was signed out half way signs in without
// leaving the page.
func TestSigningInOnTopOfAPage(t *testing.T) {
	h := webtest.Open(t)
	account(t, h, "liu.xy", "440106-CG/HANDLER")
	x := newReader(t, h)
	x.send("/me/password")
	if x.last.Status != 401 || !strings.Contains(x.last.Header.Get("HX-Trigger"), `"signin"`) {
		t.Errorf("%d %v", x.last.Status, x.last.Header)
	}
	if r := x.do("GET", "/signin?again=1", nil, map[string]string{"HX-Request": "true"}); r.Status != 200 || !r.Has("again-in") || r.Has("<html") {
		t.Errorf("%d %s", r.Status, r.Body)
	}
	x.send("/signin", "login", "liu.xy", "password", good, "again", "true")
	if x.last.Header.Get("HX-Redirect") != "" || !strings.Contains(x.last.Header.Get("HX-Trigger"), `"signedin"`) {
		t.Errorf("%d %v", x.last.Status, x.last.Header)
	}
}

func TestChoosingThePost(t *testing.T) {
	h := webtest.Open(t)
	account(t, h, "liu.xy", "440106-CG/HANDLER", "440106-SW/HANDLER")
	x := newReader(t, h)
	x.send("/signin", "login", "liu.xy", "password", good, "next", "/me")
	x.leads("two posts", "/post?next=%2Fme")
	x.get("/me")
	x.leads("before the choice", "/post?next=%2Fme")
	r := x.get("/post?next=%2Fme")
	seats := regexp.MustCompile(`name="seat" value="([^"]+)"`).FindAllStringSubmatch(r.Body, -1)
	if r.Status != 200 || len(seats) != 2 {
		t.Fatalf("%d %s", r.Status, r.Body)
	}
	x.send("/post", "seat", "somebody-elses")
	x.told("another's seat", "seat.not_yours", 422)
	x.send("/post", "seat", seats[1][1], "next", "/me")
	x.leads("the choice", "/me")
	if r := x.get("/me"); r.Status != 200 {
		t.Errorf("%d", r.Status)
	}
	if r := x.get("/post"); !r.Has("当前") {
		t.Errorf("%s", r.Body)
	}
}

func TestInvitationsAndTheSecondFactor(t *testing.T) {
	h := webtest.Open(t)
	secret, _, err := h.People.FirstInvite(t.Context(), h.Now())
	if err != nil {
		t.Fatal(err)
	}
	x := newReader(t, h)
	if r := x.get("/invite/nothing"); r.Status != 404 || !r.Has("invite.unknown") {
		t.Errorf("%d", r.Status)
	}
	if r := x.get("/invite/" + secret); r.Status != 200 || !r.Has("security_login") {
		t.Errorf("%d %s", r.Status, r.Body)
	}
	x.send("/invite/"+secret+"/first", "system_name", "甲", "system_login", "sys", "security_name", "", "security_login", "sec", "audit_name", "丙", "audit_login", "aud")
	if !x.last.Has(`data-field="security_name"`) {
		t.Errorf("the fault is not told at its field: %s", x.last.Body)
	}
	x.send("/invite/"+secret+"/first", "system_name", "甲", "system_login", "sys", "security_name", "乙", "security_login", "sec", "audit_name", "丙", "audit_login", "aud")
	links := regexp.MustCompile(`data-copy="[^"]*(/invite/[^"]+)"`).FindAllStringSubmatch(x.last.Body, -1)
	if len(links) != 3 {
		t.Fatalf("%d %s", x.last.Status, x.last.Body)
	}
	x.get("/invite/" + secret)
	if x.last.Status != 404 {
		t.Error("the first link works twice")
	}
	sec := links[1][1]
	if r := x.get(sec); !r.Has("乙") {
		t.Errorf("%s", r.Body)
	}
	x.send(sec, "password", good, "again_password", "other")
	x.told("unlike", "password.unlike", 422)
	x.send(sec, "password", "password123", "again_password", "password123")
	x.told("breached", "password.breached", 422)
	x.send(sec, "password", good, "again_password", good)
	x.leads("an administrator", "/signin/enrol")
	x.get("/people")
	x.leads("before the second factor", "/signin?next=%2Fpeople")
	if r := x.get("/signin/enrol"); r.Status != 200 {
		t.Errorf("%d", r.Status)
	}
	x.send("/me/totp/begin")
	key := regexp.MustCompile(`<code>([A-Z2-7]{32})</code>`).FindStringSubmatch(x.last.Body)
	if key == nil || !x.last.Has(`src="data:image/png;base64,`) {
		t.Fatalf("%s", x.last.Body)
	}
	x.send("/me/totp", "code", "000000x")
	x.told("a wrong code", "second.wrong", 422)
	x.send("/me/totp", "code", code6(t, key[1], h.Now()))
	if n := len(regexp.MustCompile(`<li>[A-Z2-7-]{19}</li>`).FindAllString(x.last.Body, -1)); n != 10 {
		t.Errorf("%d recovery codes: %s", n, x.last.Body)
	}
	if r := x.get("/people"); r.Status != 200 || !r.Has("aud") {
		t.Errorf("%d", r.Status)
	}

	y := newReader(t, h)
	h.Pass(time.Hour)
	y.send("/signin", "login", "sec", "password", good)
	y.leads("the password alone", "/signin/second")
	y.get("/people")
	y.leads("half way", "/signin?next=%2Fpeople")
	y.get("/signin")
	y.leads("half way", "/signin/second")
	y.send("/signin/second", "code", "1")
	y.told("a wrong code", "second.wrong", 422)
	y.send("/signin/second", "code", code6(t, key[1], h.Now()))
	y.leads("the code", "/")
}

func code6(t *testing.T, secret string, at time.Time) string {
	t.Helper()
	c, err := hotp.GenerateCode(secret, uint64(at.Unix()/30)) //nolint:gosec // after 1970
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestOnesOwnSignIns(t *testing.T) {
	h := webtest.Open(t)
	account(t, h, "liu.xy", "440106-CG/HANDLER")
	account(t, h, "wang.f", "440106-SW/HANDLER")
	x, y := newReader(t, h), newReader(t, h)
	for _, r := range []*reader{x, y} {
		r.send("/signin", "login", "liu.xy", "password", good)
		r.leads("in", "/")
	}
	me := x.get("/me")
	ids := regexp.MustCompile(`/me/sessions/([0-9a-f]{16})/revoke`).FindAllStringSubmatch(me.Body, -1)
	if len(ids) < 2 {
		t.Fatalf("%s", me.Body)
	}
	for _, id := range ids {
		if r := x.send("/me/sessions/" + id[1] + "/revoke"); r.Header.Get("HX-Refresh") != "true" && r.Status != 404 {
			t.Errorf("%d %s", r.Status, r.Body)
		}
	}
	if r := y.get("/me"); r.Status != 303 {
		t.Errorf("revoked, and still in: %d", r.Status)
	}
	if r := x.get("/me"); r.Status != 200 {
		t.Errorf("one's own: %d", r.Status)
	}
	x.send("/me/password", "old", "wrong", "password", "kavo-temi-ruso-27", "again_password", "kavo-temi-ruso-27")
	x.told("the old one", "password.old_wrong", 422)
	x.send("/me/password", "old", good, "password", "kavo-temi-ruso-27", "again_password", "kavo-temi-ruso-27")
	if x.last.Status != 200 {
		t.Errorf("%d %s", x.last.Status, x.last.Body)
	}
	x.send("/me/deputies", "post", "440106-CG/HANDLER", "login", "wang.f", "from", "2026-04-01", "to", "2026-04-07")
	x.leads("a deputy", "/me")
	if r := x.get("/me"); !r.Has("wang.f") || !r.Has("/me/deputies/") {
		t.Errorf("%s", r.Body)
	}
	x.send("/me/deputies", "post", "440106-SW/HANDLER", "login", "wang.f", "to", "2026-04-07")
	x.told("another's post", "deputy.not_yours", 403)
	x.send("/me/deputies", "post", "440106-CG/HANDLER", "login", "wang.f")
	x.told("without an end", "deputy.end_missing", 422)
}

func TestTheSecurityAdministratorsPages(t *testing.T) {
	h := webtest.Open(t)
	id := account(t, h, "liu.xy", "440106-CG/HANDLER")
	by := h.Post(t, "440100-ZS", org.SecurityAdmin)
	for path, want := range map[string]string{
		"/people": "liu.xy", "/people?q=nobody": "没有这样的账号", "/people/" + id: "刘晓燕", "/people/grants": "授权", "/log": "新建账号",
		"/proposals": "双人确认",
	} {
		if r := h.Get(t, by, path); r.Status != 200 || !r.Has(want) {
			t.Errorf("%s: %d, without %q", path, r.Status, want)
		}
	}
	for _, other := range []string{h.Post(t, "440100-ZS", org.SystemAdmin), h.Post(t, "440106-ZH", org.Dispatcher)} {
		for _, path := range []string{"/people", "/people/" + id, "/people/grants", "/log?kind=SECURITY"} {
			if r := h.Get(t, other, path); r.Status != 403 || r.Has("liu.xy") {
				t.Errorf("%s at %s: %d", other, path, r.Status)
			}
		}
		if r := h.Send(t, other, "/people/"+id+"/disable", url.Values{}); r.Status != 403 {
			t.Errorf("%s disables: %d", other, r.Status)
		}
	}
	r := h.Send(t, by, "/people", url.Values{"login": {"new.x"}, "name": {"新人"}, "post": {"440106-CG/HANDLER, 440106-SW/HANDLER"}})
	if r.Status != 200 || !r.Has(h.Origin()+"/invite/") {
		t.Errorf("%d %s", r.Status, r.Body)
	}
	if r := h.Send(t, by, "/people", url.Values{"login": {"new.x"}, "name": {"新人"}}); r.Status != 422 || !r.Has("login.taken") {
		t.Errorf("%d %s", r.Status, r.Body)
	}
	if r := h.Send(t, by, "/people/"+id+"/seats", url.Values{"post": {"440100-SJJ/AUDITOR"}}); r.Status != 422 || !r.Has("seat.roles_exclusive") {
		t.Errorf("%d %s", r.Status, r.Body)
	}
	grant := url.Values{"post": {"440106-ZH/HEAD"}, "actions": {string(access.ReadMatter)}, "place": {"440105"}, "to": {"2026-05-01"}, "reason": {"联合整治"}}
	if r := h.Send(t, by, "/people/grants", grant); r.Header.Get("HX-Redirect") != "/people/grants" {
		t.Errorf("%d %s", r.Status, r.Body)
	}
	if r := h.Get(t, by, "/people/grants"); !r.Has("联合整治") || !r.Has("海珠区") {
		t.Errorf("%s", r.Body)
	}
	grant.Set("post", "440100-SJJ/AUDITOR")
	if r := h.Send(t, by, "/people/grants", grant); r.Status != 422 || !r.Has("grant.to_administrator") {
		t.Errorf("%d %s", r.Status, r.Body)
	}
	if r := h.Send(t, by, "/people/"+id+"/renew", url.Values{"second": {"true"}}); r.Status != 200 || !r.Has("/invite/") {
		t.Errorf("%d %s", r.Status, r.Body)
	}
	if r := h.Send(t, by, "/people/"+id+"/disable", url.Values{}); r.Header.Get("HX-Refresh") != "true" {
		t.Errorf("%d %s", r.Status, r.Body)
	}
	if r := h.Get(t, by, "/people?q=liu"); !r.Has("已停用") {
		t.Errorf("%s", r.Body)
	}
}

func TestTwoPersonsOnAPage(t *testing.T) {
	h := webtest.Open(t)
	sys, sec := h.Post(t, "440100-ZS", org.SystemAdmin), h.Post(t, "440100-ZS", org.SecurityAdmin)
	a, err := h.Engine.Actor(t.Context(), sys, h.Now())
	if err != nil {
		t.Fatal(err)
	}
	ask := func() string {
		id, err := h.People.Propose(t.Context(), people.By{Account: sys, Actor: a}, person.PackChange, "", "节假日已公布<script>", []byte(`{"version":"7"}`), h.Now().Add(time.Hour), h.Now())
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	id := ask()
	if r := h.Get(t, sys, "/proposals"); !r.Has("节假日已公布&lt;script&gt;") || r.Has("/proposals/"+id+`"`) {
		t.Errorf("who asked sees a form to decide: %s", r.Body)
	}
	if r := h.Get(t, sec, "/proposals"); !r.Has("/proposals/" + id + `"`) {
		t.Errorf("who may decide sees no form: %s", r.Body)
	}
	if r := h.Get(t, h.Post(t, "440106-CG", org.Handler), "/proposals"); r.Has("节假日") {
		t.Error("a stranger sees it")
	}
	if r := h.Send(t, sys, "/proposals/"+id, url.Values{"word": {"confirm"}}); r.Status != 403 || !r.Has("proposal.own") {
		t.Errorf("%d %s", r.Status, r.Body)
	}
	if r := h.Send(t, sec, "/proposals/"+id, url.Values{"word": {"confirm"}}); r.Header.Get("HX-Redirect") != "/proposals" {
		t.Errorf("%d %s", r.Status, r.Body)
	}
	if r := h.Send(t, sec, "/proposals/"+id, url.Values{"word": {"confirm"}}); r.Status != 409 {
		t.Errorf("a double click: %d", r.Status)
	}
	if len(h.Carried) != 1 || h.Carried[0] != "proposal/"+id {
		t.Errorf("carried out: %v", h.Carried)
	}
	other := ask()
	if r := h.Send(t, sec, "/proposals/"+other, url.Values{"word": {"refuse"}}); r.Status != 422 || !r.Has("text.missing") {
		t.Errorf("%d %s", r.Status, r.Body)
	}
	if r := h.Send(t, sec, "/proposals/"+other, url.Values{"word": {"refuse"}, "reason": {"材料不全"}}); r.Header.Get("HX-Redirect") != "/proposals" {
		t.Errorf("%d %s", r.Status, r.Body)
	}
	if r := h.Send(t, sec, "/proposals/"+other+"/carry", url.Values{}); r.Status != 409 {
		t.Errorf("carried though refused: %d", r.Status)
	}
}
