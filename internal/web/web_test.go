package web_test

import (
	"net/http"
	"strings"
	"testing"

	"huying/internal/desk/people"
	"huying/internal/domain/access"
	"huying/internal/domain/org"
	"huying/internal/web"
	"huying/internal/web/frame"
	"huying/internal/web/webtest"
)

func TestSafetyIsToldToBrowsers(t *testing.T) {
	h := webtest.Open(t)
	for _, path := range []string{"/", "/nowhere", "/static/app.js", "/static/nothing"} {
		r := h.Get(t, "", path)
		csp := r.Header.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "form-action 'self'"} {
			if !strings.Contains(csp, want) {
				t.Errorf("%s: the policy %q lacks %s", path, csp, want)
			}
		}
		if strings.Contains(csp, "unsafe") || r.Header.Get("X-Content-Type-Options") != "nosniff" || r.Header.Get("X-Frame-Options") != "DENY" {
			t.Errorf("%s: %v", path, r.Header)
		}
	}
}

func TestAFormFromElsewhereIsRefused(t *testing.T) {
	h := webtest.Open(t)
	post := h.Post(t, "440106-ZH", org.Dispatcher)
	for name, headers := range map[string]map[string]string{
		"another site":   {"Sec-Fetch-Site": "cross-site"},
		"another origin": {"Origin": "https://elsewhere.example"},
	} {
		headers["Content-Type"] = "application/x-www-form-urlencoded"
		if r := h.Do(t, "POST", post, "/look", strings.NewReader("lang=en"), headers); r.Status != 403 || r.Header.Get("Set-Cookie") != "" {
			t.Errorf("%s: %d %v", name, r.Status, r.Header)
		}
	}
}

// TestNoRouteTakesAFormFromElsewhere sends to every address that acts what a
// page of another site would send, in the name of who has signed in.
func TestNoRouteTakesAFormFromElsewhere(t *testing.T) {
	h := webtest.Open(t)
	posts := everyone(t, h)
	for _, rt := range web.Table() {
		if rt.Method != http.MethodPost {
			continue
		}
		for role, post := range posts {
			if rt.Gate == frame.Staff && len(access.Scopes(actorOf(t, h, post), rt.Action)) == 0 {
				continue
			}
			for _, headers := range []map[string]string{
				{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://elsewhere.example"}, {"Origin": "null"},
				{"Sec-Fetch-Site": "cross-site", "Origin": h.URL, "HX-Request": "true"},
			} {
				headers["Content-Type"] = "application/x-www-form-urlencoded"
				r := h.Do(t, rt.Method, post, asked(rt), strings.NewReader(filled().Encode()), headers)
				if r.Status != 403 || !r.Has("request.from_elsewhere") || r.Header.Get("Set-Cookie") != "" {
					t.Errorf("%s as %s with %v: %d %v", rt.ID, role, headers, r.Status, r.Header)
				}
			}
		}
	}
}

// TestACookieFromBeforeIsWorthNothing: whoever plants a cookie, or has seen
// the one from before the post was chosen, is not in with who signs in by it.
func TestACookieFromBeforeIsWorthNothing(t *testing.T) {
	h := webtest.Open(t)
	sec := people.By{Account: "sec", Actor: actorOf(t, h, h.Post(t, "440100-ZS", org.SecurityAdmin))}
	made, err := h.People.Make(t.Context(), sec, people.NewAccount{Login: "liu.xy", Name: "刘晓燕", Posts: []string{"440106-CG/HANDLER", "440106-SW/HANDLER"}}, h.Now())
	if err != nil {
		t.Fatal(err)
	}
	const password = "青年路的树 今年真绿"
	entered, err := h.People.Accept(t.Context(), made.Secret, password, people.Client{}, h.Now())
	if err != nil {
		t.Fatal(err)
	}
	seats, err := h.People.Seats(t.Context(), entered.Session, h.Now())
	if err != nil || len(seats) != 2 {
		t.Fatal(seats, err)
	}
	planted := "PLANTEDPLANTEDPLANTEDPLAN"
	first := session(t, h.Send(t, planted, "/signin", webtest.Form("login", "liu.xy", "password", password)))
	second := session(t, h.Send(t, first, "/post", webtest.Form("seat", seats[0].ID)))
	for cookie, in := range map[string]bool{planted: false, first: false, second: true} {
		if r := h.Get(t, cookie, "/me"); (r.Status == 200) != in {
			t.Errorf("%q: %d", cookie, r.Status)
		}
	}
	h.Send(t, second, "/signout", nil)
	if r := h.Get(t, second, "/me"); r.Status == 200 {
		t.Error("signed out, and still in")
	}
}

// session is the cookie of the session that an answer gives.
func session(t *testing.T, r webtest.Reply) string {
	t.Helper()
	for _, c := range (&http.Response{Header: r.Header}).Cookies() {
		if c.Name == "huying" {
			return c.Value
		}
	}
	t.Fatalf("no session: %d %s", r.Status, r.Body)
	return ""
}

func TestNobodyIsSentToAnotherSite(t *testing.T) {
	h := webtest.Open(t)
	for _, back := range []string{"https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "javascript:alert(1)", ""} {
		r := h.Do(t, "POST", "", "/look", strings.NewReader("lang=en&back="+back), map[string]string{"Content-Type": "application/x-www-form-urlencoded"})
		if r.Header.Get("Location") != "/" {
			t.Errorf("%q leads to %q", back, r.Header.Get("Location"))
		}
	}
}

func TestAStrangerIsAskedToSignIn(t *testing.T) {
	h := webtest.Open(t)
	if r := h.Get(t, "", "/"); r.Status != 303 || r.Header.Get("Location") != "/signin?next=%2F" {
		t.Errorf("%d %v", r.Status, r.Header)
	}
	r := h.Do(t, "GET", "", "/", nil, map[string]string{"HX-Request": "true"})
	if r.Status != 401 || !strings.Contains(r.Header.Get("HX-Trigger"), `"signin"`) {
		t.Errorf("a part of a page: %d %v", r.Status, r.Header)
	}
}

func TestAPageThatIsNotThereSaysWhatToDo(t *testing.T) {
	h := webtest.Open(t)
	r := h.Get(t, "", "/nowhere")
	if r.Status != 404 || !r.Has("没有找到") || !r.Has("request.path_unknown") {
		t.Errorf("%d %s", r.Status, r.Body)
	}
	en := h.Do(t, "GET", "", "/nowhere", nil, map[string]string{"Accept-Language": "en"})
	if !en.Has("Not found") || en.Has("没有找到") {
		t.Errorf("%s", en.Body)
	}
}
