package web_test

import (
	"strings"
	"testing"

	"huying/internal/domain/org"
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
